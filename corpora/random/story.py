"""What a random plan says: its period, levels, measures and what they promise. Nothing about looks."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from corpora.random.dice import Dice, bank, between, filled


@dataclass(frozen=True, slots=True)
class Level:
    """A policy: ``key`` is its place in the tree, (2,) or (2, 1)."""

    key: tuple[int, ...]
    title: str
    text: str

    @property
    def id(self) -> str:
        return "p" + "-".join(map(str, self.key))


@dataclass(frozen=True, slots=True)
class Indicator:
    """``values`` holds a number for each year of the plan, the last one the target; others have words."""

    name: str
    unit: str | None
    kind: str  # absolute, milestone, frequency, qualitative, multiple
    base: float | None = None
    values: tuple[float, ...] = ()
    decimals: int = 0
    qualifier: str | None = None
    bound: str = ""  # 以上, 以下, を維持 or nothing
    base_words: str | None = None
    target_words: str | None = None

    @property
    def target(self) -> float | None:
        return self.values[-1] if self.values else None


@dataclass(frozen=True, slots=True)
class Task:
    """A row of a chart: bars as (first year, last year, text)."""

    name: str
    bars: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the glossary; ``index`` is its row of the kana table."""

    name: str
    short: str | None
    english: str | None
    reading: str | None
    text: str
    index: str

    @property
    def definition(self) -> str:
        return f"{self.english}の略。{self.text}" if self.english else self.text


@dataclass(slots=True)
class Measure:
    id: str
    key: tuple[int, ...]  # its place under the policy, and the policy's: (2, 1, 3)
    title: str
    policy: Level
    link: str
    overview: str
    background: str
    approach: str
    actions: list[str]
    departments: list[str]
    tags: list[str]
    category: str
    effect: str
    audience: str
    indicators: list[Indicator] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Story:
    municipality: str
    prefecture: str | None
    title: str
    version: str | None
    draft: bool
    published: tuple[int, int]  # year, month
    start: int
    end: int
    base_year: int
    vision: str | None
    levels: tuple[Level, ...]
    measures: tuple[Measure, ...]
    overall: tuple[Indicator, ...]
    terms: tuple[Term, ...]

    @property
    def years(self) -> range:
        return range(self.start, self.end + 1)


def tell(dice: Dice, deep: bool) -> Story:
    """A story; ``deep``: two levels above the measures."""
    places = bank("places")
    start = dice.number("start", 2023, 2027)
    end = start + dice.one("length", [2, 3, 4, 4, 4, 5])
    levels = _levels(dice, deep)
    years = range(start, end + 1)
    kind = dice.one("place kind", places["kinds"])
    name = dice.one("place first", places["first"]) + dice.one("place second", places["second"]) + kind
    plan = dice.one("plan title", places["titles"])
    measures = _measures(dice, levels, years)
    return Story(
        municipality=name,
        prefecture=dice.one("prefecture", places["prefectures"])
        if dice.chance("has prefecture", 0.4)
        else None,
        title=f"{name}{plan}",
        version=dice.one("edition", places["editions"]) if dice.chance("has edition", 0.25) else None,
        draft=dice.chance("draft", 0.12),
        published=(start, 3) if dice.chance("in spring", 0.8) else (start - 1, dice.number("month", 10, 12)),
        start=start,
        end=end,
        base_year=start - dice.one("base year", [1, 1, 2]),
        vision=dice.one("vision", places["visions"]) if dice.chance("has vision", 0.75) else None,
        levels=tuple(levels),
        measures=tuple(measures),
        overall=tuple(_overall(dice, years)),
        terms=tuple(Term(*t) for t in dice.some("terms", bank("terms"), dice.number("term count", 8, 18))),
    )


def _levels(dice: Dice, deep: bool) -> list[Level]:
    places = bank("places")
    titles = dice.stream("policies").sample(places["policies"], len(places["policies"]))
    lower = dice.stream("sub policies").sample(places["sub_policies"], len(places["sub_policies"]))
    texts = dice.stream("policy texts")
    out: list[Level] = []
    for i in range(dice.number("policy count", 2, 4 if not deep else 3)):
        out.append(Level((i + 1,), titles.pop(), texts.choice(places["policy_texts"])))
        if deep:
            for j in range(dice.number(f"sub policy count {i}", 1, 3)):
                out.append(Level((i + 1, j + 1), lower.pop(), texts.choice(places["policy_texts"])))
    return out


def _measures(dice: Dice, levels: Sequence[Level], years: range) -> list[Measure]:
    depth = max(len(level.key) for level in levels)
    topics = [*bank("topics_city"), *bank("topics_life"), *bank("topics_more")]
    order = dice.stream("topics").sample(topics, len(topics))
    out: list[Measure] = []
    for level in (level for level in levels if len(level.key) == depth):
        for k in range(dice.number(f"measures {level.id}", 1 if depth > 1 else 2, 3 if depth > 1 else 4)):
            if order:
                out.append(
                    _measure(dice, f"m{len(out) + 1:02}", (*level.key, k + 1), level, order.pop(), years)
                )
    return out


def _measure(
    dice: Dice, name: str, key: tuple[int, ...], level: Level, topic: dict[str, Any], years: range
) -> Measure:
    source = dice.stream("measure", name)
    places = bank("places")
    sentences = source.sample(topic["background"], source.randint(1, len(topic["background"])))
    actions = source.sample(topic["actions"], source.randint(2, min(5, len(topic["actions"]))))
    tags = [t for t in places["national_tags"] if source.random() < 0.15][:2]
    return Measure(
        id=name,
        key=key,
        title=source.choice(topic["titles"]),
        policy=level,
        link=topic["link"],
        overview=source.choice(topic["overview"]),
        background="".join(filled(s, source) for s in sentences),
        approach="".join(source.sample(topic["approach"], source.randint(1, 2))),
        actions=actions,
        departments=source.sample(topic["offices"], source.randint(1, len(topic["offices"]))),
        tags=tags or [source.choice(places["national_tags"])],
        category=source.choice(["新規", "継続", "拡充"]),
        effect=source.choice(places["effects"]),
        audience=source.choice(places["audiences"]),
        indicators=[
            indicator(spec, source, len(years))
            for spec in source.sample(
                topic["indicators"], source.randint(1, min(3, len(topic["indicators"])))
            )
        ],
        tasks=[_task(t, source, years) for t in topic["tasks"][: source.randint(2, len(topic["tasks"]))]],
    )


def indicator(spec: str, source: random.Random, count: int) -> Indicator:
    """An indicator of ``count`` yearly values from «name|unit|from-to|from-to|qualifier»."""
    name, unit, base, target, *rest = spec.split("|")
    if unit in ("*", "~"):
        kind = "milestone" if unit == "*" else "qualitative"
        return Indicator(name, None, kind, base_words=None if base == "－" else base, target_words=target)
    low, high = (_drawn(part, source) for part in (base, target))
    decimals = 1 if "." in base or "." in target else 0
    values = [round(low + (high - low) * (i + 1) / count, decimals) for i in range(count)]
    values[-1] = high
    if unit == "回/年":
        return Indicator(name, "回", "frequency", low, tuple(values), qualifier="年")
    return _counted(Indicator(name, unit, "absolute", low, tuple(values), decimals, *rest[:1]), source)


def _counted(one: Indicator, source: random.Random) -> Indicator:
    """With a bound; some lose their baseline, keep all they have, or count in multiples of it."""
    low, high = one.base or 0.0, one.values[-1]
    bound = source.choice(["", "", "以上" if high >= low else "以下"])
    if (one.unit == "%" and high == 100) or high == 0:
        bound = ""
    has_base = source.random() < 0.88
    if one.unit == "%" and source.random() < 0.06:
        return replace(one, base=100.0, values=(100.0,) * len(one.values), bound="を維持")
    base = one.base if has_base else None
    if high >= 2 * low > 0 and one.decimals == 0 and source.random() < 0.06:
        times = source.choice([1.5, 2.0, 2.5, 3.0])
        return replace(one, kind="multiple", base=base, values=(times,))
    return replace(one, base=base, bound=bound)


def _drawn(span: str, source: random.Random) -> float:
    """A number of «from-to»."""
    low, high = span.split("-")
    return between(low, high, source)


def _task(name: str, source: random.Random, years: range) -> Task:
    """One to three bars that follow each other, sometimes with a gap."""
    words = source.choice(
        [("検討", "実施"), ("準備", "試行", "運用"), ("設計", "導入", "改善"), ("調査", "展開"), ("実施",)]
    )
    cuts = sorted(source.sample(range(len(years) + 1), min(len(words) + 1, len(years) + 1)))
    bars = tuple((years[a], years[b - 1], words[i % len(words)]) for i, (a, b) in enumerate(pairwise(cuts)))
    return Task(name, bars)


def _overall(dice: Dice, years: range) -> list[Indicator]:
    """Indicators of the whole plan."""
    specs = [
        "行政サービスのデジタル化に満足している市民の割合|%|31.0-48.0|65.0-80.0",
        "デジタル化により仕事が楽になったと感じる職員の割合|%|28-45|70-85",
        "オンラインで完結した申請の割合|%|9.0-24.0|50.0-70.0",
    ]
    source = dice.stream("overall")
    return [indicator(s, source, len(years)) for s in source.sample(specs, 2)]
