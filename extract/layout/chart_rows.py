"""The rows below a time axis: labels, groups, and the bars that shapes, grounds and texts make."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from extract.labels import column_role
from extract.layout.bars import Mark, covered, side_by_side
from extract.layout.numbering import MEASURE_ALONE
from extract.layout.signs import bare, carries_on, is_nothing, is_sign, is_value, plain, words
from extract.layout.time_axis import Header
from extract.model import WHITE, Bar, Box, Cell, Period, SpanSource, Table, TimelineRow

_UNKNOWN = Bar(None, None, None, "none", "unknown")
_ITEM = re.compile(r"^\s*[・･•●○◦■□◆◇▪▸]", re.M)


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
        self.cells = cells
        self.heads = [c for c in table.cells if c.row <= header.bottom and c.row + c.rowspan > header.top]
        self.time_cells = [c for c in cells if header.period_of(c) and c.col >= header.first_column]
        self.labels = self._label_cells()
        self.bands = self._bands()
        self.marks = self._placed(marks)

    def text(self, cell: Cell) -> str:
        return self.loose.get((cell.row, cell.col), cell.text).strip()

    def is_values(self) -> bool:
        """Numbers under years, or years with gaps (a base year and a target year): no schedule."""
        if any(self.marks):
            return False
        texts = [t for c in self.time_cells if (t := self.text(c))]
        years = sorted({p.fy for p in self.header.periods})
        if len(years) > 1 and years[-1] - years[0] >= 2 * len(years) - 1 and len(texts) > 1:
            return True
        values = sum(is_value(t) for t in texts)
        return len(texts) > 1 and values > 0.5 * len(texts) and any(ch.isdigit() for t in texts for ch in t)

    def corner(self) -> str | None:
        """Header text over the label column."""
        cells = [c for c in self.heads if c.text and c.col + c.colspan <= self.header.first_column]
        column = self._label_column()
        over = [c for c in cells if column is not None and c.col <= column < c.col + c.colspan]
        return (over or cells[-1:])[0].text if cells else None

    def _label_column(self) -> int | None:
        """The column whose cells name the rows; None without one."""
        first = self.header.first_column
        filled: Counter[int] = Counter(c.col for c in self.cells if c.col + c.colspan <= first and c.text)
        if not filled:
            return None
        heads = {c.col: bare(c.text) for c in self.heads if c.col < first}
        usable = [c for c in filled if not any(heads.get(c, "").startswith(w) for w in words().other_column)]
        usable = [c for c in usable if c not in _of_indicators(heads)] or usable
        usable = [c for c in usable if not self._is_prose(c)] or usable or list(filled)
        most = max(filled[c] for c in usable)
        named = [c for c in usable if any(w in heads.get(c, "") for w in words().label_column)]
        full = [c for c in usable if filled[c] >= 0.6 * most]
        return max([c for c in named if c in full] or full)

    def _is_prose(self, column: int) -> bool:
        """Whether a column holds sentences or lists: they describe what another column names."""
        texts = [c.text for c in self.cells if c.col == column and c.text]
        return sum("。" in t or len(_ITEM.findall(t)) > 1 for t in texts) > 0.5 * len(texts)

    def _label_cells(self) -> list[Cell]:
        column = self._label_column()
        if column is None:
            return []
        title = words().chart_title
        return [c for c in self.cells if c.col <= column < c.col + c.colspan and bare(c.text) not in title]

    def _bands(self) -> list[tuple[int, int]]:
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
        tall: list[tuple[Mark, list[int]]] = []
        for mark in marks:
            if not top - 6 <= mark.box.cy <= bottom + 6:
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

    def _y_range(self, band: tuple[int, int]) -> tuple[float, float] | None:
        boxes = [c.box for c in self.cells if c.box and band[0] <= c.row and c.row + c.rowspan - 1 <= band[1]]
        return (min(b.y0 for b in boxes), max(b.y1 for b in boxes)) if boxes else None

    # rows ---------------------------------------------------------------------------------------

    def rows(self, path: tuple[str, ...]) -> tuple[TimelineRow, ...]:
        self.path = path
        full = self._rows_are_full()
        shifted = self._labels_shifted()
        found: list[TimelineRow] = []
        for band, marks in zip(self.bands, self.marks):
            cells = [c for c in self.time_cells if band[0] <= c.row <= band[1]]
            label, groups, box, page = self._label(band)
            texts = [self.text(c) for c in cells]
            if self._is_group(band, label, texts, full) and not marks:
                self.path = _deeper(self.path, label or "")
                continue
            if not label and not marks and not any(texts):
                continue
            if not label and len(marks) > 1:
                found += self._free_rows(marks, cells)
                continue
            bars = (_UNKNOWN,) if shifted else self._lines_of_bars(cells, marks, page)
            label = " ".join(texts).strip() if shifted else label
            found.append(TimelineRow(label, bars, (*self.path, *groups), box or _union(cells), page))
        return tuple(found)

    def _label(self, band: tuple[int, int]) -> tuple[str | None, tuple[str, ...], Box | None, int | None]:
        """Label, texts of the cells before it, box and page of a band."""
        cells = [c for c in self.labels if c.row <= band[1] and c.row + c.rowspan - 1 >= band[0] and c.text]
        before = [
            c
            for c in self.cells
            if c.row <= band[0] < c.row + c.rowspan and c.text and c.col < self.header.first_column
        ]
        time = [c for c in self.time_cells if band[0] <= c.row <= band[1]]
        page = next((c.page for c in (*cells, *time)), self.table.page)
        if not cells:
            return None, (), None, page
        label = cells[-1]
        groups = tuple(
            " ".join(c.text.split())
            for c in before
            if c.col + c.colspan <= label.col
            and c.rowspan >= label.rowspan
            and not self._is_other(c)
            and bare(c.text) not in words().chart_title
        )
        box = label.box
        if box and time and time[-1].box:
            box = Box(box.x0, box.y0, max(box.x1, time[-1].box.x1), box.y1)
        return label.text.replace("\n", ""), groups, box, label.page

    def _is_other(self, cell: Cell) -> bool:
        head = next((c.text for c in self.heads if c.col <= cell.col < c.col + c.colspan), "")
        return any(bare(head).startswith(w) for w in words().other_column)

    def _rows_are_full(self) -> bool:
        """Do the rows with text have text under every period?"""
        full = partial = 0
        for a, b in self.bands:
            cells = [c for c in self.time_cells if a <= c.row <= b]
            if any(map(self.text, cells)):
                whole = all(map(self.text, cells)) and self._under_all(cells)
                full += whole
                partial += not whole
        return full > 0 and full >= 3 * partial

    def _under_all(self, cells: Sequence[Cell]) -> bool:
        """Do the cells stand under every period? A row of text input ends with its last filled cell."""
        under = (self.header.period_of(c) for c in cells)
        return len({n for span in under if span for n in range(span[0], span[1] + 1)}) == len(
            self.header.periods
        )

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

    def _is_group(self, band: tuple[int, int], label: str | None, texts: Sequence[str], full: bool) -> bool:
        if not label or any(texts):
            return False
        if MEASURE_ALONE.fullmatch(label.strip()):
            return True
        row = [c for c in self.labels if c.row == band[0]]
        spans_all = any(c.col + c.colspan > self.header.columns[-1][0] for c in row)
        missing = not any(band[0] <= c.row <= band[1] for c in self.time_cells)
        return full or spans_all or (missing and any(self.time_cells))

    def _free_rows(self, marks: Sequence[Mark], cells: Sequence[Cell]) -> list[TimelineRow]:
        """Rows of a tall cell without labels: marks that stand side by side are one row."""
        page = next((c.page for c in cells), self.table.page)
        return [
            TimelineRow(None, self._drawn_bars(row, page), self.path, _span(row), page)
            for row in side_by_side(marks)
        ]

    def _lines_of_bars(
        self, cells: Sequence[Cell], marks: Sequence[Mark], page: int | None
    ) -> tuple[Bar, ...]:
        """Bars beside a label, whose cell may span several rows of time cells."""
        if marks or not self.drawn:
            return self._bars(cells, marks, page)
        lines = [list(line) for _, line in groupby(cells, key=lambda c: c.row)] or [[]]
        bars = [bar for line in lines for bar in self._bars(line, (), page)]
        return tuple(bar for bar in bars if bar is not _UNKNOWN) or (_UNKNOWN,)

    def _bars(self, cells: Sequence[Cell], marks: Sequence[Mark], page: int | None) -> tuple[Bar, ...]:
        """Bars of one row: drawn ones, shaded cells, then what the cells say."""
        bars = list(self._drawn_bars(marks, page)) if marks else self._shading(cells, page)
        said = [
            (span, cell, text)
            for cell in cells
            if (span := self.header.period_of(cell))
            and not is_nothing(text := self.text(cell))
            and not any(b.source == "shading" and b.first <= span[0] <= b.last for b in bars)  # type: ignore[operator]
        ]
        every = not bars and len(said) == len(cells) >= 2 and self._under_all(cells)
        bars += self._said(said, every, page)
        last = len(self.header.periods) - 1
        return _limits([_open_end(bar, bars, last) for bar in bars], last) or (_UNKNOWN,)

    def _drawn_bars(self, marks: Sequence[Mark], page: int | None) -> tuple[Bar, ...]:
        return bars_of(marks, self.header.periods, page)

    def _said(
        self, said: Sequence[tuple[tuple[int, int], Cell, str]], every: bool, page: int | None
    ) -> list[Bar]:
        """Bars that the cells' own text makes: texts, signs, and signs that carry on the bar before them."""
        several = every or (self.drawn and (len(said) > 1 or self._several_elsewhere()))
        bars: list[Bar] = []
        sign_before = ""
        for (first, last), cell, text in said:
            packed = "".join(text.split())
            adjacent = bool(bars) and bars[-1].last == first - 1
            if adjacent and (carries_on(packed) or packed == sign_before):
                bars[-1] = replace(bars[-1], last=last, certainty="exact")
                continue
            sign_before = packed if is_sign(packed) else ""
            exact = several or (self.drawn and (last > first or bool(sign_before)))
            source: SpanSource = "marker" if sign_before else "merged_cell" if last > first else "cell_text"
            if not exact and source == "cell_text":
                source = "text"
            parts = [None] if sign_before else [plain(t) for t in text.split("\n")]
            for n, part in enumerate(parts):
                bars.append(
                    Bar(
                        first,
                        last,
                        first if n < len(parts) - 1 and not exact else None,
                        source,
                        "exact" if exact else "start_only",
                        part,
                        cell.box,
                        cell.page if cell.page is not None else page,
                        cell.fill,
                    )
                )
        return bars

    def _several_elsewhere(self) -> bool:
        """Does another row of the chart show that texts mean their own cells?"""
        if any(c.colspan > 1 and not is_nothing(self.text(c)) for c in self.time_cells):
            return True
        return any(
            sum(not is_nothing(self.text(c)) for c in self.time_cells if a <= c.row <= b) > 1
            for a, b in self.bands
        )

    def _shading(self, cells: Sequence[Cell], page: int | None) -> list[Bar]:
        """Runs of cells whose ground differs from that of their neighbours or of the rows around."""
        if not self.drawn or not any(_is_shaded(c) for c in cells):
            return []
        if all(map(_is_shaded, cells)):
            if not self._colours_tell(cells):
                return []
        elif self._columns_are_shaded():
            return []
        runs: list[list[Cell]] = [[]]
        for cell in cells:
            last = runs[-1][-1] if runs[-1] else None
            if not _is_shaded(cell):
                runs.append([])
            elif last and (last.fill != cell.fill or (self.text(cell) and any(map(self.text, runs[-1])))):
                runs.append([cell])
            else:
                runs[-1].append(cell)
        bars: list[Bar] = []
        for run in filter(None, runs):
            first, last_span = self.header.period_of(run[0]), self.header.period_of(run[-1])
            if first and last_span:
                text = plain("".join(self.text(c) for c in run)) or None
                where = (_union(run), run[0].page if run[0].page is not None else page, run[0].fill)
                bars.append(Bar(first[0], last_span[1], None, "shading", "exact", text, *where))
        return bars

    def _colours_tell(self, cells: Sequence[Cell]) -> bool:
        """Whether the grounds of a row shaded from end to end are bars: a colour for each phase, or one that
        stands out from the rows around; not columns told apart by colour, nor rows in stripes."""
        patterns = {tuple(c.fill for c in self.time_cells if a <= c.row <= b) for a, b in self.bands}
        phases = len(patterns) > 1 and any(len(set(p)) > 1 and None not in p for p in patterns)
        if len({c.fill for c in cells}) > 1:
            return phases
        row = {c.row for c in cells}
        ground = cells[0].fill
        if ground in {c.fill for c in self.labels if c.row in row}:
            return False
        partly = any(ground in p and (None in p or WHITE in p) for p in patterns)  # stripes go all across
        others = [c for c in self.time_cells if c.row not in row]
        if not others:  # the only row: its ground is a bar where no head has it and no text stands on it
            return ground not in {c.fill for c in self.heads} and not any(map(self.text, cells))
        return phases or partly or sum(not _is_shaded(c) for c in others) >= 0.5 * len(others)

    def _columns_are_shaded(self) -> bool:
        """The same periods shaded in every row: a column made to stand out, not bars."""
        patterns = [tuple(_is_shaded(c) for c in self.time_cells if a <= c.row <= b) for a, b in self.bands]
        return len(patterns) > 2 and len(set(patterns)) == 1


def _of_indicators(heads: Mapping[int, str]) -> set[int]:
    """Columns of indicators and their values, in a table that has both, beside the schedule."""
    roles = {c: column_role(head) for c, head in heads.items()}
    valued = {"baseline", "current", "target"} & set(roles.values())
    return {c for c, role in roles.items() if role not in (None, "measure", "note")} if valued else set()


def bars_of(marks: Sequence[Mark], periods: Sequence[Period], page: int | None) -> tuple[Bar, ...]:
    """Bars of the marks of one row."""
    bars = []
    for mark in sorted(marks, key=lambda m: m.box.x0):
        first, last = covered(mark.box, periods)
        bars.append(Bar(first, last, None, mark.source, "exact", mark.text, mark.box, page, mark.color))
    return _limits(bars, len(periods) - 1)


def _is_shaded(cell: Cell) -> bool:
    return cell.fill is not None and cell.fill != WHITE


def _open_end(bar: Bar, bars: Sequence[Bar], last: int) -> Bar:
    """A bar that shows only its start: it ends there if the next one, or nothing, comes right after it."""
    if bar.certainty != "start_only" or bar.first is None:
        return bar
    if bar.last_max is None and (bar.first == last or any(b.first == bar.first + 1 for b in bars)):
        return replace(bar, last=bar.first, certainty="bounded")
    return replace(bar, last=None)


def _limits(bars: Sequence[Bar], last: int) -> tuple[Bar, ...]:
    """Set the latest end of each bar: before the next bar of the row, else the last column."""
    starts = sorted({b.first for b in bars if b.first is not None})
    limited = []
    for bar in sorted(bars, key=lambda b: -1 if b.first is None else b.first):
        if bar.first is not None and bar.last_max is None:
            after = [s for s in starts if s > bar.first]
            limit = after[0] - 1 if after else last
            bar = replace(bar, last_max=max(limit, bar.last or 0))
        limited.append(bar)
    return tuple(limited)


def _deeper(path: tuple[str, ...], label: str) -> tuple[str, ...]:
    """The path after a grouping row: 1-1 stands under 1, another number of its depth replaces it."""
    depth = _depth(label)
    kept = [p for p in path if _depth(p) < depth]
    return (*kept, label)


def _depth(label: str) -> int:
    numbers = re.match(r"[\s(（【第]*([0-9０-９]+(?:[-－‐.．ー][0-9０-９]+)*)", label)
    return len(re.findall(r"[0-9０-９]+", numbers[1])) if numbers else 1


def _span(marks: Sequence[Mark]) -> Box:
    box = marks[0].box
    for mark in marks[1:]:
        box = box.union(mark.box)
    return box


def _union(cells: Sequence[Cell]) -> Box | None:
    boxes = [c.box for c in cells if c.box]
    if not boxes:
        return None
    box = boxes[0]
    for other in boxes[1:]:
        box = box.union(other)
    return box


def _distance(y: float, y0: float, y1: float) -> float:
    return max(y0 - y, y - y1, 0.0)
