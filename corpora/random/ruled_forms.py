"""Forms drawn as boxes: ruled tables, labels beside or over their text, upright labels, cards, panels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corpora.builder.draw import Cell, wrap
from corpora.random.dice import bank
from corpora.random.indicators import add_indicator, base_cell, countable, target_cell
from corpora.random.scene import Scene
from corpora.random.slots import Slot
from corpora.random.story import Indicator, Measure
from corpora.random.titles import numbered
from extract.model import Box


def label_cell(scene: Scene, text: str, rowspan: int = 1) -> Cell:
    dice = scene.dice
    dark = dice.chance("label dark", 0.3)
    fill: int | None = scene.look.color if dark else scene.look.pale
    if scene.look.rules not in ("zebra", "none") and dice.chance("label unfilled", 0.2):
        dark, fill = False, None
    style = scene.style(
        9.5, bold=dice.chance("label bold", 0.7), leading=1.3, color=0xFFFFFF if dark else 0,
        align=dice.one("label align", ["center", "center", "left"]),
    )  # fmt: skip
    return Cell(text, rowspan=rowspan, fill=fill, style=style)


def _title_rows(scene: Scene, m: Measure, span: int) -> list[list[Cell]]:
    """The title as the first row of the form."""
    if scene.look.title != "row":
        return []
    style = scene.style(11, bold=True, leading=1.4)
    number = scene.measure_number(m)
    if number and span >= 3 and scene.dice.chance("number cell", 0.5):
        return [[
            label_cell(scene, scene.word("number")), Cell(number, style=replace(style, align="center")),
            label_cell(scene, scene.word("measure")), Cell(m.title, colspan=span - 2, style=style),
        ]]  # fmt: skip
    return [[label_cell(scene, scene.word("measure")), Cell(numbered(scene, m), colspan=span, style=style)]]


def boxed(scene: Scene, m: Measure, slots: Sequence[Slot]) -> None:
    """Labels at the left, text at the right, ruled."""
    inside = m.indicators if scene.look.kpi == "in_form" else []
    units = scene.look.unit_column == "yes"
    span = (4 if units else 3) if inside else 3
    body = scene.style(9.5, leading=1.4)
    rows = _title_rows(scene, m, span)
    rows += [[label_cell(scene, s.label), Cell(s.text, colspan=span, style=body)] for s in slots]
    if inside:
        rows += _inner_indicators(scene, m, inside, units)
    widths = [1.1, *([2.4, 0.6, 1.2, 1.2] if span == 4 else [2.6, 1.3, 1.3])]
    whole = scene.look.pages_each != "flow" or scene.dice.chance("whole forms", 0.7)
    scene.paper.table(widths, rows, 0, whole=whole, style=body, min_height=20)
    if inside:
        _add_inner(scene, m, inside, units)


def _inner_indicators(scene: Scene, m: Measure, inds: Sequence[Indicator], units: bool) -> list[list[Cell]]:
    """Indicator rows inside a form: a label cell beside a small table."""
    head = scene.style(9, bold=True, align="center", leading=1.3)
    years = scene.look.baseline_year in ("head", "stacked")
    story = scene.story
    names = [scene.word("indicator"), *([scene.word("unit")] if units else [])]
    for role, fy in (("baseline", story.base_year), ("target", story.end)):
        names.append(f"{scene.word(role)}（{scene.short_year(fy)}）" if years else scene.word(role))
    fill = 0xEDEDED if scene.dice.chance("inner head grey", 0.6) else None
    rows = [
        [
            label_cell(scene, scene.word("kpis"), rowspan=len(inds) + 1),
            *(Cell(n, fill=fill, style=head) for n in names),
        ]
    ]
    body = scene.style(9, leading=1.3)
    center = replace(body, align="center")
    for ind in inds:
        ind = _plain_count(ind, units)
        row = [Cell(scene.indicator_name(ind), style=body)]
        row += [Cell(scene.unit(ind) or "－", style=center)] if units else []
        row += [
            Cell(base_cell(scene, ind, not units), style=center),
            Cell(target_cell(scene, ind, not units), style=center),
        ]
        rows.append(row)
    return rows


def _plain_count(ind: Indicator, units: bool) -> Indicator:
    return countable(ind) if units else ind


def _add_inner(scene: Scene, m: Measure, inds: Sequence[Indicator], units: bool) -> None:
    for ind in inds:
        add_indicator(scene, m, _plain_count(ind, units), not units)


def upright(scene: Scene, m: Measure, slots: Sequence[Slot]) -> None:
    """Narrow label cells with upright text."""
    body = scene.style(9.5, leading=1.4)
    labels = [_short(scene, slot) for slot in slots]
    rows = [[Cell("", fill=scene.look.pale), Cell(s.text, style=body)] for s in slots]
    height = max(map(len, labels)) * 8.4 + 8
    for grid, first, last, canvas in scene.paper.table([0.28, 5.2], rows, 0, style=body, min_height=height):
        for r in range(first, last):
            box = grid.box(r - first, 0)
            size = min(9.0, (box.height - 4) / (len(labels[r]) * 1.12))
            canvas.stacked(box, labels[r], scene.style(size, bold=True, leading=1.1))


def _short(scene: Scene, slot: Slot) -> str:
    """Its label, or the shortest of that meaning where it would not stand upright."""
    words: list[str] = bank("words")[slot.role][scene.dice.words]
    return slot.label if len(slot.label) <= 7 else min(words, key=len)


def paired(scene: Scene, m: Measure, slots: Sequence[Slot]) -> None:
    """Short boxes share a row: 担当課 | … | 区分 | …."""
    short = [s for s in slots if s.role in ("departments", "category", "audience", "tags")]
    if len(short) < 2:
        short.append(Slot("category", scene.dice.word("category"), (m.category,)))
    body = scene.style(9.5, leading=1.4)
    rows = _title_rows(scene, m, 3)
    pairs: list[list[Cell]] = []
    for a, b in zip(short[::2], [*short[1::2], None]):
        first = [label_cell(scene, a.label), Cell(a.text, style=body, colspan=1 if b else 3)]
        pairs.append(first + ([label_cell(scene, b.label), Cell(b.text, style=body)] if b else []))
    rest = [
        [label_cell(scene, s.label), Cell(s.text, colspan=3, style=body)] for s in slots if s not in short
    ]
    rows += pairs + rest if scene.dice.chance("pairs first", 0.6) else rest + pairs
    if scene.look.kpi == "in_form":
        rows += _inner_indicators(scene, m, m.indicators, False)
    scene.paper.table([1.0, 2.1, 1.0, 2.1], rows, 0, style=body, min_height=20)
    if scene.look.kpi == "in_form":
        _add_inner(scene, m, m.indicators, False)


def stacked(scene: Scene, m: Measure, slots: Sequence[Slot]) -> None:
    """One column of cells: a filled label, its text below, the next label."""
    body = scene.style(9.5, leading=1.4)
    head = scene.style(9.5, bold=True, leading=1.3)
    rows = []
    for slot in slots:
        rows += [[Cell(slot.label, fill=scene.look.pale, style=head)], [Cell(slot.text, style=body)]]
    scene.paper.table([1.0], rows, 0, style=body, min_height=18, rules="full")


def quads(scene: Scene, m: Measure, slots: Sequence[Slot]) -> None:
    """Panels two by two, each under a band with its label."""
    paper = scene.paper
    body = scene.style(9.5, leading=1.4)
    across = 2 if paper.width > 380 else 1
    gap = 8.0
    width = (paper.width - gap * (across - 1)) / across
    band = scene.style(9.5, bold=True, color=0xFFFFFF, align="center", leading=1.2)
    for row in (slots[i : i + across] for i in range(0, len(slots), across)):
        lines = max(len(wrap(s.text, width - 12, body)) for s in row)
        box = paper.box(18 + lines * body.line + 16)
        for k, slot in enumerate(row):
            left = box.x0 + k * (width + gap)
            top = Box(left, box.y0, left + width, box.y0 + 18)
            panel = Box(left, top.y1, left + width, box.y1 - 6)
            paper.canvas.boxed(top, slot.label, band, scene.look.color)
            paper.canvas.rect(panel, None, scene.look.color)
            inner = Box(left + 6, panel.y0 + 4, left + width - 4, panel.y1)
            paper.canvas.paragraph(inner, slot.text, body)


def beside(scene: Scene, m: Measure, slots: Sequence[Slot]) -> None:
    """Filled label boxes, each beside a framed text box."""
    paper = scene.paper
    gap = scene.dice.one("box gap", [1.0, 3.0, 0.0])
    body = scene.style(9.5, leading=1.4)
    label_width = min(92.0, paper.width * 0.24)
    label = scene.style(10, bold=True, align="center", color=0xFFFFFF, leading=1.25)
    for slot in slots:
        width = paper.width - label_width - gap - 10
        height = max(24.0, len(wrap(slot.text, width, body)) * body.line + 10)
        box = paper.box(height + 4)._replace()
        left = Box(box.x0, box.y0, box.x0 + label_width, box.y0 + height)
        right = Box(left.x1 + gap, box.y0, box.x1, box.y0 + height)
        paper.canvas.boxed(left, slot.label, label, scene.look.color)
        paper.canvas.rect(
            right, 0xFFFFFF, scene.look.color if scene.dice.chance("box frame", 0.7) else 0xBFBFBF
        )
        paper.canvas.label(right, slot.text, body, 5)


def card(scene: Scene, m: Measure, slots: Sequence[Slot]) -> None:
    """A frame with labels over texts; offices and the like in a panel at the right."""
    paper = scene.paper
    body = scene.style(9.5, leading=1.4)
    head = scene.style(9.5, bold=True, leading=1.4, color=scene.look.color)
    side = [s for s in slots if s.role in ("departments", "tags", "audience", "category")]
    main = [s for s in slots if s not in side]
    panel = min(130.0, paper.width * 0.28)
    widths = (paper.width - panel - 24, panel - 12)
    heights = [
        sum(head.line + len(wrap(s.text, w, body)) * body.line + 5 for s in part) + 12
        for part, w in zip((main, side), widths)
    ]
    box = paper.box(max(heights) + 4)
    frame = box._replace(y1=box.y1 - 4)
    paper.canvas.rect(frame, None, scene.look.middle)
    right = Box(frame.x1 - panel, frame.y0, frame.x1, frame.y1)
    paper.canvas.rect(right, scene.look.pale)
    for part, x, width in ((main, frame.x0 + 8, widths[0]), (side, right.x0 + 6, widths[1])):
        y = frame.y0 + 6
        for slot in part:
            y = paper.canvas.paragraph(Box(x, y, x + width, y), slot.label, head)
            y = paper.canvas.paragraph(Box(x, y, x + width + 2, y), slot.text, body) + 5


FORMS = {
    "boxed": boxed, "beside": beside, "upright": upright, "card": card, "paired": paired, "stacked": stacked,
    "quads": quads,
}  # fmt: skip
