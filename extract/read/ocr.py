"""Read scanned pages: recognised characters and ruled lines, in the same model as a text layer.

RapidOCR (extra ``ocr``, its PP-OCRv6 models inside the package) finds the lines of a rendered page and the
places of their characters. The rest is ours: the page is set straight, sizes come from the height of the ink,
ruled lines from long straight runs of pixels, and the characters then go the way of any PDF text
(``chars.lines``). Coordinates are points on the straightened page, which is turned about its centre.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib import import_module
from itertools import pairwise
from math import inf, radians, sqrt, tan
from statistics import median
from typing import Any

import numpy as np
import numpy.typing as npt
import pymupdf

from extract.limits import NeedsMoreTime
from extract.model import Box, Diagnostic, Line, Page, Run, Source
from extract.read import chars, notes, shapes, strips
from extract.read.ocr_drawn import Bitmap, Found, Pixels, drawn, ink_of

INSTALL = "pip install 'dxplan[ocr]'"

DPI = 200
MAX_PIXELS = 16_000_000  # A2 at 200 dpi; larger pages are rendered coarser

SKEW_DPI = 100
MAX_SKEW = 3.0  # degrees; a page that stands more askew was not scanned but drawn so
MIN_SKEW = 0.1
SHARPER = 1.1  # rows of ink this much clearer when the page is turned: it was askew

# Height of the ink in em. A line is as high as its highest letter.
INK_BELOW, INK_IDEOGRAPH, INK_KANA, INK_LATIN = 0.97, 0.92, 0.83, 0.74
INK_IN_BOX = (0.55, 0.85)  # em as share of the height of the recogniser's box
SPACED_LATIN = 1.2  # em from figure to figure: nearer ones are one number, however unevenly they are placed
SPACE_LATIN = 0.35  # the same after a figure or Latin letter, or before one
SPACES = (0.25, 0.5, 0.8)  # em without ink that make a space between letters of which 0, 1, 2 are kana


_BELOW = frozenset(",;()[]（）［］「」『』【】gjpqyQ")  # reach below the baseline
_UNREAD = ("no_text_layer", "garbled_text")  # what a reader says of a page that needs OCR

Engine = Callable[[Pixels], "list[Found]"]


def read_scans(source: Source, data: bytes, most: int | None = None) -> Source:
    """``source`` with the pages that need it recognised; all others are as they were.

    A page takes seconds: if there are more than ``most``, none is read and ``NeedsMoreTime`` says so.

    Without the extra the pages are named in a diagnostic ``ocr_missing``; a page on which the engine fails
    stays as it was and gets an error ``ocr_failed``.
    """
    numbers = [page.number for page in source.pages if notes.needs_ocr(page)]
    if not numbers:
        return source
    try:
        engine = load_engine()
    except ImportError:
        return replace(source, diagnostics=(*source.diagnostics, _missing(numbers)))
    if most is not None and len(numbers) > most:
        raise NeedsMoreTime(len(numbers))
    read, told = {}, []
    for page in source.pages:
        if page.number in numbers:
            read[page.number], note = _read(data, page, engine)
            told.append(note)
    done = {number for number, page in read.items() if page.text_source == "ocr"}
    kept = [d for d in source.diagnostics if d.page not in done or d.code not in _UNREAD]
    return replace(
        source,
        pages=tuple(read.get(page.number, page) for page in source.pages),
        diagnostics=(*kept, *told),
    )


def _missing(numbers: Sequence[int]) -> Diagnostic:
    text = f"{len(numbers)} pages need OCR and were not read ({_ranges(numbers)}): {INSTALL}"
    return Diagnostic("read", "warning", "ocr_missing", text)


def _ranges(numbers: Sequence[int]) -> str:
    """Page numbers in rising order, as people list them: 1, 3-5."""
    runs: list[list[int]] = []
    for n in numbers:
        if runs and n == runs[-1][-1] + 1:
            runs[-1].append(n)
        else:
            runs.append([n])
    return ", ".join(str(r[0]) if len(r) == 1 else f"{r[0]}-{r[-1]}" for r in runs)


def _read(data: bytes, page: Page, engine: Engine) -> tuple[Page, Diagnostic]:
    try:
        with pymupdf.open(stream=data, filetype="pdf") as document:  # anew: a page may break the document
            result, skew = recognise(document[page.number - 1], page, engine)
    except MemoryError:
        raise  # a limit of the run, not a fault of this page
    except Exception as error:  # MuPDF, ONNX Runtime and OpenCV share no base class
        message = f"OCR failed on this page: {type(error).__name__}: {error}"
        return page, Diagnostic("read", "error", "ocr_failed", message, page.number)
    if not result.lines:
        return page, Diagnostic("read", "info", "ocr", "OCR finds no text on this page", page.number)
    text = f"read by OCR: {sum(len(line.text) for line in result.lines)} characters"
    if skew:
        text += f"; the page was set straight by {abs(skew):.1f} degrees, and so are its boxes"
    return result, Diagnostic("read", "info", "ocr", text, page.number)


def recognise(source: Any, page: Page, engine: Engine) -> tuple[Page, float]:
    """``page`` with recognised lines, and the degrees it stood askew.

    Drawn shapes stay as the PDF has them; a scan has none and gets the rules that its pixels show.
    """
    scan = not page.shapes
    skew = _skew(_render(source, page, SKEW_DPI).pixels) if scan else 0.0
    bitmap = _render(source, page, DPI, skew)
    found = engine(bitmap.pixels)
    cv2 = import_module("cv2")  # comes with RapidOCR
    grey = cv2.cvtColor(bitmap.pixels, cv2.COLOR_RGB2GRAY)
    shown = drawn(bitmap, grey, found) if scan else page.shapes
    strips = [_strip(f, grey, bitmap) for f in found]
    lines = chars.lines(strips, page.width, page.height, shapes.uprights(shown))
    result = replace(
        page,
        text_source="ocr" if lines else page.text_source,
        lines=tuple(_spaced(line, grey, bitmap) for line in lines),
        shapes=shown,
        images=() if scan else page.images,  # pictures of a scan are the page itself
    )
    return result, skew


# --- the engine -------------------------------------------------------------------------------------


@cache
def load_engine() -> Engine:
    """The recogniser, loaded once. One thread: workers share the cores, and sums do not depend on them."""
    made = import_module("rapidocr").RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,  # takes short upright lines for upside down
            "Global.max_side_len": 10_000,  # as rendered
            "Global.return_word_box": True,
            "Global.return_single_char_box": True,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
    return lambda pixels: list(_found(made(pixels[:, :, ::-1])))  # wants BGR


def _found(result: Any) -> Iterator[Found]:
    for line in result.word_results or ():
        corners = [(char, np.asarray(quad, dtype=float)) for char, _, quad in line if char.strip()]
        if not corners:
            continue
        every = np.concatenate([quad for _, quad in corners])
        box = Box(*map(float, (*every.min(axis=0), *every.max(axis=0))))
        text = "".join(char for char, _ in corners)
        middles = [quad.mean(axis=0) for char, quad in corners for _ in char]
        along, across = np.ptp(middles, axis=0)
        down = bool(across > along)
        text = "○" if text == "O" else text  # alone, in a cell: the mark, which the model hardly knows
        yield Found(text, box, tuple(float(m[int(down)]) for m in middles), down)


# --- the picture of the page ------------------------------------------------------------------------


def _render(source: Any, page: Page, dpi: int, skew: float = 0.0) -> Bitmap:
    zoom = min(dpi / 72, sqrt(MAX_PIXELS / max(1.0, page.width * page.height)))
    to_middle = pymupdf.Matrix(1, 0, 0, 1, -page.width / 2, -page.height / 2)
    matrix = to_middle * pymupdf.Matrix(-skew) * ~to_middle * pymupdf.Matrix(zoom, zoom)
    pixmap = source.get_pixmap(matrix=matrix, colorspace=pymupdf.csRGB, alpha=False)
    pixels = np.frombuffer(pixmap.samples, dtype=np.uint8).reshape(pixmap.height, pixmap.width, 3)
    return Bitmap(pixels, zoom, pixmap.x, pixmap.y)


def _skew(pixels: Pixels) -> float:
    """Degrees that lines of text fall to the right; 0 where turning would not make them clearer."""
    grey = pixels[:, :, 1].astype(np.int16)
    ys, xs = np.nonzero(abs(grey - np.median(grey)) > 64)
    if len(ys) < 500:
        return 0.0

    def sharpness(angle: float) -> float:
        rows = np.round(ys - xs * tan(radians(angle))).astype(np.int64)
        counts = np.bincount(rows - rows.min()).astype(float)
        return float((np.diff(counts) ** 2).sum())

    angle = max(np.arange(-MAX_SKEW, MAX_SKEW + 0.05, 0.1), key=sharpness)
    angle = max(np.arange(angle - 0.1, angle + 0.11, 0.02), key=sharpness)
    clear = abs(angle) >= MIN_SKEW and sharpness(angle) > SHARPER * sharpness(0.0)
    return round(float(angle), 2) if clear else 0.0


# --- recognised lines to strips ---------------------------------------------------------------------


def _strip(found: Found, grey: Pixels, bitmap: Bitmap) -> strips.Strip:
    em, middle = _down_size(found) if found.down else _size(found, grey)
    size = max(0.5, round(2 * em / bitmap.zoom) / 2)  # to half a point: the same print gives the same size
    style = strips.Style("", size, False, False, 0)
    along, across = (bitmap.top, bitmap.left) if found.down else (bitmap.left, bitmap.top)
    middles = [(u + along) / bitmap.zoom for u in found.middles]
    v = (middle + across) / bitmap.zoom
    starts, ends = _edges(found.text, middles, size)
    if found.down:
        return strips.Strip(found.text, starts, ends, strips.upright_base(v, v, size), style, "down")
    return strips.Strip(found.text, starts, ends, v + (strips.ASCENT - 0.5) * size, style)


def _size(found: Found, grey: Pixels) -> tuple[float, float]:
    """Pixels of one em and of the middle of the letters, by the height of their ink."""
    low, high = (share * found.box.height for share in INK_IN_BOX)
    ratio = max(map(_ink_height, found.text))
    first, last = _ink(found.box, grey)
    if not ratio or last <= first:
        return (low + high) / 2, found.box.cy
    return min(max((last - first) / ratio, low), high), (first + last) / 2


def _down_size(found: Found) -> tuple[float, float]:
    """The same for a line that runs down, whose letters stand one em or more apart."""
    pitch = (found.middles[-1] - found.middles[0]) / (len(found.middles) - 1)
    return min(pitch, INK_IN_BOX[1] * found.box.width), found.box.cx


def _ink(box: Box, grey: Pixels) -> tuple[float, float]:
    """First and last row of pixels with ink."""
    share = ink_of(grey, box).mean(axis=1)
    inked = np.nonzero((share > 0.01) & (share < 0.8))[0]  # a row all ink is a rule
    top = max(0, round(box.y0))
    return (float(top + inked[0]), float(top + inked[-1] + 1)) if len(inked) else (0.0, 0.0)


def _ink_height(char: str) -> float:
    """Height of a character's ink in em; 0 where it tells nothing of the size (marks, small letters)."""
    if "一" < char <= "鿿" and char not in "二三十工土口日":
        return INK_IDEOGRAPH
    if "ぁ" <= char <= "ヺ":
        return INK_KANA
    if char in _BELOW:
        return INK_BELOW
    return INK_LATIN if char.isdigit() or char.isupper() else 0.0


def _edges(text: str, middles: Sequence[float], size: float) -> tuple[list[float], list[float]]:
    """Left and right edges of characters that stand around ``middles``; neighbours meet halfway."""
    half = [0.5 * size * _width(char) for char in text]
    starts = [m - h for m, h in zip(middles, half)]
    ends = [m + h for m, h in zip(middles, half)]
    for i, (a, b) in enumerate(pairwise(middles)):
        letters = text[i : i + 2].isascii() and b - a < SPACED_LATIN * size
        if letters or ends[i] > starts[i + 1]:
            ends[i] = starts[i + 1] = (a + b) / 2
    return starts, ends


def _width(char: str) -> float:
    return 1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.5


def _spaced(line: Line, grey: Pixels, bitmap: Bitmap) -> Line:
    """The line with the spaces that the recogniser leaves out: where no ink stands between two letters."""
    if line.vertical or line.box is None:
        return line
    letters = [(char, run.size) for run in line.runs for char in run.text]
    middles = [
        a + min(b - a, _width(char) * run.size) / 2
        for run in line.runs
        for char, (a, b) in zip(run.text, pairwise(run.xs))
    ]
    inked = np.asarray(ink_of(grey, bitmap.pixel_box(line.box)).any(axis=0))
    blanks = [
        _longest_blank(inked, *(int((x - line.box.x0) * bitmap.zoom) for x in pair)) / bitmap.zoom / size
        for pair, (_, size) in zip(pairwise(middles), letters)
    ]
    usual = median(blanks) if blanks else 0.0
    after = [
        blank > max(_space_between(char, following), 2 * usual)
        for blank, (char, _), (following, _) in zip(blanks, letters, letters[1:])
    ]
    after.append(False)
    runs, first = [], 0
    for run in line.runs:
        runs.append(_space(run, after[first : first + len(run.text)]))
        first += len(run.text)
    return replace(line, runs=tuple(runs))


def _longest_blank(inked: npt.NDArray[np.bool_], start: int, end: int) -> int:
    """Length of the longest run without ink between two of ``inked[start:end]``."""
    places = np.nonzero(inked[max(0, start) : end])[0]
    return int(np.diff(places).max()) - 1 if len(places) > 1 else 0


def _space_between(before: str, after: str) -> float:
    """Em without ink that make a space: none in a number, nor beside a mark, which may stand anywhere."""
    if not (before.isalnum() and after.isalnum()) or (before.isascii() and after.isascii()):
        return inf
    space = SPACES[sum("ぁ" <= char <= "ヿ" for char in (before, after))]
    return min(space, SPACE_LATIN) if before.isascii() or after.isascii() else space


def _space(run: Run, after: Sequence[bool]) -> Run:
    text, xs = "", list[float]()
    for char, x, apart in zip(run.text, run.xs, after):
        text += char
        xs.append(x)
        if apart:
            text += "\u3000"
            xs.append(x + _width(char) * run.size)
    return replace(run, text=text, xs=(*xs, run.xs[-1]))
