"""Layout at one scale: lengths in points in its rules hold for text of 10.5 points.

A plan may be drawn for A3 slides or printed two pages to a sheet; what it shows is the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from extract.model import Box, PageLayout, Source

USUAL = 10.5  # points; most Japanese documents are set in it
SAME = 1.1  # a difference of scale that changes nothing
_LENGTHS = frozenset({"size", "width", "height", "xs", "x0", "x1", "points", "indent"})

T = TypeVar("T")


def at_usual_scale(source: Source, layout: Callable[[Source], list[PageLayout]]) -> list[PageLayout]:
    """Lay out a document as if set in the usual size; what is found has its places on the real pages."""
    factor = USUAL / (text_size(source) or USUAL)
    if 1 / SAME <= factor <= SAME:
        return layout(source)
    pages = tuple(scaled(page, factor) for page in source.pages)
    return [scaled(found, 1 / factor) for found in layout(replace(source, pages=pages))]


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


def scaled(thing: T, factor: float) -> T:
    """A record of the model with every length in it, and in the records it holds, times ``factor``."""
    return _scaled(thing, factor, length=False)  # type: ignore[no-any-return]


def _scaled(thing: Any, factor: float, *, length: bool) -> Any:
    if isinstance(thing, Box):
        return Box(*(c * factor for c in thing))
    if isinstance(thing, float) and length:
        return thing * factor
    if isinstance(thing, tuple):
        return tuple(_scaled(part, factor, length=length) for part in thing)
    if is_dataclass(thing) and not isinstance(thing, type):
        values = {f.name: getattr(thing, f.name) for f in fields(thing)}
        new = {name: _scaled(v, factor, length=name in _LENGTHS) for name, v in values.items()}
        changed = {name: v for name, v in new.items() if v is not values[name]}
        return replace(thing, **changed) if changed else thing
    return thing
