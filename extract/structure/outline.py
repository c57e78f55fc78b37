"""The outline: sections from headings, one inside the other."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from extract.document import Node, Placed, Section, plain_heading
from extract.labels import keys, title_behind_label
from extract.layout.numbering import Numbered, heading_number, names_level, number_alone, numbered, word_of
from extract.model import Block
from extract.structure.heading_items import is_heading, label_role, larger
from normalize.characters import squash, strip_bullet, strip_note_marks

_OF = re.compile(r"[【〔［\[＜■◆]?\s*(?P<owner>[^の\s]{2,8})の")
_CODE = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ]{1,3}[ .．-]?[0-9０-９]{1,3}")  # P1, beside a title
_UNNUMBERED = "size-"  # style of a heading without a number: its size or depth
_BARE = ("bar", "plain", "roman")  # numbers of chapters where none is called one
_INNER = ("paren", "paren-kana", "half-paren", "kana", "circled")  # numbers that stand below those
_KANJI_DIGITS = str.maketrans("一二三四五六七八九", "123456789")


@dataclass(frozen=True)
class _Heading:
    """A heading with what of it tells its place: the style of its number, else its size or depth."""

    index: int
    block: Block
    text: str
    number: Numbered | None
    style: str

    @property
    def printed(self) -> str | None:
        return self.number.number if self.number else None


def outline(blocks: Sequence[Placed], nodes: Sequence[Node]) -> tuple[Section, ...]:
    """Sections from headings: one style of number is one level; plain headings rank by size."""
    sections = _Sections(blocks, len(nodes))
    labels = Counter(squash(p.text) for p in blocks if p.block.kind == "heading")
    worded = _worded(blocks)
    for n, node in enumerate(nodes):
        block = blocks[node.first].block if node.is_block else None
        if block is None or not (is_heading(block) or sections.begins_chapter(block, labels)):
            continue
        if sections.awaits_title(block):
            sections.entitle(node.first)
        else:
            sections.add(n, _heading(blocks, node.first, worded))
    sections.close(0, len(nodes))
    return tuple(sections.found)


def _heading(blocks: Sequence[Placed], index: int, worded: Mapping[int, str]) -> _Heading:
    block, clean = blocks[index].block, blocks[index].clean
    titled = title_behind_label(clean)
    text = titled or plain_heading(clean)
    number = heading_number(text) or _in_a_box(index, blocks)
    style = number.style if number else f"{_UNNUMBERED}{block.level}"
    style = "form" if titled or block.names_record else worded.get(index, style)
    return _Heading(index, block, text, number, style)


class _Sections:
    """The sections found so far; those that are open stand one in the other."""

    def __init__(self, blocks: Sequence[Placed], n_nodes: int) -> None:
        self.blocks, self.n_nodes = blocks, n_nodes
        self.found: list[Section] = []
        self.open: list[Section] = []
        self.set_aside: list[Section] = []  # what the last heading without a number closed
        self.firsts = _first_of_chapters(blocks)
        self.inside = _restarting(blocks) | _headed(blocks)

    def heading(self, section: Section) -> Block:
        return self.blocks[section.heading].block

    def close(self, down_to: int, at: int) -> None:
        for section in self.open[down_to:]:
            self.found[section.index] = replace(self.found[section.index], last=at)
        del self.open[down_to:]

    def entitle(self, index: int) -> None:
        """Give the open section, so far nothing but a number, its title."""
        title = strip_bullet(strip_note_marks(self.blocks[index].clean))
        named = replace(self.open[-1], title=title, title_block=index)
        self.open[-1] = self.found[named.index] = named

    def add(self, n: int, new: _Heading) -> None:
        """Open a section at node ``n``."""
        self._take_up(n, new)
        depth = self._depth(new)
        if new.number is None:
            self.set_aside = self.open[depth:]
        self.close(depth, n)
        section = Section(
            index=len(self.found),
            parent=self.open[-1].index if self.open else None,
            level=len(self.open) + 1,
            style=new.style,
            number=new.printed,
            title=new.number.title or new.text if new.number else strip_bullet(new.text),
            heading=new.index,
            first=n,
            last=self.n_nodes,
        )
        self.found.append(section)
        self.open.append(section)

    def _take_up(self, n: int, new: _Heading) -> None:
        """Open again what a number goes on with, where an aside (1 … 別表 … 2) closed it; the aside moves
        in there."""
        if not self.open or self.open[-1].number is not None or new.number is None:
            return
        *outer, aside = self.open
        if any(s.style == new.style for s in outer):
            return
        for k, section in enumerate(self.set_aside):
            if section.style == new.style and _follows(section.number, new.number.number):
                around = [*outer, *self.set_aside[:k]]
                self.close(len(outer), n)
                self.open[:] = around
                parent = around[-1].index if around else None
                self.found[aside.index] = replace(
                    self.found[aside.index], parent=parent, level=len(around) + 1
                )
                return

    # --- how many of the open sections stay open around a new heading

    def _depth(self, new: _Heading) -> int:
        if new.index in self.firsts and _is_front(self.open):
            return 0
        inside = (n + 1 for n, s in enumerate(self.open) if (new.style, s.style) in self.inside)
        return max([self._by_number_or_look(new), *inside])

    def _by_number_or_look(self, new: _Heading) -> int:
        if new.style == "chapter" or (new.style == "part" and all(s.style != "chapter" for s in self.open)):
            return 0
        if new.style.startswith(_UNNUMBERED):
            return self._by_look(new)
        for n in reversed(range(len(self.open))):
            if self._counts_on(self.open[n], new):
                return n
        outermost = next((n for n, s in enumerate(self.open) if self._is_smaller(s, new)), len(self.open))
        styles = [s.style for s in self.open]
        if new.style in styles:
            depth = min(styles.index(new.style), outermost)
            # A heading never closes one set larger than itself: its numbering has begun anew in there.
            above = [n for n, s in enumerate(self.open) if n > depth and self._is_larger(s, new)]
            return above[-1] + 1 if above else depth
        if new.style in _BARE and not new.block.size:
            return min([outermost, *(n for n, style in enumerate(styles) if style in _INNER)])
        return outermost

    def _by_look(self, new: _Heading) -> int:
        """A heading without a number: below the one it names, else below the first set higher."""
        owner = _owner_named(self.open, new.block.text)
        if owner is not None:
            return owner + 1
        heads = (self.heading(s) for s in self.open)
        same = (n for n, h in enumerate(heads) if h.level >= new.block.level and not larger(h, new.block))
        return next(same, len(self.open))

    def _counts_on(self, section: Section, new: _Heading) -> bool:
        same = section.style == new.style and _follows(section.number, new.printed or "")
        return same and not self._is_larger(section, new)

    def _is_larger(self, section: Section, new: _Heading) -> bool:
        head = self.heading(section)
        return bool(head.size) and larger(head, new.block)

    def _is_smaller(self, section: Section, new: _Heading) -> bool:
        """Whether an open heading is set smaller; without sizes, one without a number that is no higher."""
        head = self.heading(section)
        if head.size or names_level(new.style):
            return larger(new.block, head)
        return section.number is None and head.level >= new.block.level > 0

    # --- what a heading is

    def awaits_title(self, block: Block) -> bool:
        """Whether the open heading is nothing but its number (基本方針1) and has its title in the next."""
        index = self.open[-1].heading if self.open else len(self.blocks)
        if index + 1 >= len(self.blocks) or self.blocks[index + 1].block is not block:
            return False
        alone = number_alone(self.blocks[index].text) or _in_a_box(index, self.blocks)
        return alone is not None

    def begins_chapter(self, block: Block, labels: Counter[str]) -> bool:
        """Whether a label (年次計画, 成果指標) is a chapter: met once, marked higher than what is open."""
        return (
            block.kind == "heading"
            and label_role(block) in ("kpi", "schedule")
            and labels[squash(block.text)] == 1
            and any(0 < block.level < self.heading(s).level for s in self.open)
        )


def _worded(blocks: Sequence[Placed]) -> dict[int, str]:
    """Styles of headings that count on in one with a word, where theirs stands apart: 施策1-2, then 1-3."""
    counted: dict[str, dict[tuple[int, ...], float]] = {}  # sizes by number, of every style with a word
    bare: list[tuple[Placed, tuple[int, ...]]] = []
    for p in blocks:
        number = heading_number(p.clean) if is_heading(p.block) else None
        if number is None or len(key := _counts(number.number)) < 2:
            continue
        if word_of(number.style):
            counted.setdefault(number.style, {})[key] = p.block.size
        else:
            bare.append((p, key))
    out: dict[int, str] = {}
    for p, (*above, n) in bare:
        near = [
            (*above, n - 1),
            (*above, n + 1),
            (*above[:-1], above[-1] - 1, 1),
            (*above[:-1], above[-1] + 1, 1),
        ]
        for style, sizes in counted.items():
            size = next((sizes[key] for key in near if key in sizes), None)
            if size is not None and (*above, n) not in sizes and abs(size - p.block.size) < 1:
                out[p.index] = style
                sizes[*above, n] = size
                break
    return out


def _restarting(blocks: Sequence[Placed]) -> frozenset[tuple[str, str]]:
    """Pairs of styles whose first begins anew under headings of the second: (1) … (3), (1) … under 施策1-1.

    Whatever their sizes: the one stands under the other. Numbers that hold that of the heading around them
    (1-2-1 under 1-2) are told by it.
    """
    heads = [
        (n.style, _counts(n.number)) for p in blocks if is_heading(p.block) and (n := heading_number(p.clean))
    ]
    anew: Counter[tuple[str, str]] = Counter()
    on: Counter[tuple[str, str]] = Counter()
    last: dict[str, tuple[int, ...]] = {}
    since: dict[str, dict[str, tuple[int, ...]]] = {}  # by style: headings of others since its last one
    for style, key in heads:
        before = last.get(style)
        for other, first in since.get(style, {}).items() if before and key else ():
            if key == (1,) and first != (1,):
                anew[style, other] += 1
            elif before and key[-1] == before[-1] + 1:
                on[style, other] += 1
        last[style] = key
        since[style] = {}
        for other, between in since.items():
            if other != style:
                between.setdefault(style, key)
    return frozenset(
        (inner, outer)
        for (inner, outer), n in anew.items()
        if n >= 2 and not on[inner, outer] and anew[outer, inner] == 0
    )


def _headed(blocks: Sequence[Placed]) -> frozenset[tuple[str, str]]:
    """Pairs of a style and a level (施策1-1) that stands first under every higher heading (柱1).

    Measures may be set larger than the level they stand under: they come right after it, and never right
    after what the level comes after.
    """
    headings = [p for p in blocks if is_heading(p.block)]
    heads = [n.style if (n := heading_number(p.clean)) else f"{_UNNUMBERED}{p.block.level}" for p in headings]
    rank: dict[str, int] = {}
    for style, p in zip(heads, headings, strict=True):
        rank[style] = min(p.block.level, rank.get(style, p.block.level))
    follow = Counter((a, b) for a, b in pairwise(heads) if a != b)
    above: dict[str, set[str]] = {}
    for a, b in follow:
        above.setdefault(b, set()).add(a)
    return frozenset(
        (style, level)
        for (level, style), n in follow.items()
        if n > 1 and word_of(level)
        for parents in ({a for a in above.get(level, set()) - {style} if rank[a] < rank[level]},)
        if parents and not any(follow[parent, style] for parent in parents)
    )


def _first_of_chapters(blocks: Sequence[Placed]) -> frozenset[int]:
    """The heading that is the first of chapters with bare numbers: there is one such, and no 第1章."""
    headings = [
        (p.index, number) for p in blocks if is_heading(p.block) and (number := heading_number(p.clean))
    ]
    if any(number.style in ("chapter", "part") for _, number in headings):
        return frozenset()
    first = [(i, number.style) for i, number in headings if _counts(number.number) == (1,)]
    times = Counter(style for _, style in first)
    return frozenset(i for i, style in first if style in _BARE and times[style] == 1)


def _is_front(open_sections: Sequence[Section]) -> bool:
    """はじめに, ごあいさつ: what stands before the chapters, and does not hold them."""
    front = keys("levels", "front")
    return bool(open_sections) and open_sections[0].number is None and squash(open_sections[0].title) in front


def _follows(before: str | None, number: str) -> bool:
    """Whether a number is the one after another of its style: (1) and (2), 1-2 and 1-3, ① and ②."""
    last, here = _counts(before or ""), _counts(number)
    return bool(last) and here == (*last[:-1], last[-1] + 1)


def _counts(number: str) -> tuple[int, ...]:
    folded = unicodedata.normalize("NFKC", number).translate(_KANJI_DIGITS)
    return tuple(map(int, re.findall(r"[0-9]+", folded)))


def _in_a_box(index: int, blocks: Sequence[Placed]) -> Numbered | None:
    """The number that a heading is, its title right of it on the same row, or set larger right below:
    A-1 in a box, 窓口の改善."""
    here, title = blocks[index], blocks[index + 1] if index + 1 < len(blocks) else None
    text = here.clean.strip()
    number = Numbered("code", text, "題") if _CODE.fullmatch(text) else numbered(f"{text}\u3000題")
    number = number if number is not None and number.title == "題" else number_alone(text)
    if number is None or title is None or not is_heading(title.block):
        return None
    a, b = here.block.box, title.block.box
    if a is None or b is None:
        return None
    beside = b.x0 >= a.x1 and a.overlap_y(b) > 0.5 * min(a.height, b.height)
    over = larger(title.block, here.block) and 0 <= b.cy - a.cy < 3 * b.height and a.overlap_x(b) > 0
    return number._replace(title="") if beside or (over and word_of(number.style)) else None


def _owner_named(open_sections: Sequence[Section], text: str) -> int | None:
    """The open section that an unnumbered heading is of: 【基本方針1の成果指標】."""
    of = _OF.match(text)
    number = numbered(f"{of['owner']}\u3000題") if of else None
    if number is None or number.title != "題":
        return None
    named = (n for n, s in enumerate(open_sections) if (s.style, s.number) == (number.style, number.number))
    return next(named, None)
