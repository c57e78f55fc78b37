"""Ruled tables with merged cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Literal

from corpora.builder.draw.canvas import Canvas
from corpora.builder.draw.text import Style, wrap
from extract.model import Box

Ruling = Literal["lines", "hairlines", "cells", "none"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell. Rows list only the cells that start in them, as in HTML; "\\n" breaks the line."""

    text: str = ""
    colspan: int = 1
    rowspan: int = 1
    fill: int | None = None
    style: Style | None = None
    key: str | None = None  # what the cell is the home of, for the truth


@dataclass(frozen=True, slots=True)
class Grid:
    """A drawn table: the edges of its columns and rows."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]

    def box(self, row: int, col: int, rowspan: int = 1, colspan: int = 1) -> Box:
        return Box(self.xs[col], self.ys[row], self.xs[col + colspan], self.ys[row + rowspan])

    @property
    def bottom(self) -> float:
        return self.ys[-1]


def table(
    canvas: Canvas, x: float, y: float, widths: Sequence[float], rows: Sequence[Sequence[Cell]], style: Style,
    ruling: Ruling = "lines", color: int = 0x808080, pad: float = 4.0, min_height: float = 0.0,
) -> Grid:  # fmt: skip
    """Draw a table with merged cells; rows are as high as their text needs, at least ``min_height``."""
    grid = measure_table(x, y, widths, rows, style, pad, min_height)
    for row, col, cell in placed(rows):
        box = grid.box(row, col, cell.rowspan, cell.colspan)
        if cell.fill is not None:
            canvas.rect(box, cell.fill)
        canvas.label(box, cell.text, cell.style or style, pad)
    for row, col, cell in placed(rows):
        _rule(canvas, grid.box(row, col, cell.rowspan, cell.colspan), ruling, color)
    return grid


def measure_table(
    x: float, y: float, widths: Sequence[float], rows: Sequence[Sequence[Cell]], style: Style,
    pad: float = 4.0, min_height: float = 0.0,
) -> Grid:  # fmt: skip
    """The grid that ``table`` would draw."""
    xs = tuple(accumulate(widths, initial=x))
    heights = [max(min_height, style.line + pad)] * len(rows)
    for row, col, cell in sorted(placed(rows), key=lambda p: p[2].rowspan):
        look = cell.style or style
        need = len(wrap(cell.text, xs[col + cell.colspan] - xs[col] - 2 * pad, look)) * look.line + pad
        have = sum(heights[row : row + cell.rowspan])
        heights[row + cell.rowspan - 1] += max(0.0, need - have)
    return Grid(xs, tuple(accumulate(heights, initial=y)))


def placed(rows: Sequence[Sequence[Cell]]) -> list[tuple[int, int, Cell]]:
    """Every cell with its row and column, spans counted."""
    taken: set[tuple[int, int]] = set()
    out: list[tuple[int, int, Cell]] = []
    for r, cells in enumerate(rows):
        col = 0
        for cell in cells:
            while (r, col) in taken:
                col += 1
            taken |= {(r + i, col + j) for i in range(cell.rowspan) for j in range(cell.colspan)}
            out.append((r, col, cell))
            col += cell.colspan
    return out


def row_groups(rows: Sequence[Sequence[Cell]]) -> list[list[Sequence[Cell]]]:
    """Rows that a vertical span ties together, as one."""
    cuts = {0, len(rows)} | set(range(len(rows)))
    for r, row in enumerate(rows):
        for cell in row:
            cuts -= set(range(r + 1, r + cell.rowspan))
    return [list(rows[a:b]) for a, b in pairwise(sorted(cuts))]


def _rule(canvas: Canvas, box: Box, ruling: Ruling, color: int) -> None:
    """The frame of a cell the way a program draws it: strokes, thin filled rectangles, or one rectangle."""
    if ruling == "cells":
        canvas.rect(box, None, color)
    edges = [(box.x0, box.y0, box.x1, box.y0), (box.x0, box.y1, box.x1, box.y1),
             (box.x0, box.y0, box.x0, box.y1), (box.x1, box.y0, box.x1, box.y1)]  # fmt: skip
    for x0, y0, x1, y1 in edges:
        if ruling == "lines":
            canvas.line(x0, y0, x1, y1, 0.5, color)
        elif ruling == "hairlines":
            canvas.rect(Box(x0, y0, max(x1, x0 + 0.48), max(y1, y0 + 0.48)), color)
