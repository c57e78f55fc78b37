"""Rows into files. Every row is checked against the contract here, before it enters the dataset.

A document travels as a *bundle*: an Arrow record batch of one row whose columns are the tables, each a list
of that table's rows. It is small, typed, and needs no unpickling.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dxplan.tables import TABLES, Table
from normalize import durable
from normalize.columns import Columns

Row = Mapping[str, object]
PARTITION = "prefecture_code"  # what the parts of a large table are called after
ROW_GROUP = 100_000  # rows; keeps memory flat however long a table grows


class ContractError(ValueError):
    """A row does not fit its table. Always a fault of the extractor, never of the document."""


def to_batch(table: Table, rows: Sequence[Row]) -> pa.RecordBatch:
    """Type the rows of one table. A column that a row leaves out, and an empty string, becomes null.

    Raises:
        ContractError: a row has a column that the table has not, or a value of another type.
    """
    names = frozenset(table.column_names)
    for given in (rows.columns, rows.shared) if isinstance(rows, Columns) else rows:
        if not given.keys() <= names:
            raise ContractError(f"{table.name} has no column {', '.join(sorted(given.keys() - names))}")
    schema = table.schema
    try:
        arrays = _group_arrays(schema, rows) if isinstance(rows, Columns) else _row_arrays(schema, rows)
        return pa.RecordBatch.from_arrays(list(arrays), schema=schema)
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        raise ContractError(f"{table.name}: {error}") from error


def _row_arrays(schema: pa.Schema, rows: Sequence[Row]) -> Iterator[pa.Array]:
    for name, kind in zip(schema.names, schema.types):
        values = [row.get(name) for row in rows]
        if pa.types.is_string(kind):
            values = [None if value == "" else value for value in values]
        yield pa.array(values, kind)


def _group_arrays(schema: pa.Schema, rows: Columns) -> Iterator[pa.Array]:
    groups = pa.array([i for i, size in enumerate(rows.sizes) for _ in range(size)], pa.int32())
    for name, kind in zip(schema.names, schema.types):
        if name in rows.columns:
            yield _empty_to_null(pa.array(rows.columns[name], kind))
        elif name in rows.shared:
            yield _empty_to_null(pa.array(rows.shared[name], kind)).take(groups)
        else:
            yield pa.nulls(len(rows), kind)


def _empty_to_null(column: pa.Array) -> pa.Array:
    if not pa.types.is_string(column.type):
        return column
    return pc.if_else(pc.equal(column, ""), pa.scalar(None, column.type), column)


def pack(tables: Mapping[str, Sequence[Row]]) -> pa.RecordBatch:
    """Put the rows of one document into a bundle.

    Raises:
        ContractError: an unknown table, or a row that does not fit.
    """
    if unknown := tables.keys() - TABLES.keys():
        raise ContractError(f"no such table: {', '.join(sorted(unknown))}")
    columns = []
    for name, table in TABLES.items():
        rows = tables.get(name)
        values = to_batch(table, rows).to_struct_array() if rows else pa.array([], pa.struct(table.schema))
        columns.append(pa.ListArray.from_arrays(pa.array([0, len(values)], pa.int32()), values))
    return pa.RecordBatch.from_arrays(columns, names=list(TABLES))


def write_bundle(path: Path, bundle: pa.RecordBatch) -> None:
    """Write a bundle so that it is there whole or not at all."""
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
    with pa.ipc.new_file(sink, bundle.schema, options=options) as writer:
        writer.write_batch(bundle)
    durable.write(path, sink.getvalue())


def read_stamp(path: Path) -> dict[bytes, bytes]:
    """What a bundle says about how it was made; its rows stay on disk."""
    with pa.memory_map(str(path)) as file:
        return dict(pa.ipc.open_file(file).schema.metadata or {})


def is_sound(path: Path) -> bool:
    """Whether a bundle is there, whole, and has the tables of this contract."""
    try:
        with pa.memory_map(str(path)) as file:
            found: pa.Schema = pa.ipc.open_file(file).schema
    except (OSError, pa.ArrowInvalid):
        return False
    return bool(found.equals(_BUNDLE))


_BUNDLE = pa.schema([(name, pa.list_(pa.struct(list(table.schema)))) for name, table in TABLES.items()])


def read_bundle(path: Path, names: Collection[str]) -> dict[str, pa.RecordBatch]:
    """Read some tables of a bundle, those that have rows; the others stay on disk."""
    wanted = [i for i, name in enumerate(TABLES) if name in names]
    options = pa.ipc.IpcReadOptions(included_fields=wanted, use_threads=False)
    with pa.memory_map(str(path)) as file:
        bundle = pa.ipc.open_file(file, options=options).get_batch(0)
        found = {name: column.values for name, column in zip(bundle.schema.names, bundle.columns)}
        return {name: pa.RecordBatch.from_struct_array(rows) for name, rows in found.items() if len(rows)}


def write_table(path: Path, table: Table, batches: Iterable[pa.RecordBatch]) -> int:
    """Write one table and return its number of rows. Equal rows give equal bytes."""
    n_rows = 0
    with pq.ParquetWriter(path, table.schema, compression="zstd") as writer:
        for group in _row_groups(table, batches):
            writer.write_table(group, row_group_size=ROW_GROUP)
            n_rows += group.num_rows
    durable.sync(path)
    return n_rows


def write_parts(folder: Path, table: Table, batches: Iterable[pa.RecordBatch]) -> int:
    """Write one table, sorted by ``doc_id``, as a folder with a part for each prefecture (as Hive does).

    Returns its number of rows. Equal rows give equal bytes.
    """
    n_rows = 0
    for prefecture, group in groupby(_by_prefecture(batches), key=itemgetter(0)):
        place = folder / f"{PARTITION}={prefecture}"
        place.mkdir(parents=True)
        n_rows += write_table(place / "part-0.parquet", table, (batch for _, batch in group))
        durable.sync(place)
    durable.sync(folder)
    return n_rows


def _by_prefecture(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[str, pa.RecordBatch]]:
    """Cut batches where the first two digits of ``doc_id`` change."""
    for batch in batches:
        runs = pc.run_end_encode(pc.utf8_slice_codeunits(batch.column("doc_id"), 0, 2))
        ends = [0, *runs.run_ends.to_pylist()]
        for (start, end), prefecture in zip(pairwise(ends), runs.values.to_pylist(), strict=True):
            yield prefecture, batch.slice(start, end - start)


def files_of(table: Path) -> list[Path]:
    """The files of a table, in the order of their rows: itself, or its parts."""
    return sorted(table.rglob("*.parquet")) if table.is_dir() else [table]


def _row_groups(table: Table, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Gather small batches until they fill a row group."""
    waiting: list[pa.RecordBatch] = []
    n_rows = 0
    for batch in batches:
        waiting.append(batch)
        n_rows += batch.num_rows
        if n_rows >= ROW_GROUP:
            yield pa.Table.from_batches(waiting, schema=table.schema).combine_chunks()
            waiting, n_rows = [], 0
    if n_rows:
        yield pa.Table.from_batches(waiting, schema=table.schema).combine_chunks()


def write_json(path: Path, value: Any) -> None:
    durable.write(path, (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode())
