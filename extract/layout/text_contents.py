"""What stands around the text of text input: table of contents, navigation, running heads, page numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from extract.layout.marks import marks
from extract.layout.numbering import numbered
from extract.layout.text_lines import TITLE_MAX, TextLine
from extract.model import BlockKind, Page
from normalize.characters import squash

_LEADER = re.compile(  # possessive, or a long run of spaces would be parted in every way
    r"^(?P<title>.*?)\s*+(?:[…‥・.．·_＿─\-―]{3,}+|(?<=\t)|(?<=\s\s)|(?<=\s)(?=[PpＰ]))[\s…‥・.．_]*+"
    r"(?:[PpＰ][.．]?\s*)?(?P<page>\d{1,3})\s*[PpＰ]?(?:ページ|頁)?\s*$"
)
_LEADER_END = re.compile(r"[…‥・.．·_＿─\-―]{3,}\s*$")
_PAGE_NUMBER = re.compile(r"\s*[-－–—―ー]?\s*(?P<n>[0-9０-９]{1,3})\s*[-－–—―ー]?\s*(?:ページ|頁)?\s*")
_PAGE_LINES = 4  # at least, between two page numbers
_TOC_LINE_MAX = 60
_ENTRY_MAX = 300  # characters with the leader
_TOC_LEAST = 3  # entries with page numbers
_RUN = range(3, 13)  # lines of a navigation bar


def toc_start(texts: Sequence[TextLine]) -> int:
    """Index of the first line of the 目次; 0 without one."""
    for i, t in enumerate(texts[: max(40, len(texts) // 5)]):
        if t.key in marks().toc_title or (
            t.text and _entry_at(texts, i) and len(t.text) <= _TOC_LINE_MAX + 20
        ):
            return i
    return 0


def contents(texts: Sequence[TextLine], start: int) -> tuple[int, frozenset[str]]:
    """End of the 目次 (index after its last line) and the keys of its entries; (0, {}) without one.

    It ends where its first entry comes again, or where running text begins; its last line is the last one
    with a page number.
    """
    keys: dict[str, int] = {}
    paged = last = 0
    for i in range(start, len(texts)):
        t = texts[i]
        if i > start and _PAGE_NUMBER.fullmatch(t.text):
            last = i + 1 if _LEADER_END.search(texts[i - 1].text) else last
            continue
        entry = _entry_at(texts, i)
        key = entry or t.key
        if not entry and (key in keys or len(t.text) > _TOC_LINE_MAX):
            break
        if entry:
            last, paged = i + 1, paged + 1
            for cell in t.line.runs if t.is_row else ():
                keys.setdefault(squash(cell.text), i)
        keys.setdefault(key, i)
    if paged < _TOC_LEAST or last < start + _TOC_LEAST:
        return 0, frozenset()
    titles = marks().toc_title
    return last, frozenset(
        k for k, i in keys.items() if i < last and k and not k.isdigit() and k not in titles
    )


def toc_entry(text: str) -> str | None:
    """Key of a 目次 line that ends with a page number, else None."""
    match = _LEADER.match(text.strip()) if len(text) <= _ENTRY_MAX else None
    return squash(match["title"]) if match and match["title"].strip() else None


def _entry_at(texts: Sequence[TextLine], i: int) -> str | None:
    """As toc_entry; the page number may stand on the next line. A row of several numbers is none."""
    if texts[i].is_row and sum(run.text.strip().isdecimal() for run in texts[i].line.runs) > 1:
        return None
    entry = toc_entry(texts[i].text)
    if entry or i + 1 == len(texts) or not _LEADER_END.search(texts[i].text):
        return entry
    below = texts[i + 1].text
    return toc_entry(texts[i].text + below) if _PAGE_NUMBER.fullmatch(below) else None


def navigation(texts: Sequence[TextLine], toc_end: int, entries: frozenset[str]) -> frozenset[int]:
    """Lines of a navigation bar: the same run of three or more 目次 entries, met at least twice."""
    runs: list[list[int]] = [[]]
    for i in range(toc_end, len(texts)):
        t = texts[i]
        if not t.is_row and t.line.markup is None and t.key in entries:
            runs[-1].append(i)
        elif runs[-1]:
            runs.append([])
    windows = [run[a : a + n] for run in runs for a in range(len(run)) for n in _RUN if a + n <= len(run)]
    counts = Counter(tuple(texts[i].key for i in window) for window in windows)
    found: set[int] = set()
    for window in sorted(windows, key=len, reverse=True):
        if counts[tuple(texts[i].key for i in window)] >= 2 and not found.intersection(window):
            found.update(window)
    return frozenset(found)


def running(pages: Sequence[Page], texts: Sequence[TextLine]) -> dict[int, BlockKind]:
    """Page numbers (two or more that go up, each alone) and lines that head or close most pages."""
    found: dict[int, BlockKind] = {}
    for (i, n), (k, following) in pairwise(_page_numbers(pages, texts)):
        if 0 < following - n <= 3 and k - i >= _PAGE_LINES:
            found[i] = found[k] = "footer"
    edges: Counter[str] = Counter()
    by_line = {id(t.line): i for i, t in enumerate(texts)}
    ends: set[int] = set()
    for page in pages:
        own = [i for line in page.lines if (i := by_line.get(id(line), -1)) >= 0 and i not in found]
        edge = {own[0], own[-1]} if own else set()
        edges.update({texts[i].key for i in edge})
        ends |= edge
    for i in sorted(ends):
        t = texts[i]
        if edges[t.key] >= max(3, len(pages) // 2) and len(t.text) <= TITLE_MAX and not numbered(t.text):
            found[i] = "header"
    return found


def _page_numbers(pages: Sequence[Page], texts: Sequence[TextLine]) -> Iterator[tuple[int, int]]:
    """(line, number) of lines that hold nothing but a number and stand alone."""
    last = {id(line) for page in pages[:-1] for line in [x for x in page.lines if x.runs][-1:]}
    for i, t in enumerate(texts):
        match = _PAGE_NUMBER.fullmatch(t.text)
        if match is None or t.is_row or not (t.gap or id(t.line) in last):
            continue
        if i + 1 == len(texts) or texts[i + 1].gap:
            yield i, int(match["n"])
