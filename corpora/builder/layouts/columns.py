"""Portrait in two columns: a KPI table with a column for each year, half-year columns with shaded cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpora.builder.content import Measure, Plan
from corpora.builder.draw import Book, Canvas, Cell, Style, measure_table, table, wrap
from corpora.builder.layouts.common import label_of, policy_name, short_reiwa
from corpora.builder.truth import Reading, record_key
from corpora.builder.wording import say
from extract.model import Box

READING = Reading(halves=True, headings=("3 施策の展開", "{number} {title}"))

WIDTH, HEIGHT = 595.28, 841.89
LEFT, RIGHT, TOP, BOTTOM = 48.0, 547.0, 78.0, 786.0
GUTTER = 22.0
COLUMN = (RIGHT - LEFT - GUTTER) / 2
GREEN, PALE, HEADER = 0x2F6B3C, 0xEAF3E6, 0xC6E0B4
WHITE = 0xFFFFFF
BODY = Style(size=9.5, font="serif", leading=1.65)
HEADING = Style(size=14, bold=True, color=GREEN, leading=1.9)
SMALL = Style(size=8.5, leading=1.35)
HEAD = replace(SMALL, bold=True, align="center")


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph of two-column text."""

    text: str
    style: Style = BODY
    indent: float = 0.0
    first: float = 0.0
    key: str | None = None


def draw(plan: Plan) -> Book:
    """Title page, two-column text, policies with their matrix, measures, glossary."""
    book = Book(WIDTH, HEIGHT)
    _cover(book, plan)
    pieces: list[Piece] = []
    for chapter in plan.chapters:
        pieces.append(Piece(chapter.title, HEADING))
        pieces += [Piece(paragraph, first=9.5) for paragraph in chapter.body]
    pieces.append(Piece(say("基本理念"), replace(HEADING, size=11)))
    pieces.append(Piece(f"「{plan.policies[0].title}」", Style(size=11, bold=True, leading=1.8)))
    for policy in plan.policies[1:]:
        pieces.append(Piece(policy_name(policy), Style(size=10, bold=True, leading=1.8)))
        pieces.append(Piece(policy.text or "", first=9.5))
    _two_columns(book, plan, pieces)
    _matrix(book, plan)
    _measures(book, plan)
    terms = [Piece(say("4 用語の説明"), HEADING)]
    for i, term in enumerate(plan.glossary):
        terms.append(
            Piece(f"◆{term.term}", Style(size=9.5, bold=True, leading=1.6), key=record_key("term", i))
        )
        terms.append(Piece(term.definition, replace(BODY, size=9), indent=10))
    _two_columns(book, plan, terms)
    return book


def _page(book: Book, plan: Plan) -> Canvas:
    """Running head and page number; the head is the same on every page."""
    page = book.page()
    page.text(LEFT, 44, plan.doc.title, Style(size=8.5, color=GREEN))
    page.line(LEFT, 50, RIGHT, 50, 0.8, GREEN)
    number = Style(size=9, align="right" if len(book.pages) % 2 else "left")
    page.line_in(Box(LEFT, 0, RIGHT, 0), str(len(book.pages)), number, 818)
    return page


def _cover(book: Book, plan: Plan) -> None:
    page = book.page()
    page.rect(Box(0, 180, WIDTH, 360), GREEN)
    page.label(
        Box(0, 200, WIDTH, 290), plan.doc.title, Style(size=32, bold=True, color=WHITE, align="center")
    )
    center = Style(size=15, color=WHITE, align="center")
    page.line_in(Box(0, 0, WIDTH, 0), plan.doc.period_text or "", center, 330)
    page.line_in(Box(0, 0, WIDTH, 0), plan.doc.date_text, replace(center, color=0), 640)
    page.line_in(
        Box(0, 0, WIDTH, 0),
        f"{plan.doc.prefecture} {plan.doc.municipality}",
        replace(center, color=0, size=18),
        672,
    )


def _two_columns(book: Book, plan: Plan, pieces: Sequence[Piece]) -> None:
    """Fill the left column, then the right one, then the next page; the last page is balanced."""
    page = _page(book, plan)
    lines = [p.style.line for p in pieces for _ in wrap(p.text, COLUMN - p.indent, p.style)]
    bottom = min(BOTTOM, TOP + sum(lines) / 2 + 3 * BODY.line)
    x, y = LEFT, TOP
    for piece in pieces:
        keep = piece.style.line + (BODY.line * 2 if piece.style.bold else 0)
        for i, line in enumerate(wrap(piece.text, COLUMN - piece.indent, piece.style, piece.first)):
            if y + (keep if i == 0 else piece.style.line) > bottom:
                if x == LEFT:
                    x = LEFT + COLUMN + GUTTER
                else:
                    page, x = _page(book, plan), LEFT
                y = TOP
            if piece.key:
                book.mark(piece.key)
            box = Box(x + piece.indent + (piece.first if i == 0 else 0.0), y, x + COLUMN, y)
            page.line_in(box, line, piece.style, y + piece.style.line / 2 + piece.style.size * 0.36)
            y += piece.style.line


def _matrix(book: Book, plan: Plan) -> None:
    page = _page(book, plan)
    page.text(LEFT, 92, say("2 施策の体系"), HEADING)
    policies = plan.policies[1:]
    head = replace(HEAD, color=WHITE)
    names = [say("施策"), *(f"{say('基本方針')}{p.number}" for p in policies), "自治体DX\n推進計画"]
    rows = [[Cell(name, fill=GREEN, style=head) for name in names]]
    for m in plan.measures:
        marks = ["●" if p.id in (m.policies or (m.policy,)) else "" for p in policies]
        star = {"重点取組事項": "★", "取組事項": "☆"}
        marks.append(star[m.national_tags[0]] if m.national_tags else "")
        rows.append([Cell(f"{m.number} {m.title}"), *(Cell(mark, style=HEAD) for mark in marks)])
    width = 499.0 - 66 * len(names[1:])
    grid = table(
        page, LEFT, 104, [width, *[66.0] * len(names[1:])], rows, SMALL, ruling="cells", min_height=26
    )
    page.text(LEFT, grid.bottom + 16, say("● 関係する基本方針") + "　★ 重点取組事項　☆ 取組事項", SMALL)


def _measures(book: Book, plan: Plan) -> None:
    """A measure takes half a page or so and is not broken."""
    page = _page(book, plan)
    page.text(LEFT, 92, say("3 施策の展開"), HEADING)
    y = 108.0
    for m in plan.measures:
        height = _height(plan, m)
        if y + height > BOTTOM:
            page = _page(book, plan)
            y = TOP
        y = _measure(book, page, plan, m, y) + 22


def _measure(book: Book, page: Canvas, plan: Plan, m: Measure, y: float) -> float:
    book.mark(record_key("measure", m.id))
    for k in range(len(m.kpis)):
        book.mark(record_key("kpi", m.id, k))
    page.rect(Box(LEFT, y, LEFT + 6, y + 20), GREEN)
    page.text(LEFT + 12, y + 15, f"{m.number} {m.title}", Style(size=12.5, bold=True))
    office = f"{say('担当')}：{'、'.join(m.departments)}"
    page.line_in(Box(LEFT, 0, RIGHT, 0), office, replace(SMALL, align="right"), y + 14)
    y += 26
    left = page.paragraph(Box(LEFT, y, LEFT + COLUMN, y), f"【{say('背景')}】\n{m.background}", BODY)
    actions = "\n".join(f"・{a}" for a in m.actions)
    right = page.paragraph(
        Box(LEFT + COLUMN + GUTTER, y, RIGHT, y), f"【{say('取組内容')}】\n{actions}", BODY
    )
    y = max(left, right) + 6
    y = table(
        page, LEFT, y, _kpi_widths(plan), _kpi_rows(plan, m), SMALL, ruling="hairlines", color=0x7F7F7F
    ).bottom
    return _schedule(book, page, plan, m, y + 8)


def _height(plan: Plan, m: Measure) -> float:
    lines = max(len(wrap(m.background or "", COLUMN, BODY)), len(m.actions)) + 1
    kpis = measure_table(0, 0, _kpi_widths(plan), _kpi_rows(plan, m), SMALL).bottom
    return 26 + lines * BODY.line + kpis + 14 + 16 * (len(m.tasks) + 2)


def _kpi_widths(plan: Plan) -> list[float]:
    return [145, 36, 68, *[250 / len(plan.years)] * len(plan.years)]


def _kpi_rows(plan: Plan, m: Measure) -> list[list[Cell]]:
    """Units have a column of their own; the last year is the target."""
    last = plan.years[-1]
    years = [f"{short_reiwa(fy)}{'（目標）' if fy == last else ''}" for fy in plan.years]
    rows = [[Cell(n, fill=HEADER, style=HEAD) for n in (say("指標"), say("単位"), say("R7（現状）"), *years)]]
    center = replace(SMALL, align="center")
    for k in m.kpis:
        values = [k.base.raw or "-", *(p.raw for p in k.series)]
        rows.append(
            [
                Cell(label_of(k)),
                Cell(k.target.unit or "", style=center),
                *(Cell(v, style=center) for v in values),
            ]
        )
    return rows


def _schedule(book: Book, page: Canvas, plan: Plan, m: Measure, y: float) -> float:
    """Two columns a year; a cell is shaded where the work goes on, a note may stand in the first of them."""
    n = len(plan.years)
    years = [Cell(f"{short_reiwa(fy)}年度", colspan=2, fill=HEADER, style=HEAD) for fy in plan.years]
    rows = [[Cell(say("工程"), rowspan=2, fill=HEADER, style=HEAD), *years]]
    rows.append([Cell(half, fill=PALE, style=HEAD) for _ in range(n) for half in ("上", "下")])
    for i, task in enumerate(m.tasks):
        book.mark(record_key("task", m.id, i))
        on = {t for b in task.bars for t in range(2 * b.start + b.start_half, 2 * b.end + b.end_half + 1)}
        halves = range(2 * plan.years[0] + 1, 2 * plan.years[-1] + 3)
        rows.append([Cell(task.name or ""), *(Cell(fill=0xA9D08E if t in on else None) for t in halves)])
    return table(
        page, LEFT, y, [159, *[340 / n / 2] * (2 * n)], rows, SMALL, ruling="hairlines", color=0x7F7F7F
    ).bottom
