"""Which pages a PDF reader reads and what it tells of them, the same for every reader."""

from __future__ import annotations

from collections.abc import Sequence

from extract.model import Diagnostic, Image, Line, Page, Severity
from extract.read import chars

COVERED = 0.5  # share of a page without text that its pictures cover: a scan
OUTLINES = 200  # polygons on a page without text: letters drawn as paths


def page_numbers(pages: range | None, n_pages: int) -> range:
    """The pages asked for, all when None. Raises ``ValueError`` for numbers below 1."""
    if pages and min(pages) < 1:
        raise ValueError(f"pages count from 1, got {pages}")
    return range(1, n_pages + 1) if pages is None else pages


def page_notes(
    number: int, lines: Sequence[Line], images: Sequence[Image], hidden: str, left_out: int
) -> list[Diagnostic]:
    """Diagnostics of page ``number``: ``hidden`` text was dropped, ``left_out`` drawings were not read."""
    out = []

    def note(severity: Severity, code: str, message: str) -> None:
        out.append(Diagnostic("read", severity, code, message, number))

    if left_out:
        note("warning", "too_many_drawings", f"{left_out} drawings on the page: its shapes are left out")
    if hidden.strip():
        note("info", "invisible_text", f"{len(hidden)} characters nobody can see are left out")
    if not lines and images:
        note("info", "no_text_layer", "the page is a picture without a text layer: it needs OCR")
    if chars.garbled("\n".join(line.text for line in lines)):
        note("warning", "garbled_text", "the text layer is not readable text: check it or use OCR")
    return out


def needs_ocr(page: Page) -> bool:
    """Whether the page shows text that its text layer does not give: a scan, drawn letters, a junk layer."""
    if page.lines:
        return chars.garbled("\n".join(line.text for line in page.lines))
    covered = sum(image.box.width * image.box.height for image in page.images)
    drawn = sum(shape.kind == "polygon" for shape in page.shapes)
    return drawn >= OUTLINES or covered >= COVERED * max(1.0, page.width * page.height)
