"""Marks inside a line of text input that print nothing: emphasis, code, pictures, escapes, comments.

Every pattern stops at the next mark of its kind, so that a line of unclosed marks is read in one pass.
"""

from __future__ import annotations

import re

STRUCK = "~~"  # around what is struck out, as markdown writes it
NOTE_SIGN = re.compile(r"^\[\^([^\[\]\s]{1,20})\]:[ \u3000]*|\[\^([^\[\]\s]{1,20})\]")  # [^1]: …, …[^1]

_PRINTS_NOTHING = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_BLANKS = re.compile("[\u00a0\u2000-\u200a\u202f\u205f]")
_LED = re.compile(r"^ {0,3}(?:(?:>(?=[ |>]) ?)+|: +)", re.MULTILINE)  # a quotation, a definition
_IMAGE = re.compile(r"!\[([^\[\]\n]*)\]\([^()\n]*\)")
_STRONG = re.compile(r"(?<!\\)(\*\*|__)(?=[^\s*_])((?:(?!\1).)+)(?<=[^\s*_])\1")
_EMPHASIS = re.compile(r"(?<![\w*\\])([*_])(?=[^\s*_])((?:(?!\1).)+)(?<=[^\s*_\\])\1(?![\w*])")
_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_MARKS = "*_`[\\"
_ESCAPED = re.compile(r"\\([*_`~\[\]<>#])")


_OVERLAY = "\u0336"  # a stroke through the letter before it
# Readings of words, in HTML and as texts print them (｜窓口《まどぐち》), and what only a style strikes out.
_ASIDE = (
    (re.compile(r"<rp\b[^<>]*>[^<>]*</rp\s*>|</?(?:ruby|rb)\b[^<>]*>", re.IGNORECASE), ""),
    (re.compile(r"<rt\b[^<>]*>([^<>]*)</rt\s*>", re.IGNORECASE), rf"{STRUCK}\1{STRUCK}"),
    (re.compile(r"｜?([一-鿿々〆ヶ]+)《([ぁ-ゖァ-ヺー]+)》"), rf"\1{STRUCK}\2{STRUCK}"),
    (re.compile(r"<(\w+)\b[^<>]*line-through[^<>]*>([^<>]*)</\1\s*>"), rf"{STRUCK}\2{STRUCK}"),
    (re.compile(r"(?:[^\s|~\u0336]\u0336)+"), lambda m: f"{STRUCK}{m[0].replace(_OVERLAY, '')}{STRUCK}"),
)


def printed(text: str) -> str:
    """A text without comments, what leads quotations and definitions, and characters of no width; what is
    set aside is marked as struck out."""
    text = _LED.sub("", _BLANKS.sub(" ", _PRINTS_NOTHING.sub("", _without_comments(text))))
    if any(sign in text for sign in ("<r", "《", "line-through", _OVERLAY)):
        for pattern, instead in _ASIDE:
            text = pattern.sub(instead, text)
    return text


def _without_comments(text: str) -> str:
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        kept.append(text[at:start])
        at = end + 3
    return "".join([*kept, text[at:]])


def plain(text: str) -> str:
    """A line or cell without its marks.

    >>> plain("**窓口**の *改善* と`API`")
    '窓口の 改善 とAPI'
    """
    if not any(mark in text for mark in _MARKS):
        return text
    text = _CODE.sub(r"\1", _STRONG.sub(r"\2", _IMAGE.sub(r"\1", text)))
    return _ESCAPED.sub(r"\1", _EMPHASIS.sub(r"\2", text))
