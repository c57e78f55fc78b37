"""The ratchet: strict F1 on the bundled plans never falls below the floors of tests/accuracy.json."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools import accuracy

STORED = json.loads(accuracy.FLOORS.read_text(encoding="utf-8"))


def test_the_floors_belong_to_this_corpus() -> None:
    assert STORED["corpus_sha256"] == accuracy.corpus_sha256(), (
        "the bundled plans have changed: measure again with python tools/accuracy.py --raise and read the diff"
    )


@pytest.mark.parametrize("reader", accuracy.READERS)
def test_no_table_falls_below_its_floor(reader: str, tmp_path: Path) -> None:
    figures = {reader: accuracy.measure(reader, tmp_path)}
    assert accuracy.lowered({reader: STORED["floors"][reader]}, figures) == []


def test_a_fallen_figure_is_named() -> None:
    assert accuracy.lowered({"mupdf": {"kpis": 0.97}}, {"mupdf": {"kpis": 0.96}}) == [
        "mupdf kpis: 0.96 < 0.97"
    ]
