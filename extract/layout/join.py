"""Tables and their timelines that go on over pages become one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extract.layout.bars import Mark
from extract.layout.cells import space_between
from extract.layout.heads import is_value
from extract.layout.signs import bare
from extract.layout.table_bars import marks_over
from extract.layout.time_axis import find_headers
from extract.layout.timelines import table_timelines
from extract.model import Block, Box, Cell, Item, PageLayout, Table, TableItem, Timeline

_SLACK = 4.0  # points by which column edges may differ from page to page
_BESIDE = {"header", "footer", "side_nav", "footnote"}
_FAR = 10_000.0  # points: pages are laid out one below another to place bars in rows
_NAME = 12  # characters: a longer text in the first column is no label
_LONG = 15  # characters: a shorter cell text is no sentence that breaks off


def join_pages(pages: Sequence[PageLayout]) -> list[PageLayout]:
    """Join a table that ends a page with one of the same columns that starts the next.

    The joined table stands on the first of its pages; its cells keep their own page and box. A repeated
    header row is kept. A row cut by the page break is made whole. In text input, where no page shows, a
    schedule that follows right after one with the same header goes on with it.
    """
    joined = [replace(page, items=_join_repeats(page.items)) for page in pages]
    home: tuple[int, int] | None = None  # page and item where the table that may go on stands
    for n, page in enumerate(joined.copy()):
        start = _opening(page.items)
        if home and start is not None:
            at, k = home
            first, second = joined[at].items[k], page.items[start]
            previous = joined[n - 1].page
            if isinstance(first, TableItem) and isinstance(second, TableItem):
                first, second = _with_heads_told(*_aligned(first, second))
            if (
                isinstance(first, TableItem)
                and isinstance(second, TableItem)
                and _goes_on(first.table, second.table, previous.height, page.page.height)
            ):
                whole = _join(first, second, page)
                joined[at] = replace(joined[at], items=_replaced(joined[at].items, k, whole))
                joined[n] = replace(page, items=(*page.items[:start], *page.items[start + 1 :]))
                if _closing(page.items) != start:
                    home = _home(joined[n].items, n)
                continue
        home = _home(joined[n].items, n)
    return joined


def _join_repeats(items: Sequence[Item]) -> tuple[Item, ...]:
    """Text input: join schedules with the same header that stand one right after the other."""
    kept: list[Item] = []
    for item in items:
        last = kept[-1] if kept else None
        if (
            isinstance(item, TableItem)
            and isinstance(last, TableItem)
            and item.timelines
            and last.timelines
            and not item.table.box
            and not last.table.box
            and _row_keys(item.table, 0) == _row_keys(last.table, 0)
        ):
            cells = (
                *last.table.cells,
                *(replace(c, row=c.row + last.table.n_rows) for c in item.table.cells),
            )
            n_cols = max(last.table.n_cols, item.table.n_cols)
            table = replace(
                last.table, cells=cells, n_rows=last.table.n_rows + item.table.n_rows, n_cols=n_cols
            )
            kept[-1] = TableItem(table, table_timelines(table, drawn=False))
        else:
            kept.append(item)
    return tuple(kept)


def _row_keys(table: Table, row: int) -> list[str]:
    return [_key(c) for c in table.cells if c.row == row]


def _home(items: Sequence[Item], n: int) -> tuple[int, int] | None:
    end = _closing(items)
    return None if end is None else (n, end)


def _opening(items: Sequence[Item]) -> int | None:
    """Index of the table that starts a page."""
    for i, item in enumerate(items):
        if isinstance(item, TableItem):
            return i
        if not (isinstance(item, Block) and item.kind in _BESIDE):
            return None
    return None


def _closing(items: Sequence[Item]) -> int | None:
    """Index of the table that ends a page."""
    for i in range(len(items) - 1, -1, -1):
        item = items[i]
        if isinstance(item, TableItem):
            return i
        if not (isinstance(item, Block) and item.kind in _BESIDE):
            return None
    return None


def _replaced(items: Sequence[Item], k: int, item: Item) -> tuple[Item, ...]:
    return (*items[:k], item, *items[k + 1 :])


# --- the same columns? ----------------------------------------------------------------------------


def _aligned(first: TableItem, second: TableItem) -> tuple[TableItem, TableItem]:
    """Both with the columns of the finer one, where the other's are some of these put together.

    The rows of a form need not be cut alike: 概要 | text above, 年次計画 | 項目 | R8 | R9 … below.
    """
    one, two = first.table, second.table
    if one.n_cols == two.n_cols or _labels(one) & _labels(two):
        return first, second
    coarse, fine = (first, second) if one.n_cols < two.n_cols else (second, first)
    refined = _refined(coarse.table, _edges([c.box for c in fine.table.cells if c.box]))
    if refined is None or refined.n_cols != fine.table.n_cols:
        return first, second
    whole = replace(coarse, table=refined)
    return (whole, second) if coarse is first else (first, whole)


def _with_heads_told(first: TableItem, second: TableItem) -> tuple[TableItem, TableItem]:
    """Both with their first rows as heads, where these say the same and a row between them is cut in two."""
    one, two = first.table, second.table
    heads = [key for key in _row_keys(two, 0) if key]
    alike = len(set(heads)) > 1 and _row_keys(one, 0) == _row_keys(two, 0)
    if (
        not alike
        or any(c.is_header for c in two.cells)
        or not _is_same_row(one, two, *_at_break(one, two, 1))
    ):
        return first, second
    return replace(first, table=_headed(one)), replace(second, table=_headed(two))


def _headed(table: Table) -> Table:
    return replace(table, cells=tuple(replace(c, is_header=c.is_header or not c.row) for c in table.cells))


def _labels(table: Table) -> set[str]:
    return {_key(c) for c in table.cells if c.col == 0 and c.text}


def _refined(table: Table, edges: Sequence[float]) -> Table | None:
    """The table on finer column edges; None where a cell ends at none of them."""
    cells = []
    for cell in table.cells:
        if cell.box is None:
            return None
        ends = [i for x in (cell.box.x0, cell.box.x1) for i, e in enumerate(edges) if abs(x - e) <= _SLACK]
        if len(ends) != 2 or ends[0] >= ends[1]:
            return None
        cells.append(replace(cell, col=ends[0], colspan=ends[1] - ends[0]))
    return replace(table, cells=tuple(cells), n_cols=len(edges) - 1)


# --- does it go on? -------------------------------------------------------------------------------


def _goes_on(first: Table, second: Table, height_before: float, height: float) -> bool:
    last_boxes = [c.box for c in first.cells if c.page == _last_page(first) and c.box]
    if not second.box or not last_boxes or first.n_cols != second.n_cols:
        return False
    if max(b.y1 for b in last_boxes) < 0.55 * height_before or second.box.y0 > 0.35 * height:
        return False
    if not _same_edges(_edges(last_boxes), _edges([c.box for c in second.cells if c.box])):
        return False
    if any(c.row == 0 and c.is_header for c in second.cells):
        return any(_row_keys(second, 0) == _row_keys(first, r) for r in _header_rows(first))
    return _first_text(first, 0) != _first_text(second, 0) or _first_text(first, 0) == ""


def _same_edges(one: Sequence[float], two: Sequence[float]) -> bool:
    """Whether two parts of a table are cut alike, wherever they stand on their pages."""
    shared = [(a, b) for a in one for b in two if abs((a - one[0]) - (b - two[0])) <= _SLACK]
    return len(shared) >= min(len(one), len(two)) and abs((one[-1] - one[0]) - (two[-1] - two[0])) <= _SLACK


def _edges(boxes: Sequence[Box]) -> list[float]:
    edges: list[float] = []
    for x in sorted(x for b in boxes for x in (b.x0, b.x1)):
        if not edges or x - edges[-1] > _SLACK:
            edges.append(x)
    return edges


def _header_rows(table: Table) -> list[int]:
    return sorted({c.row for c in table.cells if c.is_header})


def _last_page(table: Table) -> int | None:
    return table.cells[-1].page if table.cells else table.page


def _key(cell: Cell) -> str:
    return bare(cell.text)


def _first_text(table: Table, col: int) -> str:
    return next((_key(c) for c in table.cells if c.row == 0 and c.col == col), "")


# --- joining --------------------------------------------------------------------------------------


def _join(first: TableItem, second: TableItem, layout: PageLayout) -> TableItem:
    one, two = first.table, second.table
    cells, n_rows = _joined_cells(one, two)
    table = replace(one, cells=cells, n_rows=n_rows)
    headers = find_headers(one.cells)
    ends_in_years = bool(headers) and headers[-1].bottom == one.n_rows - 1 and not second.timelines
    if not first.timelines and not ends_in_years:
        return TableItem(table, second.timelines)
    periods = headers[-1].periods if ends_in_years else first.timelines[-1].periods
    marks = [m for t in first.timelines for m in _marks(t)]
    if second.timelines or find_headers(two.cells):
        marks += [m for t in second.timelines for m in _marks(t)]
    else:
        marks += [(two.page, m) for m in marks_over(layout.page, two, periods)]
    return TableItem(table, _timelines(table, marks, first.timelines + second.timelines))


def _joined_cells(one: Table, two: Table) -> tuple[tuple[Cell, ...], int]:
    """The cells of two parts of a table, and its rows: the first row of the second may be the rest of the
    last one of the first, or its label."""
    header = _head_rows(two)
    last, opening = _at_break(one, two, header)
    if _is_same_row(one, two, last, opening):
        return _glued(one, two, last, opening)
    cells, more = list(one.cells), list(two.cells)
    grown, start = last.get(0), opening.get(0)
    open_below = header == 0 and start is not None and not start.text
    if open_below and grown and start and (_is_tall(grown, start) or _is_label(grown, one.cells)):
        cells[cells.index(grown)] = replace(grown, rowspan=grown.rowspan + start.rowspan)
        more.remove(start)
    return (*cells, *(replace(c, row=c.row + one.n_rows) for c in more)), one.n_rows + two.n_rows


def _at_break(one: Table, two: Table, header: int) -> tuple[dict[int, Cell], dict[int, Cell]]:
    """The cells right before and behind a page break, by column; ``header``: rows of the second's head."""
    last = {c.col: c for c in one.cells if c.row < one.n_rows <= c.row + c.rowspan}
    return last, {c.col: c for c in two.cells if c.row == header}


def _head_rows(table: Table) -> int:
    """How many rows the head at the top of a table has; a header further down is one of a form."""
    ends = [c.row + c.rowspan for c in table.cells if c.is_header]
    return max(ends) if any(c.is_header and c.row == 0 for c in table.cells) else 0


def _is_same_row(one: Table, two: Table, last: dict[int, Cell], opening: dict[int, Cell]) -> bool:
    if not opening or last.keys() != opening.keys() or any(c.rowspan > 1 for c in opening.values()):
        return False
    header = next(iter(opening.values())).row
    others = [*one.cells, *(c for c in two.cells if c.row > header)]
    return _is_cut(last, opening) or _is_rest(last, opening, others)


def _glued(
    one: Table, two: Table, last: dict[int, Cell], opening: dict[int, Cell]
) -> tuple[tuple[Cell, ...], int]:
    cells = list(one.cells)
    for col, cell in opening.items():
        before = last[col]
        glue = space_between(before.text, cell.text)
        shift = len(before.text) + len(glue)
        marks = (*before.marks, *((a + shift, b + shift) for a, b in cell.marks))
        text, boxed = before.text + glue + cell.text, before.boxed + cell.boxed
        cells[cells.index(before)] = replace(before, text=text, marks=marks, boxed=boxed)
    header = next(iter(opening.values())).row
    kept = (c for c in two.cells if c.row != header)
    cells += [replace(c, row=c.row + one.n_rows - (c.row > header)) for c in kept]
    return tuple(cells), one.n_rows + two.n_rows - 1


def _is_tall(*parts: Cell) -> bool:
    return any(c.rowspan > 1 for c in parts)


def _is_label(cell: Cell, cells: Sequence[Cell]) -> bool:
    """Whether a cell of the first column names what stands beside it, as all that stand there do."""
    names = [c.text for c in cells if c.col == cell.col and c.text]
    return bool(cell.text) and not any(len(t) > _NAME or "。" in t or is_value(t) for t in names)


def _is_cut(last: dict[int, Cell], opening: dict[int, Cell]) -> bool:
    """Does the first row of a page carry on the sentence in which the page before broke off?"""
    key = min(opening)
    if opening[key].text or not any(c.text for c in opening.values()):
        return False
    pairs = [(last[col].text.rstrip(), cell.text) for col, cell in opening.items() if cell.text]
    return all(
        a.endswith("、") or (len(a) >= _LONG and not a.endswith(("。", "」", "）", ")", "．")))
        for a, _ in pairs
    )


def _is_rest(last: dict[int, Cell], opening: dict[int, Cell], cells: Sequence[Cell]) -> bool:
    """Is the first row of a page the rest of the last row of the page before: its name without its values?

    Every other row of the table fills the columns that it leaves empty; a group row would come again.
    """
    filled, empty = ([col for col, c in opening.items() if bool(c.text) is full] for full in (True, False))
    if not filled or not empty or not all(last[col].text for col in last):
        return False
    if any(last[col].text.endswith(("。", "」", "）", ")")) for col in filled):
        return False
    rows: dict[int, list[Cell]] = {}
    for cell in cells:
        rows.setdefault(cell.row, []).append(cell)
    whole = [row for row in rows.values() if len(row) == len(last)]
    return len(whole) > 1 and all(c.text for row in whole for c in row if c.col in empty)


def _marks(timeline: Timeline) -> list[tuple[int | None, Mark]]:
    return [
        (bar.page, Mark(bar.box, bar.source, bar.color, bar.text))
        for row in timeline.rows
        for bar in row.bars
        if bar.box and bar.source in ("arrow", "bar")
    ]


def _timelines(
    table: Table, marks: Sequence[tuple[int | None, Mark]], before: Sequence[Timeline]
) -> tuple[Timeline, ...]:
    """The timelines of a joined table: its pages laid out one below another, so that bars find their rows."""
    pages = sorted({c.page for c in table.cells if c.page is not None})
    down = {page: k * _FAR for k, page in enumerate(pages)}
    cells = tuple(replace(c, box=c.box and _moved(c.box, down.get(c.page or 0, 0))) for c in table.cells)
    placed = [replace(m, box=_moved(m.box, down.get(page or 0, 0))) for page, m in marks]
    loose: dict[tuple[int, int], str] = {}
    for cell in cells:
        texts = [m.text for m in placed if m.text and cell.box and cell.box.overlap_y(m.box) > 0]
        text = cell.text
        for own in texts:
            text = text.replace(own, "", 1)
        if text != cell.text:
            loose[(cell.row, cell.col)] = text.strip()
    found = table_timelines(replace(table, cells=cells), drawn=True, marks=placed, loose=loose)
    return tuple(_moved_back(t, table.box) for t in found) or tuple(before)


def _moved_back(timeline: Timeline, box: Box | None) -> Timeline:
    rows = (
        replace(row, box=_back(row.box), bars=tuple(replace(b, box=_back(b.box)) for b in row.bars))
        for row in timeline.rows
    )
    return replace(timeline, box=box, rows=tuple(rows))


def _moved(box: Box, dy: float) -> Box:
    return Box(box.x0, box.y0 + dy, box.x1, box.y1 + dy)


def _back(box: Box | None) -> Box | None:
    return box and _moved(box, -_FAR * int(box.cy // _FAR))
