"""spaCy documents hold our tokens, sentences and terms, and the raw text."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

spacy = pytest.importorskip("spacy")

from extract.segment.components import dxplan_ja  # noqa: E402
from extract.segment.tokens import Tokenizer  # noqa: E402

TEXT = "書かない窓口（転入。転出。）を開く。  A I と\tデジタルデバйд対策\nを進める。"


@pytest.fixture(scope="module")
def nlp() -> spacy.Language:
    return dxplan_ja()


@pytest.mark.parametrize("text", [TEXT, "", " ", "  先頭", "末尾 ", "全角　空白\r\n改行", "a  b", "①2件"])
def test_the_text_is_kept(nlp: spacy.Language, text: str) -> None:
    assert nlp(text).text == text


def test_tokens_are_ours(nlp: spacy.Language) -> None:
    doc = nlp(TEXT)
    words = [t for t in doc if not t.is_space]
    ours = Tokenizer().tokenize(TEXT)
    assert [(t.idx, t.text, t.lemma_) for t in words] == [(w.start, w.surface, w.lemma) for w in ours]
    first = words[0]
    assert (first.tag_, first._.a_units, first.morph.get("Reading")) == (
        "名詞-普通名詞",
        ("書か", "ない", "窓口"),
        ["カカナイマドグチ"],
    )


def test_sentences_keep_brackets_whole(nlp: spacy.Language) -> None:
    assert [s.text.strip() for s in nlp(TEXT).sents] == [
        "書かない窓口（転入。転出。）を開く。",
        "A I と\tデジタルデバйд対策",
        "を進める。",
    ]


def test_terms_are_spans_with_their_canonical_form(nlp: spacy.Language) -> None:
    doc = nlp(TEXT)
    assert [(s.text, s._.canonical, s._.kind) for s in doc.spans["terms"]] == [
        ("書かない窓口", "書かない窓口", None),
        ("A I", "AI", "spacing"),
        ("デジタルデバйд", "デジタルデバイド", "homoglyph"),
    ]


def test_segmenting_alone_does_not_load_spacy() -> None:
    code = "import sys, extract.segment.tokens, extract.segment.sentences; print('spacy' in sys.modules)"
    root = Path(__file__).parents[2]
    shown = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"


def test_figures_are_spans_that_say_what_they_are(nlp: spacy.Language) -> None:
    doc = nlp("松江市は令和8年度までに電子申請を1.2万件にする。府中市も続く。")
    spans = {
        key: [(s.text, s._.value, s._.unit, s._.fy, s._.code) for s in doc.spans[key]] for key in doc.spans
    }
    assert spans["quantities"] == [("1.2万件", 12000, "件", None, None)]
    assert [(text, fy) for text, _, _, fy, _ in spans["dates"]] == [("令和8年度までに", 2026)]
    assert [(text, code) for text, *_, code in spans["municipalities"]] == [
        ("松江市", "322016"),
        ("府中市", None),
    ]
