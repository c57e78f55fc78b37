"""The pages over all plans: search, comparison by items of the national plan, tables with filters."""

from __future__ import annotations

from flask import render_template, request

from dxplan.explore import context, search
from dxplan.explore.context import pages
from dxplan.explore.lists import LISTS, PAGE
from dxplan.explore.words import refuse
from normalize import indicators

_SEARCHED = {  # kind: table, columns that are searched
    "measures": ("measures", ("title_norm",)),
    "kpis": ("kpis", ("indicator_norm",)),
    "glossary": ("glossary", ("term", "definition")),
    "sentences": ("sentences", ()),
}


@pages.get("/search")
def find() -> str:
    """Measures, indicators, definitions and sentences with the words, in any of their forms."""
    snapshot, text = context.snapshot(), request.args.get("q", "").strip()
    query, kind = search.parse(snapshot, text[:200]), request.args.get("kind", "")
    results = {}
    for name, (table, columns) in _SEARCHED.items():
        if kind not in ("", name):
            continue
        where, parameters = query.sentence_condition() if name == "sentences" else query.condition(*columns)
        shown, offset = (PAGE, (context.page_number() - 1) * PAGE) if kind == name else (context.FEW, 0)
        # With their number: looking through all sentences once more would take as long again.
        rows = snapshot.rows(
            f"select r.*, d.municipality, d.prefecture, d.source_name, count(*) over () as total "
            f"from {table} r join documents d using (doc_id) where {where} order by doc_id, char_start "
            f"limit {shown} offset {offset}",
            parameters,
        )
        results[name] = rows, rows[0]["total"] if rows else 0
    return render_template(
        "search.html", query=query, results=results, kind=kind, page=context.page_number(), size=PAGE
    )


@pages.get("/compare")
def compare() -> str:
    """Municipalities by items of the national plan: how many measures each has."""
    snapshot, place = context.snapshot(), request.args.get("place", "").strip()
    condition, parameters = "true", []
    if place:
        condition, parameters = "(contains(municipality, ?) or contains(prefecture, ?))", [place] * 2
    documents = snapshot.rows(
        f"from documents where status <> 'failed' and {condition} order by prefecture, municipality, "
        f"period_start_fy limit {PAGE} offset {(context.page_number() - 1) * PAGE}",
        parameters,
    )
    ids = [d["doc_id"] for d in documents]
    cells: dict[tuple[str, str], int] = {
        (row["doc_id"], row["item"]): row["n"]
        for row in snapshot.rows(
            "select doc_id, item, count(*) as n from national_links where list_contains(?, doc_id) "
            "group by doc_id, item",
            [ids],
        )
    }
    return render_template(
        "compare.html",
        documents=documents,
        items=snapshot.items,
        cells=cells,
        total=snapshot.count(f"from documents where status <> 'failed' and {condition}", parameters),
        page=context.page_number(),
        size=PAGE,
    )


@pages.get("/compare/<item>")
def compare_item(item: str) -> str:
    """What each municipality does on one item: measures, indicators, schedule."""
    snapshot, place = context.snapshot(), request.args.get("place", "").strip()
    if item not in snapshot.items:
        refuse(404, "item", id=item)
    served, parameters = "false", []
    if about := [one for one, (_, its_item) in indicators.names().items() if its_item == item]:
        served, parameters = (
            "doc_id in (select doc_id from kpis where list_contains(?, indicator_id))",
            [about],
        )
    documents = snapshot.rows(
        f"select *, {served} or doc_id in (select doc_id from national_links where item = ?) as serves "
        "from documents where status <> 'failed' and (contains(coalesce(municipality, source_name), ?) "
        "or contains(coalesce(prefecture, ''), ?)) "
        "order by prefecture, municipality, period_start_fy, doc_id",
        [*parameters, item, place, place],
    )
    serving = [d["doc_id"] for d in documents if d["serves"]]
    size = PAGE // 2
    return render_template(
        "compare_item.html",
        item=item,
        items=snapshot.items,
        plans=snapshot.compare(
            item, serving[(context.page_number() - 1) * size : context.page_number() * size]
        ),
        documents=snapshot.documents,
        total=len(serving),
        without=[d for d in documents if not d["serves"]],
        page=context.page_number(),
        size=size,
    )


@pages.get("/<any(kpis, schedules):name>")
def table(name: str) -> str:
    """KPIs or schedules of all plans, by filters."""
    one, snapshot, library = LISTS[name], context.snapshot(), context.library()
    rows, total = one.rows(snapshot, request.args, context.page_number())
    return render_template(
        f"{name}.html",
        name=name,
        rows=[(row, library.record(name, row)) for row in rows],
        total=total,
        page=context.page_number(),
        size=PAGE,
        filters=one.filters,
        options=one.options(snapshot),
        orders=list(one.orders),
        indicators={one: name for one, (name, _) in indicators.names().items()},
    )
