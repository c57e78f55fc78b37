"""Indicators with their targets: KPI tables of every form, and sentences under 目指す成果."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from extract.document import Document, Node
from extract.labels import column_role, field_role, keys
from extract.layout.periods import parse_period
from extract.model import Cell
from extract.records.chart_owner import measure_named
from extract.records.fields import Field, cell_text
from extract.records.indicator_lines import labelled_parts, of_measure
from extract.records.indicator_values import (
    UNIT_A_PERIOD,
    VALUE_ROLES,
    head_fy,
    make_kpi,
    read_value,
    with_years,
    zip_lines,
)
from extract.records.model import Kpi, Measure, Value
from extract.records.progress import is_rate
from normalize.characters import squash
from normalize.quantities import is_null, parse_target

_VALUE_OF = re.compile(r"(?P<year>.+?)(?:末|時点)?の(?:値|数値|状況)")
_NOTE_MAX = 60


def extract(
    document: Document,
    measures: Sequence[Measure],
    owners: Sequence[int | None],
    fields: Sequence[Sequence[Field]],
) -> list[Kpi]:
    """``owners``: measure of every node; ``fields``: labelled fields of every measure."""
    rows: list[Kpi] = []
    for node, owner in zip(document.nodes, owners, strict=True):
        if node.table is not None:
            rows += _table(document, node, measures, owner)
    told = [k for i, own in enumerate(fields) for k in of_measure(document, own, i, rows)]
    return sorted(rows + told, key=lambda k: k.at.start)


# --- tables -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Header:
    """Columns of a KPI table by role; ``years`` are columns of single years."""

    row: int
    last_row: int
    columns: dict[str, int]
    targets: tuple[int, ...] = ()  # all columns of targets; ``columns`` has the last
    fy: dict[int, int] = field(default_factory=dict)  # fiscal year a column's head names
    years: dict[int, int] = field(default_factory=dict)


def _names_nothing(head: str) -> bool:
    """Whether a head is lost, or a word of the plan's own: between known heads it can be the indicator's."""
    return column_role(head) is None and field_role(head) is None and parse_period(head) is None


def _header(rows: list[list[Cell | None]], r: int) -> _Header | None:
    row = rows[r]
    roles: dict[int, str] = {}
    seen: set[int] = set()
    for c, cell in enumerate(row):
        if cell is None or not cell.text or (cell.row < r and cell.rowspan > 1 and cell.col == 0):
            continue
        role = column_role(cell_text(cell))
        if role and id(cell) not in seen:
            roles[c] = role
            seen.add(id(cell))
    if not {"baseline", "current", "target"} & set(roles.values()):
        roles |= _dated_values(rows, r, roles)
    if "baseline" not in roles.values():
        roles = {c: "baseline" if role == "current" else role for c, role in roles.items()}
    first = min((c for c, role in roles.items() if role == "indicator"), default=0)
    roles = {
        c: role for c, role in roles.items() if c >= first or role not in VALUE_ROLES
    }  # a label: 達成目標
    years = _year_columns(row, roles)
    last = r
    told: dict[int, int] = {}  # years under the heads of this row
    if r + 1 < len(rows) and not years:
        below = _year_columns(rows[r + 1], {})
        if len(below) >= 2 and any(roles.get(c) in ("target", "interim") or c not in roles for c in below):
            told = {c: fy for c, fy in below.items() if roles.get(c) in ("baseline", "current")}
            years, last = {c: fy for c, fy in below.items() if c not in told}, r + 1
            roles = {c: role for c, role in roles.items() if role != "target" or c not in years}
    values = [c for c, role in roles.items() if role in VALUE_ROLES] + list(years)
    if not values:
        return None
    if any(cell is not None and is_rate(cell_text(cell)) for cell in row):
        return None  # what an earlier plan has achieved
    if row[0] is not None and field_role(cell_text(row[0])) == "schedule":
        return None  # items of a schedule, not of a table of indicators
    named = [c for c, role in roles.items() if role == "indicator" and c < min(values)]
    if not named and not last > r and min(values) > 0 and {"baseline", "target"} <= set(roles.values()):
        left = row[min(values) - 1]
        if left is None or _names_nothing(cell_text(left)):
            named = [min(values) - 1 if left is None else left.col]
    if not named or not ({"target"} & set(roles.values()) or years):
        return None
    columns = {role: c for c, role in roles.items() if role not in ("indicator", "measure")}
    columns["indicator"] = max(named)
    subjects = [c for c, role in roles.items() if role == "measure" and c < columns["indicator"]]
    subjects = subjects or _number_columns(row, columns["indicator"])
    if subjects:
        columns["measure"] = subjects[0]
    fy = {c: y for c, cell in enumerate(row) if cell and (y := head_fy(cell_text(cell))) is not None} | told
    targets = tuple(c for c, role in sorted(roles.items()) if role == "target")
    return _Header(r, last, columns, targets, fy, years)


def _dated_values(rows: list[list[Cell | None]], r: int, roles: dict[int, str]) -> dict[int, str]:
    """Two columns of values that only their years tell apart: 令和5年度の値 | 令和10年度の値, and, over
    figures, any words with their years: 計画前（R6年度） | 計画の終わり（R12年度）, or years far apart alone.
    """
    heads = {c: cell_text(cell).strip() for c, cell in enumerate(rows[r]) if cell and cell.col == c}
    dated = {c: fy for c, text in heads.items() if c not in roles and (fy := head_fy(text)) is not None}
    found = {c: fy for c, fy in dated.items() if _VALUE_OF.fullmatch(heads[c])}
    if "indicator" not in roles.values() or len(found) != 2:
        alone = {c: fy for c, fy in dated.items() if parse_period(heads[c]) is not None}
        apart = len(alone) == 2 and max(alone.values()) - min(alone.values()) > 1
        found = alone if apart else {c: fy for c, fy in dated.items() if _names_nothing(heads[c])}
        if len(found) != 2 or not all(_over_figures(rows, r, c) for c in found):
            return {}
    (a, first), (b, last) = sorted(found.items())
    return {a: "baseline", b: "target"} if first < last else {}


def _over_figures(rows: list[list[Cell | None]], r: int, column: int) -> bool:
    """Whether an amount stands among the three cells under a head."""
    under = [cell_text(cell) for row in rows[r + 1 : r + 4] if (cell := row[column])]
    return any(parse_target(text).value is not None for text in under)


def _number_columns(row: Sequence[Cell | None], end: int) -> list[int]:
    """Columns before ``end`` that may give the numbers of measures (番号, 施策番号)."""
    heads = keys("policies", "number_columns")
    return [c for c, cell in enumerate(row[:end]) if cell is not None and squash(cell_text(cell)) in heads]


def _year_columns(row: Sequence[Cell | None], roles: dict[int, str]) -> dict[int, int]:
    found = {}
    for c, cell in enumerate(row):
        if cell is not None and cell.text and cell.col == c and c not in roles:
            period = parse_period(cell_text(cell))
            if period is not None and period.start_month is None:
                found[c] = period.fy
    return found if len(found) >= 2 else {}


def _columned(rows: list[list[Cell | None]]) -> Iterator[list[list[Cell | None]]]:
    """Rows of a form that give an indicator a column: 指標 | … over 現状値 | … over 目標値 | …."""
    for c in range(1, len(rows[0]) - 1 if rows else 0):
        heads = [column_role(cell_text(cell)) if (cell := row[c]) and cell.col == c else None for row in rows]
        for r, role in enumerate(heads):
            last = rows[r][-1]
            if role == "indicator" and not (last and parse_period(cell_text(last))):
                values = list(takewhile(lambda h: h in VALUE_ROLES, heads[r + 1 :]))
                if "target" in values:
                    yield [row[c:] for row in rows[r : r + 1 + len(values)]]


def transposed(rows: list[list[Cell | None]]) -> list[list[Cell | None]]:
    return [[row[c] for row in rows] for c in range(len(rows[0]))] if rows else []


def _table(document: Document, node: Node, measures: Sequence[Measure], owner: int | None) -> list[Kpi]:
    index = node.table
    assert index is not None
    rows = document.grids[index]
    found = list(_rows(document, index, rows, measures, owner))
    for block in _columned(rows):
        found += _rows(document, index, transposed(block), measures, owner, rule="kpi-table-transposed")
    if (
        not found
        and len(rows) <= 6
        and rows
        and {"indicator", "target"} <= {column_role(cell_text(r[0])) for r in rows if r[0] is not None}
    ):
        found = list(_rows(document, index, transposed(rows), measures, owner, rule="kpi-table-transposed"))
    told = _years_above(document, node) if found else {}
    return [with_years(kpi, told) for kpi in found] if told else found


def _years_above(document: Document, node: Node) -> dict[str, int]:
    """Years by role that a line right above a table tells: （基準値：令和6年度、目標値：令和12年度）."""
    told: dict[str, int] = {}
    for placed in document.blocks[max(0, node.first - 2) : node.first]:
        if placed.table is None and len(placed.text) <= _NOTE_MAX:
            for label, value in labelled_parts(placed.text):
                fy = head_fy(label[0] + value)
                if fy is not None:
                    told.setdefault(column_role(label["label"]) or "", fy)
    return told


def _rows(
    document: Document,
    index: int,
    rows: list[list[Cell | None]],
    measures: Sequence[Measure],
    owner: int | None,
    rule: str = "kpi-table",
) -> Iterator[Kpi]:
    header: _Header | None = None
    subject: int | None = None
    for r, row in enumerate(rows):
        fresh = _header(rows, r)
        if fresh is not None:
            header, subject = fresh, None
            continue
        if header is None or r <= header.last_row:
            continue
        above = _own_cells(rows[r - 1], header)
        if all(c is b for c, b in zip(_own_cells(row, header), above, strict=True)):
            continue  # further rows of cells that are merged: read already
        if _ends_table(row, header, r):
            header = None
            continue
        valued = header.columns.keys() & {"target", "baseline", "current"}
        if not valued and all(value is None for _, value, _ in _series(row, header)):
            continue  # a schedule in words
        named = row[header.columns["measure"]] if "measure" in header.columns else None
        if named is not None and named.text:  # an empty cell goes on with the measure above
            subject = measure_named(cell_text(named), measures)
            head = rows[header.row][header.columns["measure"]]
            if subject is None and head is not None and column_role(cell_text(head)) == "measure":
                subject = _measure_numbered(cell_text(named), measures)
        elif named is None and (told := _measure_left(row, header, measures)) is not None:
            subject = told
        yield from _read_row(document, index, row, header, owner if subject is None else subject, rule)


def _measure_left(row: Sequence[Cell | None], header: _Header, measures: Sequence[Measure]) -> int | None:
    """The measure that a cell left of the indicator names, whatever its column is called."""
    left = [c for c in row[: header.columns["indicator"]] if c is not None and c.text]
    return next((m for c in left if (m := measure_named(cell_text(c), measures)) is not None), None)


def _measure_numbered(text: str, measures: Sequence[Measure]) -> int | None:
    """The one measure that has the number in a column of measures: (1)."""
    hits = [i for i, m in enumerate(measures) if m.number and squash(m.number) == squash(text)]
    return hits[0] if len(hits) == 1 else None


def _ends_table(row: Sequence[Cell | None], header: _Header, r: int) -> bool:
    """A new label or a year header ends the KPI rows of a table that goes on with something else."""
    first = row[0]
    if first is not None and first.row == r and first.text and header.columns["indicator"] > 0:
        role = field_role(cell_text(first))
        if role not in (None, "kpi"):
            return True
    periods = [c for c in row if c is not None and c.text and parse_period(cell_text(c))]
    return len(periods) >= 2


def _read_row(
    document: Document,
    index: int,
    row: Sequence[Cell | None],
    header: _Header,
    measure: int | None,
    rule: str,
) -> Iterator[Kpi]:
    def text(role: str) -> str:
        column = header.columns.get(role)
        cell = row[column] if column is not None and column < len(row) else None
        return cell_text(cell).strip() if cell is not None else ""

    filled = [c for c in header.targets if (cell := row[c]) and cell.text and not is_null(cell_text(cell))]
    if filled and filled[-1] != header.columns.get("target"):  # to be reached before the last year
        header = replace(header, columns=header.columns | {"target": filled[-1]})
    name = text("indicator")
    series = tuple(_series(row, header))
    if not name or column_role(name) or not (text("target") or text("baseline") or text("current") or series):
        return
    cells = [c for c in row if c is not None and c.text]
    if len({id(c) for c in cells}) == 1 and len(cells) > 1:
        return  # one cell over all columns names a group
    # A cell over several rows that names their group is no place of this indicator.
    cells = [c for c in _own_cells(row, header) if c is not None and c.text]
    blocks = {document.cell_blocks[index, c.row, c.col] for c in cells}
    columns = zip_lines(name, text("baseline"), text("current"), text("target"))
    for part_name, baseline, now, target in columns:
        if series and not target:
            target = series[-1][2]
        a_period = UNIT_A_PERIOD.fullmatch(text("unit"))  # 件／年
        unit = a_period["unit"] if a_period else text("unit") or None
        fy = {role: header.fy.get(header.columns.get(role, -1)) for role in VALUE_ROLES}
        target_fy = fy["target"] or (series[-1][0] if series else None)
        reading = make_kpi(part_name, target, baseline, unit, fy["baseline"], target_fy)
        current = read_value(parse_target(now), now, unit) if now else Value()
        yield replace(
            reading.at(document.evidence(blocks), rule, 0.93, measure),
            qualifier=reading.qualifier or (a_period["period"] if a_period else None),
            current=replace(current, fy=current.fy or (fy["current"] if current.kind else None)),
            series=series,
        )


def _own_cells(row: Sequence[Cell | None], header: _Header) -> list[Cell | None]:
    """Cells of the indicator itself, not of the group that holds it."""
    own = {c for role, c in header.columns.items() if role != "measure"}
    if "target" not in header.columns:  # else the years are those of a schedule or of a series up to it
        own |= {*header.years}
    return [c for column, c in enumerate(row) if column in own]


def _series(row: Sequence[Cell | None], header: _Header) -> Iterator[tuple[int, float | None, str]]:
    for column, fy in sorted(header.years.items(), key=lambda x: x[1]):
        cell = row[column] if column < len(row) else None
        if cell is not None and cell.text:
            raw = cell_text(cell).strip()
            yield fy, parse_target(raw).value, raw
