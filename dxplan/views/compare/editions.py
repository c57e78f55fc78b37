"""Two editions of a plan: what became of the measures of the earlier one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from dxplan import names
from dxplan.dataset import Dataset
from dxplan.errors import DatasetError
from dxplan.views.compare.places import Made, Row, places_of, rows_of, schema
from dxplan.views.formats import frame
from normalize import align

if TYPE_CHECKING:
    import pandas as pd

_NO_SUCCESSOR = "no later measure has its title, has it among its actions, or serves its item"
_EDITION = schema(
    "place municipality prefecture earlier_plan later_plan doc_id_a doc_id_b measure_id_a earlier "
    "achieved_pct:f band achieved relation measure_id_b later score:f evidence progress_ids:l"
)


def edition(dataset: Dataset, municipality: str) -> pd.DataFrame:
    """What became of each measure of a municipality's earlier plan, with the progress reported on it.

    ``relation`` is continues, renamed, merged, split, dropped or new; ``not_found`` is a row of the later
    plan's progress report that is no measure of the earlier plan in the dataset. Several editions are
    compared one after the other.

    Args:
        dataset: the dataset.
        municipality: name, with its prefecture before it or not, or code.

    Raises:
        DatasetError: no two editions of that municipality's plan in the dataset.
    """
    places = places_of(dataset)
    documents = [d for d in rows_of(dataset, "documents") if d["doc_id"] in places]
    called = {d["doc_id"]: _names(d) for d in documents}
    measures = {m["measure_id"]: m for m in rows_of(dataset, "measures")}
    changes = align.edition_changes(measures.values(), documents, rows_of(dataset, "national_links"))
    pairs = dict.fromkeys((c["doc_id_a"], c["doc_id_b"]) for c in changes)
    chosen = [pair for pair in pairs if municipality in called[pair[0]] | called[pair[1]]]
    if not chosen:
        known = list(dict.fromkeys(places[later]["place"] for _, later in pairs))
        listed = "; ".join(names.nearest(municipality, known)) or "none"
        raise DatasetError(f"no two editions of {municipality!r}; municipalities with two: {listed}")
    rows: list[Made] = []
    for pair in chosen:
        here = [c for c in changes if (c["doc_id_a"], c["doc_id_b"]) == pair]
        rows += _changes(here, pair, places, measures, rows_of(dataset, "progress", doc_id=pair[1]))
    return frame(rows, _EDITION)


def _names(document: Row) -> set[str]:
    name, prefecture = document["municipality"] or "", document["prefecture"] or ""
    return {name, prefecture + name, document["municipality_code"] or ""} - {""}


def _changes(
    changes: Iterable[Row],
    pair: tuple[str, str],
    places: Mapping[str, Row],
    measures: Mapping[str, Row],
    progress: Iterable[Row],
) -> Iterator[Made]:
    earlier, later = (places[doc_id] for doc_id in pair)
    head = {
        **{key: later[key] for key in ("place", "municipality", "prefecture")},
        "earlier_plan": earlier["plan"],
        "later_plan": later["plan"],
        "doc_id_a": pair[0],
        "doc_id_b": pair[1],
    }
    reported: dict[str | None, list[Row]] = defaultdict(list)
    for row in progress:
        reported[row["prior_measure_id"]].append(row)
    for change in sorted(changes, key=lambda c: _place_of(c, measures)):
        made = {**head, **change, **_achieved(reported.get(change["measure_id_a"] or "", []))}
        if change["relation"] == "dropped":
            made["evidence"] = _NO_SUCCESSOR
        for side, key in (("earlier", "measure_id_a"), ("later", "measure_id_b")):
            made[side] = _titled(measures[change[key]]) if change[key] else None
        yield made
    for row in reported[None]:
        why = "no measure of the earlier plan has this title"
        yield {
            **head,
            **_achieved([row]),
            "earlier": row["item"],
            "relation": "not_found",
            "evidence": why,
        }


def _place_of(change: Row, measures: Mapping[str, Row]) -> tuple[bool, int, int]:
    old, new = (
        measures.get(change[key] or "", {}).get("order", 0) for key in ("measure_id_a", "measure_id_b")
    )
    return change["measure_id_a"] is None, old, new


def _titled(measure: Row) -> str:
    return f"{measure['number'] or ''} {measure['title']}".strip()


def _achieved(rows: list[Row]) -> Made:
    if not rows:
        return {}
    first = rows[0]
    percent = first["achieved_pct"]
    return {
        "achieved_pct": percent,
        "band": first["band"],
        "achieved": f"{percent:.12g}%" if percent is not None else first["band"],
        "progress_ids": [row["progress_id"] for row in rows],
    }
