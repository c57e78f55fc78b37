from __future__ import annotations

from extract.read.text import parse
from extract.records import glossary
from tests.extract.text_plan import document

NOTED = """
# 1 背景

本町ではDX1を進め、RPA2と生成AI3を試しています。

- クラウド4を使います。

1 デジタルの力で仕事と暮らしをよい方へ変えること。
2 画面で行う決まった操作を、ソフトウェアが人の代わりに行う仕組みのこ
と。
3 指示に応じて文章や画像を作り出すAIのこと。
4 インターネットの先にある設備を借りて使う形のこと。
"""


def test_note_numbers_that_lost_their_place_define_the_words_before_them() -> None:
    found = {e.term: e.definition for e in glossary.extract(document(NOTED))}
    assert list(found) == ["DX", "RPA", "生成AI", "クラウド"]
    assert found["RPA"].endswith("行う仕組みのこと。")


def test_a_raised_number_is_no_part_of_the_text() -> None:
    texts = [p.clean for p in document(NOTED).blocks]
    assert "本町ではDXを進め、RPAと生成AIを試しています。" in texts


def test_numbered_sentences_that_nothing_refers_to_stay_a_list() -> None:
    text = "取組を進めます。\n\n1 窓口を見直します。受付を変えます。\n2 納付の方法を増やします。\n3 会議を見直します。"
    runs = [run for page in parse(text).pages for line in page.lines for run in line.runs]
    assert not any(run.superscript for run in runs)
