"""Rows as frames, and frames as text: a table in the terminal, CSV, Markdown or an HTML page."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dxplan.errors import InputError
from dxplan.names import plain
from dxplan.words import Language

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from rich.console import RenderableType

_BY_SUFFIX = {".xlsx": "xlsx", ".csv": "csv", ".md": "markdown", ".html": "html"}
FORMATS = ("table", "csv", "markdown", "html")
_MARK = {"|": "\\|", "\n": " ", "<": "&lt;", ">": "&gt;"}
_PAGE = """<!doctype html>
<html lang="ja">
<meta charset="utf-8">
<title>{title}</title>
<style>
body {{ font-family: sans-serif; margin: 2em }}
table {{ border-collapse: collapse; margin-bottom: 2em }}
caption {{ text-align: left; font-weight: bold; padding: .5em 0 }}
th, td {{ border-bottom: 1px solid #ccc; padding: .3em .6em; text-align: left; vertical-align: top }}
</style>
{body}
</html>"""


@dataclass(frozen=True, slots=True)
class Style:
    """How a frame is shown.

    ``columns`` maps headings to columns of the frame; the first ``leading`` of them are not repeated from row
    to row. ``apart`` names a column that is true for the rows of the main table; the others follow it.
    """

    columns: Mapping[str, str]
    leading: int = 0
    legend: str = ""
    apart: str | None = None
    apart_title: str = "{title}: not comparable"


@dataclass(frozen=True, slots=True)
class _Table:
    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


def frame(rows: Iterable[Mapping[str, Any]], schema: pa.Schema) -> pd.DataFrame:
    """Rows as a pandas frame with Arrow types, the columns of the schema only."""
    import pandas as pd
    import pyarrow as pa

    table = pa.Table.from_pylist([{n: row.get(n) for n in schema.names} for row in rows], schema)
    made: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return made


def written(title: str, frame: pd.DataFrame, style: Style, path: Path, language: Language) -> bytes:
    """The frame as a file, by the end of its name. CSV has a byte order mark, by which Excel knows UTF-8.

    Raises:
        InputError: another ending.
        MissingLibraryError: the extra ``export`` is not installed (xlsx).
    """
    from dxplan.views import workbook

    kind = _BY_SUFFIX.get(path.suffix.lower())
    if kind is None:
        raise InputError(f"{path}: give a name that ends in {', '.join(_BY_SUFFIX)}")
    if kind == "xlsx":
        sheets = {t.caption: (t.headings, t.rows) for t in _tables(title, frame, style)}
        return workbook.of_texts(sheets, style.legend, language)
    return text(title, frame, style, kind).encode("utf-8-sig" if kind == "csv" else "utf-8")


def text(title: str, frame: pd.DataFrame, style: Style, kind: str) -> str:
    """The frame as CSV (every column, every value), Markdown, or a whole HTML page."""
    if kind == "csv":
        return _csv(frame)
    tables = _tables(title, frame, style)
    if kind == "markdown":
        parts = [*map(_markdown, tables), _marked(style.legend)]
        return "\n\n".join(part for part in parts if part) + "\n"
    body = "\n".join([*map(_html, tables), f"<p>{html.escape(style.legend)}</p>"])
    return _PAGE.format(title=html.escape(title), body=body) + "\n"


def terminal(title: str, frame: pd.DataFrame, style: Style) -> RenderableType:
    """The frame for rich."""
    from rich import box
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    parts: list[RenderableType] = []
    for table in _tables(title, frame, style):
        caption = Text(table.caption)
        grid = Table(title=caption, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
        for heading in table.headings:
            grid.add_column(heading, overflow="fold")
        for row in table.rows:
            grid.add_row(*map(Text, row))
        parts.append(grid)
    return Group(*parts, Text(style.legend, style="dim"))


def _tables(title: str, frame: pd.DataFrame, style: Style) -> list[_Table]:
    rows = frame.to_dict("records")
    if style.apart is None:
        return [_table(title, rows, style)]
    apart = [row for row in rows if not row[style.apart]]
    main = _table(title, [row for row in rows if row[style.apart]], style)
    return [main, _table(style.apart_title.format(title=title), apart, style)] if apart else [main]


def _table(caption: str, rows: Iterable[Mapping[Any, Any]], style: Style) -> _Table:
    """Columns that hold nothing are left out."""
    cells = [[cell(row[column]) for column in style.columns.values()] for row in rows]
    kept = [i for i in range(len(style.columns)) if i < style.leading or any(row[i] for row in cells)]
    shown = [[row[i] for i in kept] for row in _unrepeated(cells, style.leading)]
    return _Table(caption, [list(style.columns)[i] for i in kept], shown)


def _unrepeated(rows: Iterable[list[str]], leading: int) -> list[list[str]]:
    """Rows whose first cells are empty where they, and all before them, are those of the row above."""
    shown, above = [], [""] * leading
    for row in rows:
        same = next((i for i in range(leading) if row[i] != above[i]), leading)
        shown.append(["" for _ in range(same)] + row[same:])
        above = row[:leading]
    return shown


def cell(value: Any) -> str:
    """A value as a person reads it; nothing for a missing one."""
    import pandas as pd

    if not isinstance(value, str) and hasattr(value, "__len__"):
        return plain(" … ".join(map(str, value)))
    if pd.isna(value):
        return ""
    return f"{value:.12g}" if isinstance(value, float) else plain(str(value))


def _csv(frame: pd.DataFrame) -> str:
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(frame.columns)
    writer.writerows([cell(value) for value in row] for row in frame.itertuples(index=False))
    return out.getvalue()


def _markdown(table: _Table) -> str:
    lines = [table.headings, ["---"] * len(table.headings), *table.rows]
    body = ["| " + " | ".join(_marked(c) for c in line) + " |" for line in lines]
    return f"**{_marked(table.caption)}**\n\n" + "\n".join(body)


def _marked(text: str) -> str:
    return "".join(_MARK.get(char, char) for char in text)


def _html(table: _Table) -> str:
    head = "".join(f"<th>{html.escape(h)}</th>" for h in table.headings)
    body = "\n".join(
        "<tr>" + "".join(f"<td>{html.escape(c)}</td>" for c in row) + "</tr>" for row in table.rows
    )
    caption = html.escape(table.caption)
    return f"<table>\n<caption>{caption}</caption>\n<tr>{head}</tr>\n{body}\n</table>"
