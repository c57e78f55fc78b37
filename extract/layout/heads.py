"""Header rows of a table, told by their look and by what stands below them: no word is looked for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from extract.layout.periods import parse_period
from extract.layout.signs import bare
from extract.model import WHITE, Cell

LONGEST = 24  # characters of a column's name
MOST = 0.6  # of a column's cells hold what the column is for
_VALUE = re.compile(r"[^0-9０-９]{0,4}[0-9０-９][0-9０-９,，.．]*[^0-9０-９]{0,8}|[-－―ー–—○●◎△×✓]")
_ARROW = re.compile("[→⇒➡⇨▶►]")
_ASIDE = re.compile(r"[(（][^()（）]*[)）]$")
_YEAR = re.compile(r"(?:令和|平成|[RHＲＨ])\s*[0-9０-９]{1,2}(?![0-9０-９])|(?:19|20)[0-9]{2}\s*年")

Rows = dict[int, list[Cell]]


def marked_headers(cells: Sequence[Cell]) -> list[Cell]:
    """Cells with the header rows marked: of their own ground, in bold, or names over columns of values."""
    rows: Rows = defaultdict(list)
    for cell in cells:
        rows[cell.row].append(cell)
    n_rows = max((c.row + c.rowspan for c in cells), default=0)
    heads: set[tuple[int, int]] = {(c.row, c.col) for c in cells if c.is_header}
    names: set[str] = set()
    for row in rows.values() if n_rows > 1 else ():
        known = any((c.row, c.col) in heads for c in row)
        own = row if known or not row[0].row else _lowest(row)
        if known or _is_head(own, rows, names):
            heads |= {(c.row, c.col) for c in own if c.rowspan < n_rows}
            names |= {bare(c.text) for c in own if c.text}
    return [c if c.is_header or (c.row, c.col) not in heads else replace(c, is_header=True) for c in cells]


def _lowest(row: Sequence[Cell]) -> list[Cell]:
    return [c for c in row if c.rowspan == min(x.rowspan for x in row)]


def _is_head(own: Sequence[Cell], rows: Rows, names: set[str]) -> bool:
    """Whether a row is a header; ``names``: what the headers above it say."""
    texts = [c for c in own if c.text]
    if len(own) < 2 or (own[0].row == 0 and len(texts) < 2):
        return False
    if own[0].row:
        again = 2 * sum(bare(c.text) in names for c in texts) > len(texts)
        return _on_own_ground(own, rows) and (again or _names_values(own, rows))
    body = (c for r, row in rows.items() if r > 0 for c in row if c.text and c.col != own[0].col)
    bold = all(c.bold for c in texts) and not any(c.bold for c in body)
    return bold or _on_own_ground(own, rows) or _names_values(own, rows)


def _on_own_ground(own: Sequence[Cell], rows: Rows) -> bool:
    """Whether all cells of a row are filled, unlike those below."""
    filled, below = {c.fill for c in own}, {c.fill for c in rows.get(_end(own), ())}
    return filled.isdisjoint({None, WHITE, *below}) and len(filled) <= 2


def _end(own: Sequence[Cell]) -> int:
    return max(c.row + c.rowspan for c in own)


def _names_values(own: Sequence[Cell], rows: Rows) -> bool:
    """Whether short names stand over columns, at least one of which holds values in most of its rows."""
    if any(len(c.text) > LONGEST or "。" in c.text or is_value(c.text) for c in own):
        return False
    columns: dict[int, list[str]] = defaultdict(list)
    for cell in (c for r, row in rows.items() if r >= _end(own) for c in row):
        columns[cell.col].append(cell.text)
    dated = [columns[c.col] for c in own if any(ch.isdigit() for ch in c.text)]
    if sum(_holds_values(list(filter(None, texts)), 1.0) for texts in dated) > 1:
        return True  # a value under each year, be it in one row
    named = (columns[c.col] for c in own if c.text and c.colspan == 1 and c.col != own[0].col)
    return any(len(texts) > 1 and _holds_values(texts, MOST) for texts in named)


def _holds_values(texts: Sequence[str], most: float) -> bool:
    return bool(texts) and sum(map(is_value, texts)) >= most * len(texts)


def are_values(text: str) -> bool:
    """One value, or from one to another.

    >>> [are_values(t) for t in ("12件", "－ ➡ 15％", "検討 ➡ 15％", "12件の申請を受けた窓口の数")]
    [True, True, False, False]
    """
    return all(map(is_value, _ARROW.split(text)))


def is_value(text: str) -> bool:
    """A number with its unit, or a sign; a year is none, alone or with the name of what stands below it.

    >>> [is_value(t) for t in ("12件（R6）", "令和10年度", "令和10年度目標値", "R4 基準値", "2028年3月")]
    [True, False, False, False, False]
    """
    text = text.strip()
    text = _ASIDE.sub("", text) or text
    return _VALUE.fullmatch(text) is not None and parse_period(text) is None and not _YEAR.match(text)
