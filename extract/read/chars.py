"""Characters to lines, the same for every PDF reader.

A reader yields strips: characters of one style that follow each other on one baseline. Here strips are cut
where they jump, joined where they touch, and sorted into reading order. All joining works in the frame of
the text itself: ``u`` runs with the text, ``v`` from the top of its letters to their feet; so text that
runs down, up or upside down needs no rules of its own.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from operator import sub
from statistics import median
from typing import NamedTuple

from extract.model import Box, Line, Run
from extract.read.strips import ASCENT, DESCENT, Direction, Strip, Style, box_of, pick, upright_base, whole
from normalize.characters import as_shown

# All lengths in em of the smaller text, where nothing else is said.
COLUMN_GAP = 1.5  # text further apart is another line (a column, a table cell)
SPACED_GAP = 3.5  # letters of one word spread over a cell (均等割付) stand up to this far apart
CELL_GAP = 0.15  # and this far apart where a rule or the edge of a box stands between two cells
CUT_OFF = 0.05  # of a letter at least lies on either side of the clip that cuts it off
BACKWARD = 0.5  # text that jumps back further starts a new line
SAME_BASELINE = 0.15
RAISED = 0.15  # em of the larger text above its baseline: a superscript
RAISED_SIZE = 0.86  # and at most this share of its size
NOTE_SIZE = 0.8  # a figure this much smaller than the number before it is a note
STACK_GAP = 0.45  # between letters set upright one under the other
WORD_GAP = 0.2  # between two Latin letters: a space, when letters elsewhere on the line stand closer
FAKE_BOLD = 0.1  # the same letter drawn again this near is one bold letter
SHADOW = 0.2  # and a text, or a letter in another colour, this near is one with it or its shadow


SOFT_HYPHEN = "\xad"
# Fonts name their hyphen so: it stands in no word, or between Latin letters and figures (t-CO2, Wi-Fi).
_HYPHEN = re.compile(r"(?<!\S)\xad(?!\S)|(?<=[A-Za-z0-9])\xad(?=[A-Za-z0-9])")
_MARK = re.compile(r"[(（※*＊]?[0-9０-９]{1,2}[)）]?")  # of a note
_DROPPED = re.compile("[\x00-\x1f\x7f-\x9f\xad\u200b\u2060\ufeff\ufffe\uffff]")
_LATIN_PAIR = re.compile(r"[A-Za-z0-9.,:;)'][A-Za-z0-9('&]")


class Upright(NamedTuple):
    """A vertical rule, or the left or right edge of a box: x and its two ends."""

    x: float
    y0: float
    y1: float


class Level(NamedTuple):
    """A horizontal rule or edge."""

    y: float
    x0: float
    x1: float


def lines(
    strips: Iterable[Strip],
    width: float,
    height: float,
    uprights: Sequence[Upright] = (),
    levels: Sequence[Level] = (),
    edges: Sequence[Upright] = (),
) -> tuple[Line, ...]:
    """Lines of a page (``width`` x ``height`` points) in reading order: by rows, left to right.

    ``uprights`` part the text of neighbour cells; text that runs over them without a gap stays whole.
    ``levels`` part letters that stand one under the other; at the ``edges`` of clips text is cut off.
    Text wholly off the page, control characters and soft hyphens are dropped; blanks at line ends too.
    """
    walls = Walls(uprights, edges, levels)
    pieces = [p for s in strips for p in cut(_clean(s), walls) if _on_page(box_of(p), width, height)]
    chains = _stack(_spread(_join(_undouble(pieces), walls)), levels)
    return tuple(_reading_order([line for c in chains if (line := _line(c)) is not None]))


class Walls:
    """Finds what stands between two characters: rules across their line, and where a clip cuts text off."""

    def __init__(
        self, uprights: Sequence[Upright], edges: Sequence[Upright] = (), levels: Sequence[Level] = ()
    ) -> None:
        across: dict[Direction, list[Upright]] = {  # in the frame of the text
            "right": list(uprights),
            "left": [Upright(-x, -y1, -y0) for x, y0, y1 in uprights],
            "down": [Upright(y, -x1, -x0) for y, x0, x1 in levels],
            "up": [Upright(-y, x0, x1) for y, x0, x1 in levels],
        }
        self._across = {direction: sorted(walls) for direction, walls in across.items()}
        self._edges = sorted(edges)

    def may_cut_off(self, strip: Strip) -> bool:
        """Whether the end of a clip stands in a strip, so that it may be two texts."""
        y = strip.base - (ASCENT - 0.5) * strip.style.size
        return strip.direction == "right" and _stands(self._edges, strip.starts[0], strip.ends[-1], y)

    def part(self, a: Strip, b: Strip, i: int = 0) -> bool:
        """Whether one stands between character ``i`` of ``b`` and the ink before it in ``a``."""
        across, edges = self._across[a.direction], self._edges if a.direction == "right" else ()
        if not (across or edges):
            return False
        before = a.text[:i] if i else a.text
        last = max(0, len(before.rstrip()) - 1)
        start, end, middle = a.ends[last], b.starts[i], a.base - (ASCENT - 0.5) * a.style.size
        least = CUT_OFF * a.style.size
        if edges and _stands(edges, a.starts[last] + least, min(start, end) + least, middle):
            return True
        if end < start - least:  # a cell's text begins over the end of the one before, which runs into it
            return _stands(across, a.starts[last] + least, end, middle)
        if end - start <= CELL_GAP * a.style.size or (i - last == 2 and _is_typed(b, i)):
            return False
        return _stands(across, start, end, middle)


def _is_typed(strip: Strip, i: int) -> bool:
    """Whether the blank before character ``i`` fills its gap: the text goes on over what stands there."""
    slack = CUT_OFF * strip.style.size
    return (
        abs(strip.starts[i - 1] - strip.ends[i - 2]) <= slack
        and abs(strip.starts[i] - strip.ends[i - 1]) <= slack
    )


def _stands(walls: Sequence[Upright], start: float, end: float, y: float) -> bool:
    """Whether one of ``walls`` stands from ``start`` to ``end`` at height ``y``."""
    for wall in walls[bisect_left(walls, (start,)) :]:
        if wall.x > end:
            return False
        if wall.y0 <= y <= wall.y1:
            return True
    return False


# --- strips -----------------------------------------------------------------------------------------


def _clean(strip: Strip) -> Strip:
    text = strip.text
    if SOFT_HYPHEN in text and (lone := _HYPHEN.sub("-", text)) != text:
        strip = replace(strip, text=lone)
        text = lone
    if _DROPPED.search(text):
        for i in range(len(text) - 1, 0, -1):
            if text[i] == SOFT_HYPHEN:  # its room is no gap between words
                strip.ends[i - 1] = max(strip.ends[i - 1], strip.ends[i])
        strip = pick(strip, [i for i, c in enumerate(text) if not _DROPPED.match(c)])
    if (mended := whole(strip.text)) != strip.text:
        strip = replace(strip, text=mended)
    if not unicodedata.is_normalized("NFC", strip.text):
        strip = _compose(strip)
    if (shown := as_shown(strip.text)) != strip.text:
        strip = replace(strip, text=shown)
    return strip


def _compose(strip: Strip) -> Strip:
    """NFC; a combining mark (か + ゙) joins the letter before it, which keeps its edges."""
    clusters: list[str] = []
    first: list[int] = []
    for i, char in enumerate(strip.text):
        if clusters and unicodedata.combining(char):
            clusters[-1] += char
        else:
            clusters.append(char)
            first.append(i)
    composed = [unicodedata.normalize("NFC", cluster) for cluster in clusters]
    places = [i for i, cluster in zip(first, composed) for _ in cluster]
    return replace(
        strip,
        text="".join(composed),
        starts=[strip.starts[i] for i in places],
        ends=[strip.ends[i] for i in places],
    )


def cut(strip: Strip, walls: Walls) -> list[Strip]:
    """Cut where characters stand far apart, jump back, or stand on both sides of a wall."""
    if not strip.text:
        return []
    far, back = COLUMN_GAP * strip.style.size, -BACKWARD * strip.style.size
    gaps = list(map(sub, strip.starts[1:], strip.ends))
    if not gaps:
        return [strip]
    if min(gaps) < back and (again := _drawn_again(strip)):
        strip = pick(strip, [i for i in range(len(strip.text)) if i not in again])
        strip.style = strip.style._replace(bold=True)
        return cut(strip, walls)
    widest = max(gaps)
    if widest > WORD_GAP * strip.style.size and (words := _word_starts(strip, gaps)):
        strip = _space(strip, words)
        gaps = list(map(sub, strip.starts[1:], strip.ends))
    even = min(gaps) >= -CUT_OFF * strip.style.size
    if widest <= CELL_GAP * strip.style.size and even and not walls.may_cut_off(strip):
        return [strip]
    cuts = [i for i, gap in enumerate(gaps, 1) if not back <= gap <= far or walls.part(strip, strip, i)]
    if not cuts:
        return [strip]
    return [pick(strip, range(a, b)) for a, b in zip([0, *cuts], [*cuts, len(strip.text)])]


def _drawn_again(strip: Strip) -> set[int]:
    """Letters drawn right after the same letter at nearly its place: bold made letter by letter."""
    text, starts, near = strip.text, strip.starts, FAKE_BOLD * strip.style.size
    return {
        i for i in range(1, len(text)) if text[i] == text[i - 1] and abs(starts[i] - starts[i - 1]) <= near
    }


def _word_starts(strip: Strip, gaps: list[float]) -> set[int]:
    """Where Latin words begin that the file only sets apart, with no space; letters spread evenly are one."""
    text, least, most = strip.text, WORD_GAP * strip.style.size, COLUMN_GAP * strip.style.size
    apart = [i for i, gap in enumerate(gaps, 1) if least < gap <= most and _LATIN_PAIR.match(text, i - 1)]
    if not apart:
        return set()
    usual = 2 * median(gaps)
    return {i for i in apart if gaps[i - 1] > usual}


def _space(strip: Strip, words: set[int]) -> Strip:
    text, starts, ends = "", list[float](), list[float]()
    for i, char in enumerate(strip.text):
        if i in words:
            text += " "
            starts.append(strip.ends[i - 1])
            ends.append(strip.starts[i])
        text += char
        starts.append(strip.starts[i])
        ends.append(strip.ends[i])
    return replace(strip, text=text, starts=starts, ends=ends)


def _on_page(box: Box, width: float, height: float) -> bool:
    return box.x1 > 0 and box.y1 > 0 and box.x0 < width and box.y0 < height


def _undouble(pieces: list[Strip]) -> list[Strip]:
    """Text drawn again at nearly the same place is one text: bold, or with a shadow."""
    seen: dict[tuple[str, Direction], list[tuple[Strip, Strip]]] = {}  # drawn, what it is part of
    out = []
    for piece in pieces:
        drawn = seen.setdefault((piece.text, piece.direction), [])
        first = piece
        for other, one in drawn:
            same = piece.style.color == other.style.color
            near = (FAKE_BOLD if same and len(piece.text) == 1 else SHADOW) * piece.style.size
            if abs(other.starts[0] - piece.starts[0]) <= near and abs(other.base - piece.base) <= near:
                first = one
                first.style = piece.style._replace(bold=same or piece.style.bold)  # the later one is on top
                break
        drawn.append((piece, first))
        if first is piece:
            out.append(piece)
    return out


# --- chains: the strips of one line -----------------------------------------------------------------

Chain = list[Strip]


def _join(pieces: list[Strip], walls: Walls) -> list[Chain]:
    """Join what touches: first in the order of drawing, then whatever else shares a baseline."""
    drawn: list[Chain] = []
    for piece in pieces:
        if drawn and _touches(drawn[-1][-1], piece, walls):
            drawn[-1].append(piece)
        else:
            drawn.append([piece])
    drawn.sort(key=lambda chain: (chain[0].direction, round(_base(chain)), chain[0].starts[0]))
    joined: list[Chain] = []
    for chain in drawn:
        if joined and _touches(joined[-1][-1], chain[0], walls):
            joined[-1] += chain
        else:
            joined.append(chain)
    inked = [chain for chain in joined if not all(strip.text.isspace() for strip in chain)]
    return _with_late_marks(inked, walls)


def _with_late_marks(chains: list[Chain], walls: Walls) -> list[Chain]:
    """Small figures drawn apart joined to the text they are raised behind, or before: «6», …, «¹»."""
    late = [c for c in chains if len(c) == 1 and _MARK.fullmatch(c[0].text.strip())]
    joined: set[int] = set()
    for mark in late:
        others = [c for c in chains if c is not mark]
        behind = [c for c in others if _is_raised_at(c[-1], mark[0], walls)]
        before = [c for c in others if _is_raised_at(c[0], mark[0], walls, before=True)]
        if len(behind) == 1:
            behind[0] += mark
            joined.add(id(mark))
        elif len(before) == 1 and not behind:
            before[0][:0] = mark
            joined.add(id(mark))
    return [c for c in chains if id(c) not in joined] if joined else chains


def _is_raised_at(text: Strip, mark: Strip, walls: Walls, *, before: bool = False) -> bool:
    smaller = mark.style.size <= NOTE_SIZE * text.style.size
    near = abs(text.base - mark.base) <= text.style.size
    pair = (mark, text) if before else (text, mark)
    return smaller and near and _touches(*pair, walls) and mark.raised


def _base(chain: Chain) -> float:
    return max(chain, key=lambda strip: strip.style.size).base


def _touches(a: Strip, b: Strip, walls: Walls) -> bool:
    """Whether ``b`` goes on after ``a`` on its line. Marks the smaller one where it is a superscript."""
    large, small = (a, b) if a.style.size >= b.style.size else (b, a)
    size = small.style.size
    gap = b.starts[0] - a.ends[-1]
    if a.direction != b.direction or not -BACKWARD * size <= gap <= COLUMN_GAP * size:
        return False
    if walls.part(a, b):
        return False
    rise = large.base - small.base
    if abs(rise) <= SAME_BASELINE * size:
        small.raised = small.raised or (large.raised and size == large.style.size) or _is_note(a, b)
        return True
    em = large.style.size
    if size > RAISED_SIZE * em or gap > 0.5 * em or not -0.3 * em <= rise <= 0.75 * em:
        return False
    small.raised = (rise >= RAISED * em or _is_note(a, b)) and not _is_power(a, b)
    return True


def _is_note(before: Strip, small: Strip) -> bool:
    """A smaller figure right behind a number is no digit of it, wherever it stands."""
    number, figure = before.text.rstrip()[-1:], small.text.strip()
    smaller = small.style.size <= NOTE_SIZE * before.style.size
    return smaller and number.isdigit() and (figure.isdigit() or figure.startswith(("※", "*", "＊")))


def _is_power(before: Strip, small: Strip) -> bool:
    """The 2 of m² and the 3 of m³ belong to the unit."""
    return before.text.endswith("m") and small.text.strip() in ("2", "3")


def _spread(chains: list[Chain]) -> list[Chain]:
    """Join the single letters of a word spread over its cell: three or more at regular distances."""
    out: list[Chain] = []
    i = 0
    while i < len(chains):
        end = i + 1
        while end < len(chains) and _is_letter(chains[end - 1]) and _is_letter(chains[end]):
            step = _step(chains, end)
            if step is None or (end - i > 1 and abs(step - (_step(chains, i + 1) or 0)) > 0.1 * step):
                break
            end += 1
        if end - i < 3:
            end = i + 1
        out.append([strip for chain in chains[i:end] for strip in chain])
        i = end
    return out


def _step(chains: list[Chain], i: int) -> float | None:
    """From the letter before to letter ``i`` when they could belong to one spread word."""
    a, b = chains[i - 1][0], chains[i][0]
    if a.direction != b.direction or a.style.size != b.style.size:
        return None
    if abs(a.base - b.base) > SAME_BASELINE * a.style.size:
        return None
    return b.starts[0] - a.starts[0] if 0 < b.starts[0] - a.ends[-1] <= SPACED_GAP * a.style.size else None


def _is_letter(chain: Chain) -> bool:
    """A single kana or ideograph, not a mark or a figure: those stand alone in cells."""
    return len(chain) == 1 and len(text := chain[0].text) == 1 and text.isalpha() and text >= "ぁ"


def _stack(chains: list[Chain], levels: Sequence[Level]) -> list[Chain]:
    """Upright letters set one close under the other are a line that runs down: three or more.

    A column of the same letters (済, 未, 済 …) is none, nor are letters with a rule between them.
    """
    alone = [c for c in chains if len(c) == 1 and c[0].direction == "right"]
    letters = [c[0] for c in alone if _is_letter(c) or c[0].text in "ーｰ・"]
    if len(letters) < 3:
        return chains
    letters.sort(key=lambda s: (round(s.starts[0] + s.ends[0]), s.base))
    taken: set[int] = set()
    stacks: list[Chain] = []
    stack: Chain = []
    for letter in [*letters, None]:
        if stack and letter is not None and _under(stack[-1], letter, levels):
            stack.append(letter)
            continue
        if _is_word([s.text for s in stack]):
            stacks.append([_fall(stack)])
            taken.update(map(id, stack))
        stack = [] if letter is None else [letter]
    return [c for c in chains if id(c[0]) not in taken] + stacks


def _is_word(letters: Sequence[str]) -> bool:
    told = {c for c in letters if c.isalpha() and c not in "ーｰ"}
    return len(letters) >= 3 and len(told) > max(0, (len(letters) - 2) / 2)


def _under(a: Strip, b: Strip, levels: Sequence[Level]) -> bool:
    size = a.style.size
    gap = b.base - a.base - size
    centred = abs(a.starts[0] + a.ends[0] - b.starts[0] - b.ends[0]) <= 0.3 * size
    if size != b.style.size or not centred or not -0.1 * size <= gap <= STACK_GAP * size:
        return False
    above, below, x = a.base - (ASCENT - 0.5) * size, b.base - (ASCENT - 0.5) * size, a.starts[0]
    return not any(above < level.y < below and level.x0 <= x <= level.x1 for level in levels)


def _fall(stack: Chain) -> Strip:
    """The letters of a stack as one strip that runs down."""
    size = stack[0].style.size
    return Strip(
        "".join([s.text for s in stack]),
        [s.base - ASCENT * size for s in stack],
        [s.base + DESCENT * size for s in stack],
        upright_base(stack[0].starts[0], stack[0].ends[0], size),
        stack[0].style,
        "down",
    )


# --- lines ------------------------------------------------------------------------------------------


def _line(chain: Chain) -> Line | None:
    """Runs of a chain; neighbours of one style become one run. None when nothing but blanks is left."""
    chain = _trim(chain)
    if not chain:
        return None
    runs: list[Run] = []
    start = 0
    for i in range(1, len(chain) + 1):
        if i == len(chain) or _look(chain[i]) != _look(chain[start]):
            runs.append(_run(chain[start:i]))
            start = i
    box: Box | None = runs[0].box
    if len(chain) > 1 or chain[0].text[0].isspace():
        box = _around([box_of(strip, ink=True) for strip in chain if not strip.text.isspace()])
    return Line(tuple(runs), box, vertical=chain[0].direction in ("down", "up"))


def _look(strip: Strip) -> tuple[Style, bool, bool]:
    return strip.style, strip.raised, strip.aside


def _trim(chain: Chain) -> Chain:
    while chain:
        text = chain[-1].text
        kept = len(text.rstrip())
        if kept == len(text):
            break
        chain = [*chain[:-1], pick(chain[-1], range(kept))] if kept else chain[:-1]
    return chain


def _run(strips: Chain) -> Run:
    first = strips[0]
    text, edges = "", list[float]()
    end = None
    for strip in strips:
        if end is not None and _is_word_gap(text[-1], strip.text[0], strip.starts[0] - end, first.style.size):
            text += " "
            edges.append(end)
        text += strip.text
        edges += strip.starts
        end = strip.ends[-1]
    edges.append(strips[-1].ends[-1])
    if first.direction in ("left", "up"):
        edges = [-u for u in edges]
    style = first.style
    return Run(
        text,
        _around([box_of(strip) for strip in strips]),
        tuple(edges),
        style.font,
        style.size,
        style.bold,
        style.italic,
        style.color,
        first.raised,
        first.aside,
    )


def _around(boxes: Sequence[Box]) -> Box:
    box = boxes[0]
    for other in boxes[1:]:
        box = box.union(other)
    return box


def _is_word_gap(before: str, after: str, gap: float, size: float) -> bool:
    return gap > WORD_GAP * size and _LATIN_PAIR.match(before + after) is not None


def _reading_order(found: list[Line]) -> list[Line]:
    """Rows from the top, left to right inside a row. A line that runs down or up is a row of its own."""
    rows: list[list[tuple[Box, Line]]] = []
    for box, line in sorted(((li.box, li) for li in found if li.box is not None), key=_centre):
        if rows and not line.vertical:
            first, other = rows[-1][0]
            if not other.vertical and box.cy - first.cy <= 0.4 * min(box.height, first.height):
                rows[-1].append((box, line))
                continue
        rows.append([(box, line)])
    return [line for row in rows for _, line in sorted(row, key=lambda pair: pair[0].x0)]


def _centre(pair: tuple[Box, Line]) -> tuple[float, float]:
    """Rounded, so that two readers' fractions of a point cannot change the order."""
    return round(pair[0].cy, 1), pair[0].x0
