"""Tables that lie on their side on an upright page: read as if the page were turned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from extract.model import Line, Table

Way = Literal["up", "down"]
MOST = 0.8  # of a table's texts run the same way when it lies on its side
LEAST = 4  # texts; one label set upright makes no such table


def runs_up(line: Line) -> bool:
    """Whether a line that is not level is read from below: its letters' edges fall."""
    edges = line.runs[0].xs if line.runs else ()
    return line.vertical and len(edges) > 1 and edges[0] > edges[-1]


def lies(pieces: Sequence[Line]) -> Way | None:
    """The way the texts of a table run when it lies on its side; None when it stands upright."""
    texts = [p for p in pieces if len(p.text.strip()) > 1]
    upright = [p for p in texts if p.vertical]
    if len(upright) < LEAST or len(upright) < MOST * len(texts):
        return None
    up = sum(map(runs_up, upright))
    return "up" if up >= MOST * len(upright) else "down" if up <= (1 - MOST) * len(upright) else None


def stood_up(table: Table, way: Way) -> Table:
    """The table as its reader sees it: rows for columns. Boxes stay where they are on the page."""
    cells = [
        replace(
            c,
            row=c.col if way == "up" else table.n_cols - c.col - c.colspan,
            col=table.n_rows - c.row - c.rowspan if way == "up" else c.row,
            rowspan=c.colspan,
            colspan=c.rowspan,
        )
        for c in table.cells
    ]
    cells.sort(key=lambda c: (c.row, c.col))
    return replace(table, cells=tuple(cells), n_rows=table.n_cols, n_cols=table.n_rows)
