"""What a random plan looks like: one option of every trait, each drawn on its own."""

from __future__ import annotations

from dataclasses import dataclass, fields

from corpora.random.dice import Dice

TRAITS: dict[str, dict[str, float]] = {
    "page": {"portrait": 4, "slide": 3, "wide": 1, "columns": 1.5, "tabs": 1.5},
    "depth": {"one": 3, "two": 1.5},
    "policy_number": {"1": 4, "Ⅰ": 1, "①": 1, "A": 1, "一": 0.6, "１": 1},
    "measure_number": {"1-1": 4, "1-1-1": 1.5, "(1)": 2, "①": 1, "1": 1, "A-1": 1, "１－１": 1, "none": 0.7},
    "form": {
        "boxed": 4,
        "beside": 2,
        "above": 3,
        "runin": 2,
        "colon": 1.5,
        "upright": 1,
        "card": 2,
        "prose": 1.5,
        "matrix": 1,
        "paired": 1.5,
    },
    "title": {"heading": 3, "word": 3, "box": 2, "band": 2, "row": 1.5},
    "pages_each": {"flow": 3, "one": 2, "two": 1},
    "pill": {"none": 2, "filled": 1, "outlined": 1, "bracket": 1},
    "kpi": {
        "table": 4,
        "turned": 1,
        "years": 2.5,
        "plan_actual": 1.5,
        "cards": 1.5,
        "strips": 1.5,
        "lines": 2,
        "sentences": 2,
        "in_form": 2,
        "list_end": 1.5,
        "arrow_column": 1,
        "none": 0.3,
    },
    "baseline_year": {"head": 4, "stacked": 1, "cell": 1.5, "date": 0.6, "none": 1},
    "unit_column": {"no": 3, "yes": 1},
    "compare": {"none": 4, "left": 0.7, "right": 0.7},
    "interim": {"no": 3, "yes": 1},
    "chart": {
        "arrows": 3,
        "chevrons": 2,
        "cells": 2,
        "marks": 1.5,
        "words": 2,
        "quarters": 1,
        "halves": 1,
        "lines": 1,
        "free": 1,
        "none": 1,
    },
    "rules": {
        "full": 4,
        "hairlines": 1.5,
        "frames": 1,
        "horizontal": 2,
        "dotted": 1.5,
        "dashed": 1,
        "zebra": 1.5,
        "none": 1,
        "open": 1.5,
        "white": 1,
    },
    "year": {
        "R8": 3,
        "令和8年度": 3,
        "2026年度": 2,
        "令和8年度\n(2026)": 1,
        "R8年度": 2,
        "2026\n(R8)": 1,
        "R 8": 0.5,
        "令和 8 年度": 0.4,
    },
    "qualifier": {"name": 3, "value": 1},
    "value_gap": {"no": 6, "yes": 1},
    "policy_title": {"heading": 3, "band": 2, "box": 1.5, "page": 0.6},
    "digits": {"half": 4, "full": 1},
    "percent": {"%": 2, "％": 1},
    "spaced": {"no": 4, "yes": 1},
    "voice": {"polite": 2, "plain": 1},
    "bullet": {"・": 3, "●": 1, "①": 1.5, "○": 1, "-": 0.5, "▶": 0.7, "◆": 0.7, "■": 0.5},
    "offices": {"、": 3, "・": 1, "\n": 1, "　": 0.7},
    "glossary": {"table": 3, "list": 2, "colon": 1.5, "footnotes": 1, "none": 0.7},
    "font": {"sans": 3, "serif": 1.5},
}
COLORS = (0x1F3864, 0x2E75B6, 0x00796B, 0xC55A11, 0x7030A0, 0x385723, 0x9E1B32, 0x404040)


@dataclass(frozen=True, slots=True)
class Look:
    """The option of each trait, and one colour in three shades."""

    page: str
    depth: str
    policy_number: str
    measure_number: str
    form: str
    title: str
    pages_each: str
    pill: str
    kpi: str
    baseline_year: str
    unit_column: str
    compare: str
    interim: str
    chart: str
    rules: str
    year: str
    qualifier: str
    value_gap: str
    policy_title: str
    digits: str
    percent: str
    spaced: str
    voice: str
    bullet: str
    offices: str
    glossary: str
    font: str
    color: int = 0

    @property
    def pale(self) -> int:
        return mixed(self.color, 0.15)

    @property
    def middle(self) -> int:
        return mixed(self.color, 0.55)


def mixed(color: int, share: float) -> int:
    """``share`` of a colour on white."""
    parts = [(color >> s) & 0xFF for s in (16, 8, 0)]
    red, green, blue = (round(255 - (255 - part) * share) for part in parts)
    return red << 16 | green << 8 | blue


def choose(dice: Dice, **forced: str) -> Look:
    """A look whose options go together; ``forced`` ones are not drawn.

    >>> choose(Dice(3)) == choose(Dice(3))
    True
    """
    options = {name: dice.weighted(f"look {name}", TRAITS[name]) for name in _NAMES} | forced
    for together, instead in _UNFIT:
        if all(options[trait] in some for trait, some in together.items()):
            options |= instead
    if options["page"] == "columns":  # no room for many columns of figures
        wide = ("years", "plan_actual", "grouped", "twin", "quarters", "halves", "pair", "phases")
        narrow = {"kpi": "table", "chart": "arrows"}
        options |= {trait: option for trait, option in narrow.items() if options[trait] in wide}
        options |= {"year": "R8", "digits": "half", "compare": "none", "interim": "no"}
    return Look(**options, color=dice.one("color", COLORS))


def _but(trait: str, *options: str) -> set[str]:
    """All options of a trait but these."""
    return TRAITS[trait].keys() - set(options)


# Options that do not go together, and what is taken instead of one of them; in this order.
_UNFIT: tuple[tuple[dict[str, set[str]], dict[str, str]], ...] = (
    ({"depth": {"one"}, "measure_number": {"1-1-1"}}, {"measure_number": "1-1"}),
    ({"depth": {"two"}, "measure_number": {"1-1"}}, {"measure_number": "1-1-1"}),  # 1-1 is the middle level
    ({"kpi": {"in_form"}, "form": _but("form", "boxed", "paired", "matrix")}, {"kpi": "table"}),
    ({"form": {"matrix"}}, {"title": "heading"}),
    ({"title": {"row"}, "form": _but("form", "boxed", "upright", "paired")}, {"title": "band"}),
    ({"measure_number": {"none"}, "title": {"box"}}, {"title": "heading"}),
    ({"form": {"upright"}, "title": {"row"}}, {"title": "band"}),
    ({"measure_number": {"A-1"}}, {"policy_number": "A"}),
)
_NAMES = tuple(f.name for f in fields(Look) if f.name != "color")
