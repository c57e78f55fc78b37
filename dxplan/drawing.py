"""Pages drawn in processes of their own, with limits: a page may hold half a million lines."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import TimeoutError
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from dxplan.errors import DatasetError

T = TypeVar("T")
SECONDS = 15.0
MEMORY = 4 << 30  # bytes
DPI = 144
MARGIN = 60.0  # points above and below the box: enough for the header of most tables
_EDGE = (0.85, 0.11, 0.38)
_FILL = (1.0, 0.84, 0.0)
_TINT = 0.18
_LARGE = 0.2  # of a page
_WIDTH = 1400  # pixels: sharp at the width a page has on a screen
_TALLEST = 4000  # pixels
_AT_ONCE = 2
_TURN = 5.0  # seconds to wait for one of them
_TASKS = 200  # then a fresh process takes its place


class TooMuchError(DatasetError):
    """Drawing would take more than it may; asking again will not help."""


class Drawing:
    """Processes that draw; several threads may ask at the same time."""

    def __init__(self, seconds: float = SECONDS, memory: int = MEMORY, what: str = "drawing it") -> None:
        self._seconds, self._what = seconds, what
        os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # the others reserve a gigabyte
        self._turn = threading.Semaphore(_AT_ONCE)
        self._pool = ProcessPool(
            max_workers=_AT_ONCE,
            max_tasks=_TASKS,
            initializer=_start,
            initargs=(memory,),
            context=multiprocessing.get_context("spawn"),
        )

    def __call__(self, draw: Callable[..., T], *arguments: Any) -> T:
        """Have something drawn by a function that a process can import by its name.

        Raises:
            TooMuchError: it takes too long or too much.
            DatasetError: others are being drawn all the time.
        """
        if not self._turn.acquire(timeout=_TURN):
            raise DatasetError("other pages are being drawn; ask again in a moment")
        try:
            found: T = self._pool.schedule(draw, args=arguments, timeout=self._seconds).result()
            return found
        except TimeoutError:
            raise TooMuchError(f"{self._what} takes longer than {self._seconds:g} s") from None
        except (ProcessExpired, MemoryError):
            raise TooMuchError(f"{self._what} takes more memory than it may have") from None
        finally:
            self._turn.release()

    def close(self) -> None:
        self._pool.stop()
        self._pool.join()


def limited(
    draw: Callable[..., T], *arguments: Any, seconds: float = 4 * SECONDS, what: str = "drawing it"
) -> T:
    """Have one thing drawn, or ``what`` else. Raises as ``Drawing`` does, and what ``draw`` raises."""
    drawing = Drawing(seconds, what=what)
    try:
        return drawing(draw, *arguments)
    finally:
        drawing.close()


def _start(memory: int) -> None:
    """End with the process that asked, and (on Linux) fail with MemoryError when it takes too much."""
    if sys.platform == "linux":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        limit = memory if most == resource.RLIM_INFINITY else min(memory, most)
        resource.setrlimit(resource.RLIMIT_AS, (limit, most))
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


# --- what is drawn (this module loads nothing else: it must start fast, and in little memory) ---------


def draw_page(data: bytes, page: int, name: str) -> bytes:
    """Draw a page, counted from 1, as displayed. Raises ``DatasetError`` where that cannot be."""
    import pymupdf

    try:
        with pymupdf.open(stream=data, filetype="pdf") as pdf:
            if not 1 <= page <= pdf.page_count:
                raise DatasetError(f"{name} has no page {page}")
            sheet = pdf[page - 1]
            zoom = min(_WIDTH / max(sheet.rect.width, 1), _TALLEST / max(sheet.rect.height, 1))
            png: bytes = sheet.get_pixmap(matrix=pymupdf.Matrix(zoom, zoom)).tobytes("png")
            return png
    except (RuntimeError, ValueError) as error:  # what MuPDF raises for a page it cannot draw
        raise DatasetError(f"page {page} of {name} cannot be drawn: {error}") from error


def draw(
    data: bytes,
    page_number: int,
    boxes: tuple[tuple[float, float, float, float], ...],
    *,
    margin: float | None = MARGIN,
    dpi: int = DPI,
) -> bytes:
    """Draw boxes on a page, counted from 1, and cut out what is around them; no margin: the whole page."""
    import pymupdf

    with pymupdf.open(stream=data) as document:
        page = document[page_number - 1]
        crop, page_area = pymupdf.Rect(page.rect), page.rect.get_area()
        if margin is not None:
            crop.y0 = max(crop.y0, min(b[1] for b in boxes) - margin)
            crop.y1 = min(crop.y1, max(b[3] for b in boxes) + margin)
        picture = page.get_pixmap(dpi=dpi, clip=crop)
    with pymupdf.open() as canvas:  # a page of its own: the boxes need no care for /Rotate
        sheet = canvas.new_page(width=crop.width, height=crop.height)
        sheet.insert_image(sheet.rect, pixmap=picture)
        for box in boxes:
            place = (pymupdf.Rect(box) - (crop.x0, crop.y0, crop.x0, crop.y0)) + (-2, -2, 2, 2)
            tint = _TINT if place.get_area() < _LARGE * page_area else 0  # on half a page it hides more
            sheet.draw_rect(place, color=_EDGE, fill=_FILL, width=1.5, fill_opacity=tint)
        png: bytes = sheet.get_pixmap(dpi=dpi).tobytes("png")
    return png
