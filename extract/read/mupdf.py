"""Read a PDF with PyMuPDF: the default reader."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import nan
from pathlib import Path as FilePath
from typing import Any

import pymupdf
from pymupdf import mupdf

from extract.limits import Limits
from extract.model import Box, Diagnostic, Page, Source
from extract.read import notes, shapes
from extract.read.chars import Upright
from extract.read.finish import Found, finished
from extract.read.seen import SMALLEST, Cover
from extract.read.sniff import PDF, ReadError, require_pdf
from extract.read.strips import ASCENT, Strip, Style, font_style, on_white, upright_base, whole

# Unknown characters come as U+FFFD (without TEXT_CID_FOR_UNKNOWN_UNICODE): a wrong letter would not show.
_FLAGS = (
    pymupdf.TEXT_PRESERVE_LIGATURES
    | pymupdf.TEXT_PRESERVE_WHITESPACE
    | pymupdf.TEXT_MEDIABOX_CLIP
    | pymupdf.TEXT_COLLECT_STYLES  # text that is filled and stroked is bold
)
_FILLED, _STROKED, _BOLD = 16, 32, 8  # FZ_STEXT_* character flags
_WIDEST = 14_400.0  # points: no page of a PDF may be wider
_BROKEN = (RuntimeError, ValueError, IndexError, mupdf.FzErrorBase)
_LIMITS = Limits()
_SAYING = (pymupdf.PDF_ANNOT_FREE_TEXT, pymupdf.PDF_ANNOT_STAMP)
_HIDDEN = pymupdf.PDF_ANNOT_IS_HIDDEN | pymupdf.PDF_ANNOT_IS_NO_VIEW
_TYPE_3 = re.compile(r"Type3 \((\d+) 0 R\)")
_FONT_BOLD, _FONT_ITALIC = pymupdf.TEXT_FONT_BOLD, pymupdf.TEXT_FONT_ITALIC


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
    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    pymupdf.TOOLS.reset_mupdf_warnings()
    document = _open(data)
    with document:
        n_pages = document.page_count
        title = whole((document.metadata or {}).get("title") or "") or None
        told = [*_warnings(None), *_enclosed(document)]

        def read_page(number: int) -> notes.PageRead:
            before = _warnings(None)  # of a page that could not be read
            page, page_told = _page(document, number, limits.drawings)
            complaints = _warnings(number)
            if not (page.lines or page.images or page.shapes) and (complaints or _is_odd(document, page)):
                page_told += notes.lost(number)
            return page, before + page_told + complaints

        found, page_told = notes.read_pages(notes.page_numbers(pages, n_pages), limits, read_page, _BROKEN)
    told += page_told + _warnings(None)
    return Source(PDF, tuple(found), tuple(told), title, n_pages)


def _open(data: bytes) -> Any:
    try:
        document = _opened(data)
        if document.page_count == 0 and not document.is_repaired:
            searched = _opened(data.replace(b"startxref", b"startxxxx"))  # for objects, without their table
            document = searched if searched.page_count else document
        n_pages = document.page_count
    except _BROKEN as error:
        raise ReadError.unreadable(whole(str(error))) from error
    if n_pages == 0:  # MuPDF repairs what it can; what has no page left was cut short
        raise ReadError.unreadable("no page found") if document.is_repaired else ReadError.no_pages()
    return document


def _opened(data: bytes) -> Any:
    document = pymupdf.open(stream=data, filetype="pdf")
    if document.needs_pass and not document.authenticate(""):
        raise ReadError.encrypted()
    return document


def _enclosed(document: Any) -> list[Diagnostic]:
    catalog = document.pdf_catalog()

    def has(key: str) -> bool:
        return document.xref_get_key(catalog, key)[0] not in ("null", None) if catalog else False

    try:
        names = document.embfile_names()
        return notes.enclosed(names, portfolio=has("Collection"), xfa=has("AcroForm/XFA"))
    except _BROKEN:
        return []


def _is_odd(document: Any, page: Page) -> bool:
    """Whether an empty page may have lost what stood on it: it is larger than any, or its content is gone."""
    if max(page.width, page.height) > _WIDEST:
        return True
    return bool(document.is_repaired and not document[page.number - 1].read_contents().strip())


def _warnings(page: int | None) -> list[Diagnostic]:
    text = whole(pymupdf.TOOLS.mupdf_warnings(reset=True))
    return [Diagnostic("read", "warning", "mupdf", line, page) for line in dict.fromkeys(text.splitlines())]


def _page(document: Any, number: int, max_drawings: int) -> tuple[Page, list[Diagnostic]]:
    page = document[number - 1]
    attached: list[str] = []
    struck: list[Any] = []
    for mark in [a for a in page.annots() if not _says(a)]:
        attached += [mark.file_info["filename"]] if mark.type[0] == pymupdf.PDF_ANNOT_FILE_ATTACHMENT else []
        struck += _quads(mark) if mark.type[0] == pymupdf.PDF_ANNOT_STRIKE_OUT else []
        page.delete_annot(mark)
    width, height = page.rect.width, page.rect.height
    turn = page.rotation_matrix if page.rotation else None
    drawings = page.get_cdrawings(extended=True)
    too_many = len(drawings) > max_drawings
    n_parts = sum(len(drawing.get("items", ())) for drawing in drawings)
    flags = _FLAGS & ~pymupdf.TEXT_COLLECT_STYLES if n_parts > _MANY else _FLAGS
    text = page.get_textpage(flags=flags | pymupdf.TEXT_PRESERVE_IMAGES)
    placed = text.extractIMGINFO()
    if too_many:
        found = shapes.rules_and_boxes(_paths(drawings, turn), width, height, max_drawings)
    else:
        shown = _with_gradients(drawings, [i["bbox"] for i in placed if _is_gradient(i)])
        found = shapes.shapes(_paths(shown, turn), width, height)
    boxes = [shapes.clip(_box(image["bbox"], turn), width, height) for image in placed]
    text.this.m_internal.mediabox.x0 = nan  # no picture is inside such a page: none is decoded
    content = text.extractRAWDICT()
    return finished(
        Found(
            number,
            width,
            height,
            page.rotation,
            whole(page.get_label()) or None,
            list(_strips(document, content, turn)),
            found,
            boxes,
            [box for box, image in zip(boxes, placed) if not _is_gradient(image)],
            [] if too_many else _covers(drawings, turn),
            _pictures_over(page, [i for i in placed if not i["has-mask"]], turn),
            lambda covers: _painted(document, page, turn, covers),
            [_box(box, turn) for box in struck],
            _clip_edges(drawings, turn),
            max_drawings + 1 if too_many else 0,
            attached=attached,
        )
    )


def _says(mark: Any) -> bool:
    """Whether an annotation shows what the document says: words, a patch, a level line."""
    if mark.type[0] == pymupdf.PDF_ANNOT_LINE:
        (_, y0), (_, y1) = mark.vertices or ((0, 0), (0, 1))
        return bool(abs(y1 - y0) < 1)
    if mark.type[0] == pymupdf.PDF_ANNOT_SQUARE:
        return bool(mark.colors["fill"])
    return bool(mark.type[0] in _SAYING)


def _quads(mark: Any) -> list[tuple[float, ...]]:
    """The boxes of what an annotation marks."""
    points = [] if mark.flags & _HIDDEN else mark.vertices or []
    return [tuple(pymupdf.Quad(points[i : i + 4]).rect) for i in range(0, len(points) - 3, 4)]


def _is_gradient(image: dict[str, Any]) -> bool:
    """MuPDF gives a gradient as a picture without data, of one pixel a point."""
    x0, _, x1, _ = image["bbox"]
    return not image["size"] and abs(image["width"] - (x1 - x0)) <= 1


def _box(bbox: tuple[float, float, float, float], turn: Any) -> Box:
    if turn is None:
        return Box(*bbox)
    (x0, y0), (x1, y1) = _turned(bbox[:2], turn), _turned(bbox[2:], turn)
    return Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _turned(point: Sequence[float], turn: Any) -> tuple[float, float]:
    x, y = point
    return turn.a * x + turn.c * y + turn.e, turn.b * x + turn.d * y + turn.f


# --- characters -------------------------------------------------------------------------------------


Orders = dict[tuple[str, float, float], list[int]]


def _painted(document: Any, page: Any, turn: Any, covers: Sequence[Cover]) -> list[Strip]:
    """The strips of a page with the order in which their letters were painted; [] where none is covered.

    Also letters drawn where the same letter was drawn before, which MuPDF takes for one that is bold.
    """
    spans = page.get_texttrace()
    boxes = [(span["seqno"], _box(span["bbox"], turn)) for span in spans]
    if not any(n < c.order and c.box.overlap_x(b) and c.box.overlap_y(b) for n, b in boxes for c in covers):
        return []
    content = page.get_textpage(flags=_FLAGS & ~pymupdf.TEXT_COLLECT_STYLES).extractRAWDICT()
    return list(_strips(document, content, turn, _orders(spans)))


def _orders(spans: Sequence[Any]) -> Orders:
    """Places in the order of painting of every character at its origin; the last to be painted is first."""
    orders: Orders = {}
    for span in spans:
        for code, _, (x, y), _ in span["chars"]:
            orders.setdefault((chr(code), round(x, 1), round(y, 1)), []).insert(0, span["seqno"])
    return orders


def _strips(document: Any, content: Any, turn: Any, orders: Orders | None = None) -> Iterator[Strip]:
    """Strips of a page as MuPDF puts its text together; with ``orders``, when their letters were painted."""
    styles: dict[tuple[Any, ...], Style] = {}
    for block in content["blocks"]:
        for line in block["lines"]:
            for span in line["spans"]:
                key = tuple(span[k] for k in ("font", "size", "color", "alpha", "flags", "char_flags"))
                style = styles.get(key)
                if style is None:
                    style = styles[key] = _style(span, _font_name(document, span["font"]))
                letters = [c for c in span["chars"] if not c["synthetic"]]
                for level in _levels(letters, span) if letters else ():
                    strip = _strip(level, line["dir"], line["wmode"], style, turn)
                    strip.slanted = min(map(abs, line["dir"])) > _SLANT
                    strip.unseen = not span["alpha"] or not span["char_flags"] & (_FILLED | _STROKED)
                    if orders is not None:
                        strip.orders = [_order(letter, orders) for letter in level]
                    yield strip


def _order(letter: Any, orders: Orders) -> int:
    x, y = letter["origin"]
    found = orders.get((letter["c"], round(x, 1), round(y, 1)))
    return (found.pop() if len(found) > 1 else found[0]) if found else _LATEST


def _levels(letters: list[Any], span: Any) -> Iterator[list[Any]]:
    """MuPDF keeps raised letters of one size in one span: part them where the baseline moves."""
    first, whole = letters[0]["bbox"], span["bbox"]
    leap = 0.1 * span["size"]
    if whole[3] - whole[1] <= first[3] - first[1] + leap or whole[2] - whole[0] <= first[2] - first[0] + leap:
        yield letters
        return
    level = [letters[0]]
    for letter in letters[1:]:
        (x, y), (px, py) = letter["origin"], level[-1]["origin"]
        if min(abs(x - px), abs(y - py)) > leap:
            yield level
            level = []
        level.append(letter)
    yield level


def _font_name(document: Any, name: str) -> str:
    """The name of a font; of one drawn glyph by glyph (Type 3), which has none, what its descriptor says."""
    drawn = _TYPE_3.fullmatch(name)
    if drawn is None:
        return name
    kind, told = document.xref_get_key(int(drawn[1]), "FontDescriptor/FontName")
    return str(told).removeprefix("/") if kind == "name" else ""


def _style(span: dict[str, Any], font: str) -> Style:
    both = span["char_flags"] & (_FILLED | _STROKED) == _FILLED | _STROKED
    return font_style(
        font,
        span["size"],
        on_white(span["color"], span["alpha"] / 255),
        bold=both or bool(span["flags"] & _FONT_BOLD) or bool(span["char_flags"] & _BOLD),
        italic=bool(span["flags"] & _FONT_ITALIC),
    )


def _strip(letters: list[Any], towards: Any, wmode: int, style: Style, turn: Any) -> Strip:
    text = "".join([c["c"] for c in letters])
    boxes = [c["bbox"] for c in letters]
    dx, dy = towards
    x, y = letters[0]["origin"]
    if turn is not None:
        boxes = [_box(b, turn) for b in boxes]
        dx, dy = dx * turn.a + dy * turn.c, dx * turn.b + dy * turn.d
        x, y = _turned((x, y), turn)
    if wmode:
        base = upright_base(boxes[0][0], boxes[0][2], style.size)
        rise = ASCENT * style.size  # MuPDF puts the box below the horizontal origin of the glyph
        starts, ends = [b[1] - rise for b in boxes], [b[3] - rise for b in boxes]
        return Strip(text, starts, ends, base, style, "down")
    if abs(dx) >= abs(dy) and dx > 0:
        return Strip(text, [b[0] for b in boxes], [b[2] for b in boxes], y, style)
    if abs(dx) >= abs(dy):
        return Strip(text, [-b[2] for b in boxes], [-b[0] for b in boxes], -y, style, "left")
    if dy > 0:
        return Strip(text, [b[1] for b in boxes], [b[3] for b in boxes], -x, style, "down")
    return Strip(text, [-b[3] for b in boxes], [-b[1] for b in boxes], x, style, "up")


# --- drawings ---------------------------------------------------------------------------------------


_SLANT = 0.1  # sine of the angle from which on text runs in none of the four directions
_LATEST = 1 << 30  # in the order of painting
_MANY = 1000  # parts of drawings: MuPDF looks for lines that strike text out by the square of them


def _covers(drawings: list[Any], turn: Any) -> list[Cover]:
    """Opaque areas painted after something that is no drawing.

    What stands in a group may be masked or blended with what lies below; the page itself may be a group.
    """
    found: list[Cover] = []
    groups: list[int] = []  # levels of those in force
    clips: list[Any] = []
    painted = 0  # drawings so far
    for n, drawing in enumerate(drawings):
        level, kind = drawing.get("level", 0), drawing["type"]
        while groups and groups[-1] >= level:
            groups.pop()
        while clips and clips[-1]["level"] >= level:
            clips.pop()
        if kind == "group":
            groups += [level] if n else []
        elif kind == "clip":
            clips.append(drawing)
        elif not groups and drawing["seqno"] > painted and (area := _patch(drawing, clips)):
            found.append(Cover(drawing["seqno"], _box(area, turn)))
        painted += len(kind) if kind in ("f", "s", "fs") else 0
    return found


def _patch(drawing: Any, clips: list[Any]) -> tuple[float, float, float, float] | None:
    """The part a clip leaves of an opaque upright area that is large enough to cover text."""
    left, top, right, bottom = drawing["rect"]
    if "f" in drawing["type"] and min(right - left, bottom - top) < SMALLEST:
        return None
    paths = list(_paths([drawing], None))
    area = shapes.patch(paths[0]) if len(paths) == 1 and paths[0].opacity == 1 else None
    if area is None:
        return None
    x0, y0, x1, y1 = area
    if clips:
        left, top, right, bottom = clips[-1]["scissor"]
        x0, y0, x1, y1 = max(x0, left), max(y0, top), min(x1, right), min(y1, bottom)
    return (x0, y0, x1, y1) if min(x1 - x0, y1 - y0) >= SMALLEST else None


def _pictures_over(page: Any, opaque: list[Any], turn: Any) -> list[Cover]:
    """Those of the pictures, as far as their clips show them, that were painted after text."""
    painted = page.get_bboxlog() if opaque else []
    first = next((n for n, (kind, _) in enumerate(painted) if kind.endswith("text")), len(painted))
    places = [(n, box) for n, (kind, box) in enumerate(painted) if kind == "fill-image" and n > first]
    whole = [pymupdf.Rect(0, 0, 1, 1) * pymupdf.Matrix(image["transform"]) for image in opaque]
    return [
        Cover(n, _box(image["bbox"], turn))
        for image, area in zip(opaque, whole)
        for n, box in places
        if _same(box, area)
    ]


def _clip_edges(drawings: list[Any], turn: Any) -> list[Upright]:
    """Right ends of the clips of a page: text is cut off there."""
    boxes = {_box(d["scissor"], turn) for d in drawings if d["type"] == "clip"}
    return [Upright(box.x1, box.y0, box.y1) for box in sorted(boxes)]


_GRADIENT_GROUND = (0.6, 0.6, 0.6)  # what stands for the colours of a gradient
_CLIPPED = 3.0  # points a fill must reach past its clip to be no shape of its own


def _with_gradients(drawings: list[Any], gradients: list[tuple[float, ...]]) -> list[Any]:
    """Drawings with every gradient as the shape it fills.

    A gradient is painted through a clip that has the outline of the shape: as a shading (no drawing at all)
    or as strips that reach past the clip. The clip's outline, painted once, takes their place.
    """
    out: list[Any] = []
    clips: list[Any] = []  # those in force, outermost first
    painted: set[int] = set()
    for drawing in drawings:
        level = drawing.get("level", 0)
        while clips and clips[-1]["level"] >= level:
            clips.pop()
        if drawing["type"] == "clip":
            clips.append(drawing)
            if any(_same(drawing["scissor"], box) for box in gradients):
                _paint(_outline(clips), _GRADIENT_GROUND, out, painted)
        elif drawing["type"] == "f" and clips and _reaches_past(drawing["rect"], clips[-1]["scissor"]):
            _paint(_outline(clips), drawing.get("fill"), out, painted)
        else:
            out.append(drawing)
    return out


def _outline(clips: list[Any]) -> Any:
    """The outermost clip of the extent of the innermost: a shape's own outline stands before its box."""
    return next(c for c in clips if _same(c["scissor"], clips[-1]["scissor"]))


def _paint(clip: Any, fill: Any, out: list[Any], painted: set[int]) -> None:
    if id(clip) not in painted:
        painted.add(id(clip))
        out.append(
            {"type": "f", "items": clip["items"], "fill": fill, "closePath": True, "fill_opacity": 1.0}
        )


def _same(one: tuple[float, ...], two: tuple[float, ...]) -> bool:
    return all(abs(a - b) <= 1.5 for a, b in zip(one, two))


def _reaches_past(box: tuple[float, ...], clip: tuple[float, ...]) -> bool:
    return (
        max(clip[0] - box[0], clip[1] - box[1], box[2] - clip[2], box[3] - clip[3]) > _CLIPPED
        and min(box[2], clip[2]) > max(box[0], clip[0])
        and min(box[3], clip[3]) > max(box[1], clip[1])
    )


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
                points = [_turned(p, turn) for p in points]
            yield shapes.Path(
                tuple(points),
                closed,
                fill,
                stroke,
                drawing.get("width") or 0.0,
                1.0 if opacity is None else opacity,
                dashes is not None and not dashes.startswith("[]"),
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
