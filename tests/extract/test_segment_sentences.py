"""Sentence spans are exact, lose nothing, and respect brackets and the block's kind."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.segment.sentences import LINE_KINDS, sentences

SEEDS = sorted((Path(__file__).parents[3] / "shared" / "seeds").glob("*.txt"))


def cut(text: str, kind: str = "paragraph") -> list[str]:
    return [text[start:end] for start, end in sentences(text, kind)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("窓口を変えます。手続を減らします。", ["窓口を変えます。", "手続を減らします。"]),
        ("「書かない。待たない。」を掲げます。次", ["「書かない。待たない。」を掲げます。", "次"]),
        ("導入します（一部の課を除く。）。次です。", ["導入します（一部の課を除く。）。", "次です。"]),
        ("幅が混ざる（第一。第二。)文です。次です。", ["幅が混ざる（第一。第二。)文です。", "次です。"]),
        ("閉じない「括弧です。次です。", ["閉じない「括弧です。", "次です。"]),
        ("閉じた」だけです。次です。", ["閉じた」だけです。", "次です。"]),
        ("使えますか？はい！使えます。", ["使えますか？", "はい！", "使えます。"]),
        ("「届け！未来便」と届け！を配る。", ["「届け！未来便」と届け！を配る。"]),
        ("https://example.jp/?q=1 を見る。次", ["https://example.jp/?q=1 を見る。", "次"]),
        ("整備を終えた。¹ 次です。", ["整備を終えた。¹", "次です。"]),
        ("整備を進める．利用を広げる．", ["整備を進める．", "利用を広げる．"]),
        ("1．目的\n2．期間", ["1．目的", "2．期間"]),
        ("括弧（行を\nまたぐ）文です。", ["括弧（行を\nまたぐ）文です。"]),
        ("・相談窓口\n・講習会", ["・相談窓口", "・講習会"]),
        ("  前後の空白 \n\n　", ["前後の空白"]),
        ("", []),
    ],
)
def test_prose(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


@pytest.mark.parametrize("kind", sorted(LINE_KINDS))
def test_a_heading_is_one_unit_a_line(kind: str) -> None:
    assert cut("1 目的。期間。\n（続き\n）", kind) == ["1 目的。期間。", "（続き", "）"]


def test_a_cell_breaks_at_lines_even_inside_brackets() -> None:
    assert cut("申請（窓口\n電子）。済んだ。", "table_cell") == ["申請（窓口", "電子）。", "済んだ。"]


@given(
    st.text(alphabet="あ語A。！？!?．「」（()）【\n\r \u3000¹1・を", max_size=60),
    st.sampled_from(["paragraph", "heading"]),
)
def test_spans_hold_every_character_once(text: str, kind: str) -> None:
    spans = sentences(text, kind)  # type: ignore[arg-type]
    assert all(text[a:b] == text[a:b].strip() != "" for a, b in spans)
    assert all(b <= c for (_, b), (c, _) in pairwise(spans))
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())


def test_ten_thousand_brackets_end_soon() -> None:
    text = "「（" * 5_000 + "。」" * 5_000
    assert "".join(cut(text)) == text


@pytest.mark.skipif(not SEEDS, reason="the shared example texts are not beside this checkout")
def test_seed_texts_are_conserved() -> None:
    for seed in SEEDS:
        text = seed.read_text(encoding="utf-8")
        assert "".join("".join(s.split()) for s in cut(text)) == "".join(text.split())
