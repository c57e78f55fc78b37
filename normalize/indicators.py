"""Indicators in facets: the thing a name is about, what of it is counted, of whom, over what time.

The words are in ``data/indicators.yaml``. Thing and measure together are the canonical indicator: one id for
what plans measure under many names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Any, Literal

from normalize.data import parsed
from normalize.frozen import frozen
from normalize.national_plan import fold, pattern

Kind = Literal["count", "rate", "people", "times", "money", "time", "size"]
_Span = tuple[int, int]

_SAYS_RATE = re.compile("率|割合|比$|比率|満足度|カバー")
_CACHED = 20_000


@frozen
class Indicator:
    """A canonical indicator; ``units`` are all it is counted in, ``better`` is up or down.

    ``thing`` is what it is about. ``flow`` tells that it is counted over a time (件 a year), not at its end.
    """

    id: str
    name: str
    kind: Kind
    better: Literal["up", "down"]
    national_item: str
    units: frozenset[str]
    thing: str
    says: tuple[re.Pattern[str], ...] = ()
    of: str | None = None
    who: str | None = None
    flow: bool = False
    counters: frozenset[str] = frozenset()  # units that say no more than 件

    @property
    def topic(self) -> str:
        """The id without its kind: indicators of one topic count the same thing in different ways."""
        return self.id.removesuffix(f"_{self.kind}")


@frozen
class Thing:
    """What indicators are about, with the words that name it, in an indicator or in a measure's title."""

    id: str
    words: tuple[re.Pattern[str], ...]
    under: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    whole: frozenset[str]
    indicators: tuple[Indicator, ...]


@frozen
class Facets:
    """What a printed name says: ``id`` is None where it stands for no canonical indicator, or two equally.

    ``who`` is whom it is about as printed, None where it is all that the indicator is about.
    """

    id: str | None = None
    thing: str | None = None
    kind: str | None = None
    who: str | None = None


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = parsed("indicators.yaml")
    return data


@cache
def things() -> tuple[Thing, ...]:
    kinds = {kind: [fold(unit) for unit in units] for kind, units in _data()["kinds"].items()}
    return tuple(
        Thing(
            one["id"],
            _patterns(one["words"]),
            _patterns([*one["words"], *one.get("under", ())]),
            _patterns(one.get("unless", ())),
            frozenset(map(_key, one.get("whole", ()))),
            tuple(
                Indicator(
                    i["id"],
                    i["name"],
                    i["kind"],
                    i["better"],
                    one["item"],
                    frozenset([*kinds[i["kind"]], *map(fold, i.get("units", ()))]),
                    one["id"],
                    _patterns(i.get("says", ())),
                    i.get("of"),
                    i.get("who"),
                    i.get("flow", False),
                    frozenset(["件", "個", *i.get("counter", ())]),
                )
                for i in one["indicators"]
            ),
        )
        for one in _data()["things"]
    )


@cache
def indicators() -> tuple[Indicator, ...]:
    """All canonical indicators, each once."""
    found: dict[str, Indicator] = {}
    for one in (i for thing in things() for i in thing.indicators):
        found.setdefault(one.id, one)
    return tuple(found.values())


@cache
def by_id() -> dict[str, Indicator]:
    return {one.id: one for one in indicators()}


def _patterns(words: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(pattern(_key(word)) for word in words)


@cache
def _of() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(words) for name, words in _data()["of"].items()}


@cache
def _parts() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, map(_key, _data()["parts"])), key=len, reverse=True)))


@cache
def _idle() -> re.Pattern[str]:
    words = sorted({re.escape(_key(word)) for word in _data()["idle"]} - {""}, key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(words)}|[0-9])+")


def match(name: str, unit: str | None = None, measure: str | None = None) -> str | None:
    """Id of the canonical indicator a printed name stands for, None where none does or two do equally.

    ``unit`` is the unit of its numbers as printed; it must be one the indicator is counted in, so a rate
    never meets a count. Without a unit (a multiple, a milestone) the name must say whether it is a rate.
    ``measure`` is the title of the measure it stands in: it tells the thing where the name has none.

    >>> match("受講者数", "人", "スマートフォン教室"), match("高齢者のカード保有率", "%")
    ('smartphone_class_people', None)
    """
    return read(name, unit, measure).id


@lru_cache(maxsize=_CACHED)
def read(name: str, unit: str | None = None, measure: str | None = None) -> Facets:
    """The facets of an indicator's name; see `match`."""
    key = _key(name)
    found = _things_in(key)
    best = _best(key, unit, found)
    if not found and measure:
        found = dict.fromkeys(_things_in(_key(measure), title=True), (0, 0))
        best = {one: n for one, n in _best(key, unit, found).items() if _says_no_more(key, one)}
    top = [one for one, n in best.items() if n == max(best.values())]
    if len({one.id for one in top}) != 1:
        thing = next(iter(found)).id if len(found) == 1 else None
        return Facets(thing=thing, who=_who(key))
    return Facets(top[0].id, top[0].thing, top[0].kind)  # a name of a part has no id


def _things_in(key: str, *, title: bool = False) -> dict[Thing, _Span]:
    """The things a text names, each with its longest word; of words inside one another the longer."""
    spans: dict[Thing, _Span] = {}
    for thing in things():
        if any(word.search(key) for word in thing.unless):
            continue
        found = [m.span() for word in (thing.under if title else thing.words) for m in word.finditer(key)]
        if found:
            spans[thing] = max(found, key=lambda span: (span[1] - span[0], span[0]))
    return {thing: span for thing, span in spans.items() if not any(_inside(span, o) for o in spans.values())}


def _inside(span: _Span, other: _Span) -> bool:
    return span != other and other[0] <= span[0] and span[1] <= other[1]


def _best(key: str, unit: str | None, found: dict[Thing, _Span]) -> dict[Indicator, int]:
    """The indicators a name may stand for, with how many of its letters say so."""
    speaks_of = next((of for of, words in _of().items() if words.search(key)), None)
    counted = fold(unit) if unit else None
    best: dict[Indicator, int] = {}
    for thing, span in found.items():
        for one in thing.indicators:
            if one.of != speaks_of or not _counted_in(one, counted, key):
                continue
            for said in _said(one, key):
                covered = {*range(*span), *(i for s in said for i in range(*s))}
                if not _of_a_part(key, thing, one, span, covered):
                    best[one] = max(best.get(one, 0), len(covered))
    return best


def _of_a_part(key: str, thing: Thing, one: Indicator, span: _Span, covered: set[int]) -> bool:
    """Whether a name restricts the whole: «高齢者の», «保育所の», of cards that all people have «職員の»."""
    outside = [m for m in _parts().finditer(key) if not set(range(*m.span())) <= covered]
    if any(m.group() not in key[slice(*span)] and m.group() not in thing.whole for m in outside):
        return True
    who = _WHO.search(key)
    return bool(who and one.who and who.lastgroup != one.who)


def _said(one: Indicator, key: str) -> Iterator[list[_Span]]:
    """The places of the indicator's own words in a name; nothing is missing where it needs none."""
    if not one.says:
        yield []
    for word in one.says:
        if places := [m.span() for m in word.finditer(key)]:
            yield places[-1:]


def _counted_in(one: Indicator, unit: str | None, key: str) -> bool:
    if unit is None or unit == "倍":
        return (one.kind == "rate") == bool(_SAYS_RATE.search(key))
    says_number = key.endswith("数") and not _SAYS_RATE.search(key)
    return unit in one.units and not (one.kind == "rate" and says_number)


def _says_no_more(key: str, one: Indicator) -> bool:
    """Whether a name has nothing but words of counting, so that a title may tell what is counted."""
    for word in one.says:
        key = word.sub("", key)
    return not _idle().sub("", key)


_WHO = re.compile(
    "(?P<住民>(?<![入居移])住民|市民|町民|村民|区民|県民|国民|人口)|(?P<職員>職員)|(?P<利用者>利用者|来庁者)|(?P<事業者>事業者|企業)"
)


def _who(key: str) -> str | None:
    if part := _parts().search(key):
        return part.group()
    m = _WHO.search(key)
    return m.lastgroup if m else None


@lru_cache(maxsize=_CACHED)
def _key(text: str) -> str:
    """手続き and 手続, スマートフォン and スマホ are one word here, and the particle の no difference."""
    key = fold(text).replace("手続き", "手続").replace("ヶ所", "か所").replace("スマートフォン", "スマホ")
    return key.replace("の", "")
