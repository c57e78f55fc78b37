"""Rules drawn as many dots or dashes: one shape each.

Browsers print ``border: dotted`` as squares of the rule's width, word processors as short strokes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from extract.model import Box, Shape

THICK = 3.2  # points: a thicker dot or dash is a mark of its own
LONG = 16.0  # points: longest dash
APART = 3.2  # times the length of a dash: a wider gap ends the rule
SAME_LINE = 0.4  # points by which the dots of one rule may stand beside it
DOTS = 5  # fewer make no rule
CORNERS = 8  # of a disc, its curves as end points; what has more is a letter
_FIRST = 4  # pieces whose colour and length may differ from the rest: corners, a shorter last dash


def join_dots(found: Sequence[Shape]) -> tuple[Shape, ...]:
    """Shapes with one thin dashed rectangle for every row or column of dots or dashes.

    A dot at a corner belongs to both its rules. Dots that fill an area, where most stand in a row and in a
    column, are a pattern and stay as they are.
    """
    small = [i for i, shape in enumerate(found) if _is_piece(shape)]
    if len(small) < DOTS:
        return tuple(found)
    chains = [(axis, chain) for axis in (0, 1) for chain in _chains(found, small, axis)]
    crossed = Counter(i for _, chain in chains for i in chain)
    rules: dict[int, list[Shape]] = {}
    gone: set[int] = set()
    for axis, chain in chains:
        if 2 * sum(crossed[i] > 1 for i in chain) <= len(chain):
            rules.setdefault(min(chain), []).append(_rule([found[i] for i in chain], axis))
            gone.update(chain)
    if not gone:
        return tuple(found)
    out: list[Shape] = []
    for i, shape in enumerate(found):
        out += rules.get(i, ())
        if i not in gone:
            out.append(shape)
    return tuple(out)


def _is_piece(shape: Shape) -> bool:
    thin, long = sorted((_extent(shape, 0), _extent(shape, 1)))
    return long <= LONG and thin <= THICK and len(shape.points) <= CORNERS and not shape.dashed


def _chains(found: Sequence[Shape], small: Sequence[int], axis: int) -> list[list[int]]:
    """Pieces that follow each other along ``axis`` (0: x) on one line, evenly apart."""
    across = 1 - axis

    def middle(i: int) -> float:
        box = found[i].box
        return (box[across] + box[across + 2]) / 2

    lying = [i for i in small if _extent(found[i], axis) >= 0.8 * _extent(found[i], across)]
    lines: list[list[int]] = []
    for i in sorted(lying, key=middle):
        if lines and middle(i) - middle(lines[-1][0]) <= SAME_LINE:
            lines[-1].append(i)
        else:
            lines.append([i])
    chains = []
    for line in lines:
        line.sort(key=lambda i: found[i].box[axis])
        chain: list[int] = []
        for i in line:
            if chain and not _follows(found[chain[-1]], found[i], axis):
                chains.append(chain)
                chain = []
            chain.append(i)
        chains.append(chain)
    return [chain for chain in chains if _is_rule([found[i] for i in chain], axis)]


def _extent(shape: Shape, axis: int) -> float:
    """Length along an axis; a stroke is as thick as its pen."""
    length = shape.box[axis + 2] - shape.box[axis]
    return max(length, shape.width) if shape.kind == "line" else length


def _follows(a: Shape, b: Shape, axis: int) -> bool:
    gap = b.box[axis] - a.box[axis + 2]
    return gap <= APART * max(min(_extent(a, axis), _extent(b, axis)), 0.4)


def _is_rule(chain: Sequence[Shape], axis: int) -> bool:
    if len(chain) < DOTS:
        return False
    gaps = sorted(b.box[axis] - a.box[axis + 2] for a, b in pairwise(chain))
    lengths = sorted(_extent(s, axis) for s in chain)
    longest = lengths[-1 - min(_FIRST, len(lengths) // 4)]
    return gaps[len(gaps) // 2] > 0.1 * longest and longest <= 3.5 * lengths[len(lengths) // 2]


def _rule(chain: Sequence[Shape], axis: int) -> Shape:
    one = chain[len(chain) // 2]
    colour = one.fill if one.fill is not None else one.stroke
    start, end = chain[0].box[axis], max(s.box[axis + 2] for s in chain)
    across = 1 - axis
    middle, half = (one.box[across] + one.box[across + 2]) / 2, _extent(one, across) / 2
    box = (
        Box(start, middle - half, end, middle + half)
        if axis == 0
        else Box(middle - half, start, middle + half, end)
    )
    points = ((box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1))
    return replace(one, kind="rect", box=box, points=points, fill=colour, stroke=None, width=0.0, dashed=True)
