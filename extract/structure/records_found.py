"""Where the records of a form begin: a turn of its labels, and before it the title.

A page, a form, a card or a numbered heading are one thing here: what stands before the first label names the
record, whatever it looks like. What comes back there is a tag (新規, 継続), no title.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile

from extract.layout.numbering import heading_number, numbered
from extract.model import WHITE, Block, BlockKind, Item
from extract.structure.content import VALUED, content_of
from extract.structure.labels_found import SIDE, Spot, clean, turns
from normalize.characters import squash

TAG = 8  # characters of a tag
TITLE = 60  # characters of a title
_NEAR = 6  # blocks before the first label among which the title stands
_MOST = 0.6  # of the records: their titles are set alike


def with_titles(items: Sequence[Item], cycle: Mapping[str, Sequence[Spot]]) -> dict[int, Block]:
    """Blocks of the stream as they should be, by item: titles that are headings, tags that are none."""
    records = turns(cycle)
    labels = {spot.item for record in records for spot in record}
    before = [list(_before(items, record[0].item, labels)) for record in records]
    times = Counter(squash(clean(block)) for near in before for _, block in near)
    own = [[(i, b) for i, b in near if times[squash(clean(b))] == 1] for near in before]
    out = dict(_tags(items, records, labels))
    untitled = []
    for near, alone in zip(before, own, strict=True):
        if not any(b.kind == "heading" for _, b in near):
            untitled.append(alone)
        else:
            out |= _tags_below_title(near, alone)
    if len(untitled) > _MOST * len(records):
        level = max((b.level for x in items if isinstance(b := x, Block)), default=0) + 1
        titles = dict(filter(None, map(_title, untitled)))
        styles = set(filter(None, map(_style, titles.values())))
        below = (
            takewhile(lambda x: x[1].kind != "heading", near) for near in own
        )  # the heading of a chapter
        titles |= {i: b for near in below for i, b in near if _style(b) in styles}
        out |= {i: replace(b, kind="heading", level=level) for i, b in titles.items()}
    return out


def _style(block: Block) -> str | None:
    number = numbered(block.text)
    return number.style if number else None


def _tags_below_title(
    near: Sequence[tuple[int, Block]], alone: Sequence[tuple[int, Block]]
) -> dict[int, Block]:
    """What stands as a heading between the title of a record (of those said once) and its first label."""
    title = next((i for i, b in alone if b.kind == "heading"), None)
    if title is None:
        return {}
    tags = ((i, b) for i, b in near if i > title and b.kind == "heading" and not heading_number(b.text))
    return {i: replace(b, kind="figure_text") for i, b in tags}


def _tags(
    items: Sequence[Item], records: Sequence[Sequence[Spot]], labels: Iterable[int]
) -> Iterator[tuple[int, Block]]:
    """Words in boxes inside the records that come back and are no labels (新規, 継続): no text of a field."""
    held = set(labels)
    inside = [
        (i, item)
        for record in records
        for i in range(record[0].item, record[-1].item)
        if isinstance(item := items[i], Block) and i not in held and item.kind in ("heading", "paragraph")
        if len(clean(item)) <= TAG and (item.kind == "heading" or item.fill not in (None, WHITE))
    ]
    times = Counter(squash(clean(item)) for _, item in inside)
    for i, item in inside:
        text = clean(item)
        if times[squash(text)] < 2 or numbered(text):
            continue
        is_value = i - 1 in held or content_of(text) != "name"  # of the label right above it
        kind: BlockKind = "paragraph" if is_value else "figure_text"
        yield i, replace(item, kind=kind)


def _before(items: Sequence[Item], first: int, labels: Iterable[int]) -> Iterator[tuple[int, Block]]:
    """The short blocks right before a record's first label, the nearest first.

    Where the title stands on the page of the label, what the page before ends with is none of them: a list of
    all titles.
    """
    held = set(labels)
    titled: set[int | None] = set()
    for i in range(first - 1, max(-1, first - 1 - _NEAR), -1):
        item = items[i]
        if not isinstance(item, Block) or i in held:
            return
        if item.kind in SIDE:
            continue
        if titled and item.page not in titled:
            return
        titled |= {item.page} if item.kind == "heading" else set()
        text = clean(item)
        if "。" in text or len(text) > TITLE or content_of(text) in VALUED:
            return  # text of the record before
        yield i, item


def _title(near: Sequence[tuple[int, Block]]) -> tuple[int, Block] | None:
    """The numbered or largest of the blocks before a record, of those alike the nearest."""
    return max(near, key=lambda x: (numbered(x[1].text) is not None, x[1].size, x[0]), default=None)
