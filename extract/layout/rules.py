"""Drawn shapes -> rules, fills and marks -> grids.

Office programs draw a table's rules as strokes, as thin filled rectangles, or cell by cell; bars and arrows
drawn over a table must not become rules, or every arrow would add rows. So shapes are told apart first.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar

from extract.model import Box, Shape
from normalize.frozen import frozen

T = TypeVar("T")

TOL = 2.6  # points: rules this near are one, ends this near meet
THICK = 1.9  # points: a stroke from here on may be a bar
HEAD = 22.0  # points: largest arrowhead of a connector
MAX_SHAPES = 6000  # of a page with more (a map, a drawing) the longest upright ones are sorted
_MAX_TILES = 1500  # a page with more fills outside its tables is a drawing
_FAR = 5000.0  # points: wider than any page
_STRIP = 12.0  # points: widest strip of a gradient drawn as strips
_LOW = 7.0  # points: lowest fill that may be the ground of a cell
_SIDE = 4.0  # points by which a fill may end beside the rules of its table
_STEP = 64  # of 255: two gradients may touch, one ending in a colour the other does not begin with


class Segment(NamedTuple):
    """An upright stroke: its fixed coordinate and its extent along the other axis."""

    at: float
    lo: float
    hi: float


@frozen
class Ink:
    """The shapes of a page by what they may be. ``marks``: bars, arrows and boxes (also filled rectangles
    that turn out not to be the ground of a cell stay in ``fills``)."""

    horizontal: tuple[Segment, ...]
    vertical: tuple[Segment, ...]
    fills: tuple[Shape, ...]
    marks: tuple[Shape, ...]


@frozen
class Place:
    """A cell of a grid: its first row and column and how many it covers."""

    row: int
    col: int
    rowspan: int
    colspan: int


@frozen
class Grid:
    """Column edges ``xs``, row edges ``ys`` and the cells between them."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    places: tuple[Place, ...]

    @property
    def box(self) -> Box:
        return Box(self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])

    def box_of(self, place: Place) -> Box:
        return Box(
            self.xs[place.col],
            self.ys[place.row],
            self.xs[place.col + place.colspan],
            self.ys[place.row + place.rowspan],
        )

    def owners(self) -> dict[tuple[int, int], int]:
        """Elementary (row, col) -> index of the cell that covers it."""
        return {
            (r, c): i
            for i, p in enumerate(self.places)
            for r in range(p.row, p.row + p.rowspan)
            for c in range(p.col, p.col + p.colspan)
        }

    def with_rows_cut(self, row: int, at: Sequence[float], whole: Sequence[int]) -> Grid:
        """The same grid with a row cut at heights ``at``; cells ``whole`` and over other rows stay."""
        ys = (*self.ys[: row + 1], *at, *self.ys[row + 1 :])
        places: list[Place] = []
        for i, p in enumerate(self.places):
            if p.row > row:
                places.append(replace(p, row=p.row + len(at)))
            elif p.row == row and p.rowspan == 1 and i not in whole:
                places += [replace(p, row=row + k) for k in range(len(at) + 1)]
            elif p.row + p.rowspan > row:
                places.append(replace(p, rowspan=p.rowspan + len(at)))
            else:
                places.append(p)
        return Grid(self.xs, ys, tuple(sorted(places, key=lambda p: (p.row, p.col))))

    def with_row_above(self, y: float) -> Grid:
        """The same grid with one more row of single cells on top, from ``y``."""
        top = tuple(Place(0, c, 1, 1) for c in range(len(self.xs) - 1))
        return Grid(self.xs, (y, *self.ys), top + tuple(replace(p, row=p.row + 1) for p in self.places))


# --- shapes -> ink --------------------------------------------------------------------------------


def sort_ink(shapes: Sequence[Shape]) -> Ink:
    """Tell rules, fills and marks apart."""
    shapes = _join_strips(_largest(shapes) if len(shapes) > MAX_SHAPES else shapes)
    heads = _Near((s.box.cx, s) for s in shapes if is_head(s))
    thin: list[tuple[bool, Segment, Shape]] = []
    thick: list[tuple[bool, Segment, Shape]] = []
    frames: list[Shape] = []
    fills: list[Shape] = []
    marks: list[Shape] = []
    for shape in shapes:
        box = shape.box
        segments = _segments(shape)
        if segments:
            for horizontal, segment, width in segments:
                if _has_head(shape, box, heads):
                    marks.append(shape)
                    break
                (thick if width >= THICK else thin).append((horizontal, segment, shape))
        elif shape.kind == "rect" and (shape.fill is None or shape.stroke is not None):
            frames.append(shape)
        elif shape.kind == "rect":
            fills.append(shape)
        else:
            marks.append(shape)
    edges = _Edges([(h, s) for h, s, _ in (*thin, *thick)], frames)
    for frame in frames:
        if edges.is_cell(frame):
            thin += [(h, s, frame) for h, s in _sides(frame.box)]
            if frame.fill is not None:
                fills.append(frame)
        elif frame.fill is not None:
            fills.append(frame)
        else:
            marks.append(frame)
    colours = {s.stroke if s.stroke is not None else s.fill for h, _, s in (*thin, *thick) if not h}
    for horizontal, segment, shape in thick:
        colour = shape.stroke if shape.stroke is not None else shape.fill
        if edges.is_rule(horizontal, segment, same_colour=colour in colours):
            thin.append((horizontal, segment, shape))
        else:
            marks.append(shape)
    same = Counter((round(s.lo / 3), round(s.hi / 3)) for h, s, _ in thin if h)
    horizontals = []
    for horizontal, segment, shape in thin:
        if not horizontal:
            continue
        alone = same[(round(segment.lo / 3), round(segment.hi / 3))] == 1
        if shape.kind == "line" and edges.floats(segment, alone=alone, bold=shape.dashed or shape.width >= 1):
            marks.append(shape)
        else:
            horizontals.append(segment)
    verticals = [s for h, s, _ in thin if not h]
    return Ink(_merge(horizontals), _merge(verticals), tuple(fills), tuple(marks))


def _largest(shapes: Sequence[Shape]) -> list[Shape]:
    """Rules and boxes, the longest ones, in their order."""
    upright = [s for s in shapes if s.kind == "rect" or min(s.box.width, s.box.height) <= 1]
    longest = sorted(upright, key=lambda s: -max(s.box.width, s.box.height))[:MAX_SHAPES]
    kept = set(map(id, longest))
    return [s for s in upright if id(s) in kept]


def is_head(shape: Shape) -> bool:
    """A small triangle, kite or open V: the head of a connector."""
    box = shape.box
    if max(box.width, box.height) > HEAD or min(box.width, box.height) < 1.5:
        return False
    return (shape.kind == "polygon" and len(shape.points) <= 4) or shape.kind == "line"


def _segments(shape: Shape) -> list[tuple[bool, Segment, float]]:
    """(horizontal?, segment, thickness) of a shape made of upright strokes, else nothing."""
    box = shape.box
    if shape.kind == "line":
        if box.height <= 1.0 and box.width >= 2.0:
            return [(True, Segment(box.cy, box.x0, box.x1), shape.width)]
        if box.width <= 1.0 and box.height >= 2.0:
            return [(False, Segment(box.cx, box.y0, box.y1), shape.width)]
        return []
    if shape.kind == "rect":
        if box.height < THICK and box.width > box.height:
            return [(True, Segment(box.cy, box.x0, box.x1), box.height)]
        if box.width < THICK:
            return [(False, Segment(box.cx, box.y0, box.y1), box.width)]
        return []
    if shape.fill is None:
        pairs = list(pairwise(shape.points))
        if all(abs(a[0] - b[0]) <= 0.5 or abs(a[1] - b[1]) <= 0.5 for a, b in pairs):
            return [
                (True, Segment(a[1], min(a[0], b[0]), max(a[0], b[0])), shape.width)
                if abs(a[1] - b[1]) <= 0.5
                else (False, Segment(a[0], min(a[1], b[1]), max(a[1], b[1])), shape.width)
                for a, b in pairs
            ]
    return []


def _sides(box: Box) -> list[tuple[bool, Segment]]:
    return [
        (True, Segment(box.y0, box.x0, box.x1)),
        (True, Segment(box.y1, box.x0, box.x1)),
        (False, Segment(box.x0, box.y0, box.y1)),
        (False, Segment(box.x1, box.y0, box.y1)),
    ]


def _has_head(shape: Shape, box: Box, heads: _Near[Shape]) -> bool:
    """Does a stroke end in an arrowhead that is centred on it?"""
    slack = max(1.5, shape.width)
    flat = box.width > box.height
    for x, y in ((box.x0, box.y0), (box.x1, box.y1)):
        for head in heads.around(x, HEAD):
            if head is shape or not head.box.holds(x, y, slack) or _along(head.box, box):
                continue
            off = abs(head.box.cy - box.cy) if flat else abs(head.box.cx - box.cx)
            if off <= 0.25 * min(head.box.width, head.box.height) + 0.5:
                return True
    return False


def _along(head: Box, line: Box) -> bool:
    """A 'head' that is itself a short upright stroke on the line is none."""
    return min(head.width, head.height) < 1.5 or head.width > 0.9 * line.width > 0.9 * line.height


def _join_strips(shapes: Sequence[Shape]) -> list[Shape]:
    """One rectangle for a gradient that was painted as many narrow touching rectangles."""
    for axis in (0, 1):
        groups: dict[int, list[Shape]] = defaultdict(list)
        rest: list[Shape] = []
        for shape in shapes:
            thin, long = (
                (shape.box.width, shape.box.height) if axis == 0 else (shape.box.height, shape.box.width)
            )
            if shape.kind == "rect" and shape.fill is not None and thin < _STRIP and long >= 3:
                centre = shape.box.cy if axis == 0 else shape.box.x0
                groups[round(centre)].append(shape)
            else:
                rest.append(shape)
        for group in groups.values():
            group.sort(key=lambda s: s.box[axis])
            chain: list[Shape] = []
            for shape in group:
                if chain and (shape.box[axis] - chain[-1].box[axis + 2] > 0.4 or _leaps(chain[-1], shape)):
                    rest += _strip(chain)
                    chain = []
                chain.append(shape)
            rest += _strip(chain)
        shapes = rest
    return list(shapes)


def _leaps(a: Shape, b: Shape) -> bool:
    """Whether the colour of two strips differs by more than a step of one gradient."""
    one, two = a.fill or 0, b.fill or 0
    return any(abs((one >> k & 255) - (two >> k & 255)) > _STEP for k in (16, 8, 0))


def _strip(chain: list[Shape]) -> list[Shape]:
    if len(chain) < 4:
        return chain
    box = chain[0].box
    for shape in chain:
        box = box.union(shape.box)
    return [replace(chain[len(chain) // 2], box=box, points=(), stroke=None)]


class _Near(Generic[T]):
    """Things by a coordinate, to ask what lies around a value."""

    def __init__(self, items: Iterable[tuple[float, T]]) -> None:
        pairs = sorted(items, key=lambda p: p[0])
        self._keys = [k for k, _ in pairs]
        self._items = [v for _, v in pairs]

    def around(self, key: float, reach: float) -> list[T]:
        return self._items[bisect_left(self._keys, key - reach) : bisect_right(self._keys, key + reach)]


class _Edges:
    """Answers what an edge meets: other strokes, sides of other rectangles."""

    def __init__(self, strokes: Sequence[tuple[bool, Segment]], frames: Sequence[Shape]) -> None:
        owned: list[tuple[bool, Segment, int]] = [(h, s, -1) for h, s in strokes]
        for i, frame in enumerate(frames):
            owned += [(h, s, i) for h, s in _sides(frame.box)]
        self._owner = {id(frame): i for i, frame in enumerate(frames)}
        self._lines = {
            axis: _Near((s.at, (s, o)) for h, s, o in owned if h is axis) for axis in (True, False)
        }
        self._ends = {
            axis: _Near((end, (s, o)) for h, s, o in owned if h is axis for end in (s.lo, s.hi))
            for axis in (True, False)
        }

    def is_cell(self, frame: Shape) -> bool:
        """Is an outlined rectangle (part of) a table? Not when rules cross it or nothing meets it."""
        mine = self._owner[id(frame)]
        box = frame.box
        inside = (box.x0 + box.x1) / 2, (box.x1 - box.x0) / 2 - 3
        for segment, owner in self._lines[False].around(*inside) if inside[1] > 0 else ():
            if owner != mine and segment.lo < box.y0 - 3 and segment.hi > box.y1 + 3:
                return False
        level = {True: False, False: False}
        for horizontal, side in _sides(box):
            level[horizontal] = level[horizontal] or any(
                owner != mine and min(other.hi, side.hi) - max(other.lo, side.lo) > TOL
                for other, owner in self._lines[horizontal].around(side.at, TOL)
            )
            if level[True] and level[False]:
                return True
        if frame.fill is not None:
            return False
        return (
            level[True]
            or level[False]
            or any(
                owner != mine and side.lo - TOL <= other.at <= side.hi + TOL
                for horizontal, side in _sides(box)
                for other, owner in self._ends[not horizontal].around(side.at, TOL)
            )
        )

    def is_rule(self, horizontal: bool, segment: Segment, *, same_colour: bool) -> bool:
        """Is a thick stroke a rule? Both its ends meet rules, and it borders them or has their colour."""
        ends = [self._meets(horizontal, segment.at, end) for end in (segment.lo, segment.hi)]
        if not all(ends):
            return False
        borders = any(
            segment.lo - TOL <= other.at <= segment.hi + TOL
            for other, _ in self._ends[not horizontal].around(segment.at, TOL)
        )
        return borders or same_colour

    def floats(self, segment: Segment, *, alone: bool, bold: bool) -> bool:
        """Is a horizontal stroke an arrow's shaft? Neither end meets a rule, and it stands inside a table, or
        crosses rules as no other stroke does, or (``bold``) stands apart from all rules."""
        if self._meets(True, segment.at, segment.lo) or self._meets(True, segment.at, segment.hi):
            return False
        passed = [
            s.at
            for s, _ in self._lines[False].around(segment.lo, _FAR)
            if s.lo < segment.at - TOL < s.hi - 2 * TOL
        ]
        if any(at < segment.lo for at in passed) and any(at > segment.hi for at in passed):
            return True
        crosses = any(segment.lo < at < segment.hi for at in passed)
        return alone if crosses else bold

    def _meets(self, horizontal: bool, at: float, end: float) -> bool:
        return any(s.lo - TOL <= at <= s.hi + TOL for s, _ in self._lines[not horizontal].around(end, 3.0))


def _merge(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """Join strokes that lie on one line and touch or nearly touch (also double strokes)."""
    merged: list[Segment] = []
    for level in levels(sorted(segments)):
        at = sum(s.at for s in level) / len(level)
        level.sort(key=lambda s: s.lo)
        lo, hi = level[0].lo, level[0].hi
        for segment in level[1:]:
            if segment.lo > hi + TOL + 0.6:
                merged.append(Segment(at, lo, hi))
                lo, hi = segment.lo, segment.hi
            hi = max(hi, segment.hi)
        merged.append(Segment(at, lo, hi))
    return tuple(merged)


def levels(segments: Sequence[Segment]) -> list[list[Segment]]:
    """Sorted strokes by the line they lie on."""
    found: list[list[Segment]] = []
    for segment in segments:
        if found and segment.at - found[-1][0].at <= TOL:
            found[-1].append(segment)
        else:
            found.append([segment])
    return found


# --- ink -> grids ---------------------------------------------------------------------------------


def ruled_grids(ink: Ink) -> list[Grid]:
    """Grids of the tables drawn with rules, at least two cells each, from top to bottom.

    Rows told by their ground only (a dark head over open rows, a tinted group row) have the edges of their
    fills for rules.
    """
    fills = [s.box for s in ink.fills if min(s.box.width, s.box.height) >= _LOW]
    blocks = _blocks(fills)
    grids = []
    for horizontal, vertical in _crossing(ink.horizontal, ink.vertical, blocks):
        grid = _grid(*_with_grounds(horizontal, vertical, fills))
        if grid and len(grid.places) > 1:
            grids.append(grid)
    return sorted(grids, key=lambda g: (g.box.y0, g.box.x0))


def _blocks(fills: Sequence[Box]) -> list[Box]:
    """Around fills that touch one another: where rules may go on."""
    return [_around([fills[i] for i in group]) for group in _touching(fills).all()]


def _with_grounds(
    horizontal: list[Segment], vertical: list[Segment], fills: Sequence[Box]
) -> tuple[tuple[Segment, ...], tuple[Segment, ...]]:
    """Rules of one table with the edges of the fills that make up rows from side to side."""
    area = Box(
        min([h.lo for h in horizontal] + [v.at for v in vertical]),
        min([h.at for h in horizontal] + [v.lo for v in vertical]),
        max([h.hi for h in horizontal] + [v.at for v in vertical]),
        max([h.at for h in horizontal] + [v.hi for v in vertical]),
    )
    grounds = [b for b in _rows_of_fills(fills, area) if not _is_title(b, area, vertical)]
    levels = [h.at for h in horizontal if h.hi - h.lo > 0.5 * area.width]

    def ruled(y: float) -> bool:
        return any(abs(y - level) <= _SIDE for level in levels)

    h = [Segment(y, b.x0, b.x1) for b in grounds for y in (b.y0, b.y1) if not ruled(y)]
    inner = [x for b in grounds for x in (b.x0, b.x1) if min(x - area.x0, area.x1 - x) > _SIDE]
    v = [Segment(x, b.y0, b.y1) for b in grounds for x in (b.x0, b.x1) if x in inner]
    outer = [Segment(x, b.y0, b.y1) for b in grounds for x in (b.x0, b.x1) if x not in inner]
    horizontals, verticals = _closed([*horizontal, *h], [*vertical, *v])
    return horizontals, _merge([*verticals, *outer])


def _is_title(fill: Box, area: Box, vertical: Sequence[Segment]) -> bool:
    """A strip as wide as the table above or below all its rules, which no rule parts, heads or ends it."""
    if fill.width < area.width - 2 * _SIDE or (area.y0 - TOL < fill.y0 and fill.y1 < area.y1 + TOL):
        return False
    return not any(fill.x0 + _SIDE < v.at < fill.x1 - _SIDE and v.lo < fill.cy < v.hi for v in vertical)


def _rows_of_fills(fills: Sequence[Box], area: Box) -> list[Box]:
    """The fills that lie side by side from the left end of a table to its right end."""
    near = [
        b
        for b in fills
        if b.x0 >= area.x0 - _SIDE
        and b.x1 <= area.x1 + _SIDE
        and b.y1 >= area.y0 - TOL
        and b.y0 <= area.y1 + TOL
    ]
    if not any(abs(b.x0 - area.x0) <= _SIDE for b in near):
        return []
    found: set[Box] = set()
    for top, bottom in pairwise(sorted({y for b in near for y in (b.y0, b.y1)})):
        middle = (top + bottom) / 2
        level = sorted((b for b in near if b.y0 < middle < b.y1), key=lambda b: (b.x0, b.x1))
        found.update(_chain(level, area) or _chain(level[::-1], area))
    return sorted(found)


def _chain(level: Sequence[Box], area: Box) -> list[Box]:
    """Fills of one height, each beginning where the one before ends, over the width of ``area``; else []."""
    chain: list[Box] = []
    end = area.x0
    while area.x1 - end > _SIDE:
        following = next((b for b in level if abs(b.x0 - end) <= _SIDE and b.x1 > end + _SIDE), None)
        if following is None:
            return []
        chain.append(following)
        end = following.x1
    return chain


def _around(boxes: Sequence[Box]) -> Box:
    box = boxes[0]
    for other in boxes[1:]:
        box = box.union(other)
    return box


def tiled_grids(fills: Sequence[Shape]) -> list[Grid]:
    """Grids of the tables shown only by filled cells that lie side by side and one below another."""
    boxes = sorted({Box(*(round(c, 1) for c in s.box)) for s in fills})
    if len(boxes) > _MAX_TILES:
        return []
    grids = []
    for group in _tiles(boxes):
        segments = [side for box in group for side in _sides(box)]
        grid = _grid(_merge(s for h, s in segments if h), _merge(s for h, s in segments if not h))
        if grid and len(grid.xs) > 2 and len(grid.ys) > 2:
            grids.append(grid)
    return sorted(grids, key=lambda g: (g.box.y0, g.box.x0))


def _tiles(boxes: Sequence[Box]) -> list[list[Box]]:
    """Groups of rectangles that share most of a side."""
    return [[boxes[i] for i in group] for group in _touching(boxes).all() if len(group) > 3]


def _touching(boxes: Sequence[Box]) -> _Groups:
    by_x0 = _Near((b.x0, i) for i, b in enumerate(boxes))
    by_y0 = _Near((b.y0, i) for i, b in enumerate(boxes))
    groups = _Groups(len(boxes))
    for i, a in enumerate(boxes):
        if a.width < 8 or a.height < 8:
            continue
        for j in by_x0.around(a.x1, TOL + 0.6):
            b = boxes[j]
            if b.width >= 8 and a.overlap_y(b) >= 0.7 * min(a.height, b.height):
                groups.join(i, j)
        for j in by_y0.around(a.y1, TOL + 0.6):
            b = boxes[j]
            if b.height >= 8 and a.overlap_x(b) >= 0.7 * min(a.width, b.width):
                groups.join(i, j)
    return groups


class _Groups:
    """Union-find."""

    def __init__(self, n: int) -> None:
        self._parent = list(range(n))

    def find(self, i: int) -> int:
        while self._parent[i] != i:
            self._parent[i] = self._parent[self._parent[i]]
            i = self._parent[i]
        return i

    def join(self, i: int, j: int) -> None:
        self._parent[self.find(i)] = self.find(j)

    def all(self) -> list[list[int]]:
        groups: dict[int, list[int]] = defaultdict(list)
        for i in range(len(self._parent)):
            groups[self.find(i)].append(i)
        return list(groups.values())


def _crossing(
    horizontal: Sequence[Segment], vertical: Sequence[Segment], blocks: Sequence[Box] = ()
) -> list[tuple[list[Segment], list[Segment]]]:
    """Rules that meet one another, directly, through others or over fills that end where they end."""
    levels = _Near((h.at, i) for i, h in enumerate(horizontal))
    groups = _Groups(len(horizontal) + len(vertical))
    for j, v in enumerate(vertical):
        for i in levels.around((v.lo + v.hi) / 2, (v.hi - v.lo) / 2 + TOL):
            if horizontal[i].lo - TOL <= v.at <= horizontal[i].hi + TOL:
                groups.join(i, len(horizontal) + j)
    for x0, y0, x1, y1 in blocks:
        met = [
            i
            for i in levels.around((y0 + y1) / 2, (y1 - y0) / 2 + TOL)
            if abs(horizontal[i].lo - x0) <= _SIDE and abs(horizontal[i].hi - x1) <= _SIDE
        ]
        for i in met[1:]:
            groups.join(met[0], i)
    found = []
    for group in groups.all():
        hs = [horizontal[i] for i in group if i < len(horizontal)]
        vs = [vertical[i - len(horizontal)] for i in group if i >= len(horizontal)]
        if hs and vs:
            found.append((hs, vs))
    return found


def _closed(
    horizontal: list[Segment], vertical: list[Segment]
) -> tuple[tuple[Segment, ...], tuple[Segment, ...]]:
    """Add the outer rules an open table leaves out, where its other rules run on past the last one."""
    top, bottom = min(h.at for h in horizontal), max(h.at for h in horizontal)
    left, right = min(v.at for v in vertical), max(v.at for v in vertical)
    added_v = [
        Segment(end, top, bottom)
        for end, past in (
            (min(h.lo for h in horizontal), sum(h.lo < left - 8 for h in horizontal)),
            (max(h.hi for h in horizontal), sum(h.hi > right + 8 for h in horizontal)),
        )
        if past > 1
    ]
    first, last = min(v.lo for v in vertical), max(v.hi for v in vertical)
    left, right = min([left, *(s.at for s in added_v)]), max([right, *(s.at for s in added_v)])
    added_h = [
        Segment(end, left, right)
        for end, past in (
            (first, sum(v.lo < top - 8 for v in vertical)),
            (last, sum(v.hi > bottom + 8 for v in vertical)),
        )
        if past > 1
    ]
    return _merge([*horizontal, *added_h]), _merge([*vertical, *added_v])


def _grid(horizontal: Sequence[Segment], vertical: Sequence[Segment]) -> Grid | None:
    xs, ys = _levels_of(vertical), _levels_of(horizontal)
    if len(xs) < 2 or len(ys) < 2:
        return None
    below = _covered(horizontal, ys, xs)  # (row edge, column): a rule is drawn there
    beside = _covered(vertical, xs, ys)  # (column edge, row)
    n_rows, n_cols = len(ys) - 1, len(xs) - 1
    groups = _Groups(n_rows * n_cols)
    for r in range(n_rows):
        for c in range(n_cols):
            if c + 1 < n_cols and (c + 1, r) not in beside:
                groups.join(r * n_cols + c, r * n_cols + c + 1)
            if r + 1 < n_rows and (r + 1, c) not in below:
                groups.join(r * n_cols + c, (r + 1) * n_cols + c)
    places: list[Place] = []
    for group in groups.all():
        cells = [divmod(i, n_cols) for i in group]
        top = all((0, c) in below for r, c in cells if r == 0)
        bottom = all((n_rows, c) in below for r, c in cells if r == n_rows - 1)
        ends = all((0, r) in beside for r, c in cells if c == 0)
        ends = ends and all((n_cols, r) in beside for r, c in cells if c == n_cols - 1)
        first, last = min(c for _, c in cells), max(c for _, c in cells)
        between = all((first, r) in beside and (last + 1, r) in beside for r, _ in cells)
        # Outside: no rule on its side of the table's border. But a page break opens a cell above or below.
        if ends and ((top and bottom) or ((top or bottom) and between)):
            places += _rectangles(cells)
    return Grid(xs, ys, tuple(sorted(places, key=lambda p: (p.row, p.col)))) if places else None


def _levels_of(segments: Sequence[Segment]) -> tuple[float, ...]:
    return tuple(sum(s.at for s in level) / len(level) for level in levels(sorted(segments)))


def _covered(
    segments: Sequence[Segment], levels: Sequence[float], stops: Sequence[float]
) -> set[tuple[int, int]]:
    """(level, interval between stops) pairs over whose middle a rule runs."""
    middles = [(a + b) / 2 for a, b in pairwise(stops)]
    found = set()
    for segment in segments:
        i = bisect_left(levels, segment.at - TOL)
        while i < len(levels) and levels[i] <= segment.at + TOL:
            for k in range(bisect_left(middles, segment.lo), bisect_right(middles, segment.hi)):
                found.add((i, k))
            i += 1
    return found


def _rectangles(cells: list[tuple[int, int]]) -> list[Place]:
    """One place if the cells make a rectangle, else one for each run in a row."""
    rows, cols = [r for r, _ in cells], [c for _, c in cells]
    height, width = max(rows) - min(rows) + 1, max(cols) - min(cols) + 1
    if height * width == len(cells):
        return [Place(min(rows), min(cols), height, width)]
    runs: list[Place] = []
    for r, c in sorted(cells):
        if runs and runs[-1].row == r and runs[-1].col + runs[-1].colspan == c:
            runs[-1] = replace(runs[-1], colspan=runs[-1].colspan + 1)
        else:
            runs.append(Place(r, c, 1, 1))
    return runs
