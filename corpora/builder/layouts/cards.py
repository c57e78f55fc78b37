"""Portrait cards: stacked labels, 基準値・現状値・目標値, merged year cells, a list on a turned page."""

from __future__ import annotations

from dataclasses import replace

from corpora.builder.content import Measure, Plan
from corpora.builder.draw import Book, Canvas, Cell, Flow, Style, measure_table, table
from corpora.builder.layouts.common import label_of, policy_name
from corpora.builder.truth import Reading, record_key
from corpora.builder.wording import say
from extract.model import Box

READING = Reading(headings=("第3章　施策と工程", "{policy}", "施策{number}　{title}"))

WIDTH, HEIGHT = 595.28, 841.89
LEFT, RIGHT = 58.0, 537.0
BODY = Style(size=10.5, font="serif", leading=1.65)
CHAPTER = Style(size=15, bold=True, color=0x7A4B00, leading=1.9)
SECTION = Style(size=12, bold=True, leading=1.8)
SMALL = Style(size=9, leading=1.4)
CENTER = replace(SMALL, align="center")
HEAD = replace(CENTER, bold=True)
OCHRE, SAND, PALE = 0xC58B2A, 0xF3E3C3, 0xFBF5E9


def draw(plan: Plan) -> Book:
    """Title page, chapters, achievements, policies, cards, the list of procedures, glossary."""
    book = Book(WIDTH, HEIGHT)
    _cover(book, plan)
    flow = Flow(book, BODY, LEFT, RIGHT, 70, 770, furniture=_furniture)
    flow.new_page()
    for chapter in plan.chapters:
        flow.heading(chapter.title, CHAPTER)
        for paragraph in chapter.body:
            flow.text(paragraph, first=10.5)
        if chapter.key == "achieved":
            _progress(flow, plan)
    flow.heading(say("第2章　基本理念と基本方針"), CHAPTER)
    flow.text(say("1　基本理念"), SECTION)
    flow.text(f"「{plan.policies[0].title}」", Style(size=13, bold=True, align="center", leading=2.2))
    flow.text(say("2　基本方針"), SECTION)
    for policy in plan.policies[1:]:
        flow.text(policy_name(policy, "　"), Style(size=10.5, bold=True, leading=1.8))
        flow.text(policy.text or "", indent=10.5, first=10.5)
    flow.new_page()
    flow.heading(say("第3章　施策と工程"), CHAPTER)
    for policy in plan.policies[1:]:
        flow.heading(policy_name(policy, "　"), SECTION, keep=200)
        for measure in plan.measures:
            if measure.policy == policy.id:
                _card(flow, plan, measure)
    _procedures(book, plan)
    flow.new_page()
    flow.heading(say("用語解説"), CHAPTER)
    _glossary(flow, plan)
    flow.close()
    return book


def _furniture(page: Canvas, number: int) -> None:
    page.line(LEFT, 808, RIGHT, 808, 0.5, OCHRE)
    page.line_in(Box(LEFT, 0, RIGHT, 0), str(number), Style(size=9, align="right"), 824)


def _cover(book: Book, plan: Plan) -> None:
    page = book.page()
    page.rect(Box(40, 40, WIDTH - 40, HEIGHT - 40), None, OCHRE, 3)
    whole = Box(0, 0, WIDTH, 0)
    page.line_in(whole, plan.doc.title, Style(size=27, bold=True, align="center"), 280)
    page.line_in(whole, plan.doc.version or "", Style(size=18, align="center"), 316)
    page.line_in(whole, plan.doc.period_text or "", Style(size=15, align="center"), 352)
    page.line_in(whole, plan.doc.date_text, Style(size=15, align="center"), 640)
    place = f"{plan.doc.prefecture}{plan.doc.municipality}"
    page.line_in(whole, place, Style(size=18, align="center"), 674)


def _progress(flow: Flow, plan: Plan) -> None:
    """Target, result and degree of achievement of the earlier plan's items, a row each."""
    rows = [
        [
            Cell(h, fill=SAND, style=HEAD)
            for h in (say("前計画の取組"), say("目標"), say("実績"), say("達成率"))
        ]
    ]
    for i, p in enumerate(plan.progress):
        values = [Cell(v or "", style=CENTER) for v in (p.target, p.result, p.printed)]
        rows.append([Cell(p.item, key=record_key("progress", i)), *values])
    flow.space(6)
    flow.table([219, 90, 90, 80], rows, SMALL, color=OCHRE, min_height=22)


def _card(flow: Flow, plan: Plan, m: Measure) -> None:
    """A card is kept on one page."""
    flow.need(_height(plan, m))
    flow.book.mark(record_key("measure", m.id))
    page, y = flow.canvas, flow.y
    page.rect(Box(LEFT, y, RIGHT, y + 24), OCHRE)
    white = Style(size=12, bold=True, color=0xFFFFFF)
    page.text(LEFT + 10, y + 16.5, f"{say('施策')}{m.number}　{m.title}", white)
    office = f"［{say('担当')}］{'・'.join(m.departments)}"
    page.line_in(
        Box(LEFT, 0, RIGHT - 8, 0), office, replace(white, size=8.5, align="right", bold=False), y + 16
    )
    y += 24
    for label, text in ((say("現状"), m.background), (say("概要"), m.overview)):
        body = table(
            page, LEFT + 24, y, [RIGHT - LEFT - 24], [[Cell(text or "")]], SMALL, color=OCHRE, min_height=40
        )
        side = Box(LEFT, y, LEFT + 24, body.bottom)
        page.rect(side, SAND, OCHRE)
        page.stacked(side, label, HEAD)
        y = body.bottom
    y = table(page, LEFT, y + 5, _KPI_WIDTHS, _kpi_rows(flow, m), SMALL, color=OCHRE, min_height=20).bottom
    flow.y = _schedule(flow, plan, m, y + 5) + 20


_KPI_WIDTHS = [209.0, 90.0, 90.0, 90.0]


def _kpi_rows(flow: Flow, m: Measure) -> list[list[Cell]]:
    heads = (
        say("評価指標"),
        say("基準値\n（令和2年度）"),
        say("現状値\n（令和6年度）"),
        say("目標値\n（令和12年度）"),
    )
    rows = [[Cell(h, fill=SAND, style=replace(HEAD, size=8.5)) for h in heads]]
    for i, k in enumerate(m.kpis):
        flow.book.mark(record_key("kpi", m.id, i))
        values = [Cell(a.raw or "－", style=CENTER) for a in (k.base, k.current, k.target)]
        rows.append([Cell(label_of(k)), *values])
    return rows


def _height(plan: Plan, m: Measure) -> float:
    width = [RIGHT - LEFT - 24]
    bodies = [[[Cell(text or "")]] for text in (m.background, m.overview)]
    boxes = sum(measure_table(0, 0, width, rows, SMALL, min_height=40).bottom for rows in bodies)
    return 24 + boxes + 22 * (len(m.kpis) + 2) + 22 * (len(m.tasks) + 1) + 34


def _schedule(flow: Flow, plan: Plan, m: Measure, y: float) -> float:
    """A task's step is a cell merged over its years; years without a step are empty cells."""
    names = (say("工程"), *(f"{fy}年度" for fy in plan.years))
    rows = [[Cell(name, fill=SAND, style=HEAD) for name in names]]
    for i, task in enumerate(m.tasks):
        flow.book.mark(record_key("task", m.id, i))
        row, fy = [Cell(task.name or "")], plan.years[0]
        for bar in task.bars:
            row += [Cell() for _ in range(fy, bar.start)]
            row.append(Cell(bar.text or "", colspan=bar.end - bar.start + 1, fill=PALE, style=CENTER))
            fy = bar.end + 1
        rows.append(row + [Cell() for _ in range(fy, plan.years[-1] + 1)])
    widths = [149.0, *[330 / len(plan.years)] * len(plan.years)]
    return table(flow.canvas, LEFT, y, widths, rows, SMALL, color=OCHRE, min_height=20).bottom


def _procedures(book: Book, plan: Plan) -> None:
    """A wide list on a page that is stored upright and shown turned."""
    page = book.page(turned=True)
    title = plan.procedures[0].group or ""
    page.text(LEFT, 60, title, CHAPTER)
    page.text(LEFT, 80, "○：オンライン化済み　×：未対応　－：本市では取り扱わないもの", SMALL)
    rows = [[Cell(h, fill=SAND, style=HEAD) for h in (say("番号"), say("手続の名称"), say("オンライン化"))]]
    for i, p in enumerate(plan.procedures):
        book.mark(record_key("procedure", i))
        sign = "－" if not p.applicable else "○" if p.online else "×"
        rows.append([Cell(p.number or "", style=CENTER), Cell(p.name), Cell(sign, style=CENTER)])
    table(page, LEFT, 92, [60, 480, 120], rows, SMALL, color=OCHRE, min_height=24)


def _glossary(flow: Flow, plan: Plan) -> None:
    """Reading and full name have columns of their own."""
    rows = [
        [Cell(h, fill=SAND, style=HEAD) for h in (say("用語"), say("読み"), say("正式名称"), say("説明"))]
    ]
    for i, t in enumerate(plan.glossary):
        cells = [Cell(t.reading or "－"), Cell(t.expansion or "－"), Cell(t.definition)]
        rows.append([Cell(t.term, key=record_key("term", i)), *cells])
    flow.table([80, 80, 110, 209], rows, SMALL, color=OCHRE, min_height=24)
