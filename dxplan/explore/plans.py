"""The pages of one plan: what it is, its pages or text beside their rows, pictures of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any, cast

from flask import Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from dxplan.errors import DatasetError
from dxplan.explore import adding, context
from dxplan.explore.context import pages
from dxplan.explore.data import NAMES, Record, Row, Snapshot
from dxplan.explore.lists import PAGE
from dxplan.explore.pictures import Pictures
from dxplan.explore.words import refuse
from dxplan.views.trust import figures


@pages.get("/")
def home() -> str:
    """All plans, with what was found in each."""
    snapshot, place = context.snapshot(), request.args.get("place", "").strip()
    columns = ("municipality", "prefecture", "title", "source_name")
    where = " or ".join(f"contains({c}, ?)" for c in columns) if place else "true"
    parameters = [place] * len(columns) if place else []
    rows = snapshot.rows(
        f"from documents where {where} order by status = 'ok', prefecture, municipality, period_start_fy, "
        f"source_name limit {PAGE} offset {(context.page_number() - 1) * PAGE}",
        parameters,
    )
    counts = {name: _per_document(snapshot, name, rows) for name in ("measures", "kpis", "schedules")}
    return render_template(
        "home.html",
        rows=rows,
        counts=counts,
        total=snapshot.count(f"from documents where {where}", parameters),
        all={name: snapshot.count(f"from {name}") for name in ("documents", *counts)},
        size=PAGE,
        page=context.page_number(),
    )


def _per_document(snapshot: Snapshot, table: str, documents: Iterable[Row]) -> Counter[str]:
    ids = [d["doc_id"] for d in documents]
    sql = f"select doc_id, count(*) as n from {table} where list_contains(?, doc_id) group by doc_id"
    return Counter({row["doc_id"]: row["n"] for row in snapshot.rows(sql, [ids])})


@pages.get("/plan/<doc_id>")
def plan(doc_id: str) -> str:
    """What a plan is, its measures with their indicators and schedule."""
    document, snapshot, library = context.document_of(doc_id), context.snapshot(), context.library()

    def records(table: str) -> list[Record]:
        rows = snapshot.rows(f"from {table} where doc_id = ? order by char_start", [doc_id])
        return [library.record(table, row) for row in rows]

    links: dict[str, list[Row]] = defaultdict(list)
    for link in snapshot.rows("from national_links where doc_id = ? order by score desc", [doc_id]):
        links[link["measure_id"]].append(link)
    kpis, schedules = records("kpis"), records("schedules")
    return render_template(
        "plan.html",
        record=library.record("documents", document),
        document=document,
        trust=figures(document),
        policies=records("policies"),
        measures=records("measures"),
        kpis=_by_measure(kpis),
        values=[v for v in ("baseline", "current", "target") if any(k.row[f"{v}_raw"] for k in kpis)],
        schedules=_by_measure(schedules),
        calendar=_calendar(schedules),
        links=links,
        notes=snapshot.rows("from diagnostics where doc_id = ?", [doc_id]),
        questions=[q for q in library.questions if q["doc_id"] == doc_id],
        editing=request.args.get("row") == doc_id,
        **context.form_parts("documents", doc_id),
    )


def _by_measure(records: Iterable[Record]) -> dict[str | None, list[Record]]:
    found: dict[str | None, list[Record]] = defaultdict(list)
    for record in records:
        found[record.row["measure_id"]].append(record)
    return found


def _calendar(schedules: Iterable[Record]) -> range:
    years = [y for s in schedules for y in (s.row["start_fy"], s.row["end_fy"]) if y]
    return range(min(years), min(max(years), min(years) + 15) + 1) if years else range(0)


@pages.get("/plan/<doc_id>/page/<int:number>")
def plan_page(doc_id: str, number: int) -> str:
    """A page beside the rows that were made from it."""
    document = context.document_of(doc_id)
    sheets = context.snapshot().rows("from pages where doc_id = ? and page = ?", [doc_id, number])
    if document["media_type"] != "application/pdf" or not sheets:
        refuse(404, "page", name=document["source_name"], number=number)
    records = context.library().records(doc_id, number)
    drawn = _pictures().is_there(document)
    return render_template(
        "page.html",
        document=document,
        number=number,
        sheet=sheets[0],
        records=records,
        boxes=_boxes(records),
        drawn=drawn,
        url=None if drawn else _pictures().to_fetch(document),
        pieces=[] if drawn else _pieces(context.snapshot().text(doc_id, number), records),
        **_chosen(records),
        **adding.parts(document, number, context.snapshot().text(doc_id, number)),
    )


@pages.post("/plan/<doc_id>/page/<int:number>/fetch")
def fetch_original(doc_id: str, number: int) -> AnyResponse:
    """Fetch the file of a plan that was read by URL, as a person has asked for it."""
    try:
        _pictures().fetch(context.document_of(doc_id))
    except DatasetError as error:
        refuse(502, "fetch", error=error)
    except OSError as error:
        refuse(507, "fetch", error=error.strerror)
    return redirect(url_for("pages.plan_page", doc_id=doc_id, number=number))


@pages.get("/plan/<doc_id>/text")
def plan_text(doc_id: str) -> str:
    """The lines of a text beside the rows that were made from them."""
    document = context.document_of(doc_id)
    records = context.library().records(doc_id, None)
    return render_template(
        "page.html",
        document=document,
        number=None,
        sheet=None,
        records=records,
        boxes=[],
        drawn=False,
        pieces=_pieces(context.snapshot().text(doc_id, None), records),
        **_chosen(records),
        **adding.parts(document, None, []),
    )


def _chosen(records: Sequence[Record]) -> dict[str, Any]:
    """The record that the address names, and what its form needs."""
    chosen = next((r for r in records if r.id == request.args.get("row")), None)
    if chosen is None:
        return {"chosen": None}
    others = [r for r in records if r.table == chosen.table and r != chosen and not r.wrong]
    return {"chosen": chosen, "others": others, **context.form_parts(chosen.table, chosen.row["doc_id"])}


def _boxes(records: Iterable[Record]) -> list[tuple[Record, Row]]:
    """Boxes to draw, the largest first, so that a small one inside it can be reached."""
    found = [(r, {k: round(v, 1) for k, v in r.row["bbox"].items()}) for r in records if r.row["bbox"]]
    return sorted(found, key=lambda b: -(b[1]["x1"] - b[1]["x0"]) * (b[1]["y1"] - b[1]["y0"]))


def _pieces(blocks: Iterable[Row], records: Iterable[Record]) -> list[tuple[str, list[Record]]]:
    """The text cut where a row begins or ends, each piece with the rows it belongs to."""
    blocks = list(blocks)
    if not blocks:
        return []
    start = blocks[0]["char_start"]
    text = "\n".join(block["text"] for block in blocks)
    spans = [
        (max(0, r.row["char_start"] - start), min(len(text), r.row["char_end"] - start), r)
        for r in records
        if r.row["char_start"] is not None and r.row["char_end"] is not None
    ]
    cuts = sorted({0, len(text), *(c for s in spans for c in s[:2] if 0 <= c <= len(text))})
    return [
        (text[a:b], [r for first, last, r in spans if first <= a and b <= last]) for a, b in pairwise(cuts)
    ]


@pages.get("/row/<row_id>")
def row(row_id: str) -> AnyResponse:
    """The page that a row stands on, with the row chosen."""
    for table in NAMES:
        if record := context.library().find(table, row_id):
            return redirect(place_of(record.row, row_id))
    refuse(404, "row", id=row_id)


def place_of(row: Row, row_id: str) -> str:
    """The address of the page a row stands on."""
    doc_id, page = row["doc_id"], row.get("page")
    document = context.document_of(doc_id)
    if "char_start" not in row or (page is None and document["media_type"] == "application/pdf"):
        return url_for("pages.plan", doc_id=doc_id)
    if page is None:
        return url_for("pages.plan_text", doc_id=doc_id, row=row_id, _anchor=f"r-{row_id}")
    return url_for("pages.plan_page", doc_id=doc_id, number=page, row=row_id, _anchor=f"r-{row_id}")


@pages.app_context_processor
def _links() -> dict[str, Any]:
    return {"place_of": place_of}


@pages.get("/picture/<doc_id>/<int:number>.png")
def picture(doc_id: str, number: int) -> Response:
    """A page as a picture; its address has the hash of the file, so it may be kept."""
    document = context.document_of(doc_id)
    return _png(lambda: _pictures().png(document, number))


@pages.get("/crop/<table>/<row_id>.png")
def crop(table: str, row_id: str) -> Response:
    """The part of the page that a row stands on."""
    record = context.library().find(table, row_id) or refuse(404, "row", id=row_id)
    return cut_out(record.document, record.row)


def cut_out(document: Row, row: Row) -> Response:
    """The part of a page that something stands on."""
    return _png(lambda: _pictures().crop(document, row))


def _png(draw: Callable[[], bytes]) -> Response:
    try:
        png = draw()
    except DatasetError as error:
        refuse(404, "picture", error=error)
    response = Response(png, mimetype="image/png")
    response.cache_control.private = True
    response.cache_control.max_age = 3600
    return response


def _pictures() -> Pictures:
    return cast(Pictures, current_app.extensions["pictures"])
