"""Lined tables some of whose rows are lined again right of a column: a label beside a table, a group's name.

────────────────────────────────
所管      市民課
────────────────────────────────      a rule from side to side parts the rows of the form,
KPI       指標      現状    目標
          ──────────────────────      one from a column on parts what stands right of it:
          講座      4回     9回       the cell left of it goes on below.
────────────────────────────────
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from extract.layout.grid import Grid, Place
from extract.layout.strokes import TOL, Segment, levels
from extract.layout.unruled import MIN_COLUMN, white_gaps
from extract.model import Box

_WIDER = 1.2  # times the width of a column, as told by its values, a head may be
_NARROW = 12.0  # points of a column at least: two letters below each other
_ENDS = 4.0  # points by which rules of one table may end apart


def inner_rules(rules: Sequence[Segment], x0: float, x1: float) -> list[Segment]:
    """Rules that begin at a column of the table between ``x0`` and ``x1`` and end where it ends."""
    return [
        r for r in rules if r.lo > x0 + MIN_COLUMN and abs(r.hi - x1) < _ENDS and r.hi > r.lo + MIN_COLUMN
    ]


def with_inner_rows(
    area: Box, ys: Sequence[float], inner: Sequence[Segment], texts: Sequence[Box]
) -> Grid | None:
    """The table of the rows between ``ys`` that ``inner`` rules part further; None where its columns are not
    clear: rows left whole hold one cell right of the labels, or the same columns as the parted ones."""
    left = inner[0].lo
    cuts = [level[0].at for level in levels(sorted(inner))]
    if any(abs(r.lo - left) > TOL for r in inner):
        return None
    bands = [[a, *(y for y in cuts if a + TOL < y < b - TOL), b] for a, b in pairwise(ys)]
    right = [b for b in texts if b.cx > left]
    parted = [b for b in right if any(len(band) > 2 and band[0] < b.cy < band[-1] for band in bands)]
    columns = white_gaps(parted, left, area.x1, _NARROW)
    rest = [b for b in right if b not in parted]
    alike = all(b.width <= _WIDER * (c - a) for b in rest for a, c in pairwise(columns) if a <= b.cx < c)
    whole = white_gaps(rest, left, area.x1)
    if len(columns) < 3 or (not alike and len(whole) > 2) or not _are_rows(parted, bands, columns):
        return None
    names = white_gaps([b for b in texts if b.cx < left], area.x0, left)
    xs = (*names, *columns[1:])
    return Grid(
        xs,
        tuple(sorted({y for band in bands for y in band})),
        tuple(_places(bands, len(names) - 1, len(xs) - 1, alike)),
    )


def _are_rows(texts: Sequence[Box], bands: Sequence[Sequence[float]], columns: Sequence[float]) -> bool:
    """Whether each row of the parted bands has texts in two columns."""
    rows = [(a, b) for band in bands if len(band) > 2 for a, b in pairwise(band)]
    return all(len({sum(x < t.cx for x in columns) for t in texts if a <= t.cy < b}) > 1 for a, b in rows)


def _places(bands: Sequence[Sequence[float]], n_names: int, n_cols: int, alike: bool) -> Iterator[Place]:
    row = 0
    for band in bands:
        n = len(band) - 1
        yield from (Place(row, c, n, 1) for c in range(n_names))
        for r in range(row, row + n):
            if n > 1 or alike:
                yield from (Place(r, c, 1, 1) for c in range(n_names, n_cols))
            else:
                yield Place(r, n_names, 1, n_cols - n_names)
        row += n
