"""Rows of a chart named in their first cell, where no column names them: 【来庁予約】検討 | 運用 | →."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from extract.model import Bar
from normalize.frozen import frozen

_NAMED = re.compile(
    r"\s*(?:【(?P<a>[^【】]+)】|［(?P<b>[^［］]+)］|\[(?P<c>[^\[\]]+)\]|〔(?P<d>[^〔〕]+)〕|＜(?P<e>[^＜＞]+)＞)"
    r"\s*(?P<step>[^】］\]〕＞]*)",
    re.S,
)
_LEAST = 2  # rows


@frozen
class NamedBars:
    """The bars of a row, and the name that its first cell told."""

    name: str
    bars: tuple[Bar, ...]


def named_in_cells(lines: Sequence[Sequence[Bar]]) -> list[NamedBars | None]:
    """The lines of bars with the names their first cells tell; None for each where too few lines do."""
    told = [_named(bars) for bars in lines]
    names = {line.name for line in told if line}
    with_text = sum(any(bar.text for bar in bars) for bars in lines)
    if len(names) < _LEAST or 2 * len(names) <= with_text:
        return [None] * len(lines)
    return told


def _named(bars: Sequence[Bar]) -> NamedBars | None:
    match = _NAMED.fullmatch(bars[0].text or "") if bars else None
    if match is None:
        return None
    name = next(match[group] for group in "abcde" if match[group])
    first = replace(bars[0], text=match["step"].strip() or None)
    return NamedBars("".join(name.split("\n")).strip(), (first, *bars[1:]))
