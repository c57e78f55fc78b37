"""Time axes: the heads of a table that are years or parts of years, in order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from extract.layout.periods import header_periods, parse_period, parse_span
from extract.model import Cell, Period
from normalize.frozen import frozen


@frozen
class Header:
    """Rows ``top`` to ``bottom`` of a table hold its periods; ``columns``: grid columns of each period."""

    top: int
    bottom: int
    periods: tuple[Period, ...]
    columns: tuple[tuple[int, int], ...]

    @property
    def first_column(self) -> int:
        return self.columns[0][0]

    def period_of(self, cell: Cell) -> tuple[int, int] | None:
        """First and last period a cell stands under."""
        under = [
            i for i, (a, b) in enumerate(self.columns) if cell.col <= b and cell.col + cell.colspan - 1 >= a
        ]
        return (under[0], under[-1]) if under else None


def find_headers(cells: Sequence[Cell]) -> list[Header]:
    """All header rows of a table, from top to bottom."""
    rows: dict[int, list[Cell]] = {}
    for cell in cells:
        rows.setdefault(cell.row, []).append(cell)
    found: list[Header] = []
    for r in sorted(rows):
        if found and r <= found[-1].bottom:
            continue
        header = _header(rows[r], rows, r, ranges=not found)
        if header:
            found.append(header)
    return found


def _header(
    row: Sequence[Cell], rows: Mapping[int, Sequence[Cell]], r: int, *, ranges: bool
) -> Header | None:
    """The header that starts in row r. ``ranges``: a column may stand for several years; below a header
    R8~R12 is what a bar says."""
    pairs = [(p, c) for p, c in zip(header_periods([c.text for c in row]), row) if p]
    lower = rows.get(r + min((c.rowspan for _, c in pairs), default=1), ())
    if pairs and lower:
        parts = _read_under(lower, row)
        if len(parts) > len(pairs) and any(p.start_month for p, _ in parts):
            return _made(r, lower[0].row, parts)
    if len(pairs) == 1 and pairs[0][0].start_month is None:  # the year in the corner, months beside it
        over = pairs[0][1].text
        months = [(p, c) for p, c in zip(header_periods([c.text for c in row], [over] * len(row)), row) if p]
        if len(months) > 2:
            return _made(r, r, [(p, c) for p, c in months if p.start_month])
    wide = [(p, c) for c in row for p in _range(c)] if ranges else []
    if len({c.col for _, c in pairs + wide}) >= 2:
        pairs = sorted(pairs + wide, key=lambda pair: (pair[1].col, order_of(pair[0])))
    if len(pairs) >= 2:
        return _made(r, r, pairs)
    if r == 0 and lower and sum(bool(c.text) for c in row) <= 2:  # an era over bare numbers
        parts = _read_under(lower, row)
        if len(parts) >= 2 and not any(header_periods([c.text for c in lower])):
            return _made(r, lower[0].row, parts)
    return None


def _read_under(lower: Sequence[Cell], row: Sequence[Cell]) -> list[tuple[Period, Cell]]:
    """Periods of a row read with what stands over it."""
    over = [next((c.text for c in row if c.col <= low.col < c.col + c.colspan), None) for low in lower]
    return [(p, c) for p, c in zip(header_periods([c.text for c in lower], over), lower) if p]


_PHASE = re.compile(
    r"(?:[短中長前後]期|第[0-9０-９一二三]期|[ⅠⅡⅢ]期|フェーズ[0-9０-９ⅠⅡⅢ])[(（](?P<year>[^()（）~〜～]+)[)）]"
)


def _range(cell: Cell) -> list[Period]:
    """The years of a column that stands for several (R10~R12), each with its share of the column."""
    span = parse_span(cell.text) if len(cell.text) <= 24 else None
    phase = _PHASE.fullmatch("".join(cell.text.split()))
    if phase and (one := parse_period(phase["year"])) is not None:  # 長期（R12）
        return [replace(one, x0=cell.box.x0, x1=cell.box.x1)] if cell.box else [one]
    if not span or span[0] is None or span[1] is None or not 1 <= span[1] - span[0] <= 9:
        return []
    n = span[1] - span[0] + 1
    x0, width = (cell.box.x0, cell.box.width / n) if cell.box else (0.0, 0.0)
    label = " ".join(cell.text.split())
    return [Period(span[0] + i, label, x0=x0 + i * width, x1=x0 + (i + 1) * width) for i in range(n)]


def order_of(period: Period) -> tuple[int, int]:
    """Sort key of a period: its year, then its month counted from April."""
    return period.fy, ((period.start_month or 4) - 4) % 12


def _made(top: int, bottom: int, pairs: Sequence[tuple[Period, Cell]]) -> Header | None:
    if any(order_of(a) >= order_of(b) for (a, _), (b, _) in pairwise(pairs)):
        return None
    periods = tuple(replace(p, x0=c.box.x0, x1=c.box.x1) if c.box and p.x1 <= p.x0 else p for p, c in pairs)
    bottom = max([bottom, *(c.row + c.rowspan - 1 for _, c in pairs)])
    return Header(top, bottom, periods, tuple((c.col, c.col + c.colspan - 1) for _, c in pairs))
