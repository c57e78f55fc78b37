"""Pages set in two columns: a white strip down the middle, with long lines and wide tables at both its sides.

One page may look so by chance (two boxes, a form and its notes); the document tells: the strip comes back at
one place. What crosses it (a wide table, a title) parts the page into what is read before and after it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from extract.layout.canvas import lies_in
from extract.model import Box, Line, Page

Strip = tuple[float, float]

_MIDDLE = 0.3  # of the page's width: the strip is as far from its sides
_WIDTH = 10.0  # points of a strip at least
_CROSSING = 2  # lines or tables of a page that may cross the strip
_LONG = 0.75  # of the width of a column: running text, a table
_LINES = 5  # times its height such must fill at each side
_ALIKE = 0.8  # of the wider column's width the other has
_PAGES = 2
_NEAR = 6.0  # points by which strips of two pages may differ
_FRAME = 4.0  # times a line's height: a box as high holds a text of its own


def page_strips(
    pages: Sequence[Page], bodies: Sequence[Sequence[Line]], tables: Sequence[Sequence[Box]]
) -> list[Strip | None]:
    """The strip between the columns of every page set in two; None for the others.

    Pages with much at both sides tell where it is; it is also on those with little at one of them.
    """
    found: list[Strip | None] = []
    sure: list[float] = []
    for page, body, boxes in zip(pages, bodies, tables, strict=True):
        lines = [line.box for line in body if line.box and not line.vertical]
        strip = _strip(page, [*lines, *boxes])
        found.append(strip)
        if strip and _is_set_in_two(page, lines, boxes, strip):
            sure.append(sum(strip) / 2)
    return [s if s and sum(abs(sum(s) / 2 - x) < _NEAR for x in sure) >= _PAGES else None for s in found]


def _strip(page: Page, boxes: Sequence[Box]) -> Strip | None:
    """The widest strip in the middle of a page that hardly anything crosses, with something at both sides."""
    low, end = int(_MIDDLE * page.width), int(page.width) - int(_MIDDLE * page.width)
    steps: Counter[int] = Counter()  # how many boxes more, or fewer, stand from there on
    for box in boxes:
        steps[int(box.x0)] += 1
        steps[int(box.x1) + 1] -= 1
    best: Strip = (0.0, 0.0)
    start, crossing = low, 0
    for x in (*sorted(steps), end + 1):
        if crossing > _CROSSING:
            start = max(low, x)
        else:
            best = max(best, (float(start), float(min(x - 1, end))), key=_width)
        crossing += steps[x]
    both = any(b.x1 <= best[0] for b in boxes) and any(b.x0 >= best[1] for b in boxes)
    return best if both and best[1] - best[0] >= _WIDTH else None


def _width(strip: Strip) -> float:
    return strip[1] - strip[0]


def _is_set_in_two(page: Page, lines: Sequence[Box], tables: Sequence[Box], strip: Strip) -> bool:
    """Whether columns as wide as each other at both sides of a strip are filled by their lines and tables."""
    boxes = [*lines, *tables]
    left, right = [b for b in boxes if b.x1 <= strip[0]], [b for b in boxes if b.x0 >= strip[1]]
    widths = strip[0] - min(b.x0 for b in left), max(b.x1 for b in right) - strip[1]
    if not lines or min(widths) < _ALIKE * max(widths):
        return False
    height = lines[0].height
    frames = [s.box for s in page.shapes if s.kind == "rect" and s.box.height > _FRAME * height]
    return all(
        sum(b.height for b in side if b.width > _LONG * width and not any(lies_in(b, f) for f in frames))
        >= _LINES * height
        for side, width in zip((left, right), widths, strict=True)
    )


def crosses(box: Box, strip: Strip) -> bool:
    """Whether something reaches from one column into the other."""
    return box.x0 < strip[0] and box.x1 > strip[1]
