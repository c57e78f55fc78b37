"""Charts whose years run down their first column: read with their axes exchanged."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from extract.layout.bars import assemble
from extract.layout.canvas import Canvas
from extract.layout.periods import header_periods, parse_period, parse_span
from extract.layout.timelines import table_timelines
from extract.model import Box, Shape, Table, Timeline, TimelineRow
from extract.structure.content import content_of


def turned_timelines(canvas: Canvas, table: Table) -> tuple[Timeline, ...]:
    """The timelines of a table whose years run down its first column: read with its axes exchanged."""
    years = [c for c in table.cells if c.col == 0]
    count = sum(p is not None for p in header_periods([c.text for c in years]))
    spans = sum(parse_period(c.text) is None and parse_span(c.text) is not None for c in years)  # R8～R9
    if count + spans >= 2 and _tells_steps(table):
        if _is_time(years[0].text):
            return table_timelines(_turned_table(table), drawn=True, steps=True)
        head = " ".join(c.text for c in table.cells if c.row == 0)  # 年 国の動き
        found = table_timelines(_turned_table(table, 0), drawn=True, steps=True)
        return tuple(replace(t, corner=head) for t in found)
    if count < 3 or table.n_cols < 3:
        return ()
    turned = _turned_table(table)
    cells = turned.cells
    shapes = canvas.shapes(table.box) if table.box else []
    edge = max(c.box.x1 for c in years if c.box)
    width = min(c.box.height for c in years if c.box)
    marks = [m for m in assemble([_turned(s) for s in shapes], (), width) if m.box.cy > edge]
    if not marks:
        return ()  # a chronology
    canvas.used.update(id(s) for s in shapes)
    loose: dict[tuple[int, int], str] = {}
    for k, mark in enumerate(marks):
        under = [c for c in cells if c.box and c.text and c.row and mark.box.holds(mark.box.cx, c.box.cy)]
        own = [
            c for c in under if c.box and c.box.overlap_x(mark.box) > 0.5 * min(c.box.width, mark.box.width)
        ]
        marks[k] = replace(mark, text="".join(c.text for c in own) or None)
        loose.update({(c.row, c.col): "" for c in own})
    return tuple(
        replace(t, box=table.box, rows=tuple(_row_turned(r) for r in t.rows))
        for t in table_timelines(turned, drawn=True, marks=marks, loose=loose)
    )


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
    told = [content_of(c.text) for c in table.cells if c.col == 1 and c.row >= min(f.row for f in first)]
    texts = {c.text for c in table.cells if c.col == 1}
    if table.n_cols != 2 or not all(_is_time(c.text) for c in first) or len(texts) <= 0.5 * len(first):
        return False
    ends = [_years(c.text) for c in first]
    follow = all(b[0] - a[0] > 0 and b[0] - a[1] <= 1 for a, b in pairwise(ends))
    words = sum(kind in ("name", "list") for kind in told)
    return follow and words > 0.5 * len(told) and not any("。" in text for text in texts)


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
