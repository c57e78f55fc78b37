"""Where sentences begin and end in a block of a plan.

No sentence splitter knows list items, headings and table cells, so the block's kind decides first: a
heading is one unit a line, prose is cut after 。！？ as well. Text inside brackets is never cut.
"""

from __future__ import annotations

import re
from itertools import pairwise

from extract.model import BlockKind

# Kinds whose every line is one unit, full stop or not.
LINE_KINDS: frozenset[str] = frozenset({"title", "heading", "caption", "toc", "header", "footer", "side_nav"})
# Kinds whose line breaks are paragraphs of their own, so that a bracket cannot run over them.
_HARD_BREAKS: frozenset[str] = LINE_KINDS | {"table_cell", "figure_text"}

_OPENERS = {"「": "」", "『": "』", "（": "）", "【": "】", "〔": "〕", "《": "》", "〈": "〉"}
_BRACKETS = re.compile(f"[{''.join(_OPENERS)}{''.join(_OPENERS.values())}]")
_BREAK = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
_WIDTHS = str.maketrans("()｢｣", "（）「」")  # （令和8年度) is one pair
_MAX_DEPTH = 8  # deeper nesting is damage; the outermost brackets are then let go
_CUT = re.compile(rf"{_BREAK.pattern}|[。｡！？!?．]")  # most blocks, cells above all, have none
_END = re.compile(
    r"(?:[。｡]+[」』）)]?"  # the closing bracket has lost its partner, else it would not be looked at
    r"|[！？]+(?![とを、・！？])"  # 「教えて！」と is seen above; 届け！を is a name
    r"|(?<=[ぁ-んァ-ヶー一-龯])[!?]+(?=\s|$)"
    r"|(?<=[ぁ-ん])．(?=\s|$|[^\d\s]))"  # Japanese set with ，．
    r"[¹²³⁰-⁹]*"  # a raised note mark belongs to the sentence it follows
)


def sentences(text: str, kind: BlockKind = "paragraph") -> list[tuple[int, int]]:
    """Spans ``[start, end)`` of the sentences of ``text``, in order and without overlap.

    ``text[start:end]`` has no white space at its ends; together the spans hold every character of ``text``
    that is not white space.
    """
    spans = []
    for start, end in _pieces(text, kind) if _CUT.search(text) else ((0, len(text)),):
        piece = text[start:end]
        if body := piece.strip():
            start += piece.index(body)
            spans.append((start, start + len(body)))
    return spans


def _pieces(text: str, kind: BlockKind) -> list[tuple[int, int]]:
    cuts = [0]
    for offset, line in _lines(text, kind):
        if kind not in LINE_KINDS and (ends := list(_END.finditer(line))):
            inside = _bracketed(line)
            cuts += [offset + m.end() for m in ends if not inside[m.start()]]
        cuts.append(offset + len(line))
    return list(pairwise(cuts))


def _lines(text: str, kind: BlockKind) -> list[tuple[int, str]]:
    """The lines of ``text`` with their offsets; a line break inside brackets of running prose is none."""
    breaks = list(_BREAK.finditer(text))
    inside = _bracketed(text) if breaks and kind not in _HARD_BREAKS else []
    lines, start = [], 0
    for m in breaks:
        if not inside or not inside[m.start()]:
            lines.append((start, text[start : m.end()]))
            start = m.end()
    lines.append((start, text[start:]))
    return lines


def _bracketed(text: str) -> list[bool]:
    """For every character whether it stands inside a closed pair of brackets; a lone bracket is no pair."""
    inside = [False] * len(text)
    stack: list[tuple[str, int]] = []
    for found in _BRACKETS.finditer(text.translate(_WIDTHS)):
        i, char = found.start(), found.group()
        if char in _OPENERS:
            stack = [*stack[1 - _MAX_DEPTH :], (_OPENERS[char], i)]
        elif any(char == closer for closer, _ in stack):
            while stack[-1][0] != char:
                stack.pop()
            opened = stack.pop()[1]
            inside[opened:i] = [True] * (i - opened)
    return inside
