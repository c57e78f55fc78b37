"""What debug draws over a page tells what each label and column was taken for."""

from __future__ import annotations

from pathlib import Path

from extract.pipeline import structure_of
from extract.read.source import read_source
from extract.structure.explain import Note, notes

PLAN = Path(__file__).parents[2] / "corpora" / "sample" / "suzukake.pdf"


def test_a_pages_labels_columns_and_headings_are_told_with_their_places() -> None:
    _, document, readings = structure_of(read_source(PLAN))
    told: list[Note] = [n for page in document.pages for n in notes(document, readings, page.number)]
    said = {(n.about, n.said.split()[0]) for n in told}
    assert {("label", "overview"), ("column", "target"), ("table", "indicators")} <= said
    widths = {page.number: page.width for page in document.pages}
    assert all(0 <= n.box.x0 < n.box.x1 <= max(widths.values()) + 1 for n in told)
    assert all(n.margin is not None for n in told if n.about in ("label", "table"))
