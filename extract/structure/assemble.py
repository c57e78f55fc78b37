"""From pages to the document: the items of all pages in one stream, and the outline over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extract.document import Document, Node, Placed
from extract.model import Block, Cell, ChartItem, PageLayout, Source, Table, TableItem
from extract.structure.chapters import chapter_level
from extract.structure.form_heads import with_form_titles
from extract.structure.forms import find_labels, mark
from extract.structure.heading_items import (
    demote,
    entitle,
    unnumber_labels,
    without_pills,
    without_side_bands,
)
from extract.structure.levels import find_levels
from extract.structure.outline import outline
from extract.structure.unfold import part_records, unfold


def assemble(source: Source, layouts: Sequence[PageLayout]) -> Document:
    """Put the pages' items in one stream, give every block its place, and read the outline."""
    blocks: list[Placed] = []
    nodes: list[Node] = []
    tables: list[Table] = []
    cell_blocks: dict[tuple[int, int, int], int] = {}
    offset = 0

    def place(block: Block, table: int | None = None, cell: Cell | None = None) -> None:
        nonlocal offset
        blocks.append(Placed(len(blocks), block, offset, table, cell))
        offset += len(block.text) + 1

    items = unfold([item for layout in layouts for item in layout.items])
    items = without_pills(entitle(without_side_bands(items, (layout.page for layout in layouts))))
    labels = find_labels(items)
    if len(parted := part_records(items, labels)) > len(items):
        items, labels = parted, find_labels(parted)
    items = with_form_titles(mark(items, labels), labels)
    for item in demote(unnumber_labels(items), labels):
        first = len(blocks)
        if isinstance(item, TableItem):
            for cell in item.table.cells:
                if cell.text:
                    cell_blocks[len(tables), cell.row, cell.col] = len(blocks)
                    place(_cell_block(cell), len(tables), cell)
            nodes.append(Node(first, len(blocks), len(tables), item.timelines))
            tables.append(item.table)
        elif isinstance(item, ChartItem):
            for block in item.blocks:
                place(block)
            nodes.append(Node(first, len(blocks), None, (item.timeline,)))
        else:
            place(item)
            nodes.append(Node(first, len(blocks)))
    pages = (
        tuple(layout.page for layout in layouts) if source.media_type == "application/pdf" else source.pages
    )
    sections = outline(blocks, nodes)
    document = Document(
        source, pages, tuple(blocks), tuple(nodes), tuple(tables), sections, cell_blocks, labels
    )
    return replace(document, levels=find_levels(document) or chapter_level(document))


def _cell_block(cell: Cell) -> Block:
    return Block(
        kind="table_cell",
        text=cell.text,
        page=cell.page,
        box=cell.box,
        bold=cell.bold,
        color=cell.color,
        fill=cell.fill,
        marks=cell.marks,
    )
