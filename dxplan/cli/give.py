"""Commands that hand something on: a report for a meeting, tables for other tools, the contract."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import click

from dxplan.cli.app import dataset_argument, language, main, say, told
from dxplan.words import say as say_in


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
@click.option("--full", is_flag=True, help="xlsx: all columns, and all tables but the longest.")
def export(
    folder: str,
    dest: Path,
    to: Literal["csv", "xlsx", "duckdb", "sqlite"],
    tables: tuple[str, ...],
    full: bool,
) -> None:
    """Write a dataset for other tools: CSV, Excel, DuckDB or SQLite.

    An Excel workbook has the tables and columns that people need, with heads in your language (--lang).
    """
    import dxplan
    from dxplan.cli.progress import rows_on_stderr
    from dxplan.views import export as exporting

    with told(), rows_on_stderr() as on_progress:
        notes = exporting.export(
            dxplan.open(folder), to, dest, tables, language=language(), full=full, on_progress=on_progress
        )
    for note in notes:
        say(note, err=True)
    say(dest)


@main.command()
@dataset_argument
@click.option("--item", metavar="ITEM", help="Item of the national plan (情報格差, digital_divide).")
@click.option("--indicator", metavar="NAME", help="Indicator, by name or id.")
@click.option("--plan", metavar="PLAN", help="One plan on a page: by municipality, file name, title or id.")
@click.option(
    "--municipalities", metavar="A市,B町", multiple=True,
    help="Only these; without --item and --indicator, their plans side by side.",
)  # fmt: skip
@click.option(
    "--out", "targets", type=click.Path(dir_okay=False, path_type=Path), multiple=True,
    help="File to write: .docx, .xlsx or .html; may be repeated.  [default: TITLE.docx]",
)  # fmt: skip
def report(
    folder: str,
    item: str | None,
    indicator: str | None,
    plan: str | None,
    municipalities: tuple[str, ...],
    targets: tuple[Path, ...],
) -> None:
    """Write a report for a meeting, in Japanese: a 比較表 of municipalities, or one plan on a page.

    Values stand with unit, year (令和) and page. It is made to fit on A4.
    """
    asked = [what for what in (item, indicator, plan) if what is not None]
    if len(asked) > 1 or not (asked or municipalities):
        raise click.UsageError("give one of --item, --indicator and --plan, or --municipalities alone")
    if plan is not None and municipalities:
        raise click.UsageError("--plan is about one plan; leave out --municipalities")
    import dxplan
    from dxplan.views import report as reporting

    names = [name.strip() for given in municipalities for name in re.split("[,、，]", given) if name.strip()]
    with told():
        dataset = dxplan.open(folder)
        if item is not None:
            made = reporting.item(dataset, item, names)
        elif indicator is not None:
            made = reporting.indicator(dataset, indicator, names)
        elif plan is not None:
            made = reporting.plan(dataset.plan(plan))
        else:
            made = reporting.municipalities(dataset, names)
        for target in targets or (Path(f"{reporting.file_name(made)}.docx"),):
            reporting.save(made, target)
            say(target)
    if made.pages > 1:
        say(say_in(language(), "cli.report_pages", n=made.pages), err=True)


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
