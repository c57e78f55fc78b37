"""One page with what was found on it, and why."""

from __future__ import annotations

from pathlib import Path

from dxplan.errors import InputError
from extract.draw import draw_page
from extract.pipeline import structure_of
from extract.read.sniff import PDF, ReadError
from extract.read.source import read_source
from extract.structure.explain import notes


def draw(file: Path, page: int, reader: str = "mupdf") -> bytes:
    """Return a PNG of a page of a PDF, counted from 1. The whole document is laid out, as in a run.

    Raises:
        InputError: the file is no readable PDF or has no such page.
    """
    try:
        source = read_source(file, reader=reader)
    except ReadError as error:
        raise InputError(f"{file}: {error.message}") from error
    if source.media_type != PDF:
        raise InputError(f"{file}: only pages of a PDF can be drawn")
    laid_out, document, readings = structure_of(source)
    for found in laid_out:
        if found.page.number == page:
            return draw_page(file, page, found, notes(document, readings, page))
    raise InputError(f"{file} has no page {page}; it has {source.n_pages or len(source.pages)} pages")
