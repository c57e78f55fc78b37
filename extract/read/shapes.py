"""Drawn paths to shapes, the same for every PDF reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from extract.model import Box, Shape

Point = tuple[float, float]

SLACK = 0.3  # points; corners this near are the same corner
WHITE = 0xFFFFFF


@dataclass(frozen=True, slots=True)
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

    Paths painted twice (fill, then stroke) are one shape; a white ground over the whole page is none.
    """
    out: dict[tuple[object, ...], Shape] = {}
    for path in paths:
        shape = _shape(path)
        if shape is None or _outside(shape.box, width, height) or _is_ground(shape, width, height):
            continue
        key = (shape.kind, *(round(c) for c in shape.box), len(shape.points))
        twin = out.get(key)
        out[key] = shape if twin is None else _merge(twin, shape)
    return tuple(out.values())


def _shape(path: Path) -> Shape | None:
    points = _distinct(path.points)
    if len(points) < 2 or (path.fill is None and path.stroke is None):
        return None
    xs = [p[0] for p in points]
    ys = [p[1] for p in points]
    box = Box(min(xs), min(ys), max(xs), max(ys))
    paint = {
        "fill": path.fill,
        "stroke": path.stroke,
        "width": path.width if path.stroke is not None else 0.0,
        "opacity": path.opacity,
        "dashed": path.dashed,
    }
    if len(points) == 2:
        if path.stroke is None:
            return None
        return Shape("line", box, tuple(points), **(paint | {"fill": None}))  # type: ignore[arg-type]
    if _is_upright(points, path.closed or path.fill is not None):
        return Shape("rect", box, tuple(points), **paint)  # type: ignore[arg-type]
    return Shape("polygon", box, tuple(points), **paint)  # type: ignore[arg-type]


def _distinct(points: tuple[Point, ...]) -> list[Point]:
    """Without repeated points, without the closing one, without points in the middle of a straight side."""
    out: list[Point] = []
    for p in points:
        if not out or abs(p[0] - out[-1][0]) > SLACK or abs(p[1] - out[-1][1]) > SLACK:
            out.append(p)
    if len(out) > 2 and abs(out[0][0] - out[-1][0]) <= SLACK and abs(out[0][1] - out[-1][1]) <= SLACK:
        out.pop()
    return out


def _is_upright(points: list[Point], closed: bool) -> bool:
    if len(points) != 4 or not closed:
        return False
    a, b, c, d = points
    return (
        _level(a, b, 1) and _level(b, c, 0) and _level(c, d, 1) and _level(d, a, 0)
    ) or (_level(a, b, 0) and _level(b, c, 1) and _level(c, d, 0) and _level(d, a, 1))


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
