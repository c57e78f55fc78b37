"""How a run goes, on stderr, and what it leaves behind, on stdout."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from dxplan.cli.app import console, language, say
from dxplan.words import choice
from dxplan.words import say as say_in

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
        tell = partial(say_in, language(), "cli.read", name=last.name, status=_called(last.status))
        seconds = f"{last.seconds:.1f}"
        where = {"done": progress.done, "total": progress.total}
        say(tell(**where, pages=last.pages, seconds=seconds, speed=_speed(progress)), err=True)


def _speed(progress: Progress) -> str:
    n = f"{progress.pages / progress.seconds:.1f}" if progress.seconds else ""
    return say_in(language(), "cli.speed", n=n) if n else ""


def _called(status: str) -> str:
    return choice("ja", "status", status) if language() == "ja" else status


def print_summary(summary: Summary) -> None:
    """Print what a run leaves behind: its notes, the rows of each table, what became of the plans."""
    from dxplan.ingest.inputs import name_of

    out = console()
    _print_notes(out, summary)

    def tell(name: str, **values: object) -> None:
        out.print(say_in(language(), f"cli.{name}", **values), markup=False, highlight=False)

    tell("found", rows=", ".join(f"{name} {n:,}" for name, n in summary.rows.items()))
    if summary.skipped:
        tell("aside", n=len(summary.skipped), names=_first(list(map(name_of, summary.skipped))))
    plans = {what: getattr(summary.change, what) for what in ("added", "renewed", "kept", "dropped")}
    tell("plans", **{what: len(names) for what, names in plans.items()})
    for what in ("added", "renewed", "dropped"):
        if plans[what]:
            tell(what, names=_first(plans[what]))
    for note in summary.notes:
        out.print(note, markup=False, highlight=False)
    if summary.changed:
        tell("changed", names=", ".join(summary.changed))
    tell(
        "documents",
        n=sum(summary.statuses.values()),
        statuses=", ".join(f"{n} {_called(status)}" for status, n in sorted(summary.statuses.items())),
        read=summary.n_read,
        kept=summary.n_kept,
        warnings=summary.severities.get("warning", 0),
        errors=summary.severities.get("error", 0),
        pages=summary.pages_read,
        seconds=f"{summary.seconds:.1f}",
    )
    told = say_in(language(), "cli.dataset", out=summary.out)
    out.print(told, markup=False, highlight=False, soft_wrap=True)


def _print_notes(out: Console, summary: Summary) -> None:
    n_notes = sum(n for severity, n in summary.severities.items() if severity != "info")
    if not n_notes:
        return  # without loading what shows tables
    if not (summary.n_read or summary.change.dropped):  # nothing new, and so no wait
        out.print(say_in(language(), "cli.old_notes", n=n_notes, out=summary.out), soft_wrap=True)
        return
    import dxplan
    from dxplan.views import show

    if notes := show.notes(dxplan.open(summary.out)):
        out.print(show.table("diagnostics", notes[:_NOTES], language()))
        if len(notes) > _NOTES:
            out.print(say_in(language(), "cli.more_notes", more=len(notes) - _NOTES, out=summary.out))


def _first(names: Sequence[str]) -> str:
    """The first names of a list, and whether there are more."""
    return ", ".join(names[:_NAMES]) + (" …" if len(names) > _NAMES else "")
