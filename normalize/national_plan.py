"""Which items of the national plan (自治体DX推進計画, 総務省) a measure of a municipal plan serves.

Items, editions and the words that speak for them are in ``data/national_plan.yaml``; here they are weighed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Literal

from rapidfuzz import fuzz

from normalize.characters import normalize, squash, strip_bullet
from normalize.data import parsed
from normalize.frozen import frozen

Basis = Literal["explicit", "title", "content"]
OTHER = "other"
REGIONAL = "regional_digital"
_CACHED = 20_000  # texts
_DIGITAL = re.compile(
    "デジタル|オンライン|インターネット|スマ|アプリ|システム|端末|データ|電子|ai|ict|iot|カメラ|センサー|レーダー"
    "|通信|クラウド|ロボット|自動|画面|ドローン|機器|予約制"
)

# A body's fields by how much a word in them says about the measure: what is done, what for, what was.
_FIELD_WEIGHT = {"actions": 1.0, "overview": 0.6, "approach": 0.6, "background": 0.3}
_ENOUGH_ALONE = 1.2  # points of a body whose title says nothing
_ENOUGH_BESIDE_TITLE = 2.0  # points for an item the title does not name
_ENOUGH_FOR_ONE = 0.6  # points of the one item most spoken of, where nothing else gives a link
_ONLY_SPOKEN_OF = 0.2  # score of that link
_ENOUGH_IN_PLAIN_WORDS = 0.6
_BROAD = 0.8  # what a point is worth where words are many and wide
_AT_MOST_BY_CONTENT = 3
_SAME = 90  # likeness of two titles of one item
_SHORTEST_TITLE = 4


@frozen
class Link:
    """A measure serves ``item``. ``basis``: by the document's own mark, by its title, by its body."""

    item: str
    item_title: str
    edition: str | None
    basis: Basis
    score: float


@frozen
class Item:
    """An item of the national plan with the patterns that speak for it."""

    id: str
    title: str
    core: bool
    tool: bool
    names: tuple[re.Pattern[str], ...]
    titles: tuple[re.Pattern[str], ...]
    hints: tuple[re.Pattern[str], ...]
    words: tuple[re.Pattern[str], ...]
    plain: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]


@frozen
class Edition:
    """An edition of the plan: month of publication (YYYY-MM) and its items with their titles."""

    edition: str
    published: str
    titles: Mapping[str, str]


@frozen
class NationalPlan:
    """``marks`` tie a measure to the plan; ``keys`` are comparison keys of each item's titles."""

    items: tuple[Item, ...]
    editions: tuple[Edition, ...]
    marks: tuple[str, ...]
    keys: Mapping[str, frozenset[str]]

    def edition_at(self, published: str | None) -> Edition:
        """The edition in force in a month (YYYY-MM), the newest one where the month is not known."""
        if published is None:
            return self.editions[-1]
        before = [e for e in self.editions if e.published <= published]
        return before[-1] if before else self.editions[0]


@cache
def national_plan() -> NationalPlan:
    data = parsed("national_plan.yaml")
    items = tuple(
        Item(
            one["id"],
            one["title"],
            one.get("core", False),
            one.get("tool", False),
            *(
                tuple(pattern(word) for word in one.get(kind, ()))
                for kind in ("names", "titles", "hints", "words", "plain", "unless")
            ),
        )
        for one in data["items"]
    )
    editions = tuple(Edition(e["edition"], str(e["published"]), e["items"]) for e in data["editions"])
    keys = {
        item.id: frozenset(squash(e.titles[item.id]) for e in editions if item.id in e.titles)
        for item in items
    }
    return NationalPlan(items, editions, tuple(fold(mark) for mark in data["marks"]), keys)


def pattern(word: str) -> re.Pattern[str]:
    """A word of the data files as a pattern over ``fold``-ed text; 「…」 is any 12 characters or less."""
    body = ".{0,12}?".join(f"({re.escape(part)})" for part in fold(word).split("…"))
    before = r"(?<![a-z])" if re.match("[A-Za-z]", word) else ""
    after = r"(?![a-z])" if re.search("[A-Za-z]$", word) else ""
    return re.compile(before + body + after)


@lru_cache(maxsize=_CACHED)
def fold(text: str) -> str:
    """Text to look for words in: normalised, lower case, without white space."""
    return "".join(normalize(text).split()).lower()


@lru_cache(maxsize=_CACHED)
def names_item(text: str) -> bool:
    """Whether a text is the title of an item of the plan in some edition, or a mark that ties to the plan.

    >>> names_item("・デジタルデバイド対策"), names_item("重点取組事項"), names_item("窓口の改善")
    (True, True, False)
    """
    plan, key = national_plan(), squash(strip_bullet(text))
    if len(key) < _SHORTEST_TITLE:
        return False
    titles = (title for titles in plan.keys.values() for title in titles)
    return fold(key) in plan.marks or any(fuzz.ratio(key, title) >= _SAME for title in titles)


def link(
    title: str,
    texts: Mapping[str, str] | None = None,
    tags: Sequence[str] = (),
    published: str | None = None,
    headings: Sequence[str] = (),
) -> list[Link]:
    """Links of one measure, strongest first; never empty (item ``other`` when nothing speaks for another).

    ``texts`` holds the body by field: overview, background, approach, and actions with one item a line.
    ``tags`` are the marks the document sets beside the measure, or items it names there; ``published``
    (YYYY-MM) tells the edition; ``headings`` are those the measure stands under: what they name needs less to
    be found in the body.
    """
    plan = national_plan()
    edition = plan.edition_at(published)
    marked = any(mark in fold(tag) for tag in tags for mark in plan.marks)
    by_title = _by_title(plan.items, fold(title))
    if by_title and all(score < 1 for _, score in by_title):
        by_title = _not_gainsaid(plan, by_title, texts or {})
    links = [
        _link(item, edition, "explicit" if marked and item.id in edition.titles else "title", score)
        for item, score in by_title
    ]
    links = _by_tags(plan, edition, tags, links)
    linked = {one.item for one in links}
    by_content = [
        _link(item, edition, "content", score)
        for item, score in _by_content(plan, texts or {}, by_title, fold(" ".join(headings)))
        if item.id not in linked
    ]
    links += by_content[:_AT_MOST_BY_CONTENT]
    other = next(item for item in plan.items if item.id == OTHER)
    return sorted(links, key=lambda one: -one.score) or [_link(other, edition, "content", 0.1)]


def nearest(item: str, measures: Iterable[Mapping[str, Any]]) -> tuple[Mapping[str, Any], list[str]] | None:
    """The measure with most words that speak for an item, and these words; None if none has any."""
    patterns = next((*one.names, *one.words, *one.hints) for one in national_plan().items if one.id == item)
    best: tuple[Mapping[str, Any], list[str]] | None = None
    for measure in measures:
        text = fold("\n".join([measure["title"] or "", *body(measure).values()]))
        said = list(dict.fromkeys(m.group() for one in patterns if (m := one.search(text))))
        if said and (best is None or len(said) > len(best[1])):
            best = measure, said
    return best


def link_measures(
    measures: Iterable[Mapping[str, Any]], documents: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Rows of ``national_links`` for rows of ``measures``, in their order."""
    published = {row["doc_id"]: row.get("published") for row in documents}
    return [
        {
            "doc_id": row["doc_id"],
            "measure_id": row["measure_id"],
            "item": one.item,
            "item_title": one.item_title,
            "edition": one.edition,
            "basis": one.basis,
            "score": one.score,
        }
        for row in measures
        for one in link(
            row["title"] or "",
            body(row),
            row.get("national_tags") or (),
            published.get(row["doc_id"]),
            (row.get("headings_path") or ())[:-1],
        )
    ]


def body(measure: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a ``measures`` row that tell what it is about; the items of actions one a line."""
    texts = {field: measure.get(field) or "" for field in _FIELD_WEIGHT if field != "actions"}
    return {**texts, "actions": "\n".join(measure.get("actions") or ())}


def _link(item: Item, edition: Edition, basis: Basis, score: float) -> Link:
    return Link(
        item.id,
        edition.titles.get(item.id, item.title),
        edition.edition if item.id in edition.titles else None,
        basis,
        round(score, 2),
    )


def _by_tags(plan: NationalPlan, edition: Edition, tags: Sequence[str], links: list[Link]) -> list[Link]:
    """Links with those that the document itself makes, by naming an item beside the measure."""
    keys = [key for tag in tags if len(key := squash(strip_bullet(tag))) >= _SHORTEST_TITLE]
    named = [
        item
        for item in plan.items
        if any(fuzz.ratio(key, title) >= _SAME for key in keys for title in plan.keys.get(item.id, ()))
    ]
    ids = {item.id for item in named}
    told = [_link(item, edition, "explicit", 1.0) for item in named]
    return [*told, *(one for one in links if one.item not in ids)]


def _by_title(items: Iterable[Item], title: str) -> list[tuple[Item, float]]:
    open_items = [item for item in items if not _any(item.unless, title)]
    named = [(item, 1.0) for item in open_items if _any((*item.names, *item.titles), title)]
    for patterns in (
        "words",
        "hints",
    ):  # what speaks for an item in a body does so in a title, if less surely
        named = named or [(item, 0.7) for item in open_items if _any(getattr(item, patterns), title)]
    return named


def _not_gainsaid(
    plan: NationalPlan, hinted: list[tuple[Item, float]], texts: Mapping[str, str]
) -> list[tuple[Item, float]]:
    """Items that a title hints at, but none where the body speaks of others only: 財布のいらない窓口."""
    body = _Body.of(texts)
    hints = {item.id for item, _ in hinted}
    others = any(_points(item, body.folded) >= _ENOUGH_ALONE for item in plan.items if item.id not in hints)
    if not others and not any(_spoken(body.folded, (*i.plain, *i.words, *i.hints)) for i, _ in hinted):
        return [] if _in_plain_words(plan, body) else hinted
    return [pair for pair in hinted if not others or _points(pair[0], body.folded)]


def _by_content(
    plan: NationalPlan, texts: Mapping[str, str], by_title: list[tuple[Item, float]], headings: str
) -> list[tuple[Item, float]]:
    """Items the body tells of, by points; beside a title that names an item, only what is done counts.

    One action is enough for an item that a heading above names, or that the approach names too.
    """
    beside_title = any(score == 1.0 for _, score in by_title)
    body = _Body.of(texts)
    found: list[tuple[Item, float]] = []
    spoken_of: dict[float, list[Item]] = defaultdict(list)
    for item in plan.items:
        points = body.points(item, beside_title)
        enough = _ENOUGH_BESIDE_TITLE if beside_title and item.core else _ENOUGH_ALONE
        if beside_title and (_any(item.names, headings) or body.says_twice(item)):
            enough = 1.0
        done = beside_title and not item.core and points
        if points >= enough or done or body.has_title(plan.keys.get(item.id, frozenset())):
            found.append((item, min(0.6, 0.2 + 0.1 * points)))
        spoken_of[points].append(item)
    most = max(spoken_of)
    if by_title or found:
        return sorted(found, key=lambda pair: -pair[1])
    if most >= _ENOUGH_FOR_ONE and len(spoken_of[most]) == 1:
        return [(spoken_of[most][0], _ONLY_SPOKEN_OF)]
    return [(item, _ONLY_SPOKEN_OF) for item in _in_plain_words(plan, body)]


def _in_plain_words(plan: NationalPlan, body: _Body) -> list[Item]:
    """The one item that a body tells of most in everyday words: 住民票の請求を家から済ませる.

    What has many words of the place and its trades is of the community only where something digital is said.
    """
    digital = any(_DIGITAL.search(text) for text in body.folded.values())
    points = {
        item: _spoken(body.folded, (*item.plain, *item.words, *item.names))
        * (_BROAD if item.id == REGIONAL else 1)
        for item in plan.items
        if (digital or item.id != REGIONAL) and not any(_any(item.unless, t) for t in body.folded.values())
    }
    most = max(points.values())
    first = [item for item, n in points.items() if n == most]
    return first if most >= _ENOUGH_IN_PLAIN_WORDS and len(first) == 1 else []


@frozen
class _Body:
    """A measure's body, folded, with its actions one by one and their comparison keys."""

    folded: Mapping[str, str]
    actions: tuple[str, ...]
    keys: tuple[str, ...]

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> _Body:
        lines = texts.get("actions", "").splitlines()
        folded = {field: fold(text) for field, text in texts.items()}
        return cls(folded, tuple(map(fold, lines)), tuple(map(squash, lines)))

    def points(self, item: Item, beside_title: bool) -> float:
        """How much is said of an item: every word at the weight of its field, and every action more."""
        in_actions = self.n_actions(item.names if beside_title and item.core else item.words)
        return float(in_actions) if beside_title else _points(item, self.folded) + max(0, in_actions - 1)

    def n_actions(self, patterns: Iterable[re.Pattern[str]]) -> int:
        together = "\n".join(self.actions)  # no pattern reaches over a line
        spoken = [one for one in patterns if one.search(together)]
        return sum(_any(spoken, action) for action in self.actions) if spoken else 0

    def says_twice(self, item: Item) -> bool:
        """Whether an action and what stands before it name the item, which is no mere tool."""
        if item.tool:
            return False
        before = self.folded.get("approach", "") + "\n" + self.folded.get("overview", "")
        return self.n_actions(item.names) > 0 and any(one.search(before) for one in item.names)

    def has_title(self, titles: frozenset[str]) -> bool:
        return any(fuzz.ratio(key, title) >= _SAME for key in self.keys for title in titles)


def _points(item: Item, folded: Mapping[str, str]) -> float:
    """Every word once, at the weight of the best field it stands in."""
    return _spoken(folded, item.words)


def _spoken(folded: Mapping[str, str], words: Iterable[re.Pattern[str]]) -> float:
    return sum(
        max(
            (weight for field, weight in _FIELD_WEIGHT.items() if word.search(folded.get(field, ""))),
            default=0.0,
        )
        for word in words
    )


def _any(patterns: Iterable[re.Pattern[str]], text: str) -> bool:
    return any(one.search(text) for one in patterns)
