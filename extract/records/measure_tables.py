"""Measures that stand in tables: one a row (施策名 | 概要 | 担当課 | …, with the policies as rows over them),
or one a table, a form that names its measure in a row of its own (施策名 | 窓口の改善).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from extract.document import Document
from extract.labels import column_role, field_role, generic_role, keys
from extract.layout.numbering import Numbered, names_level, names_measure, number_alone, numbered
from extract.layout.periods import parse_period
from extract.model import Cell
from extract.records.fields import Field, cell_text, column_field, heads_indicators, table_fields
from extract.records.progress import is_rate
from extract.structure.labels import CORE
from normalize.characters import squash
from normalize.frozen import frozen

_HEAD = {"title": "form_titles", "number": "number_columns", "policy": "policy_labels"}
_MIN_ROWS = 2
_OFTEN = 4  # cells
_TITLE_MAX = 60  # characters


@frozen
class ListedMeasure:
    """A row (or the rows a merged title spans) of a table of measures, or a form; ``above`` groups it."""

    title: str
    number: str | None
    fields: tuple[Field, ...]
    above: tuple[str, ...]
    blocks: tuple[int, ...]


@frozen
class _Columns:
    row: int
    title: int
    number: int | None
    fields: dict[int, str]  # column -> role
    listed: int | None = None  # the column that lists what is done, a cell each


def listed_measures(document: Document, index: int) -> list[ListedMeasure]:
    """Measures of table ``index``; [] where it has no column of titles beside one of contents."""
    rows = document.grids[index]
    columns = next((c for r in range(min(3, len(rows))) if (c := _columns(rows[r], r))), None)
    if columns is None or not any(
        role in CORE and not _repeats(rows, columns.row, c) for c, role in columns.fields.items()
    ):
        return []
    if columns.number is None:
        columns = replace(columns, number=_counting(rows, columns))
    columns = replace(columns, listed=_listed_things(rows, columns))
    found = list(_read(document, index, rows, columns))
    return found if len(found) >= _MIN_ROWS or _comes_back(document, rows[columns.row]) else []


def _listed_things(rows: Sequence[Sequence[Cell | None]], columns: _Columns) -> int | None:
    """The column of bodies that parts the row of one title into several, each cell a name and no sentence."""
    below = rows[columns.row + 1 :]
    titles = len(_down(below, columns.title))
    for c, role in columns.fields.items():
        texts = [cell_text(cell) for cell in _down(below, c)]
        if role in ("overview", "approach") and len(texts) > titles and not any("。" in t for t in texts):
            return c
    return None


def _counting(rows: Sequence[Sequence[Cell | None]], columns: _Columns) -> int | None:
    """The column before the titles that holds numbers alone (A-1, A-2 …), each once, whatever its head."""
    for c in range(columns.title):
        cells = [cell for cell in _down(rows[columns.row + 1 :], c) if cell.row > columns.row]
        numbers = [n.number for cell in cells if (n := _alone(cell_text(cell)))]
        if len(cells) > 1 and len(cells) == len(set(numbers)):
            return c
    return None


def _repeats(rows: Sequence[Sequence[Cell | None]], head: int, c: int) -> bool:
    """Whether a column says the same few things again and again (増加を目指す): no body of a measure."""
    texts = [cell_text(cell) for cell in _down(rows[head + 1 :], c)]
    return len(texts) >= _OFTEN and 2 * len(set(texts)) <= len(texts)


def _comes_back(document: Document, head: Sequence[Cell | None]) -> bool:
    """Whether a head stands over another table, too: then a table may have but one measure."""
    names = [_head_of(cell) for cell in head]
    same = (rows for rows in document.grids if any([*map(_head_of, row)] == names for row in rows[:3]))
    return sum(1 for _ in same) > 1


def form_measure(document: Document, index: int) -> ListedMeasure | None:
    """The measure that table ``index`` describes as a form; None where no cell of it gives a title."""
    rows = document.grids[index]
    told = _labelled(document, rows)
    head = [] if "form_titles" in told else _head(document, rows)
    if head:
        told |= dict(zip(("form_titles", "number_columns"), reversed(head), strict=False))

    def block(cell: Cell) -> int:
        return document.cell_blocks[index, cell.row, cell.col]

    fields = [f for f in table_fields(document, index) if f.label_block not in set(map(block, head))]
    roles = {f.role for f in fields}
    if "form_titles" not in told or not roles & CORE or (len(head) == 1 and len(roles) < 2):
        return None
    number, policy = (
        cell_text(c) if (c := told.get(k)) else None for k in ("number_columns", "policy_labels")
    )
    alone = _alone(number or "")
    return ListedMeasure(
        title=cell_text(told["form_titles"]),
        number=alone.number if alone else number and number.strip(),
        fields=tuple(fields),
        above=(policy,) if policy else (),
        blocks=tuple(map(block, told.values())),
    )


def _labelled(document: Document, rows: Sequence[Sequence[Cell | None]]) -> dict[str, Cell]:
    """The title, number and policy of a form that stand right of their labels; the first of each."""
    found: dict[str, Cell] = {}
    for r in range(len(rows)):
        cells = _begun(rows, r)
        if heads_indicators(cells):
            continue  # 施策名 | 成果指標 | 現状値 | 目標値
        for label, value in pairwise(cells):
            kind = _names(document, label)
            if kind and _is_value(document, value):
                found.setdefault(kind, value)
    return found


def _begun(rows: Sequence[Sequence[Cell | None]], r: int) -> list[Cell]:
    """The filled cells that begin in a row."""
    return list({id(c): c for c in rows[r] if c is not None and c.text and c.row == r}.values())


def _head(document: Document, rows: Sequence[Sequence[Cell | None]]) -> list[Cell]:
    """The first row of a form up to the title in it, the number right before it; [] where it has no title.

    実施事項 | Ａ－１ | 窓口の改善, 取組1-1 | 窓口の改善 | 所管 | 住民課, or １－１ 窓口の改善 over
    all its width.
    """
    cells = _begun(rows, 0) if len(rows) > 2 else []
    at = next((k for k, c in enumerate(cells[:2]) if _numbers(document, cell_text(c), first=not k)), -1)
    head = cells[: at + 2]
    if not head or not _is_value(document, head[-1]):
        return []
    text = cell_text(head[-1])
    if len(text) > _TITLE_MAX or "。" in text or len(head) != at + 2:
        return []
    if at >= 0:
        return head
    number = numbered(text)
    whole = 2 <= head[0].colspan == len(rows[0]) and head[0].rowspan == 1
    if number is None or names_level(number.style) or not whole:
        return []
    return head if not any(_columns(row, r) for r, row in enumerate(rows[1:3])) else []


def _numbers(document: Document, text: str, *, first: bool) -> bool:
    """Whether a text is the number of a form; the first one in it has a word, for measures or one that counts
    the first cells of other forms: 事業番号 A1."""
    number = _alone(text)
    if number is None:
        return False
    others = {n.number for c in _corners(document) if (n := _alone(c)) and n.style == number.style}
    return not first or names_measure(number.style) or (":" in number.style and len(others) > 1)


def _corners(document: Document) -> Iterator[str]:
    """The texts of the first cells of all tables."""
    return (cell_text(t.cells[0]) for t in document.tables if t.cells and t.n_rows > 2)


def _names(document: Document, label: Cell) -> str | None:
    """What of a form's head a cell names: its title, its number, or the policy it stands under."""
    text = cell_text(label)
    if (found := document.labels.names(text)) is not None:
        return _HEAD[found]
    told = None if document.labels.found(text) else squash(text)
    return next((kind for kind in _HEAD.values() if told in keys("policies", kind)), None)


def ticked_of(text: str) -> list[str]:
    """What is ticked among choices: ☑1 便利　☐2 安心 gives 1 便利; [] where nothing is left unticked."""
    if not re.search("[☐□]", text):
        return []
    return [choice.strip() for choice in re.findall(r"[☑■✓✔☒](?!\s*[☐□])([^☑■✓✔☒☐□]+)", text)]


def _alone(text: str) -> Numbered | None:
    """The number of a text that is nothing else: 取組1-1, Ａ－１, 事業番号 A1."""
    number = numbered(f"{text.strip()}　題") or number_alone(text)
    return number if number and number.title in ("題", "") and not names_level(number.style) else None


def _is_value(document: Document, cell: Cell) -> bool:
    """Neither the head of another column nor a year."""
    text = cell_text(cell)
    return document.labels.role(text) is None and column_role(text) is None and parse_period(text) is None


def _columns(row: Sequence[Cell | None], r: int) -> _Columns | None:
    heads = {c: cell_text(cell) for c, cell in enumerate(row) if cell and cell.text and cell.col == c}
    if any(map(is_rate, heads.values())):
        return None  # what an earlier plan has achieved
    fields = _fields_under(heads)
    bodies = [c for c, role in fields.items() if role in CORE]
    title = max((c for c in _headed(heads, "title_columns") if c < min(bodies, default=0)), default=None)
    if title is None:
        return None
    of_title = f"{squash(heads[title]).removesuffix('名')}の"
    told = [c for c in bodies if fields[c] != "background"]
    if len(told) == 1 and generic_role(squash(heads[told[0]]).removeprefix(of_title)):
        fields[told[0]] = "overview"  # 内容, 施策の内容: all that a list says of a measure, its 現状 aside
    number = next((c for c in _headed(heads, "number_columns") if c < title), None)
    return _Columns(r, title, number, fields)


def _fields_under(heads: Mapping[int, str]) -> dict[int, str]:
    """The role of each column of a list by its head."""
    fields = {c: role for c, text in heads.items() if (role := _role_of_head(text))}
    year = next((c for c, text in heads.items() if parse_period(text) is not None), 0)
    told = CORE & {*fields.values()}
    if fields.get(year - 1) == "actions" and len(told) > 1:
        del fields[year - 1]  # it names the rows of the schedule beside it
    if "departments" in fields.values() and not told:
        fields |= {c: role for c, text in heads.items() if (role := generic_role(text))}  # 内容
    return fields


def _headed(heads: Mapping[int, str], kind: str) -> list[int]:
    return [c for c, text in heads.items() if squash(text) in keys("policies", kind)]


def _role_of_head(text: str) -> str | None:
    """The role of a head, of one that names indicators also with brackets: 指標（現状→R12目標）."""
    outside = re.sub(r"\s*[(（][^()（）]*[)）]", "", text)
    return field_role(text) or ("kpi" if field_role(outside) == "kpi" else None)


def _read(
    document: Document, index: int, rows: list[list[Cell | None]], columns: _Columns
) -> Iterator[ListedMeasure]:
    head = rows[columns.row]
    again = {
        squash(_head_of(head[columns.title])),
        *keys("kpis", "sums"),
    }  # after a page break; a row of sums
    banner: tuple[str, ...] = ()
    for title in _down(rows[columns.row + 1 :], columns.title):
        if title.row <= columns.row:
            continue
        if title.colspan >= max(2, len(head) - 1):
            banner = (cell_text(title),)
        elif squash(title.text) not in again:
            yield _listed(document, index, rows, columns, title, banner)


def _listed(
    document: Document, index: int, rows: list[list[Cell | None]], columns: _Columns, title: Cell,
    banner: tuple[str, ...],
) -> ListedMeasure:  # fmt: skip
    row, span = rows[title.row], rows[title.row : title.row + title.rowspan]
    number = row[columns.number] if columns.number is not None else None
    left = [c for c in row[: columns.title] if c is not None and c.text and c is not number]
    cells = [c for line in span for c in line if c is not None and c.text and c.row >= title.row]
    return ListedMeasure(
        title=cell_text(title),
        number=_head_of(number).strip() or None,
        fields=tuple(
            _as_list(field) if c == columns.listed else field
            for c, role in columns.fields.items()
            for field in [column_field(document, index, role, _head_of(rows[columns.row][c]), _down(span, c))]
        ),
        above=tuple(dict.fromkeys([*banner, *map(cell_text, left)])),
        blocks=tuple({document.cell_blocks[index, c.row, c.col] for c in cells}),
    )


def _as_list(field: Field) -> Field:
    return replace(field, role="actions", parts=tuple(replace(p, is_item=True) for p in field.parts))


def _head_of(cell: Cell | None) -> str:
    return cell_text(cell) if cell is not None else ""


def _down(rows: Sequence[Sequence[Cell | None]], column: int) -> list[Cell]:
    """The different cells of a column, in order."""
    return list({id(c): c for row in rows if (c := row[column]) is not None and c.text}.values())
