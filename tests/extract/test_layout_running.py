"""What stands beside the text: heads, feet, page numbers, navigation, footnotes, 目次."""

from __future__ import annotations

from extract.model import Block
from tests.extract.paper import SLIDE, Paper, blocks, texts, wrapped

PROSE = (
    "　町では三年前から申請の電子化を進めてきました。使う人はまだ少なく、案内の仕方を改めなければなりません。"
)


def _book(pages: int, size: tuple[float, float] = (595.0, 842.0)) -> Paper:
    paper = Paper(size)
    for number in range(pages):
        if number:
            paper.turn()
        paper.lines(60, 120, wrapped(PROSE, 40))
    return paper


def test_page_numbers_are_footers_and_label_the_page() -> None:
    paper = _book(4)
    for i, page in enumerate(paper.document):
        paper.page = page
        paper.line(285, 800, f"- {i + 5} -")
    layouts = paper.layout()
    assert [layout.page.label for layout in layouts] == ["5", "6", "7", "8"]
    assert all(("footer", f"- {i + 5} -") in blocks(layout.items) for i, layout in enumerate(layouts))


def test_a_number_in_the_margin_that_does_not_count_with_the_pages_is_text() -> None:
    paper = _book(4)
    for i, page in enumerate(paper.document):
        paper.page = page
        paper.line(285, 800, str((17, 90, 44, 3)[i]))
    assert [layout.page.label for layout in paper.layout()] == [None] * 4


def test_running_heads_that_name_the_chapter_are_headers_also_where_seldom() -> None:
    paper = _book(6, SLIDE)
    for i, page in enumerate(paper.document):
        paper.page = page
        paper.line(30, 18, f"（{i + 1}）{'窓道学防健農'[i]}の電子化", 22)
        head = "柱1 暮らしを支える" if i < 4 else "柱2 仕事を変える窓"
        paper.line(620, 22, head, 9)
    for i, layout in enumerate(paper.layout()):
        kinds = {text: kind for kind, text in blocks(layout.items)}
        assert kinds["柱1 暮らしを支える" if i < 4 else "柱2 仕事を変える窓"] == "header"
        assert [kind for text, kind in kinds.items() if text.startswith(f"（{i + 1}）")] == ["heading"]


def test_the_same_slide_title_on_many_pages_is_no_running_head() -> None:
    paper = _book(4, SLIDE)
    for page in paper.document:
        paper.page = page
        paper.line(30, 18, "用語の説明", 22)
    assert all(blocks(layout.items)[0] == ("heading", "用語の説明") for layout in paper.layout())


def test_what_differs_beside_each_title_is_no_running_head_and_what_does_not_is_one() -> None:
    paper = _book(6, SLIDE)
    for i, page in enumerate(paper.document):
        paper.page = page
        paper.line(30, 22, f"取組{i + 1}", 10)
        paper.line(90, 18, f"{'窓道学防健農'[i]}の電子化", 20)
        paper.line(620, 22, "浜名瀬村の計画", 10)
    for i, layout in enumerate(paper.layout()):
        kinds = {text: kind for kind, text in blocks(layout.items)}
        assert kinds["浜名瀬村の計画"] == "header"
        assert all(kind != "header" for text, kind in kinds.items() if f"取組{i + 1}" in text)


def test_side_navigation_comes_last_and_is_no_bar_of_a_schedule() -> None:
    paper = Paper(SLIDE)
    names = ["はじめに", "1 現状", "2 方針", "3 取組"]
    for number in range(4):
        if number:
            paper.turn()
        paper.line(30, 18, f"{number + 1} ページ目の題", 22)
        paper.lines(40, 80, wrapped(PROSE, 35), 13)
        for k, name in enumerate(names):
            paper.box(690, 40 + 110 * k, 770, 140 + 110 * k, fill=0x00695C if k == number else 0xE0F2F1)
            paper.line(700, 84 + 110 * k, name, 9, bold=k == number)
    for layout in paper.layout():
        assert blocks(layout.items)[-4:] == [("side_nav", name) for name in names]


def test_each_footnote_is_a_block_with_its_mark() -> None:
    paper = _book(3)
    paper.rule(60, 700, 200)
    paper.line(
        60, 705, "1 申請を画面の上で行うこと。市の支所と県の窓口のどちらでも受け付け、書類の控えは電子で", 8
    )
    paper.line(60, 716, "渡すものをいう。", 8)
    paper.line(60, 727, "2 国が定めた番号。", 8)
    notes = [item for item in paper.layout()[2].items if isinstance(item, Block) and item.kind == "footnote"]
    assert [note.note for note in notes] == ["1", "2"]
    assert notes[0].text.endswith("書類の控えは電子で渡すものをいう。")


def test_contents_with_leaders_numbers_right_aligned_or_on_the_next_line() -> None:
    paper = Paper()
    paper.line(270, 60, "目　次", 18)
    paper.line(60, 110, "第1章　計画の考え方 ………………………… 1")
    paper.line(60, 130, "第2章　計画の進め方")
    paper.line(500, 130, "12")
    paper.line(60, 150, "第3章　暮らしに関わる手続を見直し、どの地区でも同じように受けられるようにする")
    paper.line(500, 170, "34")
    paper.line(60, 190, "資料編・・・・・・・・・・・・56")
    paper.turn()
    paper.line(60, 60, "第1章　計画の考え方")
    paper.lines(60, 90, wrapped(PROSE, 40))
    contents, body = paper.layout()
    entries = [text for kind, text in blocks(contents.items) if kind == "toc"]
    assert len(entries) == 5
    assert entries[2].replace("　", "") == "第2章計画の進め方12"
    assert entries[3].endswith("34")
    assert blocks(body.items)[0] == ("heading", "第1章　計画の考え方")


def test_contents_end_where_prose_begins_on_the_same_page() -> None:
    paper = Paper()
    paper.line(60, 60, "目次", 16)
    paper.lines(60, 100, ["1　現状 ……………… 2", "2　方針 ……………… 5", "3　取組 ……………… 9"])
    paper.line(60, 220, "はじめに", 16)
    paper.lines(60, 260, wrapped(PROSE, 40))
    found = blocks(paper.layout()[0].items)
    assert [kind for kind, _ in found] == ["toc", "toc", "toc", "toc", "heading", "paragraph"]


def test_a_document_without_pages_or_text_gives_no_error() -> None:
    assert texts(Paper().layout()[0].items) == []


def test_names_of_fields_at_the_left_of_every_form_are_no_navigation() -> None:
    paper = Paper(SLIDE)
    for n in range(4):
        if n:
            paper.turn()
        for i, (name, words) in enumerate(
            (("目的", "待ち時間を短くします。"), ("取組内容", "予約を始めます。"))
        ):
            paper.box(20, 80 + 60 * i, 100, 130 + 60 * i, fill=0xB2DFDB)
            paper.line(30, 98 + 60 * i, name, 11)
            paper.line(120, 98 + 60 * i, f"第{n}の窓口では{words}", 11)
    found = paper.layout()[1].items
    assert texts(found) == [
        "目的",
        "第1の窓口では待ち時間を短くします。",
        "取組内容",
        "第1の窓口では予約を始めます。",
    ]


def test_headings_on_bands_across_the_page_are_no_navigation() -> None:
    paper = Paper(SLIDE)
    for n in range(4):
        if n:
            paper.turn()
        for i, (name, words) in enumerate(
            (("数値目標", "回を九回にします。"), ("工程表", "予約を始めます。"))
        ):
            paper.box(40, 80 + 80 * i, 740, 98 + 80 * i, fill=0xB2DFDB)
            paper.line(46, 83 + 80 * i, name, 10)
            paper.line(200, 120 + 80 * i, f"第{n}の窓口では{words}", 10)
    found = [b for b in paper.layout()[1].items if isinstance(b, Block)]
    assert all(b.kind != "side_nav" for b in found)


def test_small_text_at_one_place_of_most_pages_is_a_running_head_whatever_it_says() -> None:
    paper = Paper(SLIDE)
    for n, head in enumerate(("はじめに", "体制", "窓口", "収納", "人材", "用語")):
        if n:
            paper.turn()
        paper.line(30, 14, f"第{n + 1}章　{head}", 8)
        paper.lines(40, 80, wrapped(PROSE, 50), 12)
    assert [b.kind for layout in paper.layout() for b in layout.items if isinstance(b, Block)].count(
        "header"
    ) == 6


def test_a_small_text_whose_mark_is_raised_above_it_is_a_note_in_the_middle_of_a_page_too() -> None:
    paper = Paper()
    paper.lines(60, 60, wrapped(PROSE, 40))
    end = paper.line(60, 300, "窓口では予約端末", 10.5)
    paper.line(end, 297, "※1", 6)
    paper.line(end + 13, 300, "を使います。", 10.5)
    paper.line(60, 340, "※1 予約端末：順番を決める機械のこと。", 8)
    paper.lines(60, 380, wrapped(PROSE, 40))
    kinds = {b.text[:4]: b.kind for b in paper.layout()[0].items if isinstance(b, Block)}
    assert kinds["※1 予"] == "footnote"


def test_a_field_at_the_top_of_every_sheet_is_no_running_head() -> None:
    paper = Paper(SLIDE)
    for i, office in enumerate(("市民課", "税務課", "健康課", "総務課")):
        if i:
            paper.turn()
        paper.line(30, 20, f"1-{i + 1}　窓口の改善", 18, bold=True)
        paper.line(560, 24, "所管課", 9, bold=True)
        paper.line(610, 24, office, 9)
        paper.lines(30, 80, wrapped(PROSE, 40))
    kinds = [{text: kind for kind, text in blocks(layout.items)} for layout in paper.layout()]
    assert [
        k.get(office) for k, office in zip(kinds, ("市民課", "税務課", "健康課", "総務課"), strict=True)
    ] == ["paragraph"] * 4
