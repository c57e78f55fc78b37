"""What the legend of a chart says of its signs (○ 実施　△ 検討) and colours (a name on a ground of one)."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from extract.document import Document
from extract.model import WHITE, Timeline
from extract.structure.content import content_of

_SIGN = "○●◎△▲▽▼□■◇◆☆★▶⇒→"
_ENTRY = re.compile(rf"([{_SIGN}])\s*[:：…=＝]?\s*([^\s、,，/／:：。{_SIGN}]{{1,12}})[\s、,，/／]*")
_NAME = re.compile(r"^\s*[【［\[（(＜<※]?\s*[^\s：:】］\])）＞>○●◎△]{0,4}\s*[】］\])）＞>：:]?\s*")
_LONGEST = 120  # characters of a line of a legend
_WORD = 12  # characters of a name on a ground


@dataclass(frozen=True)
class Legend:
    """Meanings by sign, and by the colour of the ground they stand on."""

    signs: dict[str, str] = field(default_factory=dict)
    colors: dict[int, str] = field(default_factory=dict)

    def phase(self, sign: str, color: int | None) -> str | None:
        """What the sign of a bar means, else its colour; None where no legend says so."""
        return self.signs.get("".join(sign.split())[:1]) or self.colors.get(-1 if color is None else color)


def signs_told(document: Document) -> dict[str, str]:
    """What the lines of a document say of signs; one that is told in two ways is not told."""
    told: dict[str, set[str]] = defaultdict(set)
    for placed in document.blocks:
        if placed.table is None and len(placed.text) <= _LONGEST:
            for sign, meaning in entries(placed.text.strip()):
                told[sign].add(meaning)
    return {sign: names.pop() for sign, names in told.items() if len(names) == 1}


def colors_told(document: Document, timeline: Timeline) -> dict[int, str]:
    """Names on grounds of the bars' colours, on the page of a chart; one alone is no legend."""
    bars = [bar for row in timeline.rows for bar in row.bars]
    pages = {bar.page for bar in bars} | {timeline.page}
    shades = {bar.color for bar in bars} - {None, WHITE}
    told: dict[int, set[str]] = defaultdict(set)
    for placed in document.blocks if shades else ():
        block, text = placed.block, placed.text.strip()
        coloured = block.fill in shades and block.page in pages and block.kind != "heading"
        if coloured and placed.table is None and len(text) <= _WORD and content_of(text) == "name":
            told[block.fill or 0].add(text)
    found = {color: names.pop() for color, names in told.items() if len(names) == 1}
    return found if len(found) > 1 else {}


def entries(text: str) -> list[tuple[str, str]]:
    """The signs that a line explains, with what it says of each; [] for one that does more than that.

    >>> entries("【凡例】○：実施　△：検討"), entries("○ 窓口を見直す。")
    ([('○', '実施'), ('△', '検討')], [])
    """
    found = _ENTRY.findall(text)
    rest = _ENTRY.sub("", _NAME.sub("", text, count=1) if text[:1] not in _SIGN else text).strip()
    whole = not rest and len({sign for sign, _ in found}) > 1
    return found if whole else []
