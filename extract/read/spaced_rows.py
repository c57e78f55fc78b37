"""Tables in spaced text without a known head: how far they go, their columns, their rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from extract.labels import field_role
from extract.layout.periods import parse_period
from extract.read.spaced import (
    BRACKETED,
    BULLET,
    MAX_BLANK,
    Segment,
    SpacedLine,
    SpacedRow,
    columns,
    is_label,
    join,
    put_together,
)

_DRAWN = re.compile("[→⇒➡➔▶►━─―＝=~～〜]{2}|[→⇒➡➔▶►]$")  # the line of a bar
_COLUMN_HELD = 3  # cells that make a column of which the fullest rows know nothing
_PROSE_WIDTH, _PROSE_LINES = 24, 6  # two columns of prose: how wide, how many lines


def end_of_table(lines: Sequence[SpacedLine], i: int) -> int:
    """End of the table that begins with line i: i + 1 when it is none."""
    second = lines[i].pieces[1].start
    end, rows, blank = i + 1, 1, 0
    for j in range(i + 1, len(lines)):
        pieces = lines[j].row
        if not lines[j].pieces:
            blank += 1
            if blank > MAX_BLANK:
                break
            continue
        if not pieces or (len(pieces) > 1 and is_label(pieces)):
            break
        if len(pieces) == 1 and _beside_table(lines[i:end], pieces[0]):
            end = j + 1
            continue
        if len(pieces) == 1:
            stands_right = pieces[0].start >= second - 2 or BRACKETED.fullmatch(pieces[0].text)
            is_cell = pieces[0].end < second and j + 1 < len(lines) and len(lines[j + 1].row) > 1
            opens = BULLET.match(pieces[0].text) or field_role(pieces[0].text)
            if blank or opens or not (stands_right or is_cell):
                break
        else:
            rows += 1
            second = min(second, pieces[1].start) if pieces[0].start < second - 2 else second
        end, blank = j + 1, 0
    return end if rows >= 2 else i + 1


def _beside_table(rows: Sequence[SpacedLine], piece: Segment) -> bool:
    """Whether a label stands left of a table, in the middle of its height."""
    return field_role(piece.text) is not None and all(
        line.pieces[0].start >= piece.end for line in rows if line.pieces
    )


def rows_of(lines: Sequence[SpacedLine]) -> Iterator[SpacedLine | SpacedRow]:
    for line in [x for x in lines if len(x.pieces) == 1]:
        rest = [x for x in lines if x is not line]
        if _beside_table(rest, line.pieces[0]):
            yield line
            lines = rest
    bounds = _bounds([line.pieces for line in lines])
    if len(bounds) == 2 and _is_prose(lines, bounds):
        for c in range(2):
            for line in lines:
                column = tuple(s for s in line.pieces if _column(s, bounds)[0] == c)
                yield SpacedLine("".join(s.text for s in column), column)
        return
    yield from _joined_rows(lines, bounds)


def _bounds(rows: Sequence[Sequence[Segment]]) -> list[tuple[int, int]]:
    """Columns [start, end): a head of years, the white gaps that run through all rows, or the fullest rows
    tell them."""
    beside = _beside_years(rows)
    if beside:
        return beside
    most = max(map(len, rows))
    white = put_together((s.start, s.end) for row in rows for s in row)
    held = [sum(a <= s.start < b for row in rows for s in row) for a, b in white]
    if len(white) > most and min(held) >= _COLUMN_HELD:
        return white
    full = [row for row in rows if len(row) == most]
    merged = put_together((s.start, s.end) for row in full for s in row)
    if len(merged) == most:
        return merged
    places = [_extent(column) for column in zip(*full, strict=True)]
    if all(a[1] <= b[0] for a, b in pairwise(places)):
        return places
    return [(s.start, s.end) for s in full[0]]  # cells that stand askew: the first row tells


def _beside_years(rows: Sequence[Sequence[Segment]]) -> list[tuple[int, int]]:
    """The columns of names that stand left of a head of years alone; [] without such a head or names."""
    years = next((row for row in rows if len(row) > 1 and all(parse_period(s.text) for s in row)), None)
    labels = [row[0] for row in rows if years and row and row[0].end <= years[0].start]
    return [_extent(labels), *((s.start, s.end) for s in years)] if years and labels else []


def _extent(pieces: Sequence[Segment]) -> tuple[int, int]:
    return min(s.start for s in pieces), max(s.end for s in pieces)


def _is_prose(lines: Sequence[SpacedLine], bounds: Sequence[tuple[int, int]]) -> bool:
    """Whether two columns are running text side by side and no table."""
    both = [line.pieces for line in lines if len(line.pieces) == 2]
    wide = [p for p in both if all(s.end - s.start >= _PROSE_WIDTH for s in p)]
    return len(both) >= _PROSE_LINES and len(wide) >= 0.7 * len(both)


def _column(s: Segment, bounds: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """(first column, number of columns) of a segment: those whose middle it covers, else the nearest."""
    covered = [c for c, (a, b) in enumerate(bounds) if s.start <= (a + b) / 2 < s.end]
    if len(covered) > 1 and _DRAWN.search(s.text):  # words are as wide as they are
        return covered[0], len(covered)

    def distance(c: int) -> tuple[int, float]:
        a, b = bounds[c]
        return -max(0, min(b, s.end) - max(a, s.start)), abs((a + b) / 2 - (s.start + s.end) / 2)

    return min(range(len(bounds)), key=distance), 1


def _places(pieces: Sequence[Segment], bounds: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """(first column, number of columns) of each piece of a row; two pieces stand apart if they can."""
    places = [_column(s, bounds) for s in pieces]
    apart = all(a + n <= b for (a, n), (b, _) in pairwise(places))
    if apart or len(pieces) > len(bounds):
        return places
    middles = [(a + b) / 2 for a, b in bounds]
    chosen = min(
        combinations(range(len(bounds)), len(pieces)),
        key=lambda cs: sum(abs(middles[c] - (s.start + s.end) / 2) for c, s in zip(cs, pieces, strict=True)),
    )
    return [(c, 1) for c in chosen]


def _joined_rows(lines: Sequence[SpacedLine], bounds: Sequence[tuple[int, int]]) -> Iterator[SpacedRow]:
    """Rows of cells; a line that only goes on with cells of the row above is joined to it."""
    row: dict[int, tuple[str, int]] = {}
    blank = False
    for line in lines:
        if not line.pieces:
            blank = True
            continue
        places = _places(line.pieces, bounds)
        placed = [(c, span, s.text) for (c, span), s in zip(places, line.pieces, strict=True)]
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
    if all(BRACKETED.fullmatch(text) for _, _, text in placed):
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
