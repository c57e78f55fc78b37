"""The measure of an indicator or a bar, as a person names it: ids change with the reader, titles do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from normalize.characters import normalize

MEASURE: Final = "measure_id"
LINKED: Final = ("kpis", "schedules")  # rows of a measure

Name = dict[str, str | None]


def name_of(measures: Sequence[Mapping[str, Any]], measure_id: str | None) -> Name | None:
    """How a verdict names a measure of a document."""
    found = next((m for m in measures if m[MEASURE] == measure_id), None)
    return {"number": found["number"], "title": found["title"]} if found else None


def measure_of(measures: Sequence[Mapping[str, Any]], name: Mapping[str, Any] | None) -> str | None:
    """The measure of that name, if there is one only. Of measures with one title the number decides."""
    if name is None:
        return None
    same = [m for m in measures if normalize(m["title"] or "") == normalize(name["title"] or "")]
    if len({m[MEASURE] for m in same}) > 1:
        same = [m for m in same if m["number"] == name["number"]]
    ids = {m[MEASURE] for m in same}
    return ids.pop() if len(ids) == 1 else None


def require(name: object) -> None:
    """Raise ``ValueError`` unless this names a measure, or none."""
    if name is not None and not (
        isinstance(name, dict) and set(name) == {"number", "title"} and name["title"]
    ):
        raise ValueError(f"{name!r} names no measure: number and title are wanted")
