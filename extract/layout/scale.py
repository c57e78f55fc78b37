"""Layout at one scale: lengths in points in its rules hold for text of 10.5 points.

A plan may be drawn for A3 slides or printed two pages to a sheet; what it shows is the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from extract.model import PageLayout, Source, scaled

USUAL = 10.5  # points; most Japanese documents are set in it
SAME = 1.15  # a difference of scale that changes nothing: text of 12 points is as usual


def at_usual_scale(source: Source, layout: Callable[[Source], list[PageLayout]]) -> list[PageLayout]:
    """Lay out a document as if set in the usual size; what is found has its places on the real pages."""
    factor = USUAL / (text_size(source) or USUAL)
    if 1 / SAME <= factor <= SAME:
        return layout(source)
    real = {page.number: page for page in source.pages}
    found = layout(replace(source, pages=tuple(scaled(page, factor) for page in source.pages)))
    return [
        replace(
            one,
            page=replace(real[one.page.number], label=one.page.label),
            items=scaled(one.items, 1 / factor),
            regions=scaled(one.regions, 1 / factor),
        )
        for one in found
    ]


def text_size(source: Source) -> float | None:
    """Font size of the median character of a document."""
    sizes: Counter[float] = Counter()
    for page in source.pages:
        for line in page.lines:
            for run in line.runs:
                sizes[run.size] += len(run.text)
    seen, half = 0, sizes.total() / 2
    for size in sorted(sizes):
        seen += sizes[size]
        if seen >= half:
            return size
    return None
