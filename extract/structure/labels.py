"""The labels of one document and their roles: what everything else asks whether a text is a label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from extract.labels import field_role, leading_label
from extract.model import Block, Item, TableItem
from extract.structure.labels_found import Spot, key_of, run_in, turns
from extract.structure.slot_roles import CLOSE, PROSE, Role

UNCLEAR = "unclear"
CORE = frozenset({"overview", "background", "approach", "actions", UNCLEAR})
NAMING = frozenset({"title", "number", "policy"})
FIELDS = CORE | {"departments", "tags", "kpi", "schedule", "effect", "other"}


@dataclass(frozen=True)
class Labels:
    """The labels of one document. ``roles`` by key: those found by repetition; words tell the rest."""

    roles: Mapping[str, Role]
    cycles: tuple[Mapping[str, Sequence[Spot]], ...] = ()
    leads: frozenset[str] = frozenset()  # keys of labels that open a line, a wide space behind them

    @cached_property
    def openers(self) -> frozenset[str]:
        """Keys of the labels that come first in a record: what stands right before them is its title."""
        return frozenset(turn[0].key for cycle in self.cycles for turn in turns(cycle))

    def opens_record(self, item: Item) -> bool:
        """Whether a block or table of the stream begins with the first label of a record."""
        if isinstance(item, Block):
            return key_of(item.text) in self.openers
        return isinstance(item, TableItem) and any(
            key_of(c.text) in self.openers for c in item.table.cells if c.row == 0
        )

    def found(self, text: str) -> Role | None:
        """The role of a text that came back as a label, or None."""
        return self.roles.get(key_of(text)) if len(text) <= 40 and "。" not in text else None

    def role(self, text: str) -> str | None:
        """The role of a label of fields, or None when the text is no label in this document."""
        found = self.found(text)
        if found is None:
            return field_role(text)
        return _sure(found)

    def names(self, text: str) -> str | None:
        """title, number or policy: what a label of a form's head names; None for others."""
        found = self.found(text)
        sure = found is not None and found.name in NAMING and found.margin >= 2 * CLOSE
        return found.name if found is not None and sure else None

    def name_titles(self, cycle: Mapping[str, Sequence[Spot]]) -> bool:
        """Whether a form has a label for the title of its records."""
        return any(self.names(spots[0].text) == "title" for spots in cycle.values())

    def leading(self, text: str) -> tuple[str, str, str] | None:
        """(role, label, rest) of a line that opens with a label."""
        opened = run_in(text, self.leads)
        role = self.found(opened.name) if opened else None
        if opened and role is not None:
            return _sure(role) if role.name in FIELDS else "other", opened.name, opened.rest
        return leading_label(text)


def _sure(role: Role) -> str:
    """A role, or unclear where two are close: its text is the measure's, but nobody can say as what."""
    return UNCLEAR if role.name in PROSE and role.margin < CLOSE else role.name


NO_LABELS = Labels({})
