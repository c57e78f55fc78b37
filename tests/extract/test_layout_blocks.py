"""Lines put together to blocks, and the kinds of blocks."""

from __future__ import annotations

import pytest

from extract.layout.blocks import body_style, build
from extract.layout.pages import layout_pages
from extract.layout.parts import Region
from extract.model import Block, Box, Line, Page, Run, Source
from tests.extract.paper import FONT, SLIDE, Paper, blocks, texts, wrapped

PROSE = "　本計画は、窓口と庁内の仕事をともに見直し、市民と職員の時間を生み出すものです。期間は五年とします。"


def test_wrapped_lines_join_without_a_space_and_an_indent_starts_a_paragraph() -> None:
    second = (
        "　国の方針に従い、まず統計と施設の一覧を公開し、次に地図の資料を、毎年度少しずつ公開していきます。"
    )
    paper = Paper()
    y = paper.lines(60, 100, wrapped(PROSE, 40))
    paper.lines(60, y, wrapped(second, 40))
    assert texts(paper.layout()[0].items) == [PROSE[1:], second[1:]]


def test_a_word_broken_between_latin_words_keeps_a_space() -> None:
    paper = Paper()
    paper.lines(60, 100, ["この用語は、英語では Business Process", "Re-engineering という。"])
    assert texts(paper.layout()[0].items) == ["この用語は、英語では Business Process Re-engineering という。"]


def test_a_paragraph_that_breaks_off_at_the_page_end_is_one_block_over_footnotes() -> None:
    lines = wrapped(PROSE, 28)
    paper = Paper()
    paper.lines(60, 630, ["　まず、この計画を定める理由を述べます。", lines[0]])
    paper.rule(60, 700, 200)
    paper.line(60, 706, "※1 時間とは、手続に要する時間をいう。", 8)
    paper.line(290, 800, "- 1 -")
    paper.turn()
    paper.lines(60, 100, [*lines[1:], "　次に、進め方を述べます。"])
    paper.line(290, 800, "- 2 -")
    first, second = paper.layout()
    assert texts(first.items)[1] == PROSE[1:]
    assert ("footnote", "※1 時間とは、手続に要する時間をいう。") in blocks(first.items)
    assert texts(second.items)[0] == "次に、進め方を述べます。"


def test_list_items_keep_their_bullets_and_their_wrapped_lines() -> None:
    paper = Paper()
    paper.lines(60, 100, wrapped(PROSE, 40))
    paper.lines(
        70,
        190,
        [
            "・窓口に翻訳機を置き、外国語で相談できる日を増やすとともに、案内を分か",
            "　りやすく書き直す",
            "・電子申請の対象を広げる",
            "① 様式の見直し",
            "(2) 職員の研修",
        ],
    )
    found = blocks(paper.layout()[0].items)[1:]
    assert [kind for kind, _ in found] == ["list_item"] * 4
    assert found[0][1].endswith("案内を分かりやすく書き直す")


@pytest.mark.parametrize("line", ["申請の件数 現状 6件 → 目標 35件", "規程の制定　現状 未制定 → 目標 制定"])
def test_a_strong_line_that_leads_from_one_state_to_another_is_no_heading(line: str) -> None:
    paper = Paper()
    paper.line(60, 60, "2-1　窓口の見直し", 14)
    paper.lines(60, 90, wrapped(PROSE, 40))
    paper.line(60, 180, line, 10.5, bold=True)
    paper.lines(60, 200, wrapped(PROSE, 40))
    assert [kind for kind, text in blocks(paper.layout()[0].items) if "→" in text] == ["paragraph"]


def test_headings_rank_by_size_and_a_wrapped_heading_is_one_block() -> None:
    paper = Paper()
    paper.lines(60, 60, ["第2章　暮らしに身近な手続をどこからでも行えるよ", "うにするための取組"], 18, 1.3)
    paper.line(60, 130, "2-1　窓口の見直し", 14)
    paper.lines(60, 160, wrapped(PROSE, 40))
    paper.line(60, 260, "＜現状と課題＞", 10.5, bold=True)
    paper.lines(60, 280, wrapped(PROSE, 40))
    items = [item for item in paper.layout()[0].items if isinstance(item, Block)]
    headings = {item.text: item.level for item in items if item.kind == "heading"}
    assert list(headings) == [
        "第2章　暮らしに身近な手続をどこからでも行えるようにするための取組",
        "2-1　窓口の見直し",
        "＜現状と課題＞",
    ]
    assert list(headings.values()) == sorted(headings.values())


def test_a_letter_spaced_heading_is_one_block() -> None:
    paper = Paper()
    for i, letter in enumerate("はじめに"):
        paper.line(200 + 40 * i, 60, letter, 18)
    paper.lines(60, 120, wrapped(PROSE, 40))
    found = blocks(paper.layout()[0].items)
    assert [(k, "".join(t.split())) for k, t in found] == [("heading", "はじめに"), ("paragraph", PROSE[1:])]


def test_a_title_bar_is_a_heading_and_carries_its_colour() -> None:
    paper = Paper(SLIDE)
    paper.box(0, 0, 780, 44, fill=0x1F3864)
    paper.line(330, 10, "③ 公金の納付", 20, color=0xFFFFFF)
    paper.lines(40, 80, wrapped(PROSE, 50), 13)
    first = paper.layout()[0].items[0]
    assert isinstance(first, Block)
    assert (first.kind, first.fill, first.color) == ("heading", 0x1F3864, 0xFFFFFF)


def test_a_date_set_large_is_no_heading() -> None:
    paper = Paper()
    paper.line(400, 60, "令和8年3月", 14)
    paper.lines(60, 100, wrapped(PROSE, 40))
    assert [kind for kind, _ in blocks(paper.layout()[0].items)] == ["paragraph", "paragraph"]


def test_values_with_their_labels_are_no_heading_and_a_numbered_note_is_a_footnote() -> None:
    paper = Paper()
    paper.line(60, 60, "＜KPI＞", bold=True)
    paper.line(60, 90, "現状 12件 → 目標 40件", bold=True)
    paper.lines(60, 120, wrapped(PROSE, 40))
    paper.line(60, 220, "※1　予約端末：窓口の予約を受ける機械のこと。")
    assert [kind for kind, _ in blocks(paper.layout()[0].items)] == [
        "heading",
        "paragraph",
        "paragraph",
        "footnote",
    ]


def test_a_motto_in_a_box_is_no_heading() -> None:
    paper = Paper(SLIDE)
    paper.line(30, 20, "基本理念と方針", 22, bold=True)
    paper.box(40, 70, 740, 110, fill=0x1F3864)
    paper.line(220, 80, "川のように、人の暮らしに寄り添う役場", 20, bold=True, color=0xFFFFFF)
    paper.lines(40, 130, wrapped(PROSE, 50), 13)
    assert [kind for kind, _ in blocks(paper.layout()[0].items)] == ["heading", "paragraph", "paragraph"]


def test_text_larger_than_the_documents_body_is_no_heading_where_the_whole_slide_is_set_so() -> None:
    paper = Paper(SLIDE)
    paper.line(30, 20, "計画の性格", 24)
    paper.lines(40, 80, ["本計画は、次の性格を持ちます。", "①法律に基づく計画", "②総合計画を支える計画"], 18)
    paper.turn()
    paper.line(30, 20, "計画の背景", 24)
    paper.lines(40, 80, wrapped(PROSE * 4, 50), 12)
    found = blocks(paper.layout()[0].items)
    assert [kind for kind, _ in found] == ["heading", "paragraph", "list_item", "list_item"]


def test_captions_and_sources() -> None:
    paper = Paper()
    paper.lines(60, 60, wrapped(PROSE, 40))
    paper.line(200, 400, "図3：窓口の混み具合", 9)
    paper.line(200, 416, "出典：市民課の調べ", 9)
    paper.lines(60, 450, ["　図3のとおり、昼の前後に混み合っています。"])
    kinds = [kind for kind, _ in blocks(paper.layout()[0].items)]
    assert kinds == ["paragraph", "caption", "caption", "paragraph"]


def test_a_raised_note_mark_is_marked_and_stays_in_the_text() -> None:
    paper = Paper()
    x = paper.line(60, 100, "基盤となる共通システム")
    x = paper.line(x, 98.5, "12", 6)
    paper.line(x, 100, "への移行を終えます。")
    paper.lines(60, 130, wrapped(PROSE, 40))
    block = paper.layout()[0].items[0]
    assert isinstance(block, Block)
    assert [block.text[a:b] for a, b in block.marks] == ["12"]


def test_readings_over_words_stay_out_of_the_line() -> None:
    paper = Paper()
    paper.lines(60, 60, wrapped(PROSE, 40))
    paper.line(60, 200, "狭間地区の集会所で相談会を開き、端末の使い方を一人ずつ説明しました。")
    paper.line(60, 194, "はざま", 5)
    found = blocks(paper.layout()[0].items)[1:]
    assert found == [
        ("paragraph", "狭間地区の集会所で相談会を開き、端末の使い方を一人ずつ説明しました。"),
        ("figure_text", "はざま"),
    ]


def test_the_largest_text_of_a_cover_is_the_title() -> None:
    paper = Paper()
    paper.lines(120, 250, ["みどり野市デジタル化", "推進計画"], 30, 1.4)
    paper.line(230, 380, "（案）", 18)
    paper.line(230, 640, "令和8年3月", 16)
    paper.turn()
    paper.lines(60, 60, wrapped(PROSE, 40))
    kinds = blocks(paper.layout()[0].items)
    assert kinds[0] == ("title", "みどり野市デジタル化推進計画")
    assert {kind for kind, _ in kinds[-2:]} == {"paragraph"}


def test_scattered_labels_on_a_drawing_are_figure_text() -> None:
    paper = Paper()
    paper.lines(60, 60, wrapped(PROSE, 40))
    for i in range(8):
        paper.box(120 + 40 * i, 400 - 15 * i, 140 + 40 * i, 460, fill=0x4472C4)
        paper.line(120 + 40 * i, 466, f"{2015 + i}", 8)
    paper.rule(110, 460, 450)
    paper.line(200, 490, "図1：申請の件数", 9)
    found = blocks(paper.layout()[0].items)
    labels = [text for kind, text in found if kind == "figure_text"]
    assert "".join(labels).replace(" ", "") == "".join(str(2015 + i) for i in range(8))
    assert ("caption", "図1：申請の件数") in found


def test_an_appendix_set_larger_than_the_text_is_headed_by_its_name() -> None:
    paper = Paper()
    paper.line(60, 60, "資料１　用語の解説", size=16)
    paper.lines(60, 100, wrapped(PROSE, 40))
    paper.line(60, 300, "資料１　町民への調査")
    kinds = [kind for kind, _ in blocks(paper.layout()[0].items)]
    assert kinds == ["heading", "paragraph", "caption"]


def test_an_entry_that_opens_in_bold_goes_on_with_nothing() -> None:
    def entry(y: float, term: str, text: str) -> Line:
        runs, x = [], 60.0
        for part, bold in ((term, True), (text, False)):
            edges = tuple(x + 10.5 * i for i in range(len(part) + 1))
            runs.append(Run(part, Box(x, y, edges[-1], y + 10.5), edges, size=10.5, bold=bold))
            x = edges[-1]
        return Line(tuple(runs), Box(60, y, x, y + 10.5))

    lines = (
        entry(60, "入口", "市民が手続や相談に訪れる場所のこと。"),
        entry(78, "端末", "手元で使う小さな機器のことをいう。"),
    )
    drafts = build(Region(Box(60, 50, 272, 100), lines), 1, body_style(lines))
    assert [d.text[:2] for d in drafts] == ["入口", "端末"]


def test_vertical_letters_without_a_size_cost_no_page() -> None:
    """Found by fuzzing: a font of no size."""

    def letters(x: float, y0: float, y1: float) -> Line:
        box = Box(x, y0, x, y1)
        return Line((Run("町", box, (y1, y0), bold=True),), box, vertical=True)

    page = Page(1, 595, 842, lines=(letters(195, 6, 82), letters(190, 57, 95)))
    (found,) = layout_pages(Source("application/pdf", (page,)))
    assert texts(found.items) == ["町", "町"]


@pytest.mark.parametrize(
    "rows",
    [
        [("電子申請の割合", "31％ ➡ 90％"), ("会議に使う紙の枚数（年間）", "41万枚 ➡ 15万枚")],
        [("海図の移行", "18業務 ➡ 20業務"), ("使用料の削減率", "－ ➡ 15％")],
        [("見回りに出る人が一年に回る浦の数", "120人"), ("灯台の映像を見られる港の数", "9港")],
    ],
)
@pytest.mark.parametrize("size", [9, 10.5])
def test_values_at_the_right_edge_of_a_box_stay_in_the_line_of_their_name(
    rows: list[tuple[str, str]], size: float
) -> None:
    paper = Paper()
    paper.box(37, 100, 390, 160, fill=0xFFF6DC)
    paper.line(45, 106, "ものさし", size, bold=True)
    for n, (name, value) in enumerate(rows, 1):
        paper.line(45, 106 + 16 * n, name, size)
        paper.line(330 - FONT.text_length(value, size), 106 + 16 * n, value, size, bold=True)
    assert texts(paper.layout()[0].items) == ["ものさし", *(f"{name}　{value}" for name, value in rows)]


def test_a_term_in_bold_right_before_its_definition_stays_with_it_though_it_is_named_elsewhere() -> None:
    paper = Paper()
    for k in range(3):
        paper.line(60, 60 + 20 * k, "共同調達")
        paper.turn()
    end = paper.line(60, 60, "○共同調達", bold=True)
    paper.line(end, 60, "　いくつもの町が品の決めごとをそろえ、まとめて買うこと。")
    told = [text for page in paper.layout() for text in texts(page.items)]
    assert "○共同調達　いくつもの町が品の決めごとをそろえ、まとめて買うこと。" in told
