"""Where the head of a table ends, what stands over each column, and what each column holds.

A grid may hold several blocks of rows, each under a head of its own: above each other, or inside a form. A
block is told by contrast: words or years over values, in a look of their own, at the top or coming back.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from importlib import resources
from itertools import groupby
from typing import Any

from extract.document import Document
from extract.layout.numbering import numbered
from extract.layout.periods import parse_period
from extract.model import WHITE, Cell, without_marks
from extract.structure.content import BRACKETED, VALUED, Content, content_of, year_of
from extract.structure.words import told
from normalize.characters import fold_width, squash
from normalize.data import parse
from normalize.eras import find_dates
from normalize.quantities import find_quantities, parse_target

Row = Sequence[Cell | None]
Rows = list[Row]

Period = tuple[int | None, int | None]  # first and last fiscal year of a plan
Words = frozenset[tuple[str, ...]]  # rows, each as the keys of its cells

_HEAD_MAX = 3  # rows of a head
_BELOW = 8  # rows that show what stands under a head
_KNOWN = 0.4  # strength from which a head says what stands under it
_LONG = 28  # characters; heads are shorter
_ARROW = re.compile(r"[→⇒➡⇨▶►]")
_COUNTED = re.compile(
    r"\s*約?[0-9][0-9,.]*\s*[^\d\sぁ-ん。、.,)-]{1,5}\s*"
)  # 13病院: a unit that no list has
_DECIMAL = re.compile(r"[0-9]+[.][0-9]+")
_WORDS = re.compile(r"[ぁ-ん]")
_BEHIND_VALUE = 3  # characters that may stand behind the last number and unit of a value


@cache
def weights(part: str) -> Any:
    """A part of ``weights.yaml``: how much each piece of evidence counts."""
    return parse(resources.files(__package__).joinpath("weights.yaml").read_text(encoding="utf-8"))[part]


def weighed(found: Mapping[str, float], factors: Mapping[str, float]) -> float:
    """The sum of evidence, each times its weight; ``bias`` is always there.

    >>> weighed({"first": 1.0, "words": 0.5}, {"bias": -1.0, "first": 2.0, "words": 4.0})
    3.0
    """
    return sum(factors[k] * v for k, v in found.items() if k in factors) + factors.get("bias", 0.0)


def text_of(cell: Cell | None) -> str:
    """The text of a cell without raised note marks; "" where there is none."""
    if cell is None or not cell.text:
        return ""
    return (without_marks(cell.text, cell.marks) if cell.marks else cell.text).strip()


@lru_cache(maxsize=50_000)
def kind_of(text: str) -> Content:
    """The content of a cell; groups of values are a value, and a name may hold a number.

    >>> kind_of("小学校69.7％中学校57.5％"), kind_of("1件あたりの平均手続時間"), kind_of("2024年度現状値")
    ('value', 'name', 'name')
    """
    kind = content_of(text)
    if kind not in ("value", "name", "list"):
        return kind
    found = find_quantities(text)
    if not found:
        bare = fold_width(BRACKETED.sub("", text))
        return "value" if _COUNTED.fullmatch(bare) and not find_dates(bare) else kind
    behind = BRACKETED.sub("", text[found[-1].end :]).strip()
    if kind == "value":
        return "name" if len(behind) > _BEHIND_VALUE and _WORDS.search(behind) else "value"
    several = len(found) > 1 and len({q.unit for q in found}) < len(found)
    return "value" if several and len(behind) <= _BEHIND_VALUE and len(text) <= 2 * _LONG else kind


def ends_of(text: str) -> tuple[str, str]:
    """Both ends of an arrow; without one, nothing and the text.

    >>> ends_of("62回→13回"), ends_of("13回")
    (('62回', '13回'), ('', '13回'))
    """
    ends = _ARROW.split(text)
    return (ends[0].strip(), ends[-1].strip()) if len(ends) == 2 else ("", text)


@lru_cache(maxsize=20_000)
def words_of(text: str) -> Mapping[str, float]:
    return told(text, "column") if text else {}


# --- blocks ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Block:
    """Rows of one table under one head: the first ``head`` of ``rows`` (0: the head is elsewhere).

    ``rows`` are turned where the table gives each record a column. ``span``: the rows of the grid as it
    lies (of a turned one, its columns). ``label``: what a cell left of all of them says.
    """

    table: int
    rows: tuple[Row, ...]
    head: int
    span: tuple[int, int]
    turned: bool = False
    label: str = ""
    stretched: bool = False  # its head is taken to be longer than it looks

    @property
    def body(self) -> tuple[Row, ...]:
        return self.rows[self.head :]

    @cached_property
    def stacks(self) -> tuple[tuple[str, ...], ...]:
        """For each column the texts over it, from above: ("目標", "R8")."""
        columns = zip(*self.rows[: self.head], strict=True) if self.head else ((),) * len(self.rows[0])
        return tuple(tuple(dict.fromkeys(t for cell in column if (t := text_of(cell)))) for column in columns)

    @property
    def signature(self) -> tuple[str, ...]:
        """What tables with the same head share."""
        return tuple(squash("/".join(s)) for s in self.stacks)


def compact(rows: Sequence[Row]) -> Rows:
    """A grid without the rows and columns that only repeat the merged cells before them.

    A column whose head alone is merged with the one before it stays.
    """
    return turned(_distinct(turned(_distinct(rows)))) if rows else []


def _distinct(rows: Sequence[Row]) -> Rows:
    """Rows without those whose cells are all merged with the row above, or that have none."""
    kept = [row for i, row in enumerate(rows) if any(row) and (not i or _differ(row, rows[i - 1]))]
    return [tuple(row) for row in kept or rows[:1]]


def _differ(one: Row, other: Row) -> bool:
    return any(a is not b for a, b in zip(one, other, strict=True))


def turned(rows: Sequence[Row]) -> Rows:
    return [tuple(column) for column in zip(*rows, strict=True)]


def _coarse(text: str) -> str:
    """What tells heads from values: v(alue), y(ear), e(mpty), s(entence), t(ext)."""
    kind = kind_of(text)
    if kind in VALUED:
        return "v"
    if kind in ("empty", "null", "mark"):
        return "e"
    if kind in ("prose", "list"):
        return "s"
    return "y" if kind in ("year", "span") else "t"


def _head_evidence(rows: Rows, r: int, follows: bool, recurring: Words) -> Mapping[str, float]:
    """What speaks for row ``r`` being a head; ``follows``: the row above is one."""
    row, above = rows[r], rows[r - 1] if r else None
    own = [c for c, cell in enumerate(row) if _begins(row, above, c) and text_of(cell)]
    if len(own) < (1 if follows else 2) or len({id(cell) for cell in row}) < 2:
        return {"alone": 1.0}
    n, texts = len(own), [text_of(row[c]) for c in own]
    under = [[line[c] for line in rows[r + 1 : r + 1 + _BELOW] if line[c] is not row[c]] for c in own]
    below = [Counter(_coarse(text_of(cell)) for cell in cells) for cells in under]
    return {
        "first": float(above is None or _other_shape(above, row)),
        "follows": float(follows),
        "as_fine": float(follows and above is not None and not _divides(rows, r)),
        "contrast": sum(map(_contrasts, texts, below)) / n,
        "years": min(1.0, sum(map(_is_year_over_others, texts, below)) / 2),
        "words": sum(max(words_of(t).values(), default=0.0) for t in texts) / n,
        "units": [*map(kind_of, texts)].count("unit") / n,
        "look": sum(_looks_like_head(row[c], cells) for c, cells in zip(own, under, strict=True)) / n,
        "recurs": float(_key(row) in recurring),
        "valued": [*map(_coarse, texts)].count("v") / n,
        "long": sum(map(_is_long, texts)) / n,
    }


def _is_long(text: str) -> bool:
    return len(text) > _LONG or _coarse(text) == "s"


def _divides(rows: Rows, r: int) -> bool:
    """Whether row ``r`` parts a cell above it, or stands beside one, as the second row of a head does."""
    row, above, below = rows[r], rows[r - 1], rows[r + 1] if r + 1 < len(rows) else ()
    for c, cell in enumerate(row):
        label = cell is above[c] and c < len(below) and cell is below[c]  # over the rows of the body, too
        parts = c > 0 and above[c] is above[c - 1] and cell is not row[c - 1]
        if not label and (parts or cell is above[c] or not text_of(cell)):
            return True
    return False


def _begins(row: Row, above: Row | None, c: int) -> bool:
    """Whether a cell begins in this row and column."""
    return (above is None or row[c] is not above[c]) and (not c or row[c] is not row[c - 1])


def _contrasts(text: str, below: Counter[str]) -> bool:
    """Words or a year over values."""
    return _coarse(text) in "ty" and below["v"] > 0 and below["v"] * 2 >= below.total() - below["e"]


def _is_year_over_others(text: str, below: Counter[str]) -> bool:
    kind = _coarse(text)
    dated = kind == "y" or (kind != "v" and year_of(text) is not None)
    return dated and below["y"] * 2 <= below.total()


def _looks_like_head(cell: Cell | None, under: Sequence[Cell | None]) -> float:
    if cell is None:
        return 0.0
    below = [c for c in under if c is not None]
    fill = cell.fill not in (None, WHITE) and bool(below) and all(c.fill != cell.fill for c in below)
    bold = cell.bold and bool(below) and not any(c.bold for c in below)
    return float(cell.is_header or fill or bold)


def _other_shape(one: Row, other: Row) -> bool:
    """Whether two rows are cut into cells at other places: a form's wide cell above a table."""
    cuts = [
        tuple(c for c in range(1, len(row)) if row[c] is not row[c - 1] or row[c] is None)
        for row in (one, other)
    ]
    return cuts[0] != cuts[1]


def _key(row: Row) -> tuple[str, ...]:
    return tuple(squash(text_of(cell)) for cell in row)


def recurring_rows(grids: Sequence[Rows]) -> Words:
    """Rows of words that stand in two tables, or twice in one, as heads do."""
    times: Counter[tuple[str, ...]] = Counter()
    for rows in grids:
        for row in rows:
            if sum(bool(text_of(c)) for c in row) > 1 and not any(_coarse(text_of(c)) in "vs" for c in row):
                times[_key(row)] += 1
    return frozenset(key for key, n in times.items() if n > 1 and len(set(key)) > 1)


def _heads(rows: Rows, recurring: Words) -> list[tuple[int, int]]:
    """(first row, rows) of every head of a grid."""
    found: list[tuple[int, int]] = []
    for r in range(len(rows) - 1):
        start, extent = found[-1] if found else (0, 0)
        follows = bool(found) and start + extent == r and extent < _HEAD_MAX
        if weighed(_head_evidence(rows, r, follows, recurring), weights("head")) > 0:
            if follows:
                found[-1] = (start, extent + 1)
            else:
                found.append((r, 1))
    return found


def _within(table: int, rows: Rows, start: int, head: int, end: int, is_turned: bool) -> Block | None:
    """The block of rows [start, end), without cells left of it that label all of it."""
    first, label = 0, ""
    while first < len(rows[start]) - 2:
        cell = rows[start][first]
        below = start + head
        if cell is None or not head or below >= end or rows[below][first] is not cell:
            break
        label = text_of(cell)
        end = next((r for r in range(below, end) if rows[r][first] is not cell), end)
        first += 1
    part = compact([row[first:] for row in rows[start:end]])
    if len(part) <= head or len(part[0]) < 2:
        return None
    return Block(table, tuple(part), head, (start, end), is_turned, label)


def blocks(table: int, rows: Rows, recurring: Words, is_turned: bool = False) -> Iterator[Block]:
    """All blocks a grid may be made of; several may hold the same rows."""
    heads = _heads(rows, recurring)
    starts = [s for s, _ in heads]
    if rows and (not heads or heads[0][0] > 0):
        end = starts[0] if heads else len(rows)
        yield from filter(None, [_within(table, rows, 0, 0, end, is_turned)])
    for (start, extent), end in zip(heads, [*starts[1:], len(rows)], strict=False):
        shorter = extent if _is_units(rows[start + extent - 1]) else max(1, extent - 1)
        for head in sorted({extent, shorter, min(_HEAD_MAX, extent + 1)}):
            longer = head > extent
            if start + head < end and not (longer and _is_body(rows[start + extent])):
                found = _within(table, rows, start, head, end, is_turned)
                yield from [replace(found, stretched=longer)] if found else []


def _is_units(row: Row) -> bool:
    """Whether a row holds nothing but units: （件） under each name of a column."""
    texts = [t for cell in row if (t := text_of(cell))]
    return bool(texts) and all(kind_of(t) == "unit" for t in texts)


def _is_body(row: Row) -> bool:
    """Whether a row belongs under a head for sure: it holds values, or one cell over all of its columns."""
    texts = {id(cell): text_of(cell) for cell in row}
    return len(texts) < 2 or any(_coarse(text) == "v" for text in texts.values())


def scopes_of(stacks: Sequence[tuple[str, ...]]) -> list[tuple[str, tuple[int, ...]]]:
    """Columns under each of several names that stand over the same heads, or again under each of them.

    >>> scopes_of([("指標",), ("甲町", "現状"), ("甲町", "目標"), ("乙町", "現状"), ("乙町", "目標")])
    [('甲町', (1, 2)), ('乙町', (3, 4))]
    >>> scopes_of([("指標",), ("現状", "甲町"), ("現状", "乙町"), ("目標", "甲町"), ("目標", "乙町")])
    [('甲町', (1, 3)), ('乙町', (2, 4))]
    """
    two = [c for c, stack in enumerate(stacks) if len(stack) > 1]
    runs = [tuple(run) for _, run in groupby(two, key=lambda c: stacks[c][0])]
    over = [(stacks[run[0]][0], run) for run in runs]
    under: dict[str, list[int]] = defaultdict(list)
    for c in two:
        under[stacks[c][-1]].append(c)
    for found in (over, [(name, tuple(own)) for name, own in under.items()]):
        rest = {tuple(without(stacks[c], name) for c in run) for name, run in found}
        if len(found) > 1 and len(rest) == 1 and len(set(rest.pop())) > 1 and not _says_a_role(found):
            return found
    return []


def _says_a_role(found: Sequence[tuple[str, tuple[int, ...]]]) -> bool:
    return any(year_of(name) or max(words_of(name).values(), default=0.0) > _KNOWN for name, _ in found)


def without(stack: tuple[str, ...], name: str) -> tuple[str, ...]:
    """A stack of heads without one of them."""
    return tuple(text for text in stack if text != name)


# --- columns --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """One column of all tables with one head: what stands over it and what it holds, as numbers."""

    stack: tuple[str, ...]
    head_fy: int | None  # the fiscal year its head names
    fy: int | None  # that, else the one of most of its values
    is_year: bool  # its head is nothing but a year
    evidence: Mapping[str, float]

    def has(self, name: str) -> float:
        return self.evidence.get(name, 0.0)


def valued(col: Column) -> float:
    """The share of a column's cells that hold numbers."""
    return col.has("value") + col.has("number") + col.has("pair")


def column(
    stack: tuple[str, ...], cells: Sequence[Cell | None], period: tuple[int | None, int | None]
) -> Column:
    """What speaks for the role of a column with these heads and cells, in a plan for these fiscal years."""
    own = [c for i, c in enumerate(cells) if not i or c is None or c is not cells[i - 1]]
    filled = [t for t in map(text_of, own) if t]
    n = max(1, len(filled))
    values = [parse_target(t) for t in filled if kind_of(t) in ("value", "number")]
    years = Counter(v.fy for v in values if v.fy is not None)
    head_fy = next((y for t in reversed(stack) if (y := year_of(t)) is not None), None)
    told_by_most = years.most_common(1)[0][0] if years and years.total() * 2 >= n else None
    fy = told_by_most if head_fy is None else head_fy
    found = _of_texts(filled) | {
        "empty": 1 - len(filled) / max(1, len(own)),
        "merged": 1 - len(own) / max(1, len(cells)),
        "bound": sum(v.bound not in (None, "exact") for v in values) / n,
        "dated": years.total() / n if head_fy is None else 0.0,
        "headless": float(not stack),
    }
    found |= {f"word_{role}": strength for role, strength in _told(stack).items()}
    found |= _of_period(fy, period)
    return Column(stack, head_fy, fy, bool(stack) and _is_year(stack[-1]), found)


def _is_year(head: str) -> bool:
    """Whether a head is a year and no more: R8, 令和8年度, 令和8年度末."""
    return parse_period(re.sub(r"(?<=度)末$", "", head.strip())) is not None


def _of_texts(filled: Sequence[str]) -> dict[str, float]:
    """What the filled cells of a column are: the share of each kind."""
    n, kinds = max(1, len(filled)), _kinds_of_column(filled)
    return {kind: count / n for kind, count in kinds.items()} | {
        "text": (kinds["prose"] + kinds["list"]) / n,
        "dates": (kinds["year"] + kinds["span"]) / n,
        "distinct": len(set(filled)) / n,
        "short": float(0 < max(map(len, filled), default=0) <= 4),
        "numbered": sum(numbered(t) is not None for t in filled if kind_of(t) == "name") / n,
    }


def _kinds_of_column(texts: Sequence[str]) -> Counter[str]:
    """How often each kind of content stands in a column; decimals among numbers are numbers.

    >>> _kinds_of_column(["23.5", "134", "60.0"])["number"]
    3
    >>> _kinds_of_column(["1.1", "1.1", "2.1"])["ordinal"]
    3
    """
    kinds: Counter[str] = Counter(map(kind_of, texts))
    decimals = [float(t) for t in map(fold_width, texts) if _DECIMAL.fullmatch(t) and kind_of(t) == "ordinal"]
    if decimals and (kinds["number"] or decimals != sorted(decimals)):
        kinds["number"] += len(decimals)
        kinds["ordinal"] -= len(decimals)
    return kinds


def _told(stack: tuple[str, ...]) -> Mapping[str, float]:
    """Roles the words over a column speak for; those of the lowest head count most, the others less."""
    strongest: dict[str, float] = {}
    for depth, text in enumerate(reversed(stack)):
        for role, strength in words_of(text).items():
            strongest[role] = max(strongest.get(role, 0.0), strength * (1.0 if depth == 0 else 0.8))
    if len(stack) > 1 and not strongest:
        strongest = dict(words_of("".join(stack)))
    if "comparison" in strongest:  # 全国の現状 is not ours
        return {"comparison": strongest["comparison"]}
    return strongest


def _of_period(fy: int | None, period: Period) -> dict[str, float]:
    start, end = period
    if fy is None:
        return {}
    if start is None or end is None:
        return {"of_year": 1.0}
    place = "early" if fy < start else "late" if fy >= end else "mid"
    beyond = float(fy > end and end > start + 1)
    return {"of_year": 1.0, f"fy_{place}": 1.0, "fy_beyond": beyond}


def tables(document: Document) -> list[Rows]:
    """Every grid of a document, compact."""
    return [compact(rows) for rows in document.grids]
