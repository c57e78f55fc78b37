"""What the record extractors make: one frozen record per row of the contract, each with its evidence."""

from __future__ import annotations

from dataclasses import dataclass

from extract.document import Evidence
from extract.model import Certainty, SpanSource
from extract.records.fields import Field


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """``at``: where it stands. ``rule``: what made it. ``confidence``: how often such rows are right."""

    at: Evidence
    rule: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy(Record):
    """``kind``: the plan's own word. ``level`` counts from 1, ``parent`` indexes the policies; ``key``: its
    number as integers.
    """

    kind: str
    number: str | None
    title: str
    description: str | None = None
    level: int | None = None
    parent: int | None = None
    key: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure(Record):
    """``section`` indexes the document's sections (None for one of a table); ``policies`` the policies.

    ``nodes``: the nodes [first, last) of a measure that is a form. ``fields``: the labelled texts it was
    read from.
    """

    section: int | None
    nodes: tuple[int, int] | None = None
    number: str | None
    title: str
    policies: tuple[int, ...] = ()
    overview: str | None = None
    background: str | None = None
    approach: str | None = None
    actions: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    national_tags: tuple[str, ...] = ()
    headings_path: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A baseline, current or target value as printed and as read."""

    raw: str | None = None
    value: float | None = None
    max: float | None = None
    bound: str | None = None
    unit: str | None = None
    fy: int | None = None
    date: str | None = None
    kind: str | None = None
    qualifier: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi(Record):
    indicator: str
    measure: int | None = None
    qualifier: str | None = None
    baseline: Value = Value()
    current: Value = Value()
    target: Value = Value()
    is_repeat: bool = False
    series: tuple[tuple[int, float | None, str], ...] = ()  # (fiscal year, value, as printed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule(Record):
    task: str
    measure: int | None = None
    label: str | None = None
    start_fy: int | None = None
    end_fy: int | None = None
    start_month: int | None = None
    end_month: int | None = None
    phase: str | None = None  # what the legend says of its colour or sign
    span_source: SpanSource = "none"
    span_certainty: Certainty = "unknown"
    end_fy_max: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GlossaryEntry(Record):
    term: str
    definition: str
    source: str
    abbreviation: str | None = None
    reading: str | None = None
    expansion: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure(Record):
    name: str
    list_title: str | None = None
    group: str | None = None
    number: str | None = None
    online: bool | None = None
    applicable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress(Record):
    item: str
    achieved_pct: float | None
    band: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure(Record):
    caption: str | None
    source: str | None = None
    image_ref: str | None = None
