"""Which of the items that layout calls headings are headings: titles, labels and tags are taken out."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from extract.document import PART
from extract.labels import bare, field_role, generic_role, keys, title_behind_label, vocabulary
from extract.layout.marks import marks
from extract.layout.numbering import Numbered, heading_number, names_level, numbered, word_of
from extract.model import WHITE, Block, BlockKind, Item, Page, Table, TableItem, without_marks
from extract.structure.labels import NO_LABELS, Labels
from normalize.characters import squash

_REPEATED = re.compile(r"\s*[(（【]?(?:続き|つづき|その[2-9２-９])[)）】]?\s*$")
_DOING = {"approach", "actions", "departments", "kpi", "schedule"}  # labels of what only measures have
_OFTEN = 3  # a line in brackets that stands as often is a label
_LABEL_MAX = 14  # characters of a label behind a bullet
_PLAN_NAME_MAX = 60
_PILL_MAX = 6  # characters
_EDGE = 0.07  # share of a page's width
_EDITION = r"\s*(?:[(【].{1,12}[)】]|第?[0-9.]+[版次期]|20[0-9]{2})?"  # what may stand behind a plan's name


def is_heading(item: Item) -> bool:
    return isinstance(item, Block) and item.kind == "heading" and label_role(item) is None


def label_role(block: Block) -> str | None:
    return "other" if block.is_label else field_role(without_marks(block.text, block.marks))


def larger(a: Block, b: Block) -> bool:
    return a.size > b.size * 1.05 if a.size and b.size else 0 < a.level < b.level


def without_side_bands(items: Sequence[Item], pages: Iterable[Page]) -> list[Item]:
    """A line down the edge of a page (the chapter it belongs to) runs beside the text and heads nothing."""
    widths = {page.number: page.width for page in pages}
    return [
        replace(item, kind="side_nav")
        if isinstance(item, Block)
        and item.kind == "heading"
        and _at_edge(item, widths.get(item.page or 0, 0.0))
        else item
        for item in items
    ]


def _at_edge(block: Block, width: float) -> bool:
    box = block.box
    if box is None or not width or box.height < 2 * box.width:
        return False
    return box.x1 < _EDGE * width or box.x0 > (1 - _EDGE) * width


def without_pills(items: Sequence[Item]) -> list[Item]:
    """Short texts right of titles that say one of a few things (新規, 【継続】) head nothing.

    What stands right of a heading that comes back is what that names (担当　総務課).
    """
    heads = Counter(squash(bare(b.text)) for b in items if isinstance(b, Block) and b.kind == "heading")
    beside = {
        i: squash(bare(item.text))
        for i, (before, item) in enumerate(pairwise(items), 1)
        if isinstance(before, Block) and isinstance(item, Block) and before.kind == "heading"
        if item.kind in ("heading", "paragraph") and not numbered(item.text)
        if len(bare(item.text)) <= _PILL_MAX and _right_of(before, item)
        if heads[squash(bare(before.text))] == 1
    }
    times = Counter(beside.values())
    often = len(beside) >= _OFTEN and len(times) <= max(_OFTEN, len(beside) / 2)
    return [
        replace(item, kind="figure_text") if isinstance(item, Block) and i in beside and often else item
        for i, item in enumerate(items)
    ]


def _right_of(title: Block, pill: Block) -> bool:
    a, b = title.box, pill.box
    return a is not None and b is not None and b.x0 >= a.x1 and a.overlap_y(b) > 0.5 * min(a.height, b.height)


def entitle(items: list[Item]) -> list[Item]:
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


def unnumber_labels(items: Sequence[Item]) -> list[Item]:
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
        if isinstance(item, Block) and is_heading(item) and (number := heading_number(item.text))
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
        if label_role(item) is None and _is_set_as_label(item) and not numbered(bare(item.text))
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


def demote(items: Sequence[Item], labels: Labels = NO_LABELS) -> list[Item]:
    """Turn headings that are none into what they are."""
    out = list(items)
    before = _Before()
    for i, item in enumerate(items):
        if isinstance(item, Block) and item.kind in ("heading", "title"):
            kind = before.kind_of(items, i, item, labels)
            out[i] = item if kind == item.kind else replace(item, kind=kind)
    return out


class _Before:
    """What stands before a heading: the numberings in use, the last of each, the label of an open field."""

    def __init__(self) -> None:
        self.styles: list[str] = []
        self.latest: dict[str, Block] = {}
        self.label: Block | None = None

    def kind_of(self, items: Sequence[Item], i: int, item: Block, labels: Labels) -> BlockKind:
        """What a heading is: (1) … （続き） goes on with (1); a numbered line inside a label's field
        (取組内容) in a numbering that no heading around it uses is a list item; a policy's name between a
        measure's heading and its first label is a tag of the measure."""
        if label_role(item):
            self.label = item if self.styles else None
            return item.kind
        number = heading_number(item.text)
        style = number.style if number else "plain"
        if number and style in self.latest and _unrepeated(item) == _unrepeated(self.latest[style]):
            return "header"
        if number is None:  # what it closes is no longer what a repeated heading goes on with
            self.latest = {s: b for s, b in self.latest.items() if not b.level >= item.level > 0}
        self.latest[style] = item
        is_new = number is not None and style not in self.styles and not names_level(style)
        if is_new and item.kind == "heading" and self._in_field(items[i + 1 :], item, labels):
            return "list_item"
        if names_level(style) and _tags_measure(items, i):
            return "paragraph"
        self.label = None
        if style in self.styles:
            del self.styles[self.styles.index(style) + 1 :]
        elif number:
            self.styles.append(style)
        return item.kind

    def _in_field(self, after: Sequence[Item], item: Block, labels: Labels) -> bool:
        if self.label is None or (item.size and larger(item, self.label)):
            return False
        record = self.latest.get(self.styles[-1])
        if record and record.level > 0 and 0 < item.level < (self.label.level or item.level + 1):
            return False  # marked as a heading over the label, as the record's own is
        follows = next((x for x in after if not _is_aside(x)), None)
        return follows is None or not labels.opens_record(follows)


def _unrepeated(heading: Block) -> str:
    return PART.sub("", _REPEATED.sub("", heading.text))


def _tags_measure(items: Sequence[Item], i: int) -> bool:
    """Whether the policy name at ``i`` comes right after a numbered heading and before its first label."""
    before = next((b for b in reversed(items[:i]) if not _is_aside(b)), None)
    if not (before is not None and is_heading(before) and isinstance(before, Block)):
        return False
    name = items[i]
    if isinstance(name, Block) and name.size and larger(name, before):
        return False
    number = heading_number(before.text)
    if title_behind_label(before.text):
        return True
    if (
        number is None
        or names_level(number.style)
        or _names_the_level(number.title, name)
        or _is_chapter_name(number.title)
    ):
        return False
    for item in items[i + 1 :]:
        if _holds_label(item):
            return True
        if isinstance(item, Block) and item.kind in ("heading", "title"):
            return False
    return False


def _names_the_level(title: str, name: Item) -> bool:
    """Whether a title speaks of the level that a name is of: 基本目標と施策 over 基本目標1 便利な町."""
    number = heading_number(name.text) if isinstance(name, Block) else None
    word = word_of(number.style) if number else None
    return "方針" in title or (word is not None and word in title)


def _is_chapter_name(title: str) -> bool:
    """施策, アクション: what a chapter of measures is called, and no measure."""
    return title in (*vocabulary("policies")["lists"], *vocabulary("policies")["title_columns"])


def _is_aside(item: Item) -> bool:
    return isinstance(item, Block) and item.kind in ("header", "footer", "side_nav", "footnote", "toc")


def _holds_label(item: Item) -> bool:
    if isinstance(item, Block):
        return item.kind == "heading" and label_role(item) is not None
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
