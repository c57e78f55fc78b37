"""Rows kept column by column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from itertools import chain, repeat
from typing import Any

from normalize.frozen import frozen


@frozen
class Columns(Sequence[dict[str, Any]]):
    """The rows of a table with very many, kept column by column: smaller than rows, and sooner typed.

    ``columns`` have a value for every row. Where rows come in groups, ``shared`` have one for every group,
    and ``sizes`` say how many rows each group has.
    """

    columns: Mapping[str, Sequence[Any]]
    shared: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    sizes: Sequence[int] = ()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        names = (*self.columns, *self.shared)
        spread = [chain.from_iterable(map(repeat, values, self.sizes)) for values in self.shared.values()]
        return (dict(zip(names, values)) for values in zip(*self.columns.values(), *spread))

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __getitem__(self, index: Any) -> Any:
        return list(self)[index]
