"""Drawn shapes by what they may be: rules, fills and marks.

Office programs draw a table's rules as strokes, as thin filled rectangles, or cell by cell; bars and arrows
drawn over a table must not become rules, or every arrow would add rows. So shapes are told apart first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from extract.layout.inset import columns_within
from extract.layout.strokes import THICK, TOL, Near, Segment, join_strips, merge, segments_of, sides
from extract.model import Box, Shape
from normalize.frozen import frozen

HEAD = 22.0  # points: largest arrowhead of a connector
MAX_SHAPES = 6000  # of a page with more (a map, a drawing) the longest upright ones are sorted
_FAR = 5000.0  # points: wider than any page


@frozen
class Ink:
    """The shapes of a page by what they may be. ``marks``: bars, arrows and boxes (also filled rectangles
    that turn out not to be the ground of a cell stay in ``fills``)."""

    horizontal: tuple[Segment, ...]
    vertical: tuple[Segment, ...]
    fills: tuple[Shape, ...]
    marks: tuple[Shape, ...]


def sort_ink(shapes: Sequence[Shape]) -> Ink:
    """Tell rules, fills and marks apart."""
    drawn = _Drawn.of(join_strips(_largest(shapes) if len(shapes) > MAX_SHAPES else shapes))
    edges = _Edges([(h, s) for h, s, _ in (*drawn.thin, *drawn.thick)], drawn.frames)
    drawn.sort_frames(edges)
    drawn.sort_thick(edges)
    horizontals = drawn.resting(edges)
    verticals = [s for h, s, _ in drawn.thin if not h]
    return Ink(merge(horizontals), merge(verticals), tuple(drawn.fills), tuple(drawn.marks))


_Stroke = tuple[bool, Segment, Shape]  # horizontal?, where it lies, what it is a stroke of


@dataclass
class _Drawn:
    """Shapes by how they are drawn; what each list holds is settled step by step."""

    thin: list[_Stroke] = field(default_factory=list)
    thick: list[_Stroke] = field(default_factory=list)
    frames: list[Shape] = field(default_factory=list)
    fills: list[Shape] = field(default_factory=list)
    marks: list[Shape] = field(default_factory=list)

    @classmethod
    def of(cls, shapes: Sequence[Shape]) -> _Drawn:
        heads = Near((s.box.cx, s) for s in shapes if is_head(s))
        drawn = cls()
        for shape in shapes:
            strokes = segments_of(shape)
            if strokes and not _has_head(shape, shape.box, heads):
                for horizontal, segment, width in strokes:
                    (drawn.thick if width >= THICK else drawn.thin).append((horizontal, segment, shape))
            elif strokes or shape.kind != "rect":
                drawn.marks.append(shape)
            elif shape.fill is None or shape.stroke is not None:
                drawn.frames.append(shape)
            else:
                drawn.fills.append(shape)
        return drawn

    def sort_frames(self, edges: _Edges) -> None:
        """Outlined rectangles: cells, whose sides are rules, or boxes and bars."""
        for frame in self.frames:
            is_cell = edges.is_cell(frame)
            if is_cell:
                self.thin += [(h, s, frame) for h, s in sides(frame.box)]
            if frame.fill is not None:
                self.fills.append(frame)
            elif not is_cell:
                self.marks.append(frame)

    def sort_thick(self, edges: _Edges) -> None:
        """Thick strokes: rules or bars."""
        uprights = {_paint(shape) for horizontal, _, shape in (*self.thin, *self.thick) if not horizontal}
        for horizontal, segment, shape in self.thick:
            if edges.is_rule(horizontal, segment, same_colour=_paint(shape) in uprights):
                self.thin.append((horizontal, segment, shape))
            else:
                self.marks.append(shape)

    def resting(self, edges: _Edges) -> list[Segment]:
        """Horizontal rules; those that are the shafts of arrows become marks."""
        same = Counter(_extent(s) for horizontal, s, _ in self.thin if horizontal)
        found = []
        for segment, shape in ((s, shape) for horizontal, s, shape in self.thin if horizontal):
            alone, bold = same[_extent(segment)] == 1, shape.dashed or shape.width >= 1
            if shape.kind == "line" and edges.floats(segment, alone=alone, bold=bold):
                self.marks.append(shape)
            else:
                found.append(segment)
        return found


def _paint(shape: Shape) -> int | None:
    return shape.stroke if shape.stroke is not None else shape.fill


def _extent(segment: Segment) -> tuple[int, int]:
    return round(segment.lo / 3), round(segment.hi / 3)


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


def _has_head(shape: Shape, box: Box, heads: Near[Shape]) -> bool:
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


class _Edges:
    """Answers what an edge meets: other strokes, sides of other rectangles."""

    def __init__(self, strokes: Sequence[tuple[bool, Segment]], frames: Sequence[Shape]) -> None:
        owned: list[tuple[bool, Segment, int]] = [(h, s, -1) for h, s in strokes]
        for i, frame in enumerate(frames):
            owned += [(h, s, i) for h, s in sides(frame.box)]
        self._owner = {id(frame): i for i, frame in enumerate(frames)}
        self._lines = {axis: Near((s.at, (s, o)) for h, s, o in owned if h is axis) for axis in (True, False)}
        self._ends = {
            axis: Near((end, (s, o)) for h, s, o in owned if h is axis for end in (s.lo, s.hi))
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
        for horizontal, side in sides(box):
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
                for horizontal, side in sides(box)
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
            return not self._is_of_inset(segment)
        crosses = any(segment.lo < at < segment.hi for at in passed)
        return alone if crosses else bold

    def _is_of_inset(self, segment: Segment) -> bool:
        """Is a stroke inside a table a rule of another one that is set into a cell?"""
        across, level = ([s for s, _ in self._lines[axis].around(segment.lo, _FAR)] for axis in (False, True))
        return bool(columns_within(segment, across, level))

    def _meets(self, horizontal: bool, at: float, end: float) -> bool:
        return any(s.lo - TOL <= at <= s.hi + TOL for s, _ in self._lines[not horizontal].around(end, 3.0))
