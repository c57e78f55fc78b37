"""The dataset for other tools: CSV, Excel, DuckDB, SQLite.

Parquet is the dataset; these are copies of it, a table each. Lists and structs become JSON text except in
DuckDB, which has them. A text that a spreadsheet could take for a formula (it starts with = + - @, also
full-width, or a tab) is disarmed: a plan is somebody else's document. In CSV it gets an apostrophe before
it; in Excel the cell is marked as text, and its value is untouched.
"""

from __future__ import annotations

import csv
import datetime
import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, Literal
from unicodedata import east_asian_width

import pyarrow as pa

from dxplan import optional
from dxplan.dataset import Dataset
from dxplan.errors import DatasetError
from dxplan.tables import TABLES, Column, Table
from normalize import durable

Format = Literal["csv", "xlsx", "duckdb", "sqlite"]
FORMATS: tuple[Format, ...] = ("csv", "xlsx", "duckdb", "sqlite")
_FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")  # full-width ones too: a Japanese Excel folds them
_DATE_COLUMNS = {"published", "baseline_date"}
_SHEET_ROWS = 1_048_575  # below the header; what a sheet of Excel holds
_CELL = 32_767  # characters; what a cell of Excel holds
_CUT = " … [cut; whole in the Parquet file]"
_WIDEST, _NARROWEST = 60, 8  # columns of text
_SAMPLE = 200  # rows that a column's width is judged by


def export(dataset: Dataset, to: Format, dest: str | Path, tables: Iterable[str] = ()) -> None:
    """Write the dataset for another tool, replacing what is at ``dest``.

    Args:
        dataset: the dataset, or one plan of it.
        to: csv (a folder of files), xlsx, duckdb or sqlite (a file each).
        dest: the folder or file to write.
        tables: names of the tables to write; all if none is given.

    Raises:
        DatasetError: an unknown table, or a file where a folder must be.
        MissingLibraryError: the extra ``export`` is not installed.
    """
    chosen = [_table(name) for name in tables] or list(TABLES.values())
    dest = Path(dest)
    if to == "csv":
        _csv(dataset, dest, chosen)
        return
    if dest.is_dir():
        raise DatasetError(f"{dest} is a folder; give the name of a file")
    dest.parent.mkdir(parents=True, exist_ok=True)
    writers: dict[str, Callable[[Dataset, Path, Sequence[Table]], None]] = {
        "xlsx": _xlsx,
        "duckdb": _duckdb,
        "sqlite": _sqlite,
    }
    durable.forget(dest.parent)
    with durable.replacing(dest) as part:
        writers[to](dataset, part, chosen)


def _table(name: str) -> Table:
    if name not in TABLES:
        raise DatasetError(f"no table {name!r}; there are {', '.join(TABLES)}")
    return TABLES[name]


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


def is_formula(text: str) -> bool:
    """Tell whether a spreadsheet could take a text for a formula."""
    return _FORMULA.match(text) is not None


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


# --- Excel --------------------------------------------------------------------------------------------


def _xlsx(dataset: Dataset, path: Path, tables: Sequence[Table]) -> None:
    library = optional.load("xlsxwriter", "export")
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with library.Workbook(path, options) as book:
        styles = {
            "head": book.add_format({"bold": True, "bg_color": "#DCE9F5", "bottom": 1}),
            "text": book.add_format({"quote_prefix": True}),
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
            "month": book.add_format({"num_format": "yyyy-mm"}),
        }
        columns = {t.name: (*_added(t), *t.columns) for t in tables}
        meaning = ([name, c.name, c.type, c.unit, c.description] for name in columns for c in columns[name])
        _sheet(book, styles, "columns", _ABOUT, meaning)
        names = _names(dataset)
        for table in tables:
            keys = [table.column_names.index(_NAMED[c.name]) for c in _added(table)]
            rows = ([*(names.get(row[k]) for k in keys), *row] for row in _rows(dataset, table))
            _sheet(book, styles, table.name, columns[table.name], rows, frozen=len(keys))


# A person filters by names, and a sheet has no joins: these columns stand before those of the table.
_NAMED = {"municipality": "doc_id", "measure": "measure_id"}
_ADDED = (
    Column("municipality", "string", "municipality of the document (documents.municipality)"),
    Column("measure", "string", "title of the measure (measures.title)"),
)


def _added(table: Table) -> list[Column]:
    has = table.column_names
    return [c for c in _ADDED if _NAMED[c.name] in has and table.key != (_NAMED[c.name],)]


def _names(dataset: Dataset) -> dict[str, str | None]:
    """Municipality by doc_id, title by measure_id."""
    documents = dataset.read("documents").select(["doc_id", "municipality"]).to_pylist()
    measures = dataset.read("measures").select(["measure_id", "title"]).to_pylist()
    return {d["doc_id"]: d["municipality"] for d in documents} | {
        m["measure_id"]: m["title"] for m in measures
    }


_ABOUT = tuple(Column(name, "string", "") for name in ("table", "column", "type", "unit", "meaning"))


def _sheet(
    book: Any,
    styles: dict[str, Any],
    name: str,
    columns: Sequence[Column],
    rows: Iterable[list[Any]],
    frozen: int = 0,
) -> None:
    """One sheet, or more where a table has more rows than a sheet can hold."""
    rows = iter(rows)
    for number, first in enumerate(_first_rows(rows), 1):
        sheet = book.add_worksheet(name if number == 1 else f"{name} ({number})")
        for n, column in enumerate(columns):
            width = max(_width(column.name) + 3, *(_width(row[n]) for row in first), _NARROWEST)
            sheet.set_column(n, n, min(width, _WIDEST))
            sheet.write_string(0, n, column.name, styles["head"])
        last = 0
        for last, row in enumerate(_up_to(_SHEET_ROWS, first, rows), 1):
            for n, value in enumerate(row):
                _cell(sheet, styles, last, n, columns[n].name, value)
        sheet.freeze_panes(1, frozen)
        sheet.autofilter(0, 0, max(last, 1), len(columns) - 1)


def _first_rows(rows: Iterator[list[Any]]) -> Iterator[list[list[Any]]]:
    """The first rows of each sheet; at least one sheet, even if it stays empty."""
    first = list(_up_to(_SAMPLE, (), rows))
    yield first
    while first := list(_up_to(_SAMPLE, (), rows)):
        yield first


def _up_to(n: int, first: Sequence[list[Any]], rows: Iterator[list[Any]]) -> Iterator[list[Any]]:
    yield from first
    for _, row in zip(range(n - len(first)), rows):
        yield row


def _width(value: Any) -> int:
    """Width of a cell in columns of text; a kanji takes two."""
    text = "" if value is None else str(value)[:_WIDEST]
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text) + 1


def _cell(sheet: Any, styles: dict[str, Any], row: int, column: int, name: str, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    elif name in _DATE_COLUMNS and (date := _date(value)):
        sheet.write_datetime(row, column, date, styles["day" if len(value) > 7 else "month"])
    else:
        text = value if len(value) <= _CELL else value[: _CELL - len(_CUT)] + _CUT
        sheet.write_string(row, column, text, styles["text"] if is_formula(text) else None)


def _date(text: str) -> datetime.date | None:
    """Read YYYY-MM-DD, or YYYY-MM as the first of its month; None for anything else."""
    try:
        return datetime.date.fromisoformat(text if len(text) > 7 else f"{text}-01")
    except ValueError:
        return None


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
