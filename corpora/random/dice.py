"""Choices that depend on a seed and a name only, so that a new choice leaves all others as they were."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml

from corpora.builder.wording import Words

BANK = Path(__file__).parent / "bank"


T = TypeVar("T")
_RANGE = re.compile(r"\{([\d.]+)-([\d.]+)\}")


@lru_cache(maxsize=8)
def bank(name: str) -> Any:
    """The data of one file of words and sentences."""
    return yaml.safe_load((BANK / f"{name}.yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Dice:
    """Draws for one plan. ``words`` says which of the three vocabularies names boxes, columns and levels.

    >>> dice = Dice(7)
    >>> dice.one("page", ["portrait", "slide"]) == Dice(7).one("page", ["portrait", "slide"])
    True
    """

    seed: int
    words: Words = "usual"

    def stream(self, *name: object) -> random.Random:
        """A source of its own for every name."""
        return random.Random(f"{self.seed}:{':'.join(map(str, name))}")

    def one(self, name: str, options: Sequence[T]) -> T:
        return self.stream(name).choice(options)

    def weighted(self, name: str, options: Mapping[str, float]) -> str:
        return self.stream(name).choices(list(options), list(options.values()))[0]

    def some(self, name: str, options: Sequence[T], count: int) -> list[T]:
        """``count`` different ones, in the order of ``options``."""
        picked = sorted(self.stream(name).sample(range(len(options)), min(count, len(options))))
        return [options[i] for i in picked]

    def chance(self, name: str, share: float) -> bool:
        return self.stream(name).random() < share

    def number(self, name: str, low: int, high: int) -> int:
        return self.stream(name).randint(low, high)

    def word(self, role: str) -> str:
        """What this plan calls a box, a column or a level, the same wherever it stands."""
        words: list[str] = bank("words")[role][self.words]
        return self.one(f"word {role}", words)


def filled(text: str, source: random.Random) -> str:
    """``text`` with every {low-high} replaced by a number between the two."""
    return _RANGE.sub(lambda m: printed(between(m[1], m[2], source)), text)


def between(low: str, high: str, source: random.Random) -> float:
    """A plausible number: as many decimals as ``low`` has, and round where it is large."""
    if "." in low:
        return round(source.uniform(float(low), float(high)), 1)
    value = source.randint(int(low), int(high))
    for size in (10000, 1000, 100):
        if value >= size * 2:
            return value // (size // 10) * (size // 10)
    return value


def printed(value: float, decimals: int | None = None) -> str:
    """1234.0 as 1,234; 12.5 as 12.5."""
    if decimals is None:
        decimals = 0 if float(value).is_integer() else 1
    return f"{value:,.{decimals}f}"
