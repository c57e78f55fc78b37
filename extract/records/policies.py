"""基本理念 and 基本方針: what a plan says it stands for, and the directions its measures serve."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from extract.document import Document, Placed
from extract.records.fields import tidy
from extract.records.model import Policy
from extract.records.philosophy import is_prose, philosophy

_WIDTH = {0xFF10 + n: str(n) for n in range(10)} | {0xFF0D: "-"}


def extract(document: Document) -> list[Policy]:
    found = [p for p in (philosophy(document),) if p]
    levels = _of_levels(document)
    shifted = [replace(p, parent=p.parent + len(found)) if p.parent is not None else p for p in levels]
    return found + shifted


def _printed(number: str, word: str) -> str:
    """A policy's number as printed, without its level's word and the width of its digits: 1 of 第１節."""
    return re.sub(rf"^第\s*(.+?)\s*{re.escape(word)}$", r"\1", number).translate(_WIDTH)


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
                number=_printed(entry.number, level.word),
                title=entry.title,
                description=_joined(prose),
                level=depth,
                parent=above + entry.parent if entry.parent is not None else None,
                key=entry.key,
            )
            found.append(policy)
    return found


def _prose_below(document: Document, index: int) -> list[Placed]:
    """The prose right below the title."""
    return list(takewhile(is_prose, document.blocks[index + 1 :]))


def _joined(prose: Sequence[Placed]) -> str | None:
    return "\n".join(tidy(p.clean) for p in prose) or None
