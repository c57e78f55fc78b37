"""Tables with filters: what may be asked of KPIs and schedules, and the rows as files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dxplan.explore.data import Snapshot
from dxplan.explore.search import parse
from dxplan.views.workbook import is_formula

Condition = tuple[str, list[Any]]
PAGE = 50  # rows


@dataclass(frozen=True, slots=True)
class Filter:
    """A field of the form above a table: SQL that the value given must meet, and the values on offer.

    ``options`` is SQL for (value, label); None where anything may be typed.
    """

    name: str
    condition: Callable[[Snapshot, str], Condition]
    options: str | None = None


def _equals(column: str, kind: type = str) -> Callable[[Snapshot, str], Condition]:
    def condition(snapshot: Snapshot, value: str) -> Condition:
        try:
            return f"{column} = ?", [kind(value)]
        except ValueError:
            return "false", []

    return condition


def _place(snapshot: Snapshot, value: str) -> Condition:
    columns = ("d.municipality", "d.prefecture", "d.title", "d.source_name")
    return f"({' or '.join(f'contains({c}, ?)' for c in columns)})", [value] * len(columns)


def _words(*columns: str) -> Callable[[Snapshot, str], Condition]:
    def condition(snapshot: Snapshot, value: str) -> Condition:
        sql, parameters = parse(snapshot, value).condition(*columns)
        return f"({sql})", list(parameters)

    return condition


def _item(snapshot: Snapshot, value: str) -> Condition:
    return "r.measure_id in (select measure_id from national_links where item = ?)", [value]


_LONGEST_YEAR = 9  # digits


def _covers(snapshot: Snapshot, value: str) -> Condition:
    if not value.isdecimal():
        return "false", []
    if len(value) > _LONGEST_YEAR:
        raise OverflowError(value[:_LONGEST_YEAR])
    return "r.start_fy <= ? and coalesce(r.end_fy, r.end_fy_max, r.start_fy) >= ?", [int(value)] * 2


@dataclass(frozen=True, slots=True)
class List:
    """A table as a page: its filters, in the order of the form, and its columns by name of the order."""

    table: str
    filters: tuple[Filter, ...]
    orders: Mapping[str, str]

    def where(self, snapshot: Snapshot, asked: Mapping[str, str]) -> Condition:
        tests: list[str] = ["true"]
        parameters: list[Any] = []
        for one in self.filters:
            if value := asked.get(one.name, "").strip():
                sql, found = one.condition(snapshot, value)
                tests.append(sql)
                parameters += found
        return " and ".join(tests), parameters

    def rows(
        self, snapshot: Snapshot, asked: Mapping[str, str], page: int
    ) -> tuple[list[dict[str, Any]], int]:
        """A page of rows, from 1, and how many there are in all."""
        where, parameters = self.where(snapshot, asked)
        order = self.orders.get(asked.get("sort", ""), next(iter(self.orders.values())))
        offset = (page - 1) * PAGE
        rows = snapshot.rows(
            f"select {_SHOWN} {self._from()} where {where} order by {order}, r.doc_id, r.char_start, r.page "
            f"limit {PAGE} offset {offset}",
            parameters,
        )
        return rows, snapshot.count(f"{self._from()} where {where}", parameters)

    def download(self, snapshot: Snapshot, asked: Mapping[str, str]) -> pa.Table:
        """All rows that pass the filters, with their municipality, plan and measure."""
        where, parameters = self.where(snapshot, asked)
        return snapshot.arrow(
            f"select {_SHOWN} {self._from()} where {where} order by r.doc_id, r.char_start", parameters
        )

    def options(self, snapshot: Snapshot) -> dict[str, list[tuple[str, str]]]:
        """What may be chosen, by filter."""
        return {
            one.name: [(str(row["value"]), str(row["label"])) for row in snapshot.rows(one.options)]
            for one in self.filters
            if one.options
        }

    def _from(self) -> str:
        return (
            f"from {self.table} r join documents d on d.doc_id = r.doc_id "
            "left join measures m on m.measure_id = r.measure_id"
        )


_SHOWN = "d.municipality, d.prefecture, d.source_name, m.title as measure, r.*"
_ITEMS = "select item as value, max(item_title) as label from national_links group by item order by 2"


def _distinct(table: str, column: str) -> str:
    return (
        f"select distinct {column} as value, {column} as label from {table} "
        f"where {column} is not null order by 1"
    )


_DOC = Filter("doc", _equals("r.doc_id"))
LISTS = {
    "kpis": List(
        "kpis",
        (
            Filter("q", _words("r.indicator_norm", "m.title_norm")),
            Filter("place", _place),
            Filter("item", _item, _ITEMS),
            Filter("indicator", _equals("r.indicator_id"), _distinct("kpis", "indicator_id")),
            Filter("unit", _equals("r.target_unit"), _distinct("kpis", "target_unit")),
            Filter("year", _equals("r.target_fy", int), _distinct("kpis", "target_fy")),
            Filter("target_kind", _equals("r.target_kind"), _distinct("kpis", "target_kind")),
            _DOC,
        ),
        {
            "place": "d.prefecture, d.municipality",
            "indicator": "r.indicator_norm",
            "target": "r.target_unit, r.target_value",
            "year": "r.target_fy",
            "confidence": "r.confidence",
        },
    ),
    "schedules": List(
        "schedules",
        (
            Filter("q", _words("r.task", "r.label", "m.title_norm")),
            Filter("place", _place),
            Filter("item", _item, _ITEMS),
            Filter("covers", _covers, _distinct("schedules", "start_fy")),
            Filter("certainty", _equals("r.span_certainty"), _distinct("schedules", "span_certainty")),
            _DOC,
        ),
        {
            "place": "d.prefecture, d.municipality",
            "task": "r.task",
            "year": "r.start_fy, r.end_fy",
            "confidence": "r.confidence",
        },
    ),
}


def to_csv(table: pa.Table) -> bytes:
    """UTF-8 with a byte order mark, for Excel; a text that looks like a formula gets an apostrophe."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(table.column_names)
    for values in zip(*(column.to_pylist() for column in table.columns), strict=True):
        writer.writerow(map(_cell, values))
    return file.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> Any:
    if isinstance(value, Sequence | Mapping) and not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, float):
        return f"{value:.7g}" if abs(value) < 1e7 else repr(value)
    return f"'{value}" if isinstance(value, str) and is_formula(value) else value


def to_parquet(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    data: bytes = sink.getvalue().to_pybytes()
    return data
