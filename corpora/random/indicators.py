"""Indicators with their baseline and target, in the ways plans print them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from corpora.builder.draw import Cell, Style, wrap
from corpora.random.dice import bank
from corpora.random.look import mixed
from corpora.random.paper import fitting
from corpora.random.scene import Scene
from corpora.random.story import Indicator, Measure
from extract.model import Box

Rows = list[list[Cell]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an indicator table: its head (two lines may be two stacked cells), its cells, its width."""

    head: str
    below: str | None
    cell: Callable[[Indicator], str]
    width: float
    center: bool = True


def draw_indicators(scene: Scene, m: Measure | None, inds: Sequence[Indicator], kind: str) -> None:
    """The indicators of one measure, and their rows of truth."""
    if kind in ("unit_table", "years", "plan_actual", "turned", "arrow_column", "strips", "cards"):
        inds = [countable(i) for i in inds if i.kind != "milestone"]
    if not inds:
        return
    draw = {
        "table": _table, "turned": _turned, "years": _years, "plan_actual": _plan_actual, "cards": _cards,
        "strips": _strips, "lines": _lines, "sentences": _sentences, "arrow_column": _arrow_column,
    }[kind]  # fmt: skip
    draw(scene, m, inds)


def countable(ind: Indicator) -> Indicator:
    """An indicator whose number stands alone: 年4回 becomes 4回."""
    return replace(ind, kind="absolute", qualifier=None) if ind.kind == "frequency" else ind


# --- years of baseline and target --------------------------------------------------------------------


def base_fy(scene: Scene) -> int | None:
    return None if scene.look.baseline_year == "none" else scene.story.base_year


def target_fy(scene: Scene) -> int | None:
    return None if scene.look.baseline_year == "none" else scene.story.end


def with_year(scene: Scene, text: str, fy: int, known: bool) -> str:
    """21.5%（R6） where the plan writes years into the cells."""
    if scene.look.baseline_year != "cell" or not known:
        return text
    return (
        f"{text}\n（{scene.short_year(fy)}）"
        if scene.dice.chance("year below", 0.5)
        else f"{text}（{scene.short_year(fy)}）"
    )


def base_cell(scene: Scene, ind: Indicator, unit: bool) -> str:
    return with_year(scene, scene.base_text(ind, unit), scene.story.base_year, ind.base is not None)


def target_cell(scene: Scene, ind: Indicator, unit: bool) -> str:
    return with_year(scene, scene.target_text(ind, unit), scene.story.end, ind.target is not None)


def add_indicator(scene: Scene, m: Measure | None, ind: Indicator, unit: bool = True) -> None:
    """The truth of an indicator in a table whose years stand where the look says."""
    cell = scene.look.baseline_year == "cell"
    scene.add_kpi(
        m, ind, base_cell(scene, ind, unit).replace("\n", ""),
        target_cell(scene, ind, unit).replace("\n", ""),
        base_fy(scene) if not cell or ind.base is not None else None,
        target_fy(scene) if not cell or ind.target is not None else None,
    )  # fmt: skip


def _headed(scene: Scene, role: str, fy: int) -> tuple[str, str | None]:
    """The head of a value column and what stands in a cell of its own below."""
    word, year = scene.word(role), scene.short_year(fy)
    style = scene.look.baseline_year
    if style == "head":
        form = scene.dice.one("value head", ["{0}（{1}）", "{0}\n（{1}）", "{1}\n{0}", "{1}{0}", "{1}の{0}"])
        return form.format(word.replace("　", ""), year), None
    if style == "stacked":
        return word, year
    return word, None


def columns(scene: Scene, unit_column: bool) -> list[Column]:
    """The columns of an indicator table of this plan, but for the one of measures."""
    unit = not unit_column
    story = scene.story
    head, below = _headed(scene, "baseline", story.base_year)
    out = [Column(scene.word("indicator"), None, scene.indicator_name, 3.0, False)]
    if unit_column:
        out.append(Column(scene.word("unit"), None, lambda i: scene.unit(i) or "－", 0.7))
    out.append(Column(head, below, lambda i: base_cell(scene, i, unit), 1.3))
    if scene.look.compare == "left":
        out.append(_compare(scene, unit))
    if scene.look.interim == "yes" and len(story.years) > 3:
        middle = len(story.years) // 2
        head, below = _headed(scene, "interim", story.years[middle - 1])
        out.append(Column(
            head, below if below or scene.look.baseline_year != "cell" else None,
            lambda i: scene.value(i, i.values[middle - 1], i.bound, unit) if i.values else "－", 1.3,
        ))  # fmt: skip
    head, below = _headed(scene, "target", story.end)
    out.append(Column(head, below, lambda i: target_cell(scene, i, unit), 1.3))
    if scene.look.compare == "right":
        out.append(_compare(scene, unit))
    if scene.dice.chance("note column", 0.2):
        sources = scene.dice.stream("note sources")
        names = bank("places")["sources"]
        out.append(Column(scene.word("note"), None, lambda i: sources.choice(names), 1.2))
    return out


def _compare(scene: Scene, unit: bool) -> Column:
    """A column of other people's values, which is neither baseline nor target."""

    def cell(ind: Indicator) -> str:
        if not ind.values:
            return "－"
        share = scene.dice.stream("compare", ind.name).uniform(0.6, 1.1)
        value = (ind.base or ind.values[0]) * share
        return scene.value(countable(ind), round(value, ind.decimals), unit=unit)

    return Column(scene.word("compare"), None, cell, 1.3)


# --- tables ------------------------------------------------------------------------------------------


def head_style(scene: Scene) -> tuple[int | None, Style]:
    """Fill and letters of a table's head."""
    kind = scene.dice.one("table head", ["dark", "pale", "pale", "grey", "plain"])
    dark = kind == "dark"
    fill = {"dark": scene.look.color, "pale": scene.look.pale, "grey": 0xE7E6E6, "plain": None}[kind]
    return fill, scene.style(
        9, bold=kind != "plain", align="center", leading=1.25, color=0xFFFFFF if dark else 0
    )


def head_rows(scene: Scene, cols: Sequence[Column]) -> Rows:
    fill, style = head_style(scene)
    if not any(c.below for c in cols):
        return [[Cell(c.head, fill=fill, style=style) for c in cols]]
    first = [Cell(c.head, rowspan=1 if c.below else 2, fill=fill, style=style) for c in cols]
    return [first, [Cell(c.below, fill=fill, style=style) for c in cols if c.below]]


def body_row(scene: Scene, cols: Sequence[Column], ind: Indicator) -> list[Cell]:
    style = scene.style(9, leading=1.3)
    center = replace(style, align=scene.dice.one("value align", ["center", "center", "right"]))
    return [Cell(c.cell(ind), style=center if c.center else style) for c in cols]


def _table(scene: Scene, m: Measure | None, inds: Sequence[Indicator]) -> None:
    unit_column = scene.look.unit_column == "yes"
    inds = [countable(i) for i in inds] if unit_column else inds
    cols = columns(scene, unit_column)
    heads = head_rows(scene, cols)
    rows = [*heads, *(body_row(scene, cols, i) for i in inds)]
    scene.paper.table(
        [c.width for c in cols], rows, len(heads), style=scene.style(9, leading=1.3), min_height=19
    )
    for ind in inds:
        add_indicator(scene, m, ind, not unit_column)


def list_of_all(scene: Scene, entries: Sequence[tuple[Measure, Indicator]]) -> None:
    """One table of every indicator, with a column that names the measure."""
    unit_column = scene.look.unit_column == "yes"
    if unit_column:
        entries = [(m, countable(i)) for m, i in entries]
    cols = columns(scene, unit_column)
    heads = head_rows(scene, cols)
    fill, style = head_style(scene)
    heads[0].insert(0, Cell(scene.word("measure"), rowspan=len(heads), fill=fill, style=style))
    rows, merged = list(heads), scene.dice.chance("merged measures", 0.6)
    small = scene.style(9, leading=1.3)
    for k, (m, ind) in enumerate(entries):
        row = body_row(scene, cols, ind)
        number = scene.measure_number(m) or ""
        if scene.look.measure_number in ("(1)", "①"):
            number = ""
        name = Cell(f"{number}　{m.title}" if number else m.title, style=small)
        if not merged:
            rows.append([name, *row])
        elif k == 0 or entries[k - 1][0] is not m:
            count = sum(x is m for x, _ in entries)
            rows.append([replace(name, rowspan=count), *row])
        else:
            rows.append(row)
    widths = [2.2, *(c.width for c in cols)]
    scene.paper.table(widths, rows, len(heads), whole=False, style=small, min_height=19)
    for m, ind in entries:
        add_indicator(scene, m, ind, not unit_column)


def _turned(scene: Scene, m: Measure | None, inds: Sequence[Indicator]) -> None:
    """Indicators as columns, their values below."""
    cols = columns(scene, False)
    fill, style = head_style(scene)
    body = scene.style(9, leading=1.3, align="center")
    rows: Rows = []
    for k, col in enumerate(cols):
        head = col.head if not col.below else f"{col.head}\n{col.below}"
        cells = [
            Cell(col.cell(i), fill=fill if k == 0 else None, style=style if k == 0 else body) for i in inds
        ]
        rows.append([Cell(head, fill=fill, style=style), *cells])
    scene.paper.table([1.2, *[2.0] * len(inds)], rows, 0, style=body, min_height=19)
    for ind in inds:
        add_indicator(scene, m, ind)


def _years(scene: Scene, m: Measure | None, inds: Sequence[Indicator]) -> None:
    """A column for each year; the last is the target."""
    story, unit_column = scene.story, scene.look.unit_column == "yes"
    fill, style = head_style(scene)
    base, target = scene.word("baseline"), scene.word("target")
    stacked = scene.dice.chance("years stacked", 0.5)
    names = [scene.word("indicator")] + ([scene.word("unit")] if unit_column else [])
    if stacked:
        rows = [
            [Cell(n, rowspan=2, fill=fill, style=style) for n in names]
            + [
                Cell(base, fill=fill, style=style),
                Cell(target, colspan=len(story.years), fill=fill, style=style),
            ],
            [Cell(scene.short_year(fy), fill=fill, style=style) for fy in (story.base_year, *story.years)],
        ]
    else:
        heads = [*names, f"{scene.short_year(story.base_year)}\n（{base}）"]
        heads += [scene.short_year(fy) for fy in story.years[:-1]]
        heads.append(f"{scene.short_year(story.end)}\n（{target}）")
        rows = [[Cell(h, fill=fill, style=style) for h in heads]]
    body = scene.style(8.5, leading=1.3)
    center = replace(body, align="center")
    count = len(rows)
    for ind in inds:
        row = [Cell(scene.indicator_name(ind), style=body)]
        row += [Cell(scene.unit(ind), style=center)] if unit_column else []
        row.append(Cell(scene.base_text(ind, not unit_column), style=center))
        row += [Cell(scene.value(ind, v, unit=not unit_column), style=center) for v in ind.values[:-1]]
        row.append(Cell(scene.target_text(ind, not unit_column), style=center))
        rows.append(row)
    widths = [2.6, *[0.8] * unit_column, *[1.0] * (len(story.years) + 1)]
    scene.paper.table(widths, rows, count, style=body, min_height=19)
    for ind in inds:
        scene.add_kpi(
            m, ind, scene.base_text(ind, not unit_column), scene.target_text(ind, not unit_column),
            story.base_year, story.end,
        )  # fmt: skip


def _plan_actual(scene: Scene, m: Measure | None, inds: Sequence[Indicator]) -> None:
    """Two rows an indicator: what is planned, what was reached."""
    story = scene.story
    fill, style = head_style(scene)
    heads = [scene.word("indicator"), scene.word("unit"), scene.dice.one("row kind", ["区分", ""])]
    heads += [scene.short_year(fy) for fy in (story.base_year, *story.years)]
    rows = [[Cell(h, fill=fill, style=style) for h in heads]]
    body = scene.style(8.5, leading=1.3)
    center = replace(body, align="center")
    plan, actual = scene.word("plan_row"), scene.word("actual_row")
    for ind in inds:
        values = [scene.value(ind, v, unit=False) for v in ind.values[:-1]] + [scene.target_text(ind, False)]
        rows.append([
            Cell(scene.indicator_name(ind), rowspan=2, style=body),
            Cell(scene.unit(ind), rowspan=2, style=center), Cell(plan, style=center),
            Cell("－", style=center), *(Cell(v, style=center) for v in values),
        ])  # fmt: skip
        rows.append([
            Cell(actual, style=center), Cell(scene.base_text(ind, False), style=center),
            *(Cell("", style=center) for _ in values),
        ])  # fmt: skip
    scene.paper.table([2.4, 0.7, 0.7, *[1.0] * (len(story.years) + 1)], rows, 1, style=body, min_height=17)
    for ind in inds:
        scene.add_kpi(
            m, ind, scene.base_text(ind, False), scene.target_text(ind, False), story.base_year, story.end
        )


def _arrow_column(scene: Scene, m: Measure | None, inds: Sequence[Indicator]) -> None:
    """One column of two roles: «R6実績 → R12目標» over «21.5% → 60%»."""
    story = scene.story
    fill, style = head_style(scene)
    arrow = scene.dice.one("arrow sign", ["→", "⇒", "▶"])
    base, target = (scene.word(r).replace("　", "") for r in ("baseline", "target"))
    years = scene.look.baseline_year != "none"
    if years:
        base, target = f"{scene.short_year(story.base_year)}{base}", f"{scene.short_year(story.end)}{target}"
    rows = [
        [
            Cell(scene.word("indicator"), fill=fill, style=style),
            Cell(f"{base} {arrow} {target}", fill=fill, style=style),
        ]
    ]
    body = scene.style(9, leading=1.3)
    for ind in inds:
        text = f"{scene.base_text(ind)} {arrow} {scene.target_text(ind)}"
        rows.append(
            [Cell(scene.indicator_name(ind), style=body), Cell(text, style=replace(body, align="center"))]
        )
    scene.paper.table([3.0, 3.0], rows, 1, style=body, min_height=19)
    for ind in inds:
        scene.add_kpi(
            m, ind, scene.base_text(ind), scene.target_text(ind),
            story.base_year if years else None, story.end if years else None,
        )  # fmt: skip


# --- cards, strips, lines, sentences -----------------------------------------------------------------


def _cards(scene: Scene, m: Measure | None, inds: Sequence[Indicator]) -> None:
    """A card for each indicator: its name in a band, two large numbers below."""
    paper = scene.paper
    across = 1 if paper.width < 300 else min(len(inds), 3 if paper.width > 450 else 2)
    for row in (inds[i : i + across] for i in range(0, len(inds), across)):
        box = paper.box(74)
        step = box.width / across
        for k, ind in enumerate(row):
            card = Box(box.x0 + k * step + 3, box.y0 + 3, box.x0 + (k + 1) * step - 3, box.y1 - 3)
            paper.canvas.rect(card, 0xFFFFFF, scene.look.color)
            band = card._replace(y1=card.y0 + 26)
            paper.canvas.rect(band, scene.look.pale)
            paper.canvas.label(
                band, scene.indicator_name(ind), scene.style(8.5, bold=True, align="center", leading=1.2)
            )
            _pair(scene, card._replace(y0=band.y1), ind)
            _add_open(scene, m, ind)


def _pair(scene: Scene, box: Box, ind: Indicator) -> None:
    """Baseline and target side by side, each with a small head, and an arrow between."""
    canvas, middle = scene.paper.canvas, box.cx
    small = scene.style(7, align="center", leading=1.2, color=0x595959)
    large = scene.style(13, bold=True, align="center", leading=1.2)
    left, right = box._replace(x1=middle - 8), box._replace(x0=middle + 8)
    halves = (
        (left, "baseline", scene.story.base_year, scene.base_text(ind)),
        (right, "target", scene.story.end, scene.target_text(ind)),
    )
    for half, role, fy, text in halves:
        head = scene.word(role).replace("　", "")
        if scene.look.baseline_year != "none":
            head = f"{head}（{scene.short_year(fy)}）"
        fit = replace(small, size=fitting(head, small, half.width - 2))
        canvas.label(half._replace(y1=half.y0 + 14), head, fit, 0)
        size = fitting(text, large, half.width - 4)
        look = replace(large, size=size, color=scene.look.color if role == "target" else 0)
        canvas.label(half._replace(y0=half.y0 + 14), text, look, 1)
    sign = scene.dice.one("card arrow", ["▶", "→", "shape"])
    mark = Box(middle - 7, box.y0 + 14, middle + 7, box.y1)
    if sign == "shape":
        x, y = middle - 5, mark.cy
        canvas.polygon([(x, y - 5), (x + 10, y), (x, y + 5)], mixed(0xED7D31, 0.9))
    else:
        canvas.label(mark, sign, scene.style(9, align="center", leading=1.2), 0)


def _add_open(scene: Scene, m: Measure | None, ind: Indicator) -> None:
    """The truth where years stand beside the heads whenever the plan gives them."""
    scene.add_kpi(m, ind, scene.base_text(ind), scene.target_text(ind), base_fy(scene), target_fy(scene))


def _strips(scene: Scene, m: Measure | None, inds: Sequence[Indicator]) -> None:
    """Strips side by side: name box, baseline, arrow, target."""
    paper = scene.paper
    across = 2 if paper.width > 420 and len(inds) > 1 else 1
    for row in (inds[i : i + across] for i in range(0, len(inds), across)):
        box = paper.box(46)
        step = box.width / across
        for k, ind in enumerate(row):
            strip = Box(box.x0 + k * step + 2, box.y0 + 3, box.x0 + (k + 1) * step - 2, box.y1 - 3)
            name = strip._replace(x1=strip.x0 + strip.width * 0.4)
            paper.canvas.rect(strip, None, 0xA6A6A6)
            paper.canvas.boxed(
                name, scene.indicator_name(ind), scene.style(8.5, bold=True, leading=1.2), scene.look.pale
            )
            _pair(scene, strip._replace(x0=name.x1), ind)
            _add_open(scene, m, ind)


def _lines(scene: Scene, m: Measure | None, inds: Sequence[Indicator]) -> None:
    """A line an indicator."""
    story = scene.story
    base, target = (scene.word(r).replace("　", "") for r in ("baseline", "target"))
    form = scene.dice.one("line form", ["arrow", "named", "colon"])
    years = scene.look.baseline_year != "none"
    b_year = f"（{scene.short_year(story.base_year)}）" if years else ""
    t_year = f"（{scene.short_year(story.end)}）" if years else ""
    bullet = scene.dice.one("line bullet", ["・", "○", "◆"])
    for ind in inds:
        known = ind.base is not None or ind.base_words
        start, goal = scene.base_text(ind), scene.target_text(ind)
        if form == "arrow" and known:
            text = f"{scene.indicator_name(ind)}　{start}{b_year} → {goal}{t_year}"
        elif form == "colon" and known:
            text = f"{scene.indicator_name(ind)}：{base}{b_year} {start}、{target}{t_year} {goal}"
        else:
            text = f"{scene.indicator_name(ind)}　{base}{b_year}　{start}　{target}{t_year}　{goal}"
        lines = wrap(f"{bullet}{text}", scene.paper.width - 10, scene.style())
        scene.paper.need(len(lines) * scene.style().line)
        scene.paper.text(f"{bullet}{text}", indent=10)
        _add_open(scene, m, ind)


def _sentences(scene: Scene, m: Measure | None, inds: Sequence[Indicator]) -> None:
    """A sentence an indicator, as people write them."""
    story = scene.story
    by, ty = scene.long_year(story.base_year), scene.long_year(story.end)
    for k, ind in enumerate(inds):
        source = scene.dice.stream("sentence", m.id if m else "", k)
        up = (ind.target or 0) >= (ind.base or 0)
        name, start, goal = scene.indicator_name(ind), scene.base_text(ind), scene.target_text(ind)
        bullet = scene.dice.one("sentence bullet", ["", "・", "○"])
        base_year: int | None = story.base_year
        target_year: int | None = story.end
        if ind.kind == "milestone":
            text = f"{name}：{goal}（{ty}）"
            ind = replace(ind, base_words=None)
        elif ind.kind == "frequency":
            text = f"{ty}までに{name}を{goal}とします。"
            ind = replace(ind, base=None)
        elif ind.base is None:
            text = f"{ty}までに、{name}を{goal}とします。"
        else:
            form = source.randrange(4)
            if form == 0:
                text = f"{ty}までに、{name}を{goal}とします（{by}：{start}）。"
            elif form == 1:
                verb = "引き上げます" if up else "引き下げます"
                text = f"{name}を、{by}の{start}から{ty}に{goal}へ{verb}。"
            elif form == 2:
                text = f"{name}を{goal}（{by}　{start}）に{'増やします' if up else '減らします'}。"
                target_year = None
            else:
                text = f"{ty}における{name}を{goal}とする（{by}実績　{start}）。"
        scene.paper.text(bullet + scene.say(text), first=0 if bullet else scene.style().size)
        scene.add_kpi(m, ind, start, goal, base_year if ind.base is not None else None, target_year)
