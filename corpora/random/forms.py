"""Measures: their title, their boxes, their indicators and schedule, in the forms plans have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corpora.builder.draw import Cell, Style, measure_table
from corpora.random import open_forms, ruled_forms
from corpora.random.charts import draw_chart
from corpora.random.indicators import Column, add_indicator, columns, draw_indicators
from corpora.random.noise import costs
from corpora.random.scene import Scene
from corpora.random.slots import add_measure, roles_of, slots_of
from corpora.random.story import Indicator, Measure
from corpora.random.titles import draw_title, numbered


def draw_measure(scene: Scene, m: Measure) -> None:
    """A measure with all that belongs to it."""
    slots = slots_of(scene, m)
    if scene.look.title != "row":
        draw_title(scene, m)
    else:
        scene.paper.space(8)
    first_page = scene.paper.page
    draw = (ruled_forms.FORMS | open_forms.FORMS)[scene.look.form]
    draw(scene, m, slots)
    add_measure(scene, m, slots)
    if scene.look.title != "row":
        scene.gold.measures[-1]["page"] = first_page
    parts = ["kpi", "chart"] if scene.dice.chance("indicators first", 0.6) else ["chart", "kpi"]
    for part in parts:
        if part == "chart" and scene.look.chart != "none" and m.tasks:
            _part_head(scene, scene.word("schedule"), 60 + 22 * len(m.tasks))
            draw_chart(scene, m, m.tasks, scene.story.years)
        if part == "kpi" and scene.look.kpi not in ("none", "in_form", "list_end") and m.indicators:
            _part_head(scene, scene.word("kpis"), 60 + 20 * len(m.indicators))
            draw_indicators(scene, m, m.indicators, scene.look.kpi)
    if scene.look.page != "columns" and scene.dice.chance("costs of measures", 0.12):
        costs(scene, m.id)
    scene.paper.space(10)


def _part_head(scene: Scene, text: str, keep: float) -> None:
    """The line over a chart or the indicators of a measure."""
    paper = scene.paper
    paper.space(6)
    paper.need(keep + 20)
    form = scene.dice.one("part head", ["■", "【】", "●", "bold", "band"])
    style = scene.style(10, bold=form != "【】", leading=1.5)
    if form == "band":
        box = paper.box(17)
        paper.canvas.rect(box, scene.look.pale)
        paper.canvas.label(box, text, style)
        paper.space(2)
        return
    paper.text({"■": f"■ {text}", "●": f"● {text}", "【】": f"【{text}】", "bold": text}[form], style)


def draw_matrix(scene: Scene, measures: Sequence[Measure]) -> None:
    """A row a measure; in some plans with a row for each of its indicators."""
    roles = roles_of(scene)
    inner = scene.look.kpi == "in_form"
    cols = [c for c in columns(scene, False) if inner and c.role in ("indicator", "baseline", "target")]
    body = scene.style(8.5, leading=1.35)
    rows = [_matrix_head(scene, roles, cols)]
    for m in measures:
        rows += _matrix_rows(scene, m, roles, cols, body)
    sizes = {"overview": 3.2, "actions": 2.4, "departments": 1.1}
    number = [0.6] if scene.look.measure_number != "none" else []
    widths = [*number, 1.7, *(sizes.get(r, 1.2) for r in roles), *[2.0, 1.2, 1.2][: len(cols)]]
    height = measure_table(0, 0, [w * scene.paper.width / sum(widths) for w in widths], rows, body).bottom
    scene.paper.table(widths, rows, 1, whole=height < 500, style=body, min_height=22)
    for m in measures:
        add_measure(scene, m, slots_of(scene, m))
        for ind in m.indicators if inner else ():
            add_indicator(scene, m, ind)
    _below_matrix(scene, measures)
    scene.paper.space(8)


def _matrix_head(scene: Scene, roles: Sequence[str], cols: Sequence[Column]) -> list[Cell]:
    """What the columns are called: number, measure, its boxes, those of its indicators."""
    names = [scene.word("number")] if scene.look.measure_number != "none" else []
    names += [scene.word("measure"), *map(scene.word, roles)]
    names += [c.head if not c.below else f"{c.head}\n{c.below}" for c in cols]
    style = scene.style(9, bold=True, align="center", leading=1.3, color=0xFFFFFF)
    return [Cell(name, fill=scene.look.color, style=style) for name in names]


def _matrix_rows(
    scene: Scene, m: Measure, roles: Sequence[str], cols: Sequence[Column], body: Style
) -> list[list[Cell]]:
    """The row of a measure, or with columns for indicators a row for each of them."""
    inds: list[Indicator | None] = [*m.indicators] if cols else []
    inds = inds or [None]
    slots = {s.role: s for s in slots_of(scene, m)}
    row = [Cell(m.title, style=replace(body, bold=True)), *(Cell(slots[r].text, style=body) for r in roles)]
    if scene.look.measure_number != "none":
        row.insert(0, Cell(scene.measure_number(m) or "", style=replace(body, align="center")))
    row = [replace(cell, rowspan=len(inds)) for cell in row]
    values = [[Cell(c.cell(ind), style=body) for c in cols] if ind else [] for ind in inds]
    return [[*row, *values[0]], *values[1:]]


def _below_matrix(scene: Scene, measures: Sequence[Measure]) -> None:
    """Charts and indicators that do not stand in the table, under the name of each measure."""
    look = scene.look
    apart = look.kpi not in ("none", "in_form", "list_end")
    for m in measures:
        if apart or look.chart != "none":
            scene.paper.space(6)
            scene.paper.need(120)
            scene.paper.text(numbered(scene, m), scene.style(10.5, bold=True))
        if apart:
            draw_indicators(scene, m, m.indicators, look.kpi)
        if look.chart != "none":
            scene.paper.space(4)
            draw_chart(scene, m, m.tasks, scene.story.years)
