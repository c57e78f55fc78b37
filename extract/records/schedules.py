"""Schedules: timelines -> one row per bar, under the measure they belong to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

from extract.document import Document, Evidence, Node, Placed
from extract.layout.periods import parse_span
from extract.layout.signs import is_sign_text
from extract.model import Bar, Metadata, Period, Timeline, TimelineRow
from extract.records.chart_owner import Reading, read_chart, row_name
from extract.records.fields import tidy
from extract.records.legends import Legend, colors_told, signs_told
from extract.records.model import Measure, Schedule
from extract.records.owners import is_number_alone, measure_named
from extract.records.steps import told_steps
from extract.structure.words import told
from normalize.characters import squash

_SCOPED, _FEW = 6, 3  # rows, and rows a word: words that come back so often name no task
_OFTEN = 3  # charts with one and the same label
_NOTHING_KNOWN = Metadata()
_ASIDE = re.compile(r"[(（]([^()（）]+)[)）]\s*$")
_OPEN = Period(0, "")  # where nothing shows a start or an end
_CONFIDENCE = {"exact": 0.93, "start_only": 0.85, "bounded": 0.85, "unknown": 0.9}


def extract(
    document: Document,
    measures: Sequence[Measure],
    owners: Sequence[int | None],
    plan: Metadata = _NOTHING_KNOWN,
) -> list[Schedule]:
    """Rows of all timelines. ``owners``: the measure every node stands in, or None. ``plan``: its title and
    period."""
    rows: list[Schedule] = []
    timelines = _without_scopes(document, measures)
    names = _names_of_charts(timelines)
    numbered, signs = _numbered_rows(document, measures, owners), signs_told(document)
    for n, node in enumerate(document.nodes):
        for timeline in timelines[n]:
            reading = read_chart(document, node, timeline, measures, owners[n], plan)
            if reading.kind != "other":
                owner = owners[n] if reading.kind == "own" else None
                chart = _Chart(document, node, timeline, measures, owner, reading, names, numbered, signs)
                rows += chart.schedules()
    charted = frozenset(r.measure for r in rows)
    rows += told_steps(document, measures, owners, plan, charted)
    return sorted(rows, key=lambda r: r.at.start)


def _names_of_charts(timelines: Iterable[Sequence[Timeline]]) -> frozenset[str]:
    """Labels that name charts, not what is done: they stand beside the only row of one chart after another
    (工程, 年次計画), or are words for a schedule."""
    only = [
        squash(labels.pop())
        for timeline in chain.from_iterable(timelines)
        if len(labels := {row.label for row in timeline.rows if row.label}) == 1
    ]
    often = {label for label, n in Counter(only).items() if n >= _OFTEN and 2 * n >= len(only)}
    return frozenset(often | {label for label in only if "schedule" in told(label, "field")})


def _without_scopes(document: Document, measures: Sequence[Measure]) -> list[tuple[Timeline, ...]]:
    """The timelines of each node, their rows named by what is done: a few words that come back beside task
    after task (甲町, 乙町, 共同; 計画, 実績) say whose a line is, and the task stands before them."""
    grouped = Counter(
        (row.path[-1], row.label)
        for node in document.nodes
        for timeline in node.timelines
        for row in timeline.rows
        if row.path and row.label and measure_named(row.path[-1], measures) is None
    )
    tasks, words = ({one[i] for one in grouped} for i in (0, 1))
    n = grouped.total()
    often = n >= _SCOPED and _FEW * len(words) <= n and len(words) < len(tasks)

    def named(row: TimelineRow) -> TimelineRow:
        if not row.path or (row.path[-1], row.label) not in grouped:
            return row
        return replace(row, label=row.path[-1], path=row.path[:-1])

    return [
        tuple(replace(t, rows=tuple(map(named, t.rows))) for t in node.timelines) if often else node.timelines
        for node in document.nodes
    ]


def _numbered_rows(
    document: Document, measures: Sequence[Measure], owners: Sequence[int | None]
) -> dict[str, int]:
    """Measures by their numbers, where the groups of charts are such numbers: one chart for some measures,
    below the last of them.

    Tasks are numbered too. Groups that name measures tell that of their chart's place, chart for chart.
    """
    numbers: dict[str, int] = {}
    for i, measure in enumerate(measures):
        number = squash(measure.number or "")
        numbers[number] = -1 if number in numbers else i
    told: list[bool] = []  # of each chart for several measures, whether it stands at one of them
    for node, owner in zip(document.nodes, owners, strict=True):
        for groups in map(_groups, node.timelines if owner is not None else ()):
            if owner is not None and len(groups) > 1 and all(numbers.get(g, -1) >= 0 for g in groups):
                told.append(squash(measures[owner].number or "") in groups)
    return {k: i for k, i in numbers.items() if k and i >= 0} if len(told) > 1 and all(told) else {}


def _groups(timeline: Timeline) -> set[str]:
    """What groups the rows of a chart; nothing where not all have a group."""
    return (
        {squash(row.path[-1]) for row in timeline.rows} if all(row.path for row in timeline.rows) else set()
    )


@dataclass(frozen=True)
class _Chart:
    """One timeline and what it stands under; ``names``: labels that name charts."""

    document: Document
    node: Node
    timeline: Timeline
    measures: Sequence[Measure]
    owner: int | None
    reading: Reading
    names: frozenset[str]
    numbered: Mapping[str, int]  # measures by the number that groups of rows tell
    signs: dict[str, str]  # what legends say of signs

    def schedules(self) -> list[Schedule]:
        found = []
        document, node = self.document, self.node
        texts = [(_keys(p.text), p) for p in document.blocks[node.first : node.last]]
        after = node.first  # where the text of what follows is looked for first
        group: int | None = None  # the measure a row names that has nothing but its number: 施策2
        for row in self.timeline.rows:
            if is_number_alone(row.label or "") and all(bar.first is None for bar in row.bars):
                group = measure_named(row.label or "", self.measures)
                continue
            measure = self._measure(row, group)
            label = _label_block(texts, row, after)
            after = after if label is None else label + 1
            for bar in row.bars:
                text = _text_block(texts, row, bar, after)
                after = after if text is None else text + ("\n" not in document.blocks[text].text)
                blocks = [b for b in (label, text) if b is not None]
                blocks = blocks or list(range(node.first, node.last)) or [node.first]
                at = _with_bar(document, document.evidence(blocks), row, bar)
                sign = document.blocks[text].text if text is not None and not bar.text else bar.text
                found.append(self._schedule(at, row, bar, measure, self.legend.phase(sign or "", bar.color)))
        return [schedule for schedule in found if schedule]

    def _measure(self, row: TimelineRow, group: int | None) -> int | None:
        """The measure of a row: that of its page or form, else the one its groups or its label name."""
        if self.reading.kind == "plans":
            return None
        if row.path and (told := self.numbered.get(squash(row.path[-1]))) is not None:
            return told
        if self.owner is not None or group is not None:
            return self.owner if group is None else group
        named = (measure_named(text, self.measures) for text in (*reversed(row.path), row_name(row)))
        return next((index for index in named if index is not None), None)

    def _schedule(
        self, at: Evidence, row: TimelineRow, bar: Bar, measure: int | None, phase: str | None
    ) -> Schedule | None:
        text = tidy(bar.text) if bar.text and not is_sign_text(bar.text) else None
        label = tidy(row.label or "")
        if text and squash(label) in self.names:
            label = ""
        if not label and not text:
            return None
        schedule = Schedule(
            at=at,
            rule=f"schedule-{bar.source}",
            confidence=_CONFIDENCE[bar.certainty],
            task=label or text or "",
            measure=measure,
            label=text if label else None,
            phase=phase,
        )
        first, last = parse_span(text or "") or (None, None)
        if first is not None and last is not None:
            return _lasting(schedule, first, last)
        start, end = self._ends(bar)
        latest = end if bar.last_max in (None, bar.last) else self._period(bar.last_max)
        return replace(
            schedule,
            start_fy=start.fy or None,
            end_fy=end.fy or None,
            start_month=start.start_month,
            end_month=end.end_month,
            span_source=bar.source,
            span_certainty=bar.certainty,
            end_fy_max=latest.fy or None,
        )

    @cached_property
    def legend(self) -> Legend:
        return Legend(self.signs, colors_told(self.document, self.timeline))

    def _ends(self, bar: Bar) -> tuple[Period, Period]:
        """The first and last period of a bar. One that fills the first years shown may have begun before, one
        that fills the last may go on, as its words say: 第1次（R4～）."""
        start, end = self._period(bar.first), self._period(bar.last)
        aside = _ASIDE.search(bar.text or "")
        first, last = parse_span(aside[1] if aside else bar.text or "") or (None, None)
        periods = self.timeline.periods
        if first is not None and bar.first == 0 and first < periods[0].fy:
            start = Period(first, "")
        if last is not None and bar.last == len(periods) - 1 and last > periods[-1].fy:
            end = Period(last, "")
        return start, end

    def _period(self, column: int | None) -> Period:
        return _OPEN if column is None else self.timeline.periods[column]


def _lasting(schedule: Schedule, first: int, last: int) -> Schedule:
    """A step with the years that its words tell."""
    return replace(
        schedule, start_fy=first, end_fy=last, end_fy_max=last, span_source="text", span_certainty="exact"
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
