"""Defined terms: glossary tables and lists, footnotes, and names given in the text (以下「…」という)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from math import exp

from extract.document import Document, Placed
from extract.labels import vocabulary
from extract.layout.marks import may_be_note
from extract.layout.numbering import numbered
from extract.records.fields import tidy
from extract.records.model import GlossaryEntry
from extract.structure.definitions import Entry, Glossary, glossaries
from normalize.characters import fold_width, squash
from normalize.eras import find_dates

_LETTER = r"[A-Za-zＡ-Ｚａ-ｚ]"
# SaaS, I o T, eL-QR; two acronyms joined (AI-OCR) are a name of their own, unless one of them is spelt out.
_ACRONYM = re.compile(
    rf"(?=(?:.*[A-ZＡ-Ｚ]){{2}})(?:[a-zａ-ｚ]\s?[A-ZＡ-Ｚ]\s?[-－‐]\s?)?{_LETTER}(?:\s?{_LETTER}){{1,7}}"
)
_LATIN_NAME = re.compile(rf"{_LETTER}(?:[\s\-－‐]*{_LETTER})+")
_PAREN = re.compile(r"^(?P<head>.+?)\s*[(（](?P<inner>[^()（）]+)[)）]\s*$", re.S)
_KANA = re.compile(r"[ぁ-んァ-ヶー・･\s]+")
_ENGLISH = r"[A-Z][A-Za-z]*(?:[\s\-–‐'’,/&:.]+[A-Za-z]+)+|[A-Z][a-z]+(?:\s+[A-Za-z]+)*"
_EXPANSIONS = (
    re.compile(
        rf"[「『\"“]?\s*({_ENGLISH})\s*[」』\"”]?\s*(?:[(（][^()（）]*[)）])?\s*[」』\"”]?\s*の(?:略|頭文字)"
    ),
    re.compile(rf"^\s*({_ENGLISH})(?=\s*[^\x00-\x7f])"),
    re.compile(rf"^\s*[(（]\s*({_ENGLISH})\s*[)）]"),
    re.compile(rf"(?:英語|英文)では?[「『]?({_ENGLISH})"),
)
_READ_AS = re.compile(
    r"[「『]?(?P<reading>[ァ-ヶー・]{2,})[」』]?(?:(?:又は|または)\S+?)?と(?:読む|読みます|呼ぶ|発音)"
)
_SPELT_OUT = re.compile(
    r"^[「『]?[A-Za-z][A-Za-z\s\-–‐,.]+[」』]?\s*[(（](?P<reading>[ァ-ヶー・\s]{4,})(?:[：:、][^()（）]*)?[)）]"
)
_HEREAFTER = re.compile(
    r"(?P<term>[^、。「」（）()\s]{2,40})\s*[(（]\s*以下、?\s*「(?P<short>[^」]{1,20})」\s*という。?\s*[)）]"
)
_LISTED = re.compile(
    r"^(?P<term>[^：:。\t]{1,40}?)\s*(?:[：:]|…{1,3}|‥|(?<=\s)[―—－-]\s|(?<=　　))\s*"
    r"(?P<definition>\S.{9,})$",
    re.S,
)
_APART = re.compile(r"^(?P<term>[^\s：:。]{1,30})\s(?P<definition>\s*\S.{9,})$", re.S)
_TERM_TAIL = re.compile(
    r"(?:[一-龥々ァ-ヶー]+\s(?=[A-Za-z]))?(?:[A-Za-zＡ-Ｚａ-ｚ0-9０-９+＋]+[\s\-－‐./])*[A-Za-zＡ-Ｚａ-ｚ0-9０-９+＋]*"
    r"[A-Za-zＡ-Ｚａ-ｚ0-9０-９一-龥々ァ-ヶー・･\-]+$"
)
_LONGEST_TERM = 120  # characters; looking for a term's beginning takes time by the square of them
_TERM_HEAD = re.compile(
    r"^(?:[\-・･ー]+|[0-9０-９]{1,2}[-－]?[0-9０-９]*[.．]\s*|[①-⑳]|[(（][0-9０-９]+[)）]|及び|又は|等|各|本市|国)"
)


def extract(document: Document) -> list[GlossaryEntry]:
    entries = [*_collected(document), *_footnotes(document)]
    defined = {squash(e.term) for e in entries}
    entries += [e for e in _inline(document) if squash(e.term) not in defined]
    return sorted(entries, key=lambda e: e.at.start)


# --- taking an entry apart ----------------------------------------------------------------------------


def abbreviation(term: str, expansion: str | None, definition: str = "") -> str | None:
    """The short form a term shows: an acronym that is the term, stands before or in its parentheses.

    A name made of a word its explanation uses (eL-QR: 統一QRコード) is no short form.

    >>> abbreviation("RPA", None), abbreviation("電子基盤(DMP)", None), abbreviation("AI-OCR", None)
    ('RPA', 'DMP', None)
    >>> abbreviation("SaaS(サース)", "Software as a Service"), abbreviation("CIO/CIO補佐官", None)
    ('SaaS', 'CIO')
    >>> abbreviation("A I - O C R", "Optical Character Recognition")
    'A I - O C R'
    >>> abbreviation("eL-QR", None, "二次元コードのこと。"), abbreviation("eL-QR", None, "QRコードの一種。")
    ('eL-QR', None)
    """
    paren = _PAREN.match(term)
    parts = [paren["head"], paren["inner"]] if paren else [term]
    for part in [p for whole in parts for p in re.split(r"\s*[/／]\s*", whole)]:
        if _ACRONYM.fullmatch(part.strip()):
            return None if _is_made_of(part, definition) else part.strip()
    lead = re.match(r"[A-Za-z]+", term)
    initials = _initials(expansion) if expansion else ""
    if lead and lead[0] == initials:
        return lead[0]
    return term if initials and _LATIN_NAME.fullmatch(term) and initials in squash(term).upper() else None


def _is_made_of(name: str, definition: str) -> bool:
    """Whether the last word of a hyphenated name stands in a longer word of its explanation."""
    joined, _, word = re.sub(r"\s", "", fold_width(name)).rpartition("-")
    return (
        bool(joined)
        and re.search(rf"(?<![A-Za-z]){re.escape(word)}(?=[ァ-ヶ一-龥])", fold_width(definition)) is not None
    )


def _initials(name: str, *, small: bool = False) -> str:
    """The capitals a name's words begin with; ``small``: other letters, too."""
    return "".join(w[0] for w in re.split(r"[\s\-–]+", name) if w[:1].isupper() or (small and w))


def reading(term: str, definition: str) -> str | None:
    """Kana in the term's parentheses, «…と読む» in the first sentence, or behind the name spelt out there."""
    paren = _PAREN.match(term)
    if paren and _KANA.fullmatch(paren["inner"]) and not _KANA.fullmatch(paren["head"]):
        return paren["inner"].strip()
    read = _READ_AS.search(definition.split("。")[0]) or _SPELT_OUT.match(definition)
    return read["reading"].strip() if read else None


def expansion(term: str, definition: str) -> str | None:
    """The full English name at the head of a definition, or in the term's parentheses."""
    head = definition.split("。")[0] + "。" + "。".join(definition.split("。")[1:2])
    for pattern in _EXPANSIONS:
        match = pattern.search(head)
        if match and len(match[1]) > 5 and " " in re.sub(r"[-–]", " ", match[1]):
            return re.sub(r"\s+", " ", match[1]).strip(" ,")
    spelt = [m[0] for m in re.finditer(_ENGLISH, definition) if _stands_for(term, m[0])]
    if len(term) > 1 and spelt:
        return re.sub(r"\s+", " ", spelt[0])
    paren = _PAREN.match(term)
    if paren and re.fullmatch(_ENGLISH, paren["inner"].strip()) and " " in paren["inner"].strip():
        return paren["inner"].strip()
    return None


def _stands_for(term: str, name: str) -> bool:
    """Whether a term is made of the first letters of a name: IoT, Internet of Things."""
    return squash(term) in {squash(_initials(name)), squash(_initials(name, small=True))}


def _entry(
    document: Document, blocks: list[int], term: str, definition: str, source: str, confidence: float,
    span: tuple[int, int] | None = None,
) -> GlossaryEntry:  # fmt: skip
    full = expansion(term, definition)
    return GlossaryEntry(
        at=document.evidence(blocks, *(span or (None, None))),
        rule=f"glossary-{source}",
        confidence=confidence,
        term=term,
        definition=definition,
        source=source,
        abbreviation=abbreviation(term, full, definition),
        reading=reading(term, definition),
        expansion=full,
    )


# --- tables and lists ---------------------------------------------------------------------------------


def _collected(document: Document) -> Iterator[GlossaryEntry]:
    """The entries of the document's glossaries."""
    for found in glossaries(document):
        for entry in found.entries:
            yield _of(document, entry, found)


def _of(document: Document, entry: Entry, found: Glossary) -> GlossaryEntry:
    also = {_by_its_letters(role, text): text for role, text in entry.also}
    confidence = 1 / (1 + exp(-found.score))
    made = _entry(document, list(entry.blocks), entry.term, entry.definition, found.source, confidence)
    full = also.get("expansion") or made.expansion
    return replace(
        made,
        reading=also.get("reading") or made.reading,
        expansion=full,
        abbreviation=also.get("abbreviation") or abbreviation(entry.term, full, entry.definition),
    )


def _by_its_letters(role: str, text: str) -> str:
    """A column 正式名称・読み holds the one or the other: kana read, Latin words are a name in full."""
    if role not in ("reading", "expansion"):
        return role
    if _KANA.fullmatch(text):
        return "reading"
    return "expansion" if _LATIN_NAME.fullmatch(text) else role


# --- footnotes and names in the text -------------------------------------------------------------------


def _footnotes(document: Document) -> Iterator[GlossaryEntry]:
    """The term of a footnote is what its mark follows."""
    for note in document.blocks:
        if note.block.kind != "footnote" or not note.block.note:
            continue
        mark = squash_mark(note.block.note or "")
        definition = tidy(
            note.clean if note.block.marks else note.text.lstrip().removeprefix(note.block.note or "")
        )
        headed = _LISTED.match(definition)
        term, place = _marked_term(document, mark, note, expansion("", definition)) or (None, None)
        if not term and headed and _explains(headed["term"], headed["definition"]):
            term = tidy(headed["term"])
        if not term:
            continue
        own = headed or _APART.match(definition)
        if own and squash(term).endswith(squash(own["term"])):  # 統合型GIS¹ GIS：…
            term, definition = tidy(own["term"]), own["definition"].strip()
        if len(definition) >= 6:
            entry = _entry(document, [note.index], term, definition, "footnote", 0.85)
            blocks = entry.at.blocks if place is None else (place, *entry.at.blocks)
            yield replace(entry, at=replace(entry.at, blocks=blocks))


def _explains(term: str, definition: str) -> bool:
    """Whether «term：definition» in a note explains a word, and does not only remark on a figure or year."""
    return "。" in definition and len(term) <= 30 and not find_dates(term)


def squash_mark(mark: str) -> str:
    return re.sub(r"[\s※＊*注()（）]", "", mark)


def _marked_term(
    document: Document, mark: str, note: Placed, full_name: str | None
) -> tuple[str, int] | None:
    """What stands before the raised ``mark`` nearest to the note, on its page first, and its block.

    Several marks may stand at one place (生成AI¹⁰¹¹): the note that spells out an acronym defines that one.
    """
    best: tuple[int, str, int] | None = None
    for placed in document.blocks:
        if placed.block.kind == "footnote":
            continue
        position = 0
        for start, end in sorted(placed.block.marks):
            if not may_be_note(placed.text[start:end]):
                continue
            marks = squash_mark(placed.text[start:end])
            if marks == mark or (len(marks) > len(mark) and (marks.startswith(mark) or marks.endswith(mark))):
                term = term_before(placed.text[position:start])
                acronym = _initials(full_name) if full_name else ""
                if marks != mark and term and acronym and term.endswith(acronym):
                    term = acronym
                distance = abs(note.start - placed.start)
                same_page = placed.block.page == note.block.page
                rank = distance if same_page else distance + 10_000_000
                if term and (best is None or rank < best[0]):
                    best = rank, term, placed.index
            position = end
    return best[1:] if best else None


def term_before(text: str) -> str | None:
    """The noun phrase at the end of a text.

    >>> term_before("1-2. AI"), term_before("高齢者のICTリテラシー"), term_before("住民の「標準データセット")
    ('AI', 'ICTリテラシー', '標準データセット')
    """
    number = numbered(text)
    text = (number.title if number else text).rstrip("」』）) 　")
    known = _known_tail(text)
    if known:
        return known
    match = _TERM_TAIL.search(text[-_LONGEST_TERM:])
    term = _TERM_HEAD.sub("", match[0].strip()) if match else ""
    return term or None


def _known_tail(text: str) -> str | None:
    """A term with hiragana inside (書かない窓口) that the vocabulary of layouts knows."""
    for term in vocabulary("mixed_terms"):
        if text.endswith(term):
            return str(term)
    return None


def _inline(document: Document) -> Iterator[GlossaryEntry]:
    """«正式名称（以下「略称」という。）» names a short form, and explains nothing."""
    for placed in document.blocks:
        if placed.block.kind not in ("paragraph", "list_item"):
            continue
        for match in _HEREAFTER.finditer(placed.text):
            term = term_before(match["term"])
            if term is None:
                continue
            span = (placed.start + match.start(), placed.start + match.end())
            yield GlossaryEntry(
                at=document.evidence([placed.index], *span),
                rule="glossary-inline",
                confidence=0.6,
                term=match["short"],
                definition=match["term"],
                source="inline",
                abbreviation=match["short"] if _ACRONYM.fullmatch(match["short"]) else None,
            )
