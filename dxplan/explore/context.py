"""What all pages share: the dataset and the document that a request is about, and the parts of its forms."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, cast

from flask import Blueprint, current_app, g, request
from werkzeug.wrappers import Response as AnyResponse

from dxplan import corrections
from dxplan.answers import Answer
from dxplan.corrections import Verdict
from dxplan.explore.data import Library, Record, Row, Snapshot
from dxplan.explore.words import refuse, say

pages = Blueprint("pages", __name__)
FEW = 8  # hits of a kind on the first page of a search
_MOST_PAGES = 1_000_000
_LONGEST_NUMBER = 30  # digits
_AUTHOR_SECONDS = 365 * 24 * 3600


def library() -> Library:
    """What the application knows of the dataset: its tables, and what people have said of them."""
    return cast(Library, current_app.extensions["library"])


def snapshot() -> Snapshot:
    """The dataset as it was at one moment; all of an answer comes from one."""
    return library().snapshot


def page_number() -> int:
    """The part of a long list that is asked for (``?p=2``), counted from 1."""
    try:
        page = int(request.args.get("p", "1")[:_LONGEST_NUMBER])
    except ValueError:
        refuse(400, "odd")
    if page > _MOST_PAGES:
        refuse(400, "odd")
    return max(1, page)


def document_of(doc_id: str) -> Row:
    """The row of a document; there is no such page without one."""
    return snapshot().documents.get(doc_id) or refuse(404, "plan", id=doc_id)


def form_parts(table: str, doc_id: str) -> dict[str, Any]:
    """What the form to correct a row of a table needs: its columns, the values of those with a choice, and
    the measures that it may stand under."""
    choices = {column: values for (owner, column), values in corrections.CHOICES.items() if owner == table}
    return {
        "columns": corrections.columns(table),
        "choices": choices,
        "under": library().measures(doc_id) if table in corrections.LINKED else [],
        "fingerprint": fingerprint_of,
    }


def fingerprint_of(record: Record) -> str:
    """What the person saw, to notice that the dataset has been replaced under an open page."""
    return hashlib.sha256(repr(sorted(record.row.items())).encode()).hexdigest()[:16]


def digest(said: Verdict | Answer) -> str:
    """What a form calls a verdict or an answer."""
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def remember(response: AnyResponse, author: str) -> None:
    """Have the name of who says so in the next form."""
    response.set_cookie("author", author, max_age=_AUTHOR_SECONDS, httponly=True, samesite="Strict")


def back(otherwise: str) -> str:
    """Where the form came from, if that is one of our pages."""
    target = request.form.get("back", "")
    if target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable():
        return target
    return otherwise


def typed(table: str, form: Mapping[str, str]) -> dict[str, Any]:
    """What a form says in the columns of a table; refused where a text is no value of its column."""
    found = {}
    for column in corrections.columns(table):
        if (text := form.get(f"value.{column.name}")) is None:
            continue
        try:
            found[column.name] = corrections.parse(table, column.name, text)
        except ValueError as error:
            wanted = say(g.language, f"wanted.{getattr(error, 'wanted', 'other')}")
            refuse(400, "value", column=say(g.language, f"columns.{column.name}"), text=text, error=wanted)
    return found
