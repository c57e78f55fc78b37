"""Questions are answered from the truth by what stands under or behind what is asked, as a person would."""

from __future__ import annotations

from typing import Any

import pytest

from tools import teaching

_TRUTH: dict[str, Any] = {
    "measures": [{"title": "窓口を軽くする", "overview": None, "background": "待つ人が多い。", "approach": None,
                  "actions": ["番号札を置く"], "departments": ["町民課"], "national_tags": []}],
    "kpis": [{"indicator": "待ち時間", "baseline_raw": "30分", "target_raw": "10分"}],
    "schedules": [{"task": "番号札の導入", "label": None}],
}  # fmt: skip
_ROWS = {
    "blocks": [{"text": t} for t in ("〔こまりごと〕", "待つ人が多い。", "〔旗振り〕", "町民課")],
    "tables": [
        {"table_id": "x1", "row": r, "col": c, "text": text}
        for r, row in enumerate([("はかるもの", "おわり", "備考"), ("待ち時間", "10分", "毎年")])
        for c, text in enumerate(row)
    ],
}


@pytest.mark.parametrize(
    ("kind", "key", "says"),
    [
        ("label", "こまりごと", "background"),
        ("label", "旗振り", "departments"),
        ("label", "どこにもない", "other"),
        ("column", "おわり", "target"),
        ("column", "備考", "other"),
        ("table", "はかるもの|おわり", "indicators"),
        ("table", "おわり|備考", "none"),
        ("chart", "番号札の導入|開所", "schedule"),
        ("chart", "国の計画", "none"),
        ("value", "待ち時間\n約", "nothing"),
        ("text", "待つ人が多い。", "background"),
        ("text", "・番号札を置く", "actions"),
        ("text", "どこにもない。", "nothing"),
    ],
)
def test_an_answer_is_what_the_truth_says_of_it(kind: str, key: str, says: str) -> None:
    assert teaching.answer({"kind": kind, "key": key, "text": key}, _ROWS, _TRUTH) == says


def test_the_curve_is_the_mean_over_plans_at_each_step() -> None:
    curves = [[(0, {"kpis": 0.5}), (5, {"kpis": 0.9})], [(0, {"kpis": 0.7}), (2, {"kpis": 0.7})]]
    lines = teaching.table(curves, (0, 5)).splitlines()
    assert "0 answers (0.0)" in lines[1]
    assert "0.60" in lines[1]
    assert "5 answers (3.5)" in lines[2]
    assert "0.80" in lines[2]


def test_a_row_that_a_question_points_to_is_added_and_scored() -> None:
    document = {"doc_id": "000000-aaaaaaaaaaaa", "source_name": "a.pdf", "sha256": "a" * 64}
    rows = {"documents": [document], "kpis": [], "measures": []}
    truth = {
        "measures": [],
        "kpis": [{"measure": None, "indicator": "待ち時間", "target_raw": "10分", "page": 3}],
    }
    question = {"kind": "text", "text": "◆待ち時間　10分", "page": 3}
    said = teaching.added(question, rows, truth)
    (row,) = teaching.corrected(rows, said)["kpis"]
    assert (row["indicator"], row["target_value"], row["page"]) == ("待ち時間", 10.0, 3)
    assert teaching.added({**question, "page": 4}, rows, truth) == []
