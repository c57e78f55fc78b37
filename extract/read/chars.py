"""Characters to lines, the same for every PDF reader.

A reader yields strips: characters of one style that follow each other on one baseline. Here strips are cut
where they jump, joined where they touch, and sorted into reading order. All joining works in the frame of
the text itself: ``u`` runs with the text, ``v`` runs from its top to its bottom.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import sub
from statistics import median
from typing import Literal, NamedTuple

from extract.model import Box, Line, Run

Direction = Literal["right", "down", "left", "up"]

ASCENT, DESCENT = 0.88, 0.12  # ideographic em box; what fonts state differs too much to compare lines by
COLUMN_GAP = 1.5  # em; text further apart is another line (a column, a table cell)
SPACED_GAP = 3.5  # em; letter-spaced words (均等割付) may stand this far apart when the gaps are regular
BACKWARD = 0.5  # em; text that jumps back further starts a new line
SAME_BASELINE = 0.15  # em
RAISED = 0.15  # em of the larger text above its baseline: a superscript
RAISED_SIZE = 0.8  # and at most this share of its size
STACK_GAP = 0.45  # em between the letters of horizontal type set one under the other
WORD_GAP = 0.2  # em between two Latin letters that reads as a space
FAKE_BOLD = 0.1  # em; the same text drawn again this near is one bold text

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200b\ufeff\ufffe\uffff]")
_BOLD = re.compile(r"bold|heavy|black|demi|[-_ ]?W[6-9]\b|-(?:DB|EB|B|H|U|UB|E)$|ゴシックE|Eゴシック", re.IGNORECASE)
_ITALIC = re.compile(r"italic|oblique", re.IGNORECASE)
_SUBSET = re.compile(r"^[A-Z]{6}\+")
_LATIN = re.compile(r"[A-Za-z0-9.,:;!?'\")\]%(\[&+-]")


class Style(NamedTuple):
    font: str
    size: float
    bold: bool
    italic: bool
    color: int


@dataclass(slots=True)
class Strip:
    """Characters of one style on one baseline, in reading order.

    ``starts``/``ends`` are u of both edges of every character, ``base`` is v of the baseline, points.
    """

    text: str
    starts: list[float]
    ends: list[float]
    base: float
    style: Style
    direction: Direction = "right"
    vertical_font: bool = False
    raised: bool = False


def font_style(name: str, size: float, color: int, *, bold: bool = False, italic: bool = False) -> Style:
    """Style from a PDF font name (subset tag dropped) and what the file says about weight."""
    font = _SUBSET.sub("", name)
    return Style(
        font, round(size, 2), bold or bool(_BOLD.search(font)), italic or bool(_ITALIC.search(font)), color
    )


def lines(strips: Iterable[Strip], width: float, height: float) -> tuple[Line, ...]:
    """Lines of a page in reading order (rows from the top, left to right in a row).

    Drops text wholly outside the page (``width`` x ``height`` points), control characters and soft hyphens.
    """
    pieces = [p for s in strips for p in _cut(_clean(s)) if _inside(p, width, height)]
    chains = [_spread(c) for c in _join(_undouble(pieces))]
    return tuple(_reading_order([line for c in _stack(chains) if (line := _line(c)) is not None]))


# --- strips -----------------------------------------------------------------------------------------


def _clean(strip: Strip) -> Strip:
    """NFC, without control characters; a soft hyphen shows only at a line end, where it is no letter."""
    text = strip.text
    if text.isascii() and text.isprintable():
        return strip
    if _CONTROL.search(text) or "\xad" in text:
        keep = [i for i, c in enumerate(text) if c != "\xad" and not _CONTROL.match(c)]
        strip = _pick(strip, keep)
    if not unicodedata.is_normalized("NFC", strip.text):
        strip = _compose(strip)
    return strip


def _compose(strip: Strip) -> Strip:
    """NFC; a combining mark (か + ゙) joins the letter before it and the letter keeps its edges."""
    text, starts, ends = "", [], []
    cluster = ""
    for char, start, end in zip([*strip.text, ""], [*strip.starts, 0.0], [*strip.ends, 0.0]):
        if char and cluster and unicodedata.combining(char):
            cluster += char
            continue
        if cluster:
            composed = unicodedata.normalize("NFC", cluster)
            text += composed
            starts += [left] * len(composed)
            ends += [right] * len(composed)
        cluster, left, right = char, start, end
    return replace(strip, text=text, starts=starts, ends=ends)


def _pick(strip: Strip, keep: Sequence[int]) -> Strip:
    return replace(
        strip,
        text="".join([strip.text[i] for i in keep]),
        starts=[strip.starts[i] for i in keep],
        ends=[strip.ends[i] for i in keep],
    )


def _cut(strip: Strip) -> list[Strip]:
    """Cut where characters stand far apart or jump back; blank pieces go."""
    starts, ends, size = strip.starts, strip.ends, strip.style.size
    if not strip.text or strip.text.isspace():
        return []
    gaps = list(map(sub, starts[1:], ends))
    if not gaps or (max(gaps) <= COLUMN_GAP * size and min(gaps) >= -BACKWARD * size):
        return [strip]
    cuts = [i for i, g in enumerate(gaps, 1) if g > COLUMN_GAP * size or g < -BACKWARD * size]
    pieces = []
    for a, b in zip([0, *cuts], [*cuts, len(starts)]):
        if not (text := strip.text[a:b]).isspace():
            pieces.append(replace(strip, text=text, starts=starts[a:b], ends=ends[a:b]))
    return pieces


def _inside(strip: Strip, width: float, height: float) -> bool:
    box = _box(strip)
    return box.x1 > 0 and box.y1 > 0 and box.x0 < width and box.y0 < height


def _undouble(pieces: list[Strip]) -> list[Strip]:
    """Text drawn twice at nearly the same place is one bold text."""
    seen: dict[str, list[Strip]] = {}
    out = []
    for piece in pieces:
        near = FAKE_BOLD * piece.style.size
        same = seen.setdefault(piece.text, [])
        twin = next(
            (
                s
                for s in same
                if s.direction == piece.direction
                and abs(s.starts[0] - piece.starts[0]) <= near
                and abs(s.base - piece.base) <= near
            ),
            None,
        )
        if twin is None:
            same.append(piece)
            out.append(piece)
        else:
            twin.style = twin.style._replace(bold=True)
    return out


# --- chains of strips -------------------------------------------------------------------------------

Chain = list[Strip]


def _join(pieces: list[Strip]) -> list[Chain]:
    """Join what touches: first in the order of drawing, then whatever else shares a baseline."""
    drawn: list[Chain] = []
    for piece in pieces:
        if drawn and _touches(drawn[-1][-1], piece, COLUMN_GAP):
            drawn[-1].append(piece)
        else:
            drawn.append([piece])
    if len(drawn) < 2:
        return drawn
    drawn.sort(key=lambda c: (c[0].direction, round(_chain_base(c)), c[0].starts[0]))
    joined = [drawn[0]]
    for chain in drawn[1:]:
        if _touches(joined[-1][-1], chain[0], COLUMN_GAP):
            joined[-1].extend(chain)
        else:
            joined.append(chain)
    return joined


def _chain_base(chain: Chain) -> float:
    return max(chain, key=lambda s: s.style.size).base


def _touches(a: Strip, b: Strip, reach: float) -> bool:
    """Whether ``b`` goes on after ``a`` on its line. Marks the smaller one where it is a superscript."""
    if a.direction != b.direction:
        return False
    large, small = (a, b) if a.style.size >= b.style.size else (b, a)
    size = large.style.size
    gap = b.starts[0] - a.ends[-1]
    if not -BACKWARD * small.style.size <= gap <= reach * small.style.size:
        return False
    rise = large.base - small.base
    if abs(rise) <= SAME_BASELINE * small.style.size and not small.raised:
        return True
    if small.style.size > RAISED_SIZE * size or gap > 0.5 * size or not -0.3 * size <= rise <= 0.75 * size:
        return abs(rise) <= SAME_BASELINE * small.style.size
    small.raised = small.raised or rise >= RAISED * size
    return True


def _spread(chain: Chain) -> Chain:
    return chain


def _stack(chains: list[Chain]) -> list[Chain]:
    return chains


# --- lines ------------------------------------------------------------------------------------------


def _line(chain: Chain) -> Line | None:
    runs = []
    for strip in chain:
        edges = [*strip.starts, strip.ends[-1]]
        if strip.direction in ("left", "up"):
            edges = [-u for u in edges]
        style = strip.style
        runs.append(
            Run(
                strip.text,
                _box(strip),
                tuple(edges),
                style.font,
                style.size,
                style.bold,
                style.italic,
                style.color,
                strip.raised,
            )
        )
    if not runs:
        return None
    box = runs[0].box
    assert box is not None
    for run in runs[1:]:
        if run.box is not None:
            box = box.union(run.box)
    return Line(tuple(runs), box, vertical=chain[0].direction in ("up", "down"))


def _box(strip: Strip) -> Box:
    """Box on the page: the text's length by its em."""
    size = strip.style.size
    u0, u1 = strip.starts[0], strip.ends[-1]
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


def _reading_order(found: list[Line]) -> list[Line]:
    """Rows from the top, left to right inside a row."""
    keyed = sorted(((line.box, line) for line in found if line.box is not None), key=lambda k: k[0].cy)
    rows: list[list[tuple[Box, Line]]] = []
    for box, line in keyed:
        if rows:
            first = rows[-1][0][0]
            if box.cy - first.cy <= 0.4 * min(box.height, first.height) and not line.vertical:
                rows[-1].append((box, line))
                continue
        rows.append([(box, line)])
    return [line for row in rows for _, line in sorted(row, key=lambda k: k[0].x0)]


__all__ = ["Direction", "Strip", "Style", "font_style", "lines", "median"]
