"""What a table is and what each of its columns is: scored readings, all tables with one head together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby
from math import exp
from typing import Literal, TypeVar

from extract.document import Document, Node
from extract.labels import said
from extract.structure.column_roles import TAUGHT, Role, Set, assign, head_key, outcome, sets_of
from extract.structure.content import VALUED
from extract.structure.headers import (
    Block,
    Column,
    Period,
    Row,
    blocks,
    column,
    kind_of,
    recurring_rows,
    scopes_of,
    tables,
    text_of,
    turned,
    valued,
    weighed,
    weights,
    without,
)
from extract.structure.table_kinds import around, evidence_of
from normalize.characters import squash

Kind = Literal["indicators", "doubtful"]

_ANSWERED = {"indicators": TAUGHT, "none": -2 * TAUGHT}  # by a person
T = TypeVar("T")

_COLUMNS_MAX = 40
_OFTEN = 3  # tables in which a row of words alone comes back
_TURNED_MAX = 12  # columns of a turned table: few kinds of values, each a row
_PLAIN = 3.0  # the score of a reading that needs no look at the table turned
_DOUBTFUL = -2.0  # the score of a reading that a person should see
_SOME = 0.2  # share of a column's cells that are values: less, and it is no column of values


@dataclass(frozen=True)
class TableReading:
    """One block of a table as read: its kind, the sets of its columns, and how sure that is.

    ``score``: log odds of the kind. ``margin``: what the next best reading of the columns lacks,
    ``rival``.
    """

    block: Block
    kind: Kind
    columns: tuple[Column, ...]
    roles: tuple[Role, ...]
    sets: tuple[Set, ...]
    score: float
    margin: float
    rival: tuple[Role, ...] = ()

    @property
    def confidence(self) -> float:
        scale = weights("confidence")
        least = min(self.score, self.margin * scale["margin"])
        return float(scale["top"] / (1 + exp(-scale["slope"] * (least - scale["middle"]))))


def read(document: Document, period: Period = (None, None)) -> tuple[TableReading, ...]:
    """The readings of all tables, in order; ``period``: the fiscal years of the plan.

    A table is read turned only where it is not plain as it lies. One that may be of indicators, and is not
    surely enough, is ``doubtful``.
    """
    grids = {i: rows for i, rows in enumerate(tables(document)) if len(rows) > 1 and len(rows[0]) > 1}
    recurring = recurring_rows(list(grids.values()))
    upright = {i: blocks(i, rows, recurring) for i, rows in grids.items() if len(rows[0]) <= _COLUMNS_MAX}
    found = _read_all(document, upright.values(), period)
    plain = {i for i, readings in found.items() if any(r.score > _PLAIN for r in readings)}
    lying = [
        blocks(i, turned(rows), recurring, is_turned=True)
        for i, rows in grids.items()
        if len(rows) <= _TURNED_MAX and i not in plain
    ]
    for index, readings in _read_all(document, lying, period).items():
        found[index] += readings
    return tuple(r for index in sorted(found) for r in _best(found[index]))


def _read_all(
    document: Document, found: Iterable[Iterable[Block]], period: Period
) -> dict[int, list[TableReading]]:
    """The readings of blocks by table, those with the same head read as one."""
    groups: dict[tuple[str, ...], list[Block]] = defaultdict(list)
    nodes = {node.table: node for node in document.nodes if node.table is not None}
    for block in chain.from_iterable(found):
        headless = () if any(block.signature) else (str(block.table),)
        groups[(*headless, *block.signature)].append(block)
    readings: dict[int, list[TableReading]] = defaultdict(list)
    for group in groups.values():
        for reading in _read_group(document, nodes, group, period):
            readings[reading.block.table].append(reading)
    return readings


def _best(readings: Sequence[TableReading]) -> Iterator[TableReading]:
    """The readings of one table that hold no row twice, best first; in their order. Else the one in doubt."""
    ranked = sorted(readings, key=lambda r: -r.score)
    taken: list[TableReading] = []
    for reading in ranked:
        if reading.score > 0 and not any(_overlap(reading.block, t.block) for t in taken):
            taken.append(reading)
    if not taken and ranked and ranked[0].score > _DOUBTFUL:
        taken = [replace(ranked[0], kind="doubtful")]
    yield from sorted(taken, key=lambda r: r.block.span)


def _overlap(one: Block, other: Block) -> bool:
    if one.turned != other.turned:
        return True
    return one.span[0] < other.span[1] and other.span[0] < one.span[1]


# --- one head ------------------------------------------------------------------------------------------


def _read_group(
    document: Document, nodes: Mapping[int, Node], group: Sequence[Block], period: Period
) -> Iterator[TableReading]:
    """Readings of all blocks with one head: the columns of all of them are read as one."""
    group = _without_lines(group)
    body = [row for block in group for row in block.body if not _is_group_row(row)]
    if not body:
        return
    scopes = scopes_of(group[0].stacks)
    stacks, body, places = _folded(group[0].stacks, body, scopes)
    columns = tuple(column(stack, [row[c] for row in body], period) for c, stack in enumerate(stacks))
    columns = _with_cycles(columns, body)
    if not any(valued(col) >= _SOME or col.has("word_target") for col in columns):
        return
    best = assign(columns)
    if not best:
        return
    total, roles = best[0]
    sets = sets_of(columns, roles)
    wide = tuple(s.moved(to, name) for to, (name, _) in zip(places, scopes, strict=True) for s in sets)
    behind, rival = next(((t, r) for t, r in best if outcome(r) != outcome(roles)), (0.0, ()))
    margin = total - behind
    common = evidence_of(columns, roles, sets, body, len({b.table for b in group}))
    common["per_column"] = total / len(columns)
    columns, roles, rival = _spread(columns, places), _spread(roles, places), _spread(rival, places)
    for block in group:
        score = weighed({**common, **around(document, nodes[block.table], block)}, weights("indicators"))
        score += _ANSWERED.get(said("table", table_key(block.stacks)) or "", 0.0)
        yield TableReading(block, "indicators", columns, roles, wide or sets, score, margin, rival)


def _without_lines(group: Sequence[Block]) -> Sequence[Block]:
    """Blocks without the rows that come back under one name, with words alone: a line of work (実施計画) that
    stands above the indicators of each form."""

    def words(row: Row) -> bool:
        kinds = [kind_of(text) for cell in row[1:] if (text := text_of(cell))]
        return bool(kinds) and not any(kind in VALUED for kind in kinds)

    names = Counter(squash(text_of(row[0])) for block in group for row in block.body if words(row))
    lines = {name for name, n in names.items() if n >= _OFTEN}
    if not lines:
        return group
    return [
        replace(
            block,
            rows=(*block.rows[: block.head], *(r for r in block.body if squash(text_of(r[0])) not in lines)),
        )
        for block in group
    ]


def table_key(stacks: Iterable[Sequence[str]]) -> str:
    """The head of a table as a person's answer names it."""
    return "|".join(map(head_key, stacks))


def _folded(
    stacks: Sequence[tuple[str, ...]], body: list[Row], scopes: Sequence[tuple[str, tuple[int, ...]]]
) -> tuple[Sequence[tuple[str, ...]], list[Row], list[tuple[int, ...]]]:
    """A table whose columns come again under other names with them below each other, and where each was."""
    if not scopes:
        return stacks, body, []
    again = {c for _, run in scopes for c in run}
    common = [c for c in range(len(stacks)) if c not in again]
    places = [tuple(sorted((*common, *run))) for _, run in scopes]
    heads = [without(stacks[c], scopes[0][0]) for c in places[0]]
    return heads, [tuple(row[c] for c in to) for to in places for row in body], places


def _spread(told: tuple[T, ...], places: Sequence[Sequence[int]]) -> tuple[T, ...]:
    """What is told of the columns of a folded table, for each column of the table itself."""
    own = {c: one for to in places for c, one in zip(to, told, strict=False)}
    return tuple(own[c] for c in sorted(own)) or told


def _is_group_row(row: Row) -> bool:
    """One cell over all columns, or one filled cell alone, names the rows below it."""
    return len({id(c) for c in row if text_of(c)}) <= 1


def _with_cycles(columns: tuple[Column, ...], body: Sequence[Row]) -> tuple[Column, ...]:
    """Columns with the evidence of a cycle: the same few words beside each merged cell (計画, 実績)."""
    out = [columns[0]]
    for c in range(1, len(columns)):
        runs = [[text_of(r[c]) for r in run] for _, run in groupby(body, key=lambda r: id(r[c - 1]))]
        if c > 1 and not any(len(run) > 1 for run in runs):  # a unit may stand between
            runs = [[text_of(r[c]) for r in run] for _, run in groupby(body, key=lambda r: id(r[c - 2]))]
        long = [run for run in runs if len(run) > 1]
        same = len({tuple(run) for run in long}) == 1 and len(set(long[0])) == len(long[0]) and all(long[0])
        words = same and all(kind_of(t) in ("name", "unit") for t in long[0])
        cycle = (1.0 if len(long) > 1 else 0.7) if words and len(long) * 2 > len(runs) else 0.0
        one = columns[c]
        out.append(replace(one, evidence={**one.evidence, "cycle": cycle}))
    return tuple(out)


# --- rows ---------------------------------------------------------------------------------------------


def rows_of(reading: TableReading, one: Set) -> Iterator[list[Row]]:
    """The rows of each record of a set: more than one where its indicator's cell is merged over lines."""
    name = one.columns["indicator"]
    plain = (row for row in reading.block.body if not _is_group_row(row))
    for _, run in groupby(plain, key=lambda row: id(row[name]) if row[name] is not None else id(row)):
        yield list(run)
