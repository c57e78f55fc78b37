"""The command group, and what commands share: options, messages, exit codes.

A command is one call of the API. Libraries are loaded by the command that needs them.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dxplan.errors import DxplanError
from dxplan.words import LANGUAGES, Language, reader_language
from dxplan.words import say as say_in

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from dxplan.views.formats import Style

READERS = {"mupdf": "mupdf", "pymupdf": "mupdf", "plumber": "plumber", "pdfplumber": "plumber"}
GIB = 1 << 30
_LANGUAGE = "dxplan.language"


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


def say(text: object, *, err: bool = False) -> None:
    """Print text that may hold names of files: their control characters never reach the terminal."""
    from dxplan.names import plain

    click.echo(plain(str(text)), err=err)


@contextmanager
def told() -> Iterator[None]:
    """Turn errors that the caller can mend into a message and exit code 2."""
    try:
        yield
    except (DxplanError, OSError, RecursionError) as error:
        say(f"dxplan: {_sentence(error)}", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        click.echo(f"dxplan: {say_in(language(), 'cli.stopped')}", err=True)
        sys.exit(130)


def _sentence(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "a file is nested too deeply to be read (YAML or JSON); mend it, or leave it out"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


class _Command(click.Command):
    """A command with the option ``--lang``."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.params.append(
            click.Option(
                ["--lang"],
                type=click.Choice(LANGUAGES),
                help="Language of what is printed and written.  [default: your locale's]",
                expose_value=False,
                callback=_keep_language,
            )
        )

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Of a command that takes an item: the items, in both languages."""
        if any(param.name == "item" for param in self.params):
            from normalize.national_plan import national_plan

            with formatter.section("Items of the national plan"):
                formatter.write_dl([(one.id, one.title) for one in national_plan().items])
        super().format_epilog(ctx, formatter)


def _keep_language(ctx: click.Context, param: click.Parameter, value: Language | None) -> None:
    ctx.meta[_LANGUAGE] = value or reader_language()


def language() -> Language:
    """The language asked for, else that of the locale."""
    context = click.get_current_context(silent=True)
    found: Language = (context.meta.get(_LANGUAGE) if context else None) or reader_language()
    return found


class _Commands(click.Group):
    """The commands, which speak UTF-8 to whatever reads them: a console of cp932 has no ㋿ and no –."""

    command_class = _Command

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


reader_option = click.option(
    "--reader", type=click.Choice(list(READERS)), default="mupdf", show_default=True, help="PDF reader."
)
positive = click.FloatRange(0, min_open=True)
decisions_option = click.option(
    "--decisions",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Your decisions about terms (YAML).  [default: decisions.yaml beside the dataset, if there]",
)
jobs_option = click.option(
    "--jobs", type=click.IntRange(1), help="Worker processes.  [default: one for each processor]"
)
state_option = click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    help="With a dataset by URL: folder of this machine to work in.  [default: in the user's cache]",
)
dataset_argument = click.argument("folder", metavar="DIR")  # or a URL


def format_option(*more: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The option ``--format`` of commands that print a frame; ``more`` formats than the usual ones."""
    kinds = click.Choice(["table", "csv", "markdown", "html", *more])
    return click.option("--format", "kind", type=kinds, default="table", show_default=True)


def console() -> Console:
    """Standard output; wide where no terminal sets the width, so that a log stays readable."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else 120)


def show_frame(title: str, frame: pd.DataFrame, style: Style, kind: str) -> None:
    """Print a frame in the format asked for."""
    from dxplan.views import formats

    if kind == "table":
        console().print(formats.terminal(title, frame, style))
    else:
        click.echo(formats.text(title, frame, style, kind), nl=False)
