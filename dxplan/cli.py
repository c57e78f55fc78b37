"""The command line: one command, one API call. Libraries are loaded by the command that needs them."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import click

from dxplan.errors import DxplanError
from normalize import durable

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from rich.console import Console

    from dxplan.ingest.batch import Summary
    from dxplan.ingest.tasks import Progress
    from dxplan.views.formats import Style

_READERS = {"mupdf": "mupdf", "pymupdf": "mupdf", "plumber": "plumber", "pdfplumber": "plumber"}
_GIB = 1 << 30


class PageRange(click.ParamType[range]):
    """``3``, ``3-9`` or ``3-`` as a range of pages counted from 1."""

    name = "pages"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> range:
        first, dash, last = str(value).partition("-")
        try:
            start = int(first)
            stop = int(last) if last else sys.maxsize - 1 if dash else start
        except ValueError:
            start = stop = 0
        if not 1 <= start <= stop:
            self.fail(f"{value!r} is no range of pages; write 3, 3-9 or 3-", param, ctx)
        return range(start, stop + 1)


def _say(text: object, *, err: bool = False) -> None:
    """Print text of which a terminal only shows every character, whatever files and plans are called."""
    from dxplan.names import plain

    click.echo(plain(str(text)), err=err)


@contextmanager
def _told() -> Iterator[None]:
    """Turn errors that the caller can mend into a message and exit code 2."""
    try:
        yield
    except (DxplanError, OSError, RecursionError) as error:
        _say(f"dxplan: {_sentence(error)}", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        click.echo("dxplan: stopped; what has been read is kept, run it again to go on", err=True)
        sys.exit(130)


def _sentence(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "a file is nested too deeply to be read (YAML or JSON); mend it, or leave it out"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


class _Commands(click.Group):
    """The commands, which speak UTF-8 to whatever reads them: a console of cp932 has no ㋿ and no –."""

    def main(self, *args: Any, **options: Any) -> Any:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")
        return super().main(*args, **options)


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="dxplan")
def main() -> None:
    """Japanese municipal DX plans, as one comparable, traceable dataset."""


_reader_option = click.option(
    "--reader", type=click.Choice(list(_READERS)), default="mupdf", show_default=True, help="PDF reader."
)
_limit = click.FloatRange(0, min_open=True)
_decisions_option = click.option(
    "--decisions",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Your decisions about terms (YAML).  [default: decisions.yaml beside the dataset, if there]",
)
_jobs_option = click.option(
    "--jobs", type=click.IntRange(1), help="Worker processes.  [default: one for each processor]"
)
_state_option = click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    help="With a dataset by URL: folder of this machine to work in.  [default: in the user's cache]",
)
_dataset_argument = click.argument("folder", metavar="DIR")  # or a URL


def _console() -> Console:
    """Standard output; wide where no terminal sets the width, so that a log stays readable."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else 120)


@main.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option(
    "--out", metavar="DIR", required=True, help="Folder of the dataset, also by URL (s3://, gs://)."
)
@_state_option
@click.option("--prune", is_flag=True, help="Take out of the dataset what is not given now.")
@_jobs_option
@_reader_option
@click.option("--pages", type=PageRange(), help="Only these pages of each document, as 3-9.")
@click.option(
    "--timeout",
    type=_limit,
    default=300,
    show_default=True,
    help="Seconds a document may take.",
)
@click.option(
    "--ocr-timeout",
    type=_limit,
    default=60,
    show_default=True,
    help="Seconds more for each page that has to be recognised.",
)
@click.option(
    "--memory",
    type=_limit,
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
@_decisions_option
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

    with _told(), _progress() as on_progress:
        summary = dxplan.run(
            paths,
            out,
            prune=prune,
            jobs=jobs,
            reader=cast(Literal["mupdf", "plumber"], _READERS[reader]),
            pages=pages,
            timeout=timeout,
            ocr_timeout=ocr_timeout,
            memory=int(memory * _GIB),
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
    _print_summary(summary)
    sys.exit(0 if summary.ok else 1)


@main.command()
@_dataset_argument
@click.argument("plans", metavar="PLAN...", nargs=-1, required=True)
@_state_option
@_jobs_option
@_decisions_option
def remove(
    folder: str, plans: tuple[str, ...], state: Path | None, jobs: int | None, decisions: Path | None
) -> None:
    """Take plans out of a dataset: by id, file name, path, municipality or title. Their files stay."""
    import dxplan

    with _told(), _progress() as on_progress:
        summary = dxplan.remove(
            folder, plans, jobs=jobs, decisions=decisions, state=state, on_progress=on_progress
        )
    _print_summary(summary)


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
@click.option("--patience", type=_limit, default=1800, show_default=True, help="Seconds a plan may take.")
@click.option("--max-size", type=_limit, default=1, show_default=True, help="GiB a plan may have.")
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
        max_bytes=int(max_size * _GIB),
        contact=contact,
        private=allow_private,
    )

    def tell(fetched: fetching.Fetched) -> None:
        reason = f": {fetched.message}" if fetched.message else ""
        _say(f"{fetched.outcome} {fetched.path.name} from {fetched.entry.url}{reason}", err=True)

    with _told():
        target = folder or manifest.with_suffix("")
        results = fetching.fetch(manifest, target, manners, refresh=refresh, on_result=tell)
    counts = ", ".join(f"{sum(r.outcome == o for r in results)} {o}" for o in ("fetched", "kept", "failed"))
    click.echo(f"{counts}; read them with: dxplan run {target / 'manifest.csv'} --out OUT")
    sys.exit(1 if any(r.outcome == "failed" for r in results) else 0)


@contextmanager
def _progress() -> Iterator[Callable[[Progress], None]]:
    """Report on stderr: a live bar in a terminal, a line for each document elsewhere."""
    if not sys.stderr.isatty():
        yield _print_line
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[speed]}"),
        TimeRemainingColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with Bar(*columns, console=Console(stderr=True)) as bar:
        row = bar.add_task("", total=None, speed="")

        def update(progress: Progress) -> None:
            names = ", ".join(progress.reading)
            bar.update(
                row, total=progress.total, completed=progress.done, description=names, speed=_speed(progress)
            )

        yield update


def _print_line(progress: Progress) -> None:
    if last := progress.last:
        _say(
            f"[{progress.done}/{progress.total}] {last.name}: {last.status}, {last.pages} pages, "
            f"{last.seconds:.1f} s ({_speed(progress)})",
            err=True,
        )


def _speed(progress: Progress) -> str:
    return f"{progress.pages / progress.seconds:.1f} pages/s" if progress.seconds else ""


def _print_summary(summary: Summary) -> None:
    import dxplan
    from dxplan.ingest.inputs import name_of
    from dxplan.views import show as view

    console = _console()
    if notes := view.notes(dxplan.open(summary.out)):
        console.print(view.table("diagnostics", notes[:20]))
        if len(notes) > 20:
            console.print(f"{len(notes) - 20} more: dxplan show {summary.out} diagnostics --limit 0")
    console.print("rows: " + ", ".join(f"{name} {n:,}" for name, n in summary.rows.items()), highlight=False)
    if summary.skipped:
        names = ", ".join(map(name_of, summary.skipped[:5]))
        more = " …" if len(summary.skipped) > 5 else ""
        console.print(
            f"left aside, no plans by name or content: {len(summary.skipped)} files ({names}{more})",
            markup=False,
            highlight=False,
        )
    change = summary.change
    counts = {
        "added": change.added,
        "renewed": change.renewed,
        "kept": change.kept,
        "dropped": change.dropped,
    }
    console.print(
        "plans: " + ", ".join(f"{len(names)} {what}" for what, names in counts.items()), highlight=False
    )
    for what in ("added", "renewed", "dropped"):
        if some := counts[what]:
            listed = ", ".join(some[:5]) + (" …" if len(some) > 5 else "")
            console.print(f"{what}: {listed}", markup=False, highlight=False)
    for note in summary.notes:
        console.print(note, markup=False, highlight=False)
    if summary.changed:
        console.print(
            f"changed while being read: {', '.join(summary.changed)}; the rows are those of what was read",
            markup=False,
            highlight=False,
        )
    statuses = ", ".join(f"{n} {status}" for status, n in sorted(summary.statuses.items()))
    console.print(
        f"{sum(summary.statuses.values())} documents ({statuses}), {summary.n_read} read now, "
        f"{summary.n_kept} kept; {summary.severities.get('warning', 0)} warnings, "
        f"{summary.severities.get('error', 0)} errors; {summary.pages_read} pages in {summary.seconds:.1f} s",
        highlight=False,
    )
    console.print(f"dataset: {summary.out}", markup=False, highlight=False, soft_wrap=True)


@main.command()
@_dataset_argument
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

    with _told():
        view.show(dxplan.open(folder), _console(), table, doc, measure, limit or None)


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


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--page", type=click.IntRange(1), required=True, help="Page, counted from 1.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="PNG to write.  [default: FILE-pN.png]"
)
@_reader_option
def debug(file: Path, page: int, out: Path | None, reader: str) -> None:
    """Draw a page with what was found on it, and what labels, columns and headings were taken for."""
    from dxplan.drawing import limited
    from dxplan.views.debug import draw

    target = out or Path(f"{file.stem}-p{page}.png")
    with _told():
        durable.write(target, limited(draw, file, page, _READERS[reader], seconds=300))
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
@_reader_option
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
    with _told(), tempfile.TemporaryDirectory() as folder:
        dxplan.run(file, folder, jobs=1, reader=cast(Literal["mupdf", "plumber"], _READERS[reader]))
        ds = dxplan.open(folder)
        plan = ds.plan(file.name)
        for note in plan.read("diagnostics", severity=["warning", "error"]).to_pylist():
            _say(f"{note['severity']}: {note['message']}", err=True)
        found = [(table, row) for table in tables for row in plan.read(table).to_pylist()]
        for table, row in found:
            _say(f"p. {row['page'] or '-'}  {marking.says(table, row)}")
        if not found:
            raise click.ClickException(f"no {' or '.join(tables)} found in {file.name}")
        if plan.document["media_type"] != "application/pdf":
            return  # a text has no page to mark
        target = out or Path(f"{file.stem}-marked.pdf")
        durable.write(target, limited(marking.mark, plan, tables))
    _say(f"{len(found)} marked: {target}")


@main.command()
@_dataset_argument
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
    with _told():
        place = remote.parse(folder)
        click.echo(scoring.format_score(scoring.score(place, files), misses))
        if calibration:
            click.echo("\n" + scoring.format_calibration(scoring.calibration(place, files)))


def _format_option(*more: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    kinds = click.Choice(["table", "csv", "markdown", "html", *more])
    return click.option("--format", "kind", type=kinds, default="table", show_default=True)


def _show_frame(title: str, frame: pd.DataFrame, style: Style, kind: str) -> None:
    from dxplan.views import formats

    if kind == "table":
        _console().print(formats.terminal(title, frame, style))
    else:
        click.echo(formats.text(title, frame, style, kind), nl=False)


@main.command()
@_dataset_argument
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
@_format_option()
def compare(folder: str, kind: str, **views: str | None) -> None:
    """Set municipalities, or two editions of a plan, side by side.

    csv has every column and value; the others show what a person reads.
    """
    chosen = [(view, what) for view, what in views.items() if what is not None]
    if len(chosen) != 1:
        raise click.UsageError("give one of --item, --indicator, --term and --edition")
    import dxplan
    from dxplan.views.compare import VIEWS

    view, what = chosen[0]
    make, style = VIEWS[view]
    with _told():
        _show_frame(f"{view}: {what}", make(dxplan.open(folder), what), style, kind)


@main.command()
@_dataset_argument
@click.option("--review", is_flag=True, help="The pairs that a person has to decide, with their contexts.")
@_decisions_option
@_format_option("yaml")
def terms(folder: str, review: bool, decisions: Path | None, kind: str) -> None:
    """Print the vocabulary with its variants, or the doubtful pairs.

    Write yes or no into decisions.yaml beside the dataset (--review --format yaml prints the form to fill
    in); the next run obeys it.
    """
    if kind == "yaml" and not review:
        raise click.UsageError("--format yaml is for --review")
    import dxplan
    from dxplan.views import vocabulary

    with _told():
        dataset = dxplan.open(folder)
        if not review:
            _show_frame("terms", vocabulary.terms(dataset), vocabulary.TERMS_STYLE, kind)
            return
        pairs = vocabulary.review(dataset, vocabulary.decisions(folder, decisions))
        if kind == "yaml":
            click.echo(vocabulary.stub(pairs), nl=False)
        else:
            _show_frame("to decide", pairs, vocabulary.REVIEW_STYLE, kind)


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

    with _told():
        place = dxplan.open(folder, sources=sources).source(row_id)
        if not place.is_drawn:
            _say(f"{place.title}\n\n{place.lines()}")
            return
        target = out or Path(f"{row_id}.png")
        durable.write(target, limited(partial(place.png, whole_page=whole_page)))
        _say(f"{place.title}: {target}")


@main.command()
@_dataset_argument
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

    with _told():
        exporting.export(dxplan.open(folder), to, dest, tables)
    click.echo(dest)


@main.command()
@_dataset_argument
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

    with _told():
        optional.load("dxplan.explore", "explore").serve(
            folder,
            host=host,
            port=port,
            sources=sources,
            on_start=lambda address: click.echo(f"{address}  (end with Ctrl+C)"),
        )
