"""Heading numbers of every style plans use, told apart by style: two headings of one style are one level.

A word right before the number is part of its style (``word:柱``), whatever the word is: the document shows
whether it names a level, by counting on. Lists of usual words only help where a text alone has to tell.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from extract.labels import vocabulary

_D = "[0-9０-９]"
_KANJI = "[一二三四五六七八九十]"
_CIRCLED = "[①-⑳㉑-㉟]"
_BULLETS = vocabulary("layout")["heading_bullets"] + " \u3000"  # what may stand before a heading's number
_DASH = r"\s*[-－‐–−ー―]\s*"
_LETTER = "[A-FＡ-Ｆ](?![A-Za-zＡ-Ｚａ-ｚ0-9０-９])"
_LETTERED = f"[A-FＡ-Ｆ][-－]?{_D}{{1,2}}(?:{_DASH}{_D}{{1,2}}){{0,2}}"  # A1, B-2, A-1-1
_OPEN, _CLOSE = "[(（]", "[)）]"
_MIXED = rf"(?:{_D}{{1,2}}|{_OPEN}{_D}{{1,2}}{_CLOSE}|{_CIRCLED}|[Ⅰ-Ⅻ]|[A-FＡ-Ｆ])"  # parts of 1-(1)-①, A.1
_JOINT = rf"(?:{_DASH}|[.．])"
_MIXED_ONLY = rf"(?!(?:{_D}{{1,2}}{_JOINT})*{_D}{{1,2}}(?!{_JOINT}|{_D}))"  # not 2.5倍
_BEHIND = r"[.．]?\s*(?=[^\x00-\x7f]|[A-Za-z]{2})"
# A number before one of these counts it, unless a word begins with it: 4 人材の育成, 5 所管課.
_COUNTED = "(?!人[材事口権員]|所[管属在]|年次|回線|日常|件[数名])[%％件人回年月日か所箇ヶ割倍]"


class Numbered(NamedTuple):
    """A heading taken apart; ``style`` names the kind of number, ``number`` is as printed."""

    style: str
    number: str
    title: str


def _words(*levels: str) -> str:
    return "|".join(
        sorted({w for level in levels for w in vocabulary("levels")[level]}, key=len, reverse=True)
    )


_USUAL = _words("policies", "pillars", "measures")
_MEASURE = _words("measures")
# Any word: no year (令和7), no part of a sentence, no first word of a count (約3).
_ANY = (
    r"(?!第|令和|平成|昭和|西暦|[約全計各年月毎])[一-龠々〆ぁ-んァ-ヴー・]{1,10}(?<![をがはの、])"
    r"|[A-Za-z]{3,10}"
)
# A kanji number stands apart from its title: 基本方針一覧 is no first 基本方針.
_SOLO = (
    rf"{_D}{{1,3}}(?!{_DASH}{_D}|{_D}|{_COUNTED})|{_KANJI}(?=[\s\u3000:：「『】\]］])"
    rf"|{_CIRCLED}|[Ⅰ-Ⅻ]|{_LETTER}"
)
_PARTS = (
    rf"{_D}{{1,2}}(?:{_DASH}{_D}{{1,2}}){{1,3}}|{_D}{{1,2}}{_DASH}{_CIRCLED}|{_OPEN}{_D}+{_CLOSE}|{_LETTERED}"
    rf"|[Ⅰ-Ⅻ](?:{_DASH}{_D}{{1,2}}){{1,2}}"
)
_NUMBER = rf"{_PARTS}|{_SOLO}"
_APART = r"\s*[】\]］」：:．、]\s*|\.\s*(?!\d)|[\s\u3000]+"  # between the number and its title
_NTH = rf"第\s*(?P<n>{_D}{{1,2}}|{_KANJI})\s*の\s*(?P<word>{_ANY})"  # 第1の柱
_ALONE = re.compile(
    rf"[【\[［]?\s*(?P<word>{_ANY})\s*(?P<n>{_PARTS}|{_D}{{1,2}}|{_CIRCLED}|[Ⅰ-Ⅻ]|{_LETTER})\s*[】\]］]?"
)
_NTH_ALONE = re.compile(rf"[【\[［]?\s*{_NTH}\s*[】\]］]?")
WITHIN_ALONE = re.compile(rf"{_D}{{1,2}}(?:{_DASH}{_D}{{1,2}})?\s*{_OPEN}{_D}{{1,2}}{_CLOSE}")  # 3-1(2)
MEASURE_ALONE = re.compile(rf"(?:{_MEASURE})\s*(?:{_NUMBER}|{_D}+)")

# Order matters: the longer notation first. Each must leave a title.
_STYLES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (style, re.compile(pattern + r"(?P<title>\S.*)", re.S))
    for style, pattern in (
        ("word", rf"[【\[［]?\s*(?P<word>{_USUAL})\s*[:：]?\s*(?P<n>{_NUMBER})(?!の)(?:{_APART})?"),
        ("word", rf"[【\[［]?\s*{_NTH}(?:{_APART})"),
        ("chapter", rf"(?P<n>第\s*(?:{_D}+|{_KANJI}+)\s*[章部編])\s*"),
        ("article", rf"(?P<n>第\s*(?:{_D}+|{_KANJI}+)\s*節)\s*"),
        ("clause", rf"(?P<n>第\s*(?:{_D}+|{_KANJI}+)\s*項)\s*"),
        ("part", rf"(?P<n>第\s?(?:{_D}{{1,2}}|{_KANJI}))[\s\u3000]+"),
        ("dash-circled", rf"(?P<n>{_D}{{1,2}}{_DASH}{_CIRCLED})[.．]?\s*"),
        ("circled-dash", rf"(?P<n>{_CIRCLED}{_DASH}{_D}+)[.．]?\s*"),
        ("roman-dash", rf"(?P<n>[Ⅰ-Ⅻ]{_DASH}{_D}+(?:{_DASH}{_D}+)*)[.．]?\s*"),
        (
            "lettered-3",
            rf"(?P<n>[A-FＡ-Ｆ][-－]?{_D}{{1,2}}{_DASH}{_D}{{1,2}})(?:[.．]\s*|[\s\u3000]+)(?=[^\x00-\x7f])",
        ),
        ("lettered", rf"(?P<n>[A-FＡ-Ｆ][-－]?{_D}{{1,2}})(?:[.．]\s*|[\s\u3000]+)(?=[^\x00-\x7f])"),
        (
            "within",  # (2) in 3-1, told with the number over it
            rf"(?P<n>{_D}{{1,2}}(?:{_DASH}{_D}{{1,2}})?\s*{_OPEN}{_D}{{1,2}}{_CLOSE})\s*(?=\w\w\w)",
        ),
        ("dashed-3", rf"(?P<n>{_D}+{_DASH}{_D}+{_DASH}{_D}+)[.．]?\s*"),
        (
            "dashed",
            rf"(?P<n>{_D}{{1,2}}{_DASH}{_D}{{1,2}})(?!{_D})(?:\s*[.．]\s*|\s+|(?=[^\s0-9０-９,，.．]))",
        ),
        ("dotted-3", rf"(?P<n>{_D}{{1,2}}[.．]{_D}{{1,2}}[.．]{_D}{{1,2}})[.．]?\s+"),
        ("dotted", rf"(?P<n>{_D}{{1,2}}[.．]{_D}{{1,2}})[.．]?\s+"),
        ("mixed-3", rf"{_MIXED_ONLY}(?P<n>{_MIXED}{_JOINT}{_MIXED}{_JOINT}{_MIXED}){_BEHIND}"),
        ("mixed", rf"{_MIXED_ONLY}(?P<n>{_MIXED}{_JOINT}{_MIXED}){_BEHIND}"),
        ("paren", rf"(?P<n>{_OPEN}\s*(?:{_D}{{1,2}}|{_KANJI}{{1,2}})\s*{_CLOSE}|[⑴-⒇])\s*"),
        ("paren-kana", rf"(?P<n>{_OPEN}\s*[ア-ン]\s*{_CLOSE})\s*"),
        ("circled", rf"(?P<n>{_CIRCLED})\s*"),
        ("bar", rf"(?P<n>{_D}{{1,2}})\s*[|｜]\s*"),
        ("half-paren", rf"(?P<n>{_D}{{1,2}}{_CLOSE})\s*"),
        ("plain", rf"(?P<n>{_D}{{1,2}})(?:[.．](?!{_D})\s*|[\s\u3000]+(?!{_D}|{_COUNTED}))"),
        ("roman", r"(?P<n>[Ⅰ-Ⅻⅰ-ⅻ]|(?:IX|IV|V?I{1,3})(?=[.．\s]))\s*[.．]?\s*"),
        ("kana", r"(?P<n>[ア-ン])[.．)）\s\u3000]\s*"),
        ("letter", r"(?P<n>[A-ZＡ-Ｚ])(?:[.．)）]\s*|\s+(?=[^\x00-\x7f]))"),
    )
)


_WORDED = re.compile(
    rf"[【\[［「]?\s*(?P<word>{_ANY})(?!(?<=^.){_KANJI})\s*(?P<n>{_NUMBER})(?:{_APART})(?![\d０-９])(?P<title>\S.*)",
    re.S,
)


@lru_cache(maxsize=4096)
def numbered(text: str) -> Numbered | None:
    """Take a heading's number off, or None when it has none.

    >>> numbered("第2章 基本的事項")
    Numbered(style='chapter', number='第2章', title='基本的事項')
    >>> numbered("⑪-1 窓口の改革").number, numbered("1-2. AI の活用").title, numbered("2026年度の計画")
    ('⑪-1', 'AI の活用', None)
    >>> numbered("1-(1)-①　窓口の改善").number, numbered("A.1 窓口の改善").number, numbered("2.5倍にする")
    ('1-(1)-①', 'A.1', None)
    """
    stripped = text.strip().lstrip(_BULLETS)
    for style, pattern in _STYLES:
        match = pattern.fullmatch(stripped)
        if match:
            return Numbered(_of_word(style, match), re.sub(r"\s+", "", match["n"]), match["title"].strip())
    return None


def number_alone(text: str) -> Numbered | None:
    """The number of a level whose heading is nothing else: 基本方針1, 【柱2】.

    >>> number_alone("柱2"), number_alone("柱2 学び"), number_alone("第2の柱").style
    (Numbered(style='word:柱', number='2', title=''), None, 'word:柱')
    """
    match = _ALONE.fullmatch(text.strip()) or _NTH_ALONE.fullmatch(text.strip())
    return Numbered(_of_word("word", match), re.sub(r"\s+", "", match["n"]), "") if match else None


def level_alone(text: str) -> Numbered | None:
    """The same behind a word that plans often give to levels."""
    alone = number_alone(text)
    return alone if alone and names_level(alone.style) else None


def word_of(style: str) -> str | None:
    """The word of a style of number that has one: 柱 of ``word:柱``."""
    kind, _, word = style.partition(":")
    return word if kind == "word" else None


def names_level(style: str) -> bool:
    """Whether the word before a number is one that plans often give to levels above the measures (柱1)."""
    return word_of(style) in _listed("policies", "pillars")


def names_measure(style: str) -> bool:
    """Whether the word before a number is one that plans often give to measures (取組1-1)."""
    return word_of(style) in _listed("measures")


@cache
def _listed(*levels: str) -> frozenset[str]:
    return frozenset(word for level in levels for word in vocabulary("levels")[level])


def _of_word(style: str, match: re.Match[str]) -> str:
    return f"{style}:{match['word']}" if style == "word" else style


@lru_cache(maxsize=4096)
def heading_number(text: str) -> Numbered | None:
    """The number of what may be a heading, behind any word; a level's may be nothing but its number.

    >>> heading_number("みちしるべ2　町を育てる"), heading_number("令和8 年度"), heading_number("柱2").title
    (Numbered(style='word:みちしるべ', number='2', title='町を育てる'), None, '')
    """
    alone = level_alone(text)
    if alone is not None:
        return alone
    found = numbered(text)
    match = _WORDED.fullmatch(text.strip().lstrip(_BULLETS)) if found is None else None
    if match is None:
        return found
    return Numbered(_of_word("word", match), re.sub(r"\s+", "", match["n"]), match["title"].strip())
