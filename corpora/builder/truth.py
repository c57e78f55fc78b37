"""The truth of a built plan, in the form of a hand-made annotation, plus the page of every record.

Keys follow the annotation guide of the scorer (doc, policies, measures, kpis, schedules, glossary,
procedures, progress, figures, national_links, term_variants, notes). Schedules differ by layout: what the
row calls its task, what its label, and whether the end of a bar can be seen at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from corpora.builder.content import Bar, Kpi, Measure, Plan, Task
from corpora.builder.draw import plain
from corpora.builder.wording import say

Record = dict[str, Any]
_AMOUNT = {  # what the contract asks of each amount
    "baseline": ("raw", "value", "unit", "fy", "date"),
    "current": ("raw", "value", "unit", "fy"),
    "target": ("raw", "value", "unit", "fy"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """How a layout is read.

    ``task``: "row" where rows have a label column, else "bar" (the bar's own text is the task).
    ``span``: "exact" where both ends are drawn, "each" for a text in every year's cell (one row a cell),
    "start" where only the starting column has been kept.
    """

    task: Literal["row", "bar"] = "row"
    span: Literal["exact", "each", "start"] = "exact"
    halves: bool = False
    headings: tuple[str, ...] = ()  # headings over a measure; {policy}, {number} and {title} are filled in


def record_key(kind: str, *path: object) -> str:
    """Name of a record among the places of a ``Book``: ``kpi:m01:0``."""
    return ":".join([kind, *map(str, path)])


def build(plan: Plan, file: str, places: Mapping[str, int] | None, reading: Reading) -> Record:
    """The truth of ``plan``; ``places`` gives the page of each record, None for a text file."""
    maker = _Maker(plan, places, reading)
    return {
        "doc": maker.doc(file),
        "policies": [
            {"id": p.id, "kind": p.kind, "number": p.number, "title": plain(p.title)} for p in plan.policies
        ],
        "measures": [maker.measure(m) for m in plan.measures],
        "kpis": [maker.kpi(m, i, k) for m in plan.measures for i, k in enumerate(m.kpis)],
        "schedules": maker.schedules(),
        "glossary": [maker.term(i) for i in range(len(plan.glossary))],
        "procedures": [maker.procedure(i) for i in range(len(plan.procedures))],
        "progress": [
            {"item": p.item, "achieved_pct": p.achieved_pct, "band": p.band, **maker.page("progress", i)}
            for i, p in enumerate(plan.progress)
        ],
        "figures": [
            {"caption": f.caption, "source": f.source, **maker.page("figure", i)}
            for i, f in enumerate(plan.figures)
        ],
        "national_links": [
            {"measure": m.id, "item": link.item, "basis": link.basis}
            for m in plan.measures
            for link in m.links
        ],
        "term_variants": [
            {"surface": v.surface, "canonical": v.canonical, "context": v.context, "kind": v.kind}
            for v in plan.variants
        ],
        "notes": list(plan.notes),
    }


@dataclass(frozen=True, slots=True)
class _Maker:
    plan: Plan
    places: Mapping[str, int] | None
    reading: Reading

    def page(self, kind: str, *path: object) -> dict[str, int]:
        """The page of a record; KeyError when the layout forgot to draw it."""
        return {} if self.places is None else {"page": self.places[record_key(kind, *path)]}

    def doc(self, file: str) -> Record:
        d = self.plan.doc
        return {
            "file": file, "municipality": d.municipality, "prefecture": d.prefecture,
            "municipality_code": None,
            "title": d.title, "version": d.version, "draft": d.draft, "published": d.published,
            "period_start_fy": d.start_fy, "period_end_fy": d.end_fy,
            "period_open_ended": d.period_open_ended,
            "layout": self.plan.layout,
        }  # fmt: skip

    def measure(self, m: Measure) -> Record:
        policy = next((p for p in self.plan.policies if p.id == m.policy), None)
        names = {
            "policy": f"{policy.kind}{policy.number} {plain(policy.title)}" if policy else "",
            "number": m.number or "",
            "title": plain(m.title),
        }
        bodies = {"overview": m.overview, "background": m.background, "approach": m.approach}
        return {
            "id": m.id,
            "policy": m.policy,
            "policies": list(m.policies or filter(None, [m.policy])),
            "number": m.number,
            "title": plain(m.title),
            **{name: plain(text) if text else None for name, text in bodies.items()},
            "actions": [plain(a) for a in m.actions],
            "departments": list(m.departments),
            "national_tags": list(m.national_tags),
            "headings_path": [say(h).format(**names) for h in self.reading.headings],
            **self.page("measure", m.id),
        }

    def kpi(self, m: Measure, i: int, k: Kpi) -> Record:
        amounts = {"baseline": k.base, "current": k.current, "target": k.target}
        return {
            "measure": m.id,
            "indicator": plain(k.indicator),
            "qualifier": k.qualifier,
            **{f"{name}_{key}": getattr(a, key) for name, a in amounts.items() for key in _AMOUNT[name]},
            "target_kind": k.kind,
            "target_bound": k.bound,
            "target_max": k.max,
            "repeated": k.repeated,
            "series": [{"fy": p.fy, "value": p.value, "raw": p.raw} for p in k.series],
            **self.page("kpi", m.id, i),
        }

    def schedules(self) -> list[Record]:
        rows = [r for i, t in enumerate(self.plan.whole_tasks) for r in self.task(None, i, t)]
        return rows + [
            r for m in self.plan.measures for i, t in enumerate(m.tasks) for r in self.task(m, i, t)
        ]

    def task(self, m: Measure | None, i: int, task: Task) -> list[Record]:
        by_row = self.reading.task == "row" or (m is None and task.name is not None)
        base = {"measure": m.id if m else None}
        page = self.page("task", m.id if m else "plan", i)
        if not task.bars:
            return [
                base
                | {"task": task.name, "label": None, "start_fy": None, "end_fy": None, "end_fy_max": None}
                | page
            ]
        rows: list[Record] = []
        for j, bar in enumerate(task.bars):
            naming = {"task": task.name, "label": bar.text} if by_row else {"task": bar.text, "label": None}
            rows += [base | naming | span | page for span in self.spans(task, j, bar)]
        return rows

    def spans(self, task: Task, j: int, bar: Bar) -> list[Record]:
        if self.reading.span == "each":
            return [{"start_fy": fy, "end_fy": fy, "end_fy_max": fy} for fy in range(bar.start, bar.end + 1)]
        last = task.bars[j + 1].start - 1 if j + 1 < len(task.bars) else self.plan.years[-1]
        if self.reading.span == "start":
            return [{"start_fy": bar.start, "end_fy": None, "end_fy_max": last}]
        span: Record = {"start_fy": bar.start, "end_fy": bar.end, "end_fy_max": max(last, bar.end)}
        if self.reading.halves:
            span |= {
                "start_month": 4 if bar.start_half == 1 else 10,
                "end_month": 9 if bar.end_half == 1 else 3,
            }
        return [span]

    def term(self, i: int) -> Record:
        t = self.plan.glossary[i]
        return {
            "term": plain(t.term), "abbreviation": t.abbreviation, "reading": t.reading,
            "expansion": t.expansion,
            "definition": plain(t.definition), "source": t.source, **self.page("term", i),
        }  # fmt: skip

    def procedure(self, i: int) -> Record:
        p = self.plan.procedures[i]
        return {
            "name": p.name, "group": p.group, "number": p.number, "online": p.online,
            "applicable": p.applicable, **self.page("procedure", i),
        }  # fmt: skip
