"""Schedules: rows of tasks under columns of years, in the ways plans draw them."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

from corpora.builder.draw import (
    Canvas,
    Cell,
    bar,
    block_arrow,
    chevron,
    connector,
    pentagon,
)
from corpora.random.look import mixed
from corpora.random.paper import fitting
from corpora.random.scene import Scene
from corpora.random.story import Measure, Task
from extract.model import Box

Drawer = Callable[[Canvas, Box, int, int | None], None]
QUARTERS = ("4～6月", "7～9月", "10～12月", "1～3月")


def draw_chart(scene: Scene, m: Measure | None, tasks: Sequence[Task], years: range) -> None:
    """The chart of a measure (or of the plan), and its rows of truth."""
    kind = scene.look.chart
    if kind == "marks":
        _marks(scene, m, tasks, years)
    elif kind == "words":
        _words(scene, m, tasks, years)
    elif kind == "free":
        _free(scene, m, tasks, years)
    elif kind == "bare" and m:
        _bare(scene, m, tasks, years)
    elif kind == "phases" and m:
        _phases(scene, m, tasks, years)
    elif kind == "pair" and m and len(years) <= 5 and scene.paper.width > 420:
        _pair(scene, m, tasks, years)
    else:
        _bars(scene, m, tasks, years, kind)


def _head(scene: Scene, years: range, parts: int = 1, first_only: bool = False) -> list[list[Cell]]:
    """The head rows: a cell a year, below it its halves or quarters."""
    dark = scene.dice.chance("chart head dark", 0.5)
    style = scene.style(8.5, bold=dark, align="center", leading=1.2, color=0xFFFFFF if dark else 0)
    fill = scene.look.color if dark else scene.look.pale
    if parts == 1:
        return [[Cell(t, fill=fill, style=style) for t in (scene.word("task"), *map(scene.year, years))]]
    split = [fy for fy in years if not first_only or fy == years[0]]
    names = (
        QUARTERS
        if parts == 4
        else scene.dice.one("halves", [("上期", "下期"), ("前期", "後期"), ("上", "下")])
    )
    small = replace(style, size=7.0)
    rows = [[Cell(scene.word("task"), rowspan=2, fill=fill, style=style)], []]
    for fy in years:
        inside = fy in split
        rows[0].append(
            Cell(
                scene.year(fy),
                colspan=parts if inside else 1,
                rowspan=1 if inside else 2,
                fill=fill,
                style=style,
            )
        )
        rows[1] += [Cell(scene.numerals(n), fill=fill, style=small) for n in names] if inside else []
    return rows


def _bars(scene: Scene, m: Measure | None, tasks: Sequence[Task], years: range, kind: str) -> None:
    parts = {"quarters": 4, "halves": 2}.get(kind, 1) if m else 1
    first_only = kind == "quarters"
    columns = [parts if not first_only or fy == years[0] else 1 for fy in years]
    rows = _head(scene, years, parts, first_only)
    heads = len(rows)
    body = scene.style(9, leading=1.25)
    rows += [[Cell(t.name, style=body), *(Cell() for _ in range(sum(columns)))] for t in tasks]
    year = 0.74 * scene.paper.width / (len(columns) + 0.8 * first_only)
    widths = [0.26 * scene.paper.width]
    for count in columns:
        widths += [year / (count / 1.8 if count == 4 else count)] * count
    named = scene.dice.chance("bar text", 0.65)
    drawer = _drawer(scene, kind)
    inset, height = (0.0, 0.5) if kind == "cells" else (2.0, 3.0)
    for grid, first, last, canvas in scene.paper.table(widths, rows, heads, style=body, min_height=21):
        for r in range(first, last):
            task = tasks[r - heads]
            top, bottom = grid.ys[heads + r - first], grid.ys[heads + r - first + 1]
            for b, (start, end, text) in enumerate(task.bars):
                shift = scene.dice.stream("shift", m.id if m else "", task.name, b)
                a, z = _columns_of(start - years[0], end - years[0], columns, shift)
                box = Box(grid.xs[a] + inset, top + height, grid.xs[z] - inset, bottom - height)
                _bar(scene, canvas, drawer, box, text if named else "", b, kind)
                scene.add_bar(m, task.name, text if named else None, start, end)


def _columns_of(start: int, end: int, columns: Sequence[int], shift: random.Random) -> tuple[int, int]:
    """From which column to which a bar goes; years are counted from 0, each has so many ``columns``.

    In a year of several columns it need not begin with the first one.
    """
    a, z = 1 + sum(columns[:start]), 1 + sum(columns[: end + 1])
    if columns[start] == 1:
        return a, z
    if start < end:
        if shift.random() < 0.5:
            a += shift.randint(1, columns[start] - 1)
        return a, z
    a += shift.randint(0, columns[start] - 1)
    return a, max(z - 1, a + 1) if shift.random() < 0.5 else z


def _drawer(scene: Scene, kind: str) -> Drawer:
    if kind == "arrows":
        return scene.dice.one("arrow", [block_arrow, pentagon])
    if kind == "chevrons":
        return scene.dice.one("chevron", [chevron, pentagon])
    if kind == "lines":
        return connector
    return bar


def _bar(scene: Scene, canvas: Canvas, drawer: Drawer, box: Box, text: str, index: int, kind: str) -> None:
    colors = (scene.look.middle, mixed(0xED7D31, 0.8), mixed(0x70AD47, 0.8))
    color = colors[index % 3] if scene.dice.chance("bar colors", 0.4) else scene.look.middle
    style = scene.style(8, align="center", leading=1.1)
    if kind == "lines":
        canvas.label(Box(box.x0, box.y0 - 1, box.x1, box.cy), text, style, 0)
        connector(canvas, Box(box.x0, box.cy, box.x1, box.y1), 0x404040)
        return
    fill = mixed(color, 0.45) if kind == "cells" else color
    outlined = kind == "cells" or scene.dice.chance("bar outline", 0.4)  # or two that touch would be one
    drawer(canvas, box, fill, 0x7F7F7F if outlined else None)
    dark = sum((fill >> s) & 0xFF for s in (0, 8, 16)) < 380
    canvas.label(box, text, replace(style, color=0xFFFFFF if dark else 0), 1)


def _joined(task: Task) -> list[tuple[int, int]]:
    """Its bars where those that touch are one."""
    out: list[tuple[int, int]] = []
    for start, end, _ in task.bars:
        if out and out[-1][1] + 1 == start:
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return out


def _marks(scene: Scene, m: Measure | None, tasks: Sequence[Task], years: range) -> None:
    """○ and → in the cells, or the same mark in each."""
    first, later = scene.dice.one("marks", [("○", "→"), ("●", "●"), ("○", "○"), ("→", "→"), ("●", "→")])
    rows = _head(scene, years)
    center = scene.style(10, align="center", leading=1.3)
    for task in tasks:
        cells = {
            fy: first if fy == start else later
            for start, end in _joined(task)
            for fy in range(start, end + 1)
        }
        rows.append([Cell(task.name), *(Cell(cells.get(fy, ""), style=center) for fy in years)])
    _table(scene, rows, years)
    for task in tasks:
        for start, end in _joined(task):
            scene.add_bar(m, task.name, None, start, end)


def _words(scene: Scene, m: Measure | None, tasks: Sequence[Task], years: range) -> None:
    """A word where something starts, then arrows; or a word in the cell of every year."""
    each = scene.dice.chance("words each", 0.4)
    carry = scene.dice.one("carry", ["→", "⇒"])
    rows = _head(scene, years)
    center = scene.style(8.5, align="center", leading=1.2)
    for task in tasks:
        cells: dict[int, str] = {}
        for start, end, text in task.bars:
            for fy in range(start, end + 1):
                cells[fy] = text if each or fy == start else carry
        rows.append([Cell(task.name), *(Cell(cells.get(fy, ""), style=center) for fy in years)])
    _table(scene, rows, years)
    for task in tasks:
        for start, end, text in task.bars:
            spans = [(fy, fy) for fy in range(start, end + 1)] if each else [(start, end)]
            for a, b in spans:
                scene.add_bar(m, task.name, text, a, b)


def _table(scene: Scene, rows: list[list[Cell]], years: range) -> None:
    widths = [0.3, *[0.7 / len(years)] * len(years)]
    scene.paper.table(widths, rows, style=scene.style(9, leading=1.25), min_height=19)


def _free(scene: Scene, m: Measure | None, tasks: Sequence[Task], years: range) -> None:
    """Bars under year names, without a grid."""
    paper = scene.paper
    box = paper.box(24 + 22 * len(tasks))
    canvas, left = paper.canvas, box.x0 + box.width * 0.27
    step = (box.x1 - left) / len(years)
    head = scene.style(8.5, bold=True, align="center", leading=1.1, color=0xFFFFFF)
    for i, fy in enumerate(years):
        cell = Box(left + i * step + 1, box.y0, left + (i + 1) * step - 1, box.y0 + 22)
        canvas.boxed(cell, scene.year(fy), head, scene.look.color)
        if i:
            canvas.line(left + i * step, box.y0 + 22, left + i * step, box.y1, 0.4, 0xBFBFBF, dash=2)
    for r, task in enumerate(tasks):
        top = box.y0 + 24 + 22 * r
        canvas.label(Box(box.x0, top, left - 4, top + 20), task.name, scene.style(9, leading=1.15), 1)
        for b, (start, end, text) in enumerate(task.bars):
            place = Box(
                left + (start - years[0]) * step + 2,
                top + 2,
                left + (end + 1 - years[0]) * step - 2,
                top + 19,
            )
            _bar(scene, canvas, pentagon, place, text, b, "arrows")
            scene.add_bar(m, task.name, text, start, end)


def _bare(scene: Scene, m: Measure, tasks: Sequence[Task], years: range) -> None:
    """No column of tasks: a row holds bars that say themselves what they are."""
    [head] = _head(scene, years)
    rows = [head[1:], *([Cell() for _ in years] for _ in tasks)]
    style = scene.style(8.5, align="center", leading=1.15)
    drawer = scene.dice.one("bare bar", [pentagon, chevron, bar])
    for grid, first, last, canvas in scene.paper.table([1.0] * len(years), rows, style=style, min_height=22):
        for r in range(first, last):
            task = tasks[r - 1]
            for b, (start, end, word) in enumerate(task.bars):
                text = task.name if len(task.bars) == 1 else f"{task.name}（{word}）"
                a, z = start - years[0], end - years[0] + 1
                top, bottom = grid.ys[1 + r - first], grid.ys[2 + r - first]
                box = Box(grid.xs[a] + 2, top + 2.5, grid.xs[z] - 2, bottom - 2.5)
                drawer(canvas, box, mixed(scene.look.color, 0.35 if b % 2 else 0.2), 0x7F7F7F)
                look = replace(style, size=fitting(text, style, box.width - 16))
                canvas.label(box, text, look, 1)
                scene.add_bar(m, text, None, start, end)


def _phases(scene: Scene, m: Measure, tasks: Sequence[Task], years: range) -> None:
    """Coloured cells without words; a legend says what the colours mean."""
    paper = scene.paper
    words = list(dict.fromkeys(text for t in tasks for _, _, text in t.bars))
    shades = (0x9DC3E6, 0xF4B183, 0xA9D18E, 0xFFD966, 0xC9A7DB, 0xBFBFBF)
    colors = {word: shades[i % len(shades)] for i, word in enumerate(words)}
    paper.need(40 + 22 * len(tasks))
    legend, x = paper.box(16), paper.left
    for word, color in colors.items():
        paper.canvas.rect(Box(x, legend.y0 + 3, x + 10, legend.y0 + 13), color, 0x7F7F7F)
        x = paper.canvas.text(x + 13, legend.y0 + 11.5, word, scene.style(8.5)) + 14
    rows = [*_head(scene, years), *([Cell(t.name), *(Cell() for _ in years)] for t in tasks)]
    widths = [0.3, *[0.7 / len(years)] * len(years)]
    for grid, first, last, canvas in paper.table(
        widths, rows, style=scene.style(9, leading=1.25), min_height=19
    ):
        for r in range(first, last):
            for start, end, word in tasks[r - 1].bars:
                box = grid.box(1 + r - first, 1 + start - years[0], 1, end - start + 1)
                canvas.rect(box, colors[word], 0x7F7F7F)
                scene.add_bar(m, tasks[r - 1].name, None, start, end)


def _pair(scene: Scene, m: Measure, tasks: Sequence[Task], years: range) -> None:
    """Two sets of heads in one grid: two tasks share a row."""
    [head] = _head(scene, years)
    half = -(-len(tasks) // 2)
    sides = (tasks[:half], tasks[half:])
    rows = [[*head, *head]]
    for r in range(half):
        names = [side[r].name if r < len(side) else "" for side in sides]
        rows.append([cell for name in names for cell in (Cell(name), *(Cell() for _ in years))])
    widths = [0.2, *[0.3 / len(years)] * len(years)] * 2
    drawer = scene.dice.one("pair bar", [bar, pentagon])
    for grid, first, last, canvas in scene.paper.table(
        widths, rows, style=scene.style(8.5, leading=1.2), min_height=20
    ):
        for column, side in enumerate(sides):
            for r in range(first, min(last, len(side) + 1)):
                left = 1 + column * (len(years) + 1)
                for start, end in _joined(side[r - 1]):
                    box = grid.box(1 + r - first, left + start - years[0], 1, end - start + 1)
                    inner = Box(box.x0 + 1.5, box.y0 + 4, box.x1 - 1.5, box.y1 - 4)
                    drawer(canvas, inner, scene.look.middle, None)
    for task in tasks:
        for start, end in _joined(task):
            scene.add_bar(m, task.name, None, start, end)
