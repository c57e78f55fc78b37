"""A form drawn as one grid: the bands across it that come back in every form name what stands below them.

    ┌──────────┬──────────────┐
    │ 事業名   │ …            │        the rows above the first band stay a table,
    ├──────────┴──────────────┤
    │ １ 事業の目的           │        a band becomes a line,
    ├─────────────────────────┤
    │ …                       │        a cell as wide as the form becomes text,
    ├─────────────────────────┤
    │ ２ 年度別の目標         │
    ├────────┬────────┬───────┤
    │ 年度   │ …      │ …     │        and rows of several cells a table of their own.

So a form in one grid and one in many boxes are read alike. Rows that name a group of rows under one head are
no such bands: between them stand no cells as wide as the table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from extract.layout.parts import union
from extract.layout.turned import told_steps
from extract.model import Block, Box, Cell, Item, Table, TableItem, Timeline
from extract.structure.labels_found import TIMES, key_of, may_name, rows_of

_FORM = 0.5  # of the parts between bands: so many hold a cell as wide as the table


def unfold(items: Sequence[Item]) -> list[Item]:
    """The stream with its forms of one grid taken apart at their bands."""
    bands = {
        i: found
        for i, item in enumerate(items)
        if isinstance(item, TableItem) and (found := _bands(item.table))
    }
    times = Counter(key for found in bands.values() for key in {key_of(c.text) for c in found})
    out: list[Item] = []
    for i, item in enumerate(items):
        own = [c for c in bands.get(i, ()) if times[key_of(c.text)] >= TIMES]
        if isinstance(item, TableItem) and own and _is_form(item.table, own):
            out += _parts(item, own)
        else:
            out.append(item)
    return out


def _bands(table: Table) -> list[Cell]:
    """Cells as wide as the table that may be labels, with something else below them."""
    if table.n_cols < 2:
        return []
    wide = (_wide(row, table) for row in rows_of(table)[:-1])
    return [cell for cell in wide if cell is not None and may_name(cell.text)]


def _wide(row: Sequence[Cell], table: Table) -> Cell | None:
    """The one cell of a row that goes across the whole table."""
    told = [c for c in row if c.text.strip()]
    return told[0] if len(told) == 1 and told[0].colspan == table.n_cols else None


def _is_form(table: Table, bands: Sequence[Cell]) -> bool:
    rows = rows_of(table)
    ends = [*[c.row for c in bands[1:]], table.n_rows]
    held = [
        any(_wide(row, table) for row in rows[band.row + 1 : end])
        for band, end in zip(bands, ends, strict=True)
    ]
    return sum(held) >= _FORM * len(held)


def _parts(item: TableItem, bands: Sequence[Cell]) -> Iterator[Item]:
    table = item.table
    starts = {c.row for c in bands}
    wide = {c.row: c for row in rows_of(table) if (c := _wide(row, table)) is not None}
    first = 0
    for row in range(table.n_rows + 1):
        if row < table.n_rows and row not in wide:
            continue
        if row > first:
            yield from _rows(item, first, row)
        first = row + 1
        if row < table.n_rows:
            yield from _lines(wide[row], row in starts)
            first = row + wide[row].rowspan


def _lines(cell: Cell, is_band: bool) -> Iterator[Block]:
    lines = [cell.text] if is_band else cell.text.split("\n")
    for text in lines:
        if text.strip():
            yield Block(
                "paragraph",
                text,
                cell.page,
                cell.box,
                bold=cell.bold,
                color=cell.color,
                fill=cell.fill,
                indent=cell.box.x0 if cell.box else 0.0,
                marks=cell.marks if len(lines) == 1 else (),
            )


def _rows(item: TableItem, first: int, end: int) -> Iterator[TableItem]:
    """Rows of a table as a table of their own, without the columns that only other rows have."""
    cells = [c for c in item.table.cells if first <= c.row < end]
    if not any(c.text.strip() for c in cells):
        return
    edges = sorted({c.col for c in cells} | {c.col + c.colspan for c in cells})
    at = {edge: n for n, edge in enumerate(edges)}
    moved = tuple(
        replace(c, row=c.row - first, col=at[c.col], colspan=at[c.col + c.colspan] - at[c.col]) for c in cells
    )
    boxes = [c.box for c in cells if c.box is not None and c.page == cells[0].page]
    box = union(boxes) if boxes else None
    part = Table(moved, end - first, len(edges) - 1, cells[0].page, box)
    charts = tuple(t for t in item.timelines if _lies_in(t, box))
    yield TableItem(part, charts or told_steps(part))


def _lies_in(chart: Timeline, box: Box | None) -> bool:
    boxes = [row.box for row in chart.rows if row.box is not None]
    return box is None or not boxes or box.y0 <= boxes[0].cy <= box.y1
