"""Tables without rules: names over columns of values, and white space between columns all the way down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from extract.layout.cells import text_rows, tokens_of
from extract.layout.grid import Grid, Place
from extract.layout.heads import MOST, is_value
from extract.layout.periods import header_periods, parse_period
from extract.model import Box, Line

HEADER_LENGTH = 14  # characters; what is longer is no header word
ROW_GAP = 2.5  # em between two rows; a wider gap ends the table
LINE_PITCH = 2.0  # em between the lines of one cell at most
LOOSE = 1.3  # times the line pitch: a step this wide parts rows
CLOSE, APART = 0.4, 0.65  # em between lines of one row at most, and between rows at least
MIN_GUTTER, MIN_COLUMN = 8.0, 20.0  # points
MARGIN = 2.0  # points around the outermost texts

Row = list[Line]


def unruled_grids(lines: Sequence[Line], boxes: Sequence[Box] = ()) -> list[Grid]:
    """Grids of the tables that stand in lines no rule is drawn around; none goes on over the side of a box
    that holds several rows of text."""
    held: dict[Box | None, list[Line]] = defaultdict(list)
    for line in (line for line in lines if line.box and not line.vertical):
        around = (b for b in boxes if line.box and b.holds(line.box.cx, line.box.cy))
        held[min(around, key=lambda b: b.width * b.height, default=None)].append(line)
    single = [box for box, own in held.items() if box and len(text_rows(own)) < 2]
    for box in single:
        held[None] += held.pop(box)
    return [grid for own in held.values() for grid in _grids(own)]


def _grids(lines: Sequence[Line]) -> list[Grid]:
    rows = text_rows(lines)
    grids = []
    end = 0
    for i, row in enumerate(rows):
        if i >= end and _may_head(row):
            taken = _reach(rows, i)
            banded = _banded(taken)
            if len(banded) > 1 and _is_table(banded):
                end = i + len(taken)
                grids.append(_grid(banded, told=len(banded) < len(taken)))
    return grids


def _banded(rows: Sequence[Row]) -> list[Row]:
    """Rows of a table from its lines: those that overlap, and those set close where others stand apart.

    A cell may hold two lines, «10件» over «（R6）», beside a name that stands level with neither.
    """
    if len(rows) < 2:
        return list(rows)
    spans = [_around(_boxes(row)) for row in rows]
    gaps = [(b.y0 - a.y1) / row[0].size for a, b, row in zip(spans, spans[1:], rows[1:], strict=False)]
    parted = max(gaps) > APART
    bands = [list(rows[0])]
    for gap, row in zip(gaps, rows[1:], strict=True):
        if parted and gap < CLOSE:
            bands[-1] += row
        else:
            bands.append(list(row))
    return list(rows) if any(map(_holds_two, bands[1:])) else bands


def _holds_two(band: Row) -> bool:
    """Whether two values stand over each other: lines of two rows, that a merged name has joined."""
    tokens = [t for piece in band for t in tokens_of(piece) if t.box and is_value(t.text)]
    values = [t.box for t in tokens if t.box and not t.text.strip().startswith(("(", "（"))]
    return any(a.overlap_x(b) > 0 and b.y0 > a.cy for a in values for b in values)


def white_gaps(boxes: Sequence[Box], x0: float, x1: float, least: float = MIN_COLUMN) -> list[float]:
    """Column edges from ``x0`` to ``x1``: the middles of the white gaps that run through all boxes."""
    edges, end = [x0], None
    for box in sorted(boxes, key=lambda b: b.x0):
        if end is not None and box.x0 - end > MIN_GUTTER and end - edges[-1] > least:
            edges.append((end + box.x0) / 2)
        end = box.x1 if end is None else max(end, box.x1)
    return [*edges, x1]


def _may_head(row: Row) -> bool:
    """Short names that stand apart, or years; no values.

    One word told again and again heads no table: it labels the things that stand side by side.
    """
    texts = [t.text.strip() for piece in row for t in tokens_of(piece)]
    if len(set(texts)) < 2 or max(map(len, texts)) > HEADER_LENGTH:
        return False
    return not any("。" in text or is_value(text) for text in texts)


def _is_dated(row: Row) -> bool:
    """Whether years, beside one name at most, head columns of their own."""
    texts = [t.text.strip() for piece in row for t in tokens_of(piece)]
    periods = sum(period is not None for period in header_periods(texts))
    return periods > 1 and periods >= len(texts) - 1


def _is_table(rows: Sequence[Row]) -> bool:
    """Whether columns below a head hold what only tables hold: values, or text that looks otherwise."""
    edges = _columns(rows)
    columns = _texts_of_columns(rows[1:], edges)
    held = {c: sum(map(is_value, columns[c])) for c in range(1, len(edges) - 1)}
    dated = sum(any(ch.isdigit() for ch in piece.text) for piece in rows[0])
    if dated > 1 and sum(n == len(columns[c]) > 0 for c, n in held.items()) > 1:
        return True  # a value under each year, be it in one row
    full = sum(_filled(row, edges) for row in rows[1:])
    if _filled(rows[0], edges) < len(edges) - 2 or full < MOST * (len(rows) - 1) * (len(edges) - 1):
        return False  # a diagram
    if sum(bool(columns[c]) and all(map(parse_period, columns[c])) for c in range(1, len(edges) - 1)) > 1:
        return True  # first and last years
    if len(rows) > 2 and any(n > 1 and n >= MOST * len(columns[c]) for c, n in held.items()):
        return True
    names = len(columns[0]) > 2 and max(map(len, columns[0])) <= HEADER_LENGTH
    return (
        names
        and all(map(_is_bold, rows[0]))
        and not any(_has_bold(piece) for row in rows[1:] for piece in row)
    )


def _texts_of_columns(rows: Sequence[Row], edges: Sequence[float]) -> dict[int, list[str]]:
    """By column, the text of each row that has one."""
    columns: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        cells: dict[int, str] = defaultdict(str)
        for token in (t for piece in row for t in tokens_of(piece) if t.box and t.text.strip()):
            cells[_column(token.box or Box(0, 0, 0, 0), edges)] += token.text.strip()
        for column, text in cells.items():
            columns[column].append(text)
    return columns


def _is_bold(piece: Line) -> bool:
    return all(run.bold for run in piece.runs)


def _has_bold(piece: Line) -> bool:
    return any(run.bold for run in piece.runs)


def _column(box: Box, edges: Sequence[float]) -> int:
    return sum(x < box.cx for x in edges[1:-1])


def _reach(rows: Sequence[Row], start: int) -> list[Row]:
    """The rows of the table headed by row ``start``; none when no row below keeps its columns."""
    boxes = _boxes(rows[start])
    columns = len(_edges(boxes))
    end = start + 1
    while end < len(rows):
        row, here = rows[end], _boxes(rows[end])
        gap = min(b.y0 for b in here) - max(b.y1 for b in _boxes(rows[end - 1]))
        headed = end > start + 1 and _is_dated(row)
        parted = gap > ROW_GAP * row[0].size or headed or _is_heading(row, rows[start])
        if parted or len(_edges(boxes + here)) < columns:
            break
        boxes += here
        end += 1
    edges = _edges(boxes)
    last = max(k for k in range(start, end) if k == start or _filled(rows[k], edges) > 1)
    while start < last < end - 1 and _wraps(rows[last], rows[last + 1], edges):
        last += 1
    return list(rows[start : last + 1]) if last > start else []


def _wraps(above: Row, row: Row, edges: Sequence[float]) -> bool:
    """Whether a line right of the first column goes on with the cell above (below a table is anything)."""
    one, two = _around(_boxes(above)), _around(_boxes(row))
    return two.x0 > edges[1] and two.cy - one.cy < LINE_PITCH * row[0].size


def _is_heading(row: Row, header: Row) -> bool:
    return len(row) == 1 and row[0].size > 1.1 * max(piece.size for piece in header)


def _grid(rows: Sequence[Row], *, told: bool) -> Grid:
    """The grid of the rows; ``told``: each is a row of the table, else it may go on with that above."""
    xs = _columns(rows)
    bands = [_around(_boxes(row)) for row in rows] if told else _bands(rows, xs)
    ys = [bands[0].y0 - MARGIN, *((a.y1 + b.y0) / 2 for a, b in pairwise(bands)), bands[-1].y1 + MARGIN]
    places = [Place(r, c, 1, 1) for r in range(len(ys) - 1) for c in range(len(xs) - 1)]
    return Grid(tuple(xs), tuple(ys), tuple(places))


def _bands(rows: Sequence[Row], xs: Sequence[float]) -> list[Box]:
    """Rows of the table: lines of text, those put together that one cell has wrapped."""
    spans = [_around(_boxes(row)) for row in rows]
    steps = [b.cy - a.cy for a, b in pairwise(spans[1:])]
    full = all(_filled(row, xs) == len(xs) - 1 for row in rows[1:])
    loose = LOOSE * min(steps, default=0.0)
    parted = not full and any(step > loose for step in steps) and any(step <= loose for step in steps)
    bands = [spans[0]]
    for k, span in enumerate(spans[1:], 1):
        opens = spans[k].x0 < xs[1] and _filled(rows[k], xs) > 1
        step = span.cy - spans[k - 1].cy
        new = k == 1 or full or (step > loose if parted else opens or step > LINE_PITCH * rows[k][0].size)
        if new:
            bands.append(span)
        else:
            bands[-1] = bands[-1].union(span)
    return bands


def _filled(row: Row, xs: Sequence[float]) -> int:
    """Number of columns with text."""
    return len({_column(box, xs) for box in _boxes(row)})


def _edges(boxes: Sequence[Box]) -> list[float]:
    return white_gaps(boxes, min(b.x0 for b in boxes) - MARGIN, max(b.x1 for b in boxes) + MARGIN)


def _columns(rows: Sequence[Row]) -> list[float]:
    """Column edges; names at the left and their head, set in the middle over them or left of them, are one
    column."""
    edges = _edges([b for row in rows for b in _boxes(row)])
    headed = {_column(b, edges) for b in _boxes(rows[0])} & {0, 1}
    held = {_column(b, edges) for row in rows[1:] for b in _boxes(row)} & {0, 1}
    apart = len(edges) > 3 and len(headed) == len(held) == 1 and headed != held
    return [edges[0], *edges[2:]] if apart else edges


def _boxes(row: Row) -> list[Box]:
    return [t.box for piece in row for t in tokens_of(piece) if t.box and t.text.strip()]


def _around(boxes: Sequence[Box]) -> Box:
    box = boxes[0]
    for other in boxes[1:]:
        box = box.union(other)
    return box
