"""Landscape sheets: the header of a measure at the left, indicators as columns, steps as chevrons."""

from __future__ import annotations

from dataclasses import replace

from corpora.builder.content import Measure, Plan
from corpora.builder.draw import Axis, Book, Canvas, Cell, Style, chevron, table
from corpora.builder.layouts.common import glossary_pages, label_of, policy_name, reiwa
from corpora.builder.truth import Reading, record_key
from corpora.builder.wording import say
from extract.model import Box

READING = Reading(headings=("第3章 取組シート", "{policy}", "{number} {title}"))

WIDTH, HEIGHT = 841.89, 595.28
LEFT, RIGHT = 36.0, 806.0
SIDE = 176.0  # width of the header at the left
INDIGO, PALE, MID = 0x27408B, 0xE3E8F5, 0xB9C4E4
CHEVRONS = (0x9FB3DF, 0x5B7BC0, 0x27408B)
WHITE = 0xFFFFFF
TEXT = Style(size=11, leading=1.5)
HEAD = Style(size=10.5, bold=True, align="center", leading=1.4)


def draw(plan: Plan) -> Book:
    """Title page, chapters, policies, a sheet for each measure, glossary."""
    book = Book(WIDTH, HEIGHT)
    _cover(book, plan)
    for chapter in plan.chapters:
        page = _page(book, chapter.title)
        y = 92.0
        for paragraph in chapter.body:
            y = page.paragraph(Box(60, y, RIGHT - 24, y), paragraph, Style(size=13, leading=1.75), 13) + 6
    _policies(book, plan)
    for measure in plan.measures:
        _sheet(book, plan, measure)
    glossary_pages(
        lambda title: _page(book, title), book, plan, Box(LEFT, 88, RIGHT, HEIGHT - 40), say("用語集"),
        (say("用語"), say("説明")), TEXT, INDIGO,
    )  # fmt: skip
    return book


def _page(book: Book, title: str) -> Canvas:
    page = book.page()
    page.text(LEFT, 54, title, Style(size=18, bold=True, color=INDIGO))
    page.line(LEFT, 64, RIGHT, 64, 2, INDIGO)
    page.line_in(Box(LEFT, 0, RIGHT, 0), f"{len(book.pages)}", Style(size=9, align="center"), HEIGHT - 18)
    return page


def _cover(book: Book, plan: Plan) -> None:
    page = book.page()
    page.polygon([(0, 0), (WIDTH * 0.55, 0), (WIDTH * 0.4, HEIGHT), (0, HEIGHT)], INDIGO)
    page.text(60, 250, plan.doc.municipality, Style(size=24, bold=True, color=WHITE))
    page.text(
        60, 300, plan.doc.title.removeprefix(plan.doc.municipality), Style(size=24, bold=True, color=WHITE)
    )
    page.text(480, 250, f"{plan.doc.version}{'（案）' if plan.doc.draft else ''}", Style(size=20))
    page.text(480, 290, plan.doc.period_text or "", Style(size=15))
    page.text(480, 520, f"{plan.doc.date_text}　{plan.doc.prefecture}{plan.doc.municipality}", Style(size=15))


def _policies(book: Book, plan: Plan) -> None:
    page = _page(book, say("第2章 基本理念と基本方針"))
    page.boxed(Box(120, 90, 722, 140), plan.policies[0].title, Style(size=20, bold=True, color=WHITE), INDIGO)
    width = (RIGHT - LEFT - 40) / len(plan.policies[1:])
    for i, policy in enumerate(plan.policies[1:]):
        x = LEFT + i * (width + 20)
        page.rect(Box(x, 170, x + width, 500), PALE)
        page.boxed(Box(x, 170, x + width, 226), policy_name(policy, "\n"), Style(size=13, bold=True), MID)
        page.paragraph(
            Box(x + 12, 240, x + width - 12, 240), policy.text or "", Style(size=12.5, leading=1.7)
        )


def _sheet(book: Book, plan: Plan, m: Measure) -> None:
    page = _page(book, say("第3章 取組シート"))
    book.mark(record_key("measure", m.id))
    for k in range(len(m.kpis)):
        book.mark(record_key("kpi", m.id, k))
    _side(page, plan, m)
    x = LEFT + SIDE + 14
    rows = [[Cell(name, fill=PALE, style=HEAD), Cell(text)] for name, text in
            ((say("背景"), m.background), (say("取組方針"), m.approach)) if text]  # fmt: skip
    y = table(page, x, 80, [72, RIGHT - x - 72], rows, TEXT, pad=8, color=INDIGO).bottom + 14
    y = _kpis(page, m, x, y) + 14
    _steps(book, plan, m, x, y)


def _side(page: Canvas, plan: Plan, m: Measure) -> None:
    """Policy, number, title and offices in a block at the left of the sheet."""
    policy = next(p for p in plan.policies if p.id == m.policy)
    page.rect(Box(LEFT, 80, LEFT + SIDE, 548), INDIGO)
    inner = Box(LEFT + 12, 94, LEFT + SIDE - 12, 94)
    y = page.paragraph(inner, policy_name(policy), Style(size=9.5, color=MID, leading=1.5))
    big = Style(size=16, bold=True, color=WHITE, leading=1.5)
    page.paragraph(inner._replace(y0=y + 14), f"{m.number} {m.title}", big)
    page.rect(Box(LEFT + 10, 452, LEFT + SIDE - 10, 538), WHITE)
    page.text(LEFT + 18, 470, say("担当課"), Style(size=9.5, bold=True, color=INDIGO))
    page.paragraph(Box(LEFT + 18, 478, LEFT + SIDE - 18, 478), "、".join(m.departments), Style(size=10))


def _kpis(page: Canvas, m: Measure, x: float, y: float) -> float:
    """Transposed: an indicator is a column; its unit is told with its name."""
    page.text(x, y + 12, say("■ 成果指標"), Style(size=12, bold=True, color=INDIGO))
    center = replace(TEXT, align="center")
    rows = [
        [Cell(say("指標"), fill=MID, style=HEAD), *(Cell(label_of(k), fill=MID, style=HEAD) for k in m.kpis)],
        [
            Cell(say("現状値（R7）"), fill=PALE, style=HEAD),
            *(Cell(k.base.raw or "－", style=center) for k in m.kpis),
        ],
        [
            Cell(say("目標値（R11）"), fill=PALE, style=HEAD),
            *(Cell(k.target.raw or "－", style=center) for k in m.kpis),
        ],
    ]
    widths = [90.0, *[(RIGHT - x - 90) / len(m.kpis)] * len(m.kpis)]
    return table(page, x, y + 20, widths, rows, TEXT, color=INDIGO, min_height=26).bottom


def _steps(book: Book, plan: Plan, m: Measure, x: float, y: float) -> None:
    """Chevrons one after the other over year columns without ruling."""
    page = book.pages[-1]
    page.text(x, y + 12, say("■ 工程"), Style(size=12, bold=True, color=INDIGO))
    label, n = 150.0, len(plan.years)
    width = (RIGHT - x - label) / n
    xs = tuple(x + label + width * i for i in range(n + 1))
    for i, fy in enumerate(plan.years):
        page.boxed(
            Box(xs[i] + 1, y + 20, xs[i + 1] - 1, y + 40), reiwa(fy), replace(HEAD, color=WHITE), INDIGO
        )
    axis = Axis(xs, tuple(map(float, plan.years)))
    for r, task in enumerate(m.tasks):
        book.mark(record_key("task", m.id, r))
        top = y + 46 + 34 * r
        page.boxed(Box(x, top, x + label - 6, top + 28), task.name or "", Style(size=10), PALE)
        for j, b in enumerate(task.bars):
            box = axis.box(b.start, b.end + 1, top, top + 28, (0.01, 0.01))
            fill = CHEVRONS[min(j, 2)]
            chevron(page, box, fill)
            page.label(box, b.text or "", Style(size=10, align="center", color=0 if j == 0 else WHITE))
