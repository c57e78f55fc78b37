"""From the evidence of a row to how often such rows are right.

A record comes with a number of its own, made of its margins and coverage. What it is worth was measured on
plans that took no part in making the rules: ``confidence.yaml`` holds, for every kind of record, how many
rows with such a number were right in every field. Written by ``python -m tools.calibrate``; never by hand.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import resources

from normalize.data import parse

Knots = Sequence[tuple[float, float]]  # (number of a record, share that was right), both rising

_as_made = False


@cache
def _measured() -> Mapping[str, Mapping[str, Knots]]:
    """Knots by table, then by rule; "any" stands for rules with too few rows to be measured alone."""
    text = resources.files(__package__).joinpath("confidence.yaml").read_text(encoding="utf-8")
    found: Mapping[str, Mapping[str, Knots]] = parse(text) or {}
    return found


def calibrated(table: str, rule: str, made: float) -> float:
    """The share that was right of the rows this rule made with such a number; ``made`` where unmeasured.

    Between two measured numbers the share is interpolated.
    """
    rules = {} if _as_made else _measured().get(table, {})
    knots = rules.get(rule) or rules.get("any")
    return round(between(knots, made), 3) if knots else made


def between(knots: Knots, x: float) -> float:
    """The height over ``x`` of the line through zero and the knots; behind the last it is nearly level.

    It rises by a hundredth at most there, so that a row of which less was used stays below its like.

    >>> between([(0.2, 0.1), (0.6, 0.5)], 0.4), between([(0.2, 0.1), (0.6, 0.5)], 1.0)
    (0.3, 0.51)
    >>> between([(0.2, 0.1), (0.6, 0.5)], 0.1)
    0.05
    """
    i = bisect_right([k[0] for k in knots], x)
    if i == len(knots):
        last, share = knots[-1]
        rise = 0.01 * (x - last) / (1 - last) if x > last else 0.0
        return round(min(share + rise, max(share, 0.99)), 6)
    (x0, y0), (x1, y1) = knots[i - 1] if i else (0.0, 0.0), knots[i]
    return round(y0 + (y1 - y0) * (x - x0) / (x1 - x0), 6)


@contextmanager
def as_made() -> Iterator[None]:
    """Give the numbers as records were made with: to measure them anew. In this process only."""
    global _as_made
    _as_made = True
    try:
        yield
    finally:
        _as_made = False
