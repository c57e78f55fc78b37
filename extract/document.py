"""One document as records see it: blocks with offsets, nodes in order, and the outline over them.

The canonical text is the texts of all blocks joined by line feeds; every offset counts into it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from extract.labels import title_behind_label
from extract.model import (
    Block,
    Box,
    Cell,
    Page,
    Source,
    Table,
    Timeline,
    without_marks,
)
from extract.structure.labels import NO_LABELS, Labels
from normalize.characters import strip_note_marks
from normalize.frozen import frozen

PART = re.compile(r"\s*[(（［\[]\s*[1-9１-９]\s*[/／]\s*[2-9２-９]\s*[)）］\]]\s*$")  # 窓口の改善（１／２）


@frozen
class Placed:
    """A block with its place in the canonical text and, for a cell, in its table."""

    index: int
    block: Block
    start: int
    table: int | None = None
    cell: Cell | None = None

    @property
    def end(self) -> int:
        return self.start + len(self.block.text)

    @property
    def text(self) -> str:
        return self.block.text

    @property
    def clean(self) -> str:
        """The text without raised note marks and without the number of a label."""
        return without_marks(self.block.text, self.block.marks)


@frozen
class Node:
    """One step of the stream: a block, or a table or chart; blocks [first, last) hold its text."""

    first: int
    last: int
    table: int | None = None
    timelines: tuple[Timeline, ...] = ()

    @property
    def is_block(self) -> bool:
        return self.table is None and not self.timelines


@frozen
class Section:
    """A heading and what stands under it: nodes [first, last), its own heading included."""

    index: int
    parent: int | None
    level: int
    style: str
    number: str | None
    title: str
    heading: int  # index of its heading block
    first: int
    last: int
    title_block: int | None = None  # where the heading is nothing but its number (基本方針1)


@frozen
class Entry:
    """One of a level: 柱1 暮らしを便利にする. ``parent`` indexes the entries of the level above."""

    key: tuple[int, ...]  # its number as integers: (1,), (1, 2)
    number: str  # as printed
    title: str
    blocks: tuple[int, int]  # the first and last block that state it best
    parent: int | None
    mentions: tuple[int, ...]  # all blocks that name it


@frozen
class Level:
    """A level above the measures, in the plan's own word (基本目標, 柱, 戦略)."""

    word: str
    entries: tuple[Entry, ...]


@frozen
class Evidence:
    """Where a record stands: offsets into the canonical text, and a box on its first page."""

    start: int
    end: int
    page: int | None = None
    box: Box | None = None
    blocks: tuple[int, ...] = ()


@dataclass(frozen=True)
class Document:
    source: Source
    pages: tuple[Page, ...]
    blocks: tuple[Placed, ...]
    nodes: tuple[Node, ...]
    tables: tuple[Table, ...]
    sections: tuple[Section, ...]
    cell_blocks: dict[tuple[int, int, int], int] = field(default_factory=dict)  # (table, row, col) -> block
    labels: Labels = NO_LABELS
    levels: tuple[Level, ...] = ()  # above the measures, the highest first

    @cached_property
    def text(self) -> str:
        return "\n".join(p.text for p in self.blocks)

    @cached_property
    def grids(self) -> tuple[list[list[Cell | None]], ...]:
        """The tables as full grids: a spanning cell stands at every place it covers."""
        return tuple(map(_grid, self.tables))

    @cached_property
    def section_of_node(self) -> tuple[int | None, ...]:
        """The innermost section of every node."""
        owner: list[int | None] = [None] * len(self.nodes)
        for section in self.sections:  # parents come before their children
            owner[section.first : section.last] = [section.index] * (section.last - section.first)
        return tuple(owner)

    @cached_property
    def node_of_block(self) -> tuple[int, ...]:
        owner = [0] * len(self.blocks)
        for n, node in enumerate(self.nodes):
            owner[node.first : node.last] = [n] * (node.last - node.first)
        return tuple(owner)

    def section_of_block(self, index: int) -> int | None:
        return self.section_of_node[self.node_of_block[index]]

    def path(self, section: Section | None) -> list[Section]:
        """The section and those around it, outermost first."""
        chain: list[Section] = []
        while section is not None:
            chain.append(section)
            section = self.sections[section.parent] if section.parent is not None else None
        return chain[::-1]

    def children(self, section: Section) -> Sequence[Section]:
        return self._children.get(section.index, ())

    @cached_property
    def _children(self) -> Mapping[int | None, Sequence[Section]]:
        found: dict[int | None, list[Section]] = {}
        for section in self.sections:
            found.setdefault(section.parent, []).append(section)
        return found

    def direct_nodes(self, section: Section) -> list[Node]:
        """The nodes of a section, its heading and those of sections in it left out."""
        owner = self.section_of_node
        return [self.nodes[n] for n in range(section.first + 1, section.last) if owner[n] == section.index]

    def heading_text(self, section: Section) -> str:
        clean = self.blocks[section.heading].clean
        if section.title_block is not None:
            clean = f"{clean} {self.blocks[section.title_block].clean}"
        return title_behind_label(clean) or plain_heading(clean)

    def node_blocks(self, nodes: Iterable[Node]) -> Iterator[Placed]:
        for node in nodes:
            yield from self.blocks[node.first : node.last]

    def evidence(self, blocks: Iterable[int], start: int | None = None, end: int | None = None) -> Evidence:
        """Evidence made of blocks; ``start``/``end`` narrow it to a part of the first/last one."""
        placed = [self.blocks[i] for i in sorted(set(blocks))]
        page = placed[0].block.page
        box: Box | None = None
        for p in placed:
            if p.block.box is not None and p.block.page == page:
                box = p.block.box if box is None else box.union(p.block.box)
        return Evidence(
            placed[0].start if start is None else start,
            placed[-1].end if end is None else end,
            page,
            box,
            tuple(p.index for p in placed),
        )


def _grid(table: Table) -> list[list[Cell | None]]:
    places: list[list[Cell | None]] = [[None] * table.n_cols for _ in range(table.n_rows)]
    for cell in table.cells:
        columns = range(cell.col, min(cell.col + cell.colspan, table.n_cols))
        for row in places[cell.row : cell.row + cell.rowspan]:
            for c in columns:
                row[c] = cell
    return places


def plain_heading(heading: str) -> str:
    """A heading without note marks and without which part of its measure follows."""
    return strip_note_marks(PART.sub("", heading))
