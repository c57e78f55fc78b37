"""A line of an indicator: its name, then its values, each with its label and year.

«予約件数　現状（R6） 640人 → 目標（R12） 3,500人», «率：12.5％（R6）⇒60％（R12）», «R6: 640人 ▶ R12: 900人»
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from extract.labels import column_role
from extract.records.indicator_signs import DATE, VALUE, Signed, signed
from extract.records.indicator_values import VALUE_ROLES, Reading, make_kpi
from normalize.quantities import CHANGE_VERB

_D, _V = DATE, VALUE
_OPEN, _CLOSE = "(\\[【「『", ")\\]】」』"
_WORD = rf"[^\s、,:/|→0-9{_OPEN}{_CLOSE}\ue000-\uefff-]"
_LABEL = rf"[{_OPEN}]?(?P<label>{_WORD}{{1,8}})[{_CLOSE}]?"
_YEAR = rf"[{_OPEN}]?(?P<year>{_D}){_WORD}{{0,3}}[{_CLOSE}]?"
_ITEM = re.compile(
    rf"(?:{_LABEL}\s?)?(?:{_YEAR}\s?)?:?\s?の?(?P<of>{_D}{_WORD}{{0,3}}(?:比|の))?(?P<value>{_V}|-(?![0-9]))"
    rf"(?P<note>\s?[{_OPEN}][^{_OPEN}{_CLOSE}]*[{_CLOSE}](?!\s?{_V}))?[{_CLOSE}]?"
)
_BETWEEN = re.compile(r"\s?(?P<arrow>→|から)?\s?[、,/|]?\s?(?=\S)")
_END = re.compile(rf"\s?(?:(?:へと?|に|まで)(?:{CHANGE_VERB})?(?P<note>\({_D}{_WORD}*\))?)?[{_CLOSE}]?")
_FIRST = re.compile(rf"(?<=[\s:、{_OPEN}{_CLOSE}])|{_D}|{_V}|-")  # where the values may begin
_AFTER_VALUE = re.compile(rf"[{_V[1:-1]}{_D[1:-1]}][\s:、{_OPEN}{_CLOSE}]*$")
_STATE = rf"{_WORD}{{1,14}}(?:\s?\({_D}{_WORD}{{0,3}}\))?"
_STATES = re.compile(rf"(?P<name>[^→{_V[1:-1]}]+?)[\s:](?P<base>{_STATE})\s?→\s?(?P<aim>{_STATE})")
_ONE = re.compile(rf"[^:→{_V[1:-1]}]+:{_V}→{_V}")
_STRIPPED = " \u3000：:、,（(【［[「"


@dataclass(frozen=True)
class _Item:
    """A value of a line; ``start``, ``end``: places of its sign and of the end of its brackets."""

    start: int
    end: int
    label: str
    fy: int | None  # as told before it or behind it
    ahead: int | None  # as a year before it or behind the line tells; what its brackets say is read with it
    arrow: bool  # before it

    @property
    def role(self) -> str | None:
        role = column_role(self.label) if self.label else None
        return role if role in VALUE_ROLES else None


def read_items(text: str) -> Reading | None:
    """The indicator of a line that ends in two values or more, or in one with its label; else None."""
    s = signed(text, spaces=True)
    drawn = s.signs.find("→")
    for start in range(1, drawn if drawn > 0 else len(s.signs)):
        if not _FIRST.match(s.signs, start) or _AFTER_VALUE.search(s.signs, 0, start):
            continue
        items = _items(s, start)
        told = _by_role(items) if items else None
        name = s.printed(0, start).strip(_STRIPPED)
        if told and name and column_role(name) not in VALUE_ROLES:
            return _reading(s, name, told)
    return _states(s)


def several(text: str) -> list[str]:
    """The lines that ran together in one: 受付件数：4件→9件利用率：5％→60％以上.

    >>> several("受付件数：4件→9件利用率：5％→60％以上")
    ['受付件数：4件→9件', '利用率：5％→60％以上']
    """
    s = signed(text)
    found = list(_ONE.finditer(s.signs))
    whole = bool(found) and found[0].start() == 0 and found[-1].end() == len(s.signs)
    joined = all(a.end() == b.start() for a, b in pairwise(found))
    return [s.printed(*one.span()).strip(_STRIPPED) for one in found] if whole and joined else []


def _states(s: Signed) -> Reading | None:
    """«定期運行　未実施（R6） → 運行開始（R12）»: from a state to a state, without numbers."""
    match = _STATES.fullmatch(s.signs)
    name = s.printed(*match.span("name")).strip(_STRIPPED) if match else ""
    if match is None or not name or column_role(name) in VALUE_ROLES:
        return None
    return make_kpi(name, s.printed(*match.span("aim")), s.printed(*match.span("base")))


def _items(s: Signed, start: int) -> list[_Item]:
    """The values that all of a line from a place on is made of; [] where it is not."""
    found: list[_Item] = []
    arrow = False
    while match := _ITEM.match(s.signs, start):
        end = match.end("note") if match["note"] else match.end("value")
        closing = _END.fullmatch(s.signs, match.end())
        told = match.end() if closing is None or not closing["note"] else len(s.signs)
        begin = match.start("of") if match["of"] else match.start("value")
        ahead = s.year(start, begin, whole=True) or s.year(match.end(), told, whole=True)
        fy = s.year(start, told)
        found.append(_Item(begin, end, match["label"] or "", fy, ahead, arrow))
        between = _BETWEEN.match(s.signs, match.end())
        if closing is not None or between is None:
            return found if closing is not None else []
        arrow, start = between["arrow"] is not None, between.end()
    return []


def _by_role(items: Sequence[_Item]) -> dict[str, _Item] | None:
    """Which value is what: labels that are known tell, then years in order, then arrows."""
    told = {item.role: item for item in items if item.role}
    if len(told) == len(items):
        return {r: i for r, i in told.items() if r} if "target" in told else None
    labels = [item.label for item in items]
    if any(item.label and not item.role for item in items) and not all(labels):
        return None  # a word of the name, not a label
    dated = len({item.fy for item in items} - {None}) == len(items)
    if len(items) < 2 or not (dated or all(item.arrow for item in items[1:])):
        return None
    in_time = sorted(items, key=lambda item: item.fy or 0) if dated else items
    first, last = in_time[0], in_time[-1]
    turned = first.role == "target" or last.role in ("baseline", "current")
    return None if turned else {"baseline": first, "target": last}


def _reading(s: Signed, name: str, told: Mapping[str, _Item]) -> Reading:
    target, start = told["target"], told.get("baseline") or told.get("current")
    aim, base = (s.printed(item.start, item.end) if item else "" for item in (target, start))
    return make_kpi(name, aim, base, None, start.ahead if start else None, target.ahead)
