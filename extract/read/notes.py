"""Which pages a PDF reader reads and what it tells of them, the same for every reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from extract.limits import Limits, too_many
from extract.model import Diagnostic, Image, Line, Page, Severity
from extract.read.strips import garbled, whole

# Codes of pages that gave nothing.
PAGE_UNREAD = ("page_unreadable", "extractor_fault")
PageRead = tuple[Page, list[Diagnostic]]

COVERED = 0.5  # share of a page without text that its pictures cover: a scan
OUTLINES = 200  # polygons on a page without text: letters drawn as paths


def page_numbers(pages: Sequence[int] | None, n_pages: int) -> Sequence[int]:
    """The pages asked for, all when None. Raises ``ValueError`` for numbers below 1."""
    if pages and min(pages) < 1:
        raise ValueError(f"pages count from 1, got {pages}")
    return range(1, n_pages + 1) if pages is None else pages


def read_pages(
    numbers: Sequence[int],
    limits: Limits,
    read_page: Callable[[int], PageRead],
    broken: tuple[type[Exception], ...],
) -> tuple[list[Page], list[Diagnostic]]:
    """Read page by page, up to the limits. What goes wrong on a page costs that page.

    ``broken`` are the exceptions by which the library says that it is the page's fault.
    """
    found: list[Page] = []
    told: list[Diagnostic] = []
    n_characters = 0
    for number in numbers[: limits.pages]:
        if n_characters > limits.characters:
            told.append(too_many("characters", limits.characters, number))
            break
        try:
            page, page_told = read_page(number)
        except MemoryError:
            page, page_told = _unread(
                number, "memory_limit", "the page needs too much memory; raise --memory"
            )
        except broken as error:
            page, page_told = _unread(number, "page_unreadable", f"{error}")
        except Exception as error:  # a file that our own code did not foresee
            page, page_told = _unread(number, "extractor_fault", f"{type(error).__name__}: {error}")
        n_characters += sum(len(line.text) for line in page.lines)
        found.append(page)
        told += page_told
    if len(numbers) > limits.pages:
        told.append(too_many("pages", limits.pages, numbers[limits.pages]))
    return found, told


def _unread(number: int, code: str, message: str) -> PageRead:
    return Page(number, text_source="none"), [Diagnostic("read", "error", code, whole(message), number)]


def lost(number: int) -> list[Diagnostic]:
    """What to say of a page of a damaged file that shows nothing: it may have shown something."""
    message = "the page is empty, and the file is damaged: what stood on it may be lost; download it again"
    return [Diagnostic("read", "error", "page_unreadable", message, number)]


def enclosed(names: Sequence[str], *, portfolio: bool, xfa: bool) -> list[Diagnostic]:
    """What is to be told of a file that holds other files, or a form that no page shows."""
    told = []
    if names:
        message = f"attached files are not read, take them out: {', '.join(map(_readable, names))}"
        told.append(Diagnostic("read", "warning" if portfolio else "info", "attached_files", message))
    if xfa:
        message = "the file is an XFA form, which no page shows: print it to PDF and read that"
        told.append(Diagnostic("read", "warning", "xfa_form", message))
    return told


def _readable(name: str) -> str:
    """A file name whose UTF-8 was taken for Latin-1, as PDF writers may leave it."""
    try:
        return whole(name.encode("latin-1").decode("utf-8"))
    except UnicodeError:
        return whole(name)


def upside_down(number: int) -> list[Diagnostic]:
    message = "most text stands upside down and makes no records: turn the page by 180 degrees"
    return [Diagnostic("read", "warning", "upside_down", message, number)]


def page_notes(
    number: int, lines: Sequence[Line], images: Sequence[Image], hidden: str, left_out: int
) -> list[Diagnostic]:
    """Diagnostics of page ``number``: ``hidden`` text was dropped, of ``left_out`` drawings some."""
    out = []

    def note(severity: Severity, code: str, message: str) -> None:
        out.append(Diagnostic("read", severity, code, message, number))

    if left_out:
        note(
            "warning",
            "too_many_drawings",
            f"{left_out:,} drawings or more: only rules and boxes are read; raise --max-drawings",
        )
    if hidden.strip():
        most = len(hidden) > sum(len(line.text) for line in lines)  # a person should look at such a page
        message = f"{len(hidden)} characters nobody can see are left out"
        note("warning" if most else "info", "invisible_text", message)
    if not lines and images:
        note("info", "no_text_layer", "the page is a picture without a text layer: it needs OCR")
    if garbled("\n".join(line.text for line in lines)):
        note("warning", "garbled_text", "the text layer is not readable text: check it or use OCR")
    return out


def needs_ocr(page: Page) -> bool:
    """Whether the page shows text that its text layer does not give: a scan, drawn letters, a junk layer."""
    if page.lines:
        return garbled("\n".join(line.text for line in page.lines))
    covered = sum(image.box.width * image.box.height for image in page.images)
    drawn = sum(shape.kind == "polygon" for shape in page.shapes)
    return drawn >= OUTLINES or covered >= COVERED * max(1.0, page.width * page.height)
