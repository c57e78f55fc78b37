"""Every character of a plan stands in exactly one block, whichever reader read it."""

from __future__ import annotations

import unicodedata
from collections import Counter
from pathlib import Path

import pymupdf
import pytest

from extract.document import assemble
from extract.layout.isolate import layout
from extract.read.source import READERS, read_source

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
