"""Schedules: bars over time columns, from drawn marks and from the text of a table's cells.

A chart's header row holds two or more periods. Each row below it is one :class:`~extract.model.TimelineRow`;
what stands in its time columns (drawn bars, shaded cells, text, signs) are its bars.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from extract.labels import field_role
from extract.layout.bars import Mark, assemble, covered, may_be_bar, side_by_side
from extract.layout.chart_rows import Body, bars_of
from extract.layout.signs import bare, is_sign_text, words
from extract.layout.time_axis import Header, find_headers, order_of
from extract.model import Table, Timeline

__all__ = [
    "Header",
    "Mark",
    "assemble",
    "bare",
    "bars_of",
    "covered",
    "find_headers",
    "is_sign_text",
    "may_be_bar",
    "order_of",
    "side_by_side",
    "table_timeline",
    "table_timelines",
    "words",
]


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
    for i, header in enumerate(headers):
        end = headers[i + 1].top if i + 1 < len(headers) else table.n_rows
        end = min((r for r in _other_fields(table, header) if r < end), default=end)
        body = [c for c in table.cells if header.bottom < c.row < end]
        part = Body(table, header, body, marks, loose or {}, drawn)
        if not steps and part.is_values():
            continue
        again = bool(found) and [p.fy for p in found[-1].periods] == [p.fy for p in header.periods]
        rows = part.rows(path if again else ())
        if not rows:
            continue
        path = part.path
        if again:
            found[-1] = replace(found[-1], rows=found[-1].rows + rows)
        else:
            box = table.box
            found.append(Timeline(header.periods, rows, part.corner(), table.page, box))
    return tuple(found)


def _other_fields(table: Table, header: Header) -> Iterator[int]:
    """Rows of a form below its schedule that tell something else (事業費, 担当課)."""
    heads = {c.col: c.text for c in table.cells if c.row <= header.top < c.row + c.rowspan}
    if field_role(heads.get(0, "")) == "schedule":
        for cell in table.cells:
            if cell.col == 0 and cell.row > header.bottom and field_role(cell.text) not in (None, "schedule"):
                yield cell.row
