"""An indicator's values as people read them: with their unit, and the year they are of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from normalize.characters import fold_width

Row = Mapping[str, Any]
VALUES = ("baseline", "current", "target")


def amount(row: Row, which: str) -> str | None:
    """A value as printed, with its unit where that stands elsewhere: in a column of its own, in the head.

    >>> amount({"target_raw": "80", "target_unit": "%"}, "target")
    '80%'
    """
    raw, unit = row[f"{which}_raw"], row.get(f"{which}_unit")
    if not raw or not unit or unit in fold_width(raw) or row.get(f"{which}_value") is None:
        return raw or None
    return f"{raw}{unit}"


def dated(row: Row, which: str) -> str | None:
    """A value with its unit and its fiscal year, or the day it was counted.

    >>> dated({"target_raw": "80%", "target_unit": "%", "target_fy": 2028}, "target")
    '80% [2028年度]'
    """
    said, year = amount(row, which), row[f"{which}_fy"]
    when = row.get(f"{which}_date") or (f"{year}年度" if year else None)
    return f"{said} [{when}]" if said and when else said
