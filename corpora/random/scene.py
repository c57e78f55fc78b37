"""One plan under construction: its story, look and paper, how it writes years and numbers, its truth."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from corpora.builder.draw import Style
from corpora.random.dice import Dice, bank, printed
from corpora.random.look import Look
from corpora.random.paper import Paper
from corpora.random.story import Indicator, Level, Measure, Story

Record = dict[str, Any]
FULL = str.maketrans("0123456789.,", "０１２３４５６７８９．，")
ROMAN = "ⅠⅡⅢⅣⅤⅥ"
KANJI = "一二三四五六"
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮"


def plainly(text: str) -> str:
    """Text in です・ます turned into である.

    >>> plainly("手続を増やします。負担となっています。")
    '手続を増やす。負担となっている。'
    """
    for pattern, ending in bank("endings"):
        text = re.sub(pattern, ending, text)
    return text


@dataclass(slots=True)
class Gold:
    """The truth, row by row as it is drawn."""

    policies: list[Record] = field(default_factory=list)
    measures: list[Record] = field(default_factory=list)
    kpis: list[Record] = field(default_factory=list)
    schedules: list[Record] = field(default_factory=list)
    glossary: list[Record] = field(default_factory=list)
    procedures: list[Record] = field(default_factory=list)
    progress: list[Record] = field(default_factory=list)
    figures: list[Record] = field(default_factory=list)
    links: list[Record] = field(default_factory=list)


@dataclass(slots=True)
class Scene:
    dice: Dice
    look: Look
    story: Story
    paper: Paper
    gold: Gold = field(default_factory=Gold)
    contents: list[tuple[str, int]] = field(default_factory=list)
    chapters: int = 0

    # wording

    def word(self, role: str) -> str:
        """A label; short ones are set wide in some plans."""
        word = self.dice.word(role)
        if self.look.spaced == "yes" and len(word) == 2 and self.dice.words != "invented":
            return "　".join(word)
        return word

    def say(self, text: str) -> str:
        """Running text in the voice of the plan."""
        if self.look.voice == "plain":
            text = plainly(text)
        return self.numerals(text.replace("%", self.look.percent))

    def numerals(self, text: str) -> str:
        return text.translate(FULL) if self.look.digits == "full" else text

    def year(self, fy: int) -> str:
        """A year as the heads of charts and tables have it."""
        form = self.look.year.replace("2026", "{west}").replace("8", "{reiwa}")
        spaced = " " if self.look.year == "R 8" else ""
        return self.numerals(form.format(west=fy, reiwa=spaced.join(str(fy - 2018))))

    def short_year(self, fy: int) -> str:
        """The same on one line."""
        return self.year(fy).split("\n")[0]

    def long_year(self, fy: int) -> str:
        """令和8年度, or 2026年度 where the plan counts so."""
        return self.numerals(f"{fy}年度" if self.look.year.startswith("2026") else f"令和{fy - 2018}年度")

    # numbers of levels and measures

    def policy_number(self, level: Level) -> str:
        first = level.key[0]
        style = self.look.policy_number
        if len(level.key) > 1:
            first_part = "ABCDEF"[first - 1] if style == "A" else str(first)
            return f"{first_part}-{level.key[1]}"
        if style in ("Ⅰ", "①", "一", "A", "１"):
            return {"Ⅰ": ROMAN, "①": CIRCLED, "一": KANJI, "A": "ABCDEF", "１": "１２３４５６"}[style][
                first - 1
            ]
        return str(first)

    def measure_number(self, m: Measure) -> str | None:
        last, style = m.key[-1], self.look.measure_number
        dashed = "-".join(map(str, m.key))
        if style == "none":
            return None
        if style == "１－１":
            return dashed.translate(FULL).replace("-", "－")
        if style == "A-1":
            letter = "ABCDEF"[m.key[0] - 1]
            return f"{letter}-{m.key[1]}-{m.key[2]}" if len(m.key) > 2 else f"{letter}-{m.key[1]}"
        if style == "(1)":
            return f"({last})"
        if style == "①":
            return CIRCLED[last - 1]
        return str(int(m.id[1:])) if style == "1" else dashed

    def level_word(self, level: Level) -> str:
        return self.dice.word("levels" if len(level.key) == 1 else "lower_levels")

    # values

    def number(self, value: float, decimals: int = 0) -> str:
        return self.numerals(printed(value, decimals))

    def value(self, ind: Indicator, value: float | None, bound: str = "", unit: bool = True) -> str:
        """An amount as printed; ``unit`` False where a column of its own has it."""
        if value is None:
            return self.dice.one("dash", ["－", "-", "―"])
        number = self.number(value, ind.decimals)
        if ind.kind == "frequency":
            return f"年{number}{ind.unit}"
        scope = ind.qualifier or "" if self._scope_with_value(ind) else ""
        gap = " " if unit and self.look.value_gap == "yes" else ""
        return f"{scope}{number}{gap}{self.unit(ind) if unit else ''}{bound}"

    def _scope_with_value(self, ind: Indicator) -> bool:
        """累計60件 rather than （累計） behind the name."""
        return self.look.qualifier == "value" and ind.kind == "absolute"

    def unit(self, ind: Indicator) -> str:
        return (ind.unit or "").replace("%", self.look.percent)

    def base_text(self, ind: Indicator, unit: bool = True) -> str:
        return ind.base_words or self.value(ind, ind.base, unit=unit)

    def target_text(self, ind: Indicator, unit: bool = True) -> str:
        if ind.kind == "multiple":
            times = self.numerals(f"{ind.target:g}倍")
            return f"{self.long_year(self.story.base_year)}比{times}"
        return ind.target_words or self.value(ind, ind.target, ind.bound, unit)

    def indicator_name(self, ind: Indicator) -> str:
        """With its scope in brackets, 〜の数（累計）."""
        if ind.qualifier and ind.kind != "frequency" and not self._scope_with_value(ind):
            return f"{ind.name}（{ind.qualifier}）"
        return ind.name

    # styles

    def style(self, size: float = 0.0, **other: Any) -> Style:
        base = self.paper.style
        return Style(
            size=size or base.size, font=base.font, leading=other.pop("leading", base.leading), **other
        )

    # truth

    def add_kpi(
        self, m: Measure | None, ind: Indicator, base_raw: str | None, target_raw: str,
        base_fy: int | None, target_fy: int | None, base_date: str | None = None,
    ) -> None:  # fmt: skip
        known = ind.base is not None or ind.base_words is not None
        self.gold.kpis.append({
            "measure": m.id if m else None, "indicator": ind.name, "qualifier": ind.qualifier,
            "baseline_raw": base_raw if known else None, "baseline_value": ind.base,
            "baseline_unit": ind.unit if ind.base is not None else None,
            "baseline_fy": self.story.base_year if ind.kind == "multiple" else base_fy if known else None,
            "baseline_date": base_date if ind.base is not None else None,
            "target_raw": target_raw, "target_value": ind.target,
            "target_unit": "倍" if ind.kind == "multiple" else ind.unit if ind.target is not None else None,
            "target_fy": target_fy,
            "target_kind": ind.kind, "repeated": False, "page": self.paper.page,
        })  # fmt: skip

    def add_bar(self, m: Measure | None, task: str, label: str | None, start: int, end: int) -> None:
        self.gold.schedules.append({
            "measure": m.id if m else None, "task": task, "label": label or None, "start_fy": start,
            "end_fy": end, "end_fy_max": end, "page": self.paper.page,
        })  # fmt: skip
