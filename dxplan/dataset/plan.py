"""One plan as a person thinks of it: measures that have KPIs and a schedule, each with its source.

The tables stay what they are: ``plan.kpis`` is the table of the plan's KPIs and also a sequence of them.

>>> plan = ds.plan("みほん市")                # doctest: +SKIP
>>> plan.kpis()                               # a pandas frame
>>> plan.measures[0].kpis[0].source           # the part of the page, in Jupyter as a picture
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

import pyarrow as pa

from dxplan.dataset.frames import Frame, Tables
from dxplan.dataset.gantt import Gantt, describe
from dxplan.dataset.source import Source, source
from dxplan.tables import PROVENANCE

if TYPE_CHECKING:
    from spacy.tokens import Doc

Row = Mapping[str, Any]


class Record:
    """One row: columns are attributes, ``row`` has them all, ``source`` is its place in the document."""

    _title = "title"

    def __init__(self, plan: Plan, row: Row) -> None:
        self.plan = plan
        self.row = row

    def __getattr__(self, name: str) -> Any:
        row: Row = self.__dict__.get("row", {})
        if name not in row:
            raise AttributeError(f"{type(self).__name__} has no {name!r}; it has {', '.join(row)}")
        return row[name]

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.row]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.row[self._title] or ''}>"

    @property
    def source(self) -> Source:
        """The part of the page, or the lines of text, that the row was made from."""
        return source(self.plan, self.row)

    def _repr_html_(self) -> str:
        hidden = {k for k in self.row if k in _HIDDEN or k.endswith(("_id", "_ids"))}
        shown = {k: v for k, v in self.row.items() if k not in hidden and v not in (None, [])}
        return _card(escape(self.row[self._title] or ""), _definitions(shown), escape(self.source.title))


class Section(Record):
    """A heading of the outline."""


class Policy(Record):
    """A 基本理念, or one of a level above the measures (基本方針, 柱 …)."""


class Kpi(Record):
    """An indicator with a target."""

    _title = "indicator"

    def _repr_html_(self) -> str:
        return _card(escape(self.row["indicator"] or ""), _kpi_table([self.row]), escape(self.source.title))


class Bar(Record):
    """One bar, arrow or filled cell of a schedule."""

    _title = "task"

    def __repr__(self) -> str:
        return f"<Bar {self.row['task'] or ''} {describe(self.row)}>"


class Measure(Record):
    """A 施策 / 取組項目 with what belongs to it."""

    @property
    def name(self) -> str:
        """Number and title."""
        return f"{self.row['number'] or ''} {self.row['title'] or ''}".strip()

    @property
    def kpis(self) -> Records[Kpi]:
        return Records(self.plan, "kpis", Kpi, measure_id=self.row["measure_id"])

    @property
    def schedule(self) -> Records[Bar]:
        return Records(self.plan, "schedules", Bar, measure_id=self.row["measure_id"])

    @property
    def items(self) -> dict[str, str]:
        """The items of the national plan it is linked to: id and title."""
        links = self.plan.read("national_links", measure_id=self.row["measure_id"]).to_pylist()
        return {link["item"]: link["item_title"] for link in links}

    def _repr_html_(self) -> str:
        kpis, bars = self.kpis.rows, self.schedule.rows
        body = _chips(
            [*(self.row["departments"] or []), *(self.row["national_tags"] or []), *self.items.values()]
        )
        fields = {f"{ja} {column}": self.row[column] for column, ja in _FIELDS.items() if self.row[column]}
        body += _definitions(fields)
        body += _kpi_table(kpis) if kpis else ""
        body += Gantt(bars)._repr_html_() if bars else ""
        return _card(escape(self.name), body, escape(self.source.title))


R = TypeVar("R", bound=Record)


class Records(Frame, Sequence[R], Generic[R]):
    """Rows of one table that belong together: call it for a frame, or loop over it for records."""

    def __init__(self, plan: Plan, name: str, kind: type[R], **only: Any) -> None:
        super().__init__(plan, name)
        self._plan = plan
        self._kind = kind
        self._only = only

    def arrow(self, **filters: Any) -> pa.Table:
        return super().arrow(**(self._only | filters))

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows as dicts."""
        found: list[dict[str, Any]] = self.arrow().to_pylist()
        return found

    @overload
    def __getitem__(self, index: int) -> R: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[R]: ...
    def __getitem__(self, index: int | slice) -> R | Sequence[R]:
        return list(self)[index]

    def __iter__(self) -> Iterator[R]:
        return (self._kind(self._plan, row) for row in self.rows)

    def __repr__(self) -> str:
        return f"<{len(self)} {self._table.name}: {', '.join(map(repr, self[:5]))}{', …' * (len(self) > 5)}>"

    def _repr_html_(self) -> str:
        return "".join(record._repr_html_() for record in self)


class Outline(Sequence[Section]):
    """The headings of a plan in order; ``level`` of each is 1 at the top."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self._sections = sections

    @overload
    def __getitem__(self, index: int) -> Section: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Section]: ...
    def __getitem__(self, index: int | slice) -> Section | Sequence[Section]:
        return self._sections[index]

    def __len__(self) -> int:
        return len(self._sections)

    def __repr__(self) -> str:
        return "\n".join(f"{'  ' * (s.level - 1)}{_heading(s.row)}" for s in self)

    def _repr_html_(self) -> str:
        lines = (
            f'<div style="margin-left:{(s.level - 1) * 1.5}em">{escape(_heading(s.row))}'
            f'<span style="opacity:.6"> {_page(s.row)}</span></div>'
            for s in self
        )
        return "".join(lines)


class Plan(Tables):
    """One document of a dataset: the same tables, only its own rows; ``document`` is its own row.

    ``measures``, ``kpis``, ``schedules``, ``policies`` and ``sections`` are also sequences of records.
    """

    def __init__(self, folder: Path | str, document: Row, sources: Path | None = None) -> None:
        super().__init__(folder, sources=sources, doc_id=document["doc_id"])
        self.document = document

    @property
    def measures(self) -> Records[Measure]:
        return Records(self, "measures", Measure)

    @property
    def kpis(self) -> Records[Kpi]:
        return Records(self, "kpis", Kpi)

    @property
    def schedules(self) -> Records[Bar]:
        return Records(self, "schedules", Bar)

    @property
    def policies(self) -> Records[Policy]:
        return Records(self, "policies", Policy)

    @property
    def sections(self) -> Records[Section]:
        return Records(self, "sections", Section)

    @property
    def outline(self) -> Outline:
        """The headings of the plan."""
        return Outline(list(self.sections))

    @property
    def timeline(self) -> Gantt:
        """All schedules of the plan as one drawing."""
        return Gantt(self.schedules.rows, {m.measure_id: m.name for m in self.measures})

    @property
    def doc(self) -> Doc:
        """The plan's text as a spaCy ``Doc`` with terms, quantities, dates, blocks and measures as spans.

        See `dxplan.dataset.text`.
        """
        from dxplan.dataset.text import doc_of  # loads spaCy

        return doc_of(self.blocks.arrow().to_pylist(), self.measures.rows)

    def _repr_html_(self) -> str:
        document, timeline = self.document, self.timeline
        facts = [
            document["municipality"],
            document["version"],
            "案 draft" if document["is_draft"] else None,
            _period(document),
            document["source_name"],
        ]
        counts = {m["measure_id"]: 0 for m in self.measures.rows}
        for kpi in self.kpis.rows:
            if kpi["measure_id"] in counts:
                counts[kpi["measure_id"]] += 1
        rows = [
            [m["number"], m["title"], "、".join(m["departments"] or []), counts[m["measure_id"]], _page(m)]
            for m in self.measures.rows
        ]
        body = _chips(facts) + _table(["", "施策 measure", "担当 department", "KPIs", "page"], rows)
        body += _details("目次 Outline", self.outline._repr_html_())
        body += _details("工程 Timeline", timeline._repr_html_())
        return _card(escape(document["title"] or document["source_name"]), body)


def overview(documents: Sequence[Row], counts: Mapping[str, int]) -> str:
    """A dataset as a card: its plans, and how much was read of them."""
    shown = [
        [d["municipality"], d["title"] or d["source_name"], _period(d), d["n_pages"], d["status"]]
        for d in documents[:_MOST_SHOWN]
    ]
    more = len(documents) - len(shown)
    facts = [f"{counts[name]:,} {name}" for name in ("documents", "measures", "kpis", "schedules")]
    body = _chips(facts) + _table(
        ["自治体 municipality", "計画 plan", "期間 period", "pages", "status"], shown
    )
    return _card("Dataset", body, f"and {more:,} more" if more > 0 else "")


_MOST_SHOWN = 20  # plans of a dataset
_HIDDEN = {column.name for column in PROVENANCE}
_FIELDS = {"overview": "概要", "background": "現状・課題", "approach": "取組方針", "actions": "取組内容"}


def _heading(row: Row) -> str:
    return f"{row['number'] or ''} {row['title'] or ''}".strip()


def _page(row: Row) -> str:
    return f"p. {row['page']}" if row["page"] else ""


def _period(document: Row) -> str | None:
    start, end = document["period_start_fy"], document["period_end_fy"]
    return f"{start or '?'}-{end or ''}" if start or end else None


# --- HTML: everything that comes from a document passes through escape --------------------------------


def _card(title: str, body: str, foot: str = "") -> str:
    """``title``, ``body`` and ``foot`` are HTML."""
    foot = f'<div style="font-size:85%;opacity:.7;margin-top:.5em">{foot}</div>' if foot else ""
    return (
        '<div style="border:1px solid rgba(128,128,128,.45);border-radius:6px;padding:.8em 1em;margin:.5em 0;'
        f'max-width:60em"><div style="font-weight:600;font-size:110%">{title}</div>{body}{foot}</div>'
    )


def _chips(texts: Sequence[str | None]) -> str:
    style = "background:rgba(47,111,176,.16);border-radius:9px;padding:0 .7em;margin:.3em .4em 0 0"
    return "".join(
        f'<span style="display:inline-block;{style}">{escape(text)}</span>' for text in texts if text
    )


def _definitions(fields: Mapping[str, Any]) -> str:
    return "".join(
        f'<div style="margin-top:.5em"><span style="opacity:.6;font-size:85%">{escape(name)}</span>'
        f"<div>{_value(value)}</div></div>"
        for name, value in fields.items()
    )


def _value(value: Any) -> str:
    if isinstance(value, list):
        return "".join(f"<div>・{escape(str(item))}</div>" for item in value)
    return escape(str(value)).replace("\n", "<br>")


def _details(summary: str, body: str) -> str:
    return f'<details style="margin-top:.6em"><summary>{escape(summary)}</summary>{body}</details>'


def _table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Columns in which no row has anything are left out."""
    kept = [n for n in range(len(head)) if any(row[n] not in (None, "") for row in rows)]
    cell = '<{0} style="text-align:left;padding:.15em .9em .15em 0;vertical-align:top">{1}</{0}>'
    lines = ["".join(cell.format("th", escape(head[n])) for n in kept)]
    for row in rows:
        values = ("" if row[n] is None else str(row[n]) for n in kept)
        lines.append("".join(cell.format("td", escape(value)) for value in values))
    body = "".join(f'<tr style="background:none">{line}</tr>' for line in lines)
    return f'<table style="margin-top:.6em;border-collapse:collapse;font-size:inherit">{body}</table>'


def _kpi_table(rows: Sequence[Row]) -> str:
    head = ["指標 indicator", "基準値 baseline", "現状値 current", "目標値 target", ""]
    lines = [
        [
            f"{row['indicator']} ({row['qualifier']})" if row["qualifier"] else row["indicator"],
            _amount(row, "baseline"),
            _amount(row, "current"),
            _amount(row, "target"),
            _page(row),
        ]
        for row in rows
    ]
    return _table(head, lines)


def _amount(row: Row, value: str) -> str:
    """A value as printed, its unit where that stands in another cell, and its fiscal year."""
    raw, unit, year = row[f"{value}_raw"], row[f"{value}_unit"], row[f"{value}_fy"]
    if not raw:
        return ""
    elsewhere = unit if unit and row[f"{value}_value"] is not None and unit not in raw else ""
    return f"{raw}{elsewhere}{f' ({year})' if year else ''}"
