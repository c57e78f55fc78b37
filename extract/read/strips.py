"""Strips: characters of one style on one baseline, as a PDF reader finds them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Literal, NamedTuple

from extract.model import Box

Direction = Literal["right", "down", "left", "up"]

ASCENT, DESCENT = 0.88, 0.12  # ideographic em box; what fonts state differs too much to compare lines by

ALIKE = 6  # of 255, in red, green and blue
GARBLED_SHARE = 0.1  # of a page's characters that are no text
STRANGE_SHARE = 0.03  # of its Japanese letters, that stand between these and are none
KANA_SHARE = 0.02  # running Japanese has far more kana than this
KANA_SAMPLE = 300  # ideographs on the page before the want of kana says anything

_BOLD = re.compile(r"bold|heavy|black|demi|[-_ ]W[6-9]\b|-(?:DB|EB|B|H|U|UB)$|ゴシックE", re.IGNORECASE)
_ITALIC = re.compile(r"italic|oblique", re.IGNORECASE)
_SUBSET = re.compile(r"^[A-Z]{6}\+")
_LONE = re.compile("[\ud800-\udfff]")  # half a character: no encoding can write it
_KANA = re.compile("[ぁ-ヿ]")
_IDEOGRAPH = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_STRANGE = re.compile("(?<=[ぁ-ヿ\u3400-\u9fff])[{}~¡¢¤¦ª¬®¯²-´¶¸-¿À-ÖØ-öø-ɏ]+(?=[ぁ-ヿ\u3400-\u9fff])")
_BAD = re.compile("\ufffd|[\ue000-\uefff\uf100-\uf8ff]")  # U+F0xx are Wingdings and Symbol bullets
_CID = re.compile(r"\(cid:\d+\)")


class Style(NamedTuple):
    font: str
    size: float
    bold: bool
    italic: bool
    color: int


@dataclass(slots=True)
class Strip:
    """Characters of one style on one baseline, in the order they are read.

    ``starts``/``ends`` are u of both edges of every character, ``base`` is v of the baseline, in points.
    With the page's x right and y down, (u, v) is (x, y) for ``right``, (y, -x) for ``down``, (-x, -y) for
    ``left``, (-y, x) for ``up``. ``unseen``: painted with no ink (text render mode 3, full transparency).
    ``orders``: the place of every character in the order of painting, where it is known.
    ``aside``: struck out, or the reading of a word. ``slanted``: it runs in none of the four directions.
    """

    text: str
    starts: list[float]
    ends: list[float]
    base: float
    style: Style
    direction: Direction = "right"
    unseen: bool = False
    raised: bool = False
    aside: bool = False
    slanted: bool = False
    orders: list[int] = field(default_factory=list)


def font_style(name: str, size: float, color: int, *, bold: bool = False, italic: bool = False) -> Style:
    """Style from a PDF font name (subset tag dropped) and what the file itself says about weight."""
    font = _SUBSET.sub("", name)
    return Style(
        font, round(size, 2), bold or bool(_BOLD.search(font)), italic or bool(_ITALIC.search(font)), color
    )


def one_colour(one: int, other: int) -> bool:
    """Whether nobody can tell two colours (0xRRGGBB) apart."""
    return all(abs((one >> k & 255) - (other >> k & 255)) <= ALIKE for k in (16, 8, 0))


def on_white(color: int, opacity: float) -> int:
    """How a colour (0xRRGGBB) looks that is painted on white with less than full opacity."""
    parts = (color >> 16 & 255, color >> 8 & 255, color & 255)
    r, g, b = (round(255 - (255 - part) * opacity) for part in parts)
    return r << 16 | g << 8 | b


def whole(text: str) -> str:
    """The text with U+FFFD for every lone surrogate, as broken fonts and metadata have them."""
    return _LONE.sub("\ufffd", text)


def upright_base(left: float, right: float, size: float) -> float:
    """``base`` of vertical writing, whose letters stand upright, centred between ``left`` and ``right``."""
    return -(left + right) / 2 + (ASCENT - 0.5) * size


def pick(strip: Strip, keep: Sequence[int]) -> Strip:
    """The strip with these of its characters."""
    return replace(
        strip,
        text="".join([strip.text[i] for i in keep]),
        starts=[strip.starts[i] for i in keep],
        ends=[strip.ends[i] for i in keep],
        orders=[strip.orders[i] for i in keep] if strip.orders else [],
    )


def parted(strip: Strip, flags: Sequence[bool]) -> Iterator[tuple[bool, Strip]]:
    """The strip cut where the flags of its characters change, each part with its flag."""
    for flag, run in groupby(range(len(flags)), key=flags.__getitem__):
        yield flag, pick(strip, list(run))


def box_of(strip: Strip, ink: bool = False) -> Box:
    """Box on the page: the text's length (without blanks at its start when ``ink``) by its em."""
    size = strip.style.size
    lead = len(strip.text) - len(strip.text.lstrip()) if ink else 0
    u0, u1 = strip.starts[lead], strip.ends[-1]
    v0, v1 = strip.base - ASCENT * size, strip.base + DESCENT * size
    match strip.direction:
        case "right":
            return Box(u0, v0, u1, v1)
        case "down":
            return Box(-v1, u0, -v0, u1)
        case "left":
            return Box(-u1, -v1, -u0, -v0)
        case _:
            return Box(v0, -u1, v1, -u0)


def garbled(text: str) -> bool:
    """Whether the text layer of a page is junk: unmapped characters, accented letters and braces in the midst
    of Japanese (a font read by a wrong table), or ideographs without any kana."""
    bad = len(_BAD.findall(text)) + sum(map(len, _CID.findall(text)))
    if bad > GARBLED_SHARE * len("".join(text.split())):
        return True
    strange = sum(map(len, _STRANGE.findall(text)))
    ideographs, kana = len(_IDEOGRAPH.findall(text)), len(_KANA.findall(text))
    if strange > 2 + STRANGE_SHARE * (ideographs + kana):
        return True
    return ideographs >= KANA_SAMPLE and kana < KANA_SHARE * ideographs
