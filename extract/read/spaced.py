"""Lines of text set in columns by runs of spaces: their pieces, and the rows of tables made of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from extract.labels import column_role, field_role
from extract.layout.periods import parse_period
from normalize.frozen import frozen

_GAP = re.compile(r"[ \u3000]{2,}|(?<=[)）])[ \u3000](?=[(（])")
BULLET = re.compile(r"[・･●○■□◆◇▪①-⑳]|[-*+•]\s|[(（][0-9０-９]{1,2}[)）]")
BRACKETED = re.compile(r"[(（〔\[].*[)）〕\]]")
Width = Callable[[str], int]
_LABEL_GAP = 6  # columns between the characters of a spaced label (項  目)
_LABEL_MAX = 40  # characters of such a label with its blanks
MAX_BLANK = 2  # lines without text inside a table
TABLE_LINES = 400  # more are no table


@frozen
class Segment:
    """A piece of a line between gaps, with the columns [start, end) it takes."""

    start: int
    end: int
    text: str


@frozen
class SpacedLine:
    """A line and its pieces; ``plain``: markdown, tabs and 目次 lines are never rows."""

    text: str
    pieces: tuple[Segment, ...]
    plain: bool = False

    @property
    def row(self) -> tuple[Segment, ...]:
        """The pieces of a line that may be a row of a table."""
        return () if self.plain else self.pieces


@dataclass(slots=True)
class SpacedRow:
    """A row of a table: (text, number of columns it spans) for each cell, in order."""

    cells: list[tuple[str, int]] = field(default_factory=list)


Made = tuple[list[SpacedLine | SpacedRow], int]  # what lines make, and the first line behind them


def columns(text: str) -> int:
    """Width of a text on a terminal.

    >>> columns("DX推進"), columns("ﾃﾞｰﾀ")
    (6, 4)
    """
    return len(text) + sum(text.count(c) for c in set(text) if unicodedata.east_asian_width(c) in "WF")


def segments(line: str, width: Width = columns) -> list[Segment]:
    """The pieces of a line; single characters set apart (担  当  課) are one piece.

    >>> [s.text for s in segments("  概    要      窓口を見直す   3件")]
    ['概    要', '窓口を見直す', '3件']
    """
    found: list[Segment] = []
    position = at = 0
    for gap in [*_GAP.finditer(line), None]:
        piece = line[position : gap.start() if gap else len(line)]
        if piece.strip():
            start = at + width(piece[: len(piece) - len(piece.lstrip())])
            found.append(Segment(start, start + width(piece.strip()), piece.strip()))
        at += width(piece) + width(gap[0] if gap else "")
        position = gap.end() if gap else len(line)
    joined: list[Segment] = []
    for s in found:
        before = joined[-1] if joined else None
        if before is not None and s.start - before.end <= _LABEL_GAP and _spells_on(before.text, s.text):
            joined[-1] = Segment(before.start, s.end, before.text + " " * (s.start - before.end) + s.text)
        else:
            joined.append(s)
    return joined


def _spells_on(before: str, text: str) -> bool:
    """Whether a single letter goes on with a label whose letters are set apart."""
    if len(text) > 1 or not text.isalpha() or len(before) > _LABEL_MAX:
        return False
    return all(len(part) == 1 and part.isalpha() for part in before.split())


def is_head(text: str) -> bool:
    """Whether a text is the head of a column: of indicators, values or years."""
    return column_role(text) is not None or parse_period(text) is not None


def is_label(pieces: Sequence[Segment]) -> bool:
    """Whether the first piece labels the others (概要　窓口を…), and is not the first head of a table."""
    if field_role(pieces[0].text) is None:
        return False
    rest = [p.text for p in pieces[1:]]
    return not all(map(is_head, rest)) or column_role(rest[0]) in ("indicator", "measure")


def heads_table(line: SpacedLine) -> bool:
    return len(line.row) > 1 and all(is_head(s.text) for s in line.row)


def put_together(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans put together that overlap."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def join(a: str, b: str) -> str:
    """Two lines of one phrase: a space only between Latin words."""
    latin = a[-1:].isascii() and b[:1].isascii() and a[-1:].isalnum() and b[:1].isalnum()
    return a + " " + b if latin else a + b
