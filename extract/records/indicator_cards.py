"""Cards and lines: the name of an indicator, then its values, perhaps with a head each.

A card is told by what its pieces are, not by its shape: «name / 現状（R6） 目標（R12） / 7% → 77%»,
«name / R6: 640人 ▶ R12: 900人», «name / 基準値 / 12件 / 目標値 / 40件» and, in one line,
«name　現状（R6） 7%　目標（R12） 77%» are one pattern. What heads a value names a year, has a
word that is known, or comes back in card after card while the names differ.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Literal

from extract.document import Document, Placed
from extract.labels import column_role
from extract.model import Cell
from extract.records.indicator_lines import looks_back
from extract.records.indicator_signs import DATE, VALUE, signed
from extract.records.indicator_values import VALUE_ROLES, Reading, make_kpi
from extract.records.indicator_years import years_of_two
from extract.records.model import Kpi
from extract.structure.content import year_of
from extract.structure.headers import kind_of
from normalize.characters import squash
from normalize.quantities import is_null, parse_target

_PIECE = re.compile(r"→|[^ →:、()]*\([^()]*\):?|[^ →:、()]+:?")
_AMOUNT = re.compile(rf"[^、。]{{0,4}}{VALUE}[^、。のをがは]{{0,4}}|[0-9][0-9,.]*[^0-9、。ぁ-ん]{{1,5}}|-")
_OF_YEAR = re.compile(rf"{DATE}[^、。]{{0,4}}比(?=[^、。]*{VALUE})")
_YEAR = re.compile(rf"\({DATE}[^()]*\)|{DATE}年?度?")
_LABEL = re.compile(r"^(?P<label>[^：:]{2,8})[：:]\s*")
_LEAD = re.compile(r"[【〔［\[＜〈《](?P<label>[^】〕］\]＞〉》]{1,8})[】〕］\]＞〉》]\s*(?=\S)")
_MARK = re.compile(r"^[・○◆●■◇□▪✓*－-]\s*(?=[^\s→⇒▶➡⇨0-9０-９(（])")
_HEAD_MAX, _NAME_MAX, _STATE_MAX = 14, 48, 24  # characters
_ABOVE = 12  # blocks from a card back to the heading of all cards
_MOST = 0.8  # of the cards whose two values have one unit
_OFTEN = 3  # texts that come back so often among values head them

Kind = Literal["head", "value", "arrow", "word"]


@dataclass(frozen=True)
class _Piece:
    text: str
    kind: Kind


@dataclass(frozen=True)
class _Line:
    """A block of nothing but heads, values and arrows, or one that may be a name."""

    block: int
    pieces: tuple[_Piece, ...]

    def texts(self, kind: Kind) -> list[str]:
        return [p.text for p in self.pieces if p.kind == kind]

    @property
    def is_slots(self) -> bool:
        return all(p.kind != "word" for p in self.pieces)


def of_document(document: Document, owners: Sequence[int | None]) -> Iterator[Kpi]:
    """The indicators of all cards and lines; ``owners``: the measure of every node."""
    lines = _lines(document)
    cards = [card for first, end in _runs(lines) for card in _cards(document, lines, first, end)]
    cards += [card for x in lines if (card := _in_line(document, x))]
    cards = _ordered([*cards, *_in_tables(document)])
    cards += _set_alike(document, cards)
    names = frozenset(card.blocks[0] for card in cards)
    for card in _without_leads(cards):
        if not card.heads:
            card = replace(card, heads=_heads_above(document, card.blocks[0], names))
        reading, known = _reading(card)
        measure = owners[document.node_of_block[card.blocks[0]]]
        if measure is None and (not card.heads or looks_back(document, card.blocks[0])):
            continue
        if reading is not None:
            at = document.evidence(card.blocks)
            yield reading.at(at, "kpi-cards", 0.88 if known else 0.75, measure)


@dataclass(frozen=True)
class _Card:
    """Name, heads and values of an indicator. ``arrow``: whether one stands between the values, or two
    of one unit stand so in card after card."""

    name: str
    heads: Sequence[str]
    values: Sequence[str]
    arrow: bool
    blocks: Sequence[int]


def _in_tables(document: Document) -> Iterator[_Card]:
    """Cells with a name over two values each: «名 | 名» over «0件 | 30件 | 2枚 | 9枚»."""
    for table, rows in enumerate(document.grids):
        for above, below in pairwise(rows):
            under: dict[Cell, list[Cell]] = defaultdict(list)
            for name, cell in zip(above, below, strict=True):
                if name and cell and name.text and cell.text and cell not in under[name]:
                    under[name].append(cell)
            if all(_is_pair(name, held) for name, held in under.items()):
                for name, held in under.items():
                    blocks = [document.cell_blocks[table, c.row, c.col] for c in (name, *held)]
                    text, *values = (document.blocks[b].clean for b in blocks)
                    yield _Card(text, (), values, False, blocks)


def _is_pair(name: Cell, held: Sequence[Cell]) -> bool:
    named = kind_of(name.text) in ("name", "list") and column_role(name.text) is None
    kinds = [kind_of(cell.text) for cell in held]
    return named and len(kinds) == 2 and set(kinds) <= {"value", "null"} and kinds[1] == "value"


def _ordered(cards: Sequence[_Card]) -> list[_Card]:
    """Cards with two values and no more are from one to the other, where there are many and units agree."""
    bare = [card for card in cards if len(card.values) == 2 and not card.heads and not card.arrow]
    units = [[parse_target(v).unit for v in card.values if not is_null(v)] for card in bare]
    alike = sum(len(set(own)) == 1 for own in units)
    known = len(bare) >= _OFTEN and alike >= _MOST * len(bare)
    return [replace(card, arrow=True) if known and card in bare else card for card in cards]


def _set_alike(document: Document, cards: Sequence[_Card]) -> Iterator[_Card]:
    """Cards from one state to another (未実施, 実施): set as those from one value to another often are."""
    seen = Counter(_look(document, card.blocks) for card in cards)
    taken = {block for card in cards for block in card.blocks}
    for name in range(len(document.blocks) - 2):
        own = range(name, name + 3)
        text, *states = (document.blocks[i].clean for i in own)
        look = _look(document, own)
        often = look is not None and seen[look] >= _OFTEN
        if often and taken.isdisjoint(own) and max(map(len, states)) <= _HEAD_MAX:
            yield _Card(text, (), states, False, own)


def _look(document: Document, blocks: Sequence[int]) -> tuple[int, ...] | None:
    """How a name and two texts side by side below it are set: their sizes, and how far they stand below."""
    held = [document.blocks[i].block for i in blocks]
    boxes = [b.box for b in held if b.box]
    together = len(boxes) == 3 and len({b.page for b in held}) == 1
    if not together or abs(boxes[1].y1 - boxes[2].y1) > boxes[1].height / 2:
        return None
    return (*(round(b.size) for b in held), round(boxes[1].y0 - boxes[0].y1))


def _without_leads(cards: Sequence[_Card]) -> Iterator[_Card]:
    """The cards without what stands in brackets before every name: 【指標】申請の件数."""
    leads = Counter(lead[0] for card in cards if (lead := _LEAD.match(card.name)))
    for card in cards:
        lead = _LEAD.match(card.name)
        known = lead is not None and column_role(lead["label"]) == "indicator"
        if lead and (known or leads[lead[0]] >= _OFTEN):
            card = replace(card, name=card.name[lead.end() :])
        yield card


def _heads_above(document: Document, first: int, names: Set[int]) -> Sequence[str]:
    """The years that the next heading above cards tells: ものさし（R6 ▶ R11）, 指標（現状 R6 → 目標 R12）.

    ``names``: what names a card, and may look like a heading.
    """
    for placed in reversed(document.blocks[max(0, first - _ABOVE) : first]):
        years = years_of_two(placed.clean) if len(placed.text) <= _NAME_MAX else None
        if years and not signed(placed.text).values:
            return [f"{year}年度" for year in years]
        if placed.table is not None or (placed.block.kind == "heading" and placed.index not in names):
            break
    return ()


def _lines(document: Document) -> list[_Line]:
    """Every block of running text, with the kinds of its pieces; nothing goes on over a table."""
    cut: list[tuple[int, list[tuple[str, Kind]]]] = [
        (b.index, [(p, _kind(p, sign)) for p, sign in _pieces(b)] if b.table is None else [("", "word")])
        for b in document.blocks
        if b.block.kind not in ("header", "footer", "side_nav")
    ]
    over: Counter[str] = Counter()  # short texts with values in one of the next two lines
    for (_, here), *below in zip(cut, cut[1:], [*cut[2:], (0, [])], strict=False):
        if any(kind == "value" for _, own in below for _, kind in own):
            over.update({_key(text) for text, kind in here if kind == "word" and len(text) <= _HEAD_MAX})
    heads = {key for key, n in over.items() if key and n >= _OFTEN}
    return [
        _Line(index, tuple(_Piece(t, "head" if k == "word" and _key(t) in heads else k) for t, k in own))
        for index, own in cut
    ]


def _pieces(placed: Placed) -> Iterator[tuple[str, str]]:
    """(text, signs) of what spaces, arrows and colons part; a long text is one piece."""
    text = _MARK.sub("", placed.clean)
    if len(text) > 2 * _NAME_MAX or text.endswith("。"):
        yield text, text
        return
    s = signed(text, spaces=True)
    for match in _PIECE.finditer(s.signs):
        yield s.printed(*match.span()), match[0]


def _kind(text: str, signs: str) -> Kind:
    if signs == "→":
        return "arrow"
    bare = _YEAR.sub("", _OF_YEAR.sub("", signs)).strip(":()")
    if _AMOUNT.fullmatch(bare):
        return "value"
    short = len(text) <= _HEAD_MAX and not re.search(VALUE, signs)
    told = bare == "" or re.search(DATE, signs) or column_role(text.strip("：:")) in VALUE_ROLES
    return "head" if short and told else "word"


def _key(text: str) -> str:
    return squash(text.strip("：:"))


def _runs(lines: Sequence[_Line]) -> Iterator[tuple[int, int]]:
    """Lines [first, end) of heads and values alone, up to the last value, or to heads right below it."""
    for is_slots, run in groupby(range(len(lines)), key=lambda i: lines[i].is_slots):
        own = list(run)
        valued = [i for i in own if lines[i].texts("value")]
        if not is_slots or not valued or own[0] == 0:
            continue
        first, end = own[0], valued[-1] + 1
        headed = any(lines[i].texts("head") for i in range(first, end))
        yield first, end if headed else min(end + 1, own[-1] + 1)


def _cards(document: Document, lines: Sequence[_Line], first: int, end: int) -> Iterator[_Card]:
    """One name before the run; or as many as it has lines, each with two values."""
    run = lines[first:end]
    alone = sum(len(x.texts("value")) for x in run) <= 2
    if not alone and any(len(x.texts("value")) != 2 for x in run):
        return
    names = lines[max(0, first - (1 if alone else len(run))) : first]
    held = [run] if alone else [[x] for x in run]
    if len(names) < len(held) or not all(map(_is_name, names)):
        return
    for name, own in zip(names, held, strict=True):
        text = document.blocks[name.block].clean
        label = _LABEL.match(text)
        yield _Card(
            text[label.end() :] if label and column_role(label["label"]) == "indicator" else text,
            [t for x in own for t in x.texts("head")],
            [t for x in own for t in x.texts("value")],
            any(x.texts("arrow") for x in own),
            [name.block, *(x.block for x in own)],
        )


def _is_name(line: _Line) -> bool:
    text = "".join(p.text for p in line.pieces)
    return not line.texts("value") and 2 < len(text) <= _NAME_MAX and kind_of(text) in ("name", "list")


def _in_line(document: Document, line: _Line) -> _Card | None:
    """«name　現状（R6） 未実施　目標（R12） 運行開始»: two heads in one line, each with a text behind it."""
    heads = line.texts("head")
    if len(heads) != 2 or line.pieces[0].kind == "head":
        return None
    name, _, rest = document.blocks[line.block].clean.partition(heads[0])
    first, _, last = rest.partition(heads[1])
    values = [v.strip("、 \u3000→⇒▶") for v in (first, last)]
    name = _MARK.sub("", name).strip("：: \u3000")
    if not (2 < len(name) <= _NAME_MAX) or not all(0 < len(v) <= _STATE_MAX for v in values):
        return None
    return _Card(name, heads, values, False, [line.block])


def _reading(card: _Card) -> tuple[Reading | None, bool]:
    """The indicator of a card, and whether heads say which value is which; else their order does."""
    heads = [h.strip("：: ") for h in card.heads]
    if len(card.values) == 1 and not heads and (year := year_of(card.values[0])) is not None:
        return make_kpi(card.name, card.values[0], "", None, None, year), False
    if len(card.values) != 2 or len(heads) not in (0, 2) or not (heads or card.arrow):
        return None, False
    order, known = _order(heads) if heads else ((0, 1), False)
    if order is None:
        return None, False
    base, aim = order
    fy = [year_of(h) for h in heads] or [None, None]
    values = [v.strip("、 ") for v in card.values]
    return make_kpi(card.name, values[aim], values[base], None, fy[base], fy[aim]), known


def _order(heads: Sequence[str]) -> tuple[tuple[int, int] | None, bool]:
    """Which of two values comes first in time, by words, then years, then place; whether heads tell it."""
    told = [column_role(h) for h in heads]
    roles = [role if role in VALUE_ROLES else None for role in told]
    one, two = (year_of(h) for h in heads)
    if "target" in roles and roles[0] != roles[1]:
        order = (0, 1) if roles[1] == "target" else (1, 0)
    elif one is not None and two is not None and one != two:
        order = (0, 1) if one < two else (1, 0)
    else:
        return ((0, 1) if roles == [None, None] else None), False
    years = [(one, two)[k] for k in order]
    backwards = None not in years and years[0] > years[1]  # type: ignore[operator]
    return (None if backwards else order), True
