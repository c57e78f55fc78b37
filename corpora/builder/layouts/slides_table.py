"""Slides, one measure each: 概要 to KPI in one merged table, arrows without text below."""

from __future__ import annotations

from dataclasses import replace

from corpora.builder.content import Kpi, Measure, Plan, Task
from corpora.builder.draw import (
    Axis,
    Book,
    Canvas,
    Cell,
    Style,
    bar,
    block_arrow,
    connector,
    pentagon,
    table,
)
from corpora.builder.layouts.common import (
    glossary_pages,
    inset,
    label_of,
    lined,
    policy_name,
    reiwa,
)
from corpora.builder.truth import Reading, record_key
from corpora.builder.wording import say
from extract.model import Box

READING = Reading(headings=("5 具体的な取組", "{number} {title}"))

WIDTH, HEIGHT = 780.0, 540.0
NAVY, BLUE, PALE, GREY = 0x1F3864, 0x2E5FA8, 0xDCE6F2, 0xE7E6E6
WHITE = 0xFFFFFF
TEXT = Style(size=10.5, leading=1.35)
BODY = Style(size=12, leading=1.4)
HEAD = Style(size=10.5, bold=True, align="center", leading=1.3)
# the marks of one deck vary from slide to slide, as when several people drew it
MARKS = (block_arrow, pentagon, block_arrow, connector, bar)
COLORS = (0x5B9BD5, 0x70AD47, 0xED7D31)


def draw(plan: Plan) -> Book:
    """The deck: title, contents, three text slides, policies, matrix, a slide for each measure, glossary."""
    book = Book(WIDTH, HEIGHT)
    _cover(book, plan)
    _contents(book, plan)
    for chapter in plan.chapters:
        _text_slide(book, chapter.title, chapter.body)
        if chapter.key == "period":
            _period(book, plan)
    _policies(book, plan)
    _matrix(book, plan)
    for i, measure in enumerate(plan.measures):
        _measure(book, plan, measure, i)
    glossary_pages(
        lambda title: _slide(book, title), book, plan, Box(40, 66, WIDTH - 40, HEIGHT - 40), say("6 用語集"),
        (say("用語"), say("用語の略・解説")), TEXT, NAVY,
    )  # fmt: skip
    return book


def _slide(book: Book, title: str) -> Canvas:
    page = book.page()
    page.rect(Box(0, 0, WIDTH, 44), NAVY)
    page.label(Box(20, 0, WIDTH - 20, 44), title, Style(size=19, bold=True, color=WHITE, align="center"))
    page.line_in(
        Box(0, 0, WIDTH - 18, 0),
        str(len(book.pages)),
        Style(size=9, color=0x808080, align="right"),
        HEIGHT - 14,
    )
    return page


def _cover(book: Book, plan: Plan) -> None:
    page = book.page()
    page.rect(Box(0, 150, WIDTH, 270), NAVY)
    page.label(
        Box(0, 150, WIDTH, 270), plan.doc.title, Style(size=34, bold=True, color=WHITE, align="center")
    )
    center = Style(size=16, align="center")
    page.line_in(Box(0, 0, WIDTH, 0), plan.doc.period_text or "", center, 310)
    page.line_in(Box(0, 0, WIDTH, 0), plan.doc.date_text, center, 430)
    page.line_in(
        Box(0, 0, WIDTH, 0),
        f"{plan.doc.prefecture or ''}{plan.doc.municipality}",
        replace(center, size=18),
        462,
    )


def _contents(book: Book, plan: Plan) -> None:
    page = _slide(book, "目　次")
    first = len(plan.chapters) + 5
    entries = [(c.title, 3 + i) for i, c in enumerate(plan.chapters)]
    entries += [
        (say("3 基本理念・基本方針"), first - 2),
        (say("4 取組の体系"), first - 1),
        (say("5 具体的な取組"), first),
        (say("6 用語集"), first + len(plan.measures)),
    ]
    y = 100.0
    for title, number in entries:
        page.text(120, y, f"{title} {'・' * (34 - len(title))} {number}P", Style(size=14))
        y += 34


def _text_slide(book: Book, title: str, body: tuple[str, ...]) -> None:
    page = _slide(book, title)
    y = 74.0
    for paragraph in body:
        look = Style(size=14, leading=1.55)
        y = page.paragraph(Box(50, y, WIDTH - 50, y), paragraph, look, first_indent=14) + 6


def _period(book: Book, plan: Plan) -> None:
    _schedule(book, plan, plan.whole_tasks, "計画", 330.0, "plan", 3)


def _policies(book: Book, plan: Plan) -> None:
    page = _slide(book, say("3 基本理念・基本方針"))
    page.boxed(
        Box(60, 70, WIDTH - 60, 130),
        f"{say('基本理念')}　{plan.policies[0].title}",
        Style(size=19, bold=True),
        PALE,
        BLUE,
    )
    y = 150.0
    for policy, fill in zip(plan.policies[1:], (0xE2F0D9, 0xFFF2CC, 0xFBE5D6, 0xEDEDED)):
        page.rect(Box(60, y, WIDTH - 60, y + 104), fill)
        page.line_in(Box(76, 0, WIDTH - 76, 0), policy_name(policy, "："), Style(size=16, bold=True), y + 28)
        page.paragraph(Box(76, y + 40, WIDTH - 76, y), policy.text or "", Style(size=12, leading=1.45))
        y += 118


def _matrix(book: Book, plan: Plan) -> None:
    """Which measure serves which policy; nothing else in the deck says it."""
    page = _slide(book, say("4 取組の体系"))
    policies = plan.policies[1:]
    head = [Cell(say("取組"), fill=BLUE, style=replace(HEAD, color=WHITE))]
    head += [
        Cell(f"{say('基本方針')}{p.number}", fill=BLUE, style=replace(HEAD, color=WHITE)) for p in policies
    ]
    rows = [head]
    for m in plan.measures:
        marks = ["●" if p.id == m.policy or p.id in m.policies else "" for p in policies]
        rows.append([Cell(f"{m.number} {m.title}"), *(Cell(mark, style=HEAD) for mark in marks)])
    grid = table(
        page, 60, 74, [660 - 100 * len(policies), *[100.0] * len(policies)], rows, TEXT, min_height=34
    )
    page.text(60, grid.bottom + 18, say("● 関係する基本方針"), Style(size=9))


def _measure(book: Book, plan: Plan, measure: Measure, i: int) -> None:
    page = _slide(book, f"{measure.number} {measure.title}")
    book.mark(record_key("measure", measure.id))
    for k in range(len(measure.kpis)):
        book.mark(record_key("kpi", measure.id, k))
    rows: list[list[Cell]] = []
    body = ((say("概要"), measure.overview), (say("現状・課題"), measure.background),
            (say("取組内容"), measure.approach or lined(measure.actions, "・")))  # fmt: skip
    for name, text in body:
        if text:
            rows.append([Cell(name, fill=PALE, style=HEAD), Cell(text, colspan=3, style=BODY)])
    if measure.kpis:
        heads = [Cell(name, fill=GREY, style=HEAD) for name in (say("項目"), say("基準値"), say("目標値"))]
        rows.append([Cell(say("KPI"), rowspan=len(measure.kpis) + 1, fill=PALE, style=HEAD), *heads])
        rows += [_kpi_row(kpi) for kpi in measure.kpis]
    grid = table(page, 34, 60, [90, 372, 125, 125], rows, TEXT, pad=6)
    _schedule(book, plan, measure.tasks, say("取組の工程"), max(grid.bottom + 20, 350), measure.id, i)


def _kpi_row(kpi: Kpi) -> list[Cell]:
    center = replace(TEXT, align="center")
    return [
        Cell(label_of(kpi)),
        Cell(kpi.base.raw or "-", style=center),
        Cell(kpi.target.raw or "-", style=center),
    ]


def _schedule(
    book: Book, plan: Plan, tasks: tuple[Task, ...], corner: str, y: float, owner: str, i: int
) -> None:
    page = book.pages[-1]
    names = [corner, *(f"{reiwa(fy)}\n({fy})" for fy in plan.years)]
    rows = [[Cell(name, fill=BLUE, style=replace(HEAD, color=WHITE, size=9)) for name in names]]
    rows += [[Cell(task.name or ""), *(Cell() for _ in plan.years)] for task in tasks]
    widths = [192.0, *[520.0 / len(plan.years)] * len(plan.years)]
    grid = table(page, 34, y, widths, rows, TEXT, min_height=27)
    axis = Axis(grid.xs[1:], tuple(map(float, plan.years)))
    for r, task in enumerate(tasks):
        book.mark(record_key("task", owner, r))
        for b in task.bars:
            box = axis.box(
                b.start, b.end + 1, grid.ys[r + 1] + 6, grid.ys[r + 2] - 6, inset(owner, r, b.start)
            )
            MARKS[i % len(MARKS)](page, box, COLORS[i % len(COLORS)], 0x41719C if i % 2 == 0 else None)
