"""Chapters as the level above the measures, where a plan has no other: 第2章 with 2-1, 2-2 … in it.

That sections of a chapter are measures, and not its background, is told by tables: their indicators and years
stand in rows that the numbers of the sections name.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from extract.document import Document, Entry, Level, Section
from extract.layout.numbering import heading_number
from extract.structure.content import content_of
from extract.structure.levels import Key, number_key

NAMED = 0.5  # of the sections of a chapter: their numbers name rows
KNOWN = 0.8  # of the numbers that name rows: those of such sections
_CHAPTER = re.compile(r"第\s*(?P<number>\S+?)\s*(?P<word>[章部編])")


def chapter_level(document: Document) -> tuple[Level, ...]:
    """The chapters whose sections name rows of tables, as one level; none where it is but one."""
    rows = _row_numbers(document)
    times = Counter(number_key(s.number) for s in document.sections if s.number)
    words: dict[str, list[Entry]] = defaultdict(list)
    told: set[Key] = set()
    for section in document.sections:
        chapter = _CHAPTER.fullmatch(section.number or "")
        if chapter is None:
            continue
        key = number_key(chapter["number"])
        inner = [k for s in document.children(section) if (k := number_key(s.number or ""))[:-1] == key]
        named = {k for k in inner if rows[k] and times[k] == 1}
        if key and len(named) > NAMED * len(inner):
            told |= named
            words[chapter["word"]].append(_entry(section, key, chapter["number"]))
    known = sum(n for key, n in rows.items() if key in told)
    if len(words) != 1 or known < KNOWN * sum(rows.values()):
        return ()
    ((word, entries),) = words.items()
    return (Level(word, tuple(entries)),) if len(entries) > 1 else ()


def _entry(section: Section, key: Key, number: str) -> Entry:
    place = section.heading
    return Entry(key, number, section.title, (place, place), None, (place,))


def _row_numbers(document: Document) -> Counter[Key]:
    """How often a number of two parts or more names a row: 2-1, alone or with its title."""
    found: Counter[Key] = Counter()
    for table in document.tables:
        for cell in table.cells:
            if cell.col == 0 and cell.row > 0 and cell.text.strip():
                number = heading_number(cell.text.strip())
                alone = content_of(cell.text) == "ordinal"
                key = number_key(cell.text if alone else number.number if number else "")
                found[key] += len(key) > 1
    return +found
