"""Tables with one head over years are read alike: one row of numbers says little of what it is, all rows of
the document under 取組 | R8 | R9 | R10 say more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from extract.layout.signs import bare
from extract.layout.time_axis import find_headers
from extract.layout.timelines import table_timelines
from extract.model import Item, PageLayout, Table, TableItem

_Head = tuple[str, ...]


def read_alike(pages: Sequence[PageLayout]) -> list[PageLayout]:
    """The pages with a chart in each table whose head most tables of the document have that are charts."""
    tables = [item for page in pages for item in page.items if isinstance(item, TableItem)]
    heads = {id(item): _head(item.table) for item in tables}
    charts: dict[_Head, list[bool]] = defaultdict(list)
    for item in tables:
        charts[heads[id(item)]].append(bool(item.timelines))
    most = {head for head, told in charts.items() if 2 * sum(told) > len(told) > sum(told) and head}

    def read(item: Item) -> Item:
        if not isinstance(item, TableItem) or item.timelines or heads[id(item)] not in most:
            return item
        return replace(item, timelines=table_timelines(item.table, drawn=True, steps=True))

    return [replace(page, items=tuple(map(read, page.items))) if most else page for page in pages]


def _head(table: Table) -> _Head:
    """The texts over the labels and the years of a table; none where its labels have no name."""
    headers = find_headers(table.cells)
    if len(headers) != 1 or not headers[0].first_column:
        return ()
    texts = [bare(c.text) for c in table.cells if c.row <= headers[0].bottom]
    return tuple(texts) if texts[0] else ()
