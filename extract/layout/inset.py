"""Tables set into a cell of another one and open at their sides: their rules end in the white of that cell.

┌────────┬──────────────────────────────────┐
│工程    │   取組      ┊ R8    ┊ R9         │
│        │  ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌   │      a rule that holds all columns it crosses,
│        │   窓口      ┊ 設計  ┊ 開設       │      and these go on to no rule that is longer
└────────┴──────────────────────────────────┘
"""

from __future__ import annotations

from collections.abc import Sequence

from extract.layout.strokes import TOL, Segment

_MEETS = 1.5  # points: a stroke set into a cell may end this near to the rule of the cell

_WHITE = 3.0  # points of white at least between a rule and the side of the cell it stands in


def columns_within(rule: Segment, across: Sequence[Segment], level: Sequence[Segment]) -> list[Segment]:
    """The strokes that a rule crosses, where it is one of the rules of an open table: all strokes of their
    extent lie between its ends, and what they end at is no longer than it. Else [].

    ``across``: strokes in the other direction; ``level``: those in the direction of the rule.
    """
    crossed = [
        s
        for s in across
        if rule.lo + TOL < s.at < rule.hi - TOL and s.lo - _MEETS <= rule.at <= s.hi + _MEETS
    ]
    alike = [s for s in across if any(abs(s.lo - c.lo) <= TOL and abs(s.hi - c.hi) <= TOL for c in crossed)]
    if not all(rule.lo < s.at < rule.hi for s in alike):
        return []
    met = [h for s in crossed for h in level if _meets(h, s)]
    return crossed if all(rule.lo - TOL <= h.lo and h.hi <= rule.hi + TOL for h in met) else []


def _meets(rule: Segment, stroke: Segment) -> bool:
    ends = min(abs(rule.at - stroke.lo), abs(rule.at - stroke.hi))
    return ends <= _MEETS and rule.lo - TOL <= stroke.at <= rule.hi + TOL


Rules = tuple[list[Segment], list[Segment]]  # horizontal and vertical ones


def part_insets(horizontal: Sequence[Segment], vertical: Sequence[Segment]) -> tuple[Rules, Rules]:
    """The rules of tables that are set into others, and all other rules."""
    inner: dict[Segment, list[Segment]] = {}
    for rule in horizontal:
        beside = [v.at for v in vertical if v.lo - TOL <= rule.at <= v.hi + TOL]
        free = all(abs(x - end) > _WHITE for x in beside for end in (rule.lo, rule.hi))
        if free and any(x < rule.lo for x in beside) and any(x > rule.hi for x in beside):
            inner[rule] = columns_within(rule, vertical, horizontal)
    columns = {v for own in inner.values() for v in own}
    rows = [rule for rule, own in inner.items() if own]
    around = [h for h in horizontal if h not in rows], [v for v in vertical if v not in columns]
    return (rows, [v for v in vertical if v in columns]), around
