"""Comparisons in Japanese: heads, years by era, kinds and reasons. The columns with numbers stay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dxplan.views import japanese
from dxplan.views.formats import Style
from dxplan.words import say, words

if TYPE_CHECKING:
    import pandas as pd

_BASES = ("explicit", "title", "content")
_READ: dict[str, Callable[[str], str]] = {  # columns made for reading
    "plan": japanese.years,
    "years": japanese.years,
    "earlier_plan": japanese.years,
    "later_plan": japanese.years,
    "before": japanese.printed,
    "after": japanese.printed,
    "why": japanese.reason,
    "entry": lambda value: _named("entry", value),
    "certainty": lambda value: _named("basis", value) if value in _BASES else _named("choice", value),
    "relation": lambda value: _named("relation", value),
}


def in_japanese(view: str, frame: pd.DataFrame, style: Style) -> tuple[pd.DataFrame, Style]:
    """The frame and how it is shown, in Japanese."""
    made: dict[str, list[Any]] = {}
    for column in frame.columns:
        say_it = _READ.get(str(column), str)
        shown = [None if _missing(v) else v for v in frame[column]]
        made[str(column)] = [say_it(v) if isinstance(v, str) else v for v in shown]
    import pandas as pd

    columns = {say("ja", f"head.{head}"): column for head, column in style.columns.items()}
    legend = say("ja", f"legend.{view}")
    apart = words()["view.apart"]["ja"]
    return pd.DataFrame(made, dtype=object), replace(style, columns=columns, legend=legend, apart_title=apart)


def value(column: str, said: Any) -> Any:
    """One value of a comparison, in Japanese if it is of a column made for reading."""
    return _READ[column](said) if column in _READ and isinstance(said, str) else said


def _named(group: str, value: str) -> str:
    return say("ja", f"{group}.{value}") if f"{group}.{value}" in words() else value


def _missing(value: Any) -> bool:
    import pandas as pd

    return not hasattr(value, "__len__") and bool(pd.isna(value))
