"""Small pages drawn for layout tests: texts, rules and cells at given places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pymupdf

from extract.layout.grids import find_grids
from extract.model import ChartItem, Page, TableItem, Timeline
from extract.read.mupdf import read

GREY = (0.5, 0.5, 0.5)
PALE = (0.85, 0.9, 0.95)


def new_page() -> tuple[Any, Any]:
    """A document and its one empty A4 page."""
    document = pymupdf.open()
    return document, document.new_page(width=595, height=842)


def write(page: Any, x: float, y: float, text: str, size: float = 9, **options: Any) -> None:
    """Text from baseline (x, y)."""
    page.insert_text((x, y), text, fontname="japan", fontsize=size, **options)


def rule(page: Any, x0: float, y0: float, x1: float, y1: float, width: float = 0.5) -> None:
    page.draw_line((x0, y0), (x1, y1), color=GREY, width=width)


def table(page: Any, xs: Sequence[float], ys: Sequence[float], texts: Sequence[Sequence[str]]) -> None:
    """A grid of thin strokes with one line of text in each cell."""
    for y in ys:
        rule(page, xs[0], y, xs[-1], y)
    for x in xs:
        rule(page, x, ys[0], x, ys[-1])
    fill_in(page, xs, ys, texts)


def fill_in(page: Any, xs: Sequence[float], ys: Sequence[float], texts: Sequence[Sequence[str]]) -> None:
    for row, y in zip(texts, ys):
        for text, x in zip(row, xs):
            if text:
                write(page, x + 4, y + 15, text)


def pages(document: Any) -> tuple[Page, ...]:
    return read(document.tobytes()).pages


def items(document: Any) -> tuple[TableItem | ChartItem, ...]:
    """What find_grids makes of the first page; fails when text was lost or doubled."""
    page = pages(document)[0]
    found = find_grids(page)
    texts = [ln.text for ln in found.rest]
    for item in found.items:
        if isinstance(item, TableItem):
            texts += [c.text for c in item.table.cells]
        else:
            texts += [b.text for b in item.blocks]
    want = sorted("".join("".join(ln.text for ln in page.lines).split()))
    assert sorted("".join("".join(texts).split())) == want, "text lost or doubled"
    return found.items


def timelines(document: Any) -> list[Timeline]:
    return [t for i in items(document) for t in (i.timelines if isinstance(i, TableItem) else (i.timeline,))]


def rows(timeline: Timeline) -> dict[str | None, list[tuple[int | None, int | None, str | None]]]:
    """label -> (first fiscal year, last fiscal year, text) of its bars."""
    years = [p.fy for p in timeline.periods]

    def year(i: int | None) -> int | None:
        return None if i is None else years[i]

    return {r.label: [(year(b.first), year(b.last), b.text) for b in r.bars] for r in timeline.rows}


def arrow(page: Any, x0: float, x1: float, y: float, fill: Any = (0.2, 0.45, 0.7), **options: Any) -> None:
    """A block arrow to the right around the height y."""
    neck = x1 - 9
    outline = [(x0, y - 4), (neck, y - 4), (neck, y - 8), (x1, y), (neck, y + 8), (neck, y + 4), (x0, y + 4)]
    page.draw_polyline(outline, color=options.pop("color", None), fill=fill, closePath=True, **options)
