"""The ratchet: strict F1 never falls below the floors of tests/accuracy.json, on known plans and on others."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import accuracy

STORED = accuracy.stored()
OTHER_PLANS = "the plans have changed: measure again with python -m tools.accuracy --raise and read the diff"


def test_the_floors_belong_to_this_corpus() -> None:
    assert {STORED[reader]["sha256"] for reader in accuracy.READERS} == {accuracy.corpus_sha256()}, (
        OTHER_PLANS
    )


@pytest.mark.parametrize("reader", accuracy.READERS)
def test_no_table_falls_below_its_floor(reader: str, tmp_path: Path) -> None:
    _, figures = accuracy.measure(reader, tmp_path)
    assert accuracy.lowered(reader, STORED[reader]["floors"], figures) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", accuracy.UNSEEN)
def test_plans_nobody_has_seen_are_read_as_well_as_before(name: str, tmp_path: Path) -> None:
    digest, figures = accuracy.measure(name, tmp_path)
    assert digest == STORED[name]["sha256"], OTHER_PLANS
    assert accuracy.lowered(name, STORED[name]["floors"], figures) == []


def test_a_fallen_figure_is_named() -> None:
    assert accuracy.lowered("mupdf", {"kpis": 0.97}, {"kpis": 0.96}) == ["mupdf kpis: 0.96 < 0.97"]
