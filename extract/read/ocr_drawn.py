"""What is drawn on a scanned page: rules, filled areas and arrows, without the letters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt

from extract.model import Box, Shape
from normalize.frozen import frozen

LEVEL_RULE, UPRIGHT_RULE = 24.0, 12.0  # points; shorter lines may be strokes of letters
RULE_CONTRAST = 16  # of 255, against both sides
DARK_SIDES = (4, 9)  # pixels from the middle of a thin and of a thick rule to the ground beside it
LIGHT_SIDES = (2,)  # wider pale strips are the ground between two coloured areas
TEXT_SHARE = 0.7  # of a line that lies within recognised text: strokes of letters
RULE_BREAK = 7  # pixels; gaps in a rule (crossings, dust) up to this are closed
FLAT = 12  # of 255; pixels that differ less from their neighbours are of one area, more from the ground not
AREA_SIDE = 5.0  # points; coloured areas narrower or lower than this are letters or dust
AREA_EDGE = 2  # pixels that the blur of an area's edge takes off
NOTCH = 9  # pixels; narrower notches in an area are letters that touch its edge
MAX_AREAS = 400  # more are the patches of a photograph
MEETS = 2.5  # points; a rule that ends this near an area's corner goes on from it
ARROW_HEIGHT = 60.0  # points; taller areas that are no rectangles are no arrows of a schedule
CORNER = 4.0  # pixels; an upright rectangle reaches all corners of its box as near as this
Pixels = npt.NDArray[np.uint8]


@frozen
class Found:
    """A recognised line in pixels: its box, and the middle of every character along it."""

    text: str
    box: Box
    middles: tuple[float, ...]
    down: bool = False


@frozen
class Bitmap:
    """A rendered page (height x width x RGB); pixel (x, y) is point ((x + left) / zoom, (y + top) / zoom)."""

    pixels: Pixels
    zoom: float
    left: int
    top: int

    def points(self, box: Box) -> Box:
        x, y, z = self.left, self.top, self.zoom
        return Box((box.x0 + x) / z, (box.y0 + y) / z, (box.x1 + x) / z, (box.y1 + y) / z)

    def pixel_box(self, box: Box) -> Box:
        x, y, z = self.left, self.top, self.zoom
        return Box(box.x0 * z - x, box.y0 * z - y, box.x1 * z - x, box.y1 * z - y)


def drawn(bitmap: Bitmap, grey: Pixels, found: Sequence[Found]) -> tuple[Shape, ...]:
    areas = _areas(bitmap, found)
    arrows = [a.box for a in areas if a.kind == "polygon" and a.box.height <= ARROW_HEIGHT]
    rules = [r for r in _rules(grey, bitmap, found) if not any(_within(r.box, a) for a in arrows)]
    sides = [side for area in areas if area.kind == "rect" for side in _sides(area.box, rules)]
    return (*areas, *rules, *sides)


def _within(rule: Box, arrow: Box) -> bool:
    """Whether the line is part of an arrow's outline."""
    return arrow.holds(rule.x0, rule.y0, MEETS) and arrow.holds(rule.x1, rule.y1, MEETS)


def _sides(area: Box, rules: Sequence[Shape]) -> Iterator[Shape]:
    """Sides of an area that are a table's: it is parted by rules, or rules go on from its corners."""
    x0, y0, x1, y1 = area
    upright = [r.box for r in rules if r.box.width < r.box.height]
    level = [r.box for r in rules if r.box.width > r.box.height]
    parted = any(
        r.overlap_y(area) > 0.9 * area.height and x0 + AREA_SIDE < r.x0 < x1 - AREA_SIDE for r in upright
    ) or any(r.overlap_x(area) > 0.9 * area.width and y0 + AREA_SIDE < r.y0 < y1 - AREA_SIDE for r in level)
    for y in (y0, y1):
        if parted or all(any(r.holds(x, y, MEETS) for r in upright) for x in (x0, x1)):
            yield _line(Box(x0, y, x1, y))
    for x in (x0, x1):
        if parted or all(any(r.holds(x, y, MEETS) for r in level) for y in (y0, y1)):
            yield _line(Box(x, y0, x, y1))


def _line(box: Box, width: float = 0.5) -> Shape:
    return Shape("line", box, ((box.x0, box.y0), (box.x1, box.y1)), stroke=0, width=width)


def _areas(bitmap: Bitmap, found: Sequence[Found]) -> list[Shape]:
    """Areas of one colour other than the ground's: cells, bars, arrows; none on a photograph."""
    cv2 = import_module("cv2")
    calm = cv2.medianBlur(_without_letters(bitmap.pixels, found), 5)
    ground = np.median(calm[::8, ::8].reshape(-1, 3), axis=0)
    rise = cv2.morphologyEx(calm, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)).max(axis=2)
    apart = np.abs(calm.astype(np.int16) - ground.astype(np.int16)).max(axis=2)
    flat = ((rise < FLAT) & (apart >= FLAT)).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(flat, connectivity=4)
    side = AREA_SIDE * bitmap.zoom
    out = []
    for label, (x, y, width, height, area) in enumerate(stats[1:].tolist(), 1):
        if min(width, height) < side or area < side * side or width * height > 0.9 * flat.size:
            continue
        part = labels[y : y + height, x : x + width] == label
        colour = np.median(bitmap.pixels[y : y + height, x : x + width][part], axis=0)
        grown = cv2.morphologyEx(
            np.pad(part.astype(np.uint8), NOTCH), cv2.MORPH_CLOSE, np.ones((NOTCH, NOTCH), np.uint8)
        )
        grown = cv2.dilate(grown, np.ones((2 * AREA_EDGE + 1, 2 * AREA_EDGE + 1), np.uint8))
        outline = max(cv2.findContours(grown, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0], key=len)
        if cv2.contourArea(outline) >= side * side:
            out.append(_area(cv2, outline.reshape(-1, 2) + np.array((x, y)) - NOTCH, colour, bitmap))
    out = [s for s in out if not any(_is_letter(s, bitmap.points(f.box)) for f in found)]
    out.sort(key=lambda s: -s.box.width * s.box.height)  # as painted: what lies on others last
    return out if len(out) <= MAX_AREAS else []


def _without_letters(pixels: Pixels, found: Sequence[Found]) -> Pixels:
    """A copy with recognised letters painted over, row by row, in the colour on both sides of them.

    Letters as high as a thin bar would cut it in two.
    """
    out = pixels.copy()
    for box in (f.box for f in found):
        beside = box.height / 4
        x0, y0, x1, y1 = (max(0, round(c)) for c in (box.x0 - beside, box.y0, box.x1 + beside, box.y1))
        crop = out[y0:y1, x0:x1]
        if crop.size:
            before, after = np.median(crop[:, :3], axis=1), np.median(crop[:, -3:], axis=1)
            same = np.abs(before - after).max(axis=1) < FLAT
            crop[same] = before[same][:, None].astype(np.uint8)
    return out


def _area(cv2: Any, outline: Any, colour: Any, bitmap: Bitmap) -> Shape:
    ends = np.stack((outline.min(axis=0), outline.max(axis=0)))
    box = bitmap.points(Box(*ends[0].tolist(), *(ends[1] + 1).tolist()))
    r, g, b = (min(255, 4 * round(c / 4)) for c in colour.tolist())
    fill = r << 16 | g << 8 | b
    corners = [(ends[i, 0], ends[j, 1]) for i, j in ((0, 0), (1, 0), (1, 1), (0, 1))]
    if all(np.abs(outline - corner).max(axis=1).min() <= CORNER for corner in corners):
        points = [(box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)]
        return Shape("rect", box, tuple(points), fill=fill, stroke=fill)  # its edges may be a table's
    points = cv2.approxPolyDP(outline, CORNER, True).reshape(-1, 2).tolist()
    return Shape("polygon", box, tuple(bitmap.points(Box(x, y, x, y))[:2] for x, y in points), fill=fill)


def _is_letter(shape: Shape, text: Box) -> bool:
    x, y = shape.box.cx, shape.box.cy
    return text.holds(x, y) and shape.box.height <= text.height and shape.box.width <= text.height


def _rules(grey: Pixels, bitmap: Bitmap, found: Sequence[Found]) -> Iterator[Shape]:
    """Level and upright lines, darker or lighter than both their sides."""
    cv2 = import_module("cv2")
    for upright in (False, True):
        picture = np.ascontiguousarray(grey.T) if upright else grey
        length = UPRIGHT_RULE if upright else LEVEL_RULE
        for box, thickness in _level_runs(cv2, picture, int(length * bitmap.zoom)):
            place = Box(box.y0, box.x0, box.y1, box.x1) if upright else box
            if not _is_stroke(place, found, upright):
                yield _line(bitmap.points(place), thickness / bitmap.zoom)


def _level_runs(cv2: Any, grey: Pixels, length: int) -> Iterator[tuple[Box, float]]:
    """Level lines in pixels, without extent across, and how thick they are."""
    smooth = cv2.blur(grey, (9, 1)).astype(np.int16)  # along the line: noise goes, the line stays
    other = np.zeros(grey.shape, dtype=np.uint8)
    for values, sides in ((smooth, DARK_SIDES), (-smooth, LIGHT_SIDES)):
        for side in sides:
            ground = np.minimum(values[: -2 * side], values[2 * side :])
            other[side:-side] |= values[side:-side] < ground - RULE_CONTRAST
    closed = cv2.morphologyEx(other, cv2.MORPH_CLOSE, np.ones((1, RULE_BREAK), np.uint8))
    long = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    _, _, stats, centres = cv2.connectedComponentsWithStats(long)
    for (x, _, width, height, area), (_, cy) in zip(stats[1:].tolist(), centres[1:].tolist()):
        if height <= 2 * DARK_SIDES[-1]:
            yield Box(x, cy + 0.5, x + width, cy + 0.5), area / width


def _is_stroke(rule: Box, found: Sequence[Found], upright: bool) -> bool:
    """Whether the line is made of text: strokes of letters, or the strip between letters and an edge."""
    near, inside = DARK_SIDES[0], 0.0
    for box in (f.box for f in found):
        if upright and box.x0 - near <= rule.x0 <= box.x1 + near:
            inside += box.overlap_y(rule)
        elif not upright and box.y0 - near <= rule.y0 <= box.y1 + near:
            inside += box.overlap_x(rule)
    return inside > TEXT_SHARE * max(rule.width, rule.height)


def ink_of(grey: Pixels, box: Box) -> npt.NDArray[np.bool_]:
    """Which pixels of the box differ from its ground, dark on pale or pale on dark."""
    x0, y0, x1, y1 = (max(0, round(c)) for c in box)
    crop = grey[y0 : y1 + 1, x0 : x1 + 1].astype(np.int16)
    if not crop.size:
        return np.zeros((1, 1), dtype=np.bool_)
    apart = abs(crop - np.median(crop))
    return np.asarray(apart > 0.5 * apart.max())
