"""What a view shows, as a file: CSV and Excel for people, Parquet for programs."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from flask import Response, g, request

from dxplan.corrections import key_column
from dxplan.explore import context, search
from dxplan.explore.context import pages
from dxplan.explore.data import LOW, NAMES
from dxplan.explore.lists import LISTS, to_csv, to_parquet
from dxplan.explore.words import refuse, say
from dxplan.tables import TABLES
from dxplan.views import workbook
from dxplan.views.compare import said

_MOST = 50_000  # rows of a search
_TYPES = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_KIND = "<any(csv, parquet, xlsx):kind>"
_WHOSE = "d.municipality, d.prefecture, d.title as plan, d.source_name"


@pages.get(f"/<any(kpis, schedules):name>.{_KIND}")
def download(name: str, kind: str) -> Response:
    """The rows that pass the filters."""
    return _file(name, LISTS[name].download(context.snapshot(), request.args), kind)


@pages.get(f"/plans.{_KIND}")
def download_plans(kind: str) -> Response:
    """The plans, with how many rows were found in each."""
    counts = ", ".join(
        f"(select count(*) from {name} r where r.doc_id = d.doc_id) as {name}"
        for name in ("measures", "kpis", "schedules")
    )
    where, parameters = _place("municipality", "prefecture", "title", "source_name")
    sql = f"select d.*, {counts} from documents d where {where} order by prefecture, municipality, doc_id"
    return _file("documents", context.snapshot().arrow(sql, parameters), kind)


@pages.get(f"/compare.{_KIND}")
def download_compare(kind: str) -> Response:
    """Plans by items of the national plan: how many measures each has."""
    snapshot = context.snapshot()
    where, parameters = _place("municipality", "prefecture")
    counts = ", ".join(
        f"(select count(*) from national_links n where n.doc_id = d.doc_id and n.item = '{item}') as {item}"
        for item in snapshot.items
    )
    sql = f"select municipality, prefecture, title as plan, period_start_fy, period_end_fy, {counts} "
    sql += f"from documents d where status <> 'failed' and {where} order by prefecture, municipality, doc_id"
    heads = snapshot.items if g.language == "ja" else {}
    return _file("national_links", snapshot.arrow(sql, parameters), kind, heads)


@pages.get(f"/items/<item>.{_KIND}")
def download_item(item: str, kind: str) -> Response:
    """What each plan does on an item."""
    snapshot = context.snapshot()
    if item not in snapshot.items:
        refuse(404, "item", id=item)
    where, parameters = _place("municipality", "prefecture")
    plans = snapshot.rows(f"select doc_id from documents where status <> 'failed' and {where}", parameters)
    found = snapshot.compare(item, [row["doc_id"] for row in plans])
    rows = [row for rows in found.values() for row in rows]
    if g.language == "ja" and kind == "xlsx":
        rows = [{column: said.value(column, value) for column, value in row.items()} for row in rows]
    return _file(item, pa.Table.from_pylist(rows), kind)


@pages.get(f"/check.{_KIND}")
def download_check(kind: str) -> Response:
    """The rows of low confidence."""
    union = " union all ".join(
        f"select '{name}' as table_name, {key_column(name)} as row_id, doc_id, {column} as text, page, "
        f"confidence, source_text from {name}"
        for name, column in NAMES.items()
    )
    sql = f"select {_WHOSE}, r.* from ({union}) r join documents d using (doc_id) "
    sql += "where round(r.confidence::double, 4) < ? and (? = '' or doc_id = ?) order by confidence, doc_id"
    doc = request.args.get("doc", "")
    return _file("questions", context.snapshot().arrow(sql, [LOW, doc, doc]), kind)


@pages.get(f"/questions.{_KIND}")
def download_questions(kind: str) -> Response:
    """What nobody has answered yet."""
    doc, table = request.args.get("doc", ""), TABLES["questions"]
    schema = pa.schema([("source_name", pa.string()), *table.schema])
    rows = [q for q in context.library().questions if doc in ("", q["doc_id"])]
    return _file("questions", pa.Table.from_pylist(rows, schema=schema), kind)


@pages.get(f"/search.{_KIND}")
def download_search(kind: str) -> Response:
    """The rows of one kind (?of=kpis) that have the words."""
    snapshot, table = context.snapshot(), request.args.get("of", "")
    columns = {"measures": ["title_norm"], "kpis": ["indicator_norm"], "glossary": ["term", "definition"]}
    query = search.parse(snapshot, request.args.get("q", "").strip()[:200])
    if table == "sentences":
        where, parameters = query.sentence_condition()
    elif table in columns:
        where, parameters = query.condition(*columns[table])
    else:
        refuse(404, "404")
    sql = f"select {_WHOSE}, r.* from {table} r join documents d using (doc_id) where {where} "
    return _file(table, snapshot.arrow(f"{sql} order by doc_id, char_start limit {_MOST}", parameters), kind)


def _place(*columns: str) -> tuple[str, list[Any]]:
    """What the field above a view asks for."""
    place = request.args.get("place", "").strip()
    return f"({' or '.join(f'contains(coalesce({c}, chr(0)), ?)' for c in columns)} or ? = '')", [
        *[place] * len(columns),
        place,
    ]


def _file(name: str, rows: pa.Table, kind: str, heads: dict[str, str] | None = None) -> Response:
    if kind == "csv":
        data = to_csv(rows)
    elif kind == "parquet":
        data = to_parquet(rows)
    else:
        title = say(g.language, f"tables.{name}") if name in NAMES or g.language == "ja" else name
        data = workbook.of_rows(context.snapshot().items.get(name, title), rows, g.language, heads or {})
    response = Response(data, mimetype=_TYPES[kind])
    response.headers["Content-Disposition"] = f"attachment; filename={name}.{kind}"
    return response
