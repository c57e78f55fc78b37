"""What the cells of one indicator say, and what they do not say."""

from __future__ import annotations

import pytest

from extract.records.indicator_values import readings


@pytest.mark.parametrize(
    ("baseline", "target"),
    [
        ("小学校 48.2％\n中学校 39.1％", "小学校 80％\n中学校 70％"),
        ("小学校 48.2％／中学校 39.1％", "小学校 80％／中学校 70％"),
        ("小学校 48.2％、中学校 39.1％（R6）", "小学校 80％、中学校 70％"),
    ],
)
def test_groups_with_the_same_labels_are_indicators_of_their_own(baseline: str, target: str) -> None:
    found = readings("端末を毎日使う学校", {"baseline": baseline, "target": target}, {"baseline": 2024})
    assert [(r.qualifier, r.baseline.value, r.baseline.fy, r.target.value) for r in found] == [
        ("小学校", 48.2, 2024, 80),
        ("中学校", 39.1, 2024, 70),
    ]


def test_numbered_values_belong_to_the_names_with_these_numbers() -> None:
    cells = {"baseline": "①320人②45人（R5）", "target": "①600人②90人"}
    found = readings("①講座の受講者②うち修了者", cells, {})
    assert [(r.indicator, r.baseline.value, r.baseline.fy, r.target.value) for r in found] == [
        ("講座の受講者", 320, 2023, 600),
        ("うち修了者", 45, 2023, 90),
    ]


@pytest.mark.parametrize(
    "cell", ["小学校48.2％中学校39.1％", "21社／9社", "①74％②43％", "大人 5人 3人", "4.1点/5点"]
)
def test_numbers_that_nothing_tells_apart_are_no_value(cell: str) -> None:
    (reading,) = readings("利用の状況", {"baseline": cell, "target": cell}, {})
    assert (reading.baseline.value, reading.target.value, reading.target.raw) == (None, None, cell)


@pytest.mark.parametrize(
    ("cell", "value", "unit", "fy"),
    [
        ("120件（令和5年度）", 120, "件", 2023),
        ("120件\n（令和5年度）", 120, "件", 2023),
        ("52.5%(H24)", 52.5, "%", 2012),
        ("2,400件（R9）", 2400, "件", 2027),
        ("81人（R4年）", 81, "人", 2022),
        ("4 0 件", 40, "件", None),
        ("５５％（令 和 1 0 年 度）", 55, "%", 2028),
        ("1 3 , 4 5 8 人", 13458, "人", None),
        ("6.8t-CO₂/人", 6.8, "t-CO2/人", None),
        ("912万t-CO₂", 912, "万t-CO2", None),
        ("約0.35万㎢", 0.35, "万㎢", None),
        ("2,375百万円", 2375, "百万円", None),
        ("29,960千人", 29960, "千人", None),
        ("110件/年", 110, "件", None),
        ("12市町村（63.2％）", 12, "市町村", None),
        ("四億2千万円", 420_000_000, "円", None),
        ("三千二百億円", 320_000_000_000, "円", None),
        ("64件※2", 64, "件", None),
        ("7¹", 7, None, None),
        ("80％（令和9年度）以上", 80, "%", 2027),
        ("122経営体（26年度）", 122, "経営体", None),
        ("1,151トン（R3年度）※うち軽石601トン", 1151, "トン", 2021),
    ],
)
def test_a_cell_gives_its_number_its_unit_and_its_year(
    cell: str, value: float, unit: str | None, fy: int | None
) -> None:
    (reading,) = readings("名称", {"target": cell}, {})
    assert (reading.target.value, reading.target.unit, reading.target.fy) == (value, unit, fy)


def test_a_year_without_its_era_is_no_amount() -> None:
    (reading,) = readings("農家の数", {"baseline": "（26年度）", "target": "27年度実績"}, {})
    assert (reading.baseline.value, reading.target.value) == (None, None)


def test_years_that_a_value_is_summed_over_say_of_what_it_is() -> None:
    cells = {"baseline": "15件（2019年度）", "target": "120件（2021～2026年度累計）"}
    (reading,) = readings("河川敷で行った催し", cells, {})
    assert (reading.qualifier, reading.target.value, reading.target.fy) == ("累計", 120, 2026)


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("農家を増やします\n○認定を受けた農家の数", "認定を受けた農家の数"),
        ("転出超過数※\n※2017年までは外国人を含まない", "転出超過数"),
        ("○認定を受けた農家の数", "認定を受けた農家の数"),
        ("利用者※の数", "利用者の数"),
    ],
)
def test_a_goal_over_a_name_and_a_remark_under_it_are_no_part_of_it(cell: str, name: str) -> None:
    (reading,) = readings(cell, {"target": "60件"}, {})
    assert reading.indicator == name


def test_a_name_may_speak_of_another_by_its_number() -> None:
    cells = {"baseline": "①6,407人②3,422人（R3）", "target": "①12,255人②3,672人"}
    found = readings("①来場者数②①のうち講習の受講者数", cells, {})
    assert [(r.indicator, r.baseline.value, r.target.value) for r in found] == [
        ("来場者数", 6407, 12255),
        ("①のうち講習の受講者数", 3422, 3672),
    ]


def test_a_rise_is_no_baseline() -> None:
    (reading,) = readings("登録者の割合", {"baseline": "前年度比+5%", "target": "60%"}, {})
    assert (reading.baseline.value, reading.baseline.raw, reading.target.value) == (None, "前年度比+5%", 60)


def test_a_unit_of_its_own_column_goes_to_the_values_without_one() -> None:
    (reading,) = readings(
        "相談", {"baseline": "110", "current": "115", "target": "130", "unit": "件／年"}, {}
    )
    assert [(v.value, v.unit) for v in (reading.baseline, reading.current, reading.target)] == [
        (110, "件"),
        (115, "件"),
        (130, "件"),
    ]
    assert reading.qualifier == "年"
