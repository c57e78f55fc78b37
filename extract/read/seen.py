"""What a person sees of the characters a reader finds: inked, not covered, not struck out."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

from extract.model import WHITE, Box, Shape
from extract.read.chars import Walls, cut
from extract.read.strips import ASCENT, Strip, box_of, one_colour, parted, pick
from normalize.frozen import frozen

TINY = 1.5  # points: a trace nobody reads
STRIKE = 0.16  # em: no line that strikes text out is thicker, nor further above the middle of its letters
LOW = 0.24  # em: nor further below it; an underline lies on the baseline or below
SLOPE, TALL = 0.4, 1.6  # em from the foot of a slanted line to its top: over a corner it is taller
ROW = 3  # texts that a line through a row runs through at least
OVER = 0.6  # em by which such a line reaches past the letters
SMALLEST = 4.0  # points: what is lower or narrower covers no text
SCAN = 0.5  # share of a page from which on pictures over its text show that text themselves


@frozen
class Cover:
    """An opaque area and its place in the order of painting."""

    order: int
    box: Box


def visible(
    strips: Iterable[Strip], shapes: Sequence[Shape], images: Sequence[Box]
) -> tuple[list[Strip], str]:
    """Strips a person can see, and the text of those surely unseen.

    Text without ink stays where it lies over an image (a recognised scan); text in the colour of the paper or
    of a ground stays where another colour lies under it. Text too small to be read is unseen.
    """
    kept, hidden = [], []
    grounds = {WHITE, *(s.fill for s in shapes if s.fill is not None and s.kind == "rect")}
    may_vanish = cache(lambda color: any(one_colour(color, ground) for ground in grounds))
    for strip in strips:
        if strip.style.size < TINY:
            hidden.append(strip.text)
            continue
        if not strip.unseen and not may_vanish(strip.style.color):
            kept.append(strip)
            continue
        for piece in cut(strip, Walls(())):  # one strip may run over several bars
            box = box_of(piece)
            if any(image.holds(box.cx, box.cy) for image in images) or (
                not piece.unseen and _stands_out(strip.style.color, box.cx, box.cy, shapes)
            ):
                kept.append(piece)
            else:
                hidden.append(piece.text)
    return kept, "".join(hidden)


def _stands_out(color: int, x: float, y: float, shapes: Sequence[Shape]) -> bool:
    """Whether the topmost shape at a point has another colour. (A polygon of this one need not reach it.)"""
    for shape in reversed(shapes):
        if not shape.box.holds(x, y):
            continue
        thick = shape.stroke is not None and shape.width > 4 and not one_colour(shape.stroke, color)
        if (shape.fill is not None and not one_colour(shape.fill, color)) or thick:
            return True
        if shape.fill is not None and shape.kind == "rect" and shape.opacity == 1:
            return False
    return not one_colour(color, WHITE)


def over_text(pictures: list[Cover], page: float) -> list[Cover]:
    """The opaque pictures painted over text, if they are no scan of the page of that area."""
    scan = sum(p.box.width * p.box.height for p in pictures) >= SCAN * page
    return [] if scan else [p for p in pictures if min(p.box.width, p.box.height) >= SMALLEST]


def may_be_covered(strips: Sequence[Strip], covers: Sequence[Cover]) -> bool:
    """Whether an opaque area that is not the first thing painted holds text, so that the order matters."""
    return any(_held(strip, covers) for strip in strips) if covers else False


def uncovered(strips: Iterable[Strip], covers: Sequence[Cover]) -> tuple[list[Strip], str]:
    """Strips without the letters that something opaque was painted over, and the text of those."""
    kept: list[Strip] = []
    hidden = ""
    for strip in strips:
        over = _held(strip, covers) if strip.orders and not strip.unseen else []
        if not over:
            kept.append(strip)
            continue
        gone = [
            any(c.order > order and _holds(c.box, strip, i) for c in over)
            for i, order in enumerate(strip.orders)
        ]
        for is_gone, part in parted(strip, gone):
            if is_gone:
                hidden += part.text
            else:
                kept.append(part)
    return kept, hidden


def _held(strip: Strip, covers: Sequence[Cover]) -> list[Cover]:
    box = box_of(strip) if strip.text else Box(0, 0, 0, 0)
    return [c for c in covers if c.box.overlap_x(box) > 0 and c.box.y0 <= box.cy <= c.box.y1]


def _holds(area: Box, strip: Strip, i: int) -> bool:
    box = box_of(pick(strip, [i]))
    return area.holds(box.cx, box.cy)


def struck(
    strips: Sequence[Strip], shapes: Sequence[Shape], areas: Sequence[Box] = ()
) -> tuple[list[Strip], tuple[Shape, ...]]:
    """Strips with what stands in ``areas`` or has a line drawn through it ``aside``, and the shapes without
    these lines.

    The line (or thin rectangle) runs through the middle of the letters and ends with them: the rule of a
    table runs on.
    """
    lines = sorted(filter(_may_strike, shapes), key=lambda s: s.box.cy)
    through = _crossed(strips, lines)
    flags = {n: [False] * len(strips[n].text) for places in through.values() for n, _ in places}
    gone: set[int] = set()
    for k, places in through.items():
        letters = [(strips[n], i) for n, i in places]
        if _ends_with(lines[k].box, letters) or _strikes_row(lines[k].box, letters, strips):
            gone.add(id(lines[k]))
            for n, i in places:
                flags[n][i] = True
    for n, strip in enumerate(strips if areas else ()):
        held = [area for area in areas if area.overlap_x(box_of(strip))] if strip.text else []
        for i in range(len(strip.text)) if held else ():
            if any(_holds(area, strip, i) for area in held):
                flags.setdefault(n, [False] * len(strip.text))[i] = True
    if not flags:
        return list(strips), tuple(shapes)
    out: list[Strip] = []
    for n, strip in enumerate(strips):
        parts = parted(strip, flags[n]) if n in flags else [(False, strip)]
        out += [replace(part, aside=True) if is_struck else part for is_struck, part in parts]
    return out, tuple(s for s in shapes if id(s) not in gone)


def _crossed(strips: Sequence[Strip], lines: Sequence[Shape]) -> dict[int, list[tuple[int, int]]]:
    """By line (sorted from top to bottom) the letters whose middle it runs through: (strip, character)."""
    heights = [s.box.cy for s in lines]
    through: dict[int, list[tuple[int, int]]] = {}
    for n, strip in enumerate(strips):
        if strip.direction != "right":
            continue
        em, middle = strip.style.size, strip.base - (ASCENT - 0.5) * strip.style.size
        first, end = bisect_left(heights, middle - STRIKE * em), bisect_right(heights, middle + LOW * em)
        centres = [(a + b) / 2 for a, b in zip(strip.starts, strip.ends)] if first < end else []
        for k in range(first, end):
            box = lines[k].box
            over = [i for i, x in enumerate(centres) if box.x0 <= x <= box.x1]
            slanted = lines[k].kind == "line" and SLOPE * em <= box.height <= TALL * em
            if over and (box.height <= STRIKE * em or slanted):
                through.setdefault(k, []).extend((n, i) for i in over)
    return through


def _may_strike(shape: Shape) -> bool:
    box, level = shape.box, shape.box.height <= 3
    slanted = shape.kind == "line" and box.height <= box.width
    return (
        shape.kind != "polygon"
        and box.width >= 4
        and (level or slanted)
        and shape.width <= 3
        and not shape.dashed
    )


def _ends_with(line: Box, letters: Sequence[tuple[Strip, int]]) -> bool:
    """Whether a line begins and ends with the letters it runs through, and they fill most of it."""
    em = max(strip.style.size for strip, _ in letters)
    starts, ends = [s.starts[i] for s, i in letters], [s.ends[i] for s, i in letters]
    inked = sum(b - a for (s, i), a, b in zip(letters, starts, ends) if not s.text[i].isspace())
    near = min(starts) - line.x0 <= OVER * em and line.x1 - max(ends) <= OVER * em
    return near and line.width >= 0.8 * em and inked >= 0.6 * line.width


def _strikes_row(line: Box, letters: Sequence[tuple[Strip, int]], strips: Sequence[Strip]) -> bool:
    """Whether a line runs through all texts of a row, three at least, from the first one on to behind the
    last: a rule stands between rows, and an arrow begins behind what it is of."""
    em = letters[0][0].style.size
    places = sorted((s.starts[i], s.ends[i]) for s, i in letters if not s.text[i].isspace())
    gaps = sum(b[0] - a[1] > em for a, b in pairwise(places))
    if gaps < ROW - 1 or line.height > STRIKE * em or not -1 <= places[0][0] - line.x0 <= em:
        return False
    level = [s for s in strips if s.direction == "right" and s.text and box_of(s).holds(s.starts[0], line.cy)]
    return sum(not c.isspace() for s in level for c in s.text) == len(places)


def embolden(strip: Strip, boxes: Sequence[Box]) -> list[Strip]:
    """The strip cut so that its letters which one of ``boxes`` lies on are bold."""
    level = strip.direction in ("right", "left")
    way = 1 if strip.direction in ("right", "down") else -1
    marks = sorted(way * (b.cx if level else b.cy) for b in boxes)
    bold: list[bool] = []
    for char, start, end in zip(strip.text, strip.starts, strip.ends):
        i = bisect_left(marks, start)
        drawn = i < len(marks) and marks[i] <= end
        bold.append(bold[-1] if char.isspace() and bold else drawn)
    return [
        replace(part, style=part.style._replace(bold=True)) if is_bold else part
        for is_bold, part in parted(strip, bold)
    ]
