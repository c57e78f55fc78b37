"""What counts as wrong, sure and right when plans with a truth are read."""

from __future__ import annotations

from dxplan.score import TableScore
from tools import reading
from tools.first_sight import seeds_of


def test_seeds_are_numbers_and_spans() -> None:
    assert seeds_of("0-3,7") == [0, 1, 2, 3, 7]


def test_texts_that_may_name_something_are_short_ones_and_what_stands_before_a_colon() -> None:
    rows = {
        "blocks": [
            {"text": "担当課：市民課と、市民課を支える全ての課及び出先の機関"},
            {"text": "現状と課題"},
        ],
        "tables": [{"text": "目標値"}, {"text": None}, {"text": "窓口を" * 12}],
    }
    assert reading.label_texts(rows) == ["現状と課題", "目標値", "担当課"]


def test_a_null_is_missing_and_a_number_that_differs_is_false() -> None:
    gold = {"baseline_value": 12, "target_value": 60, "baseline_fy": None, "target_fy": 2030}
    row = {"baseline_value": None, "target_value": 60.0, "baseline_fy": 2025, "target_fy": 2030}
    assert reading.wrong_values("kpis", gold, row) == ["baseline_fy"]
    assert reading.wrong_values("kpis", None, row) == ["target_value", "baseline_fy", "target_fy"]


def test_a_bounded_end_is_not_false() -> None:
    row = {"start_fy": 2026, "end_fy": 2030, "span_certainty": "bounded"}
    assert reading.wrong_values("schedules", {"start_fy": 2026, "end_fy": 2028}, row) == []


def test_only_what_is_sure_and_false_is_told() -> None:
    rows = [
        ({"target_value": 5}, {"indicator": "件数", "target_value": 50, "confidence": 0.93, "page": 3}),
        ({"target_value": 5}, {"indicator": "人数", "target_value": 50, "confidence": 0.6, "page": 3}),
    ]
    told, count = reading.sure_and_wrong([reading.Read("a.pdf", {"kpis": TableScore(rows=list(rows))})])
    assert count == 2
    assert told == ["a.pdf p3 kpis 件数: want {'target_value': 5}, got {'target_value': 50}"]


def test_calibration_sets_what_is_said_beside_what_is_right() -> None:
    score = TableScore(judged=[(0.92, True), (0.94, False), (0.6, False)])
    bands = reading.calibration([reading.Read("a.pdf", {"kpis": score})])
    assert [(band, n, right) for band, n, right, _ in bands] == [("0.50-0.70", 1, 0), ("0.90-0.95", 2, 1)]
