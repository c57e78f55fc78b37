"""Commands that tell how right the reading is: debug and mark on a page, score against the truth."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, cast

import click

from dxplan.cli.app import READERS, dataset_argument, main, reader_option, say, told
from normalize import durable


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--page", type=click.IntRange(1), required=True, help="Page, counted from 1.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="PNG to write.  [default: FILE-pN.png]"
)
@reader_option
def debug(file: Path, page: int, out: Path | None, reader: str) -> None:
    """Draw a page with what was found on it, and what labels, columns and headings were taken for."""
    from dxplan.drawing import limited
    from dxplan.views.debug import draw

    target = out or Path(f"{file.stem}-p{page}.png")
    with told():
        durable.write(target, limited(draw, file, page, READERS[reader], seconds=300))
    click.echo(target)


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="PDF to write.  [default: FILE-marked.pdf]"
)
@click.option(
    "--table", "tables", multiple=True, default=("kpis",), show_default=True, metavar="TABLE",
    help="What to mark: kpis, schedules, measures …; may be repeated.",
)  # fmt: skip
@reader_option
def mark(file: Path, out: Path | None, tables: tuple[str, ...], reader: str) -> None:
    """Read one plan and mark its indicators in a copy of the PDF, without making a dataset.

    Every row found is printed with its page, too.
    """
    import tempfile

    import dxplan
    from dxplan.drawing import limited
    from dxplan.views import mark as marking

    if unknown := set(tables) - marking.MARKED.keys():
        raise click.BadParameter(f"{', '.join(sorted(unknown))}: there are {', '.join(marking.MARKED)}")
    with told(), tempfile.TemporaryDirectory() as folder:
        dxplan.run(file, folder, jobs=1, reader=cast(Literal["mupdf", "plumber"], READERS[reader]))
        ds = dxplan.open(folder)
        plan = ds.plan(file.name)
        for note in plan.read("diagnostics", severity=["warning", "error"]).to_pylist():
            say(f"{note['severity']}: {note['message']}", err=True)
        found = [(table, row) for table in tables for row in plan.read(table).to_pylist()]
        for table, row in found:
            say(f"p. {row['page'] or '-'}  {marking.says(table, row)}")
        if not found:
            raise click.ClickException(f"no {' or '.join(tables)} found in {file.name}")
        if plan.document["media_type"] != "application/pdf":
            return  # a text has no page to mark
        target = out or Path(f"{file.stem}-marked.pdf")
        durable.write(target, limited(marking.mark, plan, tables))
    say(f"{len(found)} marked: {target}")


@main.command()
@dataset_argument
@click.argument(
    "truths", metavar="TRUTH...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path)
)
@click.option("--misses", type=click.IntRange(0), default=0, metavar="N", help="Show N misses of each table.")
@click.option("--calibration", is_flag=True, help="Also show how far confidences can be trusted.")
def score(folder: str, truths: tuple[Path, ...], misses: int, calibration: bool) -> None:
    """Measure a dataset against truth files (JSON), or folders of them."""
    from dxplan import score as scoring
    from dxplan.storage import remote

    files = [f for t in truths for f in (sorted(t.glob("*.json")) if t.is_dir() else [t])]
    with told():
        place = remote.parse(folder)
        click.echo(scoring.format_score(scoring.score(place, files), misses))
        if calibration:
            click.echo("\n" + scoring.format_calibration(scoring.calibration(place, files)))
