"""Commands that make or change a dataset: run, remove, fetch."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal, cast

import click

from dxplan.cli.app import (
    GIB,
    READERS,
    PageRange,
    dataset_argument,
    decisions_option,
    jobs_option,
    main,
    positive,
    reader_option,
    say,
    state_option,
    told,
)
from dxplan.cli.progress import print_summary, progress_on_stderr


@main.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option(
    "--out", metavar="DIR", required=True, help="Folder of the dataset, also by URL (s3://, gs://)."
)
@state_option
@click.option("--prune", is_flag=True, help="Take out of the dataset what is not given now.")
@jobs_option
@reader_option
@click.option("--pages", type=PageRange(), help="Only these pages of each document, as 3-9.")
@click.option(
    "--timeout",
    type=positive,
    default=300,
    show_default=True,
    help="Seconds a document may take.",
)
@click.option(
    "--ocr-timeout",
    type=positive,
    default=60,
    show_default=True,
    help="Seconds more for each page that has to be recognised.",
)
@click.option(
    "--memory",
    type=positive,
    default=4,
    show_default=True,
    help="GiB a worker may take.",
)
@click.option(
    "--max-pages",
    type=click.IntRange(1),
    default=2_000,
    show_default=True,
    help="Pages of a document to read.",
)
@click.option(
    "--max-characters",
    type=click.IntRange(1),
    default=5_000_000,
    show_default=True,
    help="Characters of a document to read.",
)
@click.option(
    "--max-drawings",
    type=click.IntRange(1),
    default=20_000,
    show_default=True,
    help="Drawings of a page; of more, only rules and boxes are read.",
)
@click.option(
    "--partition-rows",
    type=click.IntRange(0),
    default=5_000_000,
    show_default=True,
    help="Blocks, sentences and tokens with more rows are written in parts, one per prefecture.",
)
@click.option(
    "--engine",
    type=click.Choice(["local", "dask"]),
    default="local",
    show_default=True,
    help="Where documents are read.",
)
@click.option(
    "--scheduler", metavar="ADDRESS", help="Dask scheduler, as tcp://host:8786.  [default: starts its own]"
)
@decisions_option
def run(
    paths: tuple[str, ...],
    out: str,
    state: Path | None,
    prune: bool,
    jobs: int | None,
    reader: str,
    pages: range | None,
    timeout: float,
    ocr_timeout: float,
    memory: float,
    max_pages: int,
    max_characters: int,
    max_drawings: int,
    partition_rows: int,
    engine: Literal["local", "dask"],
    scheduler: str | None,
    decisions: Path | None,
) -> None:
    """Read plans (files, folders, patterns, manifests, also by URL) and write the dataset.

    Plans that the dataset has already stay in it (--prune: only the plans given now), and what has been read
    is not read again.
    Exit code 1: a document failed (the dataset is written all the same); 2: nothing could be done.
    """
    import dxplan

    with told(), progress_on_stderr() as on_progress:
        summary = dxplan.run(
            paths,
            out,
            prune=prune,
            jobs=jobs,
            reader=cast(Literal["mupdf", "plumber"], READERS[reader]),
            pages=pages,
            timeout=timeout,
            ocr_timeout=ocr_timeout,
            memory=int(memory * GIB),
            max_pages=max_pages,
            max_characters=max_characters,
            max_drawings=max_drawings,
            partition_rows=partition_rows,
            engine=engine,
            scheduler=scheduler,
            decisions=decisions,
            state=state,
            on_progress=on_progress,
        )
    print_summary(summary)
    sys.exit(0 if summary.ok else 1)


@main.command()
@dataset_argument
@click.argument("plans", metavar="PLAN...", nargs=-1, required=True)
@state_option
@jobs_option
@decisions_option
def remove(
    folder: str, plans: tuple[str, ...], state: Path | None, jobs: int | None, decisions: Path | None
) -> None:
    """Take plans out of a dataset: by id, file name, path, municipality or title. Their files stay."""
    import dxplan

    with told(), progress_on_stderr() as on_progress:
        summary = dxplan.remove(
            folder, plans, jobs=jobs, decisions=decisions, state=state, on_progress=on_progress
        )
    print_summary(summary)


@main.command()
@click.argument("manifest", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to put them in.  [default: the manifest's name without .yaml or .csv]",
)
@click.option(
    "--delay", type=click.FloatRange(0), default=2, show_default=True, help="Seconds between requests."
)
@click.option("--attempts", type=click.IntRange(1), default=5, show_default=True, help="Tries for each plan.")
@click.option("--patience", type=positive, default=1800, show_default=True, help="Seconds a plan may take.")
@click.option("--max-size", type=positive, default=1, show_default=True, help="GiB a plan may have.")
@click.option("--contact", help="E-mail address or page to show to the servers' owners.")
@click.option("--allow-private", is_flag=True, help="Ask also servers of a private network.")
@click.option("--refresh", is_flag=True, help="Ask also for plans that are there already.")
def fetch(
    manifest: Path,
    folder: Path | None,
    delay: float,
    attempts: int,
    patience: float,
    max_size: float,
    contact: str | None,
    allow_private: bool,
    refresh: bool,
) -> None:
    """Download the plans of a manifest, politely, and write manifest.csv beside them for dxplan run.

    One connection a host, robots.txt respected. A plan is never replaced by a shorter file or one that is
    no plan. Exit code 1: some could not be had.
    """
    from dxplan.ingest import fetch as fetching

    manners = fetching.Manners(
        delay=delay,
        attempts=attempts,
        patience=patience,
        max_bytes=int(max_size * GIB),
        contact=contact,
        private=allow_private,
    )

    def tell(fetched: fetching.Fetched) -> None:
        reason = f": {fetched.message}" if fetched.message else ""
        say(f"{fetched.outcome} {fetched.path.name} from {fetched.entry.url}{reason}", err=True)

    with told():
        target = folder or manifest.with_suffix("")
        results = fetching.fetch(manifest, target, manners, refresh=refresh, on_result=tell)
    counts = ", ".join(f"{sum(r.outcome == o for r in results)} {o}" for o in ("fetched", "kept", "failed"))
    click.echo(f"{counts}; read them with: dxplan run {target / 'manifest.csv'} --out OUT")
    sys.exit(1 if any(r.outcome == "failed" for r in results) else 0)
