"""Indicators with their baseline and target, in the ways plans print them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from corpora.builder.draw import Cell, Style
from corpora.random import statements
from corpora.random.dice import bank
from corpora.random.scene import Scene
from corpora.random.story import Indicator, Measure

Rows = list[list[Cell]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an indicator table: its head (two lines may be two stacked cells), its cells, its width."""

    role: str
    head: str
    below: str | None
    cell: Callable[[Indicator], str]
    width: float
    center: bool = True


def draw_indicators(scene: Scene, m: Measure | None, inds: Sequence[Indicator], kind: str) -> None:
    """The indicators of one measure, and their rows of truth."""
    if kind in ("years", "plan_actual"):
        inds = [countable(i) for i in inds if len(i.values) > 1]
    if kind in ("turned", "arrow_column", "strips", "cards"):
        inds = [countable(i) for i in inds if i.values]
    if not inds:
        return
    draw = {
        "table": _table, "turned": _turned, "years": _years, "plan_actual": _plan_actual, "grouped": _grouped,
        "twin": _twin, "arrow_column": _arrow_column, "cards": statements.cards, "strips": statements.strips,
        "lines": statements.lines, "sentences": statements.sentences,
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
    if scene.look.baseline_year == "date" and ind.base is not None:
        day = scene.numerals(f"R{scene.story.base_year + 1 - 2018}.3.31")  # the last of the fiscal year
        return f"{scene.base_text(ind, unit)}（{day}）"
    return with_year(scene, scene.base_text(ind, unit), scene.story.base_year, ind.base is not None)


def target_cell(scene: Scene, ind: Indicator, unit: bool) -> str:
    return with_year(scene, scene.target_text(ind, unit), scene.story.end, ind.target is not None)


def interim_cell(scene: Scene, ind: Indicator, year: int, unit: bool) -> str:
    """The value of the ``year``-th year of the plan."""
    if len(ind.values) < 2:
        return "－"
    fy = scene.story.years[year - 1]
    return with_year(scene, scene.value(ind, ind.values[year - 1], ind.bound, unit), fy, True)


def add_indicator(scene: Scene, m: Measure | None, ind: Indicator, unit: bool = True) -> None:
    """The truth of an indicator in a table whose years stand where the look says."""
    style = scene.look.baseline_year
    cell, dated = style == "cell", style == "date"
    scene.add_kpi(
        m, ind, base_cell(scene, ind, unit).replace("\n", ""),
        target_cell(scene, ind, unit).replace("\n", ""),
        base_fy(scene) if not dated and (not cell or ind.base is not None) else None,
        target_fy(scene) if not dated and (not cell or ind.target is not None) else None,
        f"{scene.story.base_year + 1}-03-31" if dated else None,
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
    out = [Column("indicator", scene.word("indicator"), None, scene.indicator_name, 3.0, False)]
    if unit_column:
        out.append(Column("unit", scene.word("unit"), None, lambda i: scene.unit(i) or "－", 0.7))
    out.append(Column("baseline", head, below, lambda i: base_cell(scene, i, unit), 1.3))
    if scene.look.compare == "left":
        out.append(_compare(scene, unit))
    if scene.look.interim == "yes" and len(story.years) > 3:
        middle = len(story.years) // 2
        head, below = _headed(scene, "interim", story.years[middle - 1])
        out.append(Column("interim", head, below, lambda i: interim_cell(scene, i, middle, unit), 1.3))
    head, below = _headed(scene, "target", story.end)
    out.append(Column("target", head, below, lambda i: target_cell(scene, i, unit), 1.3))
    if scene.look.compare == "right":
        out.append(_compare(scene, unit))
    if scene.dice.chance("note column", 0.2):
        sources = scene.dice.stream("note sources")
        names = bank("places")["sources"]
        out.append(Column("note", scene.word("note"), None, lambda i: sources.choice(names), 1.2))
    return out


def _compare(scene: Scene, unit: bool) -> Column:
    """A column of other people's values, which is neither baseline nor target."""

    def cell(ind: Indicator) -> str:
        if len(ind.values) < 2:
            return "－"
        share = scene.dice.stream("compare", ind.name).uniform(0.6, 1.1)
        value = (ind.base or ind.values[0]) * share
        return scene.value(countable(ind), round(value, ind.decimals), unit=unit)

    return Column("compare", scene.word("compare"), None, cell, 1.3)


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


def _grouped(scene: Scene, m: Measure | None, inds: Sequence[Indicator]) -> None:
    """A first column sorts them into what is done and what comes of it."""
    unit_column = scene.look.unit_column == "yes"
    inds = [countable(i) for i in inds] if unit_column else inds
    cols = columns(scene, unit_column)
    rows = head_rows(scene, cols)
    heads = len(rows)
    fill, style = head_style(scene)
    rows[0].insert(0, Cell("区分", rowspan=heads, fill=fill, style=style))
    names = scene.dice.one("groups", [("活動指標", "成果指標"), ("アウトプット", "アウトカム")])
    small = scene.style(9, leading=1.3)
    count = (len(inds) + 1) // 2
    for name, part in zip(names, (inds[:count], inds[count:])):
        for k, ind in enumerate(part):
            first = [Cell(name, rowspan=len(part), style=small)] if k == 0 else []
            rows.append([*first, *body_row(scene, cols, ind)])
    scene.paper.table([1.0, *(c.width for c in cols)], rows, heads, style=small, min_height=19)
    for ind in inds:
        add_indicator(scene, m, ind, not unit_column)


def _twin(scene: Scene, m: Measure | None, inds: Sequence[Indicator]) -> None:
    """Two indicators share a row: the value heads come twice."""
    cols = [c for c in columns(scene, False) if c.role in ("indicator", "baseline", "target")]
    heads = head_rows(scene, cols)
    rows: Rows = [[*head, *head] for head in heads]
    for pair in (inds[i : i + 2] for i in range(0, len(inds), 2)):
        row = [cell for ind in pair for cell in body_row(scene, cols, ind)]
        rows.append(row + [Cell() for _ in range(2 * len(cols) - len(row))])
    widths = [c.width for c in cols] * 2
    scene.paper.table(widths, rows, len(heads), style=scene.style(9, leading=1.3), min_height=19)
    for ind in inds:
        add_indicator(scene, m, ind)


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
