"""Layout of text input: lines with marks -> blocks and tables in order.

Text has no geometry, so the marks, the numbering, the blank lines, what comes back and the table of contents
must tell headings from text: a short line that stands alone is a heading when it is numbered, when it names
what follows, or when the table of contents lists it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from extract.layout.names import NO_WORDS, Names, Words, find_names
from extract.layout.numbering import Numbered, level_alone, names_level, names_measure, numbered
from extract.layout.text_contents import contents, navigation, running, toc_start
from extract.layout.text_lines import TITLE_MAX, TextLine, digits, text_lines
from extract.layout.text_tables import cut_table, goes_over, is_page_break, table_end, table_item
from extract.model import Block, BlockKind, Item, PageLayout, Source, TableItem
from extract.read.spaced import columns
from normalize.characters import squash
from normalize.frozen import frozen

_CAPTION = re.compile(
    r"^(?:図表|図|表|グラフ|写真)\s*[0-9０-９]+(?:[-－][0-9０-９]+)?(?!手続|回|件)\s*[：:．.　\s]\s*\S"
)
_CAPTION_MAX = 100
_NOTE = re.compile(r"^\s*(?P<mark>[※＊]\s*[0-9０-９]{1,3}|[注註]\s*[0-9０-９]{1,3}[)）]?)[\s:：.]*(?=\S)")
_NOTE_REFERENCE = re.compile(r"(?<=\S)[※＊]\s?[0-9０-９]{1,3}")
_UNPRINTED = re.compile(r"~~[^~\n]+~~|\[\^[^\[\]\s]{1,20}\]")  # struck out, or the sign of a note: markdown
_BULLET = re.compile(r"^\s*(?:[-*+•・●○◦■□◆◇▪▸➢✓]|[①-⑳]|[(（][0-9０-９]{1,2}[)）]|[ア-ン][.)）\u3000])\s*")
_OPEN_END = re.compile(r"[、，（(「『・～~：:]$|(?<=[^\x00-\x7f])[でのにとをがはへやもし]$")
_LISTS = ("circled", "kana", "letter", "roman", "half-paren")  # numbers of lists as often as of headings
_LISTS_INSIDE = (*_LISTS, "plain", "paren")  # so are these where no blank line stands before
_WRAPPED_LINES = 8
_WRAP_MIN, _WRAP_MAX = 40, 120  # columns
_RAGGED = 7  # columns by which a broken line may be short: an indent, a word or mark kept whole


@frozen
class _Known:
    """What is known of the whole text before its lines are put together.

    ``entries``: keys of the 目次. ``firsts``: keys of names that stand right below numbered lines again and
    again, so that a number over one of them is a heading's. ``wrap``: columns at which lines are broken.
    """

    names: Names
    entries: frozenset[str]
    firsts: frozenset[str]
    wrap: int | None


def layout_text(source: Source, words: Words = NO_WORDS) -> list[PageLayout]:
    """Lay out a text source; all items stand on one PageLayout (text input has no places on pages).

    ``words``: what the words of a line say, as one more kind of evidence.
    """
    if not source.pages:
        return []
    texts = list(text_lines(source.pages))
    start = toc_start(texts)
    end, entries = contents(texts, start)
    beside = navigation(texts, end, entries)
    aside: dict[int, BlockKind] = dict.fromkeys(sorted(beside), "side_nav")
    aside |= running(source.pages, texts)
    body = [t for i, t in enumerate(texts) if i >= end and i not in aside and not t.is_row]
    names = find_names((t.text for t in body), words)
    known = _Known(names, entries, _first_names(body, names), _wrap_width(texts[end:], names))
    items: list[Item] = []
    for i, t in enumerate(texts[:end]):
        items.append(_block(t, "toc" if i >= start else _cover_kind(t)))
    items += _body(texts, end, {i: k for i, k in aside.items() if i >= end}, known)
    return [PageLayout(page=source.pages[0], items=tuple(_with_references(items)))]


def _body(texts: Sequence[TextLine], start: int, aside: dict[int, BlockKind], known: _Known) -> list[Item]:
    """The items after the table of contents."""
    items: list[Item] = []
    table: tuple[int, int, list[TextLine]] | None = None  # where the last one stands and ends, and its rows
    i = start
    while i < len(texts):
        item: Item
        if i in aside:
            item, i = _block(texts[i], aside[i]), i + 1
        elif texts[i].is_row:
            first, i = i, table_end(texts, i, known.names, lambda t: _kind(t, known) == "paragraph")
            rows = list(texts[first:i])
            if table and is_page_break(texts, table[1], first, aside.keys()) and goes_over(table[2], rows):
                table = table[0], i, [*table[2], *rows]
                items[table[0]] = table_item(table[2])
                continue
            item, table = table_item(rows), (len(items), i, rows)
        elif cut := cut_table(texts, i, known.names):
            item, i = cut
        else:
            item, i = _paragraph(texts, i, known)
        items.append(item)
    return items


def _first_names(body: Sequence[TextLine], names: Names) -> frozenset[str]:
    """Names that stand right below numbered lines: the first of the names of a form."""
    below = Counter(
        key for a, b in pairwise(body) if numbered(a.text) is not None and (key := names.first(b.text))
    )
    return frozenset(key for key, n in below.items() if n > 1)


# --- notes ------------------------------------------------------------------------------------------


def _with_references(items: Sequence[Item]) -> list[Item]:
    """Mark where the text refers to a note (窓口※1), whose sign is no part of the word, or is struck out."""
    notes = {digits(b.note) for b in items if isinstance(b, Block) and b.kind == "footnote" and b.note}

    def found(text: str) -> tuple[tuple[int, int], ...]:
        marks = [m.span() for m in _NOTE_REFERENCE.finditer(text) if digits(m[0]) in notes]
        return (*marks, *(m.span() for m in _UNPRINTED.finditer(text)))

    out: list[Item] = []
    for item in items:
        if isinstance(item, TableItem):
            cells = tuple(replace(c, marks=c.marks + found(c.text)) for c in item.table.cells)
            item = replace(item, table=replace(item.table, cells=cells))
        elif isinstance(item, Block) and item.kind != "footnote" and not item.marks:
            item = replace(item, marks=found(item.text))
        out.append(item)
    return out


# --- blocks -----------------------------------------------------------------------------------------


def _kind(
    t: TextLine, known: _Known, following: TextLine | None = None, before: TextLine | None = None
) -> BlockKind:
    if t.line.markup == "footnote" or _NOTE.match(t.text):
        return "footnote"
    if _CAPTION.match(t.text) and len(t.text) <= _CAPTION_MAX:
        return "caption"
    if t.line.markup == "heading" or _names_what_follows(t, known.names):
        return "heading"
    if t.line.markup == "list_item":
        return "list_item"
    told = _of_number(t, known, following, before)
    return told or ("list_item" if _BULLET.match(t.text) else "paragraph")


def _names_what_follows(t: TextLine, names: Names) -> bool:
    return names.names(t.text) or names.words.entitles(t.text) or level_alone(t.text) is not None


def _of_number(
    t: TextLine, known: _Known, following: TextLine | None, before: TextLine | None
) -> BlockKind | None:
    """What the number of a short line, or the table of contents, says that it is; None: nothing."""
    if len(t.text) > TITLE_MAX or t.text.endswith(("。", "、")):
        return None
    number = numbered(t.text)
    if number is None:
        return "heading" if squash(t.text) in known.entries else None
    if _in_a_count(number, t, following, before):
        return "list_item"
    listed = not known.entries.isdisjoint((squash(t.text), squash(number.title)))
    over = following is not None and known.names.names(following.text)
    first = following is not None and known.names.first(following.text) in known.firsts
    if first or (names_level(number.style) and not over):
        return "heading"
    inside = number.style in _LISTS_INSIDE
    if not t.gap and not listed and inside:
        return "list_item"
    heads = listed or (t.gap and number.style not in _LISTS) or (over and (t.gap or not inside))
    return "heading" if heads else None


def _in_a_count(number: Numbered, t: TextLine, following: TextLine | None, before: TextLine | None) -> bool:
    """Whether the number before or after stands on the next line: a list, and no headings."""
    if number.style == "chapter" or names_level(number.style) or names_measure(number.style):
        return False
    after = numbered(following.text) if following and not following.gap else None
    last = numbered(before.text) if before and not t.gap else None
    return _counts_on(number, after) or _counts_on(last, number)


def _counts_on(number: Numbered | None, after: Numbered | None) -> bool:
    if number is None or after is None or after.style != number.style:
        return False
    first, second = digits(number.number), digits(after.number)
    return bool(first and second) and int(second) == int(first) + 1


def _cover_kind(t: TextLine) -> BlockKind:
    return "title" if t.line.markup == "heading" else "paragraph"


def _block(t: TextLine, kind: BlockKind, text: str | None = None) -> Block:
    marks = []
    position = 0
    for run in t.line.runs if not t.is_row else ():
        if run.superscript:
            marks.append((position, position + len(run.text)))
        position += len(run.text)
    note = _note_mark(t) if kind == "footnote" else None
    level = t.line.level if t.line.markup == "heading" else 0
    return Block(kind=kind, text=text or t.text, level=level, marks=tuple(marks), note=note)


def _note_mark(t: TextLine) -> str | None:
    written = _NOTE.match(t.text)
    return t.line.runs[0].text if t.line.runs[0].superscript else written["mark"] if written else None


# --- paragraphs -------------------------------------------------------------------------------------


def _wrap_width(texts: Sequence[TextLine], names: Names) -> int | None:
    """Columns at which the file breaks its lines, or None when every line is a paragraph of its own."""
    inner = [a for a, b in pairwise(texts) if a.line.markup is b.line.markup is None and not b.gap]
    broken = [t for t in inner if not t.text.endswith("。") and not _opens_field(t, names)]
    widths = sorted(w for t in broken if (w := columns(t.text)) >= _WRAP_MIN)
    lines = Counter(widths)
    reach = {w: sum(lines[x] for x in range(w - _RAGGED, w + 1)) for w in lines}
    widest = max(reach, key=lambda w: (reach[w], w), default=0)
    if reach.get(widest, 0) < max(_WRAPPED_LINES, 0.5 * len(widths)) or widest > _WRAP_MAX:
        return None
    return widest


def _opens_field(t: TextLine, names: Names) -> bool:
    return names.names(t.text) or names.opens(t.text)


def _paragraph(texts: Sequence[TextLine], i: int, known: _Known) -> tuple[Block, int]:
    first = texts[i]
    following = texts[i + 1] if i + 1 < len(texts) else None
    kind = _kind(first, known, following, texts[i - 1] if i else None)
    text = first.text
    j = i + 1
    while j < len(texts) and _goes_on(texts[j - 1 : j + 2], kind, known):
        text += texts[j].text.strip()
        j += 1
    block = _block(first, kind, text)
    if j == i + 1:
        return block, j
    offset = len(first.text)
    marks = list(block.marks)
    for t in texts[i + 1 : j]:
        marks += [(a + offset, b + offset) for a, b in _block(t, "paragraph").marks]
        offset += len(t.text.strip())
    return replace(block, marks=tuple(marks)), j


def _goes_on(texts: Sequence[TextLine], kind: BlockKind, known: _Known) -> bool:
    """Whether the second line belongs to the paragraph of the first; a blank line may be a page break."""
    above, following, *below = texts
    if not _may_go_on(above, following, kind) or any(_opens_field(t, known.names) for t in texts[:2]):
        return False
    if _kind(following, known, *below) != "paragraph" or _names_level(following.text):
        return False
    if kind == "list_item" and following.text.startswith(("(", "（")):
        return True
    if _OPEN_END.search(above.text):
        return True
    if above.text.endswith("。"):
        return False
    return (kind == "footnote" and "。" in following.text) or _is_full(above.text, known.wrap)


def _may_go_on(above: TextLine, following: TextLine, kind: BlockKind) -> bool:
    if following.gap and (not above.text.endswith("、") or kind not in ("paragraph", "list_item")):
        return False
    return not following.is_row and following.line.markup is None and kind != "caption"


def _is_full(text: str, wrap: int | None) -> bool:
    """Whether a line reaches the width at which the file breaks its lines."""
    closed = text.endswith(("」", "）", ")"))
    return wrap is not None and columns(text) >= (wrap - 1 if closed else wrap - _RAGGED)


def _names_level(text: str) -> bool:
    """Whether a line names a policy or measure by number (基本方針2 …): such a line begins something."""
    number = numbered(text) if len(text) <= TITLE_MAX and not text.endswith("。") else None
    return number is not None and (names_level(number.style) or names_measure(number.style))
