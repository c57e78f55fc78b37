"""Characters: the normal form, the comparison key, and the marks before and after a phrase."""

from __future__ import annotations

import unicodedata
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normalize.characters import (
    fold_width,
    nfc,
    normalize,
    split_number,
    squash,
    strip_bullet,
    strip_note_marks,
)

NORMAL = [
    # width
    ("ＤＸ推進計画（案）", "DX推進計画(案)"),
    ("ﾃﾞｼﾞﾀﾙ ｶﾞﾊﾞﾒﾝﾄ", "デジタルガバメント"),
    ("㋿8年度", "令和8年度"),
    ("床面積120㎡", "床面積120㎡"),
    ("床面積120m²", "床面積120㎡"),
    ("第Ⅱ期", "第Ⅱ期"),
    ("など…", "など…"),
    ("㈱山川", "(株)山川"),
    ("ハ゛ス予約", "バス予約"),
    # a circled number is a list mark, never a digit of what follows
    ("①2件", "①2件"),
    ("⑫手続の棚卸し", "⑫手続の棚卸し"),
    # radicals and compatibility ideographs
    ("市⺠の⽣活", "市民の生活"),
    ("⻑期⼊院・⼾籍", "長期入院・戸籍"),
    ("⿊⽥⾭⼭", "黒田青山"),
    ("福\ufa1b祉", "福福祉"),
    ("葛\U000e0100城", "葛城"),
    # letters of other scripts
    ("デジタルデバйド", "デジタルデバイド"),
    ("АІの活用", "AIの活用"),
    ("RРАツール", "RPAツール"),
    ("dıgital", "digital"),
    ("βテスト", "βテスト"),
    ("Привет", "Привет"),
    ("规格の统一", "规格の統一"),
    # katakana and its look-alikes
    ("デ一タ連携", "データ連携"),
    ("サ―ビス", "サービス"),
    ("ユーザ－の声", "ユーザーの声"),
    ("システム口グ", "システムログ"),
    ("二ーズ調査", "ニーズ調査"),
    ("へルプデスク", "ヘルプデスク"),
    ("市役所ヘ行く", "市役所へ行く"),
    ("窓ロ", "窓口"),
    ("ー人ひとり", "一人ひとり"),
    ("統ーする", "統一する"),
    ("人エ知能", "人工知能"),
    # ... and where the look-alike is the letter meant
    ("サービスへアクセス", "サービスへアクセス"),
    ("スタッフ力アップ研修", "スタッフ力アップ研修"),
    ("デジタル力の向上", "デジタル力の向上"),
    ("サイト口コミ", "サイト口コミ"),
    ("サービス一覧", "サービス一覧"),
    ("窓口サービス一カ所", "窓口サービス一カ所"),
    ("サーバー部の更新", "サーバー部の更新"),
    ("購入カード", "購入カード"),
    ("12カ所", "12カ所"),
    ("用語(ア-ウ)", "用語(ア-ウ)"),
    # spaced letters
    ("A I の活用", "AIの活用"),
    ("I o T", "IoT"),
    ("e L - Q R の導入", "eL-QRの導入"),
    ("R P A・A I", "RPA・AI"),
    ("Ｉ ｏ Ｔ機器", "IoT機器"),
    ("Wi - Fi", "Wi-Fi"),
    ("Wide Area Network", "Wide Area Network"),
    ("Plan A B", "Plan A B"),
    ("Al-OCR", "AI-OCR"),
    # dashes, waves, dots
    ("R8〜R12", "R8～R12"),
    ("R8∽R12、R8˜R12", "R8～R12、R8～R12"),
    ("R8~R12", "R8～R12"),
    ("1 − 2", "1-2"),
    ("eL‐QR", "eL-QR"),
    ("デジタル･ガバメント", "デジタル・ガバメント"),
    ("デジタル·ガバメント", "デジタル・ガバメント"),
    ("https://example.jp/~dx", "https://example.jp/~dx"),
    # note marks
    ("テレワーク※の試行", "テレワークの試行"),
    ("BPR¹の徹底", "BPRの徹底"),
    ("オープンデータ(※2)", "オープンデータ"),
    ("転出届\\*", "転出届"),
    ("クラウド※1を使う", "クラウドを使う"),
    ("対象※3件", "対象3件"),
    # white space
    ("令和 8 年度　策定", "令和8年度策定"),
    ("公開型 GIS", "公開型GIS"),
    ("情報\n発信", "情報発信"),
    ("Society\n5.0 の実現", "Society 5.0の実現"),
    ("R 3 年度", "R3年度"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "expected"), NORMAL)
def test_normal_form(text: str, expected: str) -> None:
    assert normalize(text) == expected


def test_every_radical_has_its_ideograph() -> None:
    kangxi = [chr(c) for c in range(0x2F00, 0x2FD6)]
    supplement = [chr(c) for c in range(0x2E81, 0x2EF4) if c != 0x2E9A]
    folded = {c: fold_width(c) for c in kangxi + supplement}
    assert all(unicodedata.name(ideograph).startswith("CJK UNIFIED") for ideograph in folded.values())
    # Unicode's own data agree, but for the four whose Japanese form is another character.
    other = {c for c in kangxi if unicodedata.normalize("NFKC", c) != folded[c]}
    assert {folded[c] for c in other} == {"戸", "青", "黄", "黒"}


def test_every_homoglyph_row_has_a_context_that_is_used() -> None:
    rows = files("normalize.data").joinpath("homoglyphs.tsv").read_text("utf-8").splitlines()
    contexts = {row.split("\t")[2] for row in rows if not row.startswith("#")} - {"context"}
    known = {"latin", "katakana", "between_katakana", "before_long_vowel", "word", "kanji_word", "token"}
    assert contexts == known


def test_compatibility_ideographs_are_unified() -> None:
    for code in [*range(0xF900, 0xFA0E), 0xFA10, 0xFA12, 0xFA1B, 0xFA5B, 0x2F800]:
        assert fold_width(chr(code)) == unicodedata.normalize("NFC", chr(code)) != chr(code)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("デジタル・ガバメント", "デジタルガバメント"),
        ("Society5.0", "Society 5.0"),
        ("ＡＩ−ＯＣＲ", "ai ocr"),
        ("「窓口」の改革", "窓口の改革"),
        ("第Ⅱ期", "第II期"),
        ("A I", "AI"),
    ],
)
def test_squash_joins_what_differs_in_marks_only(one: str, other: str) -> None:
    assert squash(one) == squash(other)


@pytest.mark.parametrize(
    ("one", "other"), [("①2件", "12件"), ("デバイス", "デバイド"), ("サーバ", "サーバー")]
)
def test_squash_keeps_apart_what_differs_in_letters(one: str, other: str) -> None:
    assert squash(one) != squash(other)


BULLETS = [
    ("・窓口の改革", "窓口の改革"),
    ("･ 窓口", "窓口"),
    ("● 総括", "総括"),
    ("○窓口", "窓口"),
    ("■　計画の期間", "計画の期間"),
    ("- 予約システム", "予約システム"),
    ("* 予約システム", "予約システム"),
    ("–予約システム", "予約システム"),
    ("③申請の電子化", "申請の電子化"),
    ("\uf06c 研修", "研修"),
    ("- ・ 二重の印", "二重の印"),
    ("〇件", "〇件"),
    ("-5%", "-5%"),
    ("○", "○"),
    ("-", "-"),
    ("―", "―"),
    ("DX-ready", "DX-ready"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "expected"), BULLETS)
def test_bullets_go_and_numbers_stay(text: str, expected: str) -> None:
    assert strip_bullet(text) == expected


HEADINGS = [
    ("第1章 計画の目的", "第1章", "計画の目的"),
    ("第２節　体制", "第２節", "体制"),
    ("第一章 総論", "第一章", "総論"),
    ("第1 計画の概要", "第1", "計画の概要"),
    ("1-1 背景", "1-1", "背景"),
    ("1 - 2 . 国の動き", "1 - 2", "国の動き"),
    ("3-1. 相談の場", "3-1", "相談の場"),
    ("1.2 期間", "1.2", "期間"),
    ("2-1人材の確保", "2-1", "人材の確保"),
    ("(1) 申請の電子化", "(1)", "申請の電子化"),
    ("（１）申請の電子化", "（１）", "申請の電子化"),
    ("① 申請の電子化", "①", "申請の電子化"),
    ("⑪-1 内部の改革", "⑪-1", "内部の改革"),
    ("1. AIの活用", "1", "AIの活用"),
    ("1．はじめに", "1", "はじめに"),
    ("1 | 基本的事項", "1", "基本的事項"),
    ("5 推進体制", "5", "推進体制"),
    ("8　具体的な取組", "8", "具体的な取組"),
    ("1はじめに", "1", "はじめに"),
    ("Ⅰ 総論", "Ⅰ", "総論"),
    ("Ⅱ－1 各論", "Ⅱ－1", "各論"),
    ("ア 窓口", "ア", "窓口"),
    ("(ア) 窓口", "(ア)", "窓口"),
    ("A. 概要", "A", "概要"),
    ("2 計画の位置付け", "2", "計画の位置付け"),
]


@pytest.mark.parametrize(("text", "number", "title"), HEADINGS)
def test_a_heading_gives_its_number_as_printed(text: str, number: str, title: str) -> None:
    assert split_number(text) == (number, title)


@pytest.mark.parametrize(
    "text",
    [
        "【基本方針1】窓口の改革",
        "基本方針1 窓口の改革",
        "48手続のオンライン化",
        "3.5%",
        "62 件",
        "2040年問題への備え",
        "令和8年度の取組",
        "第2次計画",
        "Ⅱ期の工程",
        "AIの活用",
        "一人ひとりに届く",
        "イベントの案内",
        "5G基地局",
        "①",
    ],
)
def test_a_heading_without_a_number_is_left_whole(text: str) -> None:
    assert split_number(text) == (None, text)


MARKS = [
    ("テレワーク※", "テレワーク"),
    ("テレワーク※1", "テレワーク"),
    ("オープンデータ（※）", "オープンデータ"),
    ("転出届*", "転出届"),
    ("転出届＊2", "転出届"),
    ("BPR†", "BPR"),
    ("BPR¹²", "BPR"),
    ("ガバメントクラウド※の活用", "ガバメントクラウドの活用"),
    ("AI※2・RPA※3の活用", "AI・RPAの活用"),
    ("チャットボット*等の検討", "チャットボット等の検討"),
    ("幅3*4mの部屋", "幅3*4mの部屋"),
    ("用語(注1)", "用語"),
    ("用語 注2)", "用語"),
    ("面積10m²", "面積10m²"),
    ("※印は対象外", "※印は対象外"),
    ("※", "※"),
    ("対象※3件", "対象3件"),
]


@pytest.mark.parametrize(("text", "expected"), MARKS)
def test_note_marks_go_and_exponents_stay(text: str, expected: str) -> None:
    assert strip_note_marks(text) == expected


JAPANESE_LIKE = st.text(
    st.sampled_from(
        "データ一ーロ口カ力ニ二へヘべ市⺠①⑫A I-R~～※*¹mé²12 3.・（）\n　йАαβ・統ﾃﾞ゛〇○年度人部のを"
    ),
    max_size=30,
)
ANY_TEXT = st.text(max_size=60) | JAPANESE_LIKE


@given(ANY_TEXT)
def test_the_normal_form_is_stable(text: str) -> None:
    once = normalize(text)
    assert normalize(once) == once
    assert squash(once) == squash(text)
    assert nfc(once) == once


@given(ANY_TEXT)
def test_stripping_never_empties_a_text(text: str) -> None:
    for strip in (strip_bullet, strip_note_marks):
        assert bool(strip(text)) == bool(text)


@given(ANY_TEXT)
def test_a_heading_s_parts_are_parts_of_it(text: str) -> None:
    number, title = split_number(text)
    assert text.strip().endswith(title)
    assert number is None or (text.strip().startswith(number) and title)


@given(
    st.text(st.characters(min_codepoint=0x2460, max_codepoint=0x2473), min_size=1, max_size=1),
    st.integers(0, 99),
)
def test_a_circled_number_never_joins_a_digit(mark: str, number: int) -> None:
    assert normalize(f"{mark}{number}件") == f"{mark}{number}件"
