"""Whose a chart is: of a measure, the plan's roadmap, the periods of plans, or one that only illustrates.

A chart is the plan's own unless the evidence says otherwise: its years lie outside the plan's, it stands
before the measures beside text on the nation, and its rows name no measure. No sign decides alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache
from typing import Literal

from rapidfuzz import fuzz

from extract.document import Document, Node, Section
from extract.labels import said, vocabulary
from extract.model import Metadata, Timeline, TimelineRow
from extract.records.model import Measure
from extract.records.owners import measure_named
from normalize.characters import squash
from normalize.frozen import frozen

Kind = Literal["own", "plans", "other"]

_OWN = {"in_measure": 3.0, "names_measures": 3.0, "in_period": 1.0, "place": 0.5, "others": -2.0}
_OWN_FROM = -0.6  # the score from which a chart is the plan's own
_PLANS = {"names_plans": 2.0, "names_this_plan": 1.0, "shows_period": 0.5, "reaches_beyond": 0.5}
_PLANS_FROM = 2.0
_TITLE_LIKE = 75  # of 100: a row names the document
_TEXT_BEFORE = 3  # paragraphs before a chart that may tell what it shows

_PLAN = re.compile(
    r"(?:計画|構想|戦略|ビジョン|方針|大綱|プラン|指針|プログラム)"
    r"(?:[\s(（]*(?:第?[0-9０-９]+(?:[期次版章]|年度?)?|[ⅠⅡⅢ]|前期|後期|改訂版?)?[)）]?|[(（].*[)）])$"
)


@frozen
class Reading:
    """What a chart is; ``score``: how far the evidence speaks for it, in the sense of ``kind``."""

    kind: Kind
    score: float


def read_chart(
    document: Document,
    node: Node,
    timeline: Timeline,
    measures: Sequence[Measure],
    owner: int | None,
    plan: Metadata,
) -> Reading:
    """Weigh what a chart is. ``owner``: the measure it stands in."""
    if said("chart", chart_key(timeline)) == "schedule":
        return Reading("own", math.inf)
    if owner is None:
        plans = _plans_score(timeline, plan)
        if plans >= _PLANS_FROM:
            return Reading("plans", plans)
    evidence = {
        "in_measure": float(owner is not None),
        "names_measures": _share_named(timeline, measures),
        "in_period": 2 * _share_in_period(timeline, plan) - 1 if plan.period_start_fy else 0.0,
        "place": _place(document, node, measures),
        "others": _speaks_of_others(document, node, timeline),
    }
    score = sum(_OWN[name] * value for name, value in evidence.items())
    return Reading("own" if score >= _OWN_FROM else "other", score)


def chart_key(timeline: Timeline) -> str:
    """The rows of a chart as a person's answer names them."""
    return squash("|".join(row_name(row) for row in timeline.rows))[:80]


def _share_named(timeline: Timeline, measures: Sequence[Measure]) -> float:
    """Share of the rows whose label or group names a measure."""
    named = [
        any(measure_named(text, measures) is not None for text in (*row.path, row.label or ""))
        for row in timeline.rows
    ]
    return sum(named) / len(named) if named else 0.0


def _share_in_period(timeline: Timeline, plan: Metadata) -> float:
    start, end = plan.period_start_fy or 0, plan.period_end_fy or 9999
    years = {p.fy for p in timeline.periods}
    return sum(start <= fy <= end for fy in years) / len(years)


def _place(document: Document, node: Node, measures: Sequence[Measure]) -> float:
    """1 behind the first measure, -1 before it."""
    if not measures:
        return 0.0
    return 1.0 if document.blocks[node.first].start >= min(m.at.start for m in measures) else -1.0


def _speaks_of_others(document: Document, node: Node, timeline: Timeline) -> float:
    """How far the chart's head, its headings and the text before it name others than the plan's makers."""
    titles = [s.title for s in path_of(document, node)]
    if any(map(_names_others, (timeline.corner or "", *titles[-1:]))):
        return 1.0
    before = [document.blocks[i] for i in range(max(node.first - _TEXT_BEFORE, 0), node.first)]
    opened = any(_names_others(p.text) for p in before if p.block.kind in ("paragraph", "caption"))
    return 0.5 if opened or any(map(_names_others, titles)) else 0.0


@cache
def _others() -> re.Pattern[str]:
    names = "|".join(map(re.escape, vocabulary("schedule")["others"]))
    return re.compile(rf"(?:^|[\s　～〜~「（(・])(?:{names})(?:の|は|が|では|において|における|、|$)")


def _names_others(text: str) -> bool:
    return _others().search(text.strip()[:60]) is not None


def _plans_score(timeline: Timeline, plan: Metadata) -> float:
    names = [row_name(row) for row in timeline.rows]
    if not names:
        return 0.0
    title, start, end = squash(plan.title or ""), plan.period_start_fy, plan.period_end_fy
    years = [p.fy for p in timeline.periods]
    evidence = {
        "names_plans": sum(_PLAN.search(name) is not None for name in names) / len(names),
        "names_this_plan": float(any(_like_title(name, title) for name in names)),
        "shows_period": float((start, end) in _spans(timeline)),
        "reaches_beyond": float(bool(start and end) and (years[0] < (start or 0) or years[-1] > (end or 0))),
    }
    return sum(_PLANS[name] * value for name, value in evidence.items())


def _spans(timeline: Timeline) -> set[tuple[int, int]]:
    """First and last year of every bar that shows both."""
    years = [p.fy for p in timeline.periods]
    bars = [(b.first, b.last) for row in timeline.rows for b in row.bars]
    return {(years[a], years[b]) for a, b in bars if a is not None and b is not None}


def _like_title(name: str, title: str) -> bool:
    key = squash(name)
    return len(key) >= 4 and bool(title) and (key in title or fuzz.ratio(key, title) >= _TITLE_LIKE)


def row_name(row: TimelineRow) -> str:
    """The label of a row, else the text of its first bar."""
    return (row.label or (row.bars[0].text if row.bars else None) or "").strip()


def path_of(document: Document, node: Node) -> list[Section]:
    index = document.section_of_block(node.first)
    return document.path(document.sections[index]) if index is not None else []
