from __future__ import annotations

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
