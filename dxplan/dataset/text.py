"""A plan's text as a spaCy ``Doc``, for what spaCy does with texts: matchers, displaCy, vectors, ``DocBin``.

Every span and token knows where it stands: ``_.page``, ``_.block_id``, and in ``_.records`` the ids of the
rows that were made from its block. spaCy is heavy: this module is imported only where a ``Doc`` is asked for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import groupby
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span, Token

from extract.segment.components import dxplan_ja

_PLACES = "dxplan_places"  # of every block: first character, page, id, ids of its rows
_ASIDE = ("header", "footer", "side_nav", "toc")  # said again on every page, or elsewhere


@cache
def pipeline() -> Language:
    """The pipeline that plans are read with, for texts of your own: ``pipeline()("電子申請を1,200件に")``."""
    return dxplan_ja()


def doc_of(blocks: Iterable[Mapping[str, Any]], measures: Iterable[Mapping[str, Any]]) -> Doc:
    """The text of blocks, one a line; ``doc.spans`` has ``blocks`` (label: kind) and ``measures`` (label: id)
    beside the terms, quantities, dates and municipalities of the pipeline.
    """
    shown = [block for block in blocks if block["kind"] not in _ASIDE and block["text"]]
    starts = [0]
    for block in shown:
        starts.append(starts[-1] + len(block["text"]) + 1)
    read = pipeline().pipe(f"{block['text']}\n" for block in shown)  # one long text takes far longer
    doc = Doc.from_docs(list(read), ensure_whitespace=False) or pipeline()("")
    rows = [list(block["claimed_by"] or ()) for block in shown]
    doc.user_data[_PLACES] = [
        [start, block["page"], block["block_id"], made] for start, block, made in zip(starts, shown, rows)
    ]
    ends = [start + len(block["text"]) for start, block in zip(starts, shown)]
    doc.spans["blocks"] = [
        _span(doc, start, end, block["kind"]) for start, end, block in zip(starts, ends, shown)
    ]
    doc.spans["measures"] = [
        _span(doc, starts[run[0]], ends[run[-1]], measure["measure_id"])
        for measure in measures
        for run in _runs(i for i, made in enumerate(rows) if measure["measure_id"] in made)
    ]
    return doc


def _span(doc: Doc, start: int, end: int, label: str) -> Span:
    return doc.char_span(start, end, label=label, alignment_mode="expand")


def _runs(numbers: Iterable[int]) -> list[list[int]]:
    """Numbers that follow each other, together: 3 4 5 9 is [3 4 5] [9]."""
    together = groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])
    return [[number for _, number in run] for _, run in together]


def _place(part: Span | Token) -> tuple[int | None, str | None, list[str]]:
    """(page, block, rows) of the block in which a span or token begins; nothing in a text of no plan."""
    places = part.doc.user_data.get(_PLACES)
    if not places:
        return None, None, []
    at = part.start_char if isinstance(part, Span) else part.idx
    _, page, block_id, made = places[bisect_right(places, at, key=lambda place: place[0]) - 1]
    return page, block_id, made


for _kind in (Span, Token):
    _kind.set_extension("page", getter=lambda part: _place(part)[0], force=True)
    _kind.set_extension("block_id", getter=lambda part: _place(part)[1], force=True)
    _kind.set_extension("records", getter=lambda part: _place(part)[2], force=True)
