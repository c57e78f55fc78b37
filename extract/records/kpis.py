"""Indicators with their targets: KPI tables of every form, and sentences under 目指す成果."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import groupby, takewhile

from extract.document import Document, Evidence, Node
from extract.labels import column_role, field_role, keys, vocabulary
from extract.layout.periods import parse_period
from extract.model import Cell
from extract.records.fields import Field, Part, cell_text, tidy
from extract.records.lists import split_values
from extract.records.model import Kpi, Measure, Value
from extract.records.progress import is_rate
from extract.records.schedules import measure_named
from normalize.characters import fold_width, squash
from normalize.eras import find_dates
from normalize.quantities import Target, find_quantities, is_null, parse_pair, parse_target, split_qualifier

_PARENS = re.compile(r"\s*[(（](?P<inner>[^()（）]*)[)）]")
_TAIL_PARENS = re.compile(r"\s*[(（](?P<inner>[^()（）]*(?:[(（][^()（）]*[)）][^()（）]*)*)[)）]\s*$")
_REPEAT = re.compile(r"\s*[【［\[〔＜<]\s*再掲\s*[】］\]〕＞>]\s*")
_UNIT_BEHIND = re.compile(r"[(（［\[](?P<inner>[^()（）［］\[\]]{1,12})[)）］\]]\s*$")
_SCOPE = re.compile(r"[^、。・\s]{1,6}(?:時|平均|当たり|あたり)|[^、。・\s]{1,5}の?累計|[年月週日]")
_NUMBER_AHEAD = re.compile(r"[：:\s　]+(?=約?[0-9０-９])")
_VALUE_OF = re.compile(r"(?P<year>.+?)(?:末|時点)?の(?:値|数値|状況)")
# «名称を12%（令和6年度）から80%（令和12年度）に引き上げます», the year of the target perhaps before it:
# «名称を12%から令和12年度までに80%に», «令和12年度までに、名称を80%に»
_BY = r"(?:(?P<{}>(?:令和|[RＲ]|20|２０)[^。、を]{{1,14}}?)まで(?:に、?|、))?"
_CHANGED = re.compile(
    rf"{_BY.format('first')}(?P<name>[^。]{{3,50}}?)を、?(?P<base>[^。をへに]{{1,24}}?)から、?{_BY.format('then')}"
    r"(?P<target>[^。を]{1,30}?)(?:に|へと?|まで)、?\S{0,12}(?:ます|る|す)。?"
)
_RAISED = re.compile(
    rf"{_BY.format('first')}(?P<name>[^。]{{3,50}}?)を、?{_BY.format('then')}"
    r"(?P<target>[^。をに]{1,30}?)(?:と|に|へ|まで)、?\S{0,12}(?:ます|る|す)。?"
)
# «名称 5,000人から8,000人へ（令和12年度）» says what an arrow says.
_FROM_TO = re.compile(
    r"から(?P<target>約?[0-9０-９][^をへに。、\s]{0,15}?)(?:へと?|に)(?P<year>\s*[(（][^()（）]*[)）])?\s*"
    r"(?:削減|短縮|縮減|増加|拡大)?$"
)
_PART_OR_SUM = re.compile(r"うち|(?:期間)?累計|合計|総計")  # in brackets: the target again, no earlier value
_YEAR_AHEAD = re.compile(r"[：:]\s*(?=(?:令和|平成|[RH]|20)[0-9０-９元]{1,2}[^、。]{0,4}\s*[0-9０-９])")
_NOTHING_AHEAD = re.compile(r"[：:\s　]+(?=[-－―–]\s*$)")
_COLON = re.compile(r"[：:]")
_ARROW = re.compile(r"→|⇒|➡|⇨|▶")
_PARTING = " \u3000、,，：:／/→⇒➡⇨▶"  # what may part the values of one line
_VALUE_LEAD = re.compile(r"^(?:現状|現況|基準|目標|実績)?値?\s*(?:[(（][^()（）]*[)）])?[\s：:]*")
_CUT_HEADS = 2
_VALUE_ROLES = ("baseline", "current", "target", "interim")
_NOTE_MAX = 60
_ARROW_PARTS = re.compile(f"({_ARROW.pattern})")
_SIGN = re.compile(r"[+＋△▲-]")
_UNIT_A_PERIOD = re.compile(r"(?P<unit>.+?)\s*[／/]\s*(?P<period>年度?|月|週|日|人|回|件|世帯)")
_NUMERIC = ("absolute", "multiple", "change", "frequency")


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
    in_tables = {t for k in rows for b in k.at.blocks if (t := document.blocks[b].table) is not None}
    for measure, own in enumerate(fields):
        for f in own:
            if f.role == "kpi" and not any(document.blocks[p.block].table in in_tables for p in f.parts):
                rows += _field(document, f, measure)
    return sorted(rows, key=lambda k: k.at.start)


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


def _head_fy(text: str) -> int | None:
    spans = [s for s in find_dates(text) if s.problem is None]
    if spans:
        return spans[0].fy or spans[0].year
    bare = (parse_period(m["inner"]) for m in _PARENS.finditer(text))  # 現状値（2024）
    return next((period.fy for period in bare if period is not None), None)


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
        c: role for c, role in roles.items() if c >= first or role not in _VALUE_ROLES
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
    values = [c for c, role in roles.items() if role in _VALUE_ROLES] + list(years)
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
    fy = {c: y for c, cell in enumerate(row) if cell and (y := _head_fy(cell_text(cell))) is not None} | told
    targets = tuple(c for c, role in sorted(roles.items()) if role == "target")
    return _Header(r, last, columns, targets, fy, years)


def _dated_values(rows: list[list[Cell | None]], r: int, roles: dict[int, str]) -> dict[int, str]:
    """Two columns of values that only their years tell apart: 令和5年度の値 | 令和10年度の値, and, over
    figures, any words with their years: 計画前（R6年度） | 計画の終わり（R12年度）, or years far apart alone.
    """
    heads = {c: cell_text(cell).strip() for c, cell in enumerate(rows[r]) if cell and cell.col == c}
    dated = {c: fy for c, text in heads.items() if c not in roles and (fy := _head_fy(text)) is not None}
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
                values = list(takewhile(lambda h: h in _VALUE_ROLES, heads[r + 1 :]))
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
    return [_with_years(kpi, told) for kpi in found] if told else found


def _years_above(document: Document, node: Node) -> dict[str, int]:
    """Years by role that a line right above a table tells: （基準値：令和6年度、目標値：令和12年度）."""
    told: dict[str, int] = {}
    for placed in document.blocks[max(0, node.first - 2) : node.first]:
        if placed.table is None and len(placed.text) <= _NOTE_MAX:
            for label, value in _labelled_parts(placed.text):
                fy = _head_fy(label[0] + value)
                if fy is not None:
                    told.setdefault(column_role(label["label"]) or "", fy)
    return told


def _with_years(kpi: Kpi, told: dict[str, int]) -> Kpi:
    def dated(value: Value, *roles: str) -> Value:
        fy = next((told[role] for role in roles if role in told), None)
        return replace(value, fy=fy) if value.fy is None and value.date is None and value.kind else value

    return replace(
        kpi,
        baseline=dated(kpi.baseline, "baseline", "current"),
        current=dated(kpi.current, "current"),
        target=dated(kpi.target, "target"),
    )


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
        yield from _read_row(document, index, row, header, owner if subject is None else subject, rule)


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
        a_period = _UNIT_A_PERIOD.fullmatch(text("unit"))  # 件／年
        unit = a_period["unit"] if a_period else text("unit") or None
        fy = {role: header.fy.get(header.columns.get(role, -1)) for role in _VALUE_ROLES}
        target_fy = fy["target"] or (series[-1][0] if series else None)
        reading = make_kpi(part_name, target, baseline, unit, fy["baseline"], target_fy)
        current = _value(parse_target(now), now, unit) if now else Value()
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


def zip_lines(*cells: str) -> list[tuple[str, ...]]:
    """Several indicators in one cell: line n of each cell belongs together; else the cells as they are."""
    lines = [c.split("\n") for c in cells]
    counts = {len(x) for x, c in zip(lines, cells, strict=True) if c}
    if len(counts) == 1 and counts != {1}:
        n = counts.pop()
        return list(zip(*(x if c else [""] * n for x, c in zip(lines, cells, strict=True)), strict=True))
    return [tuple(re.sub(r"\s*\n\s*", "", c) for c in cells)]


def _series(row: Sequence[Cell | None], header: _Header) -> Iterator[tuple[int, float | None, str]]:
    for column, fy in sorted(header.years.items(), key=lambda x: x[1]):
        cell = row[column] if column < len(row) else None
        if cell is not None and cell.text:
            raw = cell_text(cell).strip()
            yield fy, parse_target(raw).value, raw


# --- one indicator ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Reading:
    indicator: str
    qualifier: str | None
    baseline: Value
    target: Value
    is_repeat: bool = False

    def at(self, at: Evidence, rule: str, confidence: float, measure: int | None) -> Kpi:
        return Kpi(
            at=at,
            rule=rule,
            confidence=confidence,
            measure=measure,
            indicator=self.indicator,
            qualifier=self.qualifier,
            baseline=self.baseline,
            target=self.target,
            is_repeat=self.is_repeat,
        )


def make_kpi(
    name: str,
    target: str,
    baseline: str,
    unit: str | None = None,
    baseline_fy: int | None = None,
    target_fy: int | None = None,
) -> _Reading:
    """Read an indicator's name, target and baseline as three texts.

    The years are those that heads name; a multiple (令和7年度比2倍) names the year of its base.
    """
    indicator, qualifier, is_repeat = split_indicator(name)
    told = _unit_behind(indicator)
    unit, qualifier = unit or told[0], qualifier or told[1]
    goal = parse_target(target) if target else None
    start = _value(parse_target(baseline), baseline, unit) if baseline else Value()
    aim = _changed(_value(goal, target, unit), start, indicator) if goal else Value()
    if start.fy is None and start.kind:
        start = replace(start, fy=baseline_fy)
    if start.fy is None and goal:
        start = replace(start, fy=goal.base_fy)
    if aim.fy is None and aim.kind:
        aim = replace(aim, fy=target_fy)
    return _Reading(indicator, qualifier or (goal.qualifier if goal else None), start, aim, is_repeat)


def _unit_behind(indicator: str) -> tuple[str | None, str | None]:
    """Unit and period in the brackets behind an indicator: 申請率（％）, 利用件数［件/年］."""
    match = _UNIT_BEHIND.search(indicator)
    if match is None:
        return None, None
    inner = re.sub(r"^単位\s*[：:]\s*", "", match["inner"].strip())
    a_period = _UNIT_A_PERIOD.fullmatch(inner)
    unit, period = (a_period["unit"], a_period["period"]) if a_period else (inner, None)
    return (unit, period) if squash(unit) in keys("kpis", "bracketed_units") else (None, None)


def _changed(aim: Value, start: Value, indicator: str) -> Value:
    """The target, a change where its sign and unit say so: ▲25% of 21,400時間, +15 points."""
    sign = _SIGN.match(aim.raw or "")
    if sign is None or aim.value is None or aim.kind != "absolute":
        return aim
    of_another = start.unit not in (None, "%") or (start.unit is None and "率" not in indicator)
    if sign[0] in "+＋" or aim.unit == "ポイント" or (aim.unit == "%" and of_another):
        return replace(aim, value=abs(aim.value), kind="change")
    return aim


def _value(target: Target, raw: str, unit: str | None) -> Value:
    return Value(
        raw=raw,
        value=target.value,
        max=target.max,
        bound=target.bound if target.value is not None else None,
        unit=target.unit or (fold_width(unit) if unit and target.value is not None else None),
        fy=None if target.null_reason else target.fy,
        date=target.date,
        kind=target.kind,
        qualifier=target.qualifier,
    )


def split_indicator(name: str) -> tuple[str, str | None, bool]:
    """(indicator, qualifier, is it a repetition): brackets with nothing but a scope word are no name.

    >>> split_indicator("(再掲)研修の受講者数（年間）")
    ('研修の受講者数', '年間', True)
    """
    name = tidy(name)
    is_repeat = _REPEAT.search(name) is not None
    name = _REPEAT.sub("", name)
    qualifier = None
    for match in reversed(list(_PARENS.finditer(name))):
        inner = match["inner"].strip()
        if inner in vocabulary("kpis")["repeat_marks"]:
            is_repeat = True
        elif split_qualifier(f"x({inner})")[1] is not None or _SCOPE.fullmatch(inner):
            qualifier = inner
        else:
            continue
        name = (name[: match.start()] + name[match.end() :]).strip()
    return name, qualifier, is_repeat


# --- sentences ----------------------------------------------------------------------------------------


def _field(document: Document, f: Field, measure: int) -> Iterator[Kpi]:
    """Indicators of a 目指す成果 field; a label that names years (現状→R12目標) gives them to its values."""
    told = _years_in_label(f.label or "")
    yield from (_with_years(kpi, told) for kpi in _of_field(document, f, measure))


def _years_in_label(label: str) -> dict[str, int]:
    sides = _ARROW.split(label)
    years = [_head_fy(side) for side in sides] if len(sides) == 2 else []
    return {role: fy for role, fy in zip(("baseline", "target"), years, strict=False) if fy is not None}


def _of_field(document: Document, f: Field, measure: int) -> Iterator[Kpi]:
    """Its list items, or lines that hold a number."""
    parts = list(f.parts)
    told = list(_labelled_values(document, parts, measure)) or list(_headed_values(document, parts, measure))
    if told:
        yield from told
        return
    if sum(column_role(p.text) is not None for p in parts) >= _CUT_HEADS:
        return  # a table cut into lines: which value stands under which head is lost
    parts = _with_values(parts)
    if any(p.is_item for p in parts):
        first_prose = next(
            (i for i, p in enumerate(parts) if i and not p.is_item and parts[i - 1].is_item), len(parts)
        )
        parts = [p for p in parts[:first_prose] if p.is_item]
    for part in parts:
        texts = split_values(part.text) if len(f.parts) == 1 else [part.text]
        for text in texts:
            if all(parse_period(word) for word in text.split()):
                continue  # heads whose values are lost
            changed = _told_change(text)
            if not changed and (len(text) > 90 or text.endswith("。")):
                continue
            for reading in changed or read_sentence(text):
                at = document.evidence([part.block, *part.joined])
                yield reading.at(at, "kpi-sentence", 0.85, measure)


def _with_values(parts: Sequence[Part]) -> list[Part]:
    """Parts, lines of nothing but values (62分（R6） → 30分以内) joined to the names they stand under.

    Boxes side by side are read row by row: as many values as names before them belong to these in order.
    """
    joined: list[Part] = []
    names = 0  # that stand at the end and wait for a value
    for values, run in groupby(parts, key=lambda p: _is_values(p.text)):
        group = list(run)
        if values and len(group) <= names and len(group) in (1, names):
            first = len(joined) - len(group)
            joined[first:] = [
                replace(name, text=f"{name.text}\u3000{value.text}", joined=(*name.joined, value.block))
                for name, value in zip(joined[first:], group, strict=True)
            ]
        else:
            joined += group
        named = takewhile(lambda p: not find_quantities(p.text), reversed(group))
        names = 0 if values else len(list(named))
    return joined


def _is_values(text: str) -> bool:
    """Whether a line is values, perhaps behind their labels (現状 ― → 目標 90%), without a name."""
    labels = _labelled_parts(text)
    if labels and labels[0][0].start() == 0 and column_role(labels[-1][0]["label"]) == "target":
        return parse_target(labels[-1][1].strip(_PARTING)).value is not None
    *before, last = _ARROW.split(text)
    if len(before) == 1 and is_null(_PARENS.sub("", before[0]).strip()):  # － （R6） → 40件
        text = last.strip()
    quantities = find_quantities(_VALUE_LEAD.sub("", text))
    return bool(quantities) and quantities[0].start == 0


def _labelled_values(document: Document, parts: Sequence[Part], measure: int) -> Iterator[Kpi]:
    """Lines that name each value: 指標：…, 現状値（令和6年度）：…, 目標値：… below the indicator's name."""
    name: Part | None = None
    given: dict[str, tuple[str, int | None]] = {}
    blocks: list[int] = []
    for part in parts:
        head, colon, value = _COLON.sub("\t", part.text, count=1).partition("\t")
        role = column_role(head) if colon and value.strip() else None
        if role in _VALUE_ROLES and name is not None:
            given[role] = value.strip(), _head_fy(head)
            blocks.append(part.block)
        elif role == "indicator" or role is None:
            name = replace(part, text=value.strip()) if role else part
            given, blocks = {}, [part.block]
        if role != "target" or name is None:
            continue
        yield _told_by_role(name.text, given).at(document.evidence(blocks), "kpi-lines", 0.88, measure)


def _headed_values(document: Document, parts: Sequence[Part], measure: int) -> Iterator[Kpi]:
    """A box an indicator: its name, below it heads (現在（2025）　2028年度) over values, a line each."""
    for name, heads, values in zip(parts, parts[1:], parts[2:], strict=False):
        if not _heads_in(heads.text):  # the heads may stand below the values
            heads, values = values, heads
        roles, given = _heads_in(heads.text), values.text.split()
        if len(roles) != len(given) or not all(
            parse_target(v).value is not None or is_null(v) for v in given
        ):
            continue
        told = {role: (value, fy) for (role, fy), value in zip(roles, given, strict=True)}
        at = document.evidence([name.block, heads.block, values.block])
        yield _told_by_role(name.text, told).at(at, "kpi-boxes", 0.85, measure)


def _told_by_role(name: str, told: Mapping[str, tuple[str, int | None]]) -> _Reading:
    """An indicator whose values, with their years, are known by role; one is the target."""
    target, target_fy = told["target"]
    baseline, baseline_fy = told.get("baseline") or told.get("current") or ("", None)
    return make_kpi(name, target, baseline, None, baseline_fy, target_fy)


def _heads_in(text: str) -> list[tuple[str, int | None]]:
    """(role, fiscal year) of every head in a line of nothing else; [] where none is the target's."""
    heads = [(column_role(t), _head_fy(t)) for t in text.split()]
    years = [fy for _, fy in heads if fy is not None]
    if len(heads) == len(years) == 2 and years[0] < years[1]:  # the years tell what no word does
        heads = [(role or kind, fy) for (role, fy), kind in zip(heads, ("baseline", "target"), strict=True)]
    roles = [role for role, _ in heads if role in _VALUE_ROLES]
    told = len(roles) == len(heads) == len(set(roles)) and "target" in roles
    return [(role, fy) for role, fy in heads if role] if told else []


def read_sentence(text: str) -> list[_Reading]:
    """Read «名称 目標（基準）» in its forms; several indicators in one line give several readings."""
    text = text.strip()
    labelled = _with_labels(text)
    if labelled is not None:
        return [labelled]
    text = _with_arrow(text)
    if _ARROW.search(text):
        return _pairs(text)
    head, baseline = _split_baseline(text)
    target_fy = None
    if baseline and not find_quantities(baseline):  # only a year: that of the target
        target_fy = _head_fy(baseline)
        baseline = None
    cut = _target_start(head)
    if cut is None:
        goal = parse_target(head)
        kind = goal.kind if goal.kind not in _NUMERIC else "milestone"
        text, fy = _split_year(text)
        name, qualifier, is_repeat = split_indicator(text)
        aim = Value(raw=head, kind=kind or "qualitative", fy=fy)
        return [_Reading(name, qualifier, Value(), aim, is_repeat)]
    reading = make_kpi(head[:cut].strip(" 　：:"), head[cut:].strip(), baseline or "")
    return [replace(reading, target=replace(reading.target, fy=reading.target.fy or target_fy))]


def _with_arrow(text: str) -> str:
    """A line whose end says from which value to which, with an arrow in place of the words."""
    match = _FROM_TO.search(text)
    before = find_quantities(text[: match.start()]) if match else []
    if match is None or not before or before[-1].start < 2 or before[-1].end != match.start():
        return text  # no value before it, or no name
    return f"{text[: match.start()]}→{match['target']}{match['year'] or ''}"


def _with_labels(text: str) -> _Reading | None:
    """«名称　現状 12件 → 目標（令和10年度） 40件»: each value behind its label."""
    parts = _labelled_parts(text)
    if not parts or not parts[0][0].start():
        return None
    given: dict[str, tuple[str, int | None]] = {}
    for label, rest in parts:
        value = rest.strip(_PARTING).rstrip("(（【")
        if len(re.findall("[)）]", value)) > len(re.findall("[(（]", value)):
            value = value[:-1]  # of the brackets around all values
        given.setdefault(column_role(label["label"]) or "", (value, _head_fy(label[0])))
    name = text[: parts[0][0].start()].strip(f"{_PARTING}（(【")
    if "target" not in given or not given["target"][0] or not name or find_quantities(name):
        return None
    (target, target_fy), (baseline, baseline_fy) = (
        given["target"],
        given.get("baseline") or given.get("current") or ("", None),
    )
    reading = make_kpi(name, target, baseline, None, baseline_fy)
    return replace(reading, target=replace(reading.target, fy=reading.target.fy or target_fy))


def _labelled_parts(text: str) -> list[tuple[re.Match[str], str]]:
    """Labels of values in a line, each with what follows it."""
    labels = list(_value_label().finditer(text))
    ends = [*(label.start() for label in labels[1:]), len(text)]
    return [(label, text[label.end() : end]) for label, end in zip(labels, ends, strict=False)]


@cache
def _value_label() -> re.Pattern[str]:
    words = sorted((w for role in _VALUE_ROLES for w in vocabulary("kpis")[role]), key=len, reverse=True)
    end = r"(?:\s*[(（][^()（）]*[)）][】:：\s]*|[】:：\s]+)"
    return re.compile(rf"(?:^|(?<=[{_PARTING}（(【]))(?P<label>{'|'.join(map(re.escape, words))}){end}")


def _told_change(text: str) -> list[_Reading]:
    """The indicator of a sentence that says from what to what, or to what, it changes."""
    match = _CHANGED.fullmatch(text.strip()) or _RAISED.fullmatch(text.strip())
    if match is None:
        return []
    base = match.groupdict().get("base") or ""
    if not all(_is_value(_PARENS.sub("", t)) for t in (match["target"], base) if t):
        return []
    year = _head_fy(match["first"] or match["then"] or "")
    return [make_kpi(match["name"], match["target"], base, target_fy=year)]


def _split_baseline(text: str) -> tuple[str, str | None]:
    """Take the brackets with a value or a year off the end: «12か所（令和7年度11か所）»."""
    match = _TAIL_PARENS.search(text)
    if (
        match
        and (find_quantities(match["inner"]) or find_dates(match["inner"]))
        and _target_start(text[: match.start()])
    ):
        inner = match["inner"].strip()
        return text[: match.start()].strip(), None if _PART_OR_SUM.match(inner) else inner
    return text, None


def _split_year(text: str) -> tuple[str, int | None]:
    """Take a fiscal year in brackets off the end: «窓口の開設（令和9年度）»."""
    match = _TAIL_PARENS.search(text)
    period = parse_period(match["inner"]) if match else None
    return (text[: match.start()].strip(), period.fy) if match and period else (text, None)


def _target_start(head: str) -> int | None:
    """Where the target begins in «名称 目標»: at the last space before a value, or at the last value."""
    for match in re.finditer(r"[\s　：:]+", head):
        rest = head[match.end() :]
        if rest and match.start() and parse_target(rest).kind in _NUMERIC and _is_value(rest):
            return match.end()
    quantities = find_quantities(head)
    if quantities and quantities[-1].end >= len(head.rstrip()) and quantities[-1].start > 1:
        return quantities[-1].start
    return None


def _is_value(text: str) -> bool:
    """Nothing but a value: the number stands first, after at most a scope word, a year or 約."""
    quantities = find_quantities(text)
    if not quantities:
        return False
    lead = text[: quantities[0].start]
    for span in reversed(find_dates(lead)):
        lead = lead[: span.start] + lead[span.end :]
    return len(lead.strip(" 比の：:")) <= 3 and len(text) - quantities[-1].end <= 4


def _pairs(head: str) -> list[_Reading]:
    """«転入62回→13回、おくやみ11回→3回» after a name: one reading per arrow."""
    before = head[: _ARROW.search(head).start()]  # type: ignore[union-attr]
    before = _PARENS.sub(lambda m: " " * len(m[0]), before)  # the year of a value is no value
    after_name = list(_NUMBER_AHEAD.finditer(before))
    first = find_quantities(before)
    cut = after_name[-1].end() if after_name else 0
    lead = _YEAR_AHEAD.search(before) or (None if first else _NOTHING_AHEAD.search(before))
    if lead:  # a year before the value, or a dash for none
        after_name, cut = [lead], lead.end()
    if first and not after_name:
        space = max(head.rfind(" ", 0, first[-1].start), head.rfind("　", 0, first[-1].start))
        cut = space + 1 if space > 0 else first[-1].start
    name, qualifier, is_repeat = split_indicator(head[:cut].strip(" 　：:"))
    readings = []
    start, _, end = (side.strip() for side in _ARROW_PARTS.split(head[cut:], maxsplit=1))
    if after_name and not _ARROW.search(end) and (goal := parse_target(end)).value is not None:
        # One pair, each side read by itself: its unit need not be a known one.
        return [
            _Reading(
                name,
                qualifier or goal.qualifier,
                _value(parse_target(start), start, None),
                _value(goal, end, None),
                is_repeat,
            )
        ]
    for pair in parse_pair(head[cut:]):
        scope = pair.label or qualifier or pair.target.qualifier
        readings.append(
            _Reading(
                name or (pair.label or ""),
                scope if name else qualifier,
                _value(pair.baseline, pair.baseline.raw, None),
                _value(pair.target, pair.target.raw, None),
                is_repeat,
            )
        )
    return readings
