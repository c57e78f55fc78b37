"""Ruled tables and schedule charts of one page, from its rules, fills, bars and characters."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from extract.labels import field_role, generic_role
from extract.layout import timelines
from extract.layout.aligned import aligned_grids, white_gaps
from extract.layout.canvas import Canvas, grown, lies_in, over_columns, share_out
from extract.layout.cells import (
    TextBuilder,
    compose,
    is_usual_header,
    space_between,
    text_rows,
    tokens_of,
)
from extract.layout.charts import find_charts
from extract.layout.periods import header_periods, parse_period, parse_span
from extract.layout.rules import (
    TOL,
    Grid,
    Place,
    Segment,
    is_head,
    levels,
    ruled_grids,
    sort_ink,
    tiled_grids,
)
from extract.layout.timelines import Header, Mark
from extract.model import (
    WHITE,
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
from normalize.frozen import frozen

LABEL_GAP = 0.75  # em between labels of two rows that no rule parts; lines of one label stand closer


@frozen
class GridFinds:
    """Tables and charts of a page, from top to bottom, and the lines and shapes they leave."""

    items: tuple[TableItem | ChartItem, ...] = ()
    rest: tuple[Line, ...] = ()
    shapes: tuple[Shape, ...] = ()


def find_grids(page: Page) -> GridFinds:
    """Find the tables and schedule charts of a page. Every line ends once: in an item or in ``rest``."""
    if not page.shapes and not page.images and not aligned_grids(page.lines):
        return GridFinds((), page.lines)
    ink = sort_ink(page.shapes)
    canvas = Canvas(page, ink, list(page.lines), set())
    items: list[TableItem | ChartItem] = []
    grids = _without_frames(ruled_grids(ink), page)
    ruled = [g.box for g in grids]
    loose_fills = [s for s in ink.fills if not any(lies_in(s.box, b) for b in ruled)]
    grids += tiled_grids(loose_fills)
    grids += _lined_grids(canvas, [g.box for g in grids])
    grids.sort(key=lambda g: len(g.xs) == 2)
    for grid in grids:
        if len(grid.xs) == 2 and not any(isinstance(i, ChartItem) for i in items):
            items += find_charts(canvas)  # before lone columns, which may hold the labels of a chart
        item = _table_item(canvas, grid, [g.box for g in grids if g is not grid])
        if item:
            items.append(item)
    items += find_charts(canvas)
    items += [item for grid in aligned_grids(canvas.lines) if (item := _table_item(canvas, grid))]
    items.sort(key=lambda i: (_box(i).y0, _box(i).x0))
    taken = [grown(_box(item)) for item in items]
    shapes = tuple(
        s for s in page.shapes if id(s) not in canvas.used and not any(lies_in(s.box, b) for b in taken)
    )
    return GridFinds(tuple(items), tuple(canvas.lines), shapes)


def _lined_grids(canvas: Canvas, taken: Sequence[Box]) -> list[Grid]:
    """Tables with rules between or under their rows only: the columns stand apart by white space."""
    groups: dict[tuple[int, int], list[Segment]] = defaultdict(list)
    bands = [s.box for s in canvas.ink.fills if s.box.width > 150 and 10 < s.box.height < 60]
    edges = [Segment(y, b.x0, b.x1) for b in bands for y in (b.y0, b.y1)]  # rows told by their ground
    for rule in (*canvas.ink.horizontal, *edges):
        if not any(b.holds((rule.lo + rule.hi) / 2, rule.at, TOL) for b in taken):
            groups[round(rule.lo / 4), round(rule.hi / 4)].append(rule)
    grids = []
    for rules in groups.values():
        for ys in _rule_runs([level[0].at for level in levels(sorted(rules))]):
            grid = _lined_grid(canvas, Box(rules[0].lo, ys[0], rules[0].hi, ys[-1]), ys)
            if grid is not None:
                grids.append(grid)
    return grids


def _rule_runs(ys: Sequence[float]) -> list[list[float]]:
    """Heights of rules, parted where one table ends and another of the same width begins."""
    heights = [b - a for a, b in pairwise(ys)]
    if not heights:
        return []
    highest = min(150.0, 5 * min(heights))
    runs = [[ys[0]]]
    for y, height in zip(ys[1:], heights, strict=True):
        if height > highest:
            runs.append([])
        runs[-1].append(y)
    return [run for run in runs if len(run) >= 3]


def _lined_grid(canvas: Canvas, area: Box, ys: Sequence[float]) -> Grid | None:
    ys = [ys[0] - (ys[1] - ys[0]), *ys]  # a first row may stand above the first rule
    area = Box(area.x0, ys[0], area.x1, area.y1)
    boxes = [
        t.box
        for line in canvas.lines
        if line.box and lies_in(line.box, area)
        for t in tokens_of(line)
        if t.box and t.text.strip()
    ]
    for top in (0, 1):
        held = [b for b in boxes if b.cy > ys[top]]
        xs = white_gaps(held, area.x0, area.x1)
        filled = {(_interval(ys, b.cy), _interval(xs, b.cx)) for b in held}
        n_rows, n_cols = len(ys) - 1 - top, len(xs) - 1
        heads = sum(row == top for row, _ in filled)  # above the first rule: a row, or only a caption?
        if n_rows > 1 and n_cols > 1 and heads > 1 - top and len(filled) >= 0.6 * n_rows * n_cols:
            places = [Place(r, c, 1, 1) for r in range(n_rows) for c in range(n_cols)]
            return Grid(tuple(xs), tuple(ys[top:]), tuple(places))
    return None


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


# --- tables ---------------------------------------------------------------------------------------


def _table_item(canvas: Canvas, grid: Grid, others: Sequence[Box] = ()) -> TableItem | None:
    """Take one table with its bars out of the page; ``others``: where the page's other grids stand."""
    grid = _with_header_above(canvas, grid, others)
    boxes = [grid.box_of(p) for p in grid.places]
    find = _finder(grid)

    def cell_at(token: Line) -> int | None:
        return find(token.box) if token.box else None

    used = set(canvas.used)
    fills = _cell_fills(canvas, grid, boxes)
    used_by_cells = canvas.used - used
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
    cut = _cut_by_labels(canvas, grid, headers, pieces)
    if cut is not grid:
        canvas.lines += [p for ps in pieces.values() for p in ps]
        canvas.used -= used_by_cells
        return _table_item(canvas, cut, others)
    if len(headers) == 1 and _rules_chart(canvas, grid, headers[0]):
        canvas.lines += [p for ps in pieces.values() for p in ps]
        return None  # lines drawn down from the years of a free chart
    marks: list[Mark] = []
    loose: dict[tuple[int, int], str] = {}
    tops = [header.top for header in headers]
    for header, end in zip(headers, [*tops[1:], len(grid.ys) - 1], strict=False):
        marks += _bars(canvas, grid, header, end, pieces, boxes, find, loose)
    table_cells = _cells(canvas, grid, pieces, boxes, fills, headers, loose)
    table = Table(tuple(table_cells), len(grid.ys) - 1, len(grid.xs) - 1, canvas.page.number, grid.box)
    found = timelines.table_timelines(table, drawn=True, marks=marks, loose=loose)
    if not found and not headers:
        found = _transposed(canvas, table)
    return TableItem(table, found)


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
        row = _interval(ys, box.cy)
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


def _interval(edges: Sequence[float], value: float) -> int | None:
    for i, (a, b) in enumerate(pairwise(edges)):
        if a - 0.5 <= value < b:
            return i
    return None


def _with_header_above(canvas: Canvas, grid: Grid, others: Sequence[Box]) -> Grid:
    """Years that stand free above a grid, in no other, become its first row."""
    box = grid.box
    if len(grid.xs) < 4:
        return grid
    tokens = [
        t
        for line in canvas.lines
        if line.box and box.y0 - 45 < line.box.cy < box.y0 and box.x0 < line.box.cx < box.x1
        if not any(other.holds(line.box.cx, line.box.cy) for other in others)
        for t in tokens_of(line)
        if t.text.strip()
    ]
    for row in reversed(text_rows(tokens)):
        periods = header_periods([t.text for t in row])
        columns = [_interval(grid.xs, t.box.cx) for t, p in zip(row, periods) if p and t.box]
        if len(columns) >= 3 and None not in columns and len(set(columns)) == len(columns):
            return grid.with_row_above(min(t.box.y0 for t in row if t.box) - 1)
    return grid


def _cell_fills(canvas: Canvas, grid: Grid, boxes: Sequence[Box]) -> dict[int, int]:
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
        if lies_in(box, Box(union.x0 - 1.5, union.y0 - 1.5, union.x1 + 1.5, union.y1 + 1.5)):
            canvas.used.add(id(shape))
            if shape.opacity > 0.1:
                for i in over:
                    colours[i] = shape.fill
    return colours


def _runs_below(canvas: Canvas, grid: Grid, header: Header) -> bool:
    """Do bars stand under a header row that is the last row of its grid?"""
    x0, x1 = header.periods[0].x0, header.periods[-1].x1
    area = Box(x0 - 5, grid.ys[-1], x1 + 5, grid.ys[-1] + 60)
    return any(timelines.may_be_bar(s) for s in canvas.shapes(area))


def _rules_chart(canvas: Canvas, grid: Grid, header: Header) -> bool:
    """Whether a grid has years only, over one row of bars whose labels stand at its left."""
    columns = header.columns[0][0], header.columns[-1][1]
    if columns != (0, len(grid.xs) - 2) or header.bottom != len(grid.ys) - 3:
        return False
    top, bottom = grid.ys[-2:]
    bars = [s for s in canvas.shapes(grid.box) if timelines.may_be_bar(s) and s.box.cy > top]
    labels = [r for r in canvas.lines if r.box and top < r.box.cy < bottom and r.box.x1 < grid.xs[0] + 5]
    return len(bars) > 0 and any(r.box and r.box.x1 > grid.xs[0] - grid.box.width for r in labels)


def _bars(
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
    if not marks:
        return []
    canvas.used.update(id(s) for s in shapes)
    time_cells = [
        i for i, p in enumerate(grid.places) if header.bottom < p.row < end and p.col >= header.first_column
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
        start = _own_cell(waiting, own) if start is None or start not in time_cells else start
        place = grid.places[start]
        loose.setdefault((place.row, place.col), "")
        pieces[start] += own
        found.append(replace(mark, text=None if timelines.is_sign_text(text) else text or None))
    return found


def _drawn_under(canvas: Canvas, grid: Grid, header: Header, end: int) -> tuple[list[Shape], list[Mark]]:
    """Shapes under a header, down to row ``end``, and the bars they make."""
    first, last = header.periods[0], header.periods[-1]
    width = min(p.x1 - p.x0 for p in header.periods)
    area = Box(
        first.x0 - 0.25 * width, grid.ys[header.bottom + 1] - 2, last.x1 + 0.6 * width, grid.ys[end] + 2
    )
    shapes = over_columns(canvas.shapes(area), header.periods)
    return shapes, timelines.assemble(shapes, canvas.images(area, height=60), width)


def _cut_by_labels(
    canvas: Canvas, grid: Grid, headers: Sequence[Header], pieces: dict[int, list[Line]]
) -> Grid:
    """The grid with rows that no rule parts: labels one below the other in one cell, each level with bars."""
    if len(headers) != 1 or headers[0].first_column == 0:
        return grid
    header = headers[0]
    _, marks = _drawn_under(canvas, grid, header, len(grid.ys) - 1)
    for index, place in enumerate(grid.places):
        if place.row <= header.bottom or place.col + place.colspan != header.first_column:
            continue
        box = grid.box_of(place)
        rows = timelines.side_by_side([m for m in marks if box.y0 <= m.box.cy <= box.y1])
        cuts = _between_labels(pieces[index], [[m.box for m in row] for row in rows])
        if cuts and place.rowspan == 1:
            before = [i for i, p in enumerate(grid.places) if p.row == place.row and p.col < place.col]
            whole = [i for i in before if len({bisect_left(cuts, t.box.cy) for t in pieces[i] if t.box}) < 2]
            return grid.with_rows_cut(place.row, cuts, whole)
    return grid


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
    marks = timelines.assemble(over_columns(canvas.shapes(area), periods), (), width)
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


# cells ------------------------------------------------------------------------------------------


def _cells(
    canvas: Canvas,
    grid: Grid,
    pieces: dict[int, list[Line]],
    boxes: Sequence[Box],
    fills: dict[int, int],
    headers: Sequence[Header],
    loose: dict[tuple[int, int], str],
) -> list[Cell]:
    header_rows = {r for h in headers for r in range(h.top, h.bottom + 1)}
    inner = [s for s in canvas.shapes(grid.box) if s.fill is not None and _may_be_box(s)]
    pictures = [i.box for i in canvas.images(grid.box, height=40)]  # as some printers write boxes
    cells: list[Cell] = []
    for i, place in enumerate(grid.places):
        own = pieces[i]
        inside = [s for s in inner if lies_in(s.box, boxes[i])]
        frames = [s.box for s in inside] or [b for b in pictures if _is_box_in(b, boxes[i])]
        boxed, text, marks = _with_boxes(own, frames, boxes[i])
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


def _may_be_box(shape: Shape) -> bool:
    return shape.box.width > 8 and shape.box.height > 6 and not is_head(shape)


def _is_box_in(picture: Box, cell: Box) -> bool:
    """A picture inside a cell that is not its ground."""
    return lies_in(picture, cell) and picture.width * picture.height < 0.7 * cell.width * cell.height


def _with_boxes(
    own: Sequence[Line], frames: Sequence[Box], room: Box
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
        usual = sum(is_usual_header(c.text) for c in own)
        texts = [c for c in own if c.text]
        body = [c for q in rows if q > r for c in rows[q] if c.text and c.col != own[0].col]
        bold = bool(texts) and all(c.bold for c in texts) and not any(c.bold for c in body)
        if (r == 0 and (ground or bold or usual >= 2)) or (r and ground and usual >= 2):
            heads |= {(c.row, c.col) for c in own if c.rowspan < n_rows}
    return [c if c.is_header or (c.row, c.col) not in heads else replace(c, is_header=True) for c in cells]


# --- years down the left side ---------------------------------------------------------------------


def _transposed(canvas: Canvas, table: Table) -> tuple[Timeline, ...]:
    """The timelines of a table whose years run down its first column: read with its axes exchanged."""
    years = [c for c in table.cells if c.col == 0]
    count = sum(p is not None for p in header_periods([c.text for c in years]))
    spans = sum(parse_period(c.text) is None and parse_span(c.text) is not None for c in years)  # R8～R9
    if count + spans >= 2 and _tells_steps(table):
        return timelines.table_timelines(_turned_table(table, from_row=0), drawn=True, steps=True)
    if count < 3 or table.n_cols < 3:
        return ()
    turned = _turned_table(table)
    cells = turned.cells
    shapes = canvas.shapes(table.box) if table.box else []
    edge = max(c.box.x1 for c in years if c.box)
    width = min(c.box.height for c in years if c.box)
    marks = [m for m in timelines.assemble([_turned(s) for s in shapes], (), width) if m.box.cy > edge]
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
        for t in timelines.table_timelines(turned, drawn=True, marks=marks, loose=loose)
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
    """Two columns headed 年度 | 実施内容: what is done in each year, told in words."""
    heads = [timelines.bare(c.text) for c in table.cells if c.row == 0]
    years, steps = timelines.words().year_heads, timelines.words().step_heads
    if table.n_cols != 2 or len(heads) != 2 or heads[0] not in years:
        return False
    return heads[1] in steps or (field_role(heads[1]) or generic_role(heads[1])) in ("actions", "schedule")


def _row_turned(row: TimelineRow) -> TimelineRow:
    bars = tuple(replace(b, box=_turn(b.box) if b.box else None) for b in row.bars)
    return replace(row, box=_turn(row.box) if row.box else None, bars=bars)


def _turn(box: Box) -> Box:
    return Box(box.y0, box.x0, box.y1, box.x1)


def _turned(shape: Shape) -> Shape:
    return replace(shape, box=_turn(shape.box), points=tuple((y, x) for x, y in shape.points))
