"""Questions of the reader, the best first, and what a person answers, kept beside the dataset.

An answer about a label, a column, a table or a chart is evidence (``answers.yaml``). One that gives a value,
the years of a bar or the place of a text is a correction of rows (``corrections.yaml``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from rich import box
from rich.console import RenderableType
from rich.table import Table as Grid
from rich.text import Text

from dxplan import answers, corrections
from dxplan.answers import NOTHING, SAYS, Answer, Scope
from dxplan.dataset import Dataset
from dxplan.errors import InputError
from dxplan.names import plain
from dxplan.views import show
from normalize.quantities import parse_target

Row = dict[str, Any]
TEXTS = ("overview", "background", "approach", "actions", "departments", "national_tags")
_MARK = re.compile(r"^[^\w(（「『]+")  # before an item of a list
_SHOWN = 80  # characters of a text in the terminal
_CHOICES = 4  # shown there
_FREE = {"value": "a number, 27件, or the year", "bar": "years: 2026-2028, or none"}
_YEARS = re.compile(r"(?P<start>\d{4})\s*(?:[-–~〜～]\s*(?P<end>\d{4}))?")


def questions(dataset: Dataset, doc: str | None = None) -> list[Row]:
    """The open questions, those worth most first, each with ``choices``; of one document where it is named.

    What has been answered since the last run is left out.
    """
    rows = [row | {"choices": choices(row)} for row in show.select(dataset, "questions", doc)]
    given = answers.read(dataset.folder) if isinstance(dataset.folder, Path) else ()
    documents = {d["doc_id"]: d for d in dataset.documents.arrow().to_pylist()}
    said = {
        doc_id: {(kind, key) for kind, key, _ in _answered(given, document)}
        for doc_id, document in documents.items()
    }
    still = [row for row in rows if (row["kind"], row["key"]) not in said[row["doc_id"]]]
    return sorted(still, key=lambda row: (-row["worth"], row["question_id"]))


def listed(asked: Sequence[Row]) -> RenderableType:
    """Questions for the terminal."""
    grid = Grid(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name in ("question", "file", "page", "what", "as printed", "answers", "rows", "worth"):
        number = name in ("page", "rows", "worth")
        grid.add_column(name, justify="right" if number else "left", overflow="fold", no_wrap=number)
    for row in asked:
        grid.add_row(
            row["question_id"],
            plain(row["source_name"]),
            str(row["page"] or ""),
            row["kind"],
            Text(plain(" ".join(row["text"].split()))[:_SHOWN]),
            ", ".join(row["choices"][:_CHOICES]) or _FREE[row["kind"]],
            str(row["n_rows"]),
            f"{row['worth']:.1f}",
        )
    return grid


def _answered(given: Sequence[Answer], document: Row) -> tuple[tuple[str, str, str], ...]:
    return answers.for_document(given, document["sha256"], document["municipality_code"])


def choices(question: Mapping[str, Any]) -> list[str]:
    """The answers that a question may have, the reader's guesses first; empty where any number will do.

    >>> choices({"kind": "table", "guesses": ["none"]})
    ['none', 'indicators', 'nothing']
    """
    every = TEXTS if question["kind"] == "text" else SAYS[question["kind"]]
    return [*dict.fromkeys([*(question["guesses"] or ()), *every]), NOTHING] if every else []


def answer(
    dataset: Dataset,
    question_id: str,
    says: str,
    *,
    author: str,
    scope: Scope = "document",
    note: str | None = None,
    today: date | None = None,
) -> Answer:
    """Keep what a person answers to a question; the next run into the folder applies it.

    Args:
        dataset: a dataset in a folder.
        question_id: which question.
        says: one of its choices; a number for a value; years as 2026 or 2026-2028 for a bar, or none where
            there is no bar; nothing, where there is nothing to be read.
        author: who says so.
        scope: what it holds for: document, municipality or all.
        note: why.
        today: the day it is said.

    Raises:
        InputError: no such question, or an answer it cannot have.
    """
    if not isinstance(dataset.folder, Path):
        raise InputError("answers are kept beside a dataset in a folder, not at a URL")
    found = dataset.read("questions", question_id=question_id).to_pylist()
    if not found:
        raise InputError(f"no question {question_id!r}; see them with: dxplan teach {dataset.folder}")
    (question,) = found
    (document,) = dataset.read("documents", doc_id=question["doc_id"]).to_pylist()
    if scope == "municipality" and document["municipality_code"] is None:
        raise InputError(f"nobody knows whose {document['source_name']} is; answer for the document")
    act = corrections.new_act() if question["row_id"] else None
    try:
        answers.require(question["kind"], says)
        rows = (
            dataset.read(question["table_name"], doc_id=document["doc_id"]).to_pylist()
            if question["table_name"]
            else []
        )
        verdicts = list(verdicts_of(question, document, rows, says, author, note=note, today=today, act=act))
    except ValueError as error:
        raise InputError(str(error)) from error
    if question["row_id"] and scope != "document":
        raise InputError("an answer about a row holds for its document")
    said = Answer(
        date=(today or date.today()).isoformat(),
        author=author,
        kind=question["kind"],
        key=question["key"],
        says=says,
        scope=scope,
        document=document["source_name"],
        sha256=document["sha256"],
        municipality_code=document["municipality_code"],
        text=question["text"],
        page=question["page"],
        note=note,
        act=act,
    )
    if verdicts:
        corrections.append(dataset.folder, verdicts)
    answers.append(dataset.folder, [said])
    return said


def take_back(out: Path, said: Answer) -> bool:
    """Take an answer back, with the corrections of rows that it came to; False where it is no longer there.

    Raises:
        InputError: what is there cannot be understood.
        OSError: it cannot be written.
    """
    if said.act:
        corrections.take_back_act(out, said.act)
    return answers.take_back(out, said)


def verdicts_of(
    question: Row,
    document: Row,
    rows: Sequence[Row],
    says: str,
    author: str,
    *,
    note: str | None = None,
    today: date | None = None,
    act: str | None = None,
) -> Iterator[corrections.Verdict]:
    """The corrections that an answer about rows comes to. ``rows``: those of its table and document.

    Raises:
        ValueError: the question cannot have this answer.
    """
    from extract.records.measure_offices import departments

    table = question["table_name"]
    if table is None or says == NOTHING:
        return
    key = corrections.key_column(table)
    (row,) = (r for r in rows if r[key] == question["row_id"])

    def corrected(row: Row, column: str, new: Any) -> corrections.Verdict:
        return corrections.judge(
            document, table, row, "corrected", author, column=column, new=new, note=note, today=today, act=act
        )

    if question["kind"] == "value":
        for column, value in _typed(table, question["column_name"], says):
            yield corrected(row, column, value)
    elif question["kind"] == "text":
        if says not in TEXTS:
            raise ValueError(f"{says!r} takes no text of a measure; there are {', '.join(TEXTS)}")
        text = "\n".join(departments(question["text"])) if says == "departments" else question["text"]
        yield corrected(row, says, _with_text(row[says], text))
    else:
        same = [r for r in rows if r["task"] == question["text"] and r["start_fy"] is None]
        years = _YEARS.fullmatch(says.strip())
        if years is None and says != "none":
            raise ValueError(f"{says!r} are no years; write 2026, 2026-2028, or none where there is no bar")
        for bar in same:
            if years is None:
                yield corrections.judge(
                    document, table, bar, "wrong", author, note=note, today=today, act=act
                )
                continue
            start = int(years["start"])
            yield corrected(bar, "start_fy", start)
            yield corrected(bar, "end_fy", int(years["end"] or start))


def _typed(table: str, column: str, says: str) -> Iterator[tuple[str, Any]]:
    """What a person typed for a value: a number, as printed with its unit (年3回), or a year.

    Raises:
        ValueError: it is none.
    """
    which, _, rest = column.rpartition("_")
    read = parse_target(says) if rest == "value" else None
    if read is None or read.value is None or not read.unit:
        yield column, corrections.parse(table, column, says)
        return
    yield column, read.value
    yield f"{which}_unit", read.unit
    if which == "target":
        yield "target_kind", read.kind
        yield "target_bound", read.bound


def _with_text(before: str | list[str] | None, text: str) -> str | list[str]:
    """What a measure says with a text more: a line more, or its lines as items more."""
    if isinstance(before, list):
        return [*before, *(line for one in text.splitlines() if (line := _MARK.sub("", one.strip())))]
    return f"{before}\n{text}" if before else text
