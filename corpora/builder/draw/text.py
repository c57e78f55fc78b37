"""How wide text is, and where its lines break."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

from corpora.builder import pdf
from corpora.builder.pdf import FontName

Align = Literal["left", "center", "right"]
NO_LINE_START = set("、。，．・：；？！）」』】》〉％%ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ…〜～)")
NO_LINE_END = set("（「『【《〈(")
RAISED = re.compile(r"\^\{([^}]*)\}")
_UNIT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.,%/'’:-]*|.", re.S)  # a Latin word or number is not broken


@dataclass(frozen=True, slots=True)
class Style:
    """How text looks. ``leading`` is the line height in units of ``size``."""

    size: float = 10.5
    font: FontName = "sans"
    color: int = 0
    bold: bool = False
    align: Align = "left"
    leading: float = 1.5

    @property
    def line(self) -> float:
        return self.size * self.leading


class Glyphs(NamedTuple):
    """Characters that are not broken over lines; ``raised`` ones are a note mark."""

    text: str
    raised: bool
    width: float


def plain(text: str) -> str:
    """``text`` without its note marks: «BPR^{3}の徹底» is «BPRの徹底»."""
    return RAISED.sub("", text)


def text_width(text: str, style: Style) -> float:
    """Width of one line in points; raised marks are set at 60 %."""
    return sum(g.width for g in glyphs_of(text, style))


def wrap(text: str, width: float, style: Style, first_indent: float = 0.0) -> list[str]:
    """Lines of at most ``width`` points, broken by the Japanese line rules (禁則処理)."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += _wrap_paragraph(paragraph, width, style, first_indent)
    return lines


def glyphs_of(text: str, style: Style) -> list[Glyphs]:
    advances = pdf.face(style.font).advances
    out: list[Glyphs] = []
    for i, part in enumerate(RAISED.split(text)):  # odd parts are raised
        raised = i % 2 == 1
        size = style.size * (0.6 if raised else 1.0) / 1000
        for unit in [part] if raised else _UNIT.findall(part):
            if unit:
                out.append(Glyphs(unit, raised, sum(advances.get(c, 1000) for c in unit) * size))
    return out


def _wrap_paragraph(text: str, width: float, style: Style, first_indent: float) -> list[str]:
    lines: list[list[Glyphs]] = [[]]
    room = width - first_indent
    for glyph in glyphs_of(text, style):
        used = sum(g.width for g in lines[-1])
        if lines[-1] and used + glyph.width > room + 0.01:
            carried = _carried_over(lines[-1], glyph)
            del lines[-1][len(lines[-1]) - len(carried) :]
            lines.append(carried)
            room = width
        lines[-1].append(glyph)
    return ["".join(f"^{{{g.text}}}" if g.raised else g.text for g in line) for line in lines]


def _carried_over(line: list[Glyphs], first: Glyphs) -> list[Glyphs]:
    """The end of ``line`` that has to go to the next one, so that ``first`` may stand there."""
    carried: list[Glyphs] = []
    head = first
    while len(line) - len(carried) > 1:
        last = line[len(line) - len(carried) - 1]
        if not (head.raised or head.text[0] in NO_LINE_START or last.text[-1] in NO_LINE_END):
            break
        carried.insert(0, last)
        head = last
    return carried


def baseline_in(top: float, style: Style) -> float:
    return top + style.line / 2 + style.size * 0.36
