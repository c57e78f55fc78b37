"""Commands for other tools: export the tables, print the contract."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from dxplan.cli.app import dataset_argument, main, told


@main.command()
@dataset_argument
@click.argument("dest", metavar="DEST", type=click.Path(path_type=Path))
@click.option(
    "--to",
    type=click.Choice(["csv", "xlsx", "duckdb", "sqlite"]),
    required=True,
    help="Format: csv is a folder of files, the others one file.",
)
@click.option("--table", "tables", multiple=True, help="Only this table; may be repeated.")
def export(
    folder: str, dest: Path, to: Literal["csv", "xlsx", "duckdb", "sqlite"], tables: tuple[str, ...]
) -> None:
    """Write a dataset for other tools: CSV, Excel, DuckDB or SQLite."""
    import dxplan
    from dxplan.views import export as exporting

    with told():
        exporting.export(dxplan.open(folder), to, dest, tables)
    click.echo(dest)


@main.command()
@click.option(
    "--format", "kind", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True
)
def schema(kind: str) -> None:
    """Print the contract: every table and column, as the code has it."""
    import json

    from dxplan.storage import describe

    if kind == "json":
        click.echo(json.dumps(describe.datapackage(), ensure_ascii=False, indent=1))
    else:
        click.echo(describe.markdown() if kind == "markdown" else describe.text(), nl=False)
