"""The same words as spaCy ``Doc``: for a researcher who wants spaCy's matchers and views on a plan.

`dxplan_ja` gives a pipeline whose tokens are ours (SudachiPy is asked once) and whose text is the raw text:
``doc.text == text``, so that spans map back to the document. spaCy is heavy: import this module only where
a ``Doc`` is wanted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span, Token
from spacy.util import DummyTokenizer

from extract.model import BlockKind
from extract.segment.sentences import sentences
from extract.segment.tokens import Token as Word
from extract.segment.tokens import Tokenizer
from normalize.amounts import find_quantities
from normalize.eras import find_dates
from normalize.municipalities import named_in
from normalize.vocabulary import Vocabulary, curated


def dxplan_ja() -> Language:
    """A blank Japanese pipeline with our tokens, sentences and terms.

    Of every token ``lemma_``, ``norm_``, ``tag_`` (品詞-細分類), ``morph`` (Reading) and the extension
    ``_.a_units`` (short units of mode A) are set; ``doc.spans["terms"]`` holds the terms, each span's label
    the term_id and ``_.kind`` how it differs from the canonical form. ``doc.spans`` has quantities
    (``_.value`` in ``_.unit``, as they may be compared), dates (``_.fy``) and municipalities (``_.code``)
    too.
    """
    nlp = spacy.blank("ja", config={"nlp": {"tokenizer": {"@tokenizers": "dxplan_tokenizer"}}})
    nlp.add_pipe("dxplan_sentences")
    nlp.add_pipe("dxplan_terms")
    nlp.add_pipe("dxplan_figures")
    return nlp


class _DocTokenizer(DummyTokenizer):  # type: ignore[misc]
    """Makes the ``Doc`` of a text; `DummyTokenizer` lends the (empty) serialisation."""

    def __init__(self, nlp: Language) -> None:
        self.vocab = nlp.vocab
        self.words = Tokenizer()

    def __call__(self, text: str) -> Doc:
        words = self.words.tokenize(text)
        pieces = _with_gaps(text, words)
        doc = Doc(self.vocab, words=[p for p, _, _ in pieces], spaces=[space for _, space, _ in pieces])
        for token, (_, _, word) in zip(doc, pieces):
            _annotate(token, word)
        return doc


def _with_gaps(text: str, words: list[Word]) -> list[tuple[str, bool, Word | None]]:
    """(token, is one space after it, word); white space that is not one space is a token of its own."""
    pieces: list[tuple[str, bool, Word | None]] = []
    at = 0
    for word in [*words, None]:
        gap = text[at : word.start if word else len(text)]
        if gap.startswith(" ") and pieces:
            pieces[-1] = (pieces[-1][0], True, pieces[-1][2])
            gap = gap[1:]
        if gap:
            pieces.append((gap, False, None))
        if word:
            pieces.append((word.surface, False, word))
            at = word.end
    return pieces


def _annotate(token: Token, word: Word | None) -> None:
    if word is None:
        token.tag_ = "空白"
        return
    token.lemma_ = word.lemma
    token.norm_ = word.normalized_form
    token.tag_ = word.pos1 if word.pos2 == "*" else f"{word.pos1}-{word.pos2}"
    token.set_morph({"Reading": word.reading})
    token._.a_units = word.a_units


@spacy.registry.tokenizers("dxplan_tokenizer")  # type: ignore[untyped-decorator]
def _make_tokenizer() -> Callable[[Language], _DocTokenizer]:
    return _DocTokenizer


class Sentences:
    """Sets the sentence starts by our rules; ``kind`` is the kind of block the texts are."""

    def __init__(self, kind: BlockKind) -> None:
        self.kind = kind

    def __call__(self, doc: Doc) -> Doc:
        starts = {start for start, _ in sentences(doc.text, self.kind)}
        for token in doc:
            token.is_sent_start = token.i == 0 or token.idx in starts
        return doc


@Language.factory(  # type: ignore[untyped-decorator]
    "dxplan_sentences", assigns=["token.is_sent_start"], default_config={"kind": "paragraph"}
)
def _make_sentences(nlp: Language, name: str, kind: BlockKind) -> Sentences:
    return Sentences(kind)


class Terms:
    """Puts the terms of the vocabulary into ``doc.spans["terms"]``."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    def __call__(self, doc: Doc) -> Doc:
        found: list[Span] = []
        for match in self.vocabulary.find(doc.text):
            span = doc.char_span(match.start, match.end, label=match.form.term_id, alignment_mode="expand")
            span._.kind = match.kind
            span._.canonical = self.vocabulary.terms[match.form.term_id].canonical
            found.append(span)
        doc.spans["terms"] = found
        return doc


@Language.factory("dxplan_terms", assigns=["doc.spans"])  # type: ignore[untyped-decorator]
def _make_terms(nlp: Language, name: str) -> Terms:
    return Terms(curated())


class Figures:
    """Puts the quantities, dates and municipalities of a text into ``doc.spans``."""

    def __call__(self, doc: Doc) -> Doc:
        doc.spans["quantities"] = [
            _marked(doc, q.start, q.end, q.unit_norm or "", value=q.value * q.factor, unit=q.unit_norm)
            for q in find_quantities(doc.text)
        ]
        doc.spans["dates"] = [_marked(doc, d.start, d.end, d.kind, fy=d.fy) for d in find_dates(doc.text)]
        doc.spans["municipalities"] = [
            _marked(doc, start, end, one.kind if one else "", code=one.code if one else None)
            for start, end, one in named_in(doc.text)
        ]
        return doc


def _marked(doc: Doc, start: int, end: int, label: str, **extensions: Any) -> Span:
    span = doc.char_span(start, end, label=label, alignment_mode="expand")
    for name, value in extensions.items():
        span._.set(name, value)
    return span


@Language.factory("dxplan_figures", assigns=["doc.spans"])  # type: ignore[untyped-decorator]
def _make_figures(nlp: Language, name: str) -> Figures:
    return Figures()


for _name in ("value", "unit", "fy", "code"):
    Span.set_extension(_name, default=None, force=True)
Token.set_extension("a_units", default=(), force=True)
Span.set_extension("kind", default=None, force=True)
Span.set_extension("canonical", default=None, force=True)
