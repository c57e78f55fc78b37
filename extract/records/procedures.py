"""Lists of procedures (手続) and whether each can be done online.

The state is told by marks with a legend (* オンライン化済), by words (本市対象外), or by the colour of the
text with a legend (赤字 = not yet online). Where only colour tells and the text has lost it, it stays null.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from extract.document import Document, Node
from extract.labels import keys, vocabulary
from extract.model import Cell
from extract.records.fields import cell_text
from extract.records.model import Procedure
from extract.records.procedure_signs import (
    LETTERED,
    MARKS,
    NOTE,
    NUMBER,
    TAIL_MARK,
    Legend,
    color_name,
    is_coloured,
    is_procedure,
    is_title,
    legend_of,
    name_of,
    outer_group,
    plain,
    title_before,
    titles_before,
    whole_title,
)
from extract.records.procedure_tables import in_tables
from normalize.characters import squash, strip_bullet
from normalize.frozen import frozen

_LEAD_MARK = re.compile(rf"^\s*([{MARKS}×✕－])\s*(?=\S)")
_COUNT = re.compile(r"[0-9０-９]{1,3}")
_MIN_LIST = 5


@frozen
class _Entry:
    text: str
    block: int
    color: int
    fill: int | None = None


def extract(document: Document) -> list[Procedure]:
    rows = list(in_tables(document))
    tables = {document.blocks[b].table for r in rows for b in r.at.blocks}
    for first, last in _lists(document):
        if not {node.table for node in document.nodes[first:last]} & tables - {None}:
            rows += _read_list(document, first, last)
    return sorted(rows, key=lambda r: r.at.start)


# --- finding the lists --------------------------------------------------------------------------------


def _lists(document: Document) -> Iterator[tuple[int, int]]:
    """(first node, last node) of runs of nodes that hold names of procedures, under a title."""
    kept: list[tuple[int, int]] = []
    n = 0
    while n < len(document.nodes):
        if not _is_list_node(document, n):
            n += 1
            continue
        last = n + 1
        gap = 0
        for m in range(n + 1, len(document.nodes)):
            if _is_list_node(document, m):
                last, gap = m + 1, 0
            elif document.nodes[m].table is not None or gap >= 8:
                break
            else:
                gap += 1
        kept.append((n, last))
        n = last
    for first, last in kept:
        names = sum(is_procedure(e.text) for e in _entries(document, document.nodes[first:last]))
        if names >= _MIN_LIST and titles_before(document, first):
            yield first, last


def _is_list_node(document: Document, n: int) -> bool:
    node = document.nodes[n]
    if node.table is not None:
        heads = _heads()
        cells = [
            c
            for c in document.tables[node.table].cells
            if c.text
            and not c.is_header
            and squash(c.text) not in heads
            and not _COUNT.fullmatch(c.text.strip())
        ]
        names = sum(is_procedure(name_of(c.text)) for c in cells)
        return names >= _MIN_LIST and names >= 0.6 * len(cells)
    if not node.is_block:
        return False
    block = document.blocks[node.first].block
    return (
        block.kind in ("list_item", "paragraph")
        and is_procedure(name_of(block.text))
        and not is_title(block.text)
    )


@cache
def _heads() -> frozenset[str]:
    return frozenset().union(*(keys("procedures", f"{role}_columns") for role in ("name", "number", "group")))


# --- reading a list -----------------------------------------------------------------------------------


def _entries(document: Document, nodes: Sequence[Node]) -> list[_Entry]:
    out = []
    for node in nodes:
        for placed in document.node_blocks([node]):
            cell = placed.cell
            if cell is not None:
                out.append(_Entry(cell_text(cell), placed.index, cell.color))
            elif placed.block.kind in ("list_item", "paragraph"):
                out.append(_Entry(placed.clean, placed.index, placed.block.color))
    return out


def _read_list(document: Document, first: int, last: int) -> list[Procedure]:
    nodes = document.nodes[first:last]
    legend = legend_of(document, nodes)
    nearest = titles_before(document, first)[0]
    outer = outer_group(document, nodes[0]) or (nearest if LETTERED.match(nearest) else None)
    rows: list[Procedure] = []
    if all(node.table is not None for node in nodes):
        groups = [(g, e) for node in nodes for g, e in _by_column(document, node)]
    else:
        groups = _by_heading(document, nodes)
    titles = [(nodes[0].first, title_before(document, first))]
    titles += [
        (p.index, whole_title(p.clean))
        for p in document.node_blocks(nodes)
        if p.block.kind == "heading" and is_title(p.clean) and not LETTERED.match(p.clean)
    ]
    for group, entry in groups:
        if not is_procedure(name_of(entry.text)) or is_title(entry.text):
            continue
        title = next(t for i, t in reversed(titles) if i <= entry.block)
        rows.append(_procedure(document, entry, group or outer, title, legend))
    return rows


def _by_heading(document: Document, nodes: Sequence[Node]) -> list[tuple[str | None, _Entry]]:
    before = document.blocks[nodes[0].first - 1] if nodes[0].first else None
    starts = before is not None and before.block.kind == "heading" and not is_title(before.clean)
    group = before.clean.strip() if before is not None and starts else None
    out: list[tuple[str | None, _Entry]] = []
    for node in nodes:
        for placed in document.node_blocks([node]):
            kind = placed.block.kind
            named = kind == "heading" and is_procedure(name_of(placed.clean)) and "関係" not in placed.text
            if kind == "heading" and not named and not is_title(placed.clean):
                group = placed.clean.strip()
            elif named or kind in ("list_item", "paragraph", "table_cell"):
                out.append((group, _Entry(placed.clean, placed.index, placed.block.color)))
    return out


def _by_column(document: Document, node: Node) -> list[tuple[str | None, _Entry]]:
    """Cells down the columns: a group's name stands in a cell of its own and rules what follows."""
    assert node.table is not None
    table = document.tables[node.table]
    group: str | None = None
    out: list[tuple[str | None, _Entry]] = []
    columns: dict[int, list[Cell]] = {}
    heads = _heads()
    for cell in table.cells:
        if cell.text:
            columns.setdefault(cell.col, []).append(cell)
    for col in sorted(columns):
        for cell in sorted(columns[col], key=lambda c: c.row):
            text = cell_text(cell)
            if squash(text) in heads:
                continue
            if not is_procedure(name_of(text)) or re.search(r"関係|手続\s*[)）]", text):
                group = re.sub(r"\s+", "", text) if "手続" in text or "関係" in text else group
                continue
            block = document.cell_blocks[node.table, cell.row, cell.col]
            out.append((group, _Entry(text, block, cell.color, cell.fill)))
    return out


def _procedure(
    document: Document, entry: _Entry, group: str | None, title: str | None, legend: Legend
) -> Procedure:
    lead = _LEAD_MARK.match(entry.text)
    number = NUMBER.match(strip_bullet(entry.text))
    name = name_of(entry.text).strip()
    online: bool | None = None
    applicable = True
    mark = TAIL_MARK.search(name)
    if mark:
        name = name[: mark.start()].strip()
        online, applicable = legend.marks.get(plain(mark[1]), (None, True))
    elif lead and plain(lead[1]) in legend.marks:
        name = _LEAD_MARK.sub("", name)
        online, applicable = legend.marks[plain(lead[1])]
    elif True in legend.states:
        online = False  # the legend marks those that are online; this one has no mark
    if not applicable and legend.states == {True, None}:
        online = False  # it has another mark instead, and none stands for «not yet»
    note = NOTE.search(name)
    words = vocabulary("procedures")
    if note and any(w in note[1] for w in words["not_applicable"]):
        name, applicable = name[: note.start()].strip(), False
    if legend.color and document.blocks[entry.block].block.box is not None:
        matches = color_name(entry.color) == legend.color
        online = (
            legend.color_online
            if matches
            else (None if legend.color_online is None else not legend.color_online)
        )
    if legend.ground_online is not None and document.blocks[entry.block].block.box is not None:
        online = legend.ground_online is is_coloured(entry.fill)
    return Procedure(
        at=document.evidence([entry.block]),
        rule="procedure-list",
        confidence=0.95 if online is not None or not legend.marks else 0.85,
        name=name,
        list_title=title,
        group=group,
        number=number["n"] if number else None,
        online=online,
        applicable=applicable,
    )
