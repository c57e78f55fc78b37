"""Terms of a whole dataset: one vocabulary, the forms each term is written in, and every occurrence.

The curated vocabulary holds in every document; what a document defines or shows (its glossary, its brackets)
holds in that document. So a term, its canonical form and its id are the same in any part of a dataset. A pair
that only looks alike is put before a person (``reviews``) and never joined.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any, NamedTuple

from normalize.characters import nfc
from normalize.columns import Columns
from normalize.found_forms import Document, prose, with_found
from normalize.frozen import frozen
from normalize.glossaries import headwords, term_id, with_glossary
from normalize.lookalikes import Review, in_no_dictionary, with_lookalikes
from normalize.vocabulary import (
    ORTHOGRAPHY,
    Decision,
    Form,
    Match,
    Term,
    Vocabulary,
    curated,
    folded,
    shipped_decisions,
)

Row = Mapping[str, Any]  # a row of a contract table (dxplan/tables.py)

_MOST_CONTEXTS = 3


@frozen
class TermTables:
    """Rows of ``terms``, ``variants`` and ``mentions``, the doubtful pairs, and glossary entry → term."""

    terms: tuple[dict[str, Any], ...]
    variants: tuple[dict[str, Any], ...]
    mentions: Columns
    reviews: tuple[Review, ...]
    glossary: dict[str, str]  # entry_id → term_id


def unify(
    blocks: Sequence[Row],
    sentences: Sequence[Row],
    glossary: Sequence[Row] = (),
    *,
    vocabulary: Vocabulary | None = None,
    unknown: Callable[[str], bool] | None = None,
    decisions: Sequence[Decision] = (),
    restated: Sequence[tuple[str, str, str]] = (),
) -> TermTables:
    """One vocabulary over all documents. Arguments are rows of the tables of the same names.

    ``restated`` are (doc_id, title, title): a measure as a later plan repeats it and as its own plan has it.
    ``vocabulary`` replaces the curated one; ``unknown`` replaces the dictionary that tells whether a word is
    none (`in_no_dictionary`). ``decisions`` stand above every rule and above the shipped ones.
    """
    decided = _Decided(decisions)
    known, _ = decided.obey(vocabulary or curated())
    by_document: dict[str, list[Row]] = defaultdict(list)
    for block in blocks:
        by_document[block["doc_id"]].append(block)
    defined: dict[str, list[Row]] = defaultdict(list)
    for row in glossary:
        defined[row["doc_id"]].append(row)
    repeated: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for doc_id, later, own in restated:
        repeated[doc_id].append((later, own))
    tables = _Tables(known)
    for doc_id in dict.fromkeys((*by_document, *defined)):
        document = Document(by_document[doc_id])
        words, entries = with_glossary(known, defined[doc_id])
        words = with_found(document, words, repeated[doc_id])
        words, moved = decided.obey(words) if words is not known else (words, {})
        entries = {entry: moved.get(owner, owner) for entry, owner in entries.items()}
        explained = headwords(defined[doc_id], known)
        words, doubtful = with_lookalikes(
            document, words, unknown or in_no_dictionary, explained, decided.apart
        )
        tables.add(words, by_document[doc_id], entries, doubtful, decided.refused)
    return tables.made(sentences)


def review_table(tables: TermTables) -> list[dict[str, Any]]:
    """The doubtful pairs as rows for `dxplan terms --review`, the most frequent first."""
    rows = sorted(tables.reviews, key=lambda r: (-r.n_occurrences, r.surface))
    return [
        {
            "surface": r.surface,
            "canonical": r.canonical,
            "term_id": r.term_id,
            "reason": r.reason,
            "n_occurrences": r.n_occurrences,
            "contexts": list(r.contexts),
        }
        for r in rows
    ]


# --- what a person has decided --------------------------------------------------------------------


class _Decided:
    """Decisions of a person, those for this dataset before the shipped ones.

    ``refused``: pairs (surface, canonical) this dataset's decisions keep apart, wherever they stand;
    ``apart``: the shipped ones too, which leave a slip alone that its context shows.
    """

    def __init__(self, own: Sequence[Decision]) -> None:
        decided = {d.pair: d for d in (*shipped_decisions(), *own)}
        self.same = [d for d in decided.values() if d.same]
        self.apart = {pair for pair, d in decided.items() if not d.same}
        self.refused = {d.pair for d in own} & self.apart

    def obey(self, known: Vocabulary) -> tuple[Vocabulary, dict[str, str]]:
        """The vocabulary's own part as decided, and the terms that became forms of another, with that one."""
        terms = dict(known.own_terms)
        forms = [f for f in known.own_forms if not self._parts(f, known)]
        moved: dict[str, str] = {}
        for decision in self.same:
            form = known.lookup(decision.canonical)
            owner = form.term_id if form else term_id(decision.canonical)
            key = folded(decision.surface)
            if key == folded(known.terms[owner].canonical if form else decision.canonical):
                continue  # the search joins them already
            moved |= {t.id: owner for t in terms.values() if folded(t.canonical) == key and t.id != owner}
            forms = [
                replace(f, term_id=moved.get(f.term_id, f.term_id)) for f in forms if folded(f.surface) != key
            ]
            if known.base is None:  # a decision is for every document
                why = f"decided: {decision.because}" if decision.because else "decided by a person"
                if form is None:
                    terms.setdefault(owner, Term(owner, decision.canonical))
                    forms.append(Form(decision.canonical, owner))
                forms.append(Form(decision.surface, owner, decision.kind, why))
        return Vocabulary(terms, forms, known.base), moved

    def _parts(self, form: Form, known: Vocabulary) -> bool:
        pair = form.surface, known.terms[form.term_id].canonical
        return pair in self.refused or (pair in self.apart and not form.conditional)


# --- the tables -----------------------------------------------------------------------------------


class _Place(NamedTuple):
    """What is told of the block in which a term stands."""

    doc_id: str
    block_id: str
    page: int | None
    bbox: Any
    char_start: int | None


_PLACE = itemgetter(*_Place._fields)


class _Tables:
    """The tables while they grow, document by document."""

    def __init__(self, known: Vocabulary) -> None:
        self._known = known
        self._terms: dict[str, Term] = {}  # of the documents' own
        self._entries: dict[str, str] = {}
        self._found: list[tuple[_Place, Match]] = []
        self._reviews: dict[tuple[str, str], Review] = {}

    def add(
        self,
        words: Vocabulary,
        blocks: Sequence[Row],
        entries: Mapping[str, str],
        doubtful: Sequence[Review],
        refused: set[tuple[str, str]],
    ) -> None:
        found: list[tuple[_Place, Match]] = []
        for block in blocks:
            place = _Place._make(_PLACE(block))  # the block itself is not kept
            found += [
                (place, match)
                for match in words.find(prose(block))
                if (nfc(match.surface), words.terms[match.form.term_id].canonical) not in refused
            ]
        varied = {match.form.term_id for _, match in found if match.kind} | set(entries.values())
        self._found += [
            (place, match)
            for place, match in found
            if match.form.term_id in varied or words.terms[match.form.term_id].category != ORTHOGRAPHY
        ]  # a spelling that the document keeps to is no news
        if words.base is not None:
            for term in words.own_terms.values():
                self._terms.setdefault(term.id, term)
        self._entries |= entries
        for one in doubtful:
            pair = one.surface, one.term_id
            seen = self._reviews.get(pair)
            if seen:
                contexts = (*seen.contexts, *one.contexts)[:_MOST_CONTEXTS]
                one = replace(seen, n_occurrences=seen.n_occurrences + one.n_occurrences, contexts=contexts)
            self._reviews[pair] = one

    def _term(self, term_id: str) -> Term:
        return self._known.terms.get(term_id) or self._terms[term_id]

    def made(self, sentences: Sequence[Row]) -> TermTables:
        defined = set(self._entries.values())
        found = self._found
        used = {m.form.term_id for _, m in found} | defined
        definitions = Counter(self._entries.values())
        terms = tuple(
            {
                "term_id": t.id,
                "canonical": t.canonical,
                "reading": t.reading,
                "expansion": t.expansion,
                "category": t.category,
                "definition_count": definitions[t.id],
            }
            for t in sorted(map(self._term, used), key=lambda t: t.id)
        )
        variants = tuple(self._variants(found, used))
        reviews = tuple(self._reviews.values())
        return TermTables(terms, variants, _mentions(found, sentences), reviews, dict(self._entries))

    def _variants(self, found: Sequence[tuple[_Place, Match]], used: set[str]) -> Iterator[dict[str, Any]]:
        """Every form that occurs, and of the terms that occur the curated forms too (``n_mentions`` 0)."""
        places: dict[tuple[str, str], list[tuple[str, Match]]] = defaultdict(list)
        for place, match in found:
            if match.kind:
                places[match.form.term_id, nfc(match.surface)].append((place.doc_id, match))
        kinds: dict[tuple[str, str], Form] = {}
        for form in self._known.forms:
            if form.kind not in (None, "homoglyph") and form.term_id in used:
                key = form.term_id, nfc(form.surface)
                kinds.setdefault(key, form)
                if not form.conditional and form.surface != self._term(form.term_id).canonical:
                    places.setdefault(key, [])
        for (owner, surface), seen in sorted(places.items()):
            form = seen[0][1].form if seen else kinds[owner, surface]
            kind = seen[0][1].kind if seen else form.kind
            yield {
                "term_id": owner,
                "surface": surface,
                "canonical": self._term(owner).canonical,
                "kind": kind,
                "evidence": form.evidence or _RULE_EVIDENCE.get(str(kind), ""),
                "n_mentions": len(seen),
                "n_documents": len({doc for doc, _ in seen}),
            }


_RULE_EVIDENCE = {
    "spacing": "the same letters with other spaces",
    "width": "the same letters in another width",
    "homoglyph": "a letter of another script that looks the same",
    "middle_dot": "the same letters with or without a middle dot",
    "spelling": "the same letters in another case",
}


def _mentions(found: Sequence[tuple[_Place, Match]], sentences: Sequence[Row]) -> Columns:
    marked = {(place.doc_id, place.block_id) for place, _ in found}
    by_block: dict[tuple[str, str], list[tuple[int, int, str]]] = defaultdict(list)
    for sentence in sentences:
        block = sentence["doc_id"], sentence["block_id"]
        if block in marked:
            span = sentence["char_start"], sentence["char_end"], sentence["sentence_id"]
            by_block[block].append(span)
    starts = [(place.char_start or 0) + match.start for place, match in found]
    ends = [start + len(match.surface) for start, (_, match) in zip(starts, found)]
    homes = [
        _home(by_block[place.doc_id, place.block_id], start, end)
        for start, end, (place, _) in zip(starts, ends, found)
    ]
    surfaces = [match.surface for _, match in found]
    columns: dict[str, list[Any]] = {
        "doc_id": [place.doc_id for place, _ in found],
        "term_id": [match.form.term_id for _, match in found],
        "surface": surfaces,
        "kind": [match.kind for _, match in found],
        "sentence_id": homes,
        "block_id": [place.block_id for place, _ in found],
        "page": [place.page for place, _ in found],
        "bbox": [place.bbox for place, _ in found],
        "char_start": starts,
        "char_end": ends,
        "source_text": surfaces,
        "rule": ["terms.context" if match.form.conditional else "terms.form" for _, match in found],
        "confidence": [0.99 if match.kind is None else 0.95 for _, match in found],
    }
    return Columns(columns)


def _home(sentences: Sequence[tuple[int, int, str]], start: int, end: int) -> str | None:
    """The sentence of a block that holds a place."""
    return next((one for first, last, one in sentences if first <= start and end <= last), None)
