"""Bars that cells make without a drawing over them: by their texts, their signs and their grounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from extract.layout.bars import limits, union
from extract.layout.signs import carries_on, is_line_text, is_nothing, is_sign_text, is_whole_arrow, plain
from extract.layout.time_axis import Header
from extract.model import WHITE, Bar, Box, Cell, SpanSource

UNKNOWN = Bar(None, None, None, "none", "unknown")
_EDGE = 2.0  # points by which a bar may begin before its first column
Band = tuple[int, int]  # first and last grid row of a row of the chart


def is_shaded(cell: Cell) -> bool:
    return cell.fill is not None and cell.fill != WHITE


class CellBars:
    """The cells under a time axis, and the bars each row of them makes."""

    def __init__(
        self,
        header: Header,
        cells: Sequence[Cell],
        bands: Sequence[Band],
        text: Callable[[Cell], str],
        *,
        heads: Sequence[Cell],
        labels: Sequence[Cell],
        drawn: bool,
    ) -> None:
        self.header, self.cells, self.bands, self.text = header, cells, bands, text
        self.heads, self.labels, self.drawn = heads, labels, drawn
        self.rows = [[c for c in cells if a <= c.row <= b] for a, b in bands]
        full = {c.row for c in cells} - {c.row for c in cells if not is_shaded(c)}
        self.stripes = {c.row: c.fill for c in labels if c.row in full and is_shaded(c)}
        self.merges = any(c.colspan > self._width_of_head(c) and is_shaded(c) for c in cells)
        self.spans = any(map(self._is_one_of_several, cells))
        self.outlined = self.merges and not any(
            a.row == b.row and not (is_shaded(a) or is_shaded(b) or text(a) or text(b))
            for a, b in pairwise(cells)
        )  # what parts the cells is drawn around the bars: white ones are not parted

    def _stands_out(self, cell: Cell) -> bool:
        """Whether a cell is shaded, and not only as its whole row is (a stripe)."""
        return is_shaded(cell) and self.stripes.get(cell.row) != cell.fill

    def _width_of_head(self, cell: Cell) -> int:
        span = self.header.period_of(cell)
        return 1 if span is None else self.header.columns[span[0]][1] - self.header.columns[span[0]][0] + 1

    def of_row(self, cells: Sequence[Cell], drawn: Sequence[Bar], page: int | None) -> tuple[Bar, ...]:
        """Bars of one row: the ``drawn`` ones, else shaded cells, then what the cells say."""
        bars = list(drawn) or self._shading(cells, page)
        said = [
            (span, cell, text)
            for cell in cells
            if (span := self.header.period_of(cell))
            and not is_nothing(text := self.text(cell))
            and (is_sign_text(text) or is_whole_arrow(text) or not is_line_text(text))  # else its rest
            and not any(b.source == "shading" and b.first <= span[0] <= b.last for b in bars)  # type: ignore[operator]
        ]
        every = not bars and len(said) == len(cells) >= 2 and self.under_all(cells)
        bars += self._said(said, every, page)
        last = len(self.header.periods) - 1
        return limits([_open_end(bar, bars, last) for bar in bars], last) or (UNKNOWN,)

    def under_all(self, cells: Sequence[Cell]) -> bool:
        """Do the cells stand under every period? A row of text input ends with its last filled cell."""
        under = (self.header.period_of(c) for c in cells)
        return len({n for span in under if span for n in range(span[0], span[1] + 1)}) == len(
            self.header.periods
        )

    # texts and signs ----------------------------------------------------------------------------

    def _said(
        self, said: Sequence[tuple[tuple[int, int], Cell, str]], every: bool, page: int | None
    ) -> list[Bar]:
        """Bars that the cells' own text makes: texts, signs, and signs that carry on the bar before them."""
        several = every or (self.drawn and (len(said) > 1 or self._several_elsewhere()))
        bars: list[Bar] = []
        sign_before = ""
        for span, cell, text in said:
            packed = "".join(text.split())
            adjacent = bool(bars) and bars[-1].last == span[0] - 1
            own = self.merges and is_shaded(cell)
            if adjacent and (packed == sign_before or (carries_on(packed) and not own)):
                bars[-1] = replace(bars[-1], last=span[1], certainty="exact")
                continue
            sign_before = packed if is_sign_text(packed) or is_line_text(packed) else ""
            exact = several or (self.drawn and (span[1] > span[0] or bool(sign_before)))
            parts = [None] if sign_before else [plain(t) for t in text.split("\n")]
            where = (cell.box, cell.page if cell.page is not None else page, cell.fill)
            bars += _bars_of_cell(span, parts, where, exact=exact)
        return bars

    def _several_elsewhere(self) -> bool:
        """Does another row of the chart show that texts mean their own cells?"""
        if any(c.colspan > 1 and not is_nothing(self.text(c)) for c in self.cells):
            return True
        return any(sum(not is_nothing(self.text(c)) for c in row) > 1 for row in self.rows)

    # grounds ------------------------------------------------------------------------------------

    def _shading(self, cells: Sequence[Cell], page: int | None) -> list[Bar]:
        """Runs of cells whose ground differs from that of their neighbours or of the rows around."""
        if not self.drawn or not any(map(self._stands_out, cells)):
            return []
        if all(map(self._stands_out, cells)):
            if not self._colours_tell(cells):
                return []
        elif self.columns_are_shaded():
            return []
        bars: list[Bar] = []
        for run in self._runs(cells):
            first, last_span = self.header.period_of(run[0]), self.header.period_of(run[-1])
            if first and last_span:
                text = "".join(t for c in run if not is_sign_text(t := self.text(c)))
                where = (
                    union([c.box for c in run if c.box]),
                    run[0].page if run[0].page is not None else page,
                )
                bars.append(
                    Bar(
                        first[0],
                        last_span[1],
                        None,
                        "shading",
                        "exact",
                        plain(text) or None,
                        *where,
                        run[0].fill,
                    )
                )
        return bars

    def _runs(self, cells: Sequence[Cell]) -> list[list[Cell]]:
        """Shaded cells side by side that are one bar: of one ground, with at most one text."""
        runs: list[list[Cell]] = [[]]
        for cell in cells:
            if not self._stands_out(cell):
                runs.append([])
            elif runs[-1] and not self._goes_on(runs[-1], cell):
                runs.append([cell])
            else:
                runs[-1].append(cell)
        return [run for run in runs if run]

    def _goes_on(self, run: Sequence[Cell], cell: Cell) -> bool:
        """Whether a shaded cell goes on with those before it. A sign does, but where the chart shows how
        long a bar is by cells that are merged: there it is a bar of its own, and so is each cell filled by
        itself where one fill covers all cells of a longer bar (``spans``)."""
        text, before = self.text(cell), run[-1]
        alone = not self.spans and not any(map(self._is_one_of_several, (before, cell)))
        if before.fill != cell.fill or (before.ground != cell.ground and (self.outlined or not alone)):
            return False
        return not text or not any(map(self.text, run)) or (carries_on(text) and not self.merges)

    def _is_one_of_several(self, cell: Cell) -> bool:
        """Whether one fill lies over a cell and others beside it, and not over the labels, too."""
        ground, box = cell.ground, cell.box
        own = ground and box and ground.width > box.width + 2 * _EDGE
        return bool(own and ground and ground.x0 >= self.header.periods[0].x0 - _EDGE)

    def _colours_tell(self, cells: Sequence[Cell]) -> bool:
        """Whether the grounds of a row shaded from end to end are bars: a colour for each phase, or one that
        stands out from the rows around; not columns told apart by colour, nor rows in stripes."""
        patterns = {tuple(c.fill for c in row) for row in self.rows}
        phases = len(patterns) > 1 and any(map(_has_phases, patterns))
        if len({c.fill for c in cells}) > 1:
            return phases
        if any(map(self._is_one_of_several, cells)):
            return True
        row, ground = {c.row for c in cells}, cells[0].fill
        if any(c.fill == ground for c in self.labels if c.row in row):
            return False
        if self.merges and all(c.fill != ground for c in self.heads):
            return True
        others = [c for c in self.cells if c.row not in row]
        if not others:  # the only row: its ground is a bar where no head has it and no text stands on it
            return all(c.fill != ground for c in self.heads) and not any(map(self.text, cells))
        partly = any(
            ground in p and not {None, WHITE}.isdisjoint(p) for p in patterns
        )  # stripes go all across
        return phases or partly or 2 * sum(map(is_shaded, others)) <= len(others)

    def columns_are_shaded(self) -> bool:
        """The same periods shaded in every row: a column made to stand out, not bars."""
        patterns = [tuple(map(self._stands_out, row)) for row in self.rows]
        return len(patterns) > 2 and len(set(patterns)) == 1

    def shows_bars(self) -> bool:
        """Whether some row is shaded in part, and not all rows alike."""
        return (
            self.drawn
            and not self.columns_are_shaded()
            and any(any(out) and not all(out) for row in self.rows if (out := [*map(self._stands_out, row)]))
        )


def _has_phases(fills: Sequence[int | None]) -> bool:
    return len(set(fills)) > 1 and None not in fills


def _bars_of_cell(
    span: tuple[int, int], parts: Sequence[str | None], where: tuple[Box | None, int | None, int | None],
    *, exact: bool,
) -> Iterator[Bar]:  # fmt: skip
    """A bar a line of a cell; what stands above others ends with the first year where nothing shows more."""
    first, last = span
    source: SpanSource = "marker" if parts == [None] else "merged_cell" if last > first else "cell_text"
    if not exact and source == "cell_text":
        source = "text"
    for n, part in enumerate(parts):
        most = first if n < len(parts) - 1 and not exact else None
        yield Bar(first, last, most, source, "exact" if exact else "start_only", part, *where)


def _open_end(bar: Bar, bars: Sequence[Bar], last: int) -> Bar:
    """A bar that shows only its start: it ends there if the next one, or nothing, comes right after it."""
    if bar.certainty != "start_only" or bar.first is None:
        return bar
    if bar.last_max is None and (bar.first == last or any(b.first == bar.first + 1 for b in bars)):
        return replace(bar, last=bar.first, certainty="bounded")
    return replace(bar, last=None)
