"""The command that asks what the reader did not understand, and keeps the answers."""

from __future__ import annotations

import getpass
import json
from pathlib import Path
from typing import Literal

import click

from dxplan.cli.app import console, dataset_argument, main, say, told

_COLUMNS = ("question_id", "source_name", "page", "kind", "text", "choices", "n_rows", "worth")


@main.command()
@dataset_argument
@click.option("--doc", help="Only documents with this in their id, file name, municipality or title.")
@click.option(
    "--limit", type=click.IntRange(0), default=20, show_default=True, help="Questions to show; 0 shows all."
)
@click.option("--format", "kind", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option(
    "--answer", "given", nargs=2, multiple=True, metavar="QUESTION_ID ANSWER",
    help="Answer a question; may be repeated.",
)  # fmt: skip
@click.option(
    "--for",
    "scope",
    type=click.Choice(["document", "municipality", "all"]),
    default="document",
    show_default=True,
    help="What the answers hold for.",
)
@click.option("--author", help="Who answers.  [default: the name of the user]")
@click.option("--note", help="Why, kept with the answers.")
@click.option(
    "--export", "to", type=click.Path(dir_okay=False, path_type=Path),
    help="Write all answers to a file for others.",
)  # fmt: skip
@click.option(
    "--import", "source", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Take in the answers of a file.",
)  # fmt: skip
def teach(
    folder: str,
    doc: str | None,
    limit: int,
    kind: str,
    given: tuple[tuple[str, str], ...],
    scope: Literal["document", "municipality", "all"],
    author: str | None,
    note: str | None,
    to: Path | None,
    source: Path | None,
) -> None:
    """Show what the reader did not understand, what an answer is worth first, and keep answers.

    An answer is one of the choices shown; a number for a value; years as 2026-2028 for a bar, or none; or
    nothing, where there is nothing to be read. The next dxplan run into DIR applies it, and reads again only
    the plans it holds for. Answers are in DIR/answers.yaml.
    """
    import dxplan
    from dxplan import answers
    from dxplan.views import teach as view

    with told():
        if source is not None:
            say(f"{answers.take_in(Path(folder), source)} answers taken in from {source}")
        dataset = dxplan.open(folder)
        for question_id, says in given:
            kept = view.answer(
                dataset, question_id, says, author=author or getpass.getuser(), scope=scope, note=note
            )
            say(
                f"{kept.kind} {' '.join((kept.text or kept.key).split())[:40]}: {kept.says}, for {kept.scope}"
            )
        if to is not None:
            say(f"{answers.write_out(Path(folder), to)} answers: {to}")
        if given or to is not None or source is not None:
            return
        asked = view.questions(dataset, doc)
        if kind == "json":
            shown = [{name: row[name] for name in _COLUMNS} for row in asked[: limit or None]]
            click.echo(json.dumps(shown, ensure_ascii=False, indent=1))
            return
        console().print(view.listed(asked[: limit or None]))
        if limit and len(asked) > limit:
            say(f"{len(asked) - limit} more of {len(asked)}; --limit 0 shows all")
