"""Drawn bars: shapes put together to bars, the columns they cover, the rows they stand in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extract.layout.ink import is_head
from extract.layout.signs import is_line_text
from extract.model import WHITE, Bar, Box, Image, Line, Period, Shape, SpanSource
from normalize.frozen import frozen

_MAX_PIECES = 400  # more shapes over one chart are a drawing
_PITCH = 2.0  # em between the signs of a typed line at most


@frozen
class Mark:
    """One drawn bar, whatever number of shapes it was made of."""

    box: Box
    source: SpanSource
    color: int | None = None
    text: str | None = None


def assemble(shapes: Sequence[Shape], images: Sequence[Image], column: float) -> list[Mark]:
    """Join shapes into bars: shadows and outlines over bars, strokes with their heads, bodies with theirs.

    ``column`` is the width of the narrowest time column in points. A picture counts only where
    no bar is drawn, and no smaller picture lies.
    """
    pieces = [_Piece.of(s) for s in shapes if may_be_bar(s)]
    if len(pieces) > _MAX_PIECES:
        return []
    groups: list[list[_Piece]] = []
    for piece in sorted(pieces, key=lambda p: (p.head, -_area(p.box))):  # heads join their shafts
        for group in groups:
            if any(_one_bar(other, piece, column) for other in group):
                group.append(piece)
                break
        else:
            groups.append([piece])
    marks = [m for g in groups if (m := _mark(g)).box.width >= 0.1 * column or m.source == "arrow"]
    for box in sorted((i.box for i in images), key=_area):  # a shadow is larger than its bar
        if box.width >= 0.3 * column and not any(
            _share(box, m.box) > 0.3 * min(_area(box), _area(m.box)) for m in marks
        ):
            marks.append(Mark(box, "bar"))
    return sorted(marks, key=lambda m: (m.box.cy, m.box.x0))


@frozen
class _Piece:
    box: Box
    shape: Shape
    head: bool
    stroke: bool

    @classmethod
    def of(cls, shape: Shape) -> _Piece:
        box, stroke = shape.box, shape.kind == "line"
        if stroke:
            half = max(shape.width, 1.0) / 2
            box = Box(box.x0, box.y0 - half, box.x1, box.y1 + half)
        return cls(box, shape, is_head(shape), stroke)


def may_be_bar(shape: Shape) -> bool:
    """Could a shape be a bar, or a part of one?"""
    if is_head(shape):
        return True
    box = shape.box
    if shape.kind == "line":
        return box.width >= 4 and box.height <= 2 + 0.1 * box.width
    if shape.fill in (None, WHITE) and shape.stroke in (None, WHITE):
        return False  # nothing to see, or a white patch under a text
    return box.width >= 4 and box.height >= 1


def _one_bar(a: _Piece, b: _Piece, column: float) -> bool:
    """Whether two shapes are parts of one bar: its head and shaft, doubled, or one where the other ends."""
    low, high = sorted((a.box.height, b.box.height))
    if a.box.overlap_y(b.box) < 0.6 * low:
        return False
    small, body = sorted((a, b), key=lambda p: p.box.width)
    along, gap = a.box.overlap_x(b.box), max(a.box.x0, b.box.x0) - min(a.box.x1, b.box.x1)
    narrow, wide = small.box.width, body.box.width
    if small.head and gap <= (2.0 if a.stroke or b.stroke else 1.0):
        return _is_its_head(small, body, along)
    if low < 0.45 * high:
        return False
    if along >= 0.9 * narrow and (narrow >= 0.6 * wide or small.box.height < 0.98 * high or small.head):
        return True  # doubled, or a box on the bar
    return gap <= 1.0 and along <= 3 and narrow < 0.2 * column and _alike(a, b)


def _is_its_head(head: _Piece, body: _Piece, along: float) -> bool:
    narrow = head.box.width
    painted = head.stroke or body.stroke or _alike(head, body) or along >= 0.9 * narrow
    if along <= narrow + 0.1 and painted:
        return True
    # a head of another colour stands out over its shaft
    return head.box.height >= 1.2 * body.box.height and abs(head.box.cy - body.box.cy) <= 1.5


def _alike(a: _Piece, b: _Piece) -> bool:
    """Nearly the same paint."""
    one, two = (p.shape.fill if p.shape.fill is not None else p.shape.stroke for p in (a, b))
    if one is None or two is None:
        return one is two
    return all(abs((one >> k & 255) - (two >> k & 255)) < 48 for k in (16, 8, 0))


def _share(a: Box, b: Box) -> float:
    return a.overlap_x(b) * a.overlap_y(b)


def _area(box: Box) -> float:
    return box.width * box.height


def _mark(group: Sequence[_Piece]) -> Mark:
    box = group[0].box
    for piece in group[1:]:
        box = box.union(piece.box)
    arrow = any(p.head for p in group) or any(_points(p.shape) for p in group)
    filled = [p.shape for p in group if p.shape.fill is not None and not p.head] or [p.shape for p in group]
    shape = max(filled, key=lambda s: (s.box.width * s.box.height, s.fill not in (None, WHITE)))
    return Mark(box, "arrow" if arrow else "bar", shape.fill if shape.fill is not None else shape.stroke)


def _points(shape: Shape) -> bool:
    """Does the outline end in a point at the left or right (pentagon, block arrow, chevron)?"""
    if shape.kind != "polygon" or len(shape.points) < 3:
        return False
    for edge in (shape.box.x0, shape.box.x1):
        tips = [y for x, y in shape.points if abs(x - edge) <= 0.5]
        if tips and max(tips) - min(tips) <= 1.0 and abs(tips[0] - shape.box.cy) <= 0.3 * shape.box.height:
            return True
    return False


def covered(box: Box, columns: Sequence[Period]) -> tuple[int, int]:
    """First and last column a bar covers by more than half; at least the one it is mostly in."""
    shares = [(min(box.x1, p.x1) - max(box.x0, p.x0)) / max(p.x1 - p.x0, 0.1) for p in columns]
    inside = [i for i, share in enumerate(shares) if share > 0.5]
    if inside:
        return inside[0], inside[-1]
    best = max(range(len(shares)), key=lambda i: shares[i])
    return best, best


def side_by_side(marks: Sequence[Mark]) -> list[list[Mark]]:
    """Marks by the rows they stand in, from top to bottom, each from left to right."""
    rows: list[list[Mark]] = []
    for mark in sorted(marks, key=lambda m: m.box.cy):
        for row in reversed(rows[-2:]):
            low = min(mark.box.height, row[0].box.height)
            if mark.box.overlap_y(row[0].box) > 0.5 * low and not any(
                mark.box.overlap_x(m.box) > 0.3 * min(mark.box.width, m.box.width) for m in row
            ):
                row.append(mark)
                break
        else:
            rows.append([mark])
    return [sorted(row, key=lambda m: m.box.x0) for row in rows]


def standing_out(shapes: Sequence[Shape], fills: Sequence[Shape]) -> list[Shape]:
    """Shapes that can be seen: not those that lie on a ground of their own colour (a cell filled twice).

    ``fills``: all fills of the page in the order they were painted.
    """
    if len(shapes) > _MAX_PIECES:
        return list(shapes)
    return [s for s in shapes if s.fill is None or s.stroke is not None or _ground_of(s, fills) != s.fill]


def _ground_of(shape: Shape, fills: Sequence[Shape]) -> int | None:
    """Colour of the last fill painted before a shape that lies under all of it."""
    box, ground = shape.box, None
    for fill in fills:
        if fill is shape:
            return ground
        if fill.box.holds(box.x0, box.y0, 0.5) and fill.box.holds(box.x1, box.y1, 0.5):
            ground = fill.fill
    return None


def typed_bars(pieces: Sequence[Line], periods: Sequence[Period]) -> list[tuple[Mark, list[Line]]]:
    """Lines that were typed over several columns (- - - ->), each with the pieces of text it is made of.

    A sign within one column is left to what its cell says.
    """
    signs = [p for p in pieces if p.box and is_line_text(p.text)]
    runs: list[list[Line]] = []
    for piece in sorted(signs, key=lambda p: (round(p.box.cy / 4), p.box.x0) if p.box else (0, 0.0)):
        last = runs[-1][-1].box if runs else None
        box = piece.box
        level = last and box and abs(last.cy - box.cy) < 0.5 * max(last.height, box.height)
        if last and box and level and -1 <= box.x0 - last.x1 <= _PITCH * max(piece.size, 1.0):
            runs[-1].append(piece)
        else:
            runs.append([piece])
    found = []
    for run in runs:
        extent = union([p.box for p in run if p.box])
        length = sum(len("".join(p.text.split())) for p in run)
        if extent and length > 2 and _crosses(extent, periods):
            found.append((Mark(extent, "arrow"), run))
    return found


def _crosses(box: Box, periods: Sequence[Period]) -> bool:
    """Whether a box reaches well into two columns."""
    return sum(min(box.x1, p.x1) - max(box.x0, p.x0) > 0.2 * (p.x1 - p.x0) for p in periods) > 1


def bars_of(marks: Sequence[Mark], periods: Sequence[Period], page: int | None) -> tuple[Bar, ...]:
    """Bars of the marks of one row."""
    bars = []
    for mark in sorted(marks, key=lambda m: m.box.x0):
        first, last = covered(mark.box, periods)
        bars.append(Bar(first, last, None, mark.source, "exact", mark.text, mark.box, page, mark.color))
    return limits(bars, len(periods) - 1)


def limits(bars: Sequence[Bar], last: int) -> tuple[Bar, ...]:
    """Set the latest end of each bar: before the next bar of the row, else the last column."""
    starts = sorted({b.first for b in bars if b.first is not None})
    limited = []
    for bar in sorted(bars, key=lambda b: -1 if b.first is None else b.first):
        if bar.first is not None and bar.last_max is None:
            after = [s for s in starts if s > bar.first]
            limit = after[0] - 1 if after else last
            bar = replace(bar, last_max=max(limit, bar.last or 0))
        limited.append(bar)
    return tuple(limited)


def union(boxes: Sequence[Box]) -> Box | None:
    """The box around all boxes; None without any."""
    around = boxes[0] if boxes else None
    for box in boxes[1:]:
        around = around.union(box) if around else box
    return around
