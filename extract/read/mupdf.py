"""Read a PDF with PyMuPDF: the default reader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Any

import pymupdf

from extract.model import Box, Diagnostic, Image, Page, Source
from extract.read import chars, shapes
from extract.read.sniff import PDF, ReadError, require_pdf

MAX_DRAWINGS = 20_000

# Unknown characters come as U+FFFD (without TEXT_CID_FOR_UNKNOWN_UNICODE): a wrong letter would not show.
_FLAGS = pymupdf.TEXT_PRESERVE_LIGATURES | pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_MEDIABOX_CLIP
_FILLED, _STROKED, _BOLD = 16, 32, 8  # FZ_STEXT_* character flags
_FONT_BOLD, _FONT_ITALIC = pymupdf.TEXT_FONT_BOLD, pymupdf.TEXT_FONT_ITALIC


def read(path_or_bytes: str | FilePath | bytes, *, pages: range | None = None) -> Source:
    """Pages of a PDF with their lines, shapes and images, as displayed, in points.

    ``pages`` are page numbers from 1 (all when None). A page that cannot be read becomes a diagnostic.
    Raises ``ReadError`` when the file gives no document at all.
    """
    data = path_or_bytes if isinstance(path_or_bytes, bytes) else FilePath(path_or_bytes).read_bytes()
    require_pdf(data)
    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    pymupdf.TOOLS.reset_mupdf_warnings()
    document = _open(data)
    found: list[Page] = []
    notes = _warnings(None)
    for number in pages if pages is not None else range(1, document.page_count + 1):
        try:
            page, page_notes = _page(document, number)
        except (RuntimeError, ValueError, pymupdf.mupdf.FzErrorBase) as error:
            page = Page(number, text_source="none")
            page_notes = [Diagnostic("read", "error", "page_unreadable", str(error), number)]
        found.append(page)
        notes += page_notes + _warnings(number)
    title = (document.metadata or {}).get("title") or None
    n_pages = document.page_count
    document.close()
    return Source(PDF, tuple(found), tuple(notes), title, n_pages)


def _open(data: bytes) -> Any:
    try:
        document = pymupdf.open(stream=data, filetype="pdf")
    except (RuntimeError, ValueError) as error:
        raise ReadError("unreadable", f"The PDF is damaged or cut short ({error}). Get it again.") from error
    if document.needs_pass and not document.authenticate(""):
        raise ReadError("encrypted", "The PDF asks for a password. Give a copy that opens without one.")
    if document.page_count == 0:
        raise ReadError("no_pages", "The PDF opens but has no pages. Get it again or export it anew.")
    return document


def _warnings(page: int | None) -> list[Diagnostic]:
    text = pymupdf.TOOLS.mupdf_warnings(reset=True)
    return [Diagnostic("read", "warning", "mupdf", line, page) for line in dict.fromkeys(text.splitlines())]


def _page(document: Any, number: int) -> tuple[Page, list[Diagnostic]]:
    page = document[number - 1]
    width, height = page.rect.width, page.rect.height
    turn = page.rotation_matrix if page.rotation else None
    notes: list[Diagnostic] = []
    drawings = page.get_cdrawings()
    if len(drawings) > MAX_DRAWINGS:
        message = f"{len(drawings)} drawings on the page; shapes left out (limit {MAX_DRAWINGS})"
        notes.append(Diagnostic("read", "warning", "too_many_drawings", message, number))
        drawings = []
    images = tuple(
        Image(_box(info["bbox"], turn), f"p{number}i{i}")
        for i, info in enumerate(page.get_image_info(hashes=False), 1)
    )
    lines = chars.lines(_strips(page, turn), width, height)
    if not lines and images:
        notes.append(Diagnostic("read", "info", "no_text_layer", "the page is a picture", number))
    return (
        Page(
            number,
            width,
            height,
            page.rotation,
            page.get_label() or None,
            "text-layer" if lines else "none",
            lines,
            shapes.shapes(_paths(drawings, turn), width, height),
            images,
        ),
        notes,
    )


def _box(bbox: tuple[float, float, float, float], turn: Any) -> Box:
    if turn is None:
        return Box(*bbox)
    return Box(*(pymupdf.Rect(bbox) * turn).normalize())


# --- characters -------------------------------------------------------------------------------------


def _strips(page: Any, turn: Any) -> Iterator[chars.Strip]:
    styles: dict[tuple[Any, ...], chars.Style] = {}
    for block in page.get_text("rawdict", flags=_FLAGS)["blocks"]:
        for line in block["lines"]:
            for span in line["spans"]:
                if not span["char_flags"] & (_FILLED | _STROKED):
                    continue
                key = (span["font"], span["size"], span["color"], span["flags"], span["char_flags"])
                style = styles.get(key)
                if style is None:
                    style = styles[key] = _style(span)
                yield from _span_strips(line, span, style, turn)


def _style(span: dict[str, Any]) -> chars.Style:
    both = span["char_flags"] & (_FILLED | _STROKED) == _FILLED | _STROKED
    return chars.font_style(
        span["font"],
        span["size"],
        span["color"],
        bold=both or bool(span["flags"] & _FONT_BOLD) or bool(span["char_flags"] & _BOLD),
        italic=bool(span["flags"] & _FONT_ITALIC),
    )


def _span_strips(line: Any, span: Any, style: chars.Style, turn: Any) -> Iterator[chars.Strip]:
    letters = span["chars"]
    if any([c["synthetic"] for c in letters]):
        letters = [c for c in letters if not c["synthetic"]]
        if not letters:
            return
    text = "".join([c["c"] for c in letters])
    boxes = [c["bbox"] for c in letters]
    dx, dy = line["dir"]
    x, y = letters[0]["origin"]
    if turn is not None:
        boxes = [_box(b, turn) for b in boxes]
        dx, dy = dx * turn.a + dy * turn.c, dx * turn.b + dy * turn.d
        x, y = pymupdf.Point(x, y) * turn
    if line["wmode"]:
        base = -(boxes[0][0] + boxes[0][2]) / 2 + 0.38 * style.size
        yield chars.Strip(text, [b[1] for b in boxes], [b[3] for b in boxes], base, style, "down", True)
    elif abs(dx) >= abs(dy) and dx > 0:
        yield chars.Strip(text, [b[0] for b in boxes], [b[2] for b in boxes], y, style)
    elif abs(dx) >= abs(dy):
        yield chars.Strip(text, [-b[2] for b in boxes], [-b[0] for b in boxes], -y, style, "left")
    elif dy > 0:
        yield chars.Strip(text, [b[1] for b in boxes], [b[3] for b in boxes], -x, style, "down")
    else:
        yield chars.Strip(text, [-b[3] for b in boxes], [-b[1] for b in boxes], x, style, "up")


# --- drawings ---------------------------------------------------------------------------------------


def _paths(drawings: list[dict[str, Any]], turn: Any) -> Iterator[shapes.Path]:
    for drawing in drawings:
        kind = drawing["type"]
        if kind not in ("f", "s", "fs"):
            continue
        fill = _rgb(drawing.get("fill")) if "f" in kind else None
        stroke = _rgb(drawing.get("color")) if "s" in kind else None
        opacity = drawing.get("fill_opacity" if fill is not None else "stroke_opacity")
        dashes = drawing.get("dashes")
        for points, closed in _subpaths(drawing["items"], bool(drawing.get("closePath"))):
            if turn is not None:
                points = [tuple(pymupdf.Point(p) * turn) for p in points]
            yield shapes.Path(
                tuple(points),
                closed,
                fill,
                stroke,
                drawing.get("width") or 0.0,
                1.0 if opacity is None else opacity,
                bool(dashes) and not dashes.startswith("[]"),
            )


def _subpaths(items: list[Any], close: bool) -> Iterator[tuple[list[Any], bool]]:
    """Points of every subpath and whether it is closed; curves give their end points."""
    points: list[Any] = []
    for item in items:
        kind = item[0]
        if kind == "re":
            if points:
                yield points, close
                points = []
            x0, y0, x1, y1 = item[1]
            yield [(x0, y0), (x1, y0), (x1, y1), (x0, y1)], True
        elif kind == "qu":
            if points:
                yield points, close
                points = []
            ul, ur, ll, lr = item[1]
            yield [ul, ur, lr, ll], True
        else:
            start, end = item[1], item[-1]
            if points and points[-1] != start:
                yield points, close
                points = []
            if not points:
                points = [start]
            points.append(end)
    if points:
        yield points, close


def _rgb(color: tuple[float, ...] | None) -> int | None:
    if color is None:
        return None
    r, g, b = (round(255 * c) for c in color)
    return r << 16 | g << 8 | b
