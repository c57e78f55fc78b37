"""Layout primitives: text, ruled tables with spans, arrows, charts, notes, side navigation.

Everything is drawn as vectors and real text on a ``Canvas`` (one page). Coordinates are points, origin top
left, as in ``extract.model``; colours are 0xRRGGBB. The plans of the sample corpus and the test fixtures are
put together from these.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise
from typing import Literal, NamedTuple

from corpora.builder import pdf
from corpora.builder.pdf import FontName
from extract.model import Box

Align = Literal["left", "center", "right"]
Ruling = Literal["lines", "hairlines", "cells", "none"]

NO_LINE_START = set("、。，．・：；？！）」』】》〉％%ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ…〜～)")
NO_LINE_END = set("（「『【《〈(")
RAISED = re.compile(r"\^\{([^}]*)\}")
_UNIT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.,%/'’:-]*|.", re.S)  # a Latin word or number is not broken


@dataclass(frozen=True, slots=True)
class Style:
    """How text looks. ``leading`` is the line height in units of ``size``."""

    size: float = 10.5
    font: FontName = "sans"
    color: int = 0
    bold: bool = False
    align: Align = "left"
    leading: float = 1.5

    @property
    def line(self) -> float:
        return self.size * self.leading


class Glyphs(NamedTuple):
    """Characters that are not broken over lines; ``raised`` ones are a note mark."""

    text: str
    raised: bool
    width: float


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


# --- measuring text -------------------------------------------------------------------------------


def plain(text: str) -> str:
    """``text`` without its note marks: «BPR^{3}の徹底» is «BPRの徹底»."""
    return RAISED.sub("", text)


def text_width(text: str, style: Style) -> float:
    """Width of one line in points; raised marks are set at 60 %."""
    return sum(g.width for g in _glyphs(text, style))


def wrap(text: str, width: float, style: Style, first_indent: float = 0.0) -> list[str]:
    """Lines of at most ``width`` points, broken by the Japanese line rules (禁則処理)."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += _wrap_paragraph(paragraph, width, style, first_indent)
    return lines


def _glyphs(text: str, style: Style) -> list[Glyphs]:
    advances = pdf.face(style.font).advances
    out: list[Glyphs] = []
    for i, part in enumerate(RAISED.split(text)):  # odd parts are raised
        raised = i % 2 == 1
        size = style.size * (0.6 if raised else 1.0) / 1000
        for unit in [part] if raised else _UNIT.findall(part):
            if unit:
                out.append(Glyphs(unit, raised, sum(advances.get(c, 1000) for c in unit) * size))
    return out


def _wrap_paragraph(text: str, width: float, style: Style, first_indent: float) -> list[str]:
    lines: list[list[Glyphs]] = [[]]
    room = width - first_indent
    for glyph in _glyphs(text, style):
        used = sum(g.width for g in lines[-1])
        if lines[-1] and used + glyph.width > room + 0.01:
            carried = _carried_over(lines[-1], glyph)
            del lines[-1][len(lines[-1]) - len(carried) :]
            lines.append(carried)
            room = width
        lines[-1].append(glyph)
    return ["".join(f"^{{{g.text}}}" if g.raised else g.text for g in line) for line in lines]


def _carried_over(line: list[Glyphs], first: Glyphs) -> list[Glyphs]:
    """The end of ``line`` that has to go to the next one, so that ``first`` may stand there."""
    carried: list[Glyphs] = []
    head = first
    while len(line) - len(carried) > 1:
        last = line[len(line) - len(carried) - 1]
        if not (head.raised or head.text[0] in NO_LINE_START or last.text[-1] in NO_LINE_END):
            break
        carried.insert(0, last)
        head = last
    return carried


# --- one page -------------------------------------------------------------------------------------


@dataclass(slots=True)
class Canvas:
    """One page under construction: its operators, its note marks, the characters each font has to hold."""

    width: float
    height: float
    turned: bool = False  # stored upright, shown turned by 90 degrees (/Rotate)
    operators: list[str] = field(default_factory=list)
    raised: set[str] = field(default_factory=set)
    chars: dict[FontName, set[str]] = field(default_factory=dict)

    def content(self) -> bytes:
        """The content stream (ISO 32000-1, 7.8.2)."""
        turn = [f"0 1 -1 0 {_n(self.height)} 0 cm"] if self.turned else []
        return "\n".join(turn + self.operators).encode("ascii")

    def _y(self, y: float) -> float:
        return self.height - y

    # shapes

    def rect(self, box: Box, fill: int | None = None, stroke: int | None = None, width: float = 0.5) -> None:
        """An upright rectangle."""
        path = f"{_n(box.x0)} {_n(self._y(box.y1))} {_n(box.width)} {_n(box.height)} re"
        self._paint(path, fill, stroke, width)

    def polygon(
        self, points: Sequence[tuple[float, float]], fill: int | None = None, stroke: int | None = None,
        width: float = 0.5,
    ) -> None:  # fmt: skip
        """A closed path through ``points``."""
        path = " ".join(f"{_n(x)} {_n(self._y(y))} {'l' if i else 'm'}" for i, (x, y) in enumerate(points))
        self._paint(path + " h", fill, stroke, width)

    def line(
        self, x0: float, y0: float, x1: float, y1: float, width: float = 0.5, color: int = 0,
        dash: float = 0.0,
    ) -> None:  # fmt: skip
        """A straight stroke, broken into dashes of ``dash`` points where that is not 0."""
        path = f"{_n(x0)} {_n(self._y(y0))} m {_n(x1)} {_n(self._y(y1))} l"
        if dash:
            path = f"[{_n(dash)}] 0 d {path}"
        self._paint(path, None, color, width)

    def polyline(self, points: Sequence[tuple[float, float]], width: float, color: int) -> None:
        """An open path through ``points``."""
        path = " ".join(f"{_n(x)} {_n(self._y(y))} {'l' if i else 'm'}" for i, (x, y) in enumerate(points))
        self._paint(path, None, color, width)

    def _paint(self, path: str, fill: int | None, stroke: int | None, width: float) -> None:
        if fill is None and stroke is None:
            return
        setup = [f"{_rgb(fill)} rg"] if fill is not None else []
        setup += [f"{_rgb(stroke)} RG {_n(width)} w"] if stroke is not None else []
        end = "B" if fill is not None and stroke is not None else "f" if fill is not None else "S"
        self.operators.append(f"q {' '.join(setup)} {path} {end} Q")

    # text

    def text(self, x: float, baseline: float, text: str, style: Style) -> float:
        """One line of text from ``x``; returns its right edge. Bold is stroked, as office programs do it."""
        chars = pdf.face(style.font)
        for glyph in _joined(_glyphs(text, style)):
            size, rise = (style.size * 0.6, style.size * 0.36) if glyph.raised else (style.size, 0.0)
            mode = f"2 Tr {_n(style.size * 0.03)} w {_rgb(style.color)} RG " if style.bold else ""
            codes = "".join(f"{chars.cid(c):04x}" for c in glyph.text)
            at = f"1 0 0 1 {_n(x)} {_n(self._y(baseline - rise))} Tm"
            self.operators.append(
                f"q {mode}{_rgb(style.color)} rg BT /{style.font} {_n(size)} Tf {at} <{codes}> Tj ET Q"
            )
            self.chars.setdefault(style.font, set()).update(glyph.text)
            if glyph.raised:
                self.raised.add(glyph.text)
            x += glyph.width
        return x

    def line_in(self, box: Box, text: str, style: Style, baseline: float) -> None:
        """One line at ``baseline``, aligned in ``box``."""
        free = box.width - text_width(text, style)
        x = box.x0 + {"left": 0.0, "center": free / 2, "right": free}[style.align]
        self.text(x, baseline, text, style)

    def paragraph(self, box: Box, text: str, style: Style, first_indent: float = 0.0) -> float:
        """Wrapped text from the top of ``box``; returns the y below it."""
        y = box.y0
        for i, line in enumerate(wrap(text, box.width, style, first_indent)):
            indent = first_indent if i == 0 else 0.0
            self.line_in(box._replace(x0=box.x0 + indent), line, style, _baseline(y, style))
            y += style.line
        return y

    def label(self, box: Box, text: str, style: Style, pad: float = 3.0) -> None:
        """Wrapped text in the vertical middle of ``box``."""
        inner = Box(box.x0 + pad, box.y0, box.x1 - pad, box.y1)
        height = len(wrap(text, inner.width, style)) * style.line
        self.paragraph(inner._replace(y0=box.cy - height / 2), text, style)

    def stacked(self, box: Box, text: str, style: Style) -> None:
        """Upright characters one below the other in the middle of ``box``, as a narrow cell has them."""
        top = box.cy - len(text) * style.size * 1.1 / 2
        for i, char in enumerate(text):
            self.line_in(box, char, replace(style, align="center"), top + (i + 0.85) * style.size * 1.1)

    def boxed(
        self, box: Box, text: str, style: Style, fill: int | None = None, stroke: int | None = None
    ) -> None:
        """A box with centred text."""
        self.rect(box, fill, stroke)
        self.label(box, text, replace(style, align="center"))


def _n(value: float, digits: int = 2) -> str:
    return f"{value:.{digits}f}".rstrip("0").rstrip(".")


def _rgb(color: int) -> str:
    return " ".join(_n(((color >> shift) & 0xFF) / 255, 4) for shift in (16, 8, 0))


def _baseline(top: float, style: Style) -> float:
    return top + style.line / 2 + style.size * 0.36


def _joined(glyphs: Sequence[Glyphs]) -> list[Glyphs]:
    """Neighbours of one height in one piece: one text operator instead of one for each character."""
    out: list[Glyphs] = []
    for glyph in glyphs:
        if out and out[-1].raised == glyph.raised:
            out[-1] = Glyphs(out[-1].text + glyph.text, glyph.raised, out[-1].width + glyph.width)
        else:
            out.append(glyph)
    return out


# --- arrows and bars ------------------------------------------------------------------------------


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


Mark = Callable[[Canvas, Box, int, int | None], None]


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


# --- tables ---------------------------------------------------------------------------------------


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


# --- charts, notes, navigation --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChartLook:
    """The make of a chart: what its program draws besides the data."""

    color: int = 0x4472C4
    gridlines: int = 4
    frame: int | None = None
    values: bool = True
    style: Style = Style(size=7.5, color=0x404040, align="center", leading=1.2)


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


# --- documents ------------------------------------------------------------------------------------


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
    note_style: Style = Style(size=7.5, font="serif", leading=1.35)
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
            self.canvas.line_in(box, line, style, _baseline(self.y, style))
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
                trial = measure_table(
                    left, self.y, widths, [*head, *body, *groups[0]], style, min_height=min_height
                )
                if trial.bottom - self.y > self.room() and (body or self.y > self.top):
                    break
                body += groups.pop(0)
            if body:
                for row in [*head, *body]:
                    for cell in row:
                        if cell.key:
                            self.book.mark(cell.key)
                grid = table(
                    self.canvas,
                    left,
                    self.y,
                    widths,
                    [*head, *body],
                    style,
                    ruling,
                    color,
                    min_height=min_height,
                )
                grids.append(grid)
                self.y = grid.bottom
            if groups:
                self.new_page()
        return grids


def row_groups(rows: Sequence[Sequence[Cell]]) -> list[list[Sequence[Cell]]]:
    """Rows that a vertical span ties together, as one."""
    cuts = {0, len(rows)} | set(range(len(rows)))
    for r, row in enumerate(rows):
        for cell in row:
            cuts -= set(range(r + 1, r + cell.rowspan))
    return [list(rows[a:b]) for a, b in pairwise(sorted(cuts))]
