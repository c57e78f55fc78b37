"""Signs in the cells of a chart: marks, dashes and arrows that stand for a bar or go on with one."""

from __future__ import annotations

import re
import unicodedata

_LINES = '→⇒➡⟶⟹➜➝➞⇨⇛━─┄┅┈┉╌╍＝=ー―—–－-~〜～〃"″'  # stand for a bar, or carry on the one before them
_MARKS = "●○◎◯■□◆◇★☆▲△▼▽▶►▷▸➤➔✓✔レ"
_HEADS = "▶►▷▸➤➔→⇒➡⟶⟹➜➝➞⇨⇛←⇐⬅◀◁"  # around the text of a bar: not part of it
_TYPED = "├┤┝┥╞╡…‥・･.>＞<＜|｜≫≪»«》《〉〈"  # besides the others, what people type a long line of
_SIGNS = frozenset(_LINES + _MARKS)
_TYPED_LINE = frozenset(_LINES + _HEADS + _TYPED)
_POINTED = re.compile(r".+[>＞▶►▷▸➤➔→⇒➡⟶⟹➜➝➞⇨⇛≫»》〉]")
_THE_SAME = ("継続", "同上", "同左", "〃")  # a bar goes on, said in a cell of its own
_AMOUNT = re.compile(r"(?:約|全|計|延べ?|累計|毎?[年月週日]間?|平均|[+＋±△▲-])*[(（]?[0-9０-９]")


def bare(text: str) -> str:
    """For comparing with words: compatibility forms (radicals, full widths) unified, no white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def is_sign_text(text: str) -> bool:
    """Is a text made only of arrow signs, dashes and marks?"""
    packed = "".join(text.split())
    return bool(packed) and _SIGNS.issuperset(packed)


def is_line_text(text: str) -> bool:
    """Is a text a line that was typed: dashes, dots, the heads of arrows, marks at its ends, nothing else?

    >>> is_line_text("- - - >"), is_line_text("●・・・→"), is_line_text("検討→"), is_line_text("●")
    (True, True, False, False)
    """
    packed = "".join(text.split()).strip("●○◎◯■□◆◇★☆")
    return bool(packed) and _TYPED_LINE.issuperset(packed)


def is_whole_arrow(text: str) -> bool:
    """Is a typed line one with its head, and not the rest of one?

    >>> is_whole_arrow("・・・→"), is_whole_arrow("・・・"), is_whole_arrow("＞")
    (True, False, False)
    """
    return is_line_text(text) and _POINTED.fullmatch("".join(text.split())) is not None


def is_nothing(text: str) -> bool:
    """Empty, or the single dash that says so."""
    packed = "".join(text.split())
    return not packed or packed in tuple("-－―ー–—ｰ・")


def carries_on(text: str) -> bool:
    """Whether a text says that the bar before it goes on: dashes and arrows, also ones that end in a head
    (━━▶), or 継続.

    >>> carries_on("━━▶"), carries_on("〃"), carries_on("継続"), carries_on("●")
    (True, True, True, False)
    """
    packed = "".join(text.split())
    line = set(packed) & set(_LINES)
    return packed in _THE_SAME or (bool(line) and set(packed) <= set(_LINES + _HEADS))


def plain(text: str) -> str:
    """Text of a bar without the arrow signs around it."""
    signs = _HEADS + " \u3000"
    return text.strip(signs) or text.strip()


def begins_with_amount(text: str) -> bool:
    """Whether a text is a number before all (年2回, 月平均3件), not words before one (支所2か所)."""
    return _AMOUNT.match("".join(text.split())) is not None
