"""Figures and charts: captions (図1：…) with the source given for them."""

from __future__ import annotations

import re

from extract.document import Document, Placed
from extract.model import Box, Image
from extract.records.model import Figure

_SOURCE = re.compile(
    r"[(（]?\s*(?:出典|資料|出所)\s*[：:]\s*(?P<source>[^()（）]*(?:[(（][^()（）]*[)）][^()（）]*)*)[)）]?\s*$"
)
_NEAR = 60.0  # points between a picture and its caption


def extract(document: Document) -> list[Figure]:
    figures = []
    for placed in document.blocks:
        if placed.block.kind != "caption":
            continue
        text = placed.clean.strip()
        match = _SOURCE.search(text)
        caption = text[: match.start()].strip() if match else text
        if not caption:
            continue  # a line that gives only a source belongs to the caption above
        source = match["source"].strip() if match else _source_below(document, placed)
        figures.append(
            Figure(
                at=document.evidence([placed.index]),
                rule="figure-caption",
                confidence=0.95,
                caption=caption,
                source=source or None,
                image_ref=_image(document, placed),
            )
        )
    return figures


def _source_below(document: Document, caption: Placed) -> str | None:
    """A line «出典：…» next to the caption."""
    for placed in document.blocks[caption.index + 1 : caption.index + 3]:
        match = _SOURCE.match(placed.text.strip())
        if match and placed.block.page == caption.block.page:
            return match["source"].strip()
    return None


def _image(document: Document, caption: Placed) -> str | None:
    """The picture right above or below the caption."""
    box = caption.block.box
    page = next((p for p in document.pages if p.number == caption.block.page), None)
    if box is None or page is None:
        return None
    near = [i for i in page.images if i.box.overlap_x(box) > 0 and _distance(i, box) <= _NEAR]
    return min(near, key=lambda i: _distance(i, box)).ref if near else None


def _distance(image: Image, box: Box) -> float:
    return max(0.0, box.y0 - image.box.y1, image.box.y0 - box.y1)
