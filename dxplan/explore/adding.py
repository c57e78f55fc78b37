"""Rows that are missing, drawn on a page or typed with it, and rows that are one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from dxplan import corrections
from dxplan.explore import context
from dxplan.explore.context import pages
from dxplan.explore.data import NAMES, Record, Row
from dxplan.explore.words import refuse

_SIDES = 4  # of a box


def parts(document: Row, page: int | None, blocks: Sequence[Row]) -> dict[str, Any]:
    """What the form for a missing row needs: of which table it is, and what it may say by its place."""
    table = request.args.get("add", "")
    if table not in NAMES:
        return {"add": None}
    box = _box(request.args.get("box", ""))
    words = corrections.words_in(blocks, page, box)
    like = context.library().find(table, request.args.get("like", ""))
    said: dict[str, Any] = dict(like.row) if like else {}
    said |= corrections.guessed(table, words[2]) if words else {}
    said |= _typed_before(table)
    return {
        "add": table,
        "new": Record(table, "new", "", _blank(table) | said, document),
        "box": box or (like and _sides(like.row)),
        "words": words[2] if words else like and like.row.get("source_text"),
        "add_parts": context.form_parts(table, document["doc_id"]),
    }


def _typed_before(table: str) -> Row:
    """What was typed before the row was drawn; what is no value is typed again."""
    found = {}
    for column in corrections.columns(table):
        if text := request.args.get(f"value.{column.name}"):
            with suppress(ValueError):
                found[column.name] = corrections.parse(table, column.name, text)
    if measure_id := request.args.get(f"value.{corrections.MEASURE}"):
        found[corrections.MEASURE] = measure_id
    return found


def _blank(table: str) -> Row:
    names = [c.name for c in corrections.columns(table)]
    return dict.fromkeys([*names, corrections.MEASURE])


def _sides(row: Mapping[str, Any]) -> tuple[float, ...] | None:
    return tuple(row["bbox"][side] for side in ("x0", "y0", "x1", "y1")) if row.get("bbox") else None


def _box(text: str) -> tuple[float, float, float, float] | None:
    """A box as an address or a form has it: x0,y0,x1,y1 in points."""
    if not text:
        return None
    try:
        sides = [float(side) for side in text.split(",")]
    except ValueError:
        refuse(400, "odd")
    if len(sides) != _SIDES or not all(map(math.isfinite, sides)):
        refuse(400, "odd")
    x0, x1, y0, y1 = *sorted(sides[::2]), *sorted(sides[1::2])
    return round(x0, 1), round(y0, 1), round(x1, 1), round(y1, 1)


@pages.post("/plan/<doc_id>/add")
def add(doc_id: str) -> AnyResponse:
    """Take a person's word that a row is missing."""
    document, library, form = context.document_of(doc_id), context.library(), request.form
    table, author = form.get("table", ""), _author()
    if table not in NAMES:
        refuse(400, "verdict")
    page = _page(document, form.get("page", ""))
    under = form.get(f"value.{corrections.MEASURE}")
    measure = next((m for m in library.measures(doc_id) if m["measure_id"] == under), None)
    try:
        said = corrections.missing(
            document, table, context.typed(table, form), author, measure=measure, page=page,
            box=_box(form.get("box", "")), blocks=context.snapshot().text(doc_id, page), note=_note(),
        )  # fmt: skip
    except ValueError:
        refuse(400, "unnamed")
    row = corrections.made(said, doc_id, library.measures(doc_id))
    for record in library.records(doc_id, page):
        if record.table == table and not record.wrong and corrections.is_same(table, row, record.row):
            refuse(409, "there", name=record.name)
    return _kept([said], url_for("pages.row", row_id=said.row), author)


@pages.post("/join")
def join() -> AnyResponse:
    """Take a person's word that two rows of a plan are one."""
    table, _, row_id = request.form.get("row", "").partition(" ")
    author, library = _author(), context.library()
    first, second = library.find(table, row_id), library.find(table, request.form.get("other", ""))
    if first is None or second is None or first.id == second.id or first.document != second.document:
        refuse(400, "join")
    doc_id = first.row["doc_id"]
    rows_of = "from {} where doc_id = ?"
    parts = {name: context.snapshot().rows(rows_of.format(name), [doc_id]) for name in corrections.LINKED}
    said = corrections.join(
        first.document, table, first.row, second.row, author, measures=library.measures(doc_id), parts=parts,
        note=_note(),
    )  # fmt: skip
    return _kept(said, url_for("pages.row", row_id=first.id), author)


def _author() -> str:
    return request.form.get("author", "").strip()[:100] or refuse(400, "author")


def _note() -> str | None:
    return request.form.get("note", "").strip()[:1000] or None


def _page(document: Row, text: str) -> int | None:
    """The page a row is said to stand on; a text has none."""
    if document["media_type"] != "application/pdf":
        return None
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= (document["n_pages"] or 0)):
        refuse(404, "page", name=document["source_name"], number=text[:9])
    return int(text)


def _kept(said: Sequence[corrections.Verdict], place: str, author: str) -> AnyResponse:
    try:
        context.library().save(said)
    except OSError as error:
        refuse(507, "disk", error=error.strerror)
    response = redirect(place)
    context.remember(response, author)
    return response
