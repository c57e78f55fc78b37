"""What a page is made of once its text is in order: regions, tables and charts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from extract.model import Box, ChartItem, Line, TableItem
from normalize.frozen import frozen


@frozen
class Region:
    """Lines read straight down (vertical text: right to left) in the room they could fill."""

    room: Box
    lines: tuple[Line, ...]
    fill: int | None = None
    frame: Box | None = None  # the box drawn around them
    kind: Literal["text", "figure", "toc", "footnote"] = "text"


Part = Region | TableItem | ChartItem


def union(boxes: Iterable[Box]) -> Box:
    x0s, y0s, x1s, y1s = zip(*boxes, strict=True)
    return Box(min(x0s), min(y0s), max(x1s), max(y1s))
