"""Pages to write on: their sizes, running heads, side tabs and columns; text that flows through them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from corpora.builder.draw import (
    Book,
    Canvas,
    Cell,
    Grid,
    Style,
    measure_table,
    placed,
    row_groups,
    text_width,
    wrap,
)
from corpora.random.ruling import draw_table
from extract.model import Box

SIZES = {"portrait": (595.28, 841.89), "tabs": (595.28, 841.89), "columns": (595.28, 841.89),
         "slide": (780.0, 540.0), "wide": (841.89, 595.28)}  # fmt: skip

WIDE_DIGIT = re.compile("[０-９]")


class Piece(NamedTuple):
    """The part of a table on one page: ``first`` to before ``last`` of its rows, below the head."""

    grid: Grid
    first: int
    last: int
    canvas: Canvas


def fitting(text: str, style: Style, width: float) -> float:
    """The size at which ``text`` stands on one line of ``width`` points: that of ``style``, or smaller."""
    return min(style.size, max(4.0, style.size * width / max(1.0, text_width(text, style))))


@dataclass(slots=True)
class Paper:
    """Where the next thing goes. ``columns`` > 1: text runs down one column, then the next."""

    book: Book
    style: Style
    area: Box
    rules: str
    color: int
    furniture: Callable[[Canvas], None]
    columns: int = 1
    gap: float = 24.0
    column: int = 0
    y: float = 0.0
    top: float = 0.0
    foot: float = 0.0  # what notes take at the foot of this page
    turned: bool = False
    canvas: Canvas = field(default_factory=lambda: Canvas(0, 0))

    @property
    def width(self) -> float:
        return (self.area.width - self.gap * (self.columns - 1)) / self.columns

    @property
    def left(self) -> float:
        return self.area.x0 + self.column * (self.width + self.gap)

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def page(self) -> int:
        return len(self.book.pages)

    def new_page(self) -> None:
        self.canvas = self.book.page(turned=self.turned)
        self.furniture(self.canvas)
        self.column, self.y, self.top, self.foot = 0, self.area.y0, self.area.y0, 0.0

    def turn(self) -> None:
        """The next pages lie on their side, or stand again."""
        width, height = self.book.width, self.book.height
        if self.turned:
            width, height = height, width
        area = self.area
        self.area = Box(area.x0, area.y0, height - (width - area.x1), width - (height - area.y1))
        self.turned = not self.turned

    def split(self, columns: int) -> None:
        """From here on so many columns; the part above stays as it is."""
        if self.columns > 1 and columns == 1 and self.column == 0 and self.y > self.top:
            self.new_page()  # what stands below would run into the next column
        elif self.columns > 1 and columns == 1 and self.column:
            self.new_page()
        self.columns, self.column, self.top = columns, 0, self.y

    def room(self) -> float:
        return self.area.y1 - self.foot - self.y

    def need(self, height: float) -> None:
        """Go on in the next column or page unless ``height`` is left."""
        if self.room() >= height or (self.y <= self.top and self.column == 0 and self.top == self.area.y0):
            return
        if self.column + 1 < self.columns and self.area.y1 - self.top >= min(height, 120):
            self.column += 1
            self.y = self.top
            if self.room() >= height:
                return
        self.new_page()

    def space(self, height: float) -> None:
        self.y += height

    def box(self, height: float, indent: float = 0.0) -> Box:
        """The next ``height`` points, taken."""
        self.need(height)
        box = Box(self.left + indent, self.y, self.right, self.y + height)
        self.y += height
        return box

    def text(self, text: str, style: Style | None = None, indent: float = 0.0, first: float = 0.0) -> None:
        """A paragraph that breaks over columns and pages."""
        style = style or self.style
        for i, line in enumerate(wrap(text, self.width - indent, style, first)):
            box = self.box(style.line, indent + (first if i == 0 else 0.0))
            self.canvas.paragraph(box._replace(x1=box.x1 + 2), line, style)

    def items(self, items: Sequence[str], style: Style | None = None, indent: float = 0.0) -> None:
        """A list; wrapped lines hang below the text of their item."""
        style = style or self.style
        for item in items:
            mark, text = item[0], item[1:].lstrip()
            hang = style.size * (1.0 if ord(mark) > 0xFF else 0.7)
            for i, line in enumerate(wrap(text, self.width - indent - hang, style)):
                box = self.box(style.line, indent)
                if i == 0:
                    self.canvas.paragraph(box, mark, style)
                self.canvas.paragraph(box._replace(x0=box.x0 + hang, x1=box.x1 + 2), line, style)

    def table(
        self, widths: Sequence[float], rows: Sequence[Sequence[Cell]], heads: int = 1, whole: bool = True,
        style: Style | None = None, rules: str | None = None, min_height: float = 0.0,
    ) -> list[Piece]:  # fmt: skip
        """A table; ``whole``: on one page. Otherwise it breaks between rows and repeats its head.

        Returns what was drawn, a piece for each page.
        """
        style = style or replace(self.style, size=self.style.size - 1, leading=1.35)
        scale = self.width / sum(widths)
        columns = [w * scale for w in widths]
        rows = _unbroken(columns, rows, style)
        full = measure_table(self.left, 0, columns, rows, style, min_height=min_height)
        if whole:
            self.need(full.bottom)
        out: list[Piece] = []
        groups = row_groups(rows[heads:])
        start = heads
        while groups:
            fit: list[Sequence[Cell]] = list(rows[:heads])
            taken = 0
            while taken < len(groups):
                trial = [*fit, *groups[taken]]
                height = measure_table(self.left, 0, columns, trial, style, min_height=min_height).bottom
                if height > self.room() and (taken or self.y > self.area.y0):
                    break
                fit, taken = trial, taken + 1
            if not taken:
                self.new_page()
                continue
            grid = draw_table(
                self.canvas, self.left, self.y, columns, fit, style, rules or self.rules, heads, min_height,
                self.color,
            )  # fmt: skip
            end = start + len(fit) - heads
            out.append(Piece(grid, start, end, self.canvas))
            self.y, start, groups = grid.bottom, end, groups[taken:]
            if groups:
                self.new_page()
        return out


def _unbroken(widths: Sequence[float], rows: Sequence[Sequence[Cell]], style: Style) -> list[list[Cell]]:
    """Cells of wide digits set smaller where a number would break over two lines."""
    out = [list(row) for row in rows]
    places = {id(cell): col for _, col, cell in placed(rows)}
    for row in out:
        for i, cell in enumerate(row):
            look = cell.style or style
            col = places[id(cell)]
            width = sum(widths[col : col + cell.colspan]) - 9
            text = max(cell.text.split("\n"), key=len)
            if WIDE_DIGIT.search(text) and len(text) < 16 and text_width(text, look) > width:
                row[i] = replace(cell, style=replace(look, size=fitting(text, look, width)))
    return out
