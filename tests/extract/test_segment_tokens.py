"""Tokens keep the raw text, know the field's words, and never fail on length."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from extract.segment import tokens
from extract.segment.tokens import Tokenizer, chunks, dictionary_version

ROOT = Path(__file__).parents[2]
SEEDS = sorted((ROOT.parent / "shared" / "seeds").glob("*.txt"))


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer()


def dense(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(
    ("text", "word", "normalized", "units"),
    [
        ("書かない窓口を開く", "書かない窓口", "書かない窓口", ("書か", "ない", "窓口")),
        ("フロントヤード改革", "フロントヤード改革", "フロントヤード改革", ("フロント", "ヤード", "改革")),
        ("デジタルデバイド対策", "デジタルデバイド", "デジタルデバイド", ("デジタル", "デバイド")),
        ("デジタル・デバイド", "デジタル・デバイド", "デジタルデバイド", ("デジタル", "・", "デバイド")),
        ("ｅＬ－ＱＲを付ける", "ｅＬ－ＱＲ", "eL-QR", ("ｅＬ", "－", "ＱＲ")),
        ("ＥＢＰＭの浸透", "ＥＢＰＭ", "EBPM", ("ＥＢＰＭ",)),
        ("Society 5.0の実現", "Society 5.0", "Society 5.0", ("Society", "5.0")),
        ("オンライン手続きを増やす", "オンライン手続き", "オンライン手続", ("オンライン", "手続き")),
    ],
)
def test_words_of_the_field_are_one_token(
    tokenizer: Tokenizer, text: str, word: str, normalized: str, units: tuple[str, ...]
) -> None:
    token = next(t for t in tokenizer.tokenize(text) if t.surface == word)
    assert (token.normalized_form, token.a_units, token.is_oov) == (normalized, units, False)


def test_every_word_of_the_dictionary_is_found_alone(tokenizer: Tokenizer) -> None:
    words = [line.split("\t")[0] for line in tokens._lexicon_source().splitlines()]
    assert len(words) == len(set(words)) > 150
    assert [w for w in words if [t.surface for t in tokenizer.tokenize(w)] != [w]] == []


def test_a_word_of_the_dictionary_is_not_cut_out_of_another(tokenizer: Tokenizer) -> None:
    found = tokenizer.tokenize("PHPとデジタルデバイス")
    assert [t.surface for t in found] == ["PHP", "と", "デジタル", "デバイス"]


def test_a_circled_number_is_a_mark_not_a_digit(tokenizer: Tokenizer) -> None:
    found = tokenizer.tokenize("①2件")
    assert [(t.surface, t.normalized_form) for t in found] == [("①", "①"), ("2", "2"), ("件", "件")]


def test_a_radical_is_read_as_its_ideograph(tokenizer: Tokenizer) -> None:
    found = tokenizer.tokenize("市⺠の⼿続き")
    assert [(t.surface, t.lemma) for t in found] == [("市⺠", "市民"), ("の", "の"), ("⼿続き", "手続き")]


def test_a_letter_of_another_script_is_read_as_the_one_meant(tokenizer: Tokenizer) -> None:
    found = tokenizer.tokenize("デジタルデバйд対策")
    assert [(t.surface, t.normalized_form) for t in found] == [
        ("デジタルデバйд", "デジタルデバイド"),
        ("対策", "対策"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "㍻の㈱と㍿と㌔",
        "漢字(かんじ)を\t読む",
        "か\u3099く\x00\u200b",
        "葛\U000e0100城",
        "👨‍👩‍👧の𠮟る",
        "１，２００人～ー—…",
        "Robotic  Process Automation",
    ],
)
def test_surfaces_are_the_raw_text(tokenizer: Tokenizer, text: str) -> None:
    found = tokenizer.tokenize(text)
    assert all(text[t.start : t.end] == t.surface for t in found)
    assert dense("".join(t.surface for t in found)) == dense(text)
    assert all(dense("".join(t.a_units)) == dense(t.surface) for t in found)


def test_text_beyond_the_engines_limit(tokenizer: Tokenizer) -> None:
    text = "行政手続をオンラインでできるようにします。" * 1_000 + "𠮟" * 15_000
    found = tokenizer.tokenize(text)
    assert all(text[t.start : t.end] == t.surface for t in found)
    assert "".join(t.surface for t in found) == text


def test_chunks_end_after_a_sentence() -> None:
    text = "ああ。いいい。うう"
    assert list(chunks(text, 24)) == [(0, "ああ。いいい。"), (7, "うう")]


@pytest.mark.skipif(not SEEDS, reason="the shared example texts are not beside this checkout")
def test_seed_lines_map_back(tokenizer: Tokenizer) -> None:
    for seed in SEEDS:
        for line in seed.read_text(encoding="utf-8").splitlines():
            found = tokenizer.tokenize(line)
            assert all(line[t.start : t.end] == t.surface for t in found)
            assert dense("".join(t.surface for t in found)) == dense(line)


def test_processes_that_start_together_share_one_dictionary(tmp_path: Path) -> None:
    script = "from extract.segment.tokens import *; print(Tokenizer().tokenize('書かない窓口')[0].surface)"
    command = [sys.executable, "-c", script]
    env = {**os.environ, "XDG_CACHE_HOME": str(tmp_path), "PYTHONIOENCODING": "utf-8"}
    running = [subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE) for _ in range(2)]
    assert [p.communicate()[0].decode().strip() for p in running] == ["書かない窓口"] * 2
    assert sorted(p.suffix for p in (tmp_path / "dxplan").iterdir()) == [".dic", ".sha256"]


def test_the_version_names_both_dictionaries() -> None:
    assert dictionary_version().startswith("sudachidict_core 20")
    assert " + user " in dictionary_version()
