"""From what a PDF reader finds on a page to its lines, shapes and images; the same for every reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from extract.model import Box, Diagnostic, Image, Page, Shape
from extract.read import chars, notes, seen, shapes, stamps
from extract.read.seen import Cover
from extract.read.strips import Strip


@dataclass
class Found:
    """Strips and shapes in painting order, and the boxes of pictures, in points.

    ``covers``: opaque areas, ``pictures_over``: opaque pictures painted after text; ``ordered`` gives the
    strips with the order in which their letters were painted.
    ``strikes``: what annotations strike out. ``edges``: right ends of clips. ``left_out``: number of drawings
    of which not all were read, else 0.
    ``blind``: the ground under the text is not known. ``attached``: names of files pinned to the page.
    """

    number: int
    width: float
    height: float
    rotation: int
    label: str | None
    strips: list[Strip]
    shapes: tuple[Shape, ...]
    pictures: list[Box]
    images: list[Box] = field(default_factory=list)  # the pictures that are no gradients
    covers: list[Cover] = field(default_factory=list)
    pictures_over: list[Cover] = field(default_factory=list)
    ordered: Callable[[list[Cover]], list[Strip]] | None = None
    strikes: Sequence[Box] = ()
    edges: Sequence[chars.Upright] = ()
    left_out: int = 0
    blind: bool = False
    attached: Sequence[str] = ()


def finished(found: Found) -> tuple[Page, list[Diagnostic]]:
    """The page and what is to be told of it."""
    strips, covered = found.strips, ""
    covers = found.covers + seen.over_text(found.pictures_over, found.width * found.height)
    if found.ordered and seen.may_be_covered(strips, covers):
        left, covered = seen.uncovered(found.ordered(covers), covers)
        strips = left if covered.strip() else strips
    ruled, pictures = shapes.picture_rules(found.images)
    drawn, strips = shapes.without_outlines((*found.shapes, *ruled), strips)
    kept, hidden = seen.visible(strips, drawn, found.pictures)
    if hidden and (found.left_out or found.blind):  # what lies under white text is not known
        kept, hidden = [s for s in strips if not s.unseen], ""
    kept, drawn = seen.struck(kept, drawn, found.strikes)
    kept += shapes.bullets(drawn, kept)
    uprights, levels = shapes.uprights(drawn), shapes.levels(drawn)
    upright = [s for s in kept if not s.slanted]
    lines = chars.lines(upright, found.width, found.height, uprights, levels, found.edges)
    lines = (*stamps.marked(lines, drawn), *stamps.slanted_lines([s for s in kept if s.slanted]))
    images = tuple(Image(box, f"p{found.number}i{i}") for i, box in enumerate(pictures, 1))
    page = Page(
        found.number,
        found.width,
        found.height,
        found.rotation,
        found.label,
        "text-layer" if lines else "none",
        lines,
        drawn,
        images,
    )
    told = notes.enclosed(found.attached, portfolio=False, xfa=False)
    turned = sum(len(s.text) for s in kept if s.direction == "left")
    told += notes.upside_down(found.number) if 2 * turned > sum(len(s.text) for s in kept) else []
    return page, told + notes.page_notes(found.number, lines, images, hidden + covered, found.left_out)
