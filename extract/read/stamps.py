"""Stamps and watermarks laid over a page (案, 部外秘): lines that are text of nothing they stand on."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from extract.model import Box, Line, Run, Shape
from extract.read.strips import Strip, box_of, one_colour

LARGE = 3.0  # times the usual size: text so large that runs over other lines is laid over them
PALE = 0.55  # from here on a colour is light (0 black, 1 white)
BODY = 0.2  # em of a letter's top and foot that may touch a rule
MARKED = 1.3  # times the usual size: a coloured word so large on black text is laid over it
OFTEN = 3  # a text that stands so often on other text is laid over it
SHORT = 8  # characters of such a text
OVER = 0.15  # share of its box that lies on other text
NEXT = 2.0  # em between slanted letters of one text


def slanted_lines(strips: Sequence[Strip]) -> list[Line]:
    """The lines of strips that run neither level nor upright, in the order of drawing."""
    groups: list[list[Strip]] = []
    for strip in strips:
        last = groups[-1][-1] if groups else None
        if last and last.style == strip.style and _is_next(box_of(last), box_of(strip), strip.style.size):
            groups[-1].append(strip)
        else:
            groups.append([strip])
    return [line for group in groups if (line := _slanted(group)).text.strip()]


def _is_next(a: Box, b: Box, em: float) -> bool:
    return max(b.x0 - a.x1, a.x0 - b.x1, b.y0 - a.y1, a.y0 - b.y1) < NEXT * em


def _slanted(strips: Sequence[Strip]) -> Line:
    box = box_of(strips[0])
    for strip in strips[1:]:
        box = box.union(box_of(strip))
    text, style = "".join(s.text for s in strips), strips[0].style
    run = Run(text, box, (), style.font, style.size, style.bold, style.italic, style.color)
    return Line((run,), box, stamp=True)


def marked(lines: Sequence[Line], shapes: Sequence[Shape]) -> tuple[Line, ...]:
    """Lines with those set as ``stamp`` that are laid over others: light or very large, across rules or text.

    What is a stamp at one place is one wherever it stands in the same look.
    """
    sizes = [line.size for line in lines if line.runs for _ in line.text]
    usual = median(sizes) if sizes else 0.0
    level = [(line, line.box) for line in lines if line.box and not line.vertical]
    found = {_look(line) for line, box in level if _is_laid_over(line, box, lines, shapes, usual)}
    found |= _strewn(level)
    if not found:
        return tuple(lines)
    return tuple(replace(line, stamp=True) if line.runs and _look(line) in found else line for line in lines)


def _look(line: Line) -> tuple[str, float, int]:
    return "".join(line.text.split()), round(line.size, 1), line.runs[0].color


def _strewn(lines: Sequence[tuple[Line, Box]]) -> set[tuple[str, float, int]]:
    """The looks of short texts that stand again and again on other text, whatever their colour and size."""
    times = Counter(_look(line) for line, _ in lines if line.runs)
    often = {look for look, n in times.items() if n >= OFTEN and 0 < len(look[0]) <= SHORT}
    over: Counter[tuple[str, float, int]] = Counter()
    ordered = sorted(((line, box) for line, box in lines if line.runs), key=lambda one: one[1].y0)
    tops, tallest = [box.y0 for _, box in ordered], max((box.height for _, box in ordered), default=0)
    for line, box in ordered if often else ():
        if (look := _look(line)) in often:
            near = ordered[bisect_left(tops, box.y0 - tallest) : bisect_right(tops, box.y1)]
            part = OVER * box.width * box.height
            over[look] += any(_share(box, b) > part and _look(o) != look for o, b in near)
    return {look for look, n in over.items() if n >= OFTEN}


def _is_laid_over(line: Line, box: Box, lines: Sequence[Line], shapes: Sequence[Shape], usual: float) -> bool:
    """Whether a line is light on what lies under it, or very large, and stands across rules or other text."""
    if _is_coloured(line) and line.size >= MARKED * usual:
        part = OVER * box.width * box.height
        if any(_share(box, o.box) > part for o in lines if o is not line and o.box and not _is_coloured(o)):
            return True
        if any(_rings(s, box, line.runs[0].color) for s in shapes):
            return True
    pale = all(_lightness(run.color) >= PALE for run in line.runs) and not any(
        _is_darker(s, box, line.runs[0].color) for s in shapes
    )
    if not pale and line.size < LARGE * usual:
        return False
    body = Box(box.x0, box.y0 + BODY * line.size, box.x1, box.y1 - BODY * line.size)
    over = sum(other is not line and other.box is not None and _share(body, other.box) > 0 for other in lines)
    return over > 1 or (pale and (over > 0 or any(_crosses(s.box, body) for s in shapes)))


def _rings(shape: Shape, box: Box, color: int) -> bool:
    """Whether an outline in the colour of a text goes around it, and is no box."""
    own = shape.kind == "polygon" and shape.fill is None and shape.stroke is not None
    return bool(
        own
        and one_colour(shape.stroke or 0, color)
        and shape.box.holds(box.x0, box.cy)
        and shape.box.holds(box.x1, box.cy)
    )


def _is_coloured(line: Line) -> bool:
    """Whether a line is set in a colour, neither black nor white nor grey."""
    parts = (line.runs[0].color >> k & 255 for k in (16, 8, 0)) if line.runs else (0,)
    held = sorted(parts)
    return held[-1] - held[0] > 100


def _share(a: Box, b: Box) -> float:
    return a.overlap_x(b) * a.overlap_y(b)


def _crosses(rule: Box, body: Box) -> bool:
    """Whether a level rule, or a side of a box, runs across letters and past them on both sides."""
    if rule.x0 > body.x0 or rule.x1 < body.x1:
        return False
    return any(body.y0 < y < body.y1 for y in (rule.y0, rule.y1))


def _is_darker(shape: Shape, box: Box, color: int) -> bool:
    return (
        shape.fill is not None
        and shape.box.holds(box.cx, box.cy)
        and _lightness(shape.fill) < _lightness(color) - 0.1
    )


def _lightness(color: int) -> float:
    return (0.3 * (color >> 16 & 255) + 0.59 * (color >> 8 & 255) + 0.11 * (color & 255)) / 255
