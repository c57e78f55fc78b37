"""Headings of measures and of levels: a line, a band, a number box, a page of its own; pills."""

from __future__ import annotations

from dataclasses import replace

from corpora.builder.draw import Style
from corpora.random.paper import fitting
from corpora.random.scene import Scene
from corpora.random.story import Level, Measure
from extract.model import Box


def policy_heading(scene: Scene, level: Level) -> str:
    """«基本方針1　title»."""
    gap = scene.dice.one("policy gap", ["　", "：", " "])
    return f"{scene.level_word(level)}{scene.policy_number(level)}{gap}{level.title}"


def draw_policy(scene: Scene, level: Level) -> None:
    """The heading of a level over its measures, in some plans with a sentence below."""
    paper, look = scene.paper, scene.look
    first = len(level.key) == 1
    if first and look.policy_title == "page":
        _page(scene, level)
        return
    paper.space(10)
    paper.need(230)
    style = scene.style(14 if first else 12, bold=True, leading=1.5)
    text = policy_heading(scene, level)
    if first and look.policy_title == "band":
        box = paper.box(28)
        paper.canvas.rect(box, look.middle)
        size = fitting(text, style, box.width - 14)
        paper.canvas.label(box, text, replace(style, size=size), 6)
    elif first and look.policy_title == "box":
        box = paper.box(34)
        badge = Box(box.x0, box.y0, box.x0 + 74, box.y1 - 4)
        tag = f"{scene.level_word(level)}{scene.policy_number(level)}"
        white = scene.style(11, bold=True, align="center", color=0xFFFFFF, leading=1.2)
        paper.canvas.boxed(badge, tag, replace(white, size=fitting(tag, white, 64)), look.color)
        _fit(scene, box._replace(x0=badge.x1 + 6, y1=badge.y1), level.title, style)
    else:
        paper.text(text, style)
    if scene.dice.chance("policy text", 0.4):
        paper.text(scene.say(level.text), first=scene.style().size)
    paper.space(4)


def _page(scene: Scene, level: Level) -> None:
    """A coloured page that opens the part; the measures begin on the next."""
    paper = scene.paper
    if paper.y > paper.area.y0 or paper.column:
        paper.new_page()
    page, white = paper.canvas, 0xFFFFFF
    page.rect(Box(0, page.height * 0.25, page.width, page.height * 0.62), scene.look.color)
    y = page.height * 0.33
    tag = f"{scene.level_word(level)}{scene.policy_number(level)}"
    page.text(70, y, tag, scene.style(18, color=white))
    size = fitting(level.title, scene.style(26, bold=True), page.width - 160)
    page.text(70, y + 42, level.title, scene.style(size, bold=True, color=white))
    page.paragraph(
        Box(70, y + 70, page.width - 90, y + 70), scene.say(level.text), scene.style(11, color=white)
    )
    paper.new_page()


def numbered(scene: Scene, m: Measure, word: str = "") -> str:
    """«施策1-1　title» as the plan writes its headings."""
    number = scene.measure_number(m)
    return f"{word}{number}　{m.title}" if number else m.title


def draw_title(scene: Scene, m: Measure) -> None:
    paper, look = scene.paper, scene.look
    paper.space(8)
    paper.need(150 if look.pages_each == "flow" else 60)
    size = 13.0
    pill = look.pill != "none"
    number = scene.measure_number(m)
    word = scene.dice.word("measure_levels") if look.measure_number not in ("(1)", "①", "none") else ""
    style = scene.style(size, bold=True, leading=1.5)
    room = paper.width - (60 if pill else 0)
    if look.title == "box" and number:
        height = 30.0
        box = paper.box(height + 4)
        badge = Box(box.x0, box.y0, box.x0 + 52, box.y0 + height)
        paper.canvas.rect(badge, look.color)
        small = scene.style(7.5, color=0xFFFFFF, align="center", leading=1.2)
        paper.canvas.label(
            badge._replace(y1=badge.y0 + 12), word or scene.dice.word("measure_levels"), small, 1
        )
        large = replace(small, size=12, bold=True)
        large = replace(large, size=fitting(number, large, 46))
        paper.canvas.label(badge._replace(y0=badge.y0 + 11), number, large, 1)
        _fit(scene, Box(badge.x1 + 6, box.y0, box.x0 + room, box.y0 + height), m.title, style)
    elif look.title == "band":
        box = paper.box(28)._replace()
        bar = box._replace(y1=box.y1 - 4)
        paper.canvas.rect(bar, look.color)
        _fit(
            scene,
            bar._replace(x0=bar.x0 + 4, x1=box.x0 + room),
            numbered(scene, m, word),
            replace(style, color=0xFFFFFF),
        )
        box = bar
    else:
        box = paper.box(24)
        _fit(
            scene,
            box._replace(x1=box.x0 + room),
            numbered(scene, m, word if look.title == "word" else ""),
            style,
        )
        if scene.dice.chance("title underline", 0.4):
            paper.canvas.line(box.x0, box.y1 - 1, box.x1, box.y1 - 1, 1.0, look.color)
    if pill:
        _pill(scene, Box(box.x1 - 50, box.y0 + 4, box.x1 - 4, box.y0 + 20), m.category)
    paper.space(3)


def _fit(scene: Scene, box: Box, text: str, style: Style) -> None:
    """One line, smaller where it has to be."""
    scene.paper.canvas.label(box, text, replace(style, size=fitting(text, style, box.width - 8)))


def _pill(scene: Scene, box: Box, text: str) -> None:
    canvas, look = scene.paper.canvas, scene.look
    style = scene.style(9, bold=True, align="center", leading=1.2)
    if look.pill == "filled":
        color = {"新規": 0xC00000, "継続": 0x548235, "拡充": 0xED7D31}[text]
        canvas.boxed(box, text, replace(style, color=0xFFFFFF), color)
    elif look.pill == "outlined":
        canvas.boxed(box, text, replace(style, color=look.color), 0xFFFFFF, look.color)
    else:
        on_dark = look.title == "band"
        canvas.label(
            box._replace(x0=box.x0 - 6), f"【{text}】", replace(style, color=0xFFFFFF if on_dark else 0), 0
        )
