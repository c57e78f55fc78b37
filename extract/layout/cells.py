"""Text of table cells: lines cut where cells meet, pieces put together to paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar

from extract.layout.sideways import runs_up
from extract.layout.signs import is_line_text
from extract.model import Box, Line, Run
from normalize.frozen import frozen

_BEGUN_NUMBER = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?:(?:,[0-9]{3})*,(?P<part>[0-9]{0,2})|\.)$")
_DIGITS = re.compile(r"[0-9]+(?![.,]?[0-9])")

K = TypeVar("K")


class Sized(Protocol):
    """A line, or a row of pieces: what has a place and a size of its letters."""

    @property
    def box(self) -> Box | None: ...
    @property
    def size(self) -> float: ...


_BULLET = re.compile(
    r"[・･•●○◎■□◆◇▶►➢➤✓※*\-－‐–〇①-⑳❶-❿]|[(（]?[0-9０-９]{1,2}[)）.．](?![0-9０-９])|[ア-ン][.．)）]"
)
_VALUE = re.compile(
    r"(?:年間|年|月|累計|約|全)?[0-9０-９][0-9０-９,，.．]*\s*[^0-9０-９、。\s]{1,6}(?:以上|以下|以内|未満|程度)?|[-－―ー–—]"
)
_PARTICLE = re.compile(r"[のにをがはとへやもで、（(]")
_ASIDE = re.compile(r"[(（][^()（）]*[)）]$")
_SENTENCE_END = tuple("。.．！？!?」』）)")
_HANGING = "、。，．"
_LABELLED = re.compile(r"[^、。：:]{1,24}[：:]\s*\S")
_KANA = re.compile("[ぁ-ヿ \u3000]+")
_SPREAD = re.compile(r"(?<![^\s（(])\S(?: \S){2,}(?![^\s（()）])")
RUBY = 0.62  # of the size of the text it stands over
_NAME = 16  # characters: longest of several names in one cell
_INSET = 0.5  # em between a text and the side of its cell
_EMPTY = 2.0  # font sizes: no character is so wide, most of it is empty space up to the next
_EMPTY_IN_TIGHT = 1.7  # the same where the letters around it stand close
_TIGHT = 1.15  # of the font size from letter to letter
_GAP = 0.3  # of the font size: a wider gap between characters may part two cells
_DIGIT = frozenset("0123456789")


# --- pieces of lines ------------------------------------------------------------------------------


def tokens_of(line: Line) -> list[Line]:
    """A line cut where its characters stand apart; vertical and unplaced lines stay whole."""
    if line.vertical or not line.runs or any(len(r.xs) != len(r.text) + 1 for r in line.runs):
        return [line]
    cuts: list[list[Run]] = [[]]
    end: float | None = None
    for run in line.runs:
        start = 0
        signs = len(run.text.strip()) > 2 and is_line_text(run.text)
        widest, digit = _widest(run), _digit(run)
        for i, ch in enumerate(run.text):
            apart = end is not None and run.xs[i] - end > _GAP * run.size
            if (apart or signs) and (i > start or cuts[-1]):
                if i > start:
                    cuts[-1].append(_slice(run, start, i))
                cuts.append([])
                start = i
            end = _end_of(run, i, ch, end, digit if ch in _DIGIT else widest)
        if len(run.text) > start:
            cuts[-1].append(_slice(run, start, len(run.text)))
    return [_line(runs, line) for runs in cuts if runs] if len(cuts) > 1 else [line]


def _widest(run: Run) -> float:
    """How far one letter reaches at most up to the next: letters of a spread word stand apart."""
    steps = sorted(b - a for a, b, ch in zip(run.xs, run.xs[1:], run.text) if ch > "\u3000")
    tight = bool(steps) and steps[len(steps) // 2] <= _TIGHT * run.size
    return (_EMPTY_IN_TIGHT if tight else _EMPTY) * run.size


def _digit(run: Run) -> float:
    """How far a digit reaches at most: all are as wide as the narrowest, and what is more is white."""
    steps = [b - a for a, b, ch in zip(run.xs, run.xs[1:], run.text) if ch in _DIGIT]
    return min(steps, default=0.0) + _GAP * run.size


def _end_of(run: Run, i: int, char: str, before: float | None, widest: float) -> float | None:
    """Where a character ends; a space where the one before it does."""
    start, end = run.xs[i], run.xs[i + 1]
    if char in _HANGING or end - start > widest:  # its width reaches into the next cell
        return min(end, start + (widest - _GAP * run.size if char in _DIGIT else run.size))
    return before if char.isspace() else end


def _slice(run: Run, start: int, end: int) -> Run:
    if start == 0 and end == len(run.text):
        return run
    box = run.box or Box(0, 0, 0, 0)
    last = min(run.xs[end], run.xs[end - 1] + run.size) if end < len(run.text) else run.xs[end]
    xs = (*run.xs[start:end], last)
    return replace(run, text=run.text[start:end], xs=xs, box=Box(xs[0], box.y0, xs[-1], box.y1))


def _style(run: Run) -> tuple[object, ...]:
    return run.font, run.size, run.bold, run.italic, run.color, run.superscript, run.aside


def _line(runs: Sequence[Run], like: Line) -> Line:
    boxes = [r.box for r in runs if r.box]
    box = boxes[0] if boxes else like.box
    for other in boxes[1:]:
        box = box.union(other) if box else other
    joined: list[Run] = []
    for run in runs:
        last = joined[-1] if joined else None
        if last and last.xs and run.xs and _style(last) == _style(run):
            both = last.box.union(run.box) if last.box and run.box else run.box
            joined[-1] = replace(last, text=last.text + run.text, xs=last.xs[:-1] + run.xs, box=both)
        else:
            joined.append(run)
    return Line(tuple(joined), box, like.vertical, like.markup, like.level, like.spans)


def join_tokens(placed: Iterable[tuple[K | None, Line]]) -> list[tuple[K | None, Line]]:
    """Join neighbouring tokens of one place to one piece."""
    groups: list[tuple[K | None, list[Line]]] = []
    for place, token in placed:
        if groups and (groups[-1][0] == place or not token.text.strip()):
            groups[-1][1].append(token)
        else:
            groups.append((place, [token]))
    return [(place, _joined(tokens)) for place, tokens in groups]


def _joined(tokens: Sequence[Line]) -> Line:
    if len(tokens) == 1:
        return tokens[0]
    return _line([run for token in tokens for run in token.runs], tokens[0])


def unspaced(text: str) -> str:
    """The text with the single letters of a spread word joined, where all stand one blank apart.

    >>> unspaced("2 , 4 0 0 件 （ R 1 0 ）")
    '2,400件（R10）'
    """
    return _SPREAD.sub(lambda m: m[0] if m[0].replace(" ", "").isdigit() else m[0].replace(" ", ""), text)


@frozen
class Beside:
    """What stands beside a cell. ``ends``: letters on which the names in other cells of its column end.
    ``levels``: heights at which the second and later values of another cell of its row stand.
    """

    ends: frozenset[str] = frozenset()
    levels: tuple[float, ...] = ()


# --- text of a cell -------------------------------------------------------------------------------


@dataclass
class TextBuilder:
    """Text put together from pieces, with the places of its raised marks."""

    text: str = ""
    marks: list[tuple[int, int]] = field(default_factory=list)

    def add(self, line: Line, glue: str) -> None:
        body = line.text.strip()
        lead = len(line.text) - len(line.text.lstrip())
        if not body:
            return
        self.text += glue if self.text else ""
        offset = len(self.text)
        if not any(run.superscript or run.aside for run in line.runs):
            self.text += unspaced(body)
            return
        at = -lead
        for run in line.runs:
            start, end = max(at, 0), min(at + len(run.text), len(body))
            if (run.superscript or run.aside) and start < end:
                self.marks.append((offset + start, offset + end))
            at += len(run.text)
        self.text += body


def compose(
    pieces: Sequence[Line],
    room: Box | None,
    beside: Beside = Beside(),  # noqa: B008 (it is frozen)
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Text of pieces inside ``room``: wrapped lines joined, paragraphs parted by line feeds.

    Returns the text and the spans of its raised note marks.
    """
    pieces, readings = _without_readings(pieces)
    rows = text_rows(pieces)
    text = TextBuilder()
    for i, row in enumerate(rows):
        for j, piece in enumerate(row):
            if j:
                glue = _glue(row[j - 1], piece)
            else:
                glue = _break(rows, i, room, beside) if i else ""
            text.add(piece, glue)
    for piece in readings:
        text.add(replace(piece, runs=tuple(replace(run, aside=True) for run in piece.runs)), "")
    whole = text.text.strip()
    if text.marks and any(run.aside for piece in pieces for run in piece.runs):
        kept = [c for i, c in enumerate(whole) if not any(a <= i < b for a, b in text.marks)]
        if "".join(kept).rstrip().endswith(("：", ":")):  # a label whose value is struck out
            return whole, ((0, len(whole)),)
    return whole, tuple(text.marks)


def _without_readings(pieces: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """Pieces without the tiny kana set over the words of others (ruby), and these."""
    readings = [p for p in pieces if _KANA.fullmatch(p.text) and any(is_over(p, o) for o in pieces)]
    gone = set(map(id, readings))
    return [p for p in pieces if id(p) not in gone], readings


def is_over(small: Sized, base: Sized) -> bool:
    """Whether a tiny text lies over the word it is the reading of; a long one reaches past both ends."""
    word, reading = base.box, small.box
    if reading is None or word is None or small.size > RUBY * base.size:
        return False
    near = -0.5 * base.size < word.y0 - reading.y1 < 0.3 * base.size
    narrower = min(reading.width, word.width)
    return near and reading.overlap_x(word) > 0.8 * narrower and reading.width < 2 * word.width


def text_rows(pieces: Sequence[Line]) -> list[list[Line]]:
    """Pieces by the line they stand on; vertical lines from right to left, those read from below back."""
    if len(pieces) < 2:
        return [list(pieces)] if pieces else []
    if pieces and all(p.vertical for p in pieces):
        way = 1 if all(map(runs_up, pieces)) else -1
        return [[p] for p in sorted(pieces, key=lambda p: way * (p.box.x0 if p.box else 0))]
    rows: list[list[Line]] = []
    for piece in sorted(pieces, key=lambda p: (p.box.cy, p.box.x0) if p.box else (0, 0)):
        box = piece.box
        last = rows[-1][0].box if rows else None
        if box and last and box.overlap_y(last) > 0.5 * min(box.height, last.height):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda p: p.box.x0 if p.box else 0) for row in rows]


def _glue(left: Line, right: Line) -> str:
    """What stands between two pieces on one line."""
    if left.box and right.box and right.box.x0 - left.box.x1 > 0.6 * max(left.size, 1.0):
        return " "
    return ""


def space_between(before: str, after: str) -> str:
    """A line break inside a phrase: a space between Latin words, nothing in Japanese."""
    a, b = before.rstrip()[-1:], after.lstrip()[:1]
    latin = a.isascii() and b.isascii() and (a.isalnum() or a in ",.;:") and b.isalnum()
    return " " if latin and not cuts_a_number(before, after) else ""


def cuts_a_number(before: str, after: str) -> bool:
    """Whether a line ends inside a number: its group of three goes on, or its decimals are still to come.

    >>> [cuts_a_number(*t) for t in (("①6,407人②3,4", "22人"), ("98.", "5%"), ("1,234", "5件"))]
    [True, True, False]
    """
    begun, rest = _BEGUN_NUMBER.search(before.rstrip()), _DIGITS.match(after.lstrip())
    if begun is None or rest is None:
        return False
    return begun["part"] is None or len(begun["part"] + rest[0]) == 3


def _is_level(piece: Line, levels: Sequence[float]) -> bool:
    return piece.box is not None and any(abs(piece.box.cy - y) < 0.35 * piece.size for y in levels)


def _lists(before: Sequence[Line], line: Sequence[Line], room: Box) -> bool:
    """Whether two short lines that begin alike are labelled (R8：検討), or names of which the second would
    have fitted behind the first."""
    one, two = before[-1].text.strip(), line[-1].text.strip()
    first, end, start, last = before[0].box, before[-1].box, line[0].box, line[-1].box
    if not first or not end or not start or not last or abs(first.x0 - start.x0) > _INSET * line[0].size:
        return False
    if all(_LABELLED.match(row[0].text.strip()) for row in (before, line)):
        return True
    fits = last.x1 - start.x0 <= room.x1 - end.x1 - _INSET * line[0].size
    names = all(3 <= len(t) <= _NAME and t[0] > "ゖ" and t[-1] > "ゖ" for t in (one, two))
    return fits and names


def _is_name(rows: Sequence[Sequence[Line]], i: int, beside: Beside) -> bool:
    """Whether row i is a name of its own, as those of the cells around tell: its level, how they end."""
    names = [_ASIDE.sub("", t.rstrip()) for t in (rows[i - 1][-1].text, rows[-1][-1].text)]
    named = _is_level(rows[i][0], beside.levels) or all(t[-1:] in beside.ends for t in names)
    return named and not _PARTICLE.match(rows[i][0].text.strip())


def _begins_paragraph(before: str, text: str) -> bool:
    return text.startswith("　") or before.endswith("。")


def _is_short(end: Box, rows: Sequence[Sequence[Line]], room: Box, size: float) -> bool:
    """Whether a line ends well before the edge of its cell, or before the longest of three lines or more."""
    right = max(r[-1].box.x1 for r in rows if r[-1].box)
    return room.x1 - end.x1 > 2.2 * size or (right - end.x1 > 1.5 * size and len(rows) > 2)


def _break(rows: Sequence[Sequence[Line]], i: int, room: Box | None, beside: Beside) -> str:
    """What stands at the line break before row i: a paragraph's end, or what a wrapped phrase needs."""
    before, line = rows[i - 1], rows[i]
    previous, text = before[-1].text.rstrip(), line[0].text
    glue = space_between(previous, text)
    end, start = before[-1].box, line[0].box
    if not end or not start or not room:
        return glue
    size = max(line[0].size, 1.0)
    short = _is_short(end, rows, room, size)
    ended = previous.endswith(_SENTENCE_END)
    bullets = [_BULLET.match(t.lstrip()) for t in (rows[0][0].text, text)]
    item = bullets[1] and (bullets[0] or short or ended)
    values = all(_VALUE.fullmatch(t.strip()) for t in (previous, text))
    if item or values or _is_name(rows, i, beside):
        return "\n"
    if not short:
        return "\n" if text.startswith("　") and ended else glue
    anew = start.x0 - room.x0 < 3 * size and _begins_paragraph(previous, text)
    if anew or start.y0 - end.y1 > 0.9 * size or _lists(before, line, room):
        return "\n"
    return " " if previous[-1:].isdigit() else glue  # 方針1 | 窓口の改革
