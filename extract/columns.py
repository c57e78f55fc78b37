"""Rows kept column by column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any


class Columns(Sequence[dict[str, Any]]):
    """The rows of a table with very many, kept column by column: they are made and typed faster so."""

    def __init__(self) -> None:
        self.columns: dict[str, list[Any]] = {}

    def extend(self, columns: Mapping[str, Sequence[Any]], shared: Mapping[str, Any]) -> None:
        """Add rows: ``columns`` of one length, and what is the same in all of them."""
        n = len(next(iter(columns.values())))
        for name, value in shared.items():
            self.columns.setdefault(name, []).extend([value] * n)
        for name, values in columns.items():
            self.columns.setdefault(name, []).extend(values)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (dict(zip(self.columns, values)) for values in zip(*self.columns.values()))

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __getitem__(self, index: Any) -> Any:
        return list(self)[index]
