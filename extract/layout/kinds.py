"""What kind of block a draft is: heading, caption, list item, judged by what is usual."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from extract.layout.blocks import ASIDE, LOOSE_PITCH, BodyStyle, Draft, Piece, is_strong, key
from extract.layout.marks import marks, may_be_note
from extract.layout.names import NO_NAMES, Names
from extract.layout.numbering import (
    Numbered,
    heading_number,
    names_level,
    names_measure,
    number_alone,
    numbered,
    word_of,
)
from extract.layout.parts import union
from extract.layout.running import SMALLER, note_mark
from extract.model import WHITE, BlockKind, Box, TableItem
from normalize.quantities import find_quantities

LARGER = 1.12  # of the body's size: a heading by size alone
HEADING_LENGTH = 70  # characters
LEVEL_SIZES = 0.04  # share by which sizes of one heading level may differ
_SENTENCE = re.compile(r"(?:ます|です|ません|ました|でした|ください)$")
_FROM_TO = re.compile(r"\S\s*[→⇒▶➡⇨]\s*[^→⇒▶➡⇨。]{1,16}$")  # 6件 → 目標 35件
_DATE = re.compile(
    r"[(（]?(?:[一-龠]{2}|[A-Z])?\s*[0-9０-９元]{1,4}\s*年\s*(?:度|[0-9０-９]{1,2}\s*月.{0,6})[)）]?"
)
_NUMBERED_NOTE = re.compile(r"※\s*[0-9０-９]")
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
_VALUE_ARROW = re.compile("[→⇒➡⇨▶]")
_SIDE = re.compile(r"[^、。]{0,6}[-－―–—]|[^、。]{0,14}[0-9０-９][^、。]{0,14}")  # of an arrow between values
_QUOTED = re.compile(r"[「『].*[」』]")
_ENUMERATION = frozenset(("circled", "paren", "half-paren", "plain", "kana", "paren-kana", "letter", "roman"))


def is_wrapped_title(title: Draft, draft: Draft) -> bool:
    """Whether a line of a cover goes on with the title above it."""
    step = draft.first.box.cy - title.last.box.cy
    return title.kind == "title" and 0 < step < LOOSE_PITCH * draft.size and not ASIDE.fullmatch(draft.text)


def classify(
    pieces: Sequence[Piece], style: BodyStyle, contents: frozenset[str], names: Names = NO_NAMES
) -> None:
    """Set the kinds of a page's drafts. ``contents``: keys of the entries of the 目次 (see ``key``)."""
    style = replace(style, prose=_prose_size(pieces))
    for i, piece in enumerate(pieces):
        if isinstance(piece, Draft) and piece.kind == "paragraph":
            near = (pieces[i - 1] if i else None, pieces[i + 1] if i + 1 < len(pieces) else None)
            piece.kind = _kind(piece, near, style, contents, names)
    _set_notes(pieces, style)


def _set_notes(pieces: Sequence[Piece], style: BodyStyle) -> None:
    """Small text that begins with a mark which is raised in the text above is a note, wherever it stands.

    So is text of any size behind a numbered note mark (※1).
    """
    raised: set[str] = set()
    for piece in pieces:
        if isinstance(piece, Draft):
            mark = note_mark(piece.first.line)
            told = mark in raised and piece.size <= SMALLER * style.size
            if mark and (told or _NUMBERED_NOTE.match(mark)) and piece.kind in ("paragraph", "list_item"):
                piece.kind, piece.note = "footnote", mark
            raised |= {run.text.strip() for row in piece.rows for run in row.line.runs if run.superscript}
        elif isinstance(piece, TableItem):
            marked = {c.text[a:b].strip() for c in piece.table.cells for a, b in c.marks}
            raised |= set(filter(may_be_note, marked))


def _prose_size(pieces: Sequence[Piece]) -> float:
    """Size of most of a page's sentences; 0 where it has none."""
    sizes: Counter[float] = Counter()
    for piece in pieces:
        if isinstance(piece, Draft) and "。" in (text := piece.text):
            sizes[piece.first.size] += len(text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


Near = tuple[Piece | None, Piece | None]  # what stands before and after


def _kind(draft: Draft, near: Near, style: BodyStyle, contents: frozenset[str], names: Names) -> BlockKind:
    m, text = marks(), draft.text
    if draft.region.kind == "footnote":
        return "footnote"
    if draft.region.kind == "toc":
        return "toc"
    if m.caption.match(text) and len(text) <= 120 and not text.endswith("。"):
        larger = draft.size >= LARGER * max(style.size, style.prose)
        return "heading" if larger and m.appendix.match(text) else "caption"
    if draft.region.kind == "figure":
        return "figure_text"
    if _is_heading(draft, text, near, style, contents, names):
        return "heading"
    return "list_item" if m.bullet.match(text) else "paragraph"


def _is_heading(
    draft: Draft, text: str, near: Near, style: BodyStyle, contents: frozenset[str], names: Names
) -> bool:
    m = marks()
    if (
        len(text) > HEADING_LENGTH
        or len(draft.rows) > 3
        or text.endswith(("。", "、"))
        or not _has_word(text)
    ):
        return False
    if m.label.fullmatch(text) or names.words.names(text):
        draft.label = True
        return True
    if _DATE.fullmatch(text) or _is_value(text):
        return False
    if key(text) in contents:
        return True
    number = heading_number(text)
    if _entitles(draft, near[0], style) or _entitles(near[1], draft, style):
        return True
    if _SENTENCE.search(text) or (number is None and _FROM_TO.search(text)):
        return False
    if number is None and _is_text(draft, text, near):
        return False
    by_look = _stands_out(draft, text, style)
    if by_look is not None:
        return by_look
    if _is_bar(draft, near[1]):
        draft.label = number is None
        return True
    return number is not None and len(draft.rows) == 1 and _heads_by_number(draft, number, near, style)


def _entitles(title: Piece | None, number: Piece | None, style: BodyStyle) -> bool:
    """Whether a text set larger than most comes right behind a number in a box of its own (取組1): a title,
    also where it says a sentence."""
    if not isinstance(title, Draft) or not isinstance(number, Draft) or number_alone(number.text) is None:
        return False
    boxed = number.region.fill not in (None, WHITE) and len(number.region.lines) == len(number.rows)
    return boxed and title.size > number.size and title.size >= LARGER * max(style.size, style.prose)


def _is_text(draft: Draft, text: str, near: Near) -> bool:
    """What has no number and is an item of a list, or words that a page sets off."""
    m = marks()
    if m.bullet.match(text) and not m.heading_bullet.match(text):
        return True
    return near[0] is not None and _is_set_off(draft) and _is_statement(text)


def _stands_out(draft: Draft, text: str, style: BodyStyle) -> bool | None:
    """What size and weight say; None where they say nothing."""
    if draft.size >= LARGER * max(style.size, style.prose):
        return len(draft.rows) == 1 or len(text) <= 50
    if draft.size < 0.9 * style.size:
        return False
    if is_strong(draft, style) and len(draft.rows) <= 2 and len(text) <= 50:
        marked = heading_number(text) is not None or marks().bullet.match(text) is not None
        return draft.first.bold or marked or len(text) <= 40
    return None


def _heads_by_number(draft: Draft, number: Numbered, near: Near, style: BodyStyle) -> bool:
    """Whether a line set like any other is told by its colour or number. 窓口3 …: a word tells nothing."""
    if draft.first.color != style.color and draft.first.color not in (0, WHITE):
        return len(draft.text) <= 40
    if word_of(number.style) and not (names_level(number.style) or names_measure(number.style)):
        return False
    short = len(draft.text) <= 40
    return number.style not in _ENUMERATION and short and not _has_sibling(number.style, near)


def _is_value(text: str) -> bool:
    """Nothing but a quantity or two, with years, short labels and brackets.

    >>> [_is_value(t) for t in ("62分（R6）", "R6: 640人 ▶ R12: 900人", "現状 ― → 目標 90%", "3つの柱")]
    [True, True, True, False]
    """
    bare = _BRACKETS.sub("", text)
    sides = [s.strip() for s in _VALUE_ARROW.split(bare)]
    if len(sides) == 2:
        return all(s == "" or _SIDE.fullmatch(s) for s in sides) and bool(find_quantities(bare))
    found = find_quantities(bare)
    if not found or len(bare) - found[-1].end > 3:
        return False
    lead = bare[: found[0].start]
    return not lead or (len(lead) <= 6 and lead[-1] in " \u3000：:")


def _is_set_off(draft: Draft) -> bool:
    """In a box, or away from the left margin."""
    return draft.region.frame is not None or draft.first.start - draft.region.room.x0 > 3 * draft.size


def _is_statement(text: str) -> bool:
    """Words that a page sets off (a motto, a vision), not the name of what follows."""
    return "、" in re.sub(r"[(（].*?[)）]", "", text) or bool(_QUOTED.fullmatch(text))


def _has_word(text: str) -> bool:
    return any(c.isalpha() for c in text)


def _is_bar(draft: Draft, following: Piece | None) -> bool:
    """Alone in a filled box, with what it names right below."""
    region = draft.region
    if region.fill is None or region.frame is None or len(region.lines) != len(draft.rows):
        return False
    if len(draft.text) > 40 or len(draft.rows) > 2:
        return False
    if numbered(draft.text) is not None:
        return True
    if following is None or (isinstance(following, Draft) and following.region.frame == region.frame):
        return False
    below = _box(following)
    if below is None:
        return False
    near = -2 <= below.y0 - region.frame.y1 < 3 * draft.size and below.overlap_x(region.frame) > 0
    boxed = isinstance(following, Draft) and following.region.fill is not None
    return near and not boxed


def _box(piece: Piece) -> Box | None:
    if isinstance(piece, Draft):
        return union(row.line.box for row in piece.rows if row.line.box)
    return piece.table.box if isinstance(piece, TableItem) else piece.timeline.box


def _has_sibling(style: str, near: Near) -> bool:
    """Whether the text before or after is numbered alike: then both are items of a list."""
    numbers = (numbered(piece.text) for piece in near if isinstance(piece, Draft))
    return any(number is not None and number.style == style for number in numbers)


def rank(drafts: Iterable[Draft], style: BodyStyle) -> None:
    """Set heading levels by size, largest = 1; a label stands one below the headings of its size."""
    headings = [d for d in drafts if d.kind == "heading"]
    keys = sorted({_rank_key(d, style) for d in headings})
    levels = {k: i for i, k in enumerate(keys, 1)}
    for draft in headings:
        draft.level = levels[_rank_key(draft, style)]


def _rank_key(draft: Draft, style: BodyStyle) -> tuple[float, bool]:
    size = max(draft.size, style.size)
    step = LEVEL_SIZES * style.size * 2
    return -round(size / step) * step, draft.label
