"""The dataset for catalogues: schema.org/Dataset as JSON-LD, as data portals and search engines read it.

https://schema.org/Dataset; for the columns see ``datapackage.json``, to which it points.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

FILE = "dataset.jsonld"


def jsonld(folder: Path, package: Mapping[str, Any]) -> dict[str, Any]:
    """Describe the dataset in a folder.

    No licence is stated: what may be done with the text of a plan is for its publisher to say.

    Args:
        folder: where ``documents.parquet`` is.
        package: the content of its ``datapackage.json``.
    """
    columns = [
        "municipality",
        "prefecture",
        "title",
        "published",
        "period_start_fy",
        "period_end_fy",
        "sha256",
    ]
    documents = pq.read_table(folder / "documents.parquet", columns=columns).to_pylist()
    described = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": package["title"],
        "description": package["description"],
        "version": package["version"],
        "inLanguage": "ja",
        "keywords": ["自治体DX推進計画", "municipal digital transformation", "KPI", "Japan"],
        "measurementTechnique": "rules over page layout and labels, with provenance and confidence per row",
        "temporalCoverage": _period(documents),
        "spatialCoverage": [_place(*place) for place in sorted(_places(documents))],
        "isBasedOn": [_work(d) for d in documents if d["title"]],
        "distribution": [_file(resource) for resource in package["resources"]],
        "subjectOf": {"@type": "DataDownload", "contentUrl": "datapackage.json"},
    }
    return {key: value for key, value in described.items() if value}


def _period(documents: list[dict[str, Any]]) -> str | None:
    """First to last day of the plans' fiscal years (April to March); ``..`` where no end is known."""
    starts = [d["period_start_fy"] for d in documents if d["period_start_fy"]]
    ends = [d["period_end_fy"] for d in documents if d["period_end_fy"]]
    if not starts:
        return None
    return f"{min(starts)}-04-01/{f'{max(ends) + 1}-03-31' if ends else '..'}"


def _places(documents: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(d["prefecture"] or "", d["municipality"]) for d in documents if d["municipality"]}


def _place(prefecture: str, municipality: str) -> dict[str, Any]:
    return {"@type": "Place", "name": municipality, "address": f"日本 {prefecture}{municipality}"}


def _work(document: Mapping[str, Any]) -> dict[str, Any]:
    work = {
        "@type": "CreativeWork",
        "name": document["title"],
        "datePublished": document["published"],
        "sourceOrganization": document["municipality"],
        "identifier": f"sha256:{document['sha256']}",
    }
    return {key: value for key, value in work.items() if value}


def _file(resource: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@type": "DataDownload",
        "name": resource["name"],
        "description": resource["description"],
        "contentUrl": resource["path"],
        "encodingFormat": resource["mediatype"],
        "contentSize": f"{resource['size']} B",
        "sha256": resource["sha256"],
    }
