"""The dataset for other tools: CSV, Excel, DuckDB, SQLite.

Parquet is the dataset; these are copies of it, a table each. Lists and structs become JSON text except in
DuckDB, which has them; a workbook for Excel is made for people, see ``workbook``. A text that a spreadsheet
could take for a formula (it starts with = + - @, also full-width, or a tab) is disarmed: a plan is somebody
else's document. In CSV it gets an apostrophe before it; in Excel the cell is marked as text, and its value is
untouched. A sign alone (a ``-`` for no value) is none.
"""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

from dxplan import optional
from dxplan.dataset import Dataset
from dxplan.errors import DatasetError
from dxplan.names import table_id
from dxplan.tables import TABLES, Column, Table
from dxplan.views import workbook
from dxplan.views.workbook import is_formula
from dxplan.words import Language
from normalize import durable

Format = Literal["csv", "xlsx", "duckdb", "sqlite"]
FORMATS: tuple[Format, ...] = ("csv", "xlsx", "duckdb", "sqlite")


def export(
    dataset: Dataset,
    to: Format,
    dest: str | Path,
    tables: Iterable[str] = (),
    *,
    language: Language = "en",
    full: bool = False,
    on_progress: workbook.Progress | None = None,
) -> list[str]:
    """Write the dataset for another tool, replacing what is at ``dest``.

    Args:
        dataset: the dataset, or one plan of it.
        to: csv (a folder of files), xlsx, duckdb or sqlite (a file each).
        dest: the folder or file to write.
        tables: names of the tables to write. If none is given: all, of xlsx those that people need.
        language: of xlsx, of its heads, choices and years: ja or en.
        full: of xlsx, all columns, and all tables but blocks, sentences and tokens.
        on_progress: of xlsx, called with a table, its rows written and its rows in all.

    Returns:
        What a person should know of it: texts that a cell could not hold.

    Raises:
        DatasetError: an unknown table, or a file where a folder must be.
        MissingLibraryError: the extra ``export`` is not installed.
    """
    named = [TABLES[table_id(name)] for name in tables]
    dest = Path(dest)
    if to == "csv":
        _csv(dataset, dest, named or list(TABLES.values()))
        return []
    if dest.is_dir():
        raise DatasetError(f"{dest} is a folder; give the name of a file")
    dest.parent.mkdir(parents=True, exist_ok=True)
    durable.forget(dest.parent)
    with durable.replacing(dest) as part:
        if to == "xlsx":
            chosen = workbook.chosen([table.name for table in named], full=full)
            return workbook.write(
                dataset, part, chosen, language=language, full=full, on_progress=on_progress
            )
        write = {"duckdb": _duckdb, "sqlite": _sqlite}[to]
        write(dataset, part, named or list(TABLES.values()))
    return []


def _rows(dataset: Dataset, table: Table) -> Iterator[list[Any]]:
    """Rows with lists and structs as JSON text."""
    for batch in dataset.read(table.name).to_batches(max_chunksize=10_000):
        yield from map(list, zip(*(_values(column) for column in batch.columns), strict=True))


def _values(column: pa.Array) -> list[Any]:
    values: list[Any] = column.to_pylist()
    if pa.types.is_float32(column.type):
        return [_short(v) for v in values]
    if pa.types.is_struct(column.type):  # a box
        values = [None if v is None else {key: _short(part) for key, part in v.items()} for v in values]
    if pa.types.is_nested(column.type):
        return [None if v is None else json.dumps(v, ensure_ascii=False) for v in values]
    return values


def _short(value: float | None) -> float | None:
    """A float32 as it was meant: 0.9, not 0.8999999761581421."""
    return None if value is None else float(f"{value:.7g}")


def _disarm(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and is_formula(value) else value


# --- CSV ----------------------------------------------------------------------------------------------


def _csv(dataset: Dataset, folder: Path, tables: Sequence[Table]) -> None:
    """UTF-8 with a byte order mark, without which Excel takes it for Shift_JIS."""
    if folder.exists() and not folder.is_dir():
        raise DatasetError(f"{folder} is a file; csv needs a folder, for a file each table")
    folder.mkdir(parents=True, exist_ok=True)
    durable.forget(folder)
    with ExitStack() as files:  # all are written before the first takes its place
        for table in tables:
            part = files.enter_context(durable.replacing(folder / f"{table.name}.csv"))
            with part.open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(table.column_names)
                writer.writerows(map(_disarm, row) for row in _rows(dataset, table))


# --- databases ----------------------------------------------------------------------------------------


def _duckdb(dataset: Dataset, path: Path, tables: Sequence[Table]) -> None:
    """Types as in Arrow; what tables and columns mean is stored as comments."""
    with optional.load("duckdb", "export").connect(str(path)) as connection:
        for table in tables:
            connection.register("rows", dataset.read(table.name))
            connection.execute(f'create table "{table.name}" as from rows')
            connection.unregister("rows")
            connection.execute(f'comment on table "{table.name}" is {_literal(table.description)}')
            for column in table.columns:
                place = f'"{table.name}"."{column.name}"'
                connection.execute(f"comment on column {place} is {_literal(column.description)}")


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _sqlite(dataset: Dataset, path: Path, tables: Sequence[Table]) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for table in tables:
            columns = ", ".join(f'"{c.name}" {_affinity(c)}' for c in table.columns)
            connection.execute(f'create table "{table.name}" ({columns}) strict')
            marks = ", ".join("?" * len(table.columns))
            connection.executemany(f'insert into "{table.name}" values ({marks})', _rows(dataset, table))
            if table.key:
                key = ", ".join(f'"{column}"' for column in table.key)
                connection.execute(f'create index "{table.name}_key" on "{table.name}" ({key})')


def _affinity(column: Column) -> str:
    if pa.types.is_integer(column.arrow) or pa.types.is_boolean(column.arrow):
        return "integer"
    return "real" if pa.types.is_floating(column.arrow) else "text"
