from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from click.testing import CliRunner, Result

from dxplan import cli
from dxplan.dataset import Dataset
from dxplan.errors import DatasetError, InputError
from dxplan.views import japanese, report
from dxplan.views.report import paper
from tests.dxplan import made


def texts(one: report.Report) -> list[list[str | None]]:
    """The cells of all tables; None where the cell above covers them."""
    return [[cell and cell.text for cell in line] for table in one.tables for line in table.lines]


def call(*arguments: object) -> Result:
    return CliRunner().invoke(cli.main, ["report", *map(str, arguments)])


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Two plans with a measure about the digital divide each, one with indicators, and one without a word."""
    documents = [
        made.document("a", "みなと市", title="みなと市DX計画"),
        made.document("b", "やま町", title="やま町DX計画"),
        made.document("c", "かわ村", title="かわ村DX計画"),
    ]
    first = made.measure("a", 3, "デジタルデバイド対策", confidence=0.95)
    second = made.measure("b", 4, "デジタルデバイド対策の推進", confidence=0.95)
    kpis = [
        made.part(
            "kpis", first, 1, indicator="スマホ教室の参加者数", baseline_raw="76", baseline_value=76.0,
            baseline_unit="人", baseline_fy=2025, target_raw="100人以上", target_value=100.0,
            target_unit="人", target_fy=2028, confidence=0.95,
        ),
        made.part("kpis", first, 2, indicator="講座の満足度", target_raw="90%", target_value=90.0,
                  target_unit="%", target_fy=None, confidence=0.5),
    ]  # fmt: skip
    bars = [
        made.part("schedules", first, 1, task="スマホ教室", label="準備", start_fy=2026, end_fy=2026,
                  span_certainty="exact"),
        made.part("schedules", first, 2, task="スマホ教室", label="実施", start_fy=2027, end_fy=None,
                  span_certainty="start_only"),
    ]  # fmt: skip
    tables = {"documents": documents, "measures": [first, second], "kpis": kpis, "schedules": bars}
    return made.dataset(tmp_path_factory.mktemp("two"), tables)


def test_a_comparison_has_values_with_units_years_by_era_and_pages(two: Dataset) -> None:
    one = report.item(two, "情報格差")
    assert one.title == "比較表：デジタルデバイド対策"
    rows = texts(one)
    assert rows[0][:6] == [
        "みなと市\n（令和8〜12年度）", "デジタルデバイド対策", "スマホ教室の参加者数", "76人（令和7年度）", "100人以上", "令和10年度",
    ]  # fmt: skip
    assert rows[0][6:] == ["スマホ教室：準備 令和8年度 → 実施 令和9年度〜（終期不明）", "p.3"]
    assert rows[2][:3] == ["やま町\n（令和8〜12年度）", "デジタルデバイド対策の推進", "－"]


def test_what_is_not_sure_is_marked_and_what_was_not_found_is_named(two: Dataset) -> None:
    one = report.item(two, "digital_divide")
    assert texts(one)[1][:6] == [None, None, "講座の満足度", "", "90%※", "令和12年度＊"]
    notes = "\n".join(one.notes)
    assert "＊ 目標年度の記載がない" in notes
    assert "※ 読み取りの確信度が低い" in notes
    assert "見つけられませんでした（記載がないとは限りません）：かわ村（令和8〜12年度）" in notes
    assert "出典：みなと市「みなと市DX計画」、やま町「やま町DX計画」" in notes


def test_only_the_municipalities_named_are_in_it_by_any_of_their_names(two: Dataset) -> None:
    assert [row[0] for row in texts(report.item(two, "情報格差", ["みほん県やま町"]))] == [
        "やま町\n（令和8〜12年度）"
    ]
    with pytest.raises(DatasetError, match=r"no plan of 'やま市'; near it: やま町"):
        report.item(two, "情報格差", ["やま市"])


def test_values_that_cannot_be_compared_stand_apart_with_the_reason(sample: Dataset) -> None:
    one = report.indicator(sample, "手続のオンライン化率")
    assert [table.title for table in one.tables] == [
        "並べて比べられる値（単位：%）",
        "そのままでは比べられない値",
    ]
    beside, apart = (dict(zip([c.head for c in t.columns], t.lines[-1])) for t in one.tables)
    assert (beside["目標値"].text, beside["1年あたりの増減"].text) == ("80%以上", "+8.4%")
    assert apart["理由"].text == "対象が異なる（24手続。ほかは全体）"
    reasons = {line[7].text for line in one.tables[1].lines}
    assert not [r for r in reasons if re.search("[a-z]{3}", r)]  # no English on a Japanese page


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("counted in 件, not in 人", "単位が異なる（件。ほかは人）"),
        ("a year, not cumulative", "期間が異なる（年間。ほかは累計）"),
        ("over a time that is not said, not a year", "期間が異なる（期間の記載なし。ほかは年間）"),
        ("counted otherwise: 窓口の数 (count)", "数え方が異なる（窓口の数）"),
        (None, ""),
    ],
)
def test_reasons_are_said_in_japanese(why: str | None, said: str) -> None:
    assert japanese.reason(why) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2018–2020", "平成30年度〜令和2年度"),
        ("2026–", "令和8年度〜"),
        ("–2027", "〜令和9年度"),
        ("?–2027", "（始期不明）〜令和9年度"),
        ("2027 (年)", "令和9年"),
        ("2026–2030 (b.pdf)", "令和8〜12年度（b.pdf）"),
        ("2026-09–", "令和8年9月〜"),
        ("?", "不明"),
        (None, ""),
    ],
)
def test_years_are_said_by_era(text: str | None, said: str) -> None:
    assert japanese.years(text) == said


def test_plans_stand_side_by_side(sample: Dataset) -> None:
    one = report.municipalities(sample, ["鈴懸市", "千草台市"])
    heads = [column.head for column in one.tables[0].columns]
    assert set(heads[1:]) == {"鈴懸市", "千草台市（令和3〜7年度）", "千草台市（令和8〜12年度）"}
    rows = {line[0]: line[1:] for line in texts(one)}
    assert "令和8〜12年度" in rows["計画期間"]
    assert any("（p." in (text or "") for text in rows["自治体フロントヤード改革の推進"])


def test_more_plans_than_a_page_holds_are_refused(tmp_path: Path) -> None:
    nine = made.dataset(tmp_path / "nine", {"documents": [made.document(str(n), f"{n}市") for n in range(9)]})
    with pytest.raises(DatasetError, match="name up to 8"):
        report.municipalities(nine)


def test_a_plan_is_on_one_page_with_what_to_check(sample: Dataset) -> None:
    for document in sample.documents.arrow().to_pylist():
        one = report.plan(sample.plan(document["doc_id"]))
        assert one.pages == 1
        assert [table.title for table in one.tables[-3:-1]] == ["施策と工程", "指標"]
        assert dict(one.facts)["自治体"].endswith(document["municipality"])
        assert "確信度の低い行" in [row[0] for row in texts(one)]
    assert [c.head for c in one.tables[1].columns[3:8]] == ["令和8", "9", "10", "11", "12"]


def test_a_plan_with_too_much_for_a_page_is_cut_and_says_so() -> None:
    lines = [paper.cells("施策", "課") for _ in range(200)]
    table = paper.Table("施策", (paper.Column("施策", 1), paper.Column("課", 1)), lines, what="施策")
    one = paper.shortened(paper.Report("概要", "", [table], landscape=False))
    assert one.pages == 1
    assert len(one.tables[0].lines) + one.tables[0].dropped == 200
    assert "ほか" + str(one.tables[0].dropped) + "件の施策" in report.written(one, "html").decode()


def test_a_page_that_holds_less_takes_smaller_type() -> None:
    def draft(n: int) -> paper.Report:
        return paper.Report("表", "", [paper.Table("", (paper.Column("a", 1),), [paper.cells("あ")] * n)])

    sizes = [paper.fitted([lambda n=n: draft(n)]).size for n in (5, 28, 32)]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == 3
    assert paper.fitted([lambda: draft(300)]).pages > 3


def test_word_has_paper_table_and_heads_that_come_again(two: Dataset) -> None:
    one = report.item(two, "情報格差")
    document = docx.Document(io.BytesIO(report.written(one, "docx")))
    (section,) = document.sections
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (297, 210)
    (table,) = document.tables
    assert [cell.text for cell in table.rows[0].cells][1:4] == ["施策", "指標", "基準値・現状値"]
    assert "w:tblHeader" in table.rows[0]._tr.xml
    assert 'w:vMerge w:val="restart"' in table.rows[1].cells[0]._tc.xml
    assert document.paragraphs[0].text == one.title


def test_excel_prints_on_one_page(two: Dataset) -> None:
    book = openpyxl.load_workbook(io.BytesIO(report.written(report.item(two, "情報格差"), "xlsx")))
    sheet = book.active
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage  # on one: the default is 1 by 1
    assert sheet.print_title_rows == "$3:$3"
    assert "100人以上" in [cell.value for row in sheet for cell in row]


def test_html_is_one_file_that_prints_on_a4(two: Dataset) -> None:
    page = report.written(report.item(two, "情報格差"), "html").decode()
    assert "@page { size: A4 landscape" in page
    assert 'rowspan="2"' in page
    assert not re.search(r"<script|src=|href=|url\(", page)


def test_the_same_report_has_the_same_bytes(two: Dataset) -> None:
    for kind in report.FORMATS:
        first, second = (report.written(report.item(two, "情報格差"), kind) for _ in range(2))
        assert first == second


def test_words_of_a_plan_are_text_in_every_format(tmp_path: Path) -> None:
    odd = "<b>=1+1</b>\x0b&\x1b[2J"
    document = made.document("a", "みなと市", title=odd)
    owner = made.measure("a", 1, "=デジタルデバイド対策<script>", confidence=0.9)
    ds = made.dataset(tmp_path / "odd", {"documents": [document], "measures": [owner]})
    one = report.item(ds, "情報格差")
    assert "<script>" not in report.written(one, "html").decode()
    sheet = openpyxl.load_workbook(io.BytesIO(report.written(one, "xlsx"))).active
    cells = [cell for row in sheet for cell in row if str(cell.value).startswith("=デジタル")]
    assert [(cell.data_type, cell.quotePrefix) for cell in cells] == [("s", True)]
    for made_of in (one, report.plan(ds.plan("a"))):
        with zipfile.ZipFile(io.BytesIO(report.written(made_of, "docx"))) as file:
            assert b"\x0b" not in file.read("word/document.xml")


def test_the_command_writes_what_the_name_says(
    two: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = call(two.folder, "--item", "情報格差")
    assert (result.exit_code, result.stdout) == (0, "比較表_デジタルデバイド対策.docx\n")
    assert Path("比較表_デジタルデバイド対策.docx").read_bytes().startswith(b"PK")
    result = call(two.folder, "--plan", "みなと市", "--out", "a/b.xlsx", "--out", "b.html")
    assert result.stdout.split() == ["a/b.xlsx", "b.html"]
    assert call(two.folder, "--municipalities", "みなと市、やま町", "--out", "c.html").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--item", "情報格差", "--out", "x.pdf"], r"x\.pdf: a report is \.docx"),
        (["--item", "天気"], "no item '天気'; near it"),
        (["--plan", "みなと"], "no document answers to 'みなと'"),
        ([], "give one of --item, --indicator and --plan"),
        (["--item", "a", "--plan", "b"], "give one of"),
        (["--plan", "a", "--municipalities", "b"], "leave out --municipalities"),
    ],
)
def test_wrong_use_is_a_sentence(two: Dataset, arguments: list[str], words: str) -> None:
    result = call(two.folder, *arguments)
    assert result.exit_code == 2
    assert re.search(words, result.stderr)


def test_another_ending_is_refused_before_anything_is_read(two: Dataset, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a report is"):
        report.save(report.item(two, "情報格差"), tmp_path / "x")
