"""Time axes: the heads of a table that are years or parts of years, in order.

What makes an axis is order, not words: periods that rise from column to column. A row may hold two axes side
by side, each with labels of its own; a table may have several below each other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from extract.layout.periods import header_periods, parse_period, parse_span
from extract.model import WHITE, Cell, Period
from extract.structure.content import content_of
from normalize.frozen import frozen

_WIDE = 10_000  # no table has as many columns
_LOOK = 60  # rows below a head that tell what stands under it
_MOST = 0.6  # of the rows hold a year where years are values
_LIKE = 0.25  # of its width a column may differ from the one beside it


@frozen
class Header:
    """Rows ``top`` to ``bottom`` of a table hold the periods of an axis; ``columns``: grid columns of each.

    What belongs to the axis stands in the grid columns [left, right): its labels, then its periods.
    """

    top: int
    bottom: int
    periods: tuple[Period, ...]
    columns: tuple[tuple[int, int], ...]
    left: int = 0
    right: int = _WIDE

    @property
    def first_column(self) -> int:
        return self.columns[0][0]

    def holds(self, cell: Cell) -> bool:
        return cell.col < self.right and cell.col + cell.colspan > self.left

    def period_of(self, cell: Cell) -> tuple[int, int] | None:
        """First and last period a cell stands under."""
        under = [
            i for i, (a, b) in enumerate(self.columns) if cell.col <= b and cell.col + cell.colspan - 1 >= a
        ]
        return (under[0], under[-1]) if under else None

    def end(self, headers: Sequence[Header], n_rows: int) -> int:
        """The row at which what stands below this header ends: that of the next one, or of the table."""
        return min((h.top for h in headers if h.top > self.bottom), default=n_rows)


_Pairs = Sequence[tuple[Period, Cell]]
_Rows = Mapping[int, Sequence[Cell]]


def find_headers(cells: Sequence[Cell]) -> list[Header]:
    """All time axes of a table, from top to bottom, those of one row from left to right."""
    rows: dict[int, list[Cell]] = {}
    for cell in cells:
        rows.setdefault(cell.row, []).append(cell)
    found: list[Header] = []
    for r in sorted(rows):
        if found and r <= found[-1].bottom:
            continue
        ranges = not found
        near = {q: rows[q] for q in range(r, r + _LOOK) if q in rows}
        for left, right in _sets(near, r):
            own = {q: [c for c in row if left <= c.col < right] for q, row in near.items()}
            header = _header(own, r, ranges=ranges)
            if header and not _are_values(own, header):
                top = _top_of_head(rows, header.top, found)
                found.append(replace(header, top=top, left=left, right=right))
    return found


def _top_of_head(rows: _Rows, top: int, before: Sequence[Header]) -> int:
    """Where a head that comes again begins: with the rows that stood over it the first time (実施年度)."""
    first = before[0].top if before else 0
    while (
        first and top and (over := _texts(rows.get(first - 1, ()))) and over == _texts(rows.get(top - 1, ()))
    ):
        first, top = first - 1, top - 1
    return top


def _texts(row: Sequence[Cell]) -> list[tuple[int, str]]:
    return [(c.col, "".join(c.text.split())) for c in row if c.text]


def _sets(rows: _Rows, r: int) -> list[tuple[int, int]]:
    """Grid columns [left, right) of the axes of one row: 取組 | R8 | R9 | 取組 | R10 | R11 has two.

    A second one begins with labels of its own: a column between periods, with names below its head.
    """
    row = rows[r]
    pairs = [(p, c) for p, c in zip(header_periods([c.text for c in row]), row) if p]
    edges = [0]
    run = 1
    for k, ((_, before), (_, after)) in enumerate(pairwise(pairs)):
        ends = before.col + before.colspan
        if run >= 2 and len(pairs) - k - 1 >= 2 and _names_between(rows, r, ends, after.col):
            edges.append(ends)
            run = 0
        run += 1
    return list(pairwise([*edges, _WIDE]))


def _are_values(rows: _Rows, header: Header) -> bool:
    """Whether the periods are values of columns of years (a year beside each number), which heads never are:
    most rows below hold a period in the same columns. Rows in one piece do not count, nor does a head that
    comes again, over the same years or others."""
    columns = {a for a, _ in header.columns}
    head = [t for t in _texts(rows[header.bottom]) if t[0] not in columns]
    again = [q for q in rows if head and [t for t in _texts(rows[q]) if t[0] not in columns] == head]
    below = (row for q, row in rows.items() if q > header.bottom and q not in again)
    full = [row for row in below if sum(bool(c.text) for c in row) > 1]
    dated = [row for row in full if any(c.col in columns and parse_period(c.text) for c in row)]
    return len(dated) > _MOST * len(full)


def _names_between(rows: _Rows, r: int, start: int, end: int) -> bool:
    """Whether a column of row ``r`` between two periods has a head of its own, and names below it."""
    for head in rows[r]:
        if start <= head.col < end and head.text:
            below = [c.text for q, row in rows.items() if q > r for c in row if c.col == head.col and c.text]
            return bool(below) and sum(content_of(t) in ("name", "prose") for t in below) > 0.5 * len(below)
    return False


def _header(rows: _Rows, r: int, *, ranges: bool) -> Header | None:
    """The axis that starts in row r. ``ranges``: a column may stand for several years; below a header
    R8~R12 is what a bar says."""
    row = rows.get(r, ())
    pairs = [(p, c) for p, c in zip(header_periods([c.text for c in row]), row) if p]
    lower = rows.get(r + min((c.rowspan for _, c in pairs), default=1), ())
    parts = _parts_under(pairs, lower, row)
    if parts:
        return _made(r, lower[0].row, parts)
    months = _months_beside(pairs, row)
    if months:
        return _made(r, r, months)
    wide = _stretches(row) if ranges else []
    if len({c.col for _, c in [*pairs, *wide]}) >= 2:
        taken = {c.col for _, c in wide}
        both = [*(pair for pair in pairs if pair[1].col not in taken), *wide]
        pairs = sorted(both, key=lambda pair: (pair[1].col, order_of(pair[0])))
    if any(_holds_two_years(c) for c in row):
        return None
    if len(pairs) >= 2:
        return _made(r, _told_again(rows, r, pairs), _with_lost_heads(pairs, row))
    numbers = _numbers_under(lower, row) if r == 0 else []
    return _made(r, lower[0].row, numbers) if numbers else None


def _months_beside(pairs: _Pairs, row: Sequence[Cell]) -> list[tuple[Period, Cell]]:
    """Months beside the only year, in the corner; [] where there are none."""
    if len(pairs) != 1 or pairs[0][0].start_month is not None:
        return []
    told = header_periods([c.text for c in row], [pairs[0][1].text] * len(row))
    months = [(p, c) for p, c in zip(told, row) if p]
    return [(p, c) for p, c in months if p.start_month] if len(months) > 2 else []


def _numbers_under(lower: Sequence[Cell], row: Sequence[Cell]) -> list[tuple[Period, Cell]]:
    """Bare numbers under an era; [] where they are read without it."""
    if not lower or sum(bool(c.text) for c in row) > 2 or any(header_periods([c.text for c in lower])):
        return []
    numbers = _read_under(lower, row)
    return numbers if len(numbers) > 1 else []


def _holds_two_years(cell: Cell) -> bool:
    """Whether a cell says two years, each on its line: the columns were not told apart."""
    years = [parse_period(line) for line in cell.text.split("\n")] if "\n" in cell.text else []
    return len({y.fy for y in years if y}) > 1


def _told_again(rows: _Rows, r: int, pairs: _Pairs) -> int:
    """The last row of a head that says its years twice: R8 over (2026)."""
    below = {c.col: parse_period(c.text.strip("()（） ")) for c in rows.get(r + 1, ())}
    again = all((year := below.get(cell.col)) and year.fy == period.fy for period, cell in pairs)
    return r + 1 if again else r


def _parts_under(pairs: _Pairs, lower: Sequence[Cell], row: Sequence[Cell]) -> list[tuple[Period, Cell]]:
    """Halves, quarters or months under their years, and the years that have none; [] where there are none."""
    told = [(p, c) for p, c in _read_under(lower, row) if p.start_month] if pairs and lower else []
    columns: list[tuple[Period, Cell]] = []
    for period, cell in pairs:
        own = [(p, c) for p, c in told if cell.col <= c.col < cell.col + cell.colspan]
        columns += own or [(period, cell)]
    return columns if told and len(columns) > len(pairs) else []


def _read_under(lower: Sequence[Cell], row: Sequence[Cell]) -> list[tuple[Period, Cell]]:
    """Periods of a row read with what stands over it."""
    over = [next((c.text for c in row if c.col <= low.col < c.col + c.colspan), None) for low in lower]
    return [(p, c) for p, c in zip(header_periods([c.text for c in lower], over), lower) if p]


_IN_BRACKETS = re.compile(r"[^()（）]{1,8}[(（](?P<years>[^()（）]+)[)）]")


def _stretches(row: Sequence[Cell]) -> list[tuple[Period, Cell]]:
    """Columns that stand for several years each (R8~R9 | R10~R12); one year may stand in brackets beside
    such (短期（R8）, 長期（R12）), where it comes right before or after them."""
    runs: list[list[tuple[Cell, int, int]]] = []
    for cell, first, last in filter(None, map(_stretch, row)):
        if runs and runs[-1][-1][2] + 1 == first:
            runs[-1].append((cell, first, last))
        else:
            runs.append([(cell, first, last)])
    runs = [run for run in runs if any(last > first for _, first, last in run)]
    return [(p, cell) for run in runs for cell, first, last in run for p in _years_of(cell, first, last)]


def _stretch(cell: Cell) -> tuple[Cell, int, int] | None:
    """A cell with the several years it tells, or the one in its brackets."""
    span = parse_span(cell.text) if len(cell.text) <= 24 else None
    if span and span[0] is not None and span[1] is not None and 1 <= span[1] - span[0] <= 9:
        return cell, span[0], span[1]
    one = _IN_BRACKETS.fullmatch("".join(cell.text.split()))
    period = parse_period(one["years"]) if one else None
    return (cell, period.fy, period.fy) if period else None


def _years_of(cell: Cell, first: int, last: int) -> list[Period]:
    """The years of one column, each with its share of the column."""
    n = last - first + 1
    x0, width = (cell.box.x0, cell.box.width / n) if cell.box else (0.0, 0.0)
    label = " ".join(cell.text.split())
    return [Period(first + i, label, x0=x0 + i * width, x1=x0 + (i + 1) * width) for i in range(n)]


def _with_lost_heads(pairs: _Pairs, row: Sequence[Cell]) -> list[tuple[Period, Cell]]:
    """The periods with those whose heads were lost (R8 | R9 | ? | R11): years that the columns between two
    heads leave room for, where these columns are as wide as theirs."""
    found = list(pairs[:1])
    for (before, left), (after, right) in pairwise(pairs):
        empty = [c for c in row if left.col + left.colspan <= c.col < right.col]
        missing = range(before.fy + 1, after.fy)
        whole = before.start_month is None and after.start_month is None
        if whole and missing and len(empty) == len(missing) and all(_is_lost(c, left) for c in empty):
            found += [(Period(fy, str(fy)), cell) for fy, cell in zip(missing, empty)]
        found.append((after, right))
    return found


def _is_lost(cell: Cell, beside: Cell) -> bool:
    """Whether a head shows no words, at most digits and signs, over a column as wide as the one beside it."""
    if cell.text and content_of(cell.text) not in ("number", "ordinal", "mark", "null", "unit"):
        return False
    if cell.box is None or beside.box is None:
        return not cell.text
    return abs(cell.box.width - beside.box.width) <= _LIKE * beside.box.width


def order_of(period: Period) -> tuple[int, int]:
    """Sort key of a period: its year, then its month counted from April."""
    return period.fy, ((period.start_month or 4) - 4) % 12


def rises(periods: Sequence[Period]) -> bool:
    """Whether each period begins after the one before it."""
    return all(order_of(a) < order_of(b) for a, b in pairwise(periods))


def _made(top: int, bottom: int, pairs: _Pairs) -> Header | None:
    if not pairs or not rises([p for p, _ in pairs]):
        return None
    periods = tuple(replace(p, x0=c.box.x0, x1=c.box.x1) if c.box and p.x1 <= p.x0 else p for p, c in pairs)
    bottom = max([bottom, *(c.row + c.rowspan - 1 for _, c in pairs)])
    return Header(top, bottom, periods, tuple((c.col, c.col + c.colspan - 1) for _, c in pairs))


def with_lost_ends(header: Header, body: Sequence[Cell], table: Sequence[Cell]) -> Header:
    """The axis with the year before its first or after its last whose head was lost: shaded cells go on into
    a column as wide as the one beside it, over which nothing stands."""
    if any(p.start_month is not None for p in header.periods):
        return header
    for step in (-1, 1):
        lost = _lost_end(header, step, body, table)
        if lost is not None:
            (period, column), old, columns = lost, header.periods, header.columns
            periods = (period, *old) if step < 0 else (*old, period)
            columns = (column, *columns) if step < 0 else (*columns, column)
            header = replace(header, periods=periods, columns=columns)
    return header


def _lost_end(
    header: Header, step: int, body: Sequence[Cell], table: Sequence[Cell]
) -> tuple[Period, tuple[int, int]] | None:
    """The year before the first or after the last, and its column; None where none was lost."""
    k = 0 if step < 0 else -1
    year, column = header.periods[k], header.columns[k][k] + step
    under = [c for c in body if c.col == column and c.colspan == 1 and header.holds(c)]
    heads = [c for c in table if c.col <= column < c.col + c.colspan and _crosses(c, header)]
    box = next((c.box for c in under if c.box), None)
    shaded = [c for c in under if c.fill not in (None, WHITE)]
    if box is None or not shaded or any(c.text for c in (*heads, *under) if c not in shaded):
        return None
    width = year.x1 - year.x0
    lost = Period(year.fy + step, str(year.fy + step), x0=box.x0, x1=box.x1)
    return (lost, (column, column)) if abs(box.width - width) <= _LIKE * width else None


def _crosses(cell: Cell, header: Header) -> bool:
    return cell.row <= header.bottom and cell.row + cell.rowspan > header.top
