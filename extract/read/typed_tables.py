"""Tables that plain text draws with characters, as rows between pipes: what the reader of lines knows.

Kinds: markdown without its outer pipes, frames of ``+---+`` or box-drawing characters, fields between commas.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest

from extract.read.spaced import join

_BORDER = re.compile(r"\s*(?:\+(?:[-=]+\+)+|[┌├└┏┣┗╔╠╚][─━═┬┼┴┳╋┻╦╬╩┯┿┷┠┨┝┥]+[┐┤┘┓┫┛╗╣╝])\s*")
_WALLS = str.maketrans("│┃║", "|||")
_HEAD_RULE = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?")
_PIPE = re.compile(r"(?<!\\)\|")
_SIMPLE_BORDERS = 3  # above and below the head and at the foot: then a line is a row
_CSV_FIELDS, _CSV_LINES, _CSV_FIELD_MAX = 3, 2, 60
_CUT_NUMBER = re.compile(r"[0-9],[0-9]{3}(?![0-9])")


def with_pipes(lines: Sequence[str]) -> list[str]:
    """The lines, rows of tables of all kinds between pipes."""
    return list(_of_commas(_of_head_rules(list(_of_frames(lines)))))


def cells(row: str) -> list[str]:
    """The cells of a row between pipes; a pipe behind a backslash is text.

    >>> cells(r"| a \\| b | c |")
    [' a | b ', ' c ']
    """
    parts = _PIPE.split(row.strip().removeprefix("|"))
    return [part.replace("\\|", "|") for part in (parts if parts[-1].strip() else parts[:-1])]


def _row(texts: Sequence[str]) -> str:
    return "|" + "".join(text.strip().replace("|", "\\|") + "|" for text in texts)


def _of_frames(lines: Sequence[str]) -> Iterator[str]:
    """Framed tables: what stands between two borders is one row, where there is a border under every row."""
    i = 0
    while i < len(lines):
        end = i
        while end < len(lines) and (_BORDER.fullmatch(lines[end]) or (end > i and _walled(lines[end]))):
            end += 1
        borders = sum(_BORDER.fullmatch(line) is not None for line in lines[i:end])
        if borders < 2:
            yield lines[i]
            i += 1
            continue
        for border, group in groupby(lines[i:end], key=lambda line: _BORDER.fullmatch(line) is not None):
            rows = [] if border else [cells(line.translate(_WALLS)) for line in group]
            one = borders > _SIMPLE_BORDERS
            yield from map(_row, [_joined(rows)] if rows and one else rows)
        i = end


def _walled(line: str) -> bool:
    return line.strip().startswith(("|", "│", "┃", "║"))


def _joined(rows: Sequence[Sequence[str]]) -> list[str]:
    texts = [""] * max(map(len, rows))
    for row in rows:
        texts = [join(a, b.strip()) for a, b in zip_longest(texts, row, fillvalue="")]
    return texts


def _of_head_rules(lines: list[str]) -> list[str]:
    """Rows around a rule of hyphens and pipes, closed by pipes at both ends."""
    for i, line in enumerate(lines):
        if not i or not _HEAD_RULE.fullmatch(line.strip()) or not _PIPE.search(lines[i - 1]):
            continue
        j = i - 1
        while j < len(lines) and _PIPE.search(lines[j]):
            lines[j] = "|" + _PIPE.sub("|", lines[j].strip()).removeprefix("|").removesuffix("|") + "|"
            j += 1
    return lines


def _of_commas(lines: Sequence[str]) -> Iterator[str]:
    """Runs of lines with as many fields between commas, none of them a number cut at its comma."""
    for n, group in groupby(lines, key=_fields):
        block = list(group)
        as_table = n >= _CSV_FIELDS and len(block) >= _CSV_LINES
        yield from (_row(next(csv.reader([line]))) for line in block) if as_table else block


def _fields(line: str) -> int:
    """How many fields a line of a table between commas has; 0: it is none."""
    if line.count(",") < _CSV_FIELDS - 1 or ", " in line or "\t" in line or _walled(line):
        return 0
    found = next(csv.reader([line]), [])
    quoted = re.sub(r'"[^"]*"', "", line)
    if _CUT_NUMBER.search(quoted) or max(map(len, found), default=0) > _CSV_FIELD_MAX:
        return 0
    return len(found)
