"""One page under construction: shapes and text as PDF operators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from corpora.builder import pdf
from corpora.builder.draw.text import Glyphs, Style, baseline_in, glyphs_of, text_width, wrap
from corpora.builder.pdf import FontName
from extract.model import Box


@dataclass(slots=True)
class Canvas:
    """One page under construction: its operators, its note marks, the characters each font has to hold."""

    width: float
    height: float
    turned: bool = False  # stored upright, shown turned by 90 degrees (/Rotate)
    operators: list[str] = field(default_factory=list)
    raised: set[str] = field(default_factory=set)
    chars: dict[FontName, set[str]] = field(default_factory=dict)

    def content(self) -> bytes:
        """The content stream (ISO 32000-1, 7.8.2)."""
        turn = [f"0 1 -1 0 {_n(self.height)} 0 cm"] if self.turned else []
        return "\n".join(turn + self.operators).encode("ascii")

    def _y(self, y: float) -> float:
        return self.height - y

    # shapes

    def rect(self, box: Box, fill: int | None = None, stroke: int | None = None, width: float = 0.5) -> None:
        """An upright rectangle."""
        path = f"{_n(box.x0)} {_n(self._y(box.y1))} {_n(box.width)} {_n(box.height)} re"
        self._paint(path, fill, stroke, width)

    def polygon(
        self, points: Sequence[tuple[float, float]], fill: int | None = None, stroke: int | None = None,
        width: float = 0.5,
    ) -> None:  # fmt: skip
        """A closed path through ``points``."""
        path = " ".join(f"{_n(x)} {_n(self._y(y))} {'l' if i else 'm'}" for i, (x, y) in enumerate(points))
        self._paint(path + " h", fill, stroke, width)

    def line(
        self, x0: float, y0: float, x1: float, y1: float, width: float = 0.5, color: int = 0,
        dash: float = 0.0,
    ) -> None:  # fmt: skip
        """A straight stroke, broken into dashes of ``dash`` points where that is not 0."""
        path = f"{_n(x0)} {_n(self._y(y0))} m {_n(x1)} {_n(self._y(y1))} l"
        if dash:
            path = f"[{_n(dash)}] 0 d {path}"
        self._paint(path, None, color, width)

    def polyline(self, points: Sequence[tuple[float, float]], width: float, color: int) -> None:
        """An open path through ``points``."""
        path = " ".join(f"{_n(x)} {_n(self._y(y))} {'l' if i else 'm'}" for i, (x, y) in enumerate(points))
        self._paint(path, None, color, width)

    def _paint(self, path: str, fill: int | None, stroke: int | None, width: float) -> None:
        if fill is None and stroke is None:
            return
        setup = [f"{_rgb(fill)} rg"] if fill is not None else []
        setup += [f"{_rgb(stroke)} RG {_n(width)} w"] if stroke is not None else []
        end = "B" if fill is not None and stroke is not None else "f" if fill is not None else "S"
        self.operators.append(f"q {' '.join(setup)} {path} {end} Q")

    # text

    def text(self, x: float, baseline: float, text: str, style: Style) -> float:
        """One line of text from ``x``; returns its right edge. Bold is stroked, as office programs do it."""
        chars = pdf.face(style.font)
        for glyph in _joined(glyphs_of(text, style)):
            size, rise = (style.size * 0.6, style.size * 0.36) if glyph.raised else (style.size, 0.0)
            mode = f"2 Tr {_n(style.size * 0.03)} w {_rgb(style.color)} RG " if style.bold else ""
            codes = "".join(f"{chars.cid(c):04x}" for c in glyph.text)
            at = f"1 0 0 1 {_n(x)} {_n(self._y(baseline - rise))} Tm"
            self.operators.append(
                f"q {mode}{_rgb(style.color)} rg BT /{style.font} {_n(size)} Tf {at} <{codes}> Tj ET Q"
            )
            self.chars.setdefault(style.font, set()).update(glyph.text)
            if glyph.raised:
                self.raised.add(glyph.text)
            x += glyph.width
        return x

    def line_in(self, box: Box, text: str, style: Style, baseline: float) -> None:
        """One line at ``baseline``, aligned in ``box``."""
        free = box.width - text_width(text, style)
        x = box.x0 + {"left": 0.0, "center": free / 2, "right": free}[style.align]
        self.text(x, baseline, text, style)

    def paragraph(self, box: Box, text: str, style: Style, first_indent: float = 0.0) -> float:
        """Wrapped text from the top of ``box``; returns the y below it."""
        y = box.y0
        for i, line in enumerate(wrap(text, box.width, style, first_indent)):
            indent = first_indent if i == 0 else 0.0
            self.line_in(box._replace(x0=box.x0 + indent), line, style, baseline_in(y, style))
            y += style.line
        return y

    def label(self, box: Box, text: str, style: Style, pad: float = 3.0) -> None:
        """Wrapped text in the vertical middle of ``box``."""
        inner = Box(box.x0 + pad, box.y0, box.x1 - pad, box.y1)
        height = len(wrap(text, inner.width, style)) * style.line
        self.paragraph(inner._replace(y0=box.cy - height / 2), text, style)

    def stacked(self, box: Box, text: str, style: Style) -> None:
        """Upright characters one below the other in the middle of ``box``, as a narrow cell has them."""
        top = box.cy - len(text) * style.size * 1.1 / 2
        for i, char in enumerate(text):
            self.line_in(box, char, replace(style, align="center"), top + (i + 0.85) * style.size * 1.1)

    def boxed(
        self, box: Box, text: str, style: Style, fill: int | None = None, stroke: int | None = None
    ) -> None:
        """A box with centred text."""
        self.rect(box, fill, stroke)
        self.label(box, text, replace(style, align="center"))


def _n(value: float, digits: int = 2) -> str:
    return f"{value:.{digits}f}".rstrip("0").rstrip(".")


def _rgb(color: int) -> str:
    return " ".join(_n(((color >> shift) & 0xFF) / 255, 4) for shift in (16, 8, 0))


def _joined(glyphs: Sequence[Glyphs]) -> list[Glyphs]:
    """Neighbours of one height in one piece: one text operator instead of one for each character."""
    out: list[Glyphs] = []
    for glyph in glyphs:
        if out and out[-1].raised == glyph.raised:
            out[-1] = Glyphs(out[-1].text + glyph.text, glyph.raised, out[-1].width + glyph.width)
        else:
            out.append(glyph)
    return out
