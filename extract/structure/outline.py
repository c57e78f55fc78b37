"""The outline: sections from headings, one inside the other."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
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


def outline(blocks: Sequence[Placed], nodes: Sequence[Node]) -> tuple[Section, ...]:
    """Sections from headings: one style of number is one level; plain headings rank by size."""
    open_sections: list[Section] = []
    found: list[Section] = []
    set_aside: list[Section] = []  # what the last heading without a number closed
    labels = Counter(squash(p.text) for p in blocks if p.block.kind == "heading")
    firsts = _first_of_chapters(blocks)
    inside = _restarting(blocks) | _headed(blocks)
    worded = _worded(blocks)

    def close(down_to: int, at: int) -> None:
        for section in open_sections[down_to:]:
            found[section.index] = replace(found[section.index], last=at)
        del open_sections[down_to:]

    for n, node in enumerate(nodes):
        block = blocks[node.first].block if node.is_block else None
        if block is None or not (is_heading(block) or _is_chapter(block, open_sections, blocks, labels)):
            continue
        if open_sections and _awaits_title(open_sections[-1], blocks, block):
            title = strip_bullet(strip_note_marks(blocks[node.first].clean))
            named = replace(open_sections.pop(), title=title, title_block=node.first)
            open_sections.append(named)
            found[named.index] = named
            continue
        titled = title_behind_label(blocks[node.first].clean)
        text = titled or plain_heading(blocks[node.first].clean)
        number = heading_number(text) or _in_a_box(node.first, blocks)
        style = number.style if number else f"{_UNNUMBERED}{block.level}"
        style = "form" if titled or block.names_record else worded.get(node.first, style)
        if open_sections and open_sections[-1].number is None and number is not None:
            around = _before_aside(open_sections, set_aside, style, number.number)
            if around is not None:
                aside = open_sections[-1]
                close(len(open_sections) - 1, n)
                open_sections[:] = around
                parent = around[-1].index if around else None
                found[aside.index] = replace(found[aside.index], parent=parent, level=len(around) + 1)
        depth = 0 if node.first in firsts and _is_front(open_sections) else None
        if depth is None:
            depth = _depth(open_sections, style, number.number if number else None, block, blocks)
            depth = max([depth, *(n + 1 for n, s in enumerate(open_sections) if (style, s.style) in inside)])
        if number is None:
            set_aside = open_sections[depth:]
        close(depth, n)
        section = Section(
            index=len(found),
            parent=open_sections[-1].index if open_sections else None,
            level=len(open_sections) + 1,
            style=style,
            number=number.number if number else None,
            title=number.title or text if number else strip_bullet(text),
            heading=node.first,
            first=n,
            last=len(nodes),
        )
        found.append(section)
        open_sections.append(section)
    close(0, len(nodes))
    return tuple(found)


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


def _before_aside(
    open_sections: Sequence[Section], set_aside: Sequence[Section], style: str, number: str
) -> list[Section] | None:
    """The sections around a number that goes on with one before an aside (1 … 別表 … 2), else None."""
    outer = open_sections[:-1]
    if any(s.style == style for s in outer):
        return None
    for n, section in enumerate(set_aside):
        if section.style == style and _follows(section.number, number):
            return [*outer, *set_aside[:n]]
    return None


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


def _is_chapter(
    block: Block, open_sections: Sequence[Section], blocks: Sequence[Placed], labels: Counter[str]
) -> bool:
    """Whether a label (年次計画, 成果指標) is a chapter: met once, and marked higher than what is open."""
    return (
        block.kind == "heading"
        and label_role(block) in ("kpi", "schedule")
        and labels[squash(block.text)] == 1
        and any(0 < block.level < blocks[s.heading].block.level for s in open_sections)
    )


def _depth(
    open_sections: Sequence[Section], style: str, number: str | None, block: Block, blocks: Sequence[Placed]
) -> int:
    """How many of the open sections stay open around a new heading."""
    headings = [blocks[s.heading].block for s in open_sections]
    if style == "chapter" or (style == "part" and all(s.style != "chapter" for s in open_sections)):
        return 0
    if style.startswith(_UNNUMBERED):
        if (owner := _owner_named(open_sections, block.text)) is not None:
            return owner + 1
        same = (n for n, h in enumerate(headings) if h.level >= block.level and not larger(h, block))
        return next(same, len(open_sections))
    styles = [s.style for s in open_sections]
    for n in reversed(range(len(styles))):
        counted_on = styles[n] == style and number is not None and _follows(open_sections[n].number, number)
        if counted_on and not (headings[n].size and larger(headings[n], block)):
            return n
    smaller = (
        n
        for n, (s, h) in enumerate(zip(open_sections, headings, strict=True))
        if (
            larger(block, h)
            if h.size or names_level(style)
            else s.number is None and h.level >= block.level > 0
        )
    )
    outermost = next(smaller, len(open_sections))
    if style in styles:
        depth = min(styles.index(style), outermost)
        # A heading never closes one set larger than itself: its numbering has begun anew in there.
        above = [n for n, h in enumerate(headings) if n > depth and h.size and larger(h, block)]
        return above[-1] + 1 if above else depth
    if style in _BARE and not block.size:
        outermost = min([outermost, *(n for n, s in enumerate(styles) if s in _INNER)])
    return outermost


def _in_a_box(index: int, blocks: Sequence[Placed]) -> Numbered | None:
    """The number that a heading is, its title on the same row right of it: A-1 in a box, 窓口の改善."""
    here, title = blocks[index], blocks[index + 1] if index + 1 < len(blocks) else None
    text = here.clean.strip()
    number = Numbered("code", text, "題") if _CODE.fullmatch(text) else numbered(f"{text}\u3000題")
    if number is None or number.title != "題" or title is None or not is_heading(title.block):
        return None
    a, b = here.block.box, title.block.box
    beside = (
        a is not None and b is not None and b.x0 >= a.x1 and a.overlap_y(b) > 0.5 * min(a.height, b.height)
    )
    return number._replace(title="") if beside else None


def _awaits_title(section: Section, blocks: Sequence[Placed], block: Block) -> bool:
    """Whether a heading that is nothing but its number (基本方針1) has its title in the next heading."""
    following = blocks[section.heading + 1].block if section.heading + 1 < len(blocks) else None
    alone = number_alone(blocks[section.heading].text) or _in_a_box(section.heading, blocks)
    return following is block and alone is not None


def _owner_named(open_sections: Sequence[Section], text: str) -> int | None:
    """The open section that an unnumbered heading is of: 【基本方針1の成果指標】."""
    of = _OF.match(text)
    number = numbered(f"{of['owner']}\u3000題") if of else None
    if number is None or number.title != "題":
        return None
    named = (n for n, s in enumerate(open_sections) if (s.style, s.number) == (number.style, number.number))
    return next(named, None)
