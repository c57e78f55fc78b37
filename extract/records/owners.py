"""Whose a part of a document is: the measure it stands in, or the one that its heading names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from extract.document import Document
from extract.labels import vocabulary
from extract.layout.numbering import WITHIN_ALONE, Numbered, heading_number
from extract.layout.signs import bare
from extract.records.fields import Field
from extract.records.model import Measure
from normalize.characters import squash

_SAME_TITLE = 85
_CLOSE = 4  # of 100: measures as alike as this cannot be told apart
_NUMBER_BONUS = 25
_PART = 5  # characters: a shorter part of a title names nothing
_NUMBER_ALONE = re.compile(
    rf"(?:(?:{'|'.join(vocabulary('levels')['measures'])}|No\.?)\s*"
    r"(?P<n>[(（]?[0-9０-９]+(?:[-－][0-9０-９]+)*[)）]?|[①-⑳]))"
    r"|(?P<m>[0-9０-９Ⅰ-ⅫA-Z]+(?:[-－][0-9０-９]+)+|[A-Z][0-9０-９]{1,2})"
)
_COMPOSED = re.compile(r"[0-9A-Z()（）.・‐\-－ー–—]{2,}")


def owners_and_fields(
    document: Document, found: Sequence[Measure]
) -> tuple[list[int | None], list[tuple[Field, ...]]]:
    """The measure every node stands in, and the labelled fields of every measure.

    Where measures are rows of a table, what tells more of one (its chart, its indicators) stands under a
    heading that names it.
    """
    owners: list[int | None] = [None] * len(document.nodes)
    for n, measure in enumerate(found):  # measures inside a measure come later and take their nodes over
        section = document.sections[measure.section] if measure.section is not None else None
        span = (section.first, section.last) if section else measure.nodes
        if span is not None:
            owners[slice(*span)] = [n] * (span[1] - span[0])
    for section in document.sections:
        free = all(owner is None for owner in owners[section.first : section.last])
        named = measure_named(document.heading_text(section), found) if free else None
        if named is not None:
            owners[section.first : section.last] = [named] * (section.last - section.first)
    return owners, [m.fields for m in found]


def numbers_near(document: Document, block: int, measures: Sequence[Measure]) -> dict[str, int]:
    """Measures by their number, of those that stand under the same heading as a block: numbers may begin anew
    in every chapter. Empty where the nearest heading over several has a number twice."""
    index = document.section_of_block(block)
    path = document.path(document.sections[index]) if index is not None else []
    names = tuple(map(document.heading_text, path))
    for depth in range(len(names), -1, -1):
        near = [
            i for i, m in enumerate(measures) if m.number and m.headings_path[:-1][:depth] == names[:depth]
        ]
        if len(near) > 1:
            found = {squash(measures[i].number or ""): i for i in near}
            return found if len(found) == len(near) else {}
    return {}


def is_number_alone(text: str) -> bool:
    """Whether a label is nothing but the number of a measure: 施策2, 1-2."""
    return _NUMBER_ALONE.fullmatch(text.strip()) is not None


def measure_named(text: str, measures: Sequence[Measure]) -> int | None:
    """The measure a label names: by its number and a like title, or by its title; None where two are
    close."""
    alone = _NUMBER_ALONE.fullmatch(text.strip())
    if alone:
        number = squash(alone["n"] or alone["m"])
        hits = [i for i, m in enumerate(measures) if m.number and squash(m.number) == number]
        return hits[0] if len(hits) == 1 else None
    parts = _parts(text)
    if len(parts) > 1 and (hits := [i for i, m in enumerate(measures) if _parts(m.number or "") == parts]):
        return hits[0] if len(hits) == 1 else None
    if WITHIN_ALONE.fullmatch(text.strip()):
        hits = [i for i, m in enumerate(measures) if _numbers(text) == _place_of(m)]
        return hits[0] if len(hits) == 1 else None
    told = heading_number(text.strip())
    key = squash(told.title if told and told.title else text)
    if len(key) < 3:
        return None
    scores = sorted(((_alike(key, told, m), -i) for i, m in enumerate(measures)), reverse=True)
    if not scores or scores[0][0] < _SAME_TITLE:
        return None
    close = len(scores) > 1 and scores[0][0] - scores[1][0] < _CLOSE and scores[0][0] < 100
    return None if close else -scores[0][1]


def _place_of(measure: Measure) -> list[str]:
    """The numbers of the heading over a measure's and of its own: 3, 1 and 2 for (2) in 3-1."""
    path = [heading_number(title) for title in measure.headings_path[-2:]]
    return [n for told in path if told for n in _numbers(told.number)]


def _parts(text: str) -> list[str]:
    """The parts of a number that stands alone: 1, 2 and 3 for 1-(2)-③."""
    packed = bare(text)
    return re.findall(r"[0-9]+|[A-Z]+", packed) if _COMPOSED.fullmatch(packed) else []


def _numbers(text: str) -> list[str]:
    return re.findall(r"[0-9]+", bare(text))


def _alike(key: str, told: Numbered | None, measure: Measure) -> float:
    """How far a label, without its number, names a measure: 100 for the same title, more with its number."""
    title = squash(measure.title)
    score = fuzz.ratio(key, title)
    if told and measure.number and squash(told.number) == squash(measure.number):
        return score + _NUMBER_BONUS
    shorter, longer = sorted((key, title), key=len)
    if len(shorter) >= _PART and shorter in longer and 2 * len(shorter) >= len(longer):
        score = max(score, _SAME_TITLE + 10 * len(shorter) / len(longer))
    return score
