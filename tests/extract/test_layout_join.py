"""Tables and schedules continued over pages."""

from __future__ import annotations

from typing import Any

import pymupdf

from extract.layout.grids import find_grids
from extract.layout.join import join_pages
from extract.layout.timelines import table_timelines
from extract.model import Block, Cell, Page, PageLayout, Table, TableItem
from tests.extract.drawing import arrow, pages, rows, table, write

XS = [50.0, 200.0, 300.0, 400.0, 500.0]
HEADER = ["取組の工程", "R8", "R9", "R10"]


def document_of(*parts: tuple[float, list[list[str]]]) -> Any:
    """One page a part: a table from a height, rows 30 points high."""
    document = pymupdf.open()
    for top, texts in parts:
        page = document.new_page(width=595, height=842)
        table(page, XS, [top + 30 * i for i in range(len(texts) + 1)], texts)
        write(page, 290, 820, "- 1 -")
    return document


def joined(document: Any) -> list[PageLayout]:
    layouts = []
    for page in pages(document):
        found = find_grids(page)
        foot = tuple(Block("footer", ln.text, page.number, ln.box) for ln in found.rest)
        layouts.append(PageLayout(page, (*found.items, *foot)))
    return join_pages(layouts)


def tables(layouts: list[PageLayout]) -> list[TableItem]:
    return [i for layout in layouts for i in layout.items if isinstance(i, TableItem)]


def test_a_repeated_header_goes_on_with_the_table_and_its_schedule() -> None:
    document = document_of(
        (640, [HEADER, ["予約の拡大"], ["相談の拡大"]]), (60, [HEADER, ["手順の整備"], ["研修"]])
    )
    arrow(document[0], 210, 390, 685)
    arrow(document[1], 310, 490, 105)
    arrow(document[1], 210, 290, 135)
    (item,) = tables(joined(document))
    assert item.table.n_rows == 6
    assert [c.page for c in item.table.cells if c.col == 0] == [1, 1, 1, 2, 2, 2]
    (found,) = item.timelines
    assert rows(found) == {
        "予約の拡大": [(2026, 2027, None)],
        "相談の拡大": [(None, None, None)],
        "手順の整備": [(2027, 2028, None)],
        "研修": [(2026, 2026, None)],
    }
    assert [r.page for r in found.rows] == [1, 1, 2, 2]
    assert all(b.box.y1 < 842 for r in found.rows for b in r.bars if b.box)


def test_bars_on_a_page_without_a_header_keep_their_years() -> None:
    document = document_of((640, [HEADER, ["予約の拡大"]]), (60, [["手順の整備"], ["研修"]]))
    arrow(document[0], 210, 390, 685)
    arrow(document[1], 310, 490, 75)
    write(document[1], 380, 70, "整備", 6)
    (item,) = tables(joined(document))
    assert rows(item.timelines[0])["手順の整備"][0][:2] == (2027, 2028)
    assert rows(item.timelines[0])["研修"] == [(None, None, None)]


def test_a_row_cut_by_the_page_break_is_made_whole() -> None:
    document = document_of(
        (640, [["用語", "解説"], ["BPR", "業務の流れを根本から見直し、"]]),
        (60, [["", "組み立て直すこと。"], ["RPA", "定型作業を自動で行うもの。"]]),
    )
    (item,) = tables(joined(document))
    assert [c.text for c in item.table.cells if c.col == 1] == [
        "解説", "業務の流れを根本から見直し、組み立て直すこと。", "定型作業を自動で行うもの。",
    ]  # fmt: skip
    assert item.table.n_rows == 3


def test_a_cut_row_below_a_plain_head_that_comes_again_is_made_whole() -> None:
    head = ["用語", "解説"]
    document = document_of(
        (610, [head, ["RPA", "定型作業を自動で行うもの。"], ["BPR", "業務の流れを根本から見直し、"]]),
        (60, [head, ["", "組み立て直すこと。"], ["クラウド", "網の向こうの計算機。"]]),
    )
    (item,) = tables(joined(document))
    assert "業務の流れを根本から見直し、組み立て直すこと。" in [c.text for c in item.table.cells]
    assert [c.row for c in item.table.cells if c.text == "用語" and c.is_header] == [0, 3]


def test_values_at_a_page_break_are_no_cut_row() -> None:
    document = document_of(
        (640, [["取組", "指標", "基準"], ["窓口", "予約件数", "3件"]]), (60, [["", "相談件数", "4件"]])
    )
    (item,) = tables(joined(document))
    assert [c.text for c in item.table.cells if c.col == 1] == ["指標", "予約件数", "相談件数"]


def test_tables_that_begin_alike_stay_apart() -> None:
    sheet = [["概要", "窓口を変えます。"], ["現状", "未着手"]]
    document = document_of((640, sheet), (60, sheet))
    assert len(tables(joined(document))) == 2


def test_a_heading_between_them_keeps_tables_apart() -> None:
    document = document_of((640, [HEADER, ["予約の拡大"]]), (90, [HEADER, ["研修"]]))
    layouts = []
    for page in pages(document):
        found = find_grids(page)
        heading = (Block("heading", "職員の育成", page.number),) if page.number == 2 else ()
        layouts.append(PageLayout(page, (*heading, *found.items)))
    assert len(tables(join_pages(layouts))) == 2


def test_a_text_schedule_with_the_same_header_again_keeps_its_groups() -> None:
    def part(*lines: str) -> TableItem:
        cells = [Cell(r, c, t) for r, line in enumerate(lines) for c, t in enumerate(line.split("|"))]
        table = Table(tuple(cells), len(lines), 3)
        return TableItem(table, table_timelines(table, drawn=False))

    first = part("基本方針|R8|R9", "1 市民の窓口||", "1-1 予約||", "①予約の拡大|試行|運用")
    second = part("基本方針|R8|R9", "1-2 決済||", "①納付の拡大|調査|導入")
    (item,) = tables(join_pages([PageLayout(Page(1, text_source="text"), (first, second))]))
    assert [(r.label, r.path) for r in item.timelines[0].rows] == [
        ("①予約の拡大", ("1 市民の窓口", "1-1 予約")),
        ("①納付の拡大", ("1 市民の窓口", "1-2 決済")),
    ]


def test_a_form_whose_rows_are_cut_differently_goes_on_and_the_cut_row_keeps_its_label() -> None:
    document = pymupdf.open()
    before = document.new_page(width=595, height=842)
    table(
        before,
        [50, 150, 550],
        [560, 640, 720, 800],
        [["概要", "見直します。"], ["担当", "市民課"], ["KPI", "・予約率50%"]],
    )
    after = document.new_page(width=595, height=842)
    table(after, [50, 150, 550], [40, 70], [["", "・利用者900人"]])
    xs = [50, 150, 350, 450, 550]
    table(after, xs, [70, 100, 130], [["年次計画", "項目", "R8", "R9"], ["", "予約の開始", "準備", "実施"]])
    (whole,) = tables(joined(document))
    label = next(c for c in whole.table.cells if c.text == "KPI")
    assert (whole.table.n_cols, label.rowspan) == (4, 2)
    assert [c.row for c in whole.table.cells if c.text == "・利用者900人"] == [label.row + 1]


def test_years_that_end_a_page_are_the_head_of_the_rows_on_the_next() -> None:
    document = document_of(
        (640, [["概要", "予約を広げます", "", ""], HEADER]),
        (60, [["予約の拡大", "○", "○", ""], ["研修", "", "", "○"]]),
    )
    (item,) = tables(joined(document))
    (found,) = item.timelines
    assert rows(found) == {"予約の拡大": [(2026, 2027, None)], "研修": [(2028, 2028, None)]}
