"""Words that only look like a term. Distance alone joins none of them: they are put before a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from functools import cache
from typing import Any

import sudachipy
from rapidfuzz.distance import OSA

from normalize.found_forms import CONTEXT, KATAKANA_WORD, Document
from normalize.frozen import frozen
from normalize.glossaries import LATIN, WORD, is_latin, is_reading
from normalize.vocabulary import ORTHOGRAPHY, Form, Vocabulary, folded

_LETTERS = WORD + LATIN
_NAMED = "[「『【〈《“\"']"  # a name somebody gave stands in one of these
# One kana with its mark of voicing lost or added: a slip of the hand, or of a scanner.
_VOICING = str.maketrans(
    "ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴ",
    "カキクケコサシスセソタチツテトハヒフヘホハヒフヘホウ",
)


@frozen
class Review:
    """A pair for a person to decide: is ``surface`` a way to write ``canonical``?"""

    surface: str
    term_id: str
    canonical: str
    reason: str
    n_occurrences: int
    contexts: tuple[str, ...]


@cache
def _dictionary() -> Any:
    return sudachipy.Dictionary(dict="core").tokenizer(mode=sudachipy.SplitMode.C)


@cache
def in_no_dictionary(word: str) -> bool:
    """Whether SudachiDict (core) neither has ``word`` nor the words it could be made of."""
    return any(m.is_oov() and len(m.raw_surface()) > 2 for m in _dictionary().tokenize(word))


def with_lookalikes(
    document: Document,
    known: Vocabulary,
    unknown: Callable[[str], bool],
    headwords: Collection[str],
    apart: Collection[tuple[str, str]],
) -> tuple[Vocabulary, list[Review]]:
    """Katakana words one or two letters away from a term: slips of the pen, and pairs to review.

    A slip is a word no dictionary has, that nobody set in brackets or explained as a name, that differs in
    voicing only (チャットボッド), or stands in the term's own place: デジタルデバインド対策 where the
    document has デジタルデバイド対策.
    """
    forms: list[Form] = []
    reviews: list[Review] = []
    words = set(KATAKANA_WORD.findall(document.text))
    for word in sorted(w for w in words if len(w) >= 6 and not _covered(w, known)):
        near = known.nearest(word)
        if near is None or (word, near.canonical) in apart:
            continue
        evidence = None
        if word not in headwords and not _is_name(word, document) and unknown(word):
            evidence = _slip(word, near.canonical, document)
        if evidence:
            forms.append(Form(word, near.id, "spelling", evidence))
        else:
            count, contexts = document.contexts(word)
            why = f"{_apart(word, near.canonical)} from it, but may be a word of its own"
            reviews.append(Review(word, near.id, near.canonical, why, count, contexts))
    return known.extended([], forms), [*reviews, *_bracketed(document, known, apart)]


def _is_name(word: str, document: Document) -> bool:
    """「スマートソック」: what stands in brackets, or in a longer katakana name, somebody calls so."""
    return bool(re.search(rf"{_NAMED}[^\s」』】〉》”]{{0,10}}{re.escape(word)}", document.text))


def _slip(word: str, canonical: str, document: Document) -> str | None:
    """Why a word that no dictionary has is the term, or None where only its letters are like it."""
    if folded(word).translate(_VOICING) == folded(canonical).translate(_VOICING):
        return f"no dictionary has the word; {canonical} but for a mark of voicing"
    for m in re.finditer(re.escape(word), document.text):
        after = re.match(r"[の・]?[一-鿿]{2,}", document.text[m.end() : m.end() + 8])
        if after and canonical + after.group() in document.text:
            return f"no dictionary has the word; {canonical}{after.group()} stands in the same document"
    return None


_PAIR = re.compile(rf"(?<![{_LETTERS}・])(?P<a>[{_LETTERS}]{{3,20}})[(（](?P<b>[{_LETTERS}]{{3,20}})[)）]")


def _bracketed(document: Document, known: Vocabulary, apart: Collection[tuple[str, str]]) -> Iterator[Review]:
    """「住民接点（フロントヤード）」: a term and the word beside it are one thing, or one an example.

    No news is what a context joins, or ends a longer form: データに基づく政策立案（EBPM）.
    """
    pairs: dict[tuple[str, str], str] = {}
    for m in _PAIR.finditer(document.text):
        for word, other in ((m["a"], m["b"]), (m["b"], m["a"])):
            form = known.lookup(other)
            if not form or known.lookup(word) or known.terms[form.term_id].category == ORTHOGRAPHY:
                continue
            before = document.text[max(0, m.start() - CONTEXT) : m.end("a")] if word == m["a"] else ""
            longer = any(
                found.end == len(before) and found.form.term_id == form.term_id
                for found in known.find(before)
            )
            if not longer and not known.has(word, form.term_id):
                pairs.setdefault((word, form.term_id), m.group())
    for (word, owner), printed in sorted(pairs.items()):
        canonical = known.terms[owner].canonical
        if (word, canonical) not in apart and not is_reading(word, canonical) and not is_latin(word):
            count, contexts = document.contexts(word)
            yield Review(word, owner, canonical, f"written «{printed}»", count, contexts)


def _covered(word: str, known: Vocabulary) -> bool:
    """``word`` is a form or made of forms."""
    return sum(m.end - m.start for m in known.find(word)) >= len(word) - 1


def _apart(word: str, canonical: str) -> str:
    n = OSA.distance(folded(word), folded(canonical))
    return "one letter" if n == 1 else f"{n} letters"
