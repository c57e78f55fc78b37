"""What a fictional plan says, as its YAML file gives it: typed, nothing about how it looks.

The YAML carries every value twice where a reader has to work it out: as printed («3,213件») and as the number
the truth holds (3213, 件). Nothing here parses the printed form, or the truth would only repeat a parser.
"""

from __future__ import annotations

import dataclasses
import types
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

import yaml


@dataclass(frozen=True, slots=True)
class Doc:
    """The title page. ``date_text`` is the printed date, ``published`` the same as YYYY-MM."""

    municipality: str
    title: str
    published: str
    date_text: str
    prefecture: str | None = None
    version: str | None = None
    draft: bool = False
    start_fy: int | None = None
    end_fy: int | None = None
    period_open_ended: bool = False
    period_text: str | None = None


@dataclass(frozen=True, slots=True)
class Chapter:
    """Running text outside the measures."""

    title: str
    body: tuple[str, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    id: str
    kind: str
    title: str
    number: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """A baseline or target: as printed, and what it means."""

    raw: str | None = None
    value: float | None = None
    unit: str | None = None
    fy: int | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """One year of a table with a column per year."""

    fy: int
    raw: str
    value: float


@dataclass(frozen=True, slots=True)
class Kpi:
    """One indicator. ``text`` is the sentence that states it, where the layout has sentences; the second
    indicator of one sentence has none. ``printed`` is the name cell where it differs from the indicator,
    ``max`` the upper end of a range, ``series`` the values year by year."""

    indicator: str
    target: Amount
    base: Amount = Amount()
    current: Amount = Amount()  # a 現状値 beside the 基準値
    qualifier: str | None = None
    kind: str = "absolute"
    repeated: bool = False
    text: str | None = None
    printed: str | None = None
    bound: str = "exact"
    max: float | None = None
    series: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """A mark over the time columns: both years included; ``half`` 1 or 2 narrows an end to a half year."""

    start: int
    end: int
    text: str | None = None
    start_half: int = 1
    end_half: int = 2


@dataclass(frozen=True, slots=True)
class Task:
    """A row of the schedule. Without ``name`` the bars carry the only text."""

    bars: tuple[Bar, ...] = ()
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    item: str
    basis: str


@dataclass(frozen=True, slots=True)
class Measure:
    id: str
    title: str
    policy: str | None = None
    policies: tuple[str, ...] = ()  # all of them, where a matrix marks several; ``policy`` is the first
    number: str | None = None
    overview: str | None = None
    background: str | None = None
    approach: str | None = None
    actions: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    national_tags: tuple[str, ...] = ()
    kpis: tuple[Kpi, ...] = ()
    tasks: tuple[Task, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """A glossary entry: ``definition`` is the whole explanation, ``mark`` its note number in the text,
    ``kana`` how it is read where that is not printed."""

    term: str
    definition: str
    abbreviation: str | None = None
    reading: str | None = None
    expansion: str | None = None
    mark: str | None = None
    source: str = "table"
    kana: str | None = None


@dataclass(frozen=True, slots=True)
class Procedure:
    """An entry of a list of procedures; ``online`` None where the list does not say."""

    name: str
    group: str | None = None
    number: str | None = None
    online: bool | None = None
    applicable: bool = True


@dataclass(frozen=True, slots=True)
class Progress:
    """What an earlier plan achieved: in a class of achievement (``band``), or as target and result."""

    item: str
    achieved_pct: float
    band: str | None = None
    printed: str | None = None
    target: str | None = None
    result: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    caption: str
    labels: tuple[str, ...]
    values: tuple[float, ...]
    source: str | None = None
    chart: str = "bar"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Variant:
    surface: str
    canonical: str
    kind: str
    context: str


@dataclass(frozen=True, slots=True)
class Plan:
    """One document. ``layout`` names the module in ``layouts`` that draws it."""

    layout: str
    doc: Doc
    measures: tuple[Measure, ...]
    policies: tuple[Policy, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    whole_tasks: tuple[Task, ...] = ()  # the plan-period table
    glossary: tuple[Term, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    progress: tuple[Progress, ...] = ()
    figures: tuple[Figure, ...] = ()
    variants: tuple[Variant, ...] = ()
    notes: tuple[str, ...] = ()
    columns: tuple[int, ...] = ()  # first and last year of the charts, where the plan itself has no end

    @property
    def years(self) -> range:
        """The fiscal years of the charts, by default those of the plan.

        Raises:
            ValueError: the plan has no period.
        """
        first, last = self.columns or (self.doc.start_fy, self.doc.end_fy)
        if first is None or last is None:
            raise ValueError(f"{self.doc.title}: no period, so no year columns")
        return range(first, last + 1)

    def chapter(self, key: str) -> Chapter:
        """The chapter named ``key``; KeyError if the plan has none."""
        for chapter in self.chapters:
            if chapter.key == key:
                return chapter
        raise KeyError(f"{self.doc.title}: no chapter {key!r}")


def load(path: Path) -> Plan:
    """The plan of a YAML file.

    Raises:
        ValueError: a key is unknown or missing, or a value has the wrong type; the message says where.
    """
    return from_mapping(yaml.safe_load(path.read_text(encoding="utf-8")), path.name)


def from_mapping(data: object, where: str = "plan") -> Plan:
    """The plan of parsed YAML; errors as for ``load``."""
    plan: Plan = _read(Plan, data, where)
    return plan


def _read(kind: Any, data: object, where: str) -> Any:
    """``data`` as the annotated type ``kind``: a dataclass, a tuple of one type, an optional, or a scalar."""
    if dataclasses.is_dataclass(kind):
        return _read_record(kind, data, where)
    if get_origin(kind) in (Union, types.UnionType):
        options = [option for option in get_args(kind) if option is not type(None)]
        return None if data is None else _read(options[0], data, where)
    if get_origin(kind) is tuple:
        if not isinstance(data, list):
            raise ValueError(f"{where}: a list is wanted, not {data!r}")
        return tuple(_read(get_args(kind)[0], item, f"{where}[{i}]") for i, item in enumerate(data))
    if kind is float and type(data) is int:
        return data  # 13, not 13.0: the truth prints numbers as the plan means them
    if type(data) is not kind:
        raise ValueError(f"{where}: {kind.__name__} is wanted, not {data!r}")
    return data.strip() if isinstance(data, str) and kind is str else data


def _read_record(kind: Any, data: object, where: str) -> Any:
    if isinstance(data, list):  # short form: the fields in order
        data = dict(zip([f.name for f in dataclasses.fields(kind)], data))
    if not isinstance(data, dict):
        raise ValueError(f"{where}: a mapping is wanted, not {data!r}")
    hints = get_type_hints(kind)
    unknown = set(data) - set(hints)
    if unknown:
        raise ValueError(f"{where}: unknown {sorted(unknown)}")
    values = {name: _read(hints[name], value, f"{where}.{name}") for name, value in data.items()}
    try:
        return kind(**values)
    except TypeError as error:
        raise ValueError(f"{where}: {error}") from error
