"""A report as a Word document."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from dxplan import optional
from dxplan.views.report.paper import LINE, MARGIN, PAD, TITLE, Cell, Report, Table, facts_line, widths

_FONT = "游ゴシック"
_HEAD, _FILLED = "E8EEF2", "C9D9E6"


def docx(report: Report) -> bytes:
    """The document's bytes.

    Raises:
        MissingLibraryError: the extra ``report`` is not installed.
    """
    made = optional.load("docx", "report").Document()
    _set_paper(made, report)
    _paragraph(made, report.title, TITLE, strong=True, heading=True)
    for text in (report.subtitle, facts_line(report)):
        if text:
            _paragraph(made, text, report.size)
    for number, table in enumerate(report.tables):
        if table.title:
            _paragraph(made, table.title, report.size, strong=True)
        elif number:
            _paragraph(made, "", 3)
        _table(made, table, report, report.heights[number])
        if table.dropped:
            _paragraph(made, f"ほか{table.dropped}件の{table.what}", report.size, align="right")
    for note in report.notes:
        _paragraph(made, note, report.size - 1)
    out = io.BytesIO()
    made.save(out)
    return _without_time(out.getvalue())


def _without_time(data: bytes) -> bytes:
    """The same archive, its parts without the time they were written: equal reports are equal bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept:
        for part in made.infolist():
            kept.writestr(zipfile.ZipInfo(part.filename), made.read(part), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _set_paper(made: Any, report: Report) -> None:
    import datetime

    from docx.enum.section import WD_ORIENT
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm

    (section,) = made.sections
    long, short = Mm(297), Mm(210)
    section.orientation = WD_ORIENT.LANDSCAPE if report.landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (long, short) if report.landscape else (short, long)
    for side in ("left", "right", "top", "bottom"):
        setattr(section, f"{side}_margin", Mm(MARGIN))
    section.header_distance = section.footer_distance = Mm(6)
    for grid in section._sectPr.findall(qn("w:docGrid")):  # lines keep the height they are given
        section._sectPr.remove(grid)
    style = made.styles["Normal"]
    style.font.name = _FONT
    fonts = style.element.rPr.rFonts
    for name in ("w:eastAsia", "w:hAnsi", "w:cs"):
        fonts.set(qn(name), _FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "ja-JP")
    language.set(qn("w:eastAsia"), "ja-JP")
    style.element.rPr.append(language)
    core = made.core_properties
    core.title, core.language, core.author, core.comments = report.title, "ja-JP", "dxplan", ""
    core.created = core.modified = datetime.datetime(2000, 1, 1)  # the bytes follow from the report alone


def _paragraph(
    made: Any, text: str, size: float, *, strong: bool = False, heading: bool = False, align: str = "left"
) -> None:
    paragraph = made.add_paragraph()
    if heading:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        level = OxmlElement("w:outlineLvl")
        level.set(qn("w:val"), "0")
        paragraph._p.get_or_add_pPr().append(level)
    _fill(paragraph, text, size, strong=strong, align=align)


def _fill(paragraph: Any, text: str, size: float, *, strong: bool = False, align: str = "left") -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
    from docx.shared import Pt

    layout = paragraph.paragraph_format
    layout.space_before = layout.space_after = Pt(0)
    layout.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    layout.line_spacing = Pt(size * LINE)
    layout.alignment = getattr(WD_ALIGN_PARAGRAPH, align.upper())
    for n, line in enumerate(text.split("\n")):
        run = paragraph.add_run()
        if n:
            run.add_break()
        run.add_text(line)
        run.font.size = Pt(size)
        run.bold = strong or None


def _table(made: Any, table: Table, report: Report, heights: Any) -> None:
    from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
    from docx.oxml import OxmlElement
    from docx.shared import Mm

    grid = made.add_table(rows=1 + len(table.lines), cols=len(table.columns))
    grid.style = "Table Grid"
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    grid.autofit = False
    _set_margins(grid)
    sizes = widths(table, report.width)
    for column, width in zip(grid.columns, sizes, strict=True):
        column.width = Mm(width)
    places = [list(row.cells) for row in grid.rows]  # asked once: each asking walks the table
    for n, row in enumerate(grid.rows):
        row.height, row.height_rule = Mm(heights[n]), WD_ROW_HEIGHT_RULE.AT_LEAST
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if n == 0:
            properties.append(OxmlElement("w:tblHeader"))
    for n, column in enumerate(table.columns):
        _put(places[0][n], Cell(column.head), report.size, "center", _HEAD, sizes[n])
    for at, line in enumerate(table.lines, 1):
        for n, cell in enumerate(line):
            place = places[at][n]
            if cell is None:
                _span(place, "continue")
                place.width = Mm(sizes[n])
                _fill(place.paragraphs[0], "", 1)
                continue
            if cell.rows > 1:
                _span(place, "restart")
            _put(place, cell, report.size, table.columns[n].align, _FILLED if cell.filled else None, sizes[n])


def _put(place: Any, cell: Cell, size: float, align: str, fill: str | None, width: float) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm

    place.width = Mm(width)
    _fill(place.paragraphs[0], cell.text, size, strong=cell.strong, align=align)
    if fill:
        shade = OxmlElement("w:shd")
        for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", fill)):
            shade.set(qn(name), value)
        place._tc.get_or_add_tcPr().append(shade)


def _span(place: Any, how: str) -> None:
    """Join a cell with those above or below it, as Word does: the first restarts, the others continue."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    merge = OxmlElement("w:vMerge")
    merge.set(qn("w:val"), how)
    place._tc.get_or_add_tcPr().append(merge)


def _set_margins(grid: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    margins = OxmlElement("w:tblCellMar")
    for side in ("top", "left", "bottom", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), str(round(PAD * 1440 / 25.4)))
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    grid._tbl.tblPr.append(margins)
