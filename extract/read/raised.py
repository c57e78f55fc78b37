"""Raised note numbers that a text has lost: «DX2によって» above, «2 デジタルの力で…» at the foot.

The notes count from 1 on without a gap and most of them are referred to; else nothing is changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from extract.model import Line, Page, Run
from normalize.frozen import frozen

_NOTE = re.compile(r"\s*(?P<n>[1-9][0-9]?)[ \u3000]?(?=[^\s0-9.．、)）|-])(?P<text>\S.{9,})")
_NO_MARK_BEFORE = "第年月日令和平成昭和約計全各図表式版編"
_COUNTED = (
    "[年月日時分回件人名個枚本台種つ割倍位番度期%％万億千円章節項条か箇ヶ所社校市町村団業手点.．,，/～~-]"
)
_NOTES_MIN = 3
_NOTE_LINES = 3


@frozen
class _Place:
    """A line of the source: page and line index."""

    page: int
    line: int
    text: str
    following: tuple[str, ...]


def restore(pages: tuple[Page, ...]) -> tuple[Page, ...]:
    """Pages with the notes and the references to them marked as raised."""
    if any(run.superscript for page in pages for line in page.lines for run in line.runs):
        return pages
    places = list(_places(pages))
    notes = _notes(places)
    marks = _references(places, notes)
    if len(notes) < _NOTES_MIN or 3 * len(marks) < 2 * len(notes):
        return pages
    lines = [list(page.lines) for page in pages]
    for n, at in enumerate(notes, 1):
        place = places[at]
        start = place.text.index(str(n)) + len(str(n))
        lines[place.page][place.line] = Line(
            (Run(str(n), superscript=True), Run(place.text[start:])), markup="footnote"
        )
    for at in {at for at, _, _ in marks}:
        place = places[at]
        spans = sorted((a, b) for other, a, b in marks if other == at)
        lines[place.page][place.line] = replace(
            pages[place.page].lines[place.line], runs=tuple(_split(place.text, spans))
        )
    return tuple(replace(page, lines=tuple(own)) for page, own in zip(pages, lines, strict=True))


def _places(pages: Sequence[Page]) -> Iterator[_Place]:
    for p, page in enumerate(pages):
        for i, line in enumerate(page.lines):
            if line.runs and line.markup != "row":
                below = page.lines[i + 1 : i + _NOTE_LINES]
                yield _Place(p, i, line.text, tuple(x.text for x in below if x.runs))


def _notes(places: Sequence[_Place]) -> list[int]:
    """Indices of the lines that begin notes 1, 2, 3 …: sentences behind their number."""
    found: list[int] = []
    for at, place in enumerate(places):
        match = _NOTE.match(place.text)
        sentence = any(t.rstrip().endswith("。") for t in (place.text, *place.following))
        if match and int(match["n"]) == len(found) + 1 and sentence:
            found.append(at)
    return found


def _references(places: Sequence[_Place], notes: Sequence[int]) -> list[tuple[int, int, int]]:
    """(line, start, end) of each note's number behind a word, in the order of the notes."""
    found: list[tuple[int, int, int]] = []
    last = (0, 0)
    for n, note in enumerate(notes, 1):
        behind = rf"(?<=[^\W\d_]{n - 1})|" if n > 9 else ""
        sign = re.compile(
            rf"(?:{behind}(?<=[^\W\d_])(?<![{_NO_MARK_BEFORE}])|(?<=[」）)]))"
            rf"{n}(?={n + 1}(?!\d)|(?!\d|\s?{_COUNTED}))"
        )
        for at in range(last[0], note):
            match = None if at in notes else sign.search(places[at].text, last[1] if at == last[0] else 0)
            if match:
                found.append((at, *match.span()))
                last = at, match.end()
                break
    return found


def _split(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[Run]:
    position = 0
    for start, end in spans:
        if text[position:start]:
            yield Run(text[position:start])
        yield Run(text[start:end], superscript=True)
        position = end
    if text[position:]:
        yield Run(text[position:])
