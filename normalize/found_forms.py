"""Forms of terms that a document itself shows: brackets, spaces, letters of another script, headings.

Every rule looks at one document with the vocabulary so far and yields (new term or None, form). What it
finds holds in that document, and the form it leads to is told by the vocabulary or by the word, never by
how often either is written elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from normalize.characters import normalize
from normalize.glossaries import LATIN, WORD, term_id
from normalize.vocabulary import ORTHOGRAPHY, Form, Kind, Term, Vocabulary, folded, term_rules

Row = Mapping[str, Any]

KATAKANA_WORD = re.compile("[ァ-ヺ][ァ-ヺー]+(?:・[ァ-ヺ][ァ-ヺー]+)*")
CONTEXT = 20  # characters shown on either side of a form
_LETTERS = WORD + LATIN
_HEADING_KINDS = frozenset({"title", "heading", "toc"})
_LONGEST_BLOCK = 20_000  # characters

Found = Iterator[tuple[Term | None, Form]]


def prose(block: Row) -> str:
    """The text of a block; nothing of one longer than any but a damaged file has: it would take hours."""
    text: str = block["text"] or ""
    return text if len(text) <= _LONGEST_BLOCK else ""


class Document:
    """The canonical text of one document, and the lines of its headings and table of contents."""

    def __init__(self, blocks: Sequence[Row]) -> None:
        self.text = "\n".join(prose(block) for block in blocks)
        self.headings = [
            line for block in blocks if block["kind"] in _HEADING_KINDS for line in prose(block).splitlines()
        ]

    def contexts(self, surface: str, limit: int = 3) -> tuple[int, tuple[str, ...]]:
        """How often ``surface`` occurs, and the first places with the text around them."""
        count = 0
        shown: list[str] = []
        for m in re.finditer(re.escape(surface), self.text):
            count += 1
            if len(shown) < limit:
                shown.append(around(self.text, m.start(), m.end()))
        return count, tuple(shown)


def around(text: str, start: int, end: int) -> str:
    return " ".join(text[max(0, start - CONTEXT) : end + CONTEXT].split())


def with_found(document: Document, known: Vocabulary, restated: Sequence[tuple[str, str]] = ()) -> Vocabulary:
    """The vocabulary with the forms that one document shows.

    ``restated``: titles of measures as this document repeats them, and as the plan before has them.
    """
    for rule in _RULES:
        known = known.extended(*_parts(rule(document, known)))
    return known.extended(*_parts(_restated(restated, known)))


def _parts(found: Found) -> tuple[list[Term], list[Form]]:
    terms, forms = [], []
    for term, form in found:
        terms += [term] if term else []
        forms.append(form)
    return terms, forms


_ABBREVIATED = re.compile(
    "[(（](?:以下、? ?)?[「『]?(?P<short>[A-Z][A-Za-z-]{1,7})[」』]?(?:という。?)?[)）]"
)


def _abbreviations(document: Document, known: Vocabulary) -> Found:
    """「公共データ利用規約（PDL）」, 「…（以下「PDL」という。）」: the letters stand for the term before."""
    text = document.text
    for m in _ABBREVIATED.finditer(text):
        if known.lookup(m["short"]):
            continue
        before = known.find(text, *_line_at(text, m.start()))
        owner = next((f.form.term_id for f in before if f.end == m.start()), None)
        if owner and known.terms[owner].category != ORTHOGRAPHY:
            shown = " ".join(text[max(0, m.start() - CONTEXT) : m.end()].split())
            yield None, Form(m["short"], owner, "abbreviation", f"written «{shown}»")


def _line_at(text: str, place: int) -> tuple[int, int]:
    """Start and end of the line of ``text`` that holds ``place``, with the line breaks around it."""
    end = text.find("\n", place)
    return max(text.rfind("\n", 0, place), 0), len(text) if end < 0 else end + 1


_RUN = rf"[ァ-ヺー]+|[一-鿿々]+|[{LATIN}][{LATIN}-]*[{LATIN}]"
_GAP = re.compile(rf"(?<=[{LATIN}])[ \u3000](?=[{WORD}])|(?<=[{WORD}])[ \u3000](?=[{LATIN}])")
_NO_GAP = re.compile(rf"(?<=[{LATIN}])(?=[{WORD}])|(?<=[{WORD}])(?=[{LATIN}])")
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


def _as_meant(printed: str, meant: str, kind: Kind, evidence: str, category: str = "複合語") -> Found:
    """A compound no list holds, and a form of it that only differs as ``kind`` says."""
    term = Term(term_id(meant), meant, category=category)
    yield term, Form(meant, term.id)
    yield None, Form(printed, term.id, kind, evidence)


def _spaced_compounds(document: Document, known: Vocabulary) -> Found:
    """«公開型 GIS» where 公開型GIS is written without the space elsewhere in the document."""
    spaced: dict[str, str] = {}
    for printed, left, right in _compounds(document.text, _GAP):
        if len(left) > 1 and len(right) > 1:
            spaced.setdefault(printed, left + right)
    if not spaced:
        return
    wanted = set(spaced.values())
    joined = {a + b for _, a, b in _compounds(document.text, _NO_GAP) if a + b in wanted}
    for printed, canonical in spaced.items():
        if canonical in joined and not known.lookup(canonical):
            yield from _as_meant(
                printed, canonical, "spacing", f"{canonical} stands without the space elsewhere"
            )


_ENCLOSED = re.compile(rf"[【「『](?P<name>[{_LETTERS}・ \u3000]{{3,14}})[】」』]")


def _spaced_names(document: Document, known: Vocabulary) -> Found:
    """【内部 DX】: what stands in brackets is one name, with or without spaces at its Latin letters."""
    for m in _ENCLOSED.finditer(document.text):
        printed, canonical = m["name"], _GAP.sub("", m["name"])
        if canonical != printed and not re.search(r"\s", canonical) and not known.lookup(canonical):
            yield from _as_meant(printed, canonical, "spacing", f"one name in brackets: {m.group()}")


_OF = re.compile(r"(?P<a>[ァ-ヺー]+|[一-鿿々]+) of (?P<b>[ァ-ヺー]+|[一-鿿々]+)")


def _english_particles(document: Document, known: Vocabulary) -> Found:
    """駐輪 of 許可: an English word between two Japanese ones is a の misread. A spelling, and no term."""
    for m in _OF.finditer(document.text) if " of " in document.text else ():
        meant = f"{m['a']}の{m['b']}"
        yield from _as_meant(m.group(), meant, "ocr", "«of» between Japanese words", ORTHOGRAPHY)


_PLAIN = re.compile(r"[A-Za-z]+|[ァ-ヺ][ァ-ヺー]*")
_MIXED = re.compile(rf"[{WORD}{LATIN}\u0370-\u03ff\u0400-\u052f]{{2,}}")


def _homoglyphs(document: Document, known: Vocabulary) -> Found:
    """A word with a letter of another script that only looks right: 全国统一規格."""
    words = (word for word in dict.fromkeys(_MIXED.findall(document.text)) if not _PLAIN.fullmatch(word))
    for printed in words:
        meant = normalize(printed)
        if meant == printed:
            continue
        foreign = len(meant) == len(printed) and any(
            a != b and not _is_folded(a, b) for a, b in zip(printed, meant)
        )
        if foreign and not any(found.kind for found in known.find(printed)):
            yield from _as_meant(printed, meant, "homoglyph", "a letter of another script")


def _is_folded(printed: str, meant: str) -> bool:
    """The change is one of width or a radical, as text layers of PDFs have them: no slip of the writer."""
    return unicodedata.normalize("NFKC", printed) == meant or "\u2e80" <= printed <= "\u2fdf"


_LONG_KEY_LENGTH = 4  # ビル and ビール are two words
_LONG_KEY = str.maketrans("ァィゥェォャュョ", "アイウエオヤユヨ", "ー・")


def _katakana_spellings(document: Document, known: Vocabulary) -> Found:
    """A long katakana word with and without long vowel marks, middle dots or small kana (マネジャー).

    The right one is the known term, else the longest without a dot: 公用文 writes サーバー, not サーバ.
    """
    groups: dict[str, set[str]] = defaultdict(set)
    for word in KATAKANA_WORD.findall(document.text):
        groups[word.translate(_LONG_KEY)].add(word)
    for key, spellings in groups.items():
        if len(key) < _LONG_KEY_LENGTH:
            continue
        target = known.targets_by(_long_key).get(key)
        if target:
            spellings |= {target.canonical}
        if len(spellings) < 2:
            continue
        ranked = sorted(spellings, key=lambda w: (known.lookup(w) is None, "・" in w, -len(w), w))
        right, others = ranked[0], [w for w in ranked[1:] if not known.lookup(w)]
        form = known.lookup(right)
        owner = form.term_id if form else term_id(right)
        if form is None and others:
            yield Term(owner, right, category="複合語"), Form(right, owner)
        for other in others:
            why = f"{right} but for long vowel marks, dots and small kana"
            yield None, Form(other, owner, _katakana_kind(other, right), why)


def _long_key(word: str) -> str:
    return word.translate(_LONG_KEY)


def _katakana_kind(word: str, right: str) -> Kind:
    if word.replace("・", "") == right.replace("・", ""):
        return "middle_dot"
    return "long_vowel" if word.replace("ー", "") == right.replace("ー", "") else "spelling"


def _elisions(document: Document, known: Vocabulary) -> Found:
    """セキュリティポリシー beside 情報セキュリティポリシー in one document."""
    for rule in term_rules()["elisions"]:
        full, short = rule["full"], rule["short"]
        long = re.compile(f"{full}([ァ-ヺー]{{3,}})")
        brief = re.compile(f"(?<![{WORD}]){short}([ァ-ヺー]{{3,}})")
        rests = set(long.findall(document.text)) & set(brief.findall(document.text))
        for rest in sorted(rests):
            if not known.lookup(short + rest):
                term = Term(term_id(full + rest), full + rest, category="複合語")
                yield term, Form(term.canonical, term.id)
                why = f"{full}{rest} in the same document"
                yield None, Form(short + rest, term.id, "abbreviation", why)


_OFFICE_END = re.compile("(?:課|室|係|局)(?![一-鿿])")
_OFFICE = re.compile(f"[一-鿿々ァ-ヺー]{{0,8}}?{_OFFICE_END.pattern}")


def _office_names(document: Document, known: Vocabulary) -> Found:
    """子ども未来課 beside こども未来課 in one document: one office.

    The right one is the first in the order of the letters, which is the one in kana (こども基本法).
    A spelling, no term.
    """
    names: dict[str, set[str]] = defaultdict(set)
    text = document.text
    lines = dict.fromkeys(_line_at(text, m.start()) for m in _OFFICE_END.finditer(text))
    for match in (match for line in lines for match in known.find(text, *line)):
        term = known.terms[match.form.term_id]
        tail = _OFFICE.match(text, match.end)
        if term.category == ORTHOGRAPHY and tail:
            names[term.canonical + tail.group()].add(match.surface + tail.group())
    for _, spellings in sorted(names.items()):
        if len(spellings) < 2:
            continue
        right = min(spellings)
        term = Term(term_id(right), right, category=ORTHOGRAPHY)
        yield term, Form(right, term.id)
        for other in sorted(spellings - {right}):
            yield None, Form(other, term.id, "kanji", f"{right} is the same office in the same document")


_PAGE_NUMBER = re.compile(r"[\s.…・･_‥]*(?:P\.?)?\s*\d+P?\s*$")


def _headings_that_differ(document: Document, known: Vocabulary) -> Found:
    """A heading and its line in the table of contents differ in one katakana word, a term in one of them."""
    keys = {folded(_PAGE_NUMBER.sub("", line)) for line in document.headings}
    for line in dict.fromkeys(document.headings):
        key = folded(_PAGE_NUMBER.sub("", line))
        for m in KATAKANA_WORD.finditer(line):
            near = None if known.lookup(m.group()) else known.nearest(m.group())
            if near and key.replace(folded(m.group()), folded(near.canonical)) in keys:
                why = f"the same heading has {near.canonical} elsewhere in the document"
                yield None, Form(m.group(), near.id, "spelling", why, near=re.escape(line.strip()))


_WORD_RUN = re.compile(rf"[{WORD}]+")


def _restated(titles: Sequence[tuple[str, str]], known: Vocabulary) -> Found:
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


_RULES: tuple[Callable[[Document, Vocabulary], Found], ...] = (
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
