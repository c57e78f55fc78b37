"""Ruled tables and schedule charts of one page, from its rules, fills, bars and characters."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from extract.layout import sideways
from extract.layout.bars import Mark
from extract.layout.canvas import Canvas, grown, lies_in
from extract.layout.cells import Beside, TextBuilder, compose, space_between, text_rows, tokens_of
from extract.layout.charts import find_charts, open_heads
from extract.layout.grid import Grid
from extract.layout.heads import is_value, marked_headers
from extract.layout.ink import is_head, sort_ink
from extract.layout.lined import interval, with_lined
from extract.layout.open_rows import open_rows
from extract.layout.periods import header_periods
from extract.layout.rules import ruled_grids, tiled_grids
from extract.layout.side_labels import with_side_labels
from extract.layout.strokes import TOL
from extract.layout.table_bars import bars_under, cut_by_labels, rules_chart, runs_below
from extract.layout.time_axis import Header, find_headers
from extract.layout.timelines import table_timelines
from extract.layout.turned import turned_timelines
from extract.layout.unruled import unruled_grids
from extract.model import WHITE, Box, Cell, ChartItem, Line, Page, Run, Shape, Table, TableItem
from normalize.frozen import frozen

_Ground = tuple[int, Box | None]  # colour, and the one fill it is of where that fills cells of one row only
ALIGNED = 4.0  # points by which the edges of a row may differ


@frozen
class GridFinds:
    """Tables and charts of a page, from top to bottom, and the lines and shapes they leave."""

    items: tuple[TableItem | ChartItem, ...] = ()
    rest: tuple[Line, ...] = ()
    shapes: tuple[Shape, ...] = ()


def find_grids(page: Page) -> GridFinds:
    """Find the tables and schedule charts of a page. Every line ends once: in an item or in ``rest``."""
    if not page.shapes and not page.images and not unruled_grids(page.lines):
        return GridFinds((), page.lines)
    ink = sort_ink(page.shapes)
    canvas = Canvas(page, ink, list(page.lines), set())
    items: list[TableItem | ChartItem] = []
    barred, grids = _without_bars(canvas, _without_frames(ruled_grids(ink), page))
    items += _charts_of(canvas, barred)
    grids = _with_filled(canvas, grids)
    grids.sort(key=lambda g: not _begins_with_years(canvas, g, grids))
    areas = [g.box for g in grids]
    items += _tables(canvas, (g for g in grids if len(g.xs) > 2), areas)
    if lone := [g for g in grids if len(g.xs) == 2]:  # they may hold the labels of a chart
        items += _free_charts(canvas, areas)
        items += _tables(canvas, lone, areas)
    items += _free_charts(canvas, areas)
    drawn = [s.box for s in page.shapes if s.stroke is not None and s.kind != "line"]
    items += _tables(canvas, unruled_grids(canvas.lines, drawn), ())
    items.sort(key=lambda i: (_box(i).y0, _box(i).x0))
    taken = [grown(_box(item)) for item in items]
    left = (s for s in page.shapes if id(s) not in canvas.used)
    shapes = tuple(s for s in left if not any(lies_in(s.box, b) for b in taken))
    return GridFinds(tuple(items), tuple(canvas.lines), shapes)


def _with_filled(canvas: Canvas, ruled: Sequence[Grid]) -> list[Grid]:
    """The ruled grids, each with the labels beside it, and those that fills alone make up."""
    boxes = [g.box for g in ruled]
    loose = [s for s in canvas.ink.fills if not any(lies_in(s.box, b) for b in boxes)]
    grids = with_side_labels(canvas, [*ruled, *tiled_grids(loose)])
    filled = [g for g in grids if not any(lies_in(b, grown(g.box)) for b in boxes)]
    grids = [g for g in grids if g not in filled]
    return grids + with_lined(canvas, filled, [g.box for g in grids])


def _tables(canvas: Canvas, grids: Iterable[Grid], areas: Sequence[Box]) -> list[TableItem]:
    found = (_table_item(canvas, grid, [b for b in areas if b != grid.box]) for grid in grids)
    return [item for item in found if item]


def _free_charts(canvas: Canvas, areas: Sequence[Box]) -> list[TableItem | ChartItem]:
    return [*_open_charts(canvas, open_heads(canvas), areas), *find_charts(canvas)]


def _without_bars(canvas: Canvas, grids: Sequence[Grid]) -> tuple[list[Grid], list[Grid]]:
    """Charts whose head or outlined bars pass for tables, with their rows; and the other grids.

    Bars lie under the years of a head, beside the labels of its rows: a table would hold these, too.
    """
    charts: list[Grid] = []
    left = list(grids)
    for head, header in open_heads(canvas):
        under = [g for g in left if _is_under(g, head, header)]
        rows = open_rows(canvas, head, header, [g.box for g in left if g not in under]) if under else None
        bars = [g for g in under if rows and head.box.y0 - TOL <= g.box.y0 and g.box.y1 <= rows.box.y1 + TOL]
        if rows and bars:
            charts.append(rows)
            left = [g for g in left if g not in bars]
    return charts, left


def _is_under(grid: Grid, head: Grid, header: Header) -> bool:
    """Whether a grid holds cells below a head: of its years, or of its labels, too, and parted where these
    end."""
    x0, x1 = header.periods[0].x0 - TOL, header.periods[-1].x1 + TOL
    rows = grid.box.y0 >= head.box.y1 - TOL and any(abs(x - TOL - x0) <= TOL for x in grid.xs)
    left = min(x0, head.box.x0 - TOL) if rows else x0
    return left <= grid.box.x0 and grid.box.x1 <= x1 and grid.box.y1 > head.box.y1 - TOL


def _begins_with_years(canvas: Canvas, grid: Grid, grids: Sequence[Grid]) -> bool:
    """Whether the first row of a grid, no other lying in it, has years: what other grids hold below may be
    parts of its rows."""
    if any(g is not grid and lies_in(g.box, grid.box) for g in grids):
        return False
    lines = [
        line
        for line in canvas.lines
        if line.box and grid.box.holds(line.box.cx, line.box.cy) and line.box.cy < grid.ys[1]
    ]
    texts = [t.text for line in lines for t in tokens_of(line) if t.text.strip()]
    return sum(p is not None for p in header_periods(texts)) > 1


def _without_frames(grids: Sequence[Grid], page: Page) -> list[Grid]:
    """Leave out grids that only frame the page or other grids; a table in a cell comes before its table."""
    kept = []
    for grid in grids:
        inner = [g for g in grids if g is not grid and lies_in(g.box, grid.box)]
        large = grid.box.width * grid.box.height > 0.75 * page.width * page.height
        if len(grid.places) <= 4 and (large or any(len(g.places) > len(grid.places) for g in inner)):
            continue
        kept.append(grid)
    return sorted(kept, key=lambda g: g.box.width * g.box.height)


def _box(item: TableItem | ChartItem) -> Box:
    box = item.table.box if isinstance(item, TableItem) else item.timeline.box
    return box or Box(0, 0, 0, 0)


class _Taken:
    """A grid with the texts and fills of its cells taken out of the page."""

    def __init__(self, canvas: Canvas, grid: Grid) -> None:
        self.canvas, self.grid = canvas, grid
        self.boxes = [grid.box_of(p) for p in grid.places]
        self.find = _finder(grid)
        before = set(canvas.used)
        self.fills = _cell_fills(canvas, grid, self.boxes)
        self.used = canvas.used - before
        self.pieces: dict[int, list[Line]] = defaultdict(list)
        self._take()
        self.cells = [
            Cell(p.row, p.col, compose(self.pieces[i], self.boxes[i])[0], p.rowspan, p.colspan, self.boxes[i])
            for i, p in enumerate(grid.places)
        ]
        self.headers = find_headers(self.cells)

    def _take(self) -> None:
        self.pieces.clear()
        for index, piece in self.canvas.take(self._cell_at, self.grid.box):
            self.pieces[index].append(piece)

    def _cell_at(self, token: Line) -> int | None:
        return self.find(token.box) if token.box else None

    def give_back(self) -> None:
        self.canvas.lines += [p for own in self.pieces.values() for p in own]
        self.canvas.used -= self.used

    def take_again(self) -> None:
        self.canvas.used |= self.used
        self._take()

    @property
    def header(self) -> Header | None:
        """The head of years of a chart; None where there is none or a form has several."""
        return self.headers[0] if len(self.headers) == 1 else None

    def is_drawing(self) -> bool:
        """Whether it is no table: without text, or grid lines of a diagram."""
        if not any(c.text.strip() for c in self.cells):
            return True
        return not self.headers and _is_plot(self.canvas, self.grid, self.cells)

    def is_head_of_free_chart(self) -> bool:
        """Whether a head of years stands alone, or only lines run down from it: the chart is drawn freely."""
        if self.header is None:
            return False
        alone = self.header.bottom == len(self.grid.ys) - 2
        return (alone and runs_below(self.canvas, self.grid, self.header)) or rules_chart(
            self.canvas, self.grid, self.header
        )

    def opened(self, others: Sequence[Box]) -> Grid | None:
        """The grid of a chart whose rows are told by their labels, where its own lines part only some."""
        header = self.header
        if header is None or not _may_hold_more(self.canvas, self.grid, header, self.cells):
            return None
        self.give_back()
        rows = open_rows(self.canvas, self.grid, header, others)
        if rows is not None and _holds_more(rows, self.grid, header, self.cells):
            return rows
        self.take_again()
        return None

    def table(self) -> TableItem:
        marks: list[Mark] = []
        loose: dict[tuple[int, int], str] = {}
        canvas, grid, pieces, boxes = self.canvas, self.grid, self.pieces, self.boxes
        for header in self.headers:
            end = header.end(self.headers, len(grid.ys) - 1)
            marks += bars_under(canvas, grid, header, end, pieces, boxes, self.find, loose)
        cells = _cells(canvas, grid, pieces, boxes, self.fills, self.headers, loose)
        table = Table(tuple(cells), len(grid.ys) - 1, len(grid.xs) - 1, canvas.page.number, grid.box)
        way = sideways.lies([p for own in pieces.values() for p in own])
        if way:
            turned = sideways.stood_up(table, way)
            turned = replace(turned, cells=tuple(marked_headers(turned.cells)))
            return TableItem(turned, table_timelines(turned, drawn=True))
        found = table_timelines(table, drawn=True, marks=marks, loose=loose)
        return TableItem(table, found if found or self.headers else turned_timelines(canvas, table))


def _table_item(
    canvas: Canvas, grid: Grid, others: Sequence[Box] = (), *, opened: bool = False
) -> TableItem | None:
    """Take one table with its bars out of the page; ``others``: where the page's other grids stand.

    ``opened``: its rows have been told by their labels before.
    """
    taken = _Taken(canvas, grid)
    if taken.is_drawing():
        taken.give_back()
        return None
    if not opened and (rows := taken.opened(others)) is not None:
        return _table_item(canvas, rows, others, opened=True)
    if taken.is_head_of_free_chart():
        taken.give_back()
        return None
    cut = cut_by_labels(canvas, grid, taken.headers, taken.pieces)
    if cut is not grid:
        taken.give_back()
        return _table_item(canvas, cut, others, opened=opened)
    return taken.table()


def _may_hold_more(canvas: Canvas, grid: Grid, header: Header, cells: Sequence[Cell]) -> bool:
    """Whether a head of years has rows without labels below it, or bars below its grid."""
    rows = {c.row for c in cells if c.row > header.bottom}
    labels = {c.row + k for c in cells if c.col < header.first_column and c.text for k in range(c.rowspan)}
    return not rows <= labels or not rows or runs_below(canvas, grid, header)


def _holds_more(opened: Grid, grid: Grid, header: Header, cells: Sequence[Cell]) -> bool:
    """Whether a grid holds the head of a chart and only some of the rows that stand below it: none, some
    without their labels, or those of the top."""
    ys, rows = grid.ys[header.bottom + 2 :], opened.ys[header.bottom + 2 :]
    labels = {c.row for c in cells if c.row > header.bottom and c.col < header.first_column and c.text}
    if not labels:
        return True
    aligned = all(any(abs(y - row) <= ALIGNED for row in rows) for y in ys)
    return aligned and len(rows) > len(labels)


def _open_charts(
    canvas: Canvas, heads: Sequence[tuple[Grid, Header]], others: Sequence[Box]
) -> list[TableItem]:
    """Charts below free heads of years whose labels are level with their bars."""
    rows = (open_rows(canvas, grid, header, others) for grid, header in heads)
    return _charts_of(canvas, (grid for grid in rows if grid is not None))


def _charts_of(canvas: Canvas, grids: Iterable[Grid]) -> list[TableItem]:
    """The tables of grids that are charts, each row with its label; the others stay on the page."""
    found = []
    for grid in grids:
        before = list(canvas.lines), set(canvas.used)
        item = _table_item(canvas, grid, opened=True)
        if item and item.timelines and all(row.label for t in item.timelines for row in t.rows):
            found.append(item)
        else:
            canvas.lines, canvas.used = before
    return found


def _is_plot(canvas: Canvas, grid: Grid, cells: Sequence[Cell]) -> bool:
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
        row = interval(ys, box.cy)
        if row is None or not grid.box.holds(box.cx, box.cy, 1.0):
            return None
        first = bisect_right(xs, box.x0) - 1
        if 0 <= first < len(xs) - 1 and box.x1 <= xs[first + 1]:
            return owners.get((row, first))
        shares: Counter[int] = Counter()
        for col, (a, b) in enumerate(pairwise(xs)):
            share = min(b, box.x1) - max(a, box.x0)
            owner = owners.get((row, col))
            if share > 0 and owner is not None:
                shares[owner] += int(share * 100) + 1
        return shares.most_common(1)[0][0] if shares else None

    return find


def _cell_fills(canvas: Canvas, grid: Grid, boxes: Sequence[Box]) -> dict[int, _Ground]:
    """Grounds of cells; the fills that make them up are used. Later fills cover earlier ones."""
    colours: dict[int, _Ground] = {}
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
        if lies_in(box, Box(union.x0 - 1.5, union.y0 - 1.5, union.x1 + 1.5, union.y1 + 1.5)):
            canvas.used.add(id(shape))
            if shape.opacity > 0.1:
                one_row = len({grid.places[i].row for i in over}) == 1
                for i in over:
                    colours[i] = shape.fill, box if one_row else None
    return colours


def _cells(
    canvas: Canvas,
    grid: Grid,
    pieces: dict[int, list[Line]],
    boxes: Sequence[Box],
    fills: dict[int, _Ground],
    headers: Sequence[Header],
    loose: dict[tuple[int, int], str],
) -> list[Cell]:
    header_rows = {r for h in headers for r in range(h.top, h.bottom + 1)}
    beside = _beside(grid, pieces)
    inner = [s for s in canvas.shapes(grid.box) if s.fill is not None and _may_be_box(s)]
    pictures = [i.box for i in canvas.images(grid.box, height=40)]  # as some printers write boxes
    cells: list[Cell] = []
    for i, place in enumerate(grid.places):
        own = pieces[i]
        inside = [s for s in inner if lies_in(s.box, boxes[i])]
        frames = [s.box for s in inside] or [b for b in pictures if _is_box_in(b, boxes[i])]
        boxed, text, marks = _with_boxes(own, frames, boxes[i], beside[i])
        canvas.used.update(id(s) for s in inside)
        if (place.row, place.col) in loose:
            text, marks = _by_bars(own, boxes[i])
        runs = [r for p in own for r in p.runs if r.text.strip()]
        ground = fills.get(i, (None, None))
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
                ground[0],
                _most(runs),
                _is_bold(runs),
                marks,
                boxed,
                ground[1],
            )
        )
    return marked_headers(cells)


def _by_bars(own: Sequence[Line], box: Box) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Text of a cell in which several bars begin: one paragraph for each line that is no wrap."""
    groups: list[list[Line]] = []
    for row in text_rows(own):
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
    text = TextBuilder()
    for group in groups:
        for j, piece in enumerate(group):
            text.add(piece, space_between(group[j - 1].text, piece.text) if j else "\n")
    return text.text.strip(), tuple(text.marks)


def _beside(grid: Grid, pieces: dict[int, list[Line]]) -> list[Beside]:
    """What stands beside each cell: how names of its column end (no kana: those join phrases), and where the
    values of its row stand when one cell holds several."""
    ends: dict[int, set[str]] = defaultdict(set)
    levels: dict[int, set[float]] = defaultdict(set)
    for i, place in enumerate(grid.places):
        rows = text_rows(pieces[i])
        texts = ["".join(p.text for p in row).strip() for row in rows]
        last = texts[-1][-1:] if texts else ""
        if len(rows) == 1 and last.isalpha() and not "ぁ" <= last <= "ゖ":
            ends[place.col].add(last)
        if len(rows) > 1 and all(map(is_value, texts)):
            levels[place.row] |= {row[0].box.cy for row in rows[1:] if row[0].box}
    return [Beside(frozenset(ends[p.col]), tuple(sorted(levels[p.row]))) for p in grid.places]


def _may_be_box(shape: Shape) -> bool:
    return shape.box.width > 8 and shape.box.height > 6 and not is_head(shape)


def _is_box_in(picture: Box, cell: Box) -> bool:
    """A picture inside a cell that is not its ground."""
    return lies_in(picture, cell) and picture.width * picture.height < 0.7 * cell.width * cell.height


def _with_boxes(
    own: Sequence[Line], frames: Sequence[Box], room: Box, beside: Beside
) -> tuple[tuple[str, ...], str, tuple[tuple[int, int], ...]]:
    """(texts of the filled boxes in a cell, its whole text, raised marks)."""
    groups: list[tuple[Box, list[Line]]] = []
    for frame in sorted(frames, key=lambda b: (round(b.y0 / 6), b.x0)):
        if not any(lies_in(frame, b) or lies_in(b, frame) for b, _ in groups):
            groups.append((frame, []))
    free: list[Line] = []
    for piece in own:
        box = piece.box
        home = next((g for b, g in groups if box and b.holds(box.cx, box.cy, 1.0)), free)
        home.append(piece)
    groups = [(b, g) for b, g in groups if g]
    if not groups:
        text, marks = compose(own, room, beside)
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


def _is_bold(runs: Sequence[Run]) -> bool:
    return sum(len(r.text) if r.bold else -len(r.text) for r in runs) > 0
