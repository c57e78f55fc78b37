"""Draws small pages of a made-up plan for layout tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pymupdf

from extract.layout.pages import layout_pages
from extract.model import Block, Item, PageLayout
from extract.read.mupdf import read

FONT = pymupdf.Font("japan")
SLIDE = (780.0, 540.0)
A4 = (595.0, 842.0)


class Paper:
    """A PDF under construction. ``y`` is the top of the em box of the first line."""

    def __init__(self, size: tuple[float, float] = A4) -> None:
        self.document = pymupdf.open()
        self.size = size
        self.page: Any = None
        self.turn()

    def turn(self) -> None:
        self.page = self.document.new_page(width=self.size[0], height=self.size[1])

    def line(
        self, x: float, y: float, text: str, size: float = 10.5, bold: bool = False, color: int = 0
    ) -> float:
        """Write one line; returns its right edge."""
        self.page.insert_text(
            (x, y + 0.88 * size),
            text,
            fontname="japan",
            fontsize=size,
            render_mode=2 if bold else 0,
            border_width=0.03,
            color=_rgb(color),
            fill=_rgb(color),
        )
        return x + float(FONT.text_length(text, size))

    def lines(
        self, x: float, y: float, texts: Sequence[str], size: float = 10.5, pitch: float = 1.7
    ) -> float:
        """Write lines below each other; returns the top of the next one."""
        for i, text in enumerate(texts):
            self.line(x, y + i * pitch * size, text, size)
        return y + len(texts) * pitch * size

    def down(self, x: float, y: float, text: str, size: float = 10.5) -> None:
        """Write one column of vertical text."""
        for i, letter in enumerate(text):
            self.line(x, y + i * size, letter, size)

    def box(
        self, x0: float, y0: float, x1: float, y1: float, fill: int | None = None, stroke: int | None = None
    ) -> None:
        self.page.draw_rect(
            (x0, y0, x1, y1),
            color=None if stroke is None else _rgb(stroke),
            fill=None if fill is None else _rgb(fill),
            width=0.8,
        )

    def rule(self, x0: float, y: float, x1: float) -> None:
        self.page.draw_line((x0, y), (x1, y), width=0.5)

    def layout(self) -> list[PageLayout]:
        return layout_pages(read(self.document.tobytes()))


def _rgb(color: int) -> tuple[float, ...]:
    return tuple(((color >> shift) & 0xFF) / 255 for shift in (16, 8, 0))


def blocks(items: Sequence[Item]) -> list[tuple[str, str]]:
    """(kind, text) of the blocks among items."""
    return [(item.kind, item.text) for item in items if isinstance(item, Block)]


def texts(items: Sequence[Item]) -> list[str]:
    return [item.text for item in items if isinstance(item, Block)]


def wrapped(text: str, width: int) -> list[str]:
    """Text broken after every ``width`` characters, as Japanese prose is."""
    return [text[i : i + width] for i in range(0, len(text), width)]
