"""Read a PDF with pdfplumber: pure Python, slower; the second opinion on what the default reader sees.

What is not here: text rise (Ts), the outlines of clips, and gradients. Colours other than grey, RGB and CMYK
(patterns) count as mid-grey.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from math import hypot
from pathlib import Path as FilePath
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfminer.pdftypes import resolve1
from pdfminer.psexceptions import PSException
from pdfminer.utils import decode_text
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from extract.limits import Limits
from extract.model import Box, Diagnostic, Page, Source, scaled
from extract.read import notes, shapes
from extract.read.chars import Upright
from extract.read.finish import Found, finished
from extract.read.interpret import Device, Paint, interpret
from extract.read.seen import SMALLEST, Cover
from extract.read.sniff import PDF, ReadError, require_pdf
from extract.read.strips import DESCENT, Direction, Strip, font_style, on_white, upright_base, whole

PATTERN = 0x808080
SLANT = 0.1  # sine of the angle from which on text runs in none of the four directions

# Text render modes (ISO 32000-1, 9.3.6); modes with 4 added also clip.
_STROKE, _FILL_AND_STROKE, _UNSEEN = 1, 2, 3

# What pdfminer raises on what it did not foresee is anything; a MemoryError is no word about the file.
_BROKEN = (
    PDFException,
    PSException,
    PdfminerException,
    MalformedPDFException,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
_LIMITS = Limits()


def read(
    path_or_bytes: str | FilePath | bytes,
    *,
    pages: Sequence[int] | None = None,
    limits: Limits = _LIMITS,
) -> Source:
    """Pages of a PDF with their lines, shapes and images, as displayed, in points.

    ``pages`` are page numbers from 1 (all when None). Of a page with more paths than the limit only rules
    and boxes are read. A page that cannot be read becomes a diagnostic.
    Raises ``ReadError`` when the file gives no document at all.
    """
    data = path_or_bytes if isinstance(path_or_bytes, bytes) else FilePath(path_or_bytes).read_bytes()
    require_pdf(data)
    with _open(data) as document:
        n_pages = len(document.pages)
        title = document.metadata.get("Title")
        found, told = notes.read_pages(
            notes.page_numbers(pages, n_pages),
            limits,
            lambda number: _page(document.pages[number - 1], limits.drawings),
            _BROKEN,
        )
        told += _enclosed(document.doc.catalog)
    return Source(
        PDF,
        tuple(found),
        tuple(told),
        whole(title) if isinstance(title, str) and title else None,
        n_pages,
    )


def _open(data: bytes) -> Any:
    try:
        document = pdfplumber.open(io.BytesIO(data))
        n_pages = len(document.pages)
    except PDFPasswordIncorrect as error:
        raise ReadError.encrypted() from error
    except _BROKEN as error:
        if any(isinstance(cause, PDFPasswordIncorrect) for cause in error.args):
            raise ReadError.encrypted() from error
        raise ReadError.unreadable(str(error)) from error
    if n_pages == 0:
        raise ReadError.no_pages()
    return document


def _enclosed(catalog: Any) -> list[Diagnostic]:
    try:
        names = resolve1((resolve1(catalog.get("Names")) or {}).get("EmbeddedFiles")) or {}
        form = resolve1(catalog.get("AcroForm")) or {}
        return notes.enclosed(list(_names(names)), portfolio="Collection" in catalog, xfa="XFA" in form)
    except _BROKEN:
        return []


def _names(tree: Any, depth: int = 0) -> Iterator[str]:
    """The names in a name tree (ISO 32000-1, 7.9.6)."""
    for kid in resolve1(tree.get("Kids")) or () if depth < 10 else ():
        yield from _names(resolve1(kid), depth + 1)
    for name in (resolve1(tree.get("Names")) or ())[::2]:
        yield decode_text(name) if isinstance(name, bytes) else str(name)


def _page(page: Any, max_drawings: int) -> tuple[Page, list[Diagnostic]]:
    try:
        objects, device = _objects(page)
    finally:
        page.close()  # PDF.close() does not free the pages used
    left, top, right, bottom = page.cropbox
    width, height = float(right - left), float(bottom - top)
    drawings = [o for o in objects if o["object_type"] in ("rect", "line", "curve")]
    too_many = len(drawings) > max_drawings
    paths = _paths(drawings, left, top)
    found = (
        shapes.rules_and_boxes(paths, width, height, max_drawings)
        if too_many
        else shapes.shapes(paths, width, height)
    )
    boxes = [
        shapes.clip(Box(o["x0"] - left, o["top"] - top, o["x1"] - left, o["bottom"] - top), width, height)
        for o in objects
        if o["object_type"] == "image"
    ]
    letters = list(_strips([(n, o) for n, o in enumerate(objects) if o["object_type"] == "char"], page))
    told = Found(
        page.page_number,
        width,
        height,
        page.rotation % 360,
        page.page_obj.label or None,
        letters,
        found,
        boxes,
        boxes,
        [] if too_many else list(_covers(objects, left, top)),
        list(_pictures_over(objects, page)),
        lambda covers: letters,
        [_shown(b, page) for b in device.strikes],
        _clip_edges(objects, page),
        len(drawings) if too_many else 0,
        device.shaded,
        attached=list(_attached(page)),
    )
    whole_page, diagnostics = finished(told)
    return scaled(whole_page, _unit(page)), diagnostics


def _attached(page: Any) -> Iterator[str]:
    """Names of the files pinned to a page (12.5.6.15)."""
    for annotation in map(resolve1, resolve1(page.page_obj.annots) or ()):
        file = resolve1(annotation.get("FS"))
        if isinstance(file, dict) and (name := resolve1(file.get("UF", file.get("F")))):
            yield decode_text(name)


def _unit(page: Any) -> float:
    """Points to a unit of the page (ISO 32000-1, 14.11.2); pdfplumber gives units."""
    unit = resolve1(page.page_obj.attrs.get("UserUnit"))
    return unit if isinstance(unit, (int, float)) and unit > 0 else 1.0


def _objects(page: Any) -> tuple[list[Any], Device]:
    """What pdfplumber finds on the page, in painting order (page.objects has none), and what drew it."""
    device = interpret(page)
    found = [
        page.process_object(item)
        | {
            "mode": getattr(item, "render_mode", 0) % 4,
            "scale": getattr(item, "scale", 1.0),
            "opacity": getattr(item, "opacity", 1.0),
            "paint": getattr(item, "paint", None),
        }
        for item in device.items()
    ]
    return found, device


# --- characters -------------------------------------------------------------------------------------


def _strips(letters: list[tuple[int, Any]], page: Any) -> Iterator[Strip]:
    """One strip for the letters of one style that follow each other on one baseline."""
    left, top = page.cropbox[:2]
    origin_x, origin_y = page.mediabox[0] - left, page.mediabox[1] + page.height - top
    strip: Strip | None = None
    last: Any = None
    for order, letter in letters:
        a, b, _, _, e, f = letter["matrix"]
        x, y = origin_x + e, origin_y - f
        x0, x1, y0, y1 = letter["x0"] - left, letter["x1"] - left, letter["top"] - top, letter["bottom"] - top
        size = round(x1 - x0 if abs(b) > abs(a) else y1 - y0, 2)
        if a > abs(b) and x - x0 > 0.25 * (x1 - x0):  # the origin of vertical fonts is the top centre
            size = round(x1 - x0, 2)
            direction: Direction = "down"
            fall = DESCENT * size  # pdfminer puts the box that much above the vertical origin
            start, end, base = y0 + fall, y1 + fall, upright_base(x0, x1, size)
        elif abs(a) >= abs(b):
            direction = "right" if a > 0 else "left"
            start, end, base = (x0, x1, y) if a > 0 else (-x1, -x0, -y)
        else:
            direction = "down" if b < 0 else "up"
            start, end, base = (y0, y1, -x) if b < 0 else (-y1, -y0, x)
        text = "\ufffd" if letter["text"].startswith("(cid:") else letter["text"]
        edges = [start + (end - start) * i / max(1, len(text)) for i in range(len(text) + 1)]
        mode = letter["mode"]
        color = letter["stroking_color" if mode == _STROKE else "non_stroking_color"]
        unseen = mode == _UNSEEN or not letter["opacity"]
        style = (letter["fontname"], size, color, direction, mode, letter["opacity"])
        if strip is None or style != last or abs(base - strip.base) > 0.01 * size:
            if strip is not None:
                yield strip
            ink = on_white(_rgb(color), letter["opacity"])
            face = font_style(letter["fontname"], size, ink, bold=mode == _FILL_AND_STROKE)
            slanted = min(abs(a), abs(b)) > SLANT * hypot(a, b)
            strip = Strip("", [], [], base, face, direction, unseen=unseen, slanted=slanted)
            last = style
        strip.text += text
        strip.starts += edges[:-1]
        strip.ends += edges[1:]
        strip.orders += [order] * len(text)
    if strip is not None:
        yield strip


# --- drawings ---------------------------------------------------------------------------------------


def _paths(drawings: Iterable[Any], left: float, top: float) -> list[shapes.Path]:
    found = []
    for o in drawings:
        points = [(p[-1][0] - left, p[-1][1] - top) for p in o["path"] if len(p) > 1]
        if points:
            path = shapes.Path(
                tuple(points),
                any(p[0] == "h" for p in o["path"]),
                _rgb(o["non_stroking_color"]) if o["fill"] else None,
                _rgb(o["stroking_color"]) if o["stroke"] else None,
                o["linewidth"] * o["scale"],
                o["opacity"],
                dashed=bool(o["dash"] and o["dash"][0]),
            )
            found.append(path)
    return found


def _covers(objects: Sequence[Any], left: float, top: float) -> Iterator[Cover]:
    """Opaque areas, but for what is painted through (multiplied with) what lies below."""
    for order, o in enumerate(objects):
        paint: Paint | None = o["paint"]
        if o["opacity"] != 1 or paint is None or paint.blended or "path" not in o:
            continue
        (path,) = _paths([o], left, top) or (None,)
        box = shapes.patch(path) if path and path.fill != PATTERN else None
        if box and min(box.width, box.height) >= SMALLEST:
            yield Cover(order, box)


def _pictures_over(objects: Sequence[Any], page: Any) -> Iterator[Cover]:
    """Opaque pictures, as far as their clips show them, that were painted after text."""
    left, top = page.cropbox[:2]
    first = next((n for n, o in enumerate(objects) if o["object_type"] == "char"), len(objects))
    for order, o in enumerate(objects[first:], first):
        if o["object_type"] != "image" or o["opacity"] != 1 or (o["paint"] and o["paint"].blended):
            continue
        if not {"SMask", "Mask", "ImageMask", "IM"} & o["stream"].attrs.keys():
            box = Box(o["x0"] - left, o["top"] - top, o["x1"] - left, o["bottom"] - top)
            clip = _shown(o["paint"].clip, page) if o["paint"] and o["paint"].clip else box
            yield Cover(order, Box(*map(max, box[:2], clip[:2]), *map(min, box[2:], clip[2:])))


def _clip_edges(objects: Sequence[Any], page: Any) -> list[Upright]:
    """Right ends of the clips in force where letters were painted: text is cut off there."""
    clips = {o["paint"].clip for o in objects if o["object_type"] == "char" and o["paint"]}
    boxes = [_shown(clip, page) for clip in clips if clip is not None]
    return sorted(Upright(box.x1, box.y0, box.y1) for box in boxes)


def _shown(box: Box, page: Any) -> Box:
    """A box of pdfminer's coordinates, whose y goes up, on the page."""
    left, top = page.cropbox[:2]
    x, y = page.mediabox[0] - left, page.mediabox[1] + page.height - top
    return Box(x + box.x0, y - box.y1, x + box.x1, y - box.y0)


def _rgb(color: Any) -> int:
    """0xRRGGBB of grey, RGB or CMYK components in 0..1; black when none are set."""
    parts = list(color) if isinstance(color, (tuple, list)) else [color]
    numbers = [min(1.0, max(0.0, float(c))) for c in parts if isinstance(c, (int, float))]
    if parts != [None] and len(numbers) < len(parts):
        return PATTERN
    match numbers:
        case [grey]:
            rgb = [grey] * 3
        case [_, _, _]:
            rgb = numbers
        case [c, m, y, k]:
            rgb = [(1 - c) * (1 - k), (1 - m) * (1 - k), (1 - y) * (1 - k)]
        case _:
            return 0
    r, g, b = (round(255 * c) for c in rgb)
    return r << 16 | g << 8 | b
