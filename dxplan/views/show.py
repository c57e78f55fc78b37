"""A dataset in the terminal. Widths are counted as terminals draw them: a kanji takes two columns."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from operator import itemgetter
from typing import Any

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Column
from rich.table import Table as Grid
from rich.text import Text

from dxplan.dataset import Dataset
from dxplan.dataset.values import VALUES, dated
from dxplan.errors import DatasetError
from dxplan.names import nearest, plain, table_id
from dxplan.tables import PROVENANCE, TABLES
from dxplan.views import japanese, trust
from dxplan.words import Language, choice, say, words

Row = Mapping[str, Any]
_LONGEST = 160  # characters of a cell


def _years(row: Row, start: str, end: str) -> str | None:
    """``2026-2028``, ``2026`` for one year, ``2026-?`` where the end is not known."""
    first, last = row[start], row[end]
    if first is None and last is None:
        return None
    return f"{first}" if first == last else f"{first or '?'}-{last or '?'}"


def _period(row: Row) -> str | None:
    return _years(row, "period_start_fy", "period_end_fy")


def _span(row: Row) -> str | None:
    return _years(row, "start_fy", "end_fy")


def _trust(row: Row, name: str) -> str | None:
    return trust.figures(row).get(name)


_TRUST = {n: partial(_trust, name=n) for n in trust.SHORT}

# What a person wants to see of a table: columns, or a heading and what stands under it. "measure" is the
# title of the measure, "source_name" the file, "municipality" whose it is. The other tables show all their
# columns but the provenance.
_View = dict[str, Callable[[Row], Any]]
_VIEWS: dict[str, str | tuple[str, _View, str]] = {
    "documents": ("doc_id source_name municipality title", {"period": _period, **_TRUST}, "n_pages status"),
    "blocks": "page kind level text",
    "sections": "page level number title",
    "sentences": "page text n_tokens",
    "policies": "kind number title description page",
    "measures": "measure_id municipality number title departments national_tags page",
    "kpis": (
        "kpi_id municipality measure indicator qualifier",
        {v: partial(dated, which=v) for v in VALUES},
        "page",
    ),
    "schedules": ("schedule_id municipality measure task label", {"years": _span}, "span_certainty page"),
    "glossary": "term abbreviation expansion definition page",
    "procedures": "number name national_no online page",
    "progress": "item achieved_pct band page",
    "tables": "page table_id row col text",
    "mentions": "source_name term_id surface kind page",
    "national_links": "source_name measure item item_title basis score",
    "questions": "question_id source_name page kind text guesses n_rows worth",
    "diagnostics": "source_name page severity code message",
}
_HIDDEN = {c.name for c in PROVENANCE} - {"page", "confidence"}


def _view(name: str) -> _View:
    view = _VIEWS.get(name, " ".join(c for c in TABLES[name].column_names if c not in _HIDDEN))
    before, made, after = (view, {}, "") if isinstance(view, str) else view
    return {**_plain(before), **made, **_plain(after)}


def _plain(columns: str) -> _View:
    return {column: itemgetter(column) for column in columns.split()}


def table(name: str, rows: Iterable[Row], language: Language = "en") -> RenderableType:
    """Rows of one table, the columns a person wants."""
    types = {c.name: c.type for c in TABLES[name].columns}
    title = say("ja", f"tables.{name}") if language == "ja" else TABLES[name].title
    grid = Grid(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    view = _view(name)
    if language == "ja":
        view = {heading: partial(_in_japanese, heading, value) for heading, value in view.items()}
    lines = [[_cell(value(row)) for value in view.values()] for row in rows]
    kept = [n for n in range(len(view)) if not lines or any(line[n] for line in lines)]
    for heading in (list(view)[n] for n in kept):
        number = types.get(heading, "").startswith(("int", "float"))
        whole = number or heading.endswith("_id")  # to be copied
        called = say("ja", f"columns.{heading}") if language == "ja" else heading
        grid.add_column(called, justify="right" if number else "left", overflow="fold", no_wrap=whole)
    for line in lines:
        grid.add_row(*(Text(line[n]) for n in kept))
    return grid


def _in_japanese(heading: str, value: Callable[[Row], Any], row: Row) -> Any:
    """What stands under a heading, in Japanese: years by era, choices, yes or no, what a diagnostic means."""
    if heading in VALUES and f"{heading}_raw" in row:
        return japanese.value(row, heading)
    found = value(row)
    if isinstance(found, bool):
        return say("ja", "yes" if found else "no")
    if heading in ("period", "years") and found:
        return japanese.years(found.replace("-", "–"))
    if heading == "message" and f"notes.{row.get('code')}" in words():
        return say("ja", f"notes.{row['code']}")
    if heading in _CHOICES and isinstance(found, str) and f"choice.{found}" in words():
        return choice("ja", heading, found)
    return found


_CHOICES = {"status", "span_certainty", "severity", "basis"}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(value, list):
        return plain("、".join(map(str, value)))
    text = plain(str(value))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def read(dataset: Dataset, name: str, **filters: Any) -> list[dict[str, Any]]:
    """Rows of a table, with the name of their file and the title of their measure."""
    rows: list[dict[str, Any]] = dataset.read(name, **filters).to_pylist()
    documents = {d["doc_id"]: d for d in dataset.documents.arrow().to_pylist()}
    titles = {m["measure_id"]: m["title"] for m in dataset.measures.arrow().to_pylist()}
    for row in rows:
        document = documents.get(row.get("doc_id"), {})
        row["source_name"] = document.get("source_name")
        row["municipality"] = document.get("municipality") or document.get("source_name")
        row["measure"] = titles.get(row.get("measure_id"))
    return rows


def notes(dataset: Dataset) -> list[dict[str, Any]]:
    """The diagnostics that ask for attention."""
    return read(dataset, "diagnostics", severity=["warning", "error"])


def overview(dataset: Dataset, language: Language = "en") -> RenderableType:
    """The documents, the number of rows per table, and what a person should look at."""
    heads = [say(language, f"cli.{head}") for head in ("table", "rows", "one_row_is")]
    counts = Grid(heads[0], Column(heads[1], justify="right"), heads[2], box=None)
    for name, n_rows in dataset.rows.items():
        about = say("ja", f"about.{name}") if language == "ja" else TABLES[name].description
        called = f"{name} {say('ja', f'tables.{name}')}" if language == "ja" else name
        counts.add_row(called, f"{n_rows:,}", about)
    parts = [table("documents", read(dataset, "documents"), language), counts]
    found = notes(dataset)
    return Group(*parts, Text(), table("diagnostics", found, language)) if found else Group(*parts)


def select(
    dataset: Dataset, name: str, doc: str | None = None, measure: str | None = None
) -> list[dict[str, Any]]:
    """Return the rows of a table of the documents and measures whose id, name or title holds the text.

    Raises:
        DatasetError: nothing answers to ``doc`` or ``measure``, or the table has none.
    """
    columns = TABLES[name].column_names
    filters: dict[str, Any] = {}
    if doc is not None:
        rows = dataset.documents.arrow().to_pylist()
        filters["doc_id"] = _matching(rows, doc, "document", "doc_id source_name municipality title")
    if measure is not None:
        rows = dataset.measures.arrow(**filters).to_pylist()
        filters["measure_id"] = _matching(rows, measure, "measure", "measure_id title number")
    for key, option in (("doc_id", "--doc"), ("measure_id", "--measure")):
        if key in filters and key not in columns:
            raise DatasetError(f"{name} has no {key}; leave out {option}")
    return read(dataset, name, **filters)


def _matching(rows: Iterable[Row], text: str, what: str, fields: str) -> list[str]:
    """Return the first field of the rows that hold the text in one of the fields."""
    names = fields.split()
    text = unicodedata.normalize("NFC", text)
    rows = list(rows)
    found = [row[names[0]] for row in rows if any(text in (row[n] or "") for n in names)]
    if not found:
        near = nearest(text, (row[n] for n in names[1:] for row in rows))
        more = f"; near it: {', '.join(near)}" if near else ""
        raise DatasetError(f"no {what} has {text!r} in its {', '.join(names)}{more}")
    return found


def measure_cards(
    dataset: Dataset, doc: str | None, measure: str, language: Language = "en"
) -> Iterator[RenderableType]:
    """Measures with all that belongs to them: their text, indicators and schedule."""
    for row in select(dataset, "measures", doc, measure):
        named = f"{row['number'] or ''} {row['title']}".strip()
        title = Text(plain(f"{row['municipality']} ({row['source_name']}): {named}"))
        yield title
        card = Grid(show_header=False, box=box.SIMPLE)
        card.add_column(style="bold", no_wrap=True)
        card.add_column(overflow="fold")
        for field in ("overview", "background", "approach", "actions", "departments", "national_tags"):
            if row[field]:
                called = say("ja", f"columns.{field}") if language == "ja" else field
                card.add_row(called, Text(_cell(row[field])))
        yield card
        for name in ("kpis", "schedules"):
            if rows := read(dataset, name, measure_id=row["measure_id"]):
                yield table(name, rows, language)


def show(
    dataset: Dataset,
    console: Console,
    name: str | None = None,
    doc: str | None = None,
    measure: str | None = None,
    limit: int | None = 20,
    language: Language = "en",
) -> None:
    """Print a dataset, a table of it, or a measure with all that belongs to it.

    Raises:
        DatasetError: no such table, document or measure.
    """
    name = table_id(name) if name is not None else None
    if name is None and measure is not None:
        for part in measure_cards(dataset, doc, measure, language):
            console.print(part)
    elif name is None and doc is None:
        console.print(overview(dataset, language))
    else:
        rows = select(dataset, name or "measures", doc, measure)
        console.print(table(name or "measures", rows[:limit], language))
        if limit is not None and len(rows) > limit:
            more, total = f"{len(rows) - limit:,}", f"{len(rows):,}"
            console.print(say(language, "cli.more", more=more, total=total))
