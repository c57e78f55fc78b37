from __future__ import annotations

import json
from pathlib import Path

import duckdb
import frictionless
import polars as pl
import pyarrow as pa
import pyarrow.dataset as pads
import pyarrow.parquet as pq
import pytest

from dxplan.storage import describe, write
from dxplan.tables import TABLES
from tests.dxplan.conftest import Run

KPIS = TABLES["kpis"]


@pytest.mark.parametrize(
    "row",
    [
        {"doc_id": "1", "no_such_column": 1},
        {"doc_id": "1", "target_fy": "R8"},
        {"doc_id": "1", "page": 2**40},
    ],
)
def test_a_row_that_breaks_the_contract_is_refused(row: dict[str, object]) -> None:
    with pytest.raises(write.ContractError, match="kpis"):
        write.to_batch(KPIS, [row])


def test_an_unknown_table_is_refused() -> None:
    with pytest.raises(write.ContractError, match="budgets"):
        write.pack({"budgets": []})


def test_a_bundle_keeps_every_value(tmp_path: Path) -> None:
    row = {
        "doc_id": "1",
        "target_max": 12.5,
        "is_repeat": False,
        "series": [{"fy": 2026, "value": 3.0, "raw": "３件"}, {"fy": 2027, "value": None, "raw": "-"}],
        "bbox": {"x0": 1.0, "y0": 2.0, "x1": 3.0, "y1": 4.5},
        "confidence": 0.5,
    }
    write.write_bundle(tmp_path / "a.arrow", write.pack({"kpis": [row, {"doc_id": "2"}]}))
    tables = write.read_bundle(tmp_path / "a.arrow", ("kpis", "glossary"))
    rows = tables["kpis"].to_pylist()
    assert {k: v for k, v in rows[0].items() if v is not None} == row
    assert rows[1] == dict.fromkeys(KPIS.column_names) | {"doc_id": "2"}
    assert "glossary" not in tables
    assert [p.name for p in tmp_path.iterdir()] == ["a.arrow"]


def test_a_long_table_is_written_in_groups_whatever_its_batches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "ROW_GROUP", 10)
    rows = [{"doc_id": str(i)} for i in range(25)]
    batches = [write.to_batch(KPIS, rows[i : i + 4]) for i in range(0, 25, 4)]
    assert write.write_table(tmp_path / "kpis.parquet", KPIS, iter(batches)) == 25
    assert pq.read_table(tmp_path / "kpis.parquet").column("doc_id").to_pylist() == [
        str(i) for i in range(25)
    ]
    assert pq.ParquetFile(tmp_path / "kpis.parquet").num_row_groups > 1


def test_files_are_zstd_and_carry_no_clock_or_frame_library(run: Run, plans: Path, tmp_path: Path) -> None:
    run(plans)
    file = pq.ParquetFile(tmp_path / "out" / "kpis.parquet")
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"
    assert set(file.metadata.metadata) == {b"ARROW:schema"}


def test_every_table_opens_in_the_common_tools(run: Run, plans: Path, tmp_path: Path) -> None:
    run(plans)
    for name, contract in TABLES.items():
        path = tmp_path / "out" / f"{name}.parquet"
        n_rows = pads.dataset(path).count_rows()
        assert pl.read_parquet(path).shape == (n_rows, len(contract.columns)), name
        assert duckdb.sql(f"select count(*) from '{path}'").fetchall() == [(n_rows,)], name


def test_the_frictionless_validator_accepts_the_package_and_its_data(
    run: Run, plans: Path, tmp_path: Path
) -> None:
    (plans / "bad.txt").write_text("!fail", encoding="utf-8")
    run(plans)
    report = frictionless.validate(str(tmp_path / "out" / "datapackage.json"))
    assert report.valid, report.flatten(["name", "type", "message"])
    assert len(report.tasks) == len(TABLES)


def test_the_package_describes_every_column_and_file(run: Run, plans: Path, tmp_path: Path) -> None:
    run(plans)
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text(encoding="utf-8"))
    resources = {r["name"]: r for r in package["resources"]}
    for name, contract in TABLES.items():
        assert [f["name"] for f in resources[name]["schema"]["fields"]] == list(contract.column_names)
        assert all(f["description"] for f in resources[name]["schema"]["fields"]), name
        assert resources[name]["size"] == (tmp_path / "out" / resources[name]["path"]).stat().st_size
    units = {f["name"]: f.get("unit") for f in resources["kpis"]["schema"]["fields"]}
    assert units["bbox"] == "points"


@pytest.mark.parametrize(
    ("table", "column", "expected"),
    [
        ("pages", "page", "integer"),  # part of the key, never null
        ("kpis", "target_fy", "number"),
        ("kpis", "target_value", "number"),
        ("kpis", "bbox", "object"),
        ("kpis", "series", "any"),
        ("kpis", "is_repeat", "boolean"),
        ("kpis", "indicator", "string"),
    ],
)
def test_types_in_the_words_of_table_schema(table: str, column: str, expected: str) -> None:
    (found,) = (c for c in TABLES[table].columns if c.name == column)
    assert describe.field_type(found, TABLES[table]) == expected


def test_schema_and_contract_agree_on_provenance() -> None:
    bbox = KPIS.schema.field("bbox").type
    assert bbox == pa.struct([(n, pa.float32()) for n in ("x0", "y0", "x1", "y1")])
