"""The one document model: what readers yield, what layout adds, what records carry.

Everything is a frozen record that keeps its evidence. Coordinates are PDF points on the page as it is
displayed (after /Rotate), origin top left; pages count from 1; colours are 0xRRGGBB. Text input has no
geometry: its ``box`` is None and its lines carry ``markup`` instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, Literal, NamedTuple, TypeVar

from normalize.frozen import frozen

WHITE = 0xFFFFFF
SURE = 0.9  # confidence of a row that needs no second look


class Box(NamedTuple):
    """A rectangle in points, origin top left."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def cx(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def cy(self) -> float:
        return (self.y0 + self.y1) / 2

    def union(self, other: Box) -> Box:
        return Box(
            min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1)
        )

    def overlap_x(self, other: Box) -> float:
        """Length shared on the x axis, 0 when apart."""
        return max(0.0, min(self.x1, other.x1) - max(self.x0, other.x0))

    def overlap_y(self, other: Box) -> float:
        """Length shared on the y axis, 0 when apart."""
        return max(0.0, min(self.y1, other.y1) - max(self.y0, other.y0))

    def holds(self, x: float, y: float, slack: float = 0.0) -> bool:
        return self.x0 - slack <= x <= self.x1 + slack and self.y0 - slack <= y <= self.y1 + slack


# --- what a reader yields -------------------------------------------------------------------------


@frozen
class Run:
    """Characters of one font, size and colour that stand together on one line.

    ``xs`` holds the left edge of every character and the right edge of the last (tops and bottom for
    vertical text), so ``len(xs) == len(text) + 1``; it is empty for text input.
    """

    text: str
    box: Box | None = None
    xs: tuple[float, ...] = ()
    font: str = ""
    size: float = 0.0
    bold: bool = False
    italic: bool = False
    color: int = 0
    superscript: bool = False
    aside: bool = False  # struck out, or the reading of a word: records drop it


Markup = Literal["heading", "list_item", "row", "caption", "footnote"]


@frozen
class Line:
    """One line of text. For text input a line of a table is ``markup="row"`` with one run per cell."""

    runs: tuple[Run, ...]
    box: Box | None = None
    vertical: bool = False
    markup: Markup | None = None
    level: int = 0  # heading depth of text input (# = 1)
    spans: tuple[tuple[int, int], ...] = ()  # of a table's line: (rows, columns) each cell covers, if told
    stamp: bool = False  # laid over the page (案, 部外秘)

    @property
    def text(self) -> str:
        runs = self.runs
        return runs[0].text if len(runs) == 1 else "".join([r.text for r in runs])

    @property
    def size(self) -> float:
        """Font size of most of the line's characters."""
        return max(self.runs, key=lambda r: len(r.text)).size if self.runs else 0.0


ShapeKind = Literal["line", "rect", "polygon"]


@frozen
class Shape:
    """A drawn path, one record for each subpath.

    ``line``: a straight stroke (``width`` = its thickness; ``points`` = its two ends). ``rect``: an upright
    rectangle. ``polygon``: anything else, curves flattened to their end points.
    """

    kind: ShapeKind
    box: Box
    points: tuple[tuple[float, float], ...] = ()
    fill: int | None = None
    stroke: int | None = None
    width: float = 0.0
    opacity: float = 1.0
    dashed: bool = False


@frozen
class Image:
    """A placed picture; ``ref`` names it inside its file."""

    box: Box
    ref: str


TextSource = Literal["text-layer", "ocr", "text", "none"]


@frozen
class Page:
    number: int
    width: float = 0.0
    height: float = 0.0
    rotation: int = 0
    label: str | None = None
    text_source: TextSource = "text-layer"
    lines: tuple[Line, ...] = ()
    shapes: tuple[Shape, ...] = ()
    images: tuple[Image, ...] = ()


Severity = Literal["info", "warning", "error"]


@frozen
class Diagnostic:
    """Something a person should know: never printed, always a row. ``box`` and ``text``: what it is about."""

    stage: str
    severity: Severity
    code: str
    message: str
    page: int | None = None
    box: Box | None = None
    text: str | None = None


@frozen
class Source:
    """What a reader makes of one file."""

    media_type: str
    pages: tuple[Page, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    title: str | None = None  # what the file's own metadata says
    n_pages: int = 0  # pages of the file, also those left out or broken


# --- what layout adds -----------------------------------------------------------------------------

BlockKind = Literal[
    "title",
    "heading",
    "paragraph",
    "list_item",
    "table_cell",
    "caption",
    "footnote",
    "header",
    "footer",
    "toc",
    "figure_text",
    "side_nav",
]


@frozen
class Block:
    """A piece of the document's text, as printed. All blocks in order are its canonical text.

    ``marks`` are the [start, end) spans of ``text`` that are raised note marks (¹, ※ set small), struck out
    or readings of words; records drop them, the canonical text keeps them.
    """

    kind: BlockKind
    text: str
    page: int | None = None
    box: Box | None = None
    level: int = 0
    size: float = 0.0
    bold: bool = False
    color: int = 0
    fill: int | None = None  # colour of the box it stands in
    indent: float = 0.0  # x of the first character
    marks: tuple[tuple[int, int], ...] = ()
    note: str | None = None  # of a footnote: its mark ("1", "※2")
    is_label: bool = False  # names a box, in words of the plan's own
    names_record: bool = False  # the title of a form, in a cell beside its label


@frozen
class Cell:
    """A table cell; (row, col) is its top left place in the grid of the table."""

    row: int
    col: int
    text: str  # paragraphs joined by "\n"
    rowspan: int = 1
    colspan: int = 1
    box: Box | None = None
    page: int | None = None
    is_header: bool = False
    fill: int | None = None
    color: int = 0  # of most of its characters
    bold: bool = False
    marks: tuple[tuple[int, int], ...] = ()
    boxed: tuple[str, ...] = ()  # texts of filled boxes drawn inside the cell (tags)
    ground: Box | None = None  # its fill, perhaps shared with cells beside it; None where other rows share it


@frozen
class Table:
    """A grid of cells in row-major order. Parts continued over pages are one table."""

    cells: tuple[Cell, ...]
    n_rows: int
    n_cols: int
    page: int | None = None
    box: Box | None = None  # on its first page


SpanSource = Literal["arrow", "bar", "shading", "cell_text", "merged_cell", "marker", "text", "none"]
Certainty = Literal["exact", "start_only", "bounded", "unknown"]


@frozen
class Period:
    """One time column: a fiscal year, or a part of it when months are set (April = 4)."""

    fy: int
    label: str
    start_month: int | None = None
    end_month: int | None = None
    x0: float = 0.0
    x1: float = 0.0


@frozen
class Bar:
    """One bar, arrow, marker or filled cell; ``first``/``last`` index the timeline's periods.

    ``first`` None: nothing shows where it starts. ``last`` None: its end is not known (and ``last_max`` is
    the latest it can be).
    """

    first: int | None
    last: int | None
    last_max: int | None
    source: SpanSource
    certainty: Certainty
    text: str | None = None
    box: Box | None = None
    page: int | None = None
    color: int | None = None


@frozen
class TimelineRow:
    """``label`` is None where the chart has no label column. ``bars`` may be empty."""

    label: str | None
    bars: tuple[Bar, ...]
    path: tuple[str, ...] = ()  # labels of the grouping rows or merged cells above or before it
    box: Box | None = None
    page: int | None = None


@frozen
class Timeline:
    """A schedule: time columns and rows of bars. ``table`` indexes the layout's tables if it is one."""

    periods: tuple[Period, ...]
    rows: tuple[TimelineRow, ...]
    corner: str | None = None  # text of the header over the label column
    page: int | None = None
    box: Box | None = None


# The stream of a document: layout yields these in reading order. A table's text lives in its cells, a
# timeline's own text (what no table cell holds) in ``texts``.


@frozen
class TableItem:
    table: Table
    timelines: tuple[Timeline, ...] = ()  # read off this table


@frozen
class ChartItem:
    """A timeline drawn freely (no ruled table), with the blocks that hold its text."""

    timeline: Timeline
    blocks: tuple[Block, ...]


Item = Block | TableItem | ChartItem


@frozen
class PageLayout:
    """What layout found on one page, in reading order."""

    page: Page
    items: tuple[Item, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    regions: tuple[Box, ...] = field(default=())  # for drawing


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    municipality: str | None = None
    prefecture: str | None = None
    municipality_code: str | None = None
    title: str | None = None
    version: str | None = None
    is_draft: bool = False
    published: str | None = None
    period_start_fy: int | None = None
    period_end_fy: int | None = None
    period_open_ended: bool = False


# --- lengths ----------------------------------------------------------------------------------------

_PLAIN = frozenset({str, int, bool, type(None)})
_LENGTHS = frozenset({"size", "width", "height", "xs", "x0", "x1", "points", "indent"})
T = TypeVar("T")


def without_marks(text: str, marks: Iterable[tuple[int, int]]) -> str:
    """A text without its raised note marks, given by their places."""
    kept, at = [], 0
    for start, end in sorted(marks):
        kept.append(text[at:start])
        at = max(at, end)
    return "".join((*kept, text[at:]))


def scaled(thing: T, factor: float) -> T:
    """A record of the model with every length in it, and in the records it holds, times ``factor``."""
    return thing if factor == 1 else _scaled(thing, factor, False)


def _scaled(thing: Any, factor: float, is_length: bool) -> Any:
    kind: Any = type(thing)
    if kind in _PLAIN:
        return thing
    if kind is Box:
        return Box(thing.x0 * factor, thing.y0 * factor, thing.x1 * factor, thing.y1 * factor)
    if kind is float:
        return thing * factor if is_length else thing
    if kind is tuple and is_length and thing and type(thing[0]) is float:
        return tuple([x * factor for x in thing])
    if kind is tuple:
        return tuple([_scaled(part, factor, is_length) for part in thing])
    values = [(getattr(thing, name), length) for name, length in _parts(kind)]
    return kind(*[v if type(v) in _PLAIN else _scaled(v, factor, length) for v, length in values])


@cache
def _parts(kind: type) -> tuple[tuple[str, bool], ...]:
    """The fields of a record and whether they are lengths."""
    return tuple((f.name, f.name in _LENGTHS) for f in fields(kind))
