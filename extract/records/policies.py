"""基本理念 and 基本方針: what a plan says it stands for, and the directions its measures serve."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile

from extract.document import Document, Placed, Section
from extract.labels import bare, keys, vocabulary
from extract.layout.numbering import heading_number, names_level
from extract.layout.periods import parse_period
from extract.records.fields import tidy
from extract.records.model import Policy
from normalize.characters import squash

_TITLE_MAX = 60
_MIN_PILLARS = 2
_STATED = re.compile(
    r"基本理念\s*(?:を|は|として|に)(?:[、,:：]?|[^。]{0,12}(?:次|以下|下記)の(?:とおり|通り|ように)[^。]{0,12}。)\s*$"
)
_NAMED = re.compile(
    r"^(?:基本理念\s*[：:「『\s]|[【〔＜<]基本理念[】〕＞>][：:]?)\s*(?P<title>[^。]{4,60}?)[」』]?$"
)
_QUOTED = re.compile(r"基本理念[はをとして、]*[「『](?P<title>[^」』]{4,60})[」』]")
_SKIP = ("toc", "header", "footer", "side_nav", "footnote")


def extract(document: Document) -> list[Policy]:
    found = [p for p in (_philosophy(document),) if p]
    return found + _numbered(document)


def plain_number(number: str | None) -> str | None:
    """A policy's number as ASCII digits (基本方針１, ①, 一 -> 1), for comparing; Ⅰ stays as it is."""
    if number is None or re.fullmatch("[Ⅰ-Ⅻ]", number):
        return number
    kanji = "一二三四五六七八九十".find(number)
    return str(kanji + 1) if kanji >= 0 else unicodedata.normalize("NFKC", number)


def _philosophy(document: Document) -> Policy | None:
    for placed, title, rule, confidence in _philosophy_candidates(document):
        prose = _prose_around(document, placed.index) if rule == "philosophy-heading" else []
        return Policy(
            at=document.evidence([placed.index, *(p.index for p in prose)]),
            rule=rule,
            confidence=confidence,
            kind="基本理念",
            number=None,
            title=title,
            description=_joined(prose),
        )
    return None


def _prose_around(document: Document, index: int) -> list[Placed]:
    """What explains a 基本理念: the prose right below its words, else that between the heading and them."""
    below = _prose_below(document, index)
    if below:
        return below
    above = list(document.blocks[:index])
    start = next((n for n in range(index, 0, -1) if not _is_prose(above[n - 1])), 0)
    return above[start:] if start and above[start - 1].block.kind == "heading" else []


def _philosophy_candidates(document: Document) -> Iterator[tuple[Placed, str, str, float]]:
    sections = [
        s for s in document.sections if any(w in s.title for w in vocabulary("policies")["philosophy"])
    ]
    sections.sort(key=lambda s: len(s.title))  # «基本理念» before «基本理念及び基本方針»
    for section in sections:
        if named := _NAMED.match(document.heading_text(section).strip()):
            yield document.blocks[section.heading], named["title"], "philosophy-named", 0.9
    for section in sections:
        others = [s.heading for s in document.sections if s.number and s.first >= section.last]
        for placed in document.blocks[
            section.heading + 1 : min(section.heading + 12, *others, len(document.blocks))
        ]:
            title = tidy(placed.clean)
            skipped = (
                placed.block.kind in (*_SKIP, "list_item")
                or heading_number(placed.clean) is not None
                or parse_period(placed.clean) is not None
            )
            if not skipped and 6 <= len(title) <= _TITLE_MAX and "。" not in title:
                named = _NAMED.match(title)
                yield placed, named["title"] if named else title, "philosophy-heading", 0.9
                break
    blocks = [p for p in document.blocks if p.block.kind not in _SKIP]
    for before, placed in pairwise(blocks):
        if _STATED.search(before.text) and 6 <= len(placed.text) <= _TITLE_MAX and "。" not in placed.text:
            yield placed, tidy(placed.clean), "philosophy-sentence", 0.85
    for placed in blocks:
        match = _NAMED.match(placed.text.strip()) or _QUOTED.search(placed.text)
        if match:
            yield placed, match["title"], "philosophy-named", 0.8
    yield from _philosophy_else(blocks)


def _philosophy_else(blocks: Sequence[Placed]) -> Iterator[tuple[Placed, str, str, float]]:
    """What stands under, or behind, 将来像 and its like; under heads that come back are labels' texts."""
    words = keys("policies", "philosophy_else")
    heads = Counter(map(_unnumbered, blocks))
    for before in blocks:
        name, colon, title = re.sub(r"[：:\s]+", "：", before.clean.strip(), count=1).partition("：")
        if colon and squash(name) in words and 4 <= len(title) <= _TITLE_MAX and "。" not in title:
            yield before, title.strip(), "philosophy-else", 0.6
    for before, placed in pairwise(blocks):
        if (key := _unnumbered(before)) in words and heads[key] == 1:
            title = tidy(placed.clean)
            if 6 <= len(title) <= _TITLE_MAX and "。" not in title and heading_number(title) is None:
                yield placed, title, "philosophy-else", 0.6


def _unnumbered(placed: Placed) -> str:
    """The key of a heading's words: ３　将来像."""
    text = placed.clean.strip()
    number = heading_number(text) if len(text) <= _TITLE_MAX else None
    return squash(bare(number.title if number else text))


def _numbered(document: Document) -> list[Policy]:
    """基本方針N with its title, else what a plan numbers in their place (柱N); where nothing is numbered so,
    the sections under the heading 基本方針.
    """
    found = _by_level(document)
    policies = found.get("policy") or next(
        (
            found[style]
            for word in vocabulary("levels")["pillars"]
            if len(found.get(style := f"pillar-{word}", ())) >= _MIN_PILLARS
        ),
        [],
    )
    return policies or _children_of_heading(document) or _in_forms(document)


def _by_level(document: Document) -> dict[str, list[Policy]]:
    """Policies by the style of their number, in order; headings and boxes before cells of tables."""
    found: dict[tuple[str, str], Policy] = {}
    for order, kinds in enumerate(
        (("heading", "title", "paragraph", "list_item", "figure_text"), ("table_cell",), ("header",))
    ):
        for placed in document.blocks:
            if placed.block.kind not in kinds:
                continue
            number = heading_number(placed.clean.strip())
            if number is None or not names_level(number.style):
                continue
            key = number.style, plain_number(number.number) or ""
            title, last = _title_of(document, placed, number.title)
            if key in found or not title or squash(title) in keys("policies", "lists"):
                continue
            prose = _prose_below(document, last)
            found[key] = Policy(
                at=document.evidence([*range(placed.index, last + 1), *(p.index for p in prose)]),
                rule="policy-numbered" if not order else "policy-cell",
                confidence=0.95 if not order else 0.8,
                kind="基本方針",
                number=key[1],
                title=title,
                description=_joined(prose),
                style=number.style,
            )
    levels: dict[str, list[Policy]] = {}
    for (style, _), policy in sorted(found.items(), key=lambda item: item[1].at.start):
        levels.setdefault(style, []).append(policy)
    return levels


def _in_forms(document: Document) -> list[Policy]:
    """Policies that only the forms of the measures name: 基本方針 | 1 便利で迷わない役場."""
    labels = keys("policies", "policy_labels")
    heads = frozenset().union(
        *(keys("policies", kind) for kind in ("number_columns", "title_columns", "form_titles"))
    )
    found: dict[str, Policy] = {}
    for placed, value in pairwise(document.blocks):
        beside = value.table is not None and value.table == placed.table
        if not beside or squash(placed.clean) not in labels or "\n" in value.text:
            continue
        if squash(value.clean) in heads:
            continue  # the head of the next column
        number = heading_number(f"基本方針{value.clean.strip()}")
        title = tidy(number.title if number else value.clean)
        if title and _fits(title):
            policy = Policy(
                at=document.evidence([value.index]),
                rule="policy-form",
                confidence=0.8,
                kind="基本方針",
                number=plain_number(number.number) if number else None,
                title=title,
            )
            found.setdefault(squash(title), policy)
    return list(found.values())


def _title_of(document: Document, placed: Placed, title: str) -> tuple[str | None, int]:
    """The policy's title and the last block of it; it may stand in the block after the number."""
    if title:
        return (tidy(title).strip("()（）「」") if _fits(title) else None), placed.index
    following = placed.index + 1
    if following < len(document.blocks):
        below = document.blocks[following]
        follows = below.block.kind in ("heading", "title", "paragraph") or _same_row(placed, below)
        if follows and _fits(below.text):
            return tidy(below.clean), following
    return None, placed.index


def _same_row(number: Placed, title: Placed) -> bool:
    """Whether a cell stands right of another: 柱1 | 暮らしを便利にする."""
    a, b = number.cell, title.cell
    if a is None or b is None or number.table != title.table:
        return False
    return a.row == b.row and a.rowspan == b.rowspan and b.col == a.col + a.colspan


def _fits(text: str) -> bool:
    return len(text) <= _TITLE_MAX and "。" not in text


def _prose_below(document: Document, index: int) -> list[Placed]:
    """The prose right below the title."""
    return list(takewhile(_is_prose, document.blocks[index + 1 :]))


def _is_prose(placed: Placed) -> bool:
    return placed.block.kind in ("paragraph", "list_item") and "。" in placed.text


def _joined(prose: Sequence[Placed]) -> str | None:
    return "\n".join(tidy(p.clean) for p in prose) or None


def _children_of_heading(document: Document) -> list[Policy]:
    for section in document.sections:
        if squash(section.title) not in ("基本方針", "基本目標"):
            continue
        children = [c for c in document.children(section) if c.number]
        named = {
            (plain_number(c.number), squash(c.title)): c for c in reversed(children)
        }  # the first of each
        if len(named) >= 2:
            return [_from_section(document, c) for c in reversed(named.values())]
        listed = _listed_under(document, section)
        if len(listed) >= 2:
            return listed
    return []


def _listed_under(document: Document, section: Section) -> list[Policy]:
    """Short numbered lines under the heading, from 1 on without a gap: （１）… （２）…"""
    found: list[Policy] = []
    for placed in document.blocks[section.heading + 1 :]:
        number = heading_number(placed.clean)
        fits = placed.block.kind in ("list_item", "paragraph") and _fits(placed.text)
        if not fits or number is None or not number.title:
            break
        if _count(number.number) != len(found) + 1:
            break
        at = document.evidence([placed.index])
        title = tidy(number.title)
        found.append(
            Policy(
                at=at,
                rule="policy-list",
                confidence=0.7,
                kind="基本方針",
                number=number.number,
                title=title,
            )
        )
    return found


def _count(number: str) -> int | None:
    digits = re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", number))
    return int(digits) if digits else None


def _from_section(document: Document, section: Section) -> Policy:
    prose = _prose_below(document, section.heading)
    return Policy(
        at=document.evidence([section.heading, *(p.index for p in prose)]),
        rule="policy-section",
        confidence=0.7,
        kind="基本方針",
        number=section.number,
        title=section.title,
        description=_joined(prose),
    )
