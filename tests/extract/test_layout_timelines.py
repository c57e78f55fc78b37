"""Schedule charts: every make of bar that office programs draw, and timelines read off text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pymupdf
import pytest

from extract.layout.timelines import table_timeline
from extract.model import Cell, Table, Timeline
from tests.extract.drawing import GREY, PALE, arrow, new_page, rows, rule, timelines, write

BLUE, ORANGE = (0.2, 0.45, 0.7), (1, 0.7, 0.2)
YEARS = ("R8年度", "R9年度", "R10年度", "R11年度", "R12年度")
LEFT, FIRST, WIDTH, TOP, HEAD, ROW = 40.0, 180.0, 76.0, 100.0, 24.0, 34.0

Make = Callable[[Any, float, float, float], None]  # page, x0, x1, y of the middle


def outlined_arrow(page: Any, x0: float, x1: float, y: float) -> None:
    arrow(page, x0, x1, y, color=(0.1, 0.2, 0.4), width=1)


def pentagon(page: Any, x0: float, x1: float, y: float) -> None:
    page.draw_polyline(
        [(x0, y - 8), (x1 - 7, y - 8), (x1, y), (x1 - 7, y + 8), (x0, y + 8)],
        color=None,
        fill=ORANGE,
        closePath=True,
    )


def chevron(page: Any, x0: float, x1: float, y: float) -> None:
    page.draw_polyline(
        [(x0, y - 8), (x1 - 7, y - 8), (x1, y), (x1 - 7, y + 8), (x0, y + 8), (x0 + 7, y)],
        color=None,
        fill=ORANGE,
        closePath=True,
    )


def notched_arrow(page: Any, x0: float, x1: float, y: float) -> None:
    neck = x1 - 9
    page.draw_polyline(
        [
            (x0, y - 4),
            (neck, y - 4),
            (neck, y - 8),
            (x1, y),
            (neck, y + 8),
            (neck, y + 4),
            (x0, y + 4),
            (x0 + 4, y),
        ],
        color=None,
        fill=BLUE,
        closePath=True,
    )


def double_arrow(page: Any, x0: float, x1: float, y: float) -> None:
    a, b = x0 + 9, x1 - 9
    page.draw_polyline(
        [
            (x0, y),
            (a, y - 8),
            (a, y - 4),
            (b, y - 4),
            (b, y - 8),
            (x1, y),
            (b, y + 8),
            (b, y + 4),
            (a, y + 4),
            (a, y + 8),
        ],
        color=None,
        fill=BLUE,
        closePath=True,
    )


def rectangle(page: Any, x0: float, x1: float, y: float) -> None:
    page.draw_rect((x0, y - 7, x1, y + 7), color=None, fill=BLUE)


def outlined_rectangle(page: Any, x0: float, x1: float, y: float) -> None:
    page.draw_rect((x0, y - 7, x1, y + 7), color=(0.1, 0.2, 0.4), fill=(0.8, 0.9, 1), width=0.75)


def hollow_rectangle(page: Any, x0: float, x1: float, y: float) -> None:
    page.draw_rect((x0, y - 7, x1, y + 7), color=(0.8, 0.1, 0.1), width=1)


def rounded(page: Any, x0: float, x1: float, y: float) -> None:
    page.draw_rect((x0, y - 7, x1, y + 7), color=None, fill=BLUE, radius=0.3)


def thick_line(page: Any, x0: float, x1: float, y: float) -> None:
    page.draw_line((x0, y), (x1, y), color=BLUE, width=4)


def thick_line_with_head(page: Any, x0: float, x1: float, y: float) -> None:
    page.draw_line((x0, y), (x1 - 10, y), color=BLUE, width=3)
    page.draw_polyline([(x1 - 10, y - 6), (x1, y), (x1 - 10, y + 6)], color=None, fill=BLUE, closePath=True)


def connector(page: Any, x0: float, x1: float, y: float) -> None:
    page.draw_line((x0, y), (x1 - 5, y), color=(0, 0, 0), width=1)
    page.draw_polyline(
        [(x1 - 6, y - 3), (x1, y), (x1 - 6, y + 3)], color=None, fill=(0, 0, 0), closePath=True
    )


def open_connector(page: Any, x0: float, x1: float, y: float) -> None:
    page.draw_line((x0, y), (x1, y), color=(0, 0, 0), width=1)
    page.draw_polyline([(x1 - 6, y - 3), (x1, y), (x1 - 6, y + 3)], color=(0, 0, 0), width=1)


def double_connector(page: Any, x0: float, x1: float, y: float) -> None:
    connector(page, x0 + 5, x1, y)
    page.draw_polyline(
        [(x0 + 6, y - 3), (x0, y), (x0 + 6, y + 3)], color=None, fill=(0, 0, 0), closePath=True
    )


def dashed_line(page: Any, x0: float, x1: float, y: float) -> None:
    page.draw_line((x0, y), (x1, y), color=(0, 0, 0), width=1.5, dashes="[4 3] 0")


def thin_filled_bar(page: Any, x0: float, x1: float, y: float) -> None:
    page.draw_rect((x0, y - 1.3, x1, y + 1.3), color=None, fill=BLUE)


def body_and_head(page: Any, x0: float, x1: float, y: float) -> None:
    page.draw_rect((x0, y - 4, x1 - 9, y + 4), color=None, fill=BLUE)
    page.draw_polyline([(x1 - 9, y - 8), (x1, y), (x1 - 9, y + 8)], color=None, fill=BLUE, closePath=True)


def head_of_another_colour(page: Any, x0: float, x1: float, y: float) -> None:
    page.draw_rect((x0, y - 4, x1 - 9, y + 4), color=None, fill=BLUE)
    page.draw_polyline([(x1 - 9, y - 8), (x1, y), (x1 - 9, y + 8)], color=None, fill=ORANGE, closePath=True)


def shadowed(page: Any, x0: float, x1: float, y: float) -> None:
    arrow(page, x0 + 2.5, x1 + 2.5, y + 2.5, fill=(0.7, 0.7, 0.7))
    arrow(page, x0, x1, y)


def fill_then_outline(page: Any, x0: float, x1: float, y: float) -> None:
    rectangle(page, x0, x1, y)
    page.draw_rect((x0 - 0.6, y - 7.6, x1 + 0.6, y + 7.6), color=(0.1, 0.2, 0.4), width=1.2)


def gradient(page: Any, x0: float, x1: float, y: float) -> None:
    n = 60
    step = (x1 - x0) / n
    for i in range(n):
        shade = 0.3 + 0.5 * i / n
        page.draw_rect((x0 + i * step, y - 7, x0 + (i + 1) * step, y + 7), color=None, fill=(shade, shade, 1))


def banded(page: Any, x0: float, x1: float, y: float) -> None:
    for i in range(14):
        shade = 0.3 + 0.5 * i / 14
        page.draw_rect((x0, y - 7 + i, x1, y - 6 + i), color=None, fill=(shade, shade, 1))


def freeform(page: Any, x0: float, x1: float, y: float) -> None:
    page.draw_polyline(
        [
            (x0, y - 5),
            (x0 + 3, y - 6.5),
            (x1 - 12, y - 6),
            (x1 - 11, y - 9),
            (x1, y + 0.5),
            (x1 - 11, y + 9),
            (x1 - 12, y + 6),
            (x0, y + 5),
        ],
        color=None,
        fill=BLUE,
        closePath=True,
    )


def curved(page: Any, x0: float, x1: float, y: float) -> None:
    neck = x1 - 12
    shape = page.new_shape()
    shape.draw_bezier((x0, y - 5), (x0 + 20, y - 9), (neck - 20, y - 2), (neck, y - 6))
    for a, b in (((neck, y - 6), (neck, y - 9)), ((neck, y - 9), (x1, y)), ((x1, y), (neck, y + 9))):
        shape.draw_line(a, b)
    shape.draw_line((neck, y + 9), (neck, y + 6))
    shape.draw_bezier((neck, y + 6), (neck - 20, y + 2), (x0 + 20, y + 9), (x0, y + 5))
    shape.finish(color=None, fill=BLUE, closePath=True)
    shape.commit()


def picture(page: Any, x0: float, x1: float, y: float) -> None:
    pixmap = pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, 40, 8))
    pixmap.set_rect(pixmap.irect, (90, 150, 210))
    page.insert_image((x0, y - 7, x1, y + 7), pixmap=pixmap, keep_proportion=False)


def picture_with_shadow(page: Any, x0: float, x1: float, y: float) -> None:
    """As printers write it: the shadow is a larger picture, which reaches into the next row."""
    pixmap = pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, 40, 8))
    pixmap.set_rect(pixmap.irect, (190, 190, 190))
    page.insert_image((x0 - 4, y - 17, x1 + 6, y + 19), pixmap=pixmap, keep_proportion=False)
    picture(page, x0, x1, y)


MAKES: tuple[Make, ...] = (
    arrow, outlined_arrow, pentagon, chevron, notched_arrow, double_arrow, rectangle,
    outlined_rectangle, hollow_rectangle, rounded, thick_line, thick_line_with_head, connector,
    open_connector, double_connector, dashed_line, thin_filled_bar, body_and_head, shadowed,
    head_of_another_colour, fill_then_outline, gradient, banded, freeform, curved, picture, picture_with_shadow,
)  # fmt: skip

PLAN = {
    "電子申請の拡大": [(0, 4)],
    "窓口の予約": [(0, 0)],
    "業務の棚卸し": [(1, 3)],
    "研修": [(0, 1), (2, 4)],
}


def ruled(page: Any, labels: Sequence[str], rows: bool = True) -> None:
    """A table of years with one row a label, drawn with thin strokes."""
    xs = [LEFT, *(FIRST + i * WIDTH for i in range(len(YEARS) + 1))]
    ys = [TOP, *(TOP + HEAD + i * ROW for i in range(len(labels) + 1))]
    for i, x in enumerate(xs[1:-1]):
        page.draw_rect((x, ys[0], xs[i + 2], ys[1]), color=None, fill=(0.85, 0.9, 0.95))
    for y in ys if rows else (ys[0], ys[1], ys[-1]):
        page.draw_line((xs[0], y), (xs[-1], y), color=GREY, width=0.5)
    for x in xs:
        page.draw_line((x, ys[0]), (x, ys[-1]), color=GREY, width=0.5)
    years(page)
    for i, label in enumerate(labels):
        write(page, LEFT + 4, ys[i + 1] + 20, label)


def years(page: Any) -> None:
    for i, year in enumerate(YEARS):
        write(page, FIRST + i * WIDTH + 20, TOP + 16, year)


def bars(
    page: Any, make: Make, plan: dict[str, list[tuple[int, int]]], start: float = 0.12, end: float = 0.1
) -> None:
    for i, spans in enumerate(plan.values()):
        y = TOP + HEAD + (i + 0.5) * ROW
        for a, b in spans:
            make(page, FIRST + (a + start) * WIDTH, FIRST + (b + 1 - end) * WIDTH, y)


def timeline(document: Any) -> Timeline:
    (found,) = timelines(document)
    return found


def spans(found: Timeline) -> dict[str | None, list[tuple[int | None, int | None]]]:
    fy = [p.fy for p in found.periods]
    assert fy == [2026, 2027, 2028, 2029, 2030]
    return {r.label: [(b.first, b.last) for b in r.bars] for r in found.rows}


@pytest.mark.parametrize("make", MAKES, ids=lambda m: m.__name__)
def test_bars_over_a_ruled_table(make: Make) -> None:
    document, page = new_page()
    ruled(page, list(PLAN))
    bars(page, make, PLAN)
    found = timeline(document)
    assert spans(found) == PLAN
    assert {b.certainty for r in found.rows for b in r.bars} == {"exact"}


@pytest.mark.parametrize("make", MAKES, ids=lambda m: m.__name__)
def test_bars_that_start_late_and_overshoot(make: Make) -> None:
    document, page = new_page()
    plan = {"点検": [(0, 2)], "整備": [(2, 4)], "公開": [(3, 3)]}
    ruled(page, list(plan))
    bars(page, make, plan, start=0.38, end=-0.2)
    assert spans(timeline(document)) == plan


@pytest.mark.parametrize("make", MAKES, ids=lambda m: m.__name__)
def test_bars_under_free_years_without_any_rule(make: Make) -> None:
    document, page = new_page()
    years(page)
    for i, label in enumerate(PLAN):
        write(page, LEFT + 4, TOP + HEAD + i * ROW + 20, label)
    bars(page, make, PLAN)
    assert spans(timeline(document)) == PLAN


@pytest.mark.parametrize("make", MAKES, ids=lambda m: m.__name__)
def test_bars_with_text_in_one_tall_cell(make: Make) -> None:
    """No label column and no rules between rows: each bar carries its own text."""
    document, page = new_page()
    ruled(page, [""] * len(PLAN), rows=False)
    bars(page, make, PLAN)
    names = iter("甲乙丙丁戊")
    for i, row in enumerate(PLAN.values()):
        for a, b in row:
            write(
                page,
                FIRST + ((a + b + 1) / 2) * WIDTH - 10,
                TOP + HEAD + (i + 0.5) * ROW + 3,
                f"工程{next(names)}",
                8,
            )
    found = timeline(document)
    assert [(b.text, b.first, b.last) for r in found.rows for b in r.bars] == [
        ("工程甲", 0, 4), ("工程乙", 0, 0), ("工程丙", 1, 3), ("工程丁", 0, 1), ("工程戊", 2, 4),
    ]  # fmt: skip
    assert [r.label for r in found.rows] == [None] * 4


@pytest.mark.parametrize("make", [arrow, connector, picture_with_shadow], ids=lambda m: m.__name__)
def test_labels_in_one_tall_cell_are_rows_with_the_bars_they_stand_level_with(make: Make) -> None:
    document, page = new_page()
    ruled(page, [""] * len(PLAN), rows=False)
    bars(page, make, PLAN)
    labels = [("電子申請の", "拡大"), ("窓口の予約",), ("業務の", "棚卸し"), ("研修",)]
    for i, lines in enumerate(labels):
        top = TOP + HEAD + (i + 0.5) * ROW + 3 - 5.5 * (len(lines) - 1)
        for n, line in enumerate(lines):
            write(page, LEFT + 4, top + 11 * n, line)
    assert spans(timeline(document)) == {"".join(k): v for k, v in zip(labels, PLAN.values())}


def test_a_label_of_several_lines_beside_several_bars_is_one_row() -> None:
    document, page = new_page()
    ruled(page, [""] * 2, rows=False)
    for n, line in enumerate(["書かない窓口の", "しくみを入れ、", "対象の手続を", "ふやす"]):
        write(page, LEFT + 4, TOP + HEAD + 18 + 13 * n, line)
    rectangle(page, FIRST + 4, FIRST + 2 * WIDTH - 4, TOP + HEAD + 15)
    rectangle(page, FIRST + WIDTH + 4, FIRST + 4 * WIDTH - 4, TOP + HEAD + 41)
    (row,) = timeline(document).rows
    assert row.label == "書かない窓口のしくみを入れ、対象の手続をふやす"
    assert [(b.first, b.last) for b in row.bars] == [(0, 1), (1, 3)]


@pytest.mark.parametrize("make", [gradient, arrow, chevron], ids=lambda m: m.__name__)
def test_bars_that_touch_are_two(make: Make) -> None:
    document, page = new_page()
    ruled(page, list(PLAN))
    bars(page, make, PLAN, start=0.0, end=0.0)
    assert spans(timeline(document)) == PLAN


def test_a_double_headed_connector_within_one_year_is_one_bar() -> None:
    document, page = new_page()
    ruled(page, ["窓口の予約"])
    bars(page, double_connector, {"窓口の予約": [(0, 0)]}, start=0.45)
    assert spans(timeline(document)) == {"窓口の予約": [(0, 0)]}


def test_a_text_above_a_thin_line_is_its_own() -> None:
    document, page = new_page()
    ruled(page, list(PLAN))
    bars(page, thick_line, PLAN)
    write(page, FIRST + 15, TOP + HEAD + 0.5 * ROW - 9, "本格運用", 7)
    (bar,) = timeline(document).rows[0].bars
    assert (bar.text, bar.first, bar.last) == ("本格運用", 0, 4)


# --- timelines by text ------------------------------------------------------------------------


def text_table(*lines: str) -> Table:
    """A table as text input gives it: cells parted by tabs, no geometry."""
    cells = tuple(
        Cell(r, c, text.strip()) for r, line in enumerate(lines) for c, text in enumerate(line.split("|"))
    )
    return Table(cells, len(lines), max(line.count("|") + 1 for line in lines))


def said(table: Table, *, drawn: bool = False) -> list[tuple[Any, ...]]:
    """(label, text, first, last, latest end, certainty) of every bar."""
    found = table_timeline(table, drawn=drawn)
    assert found is not None
    years = [p.fy - 2000 for p in found.periods]
    return [
        (
            r.label,
            b.text,
            *(None if i is None else years[i] for i in (b.first, b.last, b.last_max)),
            b.certainty,
        )
        for r in found.rows
        for b in r.bars
    ]


def test_text_without_label_column_starts_bars() -> None:
    table = text_table("R8|R9|R10|R11|R12", "機種の選定|レジの設置||||", "予約の拡充||||", "|実証||活用|")
    assert said(table) == [
        (None, "機種の選定", 26, 26, 26, "bounded"),
        (None, "レジの設置", 27, None, 30, "start_only"),
        (None, "予約の拡充", 26, None, 30, "start_only"),
        (None, "実証", 27, None, 28, "start_only"),
        (None, "活用", 29, None, 30, "start_only"),
    ]


def test_a_row_of_text_that_stops_short_of_the_last_year_is_not_full() -> None:
    table = text_table("工程|R8|R9|R10|R11", "受付の統合|検討|実施", "案内の見直し|検討||実施")
    assert said(table) == [
        ("受付の統合", "検討", 26, 26, 26, "bounded"),
        ("受付の統合", "実施", 27, None, 29, "start_only"),
        ("案内の見直し", "検討", 26, None, 27, "start_only"),
        ("案内の見直し", "実施", 28, None, 29, "start_only"),
    ]


def test_a_bar_that_starts_in_the_last_year_ends_there() -> None:
    assert said(text_table("工程|R8|R9|R10", "評価|||実施"))[0][2:] == (28, 28, 28, "bounded")


def test_rows_without_any_mark_keep_no_years() -> None:
    table = text_table("取組の工程|令和8年度|令和9年度", "研修||", "点検||")
    assert said(table) == [
        ("研修", None, None, None, None, "unknown"),
        ("点検", None, None, None, None, "unknown"),
    ]
    found = table_timeline(table, drawn=False)
    assert found is not None
    assert found.corner == "取組の工程"


def test_signs_give_the_start_only() -> None:
    table = text_table("取組の工程|R8年度|R9年度|R10年度", "基盤の調整|▶ 継続||", "端末の配備|▶||")
    assert said(table) == [
        ("基盤の調整", "継続", 26, None, 28, "start_only"),
        ("端末の配備", None, 26, None, 28, "start_only"),
    ]


def test_a_second_empty_column_and_boxes_stacked_in_one_cell() -> None:
    table = text_table("取組の工程||R3年度|R4年度|R5年度", "配信サービス|||検討\n導入|")
    assert said(table) == [
        ("配信サービス", "検討", 22, None, 22, "start_only"),
        ("配信サービス", "導入", 22, None, 23, "start_only"),
    ]


def test_labels_that_slid_into_the_first_year() -> None:
    table = text_table("取組の工程|R8|R9|R10", "|手順の見直し||", "|印刷量の調査||")
    assert said(table) == [
        ("手順の見直し", None, None, None, None, "unknown"),
        ("印刷量の調査", None, None, None, None, "unknown"),
    ]


@pytest.mark.parametrize("empty", ["|||", ""])
def test_rows_without_text_between_full_rows_are_groups(empty: str) -> None:
    table = text_table(
        "基本方針|R8年度|R9年度|R10年度",
        f"1 内部の改革{empty}",
        f"1-1 業務の見直し{empty}",
        "①手順書の整備|試行|整備|運用",
        f"1-2 職員の育成{empty}",
        "①研修|実施|実施|見直し",
    )
    found = table_timeline(table, drawn=False)
    assert found is not None
    assert [(r.label, r.path) for r in found.rows] == [
        ("①手順書の整備", ("1 内部の改革", "1-1 業務の見直し")),
        ("①研修", ("1 内部の改革", "1-2 職員の育成")),
    ]
    assert said(table)[:2] == [
        ("①手順書の整備", "試行", 26, 26, 26, "exact"),
        ("①手順書の整備", "整備", 27, 27, 27, "exact"),
    ]


def test_the_header_may_stand_below_other_rows_and_come_again() -> None:
    table = text_table(
        "概要|予約の窓口を増やします。||",
        "取組の工程|R8|R9|R10",
        "予約|▶||",
        "取組の工程|R8|R9|R10",
        "相談||▶|",
    )
    assert [row[:3] for row in said(table)] == [("予約", None, 26), ("相談", None, 27)]


def test_values_by_year_are_no_schedule() -> None:
    table = text_table("指標|R8|R9|R10", "予約件数|120件|150件|200件", "満足度|－|－|80%")
    assert table_timeline(table, drawn=False) is None


def test_a_year_beside_every_value_is_no_head_of_years() -> None:
    rows = ("指標|現状値|年度|目標値|年度", "申請の割合|31.6|R7|60.0|R11", "くらしの目標||||")
    table = text_table(*rows, "窓口の数|8|R6|22|R11", "参加者の数|－|－|23|R11", "講座の数|4|R7|12|R10")
    assert table_timeline(table, drawn=False) is None


def test_heads_that_come_back_stay_heads() -> None:
    chart = ("取組|R8|R9|R10", "窓口|検討|実施|")
    found = table_timeline(text_table(*chart, *chart), drawn=False)
    assert found is not None
    assert [r.label for r in found.rows] == ["窓口", "窓口"]


def test_a_table_without_years_has_no_timeline() -> None:
    assert table_timeline(text_table("用語|解説", "BPR|業務の見直し"), drawn=False) is None


def test_costs_below_a_schedule_in_a_form_are_no_bars() -> None:
    texts = [
        ["年次計画", "項目", "R7", "R8"],
        ["", "予約の導入", "検討", "実施"],
        ["事業費", "120", "令和7年度", "340"],
    ]
    cells = [
        Cell(r, c, text, 2 if text == "年次計画" else 1)
        for r, row in enumerate(texts)
        for c, text in enumerate(row)
        if text
    ]
    found = table_timeline(Table(tuple(cells), 3, 4), drawn=True)
    assert found is not None
    assert [row.label for row in found.rows] == ["予約の導入"]


def test_a_column_of_sentences_names_no_rows() -> None:
    texts = [
        ["施策名", "施策の内容", "R8", "R9"],
        ["窓口の予約", "待ち時間を減らします。", "●", "→"],
        ["研修", "全員が受けます。", "", "●"],
    ]
    cells = [Cell(r, c, text) for r, row in enumerate(texts) for c, text in enumerate(row)]
    found = table_timeline(Table(tuple(cells), 3, 4), drawn=True)
    assert found is not None
    assert [row.label for row in found.rows] == ["窓口の予約", "研修"]


@pytest.mark.parametrize(
    ("heads", "years"),
    [
        (["短期(R7～R8)", "中期(R9～R10)", "長期(R11)"], [(2025, 2026), (2027, 2028), (2029, 2029)]),
        (["短期\n(R8)", "中期\n(R9～R10)", "長期\n(R11～R12)"], [(2026, 2026), (2027, 2028), (2029, 2030)]),
        (["準備(R7)", "前半(R8)", "後半(R9～R10)"], [(2025, 2025), (2026, 2026), (2027, 2028)]),
    ],
)
def test_phases_with_their_years_in_brackets_are_columns(
    heads: list[str], years: list[tuple[int, int]]
) -> None:
    texts = [["取組", *heads], ["予約の導入", "検討", "実施", "拡大"]]
    cells = [Cell(r, c, text) for r, row in enumerate(texts) for c, text in enumerate(row)]
    found = table_timeline(Table(tuple(cells), 2, 4), drawn=True)
    assert found is not None
    spans = [
        (found.periods[b.first].fy, found.periods[b.last].fy)
        for b in found.rows[0].bars
        if b.first is not None and b.last is not None
    ]
    assert (found.rows[0].label, spans) == ("予約の導入", years)


@pytest.mark.parametrize(("ground", "bars"), [(0x38761D, [(0, 2)]), (0xD9EAD3, [(None, None)])])
def test_the_only_row_filled_from_end_to_end_is_a_bar_where_no_head_has_its_ground(
    ground: int, bars: list[tuple[int | None, int | None]]
) -> None:
    heads = [Cell(0, c, text, fill=0xD9EAD3) for c, text in enumerate(("取組", "R8", "R9", "R10"))]
    row = [Cell(1, 0, "灯台の点検"), *(Cell(1, c, "", fill=ground) for c in (1, 2, 3))]
    found = table_timeline(Table((*heads, *row), 2, 4), drawn=True)
    assert found is not None
    assert [(b.first, b.last) for row in found.rows for b in row.bars] == bars


def test_halves_below_free_years_are_columns_and_the_next_label_is_no_bar() -> None:
    document, page = new_page()
    for i, year in enumerate(YEARS[:3]):
        page.draw_rect((100 + 120 * i, 100, 220 + 120 * i, 116), color=None, fill=GREY)
        write(page, 140 + 120 * i, 112, year)
        for k, half in enumerate(("上半期", "下半期")):
            page.draw_rect(
                (100 + 60 * (2 * i + k), 116, 159 + 60 * (2 * i + k), 130), color=None, fill=ORANGE
            )
            write(page, 112 + 60 * (2 * i + k), 127, half)
    pentagon(page, 101, 159, 145)
    write(page, 112, 148, "調達")
    pentagon(page, 161, 459, 145)
    write(page, 270, 148, "運用")
    page.draw_rect((100, 170, 460, 186), color=None, fill=BLUE)
    write(page, 240, 182, "目指す成果")
    (found,) = timelines(document)
    bars = [b for row in found.rows for b in row.bars]
    ends = [(found.periods[b.first], found.periods[b.last]) for b in bars]
    assert [(b.text, a.fy, a.start_month, z.fy, z.end_month) for b, (a, z) in zip(bars, ends)] == [
        ("調達", 2026, 4, 2026, 9),
        ("運用", 2026, 10, 2028, 3),
    ]


def test_halves_below_free_years_are_columns_of_rows_in_frames() -> None:
    document, page = new_page()
    for i, year in enumerate(YEARS[:3]):
        page.draw_rect((160 + 120 * i, 100, 280 + 120 * i, 116), color=(1, 1, 1), fill=GREY)
        write(page, 200 + 120 * i, 112, year)
        for k, half in enumerate(("前", "後")):
            x = 160 + 60 * (2 * i + k)
            page.draw_rect((x, 116, x + 60, 130), color=(1, 1, 1), fill=PALE)
            write(page, x + 25, 127, half)
    for r, (label, bars) in enumerate(
        (("灯台の点検", [("調達", 0, 2), ("点検", 2, 6)]), ("航路図", [("測量", 1, 4)]))
    ):
        y = 132 + 23 * r
        page.draw_rect((60, y, 156, y + 20), color=None, fill=PALE)
        page.draw_rect((160, y, 520, y + 20), color=GREY, fill=(0.98, 0.98, 0.98))
        write(page, 64, y + 14, label)
        for text, first, last in bars:
            pentagon(page, 162 + 60 * first, 158 + 60 * last, y + 10)
            write(page, 180 + 60 * first, y + 13, text)
    (found,) = timelines(document)
    assert [(p.fy, p.start_month) for p in found.periods] == [
        (2026 + i, m) for i in range(3) for m in (4, 10)
    ]
    assert [(r.label, [(b.text, b.first, b.last) for b in r.bars]) for r in found.rows] == [
        ("灯台の点検", [("調達", 0, 1), ("点検", 2, 5)]),
        ("航路図", [("測量", 1, 3)]),
    ]


@pytest.mark.parametrize(
    ("texts", "bars"),
    [
        (("測量", "下書き", "印刷"), [(2026, 2026), (2027, 2027), (2028, 2028)]),
        (("測量と下書きと印刷を続けて行う", "", ""), []),
        (("", "", "印刷"), []),
    ],
)
def test_one_row_without_rules_is_a_chart_where_each_year_has_a_text(
    texts: tuple[str, ...], bars: list[tuple[int, int]]
) -> None:
    document, page = new_page()
    rule(page, 60, 60, 535, 60)
    for k, (year, text) in enumerate(zip(("8年度", "9年度", "10年度"), texts, strict=True)):
        write(page, 250 + 90 * k, 112, year)
        write(page, 252 + 90 * k, 140, text)
    write(page, 100, 140, "海図の更新")
    found = [row for t in timelines(document) for row in rows(t).values()]
    assert [bar[:2] for row in found for bar in row] == bars


@pytest.mark.parametrize(
    "charts",
    [
        {"測量": [(0, 0), (1, 3)], "海図": [(0, 1), (2, 2), (3, 3)]},
        {"測量": [(1, 2), (3, 3)], "海図": [(1, 2), (3, 3)]},
        {"測量": [(0, 0)], "海図": [(2, 3)], "印刷": [(0, 1), (2, 2), (3, 3)], "配布": [(0, 0), (1, 3)]},
    ],
)
def test_outlined_bars_that_touch_are_bars_of_their_own_in_lined_rows(
    charts: dict[str, list[tuple[int, int]]],
) -> None:
    document, page = new_page()
    for c, text in enumerate(("する事", *YEARS[:4])):
        x0, x1 = (60, 160) if not c else (70 + 90 * c, 160 + 90 * c)
        page.draw_rect((x0, 100, x1, 120), color=None, fill=(0.93, 0.9, 0.97))
        write(page, x0 + 30, 114, text)
    for y in range(100, 121 + 20 * len(charts), 20):
        rule(page, 60, y, 520, y)
    for r, (label, bars) in enumerate(charts.items()):
        y = 120 + 20 * r
        write(page, 64, y + 14, label)
        for first, last in bars:
            box = (160 + 90 * first, y + 0.5, 250 + 90 * last, y + 19.5)
            page.draw_rect(box, color=GREY, fill=(0.86, 0.8, 0.91), width=0.5)
    (found,) = timelines(document)
    assert {r.label: [(b.first, b.last) for b in r.bars] for r in found.rows} == charts
