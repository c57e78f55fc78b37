"""Legends: what signs and grounds of a chart mean, and what is no legend."""

from __future__ import annotations

import pytest

from extract.model import Bar, Block, Box, Page, PageLayout, Timeline, TimelineRow
from extract.records.legends import Legend, colors_told, entries
from extract.structure.assemble import assemble
from tests.extract.text_plan import document, schedules_of

CHART = "する事\tR8\tR9\tR10\n機器の選定\t△\t○\t◎\n記録の公開\t\t△\t○"


@pytest.mark.parametrize("line", ["△：検討　○：実施　◎：拡大", "【凡例】△ 検討、○ 実施、◎ 拡大"])
def test_a_line_that_explains_the_signs_gives_each_bar_its_phase(line: str) -> None:
    rows = schedules_of(f"# 1 工程\n\n{CHART}\n\n{line}")
    assert [(r.task, r.start_fy, r.phase) for r in rows] == [
        ("機器の選定", 2026, "検討"),
        ("機器の選定", 2027, "実施"),
        ("機器の選定", 2028, "拡大"),
        ("記録の公開", 2027, "検討"),
        ("記録の公開", 2028, "実施"),
    ]


def test_without_a_legend_there_is_no_phase() -> None:
    assert {r.phase for r in schedules_of(f"# 1 工程\n\n{CHART}\n\n○ 窓口を見直します。")} == {None}


@pytest.mark.parametrize("line", ["○ 窓口を見直す。", "○ 実施", "→は前年度からの継続を示す。"])
def test_a_point_of_a_list_explains_no_sign(line: str) -> None:
    assert entries(line) == []


def test_names_on_grounds_of_the_bars_colours_are_a_legend() -> None:
    blue, orange = 0x3366AA, 0xFF9900
    box = Box(10, 10, 60, 24)
    names = [Block("paragraph", text, 1, box, fill=fill) for text, fill in (("準備", blue), ("実施", orange))]
    held = assemble(document("# 1").source, [PageLayout(Page(1, 595, 842), tuple(names))])
    bars = tuple(
        Bar(i, i, i, "bar", "exact", None, box, 1, c) for i, c in enumerate((blue, orange, 0x00AA00))
    )
    legend = Legend({}, colors_told(held, Timeline((), (TimelineRow("機器の選定", bars),), None, 1, None)))
    assert [legend.phase("", bar.color) for bar in bars] == ["準備", "実施", None]
