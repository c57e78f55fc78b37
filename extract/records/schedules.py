"""Schedules: timelines -> one row per bar, under the measure they belong to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from extract.document import Document, Evidence, Node, Placed, Section
from extract.labels import vocabulary
from extract.layout.numbering import heading_number
from extract.layout.periods import parse_period, parse_span
from extract.layout.signs import is_sign_text
from extract.model import Bar, Timeline, TimelineRow
from extract.records.fields import tidy
from extract.records.model import Measure, Schedule
from normalize.characters import squash

_PLAN = re.compile(r"(?:計画|構想|戦略|ビジョン|方針|大綱|プラン)(?:[(（].*[)）])?$")
_PLAN_CHAPTER = re.compile(r"期間|位置[づ付]け|関係")
_CHART_CHAPTER = re.compile(r"工程|スケジュール|ロードマップ|体系|年次|実施計画|取組|施策")
_NUMBER_ALONE = re.compile(
    rf"(?:(?:{'|'.join(vocabulary('levels')['measures'])}|No\.?)\s*"
    r"(?P<n>[(（]?[0-9０-９]+(?:[-－][0-9０-９]+)*[)）]?|[①-⑳]))"
    r"|(?P<m>[0-9０-９Ⅰ-ⅫA-Z]+(?:[-－][0-9０-９]+)+|[A-Z][0-9０-９]{1,2})"
)
_WHEN = r"(?:令和|[RＲ]|20)[0-9０-９元]{1,2}(?:年度?)?"
_STEP = re.compile(
    rf"(?P<when>{_WHEN}(?:\s*[～~〜－-]\s*(?:{_WHEN}|[0-9０-９]{{1,2}}年度))?)(?:\s*[：:]\s*|[\s\u3000]+)"
    rf"(?P<task>[^：:\n]{{2,40}}?)(?:[\s、／/]+(?={_WHEN})|$)"
)
_SAME_TITLE = 85
_CONFIDENCE = {"exact": 0.93, "start_only": 0.85, "bounded": 0.85, "unknown": 0.9}


@dataclass(frozen=True)
class _Place:
    """What a timeline stands under."""

    measure: int | None
    is_plan: bool


def extract(document: Document, measures: Sequence[Measure], owners: Sequence[int | None]) -> list[Schedule]:
    """Rows of all timelines. ``owners``: the measure every node stands in, or None."""
    rows: list[Schedule] = []
    for n, node in enumerate(document.nodes):
        for timeline in node.timelines:
            rows += _timeline(document, node, timeline, measures, owners[n])
    charted = {r.measure for r in rows}
    for index, measure in enumerate(measures):
        if index not in charted:
            rows += _told(document, index, measure)
    return sorted(rows, key=lambda r: r.at.start)


def _told(document: Document, index: int, measure: Measure) -> list[Schedule]:
    """Steps a schedule tells in words: R8：検討　R9～R10：実施."""
    found = []
    for part in (p for f in measure.fields if f.role == "schedule" for p in f.parts):
        steps = list(_STEP.finditer(part.text))
        if not steps or steps[0].start() or steps[-1].end() < len(part.text.rstrip()):
            continue
        for step in steps:
            period = parse_period(step["when"])
            span = parse_span(step["when"]) or ((period.fy, period.fy) if period else None)
            if span and span[0] is not None and span[1] is not None:
                found.append(
                    Schedule(
                        at=document.evidence([part.block]),
                        rule="schedule-words",
                        confidence=_CONFIDENCE["exact"],
                        task=tidy(step["task"]),
                        measure=index,
                        start_fy=span[0],
                        end_fy=span[1],
                        span_source="text",
                        span_certainty="exact",
                        end_fy_max=span[1],
                    )
                )
    return found


def _timeline(
    document: Document, node: Node, timeline: Timeline, measures: Sequence[Measure], owner: int | None
) -> list[Schedule]:
    found = []
    texts = [(_keys(p.text), p) for p in document.blocks[node.first : node.last]]
    after = node.first  # where the text of what follows is looked for first
    group: int | None = None  # the measure a row names that has nothing but its number: 施策2
    for row in timeline.rows:
        if _NUMBER_ALONE.fullmatch((row.label or "").strip()) and all(bar.first is None for bar in row.bars):
            group = measure_named(row.label or "", measures)
            continue
        place = _place(document, node, row, measures, owner if group is None else group)
        if place is None:
            continue
        label = _label_block(texts, row, after)
        after = after if label is None else label + 1
        for bar in row.bars:
            text = _text_block(texts, row, bar, after)
            after = after if text is None else text + ("\n" not in document.blocks[text].text)
            blocks = [b for b in (label, text) if b is not None]
            blocks = blocks or list(range(node.first, node.last)) or [node.first]
            at = _with_bar(document, document.evidence(blocks), row, bar)
            found.append(_schedule(at, timeline, row, bar, place))
    return [schedule for schedule in found if schedule]


def _place(
    document: Document, node: Node, row: TimelineRow, measures: Sequence[Measure], owner: int | None
) -> _Place | None:
    """The measure of a row, or the plan-period chart; None for charts that only illustrate."""
    if owner is not None:
        return _Place(owner, is_plan=False)
    for text in reversed(row.path):
        index = measure_named(text, measures)
        if index is not None:
            return _Place(index, is_plan=False)
    label = row.label or (row.bars[0].text if row.bars else None) or ""
    titles = [s.title for s in _path(document, node)]
    if _PLAN.search(label) and (not titles or any(_PLAN_CHAPTER.search(t) for t in titles) or row.bars):
        return _Place(None, is_plan=True)
    index = measure_named(label, measures)
    if index is not None:
        return _Place(index, is_plan=False)
    if any(_CHART_CHAPTER.search(t) for t in titles):
        return _Place(None, is_plan=False)
    return None


def _path(document: Document, node: Node) -> list[Section]:
    index = document.section_of_block(node.first)
    return document.path(document.sections[index]) if index is not None else []


def measure_named(text: str, measures: Sequence[Measure]) -> int | None:
    """The measure a label names: by its number and a like title, or by its title."""
    number = heading_number(text.strip())
    alone = _NUMBER_ALONE.fullmatch(text.strip())
    if alone:
        hits = [
            i
            for i, m in enumerate(measures)
            if m.number and squash(m.number) == squash(alone["n"] or alone["m"])
        ]
        return hits[0] if len(hits) == 1 else None
    key = squash(number.title if number and number.title else text)
    if len(key) < 3:
        return None
    best, score = None, 0.0
    for i, measure in enumerate(measures):
        title = squash(measure.title)
        ratio = fuzz.ratio(key, title)
        if number and measure.number and squash(number.number) == squash(measure.number):
            ratio += 25
        elif title and (key in title or title in key) and min(len(key), len(title)) >= 6:
            ratio = max(ratio, 86)
        if ratio > score:
            best, score = i, ratio
    return best if score >= _SAME_TITLE else None


def _schedule(at: Evidence, timeline: Timeline, row: TimelineRow, bar: Bar, place: _Place) -> Schedule | None:
    text = tidy(bar.text) if bar.text else None
    task = tidy(row.label) if row.label else text
    if not task:
        return None
    periods = timeline.periods
    start = periods[bar.first] if bar.first is not None else None
    end = periods[bar.last] if bar.last is not None else None
    latest = periods[bar.last_max].fy if bar.last_max is not None else (end.fy if end else None)
    span = parse_span(text) if text else None
    written = span is not None and span[0] is not None and span[1] is not None
    return Schedule(
        at=at,
        rule=f"schedule-{bar.source}",
        confidence=_CONFIDENCE[bar.certainty],
        task=task,
        measure=None if place.is_plan else place.measure,
        label=text if row.label else None,
        start_fy=span[0] if written and span else (start.fy if start else None),
        end_fy=span[1] if written and span else (end.fy if end else None),
        start_month=None if written or not start else start.start_month,
        end_month=None if written or not end else end.end_month,
        span_source="text" if written else bar.source,
        span_certainty="exact" if written else bar.certainty,
        end_fy_max=span[1] if written and span else latest,
    )


def _with_bar(document: Document, at: Evidence, row: TimelineRow, bar: Bar) -> Evidence:
    """A bar is drawn, not written: its box and its label's are what a person should look at.

    The cells under the years may be tall and hold the texts of several bars.
    """
    if bar.box is None or bar.page not in (None, at.page):
        return at
    label, box = squash(row.label or ""), bar.box
    for placed in (document.blocks[i] for i in at.blocks):
        if placed.block.box and placed.block.page == at.page and label and label in squash(placed.text):
            box = box.union(placed.block.box)
    return replace(at, box=box)


_Text = tuple[tuple[str, ...], Placed]  # a block, with the keys of its text and of each of its lines


def _keys(text: str) -> tuple[str, ...]:
    return (squash(text), *(map(squash, text.split("\n")) if "\n" in text else ()))


# The same words stand in many cells. The one meant is nearest to the bar; without boxes it is the next one.


def _label_block(texts: Sequence[_Text], row: TimelineRow, after: int) -> int | None:
    candidates = _holding(texts, row.label, row.page)
    if row.box is None:
        return _next(candidates, after)
    middle = row.box.cy
    return min(candidates, key=lambda p: abs(_middle(p)[1] - middle)).index if candidates else None


def _text_block(texts: Sequence[_Text], row: TimelineRow, bar: Bar, after: int) -> int | None:
    candidates = _holding(texts, bar.text, row.page)
    box = bar.box or row.box
    if bar.text is None and bar.source == "marker":  # a sign in its cell, or one that is drawn
        signs = [p for _, p in texts if is_sign_text(p.text)]
        candidates = [p for p in signs if not (box and p.block.box) or p.block.box.overlap_y(box) > 0]
    if box is None:
        return _next(candidates, after)
    x, y = box.cx, box.cy

    def apart(placed: Placed) -> tuple[int, float]:
        cx, cy = _middle(placed)
        return round(abs(cy - y)), abs(cx - x)  # cells of one row are at one height, but for some rounding

    return min(candidates, key=apart).index if candidates else None


def _holding(texts: Sequence[_Text], wanted: str | None, page: int | None) -> list[Placed]:
    """The blocks that are, else hold, ``wanted``; those on ``page`` if there are any."""
    text = squash(wanted or "")
    found = [t for t in texts if text and (text in t[0] or (len(text) >= 3 and text in t[0][0]))]
    found = [t for t in found if t[1].block.page == page] or found
    return [p for keys, p in found if text in keys] or [p for _, p in found]


def _next(candidates: Sequence[Placed], after: int) -> int | None:
    indices = [p.index for p in candidates]
    return next((i for i in indices if i >= after), indices[0] if indices else None)


def _middle(placed: Placed) -> tuple[float, float]:
    return (placed.block.box.cx, placed.block.box.cy) if placed.block.box else (0.0, 0.0)
