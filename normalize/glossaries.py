"""What a document's glossary defines: its terms, and the other names its entries give them.

All of it holds in that document only: AのことをBという is one plan's own choice of words.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from normalize.characters import fold_width, nfc, normalize, split_number, squash, strip_note_marks
from normalize.frozen import frozen
from normalize.vocabulary import Form, Term, Vocabulary, folded

Row = Mapping[str, Any]

LATIN = "A-Za-z"
WORD = "ァ-ヺー一-鿿々"


def term_id(canonical: str) -> str:
    """Id of a term that is not in the curated vocabulary: of its letters, so the same in every dataset."""
    return "x_" + hashlib.sha256(canonical.encode()).hexdigest()[:10]


@frozen
class _Headword:
    """A glossary entry's headword as printed, its canonical form, and its other forms."""

    printed: str
    canonical: str
    others: tuple[str, ...]


_APART = re.compile(rf"(?<=[ぁ-ゖ{WORD}])\s+(?=[ぁ-ゖ{WORD}])")  # «水道 スマートメーター»
_BRACKETED = re.compile(r"^(?P<head>[^()（）]{2,})\s*[(（](?P<other>[^()（）]+)[)）]\s*$")


def _headword(row: Row, known: Vocabulary) -> _Headword | None:
    printed = strip_note_marks(nfc(str(row["term"] or ""))).strip()
    number, rest = split_number(printed)
    if number and known.lookup(rest):  # 「1-2 生成AI」
        printed = rest
    m = _BRACKETED.match(printed)
    head = (m["head"] if m else printed).strip()
    head = re.split("[/／]", head)[0].strip()  # 「CIO/CIO補佐官」 explains the first and what belongs to it
    canonical = _APART.sub("", normalize(head))
    if len(squash(canonical)) < 2:
        return None
    others = [m["other"].strip()] if m else []
    others += [str(row[name]) for name in ("abbreviation",) if row.get(name)]
    reading = str(row.get("reading") or "")
    kept = [o for o in others if squash(o) != squash(canonical) and o != reading and len(squash(o)) > 1]
    return _Headword(head, canonical, tuple(dict.fromkeys(kept)))


def headwords(glossary: Sequence[Row], known: Vocabulary) -> frozenset[str]:
    return frozenset(h.canonical for row in glossary if (h := _headword(row, known)))


_TELLING = 4  # letters of an abbreviation that tell what it stands for


class _Draft:
    """A document's own words, looked up while they grow, and indexed once at the end."""

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


def with_glossary(known: Vocabulary, glossary: Sequence[Row]) -> tuple[Vocabulary, dict[str, str]]:
    """The vocabulary with one document's own terms, and the term of every entry of its glossary.

    An entry is a known term if its headword, abbreviation or full name is; else it is a new one. Two or three
    letters stand for many things (AM, UD): they alone make an entry no known term.
    """
    entries: dict[str, str] = {}
    draft = _Draft(known)
    for row in glossary:
        headword = _headword(row, known)
        if headword is None:
            continue
        telling = [name for name in headword.others if len(name) >= _TELLING]
        names = (headword.canonical, *telling, str(row.get("expansion") or ""))
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
        if not is_reading(other, headword.canonical):
            yield Form(normalize(other), term.id, "abbreviation" if is_latin(other) else "synonym", where)
    for synonym in _synonyms(str(row.get("definition") or "")):
        yield Form(synonym, term.id, "synonym", f"its explanation in {where}")


_NAME = rf"[{WORD}{LATIN}・]{{3,16}}"
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


def is_latin(text: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z][A-Za-z0-9 .&-]*", fold_width(text)))


def _katakana(reading: Any) -> str | None:
    return str(reading).translate(_TO_KATAKANA) if reading else None


def is_reading(other: str, headword: str) -> bool:
    """Kana behind a headword say how it is read: 「CSIRT(シーサート)」, 「共通SaaS(さーす)」."""
    kana = re.fullmatch("[ぁ-ゖー]+", other) or re.fullmatch("[ァ-ヺー]{2,}", other)
    return bool(kana) and bool(re.search(f"[{LATIN}一-鿿]", headword))


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
