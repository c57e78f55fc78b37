"""Search that knows the variants of terms: デジタルデバイド対策 also finds 情報格差対策."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from dxplan.explore.data import Snapshot
from normalize.characters import normalize

Row = Mapping[str, Any]
_LATIN = re.compile(r"[a-z0-9 .+/-]+")
_MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a query: all it may be written as (folded), and the term it is, if it is one."""

    forms: tuple[str, ...]
    term_id: str | None

    def condition(self, column: str) -> tuple[str, list[str]]:
        """SQL that holds where a normalised column (an expression in lower case) has one of the forms."""
        tests, parameters = [], []
        for form in self.forms:
            if _LATIN.fullmatch(form):  # AI is not in RAID
                tests.append(f"regexp_matches({column}, ?)")
                parameters.append(rf"(^|[^a-z0-9]){re.escape(form)}($|[^a-z0-9])")
            else:
                tests.append(f"contains({column}, ?)")
                parameters.append(form)
        return f"({' or '.join(tests)})", parameters


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked, and the terms that were recognised in it."""

    text: str
    words: tuple[Word, ...]
    terms: tuple[Row, ...]
    printed: tuple[str, ...]

    def condition(self, *columns: str) -> tuple[str, list[str]]:
        """SQL that holds where every word is in one of the columns."""
        tests: list[str] = []
        parameters: list[str] = []
        for word in self.words:
            either = [word.condition(f"lower({column})") for column in columns]
            tests.append(f"({' or '.join(sql for sql, _ in either)})")
            parameters += [p for _, found in either for p in found]
        return " and ".join(tests) or "false", parameters

    def sentence_condition(self) -> tuple[str, list[str]]:
        """The same for sentences, where the places of terms are known even if a form is written apart."""
        tests: list[str] = []
        parameters: list[str] = []
        for word in self.words:
            sql, found = word.condition("folded")
            if word.term_id:
                sql = f"({sql} or sentence_id in (select sentence_id from mentions where term_id = ?))"
                found = [*found, word.term_id]
            tests.append(sql)
            parameters += found
        return " and ".join(tests) or "false", parameters

    def mark(self, text: str | None) -> Markup:
        """The text with what was found in it marked. Everything else is escaped."""
        needles = sorted({*self.printed, *(f for w in self.words for f in w.forms)}, key=len, reverse=True)
        if not text or not needles:
            return escape(text or "")
        parts = re.split(f"({'|'.join(map(re.escape, needles))})", text, flags=re.IGNORECASE)
        return Markup("").join(
            Markup("<mark>{}</mark>").format(part) if n % 2 else escape(part) for n, part in enumerate(parts)
        )


def fold(text: str) -> str:
    return normalize(text).strip().lower()


def parse(snapshot: Snapshot, text: str) -> Query:
    """Read a query: words stand apart, all must be found; each is widened by the forms of its terms."""
    forms: dict[str, dict[str, str]] = defaultdict(dict)  # term_id -> folded form -> as printed
    for row in snapshot.rows("select term_id, canonical as form from terms union all "
                             "select term_id, surface from variants"):  # fmt: skip
        forms[row["term_id"]].setdefault(fold(row["form"]), row["form"])
    words, found = [], []
    for part in fold(text).split()[:_MOST_WORDS]:
        term_id, inside = _term_in(part, forms)
        if term_id is None:
            words.append(Word((part,), None))
            continue
        found.append(term_id)
        widened = dict.fromkeys([part, *(part.replace(inside, form) for form in forms[term_id])])
        words.append(Word(tuple(widened), term_id if part == inside else None))
    printed = tuple(form for term_id in found for form in forms[term_id].values())
    return Query(text, tuple(words), tuple(_terms(snapshot, found)), printed)


def _term_in(word: str, forms: Mapping[str, Mapping[str, str]]) -> tuple[str | None, str]:
    """The longest term that a word is or holds."""
    best: tuple[str | None, str] = (None, "")
    for term_id, known in forms.items():
        for form in known:
            if len(form) > max(1, len(best[1])) and _holds(word, form):
                best = term_id, form
    return best


def _holds(word: str, form: str) -> bool:
    if _LATIN.fullmatch(form):
        return re.search(rf"(?<![a-z0-9]){re.escape(form)}(?![a-z0-9])", word) is not None
    return form in word


def _terms(snapshot: Snapshot, ids: Iterable[str]) -> Iterable[Row]:
    for term_id in dict.fromkeys(ids):
        for term in snapshot.rows("from terms where term_id = ?", [term_id]):
            sql = "from variants where term_id = ? order by n_mentions desc, surface"
            yield {**term, "variants": snapshot.rows(sql, [term_id])}
