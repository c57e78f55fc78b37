"""Tables with a row for each procedure (手続): its name, and a column that says whether it is online.

What the columns are is told by what they hold in all tables of one head: names that end as procedures do,
beside one column of nothing but signs of state (○, ×, 済). What heads them is evidence too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from extract.document import Document
from extract.labels import keys, vocabulary
from extract.layout.periods import parse_period
from extract.model import Cell
from extract.records.fields import cell_text
from extract.records.model import Procedure
from extract.records.procedure_signs import (
    Legend,
    is_procedure,
    legend_of,
    name_of,
    outer_group,
    plain,
    state_of,
    title_before,
)
from normalize.characters import squash, strip_note_marks
from normalize.frozen import frozen

_ROLES = ("name", "state", "number", "group")
_MIN_NAMES = 3  # without a head that says so, a column holds this many names of procedures
_MOSTLY = 0.6  # and this share of its cells are
_BY_HEAD, _BY_CONTENT = 0.95, 0.9  # how sure the rows are

Row = Sequence[Cell | None]


@frozen
class _List:
    """Tables under one head, in order: the node of each, and its rows below the head."""

    heads: tuple[str, ...]
    parts: tuple[tuple[int, Sequence[Row]], ...]

    @property
    def rows(self) -> list[Row]:
        return [row for _, rows in self.parts for row in rows]


def in_tables(document: Document) -> Iterator[Procedure]:
    """The procedures of all tables that list them, a table's in the order of its rows."""
    for listed in _lists(document):
        for n, rows in listed.parts:
            legend = _legend(document, listed, n)
            for columns in _column_sets(listed, legend):
                by_head = squash(listed.heads[columns["name"]]) in keys("procedures", "name_columns")
                sure = _BY_HEAD if by_head else _BY_CONTENT
                found = [_of_row(document, n, row, columns, legend, sure) for row in rows]
                yield from (_grouped(document, listed, n, p) for p in found if p is not None)


def _lists(document: Document) -> list[_List]:
    """The tables that are no charts, those with the same heads together."""
    found: dict[tuple[str, ...], list[tuple[int, Sequence[Row]]]] = {}
    for n, node in enumerate(document.nodes):
        if node.table is not None and len(grid := document.grids[node.table]) > 1:
            heads = tuple(cell_text(c) if c and c.col == i else "" for i, c in enumerate(grid[0]))
            if sum(parse_period(head) is not None for head in heads) < 2:
                found.setdefault(heads, []).append((n, grid[1:]))
    return [_List(heads, tuple(parts)) for heads, parts in found.items()]


def _legend(document: Document, listed: _List, n: int) -> Legend:
    """What stands around a table, else around the first of its list."""
    own = legend_of(document, [document.nodes[n]])
    return own if own.marks else legend_of(document, [document.nodes[listed.parts[0][0]]])


def _column_sets(listed: _List, legend: Legend) -> list[dict[str, int]]:
    """Columns by role, once for each name column: long lists stand in two or three halves side by side."""
    named = {role: keys("procedures", f"{role}_columns") for role in _ROLES}
    sets: list[dict[str, int]] = []
    for c, head in enumerate(listed.heads):
        texts = [cell_text(cell).strip() for row in listed.rows if (cell := row[c]) and cell.text]
        told = next((r for r in _ROLES if squash(head) in named[r]), None)
        role = _role_by_content(texts, legend) or told
        if role is not None and (not sets or role in sets[-1]):
            sets.append({})
        if role is not None:
            sets[-1][role] = c
    return [s for s in sets if {"name", "state"} <= s.keys() and _is_told(listed, s, legend, named)]


def _role_by_content(texts: Sequence[str], legend: Legend) -> str | None:
    if texts and (all(_is_explained(text, legend) for text in texts) or all(map(_is_sign, texts))):
        return "state"
    names = sum(is_procedure(name_of(text)) for text in texts)
    return "name" if names >= _MIN_NAMES and names >= _MOSTLY * len(texts) else None


def _is_told(
    listed: _List, columns: Mapping[str, int], legend: Legend, named: Mapping[str, frozenset[str]]
) -> bool:
    """Whether a head names the procedures or their state, or a legend explains the signs beside them."""
    if any(squash(listed.heads[columns[role]]) in named[role] for role in ("name", "state")):
        return True
    signs = [cell_text(cell) for row in listed.rows if (cell := row[columns["state"]]) and cell.text]
    return any(plain(sign.strip()) in legend.marks for sign in signs)


def _is_explained(text: str, legend: Legend) -> bool:
    return plain(text) in legend.marks.keys() | legend.unread


def _is_sign(text: str) -> bool:
    words = vocabulary("procedures")
    return text in {*words["yes"], *words["no"], *words["none"]}


def _of_row(
    document: Document, n: int, row: Row, columns: Mapping[str, int], legend: Legend, sure: float
) -> Procedure | None:
    index = document.nodes[n].table
    assert index is not None
    cells = {role: c for role, col in columns.items() if (c := row[col]) and c.text}
    told = {role: cell_text(c).strip() for role, c in cells.items()}
    said = _state(told.get("state", ""), legend)
    if not told.get("name") or said is None:
        return None
    online, applicable = said
    return Procedure(
        at=document.evidence([document.cell_blocks[index, c.row, c.col] for c in cells.values()]),
        rule="procedure-table",
        confidence=sure,
        name=strip_note_marks(told["name"]),
        list_title=title_before(document, n),
        group=told.get("group") or outer_group(document, document.nodes[n]),
        number=told.get("number"),
        online=online,
        applicable=applicable,
    )


def _state(text: str, legend: Legend) -> tuple[bool | None, bool] | None:
    """What the state of a row says: (online, applicable); None for what is not understood."""
    words = vocabulary("procedures")
    if plain(text) in legend.marks:
        return legend.marks[plain(text)]
    if text in words["none"]:
        return None, False
    if text in words["no"]:
        return False, True
    if text in words["yes"]:
        return (None if text in legend.unread else True), True
    said = state_of(text)  # 令和9年度開始予定
    return None if said is None else (said, True)


def _grouped(document: Document, listed: _List, n: int, procedure: Procedure) -> Procedure:
    """With the heading over its table, where each table of the list stands under a heading of its own."""
    if procedure.group is not None or len(listed.parts) < 2:
        return procedure
    over = [document.section_of_node[part] for part, _ in listed.parts]
    if None in over or len(set(over)) < len(over):
        return procedure
    section = document.sections[over[[part for part, _ in listed.parts].index(n)] or 0]
    return replace(procedure, group=section.title)
