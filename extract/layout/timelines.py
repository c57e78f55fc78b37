"""Schedules: bars over time columns, from drawn marks and from the text of a table's cells.

A chart's header row holds two or more periods. Each row below it is one :class:`~extract.model.TimelineRow`;
what stands in its time columns (drawn bars, shaded cells, text, signs) are its bars.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from extract.layout.bars import Mark
from extract.layout.chart_rows import Body
from extract.layout.time_axis import find_headers, with_lost_ends
from extract.model import Table, Timeline


def table_timeline(table: Table, *, drawn: bool) -> Timeline | None:
    """The first timeline of a table, read off its text; ``drawn=False`` for text that may have lost bars."""
    return next(iter(table_timelines(table, drawn=drawn)), None)


def table_timelines(
    table: Table,
    *,
    drawn: bool,
    marks: Sequence[Mark] = (),
    loose: Mapping[tuple[int, int], str] | None = None,
    steps: bool = False,
) -> tuple[Timeline, ...]:
    """All timelines of a table. A repeated header goes on with the timeline before it.

    ``marks``: bars drawn over the table. ``loose``: text of the cells (row, col) that belongs to no mark,
    where that differs from the cell's text. ``steps``: the cells are known to tell what is done.
    """
    headers = find_headers(table.cells)
    found: list[Timeline] = []
    path: tuple[str, ...] = ()
    for header in headers:
        end = header.end(headers, table.n_rows)
        body = [c for c in table.cells if header.bottom < c.row < end]
        header = with_lost_ends(header, body, table.cells)
        part = Body(table, header, body, marks, loose or {}, drawn)
        if not steps and not part.is_chart():
            continue
        again = bool(found) and [p.fy for p in found[-1].periods] == [p.fy for p in header.periods]
        rows = part.rows(path if again else ())
        if not rows:
            continue
        path = part.path
        if again:
            found[-1] = replace(found[-1], rows=found[-1].rows + rows)
        else:
            found.append(Timeline(header.periods, rows, part.corner(), table.page, table.box))
    return tuple(found)
