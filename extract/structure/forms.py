"""The forms of a document: its labels with their roles, found before anything else is read.

A label is what comes back once in each record over other content (``labels_found``), or what words tell where a
plan is too small to show it. Its role is decided with those of the other labels (``slot_roles``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from extract.labels import bare, field_role, generic_role, leading_label
from extract.model import Block, Item, Table, TableItem
from extract.structure.content import content_of
from extract.structure.labels_found import (
    SIDE,
    Spot,
    clean,
    cycles,
    key_of,
    rows_of,
    run_in,
    spots,
)
from extract.structure.slot_roles import Role, Slot, decide
from normalize.characters import squash
from normalize.frozen import frozen

CORE = frozenset({"overview", "background", "approach", "actions"})
NAMING = frozenset({"title", "number", "policy"})
_FIELDS = CORE | {"departments", "tags", "kpi", "schedule", "effect", "other"}


@frozen
class Labels:
    """The labels of one document. ``roles`` by key: those found by repetition; words tell the rest."""

    roles: Mapping[str, Role]
    n_records: int = 0

    def found(self, text: str) -> Role | None:
        """The role of a text that came back as a label, or None."""
        return self.roles.get(key_of(text)) if len(text) <= 40 and "。" not in text else None

    def role(self, text: str) -> str | None:
        """The role of a label of fields, or None when the text is no label in this document."""
        found = self.found(text)
        if found is None:
            return field_role(text)
        return found.name if found.name in _FIELDS else None

    def names(self, text: str) -> str | None:
        """title, number or policy: what a label of a form's head names; None for others."""
        found = self.found(text)
        return found.name if found is not None and found.name in NAMING else None

    def leading(self, text: str) -> tuple[str, str, str] | None:
        """(role, label, rest) of a line that opens with a label."""
        opened = run_in(text)
        role = self.found(opened.name) if opened else None
        if opened and role is not None and role.name in _FIELDS:
            return role.name, opened.name, opened.rest
        return leading_label(text)


NONE = Labels({})


def find_labels(items: Sequence[Item]) -> Labels:
    """The labels of a document's stream, before its outline is known."""
    found = spots(items)
    roles: dict[str, Role] = {}
    most = 0
    for cycle in cycles(found):
        slots = [_slot(key, same, found, cycle, items) for key, same in cycle.items()]
        told = decide(slots)
        if not CORE & {role.name for role in told.values()}:
            continue  # cards of values, entries of a list: no forms of measures
        roles |= {k: r for k, r in told.items() if k not in roles}
        most = max(most, *map(len, cycle.values()))
    return Labels(roles, most)


def _slot(
    key: str,
    same: Sequence[Spot],
    found: Sequence[Spot],
    cycle: Mapping[str, Sequence[Spot]],
    items: Sequence[Item],
) -> Slot:
    """What stands behind a label in all places where it is set so."""
    at = {(s.item, s.cell): s for spots in cycle.values() for s in spots}
    lines = {s.item for spots in cycle.values() for s in spots if s.cell is None}
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
            held, shown = _behind(spot, items, lines, at)
            values.append(held)
            if shown:
                drawn.append(shown)
    return Slot(key, same[0].text, _order(key, cycle), tuple(values), tuple(drawn), boxed > len(same) / 2)


def _order(key: str, cycle: Mapping[str, Sequence[Spot]]) -> float:
    """The mean place of a label among those of its turn, 0 to 1."""
    first = {k: s[0].at for k, s in cycle.items()}
    places: dict[str, list[int]] = {k: [] for k in cycle}
    every = sorted((s.at, k) for k, spots in cycle.items() for s in spots)
    opener = min(first, key=lambda k: first[k])
    place = 0
    for _, k in every:
        place = 0 if k == opener else place + 1
        places[k].append(place)
    middle = sorted(places[key])[len(places[key]) // 2]
    return middle / max(1, len(cycle) - 1)


def _cells_of(table: Table, spot: Spot, cycle: Mapping[str, object]) -> list:
    """The cells a label's value stands in: right of it up to the next label, else the one below it."""
    assert spot.cell is not None
    rows = rows_of(table)
    label = next(c for c in rows[spot.cell[0]] if c.col == spot.cell[1])
    held = []
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


def _behind(
    spot: Spot, items: Sequence[Item], lines: set[int], at: Mapping[object, Spot]
) -> tuple[tuple[str, ...], str | None]:
    """The lines behind a label up to the next label or heading, and what is drawn there."""
    texts = [t for v in spot.values for t in v.split("\n")] if spot.place == "run-in" else []
    drawn = None
    for i in range(spot.item + 1, len(items)):
        item = items[i]
        if i in lines or (isinstance(item, Block) and item.kind in ("heading", "title")):
            break
        if isinstance(item, Block):
            if item.kind not in SIDE:
                texts += clean(item).split("\n")
        elif isinstance(item, TableItem):
            cells = [c.text for c in item.table.cells if c.text.strip()]
            if any((i, (c.row, c.col)) in at for c in item.table.cells):
                break
            valued = sum(content_of(t) in ("value", "pair", "number") for t in cells)
            drawn = drawn or ("chart" if item.timelines else "values" if valued > 1 else "table")
        else:
            drawn = drawn or "chart"
    return tuple(t for t in texts if t.strip()), drawn


def mark(items: Sequence[Item], labels: Labels) -> list[Item]:
    """The stream with its labels marked as such: none of them heads a section."""
    return [_marked(item, labels) for item in items]


def _marked(item: Item, labels: Labels) -> Item:
    if not isinstance(item, Block) or item.kind not in ("heading", "paragraph", "list_item"):
        return item
    text = clean(item)
    role = labels.found(text)
    if role is None or run_in(text):
        return item
    kind = "heading" if role.name in _FIELDS else "paragraph"
    start = _number_end(text)
    marks = ((0, start), *item.marks) if start and not item.marks else item.marks
    return replace(item, kind=kind, is_label=True, marks=marks)


def _number_end(text: str) -> int:
    """Where a label begins behind its number: (ア) 現状と課題."""
    from extract.layout.numbering import numbered

    number = numbered(text.strip())
    return text.rindex(number.title) if number else 0


def field_names(labels: Labels) -> Iterator[str]:
    yield from labels.roles


__all__ = ["Labels", "find_labels", "mark", "bare", "generic_role", "squash"]
