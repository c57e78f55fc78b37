"""Canonical indicators: what plans measure under many names, in ``data/indicators.yaml``."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from normalize.data import parsed
from normalize.frozen import frozen
from normalize.national_plan import fold, pattern

Kind = Literal["count", "rate", "people", "times", "money", "time", "size"]

_SAYS_RATE = re.compile("率|割合|比$|比率|満足度|カバー")


@frozen
class Indicator:
    """A canonical indicator; ``units`` are all it is counted in, ``better`` is up or down."""

    id: str
    name: str
    kind: Kind
    better: Literal["up", "down"]
    national_item: str
    units: frozenset[str]
    patterns: tuple[re.Pattern[str], ...]
    any_pattern: re.Pattern[str]
    unless: tuple[re.Pattern[str], ...]

    @property
    def topic(self) -> str:
        """The id without its kind: indicators of one topic count the same thing in different ways."""
        return self.id.removesuffix(f"_{self.kind}")


@cache
def indicators() -> tuple[Indicator, ...]:
    data = parsed("indicators.yaml")
    kinds = {kind: [fold(unit) for unit in units] for kind, units in data["kinds"].items()}
    patterns = {
        one["id"]: tuple(pattern(_key(word)) for word in one["patterns"]) for one in data["indicators"]
    }
    return tuple(
        Indicator(
            one["id"],
            one["name"],
            one["kind"],
            one["better"],
            one["item"],
            frozenset([*kinds[one["kind"]], *map(fold, one.get("units", ()))]),
            patterns[one["id"]],
            re.compile("|".join(word.pattern for word in patterns[one["id"]])),
            tuple(pattern(_key(word)) for word in one.get("unless", ())),
        )
        for one in data["indicators"]
    )


def match(indicator: str, unit: str | None = None) -> str | None:
    """Id of the canonical indicator a printed name stands for, None where none does or two do equally.

    ``unit`` is the unit of its numbers as printed; it must be one the indicator is counted in, so a rate
    never meets a count. Without a unit (a multiple, a milestone) the name must say whether it is a rate.
    """
    name = _key(indicator)
    best: dict[str, int] = {}
    for one in _counted_in(unit, name):
        if one.any_pattern.search(name) and not any(word.search(name) for word in one.unless):
            best[one.id] = max(_covered(word, name) for word in one.patterns)
    top = [one for one, covered in best.items() if covered == max(best.values())]
    return top[0] if len(top) == 1 else None


def _key(text: str) -> str:
    """手続き and 手続, スマートフォン and スマホ are one word here, and the particle の no difference."""
    return fold(text).replace("手続き", "手続").replace("ヶ所", "か所").replace("の", "")


def _counted_in(unit: str | None, name: str) -> list[Indicator]:
    if unit is None or (counted := fold(unit)) == "倍":
        is_rate = bool(_SAYS_RATE.search(name))
        return [one for one in indicators() if (one.kind == "rate") == is_rate]
    return [one for one in indicators() if counted in one.units]


def _covered(word: re.Pattern[str], name: str) -> int:
    """How much of the name the pattern's own letters cover."""
    found = word.search(name)
    return len(found.group()) if found else 0
