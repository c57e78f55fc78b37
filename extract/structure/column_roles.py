"""The roles of the columns of a table of indicators, decided jointly: by each one and its neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from extract.labels import said
from extract.model import Cell
from extract.structure.content import STEPS, year_of
from extract.structure.headers import Column, text_of, valued, weighed, weights
from normalize.characters import squash

Role = str

TAUGHT = 12.0  # a person's answer: more than everything else together
_BEAM = 24  # readings kept from column to column
VALUES = ("past", "baseline", "current", "interim", "target")  # in the order of their years
_STARTS = ("past", "baseline", "current")
_ASIDE = ("measure", "number", "note", "other")  # whatever its column is called, it may name a measure
_LEFT = (*_ASIDE, "comparison")  # left of the names a column of bare numbers compares nothing
_NOTHING: frozenset[Role] = frozenset()
_VALUE_AIMED = frozenset({"target", "both"})
_VALUED = frozenset({*VALUES, "both"})
# What must, and what must not, stand before a column of a role in its set.
_NEEDS: Mapping[Role, frozenset[Role]] = {
    **dict.fromkeys(("line", "year", *_VALUED), frozenset({"indicator"})),
    "current": frozenset({"indicator", "baseline"}),
}
_BARS: Mapping[Role, frozenset[Role]] = {
    **dict.fromkeys(("past", "interim"), frozenset({"both"})),
    **{role: frozenset({role, "both"}) for role in ("baseline", "current", "target")},
    "line": frozenset({"line"}),
    "both": _VALUED,
}


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
    dated: Mapping[int, int] = field(default_factory=dict)  # column of values -> the one with a year for each
    notes: tuple[int, ...] = ()  # columns behind the values, without a role
    scope: str = ""  # what all values of the set are of: the town over its columns

    def moved(self, to: Sequence[int], scope: str) -> Set:
        """The set in the columns ``to``, by the place each had."""
        return Set(
            {role: to[c] for role, c in self.columns.items()},
            tuple(to[c] for c in self.subjects),
            tuple(to[c] for c in self.starts),
            tuple(to[c] for c in self.goals),
            {to[c]: fy for c, fy in self.fy.items()},
            {to[c]: fy for c, fy in self.years.items()},
            self.heads,
            {to[c]: to[at] for c, at in self.dated.items()},
            tuple(to[c] for c in self.notes),
            scope,
        )

    def years_of(self, row: Sequence[Cell | None]) -> dict[int, int]:
        """The fiscal year of each column of values in a row: as a cell beside it says, else as its head."""
        beside = {c: year_of(text_of(row[at])) for c, at in self.dated.items()}
        return {**self.fy, **{c: fy for c, fy in beside.items() if fy is not None}}

    @property
    def values(self) -> frozenset[int]:
        return frozenset((*self.starts, *self.goals))


def outcome(roles: Sequence[Role]) -> tuple[tuple[int, Role], ...]:
    """What of a reading changes the rows that are made."""
    made = ("indicator", "baseline", "current", "target", "both", "year")
    return tuple((c, role) for c, role in enumerate(roles) if role in made)


def assign(columns: Sequence[Column]) -> list[tuple[float, tuple[Role, ...]]]:
    """The best ways to give every column a role, best first: (score, roles)."""
    factors: Mapping[Role, Mapping[str, float]] = weights("roles")
    beam: list[tuple[float, tuple[Role, ...], int]] = [(0.0, (), 0)]
    for c, col in enumerate(columns):
        evidence = {**col.evidence, "year_head": float(col.is_year), "year_run": runs_on(columns, c)}
        if not col.is_year and runs_on(columns, c + 1):
            evidence["before_run"] = 1.0
        if col.is_year and sum(map(col.has, STEPS)) > 0.5:
            evidence["year_worded"] = 1.0
        answer = said("column", head_key(col.stack))
        alone = {role: weighed(evidence, factors[role]) + TAUGHT * (role == answer) for role in factors}
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


def head_key(stack: Sequence[str]) -> str:
    """The head of a column as a person's answer names it."""
    return squash("/".join(stack))


def runs_on(columns: Sequence[Column], c: int) -> float:
    """Whether a year of the plan, as far as is known, and the next one head this column and the one after."""
    pair = columns[c : c + 2]
    runs = len(pair) == 2 and all(x.is_year for x in pair) and pair[1].fy == (pair[0].fy or 0) + 1
    return float(runs and not pair[0].has("fy_early"))


def _fits(columns: Sequence[Column], roles: Sequence[Role], start: int, role: Role) -> float | None:
    """What the roles before a column say to its role; None where they forbid it."""
    order, own, c = weights("order"), roles[start:], len(roles)
    if not _NEEDS.get(role, _NOTHING).issubset(own) or not _BARS.get(role, _NOTHING).isdisjoint(own):
        return None
    named = "indicator" in own
    if role == "indicator" and named:
        if _VALUE_AIMED.isdisjoint(own):
            return None
        again = columns[roles.index("indicator")].stack == columns[c].stack
        return float(order["again" if again else "again_alone"])
    if role == "unit":
        return _unit_fits(columns, roles, own)
    if role == "year":
        return None if own[-1] in ("year", "both") else 0.0
    if role in _ASIDE and named and _VALUED.isdisjoint(own):
        return float(order["between"])
    if role in ("measure", "number") and named:
        return float(order["behind"])
    return _in_time(columns, roles, start, role) if role in VALUES else 0.0


def _unit_fits(columns: Sequence[Column], roles: Sequence[Role], own: Sequence[Role]) -> float | None:
    """A unit stands once in a set, but for those beside each value under one head."""
    order, c = weights("order"), len(roles)
    if own and own[-1] in VALUES and columns[c].stack == columns[c - 1].stack:
        return float(order["beside"])
    if "unit" in own:
        return None
    return 0.0 if "indicator" in own else float(order["unit_first"])


def _in_time(columns: Sequence[Column], roles: Sequence[Role], start: int, role: Role) -> float:
    """How a column of values stands to those before it in place and year."""
    return sum(
        _after(columns[c], roles[c], columns[len(roles)], role)
        for c in range(start, len(roles))
        if roles[c] in VALUES
    )


def _after(one: Column, its: Role, other: Column, role: Role) -> float:
    """What a column of values left of another says to the roles of both."""
    order = weights("order")
    late, ahead = role in ("target", "interim"), its in ("target", "interim")
    backwards = VALUES.index(its) > VALUES.index(role)
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
    return "indicator" in roles and not _VALUE_AIMED.isdisjoint(roles)


def _finish(roles: Sequence[Role], columns: Sequence[Column]) -> float:
    order, score = weights("order"), 0.0
    for n, own in enumerate(_set_spans(roles)):
        told_roles = {roles[c] for c in own}
        ends = [columns[c] for c in own if roles[c] in ("target", "both")]
        if not _complete([roles[c] for c in own]) or (n and not any(map(valued, ends))):
            score += order["unfinished"]
        elif "baseline" not in told_roles and "both" not in told_roles:
            score += order["no_start"]
        values = [roles[c] for c in own if roles[c] in (*VALUES, "comparison")]
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


def sets_of(columns: Sequence[Column], roles: Sequence[Role]) -> tuple[Set, ...]:
    return tuple(_set(columns, roles, own) for own in _set_spans(roles) if _complete([roles[c] for c in own]))


def _set(columns: Sequence[Column], roles: Sequence[Role], own: Sequence[int]) -> Set:
    held: dict[Role, int] = {}
    for c in own:
        if roles[c] == "unit" and any(roles[i] in VALUES for i in own if i < c):
            held[f"unit_of_{roles[c - 1]}"] = c
        elif roles[c] not in ("other", "measure", "number", "note", "year"):
            held.setdefault(roles[c], c)
    subjects = [c for c, role in enumerate(roles) if role in (_LEFT if c < held["indicator"] else _ASIDE[:2])]
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
        _dated(roles, own),
        tuple(c for c in own if roles[c] in ("note", "other") and c > max(held.values())),
    )


def _dated(roles: Sequence[Role], own: Sequence[int]) -> dict[int, int]:
    """The column of years of each column of values: behind it (現状値 | 年度 | 目標値 | 年度), or before it
    where the first of all stands before."""
    order = [c for c in own if roles[c] == "year" or roles[c] in VALUES]
    if order and roles[order[0]] == "year":
        order.reverse()
    return {c: at for c, at in pairwise(order) if roles[c] in VALUES and roles[at] == "year"}
