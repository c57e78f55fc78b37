"""A report as it stands on paper: tables, their columns and cells, and the size of type that fits on A4.

The size is reckoned once, here, and all formats keep to it: rows have the height that their longest cell
needs at that size.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal
from unicodedata import east_asian_width

from dxplan.names import plain

MARGIN = 12.0  # mm, on each side
TITLE, LINE = 15.0, 1.32  # points; height of a line in sizes
PAD = 0.9  # mm between a cell's text and its rules
_MM = 25.4 / 72  # of a point
_SIZES = (10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5)  # points; smaller is not read in a meeting
_AS_PRINTED = 0.97  # of a line that is filled before it breaks
_NO_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")


def _clean(text: str) -> str:
    """Without what no document can hold: control characters, and what is no character."""
    return _NO_XML.sub("\ufffd", plain(text))


@dataclass(frozen=True, slots=True)
class Column:
    """``share``: of the table's width, in parts."""

    head: str
    share: float
    align: Literal["left", "center", "right"] = "left"

    def __post_init__(self) -> None:
        object.__setattr__(self, "head", _clean(self.head))


@dataclass(frozen=True, slots=True)
class Cell:
    """A text; ``rows``: how many rows it covers. ``strong``: what the eye should find first."""

    text: str
    rows: int = 1
    strong: bool = False
    filled: bool = False  # a bar of a schedule

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", _clean(self.text))


Line = Sequence[Cell | None]  # None: covered by the cell above


@dataclass(frozen=True, slots=True)
class Table:
    """``dropped`` rows are not shown, so that the page holds the rest."""

    title: str
    columns: Sequence[Column]
    lines: Sequence[Line]
    dropped: int = 0
    what: str = "行"


@dataclass(frozen=True, slots=True)
class Report:
    """What is to be written. ``size`` is the size of type in points, ``pages`` how many pages it takes."""

    title: str
    subtitle: str
    tables: Sequence[Table]
    notes: Sequence[str] = ()
    facts: Sequence[tuple[str, str]] = ()
    landscape: bool = True
    size: float = 9.0
    pages: int = 1
    heights: Sequence[Sequence[float]] = field(default=())  # mm of each row of each table

    def __post_init__(self) -> None:
        for name in ("title", "subtitle"):
            object.__setattr__(self, name, _clean(getattr(self, name)))
        object.__setattr__(self, "notes", tuple(map(_clean, self.notes)))
        object.__setattr__(self, "facts", tuple((_clean(name), _clean(text)) for name, text in self.facts))

    @property
    def width(self) -> float:
        """Width between the margins, in mm."""
        return (297.0 if self.landscape else 210.0) - 2 * MARGIN

    @property
    def height(self) -> float:
        return (210.0 if self.landscape else 297.0) - 2 * MARGIN


def cells(*texts: str) -> list[Cell | None]:
    return [Cell(text) for text in texts]


def stacked(first: Sequence[str], below: Iterable[Line]) -> list[Line]:
    """Lines with cells before them that cover them all.

    >>> [[cell and cell.rows for cell in line] for line in stacked(["A市"], [cells("a"), cells("b")])]
    [[2, 1], [None, 1]]
    """
    lines = [list(line) for line in below]
    head: list[Cell | None] = [Cell(text, len(lines), strong=n == 0) for n, text in enumerate(first)]
    return [[*(head if n == 0 else [None] * len(head)), *line] for n, line in enumerate(lines)]


def fitted(drafts: Iterable[Callable[[], Report]]) -> Report:
    """The first draft that fits on a page, at the largest size of type at which it does.

    Drafts go from the fullest to the shortest. If none fits, the last one, over as many pages as it takes.
    """
    last = None
    for draft in drafts:
        last = draft()
        for size in _SIZES:
            sized = laid_out(last, size)
            if sized.pages == 1:
                return sized
    if last is None:
        raise ValueError("nothing to lay out")
    return laid_out(last, _SIZES[-2])


def shortened(report: Report, floor: int = 6) -> Report:
    """A report cut to one page: rows at the end of its longest table go, and the table says how many."""
    sized = laid_out(report, _SIZES[-2])
    while sized.pages > 1:
        longest = max(range(len(sized.tables)), key=lambda n: len(sized.tables[n].lines))
        table = sized.tables[longest]
        if len(table.lines) <= floor:
            break
        kept = replace(table, lines=table.lines[:-1], dropped=table.dropped + 1)
        tables = [kept if n == longest else one for n, one in enumerate(sized.tables)]
        sized = laid_out(replace(sized, tables=tables), _SIZES[-2])
    return sized


def laid_out(report: Report, size: float) -> Report:
    """The report at a size of type: the height of every row, and the pages it takes."""
    heights = [_row_heights(table, report.width, size) for table in report.tables]
    line = size * LINE * _MM
    text = TITLE * LINE * _MM + lines_of(report.subtitle, report.width, size) * line + 2
    if report.facts:
        text += lines_of(facts_line(report), report.width, size) * line + 2
    text += sum(lines_of(note, report.width, size - 1) for note in report.notes) * (size - 1) * LINE * _MM + 2
    for table, rows in zip(report.tables, heights, strict=True):
        text += line * bool(table.title) * 1.5 + line * bool(table.dropped) + sum(rows) + 2
    repeated = max((rows[0] for rows in heights if rows), default=0.0)
    pages = 1 if text <= report.height else int(text // (report.height - repeated - line)) + 1
    return replace(report, size=size, pages=pages, heights=heights)


def facts_line(report: Report) -> str:
    return "　".join(f"{name}：{text}" for name, text in report.facts)


def widths(table: Table, width: float) -> list[float]:
    """Widths of a table's columns in mm."""
    shares = sum(column.share for column in table.columns)
    return [width * column.share / shares for column in table.columns]


def _row_heights(table: Table, width: float, size: float) -> list[float]:
    """The height of the head and of every row, in mm."""
    columns = widths(table, width)

    def height(text: str, column: int) -> float:
        return lines_of(text, columns[column] - 2 * PAD - 0.6, size) * size * LINE * _MM + 2 * PAD

    head = max(height(column.head, n) for n, column in enumerate(table.columns))
    found = [
        max((height(c.text, n) for n, c in enumerate(line) if c and c.rows == 1), default=0.0)
        for line in table.lines
    ]
    found = [max(one, size * LINE * _MM + 2 * PAD) for one in found]
    for at, line in enumerate(table.lines):
        for n, cell in enumerate(line):
            if cell and cell.rows > 1:
                lacks = height(cell.text, n) - sum(found[at : at + cell.rows])
                if lacks > 0:
                    for row in range(at, at + cell.rows):
                        found[row] += lacks / cell.rows
    return [head, *found]


def lines_of(text: str, width: float, size: float) -> int:
    """How many lines a text takes in a width of mm; a kanji is as wide as the type is high.

    >>> lines_of("自治体フロントヤード改革", 30, 10)
    2
    """
    room = max(width / (size * _MM), 1.0) * _AS_PRINTED
    lines = 0
    for part in text.split("\n"):
        used, lines = 0.0, lines + 1
        for character in part:
            wide = 1.0 if east_asian_width(character) in "WFA" else 0.56
            used += wide
            if used > room:
                used, lines = wide, lines + 1
    return lines
