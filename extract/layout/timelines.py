"""Schedules: bars over time columns, from drawn marks and from the text of a table's cells.

A chart's header row holds two or more periods. Each row below it is one :class:`~extract.model.TimelineRow`;
what stands in its time columns (drawn bars, shaded cells, text, signs) are its bars.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import groupby, pairwise

from extract.labels import column_role, field_role, vocabulary
from extract.layout.numbering import MEASURE_ALONE
from extract.layout.periods import header_periods, parse_period, parse_span
from extract.layout.rules import is_head
from extract.model import (
    WHITE,
    Bar,
    Box,
    Cell,
    Image,
    Period,
    Shape,
    SpanSource,
    Table,
    Timeline,
    TimelineRow,
)
from normalize.frozen import frozen

_MAX_PIECES = 400  # more shapes over one chart are a drawing
_UNKNOWN = Bar(None, None, None, "none", "unknown")
_ITEM = re.compile(r"^\s*[・･•●○◦■□◆◇▪▸]", re.M)
_VALUE_LEAD = re.compile(r"約|全|計|延べ?|累計|毎?[年月週]間?|平均|[+＋±△▲-]|")
_NUMBER = re.compile(r"[\d０-９][\d０-９,，.．]*")


@frozen
class Words:
    """The vocabulary of ``labels/schedule.yaml``."""

    label_column: tuple[str, ...]
    other_column: tuple[str, ...]
    chart_title: tuple[str, ...]
    year_heads: tuple[str, ...]
    step_heads: tuple[str, ...]
    continues: str
    markers: str
    bar_lead: str


@cache
def words() -> Words:
    data = vocabulary("schedule")
    names = ("label_column", "other_column", "chart_title", "year_heads", "step_heads")
    lists = {k: tuple(str(w) for w in data[k]) for k in names}
    return Words(**lists, continues=data["continues"], markers=data["markers"], bar_lead=data["bar_lead"])


# --- drawn bars -----------------------------------------------------------------------------------


@frozen
class Mark:
    """One drawn bar, whatever number of shapes it was made of."""

    box: Box
    source: SpanSource
    color: int | None = None
    text: str | None = None


def assemble(shapes: Sequence[Shape], images: Sequence[Image], column: float) -> list[Mark]:
    """Join shapes into bars: shadows and outlines over bars, strokes with their heads, bodies with theirs.

    ``column`` is the width of the narrowest time column in points. A picture counts only where
    no bar is drawn, and no smaller picture lies.
    """
    pieces = [_Piece.of(s) for s in shapes if may_be_bar(s)]
    if len(pieces) > _MAX_PIECES:
        return []
    groups: list[list[_Piece]] = []
    for piece in sorted(pieces, key=lambda p: (p.head, -_area(p.box))):  # heads join their shafts
        for group in groups:
            if any(_one_bar(other, piece, column) for other in group):
                group.append(piece)
                break
        else:
            groups.append([piece])
    marks = [m for g in groups if (m := _mark(g)).box.width >= 0.1 * column or m.source == "arrow"]
    for box in sorted((i.box for i in images), key=_area):  # a shadow is larger than its bar
        if box.width >= 0.3 * column and not any(
            _share(box, m.box) > 0.3 * min(_area(box), _area(m.box)) for m in marks
        ):
            marks.append(Mark(box, "bar"))
    return sorted(marks, key=lambda m: (m.box.cy, m.box.x0))


@frozen
class _Piece:
    box: Box
    shape: Shape
    head: bool
    stroke: bool

    @classmethod
    def of(cls, shape: Shape) -> _Piece:
        box, stroke = shape.box, shape.kind == "line"
        if stroke:
            half = max(shape.width, 1.0) / 2
            box = Box(box.x0, box.y0 - half, box.x1, box.y1 + half)
        return cls(box, shape, is_head(shape), stroke)


def may_be_bar(shape: Shape) -> bool:
    """Could a shape be a bar, or a part of one?"""
    if is_head(shape):
        return True
    box = shape.box
    if shape.kind == "line":
        return box.width >= 4 and box.height <= 2 + 0.1 * box.width
    if shape.fill in (None, WHITE) and shape.stroke in (None, WHITE):
        return False  # nothing to see, or a white patch under a text
    return box.width >= 4 and box.height >= 1


def _one_bar(a: _Piece, b: _Piece, column: float) -> bool:
    across = a.box.overlap_y(b.box)
    low, high = sorted((a.box.height, b.box.height))
    if across < 0.6 * low:
        return False
    along = a.box.overlap_x(b.box)
    narrow, wide = sorted((a.box.width, b.box.width))
    gap = max(a.box.x0, b.box.x0) - min(a.box.x1, b.box.x1)
    small = a if a.box.width <= b.box.width else b
    if small.head and (gap <= 2.0 if (a.stroke or b.stroke) else gap <= 1.0):
        if along <= narrow + 0.1 and (a.stroke or b.stroke or _alike(a, b) or along >= 0.9 * narrow):
            return True
        body = b if small is a else a  # a head of another colour stands out over its shaft
        return small.box.height >= 1.2 * body.box.height and abs(small.box.cy - body.box.cy) <= 1.5
    if low < 0.45 * high:
        return False
    if along >= 0.9 * narrow and (narrow >= 0.6 * wide or small.box.height < 0.98 * high or small.head):
        return True  # doubled, or a box on the bar
    return gap <= 1.0 and along <= 3 and narrow < 0.2 * column and _alike(a, b)


def _alike(a: _Piece, b: _Piece) -> bool:
    """Nearly the same paint."""
    one, two = (p.shape.fill if p.shape.fill is not None else p.shape.stroke for p in (a, b))
    if one is None or two is None:
        return one is two
    return all(abs((one >> k & 255) - (two >> k & 255)) < 48 for k in (16, 8, 0))


def _share(a: Box, b: Box) -> float:
    return a.overlap_x(b) * a.overlap_y(b)


def _area(box: Box) -> float:
    return box.width * box.height


def _mark(group: Sequence[_Piece]) -> Mark:
    box = group[0].box
    for piece in group[1:]:
        box = box.union(piece.box)
    arrow = any(p.head for p in group) or any(_points(p.shape) for p in group)
    filled = [p.shape for p in group if p.shape.fill is not None and not p.head] or [p.shape for p in group]
    shape = max(filled, key=lambda s: (s.box.width * s.box.height, s.fill not in (None, WHITE)))
    return Mark(box, "arrow" if arrow else "bar", shape.fill if shape.fill is not None else shape.stroke)


def _points(shape: Shape) -> bool:
    """Does the outline end in a point at the left or right (pentagon, block arrow, chevron)?"""
    if shape.kind != "polygon" or len(shape.points) < 3:
        return False
    for edge in (shape.box.x0, shape.box.x1):
        tips = [y for x, y in shape.points if abs(x - edge) <= 0.5]
        if tips and max(tips) - min(tips) <= 1.0 and abs(tips[0] - shape.box.cy) <= 0.3 * shape.box.height:
            return True
    return False


def covered(box: Box, columns: Sequence[Period]) -> tuple[int, int]:
    """First and last column a bar covers by more than half; at least the one it is mostly in."""
    shares = [(min(box.x1, p.x1) - max(box.x0, p.x0)) / max(p.x1 - p.x0, 0.1) for p in columns]
    inside = [i for i, share in enumerate(shares) if share > 0.5]
    if inside:
        return inside[0], inside[-1]
    best = max(range(len(shares)), key=lambda i: shares[i])
    return best, best


# --- the header -----------------------------------------------------------------------------------


@frozen
class Header:
    """Rows ``top`` to ``bottom`` of a table hold its periods; ``columns``: grid columns of each period."""

    top: int
    bottom: int
    periods: tuple[Period, ...]
    columns: tuple[tuple[int, int], ...]

    @property
    def first_column(self) -> int:
        return self.columns[0][0]

    def period_of(self, cell: Cell) -> tuple[int, int] | None:
        """First and last period a cell stands under."""
        under = [
            i for i, (a, b) in enumerate(self.columns) if cell.col <= b and cell.col + cell.colspan - 1 >= a
        ]
        return (under[0], under[-1]) if under else None


def find_headers(cells: Sequence[Cell]) -> list[Header]:
    """All header rows of a table, from top to bottom."""
    rows: dict[int, list[Cell]] = {}
    for cell in cells:
        rows.setdefault(cell.row, []).append(cell)
    found: list[Header] = []
    for r in sorted(rows):
        if found and r <= found[-1].bottom:
            continue
        header = _header(rows[r], rows, r, ranges=not found)
        if header:
            found.append(header)
    return found


def _header(
    row: Sequence[Cell], rows: Mapping[int, Sequence[Cell]], r: int, *, ranges: bool
) -> Header | None:
    """The header that starts in row r. ``ranges``: a column may stand for several years; below a header
    R8~R12 is what a bar says."""
    pairs = [(p, c) for p, c in zip(header_periods([c.text for c in row]), row) if p]
    lower = rows.get(r + min((c.rowspan for _, c in pairs), default=1), ())
    if pairs and lower:
        parts = _read_under(lower, row)
        if len(parts) > len(pairs) and any(p.start_month for p, _ in parts):
            return _made(r, lower[0].row, parts)
    if len(pairs) == 1 and pairs[0][0].start_month is None:  # the year in the corner, months beside it
        over = pairs[0][1].text
        months = [(p, c) for p, c in zip(header_periods([c.text for c in row], [over] * len(row)), row) if p]
        if len(months) > 2:
            return _made(r, r, [(p, c) for p, c in months if p.start_month])
    wide = [(p, c) for c in row for p in _range(c)] if ranges else []
    if len({c.col for _, c in pairs + wide}) >= 2:
        pairs = sorted(pairs + wide, key=lambda pair: (pair[1].col, order_of(pair[0])))
    if len(pairs) >= 2:
        return _made(r, r, pairs)
    if r == 0 and lower and sum(bool(c.text) for c in row) <= 2:  # an era over bare numbers
        parts = _read_under(lower, row)
        if len(parts) >= 2 and not any(header_periods([c.text for c in lower])):
            return _made(r, lower[0].row, parts)
    return None


def _read_under(lower: Sequence[Cell], row: Sequence[Cell]) -> list[tuple[Period, Cell]]:
    """Periods of a row read with what stands over it."""
    over = [next((c.text for c in row if c.col <= low.col < c.col + c.colspan), None) for low in lower]
    return [(p, c) for p, c in zip(header_periods([c.text for c in lower], over), lower) if p]


_PHASE = re.compile(
    r"(?:[短中長前後]期|第[0-9０-９一二三]期|[ⅠⅡⅢ]期|フェーズ[0-9０-９ⅠⅡⅢ])[(（](?P<year>[^()（）~〜～]+)[)）]"
)


def _range(cell: Cell) -> list[Period]:
    """The years of a column that stands for several (R10~R12), each with its share of the column."""
    span = parse_span(cell.text) if len(cell.text) <= 24 else None
    phase = _PHASE.fullmatch("".join(cell.text.split()))
    if phase and (one := parse_period(phase["year"])) is not None:  # 長期（R12）
        return [replace(one, x0=cell.box.x0, x1=cell.box.x1)] if cell.box else [one]
    if not span or span[0] is None or span[1] is None or not 1 <= span[1] - span[0] <= 9:
        return []
    n = span[1] - span[0] + 1
    x0, width = (cell.box.x0, cell.box.width / n) if cell.box else (0.0, 0.0)
    label = " ".join(cell.text.split())
    return [Period(span[0] + i, label, x0=x0 + i * width, x1=x0 + (i + 1) * width) for i in range(n)]


def order_of(period: Period) -> tuple[int, int]:
    """Sort key of a period: its year, then its month counted from April."""
    return period.fy, ((period.start_month or 4) - 4) % 12


def _made(top: int, bottom: int, pairs: Sequence[tuple[Period, Cell]]) -> Header | None:
    if any(order_of(a) >= order_of(b) for (a, _), (b, _) in pairwise(pairs)):
        return None
    periods = tuple(replace(p, x0=c.box.x0, x1=c.box.x1) if c.box and p.x1 <= p.x0 else p for p, c in pairs)
    bottom = max([bottom, *(c.row + c.rowspan - 1 for _, c in pairs)])
    return Header(top, bottom, periods, tuple((c.col, c.col + c.colspan - 1) for _, c in pairs))


# --- tables ---------------------------------------------------------------------------------------


def table_timeline(table: Table, *, drawn: bool) -> Timeline | None:
    """The first timeline of a table, read off its text; ``drawn=False`` for text that may have lost bars."""
    return next(iter(table_timelines(table, drawn=drawn)), None)


def table_timelines(
    table: Table,
    *,
    drawn: bool,
    marks: Sequence[Mark] = (),
    loose: Mapping[tuple[int, int], str] | None = None,
    steps: bool = False,
) -> tuple[Timeline, ...]:
    """All timelines of a table. A repeated header goes on with the timeline before it.

    ``marks``: bars drawn over the table. ``loose``: text of the cells (row, col) that belongs to no mark,
    where that differs from the cell's text. ``steps``: the cells are known to tell what is done.
    """
    headers = find_headers(table.cells)
    found: list[Timeline] = []
    path: tuple[str, ...] = ()
    for i, header in enumerate(headers):
        end = headers[i + 1].top if i + 1 < len(headers) else table.n_rows
        end = min((r for r in _other_fields(table, header) if r < end), default=end)
        body = [c for c in table.cells if header.bottom < c.row < end]
        part = _Body(table, header, body, marks, loose or {}, drawn)
        if not steps and part.is_values():
            continue
        again = bool(found) and [p.fy for p in found[-1].periods] == [p.fy for p in header.periods]
        rows = part.rows(path if again else ())
        if not rows:
            continue
        path = part.path
        if again:
            found[-1] = replace(found[-1], rows=found[-1].rows + rows)
        else:
            box = table.box
            found.append(Timeline(header.periods, rows, part.corner(), table.page, box))
    return tuple(found)


def _other_fields(table: Table, header: Header) -> Iterator[int]:
    """Rows of a form below its schedule that tell something else (事業費, 担当課)."""
    heads = {c.col: c.text for c in table.cells if c.row <= header.top < c.row + c.rowspan}
    if field_role(heads.get(0, "")) == "schedule":
        for cell in table.cells:
            if cell.col == 0 and cell.row > header.bottom and field_role(cell.text) not in (None, "schedule"):
                yield cell.row


class _Body:
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
        values = sum(_is_value(t) for t in texts)
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
            and not _is_nothing(text := self.text(cell))
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
            if adjacent and (_carries_on(packed) or packed == sign_before):
                bars[-1] = replace(bars[-1], last=last, certainty="exact")
                continue
            sign_before = packed if _is_sign(packed) else ""
            exact = several or (self.drawn and (last > first or bool(sign_before)))
            source: SpanSource = "marker" if sign_before else "merged_cell" if last > first else "cell_text"
            if not exact and source == "cell_text":
                source = "text"
            parts = [None] if sign_before else [_plain(t) for t in text.split("\n")]
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
        if any(c.colspan > 1 and not _is_nothing(self.text(c)) for c in self.time_cells):
            return True
        return any(
            sum(not _is_nothing(self.text(c)) for c in self.time_cells if a <= c.row <= b) > 1
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
                text = _plain("".join(self.text(c) for c in run)) or None
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


def _is_value(text: str) -> bool:
    """A number with a short unit, or what stands for none."""
    packed = re.sub(r"[(（][^()（）]*[)）]|\s", "", text)
    if packed in ("-", "－", "―", "ー", "–", "—", "未定", "未実施", "なし"):
        return True
    number = _NUMBER.search(packed)
    if number is None or not _VALUE_LEAD.fullmatch(packed[: number.start()]):
        return False
    return len(_NUMBER.sub("", packed)) <= 5 and not parse_span(packed)


def bars_of(marks: Sequence[Mark], periods: Sequence[Period], page: int | None) -> tuple[Bar, ...]:
    """Bars of the marks of one row."""
    bars = []
    for mark in sorted(marks, key=lambda m: m.box.x0):
        first, last = covered(mark.box, periods)
        bars.append(Bar(first, last, None, mark.source, "exact", mark.text, mark.box, page, mark.color))
    return _limits(bars, len(periods) - 1)


def bare(text: str) -> str:
    """For comparing with words: compatibility forms (radicals, full widths) unified, no white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def is_sign_text(text: str) -> bool:
    """Is a text made only of arrow signs, dashes and marks?"""
    return _is_sign("".join(text.split()))


def _is_shaded(cell: Cell) -> bool:
    return cell.fill is not None and cell.fill != WHITE


def _is_nothing(text: str) -> bool:
    """Empty, or the single dash that says so."""
    packed = "".join(text.split())
    return not packed or packed in tuple("-－―ー–—ｰ・")


def _carries_on(packed: str) -> bool:
    """Only dashes and arrows, also ones that end in a head (━━▶)."""
    line, heads = set(words().continues), set(words().bar_lead)
    return set(packed) <= line | heads and bool(set(packed) & line)


def _is_sign(packed: str) -> bool:
    return bool(packed) and _signs().issuperset(packed)


@cache
def _signs() -> frozenset[str]:
    return frozenset(words().markers + words().continues)


def _plain(text: str) -> str:
    """Text of a bar without the arrow signs around it."""
    signs = words().bar_lead + " \u3000"
    return text.strip(signs) or text.strip()


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


def side_by_side(marks: Sequence[Mark]) -> list[list[Mark]]:
    """Marks by the rows they stand in, from top to bottom, each from left to right."""
    rows: list[list[Mark]] = []
    for mark in sorted(marks, key=lambda m: m.box.cy):
        for row in reversed(rows[-2:]):
            low = min(mark.box.height, row[0].box.height)
            if mark.box.overlap_y(row[0].box) > 0.5 * low and not any(
                mark.box.overlap_x(m.box) > 0.3 * min(mark.box.width, m.box.width) for m in row
            ):
                row.append(mark)
                break
        else:
            rows.append([mark])
    return [sorted(row, key=lambda m: m.box.x0) for row in rows]


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
