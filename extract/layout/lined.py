"""Tables with rules or stripes between their rows only: the columns stand apart by white space or seams."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from extract.layout.canvas import Canvas, grown, lies_in
from extract.layout.cells import tokens_of
from extract.layout.grid import Grid, Place
from extract.layout.inner_rows import inner_rules, with_inner_rows
from extract.layout.strokes import TOL, Segment, levels
from extract.layout.table_bars import LABEL_GAP
from extract.layout.unruled import white_gaps
from extract.model import Box, Line, Shape


def with_lined(canvas: Canvas, tiled: Sequence[Grid], ruled: Sequence[Box]) -> list[Grid]:
    """Tables of filled cells and tables of lined rows; of two in one place the one that holds the other,
    with as many columns and more rows (a striped table of which two rows happen to touch)."""
    lined = _lined_grids(canvas, ruled)
    tiled = [_with_white_rows_below(canvas, _with_white_cells(canvas, grid)) for grid in tiled]

    def holds(outer: Grid, inner: Grid) -> bool:
        return (
            lies_in(inner.box, grown(outer.box))
            and len(outer.xs) >= len(inner.xs)
            and len(outer.ys) > len(inner.ys)
        )

    kept = [t for t in tiled if not any(holds(g, t) for g in lined)]
    meets = [any(min(g.box.overlap_x(t.box), g.box.overlap_y(t.box)) > TOL for t in kept) for g in lined]
    return [*kept, *(g for g, met in zip(lined, meets, strict=True) if not met)]


def _with_white_cells(canvas: Canvas, grid: Grid) -> Grid:
    """A table whose head and first column have grounds, with the white cells between them that hold its
    texts. Where one runs on over the columns of the head these are of something else."""
    owners = grid.owners()
    n_rows, n_cols = len(grid.ys) - 1, len(grid.xs) - 1
    if not all((r, 0) in owners for r in range(n_rows)) or not all((0, c) in owners for c in range(n_cols)):
        return grid
    white = [Place(r, c, 1, 1) for r in range(n_rows) for c in range(n_cols) if (r, c) not in owners]
    held = [_texts_in(canvas, grown(grid.box_of(place))) for place in white]
    inside = _texts_in(canvas, Box(grid.xs[1], grid.ys[1], grid.xs[-1], grid.ys[-1]))
    over = any(b.x0 + TOL < x < b.x1 - TOL for b in inside for x in grid.xs[2:-1])
    if over or 2 * sum(map(bool, held)) < len(white):
        return grid
    places = sorted((*grid.places, *white), key=lambda p: (p.row, p.col))
    return Grid(grid.xs, grid.ys, tuple(places))


def _with_white_rows_below(canvas: Canvas, grid: Grid) -> Grid:
    """A head of filled cells with the rows right below it that have a text in every column."""
    row = len(grid.ys) - 1
    columns = [p for p in grid.places if p.row + p.rowspan == row]
    xs = [grid.xs[0], *(grid.xs[p.col + p.colspan] for p in sorted(columns, key=lambda p: p.col))]
    ys = list(grid.ys)
    while foot := _row_below(canvas, ys, xs):
        ys.append(foot)
    below = range(row, len(ys) - 1)
    places = (*grid.places, *(replace(p, row=r, rowspan=1) for r in below for p in columns))
    return Grid(grid.xs, tuple(ys), places)


def _lined_grids(canvas: Canvas, taken: Sequence[Box]) -> list[Grid]:
    """Tables with rules between or under their rows only: the columns stand apart by white space."""
    groups: dict[tuple[int, int], list[Segment]] = defaultdict(list)
    seamed = [(b, xs) for b, xs in _bands(canvas.ink.fills) if b.width > 150 and 10 < b.height < 60]
    bands = [b for b, _ in seamed]
    edges = [Segment(y, b.x0, b.x1) for b in bands for y in (b.y0, b.y1)]  # rows told by their ground
    for rule in (*canvas.ink.horizontal, *edges):
        if not any(b.holds((rule.lo + rule.hi) / 2, rule.at, TOL) for b in taken):
            groups[round(rule.lo / 4), round(rule.hi / 4)].append(rule)
    grids: list[Grid] = []
    for rules in groups.values():
        x0, x1 = rules[0].lo, rules[0].hi
        parting = inner_rules([r for other in groups.values() for r in other], x0, x1)
        heights = [level[0].at for level in levels(sorted(rules))]
        between = [r.at for r in parting]
        for run in _rule_runs(sorted({*heights, *between}), _highest(heights)):
            own = [y for y in run if y in heights]
            for ys in _apart(canvas, x0, x1, own) if len(own) > 1 else ():
                area = Box(x0, ys[0], x1, ys[-1])
                inner = [r for r in parting if ys[0] + TOL < r.at < ys[-1] - TOL]
                grid = with_inner_rows(area, ys, inner, _texts_in(canvas, area)) if inner else None
                striped = [(b, xs) for b, xs in seamed if abs(b.x0 - x0) < TOL and lies_in(b, grown(area))]
                grid = grid or _lined_grid(canvas, area, ys, _seams(striped), striped=bool(striped))
                if grid is not None:
                    grids.append(grid)
    return [
        g
        for g in grids
        if not any(g is not o and lies_in(g.box, grown(o.box)) and len(o.xs) > len(g.xs) for o in grids)
    ]


def _bands(fills: Sequence[Shape]) -> list[tuple[Box, tuple[float, ...]]]:
    """The grounds of rows: fills of one colour and height that lie side by side, as one with its seams."""
    bands: list[tuple[Box, tuple[float, ...], int | None]] = []
    for shape in sorted(fills, key=lambda s: (round(s.box.y0), round(s.box.y1), s.box.x0)):
        box, last = shape.box, bands[-1] if bands else None
        level = last and abs(last[0].y0 - box.y0) < 1 and abs(last[0].y1 - box.y1) < 1
        if last and level and last[2] == shape.fill and abs(box.x0 - last[0].x1) < TOL:
            bands[-1] = last[0].union(box), (*last[1], box.x0), shape.fill
        else:
            bands.append((box, (), shape.fill))
    return [(box, seams) for box, seams, _ in bands]


def _seams(bands: Sequence[tuple[Box, tuple[float, ...]]]) -> tuple[float, ...]:
    """Where the cells meet that make up most of the bands of a table: its columns."""
    own = [xs for _, xs in bands]
    seams = max(own, key=own.count, default=())
    alike = [xs for xs in own if len(xs) == len(seams) and all(abs(x - y) < TOL for x, y in zip(xs, seams))]
    return seams if 2 * len(alike) > len(own) else ()


def _highest(ys: Sequence[float]) -> float:
    """How high a row may be between rules from side to side that stand at ``ys``."""
    return min(150.0, 5 * min((b - a for a, b in pairwise(ys)), default=0.0))


def _rule_runs(ys: Sequence[float], highest: float) -> list[list[float]]:
    """Heights of rules, parted where one table ends and another of the same width begins."""
    runs = [list(ys[:1])]
    for a, b in pairwise(ys):
        if b - a > highest:
            runs.append([])
        runs[-1].append(b)
    return [run for run in runs if len(run) >= 3]


def _apart(canvas: Canvas, x0: float, x1: float, ys: Sequence[float]) -> list[list[float]]:
    """The rules of a run, parted where it holds several tables of one width."""
    runs = [[ys[0]]]
    for a, b in pairwise(ys):
        if _begins_outside(canvas, x0, a, b):
            runs.append([])
        runs[-1].append(b)
    runs = [_without_label_below(canvas, x0, x1, run) for run in runs]
    return [part for run in runs if len(run) > 1 for part in _apart_by_columns(canvas, x0, x1, run)]


def _without_label_below(canvas: Canvas, x0: float, x1: float, ys: list[float]) -> list[float]:
    """The rules of a run without the last, where all between it and the one before is a label in another look
    than the names above it, with a rule below it as wide as the table."""
    if len(ys) <= _LABELLED or len(_texts_in(canvas, Box(x0, ys[-2], x1, ys[-1]))) != 1:
        return ys
    firsts = [_first_line(canvas, Box(x0, a, x1, b)) for a, b in pairwise(ys)]
    looks = [(line.runs[0].bold, line.runs[0].color) for line in firsts if line is not None]
    return ys[:-1] if looks[-1] not in looks[:-1] else ys


def _first_line(canvas: Canvas, area: Box) -> Line | None:
    lines = (line for line in canvas.lines if line.box and line.runs and lies_in(line.box, area))
    return min(lines, key=lambda line: line.box.x0 if line.box else 0.0, default=None)


def _begins_outside(canvas: Canvas, x0: float, top: float, bottom: float) -> bool:
    """Whether a text between two rules begins left of them and goes on over them: a heading, no row."""
    lines = (line.box for line in canvas.lines if line.box)
    return any(top < b.cy < bottom and x0 - _OUTSIDE < b.x0 < x0 - TOL and x0 < b.cx for b in lines)


def _apart_by_columns(canvas: Canvas, x0: float, x1: float, ys: Sequence[float]) -> list[list[float]]:
    """The rules of a run, parted at rows with one text (a title, a sentence) or a larger one, or with a title
    over the head of what follows, between others whose columns are not the same: two tables of one width."""
    rows = [_texts_in(canvas, Box(x0, a, x1, b)) for a, b in pairwise(ys)]
    heights = sorted(b.height for row in rows for b in row)
    large = _LARGER * heights[len(heights) // 2] if heights else 0.0
    plain = [k for k, row in enumerate(rows) if len(row) > 1 and max(b.height for b in row) <= large]
    first, last = (plain[0], plain[-1] + 1) if plain else (0, len(rows))
    if any(b.height > large for row in rows[last:] for b in row):
        rows, ys = rows[:last], ys[: last + 1]  # headings on bands as wide as the table above
    if any(b.height > large for row in rows[:first] for b in row):
        rows, ys = rows[first:], ys[first:]
    inner = range(1, len(rows) - 1)
    lone = [
        k
        for k, row in enumerate(rows)
        if len(row) == 1
        or (not row and k in inner)
        or any(b.height > large for b in row)
        or (k in inner and (_has_title(row) or _has_title(row, -1)))
    ]
    parts = [(a + 1, b) for a, b in pairwise([-1, *lone, len(rows)]) if b - a > 1]
    runs: list[list[float]] = []
    before: list[Box] = []
    for first, last in parts:
        texts = [b for row in rows[first:last] for b in row]
        columns = {len(white_gaps(held, x0, x1)) for held in (before, texts, before + texts)}
        named = first > 0 and len(rows[first - 1]) == 1 and rows[first - 1][0].height <= large
        if runs and named and len(columns) == 1:  # parted by what names a group of rows
            runs[-1] = list(ys[ys.index(runs[-1][0]) : last + 1])
        else:
            runs.append(list(ys[first : last + 1]))
        before = texts
    if len(runs) == 1 and parts[0][0] > _ALONE:  # below rows of another table, as those of a chart
        return runs
    return runs if len(runs) > 1 else [list(ys)]


def _has_title(row: Sequence[Box], way: int = 1) -> bool:
    """Whether the first text between two rules stands alone, well above all others; the last one, well below
    them, where ``way`` is -1."""
    if len(row) < 3:
        return False
    first, *others = sorted(row, key=lambda b: way * b.cy)
    gap = min(b.y0 for b in others) - first.y1 if way > 0 else first.y0 - max(b.y1 for b in others)
    return gap > LABEL_GAP * first.height


def _texts_in(canvas: Canvas, area: Box) -> list[Box]:
    return [
        t.box
        for line in canvas.lines
        if line.box and lies_in(line.box, area)
        for t in tokens_of(line)
        if t.box and t.text.strip()
    ]


_LABELLED = 3  # rows from which a label in another look below them is no row
_ALONE = 1  # row with one text (a title, a group's name) may open a table
_OUTSIDE = 20.0  # points left of a table a heading above it begins at most
_LARGER = 1.25  # times the usual height of the texts: a heading
_CROSS = 0.2  # share of the texts that may lie over a seam of grounds: those of bars
_TALLER = 1.6  # times the row above it a last row may be high
_NUMBERED = 1.3  # times its height from the number of a title to the title
_ABOVE = 2  # rows that may stand above the first rule or stripe


def _lined_grid(
    canvas: Canvas, area: Box, ys: Sequence[float], seams: Sequence[float], *, striped: bool
) -> Grid | None:
    """The table of rows between ``ys``, its columns told by the seams of their grounds or by white space.

    ``striped``: some of its rows are told by their grounds, so others may be white.
    """
    step = ys[1] - ys[0]
    ys = [*(ys[0] - step * k for k in range(_ABOVE, 0, -1)), *ys]
    across, boxes = _parted(_texts_in(canvas, Box(area.x0, ys[0], area.x1, area.y1)), ys)

    def edges(held: Sequence[Box]) -> Sequence[float]:
        over = sum(any(b.x0 + b.height / 2 < x < b.x1 - b.height / 2 for x in seams) for b in held)
        few = over <= _CROSS * len(held)
        return (area.x0, *seams, area.x1) if seams and few else white_gaps(held, area.x0, area.x1)

    columns = len(edges([b for b in boxes if b.cy > area.y0])) - 1
    tops = [top for top in range(_ABOVE + 1) if not _begins_outside(canvas, area.x0, ys[top], area.y0)]
    for top in tops:
        held = [b for b in boxes if b.cy > ys[top]]
        xs = edges(held)
        filled = {(interval(ys, b.cy), interval(xs, b.cx)) for b in held}
        named = [b for b in across if b.cy > ys[top]]
        n_rows, n_cols = len(ys) - 1 - top - len(named), len(xs) - 1
        above = range(top, max(top + 1, _ABOVE))  # the first rule: rows, or only a caption?
        heads = min(sum(row == r for row, _ in filled) for r in above)
        least = n_cols if striped else 2
        many = heads >= least and n_cols == columns if top < _ABOVE else heads > 0
        if n_rows > 1 and n_cols > 1 and many and len(filled) >= 0.6 * n_rows * n_cols:
            rows = _with_white_rows(canvas, ys[top:], held, xs) if striped else list(ys[top:])
            whole = {interval(rows, b.cy) for b in named if any(b.x0 < x - TOL < b.x1 for x in xs[1:-1])}
            places = [
                Place(r, c, 1, n_cols if r in whole else 1)
                for r in range(len(rows) - 1)
                for c in range(1 if r in whole else n_cols)
            ]
            return Grid(tuple(xs), tuple(rows), tuple(places))
    return None


def _parted(texts: Sequence[Box], ys: Sequence[float]) -> tuple[list[Box], list[Box]]:
    """The texts that stand alone in their rows, from the first column on (they name a group of rows and tell
    no columns), and all others; a row with all others in pieces has two or more."""
    rows: dict[int | None, list[Box]] = defaultdict(list)
    for box in sorted(texts, key=lambda b: b.x0):
        row = rows[interval(ys, box.cy)]
        near = row and box.x0 - row[-1].x1 < _NUMBERED * box.height
        row[-1:] = [row[-1].union(box)] if near else [*row[-1:], box]
    left = min((row[0].x0 for row in rows.values() if len(row) > 1), default=0.0)
    lone = [row[0] for row in rows.values() if len(row) == 1 and abs(row[0].x0 - left) < row[0].height]
    if len(rows) - len(lone) < 3:
        return [], list(texts)
    return lone, [b for b in texts if not any(b.overlap_x(o) > 0 and o.holds(b.cx, b.cy) for o in lone)]


def _with_white_rows(
    canvas: Canvas, ys: Sequence[float], texts: Sequence[Box], xs: Sequence[float]
) -> list[float]:
    """The heights between rows with those that no stripe tells: white rows that follow each other between two
    stripes, and those below the last one. Each has its name in the first column, well apart."""
    names = sorted((b for b in texts if b.x0 < xs[1] and b.cx < xs[1]), key=lambda b: b.cy)
    rows = list(ys)
    for above, below in pairwise(names):
        apart = below.y0 - above.y1 > LABEL_GAP * below.height
        if apart and interval(ys, above.cy) == interval(ys, below.cy) is not None:
            rows.append((above.y1 + below.y0) / 2)
    rows.sort()
    while foot := _row_below(canvas, rows, xs):
        rows.append(foot)
    return rows


def _row_below(canvas: Canvas, ys: Sequence[float], xs: Sequence[float]) -> float | None:
    """The foot of a row right below the last one, with a text in every column."""
    height = ys[-1] - ys[-2]
    texts = _texts_in(canvas, Box(xs[0], ys[-1], xs[-1], ys[-1] + _TALLER * height))
    top = min((b.y1 for b in texts), default=0.0)
    row = [b for b in texts if b.y0 < top + 0.5 * b.height]
    if {interval(xs, b.cx) for b in row} != set(range(len(xs) - 1)):
        return None
    return max(b.y1 for b in row) + max(min(b.y0 for b in row) - ys[-1], 1.0)


def interval(edges: Sequence[float], value: float) -> int | None:
    for i, (a, b) in enumerate(pairwise(edges)):
        if a - 0.5 <= value < b:
            return i
    return None
