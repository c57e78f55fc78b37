"""One document from file to rows; the one place that shows the order: read, layout, assemble, records, rows.

A document that cannot be read gives a ``documents`` row with status ``failed`` and a diagnostic; it raises
nothing. A fault while one kind of record is made costs those records only, and the document is ``partial``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field, fields, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from extract.document import Document
from extract.labels import taught
from extract.layout.isolate import layout
from extract.limits import Extent, Limits
from extract.model import Diagnostic, Metadata, PageLayout, Source
from extract.read.sniff import HEAD, ReadError, sniff
from extract.read.source import read_source
from extract.records import (
    figures,
    glossary,
    kpis,
    measures,
    metadata,
    policies,
    procedures,
    progress,
    schedules,
    unread,
)
from extract.records.owners import owners_and_fields
from extract.rows import Row, Rows, box_row
from extract.segment.tokens import Tokenizer, dictionary_version
from extract.structure import tables
from extract.structure.assemble import assemble
from extract.structure.coverage import said_blocks, told_gaps, unused_text, used_blocks
from extract.structure.headers import Period
from extract.structure.questions import Found, questions
from extract.structure.sureness import made_sure
from extract.structure.words import WORDS
from normalize.frozen import frozen

UNKNOWN_MUNICIPALITY = "000000"
_LIMITS = Limits()
_ISSUER = ("municipality", "prefecture", "municipality_code")

T = TypeVar("T")


@frozen
class Extraction:
    """Rows of the contract by table, for one document, and how much of what is limited it has."""

    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    extent: Extent = field(default_factory=Extent)


def extract_document(
    path: str | Path,
    *,
    data: bytes | None = None,
    reader: str = "mupdf",
    pages: range | None = None,
    limits: Limits = _LIMITS,
    known: Metadata | None = None,
    scans: int | None = None,
    answers: Sequence[tuple[str, str, str]] = (),
) -> Extraction:
    """Extract everything the contract asks of one file.

    Args:
        path: a PDF or text file.
        data: its bytes, where they have been read already.
        reader: ``mupdf`` or ``plumber``; for PDF only.
        pages: only these pages (1-based); for PDF only.
        limits: how much of it is read.
        known: what is known from outside, for where the document does not say so itself.
        scans: how many pages may be recognised; None takes all.
        answers: what a person said of it: (kind of question, key, answer).

    Raises:
        NeedsMoreTime: more pages have to be recognised; none was.
    """
    known = known or Metadata()
    path = Path(path)
    data = path.read_bytes() if data is None else data
    sha256 = hashlib.sha256(data).hexdigest()
    base: Row = {
        "source_name": path.name,
        "source_path": path.as_posix(),
        "sha256": sha256,
        "media_type": sniff(data[:HEAD], path.name),
        "bytes": len(data),
        "dictionary": dictionary_version(),
    }
    try:
        source = read_source(path, data=data, reader=reader, pages=pages, limits=limits, scans=scans)
    except ReadError as error:
        told = Diagnostic("read", "error", error.code, error.message)
        return _failed({**base, **_filled(Metadata(), known)}, sha256, told)
    with taught({(kind, key): says for kind, key, says in answers}):
        return _extracted(source, base, known, limits)


def _extracted(source: Source, base: Row, known: Metadata, limits: Limits) -> Extraction:
    """Everything of a source that has been read."""
    faults = _Faults()
    pages_laid_out = layout(source, WORDS)
    document = assemble(source, pages_laid_out)
    found = faults.guard("metadata", lambda: metadata.extract(document)) or Metadata()
    from_outside = _filled(found, known)
    found = replace(found, **from_outside)
    doc_id = f"{found.municipality_code or UNKNOWN_MUNICIPALITY}-{base['sha256'][:12]}"
    rows = Rows(doc_id, document)
    missed = _records(rows, document, faults, found)
    rows.pages()
    rows.sections()
    rows.found_tables()
    rows.blocks(_tokenizer())
    diagnostics = [*source.diagnostics, *(d for p in pages_laid_out for d in p.diagnostics)]
    diagnostics += [*faults.diagnostics, *missed, *_outside_notes(found, from_outside, known)]
    if not document.blocks:
        diagnostics.append(Diagnostic("read", "warning", "no_text", "no text was found in the document"))
    for d in diagnostics:
        rows.add("diagnostics", _diagnostic(d))
    is_partial = any(d.severity == "error" or d.code == "ocr_missing" for d in diagnostics)
    status = "partial" if is_partial else "ok"
    rows.add(
        "documents",
        {
            **base,
            "n_pages": source.n_pages or len(source.pages),
            **dict(rows.metadata(found)),
            **rows.trust(),
            "text_source": _text_source(source),
            "status": status,
        },
    )
    return Extraction({**rows.tables, "tokens": rows.tokens()}, _extent(source, limits))


def structure_of(source: Source) -> tuple[list[PageLayout], Document, tuple[tables.TableReading, ...]]:
    """What a document is read as before records are made: pages, document, readings of its tables."""
    pages = layout(source, WORDS)
    document = assemble(source, pages)
    return pages, document, tables.read(document, _years(metadata.extract(document)))


def _extent(source: Source, limits: Limits) -> Extent:
    n_characters = sum(len(line.text) for page in source.pages for line in page.lines)
    over = {d.code for d in source.diagnostics}
    if "too_many_characters" in over:
        n_characters = limits.characters + 1
    drawings = limits.drawings + ("too_many_drawings" in over)
    return Extent(source.n_pages or len(source.pages), n_characters, drawings)


def _filled(found: Metadata, known: Metadata) -> dict[str, Any]:
    """What is known from outside and not found. Code, name and prefecture go together."""
    values = {f.name: getattr(known, f.name) for f in fields(Metadata) if getattr(found, f.name) is None}
    if found.municipality or found.prefecture or found.municipality_code:
        values = {name: value for name, value in values.items() if name not in _ISSUER}
    return {name: value for name, value in values.items() if value is not None}


def _outside_notes(found: Metadata, filled: Mapping[str, Any], known: Metadata) -> Iterator[Diagnostic]:
    if filled:
        told = ", ".join(f"{name} {value}" for name, value in filled.items())
        yield Diagnostic("metadata", "info", "from_manifest", f"not in the document: {told}")
    code = known.municipality_code
    if code and found.municipality_code and code != found.municipality_code:
        message = f"the document is of {found.municipality_code}, the manifest says {code}"
        yield Diagnostic("metadata", "warning", "manifest_differs", message)


def _records(rows: Rows, document: Document, faults: _Faults, plan: Metadata) -> list[Diagnostic]:
    """Make all records; what looked like one and gave none is returned."""
    readings = faults.guard("tables", lambda: tables.read(document, _years(plan))) or ()
    directions = faults.guard("policies", lambda: policies.extract(document)) or []
    found = faults.guard("measures", lambda: measures.extract(document, directions)) or []
    owners, fields = owners_and_fields(document, found)
    indicators = faults.guard("kpis", lambda: kpis.extract(document, readings, found, owners, fields)) or []
    achieved = faults.guard("progress", lambda: progress.extract(document)) or []
    planned = faults.guard("schedules", lambda: schedules.extract(document, found, owners, plan)) or []
    terms = faults.guard("glossary", lambda: glossary.extract(document)) or []
    listed = faults.guard("procedures", lambda: procedures.extract(document)) or []
    drawn = faults.guard("figures", lambda: figures.extract(document)) or []
    used = used_blocks(directions, indicators, achieved, planned, terms, listed, drawn) | said_blocks(found)
    gaps = unused_text(document, owners, used)
    rows.policies(directions)
    rows.measures(made_sure(document, found, gaps))
    rows.kpis(indicators)
    rows.schedules(planned)
    rows.glossary(terms)
    rows.procedures(listed)
    rows.progress(achieved)
    rows.figures(drawn)
    made = Found(found, indicators, planned, gaps, used, owners, plan)
    rows.questions(faults.guard("questions", lambda: questions(document, readings, made)) or [])
    return [
        *unread.notes(document, found, indicators, achieved, planned, readings),
        *told_gaps(document, found, gaps),
    ]


def _years(plan: Metadata) -> Period:
    """First and last fiscal year of the plan; without them, the year after it was published."""
    start, end = plan.period_start_fy, plan.period_end_fy
    if start is None and end is None and plan.published:
        year, month = map(int, plan.published.split("-"))
        start = year + (month > 3)
    return start, end if end is not None else start


class _Faults:
    """Keeps a fault in one kind of record from costing the others; every fault becomes a diagnostic."""

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []

    def guard(self, stage: str, make: Callable[[], T]) -> T | None:
        try:
            return make()
        except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
            message = f"{stage} could not be made: {type(error).__name__}: {error}"
            self.diagnostics.append(Diagnostic(stage, "error", "extractor_fault", message))
            return None


@cache
def _tokenizer() -> Tokenizer:
    return Tokenizer()


def _text_source(source: Source) -> str:
    kinds = {page.text_source for page in source.pages} - {"none"}
    if len(kinds) > 1:
        return "mixed"
    return kinds.pop() if kinds else "none"


def _diagnostic(d: Diagnostic) -> Row:
    return {
        "stage": d.stage,
        "severity": d.severity,
        "code": d.code,
        "message": d.message,
        "page": d.page,
        "bbox": box_row(d.box),
        "source_text": d.text,
    }


def _failed(base: Row, sha256: str, diagnostic: Diagnostic) -> Extraction:
    doc_id = f"{base.get('municipality_code') or UNKNOWN_MUNICIPALITY}-{sha256[:12]}"
    row: dict[str, Any] = {"doc_id": doc_id, **base, "text_source": "none", "status": "failed"}
    return Extraction({"documents": [row], "diagnostics": [{"doc_id": doc_id, **_diagnostic(diagnostic)}]})
