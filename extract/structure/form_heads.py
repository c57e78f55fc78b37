"""The head of a form that names its record in a cell: 事業名 | らくらく窓口, with a number beside it.

What a form calls its title is a heading like one set over a form; where the boxes stand outside of the table
with the title, it is taken out of it and put before all that belongs to the record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from extract.model import Block, Cell, Item, TableItem
from extract.structure.labels import CORE, Labels
from extract.structure.labels_found import Spot, rows_of, turns


def with_form_titles(items: Sequence[Item], labels: Labels) -> list[Item]:
    """The stream with the titles that stand in cells as headings before their records."""
    before: dict[int, Block] = {}
    without: dict[int, set[tuple[int, int]]] = {}
    for record in _records(labels):
        named = _spot(record, labels, "title")
        title = _value(items, named)
        if named is None or title is None or not _leads_boxes(named, record, labels):
            continue
        numbered = _spot(record, labels, "number")
        number = "".join(numbered.values).strip() if numbered else ""
        first = min(spot.item for spot in record.values())
        before[first] = _heading(title[1], number)
        for value in filter(None, (title, _value(items, numbered))):
            without.setdefault(value[0], set()).update(value[2])
    out: list[Item] = []
    for i, item in enumerate(items):
        if i in before:
            out.append(before[i])
        taken = without.get(i)
        if taken and isinstance(item, TableItem):
            kept = tuple(c for c in item.table.cells if (c.row, c.col) not in taken)
            if any(c.text.strip() for c in kept):
                out.append(replace(item, table=replace(item.table, cells=kept)))
        else:
            out.append(item)
    return out


def _records(labels: Labels) -> Iterator[dict[str, Spot]]:
    for cycle in labels.cycles:
        if labels.name_titles(cycle):
            for turn in turns(cycle):
                yield {spot.key: spot for spot in turn}


def _spot(record: Mapping[str, Spot], labels: Labels, role: str) -> Spot | None:
    return next((s for s in record.values() if labels.names(s.text) == role), None)


def _leads_boxes(title: Spot, record: Mapping[str, Spot], labels: Labels) -> bool:
    """Whether the title comes before all boxes of the record, and these stand outside of its table."""
    boxes = [s for key, s in record.items() if (r := labels.roles.get(key)) and r.name in CORE]
    return bool(boxes) and all(s.at > title.at and s.item != title.item for s in boxes)


def _value(items: Sequence[Item], spot: Spot | None) -> tuple[int, Cell, tuple[tuple[int, int], ...]] | None:
    """(item, the cell right of a label, the places of both)."""
    item = items[spot.item] if spot is not None else None
    if spot is None or spot.cell is None or not isinstance(item, TableItem):
        return None
    row = rows_of(item.table)[spot.cell[0]]
    cell = next((c for c in row if c.col > spot.cell[1] and c.text.strip()), None)
    return (spot.item, cell, (spot.cell, (cell.row, cell.col))) if cell is not None else None


def _heading(title: Cell, number: str) -> Block:
    text = " ".join(title.text.split("\n"))
    return Block(
        "heading",
        f"{number}\u3000{text}" if number else text,
        title.page,
        title.box,
        bold=title.bold,
        color=title.color,
        fill=title.fill,
        names_record=True,
    )
