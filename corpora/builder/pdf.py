"""From drawing operators to the bytes of a PDF, the same bytes every time.

Fonts are subset before they are embedded, and their ToUnicode table is written here: a PDF writer that
derives it from the font picks a compatibility ideograph (U+F9A8) where the text said 令 (U+4EE4).
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Protocol

import pylopdf_fonts_jp
import pymupdf
from fontTools import subset
from fontTools.ttLib import TTFont

FontName = Literal["sans", "serif"]
FONT_NAMES: tuple[FontName, ...] = ("sans", "serif")


class Drawn(Protocol):
    """A finished page: its size as shown, in points, and its content stream."""

    width: float
    height: float
    turned: bool

    def content(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Face:
    """What layout needs of a font: the CID and the advance (1/1000 em) of every character."""

    name: str
    path: Path
    cids: Mapping[str, int]
    advances: Mapping[str, int]

    def cid(self, char: str) -> int:
        """CID of ``char``; KeyError tells which character the font lacks."""
        if char not in self.cids:
            raise KeyError(f"{self.name} has no glyph for {char!r} (U+{ord(char):04X})")
        return self.cids[char]


@lru_cache(maxsize=2)
def face(name: FontName) -> Face:
    """Noto Sans JP or Noto Serif JP (SIL Open Font License 1.1)."""
    path = pylopdf_fonts_jp.sans_path() if name == "sans" else pylopdf_fonts_jp.serif_path()
    font = TTFont(path, lazy=True)
    cmap: dict[int, str] = font.getBestCmap()
    metrics: Any = font["hmtx"]
    chars = {chr(code): glyph for code, glyph in cmap.items()}
    return Face(
        name="NotoSansJP" if name == "sans" else "NotoSerifJP",
        path=path,
        cids={char: int(glyph.removeprefix("cid")) for char, glyph in chars.items()},
        advances={char: metrics[glyph][0] for char, glyph in chars.items()},
    )


@dataclass(frozen=True, slots=True)
class Subset:
    """A font cut down to the characters of one or more documents, ready to embed."""

    face: Face
    chars: tuple[str, ...]
    cff: bytes


def cut(name: FontName, chars: Iterable[str]) -> Subset:
    """Subset of a face.

    Raises:
        ValueError: two characters share a glyph (a space and a no-break space), so that the text could
            not be read back as it was written.
    """
    kept = tuple(sorted(set(chars)))
    whole = face(name)
    owner: dict[int, str] = {}
    for char in kept:
        other = owner.setdefault(whole.cid(char), char)
        if other != char:
            raise ValueError(f"{other!r} and {char!r} share a glyph in {whole.name}")
    options = subset.Options(layout_features=[], notdef_outline=True, recalc_timestamp=False, hinting=False)
    font = TTFont(whole.path, recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[ord(char) for char in kept])
    cutter.subset(font)
    buffer = io.BytesIO()
    font.save(buffer)
    return Subset(whole, kept, TTFont(buffer).getTableData("CFF "))


def write(pages: Sequence[Drawn], title: str, fonts: Mapping[FontName, Subset], created: str) -> bytes:
    """The PDF file. ``created`` is YYYYMMDD: a fixed date, as the bytes must not depend on the clock."""
    doc = pymupdf.open()
    resources = " ".join(f"/{name} {_embed(doc, fonts[name])} 0 R" for name in FONT_NAMES if name in fonts)
    for page in pages:
        size = (page.height, page.width) if page.turned else (page.width, page.height)
        leaf = doc.new_page(width=size[0], height=size[1])
        if page.turned:
            leaf.set_rotation(90)
        doc.xref_set_key(leaf.xref, "Resources", f"<</Font<<{resources}>>>>")
        leaf.set_contents(_stream(doc, "<<>>", page.content()))
    stamp = f"D:{created}090000+09'00'"
    doc.set_metadata({"title": title, "creationDate": stamp, "modDate": stamp})
    data: bytes = doc.tobytes(garbage=2, deflate=True, no_new_id=True, use_objstms=1)
    return data


def _object(doc: Any, body: str) -> int:
    xref: int = doc.get_new_xref()
    doc.update_object(xref, body)
    return xref


def _stream(doc: Any, head: str, data: bytes) -> int:
    xref = _object(doc, head)
    doc.update_stream(xref, data, new=True)
    return xref


def _embed(doc: Any, font: Subset) -> int:
    """Add a Type 0 font (ISO 32000-1, 9.7): codes are CIDs, the text comes from its ToUnicode table."""
    name = f"AAAAAA+{font.face.name}-Regular"
    data = _stream(doc, "<</Subtype/CIDFontType0C>>", font.cff)
    descriptor = _object(
        doc,
        f"<</Type/FontDescriptor/FontName/{name}/Flags 4/FontBBox[-1000 -300 2000 1200]/ItalicAngle 0"
        f"/Ascent 880/Descent -120/CapHeight 733/StemV 80/FontFile3 {data} 0 R>>",
    )
    widths = "".join(f"{font.face.cid(c)}[{font.face.advances[c]}]" for c in font.chars)
    descendant = _object(
        doc,
        f"<</Type/Font/Subtype/CIDFontType0/BaseFont/{name}/FontDescriptor {descriptor} 0 R"
        f"/DW 1000/W[{widths}]"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>",
    )
    to_unicode = _stream(doc, "<<>>", _cmap(font))
    return _object(
        doc,
        f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H"
        f"/DescendantFonts[{descendant} 0 R]/ToUnicode {to_unicode} 0 R>>",
    )


def _cmap(font: Subset) -> bytes:
    pairs = [f"<{font.face.cid(c):04X}> <{c.encode('utf-16-be').hex().upper()}>" for c in font.chars]
    blocks = [pairs[i : i + 100] for i in range(0, len(pairs), 100)]  # a block holds 100 pairs at most
    maps = "\n".join(f"{len(b)} beginbfchar\n" + "\n".join(b) + "\nendbfchar" for b in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{maps}\n"
        "endcmap CMapName currentdict /CMap defineresource pop end end\n"
    ).encode("ascii")
