from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import dxplan
from dxplan.dataset import Dataset
from dxplan.dataset.gantt import Gantt, Span, clip, describe, span
from dxplan.dataset.plan import Plan
from tests.dxplan.conftest import Run

EVIL = "<script>alert('x')</script>&\"'"


def bar(start: int | None, end: int | None, latest: int | None = None, **more: Any) -> dict[str, Any]:
    row = {"start_fy": start, "end_fy": end, "end_fy_max": latest, "start_month": None, "end_month": None}
    return {**row, "measure_id": "m", "task": "試行", "label": None, **more}


@pytest.fixture
def evil(run: Run, tmp_path: Path) -> Plan:
    """A plan whose only measure is markup."""
    plan = tmp_path / "evil.txt"
    plan.write_text(EVIL, encoding="utf-8")
    run(plan)
    return dxplan.open(tmp_path / "out").plan("みほん市")


def test_from_a_plan_to_the_kpis_of_a_measure_and_their_source(sample: Dataset) -> None:
    plan = sample.plan("sumikawano.pdf")
    measure = plan.measures[0]
    assert measure.title == "自治体フロントヤード改革の推進"
    assert measure.kpis[0].indicator == "申請書作成支援の対象手続数"
    assert measure.kpis[0].target_value == 60
    assert [b.start_fy for b in measure.schedule] == [2026, 2027, 2028]
    assert measure.kpis[0].source.page == measure.kpis[0].page == 7
    assert list(measure.items) == ["frontyard"]


def test_a_sequence_of_records_is_still_the_table(sample: Dataset) -> None:
    plan = sample.plan("sumikawano.pdf")
    assert len(plan.kpis) == len(plan.kpis()) == len(list(plan.kpis)) == plan.kpis.polars().height
    assert sum(len(m.kpis) for m in plan.measures) == len(plan.kpis)
    assert len(plan.kpis(measure_id=plan.measures[0].measure_id)) == len(plan.measures[0].kpis)
    assert [m.title for m in plan.measures[1:3]] == plan.measures()["title"].tolist()[1:3]


def test_the_outline_is_indented_by_level(sample: Dataset) -> None:
    lines = repr(sample.plan("sumikawano.pdf").outline).splitlines()
    at = lines.index("4 取組の体系")
    assert lines[at + 1].startswith("  ① ")


def test_a_wrong_column_names_those_there_are(sample: Dataset) -> None:
    with pytest.raises(AttributeError, match=r"Kpi has no 'goal'; it has .*target_value"):
        _ = sample.plan("sumikawano.pdf").kpis[0].goal


def test_cards_are_well_formed_and_hold_what_belongs_together(sample: Dataset) -> None:
    for name in ("sumikawano.pdf", "hotarugaya.txt", "mitsudaki.pdf"):
        plan = sample.plan(name)
        for shown in (plan, plan.measures[0], plan.kpis[0], plan.schedules[0], plan.outline, plan.timeline):
            balanced(shown._repr_html_())
        card = plan.measures[0]._repr_html_()
        assert plan.measures[0].kpis[0].indicator in card
        assert "<svg" in card


def test_units_in_a_column_of_their_own_are_shown_with_the_number(sample: Dataset) -> None:
    assert "21.5% (2025)" in sample.plan("mitsudaki.pdf").kpis[0]._repr_html_()


def test_markup_in_a_plan_is_text(evil: Plan) -> None:
    for shown in (evil, evil.measures[0], evil.kpis[0], evil.schedules[0], evil.timeline, evil.measures):
        html = shown._repr_html_()
        assert "alert(" in html
        assert "<script" not in html


def test_a_bar_covers_whole_years_and_parts_of_them() -> None:
    assert span(bar(2026, 2028)) == Span(2026.0, 2029.0, 2029.0)
    half = span(bar(2026, 2027, start_month=10, end_month=9))
    assert half == Span(2026.5, 2027.5, 2027.5)
    assert span(bar(2026, 2026, start_month=1, end_month=3)) == Span(2026.75, 2027.0, 2027.0)


def test_an_end_that_is_not_shown_stays_open() -> None:
    assert span(bar(2026, None, 2028)) == Span(2026.0, None, 2029.0)
    assert span(bar(None, None)) is None
    assert describe(bar(2026, None, 2028)) == "2026-? (at most 2028)"
    assert describe(bar(2026, 2026)) == "2026"
    assert describe(bar(None, None)) == "?"
    assert "url(#dxplan-open)" in Gantt([bar(2026, None, 2028)]).svg
    assert "url(#dxplan-open)" not in Gantt([bar(2026, 2028)]).svg


def test_the_drawing_puts_bars_under_their_years() -> None:
    root = ElementTree.fromstring(Gantt([bar(2026, 2026), bar(2027, 2028)]).svg)
    bars = [node for node in root.iter() if node.tag.endswith("rect")]
    years = {
        node.text: float(node.get("x", 0)) for node in root.iter() if node.text in ("2026", "2027", "2028")
    }
    first, second = ((float(b.get("x", 0)), float(b.get("x", 0)) + float(b.get("width", 0))) for b in bars)
    assert first[0] < years["2026"] < first[1] < second[0] < years["2027"] < years["2028"] < second[1]


def test_nothing_to_draw_says_so() -> None:
    assert Gantt([bar(None, None)]).svg == ""
    assert "No schedule" in Gantt([])._repr_html_()


def test_text_is_cut_by_the_width_of_its_characters() -> None:
    assert clip("導入拡大", 8) == "導入拡大"
    assert clip("導入拡大", 7) == "導入…"
    assert clip("abcdefgh", 8) == "abcdefgh"


def balanced(html: str) -> None:
    class Check(HTMLParser):
        stack: list[str] = []  # noqa: RUF012

        def handle_starttag(self, tag: str, attrs: Any) -> None:
            if tag not in ("br", "img", "path", "rect", "stop"):
                self.stack.append(tag)

        def handle_endtag(self, tag: str) -> None:
            if tag not in ("path", "rect", "stop"):
                assert self.stack.pop() == tag

    check = Check()
    check.stack = []
    check.feed(html)
    assert not check.stack
