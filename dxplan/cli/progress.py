"""How a run goes, on stderr, and what it leaves behind, on stdout."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dxplan.cli.app import console, say

if TYPE_CHECKING:
    from rich.console import Console

    from dxplan.ingest.batch import Summary
    from dxplan.ingest.tasks import Progress

_NOTES = 20  # diagnostics shown
_SECONDS = 2.0  # between two lines
_NAMES = 5  # file names shown of a list


@contextmanager
def progress_on_stderr() -> Iterator[Callable[[Progress], None]]:
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


@contextmanager
def rows_on_stderr() -> Iterator[Callable[[str, int, int], None]]:
    """Report how many rows of a table are written: a bar in a terminal, now and then a line elsewhere."""
    if not sys.stderr.isatty():
        last = time.monotonic()

        def tell(table: str, done: int, total: int) -> None:
            nonlocal last
            if time.monotonic() - last > _SECONDS:
                last = time.monotonic()
                say(f"{table}: {done:,} of {total:,}", err=True)

        yield tell
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        row = bar.add_task("")
        yield lambda table, done, total: bar.update(row, description=table, completed=done, total=total)


def _print_line(progress: Progress) -> None:
    if last := progress.last:
        say(
            f"[{progress.done}/{progress.total}] {last.name}: {last.status}, {last.pages} pages, "
            f"{last.seconds:.1f} s ({_speed(progress)})",
            err=True,
        )


def _speed(progress: Progress) -> str:
    return f"{progress.pages / progress.seconds:.1f} pages/s" if progress.seconds else ""


def print_summary(summary: Summary) -> None:
    """Print what a run leaves behind: its notes, the rows of each table, what became of the plans."""
    from dxplan.ingest.inputs import name_of

    out = console()
    _print_notes(out, summary)

    def tell(line: str) -> None:
        out.print(line, markup=False, highlight=False)

    tell("rows: " + ", ".join(f"{name} {n:,}" for name, n in summary.rows.items()))
    if summary.skipped:
        names = _first(list(map(name_of, summary.skipped)))
        tell(f"left aside, no plans by name or content: {len(summary.skipped)} files ({names})")
    plans = {what: getattr(summary.change, what) for what in ("added", "renewed", "kept", "dropped")}
    tell("plans: " + ", ".join(f"{len(names)} {what}" for what, names in plans.items()))
    for what in ("added", "renewed", "dropped"):
        if plans[what]:
            tell(f"{what}: {_first(plans[what])}")
    for note in summary.notes:
        tell(note)
    if summary.changed:
        tell(f"changed while being read: {', '.join(summary.changed)}; the rows are those of what was read")
    statuses = ", ".join(f"{n} {status}" for status, n in sorted(summary.statuses.items()))
    tell(
        f"{sum(summary.statuses.values())} documents ({statuses}), {summary.n_read} read now, "
        f"{summary.n_kept} kept; {summary.severities.get('warning', 0)} warnings, "
        f"{summary.severities.get('error', 0)} errors; {summary.pages_read} pages in {summary.seconds:.1f} s"
    )
    out.print(f"dataset: {summary.out}", markup=False, highlight=False, soft_wrap=True)


def _print_notes(out: Console, summary: Summary) -> None:
    if not any(n for severity, n in summary.severities.items() if severity != "info"):
        return  # without loading what shows tables
    import dxplan
    from dxplan.views import show

    if notes := show.notes(dxplan.open(summary.out)):
        out.print(show.table("diagnostics", notes[:_NOTES]))
        if len(notes) > _NOTES:
            out.print(f"{len(notes) - _NOTES} more: dxplan show {summary.out} diagnostics --limit 0")


def _first(names: Sequence[str]) -> str:
    """The first names of a list, and whether there are more."""
    return ", ".join(names[:_NAMES]) + (" …" if len(names) > _NAMES else "")
