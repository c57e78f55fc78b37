"""What a plan says it stands for (基本理念, めざす姿, 将来像, a slogan under any name): one of the policies.

Every short text that stands under or behind a name is weighed: what the name says, how the text is set
(larger, in a box), that it comes back (on the cover, in a chart), and that the levels begin near it. A name
that comes back is the label of a form and names nothing of the plan.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise, takewhile
from typing import NamedTuple

from extract.document import Document, Placed, Section
from extract.labels import bare, keys, vocabulary
from extract.layout.numbering import heading_number, number_alone
from extract.model import WHITE
from extract.records.fields import tidy
from extract.records.model import Policy
from extract.structure.content import content_of
from normalize.characters import squash

FOUND = 1.25  # score from which a text is what the plan stands for
NAME_MAX = 10  # characters of a name that no list has
LARGER = 1.2  # of the size of most text
NEAR = 40  # blocks before the first level
_SHORTEST, _LONGEST, _MOTTO = 6, 60, 40  # characters
_SKIP = ("toc", "header", "footer", "side_nav", "footnote", "caption")
_QUOTED = re.compile(r"[「『][^「」『』]+[」』]$")
_STATED = re.compile(
    r"(?:を|は|として|に)(?:[、,:：]?|[^。]{0,12}(?:次|以下|下記)の(?:とおり|通り|ように)[^。]{0,12}。)\s*$"
)


class _Candidate(NamedTuple):
    kind: str  # its name, as printed
    title: str
    block: Placed
    rule: str
    score: float


def philosophy(document: Document) -> Policy | None:
    """The text that most speaks for being what the plan stands for, None where none does."""
    weigh = _Weigh(document)
    found = [c._replace(score=c.score + weigh.text(c)) for c in _candidates(document, weigh)]
    best = max(found, key=lambda c: (c.score, -c.block.index), default=None)
    if best is None or best.score < FOUND:
        return None
    prose = prose_around(document, best.block.index) if best.rule == "philosophy-heading" else []
    return Policy(
        at=document.evidence([best.block.index, *(p.index for p in prose)]),
        rule=best.rule,
        confidence=min(0.95, 0.45 + 0.2 * best.score),
        kind=best.kind,
        number=None,
        title=best.title,
        description="\n".join(tidy(p.clean) for p in prose) or None,
    )


def is_prose(placed: Placed) -> bool:
    return placed.block.kind in ("paragraph", "list_item") and "。" in placed.text


def prose_around(document: Document, index: int) -> list[Placed]:
    """What explains it: the prose right below its words, else that between the heading and them."""
    below = list(takewhile(is_prose, document.blocks[index + 1 :]))
    if below:
        return below
    above = list(document.blocks[:index])
    start = next((n for n in range(index, 0, -1) if not is_prose(above[n - 1])), 0)
    return above[start:] if start and above[start - 1].block.kind == "heading" else []


# --- candidates ---------------------------------------------------------------------------------------


def _candidates(document: Document, weigh: _Weigh) -> Iterator[_Candidate]:
    for placed in weigh.blocks:
        yield from _on_its_line(placed, weigh)
    for before, placed in pairwise(weigh.blocks):
        kind = _name(before) if _stand_together(before, placed) else None
        score = weigh.name(kind) if kind is not None else -2.0
        shown = placed.block.size > LARGER * before.block.size or placed.index in weigh.boxed
        listed = score > 0 or shown
        if kind is not None and score > -1 and listed and placed.block.page not in weigh.covers:
            yield from _stated(placed, weigh, kind, "philosophy-heading", score)
        elif (told := _STATED.search(before.text)) and (known := _known_at_end(before.text[: told.start()])):
            yield from _stated(placed, weigh, known, "philosophy-sentence", weigh.name(known) - 0.1)
    for section in document.sections:
        kind = _known_in(section.title)
        if kind is not None:
            yield from _below(document, weigh, section, kind)


def _stand_together(name: Placed, text: Placed) -> bool:
    """Whether two texts stand on one page, in one table or in none."""
    return name.block.page == text.block.page and name.table == text.table


def _below(document: Document, weigh: _Weigh, section: Section, kind: str) -> Iterator[_Candidate]:
    """The first text below a heading that may be it, before the next numbered heading."""
    score = weigh.name(kind) - 0.02 * len(section.title)
    others = [s.heading for s in document.sections if s.number and s.first >= section.last]
    end = min(section.heading + 12, *others, len(document.blocks))
    for placed in document.blocks[section.heading + 1 : end]:
        if placed.block.kind not in (*_SKIP, "list_item"):
            found = list(_stated(placed, weigh, kind, "philosophy-heading", score))
            yield from found
            if found:
                return


def _stated(placed: Placed, weigh: _Weigh, kind: str, rule: str, score: float) -> Iterator[_Candidate]:
    title = tidy(placed.clean)
    numbered = heading_number(placed.clean) is not None or content_of(title) not in ("name", "prose")
    told = (
        "。" not in title or not title.endswith("。") or weigh.set_off(placed) > 0
    )  # else a sentence of the text
    if told and not numbered and _fits(title) and placed.block.kind != "list_item":
        inner = _split(title)
        yield _Candidate(kind, inner[1] if inner else title.strip("「」『』"), placed, rule, score)


def _on_its_line(placed: Placed, weigh: _Weigh) -> Iterator[_Candidate]:
    """基本理念：…, ＜基本理念＞ …, 「…」を基本理念として."""
    named = _split(placed.text.strip())
    shown = placed.block.page not in weigh.covers and weigh.set_off(placed) > 0
    if named is not None and _fits(named[1], 4) and (_is_known(named[0]) or shown):
        yield _Candidate(*named, placed, "philosophy-named", weigh.name(named[0]) - 0.2)
    for word in vocabulary("policies")["philosophy"]:
        quoted = re.search(rf"{word}[はをとして、]*[「『](?P<title>[^」』]{{4,60}})[」』]", placed.text)
        if quoted:
            yield _Candidate(word, quoted["title"], placed, "philosophy-named", weigh.name(word) - 0.2)


def _split(text: str) -> tuple[str, str] | None:
    """A name and the text behind it on one line; a new one stands before a wide space or quotes."""
    number = heading_number(text) if len(text) <= 2 * _LONGEST else None
    text = number.title if number and number.title else text
    match = re.fullmatch(
        r"[【〔＜<]?(?P<name>[^】〕＞>：:「『\s]{2,12})(?:[】〕＞>][：:]?|[：:「『\s])[\s「『]*(?P<title>[^。]{4,60}?)[」』]?",
        text,
    )
    if match is None:
        return None
    name, title = match["name"], match["title"]
    parted = text.startswith(f"{name}\u3000") or _QUOTED.search(text)
    new = parted and len(name) <= NAME_MAX and {content_of(name), content_of(title)} <= {"name", "prose"}
    return (name, title) if _is_known(name) or new else None


def _is_known(name: str) -> bool:
    return squash(name) in keys("policies", "philosophy") | keys("policies", "philosophy_else")


def _known_in(title: str) -> str | None:
    """The name in a heading of the plan's chapter: 基本理念 in 基本理念及び基本方針."""
    return next((w for w in vocabulary("policies")["philosophy"] if w in title), None)


def _known_at_end(text: str) -> str | None:
    return next((w for w in vocabulary("policies")["philosophy"] if text.rstrip().endswith(w)), None)


def _name(placed: Placed) -> str | None:
    """A text that may name what stands below it, without number and marks."""
    text = placed.clean.strip()
    if len(text) > 2 * _LONGEST or placed.block.kind == "list_item" or number_alone(text) is not None:
        return None
    number = heading_number(text)
    name = bare(number.title if number and number.title else text).strip()
    return name if 2 <= len(name) <= NAME_MAX and content_of(name) == "name" else None


def _fits(title: str, shortest: int = _SHORTEST) -> bool:
    """A phrase, or one or two short sentences."""
    short = len(title) <= _MOTTO or not title.endswith("。")
    return shortest <= len(title) <= _LONGEST and "\n" not in title and title.count("。") <= 2 and short


# --- weights ------------------------------------------------------------------------------------------


class _Weigh:
    def __init__(self, document: Document) -> None:
        self.document = document

    @cached_property
    def blocks(self) -> list[Placed]:
        return [p for p in self.document.blocks if p.block.kind not in _SKIP]

    @cached_property
    def heads(self) -> Counter[str]:
        """Over, or ahead of, how many different texts a name stands."""
        told = set()
        for placed, below in zip(self.blocks, [*self.blocks[1:], None], strict=True):
            name, title = _split(placed.text.strip()) or ("", "")
            if over := _name(placed):
                name, title = over, below.clean if below is not None else ""
            told.add((squash(name), squash(title)))
        return Counter(name for name, _ in told if name)

    @cached_property
    def times(self) -> Counter[str]:
        return Counter(squash(p.clean) for p in self.document.blocks if p.block.kind != "toc")

    @cached_property
    def boxed(self) -> set[int]:
        return {b.index for a, b in pairwise(self.blocks) if _in_box(self.document, a, b)}

    @cached_property
    def body(self) -> float:
        """The size of most running text."""
        sizes: Counter[float] = Counter()
        for p in self.blocks:
            sizes[round(p.block.size, 1)] += len(p.text) if p.block.kind in ("paragraph", "list_item") else 0
        return max(sizes, key=lambda size: sizes[size], default=0.0)

    @cached_property
    def chapters(self) -> tuple[str, ...]:
        """What running heads name."""
        heads = (p for p in self.document.blocks if p.block.kind in ("side_nav", "header"))
        return tuple({squash(n.title) for p in heads if (n := heading_number(p.clean)) and n.title})

    @cached_property
    def covers(self) -> set[int | None]:
        return {p.block.page for p in self.document.blocks if p.block.kind == "title"} - {None}

    @cached_property
    def first(self) -> int | None:
        """The first block that states a level."""
        stated = (e.blocks[0] for level in self.document.levels for e in level.entries)
        return min((m for m in stated if self.document.blocks[m].block.kind != "toc"), default=None)

    def name(self, name: str) -> float:
        """What a name speaks for; one that comes back is a label of forms."""
        key = squash(name)
        again = self.heads[key]
        if key in keys("policies", "philosophy"):
            return 2.0
        if key in keys("policies", "philosophy_else"):
            return 1.2 if again <= 1 else -2.0
        return -0.3 if again <= 1 and self.document.labels.found(name) is None else -2.0

    def text(self, candidate: _Candidate) -> float:
        """What the text itself speaks for: its look, its coming back, its place."""
        title = candidate.title
        again = self.times[squash(title)] > 1
        score = self.set_off(candidate.block) + 0.3 * ("。" not in title) + 0.7 * again
        if candidate.block.block.kind == "heading" and squash(title).startswith(self.chapters):
            score -= 1.5  # the chapter that running heads name
        if self.first is None:
            return score
        gap = self.first - candidate.block.index
        return score + (0.5 if 0 < gap <= NEAR else -0.5 if gap < 0 else 0.0)

    def set_off(self, placed: Placed) -> float:
        """1 for a text larger than most, or bold in quotes or in a box; 0.5 for one in a filled box."""
        larger = bool(self.body) and placed.block.size >= LARGER * self.body
        quoted = placed.block.bold and _QUOTED.search(placed.text.strip()) is not None
        return 1.0 * (larger or quoted or placed.index in self.boxed) + 0.5 * (
            placed.block.fill not in (None, WHITE)
        )


def _in_box(document: Document, name: Placed, text: Placed) -> bool:
    """Whether a text in bold stands in a box with its name alone, or right of its name in a filled one."""
    if not text.block.bold or name.table != text.table:
        return False
    if text.table is not None:
        held = [c for c in document.tables[text.table].cells if c.text.strip()]
        return len(held) == 2 and held[1] is text.cell
    left, right = name.block.box, text.block.box
    if left is None or right is None or name.block.page != text.block.page:
        return False
    beside = left.x1 < right.x0 and left.y0 < right.y1 and right.y0 < left.y1
    return beside and name.block.fill not in (None, WHITE)
