"""Indicators in facets: the thing a name is about, what of it is counted, of whom, over what time.

The words are in ``data/indicators.yaml``. Thing and measure together are the canonical indicator: one id for
what plans measure under many names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Literal

from normalize.data import parsed
from normalize.frozen import frozen
from normalize.national_plan import fold, pattern
from normalize.vocabulary import curated

Kind = Literal["count", "rate", "people", "times", "money", "time", "size"]
_Span = tuple[int, int]

_SAYS_RATE = re.compile("率|割合|比$|比率|満足度|カバー")
# Of whom or what a share is, at the end of a name: «…した課の割合» is none of people or payments.
_SHARE_OF = re.compile(
    "(?P<of>施設|箇所|か所|[課部]|部署|所属|部局|学校|校|園|店舗|団体|市町村?|自治会|事業者|企業|世帯|システム|文書)数?(?:割合|比率)$"
)
_VERB = "[一-龯][ぁ-ん]{1,5}(?<=[るただすくうむぶぐつ])"  # 納められる, 終えた: says how, not of what
_ENDING = re.compile("[ぁ-ん]")  # what a known word leaves over: 済み, 当たり
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
    own_units: tuple[re.Pattern[str], ...] = ()  # those beyond the units of its kind

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
    beside: tuple[re.Pattern[str], ...]  # words that restrict nothing here
    starts: tuple[str, ...]  # of these its words begin with one: quick to look for
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
def _kinds() -> dict[str, list[str]]:
    return {kind: [fold(unit) for unit in units] for kind, units in _data()["kinds"].items()}


@cache
def things() -> tuple[Thing, ...]:
    """The things with words and indicators of their own."""
    return tuple(
        Thing(
            one["id"],
            _patterns(one["words"]),
            _patterns([*one["words"], *one.get("under", ())]),
            _patterns(one.get("unless", ())),
            _patterns([*one.get("whole", ()), *one.get("beside", ())]),
            _starts([*one["words"], *one.get("under", ())]),
            tuple(_indicator(i, one["id"], one["item"]) for i in one["indicators"]),
        )
        for one in _data()["things"]
    )


@cache
def _terms_counted() -> dict[str, str]:
    """Terms of the vocabulary that plans count, with the item of the national plan they serve."""
    return {term: item for item, ids in _data()["terms"].items() for term in ids}


@lru_cache
def _counted(term_id: str) -> Thing:
    """A term of the vocabulary as a thing, counted in the few ways that hold for all (users, uses, places …).

    What a thing with indicators of its own has already is left to it.
    """
    canonical = curated().terms[term_id].canonical
    forms = [form.surface for form in curated().forms if form.term_id == term_id and not form.conditional]
    ways = []
    for way in _data()["ways"]:
        name = f"{canonical}の{way['name']}"
        if not _best(_key(name), _kinds()[way["kind"]][0], _things_in(_key(name), things())):
            data = {**way, "id": f"{term_id}_{way['id']}", "name": name}
            ways.append(_indicator(data, term_id, _terms_counted()[term_id]))
    words = _patterns(dict.fromkeys(forms))
    return Thing(term_id, words, words, (), (), _starts(forms), tuple(ways))


def _terms_in(name: str) -> list[Thing]:
    found = dict.fromkeys(m.form.term_id for m in curated().find(name))
    return [_counted(term_id) for term_id in found if term_id in _terms_counted()]


def _indicator(data: Mapping[str, Any], thing: str, item: str) -> Indicator:
    own = [*data.get("units", ()), *data.get("counter", ())]
    return Indicator(
        data["id"],
        data["name"],
        data["kind"],
        data["better"],
        item,
        frozenset([*_kinds()[data["kind"]], *map(fold, data.get("units", ()))]),
        thing,
        _patterns(data.get("says", ())),
        data.get("of"),
        data.get("who"),
        data.get("flow", False),
        frozenset(["件", "個", *data.get("counter", ())]),
        _patterns(own),
    )


@cache
def indicators() -> tuple[Indicator, ...]:
    """The canonical indicators of the things, each once; those of terms are made when they are met."""
    found: dict[str, Indicator] = {}
    for one in (i for thing in things() for i in thing.indicators):
        found.setdefault(one.id, one)
    return tuple(found.values())


@cache
def _own() -> dict[str, Indicator]:
    return {one.id: one for one in indicators()}


@lru_cache(maxsize=_CACHED)
def by_id(indicator_id: str | None) -> Indicator | None:
    """The canonical indicator of an id, of a thing or of a term; None where there is none."""
    if not indicator_id or indicator_id in _own():
        return _own().get(indicator_id or "")
    terms = [term for term in _terms_counted() if indicator_id.startswith(f"{term}_")]
    return next((i for term in terms for i in _counted(term).indicators if i.id == indicator_id), None)


@cache
def names() -> dict[str, tuple[str, str]]:
    """Of every id that may stand in a dataset the name and the item of the national plan."""
    found = {one.id: (one.name, one.national_item) for one in indicators()}
    for term, item in _terms_counted().items():
        for way in _data()["ways"]:
            name = f"{curated().terms[term].canonical}の{way['name']}"
            found.setdefault(f"{term}_{way['id']}", (name, item))
    return found


def _patterns(words: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(pattern(_key(word)) for word in words)


def _starts(words: Iterable[str]) -> tuple[str, ...]:
    return tuple({_key(word).split("…")[0] for word in words})


@cache
def _of() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(words) for name, words in _data()["of"].items()}


@cache
def _parts() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, map(_key, _data()["parts"])), key=len, reverse=True)))


@cache
def _idle() -> re.Pattern[str]:
    words = sorted({re.escape(_key(word)) for word in _data()["idle"]} - {""}, key=len, reverse=True)
    return re.compile(f"(?:{_VERB}|{'|'.join(words)})+")


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
    found = _things_in(key, things())
    best = _best(key, unit, found) or _best(key, unit, _things_in(key, _terms_in(name)))
    if not found and not best and measure:
        found = dict.fromkeys(_things_in(_key(measure), things(), title=True), (0, 0))
        best = _best(key, unit, found)
    top = [one for one, n in best.items() if n == max(best.values())]
    if len({one.id for one in top}) != 1:
        thing = next(iter(found)).id if len(found) == 1 else None
        return Facets(thing=thing, who=_who(key))
    return Facets(top[0].id, top[0].thing, top[0].kind)  # a name of a part has no id


def _things_in(key: str, among: Sequence[Thing], *, title: bool = False) -> dict[Thing, _Span]:
    """The things a text names, each with its longest word; of words inside one another the longer."""
    spans: dict[Thing, _Span] = {}
    for thing in among:
        if not any(start in key for start in thing.starts) or any(w.search(key) for w in thing.unless):
            continue
        found = [m.span() for word in (thing.under if title else thing.words) for m in word.finditer(key)]
        if found:
            spans[thing] = max(found, key=lambda span: (span[1] - span[0], span[0]))
    return {thing: span for thing, span in spans.items() if not any(_inside(span, o) for o in spans.values())}


def _inside(span: _Span, other: _Span) -> bool:
    return span != other and other[0] <= span[0] and span[1] <= other[1]


def _best(key: str, unit: str | None, found: dict[Thing, _Span]) -> dict[Indicator, _Span]:
    """The indicators a name may stand for: how many of its letters say so, and where the last of them is.

    What is counted stands at the end of a name.
    """
    speaks_of = next((of for of, words in _of().items() if words.search(key)), None)
    counted = fold(unit) if unit else None
    best: dict[Indicator, _Span] = {}
    for thing, span in found.items():
        for one in thing.indicators:
            if one.of != speaks_of or not _counted_in(one, counted, key) or _of_others(key, one):
                continue
            for said in _said(one, key):
                covered = {*range(*span), *(i for s in said for i in range(*s))}
                score = len(covered), max((s[1] for s in said), default=0)
                if score > best.get(one, (-1, 0)) and _whole(key, thing, one, covered):
                    best[one] = score
    return best


def _whole(key: str, thing: Thing, one: Indicator, covered: set[int]) -> bool:
    """Whether a name is of all the indicator is of: nothing is left over, and a share is of its own."""
    share = _SHARE_OF.search(key)
    of_others = share and one.kind == "rate" and not set(range(*share.span("of"))) <= covered
    return not of_others and not _unexplained(key, thing, one)


def _unexplained(key: str, thing: Thing, one: Indicator) -> str:
    """What a name says beyond thing, measure and time: it restricts the whole («高齢者の», «保育所の»), or is
    about something else («わなの見回りに要する時間»)."""
    words = [*thing.words, *thing.beside, *one.says, *one.own_units]
    words += [_of()[one.of]] if one.of else []
    known = {i for word in words for m in word.finditer(key) for span in _letters(m) for i in range(*span)}
    rest = "".join("/" if i in known else letter for i, letter in enumerate(key))
    left = _idle().sub("/", rest).split("/")
    return "".join(piece for piece in left if not _ENDING.fullmatch(piece))


def _letters(m: re.Match[str]) -> Sequence[_Span]:
    """The places of a word's own letters, without what stands for its «…»."""
    return m.regs[1:] or m.regs


def _of_others(key: str, one: Indicator) -> bool:
    """Whether a name is of others than the indicator: of cards that all people have, «職員の»."""
    who = _WHO.search(key)
    return bool(who and one.who and who.lastgroup != one.who)


def _said(one: Indicator, key: str) -> Iterator[Sequence[_Span]]:
    """The places of the indicator's own words in a name; nothing is missing where it needs none."""
    if not one.says:
        yield []
    for word in one.says:
        if found := list(word.finditer(key)):
            yield _letters(found[-1])


def _counted_in(one: Indicator, unit: str | None, key: str) -> bool:
    if unit is None or unit == "倍":
        return (one.kind == "rate") == bool(_SAYS_RATE.search(key))
    says_number = key.endswith("数") and not _SAYS_RATE.search(key)
    return unit in one.units and not (one.kind == "rate" and says_number)


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
