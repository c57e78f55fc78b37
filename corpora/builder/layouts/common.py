"""What several layouts share: names of years and policies, glossary tables, small irregularities."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace

from corpora.builder.content import Kpi, Plan, Policy
from corpora.builder.draw import Book, Canvas, Cell, Style, measure_table, table
from corpora.builder.truth import record_key
from extract.model import Box

REIWA = 2018  # 令和1年度 = 2019


def reiwa(fy: int, suffix: str = "年度") -> str:
    """令和8年度 for 2026."""
    return f"令和{fy - REIWA}{suffix}"


def short_reiwa(fy: int) -> str:
    """R8 for 2026."""
    return f"R{fy - REIWA}"


def policy_name(policy: Policy, gap: str = " ") -> str:
    """基本方針1 and its title."""
    return f"{policy.kind}{policy.number or ''}{gap}{policy.title}"


def lined(items: Sequence[str], bullet: str) -> str:
    """A list as one text, an item a line. ``bullet`` may be "①": then the items are counted on."""
    if bullet == "①":
        return "\n".join(f"{chr(0x2460 + i)}{item}" for i, item in enumerate(items))
    return "\n".join(f"{bullet}{item}" for item in items)


def label_of(kpi: Kpi) -> str:
    """The name of an indicator as a table prints it: (再掲) before, its qualifier after."""
    if kpi.printed:
        return kpi.printed
    tail = f"（{kpi.qualifier}）" if kpi.qualifier and kpi.qualifier not in (kpi.target.raw or "") else ""
    return f"{'（再掲）' if kpi.repeated else ''}{kpi.indicator}{tail}"


def inset(*key: object) -> tuple[float, float]:
    """Shares of a column by which a hand-placed bar misses its column's edges; fixed for a key."""
    noise = zlib.crc32(repr(key).encode())
    return 0.03 + (noise % 97) / 97 * 0.27, 0.03 + (noise // 97 % 89) / 89 * 0.27


def glossary_pages(
    start: Callable[[str], Canvas], book: Book, plan: Plan, area: Box, title: str, heads: tuple[str, str],
    style: Style, color: int,
) -> None:  # fmt: skip
    """The glossary as ruled tables of two columns, one on each page that ``start`` opens."""
    head = [
        Cell(h, fill=color, style=replace(style, bold=True, color=0xFFFFFF, align="center")) for h in heads
    ]
    widths = [area.width * 0.25, area.width * 0.75]
    pages: list[list[tuple[int, list[Cell]]]] = [[]]
    for i, term in enumerate(plan.glossary):
        entry = (i, [Cell(term.term), Cell(term.definition)])
        rows = [head, *(row for _, row in pages[-1]), entry[1]]
        if measure_table(area.x0, area.y0, widths, rows, style, min_height=30).bottom > area.y1:
            pages.append([])
        pages[-1].append(entry)
    for number, entries in enumerate(pages):
        page = start(f"{title}（{number + 1}/{len(pages)}）" if len(pages) > 1 else title)
        for i, _ in entries:
            book.mark(record_key("term", i))
        table(page, area.x0, area.y0, widths, [head, *(row for _, row in entries)], style, min_height=30)
