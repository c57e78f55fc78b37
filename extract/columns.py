"""Rows kept column by column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, repeat
from typing import Any


class Columns(Sequence[dict[str, Any]]):
    """The rows of a table with very many, kept column by column: they are made and typed faster so.

    ``columns`` have a value for every row; ``shared`` have one for every group of rows, and ``sizes`` say how
    many rows each group has.
    """

    def __init__(
        self, columns: Mapping[str, Sequence[Any]], shared: Mapping[str, Sequence[Any]], sizes: Sequence[int]
    ) -> None:
        self.columns, self.shared, self.sizes = columns, shared, sizes

    def __iter__(self) -> Iterator[dict[str, Any]]:
        names = (*self.columns, *self.shared)
        spread = [chain.from_iterable(map(repeat, values, self.sizes)) for values in self.shared.values()]
        return (dict(zip(names, values)) for values in zip(*self.columns.values(), *spread))

    def __len__(self) -> int:
        return sum(self.sizes)

    def __getitem__(self, index: Any) -> Any:
        return list(self)[index]
