"""The pages on which a person checks rows, says what is right, and sees what has been said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from dxplan import answers, corrections
from dxplan.answers import Answer
from dxplan.corrections import Judgement, Verdict, judge, key_column
from dxplan.explore import context
from dxplan.explore.context import pages
from dxplan.explore.data import LOW, NAMES, Record
from dxplan.explore.lists import PAGE
from dxplan.explore.plans import place_of
from dxplan.explore.words import refuse


@pages.get("/check")
def check() -> str:
    """What a person should look at: diagnostics, then the rows trusted least that nobody has judged."""
    snapshot, library = context.snapshot(), context.library()
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
        f"limit {PAGE} offset {(context.page_number() - 1) * PAGE}",
        parameters,
    )
    records = [r for row in found if (r := library.find(row["table_name"], row["id"]))]
    notes = "from diagnostics where (? = '' or doc_id = ?)"
    return render_template(
        "check.html",
        notes=snapshot.rows(
            f"{notes} order by severity = 'info', severity = 'warning', doc_id, page "
            f"limit {PAGE if request.args.get('notes') else context.FEW}",
            [doc, doc],
        ),
        n_notes=snapshot.count(notes, [doc, doc]),
        records=records,
        total=snapshot.count(f"from ({union}) where {where}", parameters),
        page=context.page_number(),
        size=PAGE,
        fingerprint=context.fingerprint_of,
        documents=snapshot.documents,
        n_judged=sum(map(len, library.verdicts.values())),
    )


@pages.get("/corrections")
def said() -> str:
    """What people have said so far, the latest first."""
    verdicts = corrections.read(context.library().folder)[::-1]
    known = {d["sha256"]: d["doc_id"] for d in context.snapshot().documents.values()}
    start = (context.page_number() - 1) * PAGE
    return render_template(
        "corrections.html",
        verdicts=verdicts[start : start + PAGE],
        total=len(verdicts),
        page=context.page_number(),
        size=PAGE,
        known=known,
        file=corrections.FILE,
        answers=answers.read(context.library().folder)[::-1],
        digest=context.digest,
        name_of=_name_of,
        work=context.library().work,
    )


def _name_of(verdict: Verdict) -> str | None:
    """What a row that was added is called."""
    return str(verdict.new[NAMES[verdict.table]]) if verdict.verdict == "missing" else None


@pages.post("/verdict")
def verdict() -> AnyResponse:
    """Take a person's word on a row: right, wrong, or other values in some of its columns."""
    parts = request.form.get("verdict", "").split(" ")
    if len(parts) != 4 or parts[0] not in ("right", "wrong", "corrected"):
        refuse(400, "verdict")
    judgement, table, row_id, fingerprint = parts
    record = context.library().find(table, row_id)
    if record is None:
        refuse(404, "row", id=row_id)
    if fingerprint != context.fingerprint_of(record):
        refuse(409, "changed")
    author = request.form.get("author", "").strip()[:100]
    if not author:
        refuse(400, "author")
    if said := _verdicts(record, cast(Judgement, judgement), author):
        try:
            context.library().save(said)
        except OSError as error:
            refuse(507, "disk", error=error.strerror)
    response = redirect(context.back(place_of(record.row, record.id)))
    context.remember(response, author)
    return response


@pages.post("/undo")
def undo() -> AnyResponse:
    """Take back what was said with one click: a verdict with those given with it, or an answer."""
    asked, library = request.form.get("verdict", ""), context.library()
    said: list[Verdict | Answer] = [*corrections.read(library.folder), *answers.read(library.folder)]
    meant = next((one for one in said if context.digest(one) == asked), None)
    try:
        if meant is None or not library.take_back(meant):
            refuse(409, "gone")
    except OSError as error:
        refuse(507, "disk", error=error.strerror)
    return redirect(context.back(url_for("pages.said")))


@pages.post("/apply")
def apply() -> AnyResponse:
    """Have what people have said in the dataset now, and not only after the next run."""
    context.library().renew()
    return redirect(url_for("pages.said"))


def _verdicts(record: Record, judgement: Judgement, author: str) -> list[Verdict]:
    """One on the row, or one for each column that the form says something else for."""
    about = (record.document, record.table, record.row, judgement, author)
    note = request.form.get("note", "").strip()[:1000] or None
    if judgement != "corrected":
        return [judge(*about, note=note)]
    typed, act = _typed(record, request.form), corrections.new_act()
    measures = context.library().measures(record.row["doc_id"]) if corrections.MEASURE in typed else []
    return [
        judge(*about, column=column, new=value, note=note, act=act, measures=measures)
        for column, value in typed.items()
    ]


def _typed(record: Record, form: Mapping[str, str]) -> dict[str, Any]:
    """The columns whose field in the form says something else than the row does."""
    found: dict[str, Any] = {}
    for column, value in context.typed(record.table, form).items():
        now = record.row[column]
        if value != (now.strip() if isinstance(now, str) else now) and (
            value or now or value == 0 or now == 0
        ):
            found[column] = value
    measure_id = form.get(f"value.{corrections.MEASURE}")
    if record.table in corrections.LINKED and measure_id is not None:
        new = measure_id or None
        if new != record.row[corrections.MEASURE]:
            found[corrections.MEASURE] = new
    return found
