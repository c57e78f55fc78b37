"""Arrows and bars of schedules, and the time columns they stand in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from corpora.builder.draw.canvas import Canvas
from extract.model import Box

Mark = Callable[[Canvas, Box, int, int | None], None]


def block_arrow(canvas: Canvas, box: Box, fill: int, stroke: int | None = None) -> None:
    """A right arrow with a shaft: seven points."""
    neck = max(box.x0, box.x1 - box.height * 0.9)
    top, bottom = box.y0 + box.height * 0.22, box.y1 - box.height * 0.22
    points = [
        (box.x0, top), (neck, top), (neck, box.y0), (box.x1, box.cy), (neck, box.y1), (neck, bottom),
        (box.x0, bottom),
    ]  # fmt: skip
    canvas.polygon(points, fill, stroke)


def pentagon(canvas: Canvas, box: Box, fill: int, stroke: int | None = None) -> None:
    """A bar with a pointed right end (ホームベース): five points."""
    neck = max(box.x0, box.x1 - box.height * 0.5)
    points = [(box.x0, box.y0), (neck, box.y0), (box.x1, box.cy), (neck, box.y1), (box.x0, box.y1)]
    canvas.polygon(points, fill, stroke)


def chevron(canvas: Canvas, box: Box, fill: int, stroke: int | None = None) -> None:
    """A bar with a notch at the left and a point at the right (山形): six points."""
    depth = min(box.height * 0.45, box.width / 3)
    points = [
        (box.x0, box.y0), (box.x1 - depth, box.y0), (box.x1, box.cy), (box.x1 - depth, box.y1),
        (box.x0, box.y1), (box.x0 + depth, box.cy),
    ]  # fmt: skip
    canvas.polygon(points, fill, stroke)


def bar(canvas: Canvas, box: Box, fill: int, stroke: int | None = None) -> None:
    """A plain bar."""
    canvas.rect(box, fill, stroke)


def connector(canvas: Canvas, box: Box, fill: int, stroke: int | None = None) -> None:
    """A thin line with a filled head."""
    head = min(6.0, box.width / 3)
    canvas.line(box.x0, box.cy, box.x1 - head, box.cy, 1.5, fill if stroke is None else stroke)
    canvas.polygon([(box.x1 - head, box.cy - 3), (box.x1, box.cy), (box.x1 - head, box.cy + 3)], fill)


@dataclass(frozen=True, slots=True)
class Axis:
    """Time columns: their edges and the time each begins, in years (2026.5 = October of 令和8年度)."""

    xs: tuple[float, ...]
    starts: tuple[float, ...]
    step: float = 1.0

    def box(self, start: float, end: float, y0: float, y1: float, inset: tuple[float, float]) -> Box:
        """The place of a mark from ``start`` to ``end`` (both times; ``end`` is exclusive).

        ``inset`` is the share of a column left free at each end; under one half, or the mark would not
        cover that column by the contract's rule.
        """
        width = self.xs[1] - self.xs[0]
        x0 = self.xs[0] + (start - self.starts[0]) / self.step * width
        x1 = self.xs[0] + (end - self.starts[0]) / self.step * width
        return Box(x0 + inset[0] * width, y0, x1 - inset[1] * width, y1)
