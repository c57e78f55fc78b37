from __future__ import annotations

import pytest

from tests.extract.text_plan import document


def kinds(text: str) -> list[tuple[str, str]]:
    return [(p.block.kind, p.text) for p in document(text).blocks]


TOC = """
    鳴海台町DX推進計画
    令和8年3月

    目次
    1 | 計画の背景 _____ P.2
    2 | 取組項目 _____ P.5
    (1)窓口の改善
    用語集 _____ P.9

    1 | 計画の背景

    町の人口は減り続けています。

    2 | 取組項目

    (1)窓口の改善

    窓口を見直します。
"""


def test_the_contents_end_where_their_entries_come_again() -> None:
    found = kinds(TOC)
    assert [k for k, _ in found].count("toc") == 5
    assert ("heading", "1 | 計画の背景") in found
    assert ("heading", "(1)窓口の改善") in found


def test_a_navigation_bar_is_not_read_as_headings() -> None:
    bar = "\n\n    1 | 計画の背景\n\n    2 | 取組項目\n\n    用語集\n\n    "
    text = TOC + bar + "別の段落です。" + bar + "また別の段落です。"
    found = kinds(text)
    assert [k for k, t in found if t == "用語集"] == ["side_nav", "side_nav"]
    assert len([1 for k, t in found if k == "heading" and t == "2 | 取組項目"]) == 1


def test_a_line_without_tabs_between_rows_is_a_row_over_all_columns() -> None:
    doc = document("取組\tR8\tR9\n1 内部の改革\n①研修\t実施\t実施\n②整備\t検討\t導入")
    (table,) = doc.tables
    group = next(c for c in table.cells if c.text == "1 内部の改革")
    assert (group.row, group.colspan, table.n_rows) == (1, 3, 4)


def test_a_labelled_line_between_two_tables_is_no_row() -> None:
    doc = document("概要\t窓口を見直します。\n担当課：住民課\nKPI\t項目\t目標値\n\t窓口の数\t3か所")
    assert len(doc.tables) == 2


def test_a_heading_broken_over_two_lines_is_one_block() -> None:
    assert ("paragraph", "暮らしに寄り添う、持続可能で住みやすいまち") in kinds(
        "前の段落。\n\n暮らしに寄り添う、持続可能で\n住みやすいまち"
    )


def test_the_canonical_text_holds_every_character_once() -> None:
    doc = document(TOC + "\n    用語\t解説\n    AI\t人工知能\n")
    for placed in doc.blocks:
        assert doc.text[placed.start : placed.end] == placed.text
    assert "".join(doc.text.split()).count("人工知能") == 1


def test_an_empty_file_has_no_blocks() -> None:
    assert document("").blocks == ()


def test_tables_keep_empty_cells_out_of_the_text() -> None:
    doc = document("a\t\tb\n\tc\t")
    assert [p.text for p in doc.blocks] == ["a", "b", "c"]


def test_rows_that_name_columns_are_told_from_rows_of_text() -> None:
    text = (
        "概要\t窓口を変えます。\nKPI\t項目\t基準値\t目標値\n\t予約の割合\t3%\t30%\n取組の工程\tR8\tR9\tR10\n"
        "手続の案内を分かりやすく改める\t取組の検討\t取組の実施\t"
    )
    (table,) = document(text).tables
    assert {c.row for c in table.cells if c.is_header} == {1, 3}


def test_the_rule_under_the_heads_does_not_part_them_from_the_rows() -> None:
    (table,) = document("| 取組 | R8 |\n|:---|:-:|\n| 研修 | 実施 |").tables
    assert (table.n_rows, table.n_cols) == (2, 2)


def test_cells_of_an_html_table_stand_where_their_spans_put_them() -> None:
    doc = document(
        "<table><thead><tr><th rowspan='2'>指標</th><th colspan=2>目標</th></tr>"
        "<tr><th>R8</th><th>R9</th></tr></thead>\n<tr><td>窓口の数</td><td>3か所</td><td>5か所</td></tr></table>"
    )
    (table,) = doc.tables
    assert [(c.row, c.col, c.rowspan, c.colspan) for c in table.cells][:4] == [
        (0, 0, 2, 1),
        (0, 1, 1, 2),
        (1, 1, 1, 1),
        (1, 2, 1, 1),
    ]
    assert table.n_cols == 3


def test_a_table_of_one_cell_frames_its_text() -> None:
    doc = document("<table><tr><td>窓口を一つにします。</td></tr></table>")
    assert (doc.tables, [p.text for p in doc.blocks]) == ((), ["窓口を一つにします。"])


def test_indicators_whose_cells_stand_one_a_line_are_a_table() -> None:
    cells = ["指標", "現状値（R6）", "目標値（R11）", "窓口の数", "3か所", "9か所", "待ち時間", "－", "10分"]
    doc = document("\n\n".join([*cells, "施策2 研修の充実"]))
    (table,) = doc.tables
    assert [c.text for c in table.cells] == cells
    assert doc.blocks[-1].text == "施策2 研修の充実"


def test_page_numbers_and_running_heads_are_no_text() -> None:
    page = "潟見町計画\n\n本文の段落です。\n\n次の段落です。\n\n{}\n"
    found = kinds("\f".join(page.format(n) for n in (4, 5, 6)))
    assert [t for k, t in found if k == "footer"] == ["4", "5", "6"]
    assert [k for k, t in found if t == "潟見町計画"] == ["header"] * 3


def test_a_year_alone_on_a_line_is_no_page_number() -> None:
    assert ("paragraph", "12") in kinds("件数\n\n12\n\n割合\n\n40")


def test_hard_wrapped_lines_are_joined_to_paragraphs() -> None:
    line = "町では人口の減少に合わせて役場の仕事の進め方を見直してきま"
    text = "\n\n".join(f"{line}\n{line}\nした。" for _ in range(5))
    assert [t for _, t in kinds(text)] == [f"{line}{line}した。"] * 5


def test_a_circled_number_before_a_label_heads_a_measure() -> None:
    found = kinds("■基本方針①　便利な窓口\n\n①申請の電子化\n◆現状・課題\n紙が残っています。")
    assert [k for k, _ in found] == ["heading", "heading", "heading", "paragraph"]


def test_named_levels_are_lines_of_their_own() -> None:
    found = kinds("基本方針1 窓口を便利に\n基本方針2 仕事を楽に\n【担当課】総務課")
    assert [t for _, t in found] == ["基本方針1 窓口を便利に", "基本方針2 仕事を楽に", "【担当課】総務課"]


def test_the_sign_of_a_note_is_no_part_of_the_word() -> None:
    doc = document("### 電子署名※2の見直し\n\n※2 電子署名：改変を見つける技術のこと。")
    assert doc.blocks[0].clean == "電子署名の見直し"


def test_contents_may_have_their_page_numbers_on_the_next_line() -> None:
    text = "目次\n１．趣旨・・・・・・\n1\n２．期間・・・・・・\n2\n３．取組・・・・・・\n3\n\n１．趣旨\n\n町の計画です。"
    found = kinds(text)
    assert [k for k, _ in found] == ["toc"] * 7 + ["heading", "paragraph"]


def test_numbers_that_count_on_line_by_line_are_a_list() -> None:
    found = kinds("# 1. 取組\n\n主な取組：\n\n1. 講習の開催\n2. 相談員の育成\n\n2. 期間\n\n三年間とします。")
    assert [k for k, _ in found] == ["heading", "heading", "list_item", "list_item", "heading", "paragraph"]


def test_a_glossary_heads_a_chapter_without_a_number() -> None:
    assert kinds("本文です。\n\n用語解説\n\n予約：あらかじめ約束すること。")[1] == ("heading", "用語解説")


def test_numbers_that_count_on_are_a_list_though_the_contents_have_the_same_titles() -> None:
    contents = "目次\n1 窓口の改善\t2\n2 収納の改善\t3\n3 研修の実施\t4\n\n"
    listed = "取り組むこと\n\n1. 窓口の改善\n2. 収納の改善\n3. 職員の研修\n\n"
    text = f"{contents}{listed}1 窓口の改善\n\n見直します。\n\n2 収納の改善\n\n改めます。"
    found = [kind for kind, t in kinds(text) if t.endswith(("窓口の改善", "収納の改善", "研修"))]
    assert found == ["list_item"] * 3 + ["heading"] * 2


def test_a_sentence_goes_on_over_the_blank_line_of_a_page_break() -> None:
    assert kinds(
        "この計画は状況に応じて見直しており、\n\n令和8年3月に改めました。\n\n次に町の様子です。"
    ) == [
        ("paragraph", "この計画は状況に応じて見直しており、令和8年3月に改めました。"),
        ("paragraph", "次に町の様子です。"),
    ]


def test_circled_numbers_count_on_too() -> None:
    assert [k for k, _ in kinds("【取組内容】\n\n①　講習の開催\n②　相談員の育成")] == [
        "heading",
        "list_item",
        "list_item",
    ]


PAGES = """
    1 窓口の見直し

    指標\t現状値（R6）\t目標値（R10）
    予約の件数\t120件\t900件
    12
    \f汐風町DX推進計画
    {head}待ち時間\t18分\t6分
    満足度\t61%\t80%
    13
    \f汐風町DX推進計画
    用語\t読み\t説明
    クラウド\tくらうど\t借りて使う計算機。
    14
    \f汐風町DX推進計画
    2 庁内の見直し
"""


@pytest.mark.parametrize("head", ["", "指標\t現状値（R6）\t目標値（R10）\n    "], ids=["rows", "heads again"])
def test_a_table_goes_on_over_a_page_break_unless_it_has_heads_of_its_own(head: str) -> None:
    first, second = document(PAGES.format(head=head)).tables
    named = [c.text for c in first.cells if c.col == 0]
    assert [n for n in named if n != "指標"] == ["予約の件数", "待ち時間", "満足度"]
    assert [c.text for c in second.cells if c.col == 0] == ["用語", "クラウド"]


def test_a_last_row_that_has_lost_its_tabs_is_a_row() -> None:
    text = "# 1 評価\n\n達成\t一部達成\n予約の導入\t決裁の電子化\n議事録の自動化\n\n次の計画へ引き継ぎます。"
    (table,) = document(text).tables
    assert [(c.row, c.col, c.colspan) for c in table.cells if c.text == "議事録の自動化"] == [(2, 0, 1)]


def test_a_source_below_a_table_is_no_row_of_it() -> None:
    (table,) = document("# 1 評価\n\n年\t件数\nR6\t3件\n出典　町の統計\n\n増えています。").tables
    assert table.n_rows == 2
