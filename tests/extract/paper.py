"""Draws small pages of a made-up plan for layout tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pymupdf

from corpora.builder import pdf
from corpora.builder.draw import RAISED, Canvas, Style
from extract.layout.pages import layout_pages
from extract.model import Block, Item, PageLayout
from extract.read.mupdf import read
from extract.structure.words import WORDS

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
        return layout_pages(read(self.document.tobytes()), WORDS)


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


class Sheet(Canvas):
    """A page of the sample builder whose text is written code by code, so that any character can stand in it.

    Its two fonts are not embedded, and a code is the UTF-16 of its character. ``turn`` is the page's /Rotate;
    what is drawn stands upright all the same.
    """

    __slots__ = ("clusters", "turn")

    def __init__(self, width: float = 595, height: float = 842, turn: int = 0) -> None:
        super().__init__(width, height)
        self.turn = turn
        self.clusters: dict[str, int] = {}

    def text(self, x: float, baseline: float, text: str, style: Style, **more: Any) -> float:
        """One line of text; see ``put`` for what more can be set."""
        for i, part in enumerate(RAISED.split(text)):  # odd parts are raised
            size, rise = (style.size * 0.6, style.size * 0.36) if i % 2 else (style.size, 0.0)
            if part:
                x = self.put(x, baseline - rise, part, size, color=style.color, bold=style.bold, **more)
        return x

    def put(
        self, x: float, baseline: float, text: str | Sequence[str], size: float = 10.5, *, color: int = 0,
        bold: bool = False, mode: int = 0, spacing: float = 0.0, angle: int = 0, down: bool = False,
    ) -> float:  # fmt: skip
        """Show ``text`` (several characters in one item are one glyph); returns its right edge.

        ``mode`` is the text render mode, ``spacing`` goes after every character (Tc), ``angle`` turns the
        line anticlockwise, ``down`` writes in a vertical font from the top centre of the first letter.
        """
        a, b = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}[angle]
        codes = "".join(f"{self._code(glyph):04x}" for glyph in text)
        self.operators.append(
            f"q {_rgb3(color)} rg {_rgb3(color)} RG {2 if bold else mode} Tr {0.03 * size} w BT "
            f"/{'down' if down else 'along'} {size} Tf {spacing} Tc "
            f"{a} {b} {-b} {a} {x} {self.height - baseline} Tm <{codes}> Tj ET Q"
        )
        return x + sum(advance(glyph) * size + spacing for glyph in text)

    def _code(self, glyph: str) -> int:
        if len(glyph) == 1:
            code = ord(glyph)
        else:  # a ligature: a code of its own for several letters
            code = self.clusters.get(glyph, 0xE000 + len(self.clusters))
        self.clusters[glyph] = code
        return code

    def content(self) -> bytes:
        width, height = self.width, self.height
        upright = {
            0: "1 0 0 1 0 0",
            90: f"0 1 -1 0 {height} 0",
            180: f"-1 0 0 -1 {width} {height}",
            270: f"0 -1 1 0 0 {width}",
        }[self.turn]
        return "\n".join([f"{upright} cm", *self.operators]).encode("ascii")


def advance(glyph: str) -> float:
    """Width of a glyph in em."""
    return pdf.face("sans").advances.get(glyph[0], 1000) / 1000


def bind(*sheets: Sheet) -> bytes:
    """A PDF of sheets."""
    document = pymupdf.open()
    glyphs = {glyph: code for sheet in sheets for glyph, code in sheet.clusters.items()}
    fonts = f"<</Font<</along {_font(document, glyphs, 'H')} 0 R/down {_font(document, glyphs, 'V')} 0 R>>>>"
    for sheet in sheets:
        lying = sheet.turn % 180
        size = (sheet.height, sheet.width) if lying else (sheet.width, sheet.height)
        page = document.new_page(width=size[0], height=size[1])
        page.set_rotation(sheet.turn)
        document.xref_set_key(page.xref, "Resources", fonts)
        page.set_contents(_stream(document, sheet.content()))
    return bytes(document.tobytes())


def _stream(document: Any, data: bytes) -> int:
    xref = int(document.get_new_xref())
    document.update_object(xref, "<<>>")
    document.update_stream(xref, data, new=True)
    return xref


def _font(document: Any, glyphs: Mapping[str, int], way: str) -> int:
    """A Type 0 font (ISO 32000-1, 9.7) that is not embedded: codes get their text from its ToUnicode table."""
    pairs = [f"<{code:04X}> <{glyph.encode('utf-16-be').hex()}>" for glyph, code in glyphs.items()]
    maps = "\n".join(
        f"{len(some)} beginbfchar\n{chr(10).join(some)}\nendbfchar"
        for some in (pairs[i : i + 100] for i in range(0, len(pairs), 100))
    )
    table = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Own def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{maps}\nendcmap end end\n"
    )
    descriptor, descendant, font = (int(document.get_new_xref()) for _ in range(3))
    document.update_object(
        descriptor,
        "<</Type/FontDescriptor/FontName/PlanGothic/Flags 4/FontBBox[0 -120 1000 880]/ItalicAngle 0"
        "/Ascent 880/Descent -120/CapHeight 733/StemV 80>>",
    )
    widths = "".join(f"{code}[{1000 * advance(glyph):.0f}]" for glyph, code in glyphs.items())
    document.update_object(
        descendant,
        f"<</Type/Font/Subtype/CIDFontType0/BaseFont/PlanGothic/FontDescriptor {descriptor} 0 R/DW 1000"
        f"/W[{widths}]/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>",
    )
    document.update_object(
        font,
        f"<</Type/Font/Subtype/Type0/BaseFont/PlanGothic/Encoding/Identity-{way}"
        f"/DescendantFonts[{descendant} 0 R]/ToUnicode {_stream(document, table.encode('ascii'))} 0 R>>",
    )
    return font


def _rgb3(color: int) -> str:
    return " ".join(f"{v:.3f}" for v in _rgb(color))
