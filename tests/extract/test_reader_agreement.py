"""Both PDF readers lead to the same records; only the last fractions of a point of a box may differ."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from extract.pipeline import extract_document

ROOT = Path(__file__).parents[2]
PLANS = [
    *sorted((ROOT / "corpora" / "sample").glob("*.pdf")),
    *sorted((ROOT.parent / "shared" / "plans").glob("*.pdf")),
]
RECORDS = (
    "documents",
    "policies",
    "measures",
    "kpis",
    "schedules",
    "glossary",
    "procedures",
    "progress",
    "figures",
)


def records(path: Path, reader: str) -> dict[str, list[dict[str, Any]]]:
    rows = extract_document(path, reader=reader).rows
    return {
        table: [{k: v for k, v in row.items() if k != "bbox"} for row in rows.get(table, [])]
        for table in RECORDS
    }


@pytest.mark.parametrize("path", PLANS, ids=lambda p: p.stem)
def test_both_readers_lead_to_the_same_records(path: Path) -> None:
    ours, theirs = records(path, "mupdf"), records(path, "plumber")
    for table in RECORDS:
        assert ours[table] == theirs[table], table


def test_the_shared_plans_are_compared_too() -> None:
    if not (ROOT.parent / "shared" / "plans").is_dir():
        pytest.skip("the shared sample plans are not here: only the bundled ones are compared")
    assert len(PLANS) > 7
