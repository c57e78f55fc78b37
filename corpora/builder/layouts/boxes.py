"""Portrait, one ruled table for each measure with coloured tags, labelled arrows over its year cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corpora.builder.content import Figure, Measure, Plan
from corpora.builder.draw import (
    Axis,
    Book,
    Canvas,
    Cell,
    ChartLook,
    Flow,
    Style,
    bar_chart,
    block_arrow,
    line_chart,
    measure_table,
)
from corpora.builder.layouts.common import inset, policy_name, short_reiwa
from corpora.builder.truth import Reading, record_key
from corpora.builder.wording import say
from extract.model import Box

READING = Reading(headings=("4　デジタル化の取組", "{policy}", "{number} {title}"))

WIDTH, HEIGHT = 595.28, 841.89
LEFT, RIGHT = 64.0, 531.0
BODY = Style(size=10.5, font="serif", leading=1.7)
CHAPTER = Style(size=15, bold=True, leading=1.8)
SECTION = Style(size=12, bold=True, leading=1.8)
SMALL = Style(size=9.5, font="serif", leading=1.4)
HEAD = Style(size=9.5, bold=True, align="center", leading=1.4)
PALE, HEADER = 0xDDEBF7, 0xF2F2F2
ARROWS = {"継続": 0x00A651, "検討": 0xFFC000, "導入": 0x0070C0, "実施": 0x0070C0}
TAGS = (0x4472C4, 0xC00000, 0x2E7D32)
# the rows of the kana table by their first kana, for the order of a glossary
KANA_ROWS = ("あ", "か", "さ", "た", "な", "は", "ま", "や", "ら", "わ")


def draw(plan: Plan) -> Book:
    """Title page, contents, background with charts, policies, a table for each measure, glossary."""
    book = Book(WIDTH, HEIGHT)
    _cover(book, plan)
    contents = book.page()
    entries: list[tuple[str, int]] = []
    flow = Flow(book, BODY, LEFT, RIGHT, 66, 776, furniture=_page_number)
    flow.new_page()
    for i, chapter in enumerate(plan.chapters):
        _chapter(flow, entries, chapter.title)
        for paragraph in chapter.body:
            flow.text(paragraph, first=10.5)
        if i == 0:
            for number, figure in enumerate(plan.figures):
                _figure(flow, figure, number)
    _chapter(flow, entries, say("3　基本的事項"))
    _policies(flow, plan)
    flow.new_page()
    _chapter(flow, entries, say("4　デジタル化の取組"))
    for policy in plan.policies:
        own = [m for m in plan.measures if m.policy == policy.id]
        if own:
            flow.heading(policy_name(policy, "　"), SECTION, keep=220)
        for measure in own:
            _measure(flow, plan, measure)
    flow.new_page()
    _chapter(flow, entries, say("5　用語解説"))
    _glossary(flow, plan)
    flow.close()
    _contents(contents, entries)
    return book


def _page_number(page: Canvas, number: int) -> None:
    page.line_in(Box(0, 0, WIDTH, 0), f"- {number} -", replace(BODY, align="center"), HEIGHT - 34)


def _cover(book: Book, plan: Plan) -> None:
    page = book.page()
    page.rect(Box(LEFT, 210, RIGHT, 213), 0x2E75B6)
    page.label(Box(LEFT, 220, RIGHT, 320), plan.doc.title, Style(size=26, bold=True, align="center"))
    page.rect(Box(LEFT, 327, RIGHT, 330), 0x2E75B6)
    center = Style(size=15, font="serif", align="center")
    page.line_in(Box(0, 0, WIDTH, 0), plan.doc.date_text, center, 640)
    page.line_in(Box(0, 0, WIDTH, 0), plan.doc.municipality, replace(center, size=18), 670)


def _contents(page: Canvas, entries: Sequence[tuple[str, int]]) -> None:
    page.text(LEFT, 92, "目　次", CHAPTER)
    for i, (title, number) in enumerate(entries):
        x = page.text(LEFT, 130 + i * 24, title, BODY)
        end = RIGHT - 30
        page.text(x + 6, 130 + i * 24, "…" * int((end - x - 12) / 10.5), BODY)
        page.text(end, 130 + i * 24, str(number), BODY)


def _chapter(flow: Flow, entries: list[tuple[str, int]], title: str) -> None:
    flow.heading(title, CHAPTER)
    entries.append((title, len(flow.book.pages)))


def _figure(flow: Flow, figure: Figure, number: int) -> None:
    """A vector chart of one of two makes, its caption below it."""
    flow.need(190)
    box = Box(LEFT + 60, flow.y + 6, RIGHT - 60, flow.y + 156)
    if figure.chart == "bar":
        bar_chart(flow.canvas, box, figure.labels, figure.values, ChartLook(frame=0xBFBFBF))
    else:
        line_chart(flow.canvas, box, figure.labels, figure.values, ChartLook(color=0xC0504D, gridlines=3))
    flow.canvas.text(box.x0, box.y0 + 8, f"（{figure.unit}）", Style(size=7.5))
    flow.y = box.y1 + 4
    source = f"（出典：{figure.source}）" if figure.source else ""
    flow.text(f"{figure.caption}{source}", replace(SMALL, align="center"))
    flow.book.mark(record_key("figure", number))
    flow.space(8)


def _policies(flow: Flow, plan: Plan) -> None:
    flow.text(say("(1) 基本理念"), SECTION)
    flow.space(4)
    frame = Box(LEFT + 50, flow.y, RIGHT - 50, flow.y + 36)
    flow.canvas.boxed(frame, plan.policies[0].title, Style(size=14, bold=True), PALE)
    flow.space(44)
    flow.text(say("(2) 基本方針"), SECTION)
    for policy in plan.policies[1:]:
        flow.text(policy_name(policy, "　"), Style(size=11, bold=True, leading=1.7))
        flow.text(policy.text or "", indent=10, first=10.5)
    flow.heading("(3) 計画期間", SECTION)
    flow.text(plan.doc.period_text or "", first=10.5)


def _measure(flow: Flow, plan: Plan, m: Measure) -> None:
    """The whole table of a measure stays on one page."""
    n = len(plan.years)
    rows = _rows(plan, m)
    widths = [92.0, *[375.0 / n] * n]
    height = measure_table(LEFT, 0, widths, rows, SMALL, min_height=30).bottom
    flow.heading(f"{m.number} {m.title}", Style(size=11.5, bold=True, leading=1.8), keep=height)
    flow.book.mark(record_key("measure", m.id))
    for k in range(len(m.kpis)):
        flow.book.mark(record_key("kpi", m.id, k))
    (grid,) = flow.table(widths, rows, SMALL, heads=0, min_height=30, color=0x595959)
    row = len(rows) - len(m.tasks)
    if m.national_tags:
        _tags(flow.canvas, grid.box(row - 2, 1, 1, n), m.national_tags)
    axis = Axis(grid.xs[1:], tuple(map(float, plan.years)))
    for i, task in enumerate(m.tasks):
        flow.book.mark(record_key("task", m.id, i))
        for b in task.bars:
            left, right = inset(m.id, i, b.start)
            top, bottom = grid.ys[row + i] + 6, grid.ys[row + i + 1] - 6
            box = axis.box(b.start, b.end + 1, top, bottom, (left / 2, right / 2))
            block_arrow(flow.canvas, box, ARROWS[b.text or ""], 0x41719C)
            look = Style(size=8, align="center", color=0 if b.text == "検討" else 0xFFFFFF, leading=1.1)
            flow.canvas.label(box, b.text or "", look)
    flow.space(14)


def _rows(plan: Plan, m: Measure) -> list[list[Cell]]:
    n = len(plan.years)
    targets = "\n".join(k.text for k in m.kpis if k.text)
    body = [(say("概要"), m.overview), (say("現状"), m.background), (say("成果指標"), targets)]
    rows = [[Cell(name, fill=PALE, style=HEAD), Cell(text, colspan=n)] for name, text in body if text]
    if m.national_tags:
        # empty lines keep the room of the tags, which are drawn over the cell
        rows.append([Cell(say("関連"), fill=PALE, style=HEAD), Cell("\n\n", colspan=n)])
    heads = (say("取組の工程"), *(f"{short_reiwa(fy)}年度" for fy in plan.years))
    rows.append([Cell(head, fill=HEADER, style=HEAD) for head in heads])
    return rows + [[Cell(task.name or ""), *(Cell() for _ in plan.years)] for task in m.tasks]


def _tags(canvas: Canvas, cell: Box, tags: Sequence[str]) -> None:
    width = (cell.width - 8 * (len(TAGS) + 1)) / len(TAGS)
    for i, tag in enumerate(tags):
        x = cell.x0 + 8 + i * (width + 8)
        look = Style(size=7.5, color=0xFFFFFF, align="center", leading=1.25)
        canvas.boxed(Box(x, cell.y0 + 5, x + width, cell.y1 - 5), tag, look, TAGS[i % len(TAGS)])


def _glossary(flow: Flow, plan: Plan) -> None:
    """A list under the rows of the kana table: the term in bold, its explanation set in below."""
    group = ""
    bold = Style(size=10.5, bold=True, leading=1.6)
    for i, term in enumerate(plan.glossary):
        row = _kana_row(term.kana or term.term)
        if row != group:
            group = row
            flow.heading(f"【{row}】", SECTION, keep=60)
        flow.need(bold.line + BODY.line)
        flow.text(f"・{term.term}", bold)
        flow.book.mark(record_key("term", i))
        flow.text(term.definition, indent=14)


def _kana_row(word: str) -> str:
    """あ行 for アナログ規制; 英字 for what is written in Latin letters."""
    first = chr(ord(word[0]) - 0x60) if "ァ" <= word[0] <= "ヶ" else word[0]
    rows = [row for row in KANA_ROWS if row <= first]
    return f"{rows[-1]}行" if rows and first <= "ん" else "英字"
