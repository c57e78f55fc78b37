"""Grids from rules and fills, and the text of their cells."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import Any

import pymupdf
import pytest

from extract.layout.cells import compose
from extract.layout.grids import find_grids
from extract.model import Box, Line, Run, Table, TableItem
from tests.extract.drawing import (
    GREY,
    PALE,
    arrow,
    fill_in,
    items,
    new_page,
    pages,
    rows,
    rule,
    table,
    timelines,
    write,
)  # fmt: skip

XS = [50, 150, 250, 350]
YS = [100, 124, 148, 172]
TEXTS = [["項目", "基準値", "目標値"], ["来庁予約", "12件", "40件"], ["電子申請率", "8.5%", "60%"]]


def only_table(document: Any) -> Table:
    found = items(document)
    assert len(found) == 1
    assert isinstance(found[0], TableItem)
    return found[0].table


def texts(found: Table) -> list[list[str]]:
    return [[c.text for c in found.cells if c.row == r] for r in range(found.n_rows)]


def strokes(page: Any) -> None:
    table(page, XS, YS, [])


def thin_rectangles(page: Any) -> None:
    for y in YS:
        page.draw_rect((XS[0], y - 0.3, XS[-1], y + 0.3), color=None, fill=GREY)
    for x in XS:
        page.draw_rect((x - 0.3, YS[0], x + 0.3, YS[-1]), color=None, fill=GREY)


def cell_frames(page: Any) -> None:
    for x0, x1 in pairwise(XS):
        for y0, y1 in pairwise(YS):
            page.draw_rect((x0, y0, x1, y1), color=GREY, width=0.5)


def filled_cell_frames(page: Any) -> None:
    for x0, x1 in pairwise(XS):
        for y0, y1 in pairwise(YS):
            page.draw_rect((x0, y0, x1, y1), color=GREY, fill=(1, 1, 1), width=0.5)


def cell_sides_with_gaps(page: Any) -> None:
    for y in YS:
        for x0, x1 in pairwise(XS):
            rule(page, x0 + 1, y, x1 - 1, y)
    for x in XS:
        for y0, y1 in pairwise(YS):
            rule(page, x, y0 + 1, x, y1 - 1)


def double_rules(page: Any) -> None:
    strokes(page)
    for y in (YS[0] + 1.6, YS[-1] - 1.6):
        rule(page, XS[0], y, XS[-1], y)


def thick_frame(page: Any) -> None:
    strokes(page)
    page.draw_rect((XS[0], YS[0], XS[-1], YS[-1]), color=(0, 0, 0), width=2.25)


def thick_rules(page: Any) -> None:
    for y in YS:
        rule(page, XS[0], y, XS[-1], y, width=2.5)
    for x in XS:
        rule(page, x, YS[0], x, YS[-1], width=2.5)


def open_sides(page: Any) -> None:
    for y in YS:
        rule(page, XS[0], y, XS[-1], y)
    for x in XS[1:-1]:
        rule(page, x, YS[0], x, YS[-1])


def rules_between_rows(page: Any) -> None:
    for y in YS:
        rule(page, XS[0], y, XS[-1], y)


def striped_rows(page: Any) -> None:
    page.draw_rect((XS[0], YS[0], XS[-1], YS[1]), color=None, fill=(0.1, 0.3, 0.5))
    page.draw_rect((XS[0], YS[2], XS[-1], YS[3]), color=None, fill=PALE)


def only_fills(page: Any) -> None:
    for r, (y0, y1) in enumerate(pairwise(YS)):
        for x0, x1 in pairwise(XS):
            page.draw_rect((x0, y0, x1 - 1, y1 - 1), color=None, fill=PALE if r else (0.1, 0.3, 0.5))


@pytest.mark.parametrize(
    "draw",
    [
        strokes, thin_rectangles, cell_frames, filled_cell_frames, cell_sides_with_gaps, double_rules,
        thick_frame, thick_rules, open_sides, rules_between_rows, striped_rows, only_fills,
    ],
    ids=lambda f: f.__name__,
)  # fmt: skip
def test_a_table_is_the_same_however_its_rules_are_drawn(draw: Any) -> None:
    document, page = new_page()
    draw(page)
    fill_in(page, XS, YS, TEXTS)
    assert texts(only_table(document)) == TEXTS


def test_sub_table_in_a_cell_gives_spans() -> None:
    document, page = new_page()
    xs, ys = [50, 120, 300, 360, 420], [100, 150, 174, 198, 222]
    for y in (ys[0], ys[1], ys[4]):
        rule(page, xs[0], y, xs[4], y)
    for y in ys[2:4]:
        rule(page, xs[1], y, xs[4], y)
    for x in (xs[0], xs[1], xs[4]):
        rule(page, x, ys[0], x, ys[4])
    for x in xs[2:4]:
        rule(page, x, ys[1], x, ys[4])
    write(page, 60, 125, "概要")
    write(page, 125, 125, "窓口で書く回数を減らします。")
    write(page, 60, 190, "KPI")
    fill_in(
        page, xs[1:], ys[1:], [["項目", "基準値", "目標値"], ["予約", "3件", "9件"], ["相談", "4件", "8件"]]
    )
    cells = {(c.row, c.col): c for c in only_table(document).cells}
    assert (cells[(0, 1)].text, cells[(0, 1)].colspan) == ("窓口で書く回数を減らします。", 3)
    assert (cells[(1, 0)].text, cells[(1, 0)].rowspan) == ("KPI", 3)
    assert cells[(3, 3)].text == "8件"
    assert [cells[(1, c)].text for c in (1, 2, 3)] == ["項目", "基準値", "目標値"]


def test_numbers_keep_their_points_and_commas() -> None:
    document, page = new_page()
    table(
        page,
        XS,
        YS,
        [["項目", "基準値", "目標値"], ["利用率", "18.5%", "1,200人"], ["件数", "3,500 件", "－"]],
    )
    assert texts(only_table(document))[1:] == [["利用率", "18.5%", "1,200人"], ["件数", "3,500 件", "－"]]


def test_wrapped_lines_join_and_paragraphs_stay_apart() -> None:
    document, page = new_page()
    table(page, [50, 100, 200], [100, 190], [])
    for i, line in enumerate(
        [
            "　申請の入口を一つにま",
            "とめます。",
            "　窓口の予約も同じ入口",
            "で受け付けます。",
            "・DX Strategy",
            "Office の設置",
        ]
    ):
        write(page, 103, 115 + i * 12, line)
    text = only_table(document).cells[1].text
    assert (
        text
        == "申請の入口を一つにまとめます。\n窓口の予約も同じ入口で受け付けます。\n・DX Strategy Office の設置"
    )


def test_offices_one_on_a_line_stay_apart() -> None:
    document, page = new_page()
    table(page, [50, 120, 260], [100, 150], [["担当課"]])
    for i, office in enumerate(("市民課", "税務課", "デジタル推進室")):
        write(page, 124, 114 + 13 * i, office)
    assert only_table(document).cells[1].text == "市民課\n税務課\nデジタル推進室"


def test_raised_note_marks_are_spans_of_the_text() -> None:
    def run(text: str, x0: float, raised: bool = False) -> Run:
        xs = tuple(x0 + 9 * i for i in range(len(text) + 1))
        return Run(text, Box(x0, 100, xs[-1], 109), xs, size=5 if raised else 9, superscript=raised)

    lines = [
        Line((run("　窓口の", 50), run("BPR", 86), run("※2", 113, raised=True)), Box(50, 100, 131, 109)),
        Line((run("を進めます。", 50),), Box(50, 112, 104, 121)),
    ]
    text, marks = compose(lines, Box(48, 95, 135, 130))
    assert text == "窓口のBPR※2を進めます。"
    assert [text[a:b] for a, b in marks] == ["※2"]


def test_one_run_over_two_cells_is_cut_at_the_rule() -> None:
    document, page = new_page()
    table(page, [50, 150, 250], [100, 124, 148], [["指標", "目標"]])
    page.insert_text((60, 140), "予約件数" + " " * 7 + "40件", fontname="japan", fontsize=9)
    assert texts(only_table(document))[1] == ["予約件数", "40件"]


@pytest.mark.parametrize("over", [4, 8])
def test_a_text_that_runs_over_its_cell_takes_nothing_of_the_next(over: float) -> None:
    document, page = new_page()
    table(page, [50, 150, 234 - over, 330], [100, 124, 148], [["指標", "令和4年", "目標"], ["就職率"]])
    write(page, 154, 140, "56.8%(R4)")
    write(page, 237 - over, 140, "60.9%")
    assert texts(only_table(document))[1][2] == "60.9%"


def test_letters_level_with_one_another_in_narrow_cells_stay_apart() -> None:
    document, page = new_page()
    table(page, [50, 110, 140, 170, 200], [100, 130, 154], [[], ["予約", "1件", "2件", "3件"]])
    for i in range(3):
        write(page, 121 + 30 * i, 112, "Ｒ")
        write(page, 119 + 30 * i, 124, str(10 + i))
    assert texts(only_table(document))[0][1:] == ["Ｒ10", "Ｒ11", "Ｒ12"]


@pytest.mark.parametrize("printed", [False, True], ids=["as shapes", "as pictures"])
def test_coloured_boxes_in_a_cell_are_its_tags(printed: bool) -> None:
    document, page = new_page()
    blue = pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, 4, 4))
    blue.set_rect(blue.irect, (50, 100, 200))
    table(page, [50, 120, 420], [100, 150, 180], [["関連"], ["現状", "未着手"]])
    for i, (first, second) in enumerate([("重点計画の", "取組事項"), ("基本法の", "施策")]):
        x = 130 + i * 140
        if printed:
            page.insert_image((x, 106, x + 120, 144), pixmap=blue, keep_proportion=False)
        else:
            page.draw_rect((x, 106, x + 120, 144), color=None, fill=(0.2, 0.4, 0.8), radius=0.2)
        write(page, x + 10, 122, first, color=(1, 1, 1))
        write(page, x + 10, 136, second, color=(1, 1, 1))
    cell = next(c for c in only_table(document).cells if (c.row, c.col) == (0, 1))
    assert cell.boxed == ("重点計画の取組事項", "基本法の施策")
    assert cell.color == 0xFFFFFF


def test_header_cells_are_marked() -> None:
    document, page = new_page()
    for x0, x1 in pairwise(XS):
        page.draw_rect((x0, YS[0], x1, YS[1]), color=None, fill=PALE)
    table(page, XS, YS, TEXTS)
    assert [c.is_header for c in only_table(document).cells] == [True] * 3 + [False] * 6


def test_framed_text_and_flow_chart_arrows_are_no_table() -> None:
    document, page = new_page()
    page.draw_rect((50, 100, 300, 160), color=GREY, width=0.5)
    write(page, 60, 130, "市民の声を聞く")
    arrow(page, 310, 400, 130)
    page.draw_rect((410, 100, 560, 160), color=GREY, width=0.5)
    write(page, 420, 130, "計画に生かす")
    assert items(document) == ()


def test_grid_lines_of_a_diagram_are_no_table() -> None:
    document, page = new_page()
    for k in range(6):
        rule(page, 60, 100 + 30 * k, 500, 100 + 30 * k)
    rule(page, 60, 100, 60, 250)
    for i, year in enumerate(("R3", "R4", "R5", "R6")):
        page.draw_rect((90 + 80 * i, 220 - 25 * i, 120 + 80 * i, 250), color=None, fill=(0.2, 0.4, 0.8))
        write(page, 95 + 80 * i, 216 - 25 * i, f"{30 + i}%")
        write(page, 95 + 80 * i, 262, year)
    arrow(page, 200, 300, 290)
    assert items(document) == ()


def test_a_frame_around_the_page_is_no_table() -> None:
    document, page = new_page()
    page.draw_rect((20, 20, 575, 820), color=GREY, width=0.5)
    rule(page, 20, 60, 575, 60)
    write(page, 40, 50, "施策1 窓口の改革")
    table(page, XS, YS, TEXTS)
    assert texts(only_table(document)) == TEXTS


def test_arrows_without_years_make_no_timeline() -> None:
    document, page = new_page()
    table(page, XS, YS, [["課題", "", "対応"], ["待ち時間", "", "予約"], ["記入", "", "電子化"]])
    arrow(page, 160, 240, 136)
    arrow(page, 160, 240, 160)
    assert timelines(document) == []


# --- schedules --------------------------------------------------------------------------------

LEFT, FIRST, WIDTH = 40.0, 180.0, 70.0
YEARS = ["令和8年度", "令和9年度", "令和10年度", "令和11年度", "令和12年度"]


def x(column: float) -> float:
    return FIRST + column * WIDTH


def chart(page: Any, labels: list[str], top: float = 100, header: list[str] = YEARS) -> list[float]:
    """A ruled schedule; returns the heights of the middles of its rows."""
    xs = [LEFT, *(x(i) for i in range(len(header) + 1))]
    ys = [top, *(top + 24 + 30 * i for i in range(len(labels) + 1))]
    table(page, xs, ys, [["取組の工程", *header], *([label] for label in labels)])
    return [y + 15 for y in ys[1:-1]]


def test_text_beside_and_over_a_thin_arrow_belongs_to_it() -> None:
    document, page = new_page()
    y = chart(page, ["端末の更新", "研修"])
    arrow(page, x(0.1), x(0.9), y[0])
    write(page, x(1.05), y[0] + 3, "調査", 8)
    page.draw_line((x(1.1), y[1] + 6), (x(3.9), y[1] + 6), color=(1, 0, 0), width=2.5)
    write(page, x(2.2), y[1] + 1, "階層別研修", 8)
    (found,) = timelines(document)
    assert rows(found) == {"端末の更新": [(2026, 2026, "調査")], "研修": [(2027, 2029, "階層別研修")]}


def test_a_bar_keeps_both_lines_of_its_text() -> None:
    document, page = new_page()
    y = chart(page, ["認証基盤"])
    page.draw_rect((x(0.1), y[0] - 7, x(1.9), y[0] + 7), color=None, fill=(1, 0.8, 0.4))
    write(page, x(0.4), y[0] - 1, "設計および", 8)
    write(page, x(0.4), y[0] + 9, "構築", 8)
    (found,) = timelines(document)
    assert rows(found) == {"認証基盤": [(2026, 2027, "設計および構築")]}


def test_two_bars_in_a_row_bound_one_another() -> None:
    document, page = new_page()
    y = chart(page, ["予約窓口"])
    arrow(page, x(0.1), x(1.8), y[0])
    arrow(page, x(2.1), x(3.7), y[0], fill=(1, 0.7, 0.2))
    (found,) = timelines(document)
    assert [(b.first, b.last, b.last_max, b.source) for b in found.rows[0].bars] == [
        (0, 1, 1, "arrow"),
        (2, 3, 4, "arrow"),
    ]


def test_bars_between_two_rows_go_to_the_nearer_one() -> None:
    document, page = new_page()
    y = chart(page, ["甲の整備", "乙の整備"])
    arrow(page, x(0.1), x(0.9), y[0] + 10)
    arrow(page, x(1.1), x(2.9), y[1] - 9)
    (found,) = timelines(document)
    assert rows(found) == {"甲の整備": [(2026, 2026, None)], "乙の整備": [(2027, 2028, None)]}


def test_a_translucent_arrow_over_all_rows_is_no_bar_of_one_row() -> None:
    document, page = new_page()
    y = chart(page, ["甲の整備", "乙の整備", "丙の整備"])
    page.draw_polyline(
        [(x(0.1), y[0] - 12), (x(4.5), y[0] - 12), (x(4.9), y[1]), (x(4.5), y[2] + 12), (x(0.1), y[2] + 12)],
        color=None, fill=(0.6, 0.8, 0.6), fill_opacity=0.3, closePath=True,
    )  # fmt: skip
    arrow(page, x(0.1), x(1.9), y[1])
    (found,) = timelines(document)
    assert rows(found) == {
        "甲の整備": [(None, None, None)],
        "乙の整備": [(2026, 2027, None)],
        "丙の整備": [(None, None, None)],
    }


def test_a_translucent_arrow_alone_covers_every_row() -> None:
    document, page = new_page()
    y = chart(page, ["甲の整備", "乙の整備"])
    page.draw_polyline(
        [(x(1.1), y[0] - 12), (x(4.5), y[0] - 12), (x(4.9), y[0] + 15), (x(4.5), y[1] + 12),
         (x(1.1), y[1] + 12)],
        color=None, fill=(0.6, 0.8, 0.6), fill_opacity=0.3, closePath=True,
    )  # fmt: skip
    (found,) = timelines(document)
    assert rows(found) == {"甲の整備": [(2027, 2030, None)], "乙の整備": [(2027, 2030, None)]}


def test_halves_under_merged_years() -> None:
    document, page = new_page()
    xs = [LEFT, *(FIRST + 60 * i for i in range(5))]
    ys = [100, 120, 140, 170]
    for y in ys:
        rule(page, xs[0] if y != 120 else xs[1], y, xs[-1], y)
    for i, at in enumerate(xs):
        rule(page, at, 120 if i in (2, 4) and i != len(xs) - 1 else 100, at, 170)
    write(page, 60, 125, "工程")
    write(page, xs[1] + 40, 114, "令和8年度")
    write(page, xs[3] + 40, 114, "令和9年度")
    for i, half in enumerate(("上期", "下期", "上期", "下期")):
        write(page, xs[i + 1] + 20, 134, half)
    write(page, 45, 158, "仕様の検討")
    arrow(page, xs[2] + 5, xs[4] - 6, 155)
    (found,) = timelines(document)
    assert [(p.fy, p.start_month, p.end_month) for p in found.periods] == [
        (2026, 4, 9), (2026, 10, 3), (2027, 4, 9), (2027, 10, 3),
    ]  # fmt: skip
    assert [(b.first, b.last) for b in found.rows[0].bars] == [(1, 2)]


def test_quarters_under_their_years_under_the_merged_plan_period() -> None:
    document, page = new_page()
    xs = [40, 140, *(140 + 36 * i for i in range(1, 9))]
    ys = [100, 120, 140, 160, 190]
    for y in ys:
        rule(page, xs[0] if y in (100, 160, 190) else xs[1], y, xs[-1], y)
    for i, at in enumerate(xs):
        top = 100 if i in (0, 1, 9) else 120 if i == 5 else 140
        rule(page, at, top, at, 190)
    write(page, 270, 114, "計画期間")
    write(page, 190, 134, "令和8年度")
    write(page, 335, 134, "令和9年度")
    for i in range(8):
        write(page, xs[i + 1] + 11, 154, f"{i % 4 + 1}Q", 7)
    write(page, 45, 178, "仕様の検討")
    arrow(page, xs[3] + 3, xs[7] - 3, 175)
    (found,) = timelines(document)
    assert [(p.fy, p.start_month) for p in found.periods] == [
        (year, month) for year in (2026, 2027) for month in (4, 7, 10, 1)
    ]
    assert [(r.label, [(b.first, b.last) for b in r.bars]) for r in found.rows] == [("仕様の検討", [(2, 5)])]


def test_months_beside_their_year() -> None:
    document, page = new_page()
    xs = [40, 140, *(140 + 34 * i for i in range(1, 13))]
    header = ["令和8年度", *(f"{m}月" for m in (4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3))]
    table(page, xs, [100, 120, 150], [header, ["準備"]])
    arrow(page, xs[9] + 4, xs[12] - 4, 135)
    (found,) = timelines(document)
    assert {p.fy for p in found.periods} == {2026}
    (bar,) = found.rows[0].bars
    assert (found.periods[bar.first or 0].start_month, found.periods[bar.last or 0].end_month) == (12, 2)


def test_chevrons_and_boxes_that_touch_are_bars_of_their_own() -> None:
    document, page = new_page()
    y = chart(page, ["予約", "相談"])
    for a, b, text in ((0, 1, "検討"), (1, 3, "構築"), (3, 5, "運用")):
        x0, x1 = x(a) + 1, x(b) + 6
        page.draw_polyline(
            [(x0, y[0] - 8), (x1 - 7, y[0] - 8), (x1, y[0]), (x1 - 7, y[0] + 8), (x0, y[0] + 8), (x0 + 7, y[0])],
            color=None, fill=(0.3, 0.5, 0.8), closePath=True,
        )  # fmt: skip
        page.draw_rect(
            (x(a) + 0.5, y[1] - 8, x(b) - 0.5, y[1] + 8), color=(1, 1, 1), fill=(0.3, 0.5, 0.8), width=1
        )
        for at in y:
            write(page, x((a + b) / 2) - 8, at + 3, text, 8)
    (found,) = timelines(document)
    steps = [(2026, 2026, "検討"), (2027, 2028, "構築"), (2029, 2030, "運用")]
    assert rows(found) == {"予約": steps, "相談": steps}


def test_years_free_above_a_grid() -> None:
    document, page = new_page()
    xs = [LEFT, *(x(i) for i in range(6))]
    table(page, xs, [120, 150, 180], [["電子決裁"], ["文書管理"]])
    for i, year in enumerate(YEARS):
        write(page, x(i) + 10, 112, year)
    arrow(page, x(0.1), x(1.9), 135)
    arrow(page, x(3.1), x(4.9), 165)
    (found,) = timelines(document)
    assert rows(found) == {"電子決裁": [(2026, 2027, None)], "文書管理": [(2029, 2030, None)]}


def test_a_header_row_of_filled_boxes_with_free_bars_below() -> None:
    document, page = new_page()
    for i, year in enumerate(YEARS):
        page.draw_rect((x(i) + 2, 100, x(i + 1) - 2, 120), color=None, fill=(0.1, 0.3, 0.5))
        write(page, x(i) + 10, 114, year, color=(1, 1, 1))
    write(page, LEFT, 140, "標準化への移行")
    write(page, LEFT, 166, "共同調達の検討")
    arrow(page, x(0.1), x(1.8), 137)
    arrow(page, x(2.2), x(4.95), 163)
    (found,) = timelines(document)
    assert rows(found) == {
        "標準化への移行": [(2026, 2027, None)],
        "共同調達の検討": [(2028, 2030, None)],
    }


def test_labels_in_a_ruled_column_beside_free_bars() -> None:
    document, page = new_page()
    for i, year in enumerate(YEARS):
        write(page, x(i) + 10, 114, year)
    table(page, [LEFT, LEFT + 120], [124, 154, 184], [["標準化"], ["共同調達"]])
    arrow(page, x(0.1), x(1.8), 139)
    arrow(page, x(2.2), x(4.95), 169)
    (found,) = timelines(document)
    assert rows(found) == {"標準化": [(2026, 2027, None)], "共同調達": [(2028, 2030, None)]}


def test_years_down_the_left_side() -> None:
    document, page = new_page()
    xs, ys = [50, 130, 230, 330], [100, 124, 164, 204, 244]
    table(page, xs, ys, [["年度", "窓口", "研修"], ["令和8年度"], ["令和9年度"], ["令和10年度"]])
    for at, (y0, y1) in ((180, (128, 200)), (280, (168, 242))):
        page.draw_polyline(
            [(at - 4, y0), (at + 4, y0), (at + 4, y1 - 8), (at + 8, y1 - 8), (at, y1), (at - 8, y1 - 8),
             (at - 4, y1 - 8)],
            color=None, fill=(0.2, 0.5, 0.7), closePath=True,
        )  # fmt: skip
    (found,) = timelines(document)
    assert [p.fy for p in found.periods] == [2026, 2027, 2028]
    assert rows(found) == {"窓口": [(2026, 2027, None)], "研修": [(2027, 2028, None)]}


def test_a_chronology_is_no_schedule() -> None:
    document, page = new_page()
    texts = [
        ["年度", "国", "本市"],
        ["令和3年度", "法の施行", "計画の策定"],
        ["令和4年度", "改定", ""],
        ["令和5年度", "", "改定"],
    ]
    table(page, [50, 130, 230, 330], [100, 124, 148, 172, 196], texts)
    assert timelines(document) == []


def test_a_rule_that_ends_beside_an_arrowhead_stays_a_rule() -> None:
    document, page = new_page()
    xs, ys = [LEFT, *(x(i) for i in range(6))], [100, 124, 148]
    for x0, x1 in pairwise(xs):
        for y in ys:
            page.draw_rect((x0, y - 0.4, x1, y + 0.4), color=None, fill=GREY)
    for at in xs:
        rule(page, at, 100, at, 148)
    fill_in(page, xs, ys, [["工程", *YEARS], ["公開"]])
    page.draw_line((x(0.1), 143), (x(2) - 9, 143), color=(0.8, 0, 0), width=2.25)
    head = [(x(2) - 9, 138), (x(2) - 0.5, 143), (x(2) - 9, 148)]
    page.draw_polyline(head, color=None, fill=(0.8, 0, 0), closePath=True)
    (item,) = items(document)
    assert isinstance(item, TableItem)
    assert len(item.table.cells) == 12
    assert rows(item.timelines[0]) == {"公開": [(2026, 2027, None)]}


def test_group_cells_become_the_path_and_offices_no_label() -> None:
    document, page = new_page()
    xs = [30, 90, 190, 240, *(240 + 60 * i for i in range(1, 4))]
    ys = [100, 124, 154, 184]
    for y in ys:
        rule(page, xs[0] if y != 154 else xs[1], y, xs[-1], y)
    for at in xs:
        rule(page, at, ys[0], at, ys[-1])
    fill_in(page, xs, ys[:1], [["区分", "取組項目", "担当課", "R8", "R9", "R10"]])
    write(page, 34, 160, "窓口改革")
    fill_in(page, xs[1:], ys[1:], [["予約の拡大", "市民課"], ["遠隔相談", "福祉課"]])
    arrow(page, 245, 355, 139)
    arrow(page, 305, 418, 169)
    (found,) = timelines(document)
    assert [(r.label, r.path) for r in found.rows] == [
        ("予約の拡大", ("窓口改革",)),
        ("遠隔相談", ("窓口改革",)),
    ]
    assert rows(found) == {"予約の拡大": [(2026, 2027, None)], "遠隔相談": [(2027, 2028, None)]}


def test_shaded_cells_are_bars() -> None:
    document, page = new_page()
    page.draw_rect((x(1), 124, x(3), 154), color=None, fill=(0.6, 0.8, 1))
    page.draw_rect((x(0), 154, x(1), 184), color=None, fill=(0.6, 0.8, 1))
    y = chart(page, ["公開基盤", "手引の作成"])
    write(page, x(2.1), y[0] + 3, "構築")
    (found,) = timelines(document)
    assert rows(found) == {"公開基盤": [(2027, 2028, "構築")], "手引の作成": [(2026, 2026, None)]}
    assert {b.source for r in found.rows for b in r.bars} == {"shading"}


def test_a_row_shaded_from_end_to_end_among_rows_shaded_in_part_is_a_bar() -> None:
    document, page = new_page()
    for r, last in enumerate((5, 5, 2)):
        page.draw_rect((x(0), 124 + 30 * r, x(last), 154 + 30 * r), color=None, fill=(0.6, 0.8, 1))
    chart(page, ["公開基盤", "手引の作成", "研修"])
    (found,) = timelines(document)
    assert rows(found) == {
        "公開基盤": [(2026, 2030, None)],
        "手引の作成": [(2026, 2030, None)],
        "研修": [(2026, 2027, None)],
    }


def test_a_row_of_a_wide_table_is_named_by_its_title_not_by_values_or_lists() -> None:
    document, page = new_page()
    xs = [20, 90, 190, 250, 300, 380, 460, 540]
    heads = ["施策名", "主な取組内容", "指標", "目標値", "令和8年度", "令和9年度", "令和10年度"]
    for y in (100, 124, 184):
        rule(page, xs[0], y, xs[-1], y)
    rule(page, xs[2], 154, xs[-1], 154)
    for at in xs:
        rule(page, at, 100, at, 184)
    fill_in(page, xs, [100, 124], [heads, ["窓口の改善", "・予約の導入"]])
    write(page, xs[1] + 4, 153, "・案内の見直し")
    fill_in(page, xs[2:], [124, 154], [["予約件数", "40件", "試行", "拡大"], ["窓口数", "9か所", "", "設置"]])
    (found,) = timelines(document)
    assert rows(found) == {"窓口の改善": [(2026, 2026, "試行"), (2027, 2027, "拡大"), (2027, 2027, "設置")]}


def test_signs_in_cells() -> None:
    document, page = new_page()
    y = chart(page, ["電子契約", "公募", "点検"])
    for row, signs in enumerate(
        (["検討", "→", "→", "運用", "→"], ["", "●", "", "", ""], ["○", "○", "○", "", ""])
    ):
        for i, sign in enumerate(signs):
            if sign:
                write(page, x(i) + 25, y[row] + 3, sign)
    (found,) = timelines(document)
    assert rows(found) == {
        "電子契約": [(2026, 2028, "検討"), (2029, 2030, "運用")],
        "公募": [(2027, 2027, None)],
        "点検": [(2026, 2028, None)],
    }


def test_text_in_a_cell_merged_over_years() -> None:
    document, page = new_page()
    xs = [LEFT, *(x(i) for i in range(6))]
    for y in (100, 124, 154):
        rule(page, xs[0], y, xs[-1], y)
    for i, at in enumerate(xs):
        rule(page, at, 100, at, 124 if i in (2, 4, 5) else 154)
    rule(page, xs[-1], 100, xs[-1], 154)
    rule(page, xs[3], 100, xs[3], 154)
    fill_in(page, xs, [100], [["工程", *YEARS]])
    write(page, LEFT + 4, 142, "共通基盤")
    write(page, x(0.8), 142, "設計・構築")
    write(page, x(3.2), 142, "運用")
    (found,) = timelines(document)
    assert rows(found) == {"共通基盤": [(2026, 2027, "設計・構築"), (2028, 2030, "運用")]}
    assert {b.source for b in found.rows[0].bars} == {"merged_cell"}


def test_text_before_an_arrow_is_a_step_of_its_own() -> None:
    document, page = new_page()
    y = chart(page, ["予約"])
    write(page, x(0) + 25, y[0] + 3, "検討")
    arrow(page, x(1.1), x(4.9), y[0])
    (found,) = timelines(document)
    assert rows(found) == {"予約": [(2026, 2026, "検討"), (2027, 2030, None)]}


def test_a_column_that_stands_for_several_years() -> None:
    document, page = new_page()
    table(page, [40, 180, 250, 320, 470], [100, 124, 154], [["工程", "R8", "R9", "R10～R12"], ["予約"]])
    arrow(page, 185, 240, 139)
    arrow(page, 255, 465, 139)
    (found,) = timelines(document)
    assert rows(found) == {"予約": [(2026, 2026, None), (2027, 2030, None)]}


def test_charts_side_by_side() -> None:
    document, page = new_page()
    for k, label in enumerate(("準備", "運用")):
        for i, year in enumerate(("R8", "R9", "R10")):
            write(page, 70 + k * 270 + i * 70, 110, year)
        arrow(page, 55 + k * 335, 180 + k * 335, 130)
        write(page, 90 + k * 335, 133, label, 7)
    found = timelines(document)
    assert [rows(t) for t in found] == [{None: [(2026, 2027, "準備")]}, {None: [(2027, 2028, "運用")]}]


def test_a_column_made_to_stand_out_and_white_patches_are_no_bars() -> None:
    document, page = new_page()
    y = chart(page, ["予約", "相談"])
    page.draw_rect((x(0) + 1, 101, x(1) - 1, 183), color=(1, 0, 0), width=1.5)
    page.draw_rect((x(2) + 5, y[1] - 6, x(2) + 60, y[1] + 6), color=None, fill=(1, 1, 1))
    (found,) = timelines(document)
    assert rows(found) == {"予約": [(None, None, None)], "相談": [(None, None, None)]}


def test_values_under_years_are_no_schedule() -> None:
    document, page = new_page()
    xs = [LEFT, *(x(i) for i in range(6))]
    table(page, xs, [100, 124, 148], [["指標", *YEARS], ["予約件数", "10件", "20件", "30件", "40件", "50件"]])
    assert timelines(document) == []


def test_a_typical_page_is_fast_enough() -> None:
    document, page = new_page()
    y = chart(page, [f"取組{i}の推進" for i in range(12)])
    for i, at in enumerate(y):
        arrow(page, x(0.1 + i % 3), x(4.8), at)
    (read_page,) = pages(document)
    find_grids(read_page)
    start = time.perf_counter()
    find_grids(read_page)
    assert time.perf_counter() - start < 0.05


def test_a_colour_for_each_phase_in_rows_shaded_from_end_to_end() -> None:
    document, page = new_page()
    pale, strong = (1, 0.9, 0.6), (0.5, 0.8, 0.5)
    for r, turn in enumerate((1, 2)):
        for c in range(4):
            fill = pale if c < turn else strong
            page.draw_rect((x(c), 124 + 30 * r, x(c + 1), 154 + 30 * r), color=None, fill=fill)
    chart(page, ["公開基盤", "手引の作成"])
    (found,) = timelines(document)
    assert rows(found) == {
        "公開基盤": [(2026, 2026, None), (2027, 2029, None)],
        "手引の作成": [(2026, 2027, None), (2028, 2029, None)],
    }


def test_the_shadow_of_a_cell_is_no_bar() -> None:
    shadow = pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, 8, 4), False)
    shadow.clear_with(230)
    document, page = new_page()
    for c in range(4):
        page.insert_image((x(c) - 3, 121, x(c + 1) + 3, 158), pixmap=shadow, keep_proportion=False)
        page.draw_rect((x(c), 124, x(c + 1), 154), color=GREY, width=0.5)
    y = chart(page, ["公開基盤", "手引の作成"])
    arrow(page, x(1.05), x(2.95), y[0])
    (found,) = timelines(document)
    assert rows(found)["公開基盤"] == [(2027, 2028, None)]


def test_two_tables_of_one_width_with_rules_under_their_rows_stay_two() -> None:
    document, page = new_page()
    for top in (100, 400):
        for r, row in enumerate(TEXTS):
            fill_in(page, XS, [top + 24 * r], [row])
            rule(page, XS[0], top + 24 * (r + 1), XS[-1], top + 24 * (r + 1))
    found = items(document)
    assert [i.table.n_rows for i in found if isinstance(i, TableItem)] == [3, 3]


def test_dashes_that_end_in_a_head_go_on_with_the_text_before_them() -> None:
    document, page = new_page()
    y = chart(page, ["公開基盤", "手引の作成"])
    for c, text in enumerate(("試行", "━━━", "━━▶")):
        write(page, x(c) + 5, y[0] + 3, text)
    write(page, x(0) + 5, y[1] + 3, "改定")
    (found,) = timelines(document)
    assert rows(found)["公開基盤"] == [(2026, 2028, "試行")]


def test_a_form_right_below_keeps_its_hands_off_the_costs_of_the_one_above() -> None:
    document, page = new_page()
    table(
        page,
        [40, 120, 300, 420, 540],
        [100, 122, 144],
        [["事業費", "令和7年度", "令和8年度", "令和9年度"], ["SDGs", "9", "", ""]],
    )
    table(
        page,
        [40, 120, 300, 420, 540],
        [156, 178, 200],
        [["番号", "1-2", "取組名", "窓口"], ["概要", "改善", "", ""]],
    )
    assert [len(t.table.cells) for t in items(document) if isinstance(t, TableItem)] == [8, 8]


def test_lines_drawn_down_from_free_years_leave_the_labels_to_their_bars() -> None:
    document, page = new_page()
    for i, year in enumerate(("2025", "2026", "2027", "2028")):
        write(page, 220 + 80 * i, 110, year)
    for i in range(5):
        rule(page, 200 + 80 * i, 116, 200 + 80 * i, 200)
    rule(page, 200, 116, 520, 116)
    rule(page, 200, 200, 520, 200)
    write(page, 60, 142, "予約の試行")
    write(page, 60, 182, "予約の拡大")
    arrow(page, 204, 276, 140)
    arrow(page, 284, 516, 180)
    (found,) = timelines(document)
    assert [(r.label, r.bars[0].first, r.bars[0].last) for r in found.rows] == [
        ("予約の試行", 0, 0),
        ("予約の拡大", 1, 3),
    ]


@pytest.mark.parametrize(
    ("head", "years", "ends"),
    [
        ("実施内容", ("令和8年度", "令和9年度"), (0, 1)),
        ("取り組むこと", ("R8～R9", "R10"), (1, 2)),
        ("内容", ("R8", "R9"), (0, 1)),
    ],
)
def test_words_beside_years_down_the_side_are_the_steps_of_these_years(
    head: str, years: tuple[str, str], ends: tuple[int, int]
) -> None:
    document, page = new_page()
    rows = [["年度", head], [years[0], "予約の試行"], [years[1], "予約の拡大"]]
    table(page, [60, 140, 400], [100, 122, 144, 166], rows)
    (found,) = timelines(document)
    assert [(b.text, b.first, b.last, b.certainty) for r in found.rows for b in r.bars] == [
        ("予約の試行", 0, ends[0], "exact"),
        ("予約の拡大", ends[1], ends[1], "exact"),
    ]


def test_a_cell_that_a_page_break_opens_at_its_top_is_a_cell() -> None:
    document, page = new_page()
    for y, x0 in ((72, 130), (94, 130), (116, 60)):
        rule(page, x0, y, 400, y)
    for x in (60, 130, 260, 400):
        rule(page, x, 72, x, 116)
    fill_in(page, [60, 130, 260], [72, 94], [["工程", "予約の試行", "○"], ["", "予約の拡大", "○"]])
    corner = only_table(document).cells[0]
    assert (corner.row, corner.col, corner.rowspan, corner.text) == (0, 0, 2, "工程")


def test_indicators_and_values_one_on_a_line_stay_apart() -> None:
    document, page = new_page()
    table(page, [60, 200, 280], [100, 140], [["", ""]])
    for x, lines in ((64, ("予約の利用率", "電子納付に対応した", "窓口の数")), (204, ("12.5%", "3か所"))):
        for i, text in enumerate(lines):
            write(page, x, 111 + 12 * i, text)
    (names, values) = (c.text.split("\n") for c in only_table(document).cells)
    assert names == ["予約の利用率", "電子納付に対応した窓口の数"]
    assert values == ["12.5%", "3か所"]
