"""Whose a chart is, whom its rows belong to, and what a row of it says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from extract.records.model import Measure
from extract.records.owners import measure_named
from tests.extract.text_plan import document, schedules_of

PLAN = """
# 鳴海台町DX推進計画
令和8年度～令和10年度

## 第1章 はじめに

{before}

## 第2章 取組

### (1) 窓口の予約の拡大

＜概要＞

待ち時間を短くします。

＜担当課＞

市民課

### (2) 記録の公開の推進

＜概要＞

記録を誰もが使えるようにします。

＜担当課＞

総務課

{after}
"""


def told(before: str = "", after: str = "") -> list[tuple[str, str | None, int | None, int | None]]:
    rows = schedules_of(PLAN.format(before=before, after=after))
    return [(s.task, s.label, s.start_fy, s.measure) for s in rows]


CHART = "する事\tR8\tR9\tR10\n機器の選定\t検討\t実施\t見直し"


def test_a_chart_needs_no_chapter_of_a_known_name() -> None:
    assert (
        schedules_of(f"# 鳴海台町DX推進方針\n\n次のとおり進めます。\n\n## 時の流れ\n\n{CHART}")[0].task
        == "機器の選定"
    )


def test_a_chart_of_the_nation_before_the_measures_is_not_the_plans() -> None:
    nations = "国の歩み\tR4\tR5\tR6\tR7\n標準化\t調査\t設計\t移行\t移行\n共通の窓口\t検討\t試行\t実施\t実施"
    assert told(f"国は次のとおり進めるとしています。\n\n{nations}") == []


def test_a_roadmap_before_the_measures_is_the_plans_where_its_years_are() -> None:
    roadmap = "する事\tR8\tR9\tR10\n窓口の予約の拡大\t検討\t実施\t実施\n人の育成\t計画\t実施\t実施"
    assert [(task, measure) for task, _, _, measure in told(roadmap)] == [
        *[("窓口の予約の拡大", 0)] * 3,
        *[("人の育成", None)] * 3,
    ]


@pytest.mark.parametrize(
    "name", ["鳴海台町総合計画2030", "情報化推進指針", "第2次鳴海台町行政改革大綱（前期）"]
)
def test_a_chart_of_plans_and_their_periods_is_of_no_measure(name: str) -> None:
    chart = f"名\tR6\tR7\tR8\tR9\tR10\tR11\n{name}\tR6~R10\n鳴海台町DX推進計画\tR8~R10"
    assert [(task, start, measure) for task, _, start, measure in told(chart)] == [
        (name, 2024, None),
        ("鳴海台町DX推進計画", 2026, None),
    ]


def test_the_label_beside_the_only_row_of_one_chart_after_another_names_the_chart() -> None:
    chart = "\tR8\tR9\tR10\n歩み方\t{}\t実施\t見直し"
    forms = [
        f"### ({n}) {title}\n\n＜概要＞\n\n進めます。\n\n＜担当課＞\n\n市民課\n\n{chart.format(step)}"
        for n, (title, step) in enumerate(
            [("窓口の予約", "検討"), ("記録の公開", "準備"), ("人の育成", "計画")], 1
        )
    ]
    rows = schedules_of("# 鳴海台町DX推進計画\n\n## 第2章 取組\n\n" + "\n\n".join(forms))
    assert [(s.task, s.label) for s in rows[:3]] == [("検討", None), ("実施", None), ("見直し", None)]


def measures(*titles: str) -> list[Measure]:
    at = document("文").evidence([0])
    return [
        Measure(at=at, rule="test", confidence=1.0, section=None, number=f"1-{n}", title=title)
        for n, title in enumerate(titles, 1)
    ]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("1-2", 1),
        ("1-2 記録の公開", 1),
        ("窓口の予約の拡大", 0),
        ("窓口の予約", 0),
        ("記録", None),
        ("データの活用", None),  # as like the third as the fourth
    ],
)
def test_a_measure_is_named_by_its_number_or_title_and_by_none_where_two_are_alike(
    text: str, named: int | None
) -> None:
    of = measures("窓口の予約の拡大", "記録の公開の推進", "データの活用推進", "データの活用拡大")
    assert measure_named(text, of) == named


@pytest.mark.parametrize(("text", "named"), [("1-（2）-③", 0), ("１－(2)－3", 0), ("1-2", None), ("A.4", 1)])
def test_a_number_of_mixed_parts_names_its_measure(text: str, named: int | None) -> None:
    first, second = measures("窓口の予約の拡大", "記録の公開の推進")
    of = [replace(first, number="1-(2)-③"), replace(second, number="A.4")]
    assert measure_named(text, of) == named


def test_a_chart_under_the_name_of_a_measure_is_of_it_where_measures_are_rows_of_a_table() -> None:
    rows = schedules_of(f"""
# 鳴海台町DX推進計画
令和8年度～令和10年度

## 第2章 取組

番号\t施策名\t取組内容\t担当課
1-1\t窓口の予約の拡大\t予約の仕組みを全課に広げます。\t市民課
1-2\t記録の公開の推進\t記録を誰もが使えるようにします。\t総務課

### 1-2 記録の公開の推進

{CHART}

### 1-1 窓口の予約の拡大

する事\tR8\tR9\tR10
場所の選定\t検討\t実施\t見直し
""")
    assert {(row.task, row.measure) for row in rows} == {("機器の選定", 1), ("場所の選定", 0)}


@pytest.mark.parametrize(("groups", "owners"), [(("(1)", "(2)"), [0, 1]), (("(7)", "(8)"), [1, 1])])
def test_groups_that_are_numbers_of_measures_name_them_in_a_chart_for_several(
    groups: tuple[str, str], owners: list[int]
) -> None:
    chart = "番号\tする事\tR8\tR9\tR10\n{}\t機器の選定\t検討\t実施\t見直し\n{}\t記録の整理\t準備\t公開\t公開"
    again = """
### (3) 人の育成

＜概要＞

学び合います。

### (4) 道具の更新

＜概要＞

新しくします。

"""
    second = chart.format("(3)", "(4)") if owners == [0, 1] else chart.format(*groups)
    text = PLAN.format(before="", after=chart.format(*groups) + again + second)
    rows = schedules_of(text)
    assert sorted({(r.task, r.measure) for r in rows if r.measure is not None and r.measure < 2}) == [
        ("機器の選定", owners[0]),
        ("記録の整理", owners[1]),
    ]


def test_words_that_come_back_beside_every_task_are_no_tasks() -> None:
    chart = "する事\tだれ\tR8\tR9\tR10\n{}の選定\t共同\t検討\t実施\t見直し\n{}の更新\t甲町\t準備\t公開\t拡大\n{}の更新\t乙町\t\t準備\t公開"
    after = "\n\n次のとおり進めます。\n\n".join(
        chart.format(name, name, name) for name in ("機器", "記録", "様式")
    )
    tasks = {task for task, *_ in told(after=after)}
    assert tasks == {f"{name}の{work}" for name in ("機器", "記録", "様式") for work in ("選定", "更新")}


def test_a_bar_at_the_edge_of_its_chart_lasts_as_long_as_its_words_say() -> None:
    chart = "名\tR7\tR8\tR9\tR10\nDX推進計画\t第1次（R4～）\t第2次\t第2次\t第2次\n見直し\t\t（R4～）\t次の版（～R12）\t"
    rows = schedules_of(PLAN.format(before="", after=chart))
    assert [(s.label, s.start_fy) for s in rows] == [
        ("第1次（R4～）", 2022), ("第2次", 2026), ("第2次", 2027), ("第2次", 2028),
        ("（R4～）", 2026), ("次の版（～R12）", 2027),
    ]  # fmt: skip
