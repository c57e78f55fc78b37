"""Which texts of a document are labels: they come back, each once in a record, over other content every time.

A form is printed again for every measure, so its labels take turns: between two of one there is one of each
other. Nothing of that needs to know what a label says.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Literal, NamedTuple

from extract.labels import bare, outside_brackets
from extract.layout.marks import marks
from extract.layout.numbering import names_level, numbered
from extract.layout.periods import parse_period
from extract.model import WHITE, Block, Cell, Item, Table, TableItem, without_marks
from extract.structure.content import content_of, is_office, year_of
from normalize.characters import squash
from normalize.eras import find_dates
from normalize.frozen import frozen

TIMES = 3  # a text comes back as often, to be a label without words
LONGEST = 16  # characters of a label
TURNS = 0.75  # share of the steps along two labels at which they alternate
OFTEN = 0.5  # of the records: labels that make the cycle
VALUE = 0.75  # of the places of a text: behind one label
STRAYS = 0.2  # of a label's places: before the first record, in a list of all
WHOLE = 0.25  # of the labels: a turn with fewer is no record
DIFFERENT = 0.5  # share of different texts behind a label
_CHAPTERS = ("chapter", "article", "clause", "part")
SIDE = ("header", "footer", "side_nav", "footnote", "toc", "caption")
ASIDE = (*SIDE, "figure_text")  # no running text of a measure or a glossary

_RUN_IN = re.compile(
    r"^\s*(?:[【〔［\[＜<〈《](?P<boxed>[^【】〔〕［］\[\]＜＞<>〈〉《》。]{2,16})[】〕］\]＞>〉》]\s*[:：]?"
    r"|(?P<colon>[^:：。、（(]{2,16})[:：])\s*(?P<rest>\S.*)$",
    re.S,
)
_NUMBERS_BEHIND = re.compile(r"\s*[（(][^（）()]*[0-9０-９][^（）()]*[)）]\s*$")
_SPACED = re.compile(r"^\s*(?P<name>\S{2,16}?)(?P<space>[ \u3000]{2,}|\u3000|[／｜])\s*(?P<rest>\S.*)$", re.S)

Place = Literal["line", "run-in", "cell"]


@frozen
class Spot:
    """One place where a short text stands that may be a label, and what stands behind it."""

    key: str
    text: str
    at: int  # counts on in reading order
    item: int
    place: Place
    look: tuple[object, ...]
    values: tuple[str, ...] = ()  # right of it, below it, or behind it on its line
    cell: tuple[int, int] | None = None  # row, column
    page: int | None = None


class RunIn(NamedTuple):
    name: str
    rest: str
    space: str = ""  # between them, where no sign tells that the first is a label


def run_in(text: str, leads: Container[str] = ()) -> RunIn | None:
    """The label and the rest of a line that may open with one.

    ``leads``: keys of what opens lines of this document with a wide space behind it.

    >>> run_in("◆主な担当　　総務課")[:2], run_in("担当：総務課")[:2]
    (('主な担当', '総務課'), ('担当', '総務課'))
    >>> run_in("エ　受け持ち　総務課").name, run_in("窓口の改善")
    ('受け持ち', None)
    >>> run_in("ねらい　島で用が済む"), run_in("ねらい　島で用が済む", {"ねらい"}).rest
    (None, '島で用が済む')
    >>> run_in("担い手／農政課", {"担い手"}).rest, run_in("・申請／届出の改善")
    ('農政課', None)
    """
    text = outside_brackets(text)
    match = _RUN_IN.match(text)
    if match:
        return RunIn(bare(_unnumbered(match["boxed"] or match["colon"])), match["rest"])
    inner = _unnumbered(text)
    spaced = _spaced(bare(inner))
    if spaced is None or key_of(spaced.name) in leads:
        return spaced
    marked = inner != text or marks().bullet.match(text.strip())
    return spaced if marked and spaced.space.isspace() else None


def _spaced(text: str) -> RunIn | None:
    """A name and the text behind it, a wide space or a stroke between them."""
    match = _SPACED.match(text)
    return RunIn(match["name"], match["rest"], match["space"]) if match else None


def leads_of(items: Iterable[Item]) -> frozenset[str]:
    """Keys of what opens lines again and again, a wide space behind it and something else each time."""
    rests: dict[str, set[str]] = defaultdict(set)
    for item in items:
        if isinstance(item, Block) and item.kind not in SIDE:
            spaced = _spaced(text := clean(item).strip())
            offices = spaced is not None and not spaced.space.isspace() and is_office(text)  # 総務課／税務課
            if spaced and spaced.space.strip(" ") and may_name(spaced.name) and not offices:
                rests[key_of(spaced.name)].add(squash(spaced.rest))
    return frozenset(key for key, found in rests.items() if len(found) >= TIMES)


def _unnumbered(text: str) -> str:
    number = numbered(text)
    return number.title if number else text


def key_of(text: str) -> str:
    """A label without marks, brackets, numbers and spaces, for comparison.

    >>> key_of("（２）【現状と 課題】"), key_of("ものさし（令和６年度 ▶ 令和11年度）")
    ('現状と課題', 'ものさし')
    """
    return squash(bare(_without_years(_unnumbered(text.strip()))))


def _without_years(text: str) -> str:
    """A label without the years or amounts in brackets behind it."""
    return _NUMBERS_BEHIND.sub("", text) or text


def may_name(text: str) -> bool:
    """Whether a text could be a label: a short name, no value, year or sentence."""
    key = key_of(text)
    if not 2 <= len(key) <= LONGEST or "。" in text or text.strip().startswith(("（", "(", "※")):
        return False
    number = numbered(text.strip())
    if number and (names_level(number.style) or number.style in _CHAPTERS):
        return False
    if marks().mark_only.fullmatch(text.strip()) or marks().caption.match(text.strip()):
        return False
    text = _without_years(text)
    return content_of(bare(text)) in ("name", "office", "unit", "prose") and not find_dates(text)


# --- where they stand ---------------------------------------------------------------------------------


def spots(items: Sequence[Item], leads: Container[str]) -> list[Spot]:
    """Every text of the stream that may be a label, in reading order; ``leads``: see ``leads_of``."""
    found: list[Spot] = []
    heads = _heads(items)
    for i, item in enumerate(items):
        if isinstance(item, TableItem):
            found += _in_table(item.table, i, len(found), heads)
        elif isinstance(item, Block) and item.kind not in SIDE:
            spot = _of_block(item, i, len(found), leads)
            if spot:
                found.append(spot)
    return _with_following(found, items)


def _of_block(block: Block, item: int, at: int, leads: Container[str]) -> Spot | None:
    text, page = clean(block), block.page
    first = text.strip()[:1]
    mark = first if marks().bullet.match(first) and not first.isdigit() else ""
    look: tuple[object, ...] = ("line",)
    if block.size:
        look = ("line", mark, round(block.size), block.bold, block.fill not in (None, WHITE))
    opened = run_in(text, leads)
    if opened and may_name(opened.name):
        return Spot(
            key_of(opened.name), opened.name, at, item, "run-in", ("run-in", mark), (opened.rest,), None, page
        )
    return Spot(key_of(text), text, at, item, "line", look, page=page) if may_name(text) else None


def clean(block: Block) -> str:
    return without_marks(block.text, block.marks)


def _with_following(found: Sequence[Spot], items: Sequence[Item]) -> list[Spot]:
    """Lines with the first text behind them: the next block, or the next table as a whole."""
    out = []
    behind = _behind(items)
    for spot in found:
        if spot.place == "line":
            value = _told(behind[spot.item])
            spot = replace(spot, values=(value,) if value else ())
        out.append(spot)
    return out


def _behind(items: Sequence[Item]) -> list[Item | None]:
    """For each item the next one in the stream that is not beside it."""
    behind: list[Item | None] = []
    following: Item | None = None
    for item in reversed(items):
        behind.append(following)
        following = following if _is_side(item) else item
    return behind[::-1]


def _is_side(item: Item) -> bool:
    return isinstance(item, Block) and item.kind in SIDE


def _told(item: Item | None) -> str:
    if isinstance(item, Block):
        return clean(item)
    if isinstance(item, TableItem):
        return "\n".join(c.text for c in item.table.cells)
    return "" if item is None else "\n".join(b.text for b in item.blocks) or " chart "


def rows_of(table: Table) -> list[list[Cell]]:
    """The cells that begin in each row, left to right."""
    rows: list[list[Cell]] = [[] for _ in range(table.n_rows)]
    for cell in table.cells:
        rows[cell.row].append(cell)
    return rows


def _heads(items: Iterable[Item]) -> frozenset[str]:
    """Rows that come back whole: heads of columns."""
    times = Counter(
        _signature(cells)
        for item in items
        if isinstance(item, TableItem)
        for cells in rows_of(item.table)
        if sum(bool(c.text.strip()) for c in cells) > 2
    )
    return frozenset(row for row, n in times.items() if n >= TIMES)


def _signature(cells: Iterable[Cell]) -> str:
    return "|".join(squash(c.text) for c in cells)


def _in_table(table: Table, item: int, at: int, heads: frozenset[str]) -> Iterator[Spot]:
    """Cells that may be labels of what stands right of them, to their row's end, or right below them.

    Rows under a head (years, or names that come back together) are data; so is a name over years in its
    column, the head of a table that gives each record a column.
    """
    rows = rows_of(table)
    head: list[Cell] = []
    n = at
    for r, cells in enumerate(rows):
        head = head if head and _under(cells, head) else []
        texts = [c for c in cells if c.text.strip()]
        if _signature(cells) in heads or sum(parse_period(c.text) is not None for c in texts) > 1:
            head = [c for c in texts if c.rowspan == 1]
            texts = [c for c in texts[:1] if c.rowspan > 1]  # it names the head and what stands under it
        elif head:
            texts = []
        for cell in texts:
            if not cell.col and _over_years(rows[r + 1 :]):
                continue
            filled = cell.fill not in (None, WHITE)
            if may_name(cell.text) or (filled and len(key_of(cell.text)) == 1):
                value = tuple(c.text for c in _right(rows, cell)) or _below(rows, cell)
                look = ("cell", filled)
                yield Spot(
                    key_of(cell.text), cell.text, n, item, "cell", look, value, (r, cell.col), cell.page
                )
                n += 1


def _over_years(below: Sequence[Sequence[Cell]]) -> bool:
    """Whether the two rows below begin with different years: 現状（R6） over 目標（R12）."""
    told = {year_of(cells[0].text) for cells in below[:2] if cells and not cells[0].col}
    return len(told) == 2 and None not in told


def _under(cells: Sequence[Cell], head: Sequence[Cell]) -> bool:
    """Whether a row has a cell of its own in most columns of the head above it."""
    starts = {c.col for c in head[1:]}
    return not cells or len(starts & {c.col for c in cells}) >= 0.5 * len(starts)


def _right(rows: Sequence[Sequence[Cell]], label: Cell) -> list[Cell]:
    """Cells right of a cell in the rows it covers."""
    covered = rows[label.row : label.row + label.rowspan]
    return [c for row in covered for c in row if c.col >= label.col + label.colspan and c.text.strip()]


def _below(rows: Sequence[Sequence[Cell]], label: Cell) -> tuple[str, ...]:
    """The text under a cell, where nothing stands right of it and the row below is the only one."""
    below = rows[label.row + label.rowspan :]
    return tuple(c.text for c in below[0] if c.col == label.col) if len(below) == 1 else ()


# --- which of them are labels -------------------------------------------------------------------------


def cycles(found: Sequence[Spot]) -> list[dict[str, list[Spot]]]:
    """Sets of texts that take turns through the document, with their spots: the labels of each form."""
    by_key: dict[str, list[Spot]] = defaultdict(list)
    for spot in found:
        by_key[spot.key].append(spot)
    by_key = {k: _of_one_look(same) for k, same in by_key.items()}
    back = {k: s for k, s in by_key.items() if len(s) >= TIMES}
    back = {k: s for k, s in back.items() if not _is_value(s, back)}
    often = {k: s for k, s in back.items() if _is_varied(s)}
    taken: set[str] = set()
    out = []
    while cycle := _best_cycle({k: s for k, s in often.items() if k not in taken}):
        taken |= cycle.keys()
        cycle |= {k: s for k, s in back.items() if k not in taken and _joins(s, cycle)}
        taken |= cycle.keys()
        out.append(_without_strays(cycle))
    return [cycle for n, cycle in enumerate(out) if not _is_list_in(cycle, out[:n])]


def _is_list_in(cycle: Mapping[str, Sequence[Spot]], before: Iterable[Mapping[str, Sequence[Spot]]]) -> bool:
    """Whether a cycle opens the points of a list that stands in one box of a form: who does what there."""
    inner = [s for same in cycle.values() for s in same]
    if not all(s.place == "run-in" and s.look[1] for s in inner):
        return False
    boxes = sorted((s.at, s.key) for outer in before for same in outer.values() for s in same)
    over = Counter(boxes[k - 1][1] for s in inner if (k := bisect(boxes, (s.at, ""))))
    return bool(over) and max(over.values()) >= VALUE * len(inner)


def _is_value(same: Sequence[Spot], back: Mapping[str, Sequence[Spot]]) -> bool:
    """Whether a text is one of the things another says: 対象者 has 職員 behind it here, 事業者 there."""
    for key, others in back.items():
        held = [squash(s.values[0].split("\n")[0]) if s.values else "" for s in others]
        here = sum(key_of(v) == same[0].key for v in held)
        if key != same[0].key and here >= VALUE * len(same) and len({v for v in held if v}) > 1:
            return here <= (1 - VALUE) * len(held) or len(set(held)) > 2
    return False


def _without_strays(cycle: Mapping[str, list[Spot]]) -> dict[str, list[Spot]]:
    """The labels of whole turns: 事業名 in a list of all names is none."""
    spots = (s for turn in turns(cycle) if len(turn) >= WHOLE * len(cycle) for s in turn)
    kept: dict[str, list[Spot]] = defaultdict(list)
    for spot in spots:
        kept[spot.key].append(spot)
    return dict(kept)


def turns(cycle: Mapping[str, Sequence[Spot]]) -> list[list[Spot]]:
    """The labels of each record: it ends where a label comes again, or before the one that opens pages."""
    order = sorted((s for same in cycle.values() for s in same), key=lambda s: s.at)
    opener = _page_opener(order)
    found: list[list[Spot]] = []
    for spot in order:
        if not found or spot.key == opener or any(spot.key == s.key for s in found[-1]):
            found.append([])
        found[-1].append(spot)
    return found


def _page_opener(order: Sequence[Spot]) -> str | None:
    """The label that comes first on a page almost wherever it stands: each record has pages of its own."""
    times = Counter(s.key for s in order)
    first = Counter(b.key for a, b in pairwise(order) if a.page != b.page)
    opener = max(first, key=lambda key: first[key], default=None)
    return opener if opener is not None and first[opener] >= max(2, TURNS * times[opener]) else None


def _of_one_look(same: Sequence[Spot]) -> list[Spot]:
    """The spots of a text where it is set as mostly: a measure's name in a list and over its form are two."""
    looks = Counter(s.look for s in same)
    usual = max(looks, key=lambda look: looks[look])
    return [s for s in same if s.look == usual]


def _is_varied(same: Sequence[Spot]) -> bool:
    """Whether other content stands behind a text each time."""
    values = Counter(squash("".join(s.values))[:80] for s in same)
    filled = [v for v in values.elements() if v]
    return len(filled) >= OFTEN * len(same) and len(set(filled)) >= DIFFERENT * len(filled)


def _best_cycle(often: Mapping[str, list[Spot]]) -> dict[str, list[Spot]] | None:
    best: dict[str, list[Spot]] = {}
    weight = 0
    for key, same in often.items():
        partners = {k: s for k, s in often.items() if k == key or _take_turns(same, s)}
        here = sum(map(len, partners.values()))
        if len(partners) > 1 and here > weight:
            best, weight = partners, here
    return best or None


def _take_turns(a: Sequence[Spot], b: Sequence[Spot]) -> bool:
    if min(len(a), len(b)) < OFTEN * max(len(a), len(b)):
        return False
    order = sorted([(s.at, 0) for s in a] + [(s.at, 1) for s in b])
    turns = sum(x != y for (_, x), (_, y) in pairwise(order))
    return turns >= TURNS * (len(order) - 1)


def _joins(same: Sequence[Spot], cycle: Mapping[str, Sequence[Spot]]) -> bool:
    """A label only some records have, or that holds one of a few words: set like the others, never first.

    It stands at most once in a turn, but for a list of all records before them, and something behind it.
    """
    first = Counter(turn[0].key for turn in turns(cycle)).most_common(1)[0][0]
    anchor = sorted(s.at for s in cycle[first])
    looks = {s.look for spots in cycle.values() for s in spots}
    if not any(s.look in looks for s in same):
        return False
    values = [squash("".join(s.values)) for s in same]
    if sum(bool(v) and key_of(v) not in cycle for v in values) < OFTEN * len(same):
        return False
    turn = Counter(sum(a <= s.at for a in anchor) for s in same)
    return turn[0] <= STRAYS * len(same) and len(turn) >= 0.8 * len(same)
