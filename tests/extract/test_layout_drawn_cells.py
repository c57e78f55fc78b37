"""Cells from what is drawn: dotted rules, grounds without rules, heads over open rows."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pymupdf
import pytest

from extract.layout.cells import tokens_of
from extract.layout.ink import MAX_SHAPES
from extract.layout.pages import layout_pages
from extract.model import Box, Line, Run, Table, TableItem
from extract.read.mupdf import read
from tests.extract.drawing import PALE, fill_in, items, new_page, rule, table, write

DARK = (0.15, 0.25, 0.35)
XS = (60, 220, 330, 440)
HEAD = ("見る数字", "R7年度", "R12年度")
ROWS = (("窓口に来た人の数", "2,480人", "1,900人"), ("スマホで済んだ届出", "31％", "75％"))


def dots(
    page: Any, x0: float, y0: float, x1: float, y1: float, size: float = 0.75, gap: float = 0.75
) -> None:
    """A rule as a browser prints ``border: dotted``: squares in a row or column."""
    length = max(x1 - x0, y1 - y0)
    shape = page.new_shape()
    for k in range(int(length / (size + gap))):
        x, y = (x0 + k * (size + gap), y0) if x1 > x0 else (x0, y0 + k * (size + gap))
        shape.draw_rect((x, y, x + size, y + size))
    shape.finish(color=None, fill=(0.5, 0.5, 0.5))
    shape.commit()


def dashes(page: Any, x0: float, y0: float, x1: float, y1: float) -> None:
    """A rule as word processors print it: short strokes one after the other."""
    length = max(x1 - x0, y1 - y0)
    for k in range(int(length / 5)):
        if x1 > x0:
            page.draw_line((x0 + 5 * k, y0), (x0 + 5 * k + 3, y0), width=0.5)
        else:
            page.draw_line((x0, y0 + 5 * k), (x0, y0 + 5 * k + 3), width=0.5)


def texts(found: Table) -> list[list[str]]:
    rows: list[list[str]] = [[] for _ in range(found.n_rows)]
    for cell in found.cells:
        rows[cell.row].append(cell.text)
    return rows


def only_table(document: Any) -> Table:
    (item,) = items(document)
    assert isinstance(item, TableItem)
    return item.table


@pytest.mark.parametrize("draw", [dots, dashes])
def test_rules_drawn_as_dots_or_dashes_make_cells(draw: Any) -> None:
    document, page = new_page()
    ys = (100, 122, 144, 166)
    for y in ys:
        draw(page, XS[0], y, XS[-1], y)
    for x in XS:
        draw(page, x, ys[0], x, ys[-1])
    fill_in(page, XS, ys, (HEAD, *ROWS))
    assert texts(only_table(document)) == [list(HEAD), *map(list, ROWS)]


def test_a_dark_head_over_open_rows_is_their_head() -> None:
    document, page = new_page()
    for x0, x1 in pairwise(XS):
        page.draw_rect((x0, 100, x1, 122), color=None, fill=DARK)
    for x in XS[1:-1]:
        dots(page, x, 100, x, 166)
    for y in (144, 166):
        dots(page, XS[0], y, XS[-1], y)
    fill_in(page, XS, (100, 122, 144), (HEAD, *ROWS))
    found = only_table(document)
    assert texts(found) == [list(HEAD), *map(list, ROWS)]
    assert all(cell.is_header == (cell.row == 0) for cell in found.cells)


def test_a_head_of_two_rows_told_by_its_ground_keeps_its_rows() -> None:
    document, page = new_page()
    page.draw_rect((60, 100, 220, 144), color=None, fill=DARK)
    page.draw_rect((220, 100, 440, 122), color=None, fill=DARK)
    page.draw_rect((220, 122, 330, 144), color=None, fill=DARK)
    page.draw_rect((330, 122, 440, 144), color=None, fill=DARK)
    for x in XS[1:-1]:
        rule(page, x, 122, x, 188)
    for y in (166, 188):
        rule(page, XS[0], y, XS[-1], y)
    fill_in(page, XS, (100, 122, 144, 166), (("見る数字", "年度"), ("", *HEAD[1:]), *ROWS))
    assert texts(only_table(document)) == [[HEAD[0], "年度"], list(HEAD[1:]), *map(list, ROWS)]


def test_a_band_across_a_table_is_a_row_and_costs_none() -> None:
    document, page = new_page()
    table(page, XS, (100, 122), (HEAD,))
    page.draw_rect((XS[0], 122, XS[-1], 144), color=None, fill=PALE)
    table(page, XS, (144, 166, 188), (("来なくてよい窓口", "", ""), *ROWS)[1:])
    fill_in(page, XS, (122,), (("来なくてよい窓口",),))
    page.draw_rect((XS[0], 188, XS[-1], 210), color=None, fill=PALE)
    fill_in(page, XS, (188,), (("待たなくてよい窓口",),))
    table(page, XS, (210, 232), (("待った時間", "18分", "5分"),))
    assert texts(only_table(document)) == [
        list(HEAD),
        ["来なくてよい窓口"],
        *map(list, ROWS),
        ["待たなくてよい窓口"],
        ["待った時間", "18分", "5分"],
    ]


def test_a_page_of_more_shapes_than_are_sorted_is_told_and_its_table_read() -> None:
    document, page = new_page()
    ys = (100, 122, 144, 166)
    table(page, XS, ys, (HEAD, *ROWS))
    shape = page.new_shape()
    for i in range(MAX_SHAPES + 500):  # a map
        x, y = 50 + 5 * (i % 97), 300 + 5 * (i // 97)
        shape.draw_polyline([(x, y), (x + 4, y + 1), (x + 1, y + 4)])
        shape.finish(fill=(0.4, 0.6, 0.4), color=None)
    shape.commit()
    (laid_out,) = layout_pages(read(document.tobytes()))
    assert [d.code for d in laid_out.diagnostics] == ["too_many_shapes"]
    (item,) = [i for i in laid_out.items if isinstance(i, TableItem)]
    assert texts(item.table) == [list(HEAD), *map(list, ROWS)]


def test_names_nobody_listed_head_columns_of_values_without_any_rule() -> None:
    document, page = new_page()
    rows = (("みる数字", "いまの姿", "なりたい姿"), *ROWS, ("待った時間", "18分", "5分"))
    fill_in(page, XS, (100, 122, 144, 166), rows)
    assert texts(only_table(document)) == [list(row) for row in rows]


def test_labels_side_by_side_over_prose_are_no_table() -> None:
    document, page = new_page()
    write(page, 60, 115, "ねらい")
    write(page, 330, 115, "受け持つ課")
    for k, line in enumerate(
        ("窓口の仕事を見直し、書く手間と", "待つ時間を減らします。あわせて", "支所でも受け付けます。")
    ):
        write(page, 60, 130 + 14 * k, line)
    write(page, 330, 130, "市民課、税務課")
    write(page, 330, 144, "支所")
    assert items(document) == ()


def test_a_plain_first_row_is_a_head_where_a_column_holds_values() -> None:
    document, page = new_page()
    ys = (100, 122, 144, 166)
    table(page, XS, ys, (("みる数字", "いまの姿", "なりたい姿"), *ROWS))
    assert [c.is_header for c in only_table(document).cells] == [True] * 3 + [False] * 6
    document, page = new_page()
    form = (("受け持ち", "市民課"), ("ねらい", "窓口を見直します。"), ("中身", "端末を置きます。"))
    table(page, (60, 160, 440), ys, form)
    assert not any(c.is_header for c in only_table(document).cells)


def test_two_names_in_a_cell_stay_apart_where_names_of_the_column_end_so() -> None:
    document, page = new_page()
    table(page, (60, 160, 330), (100, 122, 160), (("窓口の数", ""), ("", "")))
    write(page, 64, 137, "講座を開いた地区の数")
    write(page, 64, 149, "相談を受けた人の数")
    assert texts(only_table(document))[1][0] == "講座を開いた地区の数\n相談を受けた人の数"
    document, page = new_page()
    table(page, (60, 160, 330), (100, 122, 160), (("窓口の数", ""), ("", "")))
    write(page, 64, 137, "講座を開いた地区と")
    write(page, 64, 149, "相談の数")
    assert texts(only_table(document))[1][0] == "講座を開いた地区と相談の数"


@pytest.mark.parametrize("turn", [90, 270])
def test_a_table_on_its_side_is_read_as_its_reader_turns_it(turn: int) -> None:
    document, page = new_page()
    rows, xs, ys = (HEAD, *ROWS), (60, 220, 330, 440), (100, 122, 144, 166)
    sheet = pymupdf.open()
    table(sheet.new_page(width=500, height=260), xs, ys, rows)
    page.show_pdf_page(pymupdf.Rect(100, 200, 360, 700), sheet, 0, rotate=turn)
    assert texts(only_table(document)) == [list(row) for row in rows]


def test_a_row_cut_by_the_foot_of_a_page_is_one_row() -> None:
    document, page = new_page()
    table(page, XS, (750, 772, 794, 816), (HEAD, ROWS[0], ("スマホで済んだ届出と", "31％", "75％")))
    after = document.new_page(width=595, height=842)
    table(after, XS, (60, 82, 104), (("相談の割合", "", ""), ("待った時間", "18分", "5分")))
    (whole,) = [
        i for p in layout_pages(read(document.tobytes())) for i in p.items if isinstance(i, TableItem)
    ]
    want = [
        list(HEAD),
        list(ROWS[0]),
        ["スマホで済んだ届出と相談の割合", "31％", "75％"],
        ["待った時間", "18分", "5分"],
    ]
    assert texts(whole.table) == want


def striped(page: Any, rows: list[tuple[str, ...]], grounds: str) -> None:
    """Rows of cells from y = 100 on, each 20 high; ``grounds``: a letter each, h a head, s a stripe."""
    xs = [40, 130, 210, 400]
    for r, (row, ground) in enumerate(zip(rows, grounds)):
        for k, text in enumerate(row):
            if ground in "hs":
                box = (xs[k], 100 + 20 * r, xs[k + 1], 120 + 20 * r)
                page.draw_rect(
                    box, color=None, fill=(0.85, 0.9, 0.95) if ground == "h" else (0.95, 0.95, 0.95)
                )
            write(page, xs[k] + 4, 113 + 20 * r, text)


WORDS = [
    ("ことば", "よみ", "わけ"),
    ("庁内チャット", "－", "職員が短い文をやり取りする仕組み。"),
    ("窓口", "まどぐち", "人を迎える所。"),
    ("通信網", "－", "機器を結ぶ線の集まり。"),
    ("台帳", "だいちょう", "記録を集めた帳面。"),
    ("端末", "－", "人が手で使う機器。"),
]


@pytest.mark.parametrize("grounds", ["hwswsw", "wwswsw", "hswwsw"])
def test_stripes_drawn_cell_by_cell_tell_rows_and_columns(grounds: str) -> None:
    document, page = new_page()
    write(page, 40, 70, "ことばのてびき", 14)
    striped(page, WORDS, grounds)
    assert texts(only_table(document)) == [list(row) for row in WORDS]


def test_a_title_and_a_sentence_between_rules_of_one_width_part_two_tables() -> None:
    document, page = new_page()
    first = [("概要", "待ち時間を短くします。"), ("課", "市民課"), ("相手", "住む人")]
    second = [("見るもの", "R6", "R10"), ("件数", "12", "40"), ("割合", "3%", "9%")]
    for y in (100, 120, 140, 160, 182, 202, 222, 242):
        rule(page, 40, y, 400, y)
    for r, row in enumerate(first):
        for x, text in zip((44, 140), row):
            write(page, x, 113 + 20 * r, text)
    write(page, 44, 174, "どこまで進めるか")
    for r, values in enumerate(second):
        for x, text in zip((44, 200, 300), values):
            write(page, x, 195 + 20 * r, text)
    found = [texts(i.table) for i in items(document) if isinstance(i, TableItem)]
    assert found == [[list(row) for row in first], [list(row) for row in second]]


def test_headings_that_begin_left_of_tables_of_one_form_part_them() -> None:
    """As a browser prints them: dotted rules between rows, each table a little right of its heading."""
    document, page = new_page()
    forms = [
        [("現状", "待つ方がいます。"), ("時期", "R8：検討\nR9：開始"), ("課", "市民課")],
        [("現状", "紙が残ります。"), ("時期", "R8：選定\nR10：更新"), ("課", "総務課")],
    ]
    for top, title, form in zip((100, 200), ("施策1　窓口を早く", "施策2　紙を減らす"), forms, strict=True):
        write(page, 40, top - 10, title, 11)
        for y in (top, top + 20, top + 52, top + 72):
            rule(page, 48, y, 400, y)
        for y, (name, value) in zip((top + 14, top + 34, top + 66), form, strict=True):
            write(page, 52, y, name)
            for k, line in enumerate(value.split("\n")):
                write(page, 140, y + 12 * k, line)
    found = [texts(i.table) for i in items(document) if isinstance(i, TableItem)]
    assert found == [[list(row) for row in form] for form in forms]


def test_a_title_over_the_head_of_the_second_of_two_tables_parts_them() -> None:
    """No rule stands between the title and the head; one stripe tells the columns of each."""
    document, page = new_page()
    stripe = (0.95, 0.95, 0.95)
    first, second = [40, 200, 250, 300, 350, 400], [40, 200, 290, 350, 400]
    values = [
        ("見るもの", "R5", "R6", "R7", "R8"),
        ("件数", "1件", "2件", "3件", "4件"),
        ("割合", "1%", "2%", "3%", "4%"),
    ]
    steps = [
        ("すること", "R6", "R7", "R8"),
        ("窓口", "調べて分ける", "試行", "→"),
        ("端末", "－", "入替え", "－"),
    ]
    for xs, top in ((first, 120), (second, 203)):
        for x0, x1 in pairwise(xs):
            page.draw_rect((x0, top, x1, top + 21), color=None, fill=stripe)
        for y in (top, top + 21, top + 42):
            rule(page, 40, y, 400, y)
    write(page, 40, 177, "年ごとに")
    for xs, top, texts_ in ((first, 99, values), (second, 182, steps)):
        for r, row in enumerate(texts_):
            for x, text in zip(xs, row):
                write(page, x + 6, top + 15 + 21 * r, text)
    found = [texts(i.table) for i in items(document) if isinstance(i, TableItem)]
    assert found == [[list(row) for row in values], [list(row) for row in steps]]


def test_a_digit_that_reaches_into_the_next_cell_ends_where_digits_do() -> None:
    text, step = "週平均90週平均80", 9.0
    xs = [0.0]
    for n, ch in enumerate(text):
        wide = 13.0 if n == 4 else 4.5 if ch.isdigit() else step
        xs.append(xs[-1] + wide)
    box = Box(0, 0, xs[-1], 9)
    line = Line((Run(text, box, tuple(xs), size=9.0),), box)
    assert [piece.text for piece in tokens_of(line)] == ["週平均90", "週平均80"]
