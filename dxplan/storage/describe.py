"""The contract in other formats: ``datapackage.json`` (Frictionless), Markdown, and plain text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from dxplan.storage.write import files_of
from dxplan.tables import SCHEMA_VERSION, TABLES, Column, Table


def field_type(column: Column, table: Table) -> str:
    """Name the column's type as Frictionless Table Schema does; ``arrowType`` beside it is exact.

    The reference validator reads Parquet through numpy, where a null makes integers floats and a list is
    not a list: so an integer that may be null is described as "number", and a list as "any".
    """
    kind = column.arrow
    if pa.types.is_integer(kind):
        return "integer" if column.name in table.key else "number"
    if pa.types.is_floating(kind):
        return "number"
    if pa.types.is_boolean(kind):
        return "boolean"
    if pa.types.is_struct(kind):
        return "object"
    return "any" if pa.types.is_list(kind) else "string"


def _field(column: Column, table: Table) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "title": column.name.replace("_", " "),
        "type": field_type(column, table),
        "description": column.description,
        "arrowType": str(column.arrow),
    }
    return field | ({"unit": column.unit} if column.unit else {})


def resource(table: Table) -> dict[str, Any]:
    """Describe one table as a tabular resource."""
    schema: dict[str, Any] = {"fields": [_field(c, table) for c in table.columns]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    return {
        "name": table.name,
        "type": "table",
        "title": table.title,
        "description": table.description,
        "path": f"{table.name}.parquet",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "schema": schema,
    }


def datapackage(folder: Path | None = None, rows: Mapping[str, int] | None = None) -> dict[str, Any]:
    """Describe the dataset; with the folder its files are in, also their size, hash and number of rows."""
    resources = []
    for table in TABLES.values():
        described = resource(table)
        if folder is not None and rows is not None:
            files = files_of(folder / described["path"])
            if len(files) != 1 or files[0].parent != folder:
                described["path"] = [file.relative_to(folder).as_posix() for file in files]
            # Not "bytes" and "hash": the reference validator cannot count them in a Parquet file.
            described["size"] = sum(file.stat().st_size for file in files)
            described["sha256"] = _digest(files)
            described["rows"] = rows[table.name]
        resources.append(described)
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "dxplan",
        "title": "Japanese municipal DX plans",
        "description": "Measures, indicators, schedules, terms and text of municipal DX plans, "
        "each row traceable to its place in its source document.",
        "version": SCHEMA_VERSION,
        "resources": resources,
    }


def _digest(files: Iterable[Path]) -> str:
    """SHA-256 of the bytes of all files, one after the other."""
    digest = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
    return digest.hexdigest()


def resource_files(described: Mapping[str, Any]) -> list[str]:
    """The files of a resource, relative to ``datapackage.json``."""
    path: str | list[str] = described["path"]
    return [path] if isinstance(path, str) else path


def markdown() -> str:
    """Write the contract as a Markdown page."""
    lines = [
        "# The dataset",
        "",
        "<!-- Written by `dxplan schema --format markdown`; change dxplan/tables.py and run `make docs`. -->",
        "",
        f"Schema version {SCHEMA_VERSION}. One Parquet file per table; a missing value is null. "
        "Of a table of very many rows, the file is a folder of the same name, with a part per prefecture.",
        "",
        "| table | one row is |",
        "| --- | --- |",
        *(f"| [`{t.name}`](#{t.name}) | {_cell(t.description)} |" for t in TABLES.values()),
    ]
    for table in TABLES.values():
        key = f" Key: {', '.join(f'`{k}`' for k in table.key)}." if table.key else ""
        lines += ["", f"## {table.name}", "", f"{_sentence(table.description)}{key}", ""]
        lines += ["| column | type | unit | meaning |", "| --- | --- | --- | --- |"]
        lines += [
            f"| `{c.name}` | {c.arrow} | {c.unit or ''} | {_cell(c.description)} |" for c in table.columns
        ]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def text() -> str:
    """Write the contract for a terminal."""
    parts = []
    for table in TABLES.values():
        width = max(len(c.name) for c in table.columns)
        parts.append(f"{table.name}: {table.description}")
        parts += [
            f"  {c.name:<{width}}  {c.type:<7}  {c.description}{f' [{c.unit}]' if c.unit else ''}"
            for c in table.columns
        ]
        parts.append("")
    return "\n".join(parts)
