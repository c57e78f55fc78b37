"""The rows below a time axis: their labels, the groups they stand in, and the bars of each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from extract.layout.bars import Mark, bars_of, side_by_side, union
from extract.layout.cell_bars import UNKNOWN, Band, CellBars, is_shaded
from extract.layout.numbering import MEASURE_ALONE
from extract.layout.row_labels import label_column, names_group
from extract.layout.row_names import named_in_cells
from extract.layout.signs import begins_with_amount, is_nothing, is_sign_text
from extract.layout.time_axis import Header
from extract.model import Bar, Box, Cell, Table, TimelineRow
from extract.structure.content import VALUED, Content, content_of

_BARE: frozenset[Content] = frozenset({"number", "ordinal"})  # 40.0 may be read as either
_DIGITS = re.compile(r"[0-9０-９][0-9０-９,，.．]*")
_SAID = 40  # characters: what is longer, or a sentence, is no text of a bar

# What speaks for a chart below years, each times the share of what stands there.
_WEIGHTS = {"drawn": 3.0, "shaded": 2.0, "signs": 2.0, "words": 1.0, "values": -1.0, "gaps": -2.0}


class Body:
    """The rows below one header."""

    def __init__(
        self,
        table: Table,
        header: Header,
        cells: Sequence[Cell],
        marks: Sequence[Mark],
        loose: Mapping[tuple[int, int], str],
        drawn: bool,
    ) -> None:
        self.header = header
        self.table = table
        self.drawn = drawn
        self.loose = loose
        self.path: tuple[str, ...] = ()
        cells = [c for c in cells if header.holds(c)]
        heads = [c for c in table.cells if c.row <= header.bottom and c.row + c.rowspan > header.top]
        self.heads = [c for c in heads if header.holds(c)]
        self.cells = self._within_form(cells, marks)
        self.time_cells = [c for c in self.cells if header.period_of(c) and c.col >= header.first_column]
        self.column = label_column(self.cells, header.left, header.first_column)
        self.labels = [c for c in self.cells if self.column is not None and _over(c, self.column)]
        self.bands = self._bands()
        self.marks = self._placed(marks)
        self.ground = CellBars(
            header,
            self.time_cells,
            self.bands,
            self.text,
            heads=self.heads,
            labels=self.labels,
            drawn=drawn,
        )

    def text(self, cell: Cell) -> str:
        return self.loose.get((cell.row, cell.col), cell.text).strip()

    def _within_form(self, cells: Sequence[Cell], marks: Sequence[Mark]) -> list[Cell]:
        """The cells beside the name of the chart, where it is one row of a form: its name stands left of the
        labels and the years, and ends where another field begins."""
        header = self.header
        names = [
            c
            for c in self.heads
            if c.col == header.left and c.col + c.colspan < header.first_column and c.text
        ]
        end = max((c.row + c.rowspan for c in names), default=0)
        own = [c for c in cells if c.row < end]
        if end <= header.bottom + 1 or not any(
            (header.period_of(c) and (self.text(c) or is_shaded(c))) or _any_in(marks, c) for c in own
        ):
            return list(cells)
        return own

    def is_chart(self) -> bool:
        """Whether what stands below the years are bars rather than values: the evidence weighed."""
        texts = [t for c in self.time_cells if not is_nothing(t := self.text(c))]
        texts += [m.text for row in self.marks for m in row if m.text]
        kinds = [content_of(t) for t in texts]
        n = max(len(texts), 1)
        signs = sum(map(is_sign_text, texts))
        numbers = sum(k in _BARE for k in kinds)
        counted = {t for row in self.ground.rows for t in _counted([self.text(c) for c in row])}
        values = sum(
            (k in VALUED | _BARE or t in counted) and begins_with_amount(t) for k, t in zip(kinds, texts)
        )
        values += sum(k == "null" for k in kinds) if values else 0
        years = sorted({p.fy for p in self.header.periods})
        gaps = len(years) > 1 and years[-1] - years[0] >= 2 * len(years) - 1 and len(texts) > 1
        evidence = {
            "drawn": float(any(self.marks) and numbers < 0.5 * n),
            "shaded": float(self.ground.shows_bars() and numbers < 0.5 * n),
            "signs": signs / n,
            "words": (len(texts) - signs - values) / n,
            "values": values / n if len(texts) > 1 else 0.0,
            "gaps": float(gaps),
        }
        return sum(_WEIGHTS[name] * share for name, share in evidence.items()) >= 0

    def corner(self) -> str | None:
        """Header text over the label column."""
        cells = [c for c in self.heads if c.text and c.col + c.colspan <= self.header.first_column]
        over = [c for c in cells if self.column is not None and _over(c, self.column)]
        return (over or cells[-1:])[0].text if cells else None

    def _bands(self) -> list[Band]:
        """(first, last) grid rows of each row of the chart."""
        spans = sorted({(c.row, c.row + c.rowspan - 1) for c in self.labels if c.text})
        taken = {r for a, b in spans for r in range(a, b + 1)}
        loners = {(c.row, c.row + c.rowspan - 1) for c in self.time_cells if c.row not in taken}
        return sorted({*spans, *loners})

    def _placed(self, marks: Sequence[Mark]) -> list[list[Mark]]:
        """Marks of each band; a mark over several rows counts only if no row has one of its own."""
        placed: list[list[Mark]] = [[] for _ in self.bands]
        ranges = [self._y_range(band) for band in self.bands]
        if not marks or not ranges or None in ranges:
            return placed
        heights = [r for r in ranges if r]
        top, bottom = heights[0][0], heights[-1][1]
        x0, x1 = self.header.periods[0].x0, self.header.periods[-1].x1
        tall: list[tuple[Mark, list[int]]] = []
        for mark in marks:
            if not top - 6 <= mark.box.cy <= bottom + 6 or not (mark.box.x0 < x1 and mark.box.x1 > x0):
                continue
            over = [
                i
                for i, (y0, y1) in enumerate(heights)
                if min(mark.box.y1, y1) - max(mark.box.y0, y0) > 0.7 * (y1 - y0)
            ]
            if len(over) > 1:
                columns = sum(p.x0 < mark.box.x1 - 5 and p.x1 > mark.box.x0 + 5 for p in self.header.periods)
                if mark.source == "arrow" or columns > 1:  # else a column made to stand out
                    tall.append((mark, over))
            else:
                i = min(range(len(heights)), key=lambda i: _distance(mark.box.cy, *heights[i]))
                placed[i].append(mark)
        if not any(placed):
            for mark, over in tall:
                for i in over:
                    placed[i].append(mark)
        return placed

    def _y_range(self, band: Band) -> tuple[float, float] | None:
        boxes = [c.box for c in self.cells if c.box and band[0] <= c.row and c.row + c.rowspan - 1 <= band[1]]
        return (min(b.y0 for b in boxes), max(b.y1 for b in boxes)) if boxes else None

    # rows ---------------------------------------------------------------------------------------

    def rows(self, path: tuple[str, ...]) -> tuple[TimelineRow, ...]:
        self.path = path
        full = self._rows_are_full()
        shifted = self._labels_shifted()
        names = self._names_in_cells()
        found: list[TimelineRow] = []
        for band, marks, cells in zip(self.bands, self.marks, self.ground.rows):
            label, groups, box, page = self._label(band)
            texts = [self.text(c) for c in cells]
            if not marks and self._is_group(band, label, cells, full):
                self.path = _deeper(self.path, label or "")
                continue
            nothing = not label and not marks and not any(texts)
            if nothing or (not marks and self._tells_other(cells)):
                continue
            if not label and len(marks) > 1:
                found += self._free_rows(marks, cells)
                continue
            path = (*self.path, *groups)
            if names.get(band):
                path = (*path, label) if label else path
                found += [replace(row, path=path) for row in names[band]]
                continue
            bars = (UNKNOWN,) if shifted else self._bars_of_band(cells, marks, page)
            label = " ".join(texts).strip() if shifted else label
            around = box or union([c.box for c in cells if c.box])
            found.append(TimelineRow(label, bars, path, around, page))
        return tuple(found)

    def _names_in_cells(self) -> dict[Band, list[TimelineRow]]:
        """The rows of the bands whose first cells tell their names; a band may hold several."""
        if not self.drawn or any(self.marks):
            return {}
        lines = [(band, line) for band, cells in zip(self.bands, self.ground.rows) for line in _lines(cells)]
        bars = [self.ground.of_row(line, (), self.table.page) for _, line in lines]
        found: dict[Band, list[TimelineRow]] = {}
        for (band, line), named in zip(lines, named_in_cells(bars), strict=True):
            if named:
                page = next((c.page for c in line if c.page is not None), self.table.page)
                around = union([c.box for c in line if c.box])
                found.setdefault(band, []).append(TimelineRow(named.name, named.bars, (), around, page))
        return found

    def _label(self, band: Band) -> tuple[str | None, tuple[str, ...], Box | None, int | None]:
        """Label, texts of the cells before it, box and page of a band."""
        cells = [c for c in self.labels if c.row <= band[1] and c.row + c.rowspan - 1 >= band[0] and c.text]
        time = [c for c in self.time_cells if band[0] <= c.row <= band[1]]
        page = next((c.page for c in (*cells, *time)), self.table.page)
        if not cells:
            return None, (), None, page
        label = cells[-1]
        groups = tuple(
            " ".join(c.text.split())
            for c in self.cells
            if c.row <= band[0] < c.row + c.rowspan
            and c.text
            and c.col + c.colspan <= label.col
            and c.rowspan >= label.rowspan
            and names_group(c.text)
        )
        box = label.box
        if box and time and time[-1].box:
            box = Box(box.x0, box.y0, max(box.x1, time[-1].box.x1), box.y1)
        return label.text.replace("\n", ""), groups, box, label.page

    def _tells_other(self, cells: Sequence[Cell]) -> bool:
        """Whether a row tells something else below the same years: numbers without a unit (costs), or one
        text under all years that is an office or a sentence (another field of the form)."""
        if any(map(is_shaded, cells)) and self.ground.shows_bars():
            return False
        texts = [t for c in cells if not is_nothing(t := self.text(c))]
        if len(texts) == 1 and (
            content_of(texts[0]) == "office" or len(texts[0]) > _SAID or "。" in texts[0]
        ):
            filled = next(c for c in cells if self.text(c) == texts[0])
            return self.header.period_of(filled) == (0, len(self.header.periods) - 1)
        return bool(texts) and all(content_of(t) in _BARE for t in texts)

    def _rows_are_full(self) -> bool:
        """Do the rows with text have text under every period?"""
        full = partial = 0
        for cells in self.ground.rows:
            if any(map(self.text, cells)):
                whole = all(map(self.text, cells)) and self.ground.under_all(cells)
                full += whole
                partial += not whole
        return full > 0 and full >= 3 * partial

    def _labels_shifted(self) -> bool:
        """Text input whose labels slid into the first period: a headed label column, but no label at all."""
        if self.drawn or self.labels or self.corner() is None:
            return False
        rows: dict[int, list[Cell]] = {}
        for cell in self.cells:
            if cell.text:
                rows.setdefault(cell.row, []).append(cell)
        return bool(rows) and all(
            len(row) == 1 and row[0].col == self.header.first_column for row in rows.values()
        )

    def _is_group(self, band: Band, label: str | None, cells: Sequence[Cell], full: bool) -> bool:
        """Whether a row without bars names those below it: it spans all columns, has no cell under the
        years or a ground of its own, or all others are full."""
        if not label or any(map(self.text, cells)):
            return False
        if MEASURE_ALONE.fullmatch(label.strip()):
            return True
        row = [c for c in self.labels if c.row == band[0]]
        spans_all = any(c.col + c.colspan > self.header.columns[-1][0] for c in row)
        missing = not any(band[0] <= c.row <= band[1] for c in self.time_cells)
        return full or spans_all or (missing and any(self.time_cells)) or self._is_filled_band(row, cells)

    def _is_filled_band(self, row: Sequence[Cell], cells: Sequence[Cell]) -> bool:
        """A row of one ground from its label on, which no row with bars has."""
        grounds = {c.fill for c in (*row, *cells)}
        if len(grounds) != 1 or not all(map(is_shaded, (*row, *cells))):
            return False
        barred = [
            own
            for own, marks in zip(self.ground.rows, self.marks)
            if marks or any(not is_nothing(self.text(c)) for c in own)
        ]
        labels = {c.fill for c in self.labels if any(own and own[0].row == c.row for own in barred)}
        return bool(barred) and not grounds & labels

    def _free_rows(self, marks: Sequence[Mark], cells: Sequence[Cell]) -> list[TimelineRow]:
        """Rows of a tall cell without labels: marks that stand side by side are one row."""
        page = next((c.page for c in cells), self.table.page)
        return [
            TimelineRow(
                None,
                bars_of(row, self.header.periods, page),
                self.path,
                union([m.box for m in row]),
                page,
            )
            for row in side_by_side(marks)
        ]

    def _bars_of_band(
        self, cells: Sequence[Cell], marks: Sequence[Mark], page: int | None
    ) -> tuple[Bar, ...]:
        """Bars beside a label, whose cell may span several rows of time cells."""
        if marks or not self.drawn:
            return self.ground.of_row(cells, bars_of(marks, self.header.periods, page), page)
        bars = [bar for line in _lines(cells) or [[]] for bar in self.ground.of_row(line, (), page)]
        return tuple(bar for bar in bars if bar is not UNKNOWN) or (UNKNOWN,)


def _lines(cells: Sequence[Cell]) -> list[list[Cell]]:
    """The cells of each grid row."""
    return [list(line) for _, line in groupby(cells, key=lambda c: c.row)]


def _counted(texts: Sequence[str]) -> set[str]:
    """Texts of a row that differ in nothing but their number, whatever they count.

    >>> sorted(_counted(["11事務", "15事務", "実施"]))
    ['11事務', '15事務']
    """
    bare = Counter(_DIGITS.sub("0", "".join(t.split())) for t in texts if _DIGITS.search(t))
    return {t for t in texts if bare[_DIGITS.sub("0", "".join(t.split()))] > 1}


def _over(cell: Cell, column: int) -> bool:
    return cell.col <= column < cell.col + cell.colspan


def _any_in(marks: Sequence[Mark], cell: Cell) -> bool:
    return any(cell.box and cell.box.holds(m.box.cx, m.box.cy) for m in marks)


def _deeper(path: tuple[str, ...], label: str) -> tuple[str, ...]:
    """The path after a grouping row: 1-1 stands under 1, another number of its depth replaces it."""
    depth = _depth(label)
    kept = [p for p in path if _depth(p) < depth]
    return (*kept, label)


def _depth(label: str) -> int:
    numbers = re.match(r"[\s(（【第]*([0-9０-９]+(?:[-－‐.．ー][0-9０-９]+)*)", label)
    return len(re.findall(r"[0-9０-９]+", numbers[1])) if numbers else 1


def _distance(y: float, y0: float, y1: float) -> float:
    return max(y0 - y, y - y1, 0.0)
