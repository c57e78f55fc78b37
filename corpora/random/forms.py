"""Measures: their title and their boxes, in the forms plans have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpora.builder.draw import Cell, measure_table, text_width, wrap
from corpora.random.charts import draw_chart
from corpora.random.dice import bank
from corpora.random.indicators import (
    add_indicator,
    base_cell,
    columns,
    countable,
    draw_indicators,
    target_cell,
)
from corpora.random.noise import costs
from corpora.random.scene import CIRCLED, Scene
from corpora.random.story import Indicator, Measure
from corpora.random.titles import draw_title, numbered
from extract.model import Box

ORDERS = (
    ("overview", "background", "actions", "departments"),
    ("background", "approach", "actions", "departments"),
    ("overview", "actions", "departments"),
    ("departments", "overview", "background", "approach"),
    ("background", "approach", "departments"),
    ("overview", "background", "approach", "actions", "departments"),
    ("overview", "departments", "background", "actions"),
)
EXTRAS = ("tags", "effect", "audience", "category")
LISTS = ("actions",)


@dataclass(frozen=True, slots=True)
class Slot:
    """A box of a form: its role, its label, its lines (one for running text)."""

    role: str
    label: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def roles_of(scene: Scene) -> list[str]:
    """Which boxes the forms of this plan have, and in which order."""
    roles = list(scene.dice.one("order", ORDERS))
    for extra in EXTRAS:
        if scene.dice.chance(f"extra {extra}", 0.22) and not (
            extra == "category" and scene.look.pill != "none"
        ):
            roles.insert(scene.dice.number(f"place {extra}", 1, len(roles)), extra)
    if scene.look.form in ("prose",):
        roles = ["approach", "actions"] if scene.dice.chance("prose actions", 0.6) else ["approach"]
    if scene.look.form == "matrix":
        roles = [r for r in ("overview", "actions", "departments") if r in roles or r != "overview"]
    return roles


def slots_of(scene: Scene, m: Measure) -> list[Slot]:
    """The boxes of one measure, their text as it will stand there."""
    sources = {
        "overview": m.overview, "background": m.background, "approach": m.approach, "effect": m.effect,
        "audience": m.audience, "category": m.category,
    }  # fmt: skip
    out = []
    for role in roles_of(scene):
        if role == "actions":
            lines = tuple(bulleted(scene, m.actions))
        elif role == "departments":
            lines = tuple(scene.look.offices.join(m.departments).split("\n"))
        elif role == "tags":
            lines = tuple(f"・{t}" for t in m.tags) if len(m.tags) > 1 else tuple(m.tags)
        else:
            lines = (scene.say(sources[role]),)
        out.append(Slot(role, scene.word(role), lines))
    return out


def bulleted(scene: Scene, items: Sequence[str]) -> list[str]:
    if scene.look.bullet == "①":
        return [f"{CIRCLED[i]}{item}" for i, item in enumerate(items)]
    gap = "" if scene.look.bullet == "・" else scene.dice.one("bullet gap", ["", "　"])
    return [f"{scene.look.bullet}{gap}{item}" for item in items]


def add_measure(scene: Scene, m: Measure, slots: Sequence[Slot]) -> None:
    """The truth of a measure that shows these boxes."""
    shown = {slot.role: slot for slot in slots}
    texts = {
        role: shown[role].text if role in shown else None for role in ("overview", "background", "approach")
    }
    kind = scene.level_word(m.policy)
    scene.gold.measures.append({
        "id": m.id, "policy": m.policy.id, "policies": [m.policy.id], "number": scene.measure_number(m),
        "title": m.title, **texts, "actions": list(m.actions) if "actions" in shown else [],
        "departments": list(m.departments) if "departments" in shown else [],
        "national_tags": list(m.tags) if "tags" in shown else [],
        "headings_path": [f"{kind}{scene.policy_number(m.policy)}　{m.policy.title}"],
        "page": scene.paper.page,
    })  # fmt: skip
    scene.gold.links.append({"measure": m.id, "item": m.link, "basis": "content"})


def draw_measure(scene: Scene, m: Measure) -> None:
    """A measure with all that belongs to it."""
    slots = slots_of(scene, m)
    if scene.look.title != "row":
        draw_title(scene, m)
    else:
        scene.paper.space(8)
    first_page = scene.paper.page
    draw = {
        "boxed": _boxed, "beside": _beside, "above": _above, "runin": _runin, "colon": _colon,
        "upright": _upright, "card": _card, "prose": _prose, "paired": _paired,
    }[scene.look.form]  # fmt: skip
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


# --- forms with ruled boxes --------------------------------------------------------------------------


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


def _boxed(scene: Scene, m: Measure, slots: Sequence[Slot]) -> None:
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
    scene.paper.table(widths, rows, 0, style=body, min_height=20)
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


def _upright(scene: Scene, m: Measure, slots: Sequence[Slot]) -> None:
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


def _paired(scene: Scene, m: Measure, slots: Sequence[Slot]) -> None:
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


def _beside(scene: Scene, m: Measure, slots: Sequence[Slot]) -> None:
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


def _card(scene: Scene, m: Measure, slots: Sequence[Slot]) -> None:
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


# --- forms without rules -----------------------------------------------------------------------------


def _above(scene: Scene, m: Measure, slots: Sequence[Slot]) -> None:
    """A label on a line of its own over its text."""
    paper = scene.paper
    form = scene.dice.one("label line", ["■", "◆", "【】", "bar", "band", "<>", "(n)"])
    style = scene.style(10, bold=form not in ("【】", "<>"), leading=1.5)
    for i, slot in enumerate(slots):
        paper.space(3)
        paper.need(style.line + 32)
        if form in ("bar", "band"):
            box = paper.box(18)
            if form == "band":
                paper.canvas.rect(box._replace(y1=box.y1 - 1), scene.look.pale)
            else:
                paper.canvas.rect(Box(box.x0, box.y0 + 2, box.x0 + 4, box.y1 - 2), scene.look.color)
            paper.canvas.label(box._replace(x0=box.x0 + 6), slot.label, style, 2)
        else:
            marked = {"■": f"■ {slot.label}", "◆": f"◆{slot.label}", "【】": f"【{slot.label}】",
                      "<>": f"＜{slot.label}＞", "(n)": f"{CIRCLED[i]} {slot.label}"}[form]  # fmt: skip
            paper.text(marked, style)
        _body(scene, slot, 10)


def _body(scene: Scene, slot: Slot, indent: float) -> None:
    if slot.role == "actions":
        scene.paper.items(slot.lines, indent=indent)
        return
    for line in slot.lines:
        scene.paper.text(
            line,
            indent=indent,
            first=scene.style().size if slot.role in ("overview", "background", "approach") else 0,
        )


def _runin(scene: Scene, m: Measure, slots: Sequence[Slot]) -> None:
    """【label】 text in one paragraph."""
    form = scene.dice.one("run-in form", ["【{}】", "【{}】　", "［{}］ ", "〈{}〉"])
    for slot in slots:
        scene.paper.space(2)
        scene.paper.need(scene.style().line * 2)
        label = form.format(slot.label)
        if slot.role == "actions":
            scene.paper.text(label.rstrip())
            scene.paper.items(slot.lines, indent=10)
        else:
            scene.paper.text(label + "、".join(line.lstrip("・") for line in slot.lines))


def _colon(scene: Scene, m: Measure, slots: Sequence[Slot]) -> None:
    """label：text, or the label and its text set apart on one line."""
    form = scene.dice.one("colon form", ["{}：", "○{}：", "・{}：", "◆{}　", "{}　　"])
    for slot in slots:
        label = form.format(slot.label)
        hang = text_width(label, scene.style()) if form.endswith("　") else 0.0
        scene.paper.space(2)
        scene.paper.need(scene.style().line * 2)
        if slot.role == "actions":
            scene.paper.text(label.rstrip())
            scene.paper.items(slot.lines, indent=14)
            continue
        text = "、".join(line.lstrip("・") for line in slot.lines)
        if hang and hang < scene.paper.width * 0.4:
            lines = wrap(text, scene.paper.width - hang, scene.style())
            for i, line in enumerate(lines):
                box = scene.paper.box(scene.style().line)
                if i == 0:
                    scene.paper.canvas.paragraph(box, label.rstrip(), scene.style(bold=True))
                scene.paper.canvas.paragraph(
                    box._replace(x0=box.x0 + hang, x1=box.x1 + 2), line, scene.style()
                )
        else:
            scene.paper.text(label + text)


def _prose(scene: Scene, m: Measure, slots: Sequence[Slot]) -> None:
    """No labels: a paragraph, then a list."""
    for slot in slots:
        _body(scene, slot, 0)
        scene.paper.space(3)


# --- one table for all measures of a policy ----------------------------------------------------------


def draw_matrix(scene: Scene, measures: Sequence[Measure]) -> None:
    """A row a measure; in some plans with a row for each of its indicators."""
    look = scene.look
    roles = roles_of(scene)
    numbered_rows = look.measure_number != "none"
    inner = look.kpi == "in_form"
    cols = [c for c in columns(scene, False) if inner and c.role in ("indicator", "baseline", "target")]
    names = ([scene.word("number")] if numbered_rows else []) + [
        scene.word("measure"),
        *map(scene.word, roles),
    ]
    names += [c.head if not c.below else f"{c.head}\n{c.below}" for c in cols]
    head = scene.style(9, bold=True, align="center", leading=1.3, color=0xFFFFFF)
    rows = [[Cell(n, fill=look.color, style=head) for n in names]]
    body = scene.style(8.5, leading=1.35)
    for m in measures:
        inds: list[Indicator | None] = [i for i in m.indicators if inner] or [None]
        row = (
            [Cell(scene.measure_number(m) or "", style=replace(body, align="center"))]
            if numbered_rows
            else []
        )
        row.append(Cell(m.title, style=replace(body, bold=True)))
        slots = {s.role: s for s in slots_of(scene, m)}
        row += [Cell(slots[r].text, style=body) for r in roles]
        row = [replace(cell, rowspan=len(inds)) for cell in row]
        for i, ind in enumerate(inds):
            values = [Cell(c.cell(ind), style=body) for c in cols] if ind else []
            rows.append([*row, *values] if i == 0 else values)
    sizes = {"overview": 3.2, "actions": 2.4, "departments": 1.1}
    widths = [*[0.6] * numbered_rows, 1.7, *(sizes.get(r, 1.2) for r in roles), *[2.0, 1.2, 1.2][: len(cols)]]
    height = measure_table(0, 0, [w * scene.paper.width / sum(widths) for w in widths], rows, body).bottom
    scene.paper.table(widths, rows, 1, whole=height < 500, style=body, min_height=22)
    for m in measures:
        add_measure(scene, m, slots_of(scene, m))
        for ind in m.indicators if inner else ():
            add_indicator(scene, m, ind)
    _below_matrix(scene, measures)
    scene.paper.space(8)


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
