"""Commands that show a dataset: show, compare, terms, source, explore."""

from __future__ import annotations

from pathlib import Path

import click

from dxplan.cli.app import (
    console,
    dataset_argument,
    decisions_option,
    format_option,
    language,
    main,
    say,
    show_frame,
    told,
)
from dxplan.words import say as say_in
from normalize import durable


@main.command()
@dataset_argument
@click.argument("table", required=False)
@click.option("--doc", help="Only documents with this in their id, file name, municipality or title.")
@click.option("--measure", help="Only measures with this in their id, number or title.")
@click.option(
    "--limit", type=click.IntRange(0), default=20, show_default=True, help="Rows to show; 0 shows all."
)
def show(folder: str, table: str | None, doc: str | None, measure: str | None, limit: int) -> None:
    """Print a dataset, a table of it, or one measure with its indicators and schedule."""
    import dxplan
    from dxplan.views import show as view

    with told():
        view.show(dxplan.open(folder), console(), table, doc, measure, limit or None, language())


@main.command()
@dataset_argument
@click.option(
    "--item",
    metavar="ITEM",
    help="Item of the national plan (digital_divide, 情報格差): measures, KPIs, years.",
)
@click.option(
    "--indicator", metavar="NAME", help="Indicator, by id or name: its numbers in one kind of unit."
)
@click.option("--term", help="How each document writes a term.")
@click.option("--edition", metavar="MUNICIPALITY", help="What became of the measures of its earlier plan.")
@format_option()
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write: .xlsx, .csv, .md or .html.",
)
def compare(folder: str, kind: str, out: Path | None, **views: str | None) -> None:
    """Set municipalities, or two editions of a plan, side by side.

    csv has every column and value; the others show what a person reads.
    """
    chosen = [(view, what) for view, what in views.items() if what is not None]
    if len(chosen) != 1:
        raise click.UsageError("give one of --item, --indicator, --term and --edition")
    import dxplan
    from dxplan.views import formats
    from dxplan.views.compare import VIEWS, said

    view, what = chosen[0]
    make, style = VIEWS[view]
    with told():
        frame = make(dxplan.open(folder), what)
        title = f"{say_in(language(), f'view.{view}')}: {what}"
        if language() == "ja" and kind != "csv" and (out is None or out.suffix.lower() != ".csv"):
            frame, style = said.in_japanese(view, frame, style)
        if out is None:
            show_frame(title, frame, style, kind)
            return
        durable.write(out, formats.written(title, frame, style, out, language()))
        say(out)


@main.command()
@dataset_argument
@click.option("--review", is_flag=True, help="The pairs that a person has to decide, with their contexts.")
@decisions_option
@format_option("yaml")
def terms(folder: str, review: bool, decisions: Path | None, kind: str) -> None:
    """Print the vocabulary with its variants, or the doubtful pairs.

    Write yes or no into decisions.yaml beside the dataset (--review --format yaml prints the form to fill
    in); the next run obeys it.
    """
    if kind == "yaml" and not review:
        raise click.UsageError("--format yaml is for --review")
    import dxplan
    from dxplan.views import vocabulary

    with told():
        dataset = dxplan.open(folder)
        if not review:
            show_frame("terms", vocabulary.terms(dataset), vocabulary.TERMS_STYLE, kind)
            return
        pairs = vocabulary.review(dataset, vocabulary.decisions(folder, decisions))
        if kind == "yaml":
            click.echo(vocabulary.stub(pairs), nl=False)
        else:
            show_frame("to decide", pairs, vocabulary.REVIEW_STYLE, kind)


@main.command()
@click.argument("row_id", metavar="ROW_ID")
@click.option(
    "--dataset", "folder", metavar="DIR", default="outputs", show_default=True, help="Folder of the dataset.",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="PNG to write.  [default: ROW_ID.png]"
)
@click.option(
    "--sources", type=click.Path(path_type=Path), help="Folder of the original files, if they have moved."
)
@click.option("--whole-page", is_flag=True, help="The whole page, not only the part around the row.")
def source(row_id: str, folder: str, out: Path | None, sources: Path | None, whole_page: bool) -> None:
    """Show where a row comes from: a PNG of its part of the page, or its lines of text.

    ROW_ID is the id of any row: of a KPI (kpi_id), a bar (schedule_id), a measure, a sentence …
    """
    from functools import partial

    import dxplan
    from dxplan.drawing import limited

    with told():
        place = dxplan.open(folder, sources=sources).source(row_id)
        if not place.is_drawn:
            say(f"{place.title}\n\n{place.lines()}")
            return
        target = out or Path(f"{row_id}.png")
        durable.write(target, limited(partial(place.png, whole_page=whole_page)))
        say(f"{place.title}: {target}")


@main.command()
@dataset_argument
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port; 0 takes a free one."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--sources", type=click.Path(path_type=Path), help="Folder of the original files, if they have moved."
)
def explore(folder: str, port: int, host: str, sources: Path | None) -> None:
    """Look through a dataset in the browser, check it against its pages, and correct it."""
    from dxplan import optional

    with told():
        optional.load("dxplan.explore", "explore").serve(
            folder,
            host=host,
            port=port,
            sources=sources,
            on_start=lambda address: click.echo(f"{address}  (end with Ctrl+C)"),
        )
