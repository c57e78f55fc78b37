from __future__ import annotations

import time

import pytest

from extract.read.text import decode, parse


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_the_encodings_town_halls_use_are_read(encoding: str) -> None:
    text, _ = decode("鳴海台町DX推進計画\r\n令和8年3月".encode(encoding))
    assert text.startswith("鳴海台町DX推進計画")


def test_undecodable_bytes_are_replaced_and_reported() -> None:
    text, diagnostics = decode(b"\x81\xff\xfe\xff plan \x80\xff")
    assert "\ufffd" in text
    assert [d.code for d in diagnostics] == ["undecodable"]


def lines(text: str) -> list[tuple[str | None, list[str]]]:
    return [(x.markup, [r.text for r in x.runs]) for p in parse(text).pages for x in p.lines if x.runs]


def test_form_feeds_are_pages() -> None:
    assert [p.number for p in parse("表紙\f目次\f本文").pages] == [1, 2, 3]


def test_tabs_and_pipes_are_rows_of_cells() -> None:
    assert lines("用語\t解説\n| AI | 人工知能 |\n|----|----|") == [
        ("row", ["用語", "解説"]),
        ("row", ["AI", "人工知能"]),
    ]


def test_an_html_list_gives_one_item_a_line() -> None:
    found = lines("取組内容\n<ul><li>窓口の改善</li><li>研修の実施</li></ul>\n担当課")
    assert [m for m, _ in found] == [None, "list_item", "list_item", None]


def test_a_list_tag_never_closed_does_not_swallow_the_rest() -> None:
    assert lines('<ul style="none">窓口の改善\n\n次の段落')[-1] == (None, ["次の段落"])


def test_block_elements_inside_a_cell_keep_the_row_together() -> None:
    (row,) = lines("関連\t<div>\n  国の計画\n  重点事項\n</div> <div>県の計画</div>")
    assert row == ("row", ["関連", "国の計画重点事項\n県の計画"])


def test_raised_marks_are_runs_of_their_own() -> None:
    (line,) = [x for x in parse("BPR<sup>3</sup>の徹底").pages[0].lines if x.runs]
    assert [(r.text, r.superscript) for r in line.runs] == [("BPR", False), ("3", True), ("の徹底", False)]


def test_angle_brackets_that_are_no_tags_stay() -> None:
    assert lines("### <現状と課題>") == [("heading", ["<現状と課題>"])]


def test_underscores_of_a_leader_are_no_emphasis() -> None:
    assert lines("はじめに _____ P.02") == [(None, ["はじめに _____ P.02"])]


@pytest.mark.parametrize("encoding", ["euc_jp", "iso2022_jp"])
def test_older_encodings_are_read(encoding: str) -> None:
    text, _ = decode("鳴海台町デジタル推進計画\n令和8年3月\n".encode(encoding))
    assert text.startswith("鳴海台町デジタル推進計画")


def test_a_pipe_behind_a_backslash_is_text_of_its_cell() -> None:
    assert lines("| 電子\\|紙の件数 | 120件 |") == [("row", ["電子|紙の件数", "120件"])]


TABLE = [("row", ["指標", "目標"]), ("row", ["申請の件数", "2,400件"]), ("row", ["平均の待ち時間", "6分"])]


@pytest.mark.parametrize(
    "text",
    [
        "指標 | 目標\n--- | ---:\n申請の件数 | 2,400件\n平均の待ち時間 | 6分",
        "+----+----+\n|指標|目標|\n+====+====+\n|申請の件数|2,400件|\n+----+----+\n|平均の|6分|\n|待ち時間||\n+----+----+",
        "┌──┬──┐\n│指標│目標│\n├──┼──┤\n│申請の件数│2,400件│\n│平均の待ち時間│6分│\n└──┴──┘",
        "> | 指標 | 目標 |\n> |---|---|\n> | 申請の件数 | 2,400件 |\n> | 平均の待ち時間 | 6分 |",
        "| 指標 | 目標 |\n|---|---|\n| **申請の件数** | ~~`2,400件`~~ |\n| *平均の待ち時間* | __6分__ |".replace(
            "~~", ""
        ),
    ],
)
def test_tables_are_typed_in_many_ways(text: str) -> None:
    assert lines(text) == TABLE


def test_fields_between_commas_are_rows_where_no_number_is_cut() -> None:
    assert lines('指標,現状,目標\n件数,120件,"2,400件"') == [
        ("row", ["指標", "現状", "目標"]),
        ("row", ["件数", "120件", "2,400件"]),
    ]
    assert lines("指標,現状,目標\n件数,1,200件")[1][0] is None


def test_comments_and_characters_of_no_width_are_no_text() -> None:
    assert lines("前<!-- | 旧指標 | 10件 | -->後\n申請\u200bの1\u200b20件\u00ad") == [
        (None, ["前後"]),
        (None, ["申請の120件"]),
    ]


def test_notes_of_markdown_are_raised_signs_and_footnotes() -> None:
    found = [
        x
        for x in parse("業務改革[^1]を進める。\n\n[^1]: 業務改革：流れを見直すこと。").pages[0].lines
        if x.runs
    ]
    assert [(r.text, r.superscript) for r in found[0].runs] == [
        ("業務改革", False),
        ("1", True),
        ("を進める。", False),
    ]
    assert found[1].markup == "footnote"
    assert found[1].text == "1業務改革：流れを見直すこと。"


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("<ruby>窓口<rp>（</rp><rt>まどぐち</rt><rp>）</rp></ruby>の数", "窓口~~まどぐち~~の数"),
        ("｜窓口《まどぐち》の数", "窓口~~まどぐち~~の数"),
        ('<span style="text-decoration: line-through">8分</span> 6分', "~~8分~~ 6分"),
        ("8\u0336分\u0336 6分", "~~8分~~ 6分"),
    ],
)
def test_readings_and_what_a_style_strikes_out_are_set_aside(printed: str, read: str) -> None:
    assert lines(f"| 指標 | 値 |\n|---|---|\n| 件数 | {printed} |")[-1] == ("row", ["件数", read])


def test_struck_out_text_of_html_is_marked_as_markdown_marks_it() -> None:
    assert lines("<table><tr><td>目標</td><td><del>8分</del><ins>6分</ins></td></tr></table>") == [
        ("row", ["目標", "~~8分~~6分"])
    ]


def test_a_definition_list_gives_term_and_text_a_line_each() -> None:
    assert lines("<dl><dt>クラウド</dt><dd>網の向こうの計算機です。</dd></dl>") == lines(
        "クラウド\n: 網の向こうの計算機です。"
    )


@pytest.mark.parametrize(
    "text",
    ["**a " * 20_000, "![" * 50_000, "<br>" * 60_000, "[" * 50_000, "a  " * 30_000, " " * 200_000 + "x"],
)
def test_marks_never_closed_are_read_in_one_pass(text: str) -> None:
    start = time.process_time()
    assert parse(text).pages
    assert time.process_time() - start < 3
