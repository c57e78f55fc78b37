"""A page with what was found on it: the picture behind ``dxplan debug``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pymupdf

from extract.model import Bar, Block, BlockKind, Box, ChartItem, PageLayout, TableItem, Timeline
from extract.structure.explain import Note

DPI = 110
LABEL_SIZE = 6.5  # points
_REGION = 0xBDBDBD
_TABLE = 0x1565C0
_CELL = 0x90CAF9
_BAR = 0xD81B60
_NOTE = 0x4527A0
_CLOSE = 0xD50000
CLOSE = 0.3  # a margin below which another answer was close
_COLORS: dict[BlockKind, int] = {
    "title": 0x6A1B9A,
    "heading": 0xC62828,
    "paragraph": 0x2E7D32,
    "list_item": 0x00838F,
    "table_cell": 0x1565C0,
    "caption": 0xEF6C00,
    "footnote": 0x5D4037,
    "header": 0x757575,
    "footer": 0x757575,
    "toc": 0x558B2F,
    "figure_text": 0xF9A825,
    "side_nav": 0x78909C,
}


class _Frame(NamedTuple):
    """One rectangle to draw, and the words at its top left corner."""

    box: Box
    color: int
    label: str = ""
    width: float = 0.8
    dashed: bool = False


def draw_page(path: str | Path, page_number: int, layout: PageLayout, notes: Iterable[Note] = ()) -> bytes:
    """PNG of a page with its blocks (kind, reading order), table cells and bars with their years.

    ``notes``: what was decided about what stands there, written at the right end of its box.

    ``page_number`` counts from 1. Text input has no pages to draw: raises ``ValueError`` for any file that
    is no PDF, and for a page that the file does not have.
    """
    with pymupdf.open(path) as document:
        if not document.is_pdf:
            raise ValueError(f"{Path(path).name} is no PDF: only pages of a PDF can be drawn")
        if not 1 <= page_number <= document.page_count:
            raise ValueError(f"page {page_number}: the file has pages 1 to {document.page_count}")
        picture = document[page_number - 1].get_pixmap(dpi=DPI)
        width, height = document[page_number - 1].rect.width, document[page_number - 1].rect.height
    with pymupdf.open() as canvas:
        sheet = canvas.new_page(width=width, height=height)
        sheet.insert_image(sheet.rect, pixmap=picture)  # as displayed, so that /Rotate needs no care
        for frame in _frames(layout):
            _draw(sheet, frame)
        for note in notes:
            _write(sheet, note)
        png: bytes = sheet.get_pixmap(dpi=DPI).tobytes("png")
    return png


def _write(sheet: Any, note: Note) -> None:
    """A note inside the right end of its box, red where another answer was close."""
    close = note.margin is not None and note.margin < CLOSE
    said = note.said if note.margin is None else f"{note.said} +{note.margin:.1f}"
    width = pymupdf.get_text_length(said, fontsize=LABEL_SIZE) + 2
    x1, y1 = min(note.box.x1, sheet.rect.x1), note.box.y1
    tag = pymupdf.Rect(x1 - width, y1 - LABEL_SIZE - 1, x1, y1)
    sheet.draw_rect(tag, color=None, fill=_rgb(_CLOSE if close else _NOTE), fill_opacity=0.9)
    sheet.insert_text((tag.x0 + 1, tag.y1 - 1.6), said, fontsize=LABEL_SIZE, color=(1, 1, 1))


def _rgb(color: int) -> tuple[float, ...]:
    return tuple(((color >> shift) & 0xFF) / 255 for shift in (16, 8, 0))


def _frames(layout: PageLayout) -> Iterator[_Frame]:
    for region in layout.regions:
        yield _Frame(region, _REGION, width=0.5, dashed=True)
    for order, item in enumerate(layout.items, 1):
        if isinstance(item, Block):
            yield from _block(item, str(order))
        elif isinstance(item, TableItem):
            yield from _table(item, order)
            for timeline in item.timelines:
                yield from _bars(timeline)
        else:
            yield from _chart(item, order)


def _block(block: Block, order: str) -> Iterator[_Frame]:
    if block.box is not None:
        level = str(block.level) if block.level else ""
        yield _Frame(block.box, _COLORS[block.kind], f"{order} {block.kind}{level}")


def _table(item: TableItem, order: int) -> Iterator[_Frame]:
    table = item.table
    for cell in table.cells:
        if cell.box is not None and cell.page == table.page:
            yield _Frame(cell.box, _CELL, f"{cell.row},{cell.col}{'h' if cell.is_header else ''}", width=0.6)
    if table.box is not None:
        yield _Frame(table.box, _TABLE, f"{order} table {table.n_rows}x{table.n_cols}", width=1.4)


def _chart(item: ChartItem, order: int) -> Iterator[_Frame]:
    if item.timeline.box is not None:
        yield _Frame(item.timeline.box, _TABLE, f"{order} chart", width=1.4)
    for i, block in enumerate(item.blocks, 1):
        yield from _block(block, f"{order}.{i}")
    yield from _bars(item.timeline)


def _bars(timeline: Timeline) -> Iterator[_Frame]:
    for row in timeline.rows:
        for bar in row.bars:
            if bar.box is not None:
                yield _Frame(
                    bar.box, _BAR, f"{_years(bar, timeline)} {bar.source} {bar.certainty}", width=1.2
                )


def _years(bar: Bar, timeline: Timeline) -> str:
    def year(index: int | None) -> str:
        return "?" if index is None else str(timeline.periods[index].fy)

    start, end = year(bar.first), year(bar.last)
    if bar.last is None and bar.last_max is not None:
        end = f"..{year(bar.last_max)}"
    return start if start == end else f"{start}-{end}"


def _draw(sheet: Any, frame: _Frame) -> None:
    color = _rgb(frame.color)
    box = pymupdf.Rect(frame.box) & sheet.rect
    if box.is_empty:
        return
    sheet.draw_rect(box, color=color, width=frame.width, dashes="[2 2] 0" if frame.dashed else None)
    if frame.label:
        size = LABEL_SIZE if box.height > LABEL_SIZE + 1 else LABEL_SIZE - 2
        width = pymupdf.get_text_length(frame.label, fontsize=size) + 2
        tag = pymupdf.Rect(box.x0, box.y0 - size * 0.6, box.x0 + width, box.y0 + size * 0.5)
        sheet.draw_rect(tag, color=None, fill=color, fill_opacity=0.85)
        sheet.insert_text((tag.x0 + 1, tag.y1 - 1.4), frame.label, fontsize=size, color=(1, 1, 1))
