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

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from extract.layout.parts import union
from extract.layout.turned import told_steps
from extract.model import Block, Cell, Item, Table, TableItem, Timeline
from extract.structure.labels import Labels
from extract.structure.labels_found import TIMES, WHOLE, key_of, may_name, rows_of, turns

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
    charts = tuple(own for t in item.timelines if (own := _within(t, cells)) is not None)
    yield TableItem(part, charts or told_steps(part))


def _within(chart: Timeline, cells: Sequence[Cell]) -> Timeline | None:
    """The rows of a chart that stand level with cells."""
    spans = [(c.page, c.box.y0, c.box.y1) for c in cells if c.box is not None]
    rows = tuple(
        row
        for row in chart.rows
        if row.box is None or not spans
        or any(page == row.page and y0 <= row.box.cy <= y1 for page, y0, y1 in spans)
    )  # fmt: skip
    return replace(chart, rows=rows) if rows else None


def part_records(items: Sequence[Item], labels: Labels) -> list[Item]:
    """The stream with each table that holds the forms of several records cut where one begins.

    The rows above the first label of its first record (a number, a title) stand above that of each.
    """
    starts: dict[int, list[int]] = defaultdict(list)
    for cycle in labels.cycles:
        for turn in turns(cycle):
            held = [s for s in turn if s.cell is not None and s.item == turn[0].item]
            if len(held) > WHOLE * len(cycle) and turn[0].cell is not None:
                starts[turn[0].item].append(turn[0].cell[0])
    out: list[Item] = []
    for i, item in enumerate(items):
        if isinstance(item, TableItem) and (cuts := _cuts(item.table, starts[i])):
            for first, end in pairwise([0, *cuts, item.table.n_rows]):
                out += _rows(item, first, end)
        else:
            out.append(item)
    return out


def _cuts(table: Table, starts: Sequence[int]) -> list[int]:
    """Rows at which records begin, but for the first; [] where a cell goes over one of them."""
    above = min(starts, default=0)
    cuts = [row - above for row in starts if row > above]
    crossed = any(c.row < row < c.row + c.rowspan for c in table.cells for row in cuts)
    return [] if crossed else cuts
