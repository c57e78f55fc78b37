"""Which policies a measure serves: told by a matrix, a list, the headings around it, or a tag beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rapidfuzz import fuzz

from extract.document import Document, Node, Placed, Section
from extract.labels import bare, keys, outside_brackets, vocabulary
from extract.layout.numbering import heading_number, names_level, number_alone, word_of
from extract.model import Cell
from extract.records.fields import cell_text, names_policy, split_parts
from extract.records.measure_tables import ticked_of
from extract.records.model import Measure, Policy
from extract.structure.levels import level_number, number_key, steps_of
from normalize.characters import squash

SAME_TITLE = 88
_SHORT = 80  # characters of a line that may name policies
_NATIONAL = re.compile(r"自治体\s*DX|国の")
_BEHIND = re.compile(r".+[(（](?P<inside>[^()（）]{2,12})[)）]")
_DEFINED_MARK = re.compile(r"([●○★☆◎◆◇▲△■□])\s*[：:…=＝]?\s*([^●○★☆◎◆◇▲△■□\s、。]{2,20})")


@dataclass(frozen=True)
class _Listed:
    """A measure's title in a matrix or list, the policies marked there, and its other marks."""

    key: str
    policies: tuple[int, ...]
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Matrix:
    """Columns of policies and of the national plan, and what the marks in these mean."""

    columns: Mapping[int, int]  # column -> policy
    national: Sequence[int]
    legend: Mapping[str, str]

    def entries(self, row: Sequence[Cell | None]) -> list[_Listed]:
        """The measure of a row, by its title and by its number."""
        marks = vocabulary("policies")["matrix_marks"]
        title = next((t for c, t in enumerate(map(_told, row)) if t and c not in self.columns), "")
        if title in ("", *marks):
            return []
        serves = tuple(policy for c, policy in self.columns.items() if _told(row[c]) in marks)
        tags = tuple(self.legend[t] for c in self.national if (t := _told(row[c])) in self.legend)
        number = heading_number(title)
        names = (number.title, number.number) if number else (title,)
        return [_Listed(squash(name), serves, tags) for name in names]


@dataclass(frozen=True)
class PolicyLinks:
    policies: tuple[Policy, ...]
    matrix: tuple[_Listed, ...] = ()
    lists: tuple[_Listed, ...] = ()

    @staticmethod
    def read(document: Document, policies: Sequence[Policy]) -> PolicyLinks:
        links = PolicyLinks(tuple(policies))
        matrix: list[_Listed] = []
        lists: list[_Listed] = []
        for index, rows in enumerate(document.grids):
            matrix += links._matrix(document, index, rows)
            lists += links._list(rows)
        lists += links._section_lists(document)
        return replace(links, matrix=tuple(matrix), lists=tuple(lists))

    @cached_property
    def kinds(self) -> frozenset[str | None]:
        return frozenset(p.kind for p in self.policies)

    def names_policy(self, text: str) -> bool:
        """Whether a line is nothing but the name of a policy."""
        number = level_number(outside_brackets(text))
        of_plan = number is not None and word_of(number.style) in self.kinds
        return (of_plan and len(text) <= 60 and "。" not in text) or names_policy(text)

    def numbered(self, number: str | None) -> int | None:
        """The lowest policy whose number a measure's begins with: 2-1 of 2-1-3."""
        key = number_key(number or "")
        above = [n for n, p in enumerate(self.policies) if p.key and p.key == key[: len(p.key)] != key]
        deepest = max((len(self.policies[n].key) for n in above), default=0)
        lowest = [n for n in above if len(self.policies[n].key) == deepest]
        return lowest[0] if len(lowest) == 1 else None

    def policy_named(self, text: str) -> int | None:
        """The policy a short text names, by its word and number, maybe in brackets behind, or its title."""
        text = outside_brackets(text)
        behind = _BEHIND.fullmatch(text)
        if behind and number_alone(behind["inside"]) and self.names_policy(behind["inside"]):
            return self.policy_named(behind["inside"])
        levels = {n: p for n, p in enumerate(self.policies) if p.level is not None}
        number = level_number(text)
        if number is not None and (word_of(number.style) in self.kinds or names_level(number.style)):
            word, key = word_of(number.style), number_key(number.number)
            named = [n for n, p in levels.items() if p.kind == word and p.key == key]
            return max(named, key=lambda n: _alike(number.title, levels[n].title), default=None)
        plain = heading_number(text.strip())
        key_of_title = squash(plain.title if plain else text)
        if len(key_of_title) < 2:
            return None
        likeness = {n: fuzz.ratio(key_of_title, squash(p.title)) for n, p in levels.items()}
        best = max(likeness, key=lambda n: likeness[n], default=None)
        if best is None or likeness[best] < (SAME_TITLE if len(key_of_title) >= 6 else 100):
            return None
        return best

    def _matrix(self, document: Document, index: int, rows: list[list[Cell | None]]) -> list[_Listed]:
        """Rows of measures, columns of policies, marks where they meet."""
        heads = ([self._of_cell(cell) for cell in row] for row in rows[:3])
        head, named = next(((r, n) for r, n in enumerate(heads) if len(n) - n.count(None) >= 2), (0, []))
        columns = {c: policy for c, policy in enumerate(named) if policy is not None}
        if not columns:
            return []
        national = [c for c, cell in enumerate(rows[head]) if _NATIONAL.search(_told(cell))]
        legend = _legend(document, index, {t for r in rows for t in map(_told, r) if len(t) == 1})
        matrix = _Matrix(columns, national, legend)
        return [entry for row in rows[head + 1 :] for entry in matrix.entries(row)]

    def _of_cell(self, cell: Cell | None) -> int | None:
        return self.policy_named(cell.text.split("\n")[0]) if cell and cell.text else None

    def _list(self, rows: list[list[Cell | None]]) -> list[_Listed]:
        """A table 基本方針 | 取組項目: the policy stands left of (or above) its measures."""
        found = []
        current: int | None = None
        for row in rows:
            cells = [c for c in row if c and c.text]
            if not cells:
                continue
            policy = self.policy_named("".join(map(str.strip, cells[0].text.split("\n"))))
            current = policy if policy is not None else current
            for cell in cells[1:] if policy is not None else cells:
                if current is not None and len(cell.text) <= 50 and "。" not in cell.text:
                    number = heading_number(cell.text)
                    found.append(_Listed(squash(number.title if number else cell.text), (current,)))
        return found

    def _section_lists(self, document: Document) -> list[_Listed]:
        """Lists of titles under a heading that names the policy (【基本方針1】取組事項)."""
        found = []
        for section in document.sections:
            policy = self.policy_named(document.heading_text(section))
            if policy is None:
                continue
            for node in document.direct_nodes(section):
                placed = document.blocks[node.first] if node.is_block else None
                if placed and placed.block.kind == "list_item":
                    found += [_Listed(squash(p.text), (policy,)) for p in split_parts(placed)]
        return found

    def of(
        self, document: Document, section: Section, nodes: Sequence[Node], measure: Measure
    ) -> tuple[tuple[int, ...], tuple[str, ...]]:
        """Policies of a measure and the marks a matrix gives it."""
        listed = self._listed(self.matrix, document, section, measure)
        if listed and listed.policies:
            return listed.policies, listed.tags
        above = {outer.heading: document.heading_text(outer) for outer in document.path(section)[:-1]}
        nearest = max((n for n, text in above.items() if self.policy_named(text) is not None), default=-1)
        texts = [*self._beside(document, nodes, nearest), *reversed(above.values())]
        named = [p for text in texts if (p := self.policy_named(text)) is not None]
        by_number = self.numbered(measure.number)
        if not named:
            listed = self._listed(self.lists, document, section, measure)
            return (listed.policies if listed else () if by_number is None else (by_number,)), ()
        return (self._lowest(named[0], named if by_number is None else [*named, by_number]),), ()

    def _lowest(self, policy: int, others: Sequence[int]) -> int:
        """The lowest of the policies told that stand under one of them: 施策1-2 of 基本目標1."""
        for other in others:
            if other != policy and policy in self._above(other):
                policy = other
        return policy

    def _above(self, policy: int) -> list[int]:
        above = []
        parent = self.policies[policy].parent
        while parent is not None:
            above.append(parent)
            parent = self.policies[parent].parent
        return above

    def _listed(
        self, entries: Sequence[_Listed], document: Document, section: Section, measure: Measure
    ) -> _Listed | None:
        key = squash(measure.title)
        best = max(entries, key=lambda e: fuzz.ratio(e.key, key), default=None)
        if best and fuzz.ratio(best.key, key) >= SAME_TITLE:
            return best
        outer = [s.number for s in document.path(section)[:-1] if s.number]
        numbers = [re.split(r"[-－]", measure.number)[0]] if measure.number and "-" in measure.number else []
        for number in [*numbers, *outer]:
            hit = next((e for e in entries if e.key == squash(number)), None)
            if hit:
                return hit
        return None

    def _beside(self, document: Document, nodes: Sequence[Node], outer: int) -> Iterator[str]:
        """Texts around a heading that may name its policy, the nearest first.

        ``outer``: where the heading above it stands that does.
        """
        heading = document.blocks[nodes[0].first]
        page = heading.block.page
        right_above = [
            p
            for p in document.blocks[max(0, heading.index - 2) : heading.index]
            if p.table is None and p.block.kind != "header" and self.names_policy(p.clean)
        ]
        here = [p for p in document.blocks if p.block.page == page] if page is not None else []
        yield from _below(document, nodes[1:6])
        yield from (p.clean for p in right_above if p.block.page == page)
        yield from _policy_cells(document, nodes)
        yield from [p.clean for p in here if outer < p.index < heading.index and self.names_policy(p.clean)][
            -1:
        ]
        for placed in filter(self._tells_way, here):
            yield from steps_of(placed.clean)
        yield from (p.clean for p in right_above if p.block.page != page)

    def _tells_way(self, placed: Placed) -> bool:
        """Whether a line may tell the levels down to a measure, as running heads do: 柱1 › 施策1-2."""
        heads = placed.block.kind in ("header", "figure_text")
        named = placed.block.kind == "paragraph" and self.names_policy(placed.clean)
        return len(placed.text) <= _SHORT and (heads or named)


def _told(cell: Cell | None) -> str:
    return cell.text.strip() if cell else ""


def _below(document: Document, nodes: Sequence[Node]) -> Iterator[str]:
    """Short texts below a heading, down to the first label or table."""
    for node in nodes:
        placed = document.blocks[node.first] if node.is_block else None
        if placed is None or document.labels.role(placed.clean):
            return
        if len(placed.text) <= _SHORT and placed.block.kind in (
            "paragraph", "heading", "header", "figure_text",
        ):  # fmt: skip
            yield placed.clean


def _alike(a: str, b: str) -> float:
    return fuzz.ratio(squash(a), squash(b))


def _policy_cells(document: Document, nodes: Sequence[Node]) -> list[str]:
    """What stands right of a cell «基本方針» in the measure's own tables."""
    labels = keys("policies", "policy_labels")
    found = []
    for node in nodes:
        for row in document.grids[node.table] if node.table is not None else ():
            cells = [c for c in row if c and c.text]
            if len({id(c) for c in cells}) == 2 and squash(bare(cell_text(cells[0]))) in labels:
                found += ticked_of(cell_text(cells[-1])) or [cell_text(cells[-1])]
    return found


def _legend(document: Document, index: int, used: set[str]) -> dict[str, str]:
    """What the marks of a matrix mean: from lines that define one mark each, or every mark that is used."""
    node = next(n for n, x in enumerate(document.nodes) if x.table == index)
    found: dict[str, str] = {}
    for near in document.nodes[max(0, node - 6) : node + 6]:
        if near.is_block:
            text = document.blocks[near.first].text
            defined = dict(_DEFINED_MARK.findall(text))
            alone = len(defined) == 1 and _DEFINED_MARK.fullmatch(text.strip())
            if alone or used <= defined.keys() != set():
                found |= {m: meaning for m, meaning in defined.items() if m not in found}
    return found
