"""Charts whose years run down their first column: read with their axes exchanged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from extract.layout.bars import Mark, assemble
from extract.layout.canvas import Canvas
from extract.layout.periods import header_periods, parse_period, parse_span
from extract.layout.signs import begins_with_amount, is_nothing
from extract.layout.timelines import table_timelines
from extract.model import Box, Cell, Shape, Table, Timeline, TimelineRow
from extract.structure.content import content_of

_NOTE = re.compile(r"[(（][^()（）]*[)）]\s*$")


def turned_timelines(canvas: Canvas, table: Table) -> tuple[Timeline, ...]:
    """The timelines of a table whose years run down its first column: read with its axes exchanged."""
    steps = told_steps(table)
    years = [c for c in table.cells if c.col == 0]
    if steps or table.n_cols < 3 or sum(p is not None for p in header_periods([c.text for c in years])) < 3:
        return steps
    turned = _turned_table(table)
    marks = _marks_beside(canvas, table, years)
    if not marks:
        return ()  # a chronology
    loose: dict[tuple[int, int], str] = {}
    for k, mark in enumerate(marks):
        own = [c for c in turned.cells if c.row and c.text and _holds(mark, c.box)]
        marks[k] = replace(mark, text="".join(c.text for c in own) or None)
        loose.update({(c.row, c.col): "" for c in own})
    return _turned_back(table, table_timelines(turned, drawn=True, marks=marks, loose=loose))


def _marks_beside(canvas: Canvas, table: Table, years: Sequence[Cell]) -> list[Mark]:
    """The bars beside a column of years, with their axes exchanged; their shapes are used."""
    shapes = canvas.shapes(table.box) if table.box else []
    boxes = [c.box for c in years if c.box]
    marks = assemble(list(map(_turned, shapes)), (), min(b.height for b in boxes))
    marks = [m for m in marks if m.box.cy > max(b.x1 for b in boxes)]
    canvas.used.update(id(s) for s in shapes if marks)
    return marks


def _holds(mark: Mark, box: Box | None) -> bool:
    """Whether a cell stands under a bar over half of the width of one of them."""
    inside = box is not None and mark.box.holds(mark.box.cx, box.cy)
    return bool(inside and box and box.overlap_x(mark.box) > 0.5 * min(box.width, mark.box.width))


def told_steps(table: Table) -> tuple[Timeline, ...]:
    """What a table tells in words right beside each of the years that run down its first column.

    Columns of values may stand behind: 年度 | 実施計画 | 手続の数.
    """
    pair = replace(
        table,
        n_cols=2,
        cells=tuple(
            replace(c, text=_without_note(c.text) if c.col == 0 and c.row else c.text)
            for c in table.cells
            if c.col + c.colspan <= 2
        ),
    )
    if not any(c.col == 1 for c in pair.cells) or not _tells_steps(pair) or _tells_more(table):
        return ()
    if _is_time(pair.cells[0].text):
        return _turned_back(table, table_timelines(_turned_table(pair), drawn=True, steps=True))
    head = " ".join(c.text for c in pair.cells if c.row == 0)  # 年 国の動き
    found = table_timelines(_turned_table(pair, 0), drawn=True, steps=True)
    return tuple(replace(t, corner=head) for t in _turned_back(table, found))


def _tells_more(table: Table) -> bool:
    """Whether a third column tells in words, too: a chronology of several."""
    behind = [c.text for c in table.cells if c.col > 1 and c.row and c.text.strip()]
    words = sum(not is_nothing(t) and content_of(t) not in ("value", "pair", "number") for t in behind)
    return words > 0.3 * len(behind)


def _without_note(text: str) -> str:
    """A year without what brackets say of it: 令和6年度（実績） is 令和6年度."""
    return text if _is_time(text) else _NOTE.sub("", text)


def _turned_back(table: Table, found: Sequence[Timeline]) -> tuple[Timeline, ...]:
    return tuple(replace(t, box=table.box, rows=tuple(_row_turned(r) for r in t.rows)) for t in found)


def _turned_table(table: Table, from_row: int | None = None) -> Table:
    """A table with its axes exchanged; without the cells of row ``from_row`` but the first."""
    cells = [
        replace(
            c, row=c.col, col=c.row, rowspan=c.colspan, colspan=c.rowspan, box=_turn(c.box) if c.box else None
        )
        for c in table.cells
        if c.row != from_row or c.col == 0
    ]
    cells.sort(key=lambda c: (c.row, c.col))
    box = _turn(table.box) if table.box else None
    return replace(table, cells=tuple(cells), n_rows=table.n_cols, n_cols=table.n_rows, box=box)


def _tells_steps(table: Table) -> bool:
    """Two columns: years that follow one another, and what is done in each, told in words."""
    first = [c for c in table.cells if c.col == 0 and c.text and (c.row or _is_time(c.text))]
    if len(first) < 2 or not all(_is_time(c.text) for c in first):
        return False
    told = [c.text for c in table.cells if c.col == 1 and c.row >= first[0].row and not is_nothing(c.text)]
    ends = [_years(c.text) for c in first]
    follow = all(a[0] < b[0] <= a[1] + 1 for a, b in pairwise(ends))
    distinct = 2 * len(set(told)) > len(told)
    return follow and distinct and 2 * sum(map(_is_step, told)) > len(told) and "。" not in "".join(told)


def _is_step(text: str) -> bool:
    """Whether words say what is done, be it how often: 出前講座6回、相談日の試行."""
    kind = content_of(text)
    return kind in ("name", "list") or (kind == "value" and not begins_with_amount(text))


def _is_time(text: str) -> bool:
    period = parse_period(text)
    return period.start_month is None if period else None not in (parse_span(text) or (None,))


def _years(text: str) -> tuple[int, int]:
    """First and last year of a head that is a year or a span of years."""
    period = parse_period(text)
    first, last = (period.fy, period.fy) if period else parse_span(text) or (None, None)
    return first or 0, last or 0


def _row_turned(row: TimelineRow) -> TimelineRow:
    bars = tuple(replace(b, box=_turn(b.box) if b.box else None) for b in row.bars)
    return replace(row, box=_turn(row.box) if row.box else None, bars=bars)


def _turn(box: Box) -> Box:
    return Box(box.y0, box.x0, box.y1, box.x1)


def _turned(shape: Shape) -> Shape:
    return replace(shape, box=_turn(shape.box), points=tuple((y, x) for x, y in shape.points))
