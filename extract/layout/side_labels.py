"""Forms whose labels stand on filled cells down the left, what they name level with them at the right.

The texts at the right may stand in frames, on stripes, between rules or on nothing at all: that the filled
cells make one column and each has its text beside it makes them the rows of one table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from extract.layout.canvas import Canvas, lies_in
from extract.layout.cells import tokens_of
from extract.layout.grid import Grid, Place
from extract.layout.heads import is_value
from extract.layout.periods import parse_period
from extract.layout.unruled import white_gaps
from extract.model import WHITE, Box, Line

LEAST = 3  # labels of a form
_LONGEST = 20  # characters of a label
_WIDEST = 0.4  # of the page: a column of labels
_SEAM = 3.0  # points by which edges of one row may differ
_APART = 10.0  # points between two rows, or a label and the frame of its text
_NEAR = 26.0  # points between a label and the first letter of its text
_FLOW = 1.5  # em between two pieces of one text
_MOST = 0.8  # of the labels have a text beside them


def with_side_labels(canvas: Canvas, grids: Sequence[Grid]) -> list[Grid]:
    """The grids, and those of forms told by their column of labels instead of what was found of them."""
    columns = [c for c in _columns(canvas) if not any(_holds(grid, c) for grid in grids)]
    found: list[Grid] = []
    for column in sorted(columns, key=lambda c: c[0].x0):
        others = [c for c in columns if c[0].x0 > column[0].x1]
        if not any(lies_in(column[0], grid.box) for grid in found):
            found += [grid for run in _runs(canvas, column, grids) if (grid := _form(canvas, run, others))]
    return [g for g in grids if not any(lies_in(g.box, f.box) for f in found)] + found


def _runs(canvas: Canvas, column: Sequence[Box], grids: Sequence[Grid]) -> Iterator[list[Box]]:
    """The labels of a column up to one beside which more than text is drawn: a chart, a table, arrows."""
    run: list[Box] = []
    for box in column:
        room = Box(box.x1 - _SEAM, box.y0 - _SEAM, canvas.page.width, box.y1 + _SEAM)
        table = any(lies_in(grid.box, room) and len(grid.places) > LEAST for grid in grids)
        drawn = [s for s in canvas.ink.marks if room.holds(s.box.cx, s.box.cy) and s.box.height < box.height]
        if not table and not any(s.kind != "rect" and s.box.width > _SEAM for s in drawn):
            run.append(box)
            continue
        yield run
        run = []
    yield run


def _columns(canvas: Canvas) -> Iterator[list[Box]]:
    """Filled boxes of one width and colour, one below another, each with a short text."""
    alike: dict[tuple[int, int, int], list[Box]] = defaultdict(list)
    for shape in canvas.ink.fills:
        box = shape.box
        if (
            shape.fill not in (None, WHITE)
            and 18 < box.width < _WIDEST * canvas.page.width
            and box.height > 9
        ):
            alike[round(box.x0 / _SEAM), round(box.x1 / _SEAM), shape.fill or 0].append(box)
    for boxes in alike.values():
        boxes = sorted(set(boxes), key=lambda b: b.y0)
        runs = [[boxes[0]]]
        for above, box in pairwise(boxes):
            if not -_SEAM < box.y0 - above.y1 < _APART:
                runs.append([])
            runs[-1].append(box)
        yield from (run for run in runs if len(run) >= LEAST and all(_is_label(canvas, b) for b in run))


def _is_label(canvas: Canvas, box: Box) -> bool:
    text = "".join(t.text.strip() for t in _tokens(canvas, box))
    return (
        0 < len(text) <= _LONGEST and "。" not in text and not is_value(text) and parse_period(text) is None
    )


def _tokens(canvas: Canvas, area: Box) -> list[Line]:
    """The pieces of text whose middle lies in an area."""
    return [
        t
        for line in canvas.lines
        if line.box and not line.vertical and line.box.overlap_y(area) > 0 and line.box.overlap_x(area) > 0
        for t in tokens_of(line)
        if t.box and t.text.strip() and area.holds(t.box.cx, t.box.cy)
    ]


def _holds(grid: Grid, column: Sequence[Box]) -> bool:
    """Whether a grid has cells beside most labels of a column already."""
    cells = [grid.box_of(p) for p in grid.places]
    beside = [
        any(c.x0 > box.x1 - _SEAM and c.overlap_y(box) > 0.5 * min(c.height, box.height) for c in cells)
        for box in column
    ]
    inside = all(grid.box.holds(box.cx, box.cy) for box in column)
    return inside and sum(beside) >= _MOST * len(column)


def _form(canvas: Canvas, column: Sequence[Box], others: Sequence[Sequence[Box]]) -> Grid | None:
    """The grid of a form, or None where what stands right of its labels is no text of each."""
    if len(column) < 2:
        return None
    level = [b for other in others if _are_level(other, column) for b in other]
    rows = [_row(canvas, box, [b for b in level if _same_height(b, box)]) for box in column]
    if sum(edges is not None for edges in rows) < _MOST * len(column) or _under_years(canvas, column):
        return None
    right = max(edges[-1] for edges in rows if edges is not None)
    cuts = [_inner(canvas, Box(box.x1, box.y0, right, box.y1)) for box in column]
    plain = [len(edges or ()) <= 2 and not inner for edges, inner in zip(rows, cuts, strict=True)]
    if 2 * sum(plain) < len(column):
        return None  # rows of a table of many columns
    return _grid(column, [edges or [box.x1] for edges, box in zip(rows, column, strict=True)], cuts, right)


def _same_height(a: Box, b: Box) -> bool:
    return abs(a.y0 - b.y0) < _SEAM and abs(a.y1 - b.y1) < _SEAM


def _are_level(other: Sequence[Box], column: Sequence[Box]) -> bool:
    return all(any(_same_height(a, b) for b in column) for a in other)


def _row(canvas: Canvas, label: Box, labels: Sequence[Box]) -> list[float] | None:
    """Edges of what stands right of a label, from its own right edge; None where nothing does."""
    edges = _drawn_edges(canvas, label) or _open_edges(canvas, label, labels)
    if not edges:
        return None
    edges = [label.x1, *edges]
    held = _tokens(canvas, Box(label.x1 - 1, label.y0, edges[-1] + 1, label.y1))
    first = min((t.box.x0 for t in held if t.box), default=None)
    return edges if first is not None and first - label.x1 < _NEAR else None


def _drawn_edges(canvas: Canvas, label: Box) -> list[float]:
    """Right edges of the boxes as high as a label that follow it."""
    drawn = [s.box for s in (*canvas.ink.fills, *canvas.ink.marks) if _same_height(s.box, label)]
    edges, end = [], label.x1
    while beside := [b.x1 for b in drawn if -_SEAM < b.x0 - end < _APART and b.x1 > end + _APART]:
        end = min(beside)
        edges.append(end)
    return edges


def _open_edges(canvas: Canvas, label: Box, labels: Sequence[Box]) -> list[float]:
    """Edges of what no box holds: the further labels of its row, and where its rules or its text end."""
    rules = [r.hi for r in canvas.ink.horizontal if r.lo < label.x1 + _APART and _meets(r.at, label)]
    edges = [*(x for b in labels for x in (b.x0, b.x1)), max([*rules, _end(canvas, label)])]
    return sorted(x for x in edges if x > label.x1 + _SEAM)


def _meets(y: float, label: Box) -> bool:
    return label.y0 - _SEAM < y < label.y1 + _SEAM


def _end(canvas: Canvas, label: Box) -> float:
    """Where the text that begins right of a label ends."""
    end = label.x1
    room = Box(label.x1 - 1, label.y0, canvas.page.width, label.y1)
    for token in sorted(_tokens(canvas, room), key=lambda t: t.box.x0 if t.box else 0.0):
        assert token.box
        if token.box.x0 - end < (_NEAR if end == label.x1 else _FLOW * token.size):
            end = max(end, token.box.x1 + 2)
    return end


def _under_years(canvas: Canvas, column: Sequence[Box]) -> bool:
    """Whether years stand over what is right of the labels: they name the rows of a chart."""
    top = column[0]
    area = Box(top.x1, top.y0 - 45, canvas.page.width, top.y1)
    return sum(parse_period(t.text.strip()) is not None for t in _tokens(canvas, area)) > 1


def _inner(canvas: Canvas, area: Box) -> list[tuple[float, list[float]]]:
    """Rows that a label's room is cut into: the top of each and its inner edges; [] where it is one cell."""
    fills = [s.box for s in canvas.ink.fills if lies_in(s.box, area) and s.box.height < 0.8 * area.height]
    rules = [r.at for r in canvas.ink.horizontal if r.hi > area.x1 - _APART and r.lo < area.x0 + _APART]
    ys = _apart(
        [y for y in (*rules, *(y for b in fills for y in (b.y0, b.y1))) if area.y0 < y < area.y1], area
    )
    if len(ys) < 3:
        return []
    held = _tokens(canvas, area)
    edges = white_gaps([t.box for t in held if t.box], area.x0, area.x1)
    head = sorted(b.x0 for b in fills if b.y0 < ys[1] - _SEAM)
    if len(head) > 1:
        edges = [area.x0, *head[1:], area.x1]
    return [(y, edges[1:-1]) for y in ys[:-1]]


def _apart(ys: Iterable[float], area: Box) -> list[float]:
    """Heights from the top of an area to its bottom, without those that stand too near for a line of text."""
    kept = [area.y0]
    for y in sorted(ys):
        if y - kept[-1] > _APART and area.y1 - y > _APART:
            kept.append(y)
    return [*kept, area.y1]


def _grid(
    column: Sequence[Box],
    rows: Sequence[Sequence[float]],
    cuts: Sequence[Sequence[tuple[float, Sequence[float]]]],
    right: float,
) -> Grid:
    """Rows from label to label, some of them cut; columns wherever a row has an edge."""
    lines: list[tuple[float, list[float]]] = []  # top and inner edges of each row
    labels: list[tuple[int, int]] = []  # first row of each label and how many it names
    for box, edges, cut in zip(column, rows, cuts, strict=True):
        own = [(y, list(xs)) for y, xs in cut] or [(box.y0, list(edges[1:-1]))]
        labels.append((len(lines), len(own)))
        lines += own
    left = min(box.x0 for box in column)
    xs = _merged([left, column[0].x1, right, *(x for _, inner in lines for x in inner)])
    places = [Place(row, 0, span, 1) for row, span in labels]
    for row, (_, inner) in enumerate(lines):
        stops = sorted({1, len(xs) - 1, *(min(range(len(xs)), key=lambda i: abs(xs[i] - x)) for x in inner)})
        places += [Place(row, a, 1, b - a) for a, b in pairwise(stops)]
    ys = (*(y for y, _ in lines), column[-1].y1)
    return Grid(tuple(xs), ys, tuple(sorted(places, key=lambda p: (p.row, p.col))))


def _merged(xs: Iterable[float]) -> list[float]:
    kept: list[float] = []
    for x in sorted(xs):
        if not kept or x - kept[-1] > 2 * _SEAM:
            kept.append(x)
    return kept
