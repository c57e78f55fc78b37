"""What is left of a page while its tables and charts are taken out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from extract.layout.bars import Mark
from extract.layout.cells import join_tokens, tokens_of
from extract.layout.ink import Ink, is_head
from extract.layout.strokes import TOL
from extract.model import Box, Image, Line, Page, Period, Shape

K = TypeVar("K")
FLOW = 0.8  # em between two tokens of one text at most
SHADOW = 10.0  # points a blurred shadow, printed as a picture, stands out around its shape


@dataclass
class Canvas:
    """What is left of a page while its tables and charts are taken out."""

    page: Page
    ink: Ink
    lines: list[Line]
    used: set[int]  # ids of consumed shapes

    def take(self, key: Callable[[Line], K | None], area: Box) -> list[tuple[K, Line]]:
        """Take the pieces of lines in ``area`` for which ``key`` names a place; the others stay."""
        taken: list[tuple[K, Line]] = []
        kept: list[Line] = []
        for line in self.lines:
            box = line.box
            if box is None or box.x1 < area.x0 or box.x0 > area.x1 or box.y1 < area.y0 or box.y0 > area.y1:
                kept.append(line)
                continue
            tokens = tokens_of(line)
            places = join_tokens(zip(_flowing([key(token) for token in tokens], tokens, area), tokens))
            if all(place is None for place, _ in places):
                kept.append(line)
                continue
            for place, piece in places:
                if place is None:
                    kept.append(piece)
                else:
                    taken.append((place, piece))
        self.lines = kept
        return taken

    def shapes(self, area: Box) -> list[Shape]:
        """Fills and marks not used so far whose centre lies in ``area``."""
        return [
            s
            for s in (*self.ink.fills, *self.ink.marks)
            if id(s) not in self.used and area.holds(s.box.cx, s.box.cy)
        ]

    def images(self, area: Box, height: float) -> list[Image]:
        """Pictures up to ``height`` whose centre lies in ``area``, but for the shadows of drawn shapes."""
        found = [i for i in self.page.images if i.box.height < height and area.holds(i.box.cx, i.box.cy)]
        return [i for i in found if not any(_is_shadow(i.box, s.box) for s in self.page.shapes)]


def _flowing(places: list[K | None], tokens: Sequence[Line], area: Box) -> list[K | None]:
    """Places of tokens where text that flows over the right side of ``area`` stays in the place it began."""
    for i in range(1, len(tokens)):
        one, two = tokens[i - 1].box, tokens[i].box
        if places[i] is not None or places[i - 1] is None or one is None or two is None:
            continue
        if two.cx > area.x1 and two.x0 - one.x1 <= FLOW * max(tokens[i].size, 1.0):
            places[i] = places[i - 1]
    return places


def _is_shadow(picture: Box, shape: Box) -> bool:
    """Whether a picture is a little larger than a shape on every side."""
    return (
        1 <= shape.x0 - picture.x0 <= SHADOW
        and 1 <= shape.y0 - picture.y0 <= SHADOW
        and 1 <= picture.x1 - shape.x1 <= SHADOW
        and 1 <= picture.y1 - shape.y1 <= SHADOW
    )


def lies_in(inner: Box, outer: Box) -> bool:
    """Is a box within another, give or take the width of a rule?"""
    return (
        inner.x0 >= outer.x0 - TOL
        and inner.x1 <= outer.x1 + TOL
        and inner.y0 >= outer.y0 - TOL
        and inner.y1 <= outer.y1 + TOL
    )


def grown(box: Box) -> Box:
    """The box with a little room around it."""
    return Box(box.x0 - 2, box.y0 - 2, box.x1 + 2, box.y1 + 2)


def over_columns(shapes: Sequence[Shape], periods: Sequence[Period]) -> list[Shape]:
    """Shapes that stand over the time columns, at most a little past them."""
    x0, x1 = periods[0].x0, periods[-1].x1
    margin = 0.12 * (x1 - x0) / len(periods)
    return [
        s
        for s in shapes
        if (s.box.x0 < x1 - margin and s.box.x1 > x0 + margin) or (is_head(s) and s.box.x0 < x1 + margin)
    ]


def share_out(
    waiting: Sequence[tuple[int, Line]], marks: Sequence[Mark], width: float, boxes: Sequence[Box]
) -> tuple[list[list[Line]], list[tuple[int, Line]]]:
    """Texts of each mark (inside it, over it or just beside it) and the pieces no mark takes."""
    texts: list[list[Line]] = [[] for _ in marks]
    later: list[tuple[int, Line]] = []
    for i, piece in waiting:
        box = piece.box
        inside = [
            k for k, m in enumerate(marks) if box and m.box.height > 4 and m.box.holds(box.cx, box.cy, 0.5)
        ]
        if inside:
            texts[min(inside, key=lambda k: marks[k].box.height)].append(piece)
        else:
            later.append((i, piece))
    strays: list[tuple[int, Line]] = []
    filled = [bool(t) for t in texts]
    for i, piece in later:
        best = None
        if piece.text.strip():
            best = _continued(piece, marks, texts)
            best = _nearest(piece, marks, filled, width, boxes[i]) if best is None else best
        if best is None:
            strays.append((i, piece))
        else:
            texts[best].append(piece)
    return texts, strays


def _continued(piece: Line, marks: Sequence[Mark], texts: Sequence[Sequence[Line]]) -> int | None:
    """The bar on which a text goes on below or above a line that stands in the bar."""
    for k, (mark, own) in enumerate(zip(marks, texts)):
        for line in own:
            if line.box and piece.box and mark.box.overlap_y(piece.box) > 0.2 * piece.box.height:
                gap = max(line.box.y0, piece.box.y0) - min(line.box.y1, piece.box.y1)
                narrow = min(line.box.width, piece.box.width)
                if gap < 0.35 * line.box.height and line.box.overlap_x(piece.box) > 0.5 * narrow:
                    return k
    return None


def _nearest(
    piece: Line, marks: Sequence[Mark], filled: Sequence[bool], width: float, cell: Box
) -> int | None:
    """The bar without text of its own that a text stands over, under or right after.

    A text in a cell that the bar does not enter is the cell's own, unless it follows the bar closely.
    """
    box = piece.box
    if box is None:
        return None
    best, least = None, float("inf")
    for k, mark in enumerate(marks):
        if filled[k] or not cell.y0 - 2 <= mark.box.cy <= cell.y1 + 2:
            continue
        dx = max(mark.box.x0 - box.x1, box.x0 - mark.box.x1, 0.0)
        dy = max(mark.box.y0 - box.y1, box.y0 - mark.box.y1, 0.0)
        enters = mark.box.overlap_x(cell) > 0.15 * width
        reach = 0.6 * width if enters else 0.3 * width if box.cx > mark.box.cx else 0.0
        height = max((0.8 if dx else 1.3) * box.height, 6.0)  # a text may stand well above a thin arrow
        if dy <= height and dx <= reach and dx + 2 * dy < least:
            best, least = k, dx + 2 * dy
    return best
