from __future__ import annotations

import pytest

from extract.layout.pages import layout_pages
from extract.read.mupdf import read
from extract.records import figures, glossary, metadata
from extract.structure.assemble import assemble
from tests.extract.paper import Paper
from tests.extract.text_plan import document

COVER = "# 楡沢町デジタル推進計画（案）\n\n令和8年3月\n\n楡沢町\n\n# 1 はじめに\n\n"


def test_what_stands_in_brackets_behind_a_title_is_no_part_of_it() -> None:
    found = metadata.extract(document(COVER + "この計画を定めます。"))
    assert (found.title, found.is_draft) == ("楡沢町デジタル推進計画", True)


@pytest.mark.parametrize("stamp", ["案", "〔案〕", "（素案）"])
def test_a_draft_is_told_by_a_stamp_on_its_cover(stamp: str) -> None:
    paper = Paper()
    paper.line(480, 40, stamp, 10)
    paper.line(60, 260, "楡沢町デジタル推進計画", 28)
    paper.line(240, 700, "令和8年3月", 14)
    source = read(paper.document.tobytes())
    assert metadata.extract(assemble(source, layout_pages(source))).is_draft


def test_a_draft_is_told_by_the_stamp_on_its_pages() -> None:
    paper = Paper()
    paper.line(60, 260, "楡沢町デジタル推進計画", 28)
    for text in ("窓口を便利にします。", "道路を直します。", "学校を支えます。", "水道を守ります。"):
        paper.turn()
        paper.line(520, 30, "案", 9)
        paper.lines(60, 120, [text] * 3)
    source = read(paper.document.tobytes())
    assert metadata.extract(assemble(source, layout_pages(source))).is_draft


def test_the_name_of_a_part_below_the_name_of_the_plan_goes_on_with_it() -> None:
    cover = COVER.replace("計画（案）", "計画\n\n実施計画")
    assert metadata.extract(document(cover)).title == "楡沢町デジタル推進計画実施計画"


@pytest.mark.parametrize(
    ("cover", "title"),
    [
        ("# 楡沢町水道事業経営戦略\n\n楡沢町", "楡沢町水道事業経営戦略"),
        ("楡沢町\n\n# 行財政改革大綱", "楡沢町行財政改革大綱"),
        ("# 楡沢町環境\n# 基本計画", "楡沢町環境基本計画"),
        ("# 楡沢町空き家対策行動計画（案）", "楡沢町空き家対策行動計画"),
        ("# 楡沢町DX推進計画 ～手のひらに町役場を～", "楡沢町DX推進計画"),
        ("# 楡沢町こどもプラン　―育つ、つながる―", "楡沢町こどもプラン"),
        ("# 1 町の基本方針", None),
    ],
)
def test_a_title_ends_in_a_word_for_plans_whatever_they_are_about(cover: str, title: str | None) -> None:
    found = metadata.extract(document(cover + "\n\n# 2 はじめに\n\nこの町のことを書きます。"))
    assert found.title == title


def test_the_title_is_set_large_on_the_cover_and_may_take_two_lines() -> None:
    paper = Paper()
    paper.line(60, 120, "ひとが集い、まちが動く。", 32)
    paper.lines(60, 260, ["楡沢町地域公共", "交通計画"], 28, 1.4)
    paper.line(60, 360, "～暮らしの足を守る～", 14)
    paper.line(240, 700, "令和8年3月", 14)
    paper.turn()
    paper.lines(60, 60, ["バスの便数が減り、買い物や通院に困る人が増えています。"] * 3)
    source = read(paper.document.tobytes())
    assert metadata.extract(assemble(source, layout_pages(source))).title == "楡沢町地域公共交通計画"


@pytest.mark.parametrize(
    "period",
    [
        "令和8年度から令和12年度まで",
        "平成38年度から平成42年度まで",
        "R8–R12",
        "令和8年度▶令和12年度",
        "2026年度－2030年度",
        "2026-2030",
        "FY26～FY30",
        "令和八年度から令和十二年度まで",
        "R 8 ～ R 1 2",
    ],
)
def test_a_period_in_any_style(period: str) -> None:
    found = metadata.extract(
        document(f"{COVER}この計画を定めます。\n\n# 2 計画の期間\n\n期間は、{period}とします。")
    )
    assert (found.period_start_fy, found.period_end_fy) == (2026, 2030)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("総合計画を支えるものです。対象期間は2026年度から2028年度までの3年間です。", (2026, 2028)),
        ("前計画の計画期間は令和3年度から令和7年度まででした。", (None, None)),
    ],
)
def test_the_period_is_that_of_the_plan_itself(text: str, period: tuple[int | None, int | None]) -> None:
    found = metadata.extract(document(COVER + text))
    assert (found.period_start_fy, found.period_end_fy) == period


def test_brackets_inside_a_source_belong_to_it() -> None:
    (figure,) = figures.extract(document("# 1 現状\n\n図1　端末の利用\n\n資料：町民調査（令和6年度）"))
    assert figure.source == "町民調査（令和6年度）"


def test_a_note_headed_by_its_term_needs_no_mark_in_the_text() -> None:
    text = "# 1 現状\n\n端末の利用が増えています。\n\n※1 予約端末：窓口の予約を受ける機械のこと。\n\n※2 令和6年度：10月末の値です。"
    assert [(e.term, e.definition) for e in glossary.extract(document(text))] == [
        ("予約端末", "窓口の予約を受ける機械のこと。")
    ]


def test_a_term_and_its_explanation_apart_by_one_wide_space_in_a_glossary() -> None:
    text = "# 用語集\n\n- 予約端末　窓口の予約を受ける機械のこと。"
    assert [(e.term, e.definition) for e in glossary.extract(document(text))] == [
        ("予約端末", "窓口の予約を受ける機械のこと。")
    ]


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("計画期間は5か年とし、令和8年度に始まり令和12年度に終わります。", (2026, 2030)),
        ("本計画は、令和8年度を初年度とする3年間の計画です。", (2026, 2028)),
        ("計画期間は4年間とし、令和8年度に始まり令和12年度に終わります。", (None, None)),  # which is wrong?
        ("本計画は令和8年度に見直します。", (None, None)),
    ],
)
def test_a_period_told_by_its_ends_or_its_length(text: str, period: tuple[int | None, int | None]) -> None:
    found = metadata.extract(document(COVER + text))
    assert (found.period_start_fy, found.period_end_fy) == period


def test_two_bare_years_on_the_cover_are_the_period() -> None:
    found = metadata.extract(document(COVER.replace("令和8年3月", "2026-2029") + "この計画を定めます。"))
    assert (found.period_start_fy, found.period_end_fy) == (2026, 2029)


def test_a_term_in_brackets_over_its_explanation_keeps_its_reading() -> None:
    text = "# ことばの解説\n\n【API】（エーピーアイ）\n\n（Application Programming Interface）機能を呼び出し合う取決め。"
    (entry,) = glossary.extract(document(text))
    assert (entry.term, entry.reading) == ("API（エーピーアイ）", "エーピーアイ")
    assert entry.expansion == "Application Programming Interface"


def test_a_revised_edition_is_of_the_month_of_its_revision() -> None:
    cover = COVER.replace("令和8年3月", "令和6年3月　策定\n\n令和8年2月　改訂")
    assert metadata.extract(document(cover)).published == "2026-02"


def test_a_glossary_without_heads_may_be_in_the_order_of_the_syllabary() -> None:
    rows = "<tr><td rowspan=2>ア行</td><td>足場板</td><td>船と岸をつなぐ板。</td></tr><tr><td>網元</td><td>網や船を持つ漁業者。</td></tr>"
    found = glossary.extract(document(f"# 用語の解説\n\n<table>{rows}</table>"))
    assert [(e.term, e.definition) for e in found] == [
        ("足場板", "船と岸をつなぐ板。"),
        ("網元", "網や船を持つ漁業者。"),
    ]


def test_a_head_of_a_glossary_may_name_two_things() -> None:
    text = "# 用語集\n\n用語\t正式名称・読み\t意味\nUX\tUser Experience\t使って得る体験。\n網元\tあみもと\t網や船を持つ漁業者。"
    first, second = glossary.extract(document(text))
    assert (first.expansion, first.abbreviation, second.reading, second.expansion) == (
        "User Experience",
        "UX",
        "あみもと",
        None,
    )


def test_leaders_between_a_term_and_its_explanation_belong_to_neither() -> None:
    (entry,) = glossary.extract(document("# 用語の説明\n\n網元　…　網や船を持つ漁業者のこと。"))
    assert (entry.term, entry.definition) == ("網元", "網や船を持つ漁業者のこと。")


def test_a_line_that_tells_where_a_web_page_stands_is_no_title() -> None:
    text = "現在の位置 ホーム ＞ 町政情報 ＞ 鳴海台町DX推進計画\n\n# 鳴海台町DX推進計画\n\n本文です。これは長い文です。"
    assert metadata.extract(document(text)).title == "鳴海台町DX推進計画"


def test_the_part_of_a_plan_set_large_below_its_name_belongs_to_the_title() -> None:
    paper = Paper()
    paper.line(150, 200, "鳴海台町デジタル化推進計画", 18)
    paper.line(180, 240, "個別事業計画", 26, bold=True)
    paper.line(240, 500, "令和8年3月", 12)
    source = read(paper.document.tobytes())
    assert (
        metadata.extract(assemble(source, layout_pages(source))).title
        == "鳴海台町デジタル化推進計画　個別事業計画"
    )
