"""Heading numbers of every style plans use, told apart by style: two headings of one style are one level."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from extract.labels import vocabulary

_D = "[0-9０-９]"
_KANJI = "[一二三四五六七八九十]"
_CIRCLED = "[①-⑳㉑-㉟]"
_BULLETS = vocabulary("layout")["heading_bullets"] + " \u3000"  # what may stand before a heading's number
_DASH = r"\s*[-－‐–−ー―]\s*"
_LETTER = "[A-FＡ-Ｆ](?![A-Za-zＡ-Ｚａ-ｚ0-9０-９])"
_LETTERED = f"[A-FＡ-Ｆ][-－]?{_D}{{1,2}}"  # A1, B-2
_OPEN, _CLOSE = "[(（]", "[)）]"
# A number before one of these counts it, unless a word begins with it: 4 人材の育成, 5 所管課.
_COUNTED = "(?!人[材事口権員]|所[管属在]|年次|回線|日常|件[数名])[%％件人回年月日か所箇ヶ割倍]"


class Numbered(NamedTuple):
    """A heading taken apart; ``style`` names the kind of number, ``number`` is as printed."""

    style: str
    number: str
    title: str


def _words(level: str) -> str:
    return "|".join(vocabulary("levels")[level])


_POLICY, _PILLARS, _MEASURE = map(_words, ("policies", "pillars", "measures"))
# The heading of a policy may be nothing but its number.
_ALONE = re.compile(
    rf"[【\[［]?\s*(?:(?:{_POLICY})|(?P<word>{_PILLARS}))\s*"
    rf"(?P<n>{_D}{{1,2}}|{_CIRCLED}|[Ⅰ-Ⅻ]|{_LETTER})\s*[】\]］]?"
)
# A kanji number stands apart from its title: 基本方針一覧 is no first 基本方針.
_SOLO = (
    rf"{_D}{{1,2}}(?!{_DASH}{_D}|{_D}|{_COUNTED})|{_KANJI}(?=[\s\u3000:：「『】\]］])"
    rf"|{_CIRCLED}|[Ⅰ-Ⅻ]|{_LETTER}"
)
_PARTS = rf"{_D}+(?:{_DASH}{_D}+)*|{_CIRCLED}|{_OPEN}{_D}+{_CLOSE}|{_LETTERED}"
MEASURE_ALONE = re.compile(rf"(?:{_MEASURE})\s*(?:{_PARTS})")

# Order matters: the longer notation first. Each must leave a title.
_STYLES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (style, re.compile(pattern + r"(?P<title>\S.*)", re.S))
    for style, pattern in (
        (
            "policy",
            rf"[【\[［]?\s*(?:{_POLICY})\s*[:：]?\s*(?P<n>{_SOLO})(?!の)\s*[】\]］]?\s*[:：.．、]?\s*",
        ),
        ("pillar", rf"[【\[［]?\s*(?P<word>{_PILLARS})\s*(?P<n>{_SOLO})(?!の)\s*[】\]］]?\s*[:：.．、]?\s*"),
        ("chapter", rf"(?P<n>第\s*(?:{_D}+|{_KANJI}+)\s*[章部編])\s*"),
        ("article", rf"(?P<n>第\s*(?:{_D}+|{_KANJI}+)\s*節)\s*"),
        ("clause", rf"(?P<n>第\s*(?:{_D}+|{_KANJI}+)\s*項)\s*"),
        ("part", rf"(?P<n>第\s?(?:{_D}{{1,2}}|{_KANJI}))[\s\u3000]+"),
        ("measure", rf"[【\[［]?(?:{_MEASURE})\s*(?P<n>{_PARTS})\s*[】\]］]?\s*[:：.．]?\s*"),
        ("circled-dash", rf"(?P<n>{_CIRCLED}{_DASH}{_D}+)[.．]?\s*"),
        ("roman-dash", rf"(?P<n>[Ⅰ-Ⅻ]{_DASH}{_D}+(?:{_DASH}{_D}+)*)[.．]?\s*"),
        ("lettered", rf"(?P<n>{_LETTERED})(?:[.．]\s*|[\s\u3000]+)(?=[^\x00-\x7f])"),
        ("dashed-3", rf"(?P<n>{_D}+{_DASH}{_D}+{_DASH}{_D}+)[.．]?\s*"),
        (
            "dashed",
            rf"(?P<n>{_D}{{1,2}}{_DASH}{_D}{{1,2}})(?!{_D})(?:\s*[.．]\s*|\s+|(?=[^\s0-9０-９,，.．]))",
        ),
        ("dotted-3", rf"(?P<n>{_D}{{1,2}}[.．]{_D}{{1,2}}[.．]{_D}{{1,2}})[.．]?\s+"),
        ("dotted", rf"(?P<n>{_D}{{1,2}}[.．]{_D}{{1,2}})[.．]?\s+"),
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


@lru_cache(maxsize=4096)
def numbered(text: str) -> Numbered | None:
    """Take a heading's number off, or None when it has none.

    >>> numbered("第2章 基本的事項")
    Numbered(style='chapter', number='第2章', title='基本的事項')
    >>> numbered("⑪-1 窓口の改革").number, numbered("1-2. AI の活用").title, numbered("2026年度の計画")
    ('⑪-1', 'AI の活用', None)
    """
    stripped = text.strip().lstrip(_BULLETS)
    for style, pattern in _STYLES:
        match = pattern.fullmatch(stripped)
        if match:
            return Numbered(_of_word(style, match), re.sub(r"\s+", "", match["n"]), match["title"].strip())
    return None


def policy_alone(text: str) -> Numbered | None:
    """The number of a policy whose heading is nothing else: 基本方針1, 【柱2】."""
    match = _ALONE.fullmatch(text.strip())
    if match is None:
        return None
    return Numbered(_of_word("pillar" if match["word"] else "policy", match), match["n"], "")


def names_level(style: str) -> bool:
    """Whether a style of number is that of policies, or of what may stand in their place (柱1)."""
    return style.startswith(("policy", "pillar"))


def _of_word(style: str, match: re.Match[str]) -> str:
    """Every name of a pillar (戦略1, 柱1) is a style of its own: one may stand under the other."""
    return f"{style}-{match['word']}" if style == "pillar" else style


def heading_number(text: str) -> Numbered | None:
    """The heading's number; a policy's heading may be nothing but its number (基本方針1)."""
    return policy_alone(text) or numbered(text)
