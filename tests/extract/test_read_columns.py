from __future__ import annotations

from extract.read.columns import parse_columns, ruler
from extract.read.spaced import SpacedRow
from extract.read.text import parse
from tests.extract.text_plan import document, kpis_of, measures_of, schedules_of


def rows(text: str) -> list[list[str] | str]:
    parsed = parse_columns(text.strip("\n").split("\n"))
    return [[t for t, _ in p.cells] if isinstance(p, SpacedRow) else p for p in parsed]


def test_values_displaced_under_their_heads_stand_in_their_columns() -> None:
    text = """
 指標                  現状値         目標値
                    （令和６年度） （令和１２年度）
 来庁予約の利用率         8%            45%
 予約を受ける窓口の数     2か所         9か所
"""
    assert rows(text) == [
        ["指標", "現状値（令和６年度）", "目標値（令和１２年度）"],
        ["来庁予約の利用率", "8%", "45%"],
        ["予約を受ける窓口の数", "2か所", "9か所"],
    ]


def test_a_cell_broken_over_lines_is_one_cell() -> None:
    text = """
 用語        解説
 庁内LAN     役場の中の端末をつなぐ回線。外部からは
             入れない。
 押印        印を押すこと。
"""
    assert rows(text)[1] == ["庁内LAN", "役場の中の端末をつなぐ回線。外部からは入れない。"]


def test_a_label_left_of_its_text_opens_a_field() -> None:
    text = """
 概    要     受付を一つにまとめ、住民が歩き回らない役場に
             します。
 取組内容     ・総合受付の設置
             ・案内表示の統一
 担 当 課     住民課
"""
    found = rows(text)
    assert found[:2] == ["概    要", "受付を一つにまとめ、住民が歩き回らない役場にします。"]
    assert found[-2:] == ["担 当 課", "住民課"]


def test_two_columns_of_prose_are_read_one_after_the_other() -> None:
    left = [f"左の段の文章が{n}行目まで続いていて長いものです" for n in "一二三四五六"]
    right = [f"右の段の文章が{n}行目まで続いていて長いものです" for n in "一二三四五六"]
    text = "\n".join(f"{a}    {b}" for a, b in zip(left, right, strict=True))
    assert [r for r in rows(text) if r] == left + right


PLAN = """
    第３章　取組内容

    （１）受付の改善

    ＜現状と課題＞
      受付が各課に分かれています。

    ＜成果指標＞
     指標                  現状値         目標値
                        （令和６年度） （令和１２年度）
     受付の待ち時間        15分           5分

    ＜スケジュール＞
     取組           令和８年度   令和９年度
     受付の統合     検討         実施

                         - 3 -
    \f（２）電話の自動応答

    ＜現状と課題＞
      電話の取り次ぎに手間がかかっています。

                         - 4 -
"""


def test_tables_of_spaces_give_indicators_and_schedules() -> None:
    (kpi,) = kpis_of(PLAN)
    assert (kpi.baseline.value, kpi.baseline.fy, kpi.target.value, kpi.target.fy) == (15, 2024, 5, 2030)
    assert [(s.label, s.start_fy) for s in schedules_of(PLAN)] == [("検討", 2026), ("実施", 2027)]
    assert [m.title for m in measures_of(PLAN)] == ["受付の改善", "電話の自動応答"]


def test_page_numbers_belong_to_no_field() -> None:
    feet = [p.text for p in document(PLAN).blocks if p.block.kind == "footer"]
    assert feet == ["- 3 -", "- 4 -"]


def test_cells_that_stand_askew_keep_their_order() -> None:
    text = """
 取組名          令和８年度    令和９年度    令和10年度
 予約の電子化    設計          導入          →
 書庫の整理      導入          →            →
"""
    assert rows(text)[2] == ["書庫の整理", "導入", "→", "→"]


def test_columns_counted_in_characters_are_found_as_those_counted_in_widths() -> None:
    text = [
        "取組            令和8年度   令和9年度",
        "電子申請の拡大         検討       実施",
        "庁内会議の見直し                  実施",
    ]
    found = [[t for t, _ in r.cells] for r in parse_columns(text, ruler(text)) if isinstance(r, SpacedRow)]
    assert ruler(text) is len
    assert found[1:] == [["電子申請の拡大", "検討", "実施"], ["庁内会議の見直し", "", "実施"]]


def test_a_label_centred_beside_its_lines_opens_them_all() -> None:
    text = """
            窓口を一つにまとめ、住民が役場の中を歩き回らなくて
 概要       よいようにします。案内の表示も、同じ色と言葉にそろ
            えます。

            受付の場所が三つに分かれています。
 現状と課題
"""
    assert [r for r in rows(text) if r] == [
        "概要",
        "窓口を一つにまとめ、住民が役場の中を歩き回らなくて"
        "よいようにします。案内の表示も、同じ色と言葉にそろえます。",
        "現状と課題",
        "受付の場所が三つに分かれています。",
    ]


def test_a_number_and_its_title_are_no_row_of_a_table() -> None:
    text = "第２章   取組の内容\n\n（１）   受付の改善\n\n◆現状と課題\n受付が各課に分かれています。"
    assert [m.title for m in measures_of(text)] == ["受付の改善"]
    assert not any(isinstance(r, SpacedRow) for r in parse_columns(text.split("\n")))


def test_a_label_beside_a_table_parts_it_from_nothing() -> None:
    text = """
            指標                 基準値       目標値

            予約の利用率          8%           45%
 KPI
            予約を受ける窓口      2か所        9か所
"""
    assert [r for r in rows(text) if r] == [
        "KPI",
        ["指標", "基準値", "目標値"],
        ["予約の利用率", "8%", "45%"],
        ["予約を受ける窓口", "2か所", "9か所"],
    ]


def test_side_navigation_right_of_the_text_is_kept_apart() -> None:
    names = ("計画の期間", "窓口の改善", "収納の改善", "用語の解説")
    page = "{0}\n\n{0}について、詳しく述べます。        はじめに\n二行目もあります。        取組\n          用語\n\n     - {1} -\n"
    text = "\f".join(page.format(name, n) for n, name in enumerate(names, 1))
    blocks = document(text).blocks
    assert [p.text for p in blocks if p.block.kind == "header"] == ["はじめに　取組　用語"] * 4
    assert not any("はじめに" in p.text for p in blocks if p.block.kind != "header")


def test_names_left_of_a_head_of_years_are_a_column_of_their_own() -> None:
    text = """
                         令和8年度    令和9年度    令和10年度

      文書の電子化                     検討         導入

      受付の統合          検討         実証         導入
"""
    assert [r for r in rows(text) if r] == [
        ["", "令和8年度", "令和9年度", "令和10年度"],
        ["文書の電子化", "", "検討", "導入"],
        ["受付の統合", "検討", "実証", "導入"],
    ]


def test_values_of_indicators_keep_their_rows_where_names_break_and_cells_are_merged() -> None:
    text = """
                                       現状値（令和  目標値（令和
   取組                 指標            ６年度）       11年度）
                 独自様式の数           58種類        2種類
1-1 様式の
統一
                 統一した様式の割合     －            20%

                 講座に参加した住民の
1-2 学びの場                            130人         380人
                 数（年間）

"""
    assert [r for r in rows(text) if r] == [
        ["取組", "指標", "現状値（令和６年度）", "目標値（令和11年度）"],
        ["1-1 様式の統一", "独自様式の数", "58種類", "2種類"],
        ["", "統一した様式の割合", "－", "20%"],
        ["1-2 学びの場", "講座に参加した住民の数（年間）", "130人", "380人"],
    ]


def test_a_table_of_one_indicator_with_its_label_is_none_of_the_field_above() -> None:
    text = """
 概要     受付を一つにまとめます。

          指標                            基準値       目標値

 KPI      予約の利用率                    8%           45%

"""
    found = [r for r in rows(text) if r]
    assert found == [
        "概要",
        "受付を一つにまとめます。",
        "KPI",
        ["指標", "基準値", "目標値"],
        ["予約の利用率", "8%", "45%"],
    ]


def test_years_under_the_heads_of_values_are_no_row() -> None:
    text = """
                       基準値          目標値
        評価指標
                     （令和6年度）   （令和12年度）

予約の利用率           8%              約4割
"""
    assert [r for r in rows(text) if r][:2] == [
        ["評価指標", "基準値（令和6年度）", "目標値（令和12年度）"],
        ["予約の利用率", "8%", "約4割"],
    ]


def test_what_stands_at_the_other_end_of_a_heading_is_no_part_of_its_title() -> None:
    text = """
(1) 受付の改善                         基本方針1 待たせない役場
(2) 電話の自動応答                     ［担当］住民課
"""
    assert [r for r in rows(text) if r] == [
        "基本方針1 待たせない役場",
        "(1) 受付の改善",
        "(2) 電話の自動応答",
        "［担当］住民課",
    ]


def test_labels_side_by_side_have_their_own_text_each() -> None:
    text = """
           施策概要                          担当課

受付を一つにまとめ、住民が歩き回ら      住民課、福祉課、
ない役場にする                          税務課
"""
    assert [r for r in rows(text) if r] == [
        "施策概要",
        "受付を一つにまとめ、住民が歩き回らない役場にする",
        "担当課",
        "住民課、福祉課、税務課",
    ]


def test_names_on_lines_right_below_each_other_have_a_row_each() -> None:
    text = """
取組名              指標              現状     目標
                                     （R7）   （R10）
予約の電子化        電子予約の割合    12％     80％
会議録の自動作成    作成に要する時間  180分    60分
"""
    assert [r[0] for r in rows(text) if r] == ["取組名", "予約の電子化", "会議録の自動作成"]


def test_tags_side_by_side_right_of_their_label_are_items_of_their_own() -> None:
    text = """
        市民のための計画     県の方針の連
 関連
            の施策             携事項

"""
    assert [r for r in rows(text) if r] == ["関連", "市民のための計画の施策", "県の方針の連携事項"]


def test_a_table_with_a_column_for_each_indicator_keeps_its_columns() -> None:
    text = """
  指標               予約の利用率      予約を受ける窓口

現状値（R7）              8%                －

目標値（R11）             45%             約9か所
"""
    assert [r for r in rows(text) if r] == [
        ["指標", "予約の利用率", "予約を受ける窓口"],
        ["現状値（R7）", "8%", "－"],
        ["目標値（R11）", "45%", "約9か所"],
    ]


def test_labels_centred_beside_two_lines_each_have_them_both() -> None:
    text = """
  概要       受付を一つにまとめます。
             窓口が三つに分かれ、待ち時間が長くなってい
 現状・課題
             ます。
             予約を受け、順番を知らせる仕組みを入れて、
 取組内容
             混雑をならします。
"""
    assert [r for r in rows(text) if r] == [
        "概要",
        "受付を一つにまとめます。",
        "現状・課題",
        "窓口が三つに分かれ、待ち時間が長くなっています。",
        "取組内容",
        "予約を受け、順番を知らせる仕組みを入れて、混雑をならします。",
    ]


def test_a_name_that_wraps_below_its_values_keeps_its_lines() -> None:
    text = (
        "指標                  現状値（R6）   目標値（R10）\n"
        "オンライン申請            120件         2,400件\n"
        "の件数\n"
        "窓口の平均待ち           18.5分             6分\n"
        "時間\n"
        "電子納付の件数             50件           900件\n"
    )
    rows = [line for line in parse(text).pages[0].lines if line.markup == "row"]
    assert [row.runs[0].text for row in rows[1:]] == [
        "オンライン申請の件数",
        "窓口の平均待ち時間",
        "電子納付の件数",
    ]
