"""Rules and fills -> grids: the tables that rules draw, and those that filled cells side by side make."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, product
from typing import NamedTuple

from extract.layout.grid import Grid, Place
from extract.layout.ink import Ink
from extract.layout.inset import part_insets
from extract.layout.strokes import TOL, Near, Segment, levels, merge, sides
from extract.model import WHITE, Box, Shape

_MAX_TILES = 1500  # a page with more fills outside its tables is a drawing
_LOW = 7.0  # points: lowest fill that may be the ground of a cell
_SIDE = 4.0  # points by which a fill may end beside the rules of its table
_INSET = 1.0  # points from the edge of a cell to the bar in it at least
_BAR = 0.4  # of the height of its cell a bar has at least
_STRIPED = (0.7, 1.4)  # of the height of a stripe: the height of the white row beside it
_FLUSH = 1.0  # points by which fills of one column may differ; bars in it are narrower


def ruled_grids(ink: Ink) -> list[Grid]:
    """Grids of the tables drawn with rules, at least two cells each, from top to bottom.

    Rows told by their ground only (a dark head over open rows, a tinted group row) have the edges of their
    fills for rules.
    """
    fills = [s.box for s in ink.fills if min(s.box.width, s.box.height) >= _LOW]
    blocks = _blocks(fills)
    inset, others = part_insets(ink.horizontal, ink.vertical)
    grids = [g for h, v in _crossing(*inset, blocks) if (g := _grid(*_with_grounds(h, v, fills, 1)))]
    fills = [b for b in fills if not any(g.box.holds(b.cx, b.cy) for g in grids)]
    grids += [g for h, v in _crossing(*others, blocks) if (g := _grid(*_with_grounds(h, v, fills)))]
    return sorted((g for g in grids if len(g.places) > 1), key=lambda g: (g.box.y0, g.box.x0))


def _blocks(fills: Sequence[Box]) -> list[Box]:
    """Around fills that touch one another: where rules may go on."""
    return [_around([fills[i] for i in group]) for group in _touching(fills).all()]


def _with_grounds(
    horizontal: list[Segment], vertical: list[Segment], fills: Sequence[Box], least: int = 2
) -> tuple[tuple[Segment, ...], tuple[Segment, ...]]:
    """Rules of one table with the edges of the fills that make up rows from side to side, and the outer rules
    it leaves out; ``least``: see ``_closed``."""
    flat = [Box(h.lo, h.at, h.hi, h.at) for h in horizontal]
    area = _around([*flat, *(Box(v.at, v.lo, v.at, v.hi) for v in vertical)])
    grounds = [b for b in _rows_of_fills(fills, area) if not _is_title(b, area, vertical)]
    levels = [h.at for h in horizontal if h.hi - h.lo > 0.5 * area.width]

    def ruled(y: float) -> bool:
        return any(abs(y - level) <= _SIDE for level in levels)

    h = [Segment(y, b.x0, b.x1) for b in grounds for y in (b.y0, b.y1) if not ruled(y)]
    edges = [Segment(x, b.y0, b.y1) for b in grounds for x in (b.x0, b.x1)]
    v = [s for s in edges if min(s.at - area.x0, area.x1 - s.at) > _SIDE]
    outer = [s for s in edges if s not in v]
    v += [Segment(x, b.y0, b.y1) for b in _below(grounds, fills, area) for x in (b.x0, b.x1)]
    horizontals, verticals = _closed([*horizontal, *h], [*vertical, *v], least)
    return horizontals, merge([*verticals, *outer])


def _below(grounds: Sequence[Box], fills: Sequence[Box], area: Box) -> list[Box]:
    """Fills in the first column of a table as wide as a filled cell over or under them: labels that stand
    apart on grounds of their own, below a head."""
    return [
        b
        for b in fills
        if area.holds(b.cx, b.cy)
        and abs(b.x0 - area.x0) <= _SIDE
        and any(abs(b.x0 - g.x0) < _FLUSH and abs(b.x1 - g.x1) < _FLUSH and b is not g for g in grounds)
    ]


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
    """Grids of the tables shown only by filled cells that lie side by side and one below another.

    What has an outline of its own that is no rule of a table is drawn over the cells: a bar, a box.
    """
    plain = [s for s in fills if s.stroke in (None, WHITE, s.fill)]
    boxes = sorted({Box(*(round(c, 1) for c in s.box)) for s in plain})
    if len(boxes) > _MAX_TILES:
        return []
    boxes = _without_drawn_over(boxes)
    grids = []
    for group in _tiles(boxes):
        segments = [side for box in group for side in sides(box)]
        grid = _grid(merge(s for h, s in segments if h), merge(s for h, s in segments if not h))
        if grid and len(grid.xs) > 2 and len(grid.ys) > 2:
            grids.append(grid)
    return sorted(grids, key=lambda g: (g.box.y0, g.box.x0))


def _without_drawn_over(boxes: Sequence[Box]) -> list[Box]:
    """Without the bars drawn over a row of cells, or over the white row between two stripes: a little lower
    than the row on both sides."""
    rows: dict[tuple[float, float], Box] = {}
    for box in boxes:
        rows[box.y0, box.y1] = rows.get((box.y0, box.y1), box).union(box)
    grounds = sorted([*rows.values(), *_white_rows(list(rows.values()))], key=lambda row: row.y0)
    tops = [row.y0 for row in grounds]

    def over(bar: Box, row: Box) -> bool:
        within = row.y0 + _INSET < bar.y0 and bar.y1 < row.y1 - _INSET
        return within and bar.height > _BAR * row.height and bar.overlap_x(row) > 0

    def near(bar: Box) -> Sequence[Box]:
        """The rows that begin above a bar, none of them too high for it."""
        return grounds[bisect_left(tops, bar.y1 - bar.height / _BAR) : bisect_left(tops, bar.y0)]

    return [box for box in boxes if not any(over(box, row) for row in near(box))]


def _white_rows(rows: Sequence[Box]) -> Iterator[Box]:
    """The rows between stripes of one width and height, that above the first and that below the last."""
    alike: dict[tuple[int, int, int], list[Box]] = defaultdict(list)
    for row in sorted(rows, key=lambda r: r.y0):
        alike[round(row.x0), round(row.x1), round(row.height)].append(row)
    for stripes in alike.values():
        for above, below in pairwise(stripes):
            gap = below.y0 - above.y1
            if _STRIPED[0] < gap / above.height < _STRIPED[1]:
                yield from (Box(above.x0, y, above.x1, y + gap) for y in (above.y0 - gap, above.y1, below.y1))


def _tiles(boxes: Sequence[Box]) -> list[list[Box]]:
    """_Groups of rectangles that share most of a side."""
    return [[boxes[i] for i in group] for group in _touching(boxes).all() if len(group) > 3]


def _touching(boxes: Sequence[Box]) -> _Groups:
    by_x0 = Near((b.x0, i) for i, b in enumerate(boxes))
    by_y0 = Near((b.y0, i) for i, b in enumerate(boxes))
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
    levels = Near((h.at, i) for i, h in enumerate(horizontal))
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
    horizontal: list[Segment], vertical: list[Segment], least: int
) -> tuple[tuple[Segment, ...], tuple[Segment, ...]]:
    """Add the outer rules an open table leaves out, where ``least`` of its rules run on past the last one."""
    top, bottom = min(h.at for h in horizontal), max(h.at for h in horizontal)
    left, right = min(v.at for v in vertical), max(v.at for v in vertical)
    beside = [
        end
        for end, past in (
            (min(h.lo for h in horizontal), sum(h.lo < left - 8 for h in horizontal)),
            (max(h.hi for h in horizontal), sum(h.hi > right + 8 for h in horizontal)),
        )
        if past >= least
    ]
    below = [
        end
        for end, past in (
            (min(v.lo for v in vertical), sum(v.lo < top - 8 for v in vertical)),
            (max(v.hi for v in vertical), sum(v.hi > bottom + 8 for v in vertical)),
        )
        if past >= least
    ]
    left, right = min([left, *beside]), max([right, *beside])
    top, bottom = min([top, *below]), max([bottom, *below])
    added_h = [Segment(y, left, right) for y in below]
    added_v = [Segment(x, top, bottom) for x in beside]
    return merge([*horizontal, *added_h]), merge([*vertical, *added_v])


def _grid(horizontal: Sequence[Segment], vertical: Sequence[Segment]) -> Grid | None:
    xs, ys = _levels_of(vertical), _levels_of(horizontal)
    if len(xs) < 2 or len(ys) < 2:
        return None
    ruling = _Ruling(_covered(horizontal, ys, xs), _covered(vertical, xs, ys), len(ys) - 1, len(xs) - 1)
    places = [place for cells in ruling.cells() if ruling.closes(cells) for place in _rectangles(cells)]
    return Grid(xs, ys, tuple(sorted(places, key=lambda p: (p.row, p.col)))) if places else None


_Cell = tuple[int, int]  # row and column between neighbouring levels of rules


class _Ruling(NamedTuple):
    """Where rules run: ``below`` the row edge over a column, ``beside`` the column edge along a row."""

    below: set[tuple[int, int]]
    beside: set[tuple[int, int]]
    n_rows: int
    n_cols: int

    def cells(self) -> list[list[_Cell]]:
        """What no rule parts."""
        groups = _Groups(self.n_rows * self.n_cols)
        for r, c in product(range(self.n_rows), range(self.n_cols)):
            here = r * self.n_cols + c
            if c + 1 < self.n_cols and (c + 1, r) not in self.beside:
                groups.join(here, here + 1)
            if r + 1 < self.n_rows and (r + 1, c) not in self.below:
                groups.join(here, here + self.n_cols)
        return [[divmod(i, self.n_cols) for i in group] for group in groups.all()]

    def closes(self, cells: Sequence[_Cell]) -> bool:
        """Whether cells that no rule parts are inside the table: rules run on their sides of its border.

        But a page break opens a cell above or below.
        """
        first, last = min(c for _, c in cells), max(c for _, c in cells)
        sides = {(x, r) for r, c in cells for x in (c, c + 1) if x in (0, self.n_cols)}
        if not sides <= self.beside:
            return False
        top = {(0, c) for r, c in cells if r == 0} <= self.below
        bottom = {(self.n_rows, c) for r, c in cells if r == self.n_rows - 1} <= self.below
        between = {(x, r) for r, _ in cells for x in (first, last + 1)} <= self.beside
        return (top and bottom) or ((top or bottom) and between)


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
