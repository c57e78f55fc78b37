"""Bar and line charts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from corpora.builder.draw.canvas import Canvas
from corpora.builder.draw.text import Style
from extract.model import Box

_STYLE = Style(size=7.5, color=0x404040, align="center", leading=1.2)


@dataclass(frozen=True, slots=True)
class ChartLook:
    """The make of a chart: what its program draws besides the data."""

    color: int = 0x4472C4
    gridlines: int = 4
    frame: int | None = None
    values: bool = True
    style: Style = _STYLE


def bar_chart(
    canvas: Canvas, box: Box, labels: Sequence[str], values: Sequence[float], look: ChartLook
) -> None:
    """Upright bars with a value above each and a label below."""
    plot, step, y_of = _plot(canvas, box, labels, values, look)
    for i, value in enumerate(values):
        x = plot.x0 + step * (i + 0.5)
        canvas.rect(Box(x - step * 0.3, y_of(value), x + step * 0.3, plot.y1), look.color)
        _value(canvas, x, y_of(value), value, look)


def line_chart(
    canvas: Canvas, box: Box, labels: Sequence[str], values: Sequence[float], look: ChartLook
) -> None:
    """A line through square points."""
    plot, step, y_of = _plot(canvas, box, labels, values, look)
    points = [(plot.x0 + step * (i + 0.5), y_of(value)) for i, value in enumerate(values)]
    canvas.polyline(points, 1.8, look.color)
    for (x, y), value in zip(points, values):
        canvas.rect(Box(x - 2, y - 2, x + 2, y + 2), look.color)
        _value(canvas, x, y - 2, value, look)


def _plot(
    canvas: Canvas, box: Box, labels: Sequence[str], values: Sequence[float], look: ChartLook
) -> tuple[Box, float, Callable[[float], float]]:
    if look.frame is not None:
        canvas.rect(box, None, look.frame)
    plot = Box(box.x0 + 28, box.y0 + 16, box.x1 - 8, box.y1 - 18)
    top = max(values) * 1.15
    for i in range(look.gridlines + 1):
        y = plot.y1 - plot.height * i / look.gridlines
        canvas.line(plot.x0, y, plot.x1, y, 0.4, 0xD9D9D9 if i else 0x595959)
        canvas.line_in(
            Box(box.x0, y, plot.x0 - 3, y), _number(round(top * i / look.gridlines)),
            replace(look.style, align="right"), y + 2.5,
        )  # fmt: skip
    step = plot.width / len(labels)
    for i, label in enumerate(labels):
        canvas.line_in(
            Box(plot.x0 + step * i, 0, plot.x0 + step * (i + 1), 0), label, look.style, plot.y1 + 11
        )
    return plot, step, lambda value: plot.y1 - plot.height * value / top


def _value(canvas: Canvas, x: float, y: float, value: float, look: ChartLook) -> None:
    if look.values:
        canvas.line_in(Box(x - 30, 0, x + 30, 0), _number(value), look.style, y - 3)


def _number(value: float) -> str:
    return f"{value:,.1f}".removesuffix(".0")
