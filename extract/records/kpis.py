"""Indicators with their targets: rows of tables that are read as such, and sentences under 目指す成果."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from extract.document import Document
from extract.labels import column_role, keys
from extract.model import Cell
from extract.records import indicator_cards
from extract.records.fields import Field
from extract.records.indicator_items import read_items
from extract.records.indicator_lines import of_measure, of_no_measure
from extract.records.indicator_pairs import of_pairs
from extract.records.indicator_values import is_scope, readings, unit_alone, unit_over, with_unit, with_years
from extract.records.indicator_years import years_above, years_told
from extract.records.model import Kpi, Measure
from extract.records.owners import measure_named, numbers_near
from extract.structure.column_roles import VALUES, Set
from extract.structure.content import BRACKETED, year_of
from extract.structure.headers import Row, ends_of, kind_of, text_of, words_of
from extract.structure.tables import TableReading, rows_of
from normalize.characters import squash
from normalize.quantities import find_quantities, is_null, parse_target

_RUN_ON = re.compile(r"[^A-Za-z\s]\s?[0-9０-９][0-9０-９,，.．]*(?:\s|$)")  # «件120»: columns run together
_NO_NAME = frozenset({"empty", "null", "mark", "year", "span", "number", "value", "pair", "unit"})
_UNSURE = 0.9  # of a row whose target is no number


def extract(
    document: Document,
    readings: Sequence[TableReading],
    measures: Sequence[Measure],
    owners: Sequence[int | None],
    fields: Sequence[Sequence[Field]],
) -> list[Kpi]:
    """``owners``: measure of every node; ``fields``: labelled fields of every measure."""
    rows: list[Kpi] = []
    years = years_told(document)
    for reading in readings:
        if reading.kind == "indicators":
            rows += _table(document, reading, measures, owners, years)
    held = {document.blocks[block].table for kpi in rows for block in kpi.at.blocks}
    rows += of_pairs(document, owners, held)
    rows += indicator_cards.of_document(document, owners)
    told = [k for i, own in enumerate(fields) for k in of_measure(document, own, i, rows)]
    told += of_no_measure(document, owners, rows)
    return sorted((with_years(k, years) for k in rows + told), key=lambda k: k.at.start)


def _table(
    document: Document,
    reading: TableReading,
    measures: Sequence[Measure],
    owners: Sequence[int | None],
    told: Mapping[str, int],
) -> list[Kpi]:
    """The indicators of a table. ``told``: the years of heads that text tells."""
    node = next(n for n, node in enumerate(document.nodes) if node.table == reading.block.table)
    near = numbers_near(document, document.nodes[node].first, measures)
    found = [k for one in reading.sets for k in _set(document, reading, one, measures, near, owners[node])]
    if not found:
        return []
    heads = {role: squash(stack[-1]) for one in reading.sets for role, stack in one.heads.items() if stack}
    here = {role: told[head] for role, head in heads.items() if head in told}
    first = document.nodes[node].first
    above = [p.text for p in document.blocks[max(0, first - 2) : first] if p.table is None]
    unit = next(filter(None, map(unit_alone, above)), "")
    found = [with_unit(kpi, unit) for kpi in found] if unit else found
    years = {**here, **years_above(document, first)}
    return [with_years(kpi, years) for kpi in found] if years else found


def _set(
    document: Document, reading: TableReading, one: Set, measures: Sequence[Measure],
    near: Mapping[str, int], owner: int | None,
) -> Iterator[Kpi]:  # fmt: skip
    """The indicators of one set of columns; a row may give its measure, an empty cell goes on with it.

    ``near``: the measures of the table's chapter by their numbers.
    """
    subject: int | None = None
    for rows in rows_of(reading, one):
        for told in map(text_of, (rows[0][c] for c in one.subjects)):
            if told and (named := _measure(told, measures, near)) is not None:
                subject = named
                break
        yield from _record(document, reading, one, rows, owner if subject is None else subject)


def _measure(told: str, measures: Sequence[Measure], near: Mapping[str, int]) -> int | None:
    """The measure a cell names, by its title or its number, of the chapter (``near``) or of the plan."""
    named = measure_named(told, measures)
    if named is not None:
        return named
    hits = [i for i, m in enumerate(measures) if m.number and squash(m.number) == squash(told)]
    return hits[0] if len(hits) == 1 else near.get(squash(told)) if hits else None


@dataclass(frozen=True)
class _Told:
    """What the cells of one record say, and the fiscal year of each by its head."""

    name: str
    texts: dict[str, str]
    fy: dict[str, int]
    cells: tuple[Cell, ...]
    scope: str | None = None  # a town over its columns, 累計 in the remarks
    series: tuple[tuple[int, float | None, str], ...] = ()


def _record(
    document: Document, reading: TableReading, one: Set, rows: Sequence[Row], measure: int | None
) -> Iterator[Kpi]:
    """The indicators of one record: one, or one a line where several stand in its cells."""
    lines = {id(row[c]) for row in rows for c in one.columns.values() if c in one.values}
    several = len(lines) > len({c for c in one.columns.values() if c in one.values})
    if (stacked := _stacked(document, reading, one, rows, measure)) is not None:
        yield stacked
    elif several and not (len(one.years) > 1 or "line" in one.columns):
        for row in rows:
            yield from _kpis(document, reading, _plain(one, [row]), measure)
    else:
        yield from _kpis(document, reading, (_lines if several else _plain)(one, rows), measure)


def _stacked(
    document: Document, reading: TableReading, one: Set, rows: Sequence[Row], measure: int | None
) -> Kpi | None:
    """The indicator of a record whose values stand over each other: R6：35人 over R12：300人."""
    values = [c for role, c in one.columns.items() if role in (*VALUES, "both")]
    if len(values) != 1 or len({id(row[values[0]]) for row in rows}) < 2:
        return None
    name = text_of(rows[0][one.columns["indicator"]])
    told = read_items("　".join((name, *(text_of(row[values[0]]) for row in rows))))
    cells = {document.cell_blocks[reading.block.table, c.row, c.col] for c in _cells(one, rows)}
    return told.at(document.evidence(cells), "kpi-table", reading.confidence, measure) if told else None


def _kpis(document: Document, reading: TableReading, told: _Told, measure: int | None) -> Iterator[Kpi]:
    name, texts, fy = told.name, told.texts, told.fy
    bare = BRACKETED.sub("", name).strip() or name
    if not name or kind_of(name) in _NO_NAME or column_role(bare) or squash(name) in keys("kpis", "sums"):
        return
    if not any(texts.get(r) for r in ("baseline", "current", "target")) or _RUN_ON.search(texts["unit"]):
        return
    at = document.evidence({document.cell_blocks[reading.block.table, c.row, c.col] for c in told.cells})
    rule = "kpi-table-transposed" if reading.block.turned else "kpi-table"
    for kpi in readings(name, texts, fy):
        if kpi.target.value is None and _glued(kpi.target.raw or ""):
            continue
        sure = reading.confidence * (1 if kpi.target.value is not None else _UNSURE)
        kpi = replace(kpi, qualifier=told.scope or kpi.qualifier)
        yield replace(kpi.at(at, rule, sure, measure), series=told.series)


def _glued(text: str) -> bool:
    """Whether values of different units run on in one cell: indicators that nothing parts any more."""
    found = find_quantities(BRACKETED.sub("", text))
    return len({q.unit for q in found if q.unit}) > 1


def _plain(one: Set, rows: Sequence[Row]) -> _Told:
    """A record in one row."""
    row, columns = rows[0], one.columns
    dated = one.years_of(row)
    texts = {role: text_of(row[c]) for role, c in columns.items()}
    years = {role: dated[c] for role, c in columns.items() if c in dated}
    if "both" in columns:
        texts["baseline"], texts["target"] = ends_of(texts["both"])
        heads = zip(("baseline", "target"), ends_of("/".join(one.heads["both"])), strict=True)
        years = {role: fy for role, head in heads if (fy := year_of(head)) is not None}
    goals = [c for c in one.goals if text_of(row[c]) and not is_null(text_of(row[c]))]
    if goals and "target" in columns and goals[-1] != columns["target"]:  # to be reached before the last year
        texts["target"] = text_of(row[goals[-1]])
        years["target"] = dated.get(goals[-1], years.get("target", 0)) or 0
    texts["unit"] = _unit(one, texts)
    series = [(fy, text_of(row[c])) for c, fy in one.years.items() if text_of(row[c])]
    return _Told(
        texts["indicator"], texts, years, tuple(_cells(one, rows)), _scope(one, row), _series(series)
    )


def _unit(one: Set, texts: Mapping[str, str]) -> str:
    """The unit of a record: in a cell of its own, else in the heads of its values or of all."""
    own = next((t for role, t in texts.items() if role.startswith("unit") and t), "")
    heads = ("".join(one.heads.get(role, ())) for role in ("target", "baseline", "current", "indicator"))
    return own or next((unit for head in heads if (unit := unit_over(head))), "")


def _scope(one: Set, row: Row) -> str | None:
    """What the values of a row are of: what stands over its set, or a scope word alone behind them."""
    return one.scope or next((t for c in one.notes if is_scope(t := text_of(row[c]))), None)


def _lines(one: Set, rows: Sequence[Row]) -> _Told:
    """A record with a line of what is planned and one of what was reached, over columns of years."""
    columns = one.columns
    goals = [c for c in one.goals if any(_filled(row[c]) for row in rows)]
    last = goals[-1] if goals else columns["target"]
    plans = [row for row in rows if _filled(row[last])]
    plan = min(plans, key=lambda row: _is_result(row, columns), default=rows[0])
    starts = [(c, row) for c in one.starts for row in rows if _filled(row[c])]
    reached = [(c, row) for c, row in starts if row is not plan] or starts
    texts = {"target": text_of(plan[last])}
    texts["unit"] = _unit(one, {"unit": text_of(rows[0][columns["unit"]])} if "unit" in columns else {})
    years = {"target": one.fy[last]} if last in one.fy else {}
    if reached:
        c, row = reached[-1]
        texts["baseline"] = text_of(row[c])
        years |= {"baseline": one.fy[c]} if c in one.fy else {}
    series = [(fy, text_of(plan[c])) for c, fy in one.years.items() if _filled(plan[c])]
    name = text_of(rows[0][columns["indicator"]])
    return _Told(name, texts, years, tuple(_cells(one, rows)), _scope(one, rows[0]), _series(series))


def _is_result(row: Row, columns: Mapping[str, int]) -> bool:
    told = words_of(text_of(row[columns["line"]])) if "line" in columns else {}
    return "current" in told or "baseline" in told


def _filled(cell: Cell | None) -> bool:
    return bool(text_of(cell)) and not is_null(text_of(cell))


def _cells(one: Set, rows: Sequence[Row]) -> list[Cell]:
    """The filled cells of a record, without those that name its measure."""
    wanted = sorted({*one.columns.values(), *one.dated.values()} - {*one.subjects})
    return list({id(c): c for row in rows for i in wanted if (c := row[i]) is not None and c.text}.values())


def _series(told: Sequence[tuple[int, str]]) -> tuple[tuple[int, float | None, str], ...]:
    years = sorted(told)
    return tuple((fy, parse_target(raw).value, raw) for fy, raw in years) if len(years) > 1 else ()
