"""Tables that no upright rule draws: rows of two lines, heads with years."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest

from extract.layout.heads import is_value
from extract.layout.time_axis import find_headers
from extract.model import Cell, TableItem
from tests.extract.drawing import PALE, items, new_page, rule, timelines, write

_HEAD = ("指標の名称", "基準値", "目標値")
_ROWS = (
    ("講座の参加者数", "95人", "1,520人"),
    ("巡回の回数", "10回", "57回"),
    ("貸出しの点数", "40点", "90点"),
)


def _texts(document: Any) -> list[list[str]]:
    (item,) = [i for i in items(document) if isinstance(i, TableItem)]
    rows: dict[int, list[str]] = {}
    for cell in item.table.cells:
        rows.setdefault(cell.row, []).append(cell.text)
    return list(rows.values())


def test_a_value_over_its_year_stands_in_the_row_of_the_name_between_them() -> None:
    document, page = new_page()
    for x, text in zip((60, 300, 420), _HEAD, strict=True):
        write(page, x, 100, text)
    for k, (name, base, aim) in enumerate(_ROWS):
        y = 126 + 32 * k
        write(page, 60, y, name)
        for x, value, year in ((300, base, "（R3）"), (420, aim, "（R7）")):
            write(page, x, y - 6, value)
            write(page, x, y + 6, year)
    assert _texts(document)[1] == ["講座の参加者数", "95人（R3）", "1,520人（R7）"]


def test_a_year_with_the_name_of_a_column_is_no_value() -> None:
    assert not is_value("令和10年度目標値")
    assert not is_value("R4基準値")


def test_white_cells_between_a_head_and_a_first_column_on_grounds_are_of_their_table() -> None:
    document, page = new_page()
    rows = (("指標", "講座の回数", "貸出し"), ("現状", "4回", "12点"), ("目標", "9回", "40点"))
    for r, texts in enumerate(rows):
        for c, text in enumerate(texts):
            x, y = 60 + 140 * c, 100 + 20 * r
            if not r or not c:
                page.draw_rect((x, y, x + 140, y + 20), color=None, fill=PALE)
            write(page, x + 40, y + 14, text)
    assert _texts(document) == [list(texts) for texts in rows]


def test_years_told_twice_in_a_head_are_one_head() -> None:
    cells = [Cell(0, 1 + k, f"令和{6 + k}年度") for k in range(3)] + [Cell(1, 0, "取組")]
    cells += [Cell(1, 1 + k, f"({2024 + k})") for k in range(3)]
    (head,) = find_headers(cells)
    assert (head.top, head.bottom) == (0, 1)


def test_a_cell_with_two_years_heads_no_columns() -> None:
    assert not find_headers([Cell(0, 1, "R6"), Cell(0, 2, "R7\nR8"), Cell(0, 3, "R9")])


def test_rules_from_a_column_on_part_what_stands_right_of_its_cell() -> None:
    document, page = new_page()
    for y in (100, 120, 180):
        rule(page, 60, y, 480, y)
    for y in (140, 160):
        rule(page, 150, y, 480, y)
    write(page, 70, 114, "受け持ち")
    write(page, 160, 114, "窓口の受付と電子申請の案内をする課がすべて受け持ちます")
    write(page, 70, 154, "ものさし")
    for r, texts in enumerate((("名", "今", "先"), ("講座", "4回", "9回"), ("貸出し", "12点", "40点"))):
        for x, text in zip((170, 320, 420), texts, strict=True):
            write(page, x, 134 + 20 * r, text)
    (item,) = [i for i in items(document) if isinstance(i, TableItem)]
    cells = {(c.row, c.col): (c.rowspan, c.colspan, c.text) for c in item.table.cells}
    assert cells[0, 1][1] == 3
    assert cells[1, 0] == (3, 1, "ものさし")
    assert [cells[2, c][2] for c in (1, 2, 3)] == ["講座", "4回", "9回"]


def test_a_head_on_a_ground_has_the_white_rows_right_below_it() -> None:
    document, page = new_page()
    rows = (("指標", "単位", "現状", "目標"), ("講座の参加者の数", "人", "17", "90"))
    page.draw_rect((40, 80, 555, 97), color=None, fill=PALE)
    write(page, 46, 92, "成果の指標")
    for c, (x0, x1) in enumerate(pairwise((40, 280, 350, 450, 555))):
        page.draw_rect((x0, 99, x1, 118), color=None, fill=(0.2, 0.3, 0.6))
        write(page, (x0 + x1) / 2 - 9, 112, rows[0][c])
        write(page, (x0 + x1) / 2 - 9 if c else x0 + 4, 132, rows[1][c])
    assert _texts(document)[-1] == list(rows[1])


def test_headings_on_bands_as_wide_as_lined_tables_are_no_rows_of_them() -> None:
    document, page = new_page()
    page.draw_rect((60, 50, 480, 78), color=None, fill=PALE)
    write(page, 70, 70, "つぎの章", size=14)
    write(page, 62, 128, "予約の受付を広げる取組", size=14)
    write(page, 440, 128, "新しく")
    for r in range(4):
        rule(page, 60, 140 + 20 * r, 480, 140 + 20 * r)
    for r, texts in enumerate((("名", "今", "先"), ("講座", "4回", "9回"), ("貸出し", "12点", "40点"))):
        for x, text in zip((70, 250, 400), texts, strict=True):
            write(page, x, 154 + 20 * r, text)
    assert _texts(document) == [["名", "今", "先"], ["講座", "4回", "9回"], ["貸出し", "12点", "40点"]]


def test_tables_of_one_width_with_a_heading_between_them_are_two() -> None:
    document, page = new_page()
    for k in range(2):
        for r in range(3):
            rule(page, 60, 100 + 90 * k + 20 * r, 480, 100 + 90 * k + 20 * r)
        for r, texts in enumerate((("名", "今", "先", "印"), ("長い名前を持つ講座の回", "4回", "9回", "○"))):
            for x, text in zip((70, 250, 330, 420), texts, strict=True):
                write(page, x, 114 + 90 * k + 20 * r, text)
    write(page, 70, 166, "つぎの章の見出し", size=14)
    assert len(items(document)) == 2


def _form_with_an_inset(page: Any, rows: Sequence[Sequence[str]], right: float) -> None:
    """Three labels; beside the second a table whose rules end in the white of its cell."""
    for y in (100, 120, 200, 220):
        rule(page, 60, y, 540, y)
    for x in (60, 140, 540):
        rule(page, x, 100, x, 220)
    write(page, 70, 214, "担当")
    write(page, 150, 214, "港湾課")
    write(page, 70, 114, "名前")
    write(page, 150, 114, "灯台の点検")
    write(page, 70, 160, "予定")
    for y in (140, 158)[: len(rows) - 1]:
        rule(page, 146, y, right, y)
    for x in range(240, int(right), 90):
        rule(page, x, 122.4, x, 122.4 + 18 * len(rows))
    for r, texts in enumerate(rows):
        for c, text in enumerate(texts):
            write(page, 152 + (90 * c + 4 if c else 0), 135 + 18 * r, text)


@pytest.mark.parametrize(
    "rows",
    [
        [["する事", "令和8年度", "令和9年度"], ["測量", "調査", "実施"], ["海図", "", "更新"]],
        [["する事", "令和8年度", "令和9年度"], ["測量", "調査", "実施"]],
        [["ものさし", "今", "先"], ["点検した数", "4基", "9基"], ["海図", "1枚", "3枚"]],
    ],
)
def test_a_table_set_into_a_cell_and_open_at_its_sides_is_a_table_of_its_own(rows: list[list[str]]) -> None:
    document, page = new_page()
    _form_with_an_inset(page, rows, 420)
    form, inset = (i.table for i in items(document) if isinstance(i, TableItem))
    assert [c.text for c in form.cells] == ["名前", "灯台の点検", "予定", "", "担当", "港湾課"]
    assert [[c.text for c in inset.cells if c.row == r] for r in range(inset.n_rows)] == rows


def test_a_line_over_all_years_of_a_table_is_a_bar_whatever_it_crosses() -> None:
    document, page = new_page()
    for y in (100, 120, 160):
        rule(page, 60, y, 480, y)
    rule(page, 180, 110, 480, 110)
    for x in (60, 180, 480):
        rule(page, x, 100, x, 160)
    for x in (280, 380):
        rule(page, x, 110, x, 160)
    write(page, 280, 108, "予定")
    write(page, 70, 144, "海図の更新")
    for k in range(3):
        write(page, 210 + 100 * k, 118, f"令和{8 + k}年度")
    page.draw_line((184, 140), (476, 140), width=1.2)
    (found,) = timelines(document)
    assert [(b.first, b.last, b.source) for r in found.rows for b in r.bars] == [(0, 2, "bar")]


def test_a_striped_chart_keeps_its_white_rows_and_leaves_the_striped_table_below_it() -> None:
    document, page = new_page()
    xs = [60, 184, 254, 324, 394, 464]
    for c, text in enumerate(("取組", "R8", "R9", "R10", "R11")):
        page.draw_rect((xs[c], 100, xs[c + 1], 121), color=None, fill=(0.2, 0.3, 0.2))
        write(page, xs[c] + 20, 114, text)
    for r, task in enumerate(("案内の作成", "機器の更新", "職員研修", "出張受付")):
        y = 121 + 21 * r
        for a, b in pairwise(xs) if r % 2 else ():
            page.draw_rect((a, y, b, y + 21), color=None, fill=(0.95, 0.95, 0.95))
        write(page, 64, y + 14, task)
        page.draw_rect((xs[1 + r % 2] + 2, y + 3, xs[-1] - 2, y + 18), color=None, fill=(0.5, 0.6, 0.5))
    write(page, 60, 222, "【成果】")
    for r, texts in enumerate((("指標", "現状 → 目標"), ("案内の数", "2件 → 17件"), ("利用率", "7% → 91%"))):
        for a, b in ((60, 262), (262, 464)) if r != 1 else ():
            page.draw_rect((a, 230 + 19 * r, b, 249 + 19 * r), color=None, fill=(0.88 + 0.07 * (r > 0),) * 3)
        for c, text in enumerate(texts):
            write(page, 64 + 240 * c, 243 + 19 * r, text)
    chart, table = [i for i in items(document) if isinstance(i, TableItem)]
    (timeline,) = chart.timelines
    assert [(row.label, [(b.first, b.last) for b in row.bars]) for row in timeline.rows] == [
        ("案内の作成", [(0, 3)]),
        ("機器の更新", [(1, 3)]),
        ("職員研修", [(0, 3)]),
        ("出張受付", [(1, 3)]),
    ]
    assert [c.text for c in table.table.cells] == [
        "指標",
        "現状 → 目標",
        "案内の数",
        "2件 → 17件",
        "利用率",
        "7% → 91%",
    ]


def test_a_first_and_a_last_year_beside_each_name_make_a_table() -> None:
    document, page = new_page()
    texts = [
        ["名", "はじめ", "おわり"],
        ["町の総合計画", "令和6年度", "令和15年度"],
        ["この計画", "令和8年度", "令和12年度"],
    ]
    for r, row in enumerate(texts):
        for c, text in enumerate(row):
            write(page, 100 + 120 * c, 100 + 20 * r, text)
    assert _texts(document) == texts


def test_a_label_ruled_as_wide_as_the_table_above_it_is_no_row_of_it() -> None:
    document, page = new_page()
    for r, texts in enumerate(
        (("指標", "基準値", "最終値"), ("利用者", "40人", "900人"), ("拠点", "1館", "9館"))
    ):
        for c, text in enumerate(texts):
            write(page, 64 + 140 * c, 114 + 18 * r, text)
        rule(page, 60, 120 + 18 * r, 480, 120 + 18 * r)
    write(page, 60, 174, "これから", color=(0, 0.4, 0.3))
    rule(page, 60, 178, 480, 178)
    assert _texts(document)[-1] == ["拠点", "1館", "9館"]


def test_what_names_a_group_of_lined_rows_tells_no_columns() -> None:
    document, page = new_page()
    rows = [
        ("指標の名称", "現状値", "目標値"),
        ("１　暮らしに役立つ手続をつくる", "", ""),
        ("講座の数", "4回", "9回"),
    ]
    rows += [
        ("２　働きやすい役場をつくる", "", ""),
        ("貸出しの数", "12点", "40点"),
        ("巡回の数", "3回", "8回"),
    ]
    for k, texts in enumerate(rows):
        for x, text in zip((60, 150, 240), texts, strict=True):
            write(page, x + 4, 114 + 20 * k, text)
        rule(page, 60, 120 + 20 * k, 330, 120 + 20 * k)
    assert [row[0] for row in _texts(document)] == [texts[0] for texts in rows]
    assert _texts(document)[2] == list(rows[2])


def test_a_line_as_far_below_as_a_row_goes_on_with_no_cell() -> None:
    document, page = new_page()
    rows = [_HEAD, ("暮らしの手続", "", ""), *_ROWS[:2], ("仕事の手続", "", ""), _ROWS[2]]
    for k, texts in enumerate(rows):
        for x, text in zip((60, 240, 340), texts, strict=True):
            write(page, x, 114 + 22 * k, text)
    assert [row[0] for row in _texts(document)] == [texts[0] for texts in rows]


@pytest.mark.parametrize("rows", [_ROWS[:1], _ROWS[:2], _ROWS])
@pytest.mark.parametrize("years", [("8年度", "9年度", "10年度"), ("R8", "R9", "R10")])
def test_names_set_in_under_their_head_and_years_below_begin_another_table(
    rows: tuple[tuple[str, str, str], ...], years: tuple[str, str, str]
) -> None:
    document, page = new_page()
    for x, text in zip((60, 340, 420), ("指標", "令和6年度", "令和12年度"), strict=True):
        write(page, x, 100, text, 8)
    for k, (name, base, aim) in enumerate(rows):
        for x, text in zip((110, 350, 430), (name, base, aim), strict=True):
            write(page, x, 122 + 24 * k, text)
    y = 124 + 24 * len(rows)
    for n, (year, work) in enumerate(zip(years, ("検討", "試行", "公開"), strict=True)):
        write(page, 240 + 70 * n, y, year, 8)
        write(page, 240 + 70 * n, y + 22, work)
    write(page, 60, y, "年次")
    write(page, 110, y + 22, "地図の公開")
    table = next(i for i in items(document) if isinstance(i, TableItem)).table
    told = [[c.text for c in table.cells if c.row == r] for r in range(table.n_rows)]
    assert told == [["指標", "令和6年度", "令和12年度"], *map(list, rows)]


@pytest.mark.parametrize("places", [((60, 100), (320, 100)), ((60, 100), (60, 180))], ids=["beside", "below"])
def test_heads_and_values_in_boxes_of_their_own_are_no_table(places: tuple[tuple[int, int], ...]) -> None:
    document, page = new_page()
    for n, (x, y) in enumerate(places, 2):
        page.draw_rect((x - 10, y - 14, x + 220, y + 50), color=(0.4, 0.4, 0.4))
        write(page, x, y, ("見回りの回数", "待つ時間")[n % 2])
        for k, (head, value) in enumerate((("令和6年度", f"{n}回"), ("令和12年度", f"{9 * n}回"))):
            write(page, x + 110 * k, y + 18, head, 8)
            write(page, x + 110 * k, y + 34, value)
    assert items(document) == ()
