from __future__ import annotations

import pytest

from extract.layout.numbering import numbered
from extract.model import Block, Page, PageLayout
from extract.records import measures
from extract.structure.assemble import assemble
from tests.extract.text_plan import document


@pytest.mark.parametrize(
    ("text", "style", "number", "title"),
    [
        ("第2章　基本的事項", "chapter", "第2章", "基本的事項"),
        ("1-2. AIの活用", "dashed", "1-2", "AIの活用"),
        ("4 人材の育成", "plain", "4", "人材の育成"),
        ("5　所管課", "plain", "5", "所管課"),
        ("3 - 2 . データの公開", "dashed", "3-2", "データの公開"),
        ("⑪-1 窓口の改革", "circled-dash", "⑪-1", "窓口の改革"),
        ("（３）推進体制", "paren", "（３）", "推進体制"),
        ("① 研修", "circled", "①", "研修"),
        ("2 | 基本理念", "bar", "2", "基本理念"),
        ("4 具体的な取組", "plain", "4", "具体的な取組"),
        ("【基本方針1】便利な町", "word:基本方針", "1", "便利な町"),
        ("基本方針２：働き方の改革", "word:基本方針", "２", "働き方の改革"),
        ("Ⅱ-1　窓口の予約", "roman-dash", "Ⅱ-1", "窓口の予約"),
        ("第2項　窓口の予約", "clause", "第2項", "窓口の予約"),
        ("柱２　学びを支える", "word:柱", "２", "学びを支える"),
        ("戦略Ⅱ：働き方を変える", "word:戦略", "Ⅱ", "働き方を変える"),
        ("施策1-3 窓口の改善", "word:施策", "1-3", "窓口の改善"),
        ("アクション2-1　予約の電子化", "word:アクション", "2-1", "予約の電子化"),
    ],
)
def test_heading_numbers_of_every_style(text: str, style: str, number: str, title: str) -> None:
    assert numbered(text) == (style, number, title)


@pytest.mark.parametrize(
    "text",
    [
        "2026年度の計画",
        "48手続のオンライン化",
        "5 人の職員",
        "3 件の申請",
        "年1回",
        "10.5%の増加",
        "基本方針一覧",
        "政策一般の話",
    ],
)
def test_a_quantity_or_a_word_is_no_heading_number(text: str) -> None:
    assert numbered(text) is None


def outline(text: str) -> list[tuple[int, str]]:
    return [(s.level, s.title) for s in document(text).sections]


def test_one_style_of_number_is_one_level() -> None:
    text = """
        # 第1章 背景

        ## 1-1 社会の変化

        ### (1) 国の動き

        #### 1-2 町の状況

        # 第2章 取組
    """
    assert outline(text) == [(1, "背景"), (2, "社会の変化"), (3, "国の動き"), (2, "町の状況"), (1, "取組")]


def test_a_policy_above_numbered_measures_is_a_section() -> None:
    text = """
        # 3 取組

        ## 基本方針1 便利な町

        ### (1) 窓口の改善

        ## 基本方針2 働きやすい役場

        ### (1) 研修の実施
    """
    assert outline(text) == [
        (1, "取組"),
        (2, "便利な町"),
        (3, "窓口の改善"),
        (2, "働きやすい役場"),
        (3, "研修の実施"),
    ]


def test_a_policy_whose_title_stands_below_its_number_is_one_section() -> None:
    doc = document(
        "## 6 取組\n\n### 基本方針1\n\n#### 【窓口】便利な町\n\n#### 1-1. 予約の導入\n\n## 1-2. 案内の見直し\n\n見直します。"
    )
    assert [(s.level, s.number, s.title) for s in doc.sections[1:]] == [
        (2, "1", "【窓口】便利な町"),
        (3, "1-1", "予約の導入"),
        (3, "1-2", "案内の見直し"),
    ]
    assert doc.heading_text(doc.sections[1]) == "基本方針1 【窓口】便利な町"


def test_a_number_that_counts_on_is_on_the_same_level_whatever_its_mark_says() -> None:
    text = "#### 4 取組\n\n##### 基本方針1 便利な町\n\n## (1) 窓口\n\n## 基本方針2 働きやすい役場\n\n### (1) 研修"
    assert outline(text) == [(1, "取組"), (2, "便利な町"), (3, "窓口"), (2, "働きやすい役場"), (3, "研修")]


def test_the_name_of_the_plan_is_its_title_and_holds_no_chapters() -> None:
    text = "# 鳴海台町DX推進計画（案）\n\n令和8年3月\n\n## 1 背景\n\n人口が減っています。\n\n## 2 デジタル化の方針\n\n便利にします。"
    assert outline(text) == [(1, "背景"), (1, "デジタル化の方針")]
    assert document(text).blocks[0].block.kind == "title"


def test_the_other_lines_of_a_cover_head_nothing() -> None:
    lines = [
        ("heading", "〜みんなで進む〜", 1),
        ("heading", "鳴海台町DX戦略", 1),
        ("heading", "（第2版）", 1),
    ]
    lines += [("heading", "計画の期間", 2), ("paragraph", "5年とします。", 2)]
    items = tuple(Block(kind, text, page=page) for kind, text, page in lines)
    doc = assemble(document("町").source, [PageLayout(Page(1, 780, 540), items)])
    assert [s.title for s in doc.sections] == ["計画の期間"]
    assert [p.block.kind for p in doc.blocks[:3]] == ["paragraph", "title", "paragraph"]


PLAIN_LINES = """
    目次
    はじめに _____ P.2
    (1)人口の減少
    1 | 基本的事項 _____ P.5
    (1)計画の期間
    2 | 取組項目 _____ P.9
    (1)窓口の改善

    はじめに

    (1)人口の減少

    町の人口は減り続けています。

    1 | 基本的事項

    (1)計画の期間

    5年とします。

    2 | 取組項目

    (1)窓口の改善

    窓口を見直します。
"""


def test_chapters_without_marks_stand_neither_under_the_foreword_nor_under_its_parts() -> None:
    assert outline(PLAIN_LINES) == [
        (1, "はじめに"),
        (2, "人口の減少"),
        (1, "基本的事項"),
        (2, "計画の期間"),
        (1, "取組項目"),
        (2, "窓口の改善"),
    ]


def test_a_list_set_between_two_measures_does_not_hold_the_second() -> None:
    text = "# 取組項目\n\n## (1) 窓口の改善\n\n# 別表1\n\n申請の一覧です。\n\n## (2) 研修の実施\n\n研修をします。\n\n# 用語集"
    doc = document(text)
    assert outline(text) == [
        (1, "取組項目"),
        (2, "窓口の改善"),
        (2, "別表1"),
        (2, "研修の実施"),
        (1, "用語集"),
    ]
    assert [s.title for s in doc.path(doc.sections[3])] == ["取組項目", "研修の実施"]
    assert doc.sections[0].last == doc.sections[4].first


def test_a_numbered_line_inside_a_field_is_a_list_item() -> None:
    text = """
        ## 1-1. 窓口の改善

        ### ＜取組内容＞

        #### ①予約の導入

        #### ②案内の見直し

        ## 1-2. 研修の実施
    """
    assert outline(text) == [(1, "窓口の改善"), (1, "研修の実施")]
    assert [p.block.kind for p in document(text).blocks][2:4] == ["list_item", "list_item"]


def test_a_policy_named_under_a_measure_is_its_tag_and_no_section() -> None:
    text = """
        (1)窓口の改善

        基本方針1 便利な町

        施策概要

        窓口を見直す。
    """
    assert outline(text) == [(1, "窓口の改善")]


def test_a_label_marked_above_the_measures_and_met_once_is_a_chapter() -> None:
    doc = document(
        "## 取組\n\n### 基本方針1 便利な町\n\n**(1) 窓口**\n\n概要\n見直します。\n\n## 年次計画\n\n次のとおりです。"
    )
    assert [s.title for s in doc.sections] == ["取組", "便利な町", "窓口", "年次計画"]


@pytest.mark.parametrize("mark", ["#### ", ""], ids=["as headings", "as text"])
@pytest.mark.parametrize("numbers", [("(ア)", "(イ)"), ("(1)", "(2)"), ("①", "②")])
def test_labels_that_every_measure_numbers_anew_are_no_sections(mark: str, numbers: tuple[str, str]) -> None:
    first, second = (f"{mark}{n} " for n in numbers)
    body = f"\n\n{first}現状と課題\n\n長く待ちます。\n\n{second}取組内容\n\n予約を始めます。\n\n"
    doc = document(f"# 第2章 取組\n\n### 第1節 窓口{body}### 第2節 収納{body}")
    assert [s.title for s in doc.sections] == ["取組", "窓口", "収納"]
    assert [m.background for m in measures.extract(doc, [])] == ["長く待ちます。"] * 2


def test_numbered_headings_that_tell_of_other_plans_make_no_measures() -> None:
    body = "\n\n#### (1) 概要\n\n国が定めた計画です。\n\n#### (2) 目的\n\n暮らしを便利にします。\n\n"
    doc = document(f"# 第2章 国と県の動き\n\n### 2-1 国の計画{body}### 2-2 県の計画{body}")
    assert measures.extract(doc, []) == []


def test_numbered_headings_of_a_chapter_are_sections_though_one_is_named_like_a_label() -> None:
    text = "# 第1章 はじめに\n\n## 1 背景\n\n人が減ります。\n\n## 2 計画の期間\n\n5年です。\n\n# 第2章 防災\n\n## 1 背景\n\n大雨が増えました。"
    assert [s.title for s in document(text).sections] == ["はじめに", "背景", "計画の期間", "防災", "背景"]


def test_what_is_set_larger_is_neither_in_the_field_nor_a_tag_of_what_stands_before_it() -> None:
    """A slide's corner says 具体的な取組 as if it were a label; the next slide's title names a policy."""
    sized = [("方針1 便利な町", 20), ("具体的な取組", 9), ("1-1 窓口", 14), ("概要", 10)]
    sized += [("方針2 働きやすい役場", 20), ("具体的な取組", 9), ("2-1 研修", 14), ("概要", 10)]
    items = tuple(Block("heading", text, size=size, level=20 - size) for text, size in sized)
    doc = assemble(document("町").source, [PageLayout(Page(1, 780, 540), items)])
    assert [s.title for s in doc.sections] == ["便利な町", "窓口", "働きやすい役場", "研修"]
