"""What all comparisons show: who issued a plan and which it is, years, and values of an indicator."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from dxplan.dataset import Dataset
from normalize import align
from normalize.eras import fiscal_year_of

Row = Mapping[str, Any]
Made = dict[str, Any]
PLACE = "place plan plan_start_fy:i plan_end_fy:i municipality prefecture doc_id "
VALUES = (
    "baseline_raw baseline_value:f baseline_unit baseline_fy:i baseline_date "
    "current_raw current_value:f current_unit current_fy:i "
    "target_raw target_value:f target_max:f target_bound target_unit target_fy:i target_kind "
)


def schema(columns: str) -> pa.Schema:
    """Columns as ``name:type``: i a year, f a number, b yes or no, n a count, l a list; else text."""
    types = {"i": pa.int16(), "f": pa.float64(), "b": pa.bool_(), "n": pa.int32(), "l": pa.list_(pa.string())}
    pairs = (column.partition(":")[::2] for column in columns.split())
    return pa.schema([(name, types.get(kind, pa.string())) for name, kind in pairs])


def rows_of(dataset: Dataset, name: str, **filters: Any) -> list[dict[str, Any]]:
    """The rows of a table that pass the filters."""
    rows: list[dict[str, Any]] = dataset.read(name, **filters).to_pylist()
    return rows


def places_of(dataset: Dataset) -> dict[str, Made]:
    """Who issued each document and which plan it is, by doc_id, in the order of the dataset.

    ``place`` names the prefecture too where two municipalities of the dataset have one name; ``plan`` is the
    period, with the file's name where a municipality has two plans of one period.
    """
    documents = [d for d in rows_of(dataset, "documents") if d["status"] != "failed"]
    issuers = align.issuers(documents)
    namesakes: dict[str, set[Any]] = defaultdict(set)
    for d in documents:
        namesakes[d["municipality"]].add(issuers.get(d["doc_id"]))
    found = {d["doc_id"]: _place(d, has_namesake=len(namesakes[d["municipality"]]) > 1) for d in documents}
    twins = Counter((one["place"], one["plan"]) for one in found.values())
    for d in documents:
        one = found[d["doc_id"]]
        if twins[one["place"], one["plan"]] > 1:
            one["plan"] = f"{one['plan'] or ''} ({d['source_name']})".strip()
    return found


def _place(document: Row, *, has_namesake: bool) -> Made:
    name = document["municipality"] or document["source_name"]
    told = has_namesake and document["municipality"] and document["prefecture"]
    return {
        "place": f"{document['prefecture']}{name}" if told else name,
        "plan": _period(document),
        "plan_end_fy": document["period_end_fy"],
        "plan_start_fy": document["period_start_fy"] or _fiscal_year(document["published"]),
        **{key: document[key] for key in ("municipality", "prefecture", "doc_id")},
    }


def _period(document: Row) -> str | None:
    start, end = document["period_start_fy"], document["period_end_fy"]
    if start:
        return years_of(start, end) if end or not document["period_open_ended"] else f"{start}–"
    published: str | None = document["published"]
    return published


def _fiscal_year(month: str | None) -> int | None:
    return fiscal_year_of(date.fromisoformat(f"{month}-01")) if month else None


def years_of(start: int | str | None, end: int | str | None) -> str | None:
    """``2026``, ``2026–2028``, ``2026–?``; None where nothing is known."""
    if start is None and end is None:
        return None
    return f"{start}" if start == end else f"{start or '?'}–{end or '?'}"


def _dated(kpi: Row, which: str) -> str | None:
    raw, when = kpi[f"{which}_raw"], kpi.get(f"{which}_date") or kpi[f"{which}_fy"]
    return f"{raw} [{when}]" if raw and when else raw


def _before(kpi: Row) -> str | None:
    """The value to start from as printed, with its year; a current value follows it."""
    values = [value for which in ("baseline", "current") if (value := _dated(kpi, which))]
    return " / ".join(values) or None


def values_of(kpi: Row, end_fy: int | None) -> Made:
    """What all comparisons show of an indicator's row; without a year of its own a target has the plan's."""
    due = kpi["target_fy"]
    years = str(due) if due else f"{end_fy}?" if end_fy else "?"
    scope = f" ({kpi['qualifier']})" if kpi["qualifier"] else ""
    what = f"{kpi['indicator'] or ''}{scope}"
    return {**kpi, "what": what, "before": _before(kpi), "after": kpi["target_raw"], "years": years}
