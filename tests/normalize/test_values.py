"""Values of KPIs made comparable: one unit, what they are counted over, of what part; the rest stands apart."""

from __future__ import annotations

from typing import Any

import pytest

from normalize import values
from normalize.align_kpis import align_kpis
from normalize.quantities import parse_target


def kpi(name: str, target: str, baseline: str = "", **fields: Any) -> dict[str, Any]:
    """A row as a run makes it, of a cell for the baseline and one for the target."""
    row: dict[str, Any] = {"kpi_id": "k", "doc_id": "d", "indicator": name, "qualifier": None}
    for which, text in (("baseline", baseline), ("current", ""), ("target", target)):
        read = parse_target(text)
        row |= {f"{which}_raw": text or None, f"{which}_value": read.value, f"{which}_unit": read.unit}
        row |= {f"{which}_fy": read.fy}
    row |= {"target_kind": parse_target(target).kind, "baseline_date": parse_target(baseline).date} | fields
    return row | values.columns(row, fields.get("measure"))


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (12, "万件", (120000, "件")),
        (3, "千件", (3000, "件")),
        (2, "時間", (120, "分")),
        (39, "分", (39, "分")),
        (30, "秒", (0.5, "分")),
        (3, "割", (30, "%")),
        (82.5, "％", (82.5, "%")),
        (500, "千円", (500000, "円")),
        (3, "億円", (300000000, "円")),
        (5, "名", (5, "人")),
        (5, "箇所", (5, "か所")),
        (7, None, (7, None)),
    ],
)
def test_units_of_one_kind_are_one(
    value: float, unit: str | None, expected: tuple[float, str | None]
) -> None:
    assert values.comparable(value, unit.replace("％", "%") if unit else None) == expected


@pytest.mark.parametrize(
    ("name", "qualifier", "target", "expected"),
    [
        ("電子申請の年間利用件数", None, "120件", "year"),
        ("電子申請の利用件数", "年間", "120件", "year"),
        ("電子申請の利用件数", "累計", "120件", "cumulative"),
        ("生成AIの利用件数(月平均)", None, "120件", "month"),
        ("1日当たりのアクセス数", None, "120件", "day"),
        ("職員一人当たりの時間外勤務", None, "10時間", "per_person"),
        ("職員1人当たりの月平均時間外勤務時間", None, "10時間", "month per_person"),
        ("マイナンバーカード保有率（年度末）", None, "90%", "end"),
        ("電子申請の利用件数", None, "120件", None),
    ],
)
def test_the_texts_say_what_a_number_is_counted_over(
    name: str, qualifier: str | None, target: str, expected: str | None
) -> None:
    assert kpi(name, target, qualifier=qualifier)["basis"] == expected


@pytest.mark.parametrize(
    ("name", "target", "expected"),
    [
        ("48手続(別表1)のオンライン化率", "100%", "48手続"),
        ("所管する行政手続のオンライン化率", "100%", "所管する行政手続"),
        ("行政手続のオンライン化率", "100%", None),
        ("オンライン化した手続の数", "26手続", None),
        ("高齢者のマイナンバーカード保有率", "90%", "高齢者"),
        ("職員のテレワーク実施率", "90%", None),
    ],
)
def test_the_part_a_number_is_of(name: str, target: str, expected: str | None) -> None:
    assert kpi(name, target)["scope"] == expected


def test_the_pace_is_a_years_change_in_the_comparable_unit() -> None:
    row = kpi("電子申請の年間利用件数", "3千件（令和10年度）", "1,200件（令和7年度）")
    assert (row["pace_per_year"], row["better"], row["comparable_unit"]) == (600, "up", "件")
    assert kpi("窓口の待ち時間", "10分（令和10年度）", "40分（令和7年度）")["pace_per_year"] == -10
    assert kpi("電子申請の年間利用件数", "3千件", "1,200件（令和7年度）")["pace_per_year"] is None
    assert kpi("オンライン化率", "1.5倍", "20%")["target_comparable"] is None


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (("行政手続のオンライン化率", "100%"), ("手続のオンライン化率", "9割"), None),
        (("オンライン化した手続の数", "20件"), ("オンライン化した手続の数", "20手続"), None),
        (("行政手続のオンライン化率", "100%"), ("48手続のオンライン化率", "100%"), "of all, not of 48手続"),
        (("電子申請の年間利用件数", "9件"), ("電子申請の累計利用件数", "9件"), "a year, not cumulative"),
        (("電子申請の年間利用件数", "9件"), ("電子申請の利用件数", "9件"), "a year, not over a time that is not said"),
        (("窓口の待ち時間", "10分"), ("窓口の待ち時間", "0.5時間"), None),
    ],
)  # fmt: skip
def test_what_may_stand_beside_each_other(one: Any, other: Any, why: str | None) -> None:
    assert values.apart(kpi(*one), kpi(*other)) == why


def test_indicators_are_tied_to_their_like_with_the_reason_they_may_not_be_compared() -> None:
    documents = [
        {"doc_id": "a", "municipality_code": "1", "period_start_fy": 2021, "published": None},
        {"doc_id": "b", "municipality_code": "1", "period_start_fy": 2026, "published": None},
        {"doc_id": "c", "municipality_code": "2", "period_start_fy": 2026, "published": None},
    ]
    rows = [
        kpi("手続のオンライン化率", "60%") | {"doc_id": "a", "kpi_id": "a1"},
        kpi("行政手続のオンライン化率", "90%") | {"doc_id": "b", "kpi_id": "b1"},
        kpi("48手続のオンライン化率", "100%") | {"doc_id": "c", "kpi_id": "c1"},
        kpi("祭りの来場者数", "100人") | {"doc_id": "c", "kpi_id": "c2"},
    ]
    found = {(r["kpi_id_a"], r["kpi_id_b"], r["relation"]): r["why"] for r in align_kpis(rows, documents)}
    assert found == {
        ("a1", "b1", "continues"): None,
        ("a1", "c1", "same_indicator"): "of all, not of 48手続",
    }
