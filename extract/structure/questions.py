"""What was not understood in a document, as questions that a person can answer at a glance.

A label that comes back on twelve pages is one question, and so are all tables with one head. What a question
is worth are the rows that hang on it, times the reader's own doubt. ``key`` is what an answer is bound to:
the words, so that it holds for other documents too.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, groupby
from math import exp
from typing import Literal

from extract.document import Document
from extract.labels import column_role, said
from extract.model import Box, Metadata, Timeline
from extract.records.chart_owner import chart_key, read_chart, row_name
from extract.records.model import Kpi, Measure, Schedule, Value
from extract.records.unread import unknown_labels
from extract.structure.column_roles import VALUES, head_key, outcome
from extract.structure.content import Content, content_of
from extract.structure.coverage import Gap
from extract.structure.headers import text_of, valued
from extract.structure.labels_found import key_of
from extract.structure.tables import TableReading, table_key
from normalize.amounts import blank_dates, find_quantities
from normalize.eras import find_dates
from normalize.frozen import frozen

Kind = Literal["label", "column", "table", "chart", "text", "value", "bar"]

_ASKED = 1.5  # margin below which a label or a column is asked about
_SURE = 2.0  # score from which a table is not asked about
_LEAST = 0.05  # worth of a question
_NAME = 24  # characters; a longer text is no label
_MOST = 40  # of a document; what nobody gets to is not asked
_PARAGRAPHS = 3  # more of them in a row are one text
_LOST: Mapping[Content, float] = {"prose": 0.3, "office": 0.3, "list": 0.3}  # may make a measure wrong
_SHOWN = 1_000  # characters of a text that is asked about
_VALUED = 0.5  # share of a column's cells that are values


@frozen
class Question:
    """One question. ``guesses``: answers with scores, the best first; empty where the reader has none.

    ``about``: the kind of record and which of them, where it is about one; ``column``: which of its values.
    """

    kind: Kind
    key: str
    text: str
    rows: int
    worth: float
    page: int | None
    box: Box | None = None
    guesses: tuple[tuple[str, float], ...] = ()
    about: tuple[Literal["measures", "kpis", "schedules"], int] | None = None
    column: str | None = None


@frozen
class Found:
    """What was made of a document. ``used``: the blocks that some record was made from."""

    measures: Sequence[Measure]
    kpis: Sequence[Kpi]
    schedules: Sequence[Schedule]
    gaps: Mapping[int, Gap]
    used: frozenset[int]
    owners: Sequence[int | None]
    plan: Metadata


def questions(document: Document, readings: Sequence[TableReading], found: Found) -> list[Question]:
    """All questions that nobody has answered yet, those worth most first."""
    asked = chain(
        _labels(document, found),
        _tables(document, readings, found),
        _charts(document, found),
        _texts(document, found),
        _values(document, found),
        _bars(found),
    )
    best: dict[tuple[str, str], Question] = {}
    for q in sorted(asked, key=lambda q: -q.worth):  # one thing may be asked about for two reasons
        if q.worth >= _LEAST and said(q.kind, q.key) is None:
            best.setdefault((q.kind, q.key), q)
    return list(best.values())[:_MOST]


def _doubt(margin: float) -> float:
    """How likely the second best answer is, by what it lacks.

    >>> _doubt(0.0), round(_doubt(3.0), 2)
    (0.5, 0.05)
    """
    return 1 / (1 + exp(min(50.0, margin)))


# --- labels ---------------------------------------------------------------------------------------------


def _labels(document: Document, found: Found) -> Iterator[Question]:
    for cycle in document.labels.cycles:
        for key, spots in cycle.items():
            role = document.labels.roles.get(key)
            if role is None or not role.guesses or role.margin >= _ASKED:
                continue
            first, n = min(spots, key=lambda s: s.at), len(spots)
            box = _box_of_label(document, key, first.text, first.page)
            yield Question(
                "label", key, first.text.strip(), n, n * _doubt(role.margin), first.page, box, role.guesses
            )  # fmt: skip
    for text, n, page in unknown_labels(document, found.measures):
        key = key_of(text)
        if document.labels.found(text) is None:
            yield Question("label", key, text, n, n * 0.5, page, _box_of_label(document, key, text, page))


def _box_of_label(document: Document, key: str, text: str, page: int | None) -> Box | None:
    here = [p for p in document.blocks if p.block.page == page]
    alone = (p.block.box for p in here if key_of(p.clean) == key)
    return next(alone, None) or next((p.block.box for p in here if text.strip() in p.text), None)


# --- tables ---------------------------------------------------------------------------------------------


def _tables(document: Document, readings: Sequence[TableReading], found: Found) -> Iterator[Question]:
    """One question for all tables with one head, and one for each of its columns that is a close call."""
    nodes = {n.table: n for n in document.nodes if n.table is not None}
    groups: dict[str, list[TableReading]] = defaultdict(list)
    for reading in readings:
        groups[table_key(reading.block.stacks)].append(reading)
    for key, group in groups.items():
        first, rows = group[0], sum(len(r.block.body) for r in group)
        text = _heads(first) or " ".join(map(text_of, first.block.rows[0]))
        page, box = _place(document, first)
        nothing = all(
            found.used.isdisjoint(range(n.first, n.last)) for r in group if (n := nodes.get(r.block.table))
        )
        if key and (first.kind == "doubtful" or nothing or first.score < _SURE):
            guesses = (("indicators", first.score), ("none", -first.score))
            yield Question(
                "table", key, text, rows, rows * _doubt(abs(first.score)), page, box,
                tuple(sorted(guesses, key=lambda g: -g[1])),
            )  # fmt: skip
        if first.kind != "doubtful" and not nothing:
            yield from _columns(document, first, rows)
    yield from _unread(document, readings, found.used)


def _heads(reading: TableReading) -> str:
    return " | ".join("/".join(stack) for stack in reading.block.stacks if stack)


def _columns(document: Document, reading: TableReading, rows: int) -> Iterator[Question]:
    """Columns that the next best reading takes for something else, and columns of values without a role."""
    close = dict(set(outcome(reading.rival)) ^ set(outcome(reading.roles))) if reading.rival else {}
    for c, role in enumerate(reading.roles):
        stack, other = reading.block.stacks[c], reading.rival[c] if reading.rival else "other"
        is_close = c in close and reading.margin < _ASKED and other != role
        roleless = role == "other" and valued(reading.columns[c]) >= _VALUED
        if not stack or not (is_close or roleless):
            continue
        guesses = ((role, reading.margin), (other, 0.0)) if is_close else ((role, 0.0), *_may_be(reading))
        doubt = _doubt(reading.margin) if is_close else 0.3
        page, box = _place(document, reading, c)
        yield Question("column", head_key(stack), "/".join(stack), rows, rows * doubt, page, box, guesses)


def _may_be(reading: TableReading) -> tuple[tuple[str, float], ...]:
    return tuple((role, 0.0) for role in VALUES if role not in reading.roles)


def _place(
    document: Document, reading: TableReading, column: int | None = None
) -> tuple[int | None, Box | None]:
    """The page a table begins on, and its box there or that of the head of one column."""
    rows = reading.block.rows if column is None else reading.block.rows[: max(1, reading.block.head)]
    cells = [c for row in rows for c in (row if column is None else row[column : column + 1]) if c and c.box]
    page = next((c.page for c in cells), None)
    box: Box | None = None
    for cell in cells:
        if cell.page == page and cell.box is not None:
            box = cell.box if box is None else box.union(cell.box)
    return page, box


def _unread(document: Document, readings: Sequence[TableReading], used: frozenset[int]) -> Iterator[Question]:
    """Tables under a head of targets that no reading has, and that gave no row."""
    read = {r.block.table for r in readings}
    for node in document.nodes:
        if node.table is None or node.table in read or not used.isdisjoint(range(node.first, node.last)):
            continue
        table = document.tables[node.table]
        heads = [c for c in table.cells if c.row == 0 and c.text]
        if not any(column_role(text_of(c)) == "target" for c in heads) or table.n_rows < 2:
            continue
        if not any(re.search(r"\d", c.text) for c in table.cells if c.row):
            continue
        key = table_key([(text_of(c),) for c in heads])
        at = document.evidence(range(node.first, node.last))
        rows = table.n_rows - 1
        text = " | ".join(map(text_of, heads))
        guesses = (("none", 0.0), ("indicators", 0.0))
        yield Question("table", key, text, rows, rows * 0.5, at.page, at.box, guesses)


# --- charts ---------------------------------------------------------------------------------------------


def _charts(document: Document, found: Found) -> Iterator[Question]:
    """Charts that were taken for an illustration, or the periods of plans, and left out."""
    for n, node in enumerate(document.nodes):
        for timeline in node.timelines:
            reading = read_chart(document, node, timeline, found.measures, found.owners[n], found.plan)
            if reading.kind == "other":
                bars = sum(len(row.bars) for row in timeline.rows)
                at = document.evidence(range(node.first, max(node.last, node.first + 1)))
                yield Question(
                    "chart", chart_key(timeline), _rows_of(timeline), bars, bars * _doubt(abs(reading.score)),
                    at.page, at.box, (("none", -reading.score), ("schedule", reading.score)),
                )  # fmt: skip


def _rows_of(timeline: Timeline) -> str:
    return " | ".join(filter(None, map(row_name, timeline.rows)))[:_SHOWN]


# --- what single records lack ---------------------------------------------------------------------------


def _texts(document: Document, found: Found) -> Iterator[Question]:
    """Text inside measures that no record uses: of which of their columns is it?

    A short text that stands in the unused text of several measures is a label that was not taken for one. The
    others are asked about in runs of one kind: a list, names of offices, an article; up to a few paragraphs
    may be the texts of several boxes, and are asked about one by one.
    """
    spots: dict[str, list[tuple[int, int]]] = defaultdict(list)  # key -> measures and their blocks
    for measure, gap in sorted(found.gaps.items()):
        for block in gap.blocks:
            if len(document.blocks[block].text) <= _NAME:
                spots[key_of(document.blocks[block].clean)].append((measure, block))
    again = {key: where for key, where in spots.items() if key and len({m for m, _ in where}) > 1}
    for key, where in again.items():
        first = document.blocks[where[0][1]]
        worth = sum(min(1.0, 2 * found.gaps[m].share) for m in {m for m, _ in where}) / 2
        rows = len({m for m, _ in where})
        yield Question("label", key, first.text, rows, worth, first.block.page, first.block.box)
    labels = {block for where in again.values() for _, block in where}
    for measure, gap in sorted(found.gaps.items()):
        left = [b for b in gap.blocks if b not in labels]
        size = sum(len(document.blocks[b].text) for b in left)
        for content, run in _runs(document, left):
            text = "\n".join(document.blocks[b].text for b in run)
            worth = max(_LOST.get(content, 0.0), min(1.0, 2 * gap.share) * len(text) / size)
            first = document.blocks[run[0]]
            own = f"{found.measures[measure].title}\n{key_of(first.clean)}"
            page = first.block.page
            box = document.evidence([b for b in run if document.blocks[b].block.page == page]).box
            yield Question("text", own, text[:_SHOWN], 1, worth, page, box, (), ("measures", measure))


def _runs(document: Document, blocks: Sequence[int]) -> Iterator[tuple[Content, list[int]]]:
    for content, group in groupby(blocks, lambda b: content_of(document.blocks[b].clean)):
        run = list(group)
        if content == "prose" and len(run) <= _PARAGRAPHS:
            yield from ((content, [block]) for block in run)
        else:
            yield content, run


def _values(document: Document, found: Found) -> Iterator[Question]:
    """Values whose digits are no number, amounts that no value has, and years that the others have."""
    dated = _columns_with_years(found.kpis)
    for i, kpi in enumerate(found.kpis):
        printed = document.text[kpi.at.start : kpi.at.end]
        for name, value in _values_of(kpi):
            if _has_unread_digits(value):
                yield _of_value(i, kpi, f"{name}_value", value.raw or "", 0.6)
            elif value.kind == "milestone" and name == "target" and _has_amount(printed):
                yield _of_value(i, kpi, "target_value", printed, 0.6)
            elif name in dated and value.value is not None and value.fy is None and value.date is None:
                yield _of_value(i, kpi, f"{name}_fy", value.raw or "", 0.4)


def _of_value(i: int, kpi: Kpi, column: str, raw: str, worth: float) -> Question:
    key = f"{kpi.indicator}\n{raw}" + ("" if column.endswith("_value") else f"\n{column}")
    at, text = kpi.at, f"{kpi.indicator}: {raw}"
    return Question("value", key, text, 1, worth, at.page, at.box, (), ("kpis", i), column)


def _values_of(kpi: Kpi) -> tuple[tuple[str, Value], ...]:
    return ("baseline", kpi.baseline), ("current", kpi.current), ("target", kpi.target)


def _columns_with_years(kpis: Sequence[Kpi]) -> set[str]:
    """The values that have a year in most indicators: where it is missing, it was missed."""
    values = [(name, v) for kpi in kpis for name, v in _values_of(kpi) if v.value is not None]
    there, dated = Counter(name for name, _ in values), Counter(n for n, v in values if v.fy or v.date)
    return {name for name, n in dated.items() if n > there[name] / 2}


def _has_amount(text: str) -> bool:
    """Whether a text has an amount beside its dates.

    >>> _has_amount("訓練の回数　年1回 → 年3回"), _has_amount("令和8年度に開始")
    (True, False)
    """
    return bool(find_quantities(blank_dates(text, find_dates(text))))


def _has_unread_digits(value: Value) -> bool:
    """Whether a value has digits, no number and no other meaning (a milestone has its year).

    >>> _has_unread_digits(Value(raw="3と4の間")), _has_unread_digits(Value(raw="3件", value=3.0))
    (True, False)
    """
    return bool(
        value.raw and value.value is None and value.kind != "milestone" and re.search(r"\d", value.raw)
    )


def _bars(found: Found) -> Iterator[Question]:
    """Rows of charts whose bar has no year; those that say the same are one question."""
    groups: dict[str, list[int]] = defaultdict(list)
    for i, bar in enumerate(found.schedules):
        if bar.start_fy is None and bar.end_fy is None:
            groups[bar.task].append(i)
    for task, same in groups.items():
        at = found.schedules[same[0]].at
        yield Question(
            "bar", task, task, len(same), 0.5 * len(same), at.page, at.box, (), ("schedules", same[0])
        )
