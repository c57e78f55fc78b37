"""Schedule charts drawn freely: years in a row of texts, bars below, labels at the left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, pairwise

from extract.layout.bars import Mark, assemble, bars_of, side_by_side, standing_out
from extract.layout.canvas import Canvas, over_columns, share_out
from extract.layout.cells import compose, text_rows, tokens_of
from extract.layout.grid import Grid
from extract.layout.open_rows import head_grid
from extract.layout.periods import header_periods
from extract.layout.signs import begins_with_amount
from extract.layout.time_axis import Header, order_of
from extract.model import Block, Box, ChartItem, Line, Period, Timeline, TimelineRow
from extract.structure.content import content_of

_EDGE = 1.0  # points between the edge of a box and that of the chart whose width it has
_REACH = 260.0  # points left of the years a label may begin
_STRIP = 14.0  # points of white between columns of a page
_SEAM = 3.0  # points between the cells of a head at most
_ROWS = 120.0  # points below a head in which its labels are looked for
_NARROW = 20.0  # points: too narrow a column for labels


def open_heads(canvas: Canvas) -> list[tuple[Grid, Header]]:
    """Grids of heads of years in free rows of texts: labels left, a column for each year or part of one."""
    found = []
    rows = _text_rows(canvas)
    heads = _heads(rows)
    for head in heads:
        parts = _parts_below(canvas, head, rows)
        periods = _columns(canvas, parts or head)
        box = _head_row(canvas, head)
        ys = (box.y0, box.y1, _head_row(canvas, parts).y1) if parts else (box.y0, box.y1)
        box = Box(box.x0, ys[0], box.x1, ys[-1])
        beside = [
            s.box.x0
            for s in canvas.ink.fills
            if abs(s.box.x1 - periods[0].x0) < _SEAM and s.box.holds(s.box.cx, box.cy)
        ]
        left = min(beside) if beside else _label_edge(canvas, periods[0].x0, box.y1, box.y1 + _ROWS)
        left = max(left, _margin(heads, head))
        if periods[0].x0 - left > _NARROW:
            columns = tuple((n, n) for n in range(1, len(periods) + 1))
            grid = head_grid(left, ys, periods, len(head))
            found.append((grid, Header(0, len(ys) - 2, periods, columns)))
    return found


def _head_row(canvas: Canvas, row: Sequence[tuple[Period, Box]]) -> Box:
    """The row of a head: the ground of its first text, else the text's own height."""
    text = Box(row[0][1].x0, min(b.y0 for _, b in row), row[-1][1].x1, max(b.y1 for _, b in row))
    ground = [s.box for s in canvas.ink.fills if s.box.holds(row[0][1].cx, text.cy) and s.box.height < 60]
    return min(ground, key=lambda b: b.width * b.height, default=text)


def _margin(heads: Sequence[Sequence[tuple[Period, Box]]], head: Sequence[tuple[Period, Box]]) -> float:
    """The right end of the chart at the left of a head, on the same line; 0 without one."""
    left, top, bottom = head[0][1].x0, min(b.y0 for _, b in head), max(b.y1 for _, b in head)
    beside = [o[-1][1].x1 for o in heads if o[-1][1].x1 < left and top - 5 < o[0][1].cy < bottom + 5]
    return max(beside, default=0.0)


def _text_rows(canvas: Canvas) -> list[list[Line]]:
    tokens = [
        t
        for line in canvas.lines
        if not line.vertical
        for t in tokens_of(line)
        if t.box and t.text.strip() and len(t.text) < 30
    ]
    return text_rows(tokens)


def _heads(rows: Sequence[Sequence[Line]]) -> list[list[tuple[Period, Box]]]:
    return [head for row in rows for head in _year_rows(row)]


def find_charts(canvas: Canvas) -> list[ChartItem]:
    """Charts whose years stand in a free row of texts above bars."""
    if not (canvas.ink.marks or canvas.ink.fills or canvas.page.images):
        return []
    rows = _text_rows(canvas)
    heads = _heads(rows)
    found = []
    for head in heads:
        top, bottom = min(b.y0 for _, b in head), max(b.y1 for _, b in head)
        left, right = head[0][1].x0, head[-1][1].x1
        below = [b.y0 for other in heads for _, b in other if b.y0 > bottom and left - 20 < b.cx < right + 20]
        parts = _parts_below(canvas, head, rows)
        limit = min(below, default=canvas.page.height)
        chart = _chart(canvas, parts or head, limit, _margin(heads, head), top)
        if chart:
            found.append(chart)
    return found


def _year_rows(row: Sequence[Line]) -> list[list[tuple[Period, Box]]]:
    """Runs of rising periods on one line of text: side by side charts have one each."""
    runs: list[list[tuple[Period, Box]]] = [[]]
    for period, token in zip(header_periods([t.text for t in row]), row):
        if period is None or token.box is None:
            continue
        if runs[-1] and order_of(runs[-1][-1][0]) >= order_of(period):
            runs.append([])
        runs[-1].append((period, token.box))
    return [run for run in runs if len(run) >= 2]


def _parts_below(
    canvas: Canvas, head: Sequence[tuple[Period, Box]], rows: Sequence[Sequence[Line]]
) -> list[tuple[Period, Box]]:
    """Halves or quarters in a row right below the years, as many under each."""
    bottom = max(b.y1 for _, b in head)
    years = _columns(canvas, head)
    for row in rows:
        under = [(t, y) for t in row if t.box for y in years if y.x0 <= t.box.cx <= y.x1]
        if not under or not 0 <= min(t.box.y0 for t, _ in under if t.box) - bottom < 2 * head[0][1].height:
            continue
        told = header_periods([t.text for t, _ in under], [y.label for _, y in under])
        parts = [(p, t.box) for p, (t, _) in zip(told, under) if p and p.start_month and t.box]
        if len(parts) == len(under) > len(years) and len(parts) % len(years) == 0:
            return parts
    return []


def _is_axis(canvas: Canvas, pairs: Sequence[tuple[Period, Box]]) -> bool:
    """Do columns of a diagram stand on the years?"""
    top = min(b.y0 for _, b in pairs)
    standing = [
        b
        for _, b in pairs
        if any(
            -3 <= top - s.box.y1 <= 14
            and s.box.x0 - 4 <= b.cx <= s.box.x1 + 4
            and s.box.width < 2 * b.width + 20
            for s in canvas.ink.fills
            if not s.box.holds(b.cx, b.cy)
        )
    ]
    return len(standing) > 1


def _chart(
    canvas: Canvas, pairs: Sequence[tuple[Period, Box]], limit: float, margin: float, head_top: float
) -> ChartItem | None:
    """The chart under a row of periods, down to ``limit``; its labels stand right of ``margin``.

    ``head_top``: where its head begins, perhaps with the years over their halves.
    """
    if _is_axis(canvas, pairs):
        return None
    periods = _columns(canvas, pairs)
    width = min(p.x1 - p.x0 for p in periods)
    x0, x1 = periods[0].x0, periods[-1].x1
    top = max(b.y1 for _, b in pairs)
    area = Box(x0 - 0.25 * width, top, x1 + 0.6 * width, limit)
    shapes = [
        s
        for s in over_columns(canvas.shapes(area), periods)
        if s.box.y0 > top - 2 and s.box.x0 > x0 - 0.3 * width and s.box.x1 < x1 + 0.6 * width
    ]
    images = canvas.images(area, height=40)
    marks = _connected(assemble(standing_out(shapes, canvas.ink.fills), images, width), top)
    marks = _without_next_label(marks, x0, x1)
    if not marks or not any(m.source == "arrow" or m.text or m.box.width > 0.3 * width for m in marks):
        return None
    if _are_values(canvas, marks) or _skips_to_values(canvas, periods, top, max(m.box.y1 for m in marks)):
        return None
    bottom = max(m.box.y1 for m in marks)
    canvas.used.update(id(s) for s in shapes if s.box.cy <= bottom + 2)
    left = max(_label_edge(canvas, x0, top, bottom), margin)

    def place(token: Line) -> str | None:
        box = token.box
        if box is None or not head_top - 1 <= box.cy <= bottom + 0.8 * box.height:
            return None
        if box.cy <= top:
            return "head" if x0 - 0.5 * width <= box.cx <= x1 + 5 or left <= box.x0 < x0 else None
        if x0 - 2 <= box.cx <= x1 + 0.8 * width:
            return "time"
        return "label" if left <= box.x0 and box.x1 <= x0 + 0.3 * width else None

    taken = canvas.take(place, Box(left, head_top - 1, x1 + width, bottom + 12))
    return _made(canvas.page.number, periods, marks, taken, Box(left, head_top, x1, bottom), top)


def _are_values(canvas: Canvas, marks: Sequence[Mark]) -> bool:
    """Whether most of what stands in the bars are numbers: the cells of a table."""
    texts = [
        t.text
        for line in canvas.lines
        for t in tokens_of(line)
        if t.box and any(m.box.holds(t.box.cx, t.box.cy) for m in marks)
    ]
    numbers = sum(content_of(t) in ("number", "ordinal") or begins_with_amount(t) for t in texts)
    return len(texts) > 1 and 2 * numbers > len(texts)


def _skips_to_values(canvas: Canvas, periods: Sequence[Period], top: float, bottom: float) -> bool:
    """Whether the years leave others out and an amount stands under each, level with what is drawn: from what
    it is now to what it is to be, with an arrow between."""
    if periods[-1].fy - periods[0].fy < 2 * len(periods) - 1:
        return False
    tokens = [t for line in canvas.lines if line.box and top < line.box.cy < bottom for t in tokens_of(line)]
    amounts = [t.box.cx for t in tokens if t.box and begins_with_amount(t.text)]
    return all(any(p.x0 <= x <= p.x1 for x in amounts) for p in periods)


def _made(
    page: int,
    periods: tuple[Period, ...],
    marks: Sequence[Mark],
    taken: Sequence[tuple[str, Line]],
    box: Box,
    top: float,
) -> ChartItem:
    """The chart of bars and pieces of text (each with its place: head, label or time)."""
    width = min(p.x1 - p.x0 for p in periods)
    field = Box(periods[0].x0, top, periods[-1].x1, box.y1)
    told: dict[str, list[Line]] = {"head": [], "label": [], "time": []}
    for where, piece in taken:
        told[where].append(piece)
    texts, strays = share_out([(0, piece) for piece in told["time"]], marks, width, [field])
    own = {mark.box: text for mark, text in zip(marks, texts)}
    marks = [replace(m, text=compose(own[m.box], m.box)[0] or None) for m in marks]
    lines = side_by_side(marks)
    labels = _labels(told["label"], lines)
    room = Box(box.x0, top, field.x0, box.y1)
    rows = tuple(
        TimelineRow(
            compose(label, room)[0].replace("\n", "") or None,
            bars_of(line, periods, page),
            (),
            Box(box.x0, min(m.box.y0 for m in line), field.x1, max(m.box.y1 for m in line)),
            page,
        )
        for label, line in zip(labels, lines)
    )
    corner = compose([p for p in told["head"] if p.box and p.box.x1 <= field.x0], None)[0] or None
    of_rows = [[*label, *(p for m in line for p in own[m.box])] for label, line in zip(labels, lines)]
    order = [*told["head"], *chain.from_iterable(of_rows), *(p for _, p in strays)]
    blocks = tuple(_block(p, page) for p in order)
    return ChartItem(Timeline(periods, rows, corner, page, box), blocks)


def _columns(canvas: Canvas, pairs: Sequence[tuple[Period, Box]]) -> tuple[Period, ...]:
    """Extents of the time columns: the filled or ruled cell each year stands in, else half way between."""
    cells = [
        next(
            (
                s.box
                for s in sorted(canvas.ink.fills, key=lambda s: s.box.width * s.box.height)
                if s.box.holds(b.cx, b.cy) and sum(s.box.holds(o.cx, o.cy) for _, o in pairs) == 1
            ),
            None,
        )
        for _, b in pairs
    ]
    if all(cells):
        edges = [(c.x0, c.x1) for c in cells if c]
    else:
        centres = [b.cx for _, b in pairs]
        middles = [(a + b) / 2 for a, b in pairwise(centres)]
        middles = [_rule_near(canvas, m, (b - a) / 3) for m, (a, b) in zip(middles, pairwise(centres))]
        first = centres[0] - (middles[0] - centres[0])
        last = centres[-1] + (centres[-1] - middles[-1])
        first = _rule_near(canvas, first, (middles[0] - centres[0]) / 3)
        last = _rule_near(canvas, last, (centres[-1] - middles[-1]) / 3)
        edges = list(pairwise([first, *middles, last]))
    return tuple(replace(p, x0=a, x1=b) for (p, _), (a, b) in zip(pairs, edges))


def _rule_near(canvas: Canvas, x: float, reach: float) -> float:
    near = [v.at for v in canvas.ink.vertical if abs(v.at - x) <= reach and v.hi - v.lo > 15]
    return min(near, key=lambda at: abs(at - x), default=x)


def _connected(marks: Sequence[Mark], top: float) -> list[Mark]:
    """Bars from the header down to the first wide gap; what covers several others is no bar."""
    found: list[Mark] = []
    bottom = top
    for mark in sorted(marks, key=lambda m: m.box.y0):
        if mark.box.y0 - bottom > 60 or mark.box.height > 60:
            break
        found.append(mark)
        bottom = max(bottom, mark.box.y1)
    return found


def _without_next_label(marks: Sequence[Mark], x0: float, x1: float) -> list[Mark]:
    """The bars above a box as wide as the chart, in a look no bar has: the name of what comes below."""
    for k, mark in enumerate(marks):
        wide = abs(mark.box.x0 - x0) <= _EDGE and abs(mark.box.x1 - x1) <= _EDGE
        others = [m for i, m in enumerate(marks) if i != k]
        if k and wide and mark.source == "bar" and mark.color not in {m.color for m in others}:
            return [m for m in marks if m.box.y0 < mark.box.y0]
    return list(marks)


def _label_edge(canvas: Canvas, x0: float, top: float, bottom: float) -> float:
    """Left end of the texts that stand before the first column: up to the first white strip wide enough to
    part columns of the page."""
    boxes = [
        line.box
        for line in canvas.lines
        if line.box and top <= line.box.cy <= bottom and line.box.x1 <= x0 + 5 and line.box.x1 > x0 - _REACH
    ]
    edge = x0
    for box in sorted(boxes, key=lambda b: -b.x1):
        if edge < x0 and edge - box.x1 > _STRIP:
            break
        edge = min(edge, box.x0)
    return edge - 1


def _labels(pieces: Sequence[Line], lines: Sequence[Sequence[Mark]]) -> list[list[Line]]:
    """Texts at the left for each row of bars: each text goes to the row nearest to it."""
    labels: list[list[Line]] = [[] for _ in lines]
    for piece in pieces:
        box = piece.box
        if box is None:
            continue
        cy = box.cy
        k = min(range(len(lines)), key=lambda k: abs(lines[k][0].box.cy - cy))
        labels[k].append(piece)
    return labels


def _block(piece: Line, page: int) -> Block:
    text = piece.text.strip()
    box = piece.box
    return Block(
        "figure_text",
        text,
        page,
        box,
        size=piece.size,
        bold=bool(piece.runs) and piece.runs[0].bold,
        color=piece.runs[0].color if piece.runs else 0,
        indent=box.x0 if box else 0.0,
    )
