"""Which column before the years names the rows of a chart: told by what the columns hold.

The label is a name, another one in each row. Numbers, offices, values and sentences name nothing, and what
values stand beside is what they measure (指標 | 現状 | 目標). Where two columns name, the one nearest to the
years does; those before it are groups.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from extract.layout.numbering import WITHIN_ALONE, numbered
from extract.model import Cell
from extract.structure.content import VALUED, Content, content_of

_WEIGHTS: dict[Content, float] = {
    "number": -3,
    "ordinal": -3,
    "value": -3,
    "pair": -3,
    "null": -3,
    "mark": -3,
    "unit": -2,
    "office": -2.5,
    "year": -2,
    "span": -2,
    "prose": -1.5,
    "list": -1.5,
}
_FILLED = 2.5  # for a column with as many texts as any
_SAME = -1.5  # times the share of texts that only repeat others
_NEARER = 0.3  # for each column further right
_MEASURED = -2.0  # where values stand in the next column
_NO_NAMES: frozenset[Content] = frozenset({"number", "mark", "null", "value", "office"})


def label_column(cells: Sequence[Cell], left: int, first: int) -> int | None:
    """The column of [left, first) whose texts name the rows; None without any text.

    >>> texts = [("1", "受付の統合", "市民課"), ("2", "職員の研修", "人事課")]
    >>> rows = [Cell(r, c, text) for r, row in enumerate(texts) for c, text in enumerate(row)]
    >>> label_column(rows, 0, 3)
    1
    """
    columns: dict[int, list[str]] = {}
    for cell in cells:
        if left <= cell.col and cell.col + cell.colspan <= first and cell.text.strip():
            columns.setdefault(cell.col, []).append(cell.text.strip())
    if not columns:
        return None
    most = max(map(len, columns.values()))
    scores = {
        c: _score(texts, most) + _NEARER * n + _MEASURED * _measured(columns.get(_next(columns, c), ()))
        for n, (c, texts) in enumerate(sorted(columns.items()))
    }
    return max(scores, key=lambda c: scores[c])


def _score(texts: Sequence[str], most: int) -> float:
    n = len(texts)
    kinds = Counter(map(content_of, texts))
    repeated = 1 - len(set(texts)) / n if n > 2 else 0.0
    return _FILLED * n / most + _SAME * repeated + sum(_WEIGHTS.get(k, 0) * m / n for k, m in kinds.items())


def _next(columns: dict[int, list[str]], column: int) -> int:
    return min((c for c in columns if c > column), default=-1)


def _measured(texts: Sequence[str]) -> float:
    """Share of values in the column beside."""
    return sum(content_of(t) in VALUED for t in texts) / len(texts) if texts else 0.0


def names_group(text: str) -> bool:
    """Whether the text of a cell before the label may name a group of rows: words, also behind a number.

    >>> names_group("2（1）窓口の改善"), names_group("12件")
    (True, False)
    """
    known = numbered(text) is not None or WITHIN_ALONE.fullmatch(text.strip()) is not None
    return known or content_of(text) not in _NO_NAMES
