"""Small tables without a head whose rows are a name and both its values: 利用率 | 22％（R6）⇒ 60％（R12）."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from extract.document import Document
from extract.model import Cell
from extract.records.fields import cell_text
from extract.records.indicator_items import read_items
from extract.records.indicator_lines import looks_back
from extract.records.model import Kpi
from extract.structure.content import content_of, says_what

_SURE = 0.88

Row = Sequence[Cell | None]


def of_pairs(document: Document, owners: Sequence[int | None], known: Container[int | None]) -> Iterator[Kpi]:
    """The rows of the tables that hold nothing but such pairs, a label over all rows aside (KPI); ``known``:
    tables that were read before."""
    for n, node in enumerate(document.nodes):
        measure = owners[n]
        if node.table is None or node.table in known or measure is None or looks_back(document, node.first):
            continue
        rows = [_pair(row) for row in document.grids[node.table]]
        if rows and None not in rows:
            yield from _read(document, node.table, [row for row in rows if row], measure)


def _pair(row: Row) -> tuple[Cell, Cell] | None:
    """The name and the values at the end of a row; None where it holds anything else."""
    cells = list({id(c): c for c in row if c is not None and c.text.strip()}.values())
    name, values = cells[-2:] if len(cells) in (2, 3) else (None, None)
    if name is None or values is None or content_of(cell_text(values)) != "pair":
        return None
    return (name, values) if name.rowspan == 1 and says_what(cell_text(name)) else None


def _read(document: Document, table: int, rows: Sequence[tuple[Cell, Cell]], measure: int) -> Iterator[Kpi]:
    told = [read_items(f"{cell_text(name)}：{cell_text(values)}") for name, values in rows]
    if any(r is None or r.target.value is None or r.target.fy is None for r in told):
        return
    for reading, cells in zip(told, rows, strict=True):
        if reading is not None:
            at = document.evidence([document.cell_blocks[table, c.row, c.col] for c in cells])
            yield reading.at(at, "kpi-table", _SURE, measure)
