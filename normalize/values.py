"""The values of a KPI made comparable: one unit, what they are counted over, and of what part.

Beside what is printed (12万件, 年間, 48手続の) stands what may be compared: 120000 件, a year, of 48手続.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from normalize import indicators
from normalize.amounts import unit_norm
from normalize.data import parsed
from normalize.eras import fiscal_year_of
from normalize.national_plan import fold

Row = Mapping[str, Any]
_VALUES = ("baseline", "current", "target")
_BASES = (
    *("year", "month", "week", "day", "cumulative", "end"),
    *("per_person", "per_household", "per_case", "per_population"),
)
COLUMNS: tuple[str, ...] = (
    *("indicator_thing", "comparable_unit", *(f"{which}_comparable" for which in _VALUES)),
    *("basis", "scope", "better", "pace_per_year"),
)
_OWN_SCALE = ("multiple", "change")  # targets that are no level, and stand on no scale but their own


@cache
def _words() -> dict[str, Any]:
    data: dict[str, Any] = parsed("values.yaml")
    return data


@cache
def _basis() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(_words()["basis"][name]) for name in _BASES}


@cache
def _scopes() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(words) for words in _words()["scope"])


@cache
def _factors() -> dict[str, tuple[str, float]]:
    units = _words()["units"].items()
    return {unit: (to, factor) for to, factors in units for unit, factor in factors.items()}


def columns(kpi: Row, measure: str | None) -> dict[str, Any]:
    """The columns of a ``kpis`` row that follow from the others, with the title of its measure."""
    name = kpi["indicator"] or ""
    facets = indicators.read(name, kpi["target_unit"] or kpi["baseline_unit"], measure)
    known = indicators.by_id(facets.id)
    values = {which: comparable(kpi[f"{which}_value"], kpi[f"{which}_unit"], known) for which in _VALUES}
    unit = next((values[which][1] for which in ("target", "baseline", "current") if values[which][1]), None)
    if kpi["target_kind"] in _OWN_SCALE:
        values["target"] = None, values["target"][1]
        unit = values["baseline"][1] or values["current"][1]
    numbers = {which: value if of == unit else None for which, (value, of) in values.items()}
    return {
        "indicator_id": facets.id,
        "indicator_thing": facets.thing,
        "comparable_unit": unit,
        **{f"{which}_comparable": numbers[which] for which in _VALUES},
        "basis": basis(name, kpi["qualifier"], kpi["target_raw"], kpi["target_kind"]),
        "scope": scope(kpi, facets),
        "better": known.better if known else None,
        "pace_per_year": _pace(kpi, numbers),
    }


def comparable(
    value: float | None, unit: str | None, known: indicators.Indicator | None = None
) -> tuple[float | None, str | None]:
    """A value in the unit in which it may stand beside others: 12万件 is 120000 件, 2時間 120 分.

    件 and the indicator's own counter are one: 20 手続 are 20 件 where procedures are counted.
    """
    if unit is None:
        return value, None
    norm, factor = unit_norm(unit)
    norm, more = _factors().get(norm, (norm, 1.0))
    if known and norm in known.counters:
        norm = "件"
    return (None if value is None else round(value * factor * more, 9)), norm


def basis(name: str, qualifier: str | None, target: str | None, kind: str | None) -> str | None:
    """What a number is counted over, by what its texts say: ``year``, ``month per_person``; else None."""
    texts = [fold(text) for text in (name, qualifier, target) if text]
    found = [one for one, words in _basis().items() if any(words.search(text) for text in texts)]
    if kind == "frequency" and not found:
        return {"年": "year", "年度": "year", "月": "month", "週": "week", "日": "day"}.get(qualifier or "")
    if len(found) > 1 and "end" in found:
        found.remove("end")
    return " ".join(found) or None


def scope(kpi: Row, facets: indicators.Facets) -> str | None:
    """The part a number is of, as printed: 48手続, 所管手続, 職員; None where it is of all."""
    name, qualifier = fold(kpi["indicator"] or ""), fold(kpi["qualifier"] or "")
    texts = [name, qualifier]
    if kpi["target_unit"] == "%":  # «48手続…100%»
        texts.append(fold(kpi["target_raw"] or ""))
    found = [m.group() for text in texts for words in _scopes() for m in words.finditer(text)]
    found += [facets.who] if facets.who else []
    over_time = any(words.search(qualifier) for words in _basis().values())
    if qualifier and not over_time and qualifier not in found:
        found.append(kpi["qualifier"])
    return " ".join(dict.fromkeys(found)) or None


def _pace(kpi: Row, numbers: Mapping[str, float | None]) -> float | None:
    """How much a year it must change to reach the target, from the last value that has a year."""
    if kpi["target_fy"] is None or numbers["target"] is None or kpi["target_kind"] != "absolute":
        return None
    which = "current" if numbers["current"] is not None and kpi["current_fy"] else "baseline"
    start, began = numbers[which], kpi[f"{which}_fy"]
    if began is None and which == "baseline" and kpi.get("baseline_date"):
        began = _fiscal_year(kpi["baseline_date"])
    if start is None or began is None or kpi["target_fy"] <= began:
        return None
    return float(round((numbers["target"] - start) / (kpi["target_fy"] - began), 6))


def _fiscal_year(when: str) -> int | None:
    parts = [int(part) for part in when.split("-")]
    return fiscal_year_of(date(*[*parts, 1, 1][:3])) if len(parts) > 1 else None


def apart(one: Row, other: Row) -> str | None:
    """Why two rows of one indicator may not stand beside each other; None where they may."""
    if one["comparable_unit"] != other["comparable_unit"]:
        units = [row["comparable_unit"] or "no unit" for row in (one, other)]
        return f"counted in {units[0]}, not in {units[1]}"
    if (mine := counted_over(one)) != (theirs := counted_over(other)):
        return f"{_SAID.get(mine or '', mine)}, not {_SAID.get(theirs or '', theirs)}"
    if one["scope"] != other["scope"]:
        return f"of {one['scope'] or 'all'}, not of {other['scope'] or 'all'}"
    return None


_SAID = {
    "": "over a time that is not said",
    "year": "a year",
    "month": "a month",
    "week": "a week",
    "day": "a day",
    "cumulative": "cumulative",
    "end": "at the end of the year",
    "per_person": "per person",
    "month per_person": "a month per person",
    "year per_person": "a year per person",
}


def counted_over(kpi: Row) -> str | None:
    """The basis of a row; what is no flow is counted at its end where nothing is said."""
    known = indicators.by_id(kpi["indicator_id"])
    stated: str | None = kpi["basis"]
    if known and not known.flow and stated in (None, "end", "cumulative"):
        return "end"
    return stated
