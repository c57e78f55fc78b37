"""Charts whose rows no grid holds: years above, labels at the left, bars or texts level with them.

The head may be filled cells or free text; its rows may be told by stripes, by a rule under each, or by
nothing but white space.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from extract.layout.bars import may_be_bar
from extract.layout.canvas import Canvas
from extract.layout.cells import tokens_of
from extract.layout.grid import Grid, Place
from extract.layout.time_axis import Header
from extract.model import WHITE, Box, Line, Period

_WRAP = 0.5  # of a line's height: a wider gap between lines begins a row
_FAR = 5.0  # line heights below the row before: what stands further down is no row of the chart
_WIDER = 2.2  # times the usual gap between rows: likewise
_LARGER = 1.15  # times the size of the labels: a heading
_SLACK = 4.0  # points
_PROSE = 0.9  # of the width of the axis: a longer line of text is no bar's


def open_rows(canvas: Canvas, grid: Grid, header: Header, others: Sequence[Box]) -> Grid | None:
    """The grid of a head with a row for each label below it; None where none stands level with anything.

    ``grid`` has the head; what it has below that is left out. ``others``: where other grids stand, whose
    texts are no labels of this one.
    """
    if header.first_column == 0:
        return None
    axis = Box(header.periods[0].x0, 0.0, header.periods[-1].x1, canvas.page.height)
    top = grid.ys[header.bottom + 1]
    area = Box(grid.xs[0], top, axis.x0, canvas.page.height)
    head = _ground(canvas, axis.x0 + _SLACK, min(grid.ys[header.top] + _SLACK, top))
    rows = _label_rows(canvas, area, grid.xs[header.first_column - 1], others, head)
    ys = _edges(canvas, area, rows)
    while rows and not _anything(canvas, Box(axis.x0, ys[len(rows) - 1], axis.x1, ys[len(rows)])):
        rows.pop()
    filled = [_anything(canvas, Box(axis.x0, a, axis.x1, b)) for a, b in pairwise(ys[: len(rows) + 1])]
    below = Box(axis.x0, top, axis.x1, ys[len(rows)])
    if not rows or 2 * sum(filled) < len(rows) or _has_prose(canvas, below):
        return None
    drawn = any(map(may_be_bar, canvas.shapes(below)))
    if len(rows) == 1 and not drawn and not _told_year_by_year(canvas, below, header.periods):
        return None
    return _grid(grid, header, ys[1 : len(rows) + 1])


def _label_rows(
    canvas: Canvas, area: Box, column: float, others: Sequence[Box], head: int | None
) -> list[Box]:
    """Boxes of the labels below a head on the ground ``head``, in the last column before the years (from
    ``column``), as far as they follow each other: up to a wide gap, a heading, or a line that goes on under
    the years."""
    pieces = _texts_below(canvas, area)
    rows: list[Box] = []
    size = pieces[0][1].size if pieces else 0.0
    for box, piece in pieces:
        if any(o.holds(box.cx, box.cy) for o in others):
            break
        if _stops(piece, box, rows, area, size):
            return [row for row in rows if row.overlap_y(box) <= 0]  # a small word beside a heading is of it
        if head is not None and _ground(canvas, box.cx, box.cy) == head:
            break  # the head of what comes next
        if box.x0 < column - _SLACK:
            continue  # a group before the labels
        if rows and box.y0 - rows[-1].y1 < _WRAP * box.height:
            rows[-1] = rows[-1].union(box)
        else:
            rows.append(box)
    return rows


def _texts_below(canvas: Canvas, area: Box) -> list[tuple[Box, Line]]:
    """The texts that begin in an area or below it, from top to bottom."""
    lines = [line for line in canvas.lines if line.box and not line.vertical and line.box.cy > area.y0]
    tokens = [t for line in lines for t in tokens_of(line) if t.text.strip()]
    within = [(t.box, t) for t in tokens if t.box and area.x0 - _SLACK <= t.box.x0 < area.x1 - _SLACK]
    return sorted(within, key=lambda x: x[0].cy)


def _ground(canvas: Canvas, x: float, y: float) -> int | None:
    """Colour of the last fill painted at a point; None for white."""
    found = [s.fill for s in canvas.ink.fills if s.box.holds(x, y)]
    return found[-1] if found and found[-1] != WHITE else None


def _stops(piece: Line, box: Box, rows: Sequence[Box], area: Box, size: float) -> bool:
    """Whether a line left of the years is no label any more."""
    above = rows[-1].y1 if rows else area.y0
    gaps = sorted(b.y0 - a.y1 for a, b in pairwise(rows))
    usual = gaps[len(gaps) // 2] if len(gaps) > 1 else 0.0
    gap = box.y0 - above
    far = gap > _FAR * box.height or (usual > 0 and gap > max(_WIDER * usual, 1.5 * box.height))
    heading = piece.size > _LARGER * size or (piece.size > size and all(run.bold for run in piece.runs))
    return far or heading or box.x1 > area.x1 + _SLACK


def _edges(canvas: Canvas, area: Box, rows: Sequence[Box]) -> list[float]:
    """Heights between the rows, that of the head first: rules and stripes, else the middle of the white."""
    told = [r.at for r in canvas.ink.horizontal if r.lo < area.x1 - _SLACK and r.hi > area.x0 + _SLACK]
    told += [s.box.cy for s in canvas.ink.marks if s.kind == "line" and s.box.x0 < area.x0 + _SLACK]  # bold
    for shape in canvas.ink.fills:
        if shape.box.height > 6 and shape.box.x0 < area.x1 - _SLACK and shape.box.x1 > area.x0 + _SLACK:
            told += [shape.box.y0, shape.box.y1]
    ys = [area.y0]
    for above, below in pairwise([*rows, None]):
        if above is None:
            continue
        usual = (rows[-1].y0 - rows[0].y1) / max(len(rows) - 1, 1) if len(rows) > 1 else above.height
        lowest = below.y0 + 1 if below else above.y1 + max(usual, above.height)
        middle = (above.y1 + below.y0) / 2 if below else above.y1 + 0.4 * above.height
        between = [y for y in told if above.y1 - 1 <= y <= lowest]
        ys.append(min(between, key=lambda y: abs(y - middle)) if between else middle)
    return ys


def _anything(canvas: Canvas, box: Box) -> bool:
    """Whether text, a bar or a filled cell stands in a box."""
    text = any(
        t.box and t.box.x0 > box.x0 - _SLACK and box.holds(t.box.cx, t.box.cy)
        for line in canvas.lines
        if line.box and line.box.overlap_y(box) > 0
        for t in tokens_of(line)
    )
    return text or any(
        may_be_bar(s) and s.box.height < 2 * box.height and s.box.x0 > box.x0 - 2 * _SLACK
        for s in canvas.shapes(box)
    )


def _told_year_by_year(canvas: Canvas, box: Box, periods: Sequence[Period]) -> bool:
    """Whether a text of its own stands below each of most years."""
    lines = [line for line in canvas.lines if line.box and line.box.overlap_y(box) > 0]
    texts = [t.box for line in lines for t in tokens_of(line) if t.box and box.holds(t.box.cx, t.box.cy)]
    under = {k for b in texts for k, p in enumerate(periods) if p.x0 <= b.x0 and b.x1 <= p.x1}
    return len(under) == len(texts) and 2 * len(under) > len(periods)


def _has_prose(canvas: Canvas, box: Box) -> bool:
    """Whether lines of text run over most of the years: a paragraph, no rows of a chart."""
    lines = [line for line in canvas.lines if line.box and box.holds(line.box.cx, line.box.cy)]
    long = [t for line in lines for t in tokens_of(line) if t.box and t.box.width > _PROSE * box.width]
    return len(long) > 1


def _grid(grid: Grid, header: Header, ys: Sequence[float]) -> Grid:
    head = [p for p in grid.places if p.row <= header.bottom]
    last = header.bottom + 1
    kept = [Place(p.row, p.col, min(p.rowspan, last - p.row), p.colspan) for p in head]
    lowest = {(p.col, p.colspan) for p in kept if p.row + p.rowspan == last}
    headed = {col + k for col, width in lowest for k in range(width)}
    columns = {(a, b - a + 1) for a, b in header.columns}
    columns |= {
        (col, width)
        for col, width in lowest
        if col + width <= header.first_column or col > header.columns[-1][1]
    }
    bare = [c for c in range(header.first_column) if c not in headed]  # labels that no head stands over
    columns |= {(c, 1) for c in bare}
    rows = [Place(last + r, col, 1, width) for r in range(len(ys)) for col, width in sorted(columns)]
    return Grid(grid.xs, (*grid.ys[: last + 1], *ys), (*kept, *rows))


def head_grid(left: float, ys: Sequence[float], periods: Sequence[Period], years: int) -> Grid:
    """A grid of nothing but a head: a column for labels from ``left``, one for each period. Where the periods
    are parts of ``years``, these stand in a row over them."""
    xs = (left, *(p.x0 for p in periods), periods[-1].x1)
    rows, width = len(ys) - 1, len(periods) // years
    over = [Place(0, 1 + n * width, 1, width) for n in range(years)] if rows > 1 else []
    last = [Place(rows - 1, c, 1, 1) for c in range(1, len(xs) - 1)]
    return Grid(xs, tuple(ys), (Place(0, 0, rows, 1), *over, *last))
