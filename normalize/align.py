"""Measures of different documents side by side: other municipalities, and other editions of one plan.

Works on rows of the contract tables (mappings). Likeness of titles is rapidfuzz's ratio of their comparison
keys; nothing is joined by likeness of long texts alone.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from normalize.characters import squash
from normalize.frozen import frozen
from normalize.national_plan import OTHER, body

Row = Mapping[str, Any]

SAME_TITLE = 0.9  # alike enough to be one title
LIKE_TITLE = 0.8  # alike enough to be the same thing under a changed title
_SHARED_ITEM = 0.25  # product of two link scores: one firm, the other at least an action
_ENOUGH_ITEM = 0.6  # a shared item of the national plan makes two measures this close at least,
_MOST_BY_ITEM = 0.85  # and this close at most
_NEAR_BEST = 0.95  # a measure that split: its parts are about equally close to it
_LONG_TITLE = 8  # characters a title needs to be looked for inside a longer action
_MOST_PARTNERS = (
    10  # other municipalities' plans a measure is tied to for one item, the likest measure of each
)
_FIRM_LINK = 0.6
_AT_ONCE = 1_000  # measures compared with all others at a time

# Words that say only that something is done; titles of one measure change them from edition to edition.
_GENERIC = re.compile(
    r"(?:の?(?:さらなる|更なる|一層の)?(?:推進|促進|強化|徹底|充実|拡充|向上|整備|活用|普及|拡大|実現|確保|導入|対策|支援))+$"
)
_IN_BRACKETS = re.compile(r"(?<=.)[(（〔【][^)）〕】]*[)）〕】]")
_PARTS = re.compile(r"[・、，,／/]|及び|並びに|(?<=[化策進])と")


@frozen
class Edge:
    """A measure of the earlier edition (a) that may live on in one of the later edition (b).

    ``title`` is the likeness of their titles, ``items`` the items of the national plan both firmly serve.
    """

    a: str
    b: str
    score: float
    title: float
    items: frozenset[str]
    evidence: str


def align_measures(
    measures: Iterable[Row], documents: Iterable[Row], links: Iterable[Row]
) -> list[dict[str, Any]]:
    """Rows of ``alignments``: ``same_item`` across municipalities, the rest across editions of one plan.

    Across editions measure a is of the earlier one; across municipalities a comes first in ``documents``.
    """
    measures = [row for row in measures if row["title"]]
    documents, links = list(documents), list(links)
    document_of = {row["measure_id"]: row["doc_id"] for row in measures}
    across = [
        {key: row[key] for key in ("measure_id_a", "measure_id_b", "relation", "score", "evidence")}
        for row in edition_changes(measures, documents, links)
        if row["measure_id_a"] and row["measure_id_b"]
    ]
    rows = [*across, *_same_items(measures, documents, links)]
    return [{"doc_id": document_of[row["measure_id_a"]], **row} for row in rows]


def prior_measures(
    progress: Iterable[Row], measures: Iterable[Row], documents: Iterable[Row]
) -> dict[str, str]:
    """progress_id to measure_id, where the item is a measure of the latest earlier edition in the dataset.

    The titles must be alike (``LIKE_TITLE``) and no other measure of that edition as alike.
    """
    by_document = _by_document(measures)
    earlier = {later["doc_id"]: before["doc_id"] for before, later in editions(documents)}
    found = {}
    for row in progress:
        candidates = by_document.get(earlier.get(row["doc_id"], ""), [])
        scores = sorted(
            ((title_likeness(row["item"], one["title"]), one["measure_id"]) for one in candidates),
            reverse=True,
        )
        if scores and scores[0][0] >= LIKE_TITLE and (len(scores) == 1 or scores[1][0] < scores[0][0]):
            found[row["progress_id"]] = scores[0][1]
    return found


def edition_changes(
    measures: Iterable[Row], documents: Iterable[Row], links: Iterable[Row] = ()
) -> list[dict[str, Any]]:
    """What became of each measure from one edition to the next of the same municipality's plan.

    One row for each pair of measures (``continues``, ``renamed``, ``merged``, ``split``), for each measure
    that has no successor (``dropped``, measure_id_b None) and each that is ``new`` (measure_id_a None).
    ``links`` are rows of ``national_links``; without them only titles and actions tell. Columns:
    municipality, doc_id_a, doc_id_b, measure_id_a, measure_id_b, relation, score (0 to 1), evidence.
    """
    by_document = _by_document(measures)
    items = _items(links)
    rows = []
    for before, later in editions(documents):
        old, new = by_document.get(before["doc_id"], []), by_document.get(later["doc_id"], [])
        head = {
            "municipality": later.get("municipality"),
            "doc_id_a": before["doc_id"],
            "doc_id_b": later["doc_id"],
        }
        rows += [{**head, **row} for row in _changes(old, new, items)]
    return rows


def title_likeness(a: str, b: str) -> float:
    """Likeness of two titles, 0 to 1, without what stands in brackets and words like の推進 at the end."""
    whole = fuzz.ratio(_title_key(a), _title_key(b))
    return max(whole, fuzz.ratio(_stem(a), _stem(b))) / 100


# --- editions -------------------------------------------------------------------------------------


def editions(documents: Iterable[Row]) -> Iterator[tuple[Row, Row]]:
    """(earlier, later) for each two editions of one municipality's plan that follow each other."""
    plans: dict[tuple[Any, ...], list[tuple[tuple[int, str], Row]]] = defaultdict(list)
    documents = list(documents)
    issuer_of = issuers(documents)
    for row in documents:
        date = _date(row)
        if date and row["doc_id"] in issuer_of:
            plans[issuer_of[row["doc_id"]]].append((date, row))
    for editions in plans.values():
        editions.sort(key=lambda one: one[0])
        yield from ((a, b) for (before, a), (after, b) in pairwise(editions) if before < after)


def _date(document: Row) -> tuple[int, str] | None:
    """First fiscal year and month of publication; None where the document gives neither."""
    published = document.get("published") or ""
    start = document.get("period_start_fy") or (int(published[:4]) if published else None)
    return (start, published) if start else None


def _changes(
    old: list[Row], new: list[Row], items: Mapping[str, Mapping[str, float]]
) -> list[dict[str, Any]]:
    edges = _kept([edge for a in old for b in new if (edge := _edge(a, b, items))])
    successors = Counter(edge.a for edge in edges)
    predecessors = Counter(edge.b for edge in edges)
    rows = [
        _row(edge.a, edge.b, _relation(edge, successors, predecessors), edge.score, edge.evidence)
        for edge in edges
    ]
    rows += [_row(a["measure_id"], None, "dropped") for a in old if a["measure_id"] not in successors]
    rows += [_row(None, b["measure_id"], "new") for b in new if b["measure_id"] not in predecessors]
    return rows


def _row(
    a: str | None, b: str | None, relation: str, score: float | None = None, evidence: str | None = None
) -> dict[str, Any]:
    return {
        "measure_id_a": a,
        "measure_id_b": b,
        "relation": relation,
        "score": None if score is None else round(score, 3),
        "evidence": evidence,
    }


def _relation(edge: Edge, successors: Counter[str], predecessors: Counter[str]) -> str:
    if successors[edge.a] == predecessors[edge.b] == 1:
        return "continues" if edge.title >= SAME_TITLE else "renamed"
    return "merged" if predecessors[edge.b] > 1 and predecessors[edge.b] >= successors[edge.a] else "split"


def _edge(a: Row, b: Row, items: Mapping[str, Mapping[str, float]]) -> Edge | None:
    """The strongest reason to see measure a of the earlier edition in measure b of the later one."""
    title = title_likeness(a["title"], b["title"])
    mine, others = items.get(a["measure_id"], {}), items.get(b["measure_id"], {})
    shared = {item: mine[item] * others[item] for item in mine.keys() & others.keys()}
    strength = min(1.0, sum(shared.values()))
    reasons = [
        (title, f"titles alike {title:.2f}", LIKE_TITLE),
        (0.95 * _in_actions(a["title"], b), "earlier title among the later measure's actions", LIKE_TITLE),
        (0.95 * _in_actions(b["title"], a), "later title among the earlier measure's actions", LIKE_TITLE),
        (
            min(_MOST_BY_ITEM, 0.55 + 0.25 * strength + 0.2 * title),
            f"both serve {', '.join(sorted(shared))}; titles alike {title:.2f}",
            _ENOUGH_ITEM if strength >= _SHARED_ITEM else 1.0,
        ),
    ]
    sound = [(score, evidence) for score, evidence, enough in reasons if score >= enough]
    if not sound:
        return None
    score, evidence = max(sound)
    firm = frozenset(item for item in shared if mine[item] >= _FIRM_LINK and others[item] >= _FIRM_LINK)
    return Edge(a["measure_id"], b["measure_id"], score, title, firm, evidence)


def _kept(edges: list[Edge]) -> list[Edge]:
    """A measure's best successor and its equals, and the best for each item it serves.

    A measure that plainly goes on under its own title takes in no other for a weak reason.
    """
    best: dict[str, float] = defaultdict(float)
    best_for: dict[tuple[str, str], Edge] = {}
    goes_on = {edge.b for edge in edges if edge.title >= SAME_TITLE}
    for edge in edges:
        best[edge.a] = max(best[edge.a], edge.score)
        for item in edge.items:
            known = best_for.get((edge.a, item))
            if known is None or edge.score > known.score:
                best_for[edge.a, item] = edge
    return [
        edge
        for edge in edges
        if (edge.score >= _NEAR_BEST * best[edge.a] or edge in best_for.values())
        and (edge.b not in goes_on or edge.score > _MOST_BY_ITEM)
    ]


def _in_actions(title: str, measure: Row) -> float:
    """How nearly the title, or a part it joins by 「・」, is an action or stands in a longer one."""
    actions = measure.get("actions") or ()
    parts = [title, *(part for part in _PARTS.split(title) if len(part) >= 4)]
    likeness = [title_likeness(part, action) for part in parts for action in actions]
    key = _title_key(title)
    if len(key) >= _LONG_TITLE:
        likeness += [
            fuzz.partial_ratio(key, squash(action)) / 100 for action in actions if len(action) > len(key)
        ]
    return max(likeness, default=0.0)


@lru_cache(maxsize=65536)
def _title_key(title: str) -> str:
    return squash(_IN_BRACKETS.sub("", title))


@lru_cache(maxsize=65536)
def _stem(title: str) -> str:
    key = _title_key(title)
    stem = _GENERIC.sub("", key)
    return stem if len(stem) >= 3 else key


# --- other municipalities -------------------------------------------------------------------------


def _same_items(measures: list[Row], documents: list[Row], links: list[Row]) -> Iterator[dict[str, Any]]:
    """Measures of different municipalities that serve one item of the national plan by mark or title."""
    place = {row["doc_id"]: i for i, row in enumerate(documents)}
    issuer_of = issuers(documents)
    by_id = {row["measure_id"]: row for row in measures}
    serving: dict[str, list[Row]] = defaultdict(list)
    for link in links:
        firm = link["score"] >= _FIRM_LINK and link["basis"] != "content"
        if firm and link["item"] != OTHER and link["measure_id"] in by_id:
            serving[link["item"]].append(by_id[link["measure_id"]])
    shared: dict[tuple[str, str], list[str]] = defaultdict(list)
    for item, rows in serving.items():
        rows.sort(key=lambda row: place[row["doc_id"]])
        for one, other in _partners(rows, [issuer_of.get(row["doc_id"], row["doc_id"]) for row in rows]):
            shared[one, other].append(item)
    bigrams = {one: _bigrams(by_id[one]) for one in {one for pair in shared for one in pair}}
    for (one, other), items in sorted(shared.items()):
        title = title_likeness(by_id[one]["title"], by_id[other]["title"])
        bodies = _dice(bigrams[one], bigrams[other])
        evidence = f"both serve {', '.join(sorted(items))}; titles alike {title:.2f}, bodies {bodies:.2f}"
        yield _row(one, other, "same_item", 0.5 + 0.25 * title + 0.25 * bodies, evidence)


def _partners(rows: list[Row], issuers: list[Any]) -> set[tuple[str, str]]:
    """Pairs of different issuers: each measure, and the likest of each of ``_MOST_PARTNERS`` plans.

    Likeness is that of the titles.
    """
    keys = [_stem(row["title"]) for row in rows]
    numbers = {issuer: n for n, issuer in enumerate(dict.fromkeys(issuers))}
    issuer = np.array([numbers[one] for one in issuers])
    pairs = set()
    for start in range(0, len(rows), _AT_ONCE):
        alike = process.cdist(keys[start : start + _AT_ONCE], keys, scorer=fuzz.ratio)
        for i, likeness in enumerate(alike, start):
            others = np.flatnonzero(issuer != issuer[i])
            likest: dict[str, int] = {}
            for j in others[np.argsort(-likeness[others], kind="stable")].tolist():
                likest.setdefault(rows[j]["doc_id"], j)
                if len(likest) == _MOST_PARTNERS:
                    break
            pairs |= {(rows[min(i, j)]["measure_id"], rows[max(i, j)]["measure_id"]) for j in likest.values()}
    return pairs


def _bigrams(measure: Row) -> npt.NDArray[np.uint64]:
    """The different pairs of neighbouring characters of a measure, as numbers in order."""
    text = squash(measure["title"] + "".join(body(measure).values()))
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
    return np.unique(codes[:-1] << np.uint64(32) | codes[1:])


def _dice(a: npt.NDArray[np.uint64], b: npt.NDArray[np.uint64]) -> float:
    return 2 * len(np.intersect1d(a, b, assume_unique=True)) / (len(a) + len(b)) if len(a) or len(b) else 0.0


# --- rows -----------------------------------------------------------------------------------------


def issuers(documents: Sequence[Row]) -> dict[str, tuple[Any, ...]]:
    """What tells one municipality from another, by doc_id: its code, else its name and prefecture.

    A document that does not name its prefecture goes with those of the same name if they all have one
    prefecture. A document whose municipality is not known has no entry.
    """
    prefectures: dict[str, set[str]] = defaultdict(set)
    for row in documents:
        if row.get("municipality") and not row.get("municipality_code") and row.get("prefecture"):
            prefectures[row["municipality"]].add(row["prefecture"])
    found: dict[str, tuple[Any, ...]] = {}
    for row in documents:
        code, name, prefecture = (row.get(k) for k in ("municipality_code", "municipality", "prefecture"))
        if code:
            found[row["doc_id"]] = (code,)
        elif name:
            only = len(prefectures[name]) == 1
            found[row["doc_id"]] = (name, next(iter(prefectures[name])) if only else prefecture)
    return found


def _by_document(measures: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in measures:
        if row["title"]:
            found[row["doc_id"]].append(row)
    return found


def _items(links: Iterable[Row]) -> dict[str, dict[str, float]]:
    """Score of every item a measure serves."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for link in links:
        if link["item"] != OTHER:
            found[link["measure_id"]][link["item"]] = link["score"]
    return found
