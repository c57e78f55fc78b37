"""Drawn paths to shapes, the same for every PDF reader."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from math import hypot

from extract.model import WHITE, Box, Shape, ShapeKind
from extract.read.chars import Level, Upright
from extract.read.dots import join_dots
from extract.read.seen import embolden
from extract.read.strips import Strip, box_of
from normalize.frozen import frozen

Point = tuple[float, float]

SAME = 0.05  # points; nearer points are one point (thin rules are drawn as rectangles of 0.2 pt)
SLACK = 0.3  # points; a side is upright when its ends differ by no more
LETTER_STROKE, LETTER_BOX = 0.08, 1.1  # em; the outline of a letter is no thicker and no larger
PATCHED = 0.85  # share of its box that a patch paints
PICTURE_RULE = 1.6, 8.0  # points: a picture no thicker and no shorter is a rule
PICTURE_COLOUR = 0x404040  # its colour is not looked at


@frozen
class Path:
    """One subpath as painted: its points in order (curves as end points), page coordinates."""

    points: tuple[Point, ...]
    closed: bool
    fill: int | None
    stroke: int | None
    width: float = 0.0
    opacity: float = 1.0
    dashed: bool = False


def shapes(paths: Iterable[Path], width: float, height: float) -> tuple[Shape, ...]:
    """Shapes of a page (``width`` x ``height`` points) in painting order.

    Paths painted twice (fill, then stroke) are one shape, as are the dots of a rule; a white ground over the
    whole page is none.
    """
    out: dict[tuple[object, ...], Shape] = {}
    for path in paths:
        shape = _shape(path)
        if shape is None or _outside(shape.box, width, height) or _is_ground(shape, width, height):
            continue
        key = (shape.kind, *(round(c) for c in shape.box), len(shape.points))
        twin = out.get(key)
        out[key] = shape if twin is None else _merge(twin, shape)
    return join_dots(tuple(out.values()))


def rules_and_boxes(paths: Iterable[Path], width: float, height: float, most: int) -> tuple[Shape, ...]:
    """What may make a table on a page with more paths than are read: its ``most`` longest upright shapes."""
    found = shapes((p for p in paths if _may_be_ruled(p)), width, height)
    if len(found) <= most:
        return found
    longest = sorted(found, key=lambda s: -max(s.box.width, s.box.height))[:most]
    kept = set(map(id, longest))
    return tuple(s for s in found if id(s) in kept)


def _may_be_ruled(path: Path) -> bool:
    """Only upright sides, and few of them."""
    points = path.points
    return len(points) <= 6 and all(_level(p, q, 0) or _level(p, q, 1) for p, q in pairwise(points))


def patch(path: Path) -> Box | None:
    """The upright area that a path paints for the most part, be its corners round or it a thick level stroke;
    None where it paints anything else."""
    xs, ys = zip(*path.points, strict=True)
    box = Box(min(xs), min(ys), max(xs), max(ys))
    if path.fill is None:
        level = path.stroke is not None and len(path.points) == 2 and box.height <= SLACK and not path.dashed
        return Box(box.x0, box.y0 - path.width / 2, box.x1, box.y1 + path.width / 2) if level else None
    twice = sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise((*path.points, path.points[0])))
    return box if abs(twice) / 2 >= PATCHED * box.width * box.height else None


def picture_rules(pictures: Sequence[Box]) -> tuple[list[Shape], list[Box]]:
    """The rules among pictures, as some printers write them, and the other pictures."""
    thick, long = PICTURE_RULE
    rules = [
        Shape("rect", b, ((b.x0, b.y0), (b.x1, b.y0), (b.x1, b.y1), (b.x0, b.y1)), PICTURE_COLOUR)
        for b in pictures
        if min(b.width, b.height) <= thick and max(b.width, b.height) >= long
    ]
    drawn = {rule.box for rule in rules}
    return rules, [b for b in pictures if b not in drawn]


def uprights(found: Iterable[Shape]) -> list[Upright]:
    """Vertical rules and the vertical edges of boxes: what may part two cells."""
    out = []
    for shape in found:
        x0, y0, x1, y1 = shape.box
        if shape.kind == "rect":
            out += [Upright(x0, y0, y1), Upright(x1, y0, y1)]
        elif shape.kind == "line" and x1 - x0 <= SLACK:
            out.append(Upright(x0, y0, y1))
    return out


def levels(found: Iterable[Shape]) -> list[Level]:
    """Horizontal rules and the horizontal edges of boxes."""
    out = []
    for shape in found:
        x0, y0, x1, y1 = shape.box
        if shape.kind == "rect":
            out += [Level(y0, x0, x1), Level(y1, x0, x1)]
        elif shape.kind == "line" and y1 - y0 <= SLACK:
            out.append(Level(y0, x0, x1))
    return out


def bullets(found: Iterable[Shape], strips: Sequence[Strip]) -> list[Strip]:
    """Bullets that browsers draw as small discs or squares, as the characters they stand for.

    Each stands at the head of a line, a little left of its text and half up the letters; alone on a page it
    may be anything. Behind another text, as a label in the cell before, it is one where others of its column
    head lines.
    """
    small = [s.box for s in found if s.kind != "line" and _is_dot(s.box)]
    marked = [(box, *told) for box in small if (told := _headed_by(box, strips)) is not None]
    sizes = Counter(round(box.width) for box, _, heads in marked if heads)
    places = {(round(box.width), round(box.x0)) for box, _, heads in marked if heads}
    return [
        replace(strip, text="•", starts=[box.x0], ends=[box.x1])
        for box, strip, heads in marked
        if sizes[round(box.width)] > 1 and (heads or (round(box.width), round(box.x0)) in places)
    ]


_CELL = 0.5  # em between a dot and the text of the cell before it at least


def _is_dot(box: Box) -> bool:
    return 1.2 <= box.width <= 8 and abs(box.width - box.height) <= 0.25 * box.width


def _headed_by(dot: Box, strips: Sequence[Strip]) -> tuple[Strip, bool] | None:
    """The text a dot stands before, and whether nothing stands before the dot."""
    right: list[tuple[float, Strip]] = []
    heads = True
    for strip in strips:
        em = strip.style.size
        if strip.direction != "right" or not 0.2 * em <= strip.base - dot.cy <= 0.6 * em:
            continue
        before = bisect_left(strip.starts, dot.cx)
        room = dot.x0 - strip.ends[before - 1] if before else 2 * em
        if room < _CELL * em:
            return None
        heads = heads and room >= 2 * em
        if before < len(strip.text) and dot.width <= 0.6 * em and strip.text[before:].strip():
            right.append((strip.starts[before], strip))
    start, text = min(right, key=lambda found: found[0], default=(0.0, None))
    near = text is not None and 0.2 * text.style.size <= start - dot.x1 <= 2.2 * text.style.size
    return (text, heads) if text is not None and near else None


def without_outlines(
    found: Sequence[Shape], strips: Sequence[Strip]
) -> tuple[tuple[Shape, ...], list[Strip]]:
    """Shapes but for the outlines of letters, and the strips with those letters bold.

    Text that is filled and stroked is bold; some producers (cairo) write the text and draw its outlines.
    """
    thin = [s for s in found if s.kind != "line" and s.fill is None and not s.dashed and s.width <= 2]
    if not thin:
        return tuple(found), list(strips)
    thin.sort(key=lambda s: s.box.cy)
    heights = [s.box.cy for s in thin]
    outlines: set[int] = set()
    out: list[Strip] = []
    for strip in strips:
        em = strip.style.size
        box = box_of(strip)
        near = [
            s
            for s in thin[bisect_left(heights, box.y0) : bisect_right(heights, box.y1)]
            if s.stroke == strip.style.color
            and s.width <= LETTER_STROKE * em
            and box.holds(s.box.cx, s.box.cy)
            and max(s.box.width, s.box.height) <= LETTER_BOX * em
        ]
        outlines.update(map(id, near))
        out += embolden(strip, [s.box for s in near]) if near else [strip]
    return tuple(s for s in found if id(s) not in outlines), out


def clip(box: Box, width: float, height: float) -> Box:
    """The part of ``box`` on the page; off the page it has no extent."""
    x0, x1 = (min(max(x, 0.0), width) for x in (box.x0, box.x1))
    y0, y1 = (min(max(y, 0.0), height) for y in (box.y0, box.y1))
    return Box(x0, y0, x1, y1)


def _shape(path: Path) -> Shape | None:
    if path.fill is None and path.stroke is None:
        return None
    closed = path.closed or path.fill is not None or _near(path.points[0], path.points[-1])
    points = _corners(path.points, closed=closed)
    if len(points) < 2 or (len(points) == 2 and path.stroke is None):
        return None
    kind: ShapeKind = "polygon"
    if len(points) == 2:
        kind = "line"
    elif closed and _is_upright(points):
        kind = "rect"
    xs = [p[0] for p in points]
    ys = [p[1] for p in points]
    return Shape(
        kind,
        Box(min(xs), min(ys), max(xs), max(ys)),
        tuple(points),
        path.fill if kind != "line" else None,
        path.stroke,
        path.width if path.stroke is not None else 0.0,
        path.opacity,
        path.dashed,
    )


def _corners(points: Sequence[Point], *, closed: bool) -> list[Point]:
    """Without repeated points and without those inside a straight side (also where the path closes)."""
    out: list[Point] = []
    for p in points:
        if not out or not _near(p, out[-1]):
            out.append(p)
    if len(out) > 2 and _near(out[0], out[-1]):
        out.pop()
    inner = range(len(out)) if closed and len(out) > 2 else range(1, len(out) - 1)
    straight = {i for i in inner if _between(out[i - 1], out[i], out[(i + 1) % len(out)])}
    return [p for i, p in enumerate(out) if i not in straight] if straight else out


def _near(p: Point, q: Point) -> bool:
    return abs(p[0] - q[0]) <= SAME and abs(p[1] - q[1]) <= SAME


def _between(a: Point, p: Point, b: Point) -> bool:
    """Whether ``p`` lies on the straight way from ``a`` to ``b``."""
    abx, aby, apx, apy = b[0] - a[0], b[1] - a[1], p[0] - a[0], p[1] - a[1]
    length = hypot(abx, aby)
    return abs(abx * apy - aby * apx) <= SAME * length and 0 < apx * abx + apy * aby < length * length


def _is_upright(points: Sequence[Point]) -> bool:
    if len(points) != 4:
        return False
    a, b, c, d = points
    return (_level(a, b, 1) and _level(b, c, 0) and _level(c, d, 1) and _level(d, a, 0)) or (
        _level(a, b, 0) and _level(b, c, 1) and _level(c, d, 0) and _level(d, a, 1)
    )


def _level(p: Point, q: Point, axis: int) -> bool:
    return abs(p[axis] - q[axis]) <= SLACK


def _outside(box: Box, width: float, height: float) -> bool:
    return box.x1 < 0 or box.y1 < 0 or box.x0 > width or box.y0 > height


def _is_ground(shape: Shape, width: float, height: float) -> bool:
    return (
        shape.kind == "rect"
        and shape.fill == WHITE
        and shape.stroke in (None, WHITE)
        and shape.box.width >= 0.98 * width
        and shape.box.height >= 0.98 * height
    )


def _merge(first: Shape, second: Shape) -> Shape:
    """One shape of two paintings of the same path; the later paint wins."""
    return replace(
        second,
        fill=second.fill if second.fill is not None else first.fill,
        stroke=second.stroke if second.stroke is not None else first.stroke,
        width=second.width or first.width,
        dashed=second.dashed or first.dashed,
    )
