"""A grid: the edges of its columns and rows, and the cells between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extract.model import Box
from normalize.frozen import frozen


@frozen
class Place:
    """A cell of a grid: its first row and column and how many it covers."""

    row: int
    col: int
    rowspan: int
    colspan: int


@frozen
class Grid:
    """Column edges ``xs``, row edges ``ys`` and the cells between them."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    places: tuple[Place, ...]

    @property
    def box(self) -> Box:
        return Box(self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])

    def box_of(self, place: Place) -> Box:
        return Box(
            self.xs[place.col],
            self.ys[place.row],
            self.xs[place.col + place.colspan],
            self.ys[place.row + place.rowspan],
        )

    def owners(self) -> dict[tuple[int, int], int]:
        """Elementary (row, col) -> index of the cell that covers it."""
        return {
            (r, c): i
            for i, p in enumerate(self.places)
            for r in range(p.row, p.row + p.rowspan)
            for c in range(p.col, p.col + p.colspan)
        }

    def with_rows_cut(self, row: int, at: Sequence[float], whole: Sequence[int]) -> Grid:
        """The same grid with a row cut at heights ``at``; cells ``whole`` and over other rows stay."""
        ys = (*self.ys[: row + 1], *at, *self.ys[row + 1 :])
        places: list[Place] = []
        for i, p in enumerate(self.places):
            if p.row > row:
                places.append(replace(p, row=p.row + len(at)))
            elif p.row == row and p.rowspan == 1 and i not in whole:
                places += [replace(p, row=row + k) for k in range(len(at) + 1)]
            elif p.row + p.rowspan > row:
                places.append(replace(p, rowspan=p.rowspan + len(at)))
            else:
                places.append(p)
        return Grid(self.xs, ys, tuple(sorted(places, key=lambda p: (p.row, p.col))))
