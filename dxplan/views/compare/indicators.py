"""An indicator: its numbers in every municipality, in one unit where that can be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dxplan import names
from dxplan.dataset import Dataset
from dxplan.errors import DatasetError
from dxplan.views.compare.places import PLACE, VALUES, Row, places_of, rows_of, schema, values_of
from dxplan.views.formats import frame
from normalize import indicators, values

if TYPE_CHECKING:
    import pandas as pd

_COMPARED = (
    "comparable_unit baseline_comparable:f current_comparable:f target_comparable:f "
    "basis scope better pace_per_year:f "
)
_INDICATOR = schema(
    PLACE + "comparable:b why measure_id measure what indicator indicator_id qualifier "
    + "before after years pace " + VALUES + _COMPARED + "page:n kpi_id"
)  # fmt: skip


def indicator(dataset: Dataset, indicator: str) -> pd.DataFrame:
    """Every municipality on one canonical indicator, in numbers that may stand beside each other.

    Rows with ``comparable`` true have one unit, one basis (a year, cumulative, at the end of) and one scope
    (of all, of 48手続): those of most municipalities. The others stand after them, those that may stand
    beside each other together, with the reason in ``why``: another unit, basis or scope, a multiple of an own
    baseline, a change, no number, or the same thing counted in another kind of unit.

    Args:
        dataset: the dataset.
        indicator: id or canonical name (``online_procedures_rate``, 手続のオンライン化率).

    Raises:
        DatasetError: no such indicator.
    """
    kpis = rows_of(dataset, "kpis")
    met = (indicators.by_id(kpi["indicator_id"]) for kpi in kpis)
    known = {one.id: one for one in (*indicators.indicators(), *met) if one}
    chosen = _chosen(indicator, known, kpis)
    places, measures = places_of(dataset), {m["measure_id"]: m for m in rows_of(dataset, "measures")}
    kpis = [kpi for kpi in kpis if _topic(kpi) == chosen.topic]
    lead = _lead([kpi for kpi in kpis if not _why_apart(kpi, chosen, known)], places)
    order = {doc_id: i for i, doc_id in enumerate(places)}
    rows = []
    for kpi in sorted(kpis, key=lambda kpi: order[kpi["doc_id"]]):
        why = _why_apart(kpi, chosen, known) or (values.apart(kpi, lead) if lead else None)
        place, measure = places[kpi["doc_id"]], measures.get(kpi["measure_id"])
        title = measure["title"] if measure else None
        made = {"measure": title, "comparable": why is None, "why": why, "pace": _pace(kpi)}
        rows.append({**place, **values_of(kpi, place["plan_end_fy"]), **made})
    rows.sort(key=lambda row: (not row["comparable"], row["why"] or ""))
    return frame(rows, _INDICATOR)


def _chosen(
    name: str, known: Mapping[str, indicators.Indicator], kpis: Iterable[Row]
) -> indicators.Indicator:
    """The indicator that a name means: its id, its canonical name, or one that a plan prints for it."""
    printed = {
        kpi["indicator"]: kpi["indicator_id"] for kpi in kpis if kpi["indicator"] and kpi["indicator_id"]
    }
    called = {
        one.id: [one.name, *(p for p, found in printed.items() if found == one.id)] for one in known.values()
    }
    found = _meant(name, called)
    if len(found) == 1:
        return known[found[0]]
    used = sorted(set(printed.values()))
    near = names.nearest(name, (said for one in found or used or known for said in (*called[one], one)))
    raise DatasetError(
        f"no indicator {name!r}; near it: {', '.join(near)}; the dataset has {', '.join(used)}"
    )


def _meant(asked: str, called: Mapping[str, Sequence[str]]) -> list[str]:
    """The indicators that a person may mean: by name, by how plans might put it, by a part of a name."""
    if found := names.matching(asked, called):
        return found
    read = {indicators.match(asked, unit) for unit in (None, "%", "件", "人", "回", "時間")} - {None}
    return [one for one in called if one in read] if len(read) == 1 else names.by_part(asked, called)


def _topic(kpi: Row) -> str | None:
    known = indicators.by_id(kpi["indicator_id"])
    return known.topic if known else None


def _lead(kpis: list[Row], places: Mapping[str, Row]) -> Row | None:
    """A row of the largest group that may stand together, by municipalities; of equals the widest."""
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for kpi in kpis:
        groups[kpi["comparable_unit"], values.counted_over(kpi), kpi["scope"]].append(kpi)

    def weight(group: list[Row]) -> tuple[int, bool, bool]:
        issuers = {places[kpi["doc_id"]]["place"] for kpi in group}
        return len(issuers), group[0]["scope"] is None, group[0]["basis"] is not None

    return max(groups.values(), key=weight)[0] if groups else None


def _pace(kpi: Row) -> str | None:
    pace = kpi["pace_per_year"]
    if pace is None:
        return None
    good = {"up": 1, "down": -1}.get(kpi["better"] or "", 0) * pace
    return f"{pace:+.4g}{kpi['comparable_unit'] or ''}" + (" (for the worse)" if good < 0 else "")


def _why_apart(
    kpi: Row, chosen: indicators.Indicator, known: Mapping[str, indicators.Indicator]
) -> str | None:
    if (other := known[kpi["indicator_id"]]) is not chosen:
        return f"counted otherwise: {other.name} ({other.kind})"
    if kpi["target_kind"] == "multiple":
        return "a multiple of its own baseline"
    if kpi["target_kind"] == "change":
        return "a change, not a level"
    if kpi["target_comparable"] is None:
        return "no number"
    units = {kpi[f"{which}_unit"] for which in ("baseline", "current", "target")} - {None}
    ours = {unit for unit in units if values.comparable(1, unit, chosen)[1] == kpi["comparable_unit"]}
    return f"counted in {', '.join(sorted(units - ours))} too" if units - ours else None
