from __future__ import annotations

import datetime
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.worksheet.worksheet import Worksheet

from dxplan import cli
from dxplan.dataset import Dataset
from dxplan.tables import TABLES
from dxplan.views import export, workbook
from dxplan.words import words
from tests.dxplan import made


def written(dataset: Dataset, path: Path, **how: object) -> openpyxl.Workbook:
    export.export(dataset, "xlsx", path, **how)  # type: ignore[arg-type]
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def book(sample: Dataset, tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    """The sample in Japanese, as an office gets it."""
    return written(sample, tmp_path_factory.mktemp("ja") / "計画.xlsx", language="ja")


def column(sheet: Worksheet, head: str) -> list[openpyxl.cell.Cell]:
    heads = [cell.value for cell in sheet[1]]
    return [sheet.cell(row, heads.index(head) + 1) for row in range(2, sheet.max_row + 1)]


def one(tmp_path: Path, **fields: object) -> Worksheet:
    """The sheet of indicators of a dataset with one, in Japanese."""
    owner = made.measure("a", 1, "窓口")
    kpi = made.part("kpis", owner, 1, indicator="満足度", **fields)
    tables = {"documents": [made.document("a", "みなと市")], "measures": [owner], "kpis": [kpi]}
    return written(made.dataset(tmp_path / "one", tables), tmp_path / "one.xlsx", language="ja")["指標"]


def test_heads_and_sheets_are_japanese_and_the_first_sheet_says_what_they_mean(
    book: openpyxl.Workbook,
) -> None:
    assert book.sheetnames[:5] == ["凡例", "計画", "基本理念・基本方針", "施策", "指標"]
    assert [cell.value for cell in book["指標"][1]][:5] == [
        "自治体",
        "施策",
        "指標",
        "限定",
        "基準値（表記）",
    ]
    legend = list(book["凡例"].iter_rows(min_row=2, values_only=True))
    assert ("指標", "目標年度", "目標の年度", "kpis.target_fy") in legend
    assert not [line for line in legend if not line[2] or line[2].isascii()]


def test_every_table_and_column_of_the_contract_has_a_japanese_name() -> None:
    for table in TABLES.values():
        assert f"tables.{table.name}" in words()
        assert [c for c in table.column_names if f"columns.{c}" not in words()] == []


def test_numbers_have_their_unit_and_years_their_era_and_stay_numbers(tmp_path: Path) -> None:
    sheet = one(
        tmp_path, baseline_raw="1,200", baseline_value=1200.0, baseline_unit="件", baseline_fy=2019,
        target_raw="75.5%以上", target_value=75.5, target_unit="%", target_bound="at_least", target_fy=2028,
    )  # fmt: skip
    (before,), (target,) = column(sheet, "基準値（数）"), column(sheet, "目標値（数）")
    assert (before.value, before.number_format) == (1200, '#,##0"件"')
    assert (target.value, target.number_format) == (75.5, '#,##0.0"%"')
    (first,), (due,) = column(sheet, "基準値の年度"), column(sheet, "目標年度")
    assert [(c.value, c.number_format) for c in (first, due)] == [
        (2019, '"令和元年度"'),
        (2028, '"令和10年度"'),
    ]
    assert [c.value for c in column(sheet, "目標の範囲")] == ["以上"]


def test_a_unit_cannot_break_a_number_format() -> None:
    assert workbook._number_format(5.0, 'a"b\\') == '#,##0"ab"'
    assert workbook._number_format(5.0, None) == "#,##0"


def test_what_the_plan_prints_stays_as_printed(tmp_path: Path) -> None:
    sheet = one(tmp_path, baseline_raw="-", target_raw="=1+1", is_repeat=False)
    (before,), (target,) = column(sheet, "基準値（表記）"), column(sheet, "目標値（表記）")
    assert (before.value, before.quotePrefix) == ("-", False)
    assert (target.value, target.data_type, target.quotePrefix) == ("=1+1", "s", True)
    assert [c.value for c in column(sheet, "再掲")] == [None]  # said only where it is


def test_dates_are_dates_by_era(book: openpyxl.Workbook) -> None:
    published = [c for c in column(book["計画"], "公表年月") if c.value]
    assert {type(c.value) for c in published} == {datetime.datetime}
    assert {c.number_format for c in published} == {'[$-411]ggge"年"m"月"'}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03", datetime.date(2026, 3, 1)),
        ("2026-01-31", datetime.date(2026, 1, 31)),
        ("2026-13", None),
        ("令和8年", None),
    ],
)
def test_only_a_date_becomes_a_date(text: str, day: datetime.date | None) -> None:
    assert workbook._date(text) == day


def test_a_sheet_prints_on_a4_with_its_heads_on_every_page(book: openpyxl.Workbook) -> None:
    for sheet in book:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert int(sheet.page_setup.fitToHeight) == 0  # as many pages as it takes, each as wide as the sheet
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.auto_filter.ref == sheet.dimensions or sheet.max_row == 1
    assert book["指標"].freeze_panes == "C2"
    assert book["用語集"].freeze_panes == "B2"


def test_staff_columns_by_default_and_all_with_full(
    sample: Dataset, tmp_path: Path, book: openpyxl.Workbook
) -> None:
    heads = [cell.value for cell in book["指標"][1]]
    assert not {"本文の開始位置", "規則", "比較用の単位"} & set(heads)
    assert heads[-3:] == ["頁", "確信度", "指標ID"]
    full = written(sample, tmp_path / "full.xlsx", full=True)
    assert [c.value for c in full["kpis"][1]] == ["municipality", "measure", *TABLES["kpis"].column_names]
    assert full.sheetnames == ["columns", *(t for t in TABLES if t not in ("blocks", "sentences", "tokens"))]
    assert {name: full[name].max_row - 1 for name in full.sheetnames[1:]} == {
        name: n for name, n in sample.rows.items() if name in full.sheetnames
    }


def test_long_tables_are_written_where_they_are_asked_for(sample: Dataset, tmp_path: Path) -> None:
    asked = written(sample.plan("mitsudaki.pdf"), tmp_path / "t.xlsx", tables=["tokens"])
    assert asked.sheetnames == ["columns", "tokens"]
    assert asked["tokens"].max_row > 100


def test_rows_can_be_filtered_by_names(book: openpyxl.Workbook) -> None:
    rows = list(book["指標"].iter_rows(min_row=2, values_only=True))
    assert ("澄川野市", "自治体フロントヤード改革の推進") in {row[:2] for row in rows}


def test_a_table_too_long_for_a_sheet_goes_on_in_the_next(
    sample: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "_SHEET_ROWS", 100)
    monkeypatch.setattr(workbook, "_SAMPLE", 10)
    long = written(sample, tmp_path / "x.xlsx", tables=["schedules"])
    sheets = [long[name] for name in long.sheetnames if name.startswith("schedules")]
    assert long.sheetnames[-len(sheets) :][:2] == ["schedules", "schedules (2)"]
    assert {sheet.max_row for sheet in sheets[:-1]} == {101}
    ids = [cell.value for sheet in sheets for cell in column(sheet, "schedule_id")]
    assert ids == sample.schedules()["schedule_id"].tolist()


def test_a_text_too_long_for_a_cell_is_cut_as_excel_counts_and_that_is_told(tmp_path: Path) -> None:
    # 𠮷 is two units: 17,000 of them are more than the 32,767 that a cell holds.
    owner = made.measure("a", 1, "窓口", overview="𠮷" * 17_000, background="あ" * 32_767)
    tables = {"documents": [made.document("a", "みなと市")], "measures": [owner]}
    ds = made.dataset(tmp_path / "long", tables)
    notes = export.export(ds, "xlsx", tmp_path / "long.xlsx", language="ja")
    assert notes == ["施策：Excel のセルに入りきらない文字を1か所で略しました"]
    sheet = openpyxl.load_workbook(tmp_path / "long.xlsx")["施策"]
    (cut,), (whole,) = column(sheet, "概要"), column(sheet, "現状・課題")
    assert cut.value.endswith("𠮷…［以下略。全文は Parquet に］")
    assert len(cut.value.encode("utf-16-le")) // 2 <= 32_767
    assert whole.value == "あ" * 32_767


def test_progress_is_told_table_by_table(sample: Dataset, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    export.export(sample, "xlsx", tmp_path / "p.xlsx", on_progress=lambda *one: told.append(one))
    assert ("kpis", 0, len(sample.kpis)) in told
    assert told[-1][0] == "corrections"
    assert {table: done for table, done, _ in told} == {t: sample.rows[t] for t, _, _ in told}


def test_equal_datasets_give_equal_bytes(sample: Dataset, tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        export.export(sample, "xlsx", tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_the_command_writes_in_the_language_of_the_locale_or_the_one_asked_for(
    sample: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sheets(*arguments: str) -> list[str]:
        target = tmp_path / "x.xlsx"
        words = ["export", str(sample.folder), str(target), "--to", "xlsx", *arguments]
        assert CliRunner().invoke(cli.main, words).exit_code == 0
        names: list[str] = openpyxl.load_workbook(target).sheetnames
        return names

    assert sheets()[1] == "documents"
    assert sheets("--lang", "ja")[1] == "計画"
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")
    assert sheets()[1] == "計画"
    assert sheets("--lang", "en", "--table", "terms") == ["columns", "terms"]
