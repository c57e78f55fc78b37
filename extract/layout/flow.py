"""Layout of text input: lines with marks -> blocks and tables in order.

Text has no geometry, so the marks, the numbering, the blank lines and the table of contents must tell
headings from text: a short line that stands alone is a heading when it is numbered or when the table of
contents lists it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise

from extract.labels import column_role, field_role, keys, leading_label, title_behind_label
from extract.layout.cells import is_usual_header
from extract.layout.numbering import Numbered, names_level, numbered, policy_alone
from extract.layout.periods import parse_period
from extract.layout.timelines import table_timeline
from extract.model import Block, BlockKind, Cell, Item, Line, Page, PageLayout, Source, Table, TableItem
from extract.read.columns import columns
from normalize.characters import squash
from normalize.quantities import find_quantities, is_null

_LEADER = re.compile(  # possessive, or a long run of spaces would be parted in every way
    r"^(?P<title>.*?)\s*+(?:[…‥・.．·_＿─\-―]{3,}+|(?<=\t)|(?<=\s\s)|(?<=\s)(?=[PpＰ]))[\s…‥・.．_]*+"
    r"(?:[PpＰ][.．]?\s*)?(?P<page>\d{1,3})\s*[PpＰ]?(?:ページ|頁)?\s*$"
)
_LEADER_END = re.compile(r"[…‥・.．·_＿─\-―]{3,}\s*$")
_CAPTION = re.compile(
    r"^(?:図表|図|表|グラフ|写真)\s*[0-9０-９]+(?:[-－][0-9０-９]+)?(?!手続|回|件)\s*[：:．.　\s]\s*\S"
)
_TOC_TITLE = {"目次", "もくじ", "contents"}
_NOTE = re.compile(r"^\s*(?P<mark>[※＊]\s*[0-9０-９]{1,3}|[注註]\s*[0-9０-９]{1,3}[)）]?)[\s:：.]*(?=\S)")
_BULLET = re.compile(r"^\s*(?:[-*+•・●○◦■□◆◇▪▸➢✓]|[①-⑳]|[(（][0-9０-９]{1,2}[)）]|[ア-ン][.)）\u3000])\s*")
_BARE_BULLET = re.compile(r"^\s*[-*+•・●○◦■□◆◇▪▸➢✓]\s*")
_OPEN_END = re.compile(r"[、，（(「『・～~：:]$|(?<=[^\x00-\x7f])[でのにとをがはへやもし]$")
_PAGE_NUMBER = re.compile(r"\s*[-－–—―ー]?\s*(?P<n>[0-9０-９]{1,3})\s*[-－–—―ー]?\s*(?:ページ|頁)?\s*")
_NOTE_REFERENCE = re.compile(r"(?<=\S)[※＊]\s?[0-9０-９]{1,3}")
_MINOR = ("circled", "kana", "letter", "roman", "half-paren")  # numbers of lists as often as of headings
_HEADING_MAX = 60
_FIRST_LABELS = ("overview", "background")  # what follows the heading of a measure, and no list
_CELL_MAX = 30
_COLUMN_NAME_MAX = 16  # «令和12年度 (2030)»; longer ones may be names of what is done: 手続の…, 取組の…
_REMARK = re.compile(
    r"[。：:]|^\s*[(（※＊*†注]|出典|資料|単位"
)  # what stands below a table and is no row of it
_WRAPPED_LINES = 8
_WRAP_MIN, _WRAP_MAX = 40, 120  # columns
_CUT_COLUMNS = 6
_PAGE_LINES = 4  # at least, between two page numbers
_RAGGED = 7  # columns by which a broken line may be short: an indent, a word or mark kept whole
_TOC_LINE_MAX = 60


@dataclass(slots=True)
class _Text:
    """A line with what its marks say; before it: ``gap``, a blank line, ``opens_page``, a page break."""

    text: str
    line: Line
    gap: bool
    opens_page: bool = False

    @property
    def is_row(self) -> bool:
        return self.line.markup == "row"

    @property
    def key(self) -> str:
        return squash(_BARE_BULLET.sub("", self.text))


def layout_text(source: Source) -> list[PageLayout]:
    """Lay out a text source; all items stand on one PageLayout (text input has no places on pages)."""
    texts = list(_texts(source.pages))
    toc_start = _toc_start(texts)
    toc_end, entries = _toc(texts, toc_start)
    navigation = _navigation(texts, toc_end, entries)
    wrap = _wrap_width(texts[toc_end:])
    aside = _running(source.pages, texts)
    items: list[Item] = []
    table: tuple[int, int, list[_Text]] | None = None  # where the last one stands and ends, and its rows
    i = 0
    while i < len(texts):
        item: Item
        if i < toc_end:
            item, i = _block(texts[i], "toc" if i >= toc_start else _cover_kind(texts[i])), i + 1
        elif i in navigation:
            item, i = _block(texts[i], "side_nav"), i + 1
        elif i in aside:
            item, i = _block(texts[i], aside[i]), i + 1
        elif texts[i].is_row:
            start, i = i, _table_end(texts, i)
            rows = list(texts[start:i])
            turned = table is not None and _is_page_break(texts, table[1], start, aside.keys())
            if table and turned and _goes_over(table[2], rows):
                table = table[0], i, [*table[2], *rows]
                items[table[0]] = _table(table[2])
                continue
            item, table = _table(rows), (len(items), i, rows)
        elif cut := _cut_table(texts, i):
            item, i = cut
        else:
            item, i = _paragraph(texts, i, entries, wrap)
        items.append(item)
    items = _with_references(items)
    return [PageLayout(page=source.pages[0], items=tuple(items))] if source.pages else []


def _with_references(items: Sequence[Item]) -> list[Item]:
    """Mark where the text refers to a note (窓口※1): its sign is no part of the word."""
    notes = {_digits(b.note) for b in items if isinstance(b, Block) and b.kind == "footnote" and b.note}

    def found(text: str) -> tuple[tuple[int, int], ...]:
        return tuple(m.span() for m in _NOTE_REFERENCE.finditer(text) if _digits(m[0]) in notes)

    out: list[Item] = []
    for item in items:
        if isinstance(item, TableItem):
            cells = tuple(replace(c, marks=c.marks + found(c.text)) for c in item.table.cells)
            item = replace(item, table=replace(item.table, cells=cells))
        elif isinstance(item, Block) and item.kind != "footnote" and not item.marks:
            item = replace(item, marks=found(item.text))
        out.append(item)
    return out


def _digits(mark: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", mark) if c.isdecimal())


def _texts(pages: Sequence[Page]) -> Iterator[_Text]:
    gap = True
    for page in pages:
        opens = True
        for line in page.lines:
            if not line.runs:
                gap = gap or line.markup != "row"  # the rule under a table's head parts nothing
                continue
            text = "\t".join(r.text for r in line.runs) if line.markup == "row" else line.text
            if text.strip():
                yield _Text(text, line, gap, opens)
                gap = opens = False
        gap = True


# --- table of contents and navigation ---------------------------------------------------------------


def _toc_entry(text: str) -> str | None:
    """Key of a 目次 line that ends with a page number, else None."""
    match = _LEADER.match(text.strip())
    return squash(match["title"]) if match and match["title"].strip() else None


def _entry_at(texts: Sequence[_Text], i: int) -> str | None:
    """As _toc_entry; the page number may stand on the next line."""
    entry = _toc_entry(texts[i].text)
    if entry or i + 1 == len(texts) or not _LEADER_END.search(texts[i].text):
        return entry
    below = texts[i + 1].text
    return _toc_entry(texts[i].text + below) if _PAGE_NUMBER.fullmatch(below) else None


def _toc_start(texts: Sequence[_Text]) -> int:
    for i, t in enumerate(texts[: max(40, len(texts) // 5)]):
        if t.key in _TOC_TITLE or (t.text and _entry_at(texts, i) and len(t.text) <= _TOC_LINE_MAX + 20):
            return i
    return 0


def _toc(texts: Sequence[_Text], start: int) -> tuple[int, frozenset[str]]:
    """End of the 目次 (index after its last line) and the keys of its entries; (0, {}) without one.

    It ends where its first entry comes again, or where running text begins; its last line is the last one
    with a page number.
    """
    keys: dict[str, int] = {}
    paged: list[str] = []
    last = 0
    for i in range(start, len(texts)):
        t = texts[i]
        if i > start and _PAGE_NUMBER.fullmatch(t.text):
            if _LEADER_END.search(texts[i - 1].text):
                last = i + 1
            continue
        entry = _entry_at(texts, i)
        key = entry or t.key
        if not entry and (key in keys or len(t.text) > _TOC_LINE_MAX):
            break
        if entry:
            last = i + 1
            paged.append(entry)
            for cell in t.line.runs if t.is_row else ():
                keys.setdefault(squash(cell.text), i)
        keys.setdefault(key, i)
    if len(paged) < 3 or last < start + 3:
        return 0, frozenset()
    return last, frozenset(
        k for k, i in keys.items() if i < last and k and not k.isdigit() and k not in _TOC_TITLE
    )


def _navigation(texts: Sequence[_Text], toc_end: int, entries: frozenset[str]) -> frozenset[int]:
    """Lines of a navigation bar: the same run of three or more 目次 entries, met at least twice."""
    runs: list[list[int]] = [[]]
    for i in range(toc_end, len(texts)):
        t = texts[i]
        if not t.is_row and t.line.markup is None and t.key in entries:
            runs[-1].append(i)
        elif runs[-1]:
            runs.append([])
    windows = [
        run[a:b] for run in runs for a in range(len(run)) for b in range(a + 3, min(len(run), a + 12) + 1)
    ]
    counts = Counter(tuple(texts[i].key for i in window) for window in windows)
    found: set[int] = set()
    for window in sorted(windows, key=len, reverse=True):
        if counts[tuple(texts[i].key for i in window)] >= 2 and not found.intersection(window):
            found.update(window)
    return frozenset(found)


# --- running heads and page numbers ---------------------------------------------------------------------


def _running(pages: Sequence[Page], texts: Sequence[_Text]) -> dict[int, BlockKind]:
    """Page numbers (two or more that go up, each alone) and lines that head or close most pages."""
    found: dict[int, BlockKind] = {}
    last = {id(line) for page in pages[:-1] for line in [x for x in page.lines if x.runs][-1:]}
    numbers = [
        (i, int(m["n"]))
        for i, t in enumerate(texts)
        if (t.gap or id(t.line) in last) and not t.is_row and (m := _PAGE_NUMBER.fullmatch(t.text))
        if i + 1 == len(texts) or texts[i + 1].gap
    ]
    for (i, n), (k, following) in pairwise(numbers):
        if 0 < following - n <= 3 and k - i >= _PAGE_LINES:
            found[i] = found[k] = "footer"
    edges: Counter[str] = Counter()
    by_line = {id(t.line): i for i, t in enumerate(texts)}
    ends = []
    for page in pages:
        own = [i for line in page.lines if (i := by_line.get(id(line), -1)) >= 0 and i not in found]
        ends.append({own[0], own[-1]} if own else set())
        edges.update({texts[i].key for i in ends[-1]})
    for i in sorted(set[int]().union(*ends)):
        t = texts[i]
        if edges[t.key] >= max(3, len(pages) // 2) and len(t.text) <= _HEADING_MAX and not numbered(t.text):
            found[i] = "header"
    return found


# --- blocks -------------------------------------------------------------------------------------------


def _kind(
    t: _Text, entries: frozenset[str], following: _Text | None = None, before: _Text | None = None
) -> BlockKind:
    line = t.line
    if line.markup == "footnote" or _NOTE.match(t.text):
        return "footnote"
    if _CAPTION.match(t.text) and len(t.text) <= 100:
        return "caption"
    if line.markup == "heading":
        return "heading"
    if title_behind_label(t.text) or field_role(t.text) or _heads_glossary(t) or policy_alone(t.text):
        return "heading"
    if line.markup == "list_item":
        return "list_item"
    if len(t.text) <= _HEADING_MAX and not t.text.endswith(("。", "、")):
        number = numbered(t.text)
        listed = squash(t.text) in entries or bool(number and squash(number.title) in entries)
        if number and _in_a_count(number, t, following, before):
            return "list_item"
        label = field_role(following.text) if following else None
        if number and (label in _FIRST_LABELS or (names_level(number.style) and label is None)):
            return "heading"
        labelled = label is not None
        if number and not t.gap and not listed and number.style in (*_MINOR, "plain", "paren"):
            return "list_item"
        if listed or (number and t.gap and (number.style not in _MINOR or labelled)):
            return "heading"
        if number and labelled and number.style not in (*_MINOR, "plain", "paren"):
            return "heading"
    if _BULLET.match(t.text):
        return "list_item"
    return "paragraph"


def _heads_glossary(t: _Text) -> bool:
    return t.gap and t.key in keys("glossary", "chapters")


def _in_a_count(number: Numbered, t: _Text, following: _Text | None, before: _Text | None) -> bool:
    """Whether the number before or after stands on the next line: a list, and no headings."""
    if names_level(number.style) or number.style in ("measure", "chapter"):
        return False
    after = numbered(following.text) if following and not following.gap else None
    last = numbered(before.text) if before and not t.gap else None
    return _counts_on(number, after) or _counts_on(last, number)


def _counts_on(number: Numbered | None, after: Numbered | None) -> bool:
    if number is None or after is None or after.style != number.style:
        return False
    first, second = _digits(number.number), _digits(after.number)
    return bool(first and second) and int(second) == int(first) + 1


def _cover_kind(t: _Text) -> BlockKind:
    return "title" if t.line.markup == "heading" else "paragraph"


def _block(t: _Text, kind: BlockKind, text: str | None = None) -> Block:
    marks = []
    position = 0
    for run in t.line.runs if not t.is_row else ():
        if run.superscript:
            marks.append((position, position + len(run.text)))
        position += len(run.text)
    note = _note_mark(t) if kind == "footnote" else None
    level = t.line.level if t.line.markup == "heading" else 0
    return Block(kind=kind, text=text or t.text, level=level, marks=tuple(marks), note=note)


def _note_mark(t: _Text) -> str | None:
    written = _NOTE.match(t.text)
    return t.line.runs[0].text if t.line.runs[0].superscript else written["mark"] if written else None


def _opens_field(text: str) -> bool:
    return field_role(text) is not None or leading_label(text) is not None


def _wrap_width(texts: Sequence[_Text]) -> int | None:
    """Columns at which the file breaks its lines, or None when every line is a paragraph of its own."""
    inner = [a for a, b in pairwise(texts) if a.line.markup is b.line.markup is None and not b.gap]
    broken = [t for t in inner if not t.text.endswith("。") and not _opens_field(t.text)]
    widths = sorted(w for t in broken if (w := columns(t.text)) >= _WRAP_MIN)
    reach = {w: sum(w - _RAGGED <= x <= w for x in widths) for w in widths}
    widest = max(reach, key=lambda w: (reach[w], w), default=0)
    if reach.get(widest, 0) < max(_WRAPPED_LINES, 0.5 * len(widths)) or widest > _WRAP_MAX:
        return None
    return widest


def _paragraph(
    texts: Sequence[_Text], i: int, entries: frozenset[str], wrap: int | None
) -> tuple[Block, int]:
    first = texts[i]
    before = texts[i - 1] if i else None
    kind = _kind(first, entries, texts[i + 1] if i + 1 < len(texts) else None, before)
    text = first.text
    j = i + 1
    while j < len(texts) and _goes_on(texts[j - 1 : j + 2], kind, entries, wrap):
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
    return Block(kind=kind, text=text, level=block.level, marks=tuple(marks), note=block.note), j


def _goes_on(texts: Sequence[_Text], kind: BlockKind, entries: frozenset[str], wrap: int | None) -> bool:
    """Whether the second line belongs to the paragraph of the first; a blank line may be a page break."""
    above, following, *below = texts
    text = above.text
    if following.gap and (not text.endswith("、") or kind not in ("paragraph", "list_item")):
        return False
    if following.is_row or following.line.markup is not None or kind == "caption":
        return False
    if _opens_field(text) or _opens_field(following.text):
        return False
    if _kind(following, entries, *below) != "paragraph" or _names_level(following.text):
        return False
    if kind == "list_item" and following.text.startswith(("(", "（")):
        return True
    if _OPEN_END.search(text):
        return True
    if text.endswith("。"):
        return False
    if kind == "footnote" and "。" in following.text:
        return True
    if wrap is None:
        return False
    return columns(text) >= (wrap - 1 if text.endswith(("」", "）", ")")) else wrap - _RAGGED)


def _names_level(text: str) -> bool:
    """Whether a line names a policy or measure by number (基本方針2 …): such a line begins something."""
    number = numbered(text) if len(text) <= _HEADING_MAX and not text.endswith("。") else None
    return number is not None and (names_level(number.style) or number.style == "measure")


# --- tables -------------------------------------------------------------------------------------------


def _table_end(texts: Sequence[_Text], i: int) -> int:
    """Where the rows from line i on end. A line without tabs between two rows is one of them."""
    j = i + 1
    while j < len(texts) and not texts[j].gap:
        if texts[j].is_row:
            j += 1
            continue
        k = j
        while (
            k < len(texts) and not texts[k].gap and not texts[k].is_row and len(texts[k].text) <= _HEADING_MAX
        ):
            k += 1
        if k < len(texts) and not texts[k].gap and texts[k].is_row and not _opens_field(texts[j].text):
            j = k
            continue
        break
    return j + 1 if j < len(texts) and _ends_table(texts, j) else j


def _table(rows: Sequence[_Text]) -> TableItem:
    """A line without tabs is a row of one cell over all columns."""
    table = _grid(rows)
    merged = any(n > 1 for t in rows for span in t.line.spans for n in span)  # then bars are told
    timeline = table_timeline(table, drawn=merged)
    return TableItem(table, (timeline,) if timeline else ())


def _heads_columns(t: _Text, *, first: bool) -> bool:
    """Whether a row names columns: at least two, and further down no other text but a label before them."""
    texts = [text for run in t.line.runs if (text := run.text.strip())]
    named = [_is_head(text) for text in texts]
    short = all(len(text) <= _COLUMN_NAME_MAX for text in texts)
    return short and sum(named) >= 2 and (first or all(named[1:]))


def _is_page_break(texts: Sequence[_Text], end: int, start: int, aside: Set[int]) -> bool:
    """Whether nothing but a page break, with what runs on every page, stands between two lines."""
    return any(t.opens_page for t in texts[end : start + 1]) and all(k in aside for k in range(end, start))


def _goes_over(before: Sequence[_Text], rows: Sequence[_Text]) -> bool:
    """Whether a table goes on with the rows at the top of the next page: as wide, and headed alike or not."""
    first, top = before[0], rows[0]
    if len(first.line.runs) < 2 or len(first.line.runs) != len(top.line.runs):
        return False
    return top.text == first.text or sum(_is_head(run.text) for run in top.line.runs) < 2


def _is_head(text: str) -> bool:
    return is_usual_header(text) or parse_period(text) is not None


def _ends_table(texts: Sequence[_Text], i: int) -> bool:
    """Whether the short line right below a table is its last row, of which the first cell alone is filled."""
    t = texts[i]
    alone = i + 1 == len(texts) or (texts[i + 1].gap and not texts[i + 1].opens_page)  # no foot of a page
    plain = _kind(t, frozenset()) == "paragraph" and not _opens_field(t.text)
    return alone and plain and not t.gap and len(t.text) <= _CELL_MAX and not _REMARK.search(t.text)


def _cut_table(texts: Sequence[_Text], i: int) -> tuple[TableItem, int] | None:
    """A table of indicators whose cells stand one a line: its heads, then as many lines for each row."""
    heads: list[str | None] = []
    for t in texts[i : i + _CUT_COLUMNS]:
        role = None if t.is_row or t.line.markup else column_role(t.text)
        if role is None or role in heads:
            break
        heads.append(role)
    n = len(heads)
    values = [c for c, role in enumerate(heads) if role in ("baseline", "current", "target", "interim")]
    if not values or "indicator" not in heads or "target" not in heads:
        return None
    end = i + n
    while end + n <= len(texts):
        row = texts[end : end + n]
        if not all(_is_cell(t) for t in row) or not all(_is_value(row[c].text) for c in values):
            break
        end += n
    if end == i + n:
        return None
    cells = tuple(Cell(k // n, k % n, t.text) for k, t in enumerate(texts[i:end]))
    return TableItem(Table(cells, n_rows=(end - i) // n, n_cols=n)), end


def _is_cell(t: _Text) -> bool:
    return not t.is_row and t.line.markup != "heading" and len(t.text) <= _HEADING_MAX and "。" not in t.text


def _is_value(text: str) -> bool:
    return len(text) <= 30 and (is_null(text) or bool(find_quantities(text)))


def _grid(rows: Sequence[_Text]) -> Table:
    """Cells at their places: those told to cover several rows or columns push the others on."""
    cells: list[Cell] = []
    taken: set[tuple[int, int]] = set()
    heads = {r for r, t in enumerate(rows[:-1]) if _heads_columns(t, first=not r)}
    for r, t in enumerate(rows):
        if not t.is_row:
            cells.append(Cell(r, 0, t.text, colspan=1 if r == len(rows) - 1 else -1))
            continue
        c = 0
        spans = t.line.spans or ((1, 1),) * len(t.line.runs)
        for run, (down, across) in zip(t.line.runs, spans, strict=True):
            while (r, c) in taken:
                c += 1
            cells.append(Cell(r, c, run.text.strip(), rowspan=min(down, len(rows) - r), colspan=across))
            taken.update((r + y, c + x) for y in range(down) for x in range(across))
            c += across
    width = max((c.col + c.colspan for c in cells), default=1) or 1
    cells = [replace(c, colspan=width) if c.colspan < 0 else c for c in cells]
    cells = [replace(c, is_header=True) if c.row in heads else c for c in cells]
    return Table(tuple(cells), n_rows=len(rows), n_cols=max(width, 1))
