"""Text set in columns by runs of spaces, as ``pdftotext -layout`` writes it.

Rows of tables, labels that stand left of their text, and pages in two columns.

Places are counted in columns of a terminal: a full-width character takes two (UAX #11).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from extract.labels import column_role, field_role
from extract.layout.periods import parse_period

_GAP = re.compile(r"[ \u3000]{2,}|(?<=[)）])[ \u3000](?=[(（])")
_BULLET = re.compile(r"[・･●○■□◆◇▪①-⑳]|[-*+•]\s|[(（][0-9０-９]{1,2}[)）]")
_BRACKETED = re.compile(r"[(（〔\[].*[)）〕\]]")
_LEADERS = re.compile(r"[…‥・.．·_＿]{3,}")
_LABEL_GAP = 6  # columns between the characters of a spaced label (項  目)
_MAX_BLANK = 2
_RAGGED = 6
_PROSE_WIDTH, _PROSE_LINES = 24, 6  # two columns of prose: how wide, how many lines


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a line between gaps, with the columns [start, end) it takes."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class SpacedRow:
    """A row of a table: (text, number of columns it spans) for each cell, in order."""

    cells: list[tuple[str, int]] = field(default_factory=list)


def columns(text: str) -> int:
    """Width of a text.

    >>> columns("DX推進"), columns("ﾃﾞｰﾀ")
    (6, 4)
    """
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def segments(line: str) -> list[Segment]:
    """The pieces of a line; single characters set apart (担  当  課) are one piece.

    >>> [s.text for s in segments("  概    要      窓口を見直す   3件")]
    ['概    要', '窓口を見直す', '3件']
    """
    found: list[Segment] = []
    position = 0
    for gap in [*_GAP.finditer(line), None]:
        piece = line[position : gap.start() if gap else len(line)]
        if piece.strip():
            lead = piece[: len(piece) - len(piece.lstrip())]
            start = columns(line[:position] + lead)
            found.append(Segment(start, start + columns(piece.strip()), piece.strip()))
        position = gap.end() if gap else len(line)
    joined: list[Segment] = []
    for s in found:
        before = joined[-1] if joined else None
        letters = before is not None and len(s.text) == 1 and _one_by_one(before.text) and s.text.isalpha()
        if before is not None and letters and s.start - before.end <= _LABEL_GAP:
            joined[-1] = Segment(before.start, s.end, before.text + " " * (s.start - before.end) + s.text)
        else:
            joined.append(s)
    return joined


def _one_by_one(text: str) -> bool:
    return all(len(part) == 1 and part.isalpha() for part in text.split())


def parse_columns(lines: Sequence[str]) -> Iterator[str | SpacedRow]:
    """Lines in order, with rows where the spaces set columns; other lines come back as they are."""
    i = 0
    while i < len(lines):
        pieces = _pieces(lines[i])
        if len(pieces) >= 2 and _is_label(pieces):
            end = _under_label(lines, i, pieces[1].start)
            yield pieces[0].text
            rest = [_without(lines[i], pieces[0]), *lines[i + 1 : end]]
            yield from _field(rest)
            i = end
            continue
        end = _region(lines, i) if len(pieces) >= 2 else i
        if end > i + 1:
            yield from _rows(lines[i:end])
            i = end
        else:
            yield lines[i]
            i += 1


def _pieces(line: str) -> list[Segment]:
    """Segments of a line that may be a row: none of markdown, tabbed and 目次 lines."""
    if "\t" in line or line.lstrip().startswith(("#", "|", ">")) or _LEADERS.search(line):
        return []
    return segments(line)


def is_head(text: str) -> bool:
    """Whether a text is the head of a column: of indicators, values or years."""
    return column_role(text) is not None or parse_period(text) is not None


# --- a label left of its text ---------------------------------------------------------------------------


def _is_label(pieces: Sequence[Segment]) -> bool:
    """Whether the first piece labels the others (概要　窓口を…), and is not the first head of a table."""
    if field_role(pieces[0].text) is None:
        return False
    rest = [p.text for p in pieces[1:]]
    return not all(map(is_head, rest)) or column_role(rest[0]) in ("indicator", "measure")


def _under_label(lines: Sequence[str], i: int, left: int) -> int:
    """End of the lines that stand in the column right of a label."""
    end = i + 1
    for j in range(i + 1, len(lines)):
        if not lines[j].strip():
            continue
        if segments(lines[j])[0].start < left - 2:
            break
        end = j + 1
    return end


def _without(line: str, label: Segment) -> str:
    at = line.index(label.text) + len(label.text) if label.text in line else 0
    return " " * columns(line[:at]) + line[at:]


def _field(lines: Sequence[str]) -> Iterator[str | SpacedRow]:
    """The text right of a label: rows where it is a table, else its lines joined to paragraphs."""
    right = max(columns(line.rstrip()) for line in lines)
    paragraph = ""
    full = False
    for item in parse_columns(lines):
        text = item.strip(" \u3000") if isinstance(item, str) else ""
        if paragraph and (not text or not full or _BULLET.match(text)):
            yield paragraph
            paragraph = ""
        if not isinstance(item, str) or not text:
            yield item
            continue
        paragraph = join(paragraph, text)
        full = columns(item.rstrip()) >= right - _RAGGED and not text.endswith("。")
    if paragraph:
        yield paragraph


# --- tables ---------------------------------------------------------------------------------------------


def _region(lines: Sequence[str], i: int) -> int:
    """End of the table that begins with line i: i + 1 when it is none."""
    second = _pieces(lines[i])[1].start
    end, rows, blank = i + 1, 1, 0
    for j in range(i + 1, len(lines)):
        if not lines[j].strip():
            blank += 1
            if blank > _MAX_BLANK:
                break
            continue
        pieces = _pieces(lines[j])
        if not pieces or (len(pieces) > 1 and _is_label(pieces)):
            break
        if len(pieces) == 1:
            stands_right = pieces[0].start >= second - 2 or _BRACKETED.fullmatch(pieces[0].text)
            is_cell = pieces[0].end < second and j + 1 < len(lines) and len(_pieces(lines[j + 1])) > 1
            if blank or _BULLET.match(pieces[0].text) or not (stands_right or is_cell):
                break
        else:
            rows += 1
            second = min(second, pieces[1].start) if pieces[0].start < second - 2 else second
        end, blank = j + 1, 0
    return end if rows >= 2 else i + 1


def _rows(lines: Sequence[str]) -> Iterator[str | SpacedRow]:
    bounds = _bounds([segments(line) for line in lines])
    if len(bounds) == 2 and _is_prose(lines, bounds):
        for c in range(2):
            for line in lines:
                yield "".join(s.text for s in segments(line) if _column(s, bounds)[0] == c)
        return
    yield from _joined_rows(lines, bounds)


def _bounds(rows: Sequence[Sequence[Segment]]) -> list[tuple[int, int]]:
    """Columns [start, end): the fullest rows tell them."""
    most = max(map(len, rows))
    spans = sorted((s.start, s.end) for row in rows if len(row) == most for s in row)
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    if len(merged) == most:
        return merged
    heads = next(row for row in rows if len(row) == most)  # cells that stand askew: the first row tells
    return [(s.start, s.end) for s in heads]


def _is_prose(lines: Sequence[str], bounds: Sequence[tuple[int, int]]) -> bool:
    """Whether two columns are running text side by side and no table."""
    both = [p for p in map(segments, lines) if len(p) == 2]
    wide = [p for p in both if all(s.end - s.start >= _PROSE_WIDTH for s in p)]
    return len(both) >= _PROSE_LINES and len(wide) >= 0.7 * len(both)


def _column(s: Segment, bounds: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """(first column, number of columns) of a segment: those whose middle it covers, else the nearest."""
    covered = [c for c, (a, b) in enumerate(bounds) if s.start <= (a + b) / 2 < s.end]
    if len(covered) > 1:
        return covered[0], len(covered)

    def distance(c: int) -> tuple[int, float]:
        a, b = bounds[c]
        return -max(0, min(b, s.end) - max(a, s.start)), abs((a + b) / 2 - (s.start + s.end) / 2)

    return min(range(len(bounds)), key=distance), 1


def _joined_rows(lines: Sequence[str], bounds: Sequence[tuple[int, int]]) -> Iterator[SpacedRow]:
    """Rows of cells; a line that only goes on with cells of the row above is joined to it."""
    row: dict[int, tuple[str, int]] = {}
    blank = False
    for line in lines:
        pieces = segments(line)
        if not pieces:
            blank = True
            continue
        full = len(pieces) == len(bounds)
        placed = [((c, 1) if full else _column(s, bounds)) + (s.text,) for c, s in enumerate(pieces)]
        if row and (blank or _begins_row(row, placed, bounds)):
            yield _spaced(row, len(bounds))
            row = {}
        for c, span, text in placed:
            before = row.get(c, ("", span))
            row[c] = join(before[0], text), max(span, before[1])
        blank = False
    if row:
        yield _spaced(row, len(bounds))


def _begins_row(
    row: dict[int, tuple[str, int]], placed: Sequence[tuple[int, int, str]], bounds: Sequence[tuple[int, int]]
) -> bool:
    filled = {c for c, _, _ in placed}
    if all(_BRACKETED.fullmatch(text) for _, _, text in placed):
        return False  # a year or unit under the head it belongs to
    if len(filled) >= len(bounds) - 1 >= 2 and 0 not in filled:
        return True
    if 0 not in filled or row.keys() == {0}:
        return False
    wide = bounds[0][1] - bounds[0][0]
    return not (filled == {0} and 0 in row and columns(row[0][0]) >= 0.75 * wide)


def _spaced(row: dict[int, tuple[str, int]], n: int) -> SpacedRow:
    cells: list[tuple[str, int]] = []
    c = 0
    while c < n:
        text, span = row.get(c, ("", 1))
        cells.append((text, span))
        c += span
    return SpacedRow(cells)


def join(a: str, b: str) -> str:
    """Two lines of one phrase: a space only between Latin words."""
    latin = a[-1:].isascii() and b[:1].isascii() and a[-1:].isalnum() and b[:1].isalnum()
    return a + " " + b if latin else a + b
