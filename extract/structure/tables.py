"""What a table is and what each of its columns is: scored readings, all tables with one head together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from math import exp
from typing import Literal

from extract.document import Document, Node
from extract.labels import field_role, vocabulary
from extract.structure.headers import (
    Block,
    Column,
    Period,
    Row,
    Words,
    blocks,
    column,
    kind_of,
    recurring_rows,
    tables,
    text_of,
    turned,
    weighed,
    weights,
    words_of,
)
from extract.structure.words import told
from normalize.quantities import parse_target

Kind = Literal["indicators", "other"]
Role = str

_BEAM = 40  # readings kept from column to column
_COLUMNS_MAX = 40
_TURNED_MAX = 12  # columns of a turned table: few kinds of values, each a row
_SOME = 0.2  # share of a column's cells that are values: less, and it is no column of values
_VALUES = ("past", "baseline", "current", "interim", "target")  # in the order of their years
_STARTS = ("past", "baseline", "current")
_ONCE = ("indicator", "baseline", "current", "target", "both", "unit", "line")


@dataclass(frozen=True)
class Set:
    """The columns of one indicator a row, by role; a row may hold two sets side by side.

    A column of each role stands in ``columns``; ``subjects`` name its measure, the nearest first. By the
    order of their years: ``starts`` hold values from before the plan, ``goals`` those to reach.
    """

    columns: Mapping[Role, int]
    subjects: tuple[int, ...] = ()
    starts: tuple[int, ...] = ()
    goals: tuple[int, ...] = ()
    fy: Mapping[int, int] = field(default_factory=dict)  # column -> fiscal year its head names
    years: Mapping[int, int] = field(default_factory=dict)  # of these, the heads that are nothing but years
    heads: Mapping[Role, tuple[str, ...]] = field(default_factory=dict)

    @property
    def values(self) -> frozenset[int]:
        return frozenset((*self.starts, *self.goals))


@dataclass(frozen=True)
class TableReading:
    """One block of a table as read: its kind, the sets of its columns, and how sure that is.

    ``score``: log odds of the kind. ``margin``: what the next best reading of the columns lacks.
    """

    block: Block
    kind: Kind
    columns: tuple[Column, ...]
    roles: tuple[Role, ...]
    sets: tuple[Set, ...]
    score: float
    margin: float

    @property
    def confidence(self) -> float:
        scale = weights("confidence")
        least = min(self.score, self.margin * scale["margin"])
        return float(scale["top"] / (1 + exp(-scale["slope"] * (least - scale["middle"]))))


def read(document: Document, period: Period = (None, None)) -> tuple[TableReading, ...]:
    """The best readings of all tables, in order; ``period``: the fiscal years of the plan."""
    grids = tables(document)
    recurring = recurring_rows(grids)
    groups: dict[tuple[bool, tuple[str, ...]], list[Block]] = defaultdict(list)
    nodes = {node.table: node for node in document.nodes if node.table is not None}
    for index, rows in enumerate(grids):
        if len(rows) > 1 and len(rows[0]) > 1:
            for block in _all_blocks(index, rows, recurring):
                own = block.signature if any(block.signature) else (str(index), *block.signature)
                groups[block.turned, own].append(block)
    found: dict[int, list[TableReading]] = defaultdict(list)
    for group in groups.values():
        for reading in _read_group(document, nodes, group, period):
            found[reading.block.table].append(reading)
    return tuple(r for index in sorted(found) for r in _best(found[index]))


def _all_blocks(index: int, rows: list[Row], recurring: Words) -> Iterator[Block]:
    if len(rows[0]) <= _COLUMNS_MAX:
        yield from blocks(index, rows, recurring)
    if len(rows) <= _TURNED_MAX:
        yield from blocks(index, turned(rows), recurring, is_turned=True)


def _best(readings: Sequence[TableReading]) -> Iterator[TableReading]:
    """The readings of one table that hold no row twice, best first; in their order."""
    taken: list[TableReading] = []
    for reading in sorted(readings, key=lambda r: -r.score):
        if reading.score > 0 and not any(_overlap(reading.block, t.block) for t in taken):
            taken.append(reading)
    yield from sorted(taken, key=lambda r: r.block.span)


def _overlap(one: Block, other: Block) -> bool:
    if one.turned != other.turned:
        return True
    return one.span[0] < other.span[1] and other.span[0] < one.span[1]


# --- roles of columns, jointly ------------------------------------------------------------------------


def _read_group(
    document: Document, nodes: Mapping[int, Node], group: Sequence[Block], period: Period
) -> Iterator[TableReading]:
    """Readings of all blocks with one head: the columns of all of them are read as one."""
    body = [row for block in group for row in block.body if not _is_group_row(row)]
    if not body:
        return
    stacks = group[0].stacks
    columns = tuple(column(stack, [row[c] for row in body], period) for c, stack in enumerate(stacks))
    columns = _with_cycles(columns, body)
    if not any(_valued(col) >= _SOME or col.has("word_target") for col in columns):
        return
    best = _assign(columns)
    if not best:
        return
    total, roles = best[0]
    sets = _sets(columns, roles)
    rival = next((t for t, r in best if _outcome(r) != _outcome(roles)), None)
    margin = total - rival if rival is not None else total
    common = _evidence(columns, roles, sets, body, len({b.table for b in group}))
    common["per_column"] = total / len(columns)
    for block in group:
        score = weighed({**common, **_around(document, nodes[block.table], block)}, weights("indicators"))
        yield TableReading(block, "indicators", columns, roles, sets, score, margin)


def _valued(col: Column) -> float:
    return col.has("value") + col.has("number") + col.has("pair")


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


def _outcome(roles: Sequence[Role]) -> tuple[tuple[int, Role], ...]:
    """What of a reading changes the rows that are made."""
    made = ("indicator", "baseline", "current", "target", "both")
    return tuple((c, role) for c, role in enumerate(roles) if role in made)


def _assign(columns: Sequence[Column]) -> list[tuple[float, tuple[Role, ...]]]:
    """The best ways to give every column a role, best first: (score, roles)."""
    factors: Mapping[Role, Mapping[str, float]] = weights("roles")
    beam: list[tuple[float, tuple[Role, ...], int]] = [(0.0, (), 0)]
    for c, col in enumerate(columns):
        evidence = {**col.evidence, "year_head": float(col.is_year), "year_run": _runs_on(columns, c)}
        alone = {role: weighed(evidence, factors[role]) for role in factors}
        grown = []
        for total, roles, start in beam:
            for role, own in alone.items():
                fits = _fits(columns, roles, start, role)
                if fits is not None:
                    begins = c if role == "indicator" and "indicator" in roles[start:] else start
                    grown.append((total + own + fits, (*roles, role), begins))
        beam = sorted(grown, key=lambda x: -x[0])[:_BEAM]
    finished = [(total + _finish(roles, columns), roles) for total, roles, _ in beam if _complete(roles)]
    return sorted(finished, key=lambda x: -x[0])


def _runs_on(columns: Sequence[Column], c: int) -> float:
    """Whether a year of the plan, as far as is known, and the next one head this column and the one after."""
    one, after = columns[c], columns[c + 1 : c + 2]
    runs = one.is_year and any(x.is_year and x.fy == (one.fy or 0) + 1 for x in after)
    return float(runs and not one.has("fy_early"))


def _fits(columns: Sequence[Column], roles: Sequence[Role], start: int, role: Role) -> float | None:
    """What the roles before a column say to its role; None where they forbid it."""
    order, own, c = weights("order"), roles[start:], len(roles)
    if role == "indicator" and "indicator" in own:
        if not {"target", "both"} & set(own):
            return None
        first = roles.index("indicator")
        again = columns[first].stack == columns[c].stack
        return float(order["again" if again else "again_alone"])
    if role in _ONCE and role != "unit" and role in own:
        return None
    if role in ("line", "both", *_VALUES) and "indicator" not in own:
        return None
    if role == "current" and "baseline" not in own:
        return None
    if (role == "both" and set(own) & set(_VALUES)) or (role in _VALUES and "both" in own):
        return None
    if role == "unit":
        beside = bool(own) and own[-1] in _VALUES and columns[c].stack == columns[c - 1].stack
        if "unit" in own and not beside:
            return None
        return float(order["beside"]) if beside else 0.0 if "indicator" in own else float(order["unit_first"])
    valued = any(r in _VALUES or r == "both" for r in own)
    if role in ("measure", "number", "note", "other") and "indicator" in own and not valued:
        return float(order["between"])
    if role in ("measure", "number") and valued:
        return float(order["behind"])
    return _in_time(columns, roles, start, role) if role in _VALUES else 0.0


def _in_time(columns: Sequence[Column], roles: Sequence[Role], start: int, role: Role) -> float:
    """How a column of values stands to those before it in place and year."""
    return sum(
        _after(columns[c], roles[c], columns[len(roles)], role)
        for c in range(start, len(roles))
        if roles[c] in _VALUES
    )


def _after(one: Column, its: Role, other: Column, role: Role) -> float:
    """What a column of values left of another says to the roles of both."""
    order = weights("order")
    late, ahead = role in ("target", "interim"), its in ("target", "interim")
    backwards = _VALUES.index(its) > _VALUES.index(role)
    if one.fy is None or other.fy is None:
        return float(order["backwards"]) if backwards else 0.0
    years = other.fy - one.fy
    score = order["backwards"] * (0.2 if years < 0 else 1.0) if backwards else 0.0
    if late != ahead and (years > 0) != late:
        return float(score + order["years_backwards"])
    if role == "target" and its in ("baseline", "current"):
        score += order["years_forward"] if years > 1 else order["one_year_on"]
    return float(score)


def _complete(roles: Sequence[Role]) -> bool:
    return "indicator" in roles and bool({"target", "both"} & set(roles))


def _finish(roles: Sequence[Role], columns: Sequence[Column]) -> float:
    order, score = weights("order"), 0.0
    for own in _set_spans(roles):
        told_roles = {roles[c] for c in own}
        if not _complete([roles[c] for c in own]):
            score += order["unfinished"]
        elif "baseline" not in told_roles and "both" not in told_roles:
            score += order["no_start"]
        values = [roles[c] for c in own if roles[c] in (*_VALUES, "comparison")]
        score += order["last"] if values and values[-1] == "target" else 0.0
    return score


def _set_spans(roles: Sequence[Role]) -> list[list[int]]:
    """Columns of each set: a set begins with its indicator, the first with the first column."""
    spans: list[list[int]] = [[]]
    for c, role in enumerate(roles):
        if role == "indicator" and any(roles[i] == "indicator" for i in spans[-1]):
            spans.append([])
        spans[-1].append(c)
    return spans


def _sets(columns: Sequence[Column], roles: Sequence[Role]) -> tuple[Set, ...]:
    return tuple(_set(columns, roles, own) for own in _set_spans(roles) if _complete([roles[c] for c in own]))


def _set(columns: Sequence[Column], roles: Sequence[Role], own: Sequence[int]) -> Set:
    held: dict[Role, int] = {}
    for c in own:
        if roles[c] == "unit" and any(roles[i] in _VALUES for i in own if i < c):
            held[f"unit_of_{roles[c - 1]}"] = c
        elif roles[c] not in ("other", "measure", "number", "note"):
            held.setdefault(roles[c], c)
    aside = ("measure", "number", "note", "other")  # whatever its column is called, it may name a measure
    subjects = [c for c, role in enumerate(roles) if role in aside[: 4 if c < held["indicator"] else 2]]
    fy = {c: y for c in own if (y := columns[c].head_fy) is not None}

    def in_time(kinds: tuple[Role, ...]) -> tuple[int, ...]:
        return tuple(sorted((c for c in own if roles[c] in kinds), key=lambda c: fy.get(c, 0)))

    return Set(
        held,
        tuple(sorted(subjects, key=lambda c: abs(c - held["indicator"]))),
        in_time(_STARTS),
        (*in_time(("interim",)), *in_time(("target",))),
        fy,
        {c: fy[c] for c in own if columns[c].is_year and c in fy and roles[c] in ("interim", "target")},
        {role: columns[c].stack for role, c in held.items()},
    )


# --- kinds --------------------------------------------------------------------------------------------


def _evidence(
    columns: Sequence[Column], roles: Sequence[Role], sets: Sequence[Set], body: Sequence[Row], n_tables: int
) -> dict[str, float]:
    """What the columns and rows of all tables with one head say for a table of indicators."""

    def of(*kinds: Role) -> list[Column]:
        return [col for col, role in zip(columns, roles, strict=True) if role in kinds]

    def most(role: Role, *evidence: str) -> float:
        return max((col.has(e) for col in of(role) for e in evidence), default=0.0)

    values, aside = of(*_VALUES, "both"), of("other", "past", "note")
    first = sets[0]
    start, end = (
        columns[first.columns[r]].fy if r in first.columns else None for r in ("baseline", "target")
    )
    dated = any(col.has(f"fy_{place}") for col in columns for place in ("early", "mid", "late"))
    found = {
        "word_indicator": most("indicator", "word_indicator"),
        "word_target": most("target", "word_target"),
        "word_baseline": most("baseline", "word_baseline", "word_current"),
        **{f"target_{place}": most("target", f"fy_{place}") for place in ("early", "mid", "late")},
        **{f"baseline_{place}": most("baseline", f"fy_{place}") for place in ("early", "late")},
        "apart": float(not dated and start is not None and end is not None and end - start > 1),
        "repeated": float(n_tables > 1),
        "unexplained": float(sum(_valued(col) > 0.5 for col in aside)),
        "rate": float(any(_is_rate(t) for col in columns for t in col.stack)),
        "series": float(sum(_runs_on(columns, c) for c in range(len(columns))) > 1),
        "bound": max(col.has("bound") for col in values),
        "silent": float(not any(col.has("year") or col.has(f"word_{r}") for r in _VALUES for col in values)),
        "headless": float(not any(col.stack for col in columns)),
        "no_values": max(0.0, 1 - 2 * sum(map(_valued, values)) / len(values)),
    }
    for one in sets:
        for name, strength in _of_rows(one, body).items():
            found[name] = max(found.get(name, 0.0), strength)
    return found


def _is_rate(head: str) -> bool:
    return told(head, "progress").get("pct", 0.0) >= 1.0


def _of_rows(one: Set, body: Sequence[Row]) -> dict[str, float]:
    """What units, names and numbers of the rows of one set say."""
    at = one.columns
    goal, start, name = at.get("target", at.get("both", 0)), at.get("baseline"), at["indicator"]
    rows = [row for row in body if text_of(row[name]) and text_of(row[goal])]
    if not rows:
        return {}
    n = len(rows)
    goals = [parse_target(text_of(row[goal])) for row in rows]
    starts = [parse_target(text_of(row[start]) if start is not None else "") for row in rows]
    both = [(g.unit, s.unit) for g, s in zip(goals, starts, strict=True) if g.unit and s.unit]
    units = {g.unit for g in goals if g.unit}
    apart = any(role.startswith("unit") for role in at)
    begun = [s.value is not None or not s.raw for s in starts]
    words = sum(kind_of(text_of(row[goal])) == "name" for row in rows)
    cells = {id(row[name]): text_of(row[name]) for row in rows}
    numbers = [[v.value for c in row if (v := parse_target(text_of(c))).value is not None] for row in rows]
    return {
        "units_agree": sum(a == b for a, b in both) / max(2, len(both)),
        "units_differ": sum(a != b for a, b in both) / n,
        "units_vary": float(len(units) > 1),
        "unit_column": float(apart),
        "one_unit": float(n > 2 and len(units) < 2 and not apart),
        "unknown_start": float(any(begun) and not all(begun)),
        "milestone": float(0 < words < n),
        "names_repeat": 1 - len(set(cells.values())) / len(cells),
        "hundred": sum(map(_adds_up, numbers)) / n,
        "rate": float(any(map(_is_rate, cells.values()))),
    }


def _adds_up(numbers: Sequence[float]) -> bool:
    """Whether numbers are the shares of a whole, or the last is the sum of the others."""
    return len(numbers) > 2 and (abs(sum(numbers) - 100) < 1 or abs(sum(numbers[:-1]) - numbers[-1]) < 1e-6)


def _around(document: Document, node: Node, block: Block) -> dict[str, float]:
    """What stands around a table: its label, the lines and headings above it, charts read off it."""
    section = document.section_of_block(node.first) if node.first < len(document.blocks) else None
    path = document.path(document.sections[section]) if section is not None else []
    above = [p.text for p in document.blocks[max(0, node.first - 2) : node.first] if p.table is None]
    names = [block.label, *(s.title for s in path), *above]
    short = [t for t in names if t and len(t) <= 24]
    label = any(field_role(t) == "kpi" or words_of(t).get("indicator", 0.0) >= 0.6 for t in short)
    back = any(w in s.title for s in path for w in vocabulary("progress")["chapters"])
    return {
        "label": float(label),
        "looks_back": float(back),
        "chart": float(bool(node.timelines)),
        "turned": float(block.turned),
    }


# --- rows ---------------------------------------------------------------------------------------------


def rows_of(reading: TableReading, one: Set) -> Iterator[list[Row]]:
    """The rows of each record of a set: more than one where its indicator's cell is merged over lines."""
    name = one.columns["indicator"]
    plain = (row for row in reading.block.body if not _is_group_row(row))
    for _, run in groupby(plain, key=lambda row: id(row[name]) if row[name] is not None else id(row)):
        yield list(run)
