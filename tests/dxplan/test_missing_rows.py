"""A row that is missing is added, two that are one are joined, a measure is changed; all outlive the reader."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dxplan import corrections
from dxplan.corrections import Verdict, join, missing
from dxplan.errors import InputError
from tests.dxplan.test_corrections import DOCUMENT, kpi, measure

DAY = date(2026, 4, 1)
DOC = DOCUMENT["doc_id"]
BOX = (40.0, 90.0, 500.0, 130.0)


def block(n: int, text: str, page: int = 3, y: float = 100.0) -> dict[str, Any]:
    place = {"x0": 50.0 + 100 * n, "y0": y, "x1": 140.0 + 100 * n, "y1": y + 20}
    start = 1000 + 50 * n
    at = {"page": page, "bbox": place, "char_start": start, "char_end": start + len(text)}
    return {"doc_id": DOC, "text": text, "claimed_by": [], **at}


@pytest.fixture
def tables() -> dict[str, list[dict[str, Any]]]:
    other = measure(measure_id=f"{DOC}-m002", title="書類を減らす", number="2", char_start=50)
    return {
        "documents": [dict(DOCUMENT)],
        "measures": [measure(number="1"), other],
        "kpis": [kpi(1, 13), kpi(2, 20, page=4)],
        "schedules": [],
        "blocks": [block(0, "講座の回数（年間）"), block(1, "2回"), block(2, "10回以上"), block(3, "ほか", y=300.0)],
        "corrections": [],
        "diagnostics": [],
    }  # fmt: skip


def added(tables: dict[str, Any], **more: Any) -> Verdict:
    typed = {
        "indicator": "講座の回数（年間）",
        "baseline_raw": "2回",
        "target_raw": "10回以上",
        "target_fy": 2030,
    }
    facts = {
        "page": 3,
        "box": BOX,
        "blocks": tables["blocks"],
        "measure": tables["measures"][1],
        "today": DAY,
    }
    return missing(DOCUMENT, "kpis", typed, "山田", **{**facts, **more})


def test_a_missing_row_is_added_with_what_its_words_say_and_where_it_stands(tables: dict[str, Any]) -> None:
    said = added(tables)
    assert corrections.apply(tables, [said]) >= {"kpis", "blocks", "corrections", "documents"}
    row = tables["kpis"][1]  # in the order of the document
    assert (row["kpi_id"], row["rule"], row["confidence"]) == (said.row, "correction", 1.0)
    assert (row["indicator"], row["qualifier"], row["measure_id"]) == ("講座の回数", "年間", f"{DOC}-m002")
    assert (row["target_value"], row["target_unit"], row["target_bound"]) == (10.0, "回", "at_least")
    assert (row["baseline_value"], row["target_fy"], row["indicator_norm"]) == (2.0, 2030, "講座の回数")
    assert (row["source_text"], row["char_start"]) == ("講座の回数（年間）\n2回\n10回以上", 1000)
    assert [said.row in b["claimed_by"] for b in tables["blocks"]] == [True, True, True, False]
    (told,) = tables["corrections"]
    assert (told["verdict"], told["outcome"], told["row_id"]) == ("missing", "applied", said.row)
    assert not tables["diagnostics"]


def test_a_row_typed_with_its_page_alone_has_no_place(tables: dict[str, Any]) -> None:
    corrections.apply(tables, [added(tables, box=None)])
    row = next(r for r in tables["kpis"] if r["rule"] == "correction")
    assert (row["page"], row["bbox"], row["char_start"], row["source_text"]) == (3, None, None, None)


def test_a_reader_that_has_learnt_makes_an_added_row_needless(tables: dict[str, Any]) -> None:
    said = added(tables)
    own = kpi(3, 10) | said.new | {"measure_id": f"{DOC}-m002"}
    tables["kpis"].append(own)
    n = len(tables["kpis"])
    corrections.apply(tables, [said])
    assert (len(tables["kpis"]), tables["corrections"][0]["outcome"]) == (n, "agreed")


def test_a_reader_that_now_reads_another_value_there_is_told(tables: dict[str, Any]) -> None:
    said = added(tables)
    tables["kpis"].append(kpi(3, 99, indicator="講座の回数", qualifier="年間", measure_id=f"{DOC}-m002"))
    n = len(tables["kpis"])
    corrections.apply(tables, [said])
    assert (len(tables["kpis"]), tables["corrections"][0]["outcome"]) == (n, "outdated")
    assert tables["diagnostics"][0]["code"] == "correction_outdated"


def test_a_new_reader_keeps_an_added_row_and_tells_what_no_longer_fits(tables: dict[str, Any]) -> None:
    said = added(tables)
    for one in tables["blocks"]:
        one.update(char_start=one["char_start"] + 7, char_end=one["char_end"] + 7)
    tables["measures"][1]["measure_id"] = f"{DOC}-m009"  # ids move, names do not
    corrections.apply(tables, [said])
    row = next(r for r in tables["kpis"] if r["rule"] == "correction")
    assert (row["char_start"], row["measure_id"], tables["diagnostics"]) == (1007, f"{DOC}-m009", [])


def test_other_words_in_the_box_and_a_measure_that_is_gone_are_told(tables: dict[str, Any]) -> None:
    said = added(tables)
    tables["blocks"][2]["text"] = "20回以上"
    tables["measures"].pop()
    corrections.apply(tables, [said])
    row = next(r for r in tables["kpis"] if r["rule"] == "correction")
    assert (row["target_value"], row["measure_id"]) == (10.0, None)
    assert {d["code"] for d in tables["diagnostics"]} == {"correction_moved", "correction_no_measure"}


def test_an_added_row_is_corrected_and_taken_out_like_any_other(tables: dict[str, Any]) -> None:
    said = added(tables)
    corrections.apply(tables, [said])
    row = next(r for r in tables["kpis"] if r["rule"] == "correction")
    fixed = corrections.judge(DOCUMENT, "kpis", row, "corrected", "山田", column="target_value", new=12.0)
    wrong = corrections.judge(DOCUMENT, "kpis", row | {"target_value": 12.0}, "wrong", "山田")
    tables["kpis"] = [r for r in tables["kpis"] if r["rule"] != "correction"]
    corrections.apply(tables, [said, fixed])
    assert [r["target_value"] for r in tables["kpis"] if r["kpi_id"] == said.row] == [12.0]
    tables["kpis"] = [r for r in tables["kpis"] if r["rule"] != "correction"]
    corrections.apply(tables, [said, fixed, wrong])
    assert [r for r in tables["kpis"] if r["kpi_id"] == said.row] == []


def test_a_measure_is_changed_by_its_name_and_holds_when_ids_and_titles_move(tables: dict[str, Any]) -> None:
    row, (_, second) = tables["kpis"][0], tables["measures"]
    moved = corrections.judge(
        DOCUMENT, "kpis", row, "corrected", "山田", column="measure_id", new=second["measure_id"],
        measures=tables["measures"],
    )  # fmt: skip
    assert (moved.old, moved.new) == (
        {"number": "1", "title": "窓口を速くする"}, {"number": "2", "title": "書類を減らす"},
    )  # fmt: skip
    titled = corrections.judge(
        DOCUMENT, "measures", second, "corrected", "山田", column="title", new="紙を減らす"
    )
    second["measure_id"] = f"{DOC}-m007"
    corrections.apply(tables, [titled, moved])
    assert (tables["kpis"][0]["measure_id"], tables["kpis"][0]["rule"]) == (
        second["measure_id"],
        "correction",
    )
    none = corrections.judge(
        DOCUMENT,
        "kpis",
        tables["kpis"][0],
        "corrected",
        "山田",
        column="measure_id",
        measures=tables["measures"],
    )
    corrections.apply(tables, [none])
    assert tables["kpis"][0]["measure_id"] is None


def test_a_measure_that_no_longer_has_its_name_is_told(tables: dict[str, Any]) -> None:
    moved = corrections.judge(
        DOCUMENT, "kpis", tables["kpis"][0], "corrected", "山田", column="measure_id", new=f"{DOC}-m002",
        measures=tables["measures"],
    )  # fmt: skip
    tables["measures"][1]["title"] = "地図を開く"
    corrections.apply(tables, [moved])
    assert tables["kpis"][0]["measure_id"] == f"{DOC}-m001"
    assert [d["code"] for d in tables["diagnostics"]] == ["correction_not_found"]


def test_two_measures_that_are_one_are_joined_with_their_indicators_and_taken_back_at_once(
    tables: dict[str, Any], tmp_path: Path
) -> None:
    first, second = tables["measures"]
    first["actions"], second["actions"] = ["番号札"], ["予約", "番号札"]
    second["overview"] = "待ち時間を短くします。"
    tables["kpis"][1]["measure_id"] = second["measure_id"]
    said = join(
        DOCUMENT, "measures", first, second, "山田", measures=tables["measures"],
        parts={"kpis": tables["kpis"], "schedules": []}, today=DAY,
    )  # fmt: skip
    corrections.append(tmp_path, said)
    corrections.apply(tables, corrections.read(tmp_path))
    (row,) = tables["measures"]
    assert (row["title"], row["overview"], row["actions"]) == (
        "窓口を速くする書類を減らす", "待ち時間を短くします。", ["番号札", "予約"],
    )  # fmt: skip
    assert {k["measure_id"] for k in tables["kpis"]} == {first["measure_id"]}
    assert corrections.take_back(tmp_path, said[0])
    assert corrections.read(tmp_path) == ()


def test_two_bars_that_are_one_span_both() -> None:
    bar = {c.name: None for c in corrections.columns("schedules")} | {"task": "研修"}
    found = corrections.joined(
        "schedules", bar | {"start_fy": 2026, "end_fy": 2027}, bar | {"start_fy": 2028, "end_fy": 2029}
    )
    assert found == {"end_fy": 2029}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"new": {"target_raw": "10回"}}, "no row of kpis"),
        ({"new": {"indicator": "講座", "kpi_id": "x"}}, "cannot be corrected"),
        ({"new": {"indicator": "講座", "target_value": "ten"}}, "number"),
        ({"new": {"indicator": "講座", "measure_id": "x"}}, "names no measure"),
        ({"bbox": [1, 2]}, "bbox"),
        ({"column": "target_value"}, "said of a row"),
    ],
)
def test_an_added_row_that_makes_no_sense_is_named_in_the_file(
    tables: dict[str, Any], tmp_path: Path, change: dict[str, Any], why: str
) -> None:
    from dataclasses import replace

    corrections.append(tmp_path, [replace(added(tables), **change), added(tables)])
    with pytest.raises(InputError, match=why):
        corrections.read(tmp_path)


def test_a_row_without_a_name_is_none() -> None:
    with pytest.raises(ValueError, match="needs its task"):
        missing(DOCUMENT, "schedules", {"start_fy": 2026}, "山田")
