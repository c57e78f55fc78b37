"""The pages on which a person answers what the reader did not understand, the best question first."""

from __future__ import annotations

import hashlib
from typing import cast

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from dxplan import answers
from dxplan.answers import Scope
from dxplan.errors import InputError
from dxplan.explore import context
from dxplan.explore.context import pages
from dxplan.explore.data import Row
from dxplan.explore.plans import cut_out
from dxplan.explore.words import refuse
from dxplan.views import teach

PAGE = 20  # questions
_BUTTONS = 4  # of a question; its other answers are in a list
_ELSEWHERE = {":typed": "typed", ":chosen": "chosen"}  # where the answer of a button is then


@pages.get("/questions")
def questions() -> str:
    """What nobody has answered yet; of one plan where it is named."""
    asked, start = _asked(), (context.page_number() - 1) * PAGE
    given = answers.read(context.library().folder)
    return render_template(
        "questions.html",
        questions=asked[start : start + PAGE],
        total=len(asked),
        page=context.page_number(),
        size=PAGE,
        documents=context.snapshot().documents,
        given=len(given),
        done=next((a for a in given if context.digest(a) == request.args.get("done")), None),
        digest=context.digest,
        seen=_seen,
        choices=choices_of,
        buttons=_BUTTONS,
        can_draw=_can_draw,
        box_of=_box_of,
    )


def _asked() -> list[Row]:
    doc = request.args.get("doc", "")
    return [q for q in context.library().questions if doc in ("", q["doc_id"])]


def _seen(question: Row) -> str:
    """What the person was asked, to notice that a run has put another question in its place."""
    return hashlib.sha256(f"{question['kind']}\0{question['key']}".encode()).hexdigest()[:16]


def _can_draw(question: Row) -> bool:
    return bool(question["page"] and question["bbox"])


def _box_of(question: Row) -> str | None:
    """The place of a question as the form for a missing row takes it, a little wider than its words."""
    box = question["bbox"]
    return box and ",".join(
        f"{box[side] + by:.1f}" for side, by in (("x0", -1), ("y0", -1), ("x1", 1), ("y1", 1))
    )


@pages.post("/answer")
def answer() -> AnyResponse:
    """Keep an answer, and go on to the next question."""
    author = request.form.get("author", "").strip()[:100]
    says, scope = request.form.get("answer", ""), request.form.get("scope", "document")
    says = request.form.get(_ELSEWHERE[says], "").strip() if says in _ELSEWHERE else says
    asked = _asked()
    at = next((n for n, q in enumerate(asked) if q["question_id"] == request.form.get("question")), None)
    if at is None or _seen(asked[at]) != request.form.get("seen"):
        refuse(409, "asked")
    if not author:
        refuse(400, "author")
    if not says or scope not in ("document", "municipality", "all"):
        refuse(400, "answer", text=says)
    note = request.form.get("note", "").strip()[:1000] or None
    question, following = asked[at], asked[at + 1 : at + 2]
    try:
        said = context.library().answer(question["question_id"], says, author, cast(Scope, scope), note)
    except InputError:
        free = question["kind"] in ("value", "bar")
        refuse(400, f"answer.{question['kind']}" if free else "answer", text=says)
    except OSError as error:
        refuse(507, "disk", error=error.strerror)
    anchor = f"q-{following[0]['question_id']}" if following else "done"
    doc, page = request.args.get("doc"), request.args.get("p")
    done = context.digest(said)
    response = redirect(url_for("pages.questions", doc=doc, p=page, done=done, _anchor=anchor))
    context.remember(response, author)
    return response


@pages.get("/asked/<question_id>.png")
def asked_crop(question_id: str) -> Response:
    """The part of the page that a question is about."""
    found = context.snapshot().rows("from questions where question_id = ?", [question_id])
    if not found:
        refuse(404, "404")
    return cut_out(context.document_of(found[0]["doc_id"]), found[0])


def choices_of(question: Row) -> list[str]:
    """What may be chosen but nothing: there is a button for that."""
    return [choice for choice in teach.choices(question) if choice != answers.NOTHING]
