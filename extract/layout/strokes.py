"""Upright strokes: the segments of shapes, and those that lie on one line; strips of one gradient as one."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar

from extract.model import Box, Shape

T = TypeVar("T")
TOL = 2.6  # points: rules this near are one, ends this near meet
THICK = 1.9  # points: a stroke from here on may be a bar
_STRIP = 12.0  # points: widest strip of a gradient drawn as strips
_STEP = 64  # of 255: two gradients may touch, one ending in a colour the other does not begin with


class Segment(NamedTuple):
    """An upright stroke: its fixed coordinate and its extent along the other axis."""

    at: float
    lo: float
    hi: float


def segments_of(shape: Shape) -> list[tuple[bool, Segment, float]]:
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


def sides(box: Box) -> list[tuple[bool, Segment]]:
    return [
        (True, Segment(box.y0, box.x0, box.x1)),
        (True, Segment(box.y1, box.x0, box.x1)),
        (False, Segment(box.x0, box.y0, box.y1)),
        (False, Segment(box.x1, box.y0, box.y1)),
    ]


def join_strips(shapes: Sequence[Shape]) -> list[Shape]:
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


class Near(Generic[T]):
    """Things by a coordinate, to ask what lies around a value."""

    def __init__(self, items: Iterable[tuple[float, T]]) -> None:
        pairs = sorted(items, key=lambda p: p[0])
        self._keys = [k for k, _ in pairs]
        self._items = [v for _, v in pairs]

    def around(self, key: float, reach: float) -> list[T]:
        return self._items[bisect_left(self._keys, key - reach) : bisect_right(self._keys, key + reach)]


def merge(segments: Iterable[Segment]) -> tuple[Segment, ...]:
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
