"""Drawn boxes that hold text, one in another, and the drawings whose labels are no text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from extract.layout.marks import marks
from extract.layout.parts import Part, union
from extract.layout.pieces import LABEL_LENGTH
from extract.model import WHITE, Box, Image, Line, Page, Shape

FRAME_SLACK = 3.0  # points by which text may stick out of its frame
PAGE_SHARE = 0.85  # a shape with this share of the page is its background
SOLIDITY = 0.45  # area of a polygon within its box, below which it is no box (an ellipse by end points: 0.5)
FIGURE_GAP = 16.0  # points between the shapes of one drawing
FIGURE_SHAPES = 6
FIGURE_LABELS = 3
BULLET = 8.0  # points: the size of a bullet that is drawn


@dataclass(slots=True)
class Frame:
    box: Box
    fill: int | None
    outlined: bool
    kind: Literal["text", "figure"] = "text"
    plain: bool = False  # white without an outline: a box only where it lies on a coloured one
    tabbed: bool = False  # the name of a field and the box or table right under it, as one
    lines: list[Line] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    placed: list[tuple[Box, Part]] = field(default_factory=list)


def frame_tree(
    page: Page, lines: Sequence[Line], shapes: Sequence[Shape], placed: Sequence[tuple[Box, Part]]
) -> Frame:
    """The page as a frame that holds frames, each line in the smallest frame around it."""
    candidates = _frames(page, shapes)
    free: list[Line] = []
    for line in lines:
        frame = next((f for f in candidates if _holds(f.box, line) and _shows(f, candidates)), None)
        (frame.lines if frame else free).append(line)
    for area in _drawings(page, shapes, candidates):
        free = _with_figure(area, candidates, free)
    used = sorted((f for f in candidates if f.lines), key=lambda f: f.box.width * f.box.height)
    root = Frame(Box(0, 0, page.width, page.height), None, False, lines=free)
    for i, frame in enumerate(used):
        parent = next((f for f in used[i + 1 :] if _contains(f.box, frame.box)), root)
        parent.frames.append(frame)
        if frame.fill is None:
            frame.fill = parent.fill
    for box, part in placed:
        parent = next((f for f in used if f.kind == "text" and _contains(f.box, box)), root)
        parent.placed.append((box, part))
    return root


def _with_figure(area: Box, frames: list[Frame], free: list[Line]) -> list[Line]:
    """Make a drawing with scattered texts a figure, in its frame or one of its own; gives the lines left."""
    frame = next((f for f in frames if f.lines and _fills(area, f.box)), None)
    inside = frame.lines if frame else _labels_in(_grown(area, FIGURE_GAP), free)
    if not _is_scattered(inside):
        return free
    if frame:
        frame.kind = "figure"
        return free
    frames.append(Frame(_grown(area, FIGURE_GAP), None, False, "figure", lines=inside))
    taken = set(map(id, inside))
    return [line for line in free if id(line) not in taken]


def _frames(page: Page, shapes: Sequence[Shape]) -> list[Frame]:
    """Drawn boxes that may hold text, smallest first; of two alike the one drawn last."""
    frames: dict[tuple[int, int, int, int], Frame] = {}
    background = PAGE_SHARE * page.width * page.height
    for shape in shapes:
        box = shape.box
        if shape.kind == "line" or box.width < 12 or box.height < 7:
            continue
        if shape.fill is None and shape.stroke is None:
            continue
        if box.width * box.height > (background if shape.fill is not None else background / 2):
            continue  # the ground of the page, or a border drawn around its text
        if shape.kind == "polygon" and _area(shape.points) < SOLIDITY * box.width * box.height:
            continue
        key = (round(box.x0), round(box.y0), round(box.x1), round(box.y1))
        before = frames.pop(key, None)
        fill = shape.fill if shape.fill is not None else before.fill if before else None
        outlined = shape.stroke is not None or bool(before and before.outlined)
        plain = not outlined and fill in (None, WHITE)
        frames[key] = Frame(box, fill, outlined, plain=plain)
    kept = _stacked(list(frames.values()))
    kept.reverse()
    return sorted(kept, key=lambda f: f.box.width * f.box.height)


def _shows(frame: Frame, frames: Sequence[Frame]) -> bool:
    return not frame.plain or any(not f.plain and _contains(f.box, frame.box) for f in frames)


def _stacked(frames: list[Frame]) -> list[Frame]:
    """Join fills drawn line by line under one shaded paragraph."""
    joined: list[Frame] = []
    for frame in sorted(frames, key=lambda f: (f.box.x0, f.box.y0)):
        last = joined[-1] if joined else None
        if (
            last
            and not (frame.outlined or last.outlined)
            and frame.fill == last.fill
            and abs(frame.box.x0 - last.box.x0) < 1
            and abs(frame.box.x1 - last.box.x1) < 1
            and -1 < frame.box.y0 - last.box.y1 < 1
        ):
            last.box = last.box.union(frame.box)
        else:
            joined.append(frame)
    order = {id(f): i for i, f in enumerate(frames)}
    return sorted(joined, key=lambda f: order[id(f)])


def _area(points: Sequence[tuple[float, float]]) -> float:
    """Area of a polygon (shoelace formula)."""
    following = [*points[1:], *points[:1]]
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(points, following, strict=True))) / 2


def _holds(frame: Box, line: Line) -> bool:
    box = line.box
    return (
        box is not None
        and frame.y0 <= box.cy <= frame.y1
        and frame.x0 - FRAME_SLACK <= box.x0
        and box.x1 <= frame.x1 + FRAME_SLACK
        and frame.y0 - box.height / 2 <= box.y0
        and box.y1 <= frame.y1 + box.height / 2
    )


def _contains(outer: Box, inner: Box) -> bool:
    s = FRAME_SLACK
    return (
        outer.x0 - s <= inner.x0
        and inner.x1 <= outer.x1 + s
        and outer.y0 - s <= inner.y0
        and inner.y1 <= outer.y1 + s
    )


def _drawings(page: Page, shapes: Sequence[Shape], frames: Sequence[Frame]) -> Iterator[Box]:
    """Where pictures and drawings stand that may have labels over them."""
    held = {f.box[:2] for f in frames if f.lines}
    drawn = [
        s
        for s in shapes
        if s.box.width < 0.9 * page.width and s.box.height < 0.8 * page.height and s.box[:2] not in held
    ]
    areas = [union(s.box for s in group) for group in _clusters(drawn) if _is_drawing(group)]
    areas += [image.box for image in page.images if _is_picture(page, image)]
    for area in areas:
        if area.width >= 40 and area.height >= 30:
            yield area


def _fills(area: Box, frame: Box) -> bool:
    return _contains(frame, area) and area.width > 0.5 * frame.width and area.height > 0.4 * frame.height


def _labels_in(area: Box, lines: Sequence[Line]) -> list[Line]:
    inside = [line for line in lines if line.box and area.holds(line.box.cx, line.box.cy)]
    return [line for line in inside if not marks().caption.match(line.text.strip())]


def _is_scattered(lines: Sequence[Line]) -> bool:
    """Several short words: the labels of a drawing, not text."""
    words = [word for line in lines for word in line.text.split()]
    return len(words) >= FIGURE_LABELS and sum(map(len, words)) <= LABEL_LENGTH * len(words)


def _is_drawing(shapes: Sequence[Shape]) -> bool:
    """Upright lines join a drawing's parts, but alone they are rules of a table as often as axes; what is no
    larger than a letter is a bullet."""
    drawn = [s.box for s in shapes if max(s.box.width, s.box.height) > BULLET]
    return sum(min(b.width, b.height) >= 2.5 for b in drawn) >= FIGURE_SHAPES / 2


def _is_picture(page: Page, image: Image) -> bool:
    return image.box.width * image.box.height < 0.7 * page.width * page.height


def _grown(box: Box, by: float) -> Box:
    return Box(box.x0 - by, box.y0 - by, box.x1 + by, box.y1 + by)


def _clusters(shapes: Sequence[Shape]) -> list[list[Shape]]:
    """Shapes nearer than FIGURE_GAP to each other, by cutting at white strips, twice each way."""
    groups = [list(shapes)] if shapes else []
    for low, high in ((1, 3), (0, 2), (1, 3), (0, 2)):
        cut: list[list[Shape]] = []
        for group in groups:
            group.sort(key=lambda s: s.box[low])
            end = float("-inf")
            for shape in group:
                if shape.box[low] > end + FIGURE_GAP:
                    cut.append([])
                cut[-1].append(shape)
                end = max(end, shape.box[high])
        groups = [group for group in cut if len(group) >= FIGURE_SHAPES]
    return groups
