"""One document as records see it: blocks with offsets, nodes in order, and the outline over them.

The canonical text is the texts of all blocks joined by line feeds; every offset counts into it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby, pairwise

from extract.labels import bare, field_role, generic_role, keys, title_behind_label, vocabulary
from extract.layout.marks import marks
from extract.layout.numbering import Numbered, names_level, numbered, policy_alone
from extract.model import (
    WHITE,
    Block,
    Box,
    Cell,
    ChartItem,
    Item,
    Page,
    PageLayout,
    Source,
    Table,
    TableItem,
    Timeline,
)
from normalize.characters import squash, strip_bullet, strip_note_marks
from normalize.frozen import frozen

_REPEATED = re.compile(r"\s*[(（【]?(?:続き|つづき|その[2-9２-９])[)）】]?\s*$")
_PART = re.compile(r"\s*[(（［\[]\s*[1-9１-９]\s*[/／]\s*[2-9２-９]\s*[)）］\]]\s*$")  # 窓口の改善（１／２）
_DOING = {"approach", "actions", "departments", "kpi", "schedule"}  # labels of what only measures have
_OF = re.compile(r"[【〔［\[＜■◆]?\s*(?P<owner>[^の\s]{2,8})の")
_OFTEN = 3  # a line in brackets that stands as often is a label
_LABEL_MAX = 14  # characters of a label behind a bullet
_PLAN_NAME_MAX = 60
_EDITION = r"\s*(?:[(【].{1,12}[)】]|第?[0-9.]+[版次期]|20[0-9]{2})?"  # what may stand behind a plan's name
_UNNUMBERED = "size-"  # style of a heading without a number: its size or depth
_BARE = ("bar", "plain", "roman")  # numbers of chapters where none is called one
_INNER = ("paren", "paren-kana", "half-paren", "kana", "circled")  # numbers that stand below those
_KANJI_DIGITS = str.maketrans("一二三四五六七八九", "123456789")


@frozen
class Placed:
    """A block with its place in the canonical text and, for a cell, in its table."""

    index: int
    block: Block
    start: int
    table: int | None = None
    cell: Cell | None = None

    @property
    def end(self) -> int:
        return self.start + len(self.block.text)

    @property
    def text(self) -> str:
        return self.block.text

    @property
    def clean(self) -> str:
        """The text without raised note marks and without the number of a label."""
        return without_marks(self.block.text, self.block.marks)


@frozen
class Node:
    """One step of the stream: a block, or a table or chart; blocks [first, last) hold its text."""

    first: int
    last: int
    table: int | None = None
    timelines: tuple[Timeline, ...] = ()

    @property
    def is_block(self) -> bool:
        return self.table is None and not self.timelines


@frozen
class Section:
    """A heading and what stands under it: nodes [first, last), its own heading included."""

    index: int
    parent: int | None
    level: int
    style: str
    number: str | None
    title: str
    heading: int  # index of its heading block
    first: int
    last: int
    title_block: int | None = None  # where the heading is nothing but its number (基本方針1)


@frozen
class Evidence:
    """Where a record stands: offsets into the canonical text, and a box on its first page."""

    start: int
    end: int
    page: int | None = None
    box: Box | None = None
    blocks: tuple[int, ...] = ()


@dataclass(frozen=True)
class Document:
    source: Source
    pages: tuple[Page, ...]
    blocks: tuple[Placed, ...]
    nodes: tuple[Node, ...]
    tables: tuple[Table, ...]
    sections: tuple[Section, ...]
    cell_blocks: dict[tuple[int, int, int], int] = field(default_factory=dict)  # (table, row, col) -> block

    @cached_property
    def text(self) -> str:
        return "\n".join(p.text for p in self.blocks)

    @cached_property
    def grids(self) -> tuple[list[list[Cell | None]], ...]:
        """The tables as full grids: a spanning cell stands at every place it covers."""
        return tuple(map(_grid, self.tables))

    @cached_property
    def headings(self) -> frozenset[int]:
        """The blocks that head sections."""
        return frozenset(s.heading for s in self.sections)

    @cached_property
    def section_of_node(self) -> tuple[int | None, ...]:
        """The innermost section of every node."""
        owner: list[int | None] = [None] * len(self.nodes)
        for section in self.sections:  # parents come before their children
            owner[section.first : section.last] = [section.index] * (section.last - section.first)
        return tuple(owner)

    @cached_property
    def node_of_block(self) -> tuple[int, ...]:
        owner = [0] * len(self.blocks)
        for n, node in enumerate(self.nodes):
            owner[node.first : node.last] = [n] * (node.last - node.first)
        return tuple(owner)

    def section_of_block(self, index: int) -> int | None:
        return self.section_of_node[self.node_of_block[index]]

    def path(self, section: Section | None) -> list[Section]:
        """The section and those around it, outermost first."""
        chain: list[Section] = []
        while section is not None:
            chain.append(section)
            section = self.sections[section.parent] if section.parent is not None else None
        return chain[::-1]

    def children(self, section: Section) -> list[Section]:
        return [s for s in self.sections if s.parent == section.index]

    def heading_text(self, section: Section) -> str:
        clean = self.blocks[section.heading].clean
        if section.title_block is not None:
            clean = f"{clean} {self.blocks[section.title_block].clean}"
        return title_behind_label(clean) or _plain(clean)

    def node_blocks(self, nodes: Iterable[Node]) -> Iterator[Placed]:
        for node in nodes:
            yield from self.blocks[node.first : node.last]

    def evidence(self, blocks: Iterable[int], start: int | None = None, end: int | None = None) -> Evidence:
        """Evidence made of blocks; ``start``/``end`` narrow it to a part of the first/last one."""
        placed = [self.blocks[i] for i in sorted(set(blocks))]
        page = placed[0].block.page
        box: Box | None = None
        for p in placed:
            if p.block.box is not None and p.block.page == page:
                box = p.block.box if box is None else box.union(p.block.box)
        return Evidence(
            placed[0].start if start is None else start,
            placed[-1].end if end is None else end,
            page,
            box,
            tuple(p.index for p in placed),
        )


def _grid(table: Table) -> list[list[Cell | None]]:
    places: list[list[Cell | None]] = [[None] * table.n_cols for _ in range(table.n_rows)]
    for cell in table.cells:
        columns = range(cell.col, min(cell.col + cell.colspan, table.n_cols))
        for row in places[cell.row : cell.row + cell.rowspan]:
            for c in columns:
                row[c] = cell
    return places


def without_marks(text: str, marks: Iterable[tuple[int, int]]) -> str:
    for start, end in sorted(marks, reverse=True):
        text = text[:start] + text[end:]
    return text


def assemble(source: Source, layouts: Sequence[PageLayout]) -> Document:
    """Put the pages' items in one stream, give every block its place, and read the outline."""
    blocks: list[Placed] = []
    nodes: list[Node] = []
    tables: list[Table] = []
    cell_blocks: dict[tuple[int, int, int], int] = {}
    offset = 0

    def place(block: Block, table: int | None = None, cell: Cell | None = None) -> None:
        nonlocal offset
        blocks.append(Placed(len(blocks), block, offset, table, cell))
        offset += len(block.text) + 1

    items = _entitle([item for layout in layouts for item in layout.items])
    for item in _demote_items(_unnumber_labels(items)):
        first = len(blocks)
        if isinstance(item, TableItem):
            for cell in item.table.cells:
                if cell.text:
                    cell_blocks[len(tables), cell.row, cell.col] = len(blocks)
                    place(_cell_block(cell), len(tables), cell)
            nodes.append(Node(first, len(blocks), len(tables), item.timelines))
            tables.append(item.table)
        elif isinstance(item, ChartItem):
            for block in item.blocks:
                place(block)
            nodes.append(Node(first, len(blocks), None, (item.timeline,)))
        else:
            place(item)
            nodes.append(Node(first, len(blocks)))
    pages = (
        tuple(layout.page for layout in layouts) if source.media_type == "application/pdf" else source.pages
    )
    sections = _outline(blocks, nodes)
    return Document(source, pages, tuple(blocks), tuple(nodes), tuple(tables), sections, cell_blocks)


def _cell_block(cell: Cell) -> Block:
    return Block(
        kind="table_cell",
        text=cell.text,
        page=cell.page,
        box=cell.box,
        bold=cell.bold,
        color=cell.color,
        fill=cell.fill,
        marks=cell.marks,
    )


# --- outline ------------------------------------------------------------------------------------------


def _entitle(items: list[Item]) -> list[Item]:
    """The plan's name, on its cover or at the head of a text, heads no section; nor do a cover's lines."""
    cover: list[Block] = []
    for item in items:
        if not isinstance(item, Block) or not _may_be_cover(item) or (cover and item.page != cover[0].page):
            break
        cover.append(item)
    named = next(filter(_names_plan, cover), None)
    if named is None:
        return items
    after = items[len(cover)] if len(cover) < len(items) else None
    alone = named.page is not None and isinstance(after, Block) and after.page != named.page
    head = [
        replace(b, kind="title")
        if b is named
        else replace(b, kind="paragraph")
        if alone and b.kind == "heading"
        else b
        for b in cover
    ]
    return [*head, *items[len(cover) :]]


def _may_be_cover(block: Block) -> bool:
    numbered_heading = block.kind == "heading" and heading_number(block.text) is not None
    return block.kind != "toc" and "。" not in block.text and not numbered_heading


def _names_plan(block: Block) -> bool:
    words = vocabulary("metadata")
    text = unicodedata.normalize("NFKC", without_marks(block.text, block.marks)).strip()
    return (
        block.kind in ("heading", "paragraph", "title")
        and len(text) <= _PLAN_NAME_MAX
        and not text.startswith("(")  # the end of a name that begins on the line before
        and any(w in text for w in words["subjects"])
        and re.search(rf"(?:{'|'.join(words['kinds'])}){_EDITION}$", text) is not None
    )


def _is_heading(item: Item) -> bool:
    return isinstance(item, Block) and item.kind == "heading" and _label_role(item) is None


def _label_role(block: Block) -> str | None:
    return "other" if block.is_label else field_role(without_marks(block.text, block.marks))


def heading_number(text: str) -> Numbered | None:
    """The heading's number; a policy's heading may be nothing but its number (基本方針1)."""
    return policy_alone(text) or numbered(text)


def _unnumber_labels(items: Sequence[Item]) -> list[Item]:
    """Mark the numbers of labels that every measure numbers anew: (ア) 現状と課題, (イ) 取組内容.

    Chapters have such headings, too (1 背景, 2 目的). Labels come back under one measure after the other, all
    headings between two of a higher level are labels, and none has headings below. Lines no larger than the
    text are labels when they come back as they are. One of the labels names what is done: (1) 概要, (2) 課題
    alone may tell of other plans.
    """
    out = _own_labels(_labels_of_lines(items))
    heads = [
        (i, item, number)
        for i, item in enumerate(out)
        if isinstance(item, Block) and _is_heading(item) and (number := heading_number(item.text))
    ]
    runs = [list(run) for _, run in groupby(heads, key=lambda head: head[2].style)]
    labels = Counter(squash(n.title) for run in runs for _, _, n in run if field_role(n.title))
    for above, run, below in zip(runs, runs[1:], [*runs[2:], []], strict=False):
        recurring = [labels[squash(n.title)] for _, _, n in run]
        closed = not below or below[0][1].level <= above[-1][1].level
        done = _DOING & {field_role(n.title) for _, _, n in run}
        if not (closed and done) or len(run) < 2 or min(recurring) < 1 or max(recurring) < 2:
            continue
        for i, block, number in run:
            out[i] = _as_label(block, number)
    return out


def _own_labels(items: Sequence[Item]) -> list[Item]:
    """Mark lines that come back, set as labels, in words nobody has listed (【町の困りごと】, ◇困りごと)."""
    set_so = {
        i: squash(item.text)
        for i, item in enumerate(items)
        if isinstance(item, Block) and item.kind in ("heading", "paragraph")
        if _label_role(item) is None and _is_set_as_label(item) and not numbered(bare(item.text))
    }
    times = Counter(set_so.values())
    tags = keys("layout", "tags")
    return [
        replace(item, is_label=True)
        if isinstance(item, Block) and (key := set_so.get(i)) and times[key] >= _OFTEN and key not in tags
        else item
        for i, item in enumerate(items)
    ]


def _is_set_as_label(block: Block) -> bool:
    text = block.text.strip()
    if block.fill not in (None, WHITE) and generic_role(text):  # 取組 in a box of its own
        return True
    bulleted = block.kind == "heading" and marks().heading_bullet.match(text) and len(text) <= _LABEL_MAX
    return bool(bulleted or marks().label.fullmatch(text))


def _labels_of_lines(items: Sequence[Item]) -> list[Item]:
    lines = {
        i: (item, number)
        for i, item in enumerate(items)
        if isinstance(item, Block) and item.kind in ("list_item", "paragraph")
        if (number := numbered(item.text)) and field_role(number.title)
    }
    times = Counter(squash(line.text) for line, _ in lines.values())
    recurring = {i: line for i, line in lines.items() if times[squash(line[0].text)] > 1}
    roles = {field_role(number.title) for _, number in recurring.values()}
    if len(roles) < 2 or not _DOING & roles:
        return list(items)
    return [_as_label(*recurring[i]) if i in recurring else item for i, item in enumerate(items)]


def _as_label(block: Block, number: Numbered) -> Block:
    start = block.text.rindex(number.title)
    return replace(block, kind="heading", marks=((0, start), *(m for m in block.marks if m[0] >= start)))


def _demote_items(items: Sequence[Item]) -> list[Item]:
    """Turn headings that are none into what they are.

    A numbered line inside a label's field (取組内容) in a numbering that no heading around it uses is a list
    item. A policy's name that stands between a measure's heading and its first label is a tag of the measure.
    """
    out = list(items)
    styles: list[str] = []
    latest: dict[str, Block] = {}
    field_label: Block | None = None
    for i, item in enumerate(items):
        if not isinstance(item, Block) or item.kind not in ("heading", "title"):
            continue
        if _label_role(item):
            field_label = item if styles else None
            continue
        number = heading_number(item.text)
        style = number.style if number else "plain"
        if number and style in latest and _unrepeated(item) == _unrepeated(latest[style]):
            out[i] = replace(item, kind="header")  # (1) … （続き） on the next slide goes on with (1)
            continue
        if number is None:  # what it closes is no longer what a repeated heading goes on with
            latest = {s: b for s, b in latest.items() if not b.level >= item.level > 0}
        latest[style] = item
        in_field = field_label is not None and not (item.size and _larger(item, field_label))
        if in_field and number and style not in styles and not names_level(style) and item.kind == "heading":
            out[i] = replace(item, kind="list_item")
            continue
        if names_level(style) and _tags_measure(items, i):
            out[i] = replace(item, kind="paragraph")
            continue
        field_label = None
        if style in styles:
            del styles[styles.index(style) + 1 :]
        elif number:
            styles.append(style)
    return out


def _plain(heading: str) -> str:
    """A heading without note marks and without which part of its measure follows."""
    return strip_note_marks(_PART.sub("", heading))


def _unrepeated(heading: Block) -> str:
    return _PART.sub("", _REPEATED.sub("", heading.text))


def _tags_measure(items: Sequence[Item], i: int) -> bool:
    """Whether the policy name at ``i`` comes right after a numbered heading and before its first label."""
    before = next((b for b in reversed(items[:i]) if not _is_aside(b)), None)
    if not (before is not None and _is_heading(before) and isinstance(before, Block)):
        return False
    name = items[i]
    if isinstance(name, Block) and name.size and _larger(name, before):
        return False
    number = heading_number(before.text)
    if title_behind_label(before.text):
        return True
    if (
        number is None
        or names_level(number.style)
        or "方針" in number.title
        or _is_chapter_name(number.title)
    ):
        return False
    for item in items[i + 1 :]:
        if _holds_label(item):
            return True
        if isinstance(item, Block) and item.kind in ("heading", "title"):
            return False
    return False


def _is_chapter_name(title: str) -> bool:
    """施策, アクション: what a chapter of measures is called, and no measure."""
    return title in (*vocabulary("policies")["lists"], *vocabulary("policies")["title_columns"])


def _is_aside(item: Item) -> bool:
    return isinstance(item, Block) and item.kind in ("header", "footer", "side_nav", "footnote", "toc")


def _holds_label(item: Item) -> bool:
    if isinstance(item, Block):
        return item.kind == "heading" and _label_role(item) is not None
    return (
        isinstance(item, TableItem)
        and not _lists_measures(item.table)
        and any(field_role(c.text) for c in item.table.cells)
    )


def _lists_measures(table: Table) -> bool:
    """Whether the labels are heads of columns beside one of titles (取組名 | 取組内容 | 担当課)."""
    heads = [c.text for c in table.cells if c.row == 0]
    titles = keys("policies", "title_columns")
    return any(squash(t) in titles for t in heads) and any(map(field_role, heads))


def _outline(blocks: Sequence[Placed], nodes: Sequence[Node]) -> tuple[Section, ...]:
    """Sections from headings: one style of number is one level; plain headings rank by size."""
    open_sections: list[Section] = []
    found: list[Section] = []
    set_aside: list[Section] = []  # what the last heading without a number closed
    labels = Counter(squash(p.text) for p in blocks if p.block.kind == "heading")
    firsts = _first_of_chapters(blocks)

    def close(down_to: int, at: int) -> None:
        for section in open_sections[down_to:]:
            found[section.index] = replace(found[section.index], last=at)
        del open_sections[down_to:]

    for n, node in enumerate(nodes):
        block = blocks[node.first].block if node.is_block else None
        if block is None or not (_is_heading(block) or _is_chapter(block, open_sections, blocks, labels)):
            continue
        if open_sections and _awaits_title(open_sections[-1], blocks, block):
            title = strip_bullet(strip_note_marks(blocks[node.first].clean))
            named = replace(open_sections.pop(), title=title, title_block=node.first)
            open_sections.append(named)
            found[named.index] = named
            continue
        titled = title_behind_label(blocks[node.first].clean)
        text = titled or _plain(blocks[node.first].clean)
        number = heading_number(text)
        style = "form" if titled else number.style if number else f"{_UNNUMBERED}{block.level}"
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


def _first_of_chapters(blocks: Sequence[Placed]) -> frozenset[int]:
    """The heading that is the first of chapters with bare numbers: there is one such, and no 第1章."""
    headings = [
        (p.index, number) for p in blocks if _is_heading(p.block) and (number := heading_number(p.clean))
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
        and _label_role(block) in ("kpi", "schedule")
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
        same = (n for n, h in enumerate(headings) if h.level >= block.level and not _larger(h, block))
        return next(same, len(open_sections))
    styles = [s.style for s in open_sections]
    for n in reversed(range(len(styles))):
        counted_on = styles[n] == style and number is not None and _follows(open_sections[n].number, number)
        if counted_on and not (headings[n].size and _larger(headings[n], block)):
            return n
    smaller = (
        n
        for n, (s, h) in enumerate(zip(open_sections, headings, strict=True))
        if (
            _larger(block, h)
            if h.size or style == "policy"
            else s.number is None and h.level >= block.level > 0
        )
    )
    outermost = next(smaller, len(open_sections))
    if style in styles:
        depth = min(styles.index(style), outermost)
        # A heading never closes one set larger than itself: its numbering has begun anew in there.
        larger = [n for n, h in enumerate(headings) if n > depth and h.size and _larger(h, block)]
        return larger[-1] + 1 if larger else depth
    if style in _BARE and not block.size:
        outermost = min([outermost, *(n for n, s in enumerate(styles) if s in _INNER)])
    return outermost


def _awaits_title(section: Section, blocks: Sequence[Placed], block: Block) -> bool:
    """Whether a heading that is nothing but its number (基本方針1) has its title in the next heading."""
    following = blocks[section.heading + 1].block if section.heading + 1 < len(blocks) else None
    return following is block and policy_alone(blocks[section.heading].text) is not None


def _owner_named(open_sections: Sequence[Section], text: str) -> int | None:
    """The open section that an unnumbered heading is of: 【基本方針1の成果指標】."""
    of = _OF.match(text)
    number = numbered(f"{of['owner']}\u3000題") if of else None
    if number is None or number.title != "題":
        return None
    named = (n for n, s in enumerate(open_sections) if (s.style, s.number) == (number.style, number.number))
    return next(named, None)


def _larger(a: Block, b: Block) -> bool:
    return a.size > b.size * 1.05 if a.size and b.size else 0 < a.level < b.level


def spans(document: Document, sections: Sequence[Section]) -> Iterator[tuple[Section, tuple[Node, ...]]]:
    """Sections given in order, each with its nodes up to the next of them or its own end."""
    bounds = [*[s.first for s in sections], len(document.nodes)]
    for section, (first, following) in zip(sections, pairwise(bounds), strict=True):
        yield section, document.nodes[first : min(section.last, following)]
