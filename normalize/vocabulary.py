"""The vocabulary of the field, and where its forms stand in a text.

A text is searched in a folded shape (width, letter case, spaces beside Latin letters, middle dots between
katakana, letters that only look right), and every hit is given as it stands in the raw text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache, cached_property, lru_cache
from itertools import compress, count
from operator import add
from typing import Any, Final, Literal, cast, get_args

import yaml
from rapidfuzz.distance import OSA

from normalize import data
from normalize.characters import fold_width, normalize
from normalize.frozen import frozen

Kind = Literal[
    "spelling",
    "spacing",
    "width",
    "homoglyph",
    "ocr",
    "long_vowel",
    "middle_dot",
    "okurigana",
    "kanji",
    "abbreviation",
    "synonym",
]
KINDS: Final[tuple[str, ...]] = get_args(Kind)
ORTHOGRAPHY: Final = "表記"  # category of the spelling groups, which are words and not terms of the field

_KATAKANA = "ァ-ヺー"
_LATIN = "A-Za-zＡ-Ｚａ-ｚ"
_BARRIER = "\x00"  # what no form holds: nothing is found across it
_URL = re.compile(r"(?:https?://|www\.)[!-~]+|[\w.+-]+@[\w-]+\.[!-~]+", re.ASCII)
_SUSPECT = re.compile(
    rf"[\u0370-\u03ff\u0400-\u052f]|[{_LATIN}]ー[{_LATIN}]"
    rf"|[{_KATAKANA}][工口力二一卜夕八千干へべぺ‐‑–—―−－-][{_KATAKANA}]"
)
_REACH = 24  # characters around a suspect letter that may show which letter is meant
_KANA = "".join(map(chr, range(ord("ァ"), ord("ヺ") + 1))) + "ー"
_KANA_SET = frozenset(_KANA)
_KATAKANA_TERM = re.compile("[ァ-ヺ][ァ-ヺー]+(?:・[ァ-ヺ][ァ-ヺー]+)*")
_LONG_WORD = 6  # katakana from which on a word may be a part of a compound
_SMALL_OR_LONG = frozenset("ァィゥェォッャュョヮー")
# After the stem of a verb (取り組み, 組み合わせ): an ending, or a pause after the words a verb stands with.
_VERB_ENDING = re.compile(
    "ま(?:[すしせ]|$)|[るてたらずれ]|よう|つつ|続け|始め|やす|にく|な[がさい]|そう|得|きれ|直"
)
_VERB_PAUSE = re.compile(r"[、，。]|\s*$")
_VERB_BEFORE = re.compile("[をにもへはがとで]$|(?:て|的に|より|ずつ)$")
_NOTE_MARK = re.compile(r"^(?:[※＊*†][0-9０-９]{0,2}|[¹²³⁰⁴-⁹]+)")
_OBJECT = re.compile("(?:を|[いっし]て) ?$")
_NO_PARTICLE = re.compile("[^をがのにはもへでとやか]")


@frozen
class Term:
    """A term; ``canonical`` is the form all its other forms lead to."""

    id: str
    canonical: str
    reading: str | None = None
    expansion: str | None = None
    category: str | None = None
    broader: tuple[str, ...] = ()  # ids of wider terms
    related: tuple[str, ...] = ()  # ids of terms beside it


@frozen
class Form:
    """A way to write a term, and the text it has to stand in to mean it (patterns; empty = anywhere)."""

    surface: str
    term_id: str
    kind: Kind | None = None  # None: the canonical form
    evidence: str = ""
    preceded_by: str = ""
    followed_by: str = ""
    not_followed_by: str = ""
    near: str = ""
    verb: bool = False  # is also the stem of a verb, which is not meant

    @property
    def conditional(self) -> bool:
        return bool(self.preceded_by or self.followed_by or self.near)


@frozen
class Match:
    """A form found: ``surface == text[start:end]``; ``kind`` says how it differs from the canonical form."""

    start: int
    end: int
    surface: str
    form: Form
    kind: Kind | None


class Vocabulary:
    """Terms and their forms. Adding to it gives a new one, which looks up in this one too (``base``)."""

    def __init__(
        self, terms: Mapping[str, Term], forms: Iterable[Form], base: Vocabulary | None = None
    ) -> None:
        self.base = base
        self.own_terms = dict(terms)
        self.own_forms = tuple(dict.fromkeys(forms))

    def extended(self, terms: Collection[Term], forms: Collection[Form]) -> Vocabulary:
        """This vocabulary with more in it; of one that is itself an extension a new extension of its base."""
        if not terms and not forms:
            return self
        more = {t.id: t for t in terms}
        if self.base is None:
            return Vocabulary(more, forms, self)
        return Vocabulary(self.own_terms | more, (*self.own_forms, *forms), self.base)

    @cached_property
    def terms(self) -> Mapping[str, Term]:
        return {**self.base.own_terms, **self.own_terms} if self.base else self.own_terms

    @property
    def forms(self) -> tuple[Form, ...]:
        return (*(self.base.forms if self.base else ()), *self.own_forms)

    @cached_property
    def _own_by_key(self) -> dict[str, list[Form]]:
        found: dict[str, list[Form]] = {}
        for form in self.own_forms:
            found.setdefault(folded(form.surface), []).append(form)
        return found

    @cached_property
    def _own_by_start(self) -> dict[str, list[str]]:
        """Keys by their first three characters (or both), longest first."""
        found: dict[str, list[str]] = {}
        for key in sorted(self._own_by_key, key=_longest_first):
            found.setdefault(key[:3], []).append(key)
        return found

    @cached_property
    def _by_start(self) -> Mapping[str, list[str]]:
        if self.base is None:
            return self._own_by_start
        both = dict(self.base._own_by_start)
        for start, keys in self._own_by_start.items():
            both[start] = sorted({*both.get(start, ()), *keys}, key=_longest_first)
        return both

    @cached_property
    def _pairs(self) -> frozenset[str]:
        """The first two characters of all keys."""
        own = frozenset(key[:2] for key in self._own_by_key)
        return self.base._pairs | own if self.base else own

    def _of_key(self, key: str) -> list[Form]:
        own = self._own_by_key.get(key, [])
        if self.base is None:
            return own
        wider = self.base._own_by_key.get(key, [])
        return [*wider, *own] if own else wider

    def lookup(self, surface: str) -> Form | None:
        """The form that ``surface`` is a writing of, wherever it stands; conditional forms left out."""
        return next((f for f in self._of_key(folded(surface)) if not f.conditional), None)

    def has(self, surface: str, term_id: str) -> bool:
        """Whether ``surface`` is a form of the term, be it only in some contexts."""
        return any(f.surface == surface and f.term_id == term_id for f in self._of_key(folded(surface)))

    @cached_property
    def _targets(self) -> dict[str, Term]:
        """The long katakana terms by their folded shape: what another word may look like."""
        if self.base is not None:
            return self.base._targets
        return {
            folded(t.canonical): t
            for t in self.own_terms.values()
            if t.category != ORTHOGRAPHY
            and _KATAKANA_TERM.fullmatch(t.canonical)
            and len(t.canonical) >= _LONG_WORD
        }

    @cached_property
    def _targets_by(self) -> dict[Callable[[str], str], dict[str, Term]]:
        return {}

    def targets_by(self, key: Callable[[str], str]) -> dict[str, Term]:
        """The long katakana terms by another key."""
        root = self.base or self
        if key not in root._targets_by:
            root._targets_by[key] = {key(t.canonical): t for t in root._targets.values()}
        return root._targets_by[key]

    @cached_property
    def _nearest(self) -> dict[str, Term | None]:
        return {}

    def nearest(self, word: str) -> Term | None:
        """The one long katakana term a letter away (two where the word has eight or more), or None."""
        root = self.base or self
        if word not in root._nearest:
            root._nearest[word] = _nearest(folded(word), root._targets)
        return root._nearest[word]

    def find(self, text: str, start: int = 0, end: int | None = None) -> list[Match]:
        """All forms in ``text[start:end]``, left to right, the longest at each place, without overlap."""
        key_text, places = fold(text[start:end])
        if start:
            places = [start + place for place in places]
        found: list[Match] = []
        taken = 0
        pairs = map(add, key_text, key_text[1:])
        by_start = self._by_start
        for i in compress(count(), map(self._pairs.__contains__, pairs)):
            if i < taken:
                continue
            keys = by_start.get(key_text[i : i + 3])
            if short := by_start.get(key_text[i : i + 2]):
                keys = [*keys, *short] if keys else short
            for key in keys or ():
                if key_text.startswith(key, i) and (match := self._accept(text, places, i, key)):
                    found.append(match)
                    taken = i + len(key)
                    break
        return found

    def _accept(self, text: str, places: list[int], i: int, key: str) -> Match | None:
        start, end = places[i], places[i + len(key) - 1] + 1
        while text[end : end + 1] in _VOICING:
            end += 1
        if (i and places[i - 1] == start) or (i + len(key) < len(places) and places[i + len(key)] == end - 1):
            return None  # half of a character such as ㍿
        raw = text[start:end]
        if not _whole_word(text, start, end):
            return None
        plain = _plain_gaps(raw)
        fitting = [f for f in self._of_key(key) if (plain or f.surface == raw) and _fits(f, text, start, end)]
        if not fitting:
            return None
        same = [f for f in fitting if f.surface == raw] or fitting
        form = next((f for f in same if f.conditional), same[0])  # what the context says comes first
        if raw == self.terms[form.term_id].canonical:
            return Match(start, end, raw, form, None)
        return Match(start, end, raw, form, form.kind or difference(raw, form.surface))


def _longest_first(key: str) -> tuple[int, str]:
    return -len(key), key


def _nearest(key: str, targets: Mapping[str, Term]) -> Term | None:
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


# --- the folded shape of a text -------------------------------------------------------------------


_SMALL_KANA = str.maketrans("ァィゥェォッャュョヮ", "アイウエオツヤユヨワ")
_VOICING = ("ﾞ", "ﾟ")  # marks of half-width kana: part of the character before
# What changes alike, whatever stands beside it; a half-width letter with its voicing mark; a blank.
_PIECE = re.compile(r"[^ \u3000\xa0・･·•ﾞﾟ]+(?![ﾞﾟ])|(?P<voiced>[^ \u3000\xa0・･·•ﾞﾟ][ﾞﾟ])|(?P<blank>[ \u3000\xa0])")


def _fold_letter(letter: str) -> str:
    return fold_width(letter).lower().translate(_SMALL_KANA) or letter


class _Letters(dict[int, str]):
    """What each character becomes in the folded shape, found out when it is first met."""

    def __missing__(self, code: int) -> str:
        return self.setdefault(code, _fold_letter(chr(code)))


_LETTERS = _Letters()


def fold(text: str) -> tuple[str, list[int]]:
    """The shape in which forms are searched, and for each of its characters the place in ``text``."""
    text = letters_meant(_URL.sub(lambda m: _BARRIER * len(m.group()), text))
    out: list[str] = []
    places: list[int] = []
    for m in _PIECE.finditer(text):
        piece, (start, end) = m.group(), m.span()
        if m["blank"]:
            if text[start - 1 : start].isspace() or text[end : end + 1].isspace():
                out.append(_BARRIER)
                places.append(start)
            continue
        shape = _fold_letter(piece) if m["voiced"] else piece.translate(_LETTERS)
        out.append(shape)
        if m["voiced"]:
            places += [start] * len(shape)
        elif len(shape) == len(piece):
            places += range(start, end)
        else:  # ㍿
            places += [i for i, char in enumerate(piece, start) for _ in _LETTERS[ord(char)]]
    return "".join(out), places


@lru_cache(maxsize=50_000)
def folded(text: str) -> str:
    """The folded shape of a word."""
    return fold(text)[0]


def letters_meant(text: str) -> str:
    """``text`` with letters that only look right replaced, one for one."""
    for m in _SUSPECT.finditer(text):
        before = re.split(rf"[\s{_BARRIER}]", text[max(0, m.start() - _REACH) : m.start()])[-1]
        after = re.split(rf"[\s{_BARRIER}]", text[m.end() : m.end() + _REACH])[0]
        start, end = m.start() - len(before), m.end() + len(after)
        meant = normalize(text[start:end])
        if len(meant) == end - start:
            text = text[:start] + meant + text[end:]
    return text


def difference(raw: str, canonical: str) -> Kind:
    """How ``raw`` is written where its folded shape is that of ``canonical``."""
    if any(unicodedata.category(c)[0] == "L" and not _usual(c) for c in raw):
        return "homoglyph"
    if len(raw.split()) != len(canonical.split()):
        return "spacing"
    plain, wanted = fold_width(raw), fold_width(canonical)
    if plain == wanted:
        return "width"
    if plain.replace("・", "") == wanted.replace("・", ""):
        return "middle_dot"
    small = (plain.translate(_SMALL_KANA), wanted.translate(_SMALL_KANA))
    return "spelling" if small[0].lower() == small[1].lower() else "homoglyph"


def _usual(char: str) -> bool:
    """A letter of Japanese or Latin script, whatever its width; 统 and й are not."""
    folded = fold_width(char)
    known_script = re.fullmatch("[!-~ぁ-ヿ々〆一-鿿㐀-䶿]*", folded)
    return known_script is not None and folded == unicodedata.normalize("NFKC", char)


@cache
def _latin(char: str) -> bool:
    return fold_width(char).isascii() and fold_width(char).isalnum()


_SET_APART = re.compile(rf"[{_LATIN}]\s")
_LETTER_BEFORE = re.compile(rf"(?<![{_LATIN}])[{_LATIN}][ \u3000]$")
_LETTER_AFTER = re.compile(rf"[ \u3000][{_LATIN}](?![{_LATIN}])")


def _whole_word(text: str, start: int, end: int) -> bool:
    """Not a part of a longer Latin or katakana word (a long katakana word may stand in a compound)."""
    before, after = text[start - 1 : start], text[end : end + 1]
    raw = text[start:end]
    if before and _latin(raw[0]) and (_latin(before) and not (before.isdigit() and not raw[0].isdigit())):
        return False
    if after and _latin(raw[-1]) and _latin(after) and not after.isdigit():
        return False
    if after.isdigit() and raw[-1].isdigit():
        return False
    if _SET_APART.search(raw) and (
        _LETTER_BEFORE.search(text[max(0, start - 3) : start]) or _LETTER_AFTER.match(text[end : end + 3])
    ):
        return False  # «I T» of «I o T»
    head, tail = (len(raw) - len(raw.lstrip(_KANA)), len(raw) - len(raw.rstrip(_KANA)))
    if 0 < head < _LONG_WORD and before in _KANA_SET:
        return False
    return not (tail and after in _KANA_SET and (tail < _LONG_WORD or after in _SMALL_OR_LONG))


def _plain_gaps(raw: str) -> bool:
    """Spaces stand beside Latin letters or figures, middle dots between katakana: else it is two words."""
    for i, char in enumerate(raw):
        if char in " \u3000\xa0" and not (_latin(raw[i - 1]) or _latin(raw[i + 1])):
            return False
        if char in "・･·•" and not re.fullmatch(f"[{_KATAKANA}ｦ-ﾟ]{{2}}", raw[i - 1] + raw[i + 1]):
            return False
    return True


def _fits(form: Form, text: str, start: int, end: int) -> bool:
    raw = text[start:end]
    if not _right_case(raw, form.surface):
        return False
    if form.preceded_by and not re.search(f"(?:{form.preceded_by})$", text[max(0, start - 20) : start]):
        return False
    rest = _NOTE_MARK.sub("", text[end : end + 20])
    if form.followed_by and not re.match(form.followed_by, rest):
        return False
    if form.not_followed_by and re.match(form.not_followed_by, rest):
        return False
    if form.near and not re.search(form.near, text):
        return False
    return not (form.verb and _is_verb(text[max(0, start - 4) : start], rest))


@lru_cache(maxsize=50_000)
def _right_case(raw: str, surface: str) -> bool:
    """«it» is not IT: short forms are told by their capitals."""
    mine = re.sub("[^A-Za-z]", "", unicodedata.normalize("NFKC", raw))
    theirs = re.sub("[^A-Za-z]", "", surface)
    return mine == theirs or mine.isupper() or len(theirs) >= 3


def _is_verb(before: str, after: str) -> bool:
    if _VERB_ENDING.match(after) or (_OBJECT.search(before) and _NO_PARTICLE.match(after)):
        return True
    return bool(_VERB_PAUSE.match(after) and _VERB_BEFORE.search(before))


# --- the curated vocabulary -----------------------------------------------------------------------


@cache
def term_rules() -> dict[str, Any]:
    """``terms.yaml`` as it stands."""
    rules: dict[str, Any] = data.parsed("terms.yaml")
    return rules


@cache
def curated() -> Vocabulary:
    """The vocabulary of ``terms.yaml`` and ``orthography.tsv``."""
    terms: dict[str, Term] = {}
    forms: list[Form] = []
    for entry in term_rules()["terms"]:
        fields = {k: v for k, v in entry.items() if isinstance(v, str)}
        broader, related = tuple(entry.get("broader", ())), tuple(entry.get("related", ()))
        term = terms[entry["id"]] = Term(**fields, broader=broader, related=related)
        forms.append(Form(term.canonical, term.id))
        forms += _with_lookalike_letters(term)
        for kind in KINDS:
            forms += [Form(s, term.id, cast(Kind, kind), "curated: terms.yaml") for s in entry.get(kind, ())]
        if term.expansion:
            forms.append(Form(term.expansion, term.id, "synonym", "curated: full name, terms.yaml"))
    for slip in term_rules()["slips"]:
        forms.append(Form(**{("term_id" if k == "term" else k): v for k, v in slip.items()}))
    for group in _orthography():
        terms.setdefault(group.term_id, Term(group.term_id, group.term_id[2:], category=ORTHOGRAPHY))
        forms.append(group)
    forms += [Form(t.canonical, t.id) for t in terms.values() if t.category == ORTHOGRAPHY]
    return Vocabulary(terms, forms)


_SAME_READING = ("spelling", "okurigana", "kanji", "long_vowel", "middle_dot")
_OWN_READING = re.compile("[ァ-ヺー・]+")


def words() -> Iterator[tuple[str, str, str]]:
    """Surface, reading and normalised form of every word whose reading is known, for a segmenter.

    The normalised form is the canonical one for another spelling of it, else the word itself.
    """
    readings = term_rules()["readings"]
    vocabulary = curated()
    seen: set[str] = set()
    for form in vocabulary.forms:
        term, surface = vocabulary.terms[form.term_id], form.surface
        if form.conditional or term.category == ORTHOGRAPHY or surface in seen or form.kind == "homoglyph":
            continue
        spelling = form.kind in _SAME_READING
        own = surface.replace("・", "") if _OWN_READING.fullmatch(surface) else readings.get(surface)
        reading = own or (term.reading if form.kind is None or spelling else None)
        if reading:
            seen.add(surface)
            yield surface, reading, term.canonical if spelling else surface


def _with_lookalike_letters(term: Term) -> Iterator[Form]:
    """マイナンバ一, where nothing is counted; サイバ一攻撃; ぺーパーレス: the letters beside do not tell."""
    why, word = "a kanji that looks like the long vowel mark", term.canonical
    if len(word) >= _LONG_WORD - 1 and re.search("[ァ-ヺ]ー$", word):
        yield Form(f"{word[:-1]}一", term.id, "homoglyph", why, not_followed_by="[一-鿿0-9ヵヶカケつ]")
    if (before_kanji := re.sub("(?<=[ァ-ヺ])ー(?=[一-鿿])", "一", word)) != word:
        yield Form(before_kanji, term.id, "homoglyph", why)
    if word[0] in "ベペ" and len(word) >= _LONG_WORD - 1:
        hiragana = chr(ord(word[0]) - 0x60) + word[1:]
        yield Form(hiragana, term.id, "homoglyph", "a hiragana that looks like the katakana")


def _orthography() -> Iterator[Form]:
    for row in data.rows("orthography.tsv"):
        canonical, surface, kind, verb, before, not_after = (row + [""] * 6)[:6]
        yield Form(
            surface,
            f"o:{canonical}",
            cast(Kind, kind),
            "curated: orthography.tsv",
            preceded_by=before,
            not_followed_by=not_after,
            verb=verb == "yes",
        )


# --- what a person has decided --------------------------------------------------------------------


@frozen
class Decision:
    """A person's word: ``surface`` is a way to write ``canonical`` (``same``), or is none."""

    surface: str
    canonical: str
    same: bool
    kind: Kind = "synonym"
    because: str = ""

    @property
    def pair(self) -> tuple[str, str]:
        return self.surface, self.canonical


@cache
def shipped_decisions() -> tuple[Decision, ...]:
    """The decisions of ``review.yaml``."""
    return read_decisions(data.text("review.yaml"))


def read_decisions(text: str) -> tuple[Decision, ...]:
    """Decisions in the format of ``review.yaml``; entries whose ``same`` is empty are not decided yet.

    Raises:
        ValueError: which entry is wrong, and what would be right.
    """
    try:
        entries = yaml.safe_load(text) or []
    except yaml.YAMLError as error:
        raise ValueError(f"no YAML: {' '.join(str(error).split())}") from error
    if not isinstance(entries, list):
        raise ValueError("must be a list of entries, each beginning with «- surface:»")
    found = (_decision(i, entry) for i, entry in enumerate(entries, 1))
    return tuple(decision for decision in found if decision)


def _decision(i: int, entry: Any) -> Decision | None:
    fields = {k: v for k, v in entry.items() if v is not None} if isinstance(entry, dict) else {}
    unknown = fields.keys() - Decision.__dataclass_fields__.keys()
    if unknown or not {"surface", "canonical"} <= fields.keys():
        names = ", ".join(Decision.__dataclass_fields__)
        raise ValueError(f"entry {i}: needs surface and canonical, and may have no others than {names}")
    if "same" not in fields:
        return None
    if not isinstance(fields["same"], bool):
        raise ValueError(f"entry {i} ({fields['surface']}): same must be yes or no")
    kind = fields.get("kind", "synonym")
    if kind not in KINDS:
        raise ValueError(f"entry {i} ({fields['surface']}): kind must be one of {', '.join(KINDS)}")
    surface, canonical, because = (str(fields.get(name, "")) for name in ("surface", "canonical", "because"))
    return Decision(surface, canonical, fields["same"], kind, because)
