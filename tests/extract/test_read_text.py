from __future__ import annotations

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
