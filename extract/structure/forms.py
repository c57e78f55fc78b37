"""The forms of a document: its labels with their roles, found before anything else is read.

A label is what comes back once in each record over other content (``labels_found``), or what words tell where
a plan is too small to show it. Its role is decided with those of the other labels (``slot_roles``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median

from extract.layout.numbering import numbered
from extract.model import Block, BlockKind, Cell, ChartItem, Item, Table, TableItem
from extract.structure.content import content_of, is_office
from extract.structure.labels import CORE, FIELDS, Labels
from extract.structure.labels_found import (
    SIDE,
    TIMES,
    Spot,
    clean,
    cycles,
    key_of,
    leads_of,
    rows_of,
    run_in,
    spots,
    turns,
)
from extract.structure.records_found import with_titles
from extract.structure.slot_roles import CONTENT, Role, Slot, decide


def find_labels(items: Sequence[Item]) -> Labels:
    """The labels of a document's stream, before its outline is known."""
    leads = leads_of(items)
    found = spots(items, leads)
    roles: dict[str, Role] = {}
    kept: list[dict[str, list[Spot]]] = []
    for cycle in cycles(found):
        slots = [_slot(key, same, found, cycle, items) for key, same in cycle.items()]
        told = decide(slots)
        if not CORE & {role.name for role in told.values()}:
            continue  # cards of values, entries of a list: no forms of measures
        roles |= {k: r for k, r in told.items() if k not in roles}
        kept.append(cycle)
    roles |= _lone(found, roles, items)
    return Labels(roles, tuple(kept), leads & roles.keys())


def _lone(found: Sequence[Spot], roles: Mapping[str, Role], items: Sequence[Item]) -> dict[str, Role]:
    """The only labels of prose: they open paragraph after paragraph that tell of values (【めやす】 …)."""
    opening: dict[str, list[Spot]] = defaultdict(list)
    for spot in found:
        if spot.place == "run-in" and spot.key not in roles:
            opening[spot.key].append(spot)
    often = {key: same for key, same in opening.items() if len(same) >= TIMES}
    told = {key: decide([_slot(key, same, found, often, items)])[key] for key, same in often.items()}
    return {key: role for key, role in told.items() if role.name == "kpi" and role.score >= CONTENT}


def _slot(
    key: str,
    same: Sequence[Spot],
    found: Sequence[Spot],
    cycle: Mapping[str, Sequence[Spot]],
    items: Sequence[Item],
) -> Slot:
    """What stands behind a label in all places where it is set so."""
    labelled = {s.item for spots in cycle.values() for s in spots}
    values: list[tuple[str, ...]] = []
    drawn: list[str] = []
    boxed = 0
    for spot in same:
        item = items[spot.item]
        if spot.cell is not None and isinstance(item, TableItem):
            cells = _cells_of(item.table, spot, cycle)
            values.append(tuple(t for c in cells for t in c.text.split("\n") if t.strip()))
            boxed += any(c.boxed for c in cells)
            texts = [c.text for c in cells]
            if len(cells) > 3 and sum(content_of(t) in ("value", "pair", "number") for t in texts) > 1:
                drawn.append("values")
        else:
            held, shown = _behind(spot, items, labelled)
            values.append(held)
            if shown:
                drawn.append(shown)
    return Slot(key, same[0].text, _order(key, cycle), tuple(values), tuple(drawn), boxed > len(same) / 2)


def _order(key: str, cycle: Mapping[str, Sequence[Spot]]) -> float:
    """The usual place of a label among those of its record, 0 to 1."""
    records = [[s.key for s in record] for record in turns(cycle)]
    full = [r for r in records if len(r) > len(cycle) / 2] or records
    places = [r.index(key) / max(1, len(r) - 1) for r in full if key in r]
    return median(places) if places else 0.5


def _cells_of(table: Table, spot: Spot, cycle: Mapping[str, object]) -> list[Cell]:
    """The cells a label's value stands in: right of it up to the next label, else the one below it."""
    assert spot.cell is not None
    rows = rows_of(table)
    label = next(c for c in rows[spot.cell[0]] if c.col == spot.cell[1])
    held: list[Cell] = []
    for row in rows[label.row : label.row + label.rowspan]:
        for cell in row:
            if cell.col < label.col + label.colspan or not cell.text.strip():
                continue
            if cell.row == label.row and key_of(cell.text) in cycle:
                break
            held.append(cell)
    below = label.row + label.rowspan
    if not held and below < len(rows):
        held = [c for c in rows[below] if c.col == label.col and c.text.strip()]
    return held


def _behind(spot: Spot, items: Sequence[Item], labelled: set[int]) -> tuple[tuple[str, ...], str | None]:
    """The lines behind a label up to the next label or heading, and what is drawn there."""
    texts = [t for v in spot.values for t in v.split("\n")] if spot.place == "run-in" else []
    if texts and all(map(is_office, texts)):
        return tuple(texts), None  # what stands below its line is not the offices'
    drawn = None
    for i in range(spot.item + 1, len(items)):
        item = items[i]
        if i in labelled or (isinstance(item, Block) and item.kind in ("heading", "title")):
            break
        if not isinstance(item, Block):
            drawn = drawn or _drawn(item)
        elif item.kind not in SIDE:
            texts += clean(item).split("\n")
    return tuple(t for t in texts if t.strip()), drawn


def _drawn(item: TableItem | ChartItem) -> str:
    """What a table or chart holds: steps over years, values, or anything else."""
    if isinstance(item, ChartItem) or item.timelines:
        return "chart"
    kinds = [content_of(c.text) for c in item.table.cells if c.text.strip()]
    return "values" if sum(kind in ("value", "pair", "number") for kind in kinds) > 1 else "table"


def mark(items: Sequence[Item], labels: Labels) -> list[Item]:
    """The stream with its labels marked as such, and the title before the first of each turn."""
    out = list(items)
    for cycle in labels.cycles:
        if not labels.name_titles(cycle):
            for i, block in with_titles(items, cycle).items():
                out[i] = block
    return [_marked(item, labels) for item in out]


def _marked(item: Item, labels: Labels) -> Item:
    if not isinstance(item, Block) or item.kind not in ("heading", "paragraph", "list_item"):
        return item
    text = clean(item)
    opened = run_in(text, labels.leads)
    if opened and key_of(opened.name) in labels.leads:
        return replace(item, kind="paragraph")
    role = labels.found(text)
    if role is None or opened:
        return item
    kind: BlockKind = "heading" if role.name in FIELDS else "paragraph"
    start = _number_end(text)
    marks = ((0, start), *item.marks) if start and not item.marks else item.marks
    return replace(item, kind=kind, is_label=True, marks=marks)


def _number_end(text: str) -> int:
    """Where a label begins behind its number: (ア) 現状と課題."""
    number = numbered(text.strip())
    return text.rindex(number.title) if number else 0
