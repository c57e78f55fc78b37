"""The levels above the measures (基本目標, 柱, 戦略 …), whatever a plan calls them.

A level is a series: a word and numbers that count 1, 2, 3 …, each with its title. A plan repeats it: on the
page that sets it out, on dividers, in running heads, tags and tables. What hangs below its numbers (1-1 under
1, headings, rows), how often they come back and what they are called speak for a level; fields of their own
speak for measures. Levels nest; a series that stands beside them is none.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from rapidfuzz import fuzz

from extract.document import Document, Entry, Level, Node, Placed, Section
from extract.labels import keys, vocabulary
from extract.layout.marks import marks
from extract.layout.numbering import Numbered, heading_number, number_alone, word_of
from extract.structure.content import content_of
from extract.structure.heading_items import label_role
from normalize.characters import squash, strip_bullet, strip_note_marks

TITLE_MAX = 60  # characters
USUAL = 8  # entries of a level
MOST = 12
FOUND = 1.5  # score from which a series is a level
SAME_TITLE = 80
OFTEN = 3  # pages on which every number of a level is named
NESTED = 0.7  # share of entries that stand under one of the level above

_ROMAN = {c: f" {n} " for n, c in enumerate("ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ", 1)}
_KANJI = {c: f" {n} " for n, c in enumerate("一二三四五六七八九十", 1)}
_SIGNS = str.maketrans(_ROMAN | _KANJI)
_PART = re.compile(r"[0-9]+|[A-Z]")
_STEP = re.compile(r"[＞>›»→|｜【】〔〕［］]")  # around the steps of a running head
_SO_MANY = re.compile(r"^[0-9一二三四五六七八九]つの")  # 3つの柱
_STATED: tuple[str, ...] = ("heading", "title", "paragraph", "figure_text", "list_item")
_RUNNING = ("side_nav", "header", "toc")
_ASIDE = ("caption", "footnote", "footer")

Key = tuple[int, ...]


class Mention(NamedTuple):
    """Where a number of a series stands, with its title: blocks ``first`` to ``last``."""

    key: Key
    number: str
    title: str
    first: int
    last: int


Series = dict[Key, list[Mention]]  # the mentions of every number of one word


def number_key(number: str) -> Key:
    """A number as integers, to compare it and to count on.

    >>> [number_key(n) for n in ("１-2", "Ⅱ", "③", "B-1", "二", "(4)")]
    [(1, 2), (2,), (3,), (2, 1), (2,), (4,)]
    """
    parts = _PART.findall(unicodedata.normalize("NFKC", number.translate(_SIGNS)))
    return tuple(int(p) if p.isdigit() else ord(p) - ord("A") + 1 for p in parts)


def find_levels(document: Document) -> tuple[Level, ...]:
    """The levels of a document, the highest first."""
    return _levels(document, _mentions(document)) or _levels(document, _under_words(document))


def _levels(document: Document, mentions: Iterable[tuple[str, Mention]]) -> tuple[Level, ...]:
    below = _Below(document)
    every = _all_series(document, mentions)
    scored = [(_score(document, word, series, below), word, series) for (word, _), series in every.items()]
    chosen: list[tuple[str, Series]] = []
    for score, word, series in sorted(scored, key=lambda s: (-s[0], s[1])):
        inside = any(_by_number(series, upper) >= NESTED for _, upper in chosen)
        if score <= 0 or score + 1.0 * inside < FOUND:
            continue
        if all(_under(document, series, other) or _under(document, other, series) for _, other in chosen):
            chosen.append((word, series))
    levels_above = [sum(_under(document, series, other) for _, other in chosen) for _, series in chosen]
    ordered = [c for _, c in sorted(zip(levels_above, chosen, strict=True), key=lambda pair: pair[0])]
    levels: list[Level] = []
    for word, series in ordered:
        levels.append(_level(document, word, series, levels[-1] if levels else None))
    return tuple(levels)


# --- series -------------------------------------------------------------------------------------------


def steps_of(running_head: str) -> list[str]:
    """What a running head names, one inside the other.

    >>> steps_of("第2章 取組 ＞ 基本方針1 便利な町"), steps_of("事業シート【分野1 窓口】")
    (['第2章 取組', '基本方針1 便利な町'], ['事業シート', '分野1 窓口'])
    """
    return [step for part in _STEP.split(running_head) if (step := part.strip())]


def _all_series(document: Document, mentions: Iterable[tuple[str, Mention]]) -> dict[tuple[str, int], Series]:
    """Series by word and depth of their numbers: those that count on from 1, with titles."""
    found: dict[tuple[str, int], list[Mention]] = {}
    for word, mention in mentions:
        found.setdefault((word, len(mention.key)), []).append(mention)
    kept = {name: _counted(_of_this_plan(document, every)) for name, every in found.items()}
    return {name: series for name, series in kept.items() if series}


def _of_this_plan(document: Document, mentions: Sequence[Mention]) -> Series:
    """The mentions by their numbers, without those an earlier plan had by other titles.

    A chapter that looks back (第1期の検証) names the 基本目標 of then; this plan's stand outside of it.
    """
    now: Series = {}
    then: Series = {}
    for mention in mentions:
        side = then if _looks_back(document, mention) else now
        side.setdefault(mention.key, []).append(mention)
    if not now:
        return then
    for key, found in then.items():
        titles = {squash(m.title) for m in now.get(key, ())}
        same = (m for m in found if any(fuzz.ratio(squash(m.title), t) >= SAME_TITLE for t in titles))
        now.setdefault(key, []).extend(same)
    return {key: sorted(found, key=lambda m: m.first) for key, found in now.items() if found}


def _looks_back(document: Document, mention: Mention) -> bool:
    index = document.section_of_block(mention.first)
    path = document.path(document.sections[index]) if index is not None else []
    return any(w in s.title for s in path if s.heading != mention.first for w in _backward())


@cache
def _backward() -> tuple[str, ...]:
    return tuple(vocabulary("progress")["chapters"])


def _counted(series: Series) -> Series:
    """The numbers that count on from 1 (1-1, 1-2, 2-1 …) and have a title somewhere."""
    titled = {key: found for key, found in series.items() if any(m.title for m in found)}
    kept: Series = {}
    for key in sorted(titled):
        before = (*key[:-1], key[-1] - 1)
        if key[-1] == 1 or before in kept:
            kept[key] = titled[key]
    return kept


def _mentions(document: Document) -> Iterator[tuple[str, Mention]]:
    for placed in document.blocks:
        if placed.block.kind in _ASIDE or len(placed.text) > 4 * TITLE_MAX:
            continue
        text = placed.clean.strip()
        running = placed.block.kind in ("header", "figure_text", "side_nav")
        for step in steps_of(text) if running else [text]:
            number = level_number(step)
            if number is None or (word := word_of(number.style)) is None:
                continue
            title, last = number.title, placed.index
            if not title:
                title, last = _title_after(document, placed)
            elif placed.block.kind == "toc":
                title = marks().toc_end.sub("", title)
            yield word, Mention(number_key(number.number), number.number, title, placed.index, last)


def _under_words(document: Document) -> Iterator[tuple[str, Mention]]:
    """Numbers that have their word from the heading over them, from the cell at their left, or from the head
    of a column whose cells hold rows.

    ２ 基本方針 over （１）窓口を便利に; 基本方針 | 1 便利な町; 向き | 一歩 over 1 便利な町 | 1-1 窓口の改善.
    """
    headings = {s.heading for s in document.sections}
    for placed in document.blocks:
        text = "".join(placed.clean.split("\n")) if placed.cell is not None else placed.clean
        number = heading_number(text.strip()) if len(text) <= TITLE_MAX else None
        if number is None or word_of(number.style) or not (title := _titled(number.title)):
            continue
        if placed.cell is not None:
            left = document.blocks[placed.index - 1]
            over = left.clean if left.cell and _same_row(left, placed) else ""
        else:
            index = document.section_of_block(placed.index)
            section = document.sections[index] if index is not None else None
            if section is not None and placed.index in headings:
                section = next(iter(document.path(section)[-2:-1]), None)
            over = section.title if section is not None else ""
        word = _SO_MANY.sub("", squash(over))
        word = word if _listed(word) > 0 else _column_word(document, placed)
        if word:
            at = placed.index
            yield word, Mention(number_key(number.number), number.number, title, at, at)


def _column_word(document: Document, placed: Placed) -> str:
    """The head of the column a numbered cell stands in, where most of its cells hold rows of the next."""
    if placed.cell is None or placed.table is None or placed.cell.row == 0:
        return ""
    same = [c for c in document.tables[placed.table].cells if c.col == placed.cell.col and c.text.strip()]
    head, *cells = sorted(same, key=lambda c: c.row)
    holding = sum(c.rowspan > 1 and heading_number(c.text.strip()) is not None for c in cells)
    named = head.row == 0 and head.colspan == 1 and content_of(head.text) == "name"
    return squash(head.text) if named and holding > max(1, len(cells) / 2) else ""


def level_number(text: str) -> Numbered | None:
    """The word, number and title of a level, also behind the number of a chapter: 第2章 基本目標1 便利な町.

    A title is what stands on the line of its number; where that is alone, the line below.
    """
    lines = [line.strip() for line in text.strip().split("\n") if line.strip()]
    if not lines:
        return None
    alone = number_alone(lines[0])
    if alone is not None:
        return alone._replace(title=_titled(lines[1]) or "") if len(lines) > 1 else alone
    number = heading_number(lines[0])
    if number is not None and word_of(number.style) is None:
        inner = (number.title, *re.split(r"[\s\u3000]+", number.title, maxsplit=1)[1:])
        behind = (n for t in inner if (n := heading_number(t)) and word_of(n.style))
        number = next(behind, None)
    if number is None or word_of(number.style) is None:
        return None
    wrapped = len(lines) > 1 and len(number.title) + len(lines[1]) <= TITLE_MAX and len(number.title) < 2
    title = _titled(number.title + (lines[1] if wrapped else ""))
    return number._replace(title=title) if title else None


def _titled(text: str) -> str | None:
    """A title as printed, without bullet, note marks and brackets around it; None where it cannot be one."""
    title = strip_note_marks(strip_bullet(text.strip()))
    if title[:1] + title[-1:] in ("()", "（）", "「」", "『』", "【】"):
        title = title[1:-1].strip()
    if (
        not 1 < len(title) <= TITLE_MAX
        or "。" in title
        or (not title[0].isalnum() and title[0] not in "【「『〔＜“‘")
    ):
        return None
    return title if squash(title) not in keys("policies", "lists") else None


def _title_after(document: Document, placed: Placed) -> tuple[str, int]:
    """The title of a number that stands alone, in the block after it, and that block; "" where none is."""
    after = next(iter(document.blocks[placed.index + 1 : placed.index + 2]), None)
    if after is None or after.block.page != placed.block.page:
        return "", placed.index
    stated = placed.block.kind in _STATED and after.block.kind in _STATED
    running = placed.block.kind in _RUNNING and after.block.kind == placed.block.kind
    title = _titled(after.clean.split("\n")[0]) if stated or running or _same_row(placed, after) else None
    if title is None or _any_number(after) is not None or label_role(after.block) is not None:
        return "", placed.index
    return title, after.index


def _same_row(number: Placed, title: Placed) -> bool:
    """Whether a cell stands right of another: 柱1 | 暮らしを便利にする."""
    a, b = number.cell, title.cell
    if a is None or b is None or number.table != title.table:
        return False
    return a.row == b.row and a.rowspan == b.rowspan and b.col == a.col + a.colspan


# --- which series are levels --------------------------------------------------------------------------


class _Below:
    """What hangs below a mention (numbers that begin with its own, headings, rows), and its own body."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.sections = {s.heading: s for s in document.sections}
        self.sections |= {s.title_block: s for s in document.sections if s.title_block is not None}
        self.titles = Counter(squash(s.title) for s in document.sections)
        self.prefixes = Counter(
            key[:-1]
            for p in document.blocks
            if p.block.kind not in (*_ASIDE, "toc") and len(p.text) <= 2 * TITLE_MAX
            if (number := _any_number(p)) and len(key := number_key(number)) > 1
        )

    def numbers(self, key: Key) -> bool:
        return self.prefixes[key] > 0

    def items(self, mention: Mention) -> bool:
        """Whether a mention heads numbered sections or records, or stands beside or over rows of a table."""
        placed = self.document.blocks[mention.first]
        if placed.cell is not None:
            over = placed.cell.row > 0 and self._columns(placed) == placed.cell.colspan > 2
            return placed.cell.rowspan > 1 or over
        section = self.sections.get(mention.first)
        if section is None:
            return False
        inside = [s for s in self.document.sections if section.first < s.first < section.last]
        below = [self.titles[squash(s.title)] for s in self.document.children(section)]
        if below and set(below) == {1}:
            return True  # titles of its own; labels come back
        return (
            any(s.number is not None or len(self._labels(self.document.direct_nodes(s))) > 1 for s in inside)
            or sum(n > 1 for n in self._labels(self._own(section)).values()) > 1
        )

    def body(self, mention: Mention) -> bool:
        """Whether a mention has fields of its own right below it, each once."""
        section = self.sections.get(mention.first)
        if section is None or self._holds_numbers(section, mention.key):
            return False
        return sum(n == 1 for n in self._labels(self._own(section)).values()) > 1

    def _holds_numbers(self, section: Section, key: Key) -> bool:
        """Whether numbers that begin with that of a section (1-2-1 in 1-2) stand in it."""
        inner = (p for p in self.document.node_blocks(self.document.nodes[section.first + 1 : section.last]))
        return any(number_key(n)[:-1] == key for p in inner if (n := _any_number(p)))

    def _columns(self, placed: Placed) -> int:
        return self.document.tables[placed.table].n_cols if placed.table is not None else 0

    def _own(self, section: Section) -> tuple[Node, ...]:
        """The nodes of a section before the first numbered one in it."""
        inner = (s.first for s in self.document.children(section) if s.number)
        return self.document.nodes[section.first + 1 : next(inner, section.last)]

    def _labels(self, nodes: Sequence[Node]) -> Counter[str]:
        """How often every label stands among the texts of nodes."""
        found: Counter[str] = Counter()
        for node in nodes:
            for placed in self.document.blocks[node.first : node.last]:
                role = self.document.labels.role(placed.clean) if placed.cell else label_role(placed.block)
                names = placed.cell is None or placed.cell.row > 0 or self._columns(placed) < 3
                if role and names and placed.block.kind in (*_STATED[:4], "table_cell"):
                    found[squash(placed.clean)] += 1
        return found


def _any_number(placed: Placed) -> str | None:
    text = placed.clean.strip().split("\n")[0]
    number = heading_number(text) or number_alone(text)
    return number.number if number else None


def _score(document: Document, word: str, series: Series, below: _Below) -> float:
    """How much speaks for a series to be a level; see the module."""
    n = len(series)
    widest = max(Counter(key[:-1] for key in series).values())
    listed = _listed(word)
    hanging = sum(_hangs(below, key, found, listed > 0) for key, found in series.items()) / n
    repeated = sum(_pages(document, found) > 1 for found in series.values()) / n
    if min(_pages(document, _of_one_title(found)) for found in series.values()) >= OFTEN:
        hanging = max(hanging, 0.5)  # named beside what it holds, again and again
    own = sum(any(below.body(m) for m in found) for found in series.values()) / n
    if (n < 2 and listed < 1.5) or (not hanging and listed <= 0):
        return 0.0
    size = 0.0 if n == 1 else 0.5 if widest <= USUAL else 0.0 if widest <= MOST else -2.0
    return listed + size + 2.0 * hanging + repeated - 2.5 * own


def _of_one_title(found: Sequence[Mention]) -> list[Mention]:
    """The mentions of a number with the title that most give: where it begins anew, its titles differ."""
    times = Counter(squash(m.title) for m in found)
    usual = max(times, key=lambda title: times[title])
    return [m for m in found if squash(m.title) == usual]


def _pages(document: Document, found: Sequence[Mention]) -> int:
    """On how many pages a number is named, or in how many places of a text."""
    blocks = [document.blocks[m.first] for m in found]
    return len({p.block.page or p.index for p in blocks})


def _hangs(below: _Below, key: Key, found: Sequence[Mention], usual: bool) -> float:
    if any(below.items(m) for m in found):
        return 1.0
    if not below.numbers(key):
        return 0.0
    return 1.0 if usual else 0.5  # 1-1 may be a section of chapter 1


@cache
def _listed(word: str) -> float:
    """What the word itself says: usual names of levels, of measures, of figures and appendices."""
    levels = vocabulary("levels")
    if word in levels["policies"]:
        return 1.5
    if word in levels["pillars"]:
        return 0.75
    if word in levels["measures"]:
        return -1.0
    return -3.0 if word in vocabulary("layout")["captions"] else 0.0


def _under(document: Document, lower: Series, upper: Series) -> bool:
    """Whether the entries of a series stand under those of another, by their numbers or their sections."""
    heads = {m.first for found in upper.values() for m in found}
    by_place = sum(any(heads & _around(document, m) for m in found) for found in lower.values())
    return max(_by_number(lower, upper), by_place / len(lower)) >= NESTED


def _by_number(lower: Series, upper: Series) -> float:
    """The share of entries whose number begins with one of another series."""
    return sum(key[:-1] in upper for key in lower) / len(lower)


def _around(document: Document, mention: Mention) -> set[int]:
    """Heading blocks of the sections around a mention, its own left out."""
    index = document.section_of_block(mention.first)
    path = document.path(document.sections[index]) if index is not None else []
    return {s.heading for s in path if s.heading != mention.first}


# --- entries ------------------------------------------------------------------------------------------


def _level(document: Document, word: str, series: Series, above: Level | None) -> Level:
    """The entries of a series; where its numbers begin anew under every entry above, each is one."""
    entries: list[Entry] = []
    for key, found in series.items():
        parts: dict[int | None, list[Mention]] = {}
        for mention in found:
            parts.setdefault(_parent(document, mention, above), []).append(mention)
        loose = parts.pop(None, []) if len(parts) > 1 else []
        if len(parts) > 1 and len({squash(_title(document, p)) for p in parts.values()}) == 1:
            parts = {next(iter(parts)): [m for part in parts.values() for m in part]}
        for parent, part in parts.items():
            title = _title(document, part)
            like = [m for m in loose if fuzz.ratio(squash(m.title), squash(title)) >= SAME_TITLE]
            entries.append(_entry(document, key, parent, title, [*part, *like]))
    entries.sort(key=lambda e: (e.parent if e.parent is not None else -1, e.key))
    return Level(word, tuple(entries))


def _parent(document: Document, mention: Mention, above: Level | None) -> int | None:
    """The entry of the level above that a mention stands under: by its number, else by its section."""
    if above is None:
        return None
    for n, entry in enumerate(above.entries):
        if entry.key == mention.key[:-1]:
            return n
    around = _around(document, mention)
    return next((n for n, e in enumerate(above.entries) if around & set(e.mentions)), None)


def _title(document: Document, found: Sequence[Mention]) -> str:
    """The title most mentions give; of those the one that stands as a heading, first in the document."""
    times = Counter(squash(m.title) for m in found if m.title)
    titled = [m for m in found if m.title]
    best = min(titled, key=lambda m: (-times[squash(m.title)], _rank(document, m), m.first), default=None)
    return best.title if best else ""


def _rank(document: Document, mention: Mention) -> int:
    kind = document.blocks[mention.first].block.kind
    return _STATED.index(kind) if kind in _STATED else 6 if kind == "table_cell" else 7 + (kind == "toc")


def _entry(document: Document, key: Key, parent: int | None, title: str, found: Sequence[Mention]) -> Entry:
    same = [m for m in found if squash(m.title) == squash(title)]
    best = min(same, key=lambda m: (_rank(document, m), m.first))
    mentions = tuple(sorted({m.first for m in found}))
    return Entry(key, best.number, title, (best.first, best.last), parent, mentions)
