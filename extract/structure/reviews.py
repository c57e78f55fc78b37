"""Tables that review an earlier plan: which column names the items, holds their rate, and their grade.

A rate is told by its arithmetic (result by target), by its unit among other units, or by its head; a grade
by few signs that come back (◎ ○ △, A B C). Where the table stands and what its heads say is added.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

from extract.document import Document
from extract.labels import keys, vocabulary
from extract.layout.periods import parse_span
from extract.structure.content import content_of, profile, says_what
from extract.structure.headers import Row, Rows, compact, text_of, turned, weighed, weights
from extract.structure.words import told
from normalize.characters import squash
from normalize.quantities import parse_target

_GRADE = re.compile(r"[A-ESＡ-ＥＳ][＋+\-－]?|[◎○〇◯△▲×✕●☆★]")
_CLOSE = 0.6  # percent by which a printed rate may differ from the one reckoned
_GRADES = 4  # as many signs as scales have (◎ ○ △ ×)
_MOST = 0.6  # share of a column's texts
_ROWS = 3  # from which a table says by itself that it grades results


@dataclass(frozen=True)
class Review:
    """The columns of a table of results, its rows without the head, and the log odds that it is one."""

    rows: tuple[Row, ...]
    item: int
    rate: int | None
    band: int | None
    score: float


def review(document: Document, index: int) -> Review | None:
    """What a table reviews; None where it is no review."""
    title, rows = _under_title(document.grids[index])
    if len(rows) < 2 or len(rows[0]) < 2:
        return None
    heads, body = list(map(text_of, rows[0])), rows[1:]
    columns = [list(map(text_of, column)) for column in turned(body)]
    item = _item(columns, heads)
    if item is None or any(content_of(h) in ("value", "number") for h in heads):
        return None
    others = [c for c in range(len(heads)) if c != item]
    rate, rated = _best({c: _rate(columns, heads, c) for c in others if _is_percent(columns[c])})
    band, graded = _best({c: _band(columns[c], heads[c], behind=c > item) for c in others if c != rate})
    if rate is None and band is not None and band < item and len(set(columns[band])) == len(columns[band]):
        return None  # what grades mean: Ａ | 100％以上のもの
    evidence = {
        "rate": rated,
        "band": graded,
        "item": told(heads[item], "progress").get("item", 0.0),
        "results": float(any(map(tells_results, heads))),
        "looks_back": float(_looks_back(document, index, title)),
        "graded_result": float(len(body) >= _ROWS and band is not None and _is_graded(heads, band)),
        "no_rate": float(rate is None),
    }
    score = weighed(evidence, weights("review"))
    reviews = score > 0 and (rated > 0 or graded > 0)
    return Review(tuple(body), item, rate, band, score) if reviews else None


def _is_graded(heads: Sequence[str], band: int) -> bool:
    """Whether a goal and then its result stand before the grade: 目標 | 結果 | 評価."""
    goals = [c for c, head in enumerate(heads) if told(head, "column").get("target", 0.0) > 0]
    results = [c for c, head in enumerate(heads) if tells_results(head)]
    return any(goal < result < band for goal in goals for result in results)


def tells_results(head: str) -> bool:
    """Whether a head names what was reached: 実績, 結果."""
    return "実績" in head or "結果" in head


def _under_title(grid: Sequence[Row]) -> tuple[str, Rows]:
    """The title in the first row of a table, as wide as it, and the rows below."""
    title = ""
    while len(grid) > 2 and len(set(map(id, grid[0]))) == 1:
        title, grid = text_of(grid[0][0]), grid[1:]
    return title, compact(grid)


def _best(scores: Mapping[int, float]) -> tuple[int | None, float]:
    """The column for which most speaks, of those alike the last; None where nothing speaks for any."""
    score, column = max(((score, c) for c, score in scores.items()), default=(0.0, 0))
    return (column, score) if score > 0 else (None, 0.0)


def _item(columns: Sequence[Sequence[str]], heads: Sequence[str]) -> int | None:
    """The column that names what is reviewed, by its head, else the first of names."""
    named = [c for c, texts in enumerate(columns) if _names(texts) and _band(texts, heads[c]) <= 0]
    return max(named, key=lambda c: (told(heads[c], "progress").get("item", 0.0), -c), default=None)


def _names(texts: Sequence[str]) -> bool:
    held = profile(texts)
    named = sum(says_what(t) for t in texts if t)
    return (
        held.filled > _MOST
        and held.distinct > 0.8
        and named > _MOST * held.n
        and not held.share("prose") > _MOST
    )


def _is_percent(texts: Sequence[str]) -> bool:
    return profile(texts).share("value", "number") > _MOST


def _rate(columns: Sequence[Sequence[str]], heads: Sequence[str], c: int) -> float:
    """How much speaks for a column of rates of achievement, about 0 to 2."""
    signed = sum(t.rstrip().endswith(("%", "％")) for t in columns[c] if t)
    filled = sum(bool(t) for t in columns[c])
    said = told(heads[c], "progress").get("pct", 0.0)
    if told(heads[c], "column").get("target", 0.0) > said:
        return 0.0
    is_share = signed * 2 > filled
    results = [k for k, h in enumerate(heads) if k != c and tells_results(h)]
    beside = 0.5 * any(not _is_percent(columns[k]) for k in results)  # of a result told in words
    return said * (is_share or said > 0.9) + is_share * max(_reckoned(columns, c), beside)


def _reckoned(columns: Sequence[Sequence[str]], c: int) -> float:
    """Share of rows whose rate is one of their values by another, in percent."""
    numbers = [[parse_target(t).value for t in texts] for texts in columns]
    best = 0.0
    others = [k for k in range(len(columns)) if k != c and sum(v is not None for v in numbers[k]) > 1]
    rated = sum(v is not None for v in numbers[c])
    for a, b in permutations(others, 2):
        pairs = zip(numbers[a], numbers[b], numbers[c], strict=True)
        agree = sum(bool(x and y and r) and abs(100 * x / y - r) <= _CLOSE for x, y, r in pairs)  # type: ignore[operator]
        best = max(best, agree / rated if rated else 0.0)
    return best if best > _MOST else 0.0


def _band(texts: Sequence[str], head: str, *, behind: bool = False) -> float:
    """How much speaks for a column of grades, about 0 to 2: few signs or words, known ones, or those of the
    plan's own ``behind`` the items, under a head that tells a grade or result."""
    filled = [t for t in texts if t]
    if not filled or max(map(len, filled)) > 12 or len(set(filled)) > max(_GRADES, len(filled) // 2):
        return 0.0
    listed = keys("progress", "band_values")
    signs = sum(_GRADE.fullmatch(t) is not None or squash(t) in listed for t in filled) / len(filled)
    said = told(head, "progress").get("band", 0.0)
    words = (
        behind and all(content_of(t) in ("name", "mark") for t in filled) and len(set(filled)) < len(filled)
    )
    if signs <= _MOST and words:
        signs, said = max(said, float(tells_results(head))), said / 2
    scale = 0.3 * (len(set(filled)) > 2 and all(map(_GRADE.fullmatch, filled)))  # ○, △ and ×
    return signs * (0.5 + said + scale) if signs > _MOST else 0.0


def _looks_back(document: Document, index: int, title: str) -> bool:
    """Whether a table stands under a title about what was done before (also: results of some years), or has
    one in its first row."""
    node = next(n for n, node in enumerate(document.nodes) if node.table == index)
    section = document.sections[at] if (at := document.section_of_node[node]) is not None else None
    titles = [title, *(s.title for s in document.path(section))]
    words: Mapping[str, Sequence[str]] = vocabulary("progress")
    known = any(word in t for t in titles for word in words["chapters"])
    return known or any(tells_results(t) and parse_span(t) is not None for t in titles)
