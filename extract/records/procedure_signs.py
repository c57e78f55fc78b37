"""What a list of procedures (手続) is told by: how their names end, its title, and what its signs mean.

The state is told by marks with a legend (* オンライン化済), by words (本市対象外), or by the colour of the
text or its ground with a legend (赤字 = not yet online).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from extract.document import Document, Node
from extract.labels import vocabulary
from extract.model import WHITE
from normalize.characters import strip_bullet, strip_note_marks
from normalize.frozen import frozen

MARKS = "*＊※†‡○◯●◎◇☆★△▲"
NUMBER = re.compile(
    r"^\s*(?P<n>[0-9０-９]{1,3}(?=[\s.．)）])|[(（]\s*[0-9０-９]{1,3}\s*[)）]|[①-⑳㉑-㉟])[\s.．)）]*(?=[^0-9０-９])"
)
TAIL_MARK = re.compile(rf"\s*\\?([{MARKS}])\s*$")
NOTE = re.compile(r"[(（]([^()（）]*)[)）]\s*$")
LETTERED = re.compile(r"[A-Za-zＡ-Ｚａ-ｚア-ン][)）.．]")  # a) …手続: one of several lists
_MEANING = re.compile(
    rf"\\?([{MARKS}×✕－―])\s*(?:[：:=＝…]|印[：:はがの])\s*([^{MARKS}×✕－―\s][^{MARKS}×✕－―：:=＝]*)"
)
# Signs told one after the other in a sentence: ○は…できるもの、×は…
_TOLD = re.compile(rf"(?:^|[、。，])\s*([{MARKS}×✕－―])\s*[はが]([^、。，]+)")
_NOT = re.compile(r"(.{1,2})(?:ない|ません|ていません|られず|ず)")  # 出せない: not what 出せる says
_COMES = re.compile(r"年度?(?:まで|以降)に")  # 令和12年度までに対応
_LED_BY_MARK = re.compile(rf"\s*\\?([{MARKS}])\s*(?:[：:はが…印]|\S)")
_COUNTED = re.compile(r"\s*[(（]?[0-9０-９]+\s*[/／]\s*[0-9０-９]+[)）]?$")  # … 1/3: the page of a long list
_NAME_MAX = 60


@frozen
class Legend:
    """What the signs around a list mean: sign -> (online, applicable)."""

    marks: dict[str, tuple[bool | None, bool]]
    color: str | None = None  # the colour that tells a state
    color_online: bool | None = None
    ground_online: bool | None = None  # what a coloured ground tells
    unread: frozenset[str] = frozenset()  # signs explained in words that are not understood

    @property
    def states(self) -> set[bool | None]:
        return {online for online, _ in self.marks.values()}


def is_procedure(name: str) -> bool:
    """Whether a short text reads like the name of a procedure."""
    name = TAIL_MARK.sub("", NOTE.sub("", TAIL_MARK.sub("", name.strip()))).strip()
    name = NOTE.sub("", name).strip()
    endings = tuple(vocabulary("procedures")["name_endings"])
    return 2 <= len(name) <= _NAME_MAX and "。" not in name and name.endswith(endings)


def name_of(text: str) -> str:
    """The text without its bullet and number."""
    return NUMBER.sub("", strip_bullet(text))


def is_title(text: str) -> bool:
    words = vocabulary("procedures")
    return (
        len(text) <= 120
        and "。" not in text
        and any(w in text for w in words["list_titles"])
        and any(w in text for w in words["list_title_needs"])
    )


def titles_before(document: Document, n: int) -> list[str]:
    """Lines about 手続 and オンライン化 shortly before a list, the nearest first."""
    lines = [document.blocks[node.first].clean for node in document.nodes[max(0, n - 8) : n] if node.is_block]
    return [text.strip() for text in reversed(lines) if is_title(text)]


def title_before(document: Document, n: int) -> str | None:
    """The title of a list; what is one of its parts (a) …手続) only where nothing stands above it."""
    titles = titles_before(document, n)
    whole = [t for t in titles if not LETTERED.match(t)]
    return whole_title((whole or titles)[0]) if titles else None


def whole_title(text: str) -> str:
    return strip_note_marks(_COUNTED.sub("", text.strip()))


def outer_group(document: Document, first: Node) -> str | None:
    """A name for the whole list that stands shortly before it (別表1)."""
    before = document.blocks[max(0, first.first - 8) : first.first]
    for placed in reversed(before):
        if re.fullmatch(r"\s*(?:別表|表|図)\s*[0-9０-９]*.{0,40}", placed.text, re.S):
            return placed.text.strip()
    return None


def is_coloured(fill: int | None) -> bool:
    return fill not in (None, WHITE)


def plain(mark: str) -> str:
    return "*" if mark == "＊" else mark


def color_name(rgb: int) -> str | None:
    """red or blue for a plainly red or blue text colour, else None.

    >>> color_name(0xFF0000), color_name(0xC00000), color_name(0x0000FF), color_name(0x333333)
    ('red', 'red', 'blue', None)
    """
    r, g, b = rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255
    if r > 140 and r > 1.8 * max(g, b, 1):
        return "red"
    if b > 140 and b > 1.5 * max(r, g, 1):
        return "blue"
    return None


def legend_of(document: Document, nodes: Sequence[Node]) -> Legend:
    """Read the lines around a list that say what its marks and colours mean."""
    around = document.blocks[max(0, nodes[0].first - 10) : nodes[-1].last + 12]
    lines = [p.text.strip() for p in around if 6 <= len(p.text) <= 120]
    grounds = {line: told for line in lines if _has(line, "grounds") and (told := state_of(line)) is not None}
    lines = [line for line in lines if line not in grounds]
    marks, unread = _signs_told(lines)
    coloured = next((t for t in lines if _color_in(t) and state_of(t) is not None), "")
    ground = next(reversed(grounds.values()), None)
    return Legend(marks, _color_in(coloured), state_of(coloured), ground, unread)


def _signs_told(lines: Sequence[str]) -> tuple[dict[str, tuple[bool | None, bool]], frozenset[str]]:
    """What lines say of signs, and the signs told in words that are not understood."""
    marks: dict[str, tuple[bool | None, bool]] = {}
    unread: dict[str, str] = {}
    for sign, meaning in (told for line in lines for told in _told(line)):
        if said := (False, True) if _COMES.search(meaning) else _said(meaning):
            marks.setdefault(plain(sign), said)
        else:
            unread[plain(sign)] = meaning
    marks = {**_opposites(unread), **marks}
    for line in lines:  # a mark that opens a line may be a bullet: what is told of signs comes first
        lead = _LED_BY_MARK.match(line)
        said = _said(line) if lead and not is_procedure(name_of(line)) else None
        if lead and said and plain(lead[1]) not in unread:
            marks.setdefault(plain(lead[1]), said)
    yes = {sign for sign in vocabulary("procedures")["yes"] if sign in unread.keys() - marks.keys()}
    if len(yes) == 1 and any(online is False for online, _ in marks.values()):
        marks.setdefault(yes.pop(), (True, True))  # beside what is not online yet, in words of its own
    return marks, frozenset(unread.keys() - marks.keys())


def _told(line: str) -> list[tuple[str, str]]:
    """(sign, meaning) of all signs a line explains; in a sentence only where it tells two or more."""
    if told := _MEANING.findall(line):
        return told
    told = _TOLD.findall(line)
    return told if len(told) > 1 else []


def _opposites(told: Mapping[str, str]) -> dict[str, tuple[bool | None, bool]]:
    """Two signs of which one says what the other denies, in whatever words: 出せる, 出せない."""
    for no, denied in told.items():
        stem = _NOT.search(denied)
        yes = [
            sign for sign, meaning in told.items() if stem and stem[1] in meaning and not _NOT.search(meaning)
        ]
        if len(yes) == 1:
            return {yes[0]: (True, True), no: (False, True)}
    return {}


def _said(meaning: str) -> tuple[bool | None, bool] | None:
    """What words make of a mark: (online, applicable); None for what is not understood, or is of a colour."""
    if _has(meaning, "not_applicable"):
        return None, False
    state = state_of(meaning)
    return None if state is None or _color_in(meaning) else (state, True)


def _has(text: str, kind: str) -> bool:
    return any(word in text for word in vocabulary("procedures")[kind])


def _color_in(text: str) -> str | None:
    colors: Mapping[str, Sequence[str]] = vocabulary("procedures")["colors"]
    return next((color for color, names in colors.items() if any(n in text for n in names)), None)


def state_of(text: str) -> bool | None:
    return False if _has(text, "not_online") else _has(text, "online") or None
