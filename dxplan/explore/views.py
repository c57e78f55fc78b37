"""The pages. Every view is an address that can be sent to somebody else with the same dataset."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import Any, cast

from flask import Blueprint, Response, current_app, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from dxplan import corrections
from dxplan.corrections import Judgement, judge, key_column
from dxplan.errors import DatasetError
from dxplan.explore import search
from dxplan.explore.data import LOW, NAMES, Library, Record, Row, Snapshot
from dxplan.explore.lists import LISTS, PAGE, to_csv, to_parquet
from dxplan.explore.pictures import Pictures
from dxplan.explore.words import refuse, say
from normalize import indicators

pages = Blueprint("pages", __name__)
_FEW = 8  # hits of a kind on the first page of a search
_MOST_PAGES = 1_000_000
_LONGEST_NUMBER = 30  # digits
_AUTHOR_DAYS = 365
_SEARCHED = {  # kind: table, columns that are searched
    "measures": ("measures", ("title_norm",)),
    "kpis": ("kpis", ("indicator_norm",)),
    "glossary": ("glossary", ("term", "definition")),
    "sentences": ("sentences", ()),
}


def _library() -> Library:
    return cast(Library, current_app.extensions["library"])


def _snapshot() -> Snapshot:
    return _library().snapshot


def _page() -> int:
    try:
        page = int(request.args.get("p", "1")[:_LONGEST_NUMBER])
    except ValueError:
        refuse(400, "odd")
    if page > _MOST_PAGES:
        refuse(400, "odd")
    return max(1, page)


def _document(doc_id: str) -> Row:
    return _snapshot().documents.get(doc_id) or refuse(404, "plan", id=doc_id)


# --- plans --------------------------------------------------------------------------------------------


@pages.get("/")
def home() -> str:
    """All plans, with what was found in each."""
    snapshot, place = _snapshot(), request.args.get("place", "").strip()
    columns = ("municipality", "prefecture", "title", "source_name")
    where = " or ".join(f"contains({c}, ?)" for c in columns) if place else "true"
    parameters = [place] * len(columns) if place else []
    rows = snapshot.rows(
        f"from documents where {where} order by status = 'ok', prefecture, municipality, period_start_fy, "
        f"source_name limit {PAGE} offset {(_page() - 1) * PAGE}",
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
        page=_page(),
    )


def _per_document(snapshot: Snapshot, table: str, documents: Iterable[Row]) -> Counter[str]:
    ids = [d["doc_id"] for d in documents]
    sql = f"select doc_id, count(*) as n from {table} where list_contains(?, doc_id) group by doc_id"
    return Counter({row["doc_id"]: row["n"] for row in snapshot.rows(sql, [ids])})


@pages.get("/plan/<doc_id>")
def plan(doc_id: str) -> str:
    """What a plan is, its measures with their indicators and schedule."""
    document, snapshot, library = _document(doc_id), _snapshot(), _library()

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
        policies=records("policies"),
        measures=records("measures"),
        kpis=_by_measure(kpis),
        values=[v for v in ("baseline", "current", "target") if any(k.row[f"{v}_raw"] for k in kpis)],
        schedules=_by_measure(schedules),
        calendar=_calendar(schedules),
        links=links,
        notes=snapshot.rows("from diagnostics where doc_id = ?", [doc_id]),
        editing=request.args.get("row") == doc_id,
        **_form_parts("documents"),
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
    document = _document(doc_id)
    sheets = _snapshot().rows("from pages where doc_id = ? and page = ?", [doc_id, number])
    if document["media_type"] != "application/pdf" or not sheets:
        refuse(404, "page", name=document["source_name"], number=number)
    records = _library().records(doc_id, number)
    drawn = _pictures().is_there(document)
    return render_template(
        "page.html",
        document=document,
        number=number,
        sheet=sheets[0],
        records=records,
        boxes=_boxes(records),
        drawn=drawn,
        pieces=[] if drawn else _pieces(_snapshot().text(doc_id, number), records),
        **_chosen(records),
    )


@pages.get("/plan/<doc_id>/text")
def plan_text(doc_id: str) -> str:
    """The lines of a text beside the rows that were made from them."""
    document = _document(doc_id)
    records = _library().records(doc_id, None)
    return render_template(
        "page.html",
        document=document,
        number=None,
        sheet=None,
        records=records,
        boxes=[],
        drawn=False,
        pieces=_pieces(_snapshot().text(doc_id, None), records),
        **_chosen(records),
    )


def _chosen(records: Iterable[Record]) -> dict[str, Any]:
    """The record that the address names, and what its form needs."""
    chosen = next((r for r in records if r.id == request.args.get("row")), None)
    return {"chosen": chosen, **(_form_parts(chosen.table) if chosen else {})}


def _form_parts(table: str) -> dict[str, Any]:
    choices = {column: values for (owner, column), values in corrections.CHOICES.items() if owner == table}
    return {"columns": corrections.columns(table), "choices": choices, "fingerprint": _fingerprint}


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
        if record := _library().find(table, row_id):
            return redirect(place_of(record.row, row_id))
    refuse(404, "row", id=row_id)


def place_of(row: Row, row_id: str) -> str:
    """The address of the page a row stands on."""
    doc_id, page = row["doc_id"], row.get("page")
    document = _document(doc_id)
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
    document = _document(doc_id)
    return _png(lambda: _pictures().png(document, number))


@pages.get("/crop/<table>/<row_id>.png")
def crop(table: str, row_id: str) -> Response:
    """The part of the page that a row stands on."""
    record = _library().find(table, row_id) or refuse(404, "row", id=row_id)
    return _png(lambda: _pictures().crop(record.document, record.row))


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


# --- search and comparison ----------------------------------------------------------------------------


@pages.get("/search")
def find() -> str:
    """Measures, indicators, definitions and sentences with the words, in any of their forms."""
    snapshot, text = _snapshot(), request.args.get("q", "").strip()
    query, kind = search.parse(snapshot, text[:200]), request.args.get("kind", "")
    results = {}
    for name, (table, columns) in _SEARCHED.items():
        if kind not in ("", name):
            continue
        where, parameters = query.sentence_condition() if name == "sentences" else query.condition(*columns)
        shown, offset = (PAGE, (_page() - 1) * PAGE) if kind == name else (_FEW, 0)
        # With their number: looking through all sentences once more would take as long again.
        rows = snapshot.rows(
            f"select r.*, d.municipality, d.prefecture, d.source_name, count(*) over () as total "
            f"from {table} r join documents d using (doc_id) where {where} order by doc_id, char_start "
            f"limit {shown} offset {offset}",
            parameters,
        )
        results[name] = rows, rows[0]["total"] if rows else 0
    return render_template("search.html", query=query, results=results, kind=kind, page=_page(), size=PAGE)


@pages.get("/compare")
def compare() -> str:
    """Municipalities by items of the national plan: how many measures each has."""
    snapshot, place = _snapshot(), request.args.get("place", "").strip()
    condition, parameters = "true", []
    if place:
        condition, parameters = "(contains(municipality, ?) or contains(prefecture, ?))", [place] * 2
    documents = snapshot.rows(
        f"from documents where status <> 'failed' and {condition} order by prefecture, municipality, "
        f"period_start_fy limit {PAGE} offset {(_page() - 1) * PAGE}",
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
        page=_page(),
        size=PAGE,
    )


@pages.get("/compare/<item>")
def compare_item(item: str) -> str:
    """What each municipality does on one item: measures, indicators, schedule."""
    snapshot, place = _snapshot(), request.args.get("place", "").strip()
    if item not in snapshot.items:
        refuse(404, "item", id=item)
    served, parameters = "false", []
    if about := [one.id for one in indicators.indicators() if one.national_item == item]:
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
        plans=snapshot.compare(item, serving[(_page() - 1) * size : _page() * size]),
        documents=snapshot.documents,
        total=len(serving),
        without=[d for d in documents if not d["serves"]],
        page=_page(),
        size=size,
    )


@pages.get("/<any(kpis, schedules):name>")
def table(name: str) -> str:
    """KPIs or schedules of all plans, by filters."""
    one, snapshot, library = LISTS[name], _snapshot(), _library()
    rows, total = one.rows(snapshot, request.args, _page())
    return render_template(
        f"{name}.html",
        name=name,
        rows=[(row, library.record(name, row)) for row in rows],
        total=total,
        page=_page(),
        size=PAGE,
        filters=one.filters,
        options=one.options(snapshot),
        orders=list(one.orders),
        indicators={i.id: i.name for i in indicators.indicators()},
    )


@pages.get("/<any(kpis, schedules):name>.<any(csv, parquet):kind>")
def download(name: str, kind: str) -> Response:
    """The rows that pass the filters, as a file."""
    rows = LISTS[name].download(_snapshot(), request.args)
    if kind == "csv":
        response = Response(to_csv(rows), mimetype="text/csv")
    else:
        response = Response(to_parquet(rows), mimetype="application/vnd.apache.parquet")
    response.headers["Content-Disposition"] = f"attachment; filename={name}.{kind}"
    return response


# --- checking -----------------------------------------------------------------------------------------


@pages.get("/check")
def check() -> str:
    """What a person should look at: diagnostics, then the rows trusted least that nobody has judged."""
    snapshot, library = _snapshot(), _library()
    doc, only = request.args.get("doc", ""), request.args.get("table", "")
    judged = [row_id for _, row_id in library.verdicts]
    tables = [only] if only in NAMES else list(NAMES)
    union = " union all ".join(
        f"select '{name}' as table_name, {key_column(name)} as id, doc_id, confidence from {name}"
        for name in tables
    )
    where = "round(confidence::double, 4) < ? and not list_contains(?, id) and (? = '' or doc_id = ?)"
    parameters = [LOW, judged, doc, doc]
    found = snapshot.rows(
        f"from ({union}) where {where} order by confidence, doc_id, id "
        f"limit {PAGE} offset {(_page() - 1) * PAGE}",
        parameters,
    )
    records = [r for row in found if (r := library.find(row["table_name"], row["id"]))]
    notes = "from diagnostics where (? = '' or doc_id = ?)"
    return render_template(
        "check.html",
        notes=snapshot.rows(
            f"{notes} order by severity = 'info', severity = 'warning', doc_id, page "
            f"limit {PAGE if request.args.get('notes') else _FEW}",
            [doc, doc],
        ),
        n_notes=snapshot.count(notes, [doc, doc]),
        records=records,
        total=snapshot.count(f"from ({union}) where {where}", parameters),
        page=_page(),
        size=PAGE,
        fingerprint=_fingerprint,
        documents=snapshot.documents,
        n_judged=sum(map(len, library.verdicts.values())),
    )


@pages.get("/corrections")
def said() -> str:
    """What people have said so far, the latest first."""
    verdicts = corrections.read(_library().folder)[::-1]
    known = {d["sha256"]: d["doc_id"] for d in _snapshot().documents.values()}
    start = (_page() - 1) * PAGE
    return render_template(
        "corrections.html",
        verdicts=verdicts[start : start + PAGE],
        total=len(verdicts),
        page=_page(),
        size=PAGE,
        known=known,
        file=corrections.FILE,
    )


@pages.post("/verdict")
def verdict() -> AnyResponse:
    """Take a person's word on a row: right, wrong, or other values in some of its columns."""
    parts = request.form.get("verdict", "").split(" ")
    if len(parts) != 4:
        refuse(400, "verdict")
    asked, table, row_id, fingerprint = parts
    record = _library().find(table, row_id)
    if record is None:
        refuse(404, "row", id=row_id)
    if fingerprint != _fingerprint(record):
        refuse(409, "changed")
    author = request.form.get("author", "").strip()[:100]
    if not author:
        refuse(400, "author")
    note = request.form.get("note", "").strip()[:1000] or None
    if asked in ("right", "wrong"):
        said = [judge(record.document, table, record.row, cast(Judgement, asked), author, note=note)]
    elif asked == "corrected":
        said = [
            judge(
                record.document, table, record.row, "corrected", author, column=column, new=value, note=note
            )
            for column, value in _typed(record, request.form).items()
        ]
    else:
        refuse(400, "verdict")
    if said:
        try:
            _library().save(said)
        except OSError as error:
            refuse(507, "disk", error=error.strerror)
    response = redirect(_back(record))
    seconds = _AUTHOR_DAYS * 24 * 3600
    response.set_cookie("author", author, max_age=seconds, httponly=True, samesite="Strict")
    return response


def _typed(record: Record, form: Mapping[str, str]) -> dict[str, Any]:
    """The columns whose field in the form says something else than the row does."""
    found = {}
    for column in corrections.columns(record.table):
        if (text := form.get(f"value.{column.name}")) is None:
            continue
        try:
            value = corrections.parse(record.table, column.name, text)
        except ValueError as error:
            refuse(400, "value", column=say(g.language, f"columns.{column.name}"), text=text, error=error)
        now = record.row[column.name]
        if value != (now.strip() if isinstance(now, str) else now) and (
            value or now or value == 0 or now == 0
        ):
            found[column.name] = value
    return found


def _back(record: Record) -> str:
    """Where the form came from, if that is one of our pages."""
    target = request.form.get("back", "")
    if target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable():
        return target
    return place_of(record.row, record.id)


def _fingerprint(record: Record) -> str:
    """What the person saw, to notice that the dataset has been replaced under an open page."""
    return hashlib.sha256(repr(sorted(record.row.items())).encode()).hexdigest()[:16]
