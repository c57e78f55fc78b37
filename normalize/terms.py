"""Terms of a whole dataset: one vocabulary, the forms each term is written in, and every occurrence.

The vocabulary is the curated one and the documents' own glossaries, merged. Forms are joined to a term by
rules that say why; a pair that only looks alike is put before a person (``reviews``) and never joined.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import product
from operator import itemgetter
from typing import Any, NamedTuple

import sudachipy
from rapidfuzz.distance import OSA

from normalize.characters import fold_width, nfc, normalize, split_number, squash, strip_note_marks
from normalize.columns import Columns
from normalize.frozen import frozen
from normalize.vocabulary import (
    ORTHOGRAPHY,
    Decision,
    Form,
    Kind,
    Match,
    Term,
    Vocabulary,
    curated,
    folded,
    shipped_decisions,
    term_rules,
)

Row = Mapping[str, Any]  # a row of a contract table (dxplan/tables.py)

_KATAKANA_WORD = re.compile("[ァ-ヺ][ァ-ヺー]+(?:・[ァ-ヺ][ァ-ヺー]+)*")
_LATIN = "A-Za-z"
_WORD = "ァ-ヺー一-鿿々"
_LETTERS = _WORD + _LATIN
_HEADING_KINDS = frozenset({"title", "heading", "toc"})
_LONGEST_BLOCK = 20_000  # characters
_CONTEXT = 20  # characters shown on either side of a doubtful form


@frozen
class Review:
    """A pair for a person to decide: is ``surface`` a way to write ``canonical``?"""

    surface: str
    term_id: str
    canonical: str
    reason: str
    n_occurrences: int
    contexts: tuple[str, ...]


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
    restated: Sequence[tuple[str, str]] = (),
) -> TermTables:
    """One vocabulary over all documents. Arguments are rows of the tables of the same names.

    ``restated`` are pairs of titles of one measure, as a later plan repeats it and as its own plan has it.
    ``vocabulary`` replaces the curated one; ``unknown`` replaces the dictionary that tells whether a word is
    none (`in_no_dictionary`). ``decisions`` stand above every rule and above the shipped ones.
    """
    corpus = _Corpus(blocks)
    known, entries = _with_glossary(vocabulary or curated(), glossary)
    for rule in _RULES:
        known = known.extended(*_parts(rule(corpus, known)))
    known = known.extended(*_parts(_restated(restated, known)))
    decided = _Decided(decisions)
    known, moved = decided.obey(known)
    entries = {entry: moved.get(owner, owner) for entry, owner in entries.items()}
    headwords = _headwords(glossary, known)
    known, doubtful = _with_lookalikes(corpus, known, unknown or in_no_dictionary, headwords, decided.apart)
    return _tables(known, blocks, sentences, entries, doubtful, decided.refused)


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


def _prose(block: Row) -> str:
    """The text of a block; nothing of one longer than any but a damaged file has: it would take hours."""
    text: str = block["text"] or ""
    return text if len(text) <= _LONGEST_BLOCK else ""


class _Corpus:
    """The canonical text of every document, and the lines of its headings and table of contents."""

    def __init__(self, blocks: Sequence[Row]) -> None:
        parts: dict[str, list[str]] = defaultdict(list)
        self.headings: dict[str, list[str]] = defaultdict(list)
        for block in blocks:
            parts[block["doc_id"]].append(_prose(block))
            if block["kind"] in _HEADING_KINDS:
                self.headings[block["doc_id"]] += _prose(block).splitlines()
        self.texts = {doc: "\n".join(texts) for doc, texts in parts.items()}

    def contexts(self, surface: str, limit: int = 3) -> tuple[int, tuple[str, ...]]:
        """How often ``surface`` occurs, and the first places with the text around them."""
        count = 0
        shown: list[str] = []
        for text in self.texts.values():
            for m in re.finditer(re.escape(surface), text):
                count += 1
                if len(shown) < limit:
                    around = text[max(0, m.start() - _CONTEXT) : m.end() + _CONTEXT]
                    shown.append(" ".join(around.split()))
        return count, tuple(shown)


# --- glossaries -----------------------------------------------------------------------------------


def term_id(canonical: str) -> str:
    """Id of a term that is not in the curated vocabulary: the same in every run and dataset."""
    return "x_" + hashlib.sha256(squash(canonical).encode()).hexdigest()[:10]


@frozen
class _Headword:
    """A glossary entry's headword as printed, its canonical form, and its other forms."""

    printed: str
    canonical: str
    others: tuple[str, ...]


_BRACKETED = re.compile(r"^(?P<head>[^()（）]{2,})\s*[(（](?P<other>[^()（）]+)[)）]\s*$")


def _headword(row: Row, known: Vocabulary) -> _Headword | None:
    printed = strip_note_marks(nfc(str(row["term"] or ""))).strip()
    number, rest = split_number(printed)
    if number and known.lookup(rest):  # 「1-2 生成AI」
        printed = rest
    m = _BRACKETED.match(printed)
    head = (m["head"] if m else printed).strip()
    head = re.split("[/／]", head)[0].strip()  # 「CIO/CIO補佐官」 explains the first and what belongs to it
    canonical = normalize(head)
    if len(squash(canonical)) < 2:
        return None
    others = [m["other"].strip()] if m else []
    others += [str(row[name]) for name in ("abbreviation",) if row.get(name)]
    reading = str(row.get("reading") or "")
    kept = [o for o in others if squash(o) != squash(canonical) and o != reading and len(squash(o)) > 1]
    return _Headword(head, canonical, tuple(dict.fromkeys(kept)))


def _headwords(glossary: Sequence[Row], known: Vocabulary) -> frozenset[str]:
    return frozenset(h.canonical for row in glossary if (h := _headword(row, known)))


class _Draft:
    """A vocabulary that is looked up while it grows, and indexed once at the end."""

    def __init__(self, known: Vocabulary) -> None:
        self._known = known
        self._terms: dict[str, Term] = {}
        self._forms: dict[str, Form] = {}

    def lookup(self, surface: str) -> Form | None:
        return self._known.lookup(surface) or self._forms.get(folded(surface))

    def term(self, term_id: str) -> Term:
        return self._known.terms.get(term_id) or self._terms[term_id]

    def add_term(self, term: Term) -> None:
        self._terms[term.id] = term

    def add_form(self, form: Form) -> None:
        """Take ``form``, unless the vocabulary has one that is written so."""
        if not self.lookup(form.surface):
            self._forms[folded(form.surface)] = form

    def vocabulary(self) -> Vocabulary:
        return self._known.extended(self._terms.values(), self._forms.values())


def _with_glossary(known: Vocabulary, glossary: Sequence[Row]) -> tuple[Vocabulary, dict[str, str]]:
    """The vocabulary with the documents' own terms, and the term of every glossary entry.

    An entry is a known term if its headword, abbreviation or full name is; else it is a new one.
    """
    entries: dict[str, str] = {}
    draft = _Draft(known)
    for row in glossary:
        headword = _headword(row, known)
        if headword is None:
            continue
        names = (headword.canonical, *headword.others, str(row.get("expansion") or ""))
        form = next((f for name in names if name and (f := draft.lookup(name))), None)
        owner = form.term_id if form else term_id(headword.canonical)
        if form is None:
            reading = _katakana(row.get("reading"))
            draft.add_term(Term(owner, headword.canonical, reading, row.get("expansion"), "用語集"))
        entries[str(row["entry_id"])] = owner
        for new in _entry_forms(row, headword, draft.term(owner)):
            draft.add_form(new)
        for reading_term, slip in _reading_slip(row, draft.term(owner)):
            draft.add_term(reading_term)
            draft.add_form(slip)
    return draft.vocabulary(), entries


def _entry_forms(row: Row, headword: _Headword, term: Term) -> Iterator[Form]:
    where = f"glossary entry «{headword.printed}»"
    as_term = headword.canonical == term.canonical
    yield Form(headword.canonical, term.id, None if as_term else "synonym", where)
    for other in headword.others:
        if not _is_reading(other, headword.canonical):
            yield Form(normalize(other), term.id, "abbreviation" if _is_latin(other) else "synonym", where)
    for synonym in _synonyms(str(row.get("definition") or "")):
        yield Form(synonym, term.id, "synonym", f"its explanation in {where}")


_NAME = rf"[{_WORD}{_LATIN}・]{{3,16}}"
_SYNONYM_RES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^(?P<a>{_NAME})のこと。",
        rf"(?:^|[。、\s])(?P<a>{_NAME})(?:、(?P<b>{_NAME}))?とも(?:呼ばれ|呼ぶ|いう|言う|いい|言い|称され)",
        rf"(?:^|[。\s])(?P<a>{_NAME}(?:の{_NAME})?)と称され",
    )
)


def _synonyms(definition: str) -> list[str]:
    """Names the explanation gives for the same thing (「〜とも呼ばれる」, 「〜のこと。」)."""
    found = [g for p in _SYNONYM_RES for m in p.finditer(definition) for g in m.groupdict().values() if g]
    return [name for name in dict.fromkeys(found) if len(squash(name)) >= 3]


def _is_latin(text: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z][A-Za-z0-9 .&-]*", fold_width(text)))


def _katakana(reading: Any) -> str | None:
    return str(reading).translate(_TO_KATAKANA) if reading else None


def _is_reading(other: str, headword: str) -> bool:
    """Kana behind a headword say how it is read: 「CSIRT(シーサート)」, 「共通SaaS(さーす)」."""
    kana = re.fullmatch("[ぁ-ゖー]+", other) or re.fullmatch("[ァ-ヺー]{2,}", other)
    return bool(kana) and bool(re.search(f"[{_LATIN}一-鿿]", headword))


_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_TO_HIRAGANA = {code + 0x60: code for code in range(0x3041, 0x3097)}
_SMALL = str.maketrans("ぁぃぅぇぉっゃゅょゎ", "あいうえおつやゆよわ")


def _reading_slip(row: Row, term: Term) -> list[tuple[Term, Form]]:
    """A reading in hiragana that differs from the known one in the size of its kana only (あいおーていー)."""
    m = _BRACKETED.match(str(row["term"] or "").strip())
    printed = str(row.get("reading") or (m["other"].strip() if m else ""))
    if not term.reading or not re.fullmatch("[ぁ-ゖー]+", printed):
        return []
    right = term.reading.translate(_TO_HIRAGANA)
    if printed == right or printed.translate(_SMALL) != right.translate(_SMALL):
        return []
    reading = Term(f"{term.id}.reading", right, term.reading, None, "読み")
    why = f"reading of {term.canonical} with a small kana set large"
    return [(reading, Form(printed, reading.id, "ocr", why))]


# --- forms found in the texts ---------------------------------------------------------------------
# Every rule looks at the texts and the vocabulary so far and yields (new term or None, form).

_Found = Iterator[tuple[Term | None, Form]]


def _parts(found: _Found) -> tuple[list[Term], list[Form]]:
    terms, forms = [], []
    for term, form in found:
        terms += [term] if term else []
        forms.append(form)
    return terms, forms


_ABBREVIATED = re.compile(
    "[(（](?:以下、? ?)?[「『]?(?P<short>[A-Z][A-Za-z-]{1,7})[」』]?(?:という。?)?[)）]"
)


def _abbreviations(corpus: _Corpus, known: Vocabulary) -> _Found:
    """「公共データ利用規約（PDL）」, 「…（以下「PDL」という。）」: the letters stand for the term before."""
    for text in corpus.texts.values():
        for m in _ABBREVIATED.finditer(text):
            if known.lookup(m["short"]):
                continue
            before = known.find(text, *_line_at(text, m.start()))
            owner = next((f.form.term_id for f in before if f.end == m.start()), None)
            if owner and known.terms[owner].category != ORTHOGRAPHY:
                around = text[max(0, m.start() - _CONTEXT) : m.end()]
                yield None, Form(m["short"], owner, "abbreviation", f"written «{' '.join(around.split())}»")


def _line_at(text: str, place: int) -> tuple[int, int]:
    """Start and end of the line of ``text`` that holds ``place``, with the line breaks around it."""
    end = text.find("\n", place)
    return max(text.rfind("\n", 0, place), 0), len(text) if end < 0 else end + 1


_RUN = rf"[ァ-ヺー]+|[一-鿿々]+|[{_LATIN}][{_LATIN}-]*[{_LATIN}]"
_GAP = re.compile(rf"(?<=[{_LATIN}])[ \u3000](?=[{_WORD}])|(?<=[{_WORD}])[ \u3000](?=[{_LATIN}])")
_NO_GAP = re.compile(rf"(?<=[{_LATIN}])(?=[{_WORD}])|(?<=[{_WORD}])(?=[{_LATIN}])")
_REACH = 24


def _compounds(text: str, gap: re.Pattern[str]) -> Iterator[tuple[str, str, str]]:
    """At every gap between Latin and Japanese letters the words left and right of it, longest first.

    Yields (as printed, left, right), where left and right are up to three and two runs of one script.
    """
    for m in gap.finditer(text):
        before = text[max(0, m.start() - _REACH) : m.start()]
        after = text[m.end() : m.end() + _REACH]
        left = [r.group() for r in re.finditer(_RUN, before)]
        lefts = [s for n in (3, 2, 1) if len(left) >= n and before.endswith(s := "".join(left[-n:]))]
        right = [r.group() for r in re.finditer(_RUN, after)]
        rights = [s for n in (2, 1) if len(right) >= n and after.startswith(s := "".join(right[:n]))]
        for a, b in product(lefts, rights):
            yield a + m.group() + b, a, b


def _as_meant(printed: str, meant: str, kind: Kind, evidence: str) -> _Found:
    """A compound no list holds, and a form of it that only differs as ``kind`` says."""
    term = Term(term_id(meant), meant, category="複合語")
    yield term, Form(meant, term.id)
    yield None, Form(printed, term.id, kind, evidence)


def _spaced_compounds(corpus: _Corpus, known: Vocabulary) -> _Found:
    """«公開型 GIS» where 公開型GIS is written without the space elsewhere."""
    spaced: dict[str, str] = {}
    for text in corpus.texts.values():
        for printed, left, right in _compounds(text, _GAP):
            if len(left) > 1 and len(right) > 1:
                spaced.setdefault(printed, left + right)
    wanted = set(spaced.values())
    joined = {
        left + right
        for text in corpus.texts.values()
        for _, left, right in _compounds(text, _NO_GAP)
        if left + right in wanted
    }
    for printed, canonical in spaced.items():
        if canonical in joined and not known.lookup(canonical):
            yield from _as_meant(
                printed, canonical, "spacing", f"{canonical} stands without the space elsewhere"
            )


_ENCLOSED = re.compile(rf"[【「『](?P<name>[{_LETTERS}・ \u3000]{{3,14}})[】」』]")


def _spaced_names(corpus: _Corpus, known: Vocabulary) -> _Found:
    """【内部 DX】: what stands in brackets is one name, with or without spaces at its Latin letters."""
    for text in corpus.texts.values():
        for m in _ENCLOSED.finditer(text):
            printed, canonical = m["name"], _GAP.sub("", m["name"])
            if canonical != printed and not re.search(r"\s", canonical) and not known.lookup(canonical):
                yield from _as_meant(printed, canonical, "spacing", f"one name in brackets: {m.group()}")


_OF = re.compile(r"(?P<a>[ァ-ヺー]+|[一-鿿々]+) of (?P<b>[ァ-ヺー]+|[一-鿿々]+)")


def _english_particles(corpus: _Corpus, known: Vocabulary) -> _Found:
    """駐輪 of 許可: an English word between two Japanese ones is a の misread."""
    for text in corpus.texts.values():
        for m in _OF.finditer(text):
            meant = f"{m['a']}の{m['b']}"
            yield from _as_meant(m.group(), meant, "ocr", "«of» between Japanese words")


def _homoglyphs(corpus: _Corpus, known: Vocabulary) -> _Found:
    """A word with a letter of another script that only looks right: 全国统一規格."""
    word = re.compile(rf"[{_WORD}{_LATIN}\u0370-\u03ff\u0400-\u052f]{{2,}}")
    for text in corpus.texts.values():
        for printed in dict.fromkeys(word.findall(text)):
            meant = normalize(printed)
            foreign = len(meant) == len(printed) and any(
                a != b and not _is_folded(a, b) for a, b in zip(printed, meant)
            )
            if foreign and not any(found.kind for found in known.find(printed)):
                yield from _as_meant(printed, meant, "homoglyph", "a letter of another script")


def _is_folded(printed: str, meant: str) -> bool:
    """The change is one of width or a radical, as text layers of PDFs have them: no slip of the writer."""
    return unicodedata.normalize("NFKC", printed) == meant or "\u2e80" <= printed <= "\u2fdf"


def _elisions(corpus: _Corpus, known: Vocabulary) -> _Found:
    """セキュリティポリシー beside 情報セキュリティポリシー in one document."""
    for rule in term_rules()["elisions"]:
        full, short = rule["full"], rule["short"]
        long = re.compile(f"{full}([ァ-ヺー]{{3,}})")
        brief = re.compile(f"(?<![{_WORD}]){short}([ァ-ヺー]{{3,}})")
        for text in corpus.texts.values():
            rests = set(long.findall(text)) & set(brief.findall(text))
            for rest in sorted(rests):
                if not known.lookup(short + rest):
                    term = Term(term_id(full + rest), full + rest, category="複合語")
                    yield term, Form(term.canonical, term.id)
                    why = f"{full}{rest} in the same document"
                    yield None, Form(short + rest, term.id, "abbreviation", why)


_OFFICE_END = re.compile("(?:課|室|係|局)(?![一-鿿])")
_OFFICE = re.compile(f"[一-鿿々ァ-ヺー]{{0,8}}?{_OFFICE_END.pattern}")


def _office_names(corpus: _Corpus, known: Vocabulary) -> _Found:
    """子ども未来課 beside こども未来課 in one document: the name written more often is the right one."""
    names: dict[str, Counter[str]] = defaultdict(Counter)
    for text in corpus.texts.values():
        here: dict[str, Counter[str]] = defaultdict(Counter)
        lines = dict.fromkeys(_line_at(text, m.start()) for m in _OFFICE_END.finditer(text))
        for match in (match for line in lines for match in known.find(text, *line)):
            term = known.terms[match.form.term_id]
            tail = _OFFICE.match(text, match.end)
            if term.category == ORTHOGRAPHY and tail:
                here[term.canonical + tail.group()][match.surface + tail.group()] += 1
        for key, spellings in here.items():
            if len(spellings) > 1:
                names[key] += spellings
    for spellings in names.values():
        (right, _), *others = spellings.most_common()
        term = Term(term_id(right), right, category="組織名")
        yield term, Form(right, term.id)
        for other, _ in others:
            yield None, Form(other, term.id, "kanji", f"{right} is written more often in the same document")


_LONG_KEY_LENGTH = 4  # ビル and ビール are two words
_LONG_KEY = str.maketrans("ァィゥェォャュョ", "アイウエオヤユヨ", "ー・")


def _katakana_spellings(corpus: _Corpus, known: Vocabulary) -> _Found:
    """A long katakana word with and without long vowel marks, middle dots or small kana (マネジャー).

    The right one is the known term, else the one written most often.
    """
    words = Counter(m.group() for text in corpus.texts.values() for m in _KATAKANA_WORD.finditer(text))
    groups: dict[str, list[str]] = defaultdict(list)
    for term in _targets(known).values():
        groups[term.canonical.translate(_LONG_KEY)].append(term.canonical)
    for word, _ in sorted(words.items(), key=lambda item: (-item[1], item[0])):
        groups[word.translate(_LONG_KEY)].append(word)
    for key, spellings in groups.items():
        right = next((w for w in spellings if known.lookup(w)), spellings[0])
        others = [w for w in dict.fromkeys(spellings) if w != right and not known.lookup(w)]
        if len(key) < _LONG_KEY_LENGTH or not others:
            continue
        form = known.lookup(right)
        owner = form.term_id if form else term_id(right)
        if form is None:
            yield Term(owner, right, category="複合語"), Form(right, owner)
        for other in others:
            why = f"{right} but for long vowel marks, dots and small kana"
            yield None, Form(other, owner, _katakana_kind(other, right), why)


def _katakana_kind(word: str, right: str) -> Kind:
    if word.replace("・", "") == right.replace("・", ""):
        return "middle_dot"
    return "long_vowel" if word.replace("ー", "") == right.replace("ー", "") else "spelling"


_PAGE_NUMBER = re.compile(r"[\s.…・･_‥]*(?:P\.?)?\s*\d+P?\s*$")


def _headings_that_differ(corpus: _Corpus, known: Vocabulary) -> _Found:
    """A heading and its line in the table of contents differ in one katakana word, a term in one of them."""
    targets = _targets(known)
    for lines in corpus.headings.values():
        keys = {folded(_PAGE_NUMBER.sub("", line)) for line in lines}
        for line in dict.fromkeys(lines):
            key = folded(_PAGE_NUMBER.sub("", line))
            for m in _KATAKANA_WORD.finditer(line):
                near = None if known.lookup(m.group()) else _nearest(m.group(), targets)
                if near and key.replace(folded(m.group()), folded(near.canonical)) in keys:
                    why = f"the same heading has {near.canonical} elsewhere in the document"
                    here = re.escape(line.strip())
                    yield None, Form(m.group(), near.id, "spelling", why, near=here)


_WORD_RUN = re.compile(rf"[{_WORD}]+")


def _restated(titles: Sequence[tuple[str, str]], known: Vocabulary) -> _Found:
    """A plan repeats a measure of the plan before it with another word where that one had a term."""
    for later, own in titles:
        pairs = list(zip(_WORD_RUN.findall(later), _WORD_RUN.findall(own)))
        differing = [(a, b) for a, b in pairs if a != b]
        if len(differing) != 1 or _WORD_RUN.sub("", later) != _WORD_RUN.sub("", own):
            continue
        word, meant = differing[0]
        form = known.lookup(meant)
        if form and not known.lookup(word):
            yield None, Form(word, form.term_id, "ocr", f"the plan before has {meant} in this title: {own}")


_RULES: tuple[Callable[[_Corpus, Vocabulary], _Found], ...] = (
    _abbreviations,
    _spaced_compounds,
    _spaced_names,
    _english_particles,
    _homoglyphs,
    _katakana_spellings,
    _elisions,
    _office_names,
    _headings_that_differ,
)


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
        """The vocabulary as decided, and the terms that became forms of another one, with that one."""
        terms, forms = dict(known.terms), [f for f in known.forms if not self._parts(f, known)]
        moved: dict[str, str] = {}
        for decision in self.same:
            form = known.lookup(decision.canonical)
            owner = form.term_id if form else term_id(decision.canonical)
            terms.setdefault(owner, Term(owner, decision.canonical))
            key = folded(decision.surface)
            if key == folded(terms[owner].canonical):
                continue  # the search joins them already
            moved |= {t.id: owner for t in known.terms.values() if folded(t.canonical) == key}
            forms = [
                replace(f, term_id=moved.get(f.term_id, f.term_id)) for f in forms if folded(f.surface) != key
            ]
            why = f"decided: {decision.because}" if decision.because else "decided by a person"
            forms += [Form(terms[owner].canonical, owner)] if form is None else []
            forms.append(Form(decision.surface, owner, decision.kind, why))
        return Vocabulary(terms, forms), moved

    def _parts(self, form: Form, known: Vocabulary) -> bool:
        pair = form.surface, known.terms[form.term_id].canonical
        return pair in self.refused or (pair in self.apart and not form.conditional)


# --- forms that only look alike -------------------------------------------------------------------


@cache
def _dictionary() -> Any:
    return sudachipy.Dictionary(dict="core").tokenizer(mode=sudachipy.SplitMode.C)


def in_no_dictionary(word: str) -> bool:
    """Whether SudachiDict (core) neither has ``word`` nor the words it could be made of."""
    return any(m.is_oov() and len(m.raw_surface()) > 2 for m in _dictionary().tokenize(word))


def _with_lookalikes(
    corpus: _Corpus,
    known: Vocabulary,
    unknown: Callable[[str], bool],
    headwords: frozenset[str],
    apart: set[tuple[str, str]],
) -> tuple[Vocabulary, list[Review]]:
    """Katakana words one or two letters away from a term.

    Joined where no dictionary knows the word and it is no glossary's headword; else a pair to review.
    """
    words = {m.group() for text in corpus.texts.values() for m in _KATAKANA_WORD.finditer(text)}
    targets = _targets(known)
    forms: list[Form] = []
    reviews: list[Review] = []
    for word in sorted(w for w in words if len(w) >= 6 and not _covered(w, known)):
        near = _nearest(word, targets)
        if near is None or (word, near.canonical) in apart:
            continue
        if word not in headwords and unknown(word):
            why = f"no dictionary has the word; {_apart(word, near.canonical)} from {near.canonical}"
            forms.append(Form(word, near.id, "spelling", why))
        else:
            count, contexts = corpus.contexts(word)
            why = "looks alike, but may be a word of its own"
            reviews.append(Review(word, near.id, near.canonical, why, count, contexts))
    return known.extended([], forms), [*reviews, *_bracketed(corpus, known, apart)]


_PAIR = re.compile(rf"(?<![{_LETTERS}・])(?P<a>[{_LETTERS}]{{3,20}})[(（](?P<b>[{_LETTERS}]{{3,20}})[)）]")


def _bracketed(corpus: _Corpus, known: Vocabulary, apart: set[tuple[str, str]]) -> Iterator[Review]:
    """「住民接点（フロントヤード）」: a term and the word beside it are one thing, or one an example.

    No news is what a context joins, or ends a longer form: データに基づく政策立案（EBPM）.
    """
    settled = {(form.surface, form.term_id) for form in known.forms}
    pairs: dict[tuple[str, str], str] = {}
    for text in corpus.texts.values():
        for m in _PAIR.finditer(text):
            for word, other in ((m["a"], m["b"]), (m["b"], m["a"])):
                form = known.lookup(other)
                if not form or known.lookup(word) or known.terms[form.term_id].category == ORTHOGRAPHY:
                    continue
                before = text[max(0, m.start() - _CONTEXT) : m.end("a")] if word == m["a"] else ""
                longer = any(
                    found.end == len(before) and found.form.term_id == form.term_id
                    for found in known.find(before)
                )
                if not longer and (word, form.term_id) not in settled:
                    pairs.setdefault((word, form.term_id), m.group())
    for (word, owner), printed in sorted(pairs.items()):
        canonical = known.terms[owner].canonical
        if (word, canonical) not in apart and not _is_reading(word, canonical) and not _is_latin(word):
            count, contexts = corpus.contexts(word)
            yield Review(word, owner, canonical, f"written «{printed}»", count, contexts)


def _targets(known: Vocabulary) -> dict[str, Term]:
    """The long katakana terms by their folded shape: what another word may look like."""
    return {
        folded(t.canonical): t
        for t in known.terms.values()
        if t.category != ORTHOGRAPHY and _KATAKANA_WORD.fullmatch(t.canonical) and len(t.canonical) >= 6
    }


def _covered(word: str, known: Vocabulary) -> bool:
    """``word`` is a form or made of forms."""
    return sum(m.end - m.start for m in known.find(word)) >= len(word) - 1


def _nearest(word: str, targets: Mapping[str, Term]) -> Term | None:
    """The one term a letter away (two where the word has eight or more); None for none or several."""
    key = folded(word)
    limit = 2 if len(key) >= 8 else 1
    scored = sorted(
        (distance, target)
        for target in targets
        if abs(len(target) - len(key)) <= limit
        and 0 < (distance := OSA.distance(key, target, score_cutoff=limit)) <= limit
    )
    if not scored or (len(scored) > 1 and scored[0][0] == scored[1][0]):
        return None
    return targets[scored[0][1]]


def _apart(word: str, canonical: str) -> str:
    n = OSA.distance(folded(word), folded(canonical))
    return "one letter" if n == 1 else f"{n} letters"


# --- the tables -----------------------------------------------------------------------------------


def _tables(
    known: Vocabulary,
    blocks: Sequence[Row],
    sentences: Sequence[Row],
    entries: Mapping[str, str],
    doubtful: Sequence[Review],
    refused: set[tuple[str, str]],
) -> TermTables:
    found: list[tuple[_Place, Match]] = []
    for block in blocks:
        place = _Place._make(_PLACE(block))  # the block itself is not kept
        found += [
            (place, match)
            for match in known.find(_prose(block))
            if (nfc(match.surface), known.terms[match.form.term_id].canonical) not in refused
        ]
    varied = {m.form.term_id for _, m in found if m.kind}
    plain = {t.id for t in known.terms.values() if t.category == ORTHOGRAPHY} - varied - set(entries.values())
    found = [(p, m) for p, m in found if m.form.term_id not in plain]  # a spelling all agree on is no news

    used = {m.form.term_id for _, m in found} | set(entries.values())
    definitions = Counter(entries.values())
    terms = tuple(
        {
            "term_id": t.id,
            "canonical": t.canonical,
            "reading": t.reading,
            "expansion": t.expansion,
            "category": t.category,
            "definition_count": definitions[t.id],
        }
        for t in sorted(known.terms.values(), key=lambda t: t.id)
        if t.id in used
    )
    mentions = _mentions(found, sentences)
    variants = tuple(_variants(known, found, used))
    return TermTables(terms, variants, mentions, tuple(doubtful), dict(entries))


class _Place(NamedTuple):
    """What is told of the block in which a term stands."""

    doc_id: str
    block_id: str
    page: int | None
    bbox: Any
    char_start: int | None


_PLACE = itemgetter(*_Place._fields)


def _variants(
    known: Vocabulary, found: Sequence[tuple[_Place, Match]], used: set[str]
) -> Iterator[dict[str, Any]]:
    """Every form that occurs, and of the terms that occur the curated forms too (``n_mentions`` 0)."""
    places: dict[tuple[str, str], list[tuple[str, Match]]] = defaultdict(list)
    for place, match in found:
        if match.kind:
            places[match.form.term_id, nfc(match.surface)].append((place.doc_id, match))
    for form in known.forms:
        canonical = known.terms[form.term_id].canonical if form.term_id in known.terms else ""
        if form.kind and form.term_id in used and not form.conditional and form.surface != canonical:
            places.setdefault((form.term_id, nfc(form.surface)), [])
    kinds = {(f.term_id, nfc(f.surface)): f for f in reversed(known.forms) if f.kind}
    for (owner, surface), seen in sorted(places.items()):
        form = seen[0][1].form if seen else kinds[owner, surface]
        kind = seen[0][1].kind if seen else form.kind
        yield {
            "term_id": owner,
            "surface": surface,
            "canonical": known.terms[owner].canonical,
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
        next((s for a, b, s in by_block[place.doc_id, place.block_id] if a <= start and end <= b), None)
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
