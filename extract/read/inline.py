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


def printed(text: str) -> str:
    """A text without comments, what leads quotations and definitions, and characters of no width."""
    return _LED.sub("", _BLANKS.sub(" ", _PRINTS_NOTHING.sub("", _without_comments(text))))


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
