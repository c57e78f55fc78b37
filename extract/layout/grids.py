"""Ruled tables and schedule charts of one page, from its rules, fills, bars and characters."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TypeVar

from extract.layout import timelines
from extract.layout.periods import header_periods
from extract.layout.rules import TOL, Grid, Ink, is_head, ruled_grids, sort_ink, tiled_grids
from extract.layout.timelines import Header, Mark
from extract.model import (
    Block,
    Box,
    Cell,
    ChartItem,
    Line,
    Page,
    Period,
    Run,
    Shape,
    Table,
    TableItem,
    Timeline,
    TimelineRow,
)

K = TypeVar("K")
WHITE = 0xFFFFFF
_BULLET = re.compile(r"[・･●○◎■□◆◇▶►➢➤✓※*\-－‐–〇①-⑳❶-❿]|[(（]?[0-9０-９]{1,2}[)）.．]|[ア-ン][.．)）]")
_SENTENCE_END = tuple("。.．！？!?」』）)")
_GAP = 0.3  # of the font size: a wider gap between characters may part two cells


@dataclass(frozen=True, slots=True)
class GridFinds:
    """Tables and charts of a page, from top to bottom, and the lines and shapes they leave."""

    items: tuple[TableItem | ChartItem, ...] = ()
    rest: tuple[Line, ...] = ()
    shapes: tuple[Shape, ...] = ()


def find_grids(page: Page) -> GridFinds:
    """Find the tables and schedule charts of a page. Every line ends once: in an item or in ``rest``."""
    if not page.shapes and not page.images:
        return GridFinds((), page.lines)
    ink = sort_ink(page.shapes)
    canvas = _Canvas(page, ink, list(page.lines), set())
    items: list[TableItem | ChartItem] = []
    grids = _without_frames(ruled_grids(ink), page)
    ruled = [g.box for g in grids]
    loose_fills = [s for s in ink.fills if not any(_inside(s.box, b) for b in ruled)]
    grids += tiled_grids(loose_fills)
    for grid in grids:
        item = _table_item(canvas, grid)
        if item:
            items.append(item)
    items += _charts(canvas)
    items.sort(key=lambda i: (_box(i).y0, _box(i).x0))
    taken = [_grown(_box(item)) for item in items]
    shapes = tuple(
        s for s in page.shapes if id(s) not in canvas.used and not any(_inside(s.box, b) for b in taken)
    )
    return GridFinds(tuple(items), tuple(canvas.lines), shapes)


def _without_frames(grids: Sequence[Grid], page: Page) -> list[Grid]:
    """Leave out grids that only frame the page or other grids; a table in a cell comes before its table."""
    kept = []
    for grid in grids:
        inner = [g for g in grids if g is not grid and _inside(g.box, grid.box)]
        large = grid.box.width * grid.box.height > 0.75 * page.width * page.height
        if len(grid.places) <= 4 and (large or any(len(g.places) > len(grid.places) for g in inner)):
            continue
        kept.append(grid)
    return sorted(kept, key=lambda g: g.box.width * g.box.height)


@dataclass
class _Canvas:
    """What is left of a page while its tables and charts are taken out."""

    page: Page
    ink: Ink
    lines: list[Line]
    used: set[int]  # ids of consumed shapes

    def take(self, key: Callable[[Line], K | None], area: Box) -> list[tuple[K, Line]]:
        """Take the pieces of lines in ``area`` for which ``key`` names a place; the others stay."""
        taken: list[tuple[K, Line]] = []
        kept: list[Line] = []
        for line in self.lines:
            box = line.box
            if box is None or box.x1 < area.x0 or box.x0 > area.x1 or box.y1 < area.y0 or box.y0 > area.y1:
                kept.append(line)
                continue
            places = _group((key(token), token) for token in _tokens(line))
            if all(place is None for place, _ in places):
                kept.append(line)
                continue
            for place, piece in places:
                if place is None:
                    kept.append(piece)
                else:
                    taken.append((place, piece))
        self.lines = kept
        return taken

    def shapes(self, area: Box) -> list[Shape]:
        """Fills and marks not used so far whose centre lies in ``area``."""
        return [
            s
            for s in (*self.ink.fills, *self.ink.marks)
            if id(s) not in self.used and area.holds(s.box.cx, s.box.cy)
        ]


def _box(item: TableItem | ChartItem) -> Box:
    box = item.table.box if isinstance(item, TableItem) else item.timeline.box
    return box or Box(0, 0, 0, 0)


def _inside(inner: Box, outer: Box) -> bool:
    return (
        inner.x0 >= outer.x0 - TOL
        and inner.x1 <= outer.x1 + TOL
        and inner.y0 >= outer.y0 - TOL
        and inner.y1 <= outer.y1 + TOL
    )


# --- pieces of lines ------------------------------------------------------------------------------


def _tokens(line: Line) -> list[Line]:
    """A line cut where its characters stand apart; vertical and unplaced lines stay whole."""
    if line.vertical or not line.runs or any(len(r.xs) != len(r.text) + 1 for r in line.runs):
        return [line]
    cuts: list[list[Run]] = [[]]
    end: float | None = None
    for run in line.runs:
        start = 0
        signs = len(run.text.strip()) > 2 and timelines.is_sign_text(run.text)
        for i, ch in enumerate(run.text):
            apart = end is not None and run.xs[i] - end > _GAP * run.size
            if (apart or signs) and (i > start or cuts[-1]):
                if i > start:
                    cuts[-1].append(_slice(run, start, i))
                cuts.append([])
                start = i
            if not ch.isspace():
                end = run.xs[i + 1]
        if len(run.text) > start:
            cuts[-1].append(_slice(run, start, len(run.text)))
    return [_line(runs, line) for runs in cuts if runs]


def _slice(run: Run, start: int, end: int) -> Run:
    if start == 0 and end == len(run.text):
        return run
    box = run.box or Box(0, 0, 0, 0)
    xs = run.xs[start : end + 1]
    return replace(run, text=run.text[start:end], xs=xs, box=Box(xs[0], box.y0, xs[-1], box.y1))


def _line(runs: Sequence[Run], like: Line) -> Line:
    boxes = [r.box for r in runs if r.box]
    box = boxes[0] if boxes else like.box
    for other in boxes[1:]:
        box = box.union(other) if box else other
    joined: list[Run] = []
    for run in runs:
        last = joined[-1] if joined else None
        if (
            last
            and last.xs
            and run.xs
            and replace(last, text="", xs=(), box=None) == replace(run, text="", xs=(), box=None)
        ):
            both = last.box.union(run.box) if last.box and run.box else run.box
            joined[-1] = replace(last, text=last.text + run.text, xs=last.xs[:-1] + run.xs, box=both)
        else:
            joined.append(run)
    return replace(like, runs=tuple(joined), box=box)


def _group(placed: Iterable[tuple[K | None, Line]]) -> list[tuple[K | None, Line]]:
    """Join neighbouring tokens of one place to one piece."""
    groups: list[tuple[K | None, list[Run], Line]] = []
    for place, token in placed:
        if groups and (groups[-1][0] == place or not token.text.strip()):
            groups[-1][1].extend(token.runs)
        else:
            groups.append((place, list(token.runs), token))
    return [(place, _line(runs, token)) for place, runs, token in groups]


# --- text of a cell -------------------------------------------------------------------------------


@dataclass
class _Text:
    """Text put together from pieces, with the places of its raised marks."""

    text: str = ""
    marks: list[tuple[int, int]] = field(default_factory=list)

    def add(self, line: Line, glue: str) -> None:
        body = line.text.strip()
        lead = len(line.text) - len(line.text.lstrip())
        if not body:
            return
        self.text += glue if self.text else ""
        offset = len(self.text)
        at = -lead
        for run in line.runs:
            start, end = max(at, 0), min(at + len(run.text), len(body))
            if run.superscript and start < end:
                self.marks.append((offset + start, offset + end))
            at += len(run.text)
        self.text += body


def compose(pieces: Sequence[Line], room: Box | None) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Text of pieces inside ``room``: wrapped lines joined, paragraphs parted by line feeds.

    Returns the text and the spans of its raised note marks.
    """
    rows = _text_rows(pieces)
    text = _Text()
    for i, row in enumerate(rows):
        for j, piece in enumerate(row):
            if j:
                glue = _glue(row[j - 1], piece)
            elif i:
                glue = (
                    "\n" if _new_paragraph(rows, i, room) else space_between(rows[i - 1][-1].text, piece.text)
                )
            else:
                glue = ""
            text.add(piece, glue)
    return text.text.strip(), tuple(text.marks)


def _text_rows(pieces: Sequence[Line]) -> list[list[Line]]:
    """Pieces by the line they stand on; vertical lines from right to left."""
    if pieces and all(p.vertical for p in pieces):
        return [[p] for p in sorted(pieces, key=lambda p: -(p.box.x0 if p.box else 0))]
    rows: list[list[Line]] = []
    for piece in sorted(pieces, key=lambda p: (p.box.cy, p.box.x0) if p.box else (0, 0)):
        box = piece.box
        last = rows[-1][0].box if rows else None
        if box and last and box.overlap_y(last) > 0.5 * min(box.height, last.height):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda p: p.box.x0 if p.box else 0) for row in rows]


def _glue(left: Line, right: Line) -> str:
    """What stands between two pieces on one line."""
    if left.box and right.box and right.box.x0 - left.box.x1 > 0.6 * max(left.size, 1.0):
        return " "
    return ""


def space_between(before: str, after: str) -> str:
    """A line break inside a phrase: a space between Latin words, nothing in Japanese."""
    a, b = before.rstrip()[-1:], after.lstrip()[:1]
    latin = a.isascii() and b.isascii() and (a.isalnum() or a in ",.;:") and b.isalnum()
    return " " if latin else ""


def _new_paragraph(rows: Sequence[Sequence[Line]], i: int, room: Box | None) -> bool:
    before, line = rows[i - 1], rows[i]
    end, start = before[-1].box, line[0].box
    if not end or not start or not room:
        return False
    size = max(line[0].size, 1.0)
    text, previous = line[0].text, before[-1].text.rstrip()
    bullet = bool(_BULLET.match(text.lstrip()))
    first_bullet = bool(_BULLET.match(rows[0][0].text.lstrip()))
    right = max(r[-1].box.x1 for r in rows if r[-1].box)
    short = room.x1 - end.x1 > 2.2 * size or (right - end.x1 > 1.5 * size and len(rows) > 2)
    if bullet and (first_bullet or short or previous.endswith(_SENTENCE_END)):
        return True
    if start.y0 - end.y1 > 0.9 * size and short:
        return True
    indent = text.startswith("　") or start.x0 - min(r[0].box.x0 for r in rows if r[0].box) > 0.7 * size
    left = start.x0 - room.x0 < end.x0 - room.x0 + 1.5 * size and start.x0 - room.x0 < 3 * size
    if text.startswith("　") and left:
        return short or previous.endswith(_SENTENCE_END)
    return short and left and previous.endswith("。") and (indent or not text[:1].isspace())


# --- tables ---------------------------------------------------------------------------------------


def _table_item(canvas: _Canvas, grid: Grid) -> TableItem | None:
    """Take one table with its bars out of the page."""
    grid = _with_header_above(canvas, grid)
    boxes = [grid.box_of(p) for p in grid.places]
    find = _finder(grid)

    def cell_at(token: Line) -> int | None:
        return find(token.box) if token.box else None

    fills = _cell_fills(canvas, grid, boxes)
    draft = canvas.take(cell_at, grid.box)
    pieces: dict[int, list[Line]] = defaultdict(list)
    for index, piece in draft:
        pieces[index].append(piece)
    if not any(p.text.strip() for ps in pieces.values() for p in ps):
        canvas.lines += [p for ps in pieces.values() for p in ps]
        return None
    cells = [
        Cell(p.row, p.col, compose(pieces[i], boxes[i])[0], p.rowspan, p.colspan, boxes[i])
        for i, p in enumerate(grid.places)
    ]
    headers = timelines.find_headers(cells)
    if not headers and _is_plot(canvas, grid, cells):
        canvas.lines += [p for ps in pieces.values() for p in ps]
        return None
    if len(headers) == 1 and headers[0].bottom == len(grid.ys) - 2 and _runs_below(canvas, grid, headers[0]):
        canvas.lines += [p for ps in pieces.values() for p in ps]
        return None  # a header row alone: the chart below it is drawn freely
    marks: list[Mark] = []
    loose: dict[tuple[int, int], str] = {}
    for header in headers:
        marks += _bars(canvas, grid, header, pieces, boxes, find, loose)
    if not headers:
        marks = []
    table_cells = _cells(canvas, grid, pieces, boxes, fills, headers, loose)
    table = Table(tuple(table_cells), len(grid.ys) - 1, len(grid.xs) - 1, canvas.page.number, grid.box)
    found = timelines.table_timelines(table, drawn=True, marks=marks, loose=loose)
    if not found and not headers:
        found = _transposed(canvas, table, boxes)
    return TableItem(table, found)


def _is_plot(canvas: _Canvas, grid: Grid, cells: Sequence[Cell]) -> bool:
    """Grid lines of a diagram: hardly any cell has text, or shapes cross the lines of a single column."""
    if sum(bool(c.text) for c in cells) <= 0.2 * len(cells):
        return True
    crossing = [
        s
        for s in canvas.shapes(grid.box)
        if any(s.box.y0 + TOL < y < s.box.y1 - TOL for y in grid.ys[1:-1]) and s.fill != WHITE
    ]
    return len(grid.xs) == 2 and len(crossing) > 1


def _finder(grid: Grid) -> Callable[[Box], int | None]:
    owners = grid.owners()
    xs, ys = grid.xs, grid.ys

    def find(box: Box) -> int | None:
        row = _interval(ys, box.cy)
        if row is None:
            return None
        shares: Counter[int] = Counter()
        for col, (a, b) in enumerate(pairwise(xs)):
            share = min(b, box.x1) - max(a, box.x0)
            owner = owners.get((row, col))
            if share > 0 and owner is not None:
                shares[owner] += int(share * 100) + 1
        if not shares or not grid.box.holds(box.cx, box.cy, 1.0):
            return None
        return shares.most_common(1)[0][0]

    return find


def _interval(edges: Sequence[float], value: float) -> int | None:
    for i, (a, b) in enumerate(pairwise(edges)):
        if a - 0.5 <= value < b:
            return i
    return None


def _with_header_above(canvas: _Canvas, grid: Grid) -> Grid:
    """Years that stand free above a grid become its first row."""
    box = grid.box
    if len(grid.xs) < 4:
        return grid
    tokens = [
        t
        for line in canvas.lines
        if line.box and box.y0 - 45 < line.box.cy < box.y0 and box.x0 < line.box.cx < box.x1
        for t in _tokens(line)
        if t.text.strip()
    ]
    for row in reversed(_text_rows(tokens)):
        periods = header_periods([t.text for t in row])
        columns = [_interval(grid.xs, t.box.cx) for t, p in zip(row, periods) if p and t.box]
        if len(columns) >= 3 and None not in columns and len(set(columns)) == len(columns):
            return grid.with_row_above(min(t.box.y0 for t in row if t.box) - 1)
    return grid


def _cell_fills(canvas: _Canvas, grid: Grid, boxes: Sequence[Box]) -> dict[int, int]:
    """Ground colour of cells; the fills that make it up are used. Later fills cover earlier ones."""
    colours: dict[int, int] = {}
    area, owners = grid.box, grid.owners()
    for shape in canvas.ink.fills:
        box = shape.box
        if shape.fill is None or box.overlap_x(area) <= 0 or box.overlap_y(area) <= 0:
            continue
        rows = range(max(bisect_right(grid.ys, box.y0 + TOL) - 1, 0), bisect_left(grid.ys, box.y1 - TOL))
        columns = range(max(bisect_right(grid.xs, box.x0 + TOL) - 1, 0), bisect_left(grid.xs, box.x1 - TOL))
        over = [
            i
            for i in sorted({owners[r, c] for r in rows for c in columns if (r, c) in owners})
            if box.overlap_x(boxes[i]) >= 0.85 * boxes[i].width
            and box.overlap_y(boxes[i]) >= 0.8 * boxes[i].height
        ]
        if not over:
            continue
        union = boxes[over[0]]
        for i in over[1:]:
            union = union.union(boxes[i])
        if _inside(box, Box(union.x0 - 1.5, union.y0 - 1.5, union.x1 + 1.5, union.y1 + 1.5)):
            canvas.used.add(id(shape))
            if shape.opacity > 0.1:
                for i in over:
                    colours[i] = shape.fill
    return colours


def _runs_below(canvas: _Canvas, grid: Grid, header: Header) -> bool:
    """Do bars stand under a header row that is the last row of its grid?"""
    x0, x1 = header.periods[0].x0, header.periods[-1].x1
    area = Box(x0 - 5, grid.ys[-1], x1 + 5, grid.ys[-1] + 60)
    return any(timelines.may_be_bar(s) for s in canvas.shapes(area))


def _bars(
    canvas: _Canvas,
    grid: Grid,
    header: Header,
    pieces: dict[int, list[Line]],
    boxes: Sequence[Box],
    find: Callable[[Box], int | None],
    loose: dict[tuple[int, int], str],
) -> list[Mark]:
    """Bars under a header; text on or beside a bar moves to the bar and to the cell where it begins."""
    first, last = header.periods[0], header.periods[-1]
    width = min(p.x1 - p.x0 for p in header.periods)
    area = Box(
        first.x0 - 0.25 * width, grid.ys[header.bottom + 1] - 2, last.x1 + 0.6 * width, grid.ys[-1] + 2
    )
    shapes = _over_columns(canvas.shapes(area), header.periods)
    images = [i for i in canvas.page.images if area.holds(i.box.cx, i.box.cy) and i.box.height < 60]
    marks = timelines.assemble(shapes, images, width)
    if not marks:
        return []
    canvas.used.update(id(s) for s in shapes)
    time_cells = [
        i for i, p in enumerate(grid.places) if p.row > header.bottom and p.col >= header.first_column
    ]
    waiting = [(i, piece) for i in time_cells for piece in pieces[i]]
    texts, strays = share_out(waiting, marks, width, boxes)
    for i in time_cells:
        pieces[i] = []
    for i, piece in strays:
        pieces[i].append(piece)
        place = grid.places[i]
        loose[(place.row, place.col)] = compose(pieces[i], boxes[i])[0]
    found = []
    for mark, own in zip(marks, texts):
        if not own:
            found.append(mark)
            continue
        text = compose(own, mark.box)[0]
        start = find(Box(mark.box.x0, mark.box.y0, mark.box.x0 + 0.5 * width, mark.box.y1))
        start = own_cell(waiting, own) if start is None or start not in time_cells else start
        place = grid.places[start]
        loose.setdefault((place.row, place.col), "")
        pieces[start] += own
        found.append(replace(mark, text=text or None))
    return found


def _over_columns(shapes: Sequence[Shape], periods: Sequence[Period]) -> list[Shape]:
    """Shapes that stand over the time columns, at most a little past them."""
    x0, x1 = periods[0].x0, periods[-1].x1
    margin = 0.12 * (x1 - x0) / len(periods)
    return [
        s
        for s in shapes
        if (s.box.x0 < x1 - margin and s.box.x1 > x0 + margin) or (is_head(s) and s.box.x0 < x1 + margin)
    ]


def marks_over(page: Page, table: Table, periods: Sequence[Period]) -> list[Mark]:
    """Bars drawn over a part of a table that has no header of its own (it goes on from the page before)."""
    box = table.box
    if box is None:
        return []
    width = min(p.x1 - p.x0 for p in periods)
    area = Box(periods[0].x0 - 0.25 * width, box.y0 - 2, periods[-1].x1 + 0.6 * width, box.y1 + 2)
    ink = sort_ink(page.shapes)
    boxes = [c.box for c in table.cells if c.box]
    used = {id(s) for s in ink.fills if any(_inside(b, _grown(s.box)) and _inside(s.box, b) for b in boxes)}
    canvas = _Canvas(page, ink, [], used)
    marks = timelines.assemble(_over_columns(canvas.shapes(area), periods), (), width)
    return [
        replace(
            m,
            text=compose([t for t in page.lines if t.box and m.box.holds(t.box.cx, t.box.cy)], m.box)[0]
            or None,
        )
        for m in marks
    ]


def _grown(box: Box) -> Box:
    return Box(box.x0 - 2, box.y0 - 2, box.x1 + 2, box.y1 + 2)


def own_cell(waiting: Sequence[tuple[int, Line]], own: Sequence[Line]) -> int:
    """The cell the first piece of a bar's text stood in."""
    return next(i for i, piece in waiting if piece is own[0])


def share_out(
    waiting: Sequence[tuple[int, Line]], marks: Sequence[Mark], width: float, boxes: Sequence[Box]
) -> tuple[list[list[Line]], list[tuple[int, Line]]]:
    """Texts of each mark (inside it, over it or just beside it) and the pieces no mark takes."""
    texts: list[list[Line]] = [[] for _ in marks]
    later: list[tuple[int, Line]] = []
    for i, piece in waiting:
        box = piece.box
        inside = [
            k for k, m in enumerate(marks) if box and m.box.height > 4 and m.box.holds(box.cx, box.cy, 0.5)
        ]
        if inside:
            texts[min(inside, key=lambda k: marks[k].box.height)].append(piece)
        else:
            later.append((i, piece))
    strays: list[tuple[int, Line]] = []
    filled = [bool(t) for t in texts]
    for i, piece in later:
        best = _nearest(piece, marks, filled, width, boxes[i]) if piece.text.strip() else None
        if best is None:
            strays.append((i, piece))
        else:
            texts[best].append(piece)
    return texts, strays


def _nearest(
    piece: Line, marks: Sequence[Mark], filled: Sequence[bool], width: float, cell: Box
) -> int | None:
    """The bar without text of its own that a text stands over, under or right after.

    A text in a cell that the bar does not enter is the cell's own, unless it follows the bar closely.
    """
    box = piece.box
    if box is None:
        return None
    best, least = None, float("inf")
    for k, mark in enumerate(marks):
        if filled[k] or not cell.y0 - 2 <= mark.box.cy <= cell.y1 + 2:
            continue
        dx = max(mark.box.x0 - box.x1, box.x0 - mark.box.x1, 0.0)
        dy = max(mark.box.y0 - box.y1, box.y0 - mark.box.y1, 0.0)
        enters = mark.box.overlap_x(cell) > 0.15 * width
        reach = 0.6 * width if enters else 0.3 * width if box.cx > mark.box.cx else 0.0
        if dy <= max(0.8 * box.height, 6.0) and dx <= reach and dx + 2 * dy < least:
            best, least = k, dx + 2 * dy
    return best


# cells ------------------------------------------------------------------------------------------


def _cells(
    canvas: _Canvas,
    grid: Grid,
    pieces: dict[int, list[Line]],
    boxes: Sequence[Box],
    fills: dict[int, int],
    headers: Sequence[Header],
    loose: dict[tuple[int, int], str],
) -> list[Cell]:
    header_rows = {r for h in headers for r in range(h.top, h.bottom + 1)}
    inner = [s for s in canvas.shapes(grid.box) if s.fill is not None and _may_be_box(s)]
    cells: list[Cell] = []
    for i, place in enumerate(grid.places):
        own = pieces[i]
        inside = [s for s in inner if _inside(s.box, boxes[i])]
        boxed, text, marks = _with_boxes(own, inside, boxes[i])
        canvas.used.update(id(s) for s in inside)
        if (place.row, place.col) in loose:
            text, marks = _by_bars(own, boxes[i])
        runs = [r for p in own for r in p.runs if r.text.strip()]
        n = sum(len(r.text) for r in runs)
        cells.append(
            Cell(
                place.row,
                place.col,
                text,
                place.rowspan,
                place.colspan,
                boxes[i],
                canvas.page.number,
                place.row in header_rows,
                fills.get(i),
                _most(runs),
                n > 0 and sum(len(r.text) for r in runs if r.bold) > 0.5 * n,
                marks,
                boxed,
            )
        )
    return _marked_headers(cells)


def _by_bars(own: Sequence[Line], box: Box) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Text of a cell in which several bars begin: one paragraph for each line that is no wrap."""
    groups: list[list[Line]] = []
    for row in _text_rows(own):
        for piece in row:
            last = groups[-1][-1].box if groups else None
            if (
                last
                and piece.box
                and piece.box.y0 - last.y1 < 0.35 * piece.box.height
                and (abs(piece.box.cx - last.cx) < 0.5 * max(piece.box.width, last.width))
            ):
                groups[-1].append(piece)
            else:
                groups.append([piece])
    text = _Text()
    for group in groups:
        for j, piece in enumerate(group):
            text.add(piece, space_between(group[j - 1].text, piece.text) if j else "\n")
    return text.text.strip(), tuple(text.marks)


def _may_be_box(shape: Shape) -> bool:
    return shape.box.width > 8 and shape.box.height > 6 and not is_head(shape)


def _with_boxes(
    own: Sequence[Line], shapes: Sequence[Shape], room: Box
) -> tuple[tuple[str, ...], str, tuple[tuple[int, int], ...]]:
    """(texts of the filled boxes in a cell, its whole text, raised marks)."""
    groups: list[tuple[Box, list[Line]]] = []
    for shape in sorted(shapes, key=lambda s: (round(s.box.y0 / 6), s.box.x0)):
        if not any(_inside(shape.box, b) or _inside(b, shape.box) for b, _ in groups):
            groups.append((shape.box, []))
    free: list[Line] = []
    for piece in own:
        box = piece.box
        home = next((g for b, g in groups if box and b.holds(box.cx, box.cy, 1.0)), free)
        home.append(piece)
    groups = [(b, g) for b, g in groups if g]
    if not groups:
        text, marks = compose(own, room)
        return (), text, marks
    text, marks = compose(free, room)
    boxed = []
    for box, group in groups:
        part, raised = compose(group, box)
        part = part.replace("\n", "")
        offset = len(text) + 1 if text else 0
        marks = (*marks, *((a + offset, b + offset) for a, b in raised))
        text = f"{text}\n{part}" if text else part
        boxed.append(part)
    return tuple(boxed), text, marks


def _most(runs: Sequence[Run]) -> int:
    colours: Counter[int] = Counter()
    for run in runs:
        colours[run.color] += len(run.text)
    return colours.most_common(1)[0][0] if colours else 0


_HEADER_WORDS = re.compile(
    r"(項目|指標(名)?|基準値|現状値?|目標値?|実績値?|単位|用語|解説|説明|意味|用語の.*|区分|取組.*|施策.*|No\.?|番号|担当課?|"
    r"基本方針|計画|備考|内容|名称|手続.*|目標達成度.*)"
)


def _marked_headers(cells: Sequence[Cell]) -> list[Cell]:
    """Mark header cells: a row of its own ground, of bold letters or of the usual words over plain cells."""
    rows: dict[int, list[Cell]] = defaultdict(list)
    for cell in cells:
        rows[cell.row].append(cell)
    n_rows = max((c.row + c.rowspan for c in cells), default=0)
    colours = {r: {c.fill for c in row} for r, row in rows.items()}
    heads: set[tuple[int, int]] = {(c.row, c.col) for c in cells if c.is_header}
    for r, row in rows.items():
        if n_rows < 2:
            break
        if any((c.row, c.col) in heads for c in row):
            heads |= {(c.row, c.col) for c in row if c.rowspan < n_rows}
            continue
        own = [c for c in row if c.rowspan == min(x.rowspan for x in row)] if r else row
        if len(own) < 2 or (r == 0 and sum(bool(c.text) for c in own) < 2):
            continue
        below = colours.get(max(c.row + c.rowspan for c in own), set())
        filled = {c.fill for c in own}
        ground = None not in filled and WHITE not in filled and len(filled) <= 2 and not filled & below
        usual = sum(bool(_HEADER_WORDS.fullmatch(re.sub(r"\s", "", c.text))) for c in own)
        texts = [c for c in own if c.text]
        body = [c for q in rows if q > r for c in rows[q] if c.text and c.col != own[0].col]
        bold = bool(texts) and all(c.bold for c in texts) and not any(c.bold for c in body)
        if (r == 0 and (ground or bold or usual >= 2)) or (r and ground and usual >= 2):
            heads |= {(c.row, c.col) for c in own if c.rowspan < n_rows}
    return [replace(c, is_header=(c.row, c.col) in heads) for c in cells]


# --- years down the left side ---------------------------------------------------------------------


def _transposed(canvas: _Canvas, table: Table, boxes: Sequence[Box]) -> tuple[Timeline, ...]:
    """The timelines of a table whose years run down its first column."""
    years = [c for c in table.cells if c.col == 0]
    if sum(p is not None for p in header_periods([c.text for c in years])) < 3 or table.n_cols < 3:
        return ()
    area = table.box or Box(0, 0, 0, 0)
    shapes = canvas.shapes(area)
    turned = replace(
        table,
        cells=tuple(
            sorted(
                (
                    replace(
                        c,
                        row=c.col,
                        col=c.row,
                        rowspan=c.colspan,
                        colspan=c.rowspan,
                        box=c.box and _turn(c.box),
                    )
                    for c in table.cells
                ),
                key=lambda c: (c.row, c.col),
            )
        ),
        n_rows=table.n_cols,
        n_cols=table.n_rows,
        box=_turn(area),
    )
    width = min(c.box.height for c in years if c.box)
    marks = timelines.assemble([_turned(s) for s in shapes], (), width)
    inner = [m for m in marks if m.box.cy > (years[0].box or area).x1]
    canvas.used.update(id(s) for s in shapes if inner)
    texts = [
        replace(m, text=" ".join(c.text for c in table.cells if c.text and c.box and _in_mark(c, m)) or None)
        for m in inner
    ]
    return timelines.table_timelines(turned, drawn=True, marks=texts)


def _in_mark(cell: Cell, mark: Mark) -> bool:
    return False


def _turn(box: Box) -> Box:
    return Box(box.y0, box.x0, box.y1, box.x1)


def _turned(shape: Shape) -> Shape:
    return replace(shape, box=_turn(shape.box), points=tuple((y, x) for x, y in shape.points))


# --- charts without a table -----------------------------------------------------------------------


def _charts(canvas: _Canvas) -> list[ChartItem]:
    """Charts whose years stand in a free row of texts above bars."""
    if len(canvas.ink.marks) + len(canvas.ink.fills) < 2 and not canvas.page.images:
        return []
    tokens = [
        t
        for line in canvas.lines
        if not line.vertical
        for t in _tokens(line)
        if t.box and t.text.strip() and len(t.text) < 30
    ]
    heads = [head for row in _text_rows(tokens) for head in _year_rows(row)]
    found = []
    for k, pairs in enumerate(heads):
        below = [b.y0 for later in heads[k + 1 :] for _, b in later]
        chart = _chart(canvas, pairs, min(below, default=canvas.page.height))
        if chart:
            found.append(chart)
    return found


def _year_rows(row: Sequence[Line]) -> list[list[tuple[Period, Box]]]:
    """Runs of rising periods on one line of text: side by side charts have one each."""
    runs: list[list[tuple[Period, Box]]] = [[]]
    for period, token in zip(header_periods([t.text for t in row]), row):
        if period is None or token.box is None:
            continue
        if runs[-1] and timelines.order_of(runs[-1][-1][0]) >= timelines.order_of(period):
            runs.append([])
        runs[-1].append((period, token.box))
    return [run for run in runs if len(run) >= 2]


def _is_axis(canvas: _Canvas, pairs: Sequence[tuple[Period, Box]]) -> bool:
    """Do columns of a diagram stand on the years?"""
    top = min(b.y0 for _, b in pairs)
    standing = [
        b
        for _, b in pairs
        if any(
            -3 <= top - s.box.y1 <= 14
            and s.box.x0 - 4 <= b.cx <= s.box.x1 + 4
            and s.box.width < 2 * b.width + 20
            for s in canvas.ink.fills
            if not s.box.holds(b.cx, b.cy)
        )
    ]
    return len(standing) > 1


def _chart(canvas: _Canvas, pairs: Sequence[tuple[Period, Box]], limit: float) -> ChartItem | None:
    if _is_axis(canvas, pairs):
        return None
    periods = _columns(canvas, pairs)
    width = min(p.x1 - p.x0 for p in periods)
    x0, x1 = periods[0].x0, periods[-1].x1
    top = max(b.y1 for _, b in pairs)
    area = Box(x0 - 0.25 * width, top, x1 + 0.6 * width, limit)
    shapes = [
        s
        for s in _over_columns(canvas.shapes(area), periods)
        if s.box.y0 > top - 2 and s.box.x0 > x0 - 0.3 * width and s.box.x1 < x1 + 0.6 * width
    ]
    images = [i for i in canvas.page.images if area.holds(i.box.cx, i.box.cy) and i.box.height < 40]
    marks = _connected(timelines.assemble(shapes, images, width), top)
    if not marks or not any(m.source == "arrow" or m.text or m.box.width > 0.3 * width for m in marks):
        return None
    bottom = max(m.box.y1 for m in marks)
    canvas.used.update(id(s) for s in shapes if s.box.cy <= bottom + 2)
    head_top = min(b.y0 for _, b in pairs)
    left = _label_edge(canvas, x0, top, bottom)

    def place(token: Line) -> str | None:
        box = token.box
        if box is None or not head_top - 1 <= box.cy <= bottom + 0.8 * box.height:
            return None
        if box.cy <= top:
            return "head" if x0 - 0.5 * width <= box.cx <= x1 + 5 or left <= box.x0 < x0 else None
        if x0 - 2 <= box.cx <= x1 + 0.8 * width:
            return "time"
        return "label" if left <= box.x0 and box.x1 <= x0 + 0.3 * width else None

    taken = canvas.take(place, Box(left, head_top - 1, x1 + width, bottom + 12))
    waiting = [(0, piece) for where, piece in taken if where == "time"]
    texts, strays = share_out(waiting, marks, width, [Box(x0, top, x1, bottom)])
    marks = [replace(m, text=compose(t, m.box)[0] or None) for m, t in zip(marks, texts)]
    lines = timelines.side_by_side(marks)
    labels = _labels([p for where, p in taken if where == "label"], lines)
    rows = tuple(
        TimelineRow(
            compose(label, Box(left, top, x0, bottom))[0].replace("\n", "") or None if label else None,
            timelines.bars_of(line, periods, canvas.page.number),
            (),
            Box(left, min(m.box.y0 for m in line), x1, max(m.box.y1 for m in line)),
            canvas.page.number,
        )
        for label, line in zip(labels, lines)
    )
    corner = compose([p for w, p in taken if w == "head" and p.box and p.box.x1 <= x0], None)[0] or None
    box = Box(left, head_top, x1, bottom)
    order = [p for w, p in taken if w == "head"]
    for label, line in zip(labels, lines):
        order += label
        order += [p for m in line for k, other in enumerate(marks) if other is m for p in texts[k]]
    order += [p for _, p in strays]
    order += [p for w, p in taken if w == "label" and not any(p is q for q in order)]
    blocks = tuple(_block(p, canvas.page.number) for p in order)
    return ChartItem(Timeline(periods, rows, corner, canvas.page.number, box), blocks)


def _columns(canvas: _Canvas, pairs: Sequence[tuple[Period, Box]]) -> tuple[Period, ...]:
    """Extents of the time columns: the filled or ruled cell each year stands in, else half way between."""
    cells = [
        next(
            (
                s.box
                for s in sorted(canvas.ink.fills, key=lambda s: s.box.width * s.box.height)
                if s.box.holds(b.cx, b.cy) and sum(s.box.holds(o.cx, o.cy) for _, o in pairs) == 1
            ),
            None,
        )
        for _, b in pairs
    ]
    if all(cells):
        edges = [(c.x0, c.x1) for c in cells if c]
    else:
        centres = [b.cx for _, b in pairs]
        middles = [(a + b) / 2 for a, b in pairwise(centres)]
        middles = [_rule_near(canvas, m, (b - a) / 3) for m, (a, b) in zip(middles, pairwise(centres))]
        first = centres[0] - (middles[0] - centres[0])
        last = centres[-1] + (centres[-1] - middles[-1])
        edges = list(pairwise([first, *middles, last]))
    return tuple(replace(p, x0=a, x1=b) for (p, _), (a, b) in zip(pairs, edges))


def _rule_near(canvas: _Canvas, x: float, reach: float) -> float:
    near = [v.at for v in canvas.ink.vertical if abs(v.at - x) <= reach and v.hi - v.lo > 15]
    return min(near, key=lambda at: abs(at - x), default=x)


def _connected(marks: Sequence[Mark], top: float) -> list[Mark]:
    """Bars from the header down to the first wide gap; what covers several others is no bar."""
    found: list[Mark] = []
    bottom = top
    for mark in sorted(marks, key=lambda m: m.box.y0):
        if mark.box.y0 - bottom > 60 or mark.box.height > 60:
            break
        found.append(mark)
        bottom = max(bottom, mark.box.y1)
    return found


def _label_edge(canvas: _Canvas, x0: float, top: float, bottom: float) -> float:
    """Left end of the texts that stand before the first column, no further than they run on."""
    lines = [
        line.box
        for line in canvas.lines
        if line.box and top <= line.box.cy <= bottom and line.box.x1 <= x0 + 5 and line.box.x1 > x0 - 260
    ]
    return min((b.x0 for b in lines), default=x0) - 1


def _labels(pieces: Sequence[Line], lines: Sequence[Sequence[Mark]]) -> list[list[Line]]:
    """Texts at the left for each row of bars: each text goes to the row nearest to it."""
    labels: list[list[Line]] = [[] for _ in lines]
    for piece in pieces:
        box = piece.box
        if box is None or not lines:
            continue
        cy = box.cy
        k = min(range(len(lines)), key=lambda k: abs(lines[k][0].box.cy - cy))
        labels[k].append(piece)
    return labels


def _block(piece: Line, page: int) -> Block:
    text = piece.text.strip()
    box = piece.box
    return Block(
        "figure_text",
        text,
        page,
        box,
        size=piece.size,
        bold=bool(piece.runs) and piece.runs[0].bold,
        color=piece.runs[0].color if piece.runs else 0,
        indent=box.x0 if box else 0.0,
    )
