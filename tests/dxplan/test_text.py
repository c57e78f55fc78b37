"""A plan's text in spaCy: what stands where, and that it comes back from a file."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dxplan.dataset import Dataset

spacy = pytest.importorskip("spacy")

from spacy.tokens import Doc, DocBin  # noqa: E402

from dxplan.dataset.text import doc_of, pipeline  # noqa: E402


def block(
    number: int, text: str, kind: str = "paragraph", rows: list[str] | None = None
) -> dict[str, object]:
    return {"block_id": f"b{number}", "text": text, "kind": kind, "page": number, "claimed_by": rows}


@pytest.fixture(scope="module")
def doc() -> Doc:
    blocks = [
        block(1, "渚市DX推進計画", "header"),
        block(1, "窓口の改革", "heading", ["m1"]),
        block(2, "電子申請を1,200件に増やす。令和8年度から始める。", rows=["m1", "k1"]),
        block(3, "別の話。"),
        block(4, "Wi - Fiを20台に増やす。", rows=["m1"]),
    ]
    return doc_of(blocks, [{"measure_id": "m1"}])


def test_every_span_knows_its_page_its_block_and_the_rows_made_of_it(doc: Doc) -> None:
    first, second = doc.spans["quantities"]
    assert (first._.value, first._.unit, first._.page, first._.block_id) == (1200, "件", 2, "b2")
    assert first._.records == ["m1", "k1"]
    assert (second.text, second._.page) == ("20台", 4)
    assert [(term._.canonical, term._.page) for term in doc.spans["terms"]] == [("電子申請", 2), ("Wi-Fi", 4)]
    assert doc.spans["dates"][0]._.fy == 2026
    assert first.sent.text.strip() == "電子申請を1,200件に増やす。"


def test_blocks_and_measures_are_spans_and_running_heads_are_left_out(doc: Doc) -> None:
    assert next((b.label_, b.text) for b in doc.spans["blocks"]) == ("heading", "窓口の改革")
    assert len(doc.spans["blocks"]) == 4
    assert [m.text.count("\n") for m in doc.spans["measures"]] == [1, 0]  # another's text stands between


def test_a_text_of_no_plan_has_no_place() -> None:
    token = pipeline()("電子申請")[0]
    assert (token._.page, token._.block_id, token._.records) == (None, None, [])


def test_plans_go_into_a_file_of_spacy_and_come_back(sample: Dataset) -> None:
    docs = list(sample.docs())
    assert len(docs) == sample.rows["documents"]
    kept = DocBin(docs=docs[:1], store_user_data=True).to_bytes()
    (back,) = DocBin().from_bytes(kept).get_docs(pipeline().vocab)
    assert back.user_data["municipality"] == docs[0].user_data["municipality"]
    for name in ("terms", "quantities", "measures"):
        was = [(s.text, s.label_, s._.page, s._.value) for s in docs[0].spans[name]]
        assert [(s.text, s.label_, s._.page, s._.value) for s in back.spans[name]] == was
        assert was


def test_a_dataset_opens_without_spacy() -> None:
    code = "import sys, dxplan.dataset; print('spacy' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"
