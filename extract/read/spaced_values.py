"""Tables of indicators in spaced text: a line with values is a row, names stand around it."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Sequence

from extract.labels import column_role, field_role
from extract.layout.numbering import numbered
from extract.layout.periods import parse_period
from extract.read.spaced import (
    BRACKETED,
    BULLET,
    MAX_BLANK,
    TABLE_LINES,
    Made,
    Segment,
    SpacedLine,
    SpacedRow,
    columns,
    heads_table,
    join,
    put_together,
)
from normalize.quantities import find_quantities, is_null

_Column = Sequence[tuple[int, str]]  # (line, text) of the pieces of a column
_VALUES = ("baseline", "current", "interim", "target")
_HEAD_LINES = 4  # of a table of indicators
_SHORT = 3  # columns by which a line is short that is no full one
_PART_LINES = 12  # of a cell broken over lines, rows of one merged over rows


def indicators(lines: Sequence[SpacedLine], i: int) -> Made | None:
    """The table of indicators whose head begins with line i, and its end.

    Its rows are the lines with values: names broken over lines and cells merged over rows stand around them,
    each centred beside its rows. None where heads and cells do not tell the same columns.
    """
    head = _value_head(lines, i)
    if head is None:
        return None
    body, end = _value_body(lines, head[0])
    label = next((p for _, pieces in body for p in pieces[:1] if field_role(p.text) == "kpi"), None)
    pieces = [(y, p) for y, own in body for p in own if p is not label]
    bounds = _bounds(pieces, head[1])
    if bounds is None or len(body) > TABLE_LINES or (label and label.end > min(bounds[0][0], head[1][0][0])):
        return None
    table = _table([[(y, p.text) for y, p in pieces if a <= p.start < b] for a, b in bounds], head[2])
    if table is None:
        return None
    rows = [SpacedRow([(text, 1) for text in row]) for row in [head[2], *table]]
    return [*([SpacedLine(label.text, (label,))] if label else []), *rows], end


def _bounds(
    pieces: Sequence[tuple[int, Segment]], heads: Sequence[tuple[int, int]]
) -> list[tuple[int, int]] | None:
    """The columns of the cells, perhaps told only together with the heads: as many as these."""
    spans = [(p.start, p.end) for _, p in pieces]
    told = (put_together(spans), put_together([*spans, *heads]))
    return next((bounds for bounds in told if len(bounds) == len(heads)), None)


def _table(cells: Sequence[_Column], heads: Sequence[str]) -> list[list[str]] | None:
    roles = [column_role(text) for text in heads]
    named = max(c for c, role in enumerate(roles) if role == "indicator")
    values = [c for c, role in enumerate(roles) if role in _VALUES or parse_period(heads[c])]
    rows = _value_lines([cells[c] for c in values], cells[named])
    return _centred_rows(cells, rows, named) if rows else None


def indicators_in_columns(lines: Sequence[SpacedLine], i: int) -> Made | None:
    """A table with a column for each indicator, and its end; None where the cells tell other columns."""
    heads = lines[i].row
    if len(heads) < 2 or [column_role(p.text) for p in heads] != ["indicator"] + [None] * (len(heads) - 1):
        return None
    rows = [list(heads)]
    roles: list[str | None] = ["indicator"]
    end = last = i + 1
    for j in range(i + 1, len(lines)):
        pieces = lines[j].row
        if not lines[j].pieces and j - last < MAX_BLANK:
            continue
        role = column_role(pieces[0].text) if pieces else None
        if role in _VALUES:
            rows.append(list(pieces))
            roles.append(role)
            end = j + 1
        elif j == last and pieces and pieces[0].start >= heads[0].end:  # a cell goes on
            rows[-1] += pieces
            end = j + 1
        else:
            break
        last = j + 1
    bounds = put_together((p.start, p.end) for row in rows for p in row)
    if "target" not in roles or len(bounds) != len(heads):
        return None
    cells = [[_text_in(row, column) for column in bounds] for row in rows]
    return [SpacedRow([(text, 1) for text in row]) for row in cells], end


def _value_lines(values: Sequence[_Column], names: _Column) -> list[int]:
    """Lines on which the values of a row stand; none where it is unsure to which row a value belongs."""
    cells = [cell for column in values for cell in column]
    named = {y for y, _ in names}
    every = named.union(y for y, _ in cells)
    rows = _openings(values, every)
    found = set(rows)
    for y, text in (cell for cell in cells if cell[0] not in found):
        above = [row for row in rows if row < y][-1:]
        next_row = not BRACKETED.fullmatch(text) and (y in named or y + 1 in found)
        if next_row or not above or not every.issuperset(range(above[0], y)):
            return []
    return [] if len(names) < len(rows) or _holds_lone_value(rows, values, named) else rows


def _openings(values: Sequence[_Column], every: Collection[int]) -> list[int]:
    """Lines that open with a value, or with what stands in the last column below none."""
    found = {y for column in values for y, text in column if _opens_value(text)}
    last = (y for y, text in values[-1] if y - 1 not in every and not BRACKETED.fullmatch(text))
    return sorted(found.union(last))


def _holds_lone_value(rows: Sequence[int], values: Sequence[_Column], named: Collection[int]) -> bool:
    """Whether a row beside no name has a value in one column alone."""
    filled = Counter(y for column in values for y in {y for y, _ in column})
    return any(y not in named and filled[y] == 1 < len(values) for y in rows)


def _value_head(lines: Sequence[SpacedLine], i: int) -> tuple[int, list[tuple[int, int]], list[str]] | None:
    """(end, columns, texts) of a head of one to four lines that names indicators and their targets."""
    pieces: list[Segment] = []
    for end in range(i + 1, min(i + _HEAD_LINES, len(lines)) + 1):
        row = lines[end - 1].row
        if not row:
            return None
        pieces += row
        _, texts = _columns_of(pieces)
        roles = [column_role(t) for t in texts]
        is_open = any(map(_is_open, texts))
        if not any(roles) and not is_open:
            return None
        if not is_open and {"indicator", "target"} <= set(roles):
            if end == i + 1:  # on two lines a target may stand over years
                dated = ("interim" if parse_period(t) else None for t in texts)
                roles = [role or year for role, year in zip(roles, dated, strict=True)]
            return _whole_head(lines, end, pieces, roles)
    return None


def _whole_head(
    lines: Sequence[SpacedLine], end: int, pieces: list[Segment], roles: Sequence[str | None]
) -> tuple[int, list[tuple[int, int]], list[str]] | None:
    """A head with the years in brackets below its names; None where a column has no role, or no value."""
    while end < len(lines) and lines[end].row and all(BRACKETED.fullmatch(p.text) for p in lines[end].row):
        pieces += lines[end].row
        end += 1
    bounds, texts = _columns_of(pieces)
    named = all(roles[roles.index("indicator") :]) and roles[-1] != "indicator"
    return (end, bounds, texts) if named and len(bounds) == len(roles) else None


def _columns_of(pieces: Sequence[Segment]) -> tuple[list[tuple[int, int]], list[str]]:
    """The columns in which pieces of lines stand, and the text of each."""
    bounds = put_together((p.start, p.end) for p in pieces)
    return bounds, [_text_in(pieces, column) for column in bounds]


def _text_in(pieces: Sequence[Segment], column: tuple[int, int]) -> str:
    return "".join(p.text for p in pieces if column[0] <= p.start < column[1])


def _is_open(text: str) -> bool:
    return len(re.findall("[(（]", text)) != len(re.findall("[)）]", text))


def _opens_value(text: str) -> bool:
    return not BRACKETED.fullmatch(text) and (is_null(text) or bool(find_quantities(text)))


def _value_body(lines: Sequence[SpacedLine], start: int) -> tuple[list[tuple[int, tuple[Segment, ...]]], int]:
    """The lines under a head as (line, pieces), and their end: up to the last line with values and what
    stands right below it."""
    last = end = start
    for j in range(start, len(lines)):
        pieces = lines[j].row
        if not lines[j].pieces:
            if j - end >= MAX_BLANK:
                break
            continue
        if not pieces or heads_table(lines[j]) or _ends_values(pieces):
            break
        if j == last or any(_opens_value(p.text) for p in pieces[1:]):
            last = j + 1
        end = j + 1
    return [(j, lines[j].pieces) for j in range(start, last) if lines[j].pieces], last


def _ends_values(pieces: Sequence[Segment]) -> bool:
    """Whether a line is no row: another field, an item of a list, a note, a sentence."""
    text = pieces[0].text
    return (
        field_role(text) not in (None, "kpi")
        or text.startswith(("※", "＊", "注", "出典", "資料"))
        or (len(pieces) == 1 and (BULLET.match(text) is not None or text.endswith("。")))
    )


def _centred_rows(cells: Sequence[_Column], rows: Sequence[int], named: int) -> list[list[str]] | None:
    """Rows of the cells of each column; ``named``: that of the indicators, one to a row."""
    table = [[""] * len(cells) for _ in rows]
    for c, column in enumerate(cells):
        groups = _groups(column, rows)
        if c < named and 0 < len(groups) <= len(rows):  # a cell may be merged over rows: the first holds it
            middles = [(g[0][0] + g[-1][0]) / 2 for g in groups]
            held = centred_parts(middles, rows)
            parts = [(part[0], group) for part, group in zip(held, groups, strict=False)]
        elif c <= named and len(column) >= len(rows):
            parts = [(k, [column[n] for n in part]) for k, part in enumerate(_names_beside(column, rows))]
        else:  # a value goes on in the line below
            parts = [(max(bisect_right(rows, y) - 1, 0), [(y, text)]) for y, text in column]
        if sum(len(part) for _, part in parts) < len(column):
            return None
        for k, part in parts:
            for _, text in part:
                table[k][c] = join(table[k][c], text)
    return table


def _names_beside(column: _Column, rows: Sequence[int]) -> list[range]:
    """Names parted to one a row: each centred beside it, begun on it or ended on it.

    The lines tell which: one that its name goes on behind is nearly as wide as the column.
    """
    lines = [y for y, _ in column]
    ways = [centred_parts(rows, lines)]
    if set(rows) <= set(lines):
        at = [lines.index(y) for y in rows]
        ways += [[*map(range, at, [*at[1:], len(lines)])]] if not at[0] else []
        ways += (
            [[*map(range, [0, *(n + 1 for n in at)], (n + 1 for n in at))]] if lines[-1] == rows[-1] else []
        )
    width = max(columns(text) for _, text in column)

    def broken_early(way: Sequence[range]) -> int:
        inner = [column[n][1] for part in way for n in part[:-1]]
        return sum(width - columns(text) > _SHORT for text in inner)

    return min((way for way in ways if way), key=broken_early, default=[])


def _groups(column: _Column, rows: Sequence[int]) -> list[list[tuple[int, str]]]:
    """Cells: lines right below each other that begin with no number and stand beside one row at most."""
    groups: list[list[tuple[int, str]]] = []
    beside = 0
    for y, text in column:
        on_row = y in rows
        if groups and y == groups[-1][-1][0] + 1 and numbered(text) is None and not (on_row and beside):
            groups[-1].append((y, text))
            beside += on_row
        else:
            groups.append([(y, text)])
            beside = int(on_row)
    return groups


def centred_parts(middles: Sequence[float], lines: Sequence[int]) -> list[range]:
    """Lines parted, in order and none left out, so that each part is centred best beside its middle.

    Empty where a part would be too long.
    """
    least: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]  # end of the part: (cost, its start)
    for middle in middles:
        ends: dict[int, tuple[float, int]] = {}
        for start, (cost, _) in least[-1].items():
            for end in range(start + 1, min(start + _PART_LINES, len(lines)) + 1):
                off = cost + abs(middle - (lines[start] + lines[end - 1]) / 2)
                if off < ends.get(end, (math.inf, 0))[0]:
                    ends[end] = off, start
        least.append(ends)
    parts: list[range] = []
    end = len(lines)
    for ends in least[:0:-1]:
        if end not in ends:
            return []
        parts.append(range(ends[end][1], end))
        end = ends[end][1]
    return parts[::-1]
