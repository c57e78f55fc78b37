"""The whole way on the bundled plans: what ``make run`` does, and what a reader then finds."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

import dxplan
from dxplan import score
from dxplan.dataset import Dataset
from dxplan.tables import PROVENANCE, TABLES
from tests.dxplan.conftest import SAMPLE

TRUTH = sorted((SAMPLE / "truth").glob("*.json"))


def test_every_plan_is_read(sample: Dataset) -> None:
    documents = sample.documents.arrow().to_pylist()
    assert len(documents) == len(TRUTH) >= 5
    assert {d["status"] for d in documents} == {"ok"}
    assert all(d["municipality_code"] or d["municipality"] for d in documents)


def test_both_runs_give_equal_bytes(sample: Dataset, tmp_path: Path) -> None:
    dxplan.run(SAMPLE, tmp_path, jobs=1)
    for name in TABLES:
        first, second = (
            hashlib.sha256((folder / f"{name}.parquet").read_bytes()).hexdigest()
            for folder in (sample.folder, tmp_path)
        )
        assert first == second, name


@pytest.mark.parametrize("name", [n for n, t in TABLES.items() if t.key])
def test_keys_are_unique(sample: Dataset, name: str) -> None:
    rows = sample.read(name).select(list(TABLES[name].key)).to_pylist()
    keys = [tuple(row.values()) for row in rows]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("name", [n for n, t in TABLES.items() if set(PROVENANCE) <= set(t.columns)])
def test_every_row_says_where_it_is_from(sample: Dataset, name: str) -> None:
    from_pdf = {d["doc_id"] for d in sample.documents.arrow().to_pylist() if d["text_source"] != "text"}
    for row in sample.read(name).to_pylist():
        assert row["source_text"], row
        assert row["rule"], row
        assert 0 <= row["confidence"] <= 1, row
        assert (row["page"] is not None) == (row["doc_id"] in from_pdf), row


def test_offsets_point_into_the_canonical_text(sample: Dataset) -> None:
    for document in sample.documents.arrow().to_pylist():
        blocks = sample.blocks.arrow(doc_id=document["doc_id"]).to_pylist()
        text = "\n".join(b["text"] for b in blocks)
        for block in blocks:
            assert text[block["char_start"] : block["char_end"]] == block["text"]


def test_rows_point_at_rows_that_are_there(sample: Dataset) -> None:
    measures = set(sample.measures.arrow().column("measure_id").to_pylist()) | {None}
    for name in ("kpis", "schedules", "national_links"):
        assert set(sample.read(name).column("measure_id").to_pylist()) <= measures, name


def test_no_schedule_claims_an_exact_span_that_is_wrong(sample: Dataset) -> None:
    schedules = score.score(sample.folder, TRUTH)["schedules"]
    assert schedules.field_shares["no_false_exact"] == 1.0
