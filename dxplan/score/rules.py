"""For each table: which record of the truth a row is paired with, and which of its fields are compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from dxplan.score.likeness import (
    key,
    likeness,
    same,
    same_label,
    same_number,
    same_ordinal,
    same_set,
    same_text,
)

Row = Mapping[str, Any]  # a row of the contract, or a record of a truth file
Check = Callable[[Row, Row], bool]
Likeness = Callable[[Row, Row], float]


@dataclass(frozen=True, slots=True)
class Rule:
    """How the records of one table are paired and compared."""

    likeness: Likeness
    name: Callable[[Row], str]
    checks: Mapping[str, Check] = field(default_factory=dict)
    floor: float = 0.85


def _checks(equal: Callable[[Any, Any], bool], *names: str) -> dict[str, Check]:
    """One comparison for each field of that name on both sides."""
    return {name: _check(name, equal) for name in names}


def _check(name: str, equal: Callable[[Any, Any], bool]) -> Check:
    return lambda g, p: equal(g.get(name), p.get(name))


def _equal(*names: str) -> dict[str, Check]:
    return _checks(same, *names)


def _numbers(*names: str) -> dict[str, Check]:
    return _checks(same_number, *names)


def _texts(*names: str, at: float = 0.95) -> dict[str, Check]:
    return _checks(partial(same_text, at=at), *names)


def _sets(*names: str, at: float = 0.9) -> dict[str, Check]:
    return _checks(partial(same_set, at=at), *names)


def _alike_in(name: str) -> Likeness:
    return lambda g, p: likeness(g.get(name), p.get(name))


def _named(name: str) -> Callable[[Row], str]:
    return lambda row: str(row.get(name))


def same_abbreviation(g: Row, p: Row) -> bool:
    """A term that is itself the short form may be given as its own abbreviation, or none."""
    told = {key(row.get("abbreviation")) for row in (g, p)}
    return len(told) == 1 or told == {"", key(g["term"])}


POLICIES = Rule(_alike_in("title"), _named("title"), _equal("kind", "number"), 0.8)
FIGURES = Rule(_alike_in("caption"), _named("caption"), _equal("source"), 0.8)
LINKS = Rule(
    lambda g, p: likeness(g["title"], p["title"]) if g["item"] == p["item"] else 0.0,
    lambda row: f"{row['title']} -> {row['item']}",
    floor=0.8,
)
PLAIN = {
    "glossary": Rule(
        _alike_in("term"),
        _named("term"),
        _texts("definition", at=0.97)
        | _equal("reading", "expansion", "source")
        | {"abbreviation": same_abbreviation},
        0.8,
    ),
    "procedures": Rule(
        _alike_in("name"),
        _named("name"),
        {
            "online": lambda g, p: g.get("online") == p.get("online"),
            "applicable": lambda g, p: (g.get("applicable") is False) == (p.get("applicable") is False),
            **_texts("group", at=0.8),
        },
        0.9,
    ),
    "progress": Rule(_alike_in("item"), _named("item"), _numbers("achieved_pct") | _equal("band")),
}


def for_measures(truth: Mapping[str, Any], policies: Sequence[Row]) -> Rule:
    """A measure's policies are compared by their numbers, as ids differ."""
    wanted = {p["id"]: key(p.get("number")) for p in truth["policies"]}
    found = {p["policy_id"]: key(p.get("number")) for p in policies}

    def same_policies(g: Row, p: Row) -> bool:
        ids = g.get("policies") or ([g["policy"]] if g.get("policy") else [])
        want = sorted(wanted.get(x, "") for x in ids)
        return want == sorted(found.get(x, "") for x in p.get("policy_ids") or [])

    checks = {
        "policy": same_policies,
        **_checks(same_ordinal, "number"),
        **_texts("overview", "background", "approach"),
        **_sets("actions"),
        **_sets("departments", at=0.99),
        **_sets("national_tags"),
    }
    return Rule(_alike_in("title"), _named("title"), checks, 0.8)


def stands_under(matched: Mapping[str, str]) -> Check:
    """Does a record stand under the measure it belongs to?"""
    return lambda g, p: (matched.get(g["measure"]) if g.get("measure") else None) == p.get("measure_id")


def for_kpis(under: Check) -> Rule:
    def alike(g: Row, p: Row) -> float:
        text = 0.9 * likeness(g["indicator"], p["indicator"])
        return (text + 0.1 * same(g.get("qualifier"), p.get("qualifier"))) * (1 if under(g, p) else 0.9)

    def qualifier(g: Row, p: Row) -> bool:
        """Right also where it has been left in the name of the indicator."""
        left_in = not p.get("qualifier") and key(g["qualifier"]) in key(g["indicator"])
        return left_in or same(g.get("qualifier"), p.get("qualifier"))

    checks = {
        "measure": under,
        "qualifier": qualifier,
        **_numbers("baseline_value", "target_value", "baseline_fy", "target_fy"),
        **_equal("baseline_unit", "target_unit", "baseline_date", "target_kind"),
        "is_repeat": lambda g, p: bool(g.get("repeated")) == bool(p.get("is_repeat")),
    }
    return Rule(alike, _named("indicator"), checks, 0.75)


def for_schedules(under: Check) -> Rule:
    def alike(g: Row, p: Row) -> float:
        text = 0.7 * likeness(g["task"], p["task"]) + 0.15 * same(g.get("label"), p.get("label"))
        return (text + 0.15 * (g.get("start_fy") == p.get("start_fy"))) * (1 if under(g, p) else 0.9)

    checks: dict[str, Check] = {
        "measure": under,
        **_checks(same_label, "label"),
        "span": _span_right,
        # an end that nobody can know must not be given as certain
        "no_false_exact": lambda g, p: g.get("end_fy") is not None or p.get("span_certainty") != "exact",
    }
    return Rule(alike, lambda r: f"{r['task']}|{r.get('label')}|{r.get('start_fy')}", checks, 0.6)


def _span_right(g: Row, p: Row) -> bool:
    if g.get("start_fy") != p.get("start_fy"):
        return False
    end = p.get("end_fy")
    if g.get("end_fy") is not None:
        return bool(g["end_fy"] == end)
    return end is None or (p.get("span_certainty") != "exact" and end <= (g.get("end_fy_max") or 0))
