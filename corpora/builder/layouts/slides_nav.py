"""Slides with side navigation: label boxes, bars with text inside, targets as sentences, red = not online."""

from __future__ import annotations

from dataclasses import replace

from corpora.builder.content import Measure, Plan, Task
from corpora.builder.draw import (
    Axis,
    Book,
    Canvas,
    Cell,
    Style,
    pentagon,
    side_navigation,
    table,
    text_width,
)
from corpora.builder.layouts.common import glossary_pages, inset, policy_name, short_reiwa
from corpora.builder.truth import Reading, record_key
from corpora.builder.wording import say
from extract.model import Box

READING = Reading(task="bar", headings=("3 取組項目", "{policy}", "{number}{title}"))

WIDTH, HEIGHT = 960.0, 540.0
LEFT, RIGHT = 26.0, 858.0
PLUM, PALE, GREY, RED = 0x6B2D5C, 0xF3E9F1, 0x7F7F7F, 0xFF0000
TEAL, AMBER = 0x2A9D8F, 0xF4B942
WHITE = 0xFFFFFF
TEXT = Style(size=12.5, leading=1.4)
NAVIGATION = ("はじめに", "1 基本的事項", "2 基本理念及び\n基本方針", "3 取組項目", "用語集")


def draw(plan: Plan) -> Book:
    """The deck: title, contents, the chapters, policies, a slide for each measure, 別表, glossary."""
    book = Book(WIDTH, HEIGHT)
    _cover(book, plan)
    _contents(book, plan)
    _text_slide(book, plan, "intro", 0)
    _progress(book, plan)
    _text_slide(book, plan, "position", 1)
    _period(book, plan)
    _policies(book, plan)
    for i, measure in enumerate(plan.measures):
        _measure(book, plan, measure)
        if i == 0 and plan.procedures:
            _procedures(book, plan)
    glossary_pages(
        lambda title: _slide(book, title, 4), book, plan, Box(LEFT, 76, RIGHT, HEIGHT - 30), say("用語集"),
        (say("用語"), say("解説")), TEXT, PLUM,
    )  # fmt: skip
    return book


def _slide(book: Book, title: str, chapter: int, policy: str = "") -> Canvas:
    page = book.page()
    page.text(LEFT, 40, title, Style(size=22, bold=True, color=PLUM))
    page.line_in(Box(LEFT, 0, RIGHT - 6, 0), policy, Style(size=11, color=0x555555, align="right"), 38)
    page.rect(Box(LEFT, 50, RIGHT, 52.5), PLUM)
    side_navigation(
        page,
        Box(876, 24, 950, 520),
        [say(name) for name in NAVIGATION],
        chapter,
        PLUM,
        PALE,
        Style(size=9, bold=chapter == 3, leading=1.3),
    )
    page.line_in(
        Box(0, 0, WIDTH, 0), str(len(book.pages) - 1), Style(size=9, color=GREY, align="center"), HEIGHT - 8
    )
    return page


def _cover(book: Book, plan: Plan) -> None:
    page = book.page()
    page.rect(Box(0, 0, WIDTH, HEIGHT), PALE)
    page.rect(Box(0, 0, 34, HEIGHT), PLUM)
    page.text(90, 215, plan.doc.title, Style(size=40, bold=True, color=PLUM))
    page.text(90, 260, plan.doc.version or "", Style(size=22, color=PLUM))
    page.text(90, 430, plan.doc.date_text, Style(size=18))
    page.text(90, 460, f"{plan.doc.prefecture or ''}{plan.doc.municipality}", Style(size=18))


def _contents(book: Book, plan: Plan) -> None:
    page = book.page()
    page.text(90, 60, "目 次", Style(size=24, bold=True, color=PLUM))
    lines = [
        "はじめに _____ P.02",
        "1｜基本的事項 _____ P.04",
        say("2｜基本理念及び基本方針 _____ P.06"),
        say("3｜取組項目 _____ P.07"),
    ]
    policy = None
    for m in plan.measures:
        if m.policy != policy:
            policy = m.policy
            lines.append("　" + policy_name(next(p for p in plan.policies if p.id == policy)))
        lines.append(f"　　{m.number}{m.title}")
    lines.append(f"{say('用語集')} _____ P.{7 + len(plan.measures) + bool(plan.procedures):02d}")
    for i, line in enumerate(lines):
        page.text(90, 96 + i * 23, line, Style(size=14))


def _text_slide(book: Book, plan: Plan, key: str, chapter: int) -> None:
    source = plan.chapter(key)
    page = _slide(book, source.title, chapter)
    y = 76.0
    for paragraph in source.body:
        first = 0.0 if paragraph[0] in "①②③④" else 16.0
        y = page.paragraph(Box(LEFT + 8, y, RIGHT - 8, y), paragraph, Style(size=16, leading=1.6), first) + 6


def _progress(book: Book, plan: Plan) -> None:
    """The bands of achievement are the columns of a table; the first band prints no figure."""
    page = _slide(book, "これまでの取り組み", 0)
    page.text(LEFT + 8, 84, "■ 前計画（令和3年度～令和7年度）の達成状況", Style(size=16, bold=True))
    bands = list(dict.fromkeys(p.band for p in plan.progress))
    columns = [[p for p in plan.progress if p.band == band] for band in bands]
    look = Style(size=14, leading=1.5)
    rows = [
        [
            Cell(band or "", fill=PLUM, style=replace(look, bold=True, color=WHITE, align="center"))
            for band in bands
        ]
    ]
    for r in range(max(map(len, columns))):
        entries = [column[r] if r < len(column) else None for column in columns]
        rows.append([Cell((p.printed or p.item) if p else "") for p in entries])
    width = (RIGHT - LEFT - 16) / len(bands)
    table(page, LEFT + 8, 104, [width] * len(bands), rows, look, min_height=34)
    for i in range(len(plan.progress)):
        book.mark(record_key("progress", i))


def _period(book: Book, plan: Plan) -> None:
    source = plan.chapter("period")
    page = _slide(book, source.title, 1)
    y = 76.0
    for paragraph in source.body:
        y = page.paragraph(Box(LEFT + 8, y, RIGHT - 8, y), paragraph, Style(size=16, leading=1.6), 16) + 6
    head = Style(size=13, bold=True, color=WHITE, align="center")
    rows = [[Cell(t, fill=PLUM, style=head) for t in ("計画", *map(short_reiwa, plan.years))]]
    rows += [[Cell(t.name or ""), *(Cell() for _ in plan.years)] for t in plan.whole_tasks]
    grid = table(
        page, LEFT + 8, 250, [250, *[560 / len(plan.years)] * len(plan.years)], rows, TEXT, min_height=36
    )
    axis = Axis(grid.xs[1:], tuple(map(float, plan.years)))
    for r, task in enumerate(plan.whole_tasks):
        book.mark(record_key("task", "plan", r))
        for b in task.bars:
            start, end = max(b.start, plan.years[0]), min(b.end, plan.years[-1]) + 1
            box = axis.box(start, end, grid.ys[r + 1] + 7, grid.ys[r + 2] - 7, (0.03, 0.03))
            _labelled(page, box, b.text or "", GREY)


def _policies(book: Book, plan: Plan) -> None:
    page = _slide(book, say("基本理念及び基本方針"), 2)
    page.boxed(
        Box(LEFT + 30, 70, RIGHT - 30, 122),
        plan.policies[0].title,
        Style(size=22, bold=True, color=WHITE),
        PLUM,
    )
    y = 140.0
    for policy in plan.policies[1:]:
        page.rect(Box(LEFT + 30, y, RIGHT - 30, y + 30), PALE, PLUM)
        page.line_in(
            Box(LEFT + 42, 0, RIGHT - 42, 0),
            policy_name(policy),
            Style(size=15, bold=True, color=PLUM),
            y + 21,
        )
        page.paragraph(
            Box(LEFT + 42, y + 38, RIGHT - 42, y), policy.text or "", Style(size=13.5, leading=1.5)
        )
        y += 122


def _measure(book: Book, plan: Plan, m: Measure) -> None:
    policy = next(p for p in plan.policies if p.id == m.policy)
    page = _slide(book, f"{m.number}{m.title}", 3, policy_name(policy))
    book.mark(record_key("measure", m.id))
    _box_label(page, Box(LEFT, 62, 520, 82), say("施策概要"))
    page.paragraph(Box(LEFT + 6, 88, 514, 88), m.overview or "", TEXT)
    _box_label(page, Box(532, 62, RIGHT, 82), say("担当課"))
    page.paragraph(Box(538, 88, RIGHT - 6, 88), "、".join(m.departments) + "ほか", TEXT)
    _box_label(page, Box(LEFT, 148, RIGHT, 168), say("主な取組内容"))
    _bullets(page, 173, list(m.actions))
    y = 180 + len(m.actions) * TEXT.line
    _box_label(page, Box(LEFT, y, RIGHT, y + 20), say("取組内容とスケジュール"))
    bottom = _schedule(book, plan, m, y + 22)
    _box_label(page, Box(LEFT, bottom + 8, RIGHT, bottom + 28), say("目指す成果"))
    _bullets(page, bottom + 33, [k.text for k in m.kpis if k.text])
    for k in range(len(m.kpis)):
        book.mark(record_key("kpi", m.id, k))


def _box_label(page: Canvas, box: Box, text: str) -> None:
    page.boxed(box, text, Style(size=12.5, bold=True, color=WHITE), PLUM)


def _bullets(page: Canvas, y: float, items: list[str]) -> None:
    for item in items:
        page.text(LEFT + 10, y + 13, "・", TEXT)
        y = page.paragraph(Box(LEFT + 26, y, RIGHT - 6, y), item, TEXT)


def _schedule(book: Book, plan: Plan, m: Measure, y: float) -> float:
    """No label column: a row of the chart holds one bar or several, each with its own text."""
    page = book.pages[-1]
    head = Style(size=12, bold=True, color=WHITE, align="center")
    n = len(plan.years)
    rows = [[Cell(short_reiwa(fy), fill=GREY, style=head) for fy in plan.years]]
    rows += [[Cell() for _ in range(n)] for _ in m.tasks]
    grid = table(
        page, LEFT, y, [(RIGHT - LEFT) / n] * n, rows, replace(TEXT, size=11), min_height=25, color=0xA6A6A6
    )
    axis = Axis(grid.xs, tuple(map(float, plan.years)))
    for r, task in enumerate(m.tasks):
        book.mark(record_key("task", m.id, r))
        _bars(page, axis, task, grid.ys[r + 1] + 2.5, grid.ys[r + 2] - 2.5, m.id)
    return grid.bottom


def _bars(page: Canvas, axis: Axis, task: Task, y0: float, y1: float, owner: str) -> None:
    for j, b in enumerate(task.bars):
        left, right = inset(owner, b.text, b.start)
        box = axis.box(b.start, b.end + 1, y0, y1, (left * 0.3, right * 0.5))
        _labelled(page, box, b.text or "", AMBER if j == 0 and len(task.bars) > 1 else TEAL)


def _labelled(page: Canvas, box: Box, text: str, fill: int) -> None:
    pentagon(page, box, fill)
    look = Style(size=11, align="center", color=0 if fill == AMBER else WHITE, leading=1.2)
    if text_width(text, look) > box.width - 12:
        look = replace(look, size=9, leading=1.05)
    page.label(box, text, look, pad=4)


def _procedures(book: Book, plan: Plan) -> None:
    """The list in two columns, down the left one first; what is not online yet is red."""
    page = _slide(book, plan.procedures[0].group or "別表", 3)
    online = sum(1 for p in plan.procedures if p.online)
    scope = f"優先的にオンライン化を進める手続のうち、本市に権限のある{len(plan.procedures)}手続"
    page.text(LEFT + 6, 74, f"{scope}（うちオンライン化済み{online}手続）", Style(size=13))
    page.text(LEFT + 6, 93, "※赤字は令和8年3月時点でオンライン化していないもの", Style(size=11, color=RED))
    half = -(-len(plan.procedures) // 2)
    look = Style(size=12, leading=1.3)
    cells = [
        Cell(f"{i + 1}　{p.name}", style=replace(look, color=0 if p.online else RED))
        for i, p in enumerate(plan.procedures)
    ]
    rows = [[cells[r], cells[r + half] if r + half < len(cells) else Cell()] for r in range(half)]
    table(page, LEFT + 6, 102, [(RIGHT - LEFT - 12) / 2] * 2, rows, look, ruling="cells", min_height=22)
    for i in range(len(plan.procedures)):
        book.mark(record_key("procedure", i))
