from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dxplan.dataset import Dataset
from dxplan.storage import catalogue
from dxplan.tables import TABLES


@pytest.fixture(scope="module")
def described(sample: Dataset) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((sample.folder / catalogue.FILE).read_text(encoding="utf-8"))
    return found


def test_a_run_describes_its_dataset_for_catalogues(described: dict[str, Any], sample: Dataset) -> None:
    assert (described["@context"], described["@type"]) == ("https://schema.org/", "Dataset")
    assert described["temporalCoverage"] == "2021-04-01/2031-03-31"
    places = {place["name"] for place in described["spatialCoverage"]}
    assert places == set(sample.documents()["municipality"])
    works = {work["name"]: work for work in described["isBasedOn"]}
    assert works["澄川野市DX推進計画"]["identifier"].startswith("sha256:")


def test_every_file_it_names_is_there_as_it_says(described: dict[str, Any], sample: Dataset) -> None:
    assert [file["name"] for file in described["distribution"]] == list(TABLES)
    for file in described["distribution"]:
        path: Path = sample.folder / file["contentUrl"]
        assert file["contentSize"] == f"{path.stat().st_size} B"
    assert (sample.folder / described["subjectOf"]["contentUrl"]).exists()


def test_plans_without_a_period_leave_it_out() -> None:
    nothing = {"period_start_fy": None, "period_end_fy": None}
    assert catalogue._period([nothing]) is None
    assert catalogue._period([nothing | {"period_start_fy": 2026}]) == "2026-04-01/.."
