"""Items of the national plan by municipality: one row a plan, one column an item."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal

import pyarrow as pa

from dxplan.dataset import Dataset
from dxplan.views.compare.places import PLACE, Made, places_of, rows_of, schema
from dxplan.views.formats import frame
from normalize import municipalities, national_plan
from normalize.national_plan import OTHER

if TYPE_CHECKING:
    import pandas as pd

_STRENGTH = {"explicit": 3, "title": 2, "content": 1}


def matrix(dataset: Dataset, show: Literal["basis", "measures"] = "basis") -> pd.DataFrame:
    """Which plan serves which item of the national plan, as a frame to filter and count.

    ``kind`` is the kind of body (都道府県, 指定都市, 市, 特別区, 町, 村), ``measures`` how many measures it
    has. A cell is null where nothing was found, which does not say that the plan has nothing.

    Args:
        dataset: the dataset.
        show: ``basis``: the surest link of an item (explicit, title, content); ``measures``: how many of
            the plan's measures are linked to it.
    """
    items = [item.id for item in national_plan.national_plan().items if item.id != OTHER]
    counts: Counter[tuple[str, str]] = Counter()
    basis: dict[tuple[str, str], str] = {}
    for link in rows_of(dataset, "national_links"):
        cell = link["doc_id"], link["item"]
        counts[cell] += 1
        basis[cell] = max(basis.get(cell, link["basis"]), link["basis"], key=_STRENGTH.__getitem__)
    measures = Counter(measure["doc_id"] for measure in rows_of(dataset, "measures"))
    kinds = {d["doc_id"]: _kind(d["municipality_code"]) for d in rows_of(dataset, "documents")}
    cells = counts if show == "measures" else basis
    rows: list[Made] = [
        {**place, "kind": kinds[doc_id], "measures": measures[doc_id]}
        | {item: cells.get((doc_id, item)) for item in items}
        for doc_id, place in places_of(dataset).items()
    ]
    column = pa.int32() if show == "measures" else pa.string()
    shown = pa.schema([*schema(f"{PLACE} kind measures:n"), *((item, column) for item in items)])
    return frame(rows, shown)


def _kind(code: str | None) -> str | None:
    known = municipalities.by_code(code) if code else None
    return known.kind if known else None
