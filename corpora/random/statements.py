"""Indicators outside tables: cards, strips, lines, sentences; and their rows of truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corpora.builder.draw import wrap
from corpora.random.look import mixed
from corpora.random.paper import fitting
from corpora.random.scene import Scene
from corpora.random.story import Indicator, Measure
from extract.model import Box


def cards(scene: Scene, m: Measure | None, inds: Sequence[Indicator]) -> None:
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
            if scene.look.baseline_year != "none" and scene.dice.chance("card line", 0.3):
                _in_line(scene, card._replace(y0=band.y1), ind)
            else:
                _pair(scene, card._replace(y0=band.y1), ind)
            _add_open(scene, m, ind)


def _in_line(scene: Scene, box: Box, ind: Indicator) -> None:
    """«R6: 640人 ▶ R12: 3,500人»."""
    start, end = scene.short_year(scene.story.base_year), scene.short_year(scene.story.end)
    text = f"{start}: {scene.base_text(ind)} ▶ {end}: {scene.target_text(ind)}"
    style = scene.style(13, bold=True, align="center", leading=1.2, color=scene.look.color)
    size = fitting(text, style, box.width - 8)
    scene.paper.canvas.label(box, text, replace(style, size=size), 2)


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
    years = scene.look.baseline_year != "none"
    scene.add_kpi(
        m, ind, scene.base_text(ind), scene.target_text(ind),
        scene.story.base_year if years else None, scene.story.end if years else None,
    )  # fmt: skip


def strips(scene: Scene, m: Measure | None, inds: Sequence[Indicator]) -> None:
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


def lines(scene: Scene, m: Measure | None, inds: Sequence[Indicator]) -> None:
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


def sentences(scene: Scene, m: Measure | None, inds: Sequence[Indicator]) -> None:
    """A sentence an indicator, as people write them."""
    story, ty = scene.story, scene.long_year(scene.story.end)
    bullet = scene.dice.one("sentence bullet", ["", "・", "○"])
    for k, ind in enumerate(inds):
        source = scene.dice.stream("sentence", m.id if m else "", k)
        name, start, goal = scene.indicator_name(ind), scene.base_text(ind), scene.target_text(ind)
        base_year: int | None = story.base_year
        target_year: int | None = story.end
        if ind.kind in ("milestone", "qualitative"):
            text = f"{name}：{goal}（{ty}）"
            ind = replace(ind, base_words=None)
        elif ind.kind == "frequency":
            text = f"{ty}までに{name}を{goal}とします。"
            ind = replace(ind, base=None)
        elif ind.kind == "multiple":
            text = f"{name}を{ty}までに{goal}とします。"
            ind = replace(ind, base=None)
        elif ind.bound == "を維持":
            goal = goal.removesuffix("を維持")
            text = f"{name}を{goal}に保ちます。"
            ind, target_year = replace(ind, base=None), None
        elif ind.base is None:
            form = source.choice(
                ["{2}までに、{0}を{1}とします。", "{0}　{1}（{2}）", "{2}末における{0}：{1}"]
            )
            text = form.format(name, goal, ty)
        else:
            text, base_year, target_year = _stated(scene, ind, source.randrange(7))
        scene.paper.text(bullet + scene.say(text), first=0 if bullet else scene.style().size)
        scene.add_kpi(m, ind, start, goal, base_year if ind.base is not None else None, target_year)


def _stated(scene: Scene, ind: Indicator, form: int) -> tuple[str, int | None, int | None]:
    """A sentence with baseline and target, and the years it names."""
    story = scene.story
    by, ty = scene.long_year(story.base_year), scene.long_year(story.end)
    name, start, goal = scene.indicator_name(ind), scene.base_text(ind), scene.target_text(ind)
    up = (ind.target or 0) >= (ind.base or 0)
    raised = "引き上げます" if up else "引き下げます"
    more = "増やします" if up else "減らします"
    text = (
        f"{ty}までに、{name}を{goal}とします（{by}：{start}）。",
        f"{name}を、{by}の{start}から{ty}に{goal}へ{raised}。",
        f"{name}を{goal}（{by}　{start}）に{more}。",
        f"{ty}における{name}を{goal}とする（{by}実績　{start}）。",
        f"{name}：{start}（{by}）→{goal}（{ty}）",
        f"{name}は、{by}に{start}でした。これを{ty}までに{goal}にします。",
        f"{name}（{by}：{start}）を{ty}に{goal}まで{more}。",
    )[form]
    return text, story.base_year, None if form == 2 else story.end
