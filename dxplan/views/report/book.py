"""A report as an Excel workbook of one sheet, which prints on A4 as it stands."""

from __future__ import annotations

import io
from typing import Any

from dxplan import optional
from dxplan.views.report.paper import LINE, MARGIN, TITLE, Report, Table, facts_line, lines_of, widths
from dxplan.views.workbook import is_formula

_FONT = "游ゴシック"
_POINTS = 72 / 25.4  # of a mm
_PIXELS = 96 / 25.4  # of a mm
_WIDTHS_BY = {"font_name": "Arial", "font_size": 10}  # the font whose digits Excel counts widths in
_DIGIT, _BESIDE = 7, 5  # pixels of a digit, by which Excel counts widths, and of the space beside it


def xlsx(report: Report) -> bytes:
    """The workbook's bytes.

    Raises:
        MissingLibraryError: the extra ``report`` is not installed.
    """
    library = optional.load("xlsxwriter", "report")
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_format_properties": _WIDTHS_BY,
    }
    with library.Workbook(out, options) as book:
        import datetime

        book.set_properties({"title": report.title, "created": datetime.datetime(2000, 1, 1)})
        sheet = book.add_worksheet("報告")
        _Sheet(book, sheet, report).fill()
    return out.getvalue()


class _Sheet:
    """Writes a report from top to bottom."""

    def __init__(self, book: Any, sheet: Any, report: Report) -> None:
        self.book, self.sheet, self.report = book, sheet, report
        self.row = 0
        self.styles: dict[tuple[tuple[str, Any], ...], Any] = {}
        # One table has the sheet's columns as its own; several share narrow ones.
        shares = [tuple(widths(table, report.width)) for table in report.tables]
        self.edges = sorted({round(sum(one[:n]), 2) for one in shares for n in range(len(one) + 1)})

    def fill(self) -> None:
        report, sheet = self.report, self.sheet
        for n, (left, right) in enumerate(zip(self.edges, self.edges[1:], strict=False)):
            sheet.set_column(n, n, max(((right - left) * _PIXELS - _BESIDE) / _DIGIT, 0.3))
        self.line(report.title, TITLE, bold=True)
        for text in (report.subtitle, facts_line(report)):
            if text:
                self.line(text, report.size)
        for table, heights in zip(report.tables, report.heights, strict=True):
            if table.title:
                self.line(table.title, report.size, bold=True)
            head = self.row
            self.table(table, heights)
            if len(report.tables) == 1:
                sheet.repeat_rows(head)
                sheet.freeze_panes(head + 1, 1)
            if table.dropped:
                self.line(f"ほか{table.dropped}件の{table.what}", report.size, align="right")
            self.sheet.set_row(self.row, 5)
            self.row += 1
        for note in report.notes:
            self.line(note, report.size - 1)
        sheet.set_landscape() if report.landscape else sheet.set_portrait()
        sheet.set_paper(9)  # A4
        sheet.set_margins(*(MARGIN / 25.4,) * 4)
        sheet.fit_to_pages(1, 1 if report.pages == 1 else 0)
        sheet.center_horizontally()
        sheet.print_area(0, 0, self.row - 1, len(self.edges) - 2)
        if report.pages > 1:
            sheet.set_footer("&C&P / &N")

    def line(self, text: str, size: float, *, bold: bool = False, align: str = "left") -> None:
        """A text over the whole width."""
        high = lines_of(text, self.report.width, size) * size * LINE * 1.1
        self.sheet.set_row(self.row, high)
        style = self.style(size, bold=bold, align=align, border=0)
        self.put(self.row, 0, self.row, len(self.edges) - 2, text, style)
        self.row += 1

    def table(self, table: Table, heights: Any) -> None:
        size = self.report.size
        sizes = widths(table, self.report.width)
        edges = [self.edges.index(round(sum(sizes[:n]), 2)) for n in range(len(sizes) + 1)]
        for n, column in enumerate(table.columns):
            style = self.style(size, align="center", valign="vcenter", bg_color="#E8EEF2", border=1)
            self.put(self.row, edges[n], self.row, edges[n + 1] - 1, column.head, style)
        self.sheet.set_row(self.row, heights[0] * _POINTS)
        self.row += 1
        for line, height in zip(table.lines, heights[1:], strict=True):
            for n, cell in enumerate(line):
                if cell is None:
                    continue
                fill = {"bg_color": "#C9D9E6"} if cell.filled else {}
                kind = self.style(size, bold=cell.strong, align=table.columns[n].align, border=1, **fill)
                if is_formula(cell.text):
                    kind = self.style(
                        size, bold=cell.strong, align=table.columns[n].align, border=1, quote_prefix=True
                    )
                self.put(self.row, edges[n], self.row + cell.rows - 1, edges[n + 1] - 1, cell.text, kind)
            self.sheet.set_row(self.row, height * _POINTS * 1.03)
            self.row += 1

    def put(self, top: int, left: int, bottom: int, right: int, text: str, style: Any) -> None:
        if (top, left) == (bottom, right):
            self.sheet.write_string(top, left, text, style)
        else:
            self.sheet.merge_range(top, left, bottom, right, "", style)
            self.sheet.write_string(top, left, text, style)

    def style(self, size: float, **how: Any) -> Any:
        """A format; of equal ones only one is made."""
        how = {"font_name": _FONT, "font_size": size, "text_wrap": True, "valign": "top"} | how
        key = tuple(sorted(how.items()))
        if key not in self.styles:
            self.styles[key] = self.book.add_format(how)
        return self.styles[key]
