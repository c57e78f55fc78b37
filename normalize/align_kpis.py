"""Indicators of different documents side by side: other municipalities, and other editions of one plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from normalize import align, values
from normalize.characters import squash

Row = Mapping[str, Any]

_MOST_PARTNERS = 10  # other municipalities an indicator is tied to where its numbers may stand beside theirs
_MOST_APART = 2  # and where they may not
_SAME_NAME, _SAME_ID, _LIKE_NAME = 1.0, 0.9, 0.8


def align_kpis(kpis: Iterable[Row], documents: Iterable[Row]) -> list[dict[str, Any]]:
    """Rows of ``kpi_alignments``: ``continues`` across editions, ``same_indicator`` across municipalities.

    Across editions kpi a is of the earlier one; across municipalities a comes first in ``documents``.
    """
    kpis, documents = [row for row in kpis if row["indicator"]], list(documents)
    return [*_across_editions(kpis, documents), *_across_places(kpis, documents)]


def _across_editions(kpis: Sequence[Row], documents: Sequence[Row]) -> Iterator[dict[str, Any]]:
    by_document: dict[str, list[Row]] = defaultdict(list)
    for row in kpis:
        by_document[row["doc_id"]].append(row)
    for before, later in align.editions(documents):
        taken: set[str] = set()
        for old in by_document[before["doc_id"]]:
            candidates = [row for row in by_document[later["doc_id"]] if row["kpi_id"] not in taken]
            found = [(*_alike(old, row), row) for row in candidates]
            score, evidence, new = max(found, key=lambda one: one[0], default=(0.0, "", old))
            if score:
                taken.add(new["kpi_id"])
                yield _row(old, new, "continues", score, evidence)


def _alike(old: Row, new: Row) -> tuple[float, str]:
    """How sure it is that two rows are one indicator, and why; 0 where they are not."""
    if old["scope"] != new["scope"]:
        return 0.0, ""
    if squash(old["indicator"]) == squash(new["indicator"]):
        return _SAME_NAME, "the same name"
    if old["indicator_id"] and old["indicator_id"] == new["indicator_id"]:
        return _SAME_ID, f"both are {old['indicator_id']}"
    likeness = align.title_likeness(old["indicator"], new["indicator"])
    same_unit = old["comparable_unit"] == new["comparable_unit"]
    no_other = not (old["indicator_id"] and new["indicator_id"])
    if likeness >= align.SAME_TITLE and same_unit and no_other:
        return _LIKE_NAME * likeness, f"names alike {likeness:.2f}, one unit"
    return 0.0, ""


def _across_places(kpis: Sequence[Row], documents: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """Each indicator with its like in the next documents: the table grows with the number of indicators."""
    issuer_of = align.issuers(documents)
    place = {row["doc_id"]: i for i, row in enumerate(documents)}
    serving: dict[str, list[Row]] = defaultdict(list)
    for row in kpis:
        if row["indicator_id"]:
            serving[row["indicator_id"]].append(row)
    for _, rows in sorted(serving.items()):
        rows.sort(key=lambda row: place[row["doc_id"]])
        issuers = [issuer_of.get(row["doc_id"], (row["doc_id"],)) for row in rows]
        groups: dict[Hashable, list[int]] = defaultdict(list)
        for i, row in enumerate(rows):
            groups[row["comparable_unit"], values.counted_over(row), row["scope"]].append(i)
        pairs = {pair for group in groups.values() for pair in _next(group, issuers, _MOST_PARTNERS)}
        firsts = sorted(group[0] for group in groups.values())
        pairs |= set(_next(firsts, issuers, _MOST_APART))
        for one, other in sorted(pairs):
            yield _row(
                rows[one], rows[other], "same_indicator", _SAME_ID, f"both are {rows[one]['indicator_id']}"
            )


def _next(places: Sequence[int], issuers: Sequence[Hashable], most: int) -> Iterator[tuple[int, int]]:
    """Each place with the next ones of other issuers, one of each."""
    for n, i in enumerate(places):
        seen = {issuers[i]}
        for j in places[n + 1 : n + 1 + 4 * most]:
            if issuers[j] not in seen:
                seen.add(issuers[j])
                yield i, j
            if len(seen) > most:
                break


def _row(a: Row, b: Row, relation: str, score: float, evidence: str) -> dict[str, Any]:
    why = values.apart(a, b)
    return {
        "doc_id": a["doc_id"],
        "kpi_id_a": a["kpi_id"],
        "kpi_id_b": b["kpi_id"],
        "relation": relation,
        "comparable": why is None,
        "why": why,
        "score": round(score, 3),
        "evidence": evidence,
    }
