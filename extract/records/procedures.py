"""Lists of procedures (手続) and whether each can be done online.

The state is told by marks with a legend (* オンライン化済), by words (本市対象外), or by the colour of the
text with a legend (赤字 = not yet online). Where only colour tells and the text has lost it, it stays null.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cache

from extract.document import Document, Node
from extract.labels import keys, vocabulary
from extract.model import WHITE, Cell
from extract.records.fields import cell_text
from extract.records.model import Procedure
from normalize.characters import squash, strip_bullet, strip_note_marks
from normalize.frozen import frozen

_MARKS = "*＊※†‡○◯●◎◇☆★△▲"
_NUMBER = re.compile(
    r"^\s*(?P<n>[0-9０-９]{1,3}(?=[\s.．)）])|[(（]\s*[0-9０-９]{1,3}\s*[)）]|[①-⑳㉑-㉟])[\s.．)）]*(?=[^0-9０-９])"
)
_LEAD_MARK = re.compile(rf"^\s*([{_MARKS}×✕－])\s*(?=\S)")
_MEANING = re.compile(
    rf"\\?([{_MARKS}×✕－―])\s*(?:[：:=＝…]|印[：:はがの])\s*([^{_MARKS}×✕－―\s][^{_MARKS}×✕－―：:=＝]*)"
)
_COMES = re.compile(r"年度?(?:まで|以降)に")  # 令和12年度までに対応
_LED_BY_MARK = re.compile(rf"\s*\\?([{_MARKS}])\s*(?:[：:はが…印]|\S)")
_TAIL_MARK = re.compile(rf"\s*\\?([{_MARKS}])\s*$")
_NOTE = re.compile(r"[(（]([^()（）]*)[)）]\s*$")
_LETTERED = re.compile(r"[A-Za-zＡ-Ｚａ-ｚア-ン][)）.．]")  # a) …手続: one of several lists
_COUNTED = re.compile(r"\s*[(（]?[0-9０-９]+\s*[/／]\s*[0-9０-９]+[)）]?$")  # … 1/3: the page of a long list
_COUNT = re.compile(r"[0-9０-９]{1,3}")
_MIN_LIST = 5
_NAME_MAX = 60


@frozen
class _Entry:
    text: str
    block: int
    color: int
    fill: int | None = None


@frozen
class _Legend:
    """What the signs around a list mean: sign -> (online, applicable)."""

    marks: dict[str, tuple[bool | None, bool]]
    color: str | None = None  # the colour that tells a state
    color_online: bool | None = None
    ground_online: bool | None = None  # what a coloured ground tells
    unread: frozenset[str] = frozenset()  # signs explained in words that are not understood

    @property
    def states(self) -> set[bool | None]:
        return {online for online, _ in self.marks.values()}


def extract(document: Document) -> list[Procedure]:
    rows: list[Procedure] = []
    for n, node in enumerate(document.nodes):
        if node.table is not None:
            rows += _by_row(document, n)
    tables = {document.blocks[b].table for r in rows for b in r.at.blocks}
    for first, last in _lists(document):
        if not {node.table for node in document.nodes[first:last]} & tables - {None}:
            rows += _read_list(document, first, last)
    return sorted(rows, key=lambda r: r.at.start)


# --- finding the lists --------------------------------------------------------------------------------


def is_procedure(name: str) -> bool:
    """Whether a short text reads like the name of a procedure."""
    name = _TAIL_MARK.sub("", _NOTE.sub("", _TAIL_MARK.sub("", name.strip()))).strip()
    name = _NOTE.sub("", name).strip()
    endings = tuple(vocabulary("procedures")["name_endings"])
    return 2 <= len(name) <= _NAME_MAX and "。" not in name and name.endswith(endings)


def _is_title(text: str) -> bool:
    words = vocabulary("procedures")
    return (
        len(text) <= 120
        and "。" not in text
        and any(w in text for w in words["list_titles"])
        and any(w in text for w in words["list_title_needs"])
    )


def _lists(document: Document) -> Iterator[tuple[int, int]]:
    """(first node, last node) of runs of nodes that hold names of procedures, under a title."""
    kept: list[tuple[int, int]] = []
    n = 0
    while n < len(document.nodes):
        if not _is_list_node(document, n):
            n += 1
            continue
        last = n + 1
        gap = 0
        for m in range(n + 1, len(document.nodes)):
            if _is_list_node(document, m):
                last, gap = m + 1, 0
            elif document.nodes[m].table is not None or gap >= 8:
                break
            else:
                gap += 1
        kept.append((n, last))
        n = last
    for first, last in kept:
        names = sum(is_procedure(e.text) for e in _entries(document, document.nodes[first:last]))
        if names >= _MIN_LIST and _titles_before(document, first):
            yield first, last


def _is_list_node(document: Document, n: int) -> bool:
    node = document.nodes[n]
    if node.table is not None:
        heads = _heads()
        cells = [
            c
            for c in document.tables[node.table].cells
            if c.text
            and not c.is_header
            and squash(c.text) not in heads
            and not _COUNT.fullmatch(c.text.strip())
        ]
        names = sum(is_procedure(_name(c.text)) for c in cells)
        return names >= _MIN_LIST and names >= 0.6 * len(cells)
    if not node.is_block:
        return False
    block = document.blocks[node.first].block
    return (
        block.kind in ("list_item", "paragraph")
        and is_procedure(_name(block.text))
        and not _is_title(block.text)
    )


def _titles_before(document: Document, n: int) -> list[str]:
    """Lines about 手続 and オンライン化 shortly before a list, the nearest first."""
    lines = [document.blocks[node.first].clean for node in document.nodes[max(0, n - 8) : n] if node.is_block]
    return [text.strip() for text in reversed(lines) if _is_title(text)]


@cache
def _heads() -> frozenset[str]:
    return frozenset().union(*(keys("procedures", f"{role}_columns") for role in ("name", "number", "group")))


def _title_before(document: Document, n: int) -> str | None:
    """The title of a list; what is one of its parts (a) …手続) only where nothing stands above it."""
    titles = _titles_before(document, n)
    whole = [t for t in titles if not _LETTERED.match(t)]
    return _whole_title((whole or titles)[0]) if titles else None


def _whole_title(text: str) -> str:
    return strip_note_marks(_COUNTED.sub("", text.strip()))


# --- a table with a row for each procedure --------------------------------------------------------------


def _by_row(document: Document, n: int) -> list[Procedure]:
    """Rows of a table with columns for the name and the state (○ online, × not yet, － not applicable)."""
    index = document.nodes[n].table
    assert index is not None
    rows = document.grids[index]
    heads = [cell_text(c) if c and c.col == i else "" for i, c in enumerate(rows[0])] if rows else []
    found: list[Procedure] = []
    if not any(squash(h) in keys("procedures", "name_columns") for h in heads):
        return found
    legend = _legend(document, [document.nodes[n]])
    for columns in _column_sets(heads, _sign_columns(rows[1:], legend)):
        for row in rows[1:]:
            procedure = _of_row(document, n, row, columns, legend)
            if procedure is not None:
                found.append(procedure)
    return found


def _sign_columns(rows: Sequence[Sequence[Cell | None]], legend: _Legend) -> set[int]:
    """Columns with nothing but signs the legend explains: the state, whatever heads them (区分)."""
    known = legend.marks.keys() | legend.unread
    signs: dict[int, set[bool]] = {}
    for row in rows:
        for c, cell in enumerate(row):
            if cell and cell.text:
                sign = _plain(cell_text(cell).strip())
                signs.setdefault(c, set()).add(sign in known)
    return {c for c, explained in signs.items() if explained == {True}}


def _column_sets(heads: Sequence[str], signs: Set[int]) -> list[dict[str, int]]:
    """Columns by role, once for each name column: long lists stand in two or three halves side by side."""
    roles = ("name", "state", "number", "group")
    named = {role: keys("procedures", f"{role}_columns") for role in roles}
    told = [
        ("state" if c in signs else next((r for r in roles if squash(h) in named[r]), None), c)
        for c, h in enumerate(heads)
    ]
    sets: list[dict[str, int]] = []
    for role, c in told:
        if role is not None and (not sets or role in sets[-1]):
            sets.append({})
        if role is not None:
            sets[-1][role] = c
    return [columns for columns in sets if {"name", "state"} <= columns.keys()]


def _of_row(
    document: Document, n: int, row: Sequence[Cell | None], columns: dict[str, int], legend: _Legend
) -> Procedure | None:
    words = vocabulary("procedures")
    index = document.nodes[n].table
    assert index is not None
    cells = {role: c for role, col in columns.items() if (c := row[col]) and c.text}
    told = {role: cell_text(c).strip() for role, c in cells.items()}
    state = told.get("state", "")
    if not told.get("name"):
        return None
    if _plain(state) in legend.marks:
        online, applicable = legend.marks[_plain(state)]
    elif state in {*words["yes"], *words["no"], *words["none"]}:
        told_yes = state in words["yes"] and state not in legend.unread
        online = True if told_yes else False if state in words["no"] else None
        applicable = state not in words["none"]
    elif (said := _state(state)) is not None:  # 令和9年度開始予定
        online, applicable = said, True
    else:
        return None
    return Procedure(
        at=document.evidence([document.cell_blocks[index, c.row, c.col] for c in cells.values()]),
        rule="procedure-table",
        confidence=0.95,
        name=strip_note_marks(told["name"]),
        list_title=_title_before(document, n),
        group=told.get("group") or _outer_group(document, document.nodes[n]),
        number=told.get("number"),
        online=online,
        applicable=applicable,
    )


# --- reading a list -----------------------------------------------------------------------------------


def _entries(document: Document, nodes: Sequence[Node]) -> list[_Entry]:
    out = []
    for node in nodes:
        for placed in document.node_blocks([node]):
            cell = placed.cell
            if cell is not None:
                out.append(_Entry(cell_text(cell), placed.index, cell.color))
            elif placed.block.kind in ("list_item", "paragraph"):
                out.append(_Entry(placed.clean, placed.index, placed.block.color))
    return out


def _read_list(document: Document, first: int, last: int) -> list[Procedure]:
    nodes = document.nodes[first:last]
    legend = _legend(document, nodes)
    nearest = _titles_before(document, first)[0]
    outer = _outer_group(document, nodes[0]) or (nearest if _LETTERED.match(nearest) else None)
    rows: list[Procedure] = []
    if all(node.table is not None for node in nodes):
        groups = [(g, e) for node in nodes for g, e in _by_column(document, node)]
    else:
        groups = _by_heading(document, nodes)
    titles = [(nodes[0].first, _title_before(document, first))]
    titles += [
        (p.index, _whole_title(p.clean))
        for p in document.node_blocks(nodes)
        if p.block.kind == "heading" and _is_title(p.clean) and not _LETTERED.match(p.clean)
    ]
    for group, entry in groups:
        if not is_procedure(_name(entry.text)) or _is_title(entry.text):
            continue
        title = next(t for i, t in reversed(titles) if i <= entry.block)
        rows.append(_procedure(document, entry, group or outer, title, legend))
    return rows


def _by_heading(document: Document, nodes: Sequence[Node]) -> list[tuple[str | None, _Entry]]:
    before = document.blocks[nodes[0].first - 1] if nodes[0].first else None
    starts = before is not None and before.block.kind == "heading" and not _is_title(before.clean)
    group = before.clean.strip() if before is not None and starts else None
    out: list[tuple[str | None, _Entry]] = []
    for node in nodes:
        for placed in document.node_blocks([node]):
            kind = placed.block.kind
            named = kind == "heading" and is_procedure(_name(placed.clean)) and "関係" not in placed.text
            if kind == "heading" and not named and not _is_title(placed.clean):
                group = placed.clean.strip()
            elif named or kind in ("list_item", "paragraph", "table_cell"):
                out.append((group, _Entry(placed.clean, placed.index, placed.block.color)))
    return out


def _by_column(document: Document, node: Node) -> list[tuple[str | None, _Entry]]:
    """Cells down the columns: a group's name stands in a cell of its own and rules what follows."""
    assert node.table is not None
    table = document.tables[node.table]
    group: str | None = None
    out: list[tuple[str | None, _Entry]] = []
    columns: dict[int, list[Cell]] = {}
    heads = _heads()
    for cell in table.cells:
        if cell.text:
            columns.setdefault(cell.col, []).append(cell)
    for col in sorted(columns):
        for cell in sorted(columns[col], key=lambda c: c.row):
            text = cell_text(cell)
            if squash(text) in heads:
                continue
            if not is_procedure(_name(text)) or re.search(r"関係|手続\s*[)）]", text):
                group = re.sub(r"\s+", "", text) if "手続" in text or "関係" in text else group
                continue
            block = document.cell_blocks[node.table, cell.row, cell.col]
            out.append((group, _Entry(text, block, cell.color, cell.fill)))
    return out


def _outer_group(document: Document, first: Node) -> str | None:
    """A name for the whole list that stands shortly before it (別表1)."""
    before = document.blocks[max(0, first.first - 8) : first.first]
    for placed in reversed(before):
        if re.fullmatch(r"\s*(?:別表|表|図)\s*[0-9０-９]*.{0,40}", placed.text, re.S):
            return placed.text.strip()
    return None


def _name(text: str) -> str:
    return _NUMBER.sub("", strip_bullet(text))


def _procedure(
    document: Document, entry: _Entry, group: str | None, title: str | None, legend: _Legend
) -> Procedure:
    lead = _LEAD_MARK.match(entry.text)
    number = _NUMBER.match(strip_bullet(entry.text))
    name = _name(entry.text).strip()
    online: bool | None = None
    applicable = True
    mark = _TAIL_MARK.search(name)
    if mark:
        name = name[: mark.start()].strip()
        online, applicable = legend.marks.get(_plain(mark[1]), (None, True))
    elif lead and _plain(lead[1]) in legend.marks:
        name = _LEAD_MARK.sub("", name)
        online, applicable = legend.marks[_plain(lead[1])]
    elif True in legend.states:
        online = False  # the legend marks those that are online; this one has no mark
    if not applicable and legend.states == {True, None}:
        online = False  # it has another mark instead, and none stands for «not yet»
    note = _NOTE.search(name)
    words = vocabulary("procedures")
    if note and any(w in note[1] for w in words["not_applicable"]):
        name, applicable = name[: note.start()].strip(), False
    if legend.color and document.blocks[entry.block].block.box is not None:
        matches = color_name(entry.color) == legend.color
        online = (
            legend.color_online
            if matches
            else (None if legend.color_online is None else not legend.color_online)
        )
    if legend.ground_online is not None and document.blocks[entry.block].block.box is not None:
        online = legend.ground_online is _is_coloured(entry.fill)
    return Procedure(
        at=document.evidence([entry.block]),
        rule="procedure-list",
        confidence=0.95 if online is not None or not legend.marks else 0.85,
        name=name,
        list_title=title,
        group=group,
        number=number["n"] if number else None,
        online=online,
        applicable=applicable,
    )


def _is_coloured(fill: int | None) -> bool:
    return fill not in (None, WHITE)


def _plain(mark: str) -> str:
    return "*" if mark == "＊" else mark


def color_name(rgb: int) -> str | None:
    """red or blue for a plainly red or blue text colour, else None.

    >>> color_name(0xFF0000), color_name(0xC00000), color_name(0x0000FF), color_name(0x333333)
    ('red', 'red', 'blue', None)
    """
    r, g, b = rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255
    if r > 140 and r > 1.8 * max(g, b, 1):
        return "red"
    if b > 140 and b > 1.5 * max(r, g, 1):
        return "blue"
    return None


def _legend(document: Document, nodes: Sequence[Node]) -> _Legend:
    """Read the lines around a list that say what its marks and colours mean."""
    around = document.blocks[max(0, nodes[0].first - 10) : nodes[-1].last + 12]
    lines = [p.text.strip() for p in around if 6 <= len(p.text) <= 120]
    grounds = {line: told for line in lines if _has(line, "grounds") and (told := _state(line)) is not None}
    lines = [line for line in lines if line not in grounds]
    marks: dict[str, tuple[bool | None, bool]] = {}
    unread: set[str] = set()
    for line in lines:
        for sign, meaning in _MEANING.findall(line):
            if said := (False, True) if _COMES.search(meaning) else _said(meaning):
                marks.setdefault(_plain(sign), said)
            else:
                unread.add(_plain(sign))
    for line in lines:  # a mark that opens a line may be a bullet: what is told of signs comes first
        lead = _LED_BY_MARK.match(line)
        said = _said(line) if lead and not is_procedure(_name(line)) else None
        if lead and said and _plain(lead[1]) not in unread:
            marks.setdefault(_plain(lead[1]), said)
    yes = unread & set(vocabulary("procedures")["yes"])
    if len(yes) == 1 and any(online is False for online, _ in marks.values()):
        marks.setdefault(yes.pop(), (True, True))  # beside what is not online yet, in words of its own
    coloured = next((t for t in lines if _color_in(t) and _state(t) is not None), "")
    ground = next(reversed(grounds.values()), None)
    return _Legend(marks, _color_in(coloured), _state(coloured), ground, frozenset(unread - marks.keys()))


def _said(meaning: str) -> tuple[bool | None, bool] | None:
    """What words make of a mark: (online, applicable); None for what is not understood, or is of a colour."""
    if _has(meaning, "not_applicable"):
        return None, False
    state = _state(meaning)
    return None if state is None or _color_in(meaning) else (state, True)


def _has(text: str, kind: str) -> bool:
    return any(word in text for word in vocabulary("procedures")[kind])


def _color_in(text: str) -> str | None:
    colors: Mapping[str, Sequence[str]] = vocabulary("procedures")["colors"]
    return next((color for color, names in colors.items() if any(n in text for n in names)), None)


def _state(text: str) -> bool | None:
    return False if _has(text, "not_online") else _has(text, "online") or None
