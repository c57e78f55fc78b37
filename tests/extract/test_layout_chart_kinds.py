"""Kinds of schedule charts: what makes the axis, what names the rows, what is a bar and what is not."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from extract.layout.alike import read_alike
from extract.layout.time_axis import find_headers
from extract.layout.timelines import table_timelines
from extract.model import Cell, Page, PageLayout, Table, TableItem
from tests.extract.drawing import GREY, PALE, arrow, new_page, rows, rule, table, timelines, write

BLUE, ORANGE = (0.2, 0.45, 0.7), (0.96, 0.8, 0.68)
LIGHT, GREEN = 0xF8CBAD, 0xC6E0B4

Bars = dict[str | None, list[tuple[int | None, int | None, str | None]]]


def grid(*lines: str) -> list[Cell]:
    """Cells from lines as «text|text»; ``*`` before a text shades the cell, ``>2`` after it merges columns."""
    cells = []
    for r, line in enumerate(lines):
        c = 0
        for part in line.split("|"):
            text, _, span = part.partition(">")
            width = int(span or 1)
            fill = LIGHT if text.startswith("*") else None
            cells.append(Cell(r, c, text.lstrip("*"), 1, width, fill=fill))
            c += width
    return cells


def charts(cells: list[Cell]) -> list[Bars]:
    n_rows, n_cols = max(c.row for c in cells) + 1, max(c.col + c.colspan for c in cells)
    return [rows(t) for t in table_timelines(Table(tuple(cells), n_rows, n_cols), drawn=True)]


def test_quarters_of_one_year_stand_beside_whole_years() -> None:
    cells = grid("事項|令和8年度>2|令和9年度", "|4-9月|10-3月|", "機器の選定|*調査|*|", "運用|||*開始")
    cells = [c for c in cells if (c.row, c.col) not in ((1, 0), (1, 3))]
    cells = [Cell(0, c.col, c.text, 2) if c.row == 0 and c.col in (0, 3) else c for c in cells]
    (axis,) = find_headers(cells)
    assert [(p.fy, p.start_month) for p in axis.periods] == [(2026, 4), (2026, 10), (2027, None)]
    assert charts(cells) == [{"機器の選定": [(2026, 2026, "調査")], "運用": [(2027, 2027, "開始")]}]


def test_two_axes_side_by_side_have_labels_of_their_own() -> None:
    document, page = new_page()
    xs = [40, 120, 160, 200, 240, 320, 360, 400, 440]
    texts = [
        ["する事", "R8", "R9", "R10", "する事", "R11", "R12", "R13"],
        ["機器の選定", "", "", "", "拠点の拡大", "", "", ""],
        ["人の育成", "", "", "", "記録の公開", "", "", ""],
    ]
    table(page, xs, [100, 124, 148, 172], texts)
    for x0, x1, y in ((122, 198, 136), (162, 238, 160), (322, 358, 136), (362, 438, 160)):
        page.draw_rect((x0, y - 4, x1, y + 4), color=None, fill=BLUE)
    assert [rows(t) for t in timelines(document)] == [
        {"機器の選定": [(2026, 2027, None)], "人の育成": [(2027, 2028, None)]},
        {"拠点の拡大": [(2029, 2029, None)], "記録の公開": [(2030, 2031, None)]},
    ]


def test_years_below_each_other_are_two_axes() -> None:
    cells = grid("する事|R8|R9", "機器の選定|検討|実施", "する事|R10|R11", "機器の更新|検討|実施")
    assert charts(cells) == [
        {"機器の選定": [(2026, 2026, "検討"), (2027, 2027, "実施")]},
        {"機器の更新": [(2028, 2028, "検討"), (2029, 2029, "実施")]},
    ]


def test_a_lost_head_between_years_is_the_year_its_place_says() -> None:
    cells = grid("する事|R8||R10", "機器の選定|検討|試行|", "人の育成|||開始")
    assert charts(cells) == [
        {"機器の選定": [(2026, 2026, "検討"), (2027, 2027, "試行")], "人の育成": [(2028, 2028, "開始")]}
    ]


def test_a_column_of_words_between_years_is_no_lost_year() -> None:
    (axis,) = find_headers(grid("する事|R8|見直し|R10", "機器の選定|検討||実施"))
    assert [p.fy for p in axis.periods] == [2026, 2028]


def test_a_line_typed_over_columns_is_one_bar() -> None:
    document, page = new_page()
    table(page, [40, 140, 220, 300], [100, 124, 148], [["する事", "R8", "R9"], ["人の育成", "", ""]])
    write(page, 150, 139, "－－－－－－－－－－－－－－－→")
    (found,) = timelines(document)
    assert rows(found) == {"人の育成": [(2026, 2027, None)]}


def test_a_typed_line_may_begin_with_a_mark_and_may_lie_in_one_column() -> None:
    document, page = new_page()
    ys = [100, 124, 148, 172]
    texts = [["する事", "R8", "R9"], ["人の育成", "", ""], ["点検", "", ""]]
    table(page, [40, 140, 220, 300], ys, texts)
    write(page, 150, 139, "●――――――――――――――→")
    write(page, 230, 163, "・・・・→")
    (found,) = timelines(document)
    assert rows(found) == {"人の育成": [(2026, 2027, None)], "点検": [(2027, 2027, None)]}


def test_two_charts_in_one_grid_have_an_axis_each() -> None:
    both = grid("する事|R8|R9|R10", "人の育成|*調査|*⇒|", "する事|R11|R12|R13", "点検||*実施|*⇒")
    assert [[p.fy for p in axis.periods] for axis in find_headers(both)] == [
        [2026, 2027, 2028],
        [2029, 2030, 2031],
    ]


def test_a_sign_carries_a_bar_on_where_no_cells_are_merged() -> None:
    single = grid(
        "する事|R8|R9|R10|R11", "機器の選定|*調査|*⇒|*導入|*⇒", "人の育成|*⇒|*⇒|*⇒|*⇒", "点検||||*実施"
    )
    assert charts(single) == [
        {
            "機器の選定": [(2026, 2027, "調査"), (2028, 2029, "導入")],
            "人の育成": [(2026, 2029, None)],
            "点検": [(2029, 2029, "実施")],
        }
    ]
    merged = grid("する事|R8|R9|R10|R11", "機器の選定|*調査>2|*導入|*⇒", "人の育成|*計画|*⇒>3")
    assert charts(merged) == [
        {
            "機器の選定": [(2026, 2027, "調査"), (2028, 2028, "導入"), (2029, 2029, None)],
            "人の育成": [(2026, 2026, "計画"), (2027, 2029, None)],
        }
    ]


@pytest.mark.parametrize("sign", ["→", "⇒", "〃", "継続"])
def test_what_says_that_a_bar_goes_on_is_no_bar(sign: str) -> None:
    cells = grid("する事|R8|R9|R10", f"機器の選定|検討|実施|{sign}", "人の育成|●||")
    assert charts(cells)[0]["機器の選定"] == [(2026, 2026, "検討"), (2027, 2028, "実施")]


def test_numbers_below_years_are_no_bars_but_amounts_in_shaded_cells_are() -> None:
    assert charts(grid("する事|R8|R9|R10", "人の育成|40.0|52.0|65.0", "待ち時間|－|20|15")) == []
    assert charts(grid("する事|R8|R9|R10", "端末の更新|*80台|*120台|", "人の育成||*30人|*30人")) == [
        {
            "端末の更新": [(2026, 2026, "80台"), (2027, 2027, "120台")],
            "人の育成": [(2027, 2027, "30人"), (2028, 2028, "30人")],
        }
    ]


def test_a_row_of_costs_below_bars_is_no_row_of_the_chart() -> None:
    cells = grid("する事|R8|R9|R10", "機器の選定|検討|実施|実施", "掛かる額|1,200|3,400|800")
    assert list(charts(cells)[0]) == ["機器の選定"]


def test_what_a_column_holds_tells_whether_it_names_the_rows() -> None:
    cells = grid(
        "番|手をつける仕事|受け持つ席|R8|R9",
        "1|機器の選定|市民課|検討|実施",
        "2|人の育成|人事課、総務課|計画|実施",
        "3|記録の公開|市民課|準備|公開",
    )
    assert list(charts(cells)[0]) == ["機器の選定", "人の育成", "記録の公開"]


def test_what_values_stand_beside_names_no_row() -> None:
    cells = grid(
        "仕事|見る数字|はじまり|行き先|R8|R9",
        "機器の選定|設置の数|3台|9台|検討|実施",
        "人の育成|修了者の数|12人|40人|計画|実施",
    )
    assert list(charts(cells)[0]) == ["機器の選定", "人の育成"]


def test_rows_of_a_ground_of_their_own_without_bars_are_groups() -> None:
    cells = grid("する事|R8|R9", "窓口||", "機器の選定|*検討|", "人||", "人の育成||*実施")
    cells = [Cell(c.row, c.col, c.text, fill=GREEN) if c.row in (1, 3) else c for c in cells]
    found = table_timelines(Table(tuple(cells), 5, 3), drawn=True)
    assert [(r.label, r.path) for r in found[0].rows] == [
        ("機器の選定", ("窓口",)),
        ("人の育成", ("人",)),
    ]


def test_a_cell_filled_twice_is_no_bar() -> None:
    document, page = new_page()
    for k, x in enumerate((40, 140, 220, 300)):
        page.draw_rect((x, 124, x + (100 if k == 0 else 80), 148), color=None, fill=PALE)
        page.draw_rect((x + 4, 126, x + 70, 137), color=None, fill=PALE)
    texts = [["する事", "R8", "R9", "R10"], ["機器の選定", "", "", ""], ["人の育成", "", "", ""]]
    table(page, [40, 140, 220, 300, 380], [100, 124, 148, 172], texts)
    page.draw_rect((142, 130, 296, 142), color=None, fill=GREY)
    page.draw_rect((222, 154, 376, 166), color=None, fill=GREY)
    (found,) = timelines(document)
    assert rows(found) == {"機器の選定": [(2026, 2027, None)], "人の育成": [(2027, 2028, None)]}


def test_years_down_the_left_side_may_stand_over_any_words() -> None:
    document, page = new_page()
    texts = [
        ["いつ", "何をするか"],
        ["R8年度", "機器の選定"],
        ["R9年度", "窓口への設置"],
        ["R10年度", "全ての支所へ"],
    ]
    table(page, [40, 140, 380], [100, 124, 148, 172, 196], texts)
    (found,) = timelines(document)
    assert [(b.text, found.periods[b.first or 0].fy) for r in found.rows for b in r.bars] == [
        ("機器の選定", 2026),
        ("窓口への設置", 2027),
        ("全ての支所へ", 2028),
    ]
    assert found.corner == "いつ 何をするか"  # which says whose they are: 年 国の動き


def test_words_beside_years_are_steps_though_values_stand_behind_them() -> None:
    """The column of years may say of some that they are over, and of others nothing is planned."""
    document, page = new_page()
    texts = [
        ["年", "すること", "手続の数"],
        ["R6年度（済）", "－", "26"],
        ["R7年度（今年）", "研修、様式の作成（20手続）", "50"],
        ["R8年度", "様式20件の作成、納付の試み", "70"],
        ["R9年度", "講座12回、納付の実施", "90"],
    ]
    table(page, [40, 140, 380, 440], [100, 124, 148, 172, 196, 220], texts)
    (found,) = timelines(document)
    assert [(b.text, found.periods[b.first or 0].fy) for r in found.rows for b in r.bars] == [
        ("研修、様式の作成（20手続）", 2025),
        ("様式20件の作成、納付の試み", 2026),
        ("講座12回、納付の実施", 2027),
    ]
    assert all(b.box and 140 <= b.box.x0 < b.box.x1 <= 380 for r in found.rows for b in r.bars)


def test_labels_on_grounds_that_stand_apart_are_a_column_below_the_head() -> None:
    document, page = new_page()
    xs = [40, 140, 240, 340, 440]
    for x0, x1, text in zip(xs, xs[1:], ("する事", "令和８年度", "９年度", "10年度")):
        page.draw_rect((x0, 100, x1, 120), color=None, fill=GREY)
        write(page, x0 + 4, 114, text)
        if x0 > 40:
            rule(page, x0, 120, x0, 186)
    for y, label, x0, x1, text in ((126, "窓口", 142, 238, "60手続"), (158, "納付", 242, 438, "提供")):
        page.draw_rect((40, y - 2, 140, y + 26), color=None, fill=PALE)
        rule(page, 40, y + 29, 440, y + 29)
        write(page, 44, y + 14, label)
        page.draw_rect((x0, y, x1, y + 22), color=None, fill=BLUE)
        write(page, (x0 + x1) / 2 - 12, y + 14, text)
    (found,) = timelines(document)
    assert rows(found) == {"窓口": [(2026, 2026, "60手続")], "納付": [(2027, 2028, "提供")]}


STRIPE = (0.95, 0.95, 0.95)
HEADS = ["する事", "R8年度", "R9年度", "R10年度"]
EDGES = [40.0, 140.0, 220.0, 300.0, 380.0]


def filled_head(page: Any, first: int = 0) -> None:
    """Cells of a head, each a dark box with white letters; the rows below them are nobody's."""
    for k in range(first, 4):
        page.draw_rect((EDGES[k], 100, EDGES[k + 1], 120), color=None, fill=BLUE)
        write(page, EDGES[k] + 4, 114, HEADS[k], color=(1, 1, 1))


def test_texts_below_a_dark_head_without_any_rule_are_bars() -> None:
    document, page = new_page()
    filled_head(page)
    for y, row in ((138, ("機器の選定", "調査", "導入", "→")), (158, ("人の育成", "", "計画", "実施"))):
        for x, text in zip(EDGES, row):
            write(page, x + 4, y, text)
    write(page, 40, 210, "ここから先は、取組の進め方を述べる文章が続いている段落です。")
    (found,) = timelines(document)
    assert rows(found) == {
        "機器の選定": [(2026, 2026, "調査"), (2027, 2028, "導入")],
        "人の育成": [(2027, 2027, "計画"), (2028, 2028, "実施")],
    }


def test_stripes_are_no_bars_and_bars_lie_on_them() -> None:
    document, page = new_page()
    filled_head(page)
    for x0, x1 in pairwise(EDGES):
        page.draw_rect((x0, 140, x1, 160), color=None, fill=STRIPE)
    for y, label, x0, x1 in (
        (130, "機器の選定", 140, 300),
        (150, "人の育成", 220, 380),
        (170, "点検", 140, 220),
    ):
        write(page, 44, y + 3, label)
        page.draw_rect((x0, y - 9, x1, y + 9), color=GREY, fill=ORANGE, width=0.5)
    (found,) = timelines(document)
    assert rows(found) == {
        "機器の選定": [(2026, 2027, None)],
        "人の育成": [(2027, 2028, None)],
        "点検": [(2026, 2026, None)],
    }


def test_outlined_bars_near_the_filled_cells_of_a_striped_chart_are_no_cells() -> None:
    """A heading in bold and a larger type below it is no row of it."""
    document, page = new_page()
    xs = [140, 180, 220, 260, 300]
    for x0, x1 in pairwise([40, *xs]):
        page.draw_rect((x0, 142, x1, 163), color=None, fill=STRIPE)
        page.draw_rect((x0, 100 if x0 > 40 else 79, x1, 121), color=None, fill=PALE)
    for year, x in (("R8", 140), ("R9", 220)):
        page.draw_rect((x, 79, x + 80, 100), color=None, fill=PALE)
        write(page, x + 4, 93, year)
    for x, part in zip((44, *xs), ("する事", "上期", "下期", "上期", "下期")):
        write(page, x + 4, 114, part)
    for y, name, first, last in ((124, "機器の選定", 0, 3), (145, "人の育成", 2, 3), (166, "点検", 3, 4)):
        write(page, 44, y + 11, name)
        page.draw_rect((xs[first] + 2, y, xs[last] - 2, y + 15), color=GREY, fill=BLUE)
    write(page, 40, 205, "数える物", 10, render_mode=2, border_width=0.05)
    write(page, 60, 222, "○訓練の回数")
    write(page, 146, 222, "年1回 → 年2回")
    (found,) = timelines(document)
    assert rows(found) == {
        "機器の選定": [(2026, 2027, None)],
        "人の育成": [(2027, 2027, None)],
        "点検": [(2027, 2027, None)],
    }


def test_one_fill_over_several_cells_is_one_bar_wherever_its_text_stands() -> None:
    document, page = new_page()
    table(page, EDGES, [100, 120, 140, 160], [HEADS, ["機器の選定"], ["人の育成"]])
    page.draw_rect((140, 120, 220, 140), color=None, fill=ORANGE)
    page.draw_rect((220, 120, 380, 140), color=None, fill=ORANGE)
    page.draw_rect((220, 140, 300, 160), color=None, fill=ORANGE)
    write(page, 160, 134, "調査")
    write(page, 304, 134, "実施")
    write(page, 240, 154, "計画")
    (found,) = timelines(document)
    assert rows(found) == {
        "機器の選定": [(2026, 2026, "調査"), (2027, 2028, "実施")],
        "人の育成": [(2027, 2027, "計画")],
    }


def test_a_cell_filled_by_itself_is_a_bar_of_its_own_where_one_fill_covers_a_longer_bar() -> None:
    document, page = new_page()
    table(page, EDGES, [100, 120, 140, 160], [HEADS, ["機器の選定"], ["人の育成"]])
    for x0, x1, y in ((140, 220, 120), (220, 300, 120), (140, 300, 140), (300, 380, 140)):
        page.draw_rect((x0, y, x1, y + 20), color=None, fill=ORANGE)
    (found,) = timelines(document)
    assert rows(found) == {
        "機器の選定": [(2026, 2026, None), (2027, 2027, None)],
        "人の育成": [(2026, 2027, None), (2028, 2028, None)],
    }


def test_outlined_bars_that_touch_are_no_table_beside_the_labels_of_a_chart() -> None:
    document, page = new_page()
    filled_head(page)
    labels = ("機器の選定", "人の育成", "点検", "更新", "公開")
    bars = ([(140, 220), (220, 300)], [(140, 220), (220, 380)], [], [(220, 300), (300, 380)], [(220, 380)])
    for k, (label, own) in enumerate(zip(labels, bars)):
        top = 120 + 20 * k
        if k % 2:
            for x0, x1 in pairwise(EDGES):
                page.draw_rect((x0, top, x1, top + 20), color=None, fill=STRIPE)
        write(page, 44, top + 13, label)
        for n, (x0, x1) in enumerate(own):
            page.draw_rect((x0, top + 0.5, x1, top + 19.5), color=GREY, fill=(ORANGE, PALE)[n], width=0.5)
    write(page, 144, 154, "調査")
    (found,) = timelines(document)
    assert rows(found) == {
        "機器の選定": [(2026, 2026, None), (2027, 2027, None)],
        "人の育成": [(2026, 2026, "調査"), (2027, 2028, None)],
        "点検": [(None, None, None)],
        "更新": [(2027, 2027, None), (2028, 2028, None)],
        "公開": [(2027, 2028, None)],
    }


def test_a_title_on_the_years_and_no_head_over_the_labels_make_no_endless_work() -> None:
    document, page = new_page()
    page.draw_rect((40, 82, 380, 100), color=None, fill=PALE)
    write(page, 44, 95, "進め方")
    filled_head(page, first=1)
    for label, x0, x1, y in (("機器の選定", 142, 298, 130), ("人の育成", 222, 378, 152)):
        write(page, 44, y + 3, label)
        arrow(page, x0, x1, y)
    (found,) = timelines(document)
    assert rows(found) == {"機器の選定": [(2026, 2027, None)], "人の育成": [(2027, 2028, None)]}


def test_a_small_word_beside_a_heading_below_a_chart_is_no_label() -> None:
    document, page = new_page()
    filled_head(page)
    for label, x0, x1, y in (("機器の選定", 142, 298, 130), ("人の育成", 222, 378, 152)):
        write(page, 44, y + 3, label)
        arrow(page, x0, x1, y)
    page.draw_rect((40, 172, 80, 200), color=None, fill=BLUE)
    write(page, 50, 182, "ことがら", 6)
    write(page, 50, 196, "②")
    write(page, 90, 192, "窓口をひとつにする", 14)
    write(page, 330, 190, "〔新〕")
    (found,) = timelines(document)
    assert list(rows(found)) == ["機器の選定", "人の育成"]


@pytest.mark.parametrize(
    ("first", "second"),
    [(("11事務", "15事務", "20事務"), "－"), (("月平均30件", "月平均40件", ""), "年90件")],
)
def test_amounts_that_go_on_from_year_to_year_are_values_whatever_they_count(
    first: tuple[str, ...], second: str
) -> None:
    assert charts(grid("見るもの|R8|R9|R10", "|".join(("仕事の数", *first)), f"電話の数|{second}||")) == []


def test_a_bold_rule_below_a_chart_is_no_bar() -> None:
    document, page = new_page()
    table(page, EDGES, [100, 124, 148], [HEADS, ["機器の選定"]])
    page.draw_rect((142, 130, 296, 142), color=None, fill=ORANGE)
    page.draw_line((40, 148), (380, 148), color=GREY, width=1.4)
    (found,) = timelines(document)
    assert rows(found) == {"機器の選定": [(2026, 2027, None)]}


def test_a_legend_below_a_free_chart_is_no_row() -> None:
    document, page = new_page()
    for k, head in enumerate(HEADS[1:], 1):
        write(page, EDGES[k] + 10, 110, head)
    for y, label, x0, x1 in (
        (130, "機器の選定", 142, 298),
        (150, "人の育成", 222, 378),
        (170, "点検", 142, 218),
    ):
        write(page, 44, y + 3, label)
        page.draw_rect((x0, y - 5, x1, y + 5), color=None, fill=ORANGE)
    for x, text in ((150, "計画"), (230, "実施")):
        page.draw_rect((x, 196, x + 10, 206), color=None, fill=BLUE)
        write(page, x + 14, 204, text, 8)
    (found,) = timelines(document)
    assert list(rows(found)) == ["機器の選定", "人の育成", "点検"]


def test_numbers_in_filled_cells_below_free_years_are_no_bars() -> None:
    document, page = new_page()
    for k, head in enumerate(HEADS[1:], 1):
        write(page, EDGES[k] + 10, 110, head)
        page.draw_rect((EDGES[k], 120, EDGES[k + 1], 136), color=None, fill=STRIPE)
        write(page, EDGES[k] + 10, 132, f"{k}7,000")
    write(page, 44, 132, "掛かる額")
    assert timelines(document) == []


def test_an_arrow_from_one_amount_to_another_under_years_far_apart_is_no_bar() -> None:
    document, page = new_page()
    for x, year, amount in ((60, "令和６年度", "38.2 ％"), (190, "令和12年度", "70 ％")):
        write(page, x, 100, year)
        write(page, x, 130, amount, 12)
    page.draw_polyline(
        [(125, 120), (145, 120), (145, 116), (155, 126), (145, 136), (145, 132), (125, 132), (125, 120)],
        color=None,
        fill=ORANGE,
    )
    assert timelines(document) == []


WORDS, NUMBERS = (
    ("測量|調査|実施", "海図|下書き|印刷", "鐘|鋳込み|吊下げ"),
    ("点検|4基|9基", "見学|年2回|年4回"),
)


@pytest.mark.parametrize(
    ("heads", "charts"),
    [(("する事", "する事"), WORDS + NUMBERS), (("する事", "ものさし"), WORDS), (("", ""), WORDS)],
)
def test_tables_with_the_head_of_charts_are_charts_whatever_numbers_they_tell(
    heads: tuple[str, str], charts: tuple[str, ...]
) -> None:
    told = [(heads[0], row) for row in WORDS] + [(heads[1], row) for row in NUMBERS]
    tables = [Table(tuple(grid(f"{head}|R8|R9", row)), 2, 3) for head, row in told]
    page = PageLayout(Page(1), tuple(TableItem(t, table_timelines(t, drawn=True)) for t in tables))
    (read,) = read_alike([page])
    assert [i.table.cells[3].text for i in read.items if isinstance(i, TableItem) and i.timelines] == [
        row.split("|")[0] for row in charts
    ]
