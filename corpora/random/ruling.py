"""Tables with the rules of different programs: strokes, thin fills, frames, squares for dots, fills only."""

from __future__ import annotations

from collections.abc import Sequence

from corpora.builder.draw import Canvas, Cell, Grid, Style, measure_table, placed
from extract.model import Box


def draw_table(
    canvas: Canvas, x: float, y: float, widths: Sequence[float], rows: Sequence[Sequence[Cell]], style: Style,
    rules: str, heads: int, min_height: float = 0.0, color: int = 0x808080,
) -> Grid:  # fmt: skip
    """Draw a table; ``rules`` is an option of the trait of that name."""
    grid = measure_table(x, y, widths, rows, style, min_height=min_height)
    cells = placed(rows)
    for row, col, cell in cells:
        box = grid.box(row, col, cell.rowspan, cell.colspan)
        fill = cell.fill
        if fill is None and row >= heads and (rules == "zebra" and (row - heads) % 2 == 1):
            fill = 0xF2F2F2
        if fill is None and rules == "white" and row >= heads:
            fill = 0xF4F6FA
        if fill is not None:
            canvas.rect(box, fill)
        canvas.label(box, cell.text, cell.style or style, 4.0)
    grey = 0x7F7F7F
    for row, col, cell in cells:
        if rules == "headless" and row < heads:
            continue
        box = grid.box(row, col, cell.rowspan, cell.colspan)
        _edges(canvas, grid, box, rules, color if rules == "horizontal" else grey)
    if rules == "horizontal":
        for edge in (grid.ys[0], grid.ys[-1]):
            canvas.line(grid.xs[0], edge, grid.xs[-1], edge, 1.2, color)
    return grid


def _edges(canvas: Canvas, grid: Grid, box: Box, rules: str, color: int) -> None:
    if rules == "frames":
        canvas.rect(box, None, color)
        return
    level = [(box.x0, box.y0, box.x1, box.y0), (box.x0, box.y1, box.x1, box.y1)]
    upright = [(box.x0, box.y0, box.x0, box.y1), (box.x1, box.y0, box.x1, box.y1)]
    if rules == "open":
        upright = [e for e in upright if abs(e[0] - grid.xs[0]) > 0.1 and abs(e[0] - grid.xs[-1]) > 0.1]
    edges = {"horizontal": level, "zebra": [], "none": []}.get(rules, level + upright)
    for x0, y0, x1, y1 in edges:
        if rules == "hairlines":
            canvas.rect(Box(x0, y0, max(x1, x0 + 0.48), max(y1, y0 + 0.48)), color)
        elif rules == "dotted":
            _dots(canvas, x0, y0, x1, y1, color)
        elif rules == "dashed":
            canvas.line(x0, y0, x1, y1, 0.6, color, dash=2.5)
        elif rules == "white":
            canvas.line(x0, y0, x1, y1, 1.5, 0xFFFFFF)
        else:
            canvas.line(x0, y0, x1, y1, 0.5, color)


def _dots(canvas: Canvas, x0: float, y0: float, x1: float, y1: float, color: int) -> None:
    """A dotted border as browsers print it: squares of a point, a point apart."""
    length = max(x1 - x0, y1 - y0)
    for i in range(int(length / 2)):
        x, y = (x0 + 2 * i, y0) if x1 > x0 else (x0, y0 + 2 * i)
        canvas.rect(Box(x - 0.5, y - 0.5, x + 0.5, y + 0.5), color)
