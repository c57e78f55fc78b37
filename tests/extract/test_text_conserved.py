"""Every character of a plan stands in exactly one block, whichever reader read it."""

from __future__ import annotations

import unicodedata
from collections import Counter
from pathlib import Path

import pymupdf
import pytest

from extract.layout.isolate import layout
from extract.pipeline import extract_document
from extract.read.source import READERS, read_source
from extract.structure.assemble import assemble

SAMPLE = Path(__file__).parents[2] / "corpora" / "sample"


def characters(text: str) -> Counter[str]:
    return Counter(c for c in unicodedata.normalize("NFC", text) if not c.isspace())


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("path", sorted(SAMPLE.glob("*.pdf")), ids=lambda p: p.stem)
def test_blocks_hold_the_text_of_the_pages(path: Path, reader: str) -> None:
    with pymupdf.open(path) as pdf:
        printed = characters("".join(page.get_text() for page in pdf))
    source = read_source(path, reader=reader)
    document = assemble(source, layout(source))
    assert characters(document.text) == printed


def test_the_normalised_sentence_has_no_note_marks_and_the_text_as_printed_has(tmp_path: Path) -> None:
    plan = tmp_path / "plan.txt"
    plan.write_text(
        "業務を見直します（BPR<sup>1</sup>の徹底）。\n\n---\n\n<sup>1</sup> 仕事の流れを改めること。\n"
    )
    rows = extract_document(plan).rows["sentences"]
    assert [(r["text"], r["text_norm"]) for r in rows] == [
        ("業務を見直します（BPR1の徹底）。", "業務を見直します(BPRの徹底)。"),
        ("1 仕事の流れを改めること。", "仕事の流れを改めること。"),
    ]
