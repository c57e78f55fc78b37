"""Tables of text input: rows of cells, rows that go on over a page break, cells that stand one a line."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Set
from dataclasses import replace
from itertools import pairwise

from extract.layout.marks import marks
from extract.layout.names import Names
from extract.layout.periods import parse_period
from extract.layout.text_lines import TITLE_MAX, TextLine
from extract.layout.timelines import table_timeline
from extract.model import Cell, Table, TableItem
from normalize.quantities import find_quantities, is_null

_CELL_MAX = 30
_HEAD_MAX = 16  # «令和12年度 (2030)»; longer ones may be names of what is done
_REMARK = re.compile(r"[。：:]|^\s*[(（※＊*†注]")  # what stands below a table and is no row of it
_CUT_COLUMNS = range(2, 7)
_MORE_TEXT = 8  # characters by which text is longer than three times its head

IsParagraph = Callable[[TextLine], bool]


def table_end(texts: Sequence[TextLine], i: int, names: Names, is_paragraph: IsParagraph) -> int:
    """Where the rows from line i on end. A line without tabs between two rows is one of them."""
    j = i + 1
    while j < len(texts) and not texts[j].gap:
        k = j
        while k < len(texts) and _may_stand_between(texts[k]):
            k += 1
        between = k > j
        if k == len(texts) or texts[k].gap or not texts[k].is_row or (between and _names(texts[j], names)):
            break
        j = k + 1
    return j + 1 if j < len(texts) and _ends_table(texts, j, names, is_paragraph) else j


def _may_stand_between(t: TextLine) -> bool:
    return not t.gap and not t.is_row and len(t.text) <= TITLE_MAX


def _names(t: TextLine, names: Names) -> bool:
    return names.names(t.text) or names.opens(t.text)


def _ends_table(texts: Sequence[TextLine], i: int, names: Names, is_paragraph: IsParagraph) -> bool:
    """Whether the short line right below a table is its last row, of which the first cell alone is filled."""
    t = texts[i]
    alone = i + 1 == len(texts) or (texts[i + 1].gap and not texts[i + 1].opens_page)  # no foot of a page
    plain = is_paragraph(t) and not _names(t, names)
    return alone and plain and not t.gap and len(t.text) <= _CELL_MAX and not _is_remark(t.text)


def _is_remark(text: str) -> bool:
    return _REMARK.search(text) is not None or marks().source.match(text.strip()) is not None


def goes_over(before: Sequence[TextLine], rows: Sequence[TextLine]) -> bool:
    """Whether a table goes on with rows at the top of the next page: as wide, its columns holding alike."""
    first, top = before[0], rows[0]
    width = len(first.line.runs)
    if width < 2 or len(top.line.runs) != width:
        return False
    if top.text == first.text:
        return True
    if _heads_columns(top, rows[1] if len(rows) > 1 else None, first=True):
        return False
    return all(_valued(before[1:], c) == _valued(rows, c) for c in range(width))


def _valued(rows: Sequence[TextLine], column: int) -> bool:
    """Whether most of a column's texts are values."""
    texts = [t.line.runs[column].text.strip() for t in rows if len(t.line.runs) > column]
    filled = [text for text in texts if text]
    return sum(map(_is_value, filled)) * 2 > len(filled)


def is_page_break(texts: Sequence[TextLine], end: int, start: int, aside: Set[int]) -> bool:
    """Whether nothing but a page break, with what runs on every page, stands between two lines."""
    return any(t.opens_page for t in texts[end : start + 1]) and all(k in aside for k in range(end, start))


def table_item(rows: Sequence[TextLine]) -> TableItem:
    """A table of rows. A line without tabs is a row of one cell over all columns."""
    table = _grid(rows)
    merged = any(n > 1 for t in rows for span in t.line.spans for n in span)  # then bars are told
    timeline = table_timeline(table, drawn=merged)
    return TableItem(table, (timeline,) if timeline else ())


def _grid(rows: Sequence[TextLine]) -> Table:
    """Cells at their places: those told to cover several rows or columns push the others on."""
    cells: list[Cell] = []
    taken: set[tuple[int, int]] = set()
    heads = {r for r, (t, below) in enumerate(pairwise(rows)) if _heads_columns(t, below, first=not r)}
    for r, t in enumerate(rows):
        if not t.is_row:
            cells.append(Cell(r, 0, t.text, colspan=1 if r == len(rows) - 1 else -1))
            continue
        c = 0
        spans = t.line.spans or ((1, 1),) * len(t.line.runs)
        for run, (down, across) in zip(t.line.runs, spans, strict=True):
            while (r, c) in taken:
                c += 1
            cells.append(Cell(r, c, run.text.strip(), rowspan=min(down, len(rows) - r), colspan=across))
            taken.update((r + y, c + x) for y in range(down) for x in range(across))
            c += across
    width = max((c.col + c.colspan for c in cells), default=1) or 1
    cells = [replace(c, colspan=width) if c.colspan < 0 else c for c in cells]
    cells = [replace(c, is_header=True) if c.row in heads else c for c in cells]
    return Table(tuple(cells), n_rows=len(rows), n_cols=max(width, 1))


def _heads_columns(t: TextLine, below: TextLine | None, *, first: bool) -> bool:
    """Whether a row names columns: short, without values, over cells of another kind, or years in a row."""
    texts = [text for run in t.line.runs if (text := run.text.strip())]
    if len(texts) < 2 or max(map(len, texts)) > _HEAD_MAX:
        return False
    if sum(parse_period(text) is not None for text in texts) > 1:
        return True
    if below is None or any(_is_value(text) for text in texts):
        return False
    over = zip((r.text.strip() for r in t.line.runs), (r.text.strip() for r in below.line.runs))
    other = sum(_is_value(text) or len(text) > 3 * len(head) + _MORE_TEXT for head, text in over if head)
    return other >= (1 if first else 2)


def _is_value(text: str) -> bool:
    return 0 < len(text) <= 30 and (is_null(text) or _begins_with_number(text))


def _begins_with_number(text: str) -> bool:
    found = find_quantities(text)
    return bool(found) and found[0].start <= 4


def cut_table(texts: Sequence[TextLine], i: int, names: Names) -> tuple[TableItem, int] | None:
    """A table whose cells stand one a line: its heads, then as many lines for each row.

    The same columns hold values in every row, the first never does; one row alone needs heads with names.
    """
    best: tuple[TableItem, int] | None = None
    for n in _CUT_COLUMNS:
        heads = texts[i : i + n]
        if len(heads) < n or not all(map(_is_cell, heads)) or any(_is_value(t.text) for t in heads):
            break
        end = _cut_end(texts, i + n, n)
        rows = (end - i) // n - 1
        named = sum(names.words.heads(t.text) for t in heads)
        if (rows > 1 and n > 2) or (rows == 1 and named == n):
            cells = tuple(Cell(k // n, k % n, t.text) for k, t in enumerate(texts[i:end]))
            if best is None or end > best[1]:
                best = TableItem(Table(cells, n_rows=rows + 1, n_cols=n)), end
    return best


def _cut_end(texts: Sequence[TextLine], start: int, n: int) -> int:
    """Where rows of ``n`` lines end of which the same ones, two at least and not the first, are values."""
    valued: tuple[bool, ...] | None = None
    end = start
    while end + n <= len(texts) and all(map(_is_cell, texts[end : end + n])):
        here = tuple(_is_value(t.text) for t in texts[end : end + n])
        if here[0] or sum(here) < 2 or (valued is not None and here != valued):
            break
        valued, end = here, end + n
    return end


def _is_cell(t: TextLine) -> bool:
    return not t.is_row and t.line.markup is None and len(t.text) <= TITLE_MAX and "。" not in t.text
