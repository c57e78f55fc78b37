"""Why a page was read as it was: labels, heads of columns and headings with what they were taken for.

What ``dxplan debug`` draws over the page, so that a person sees which evidence was thin.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from extract.document import Document
from extract.model import Box
from extract.structure.tables import TableReading
from normalize.frozen import frozen


@frozen
class Note:
    """What stands in a box, in a few words. ``margin``: how far the next best answer is away, if measured."""

    box: Box
    said: str
    about: Literal["label", "table", "column", "heading"]
    margin: float | None = None


def notes(document: Document, readings: Iterable[TableReading], page: int) -> Iterator[Note]:
    """All that was decided about what stands on a page, counted from 1."""
    yield from _labels(document, page)
    for reading in readings:
        yield from _table(reading, page)
    yield from _headings(document, page)


def _labels(document: Document, page: int) -> Iterator[Note]:
    for placed in document.blocks:
        role = document.labels.found(placed.clean) if placed.block.page == page else None
        if role is not None and placed.block.box is not None:
            yield Note(placed.block.box, role.name, "label", role.margin)


def _table(reading: TableReading, page: int) -> Iterator[Note]:
    """The kind over the table, the role over each column it begins on the page."""
    box = _box_of(reading, page)
    if box is None:
        return
    yield Note(box, f"{reading.kind} {reading.confidence:.2f}", "table", reading.margin)
    if reading.block.turned:
        return
    for c, role in enumerate(reading.roles):
        cells = [row[c] for row in reading.block.rows]
        first = next((cell for cell in cells if cell is not None and cell.box and cell.page == page), None)
        if first is not None and first.box is not None:
            column = reading.columns[c]
            yield Note(first.box, role if column.fy is None else f"{role} {column.fy}", "column")


def _box_of(reading: TableReading, page: int) -> Box | None:
    found: Box | None = None
    for row in reading.block.rows:
        for cell in row:
            if cell is not None and cell.box is not None and cell.page == page:
                found = cell.box if found is None else found.union(cell.box)
    return found


def _headings(document: Document, page: int) -> Iterator[Note]:
    for section in document.sections:
        block = document.blocks[section.heading].block
        if block.page == page and block.box is not None:
            number = f" {section.number}" if section.number else ""
            yield Note(block.box, f"level {section.level}{number}", "heading")
