"""What to say of a filter that no row passes: the values there are that look like it."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any, Protocol

from dxplan.names import nearest
from dxplan.tables import TABLES

_FEW = 12  # values that are listed whole


class Readable(Protocol):
    """What is asked of a dataset here: its tables."""

    def read(self, name: str, **filters: Any) -> Any:
        """The rows of a table that pass the filters, as Arrow has them."""


def warn(dataset: Readable, table: str, filters: Mapping[str, Any]) -> None:
    """Warn of each filter whose value is in no row; an id that has no rows of a table is no slip."""
    for column, value in filters.items():
        owner = table if column in TABLES[table].column_names else "documents"
        if column.endswith("_id") or column not in TABLES[owner].column_names:
            continue
        known = [v for v in dict.fromkeys(dataset.read(owner).column(column).to_pylist()) if v is not None]
        asked = list(value) if isinstance(value, list | tuple | set | frozenset) else [value]
        if any(one in known for one in asked):
            continue
        said = ", ".join(map(repr, asked))
        warnings.warn(f"no row of {owner} has {column} {said}; {_near(asked, known)}", stacklevel=4)


def _near(asked: list[Any], known: list[Any]) -> str:
    if not known:
        return "it is empty everywhere"
    if not isinstance(known[0], str):
        shown = sorted(known)
        return f"there are {', '.join(map(str, shown[:_FEW]))}{' …' if len(shown) > _FEW else ''}"
    found = dict.fromkeys(near for one in asked for near in nearest(str(one), known))
    return f"near it: {', '.join(found)}"
