"""A small plan to put the traits of real pages in, and the records that a run makes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from corpora.builder.draw import Cell, Ruling, Style, table
from tests.extract.paper import Sheet

BODY = Style(size=10.5)
HEAD = Style(size=16, bold=True)
LABEL = Style(size=11, bold=True)
SMALL = Style(size=9)


@dataclass(frozen=True)
class Read:
    """Rows that one reader's run made of a few pages."""

    rows: dict[str, list[dict[str, Any]]]

    def blocks(self, *kinds: str) -> list[str]:
        return [b["text"] for b in self.rows.get("blocks", []) if not kinds or b["kind"] in kinds]

    def column(self, table: str, *names: str) -> list[Any]:
        rows = self.rows.get(table, [])
        return [r[names[0]] if len(names) == 1 else tuple(r[n] for n in names) for r in rows]

    def characters(self) -> Counter[str]:
        return Counter("".join("".join(self.blocks()).split()))


Reading = Callable[..., Read]


# --- a plan to put the traits in ------------------------------------------------------------------------


def measure(sheet: Sheet, title: str = "窓口手続きの見直し", top: float = 60) -> float:
    """A measure with a heading and its boxes as labelled lines; returns the y below it."""
    sheet.text(50, top, f"1 {title}", HEAD)
    y = top + 30
    for label, value in [
        ("概要", "来庁する人の待ち時間を短くするため、受付の流れを組み直します。"),
        ("担当課", "市民課"),
    ]:
        sheet.text(50, y, f"＜{label}＞", LABEL)
        sheet.text(50, y + 18, value, BODY)
        y += 42
    return y


def kpi_table(sheet: Sheet, y: float, rows: Sequence[tuple[str, str, str]], ruling: Ruling = "lines") -> None:
    head = [
        Cell("指標", fill=0xDDE6F0),
        Cell("現状値（R6）", fill=0xDDE6F0),
        Cell("目標値（R10）", fill=0xDDE6F0),
    ]
    cells = [head, *([Cell(c) for c in row] for row in rows)]
    table(sheet, 50, y, [180, 110, 110], cells, BODY, ruling)


KPIS = [("オンライン申請の件数", "120件", "2,400件"), ("窓口の平均待ち時間", "18.5分", "6分")]
KPI_VALUES = [("オンライン申請の件数", 120, 2400, "件"), ("窓口の平均待ち時間", 18.5, 6, "分")]


def kpis(found: Read) -> list[Any]:
    return found.column("kpis", "indicator", "baseline_value", "target_value", "target_unit")


def year_table(sheet: Sheet, y: float, heads: Sequence[str], tasks: Sequence[str]) -> None:
    """Tasks by years, 80 points a column from x = 200, rows 30 points high; bars are drawn over it."""
    head = [Cell("取組"), *(Cell(h) for h in heads)]
    rows = [[Cell(task), *(Cell() for _ in heads)] for task in tasks]
    table(sheet, 50, y, [150, *[80.0] * len(heads)], [head, *rows], BODY, min_height=30)


def spans(found: Read) -> list[Any]:
    return found.column("schedules", "task", "start_fy", "end_fy", "span_certainty")
