"""基本理念 and 基本方針: what a plan says it stands for, and the directions its measures serve."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, takewhile

from extract.document import Document, Placed, Section
from extract.labels import keys, vocabulary
from extract.layout.numbering import heading_number
from extract.records.fields import tidy
from extract.records.model import Policy
from extract.records.philosophy import is_prose, philosophy
from extract.structure.levels import number_key
from normalize.characters import squash

_TITLE_MAX = 60
_WIDTH = {0xFF10 + n: str(n) for n in range(10)} | {0xFF0D: "-"}
_SO_MANY = re.compile(r"(?:(?P<n>[0-9一二三四五六七八九])つの)?(?P<word>.{1,8})")


def extract(document: Document) -> list[Policy]:
    found = [p for p in (philosophy(document),) if p]
    levels = _of_levels(document) or _under_heading(document) or _in_forms(document)
    shifted = [replace(p, parent=p.parent + len(found)) if p.parent is not None else p for p in levels]
    return found + shifted


def _printed(number: str | None) -> str | None:
    """A policy's number as printed, the width of its digits aside: １ is 1; ①, 一 and Ⅰ stay."""
    return number and number.translate(_WIDTH)


def _of_levels(document: Document) -> list[Policy]:
    """The entries of all levels, the highest first; ``parent`` counts from the first of them."""
    found: list[Policy] = []
    start = 0
    for depth, level in enumerate(document.levels, 1):
        above, start = start, len(found)
        for entry in level.entries:
            first, last = entry.blocks
            prose = _prose_below(document, last)
            in_cell = document.blocks[first].cell is not None
            policy = Policy(
                at=document.evidence([*range(first, last + 1), *(p.index for p in prose)]),
                rule="policy-cell" if in_cell else "policy-numbered",
                confidence=0.8 if in_cell else 0.95,
                kind=level.word,
                number=_printed(entry.number),
                title=entry.title,
                description=_joined(prose),
                level=depth,
                parent=above + entry.parent if entry.parent is not None else None,
                key=entry.key,
            )
            found.append(policy)
    return found


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
            printed = number.number if number else None
            policy = _policy(document, value.index, "policy-form", 0.8, placed.clean, printed, title)
            found.setdefault(squash(title), policy)
    return list(found.values())


def _fits(text: str) -> bool:
    return len(text) <= _TITLE_MAX and "。" not in text


def _prose_below(document: Document, index: int) -> list[Placed]:
    """The prose right below the title."""
    return list(takewhile(is_prose, document.blocks[index + 1 :]))


def _under_heading(document: Document) -> list[Policy]:
    """Numbered sections, or lines from 1 on, under a heading that is the name of their level (基本方針)."""
    for section in document.sections:
        word = _level_word(section.title)
        if word is None:
            continue
        children = [c for c in document.children(section) if c.number]
        named = {
            (number_key(c.number or ""), squash(c.title)): c for c in reversed(children)
        }  # the first of each
        if len(named) >= 2:
            return [
                _policy(document, c.heading, "policy-section", 0.7, word, c.number, c.title)
                for c in reversed(named.values())
            ]
        listed = _listed_under(document, section, word)
        if len(listed) >= 2:
            return listed
    return []


def _level_word(title: str) -> str | None:
    """The word of a heading that is the name of a level: 基本方針, 3つの柱."""
    match = _SO_MANY.fullmatch(squash(title))
    word = match["word"] if match else None
    levels = vocabulary("levels")
    known = levels["policies"] if match and not match["n"] else [*levels["policies"], *levels["pillars"]]
    return word if word in known else None


def _listed_under(document: Document, section: Section, word: str) -> list[Policy]:
    """Short numbered lines under the heading, from 1 on without a gap: （１）… （２）…"""
    found: list[Policy] = []
    for placed in document.blocks[section.heading + 1 :]:
        number = heading_number(placed.clean)
        fits = placed.block.kind in ("list_item", "paragraph") and _fits(placed.text)
        if not fits or number is None or not number.title or number_key(number.number) != (len(found) + 1,):
            break
        title = tidy(number.title)
        found.append(_policy(document, placed.index, "policy-list", 0.7, word, number.number, title))
    return found


def _policy(
    document: Document, block: int, rule: str, confidence: float, kind: str, number: str | None, title: str
) -> Policy:
    prose = _prose_below(document, block) if rule == "policy-section" else []
    return Policy(
        at=document.evidence([block, *(p.index for p in prose)]),
        rule=rule,
        confidence=confidence,
        kind=kind,
        number=_printed(number),
        title=title,
        description=_joined(prose),
        level=1,
        key=number_key(number or ""),
    )


def _joined(prose: Sequence[Placed]) -> str | None:
    return "\n".join(tidy(p.clean) for p in prose) or None
