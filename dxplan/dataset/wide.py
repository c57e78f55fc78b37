"""Rows with whose they are, and values by year as rows: what an analysis starts from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import pyarrow as pa

Row = Mapping[str, Any]
# Columns that say whose a row is: of its document, and of its measure.
_OF_DOCUMENT = {
    "municipality": "municipality",
    "prefecture": "prefecture",
    "plan": "title",
    "period_start_fy": "period_start_fy",
    "period_end_fy": "period_end_fy",
}
_OF_MEASURE = {"measure_number": "number", "measure": "title"}


class Readable(Protocol):
    """What is asked of a dataset here: its tables."""

    def read(self, name: str, **filters: Any) -> Any:
        """The rows of a table that pass the filters, as Arrow has them."""


def joined(dataset: Readable, rows: pa.Table) -> pa.Table:
    """The rows with municipality, plan and measure before their own columns."""
    added: dict[str, pa.ChunkedArray] = {}
    for table, key, wanted in (
        ("documents", "doc_id", _OF_DOCUMENT),
        ("measures", "measure_id", _OF_MEASURE),
    ):
        if key not in rows.column_names:
            continue
        owners = dataset.read(table)
        place = {value: n for n, value in enumerate(owners.column(key).to_pylist())}
        at = pa.array([place.get(value) for value in rows.column(key).to_pylist()], pa.int64())
        for name, column in wanted.items():
            if name not in rows.column_names:
                added[name] = owners.column(column).take(at)
    columns = {**added, **{name: rows.column(name) for name in rows.column_names}}
    return pa.table(columns)


_SERIES = pa.schema(
    [
        ("municipality", pa.string()), ("plan", pa.string()), ("measure", pa.string()),
        ("indicator", pa.string()), ("qualifier", pa.string()), ("fy", pa.int16()), ("value", pa.float64()),
        ("unit", pa.string()), ("raw", pa.string()), ("page", pa.int32()), ("kpi_id", pa.string()),
        ("doc_id", pa.string()),
    ]
)  # fmt: skip


def yearly(kpis: pa.Table) -> pa.Table:
    """The values by year of joined rows of ``kpis``, a row a year."""
    rows = [
        {**kpi, "unit": kpi["target_unit"], **one} for kpi in kpis.to_pylist() for one in kpi["series"] or ()
    ]
    return pa.Table.from_pylist([{name: row[name] for name in _SERIES.names} for row in rows], _SERIES)
