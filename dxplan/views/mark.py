"""A plan with a box around everything that was read from it: a copy of the PDF, for any viewer.

The boxes are annotations: the pages stay as they are, and a viewer shows what was understood beside each box.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import pymupdf

from dxplan.dataset.gantt import describe
from dxplan.dataset.plan import Plan
from dxplan.dataset.source import original
from dxplan.dataset.values import VALUES, dated
from dxplan.errors import DatasetError

Row = Mapping[str, Any]
# The tables that can be marked: the column a row is called by, and its colour.
MARKED: Final[Mapping[str, tuple[str, tuple[float, float, float]]]] = {
    "kpis": ("indicator", (0.85, 0.11, 0.38)),
    "schedules": ("task", (0.1, 0.37, 0.66)),
    "measures": ("title", (0.18, 0.43, 0.24)),
    "policies": ("title", (0.42, 0.25, 0.63)),
    "glossary": ("term", (0.54, 0.35, 0.0)),
    "procedures": ("name", (0.0, 0.41, 0.42)),
    "progress": ("item", (0.63, 0.19, 0.44)),
}
_TINT = 0.25
_EDGE = 1.5  # points


def mark(plan: Plan, tables: Iterable[str] = ("kpis",)) -> bytes:
    """Return the plan's PDF with the rows of these tables (of ``MARKED``) boxed on their pages.

    Raises:
        DatasetError: the plan is no PDF, or its file is not there or has changed.
    """
    if plan.document["media_type"] != "application/pdf":
        raise DatasetError(f"{plan.document['source_name']} is no PDF: there is no page to mark")
    _, data = original(plan.document, plan)
    with pymupdf.open(stream=data, filetype="pdf") as pdf:
        for table in tables:
            for row in plan.read(table).to_pylist():
                if row["page"] and row["bbox"]:
                    _box(pdf[row["page"] - 1], table, row)
        marked: bytes = pdf.tobytes(garbage=1, deflate=True)
    return marked


def _box(page: pymupdf.Page, table: str, row: Row) -> None:
    _, color = MARKED[table]
    shown = pymupdf.Rect(*(row["bbox"][side] for side in ("x0", "y0", "x1", "y1")))
    annotation = page.add_rect_annot(shown * page.derotation_matrix)
    annotation.set_colors(stroke=color, fill=color if table != "measures" else None)  # often a whole page
    annotation.set_border(width=_EDGE)
    annotation.set_opacity(1.0 if table == "measures" else _TINT)
    annotation.set_info(title="dxplan", subject=table, content=says(table, row))
    annotation.update()


def says(table: str, row: Row) -> str:
    """What was understood of a row, in one line."""
    name = row[MARKED[table][0]] or ""
    if table == "kpis":
        return f"{name}: {' → '.join(filter(None, (dated(row, v) for v in VALUES)))}"
    return f"{name}: {describe(row)}" if table == "schedules" else name
