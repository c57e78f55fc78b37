"""The labelled fields of a measure: label -> text, wherever the label stands.

A label may be a line of its own (＜現状と課題＞, a box on a slide), open a line (担当課：総務課), stand left
of its value in a table, or above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from extract.document import Document, Node, Placed
from extract.labels import (
    bare,
    column_role,
    field_role,
    generic_role,
    keys,
    outside_brackets,
    vocabulary,
)
from extract.layout.numbering import heading_number, names_level
from extract.layout.periods import parse_period
from extract.model import Cell, without_marks
from extract.records.lists import split_counted
from extract.structure.content import is_office, profile
from extract.structure.labels import CORE
from extract.structure.labels_found import ASIDE
from normalize.characters import squash, strip_bullet, strip_note_marks
from normalize.frozen import frozen

_BULLET = re.compile(
    r"^\s*(?:[-*+•・･●○◦■□◆◇▪▸➢✓\ue000-\uf8ff]|[①-⑳㉑-㉟]|[(（][0-9０-９ア-ン]{1,2}[)）]|[0-9０-９]{1,2}[.．)）](?![0-9０-９])|[ア-ン][.．)）\u3000])\s*"
)
_ORDINAL = re.compile(
    r"^(?:[(（]?[0-9０-９]{1,2}[.．)）](?![0-9０-９])|[(（][ア-ンa-zａ-ｚ][)）]|[ア-ン][.．)）\u3000])\s*(?=\S)"
)
_ESCAPE = re.compile(r"\\([*†_#])")  # markdown
_OFFICES = re.compile(  # a line of nothing else: （担当　総務課）
    r"[(（〔【［\[]\s*(?:(?P<label>[^\s：:／/]{2,8})[\s：:／/]+)?(?P<offices>[^()（）]+)[)）〕】］\]]"
)
_NOTE_LINE = re.compile(r"^\s*(?:[※＊†]|\*(?!\s)|[(（](?:年度|単位[：:][^()（）]*)[)）]\s*$)")
_MOST = 0.7  # of the cells of a column


@frozen
class Part:
    """One paragraph or list item of a field."""

    text: str
    is_item: bool
    block: int
    joined: tuple[int, ...] = ()  # blocks whose text was joined to it


@frozen
class Field:
    role: str
    label: str | None
    parts: tuple[Part, ...]
    label_block: int | None = None

    @property
    def prose(self) -> str | None:
        return "\n".join(p.text for p in self.parts if not p.is_item) or None

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(p.text for p in self.parts if p.is_item)

    @property
    def text(self) -> str | None:
        return "\n".join(p.text for p in self.parts) or None


def collect(document: Document, nodes: Iterable[Node]) -> tuple[Field, ...]:
    """Fields in order; text before the first label has the role ``body``."""
    fields: list[Field] = []
    role, label, label_block = "body", None, None
    parts: list[Part] = []

    def flush() -> None:
        if parts or role != "body":
            fields.append(Field(_role_over(role, label, parts), label, tuple(parts), label_block))
        parts.clear()

    for node in nodes:
        if node.table is not None:
            listed = role == "actions" and not (parts or node.timelines)
            parts += (tasks := _tasks(document, node.table) if listed else [])
            found = [] if tasks else table_fields(document, node.table)
            if found or (role == "kpi" and _of_indicators(document, node.table)):
                flush()
                fields += found
                role, label, label_block = "after", None, None
            continue
        if not node.is_block:
            continue
        placed = document.blocks[node.first]
        if placed.block.kind in ASIDE or names_policy(placed.clean):
            continue
        opened = _label(document, placed)
        if opened is None or _is_tag(opened, role):
            more = split_parts(placed)
            if role == "departments" and _follow_offices(parts, more):
                flush()  # what follows the offices is no part of their field
                role, label, label_block = _role_behind(fields), None, None
            parts += more
            continue
        flush()
        role, label, rest = opened
        label_block = placed.index
        if rest:
            parts += _parts(rest, placed.index, is_item=False)
    flush()
    return tuple(fields)


def _is_tag(opened: tuple[str, str, str | None], role: str) -> bool:
    """Whether what opens like a label is the name of a plan in a tag."""
    return role == opened[0] == "tags" and bool(opened[2])


def _role_behind(fields: Sequence[Field]) -> str:
    return "after" if any(f.role in CORE for f in fields) else "body"


def _follow_offices(before: Sequence[Part], parts: Sequence[Part]) -> bool:
    return bool(before) and _names_offices(before[-1]) and not any(map(_names_offices, parts))


def _tasks(document: Document, index: int) -> list[Part]:
    """What is to be done, of a table that lists it one a row beside its number, its offices or its years."""
    columns = [_distinct(column) for column in zip(*document.grids[index][1:], strict=True)]
    held = [profile(cell_text(c) for c in column) for column in columns]
    beside = any(p.share("office", "year", "span", "ordinal", "number") > _MOST for p in held)
    names = [c for c, p in enumerate(held) if p.share("name", "prose") > _MOST and p.distinct == 1]
    if not beside or not names:
        return []
    longest = max(names, key=lambda c: held[c].length)
    return [
        Part(tidy(cell_text(cell)), True, document.cell_blocks[index, cell.row, cell.col])
        for cell in columns[longest]
        if cell.text
    ]


def _role_over(role: str, label: str | None, parts: Sequence[Part]) -> str:
    """The role of a label by what stands under it: 進め方 heads a chart, or tells in sentences how."""
    told = bool(parts) and all("。" in p.text for p in parts)
    if role == "schedule" and told and squash(label or "") in keys("compose", "chart_or_approach"):
        return "approach"
    own = role == "tags" or (role == "other" and field_role(label or "") is None)
    if own and parts and all(map(_names_offices, parts)):
        return "departments"  # 関連, or a label of the plan's own words (〔旗振り役〕)
    return role


def _names_offices(part: Part) -> bool:
    ends = tuple(vocabulary("tables")["office_ends"])
    names = re.split(r"[、，,／/・\s]+", part.text)
    return all(2 < len(name) <= 14 and name.endswith(ends) for name in names)


def names_policy(text: str) -> bool:
    """Whether a line is nothing but the name of a policy (基本方針1 便利な町): a tag, no text of a field."""
    number = heading_number(outside_brackets(text))
    return number is not None and names_level(number.style) and len(text) <= 60 and "。" not in text


def _label(document: Document, placed: Placed) -> tuple[str, str, str | None] | None:
    """(role, label, text that follows on the same line) when the block opens a field."""
    text = placed.clean
    known = document.labels.role(text)
    offices = _OFFICES.fullmatch(text.strip()) if known in (None, "other") else None
    if offices and is_office(offices["offices"]) and field_role(offices["offices"]) is None:
        return "departments", offices["label"] or "", offices["offices"]
    role = known or (generic_role(text) or "other" if placed.block.is_label else None)
    if role and placed.block.kind != "list_item":
        return role, bare(text), None
    return document.labels.leading(text)


def split_parts(placed: Placed) -> list[Part]:
    return _parts(placed.clean, placed.index, is_item=placed.block.kind == "list_item")


def _parts(text: str, block: int, *, is_item: bool) -> list[Part]:
    parts = []
    for paragraph in (line for told in text.split("\n") for line in split_counted(told)):
        if not paragraph.strip() or _NOTE_LINE.match(paragraph):
            continue
        item = is_item or bool(_BULLET.match(paragraph))
        text = tidy(paragraph)
        parts.append(Part(_ORDINAL.sub("", text) if item else text, item, block))
    return parts


def tidy(text: str) -> str:
    """As printed, without bullet and note marks."""
    return strip_note_marks(strip_bullet(_ESCAPE.sub(r"\1", text.strip())))


# --- labels in tables ---------------------------------------------------------------------------------


def cell_text(cell: Cell) -> str:
    return without_marks(cell.text, cell.marks) if cell.marks else cell.text


def table_fields(document: Document, index: int) -> list[Field]:
    """Fields of a table whose cells hold labels: label left of its value, or labels in a row over values."""
    rows = document.grids[index]
    fields: list[Field] = []
    common = _common_labels(document, rows)
    years: set[int] = set()  # columns of the years above
    for r, row in enumerate(rows):
        cells = _distinct(row)
        labelled = [] if _holds_data(document, cells, r, years) else _labelled(document, cells, r, common)
        if _heads_years(cells):
            years = {c.col for c in cells if c.text and parse_period(cell_text(c)) is not None}
        if not labelled or heads_indicators(cells):
            continue
        filled = [c for c in cells if c.text]
        if len(labelled) == len(filled) > 1 and r + 1 < len(rows) and not _is_tag_of(document, labelled):
            fields += [f for c in labelled if (f := _below(document, index, rows, c))]
            continue
        for cell in labelled:
            values = _right_of(document, cells, cell)
            fields.append(_field(document, index, cell, [*values, *_continued(rows, cell, values)]))
    return fields


def _holds_data(document: Document, cells: Sequence[Cell], row: int, years: set[int]) -> bool:
    """Whether a row is one of what a label at its left holds, or has a cell under each year above it."""
    of_label = cells and cells[0].row < row
    if of_label and document.labels.role(cell_text(cells[0])) in ("schedule", "kpi"):
        return True
    return bool(years) and _stands_under(cells, years)  # 実施内容 | 設計 | 構築 below 年度 | R8 | R9


def _labelled(document: Document, cells: Sequence[Cell], row: int, common: set[int]) -> list[Cell]:
    """The cells that begin in a row and are labels; of a row that heads years, only what names its rows."""
    role_of = document.labels.role
    found = [c for c in cells if c.row == row and (role_of(cell_text(c)) or id(c) in common)]
    if _heads_years(cells):  # 具体的な取組 | R8 | R9: the name of the rows below, no field
        return [c for c in found if role_of(cell_text(c)) in ("schedule", "kpi")]
    return found


def _right_of(document: Document, cells: Sequence[Cell], label: Cell) -> list[Cell]:
    """The cells right of a label in its row, up to the next label."""
    values: list[Cell] = []
    for other in cells[cells.index(label) + 1 :]:
        role = document.labels.role(cell_text(other))
        names_all = other is cells[-1] and role == "departments" == document.labels.role(cell_text(label))
        if role and not names_all and not _is_tag_of(document, (label, other)):
            break  # but 関係課 | 関係各課: offices whose name is a label elsewhere
        if values and is_office(cell_text(values[-1])) and not is_office(cell_text(other)):
            break  # 担当課 | 市民課 | 区分 | 拡充: a label of its own behind the offices
        values.append(other)
    return values


def _common_labels(document: Document, rows: Sequence[Sequence[Cell | None]]) -> set[int]:
    """Cells (by id) of words too common to be labels (内容), among labels down the side of a form."""
    side = [cells for row in rows if len(cells := _distinct(row)) == 2]
    known = sum(document.labels.role(cell_text(label)) is not None for label, _ in side)
    return {id(label) for label, _ in side if generic_role(cell_text(label))} if known > 1 else set()


def _is_tag_of(document: Document, cells: Sequence[Cell]) -> bool:
    """Whether what stands right of a label is the name of a plan, which labels such tags elsewhere."""
    return len(cells) == 2 and all(document.labels.role(cell_text(c)) == "tags" for c in cells)


def _of_indicators(document: Document, index: int) -> bool:
    """Whether a table is one of indicators: the label over it has all it names, what follows is another's."""
    return any(heads_indicators(_distinct(row)) for row in document.grids[index][:2])


def heads_indicators(cells: Sequence[Cell]) -> bool:
    """Whether a row is the head of a table of indicators: its 現状 and 目標 label no text of the measure.

    They stand side by side; in a row of a form what each says is between them.
    """
    roles = [column_role(cell_text(c)) for c in cells if c.text]
    beside = any(a in ("baseline", "current") and b == "target" for a, b in pairwise(roles))
    return beside or (None not in roles and "indicator" in roles and len({*roles}) > 1)


def _heads_years(cells: Sequence[Cell]) -> bool:
    return sum(parse_period(cell_text(c)) is not None for c in cells if c.text) > 1


def _stands_under(cells: Sequence[Cell], years: set[int]) -> bool:
    """Whether a row has a cell to each year, and nothing else behind its label."""
    return len(years) > 1 and {c.col for c in cells[1:]} - years == set() and len(cells) > len(years) / 2 + 1


def _distinct(row: Sequence[Cell | None]) -> list[Cell]:
    seen: list[Cell] = []
    for cell in row:
        if cell is not None and (not seen or seen[-1] is not cell):
            seen.append(cell)
    return seen


def _below(document: Document, index: int, rows: list[list[Cell | None]], label: Cell) -> Field | None:
    under = rows[label.row + label.rowspan][label.col] if label.row + label.rowspan < len(rows) else None
    return _field(document, index, label, [under]) if under is not None and under.text else None


def _continued(rows: list[list[Cell | None]], label: Cell, values: Sequence[Cell]) -> list[Cell]:
    """Cells right of a label that spans several rows, in its further rows."""
    more: list[Cell] = []
    for r in range(label.row + 1, min(label.row + label.rowspan, len(rows))):
        for cell in _distinct(rows[r]):
            if cell.col >= label.col + label.colspan and cell not in values and cell not in more:
                more.append(cell)
    return more


def column_field(document: Document, index: int, role: str, head: str, values: Sequence[Cell]) -> Field:
    """The field a column of a table gives for one row."""
    return Field(role, head, _cell_parts(document, index, role, values))


def _field(document: Document, index: int, label: Cell, values: Sequence[Cell]) -> Field:
    role = document.labels.role(cell_text(label)) or generic_role(cell_text(label)) or "other"
    parts = _cell_parts(document, index, role, values)
    name = bare(cell_text(label))
    return Field(
        _role_over(role, name, parts), name, parts, document.cell_blocks.get((index, label.row, label.col))
    )


def _cell_parts(document: Document, index: int, role: str, values: Sequence[Cell]) -> tuple[Part, ...]:
    parts: list[Part] = []
    for cell in values:
        block = document.cell_blocks.get((index, cell.row, cell.col))
        if block is None:
            continue
        if role == "tags" and cell.boxed:
            parts += [Part(tidy(t), True, block) for t in cell.boxed]
        else:
            parts += _parts(cell_text(cell), block, is_item=False)
    return tuple(parts)
