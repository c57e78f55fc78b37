"""What goes wrong in one reader or on one page: the rest of the document is there all the same."""

from __future__ import annotations

from typing import Any

import pymupdf
import pytest

from extract import pipeline
from extract.layout import isolate, pages
from extract.layout.names import Words
from extract.limits import Extent, Limits
from extract.model import Metadata, PageLayout, Source
from extract.read import mupdf
from extract.read import source as reading
from extract.read.sniff import ReadError


@pytest.fixture
def plan(tmp_path: Any) -> Any:
    document = pymupdf.open()
    for number in range(1, 4):
        page = document.new_page()
        page.insert_text((72, 90), f"第{number}章 書かない窓口", fontname="japan", fontsize=18)
        page.insert_text(
            (72, 140), "住民が同じことを何度も書かない窓口にします。", fontname="japan", fontsize=11
        )
    path = tmp_path / "plan.pdf"
    document.save(path)
    return path


def codes(notes: Any) -> list[tuple[str, int | None]]:
    return [(d.code, d.page) for d in notes]


def test_a_file_that_one_reader_cannot_open_is_read_by_the_other(plan: Any, monkeypatch: Any) -> None:
    def fail(data: bytes) -> Any:
        raise ReadError.unreadable("no xref")

    monkeypatch.setattr(mupdf, "_open", fail)
    source = reading.read_source(plan)
    assert "書かない窓口" in source.pages[2].lines[0].text
    assert codes(source.diagnostics) == [("reader_fallback", None)]
    assert "no xref" in source.diagnostics[0].message


def test_a_page_that_one_reader_cannot_read_is_read_by_the_other(plan: Any, monkeypatch: Any) -> None:
    page_of = mupdf._page

    def fail(document: Any, number: int, most: int) -> Any:
        if number == 2:
            raise RuntimeError("syntax error in content stream")
        return page_of(document, number, most)

    monkeypatch.setattr(mupdf, "_page", fail)
    source = reading.read_source(plan)
    assert [p.lines[0].text[:3] for p in source.pages] == ["第1章", "第2章", "第3章"]
    assert codes(source.diagnostics) == [("reader_fallback", 2)]


@pytest.mark.parametrize(
    ("error", "code"), [(RecursionError, "extractor_fault"), (MemoryError, "memory_limit")]
)
def test_a_page_whose_layout_fails_keeps_its_text(plan: Any, monkeypatch: Any, error: Any, code: str) -> None:
    layout_of = pages.layout_pages

    def fail(source: Source, words: Words) -> list[PageLayout]:
        if any(page.number == 2 for page in source.pages):
            raise error("too deep")
        return layout_of(source, words)

    monkeypatch.setattr(pages, "layout_pages", fail)
    found = isolate.layout(reading.read_source(plan))
    assert [codes(p.diagnostics) for p in found] == [[], [(code, 2)], []]
    assert [type(item).__name__ for item in found[1].items] == ["Block", "Block"]
    rows = pipeline.extract_document(plan).rows
    assert rows["documents"][0]["status"] == "partial"
    assert sum("書かない窓口" in row["text"] for row in rows["blocks"]) >= 3


def test_what_the_manifest_knows_stands_where_the_document_is_silent(tmp_path: Any) -> None:
    path = tmp_path / "plan.txt"
    path.write_text("窓口の改善\n\n書かない窓口を設けます。\n", encoding="utf-8")
    known = Metadata(municipality="みほん区", prefecture="東京都", municipality_code="131016", title="DX計画")
    rows = pipeline.extract_document(path, known=known).rows
    (document,) = rows["documents"]
    assert document["doc_id"].startswith("131016-")
    assert (document["municipality"], document["title"]) == ("みほん区", "DX計画")
    assert [d["code"] for d in rows["diagnostics"]] == ["from_manifest"]


def test_a_limit_that_was_not_reached_may_change(plan: Any) -> None:
    wide, narrow = Limits(pages=100), Limits(pages=10)
    assert wide.same_effect(narrow, Extent(pages=3))
    assert not wide.same_effect(narrow, Extent(pages=50))
    assert not narrow.same_effect(wide, Extent(pages=50))
    assert narrow.same_effect(narrow, Extent(pages=50))
    assert pipeline.extract_document(plan, limits=narrow).extent.pages == 3
