"""Portrait prose with footnotes; indicators and the year-by-year table (体系図) stand at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corpora.builder.content import Measure, Plan
from corpora.builder.draw import Book, Canvas, Cell, Flow, Style, plain, text_width
from corpora.builder.layouts.common import label_of, policy_name, short_reiwa
from corpora.builder.truth import Reading, record_key
from corpora.builder.wording import say
from extract.model import Box

READING = Reading(span="each", headings=("4　基本方針と取組事項", "{policy}", "{number}　{title}"))

WIDTH, HEIGHT = 595.28, 841.89
LEFT, RIGHT = 76.0, 519.0
BODY = Style(size=10.5, font="serif", leading=1.75)
CHAPTER = Style(size=15, bold=True, leading=1.8)
SECTION = Style(size=12.5, bold=True, leading=1.8)
TITLE = Style(size=11.5, bold=True, leading=1.8)
SMALL = Style(size=9, font="serif", leading=1.35)
HEAD = replace(SMALL, font="sans", bold=True, align="center")
BAND, PALE, HEADER = 0xB4C6E7, 0xE2EFDA, 0xD9D9D9


def draw(plan: Plan) -> Book:
    """Title page, contents, chapters, measures under their policies, indicators, 体系図."""
    book = Book(WIDTH, HEIGHT)
    _cover(book, plan)
    contents = book.page()
    entries: list[tuple[int, str, int]] = []
    flow = Flow(
        book, BODY, LEFT, RIGHT, 72, 770, notes={t.mark: t.definition for t in plan.glossary if t.mark},
        furniture=_page_number,
    )  # fmt: skip
    flow.new_page()
    for chapter in plan.chapters:
        _heading(flow, entries, 0, chapter.title, CHAPTER)
        for paragraph in chapter.body:
            flow.text(paragraph, first=10.5)
    _heading(flow, entries, 0, say("4　基本方針と取組事項"), CHAPTER)
    for policy in plan.policies:
        _heading(flow, entries, 1, policy_name(policy, "　"), SECTION)
        flow.text(policy.text or "", first=10.5)
        for measure in plan.measures:
            if measure.policy == policy.id:
                _measure(flow, entries, measure)
    _heading(flow, entries, 0, say("5　成果指標"), CHAPTER)
    flow.text("計画の最終年度に向けて、次の指標により進み具合を確かめます。", first=10.5)
    flow.space(6)
    _indicators(flow, plan)
    _heading(flow, entries, 0, f"{plan.doc.municipality}ＤＸ推進計画　体系図", CHAPTER)
    _by_year(flow, plan)
    flow.close()
    _contents(contents, entries)
    _mark_notes(book, plan)
    return book


def _page_number(page: Canvas, number: int) -> None:
    page.line_in(Box(0, 0, WIDTH, 0), str(number - 2), replace(BODY, align="center"), HEIGHT - 34)


def _cover(book: Book, plan: Plan) -> None:
    page = book.page()
    center = Style(size=28, bold=True, align="center")
    whole = Box(0, 0, WIDTH, 0)
    page.line_in(whole, plan.doc.title, center, 270)
    page.line_in(whole, f"（{plan.doc.version}）", replace(center, size=18, bold=False), 306)
    if plan.doc.draft:
        page.line_in(whole, "【素案】", replace(center, size=18, bold=False), 336)
    page.line_in(whole, plan.doc.period_text or "", replace(center, size=15, bold=False), 380)
    page.line_in(whole, plan.doc.date_text, replace(center, size=16, bold=False), 660)
    page.line_in(whole, f"{plan.doc.prefecture}　{plan.doc.municipality}", replace(center, size=19), 692)


def _contents(page: Canvas, entries: Sequence[tuple[int, str, int]]) -> None:
    page.text(LEFT, 96, "目次", CHAPTER)
    y = 124.0
    for level, title, number in entries:
        x = page.text(LEFT + 14 * level, y, title, BODY)
        tail = str(number - 2)
        end = RIGHT - text_width(tail, BODY)
        dots = "." * int((end - x - 8) / text_width(".", BODY))
        page.text(x + 4, y, dots, BODY)
        page.text(end, y, tail, BODY)
        y += 19


def _heading(flow: Flow, entries: list[tuple[int, str, int]], level: int, text: str, style: Style) -> None:
    flow.heading(text, style)
    entries.append((level, plain(text), len(flow.book.pages)))


def _measure(flow: Flow, entries: list[tuple[int, str, int]], m: Measure) -> None:
    _heading(flow, entries, 2, f"{m.number}　{m.title}", TITLE)
    flow.book.mark(record_key("measure", m.id))
    for name, text in ((say("現状と課題"), m.background), (say("取組方針"), m.approach)):
        if text:
            flow.heading(f"＜{name}＞", replace(BODY, bold=True), keep=20, before=0)
            flow.text(text, first=10.5)
    if m.actions:
        flow.heading(say("＜主な取組＞"), replace(BODY, bold=True), keep=20, before=0)
        for i, action in enumerate(m.actions):
            flow.text(f"{chr(0x2460 + i)} {action}", indent=16)


def _indicators(flow: Flow, plan: Plan) -> None:
    """One table for the whole plan; the measure's cell is merged over its indicators."""
    heads = (say("取組事項"), say("指標"), say("現状値\n(令和6年度)"), say("目標値\n(令和11年度)"))
    rows = [[Cell(h, fill=HEADER, style=HEAD) for h in heads]]
    center = replace(SMALL, align="center")
    for m in plan.measures:
        for i, k in enumerate(m.kpis):
            first = [Cell(f"{m.number} {plain(m.title)}", rowspan=len(m.kpis))] if i == 0 else []
            values = [Cell(a.raw or "－", style=center) for a in (k.base, k.target)]
            rows.append([*first, Cell(label_of(k), key=record_key("kpi", m.id, i)), *values])
    flow.table([140, 153, 75, 75], rows, SMALL, ruling="hairlines", color=0, min_height=24)


def _by_year(flow: Flow, plan: Plan) -> None:
    """Policies and measures are rows over the whole width, every year of a task has its own words."""
    n = len(plan.years)
    names = (say("基本方針・取組"), *(f"{short_reiwa(fy)}年度" for fy in plan.years))
    rows: list[list[Cell]] = [[Cell(name, fill=HEADER, style=HEAD) for name in names]]
    for p in plan.policies:
        left = replace(HEAD, align="left")
        rows.append([Cell(f"{p.number}　{p.title}", colspan=n + 1, fill=BAND, style=left)])
        for m in plan.measures:
            if m.policy != p.id:
                continue
            rows.append([Cell(f"{m.number}　{plain(m.title)}", colspan=n + 1, fill=PALE)])
            for i, task in enumerate(m.tasks):
                years = [b.text or "" for b in task.bars for _ in range(b.start, b.end + 1)]
                center = replace(SMALL, align="center")
                name = Cell(f"{chr(0x2460 + i)}{task.name}", key=record_key("task", m.id, i))
                rows.append([name, *(Cell(text, style=center) for text in years)])
    flow.table([171, *[272 / n] * n], rows, SMALL, ruling="hairlines", color=0, min_height=24)


def _mark_notes(book: Book, plan: Plan) -> None:
    """A note stands on the page where its mark first stands."""
    for number, page in enumerate(book.pages, 1):
        for i, term in enumerate(plan.glossary):
            if term.mark and term.mark in page.raised:
                book.places.setdefault(record_key("term", i), number)
