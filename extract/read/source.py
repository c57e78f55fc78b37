"""Read a file with the reader its bytes ask for; a PDF, or a page of it, with the other where one fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from extract.limits import Limits, too_many
from extract.model import Diagnostic, Page, Source
from extract.read import text
from extract.read.notes import PAGE_UNREAD, needs_ocr
from extract.read.sniff import HEAD, PDF, ReadError, sniff

READERS = ("mupdf", "plumber")
_LIMITS = Limits()


def read_source(
    path: Path,
    *,
    data: bytes | None = None,
    reader: str = "mupdf",
    pages: Sequence[int] | None = None,
    limits: Limits = _LIMITS,
    scans: int | None = None,
) -> Source:
    """Read one file with the reader its bytes ask for, of which ``scans`` pages may be recognised.

    ``data`` are its bytes, where they have been read already.

    Raises:
        NeedsMoreTime: more pages have to be recognised; none was.
        ReadError: the file is no plan, or cannot be opened; the message says what to do.
    """
    data = path.read_bytes() if data is None else data
    media_type = sniff(data[:HEAD], path.name)
    if media_type.startswith("text/") and media_type != "text/html":
        typed, told = text.decode(data)
        if len(typed) > limits.characters:
            told += (too_many("characters", limits.characters),)
        return text.parse(typed[: limits.characters], told)
    if reader not in READERS:
        raise ValueError(f"reader {reader!r}: choose one of {', '.join(READERS)}")
    source = _read_pdf(data, reader, pages, limits)
    if any(map(needs_ocr, source.pages)):
        from extract.read import ocr  # loads numpy: only where there is something to recognise

        return ocr.read_scans(source, data, scans)
    return source


def _read_pdf(data: bytes, reader: str, pages: Sequence[int] | None, limits: Limits) -> Source:
    """Read with the reader asked for; a file or page that it cannot read goes to the other one."""
    other = next(r for r in READERS if r != reader)
    try:
        source = _reader(reader)(data, pages=pages, limits=limits)
    except ReadError as error:
        if error.code not in ("unreadable", "no_pages", "encrypted"):
            raise
        source = _read_instead(data, other, pages, limits)
        if not any(map(_shows_something, source.pages)):
            raise
        message = f"{reader} cannot open the file ({error.message}); {other} read it instead"
        note = Diagnostic("read", "warning", "reader_fallback", message)
        return replace(source, diagnostics=(note, *source.diagnostics))
    unread = [
        d.page for d in source.diagnostics if d.code in PAGE_UNREAD and d.page and d.page <= source.n_pages
    ]
    return _mended(source, _read_instead(data, other, unread, limits), reader, other) if unread else source


def _read_instead(data: bytes, other: str, pages: Sequence[int] | None, limits: Limits) -> Source:
    try:
        return _reader(other)(data, pages=pages, limits=limits)
    except ReadError:
        return Source(PDF, ())


def _mended(source: Source, second: Source, reader: str, other: str) -> Source:
    """The pages that one reader could not read as the other sees them."""
    mended = {page.number: page for page in second.pages if _shows_something(page)}
    message = f"{reader} cannot read the page; {other} read it instead"
    told = [d for d in source.diagnostics if not (d.code in PAGE_UNREAD and d.page in mended)]
    told += [d for d in second.diagnostics if d.page in mended]
    told += [Diagnostic("read", "warning", "reader_fallback", message, number) for number in mended]
    pages = tuple(mended.get(page.number, page) for page in source.pages)
    return replace(source, pages=pages, diagnostics=tuple(told))


def _shows_something(page: Page) -> bool:
    return bool(page.lines or page.images or page.shapes)


def _reader(name: str) -> Callable[..., Source]:
    module = import_module(f"extract.read.{name}")  # each loads a library of its own
    read: Callable[..., Source] = module.read
    return read
