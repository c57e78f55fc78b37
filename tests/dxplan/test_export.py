from __future__ import annotations

import csv
import json
import re
import sqlite3
from pathlib import Path

import duckdb
import openpyxl
import pytest
from click.testing import CliRunner

from dxplan import cli
from dxplan.dataset import Dataset
from dxplan.errors import DatasetError
from dxplan.views import export
from tests.dxplan.conftest import Run

FORMULAS = ["=1+1", "+81", "-5%", "@SUM(A1)", "＝１＋１", "－５", "\t=1"]


@pytest.fixture
def formulas(run: Run, tmp_path: Path) -> Dataset:
    """A plan with measures that a spreadsheet would take for formulas."""
    import dxplan

    plan = tmp_path / "plan.txt"
    plan.write_text("\n".join(FORMULAS), encoding="utf-8")
    run(plan)
    return dxplan.open(tmp_path / "out")


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_format_has_every_row(sample: Dataset, tmp_path: Path) -> None:
    export.export(sample, "csv", tmp_path / "csv")
    export.export(sample, "duckdb", tmp_path / "d.duckdb")
    export.export(sample, "sqlite", tmp_path / "s.sqlite")
    with duckdb.connect(str(tmp_path / "d.duckdb")) as duck, sqlite3.connect(tmp_path / "s.sqlite") as lite:
        for name, n_rows in sample.rows.items():
            count = f'select count(*) from "{name}"'
            assert len(csv_rows(tmp_path / "csv" / f"{name}.csv")) == n_rows
            assert duck.execute(count).fetchone() == lite.execute(count).fetchone() == (n_rows,)


def test_csv_opens_in_excel_and_holds_numbers_lists_and_japanese(sample: Dataset, tmp_path: Path) -> None:
    export.export(sample, "csv", tmp_path, tables=["kpis", "measures"])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["kpis.csv", "measures.csv"]
    assert (tmp_path / "kpis.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    rows = {row["indicator"]: row for row in csv_rows(tmp_path / "kpis.csv")}
    assert rows["申請書作成支援の対象手続数"]["target_value"] == "60.0"
    assert re.fullmatch(r"0\.\d{1,3}", rows["電子化した手続の数"]["confidence"])  # no 0.9300000071
    assert json.loads(rows["電子化した手続の数"]["series"])[0] == {"fy": 2026, "value": 110.0, "raw": "110"}
    assert json.loads(csv_rows(tmp_path / "measures.csv")[0]["departments"])


def test_a_plan_cannot_bring_a_formula_into_a_spreadsheet(formulas: Dataset, tmp_path: Path) -> None:
    export.export(formulas, "csv", tmp_path / "csv", tables=["measures"])
    titles = [row["title"] for row in csv_rows(tmp_path / "csv" / "measures.csv")]
    assert titles == [f"'{text}" for text in FORMULAS]
    export.export(formulas, "xlsx", tmp_path / "f.xlsx", tables=["measures"])
    sheet = openpyxl.load_workbook(tmp_path / "f.xlsx")["measures"]
    column = [cell.value for cell in sheet[1]].index("title") + 1
    cells = [sheet.cell(row, column) for row in range(2, sheet.max_row + 1)]
    assert [cell.value for cell in cells] == FORMULAS
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells)


def test_a_negative_number_stays_a_number() -> None:
    assert export._disarm(-5.0) == -5.0
    assert export._disarm("-5") == "'-5"


def test_a_sign_for_no_value_stays_as_printed() -> None:
    assert [export._disarm(sign) for sign in ("-", "－", "+", "―")] == ["-", "－", "+", "―"]


def test_databases_have_types_and_meaning(sample: Dataset, tmp_path: Path) -> None:
    export.export(sample, "duckdb", tmp_path / "d.duckdb")
    with duckdb.connect(str(tmp_path / "d.duckdb")) as duck:
        assert duck.execute("select departments[1] from measures where departments[1] is not null").fetchone()
        comment = "select comment from duckdb_columns() where table_name='kpis' and column_name='target_fy'"
        assert duck.execute(comment).fetchone() == ("fiscal year of the target",)
    export.export(sample, "sqlite", tmp_path / "s.sqlite")
    with sqlite3.connect(tmp_path / "s.sqlite") as lite:
        joined = "select title from kpis join measures using (measure_id) where target_value = 60 and target_unit = '手続'"
        assert lite.execute(joined).fetchone() == ("自治体フロントヤード改革の推進",)
        types = dict(lite.execute("select name, type from pragma_table_info('kpis')").fetchall())
        assert (types["target_value"], types["target_fy"], types["series"]) == ("REAL", "INTEGER", "TEXT")


def test_one_plan_can_be_exported(sample: Dataset, tmp_path: Path) -> None:
    export.export(sample.plan("mitsudaki.pdf"), "csv", tmp_path, tables=["documents", "kpis"])
    assert [row["source_name"] for row in csv_rows(tmp_path / "documents.csv")] == ["mitsudaki.pdf"]


def test_an_export_that_fails_leaves_the_old_file(
    sample: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "s.sqlite"
    target.write_text("old")

    def broken(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(export, "_rows", broken)
    with pytest.raises(OSError, match="disk full"):
        export.export(sample, "sqlite", target)
    assert [p.name for p in tmp_path.iterdir()] == ["s.sqlite"]
    assert target.read_text() == "old"


def test_the_dbt_model_of_the_docs_runs_on_the_parquet_files(
    sample: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "tools.md").read_text(encoding="utf-8")
    [model] = re.findall(r"^```jinja\n(.*?)^```$", page, re.M | re.S)
    monkeypatch.chdir(sample.folder)
    sql = re.sub(r"\{\{ source\('dxplan', '(\w+)'\) \}\}", r"'\1.parquet'", model)
    counts = {city: kpis for city, kpis, _ in duckdb.sql(sql).fetchall()}
    assert counts["澄川野市"] == len(sample.plan("sumikawano.pdf").kpis)
    assert sum(counts.values()) == len(sample.kpis)


def test_errors_say_what_to_do(sample: Dataset, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DatasetError, match=r"no table .kpi.; there are documents \(計画\)"):
        export.export(sample, "csv", tmp_path, tables=["kpi"])
    with pytest.raises(DatasetError, match="csv needs a folder"):
        export.export(sample, "csv", tmp_path / "file")
    with pytest.raises(DatasetError, match="give the name of a file"):
        export.export(sample, "xlsx", tmp_path)


def test_the_command_offers_all_formats(sample: Dataset, tmp_path: Path) -> None:
    option = next(p for p in cli.main.commands["export"].params if p.name == "to")
    assert tuple(option.type.choices) == export.FORMATS  # type: ignore[attr-defined]
    arguments = ["export", str(sample.folder), str(tmp_path / "csv"), "--to", "csv", "--table", "terms"]
    assert CliRunner().invoke(cli.main, arguments).exit_code == 0
    assert csv_rows(tmp_path / "csv" / "terms.csv")
