"""Bars drawn over a ruled table: found under its years, with their texts."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from extract.layout.bars import Mark, assemble, may_be_bar, side_by_side, standing_out, typed_bars
from extract.layout.canvas import Canvas, grown, lies_in, over_columns, share_out
from extract.layout.cells import compose
from extract.layout.grid import Grid, Place
from extract.layout.ink import sort_ink
from extract.layout.signs import is_sign_text
from extract.layout.time_axis import Header
from extract.model import Box, Line, Page, Period, Shape, Table

LABEL_GAP = 0.75  # em between labels of two rows that no rule parts; lines of one label stand closer


def bars_under(
    canvas: Canvas,
    grid: Grid,
    header: Header,
    end: int,
    pieces: dict[int, list[Line]],
    boxes: Sequence[Box],
    find: Callable[[Box], int | None],
    loose: dict[tuple[int, int], str],
) -> list[Mark]:
    """Bars under a header, down to row ``end``; text on or beside a bar moves to the bar and to the cell
    where it begins.
    """
    width = min(p.x1 - p.x0 for p in header.periods)
    shapes, marks = _drawn_under(canvas, grid, header, end)
    time_cells = _time_cells(grid, header, end)
    waiting = [(i, piece) for i in time_cells for piece in pieces[i]]
    typed = typed_bars([piece for _, piece in waiting], header.periods)
    marks = [*marks, *(mark for mark, _ in typed)]
    if not marks:
        return []
    canvas.used.update(id(s) for s in shapes)
    signs = {id(piece) for _, own in typed for piece in own}
    texts, strays = share_out([w for w in waiting if id(w[1]) not in signs], marks, width, boxes)
    _put_back(grid, pieces, boxes, time_cells, strays, loose)
    for i, piece in waiting:
        if id(piece) in signs:
            pieces[i].append(piece)
            loose.setdefault((grid.places[i].row, grid.places[i].col), "")
    found = []
    for mark, own in zip(marks, texts):
        if not own:
            found.append(mark)
            continue
        text = compose(own, mark.box)[0]
        start = find(Box(mark.box.x0, mark.box.y0, mark.box.x0 + 0.5 * width, mark.box.y1))
        start = _own_cell(waiting, own) if start is None or start not in time_cells else start
        place = grid.places[start]
        loose.setdefault((place.row, place.col), "")
        pieces[start] += own
        found.append(replace(mark, text=None if is_sign_text(text) else text or None))
    return found


def _time_cells(grid: Grid, header: Header, end: int) -> list[int]:
    rows, columns = range(header.bottom + 1, end), range(header.first_column, header.right)
    return [i for i, p in enumerate(grid.places) if p.row in rows and p.col in columns]


def _put_back(
    grid: Grid, pieces: dict[int, list[Line]], boxes: Sequence[Box], cells: Sequence[int],
    strays: Sequence[tuple[int, Line]], loose: dict[tuple[int, int], str],
) -> None:  # fmt: skip
    """Leave in the cells under the years what no bar takes."""
    for i in cells:
        pieces[i] = []
    for i, piece in strays:
        pieces[i].append(piece)
        loose[grid.places[i].row, grid.places[i].col] = compose(pieces[i], boxes[i])[0]


def _drawn_under(canvas: Canvas, grid: Grid, header: Header, end: int) -> tuple[list[Shape], list[Mark]]:
    """Shapes under a header, down to row ``end``, and the bars they make."""
    first, last = header.periods[0], header.periods[-1]
    width = min(p.x1 - p.x0 for p in header.periods)
    area = Box(
        first.x0 - 0.25 * width, grid.ys[header.bottom + 1] - 2, last.x1 + 0.6 * width, grid.ys[end] + 2
    )
    shapes = over_columns(canvas.shapes(area), header.periods)
    shapes = [s for s in shapes if s.box.x0 > first.x0 - 0.6 * width]  # else a rule of the table
    shapes = standing_out(shapes, canvas.ink.fills)
    return shapes, assemble(shapes, canvas.images(area, height=60), width)


def cut_by_labels(
    canvas: Canvas, grid: Grid, headers: Sequence[Header], pieces: dict[int, list[Line]]
) -> Grid:
    """The grid with rows and labels that no rule parts: labels one below the other in one cell, each level
    with bars; a label in one cell with the white before its bar."""
    if len(headers) != 1 or headers[0].first_column == 0:
        return grid
    header = headers[0]
    parted = _parted_from_years(grid, header, pieces)
    if len(parted.places) > len(grid.places):
        return parted
    _, marks = _drawn_under(canvas, grid, header, len(grid.ys) - 1)
    for index, place in enumerate(grid.places):
        if place.row <= header.bottom or place.col + place.colspan != header.first_column:
            continue
        box = grid.box_of(place)
        rows = side_by_side([m for m in marks if box.y0 <= m.box.cy <= box.y1])
        cuts = _between_labels(pieces[index], [[m.box for m in row] for row in rows])
        if cuts and place.rowspan == 1:
            before = [i for i, p in enumerate(grid.places) if p.row == place.row and p.col < place.col]
            whole = [i for i in before if len({bisect_left(cuts, t.box.cy) for t in pieces[i] if t.box}) < 2]
            return grid.with_rows_cut(place.row, cuts, whole)
    return grid


def _parted_from_years(grid: Grid, header: Header, pieces: dict[int, list[Line]]) -> Grid:
    """The grid with each label in a cell that ends where the years begin. One over all years is a group's."""
    first, last = header.first_column, header.columns[-1][1]
    places: list[Place] = []
    for index, place in enumerate(grid.places):
        end = place.col + place.colspan
        texts = [t.box for t in pieces[index] if t.box and t.text.strip()]
        before = texts and all(box.x1 <= grid.xs[first] for box in texts)
        if place.row > header.bottom and place.col < first < end <= last and before:
            places += [
                replace(place, colspan=first - place.col),
                replace(place, col=first, colspan=end - first),
            ]
        else:
            places.append(place)
    return Grid(grid.xs, grid.ys, tuple(places))


def _between_labels(labels: Sequence[Line], rows: Sequence[Sequence[Box]]) -> list[float]:
    """Heights between rows of bars where each has a label level with it, well apart; else []."""
    boxes = [piece.box for piece in labels if piece.box and piece.text.strip()]
    groups: list[list[Box]] = [[] for _ in rows]
    for box in boxes:
        level = min(range(len(rows)), key=lambda k: abs(rows[k][0].cy - box.cy), default=None)
        if level is None or abs(rows[level][0].cy - box.cy) > 1.5 * box.height:
            return []
        groups[level].append(box)
    if len(rows) < 2 or not all(groups):
        return []
    cuts = []
    for i, (above, below) in enumerate(pairwise(groups)):
        bottom, top = max(b.y1 for b in above), min(b.y0 for b in below)
        if top - bottom < LABEL_GAP * below[0].height:
            return []
        bars_end, bars_begin = max(b.y1 for b in rows[i]), min(b.y0 for b in rows[i + 1])
        cuts.append((max(bottom, min(bars_end, top)) + min(top, max(bars_begin, bottom))) / 2)
    return cuts


def marks_over(page: Page, table: Table, periods: Sequence[Period]) -> list[Mark]:
    """Bars drawn over a part of a table that has no header of its own (it goes on from the page before)."""
    box = table.box
    if box is None:
        return []
    width = min(p.x1 - p.x0 for p in periods)
    area = Box(periods[0].x0 - 0.25 * width, box.y0 - 2, periods[-1].x1 + 0.6 * width, box.y1 + 2)
    ink = sort_ink(page.shapes)
    boxes = [c.box for c in table.cells if c.box]
    used = {id(s) for s in ink.fills if any(lies_in(b, grown(s.box)) and lies_in(s.box, b) for b in boxes)}
    canvas = Canvas(page, ink, [], used)
    shapes = standing_out(over_columns(canvas.shapes(area), periods), ink.fills)
    marks = assemble(shapes, (), width)
    return [
        replace(
            m,
            text=compose([t for t in page.lines if t.box and m.box.holds(t.box.cx, t.box.cy)], m.box)[0]
            or None,
        )
        for m in marks
    ]


def _own_cell(waiting: Sequence[tuple[int, Line]], own: Sequence[Line]) -> int:
    """The cell the first piece of a bar's text stood in."""
    return next(i for i, piece in waiting if piece is own[0])


def runs_below(canvas: Canvas, grid: Grid, header: Header) -> bool:
    """Do bars stand under a header row that is the last row of its grid?"""
    x0, x1 = header.periods[0].x0, header.periods[-1].x1
    area = Box(x0 - 5, grid.ys[-1], x1 + 5, grid.ys[-1] + 60)
    return any(may_be_bar(s) for s in canvas.shapes(area))


def rules_chart(canvas: Canvas, grid: Grid, header: Header) -> bool:
    """Whether a grid has years only, over one row of bars whose labels stand at its left."""
    columns = header.columns[0][0], header.columns[-1][1]
    if columns != (0, len(grid.xs) - 2) or header.bottom != len(grid.ys) - 3:
        return False
    top, bottom = grid.ys[-2:]
    bars = [s for s in canvas.shapes(grid.box) if may_be_bar(s) and s.box.cy > top]
    labels = [r for r in canvas.lines if r.box and top < r.box.cy < bottom and r.box.x1 < grid.xs[0] + 5]
    return len(bars) > 0 and any(r.box and r.box.x1 > grid.xs[0] - grid.box.width for r in labels)
