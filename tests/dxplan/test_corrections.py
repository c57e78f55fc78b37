from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import dxplan
import dxplan.tables
from dxplan import corrections
from dxplan.corrections import Verdict, judge
from dxplan.errors import InputError
from tests.dxplan.conftest import Run

DAY = date(2026, 4, 1)
DOCUMENT = {"doc_id": "000000-aaaaaaaaaaaa", "source_name": "みほん.pdf", "sha256": "a" * 64}


def kpi(n: int, target: float, **more: Any) -> dict[str, Any]:
    row = dict.fromkeys(c.name for c in dxplan.tables.TABLES["kpis"].columns)
    return row | {
        "doc_id": DOCUMENT["doc_id"],
        "kpi_id": f"{DOCUMENT['doc_id']}-k{n:03d}",
        "measure_id": f"{DOCUMENT['doc_id']}-m001",
        "indicator": "窓口の待ち時間",
        "target_value": target,
        "target_unit": "分",
        "page": 3,
        "char_start": 100 * n,
        "char_end": 100 * n + 12,
        "source_text": f"窓口の待ち時間 {target:g}分",
        "rule": "kpi-table",
        "confidence": 0.8,
        **more,
    }


def measure(**more: Any) -> dict[str, Any]:
    row = dict.fromkeys(c.name for c in dxplan.tables.TABLES["measures"].columns)
    place = {"page": 3, "char_start": 0, "char_end": 9, "source_text": "窓口を速くする", "confidence": 0.9}
    title = {"title": "窓口を速くする", "title_norm": "窓口を速くする", "policy_ids": []}
    key = {"doc_id": DOCUMENT["doc_id"], "measure_id": f"{DOCUMENT['doc_id']}-m001"}
    return row | key | title | place | more


@pytest.fixture
def tables() -> dict[str, list[dict[str, Any]]]:
    block = {"doc_id": DOCUMENT["doc_id"], "claimed_by": [f"{DOCUMENT['doc_id']}-k001"]}
    return {
        "documents": [dict(DOCUMENT)],
        "measures": [measure()],
        "kpis": [kpi(1, 13), kpi(2, 20)],
        "schedules": [],
        "blocks": [block],
        "corrections": [],
        "diagnostics": [],
    }


def on(table: str, row: dict[str, Any], verdict: Any, **more: Any) -> Verdict:
    return judge(DOCUMENT, table, row, verdict, "山田", today=DAY, **more)


def test_a_document_says_how_many_of_its_rows_are_right_after_the_verdicts(tables: dict[str, Any]) -> None:
    corrections.apply(
        tables, [on("kpis", tables["kpis"][0], "right"), on("kpis", tables["kpis"][1], "wrong")]
    )
    made = [row["confidence"] for t in corrections.COUNTED for row in tables.get(t, ())]
    (document,) = (d for d in tables["documents"] if d["sha256"].startswith("a"))
    assert 1.0 in made
    assert (document["rows_made"], document["rows_expected_right"]) == (len(made), sum(made))
    assert (document["rows_sure"], document["verdicts_given"]) == (sum(one >= 0.9 for one in made), 2)


def test_a_corrected_value_has_its_rule_author_and_date(tables: dict[str, Any]) -> None:
    said = on("kpis", tables["kpis"][0], "corrected", column="target_value", new=12.0, note="原本どおり")
    assert "kpis" in corrections.apply(tables, [said])
    row = tables["kpis"][0]
    assert (row["target_value"], row["rule"], row["confidence"]) == (12.0, "correction", 1.0)
    assert tables["kpis"][1]["rule"] == "kpi-table"
    (report,) = tables["corrections"]
    wanted = {"author": "山田", "judged_on": "2026-04-01", "outcome": "applied", "rule": "kpi-table"}
    assert report.items() >= (wanted | {"old_value": "13", "new_value": "12.0", "note": "原本どおり"}).items()
    assert not tables["diagnostics"]


def test_what_is_made_of_a_value_follows_it(tables: dict[str, Any]) -> None:
    row = tables["measures"][0]
    corrections.apply(tables, [on("measures", row, "corrected", column="title", new="ＤＸ窓口を速くする")])
    assert row["title_norm"] == "DX窓口を速くする"


def test_a_wrong_value_becomes_null_and_a_right_row_is_trusted(tables: dict[str, Any]) -> None:
    first, second = tables["kpis"]
    said = [on("kpis", first, "wrong", column="target_value"), on("kpis", second, "right")]
    corrections.apply(tables, said)
    assert first["target_value"] is None
    assert (second["rule"], second["confidence"]) == ("kpi-table", 1.0)


def test_a_wrong_row_goes_with_every_mention_of_it(tables: dict[str, Any]) -> None:
    said = [on("kpis", tables["kpis"][0], "wrong"), on("measures", tables["measures"][0], "wrong")]
    changed = corrections.apply(tables, said)
    assert [row["target_value"] for row in tables["kpis"]] == [20]
    assert not tables["measures"]
    assert tables["kpis"][0]["measure_id"] is None
    assert tables["blocks"][0]["claimed_by"] == []
    assert {"kpis", "measures", "blocks"} <= changed


def test_right_takes_back_an_earlier_wrong(tables: dict[str, Any]) -> None:
    row = tables["kpis"][0]
    corrections.apply(tables, [on("kpis", row, "wrong"), on("kpis", row, "right")])
    assert row in tables["kpis"]


def test_corrections_of_one_value_build_on_each_other(tables: dict[str, Any]) -> None:
    row = tables["kpis"][0]
    first = on("kpis", row, "corrected", column="target_value", new=12.0)
    second = replace(first, old=12.0, new=11.0)
    corrections.apply(tables, [first, second])
    assert row["target_value"] == 11.0


def test_a_row_is_found_again_when_ids_and_offsets_have_moved(tables: dict[str, Any]) -> None:
    row = kpi(1, 13)
    said = on("kpis", row, "corrected", column="target_value", new=12.0)
    tables["kpis"] = [kpi(1, 20), kpi(2, 13)]  # its id is now another row's
    corrections.apply(tables, [said])
    assert [r["target_value"] for r in tables["kpis"]] == [20, 12.0]


def test_rows_of_one_place_are_told_apart_by_their_id(tables: dict[str, Any]) -> None:
    place = {"char_start": 5, "char_end": 9, "source_text": "同じ文"}
    first, second = kpi(1, 13, **place), kpi(2, 20, **place)
    tables["kpis"] = [first, second]
    corrections.apply(tables, [on("kpis", second, "corrected", column="target_value", new=21.0)])
    assert [first["target_value"], second["target_value"]] == [13, 21.0]


@pytest.mark.parametrize(
    ("rows", "outcome"),
    [
        ([kpi(1, 14, source_text="窓口の待ち時間 13分")], "outdated"),
        ([kpi(1, 20)], "not_found"),
        ([kpi(4, 13), kpi(5, 13)], "ambiguous"),
    ],
)
def test_what_no_longer_fits_is_told_and_not_applied(
    tables: dict[str, Any], rows: list[dict[str, Any]], outcome: str
) -> None:
    said = on("kpis", kpi(1, 13), "wrong")
    tables["kpis"] = [dict(row) for row in rows]
    corrections.apply(tables, [said])
    assert tables["kpis"] == rows
    assert tables["corrections"][0]["outcome"] == outcome
    (told,) = tables["diagnostics"]
    assert told["code"] == f"correction_{outcome}"
    assert "山田" in told["message"]


def test_an_extractor_that_has_learnt_agrees(tables: dict[str, Any]) -> None:
    said = on("kpis", kpi(1, 13), "corrected", column="target_value", new=12.0)
    tables["kpis"][0]["target_value"] = 12.0
    corrections.apply(tables, [said])
    assert tables["corrections"][0]["outcome"] == "agreed"
    assert tables["kpis"][0]["rule"] == "kpi-table"


def test_verdicts_on_other_bytes_of_a_file_are_told(tables: dict[str, Any]) -> None:
    said = on("kpis", tables["kpis"][0], "wrong")
    corrections.apply(tables, [replace(said, sha256="b" * 64)])
    assert len(tables["kpis"]) == 2
    assert [d["code"] for d in tables["diagnostics"]] == ["correction_other_file"]


@pytest.mark.parametrize(
    ("table", "column", "text", "value"),
    [
        ("kpis", "target_value", "１，２００", 1200.0),
        ("kpis", "target_fy", "2028", 2028),
        ("kpis", "is_repeat", "true", True),
        ("kpis", "indicator", " 利用率 ", "利用率"),
        ("kpis", "target_value", "  ", None),
        ("measures", "departments", "総務課\r\n\r\n市民課", ["総務課", "市民課"]),
        ("documents", "published", "2026-03", "2026-03"),
    ],
)
def test_what_is_typed_becomes_a_value(table: str, column: str, text: str, value: Any) -> None:
    assert corrections.parse(table, column, text) == value


@pytest.mark.parametrize(
    ("table", "column", "text"),
    [
        ("kpis", "target_value", "十三"),
        ("kpis", "target_value", "nan"),
        ("kpis", "target_fy", "99999"),
        ("kpis", "target_bound", "roughly"),
        ("documents", "published", "2026-13"),
        ("kpis", "kpi_id", "x"),
        ("documents", "source_path", "x"),
    ],
)
def test_what_fits_no_column_is_refused(table: str, column: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"is no|is none of|is not written as|cannot be corrected"):
        corrections.parse(table, column, text)


def test_verdicts_survive_the_file_and_a_hand_that_edits_it(tmp_path: Path, tables: dict[str, Any]) -> None:
    row = tables["kpis"][0]
    first = on("kpis", row, "corrected", column="target_value", new=12.0, note="はい: いいえ")
    second = on("kpis", row, "right")
    corrections.append(tmp_path, [first])
    file = tmp_path / corrections.FILE
    file.write_text("# 四月の確認\n" + file.read_text(encoding="utf-8").rstrip("\n"), encoding="utf-8")
    corrections.append(tmp_path, [second])
    assert corrections.read(tmp_path) == (first, second)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.replace("corrected", "perhaps"), "entry 1: verdict is 'perhaps'"),
        (lambda t: t.replace("table: kpis", "table: secrets"), "entry 1: table is 'secrets'"),
        (lambda t: t.replace("new: 12.0", "new: 12分"), "entry 1: '12分' is no number"),
        (lambda t: t.replace("  new:", "  colour: red\n  new:"), "unknown field colour"),
        (lambda t: t.replace("old:", "old: [", 1) + t, "cannot be read"),
    ],
)
def test_a_broken_file_says_where(
    tmp_path: Path, tables: dict[str, Any], change: Callable[[str], str], message: str
) -> None:
    corrections.append(
        tmp_path, [on("kpis", tables["kpis"][0], "corrected", column="target_value", new=12.0)]
    )
    file = tmp_path / corrections.FILE
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        corrections.read(tmp_path)


def test_a_run_applies_new_verdicts_without_reading_again(run: Run, plans: Path, tmp_path: Path) -> None:
    run(plans)
    out = tmp_path / "out"
    ds = dxplan.open(out)
    (document, *_) = ds.documents.arrow().to_pylist()
    row = ds.measures.arrow(doc_id=document["doc_id"]).to_pylist()[0]
    corrections.append(
        out, [judge(document, "measures", row, "corrected", "山田", column="title", new="直した題名")]
    )
    summary = run(plans)
    assert summary.n_read == 0
    ds = dxplan.open(out)
    assert "直した題名" in ds.measures.arrow().column("title").to_pylist()
    assert ds.corrections.arrow().column("author").to_pylist() == ["山田"]
    before = (out / "measures.parquet").stat().st_mtime_ns
    run(plans)
    assert (out / "measures.parquet").stat().st_mtime_ns == before
