"""What stands on a page besides its text, and text that runs over pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from corpora.builder.draw.canvas import Canvas
from corpora.builder.draw.tables import Cell, Grid, Ruling, measure_table, row_groups, table
from corpora.builder.draw.text import RAISED, Style, baseline_in, wrap
from corpora.builder.pdf import FontName
from extract.model import Box

_NOTES = Style(size=7.5, font="serif", leading=1.35)


def footnotes(
    canvas: Canvas, x: float, bottom: float, width: float, notes: Sequence[tuple[str, str]], style: Style
) -> None:
    """Notes at the page foot under a short rule, the last ending at ``bottom``."""
    if not notes:
        return
    y = bottom - footnotes_height(notes, width, style)
    canvas.line(x, y + 3, x + 140, y + 3, 0.5)
    y += 6
    for mark, text in notes:
        y = canvas.paragraph(Box(x, y, x + width, y), f"^{{{mark}}} {text}", style)


def footnotes_height(notes: Sequence[tuple[str, str]], width: float, style: Style) -> float:
    """Height that ``footnotes`` takes, its rule included."""
    lines = sum(len(wrap(f"^{{{mark}}} {text}", width, style)) for mark, text in notes)
    return lines * style.line + 6 if notes else 0.0


def side_navigation(
    canvas: Canvas, box: Box, labels: Sequence[str], current: int, on: int, off: int, style: Style
) -> None:
    """The chapters as a column of boxes, the current one in the colour ``on``."""
    height = box.height / len(labels)
    for i, label in enumerate(labels):
        cell = Box(box.x0, box.y0 + i * height, box.x1, box.y0 + (i + 1) * height - 4)
        here = i == current
        canvas.boxed(cell, label, replace(style, color=0xFFFFFF if here else on), on if here else off, on)


@dataclass(slots=True)
class Book:
    """The pages of a document, and on which page each record of its content stands."""

    width: float
    height: float
    pages: list[Canvas] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)

    def page(self, turned: bool = False) -> Canvas:
        """Start a page; a turned one is shown with its long and short side exchanged."""
        size = (self.height, self.width) if turned else (self.width, self.height)
        self.pages.append(Canvas(*size, turned=turned))
        return self.pages[-1]

    def mark(self, key: str) -> None:
        """The record ``key`` stands on the current page (where it begins, if it goes on)."""
        self.places.setdefault(key, len(self.pages))

    def chars(self) -> dict[FontName, set[str]]:
        """Characters used, by font."""
        out: dict[FontName, set[str]] = {}
        for page in self.pages:
            for name, used in page.chars.items():
                out.setdefault(name, set()).update(used)
        return out


@dataclass(slots=True)
class Flow:
    """Running text in one column: breaks pages, repeats table heads, keeps notes with their mark."""

    book: Book
    style: Style
    left: float
    right: float
    top: float
    bottom: float
    notes: dict[str, str] = field(default_factory=dict)  # mark -> text, of the whole document
    note_style: Style = _NOTES
    furniture: Callable[[Canvas, int], None] = lambda canvas, number: None
    y: float = 0.0
    canvas: Canvas = field(default_factory=lambda: Canvas(0, 0))
    here: list[tuple[str, str]] = field(default_factory=list)  # notes of the current page

    @property
    def width(self) -> float:
        return self.right - self.left

    def new_page(self) -> None:
        """Close the page (its notes are set now) and start the next."""
        self.close()
        self.canvas = self.book.page()
        self.furniture(self.canvas, len(self.book.pages))
        self.y = self.top

    def close(self) -> None:
        footnotes(self.canvas, self.left, self.bottom, self.width, self.here, self.note_style)
        self.here = []

    def room(self, notes: Sequence[tuple[str, str]] = ()) -> float:
        """Height left on the page, its notes and these ones taken off."""
        taken = footnotes_height([*self.here, *notes], self.width, self.note_style)
        return self.bottom - taken - self.y

    def need(self, height: float) -> None:
        """Start a page unless ``height`` is left on this one."""
        if self.room() < height:
            self.new_page()

    def space(self, height: float) -> None:
        self.y += height

    def text(self, text: str, style: Style | None = None, indent: float = 0.0, first: float = 0.0) -> None:
        """A paragraph; ``indent`` moves all lines, ``first`` the first one besides."""
        style = style or self.style
        for i, line in enumerate(wrap(text, self.width - indent, style, first)):
            notes = [(mark, self.notes[mark]) for mark in RAISED.findall(line) if mark in self.notes]
            if self.room(notes) < style.line:
                self.new_page()
            self.here += notes
            box = Box(self.left + indent + (first if i == 0 else 0.0), self.y, self.right, self.y)
            self.canvas.line_in(box, line, style, baseline_in(self.y, style))
            self.y += style.line

    def heading(self, text: str, style: Style, keep: float = 60.0, before: float = 8.0) -> None:
        """A heading that keeps ``keep`` points of what follows on its page."""
        self.space(before if self.y > self.top else 0.0)
        self.need(style.line + keep)
        self.text(text, style)

    def table(
        self, widths: Sequence[float], rows: Sequence[Sequence[Cell]], style: Style, heads: int = 1,
        ruling: Ruling = "lines", color: int = 0x808080, min_height: float = 0.0, x: float | None = None,
    ) -> list[Grid]:  # fmt: skip
        """A table that breaks between rows (never inside a vertical span) and repeats its ``heads`` rows."""
        head, groups = list(rows[:heads]), row_groups(rows[heads:])
        left = self.left if x is None else x
        grids: list[Grid] = []
        while groups:
            body: list[Sequence[Cell]] = []
            while groups:
                trial = [*head, *body, *groups[0]]
                height = (
                    measure_table(left, self.y, widths, trial, style, min_height=min_height).bottom - self.y
                )
                if height > self.room() and (body or self.y > self.top):
                    break
                body += groups.pop(0)
            if body:
                shown = [*head, *body]
                self._mark_cells(shown)
                grids.append(
                    table(
                        self.canvas, left, self.y, widths, shown, style, ruling, color, min_height=min_height
                    )
                )
                self.y = grids[-1].bottom
            if groups:
                self.new_page()
        return grids

    def _mark_cells(self, rows: Sequence[Sequence[Cell]]) -> None:
        """The records whose cells these are stand on this page."""
        for cell in (cell for row in rows for cell in row if cell.key):
            self.book.mark(str(cell.key))
