"""A dataset in the terminal. Widths are counted as terminals draw them: a kanji takes two columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.table import Column
from rich.table import Table as Grid
from rich.text import Text

from dxplan.dataset import Dataset, DatasetError
from dxplan.tables import TABLES

Row = Mapping[str, Any]

# What a person wants to see of a table; the other tables show all columns but the provenance.
_SHOWN = {
    "documents": "doc_id municipality title version period_start_fy period_end_fy n_pages text_source status",
    "blocks": "page kind level text",
    "sections": "page level number title",
    "sentences": "page text n_tokens",
    "measures": "measure_id number title departments national_tags page",
    "kpis": "measure_id indicator baseline_raw target_raw target_value target_unit target_fy page",
    "schedules": "measure_id task label start_fy end_fy span_source span_certainty page",
    "glossary": "term abbreviation expansion definition page",
    "procedures": "number name national_no online page",
    "progress": "item achieved_pct band page",
    "policies": "kind number title description page",
    "tables": "table_id page row col text",
}
_PROVENANCE = {"bbox", "char_start", "char_end", "source_text", "rule"}


def overview(dataset: Dataset) -> RenderableType:
    """The documents, the number of rows per table, and what a person should look at."""
    documents = dataset.documents.arrow().to_pylist()
    counts = Grid("table", Column("rows", justify="right"), "one row is", box=None)
    for name, n_rows in dataset.rows.items():
        counts.add_row(name, f"{n_rows:,}", TABLES[name].description)
    notes = [d for d in dataset.diagnostics.arrow().to_pylist() if d["severity"] != "info"]
    parts = [table("documents", documents), Text(), counts]
    return Group(*parts, Text(), table("diagnostics", notes)) if notes else Group(*parts)


def table(name: str, rows: Iterable[Row]) -> RenderableType:
    """Rows of one table, the columns a person wants."""
    shown = _SHOWN.get(name)
    columns = shown.split() if shown else [c for c in TABLES[name].column_names if c not in _PROVENANCE]
    types = {c.name: c.type for c in TABLES[name].columns}
    grid = Grid(title=TABLES[name].title, title_justify="left", header_style="bold")
    for column in columns:
        number = types[column].startswith(("int", "float"))
        grid.add_column(column, justify="right" if number else "left", overflow="fold")
    for row in rows:
        grid.add_row(*(Text(_cell(row[c])) for c in columns))
    return grid


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list):
        return "、".join(map(str, value))
    text = str(value)
    return text if len(text) <= 200 else f"{text[:199]}…"


def select(dataset: Dataset, name: str, doc: str | None, measure: str | None) -> list[dict[str, Any]]:
    """Return the rows of a table of the documents and measures whose id, name or title holds the text.

    Raises:
        DatasetError: nothing answers to ``doc`` or ``measure``, or the table has no measures.
    """
    filters: dict[str, Any] = {}
    columns = TABLES[name].column_names
    if doc is not None:
        filters["doc_id"] = _matching(
            dataset.documents.arrow().to_pylist(),
            doc,
            "document",
            ("doc_id", "source_name", "municipality", "title"),
        )
    if measure is not None:
        if "measure_id" not in columns:
            raise DatasetError(f"{name} has no measures; leave out --measure")
        rows = dataset.measures.arrow(**filters).to_pylist()
        filters["measure_id"] = _matching(rows, measure, "measure", ("measure_id", "title", "number"))
    if "doc_id" not in columns:
        filters.pop("doc_id", None)
    return list(getattr(dataset, name).arrow(**filters).to_pylist())


def _matching(rows: Iterable[Row], text: str, what: str, fields: tuple[str, ...]) -> list[str]:
    key = fields[0]
    found = [row[key] for row in rows if any(text in (row[f] or "") for f in fields)]
    if not found:
        raise DatasetError(f"no {what} has {text!r} in its {', '.join(fields)}")
    return found


def measure_cards(dataset: Dataset, doc: str | None, measure: str) -> Iterator[RenderableType]:
    """Measures with all that belongs to them: their text, indicators and schedule."""
    for row in select(dataset, "measures", doc, measure):
        card = Grid(
            title=f"{row['number'] or ''} {row['title']}".strip(), title_justify="left", show_header=False
        )
        card.add_column(style="bold", no_wrap=True)
        card.add_column(overflow="fold")
        for field in ("overview", "background", "approach", "actions", "departments", "national_tags"):
            if row[field]:
                card.add_row(field, Text(_cell(row[field])))
        yield card
        for name in ("kpis", "schedules"):
            rows = dataset.read(name, measure_id=row["measure_id"]).to_pylist()
            if rows:
                yield table(name, rows)


def show(
    dataset: Dataset,
    console: Console,
    name: str | None = None,
    doc: str | None = None,
    measure: str | None = None,
    limit: int = 20,
) -> None:
    """Print a dataset, a table of it, or a measure with all that belongs to it.

    Raises:
        DatasetError: no such table, document or measure.
    """
    if name is not None and name not in TABLES:
        raise DatasetError(f"no table {name!r}; there are {', '.join(TABLES)}")
    if name is None and measure is not None:
        for part in measure_cards(dataset, doc, measure):
            console.print(part)
    elif name is None and doc is None:
        console.print(overview(dataset))
    else:
        rows = select(dataset, name or "measures", doc, measure)
        console.print(table(name or "measures", rows[:limit]))
        if len(rows) > limit:
            console.print(f"{len(rows) - limit:,} more of {len(rows):,}; --limit 0 shows all")
