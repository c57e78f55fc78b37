"""Municipalities side by side: an item of the national plan, an indicator, a term, two editions of a plan.

Each function takes a dataset and returns one pandas frame with Arrow types. What is not sure is null in the
typed columns and marked in the columns made for reading: ``2026–?`` begins in 2026 and ends nobody knows
when; ``2030?`` is the end of the plan's period where a target names no year of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dxplan.dataset import Dataset
from dxplan.views.compare.editions import edition
from dxplan.views.compare.indicators import indicator
from dxplan.views.compare.items import item
from dxplan.views.compare.matrix import matrix
from dxplan.views.compare.terms import term
from dxplan.views.formats import Style

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["VIEWS", "edition", "indicator", "item", "matrix", "term"]

_YEARS = (
    "Years are fiscal years. 2026–? : the end is not known. 2030? : the end of the plan, for want of a year."
)
VIEWS: dict[str, tuple[Callable[[Dataset, str], pd.DataFrame], Style]] = {
    "item": (
        item,
        Style(
            {
                "municipality": "place", "plan": "plan", "measure": "measure", "entry": "entry",
                "what": "what", "from": "before", "to": "after", "years": "years", "certainty": "certainty",
            },
            leading=3,
            legend=_YEARS,
        ),
    ),
    "indicator": (
        indicator,
        Style(
            {
                "municipality": "place", "plan": "plan", "measure": "measure", "indicator": "what",
                "from": "before", "to": "after", "by": "years", "a year": "pace", "because": "why",
            },
            leading=2,
            legend=_YEARS,
            apart="comparable",
        ),
    ),
    "term": (
        term,
        Style(
            {
                "municipality": "place", "plan": "plan", "form": "form", "kind": "kind",
                "mentions": "n_mentions", "stands in": "stands_in", "contexts": "contexts",
            },
            leading=2,
            legend="Kind: how the form differs from the canonical one; empty where it is that one.",
        ),
    ),
    "edition": (
        edition,
        Style(
            {
                "municipality": "place", "earlier plan": "earlier_plan", "its measure": "earlier",
                "achieved": "achieved", "became": "relation", "later plan": "later_plan",
                "measure": "later", "score": "score", "evidence": "evidence",
            },
            leading=4,
            legend="Achieved: what the later plan reports. not_found: reported, but no such measure.",
        ),
    ),
}  # fmt: skip  # fmt: skip
