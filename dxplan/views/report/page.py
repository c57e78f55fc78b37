"""A report as a web page of its own: no other file, no script, prints on A4 as it stands."""

from __future__ import annotations

from functools import cache
from html import escape
from importlib import resources
from string import Template

from dxplan.views.report.paper import LINE, MARGIN, PAD, TITLE, Cell, Report, Table, facts_line, widths


@cache
def _sheet() -> Template:
    return Template(resources.files("dxplan.views.report").joinpath("page.css").read_text(encoding="utf-8"))


def style(report: Report) -> str:
    """The style sheet of a report: its paper, and its size of type."""
    return _sheet().substitute(
        way="landscape" if report.landscape else "portrait",
        margin=MARGIN,
        size=report.size,
        small=report.size - 1,
        line=LINE,
        width=report.width,
        title=TITLE,
        pad=PAD,
    )


def html(report: Report) -> str:
    """The whole page. All text is escaped."""
    facts = f"<p>{escape(facts_line(report))}</p>" if report.facts else ""
    notes = "".join(f"<p>{escape(note)}</p>" for note in report.notes)
    body = "\n".join(_table(table, report) for table in report.tables)
    return (
        f'<!doctype html>\n<html lang="ja">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(report.title)}</title>\n<style>{style(report)}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(report.title)}</h1>\n<p>{escape(report.subtitle)}</p>\n{facts}\n{body}\n"
        f'<div class="notes">{notes}</div>\n</main>\n</body>\n</html>\n'
    )


def _table(table: Table, report: Report) -> str:
    share = [100 * width / report.width for width in widths(table, report.width)]
    columns = "".join(f'<col width="{one:.2f}%">' for one in share)
    head = "".join(f'<th scope="col">{escape(column.head)}</th>' for column in table.columns)
    lines = "\n".join(
        "<tr>" + "".join(_cell(cell, table, n) for n, cell in enumerate(line) if cell) + "</tr>"
        for line in table.lines
    )
    title = f"<h2>{escape(table.title)}</h2>\n" if table.title else ""
    dropped = f'<p class="dropped">ほか{table.dropped}件の{table.what}</p>' if table.dropped else ""
    return (
        f"{title}<table>\n<colgroup>{columns}</colgroup>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{lines}\n</tbody>\n</table>{dropped}"
    )


def _cell(cell: Cell, table: Table, column: int) -> str:
    names: list[str] = [table.columns[column].align] if table.columns[column].align != "left" else []
    names += ["strong"] if cell.strong else []
    names += ["filled"] if cell.filled else []
    kinds = f' class="{" ".join(names)}"' if names else ""
    span = f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    return f"<td{kinds}{span}>{escape(cell.text)}</td>"
