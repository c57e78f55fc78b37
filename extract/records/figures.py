"""Figures and charts: captions (図1：…) with the source given for them, and what a lost picture has left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, pairwise

from extract.document import Document, Placed
from extract.model import Box, Image
from extract.records.model import Figure

_SOURCE = re.compile(
    r"[(（]?\s*(?:出典|資料|出所)\s*[：:)）]\s*(?P<source>[^()（）]*(?:[(（][^()（）]*[)）][^()（）]*)*)[)）]?\s*$"
)
_NOTE = re.compile(r"(?<=\S)\s*(?:[(（]?注[)）：:]|※)")  # what a line says besides
_TAKEN_FROM = re.compile(r"[(（]?(?P<source>[^。]{2,60}(?:より|から)(?:抜粋|引用|転載|作成))[)）]?")
_DRAWN = re.compile(r"(?:概念|体制|体系|関係|相関|構成|組織|概要|全体|イメージ)図[)）]?$")
_ASIDE = ("header", "footer", "side_nav", "footnote")
_NEAR = 60.0  # points between a picture and its caption


def extract(document: Document) -> list[Figure]:
    figures = [f for f in (_captioned(document, p) for p in document.blocks) if f]
    told = {f.source for f in figures}
    figures += [f for f in _sources_alone(document) if f.source not in told]
    figures += _headed(document)
    return sorted(figures, key=lambda f: f.at.start)


def _captioned(document: Document, placed: Placed) -> Figure | None:
    if placed.block.kind != "caption":
        return None
    text = placed.clean.strip()
    match = _SOURCE.search(text)
    caption = text[: match.start()].strip() if match else text
    if not caption:
        return None  # a line that gives only a source belongs to the caption above
    source = match["source"].strip() if match else _source_below(document, placed)
    return Figure(
        at=document.evidence([placed.index]),
        rule="figure-caption",
        confidence=0.95,
        caption=caption,
        source=source or None,
        image_ref=_image(document, placed),
    )


def _sources_alone(document: Document) -> Iterator[Figure]:
    """A line of its own that says where a picture without a caption is from; not one below a table."""
    for before, placed in pairwise(document.blocks):
        if placed.block.kind not in ("paragraph", "caption") or before.table is not None:
            continue
        text = placed.clean.strip()
        match = _SOURCE.fullmatch(text) or _TAKEN_FROM.fullmatch(text)
        image = _image(document, placed)
        if match and match["source"].strip() and (image or placed.block.box is None):
            yield Figure(
                at=document.evidence([placed.index]),
                rule="figure-source",
                confidence=0.6,
                caption=None,
                source=match["source"].strip(),
                image_ref=image,
            )


def _headed(document: Document) -> Iterator[Figure]:
    """A heading that calls what is below it a drawing (概念図), where text has nothing left of it."""
    for section in document.sections:
        nodes = document.nodes[section.first + 1 : section.last]
        left = [p for p in document.node_blocks(nodes) if p.block.kind not in _ASIDE]
        if _DRAWN.search(section.title) and not left and document.blocks[section.heading].block.box is None:
            yield Figure(
                at=document.evidence([section.heading]),
                rule="figure-heading",
                confidence=0.6,
                caption=section.title,
                source=None,
                image_ref=None,
            )


def _source_below(document: Document, caption: Placed) -> str | None:
    """A line «出典：…» next to the caption, or below the table under it."""
    after = document.blocks[caption.index + 1 :]
    table = after[0].table if after and _is_under(after[0], caption) else None
    for placed in islice((p for p in after if table is None or p.table != table), 2):
        match = _SOURCE.match(_NOTE.split(placed.text.strip())[0])
        if match and placed.block.page == caption.block.page:
            return match["source"].strip()
    return None


def _is_under(placed: Placed, caption: Placed) -> bool:
    """Whether a block stands right under a caption: next to it in text, within a line of it on a page."""
    box, over = placed.block.box, caption.block.box
    return box is None or over is None or -1 < box.y0 - over.y1 < 1.5 * over.height


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
