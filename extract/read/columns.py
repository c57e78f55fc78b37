"""Text set in columns by runs of spaces, as ``pdftotext -layout`` writes it.

Rows of tables, labels that stand left of their text, and pages in two columns.

Places are counted in columns of a terminal, where a full-width character takes two (UAX #11), or in
characters, as ``pdftotext`` does.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from extract.labels import field_role, leading_label
from extract.layout.numbering import names_level, numbered
from extract.read.spaced import (
    BULLET,
    TABLE_LINES,
    Made,
    Segment,
    SpacedLine,
    SpacedRow,
    Width,
    columns,
    heads_table,
    is_label,
    join,
    put_together,
    segments,
)
from extract.read.spaced_rows import end_of_table, rows_of
from extract.read.spaced_values import centred_parts, indicators, indicators_in_columns

_LEADERS = re.compile(r"[…‥・.．·_＿]{3,}")
_LABEL_BRACKETS = re.compile(r"^[［\[【〔](.+?)[］\]】〕]")
_MISFIT_MAX = 10  # columns; pieces further apart stand in two columns
_WIDE_GAP = " " * 3  # left of a side navigation
_SIDE_PAGES, _SIDE_WORDS = 4, 3  # on how many pages, how many entries
_LABEL_LINES = 6  # lines above a label centred beside its text, at most
_LINE_MAX = 2000  # characters of a line that may be a row
_RAGGED = 6


def ruler(lines: Sequence[str]) -> Width:
    """How the spaces of a text were set: by columns of a terminal, or (``pdftotext -layout``) by characters.

    The one by which pieces of neighbouring rows stand under each other.
    """
    misfit = dict.fromkeys((columns, len), 0)
    for width in misfit:
        short = (line for line in lines if len(line) <= _LINE_MAX)
        rows = [pieces for line in short if len(pieces := segments(line, width)) > 1]
        for above, below in pairwise(rows):
            if len(above) == len(below):
                misfit[width] += sum(
                    min(abs(a.start - b.start), abs(a.end - b.end), _MISFIT_MAX)
                    for a, b in zip(above[1:], below[1:], strict=True)
                )
    return min(misfit, key=lambda width: misfit[width])


def side_apart(pages: Sequence[str]) -> list[str]:
    """Pages whose side navigation (what ends lines of most pages, right of the text) stands at their end."""
    ends: Counter[str] = Counter()
    for page in pages:
        ends.update({_right_end(line) for line in page.split("\n")} - {""})
    side = {text for text, n in ends.items() if n >= max(_SIDE_PAGES, 0.6 * len(pages))}
    return [_side_last(page, side) for page in pages] if len(side) >= _SIDE_WORDS else list(pages)


def _right_end(line: str) -> str:
    """What stands behind the last wide gap of a line."""
    return line.rstrip().rpartition(_WIDE_GAP)[2].strip() if _WIDE_GAP in line.rstrip() else ""


def _side_last(page: str, side: set[str]) -> str:
    kept: list[str] = []
    apart: list[str] = []
    for line in page.split("\n"):
        end = _right_end(line)
        if end in side:
            apart.append(end)
        kept.append(line.rstrip().removesuffix(end).rstrip() if end in side else line)
    return "\n".join([*kept, "", "\u3000".join(apart)])  # one line, as running heads are


def parse_columns(lines: Sequence[str], width: Width = columns) -> Iterator[str | SpacedRow]:
    """Lines in order, with rows where the spaces set columns; other lines come back as they are.

    ``width``: what a piece of text takes of the line (see ``ruler``).
    """
    for item in _parse([_line(line, width) for line in lines]):
        yield item.text if isinstance(item, SpacedLine) else item


def _line(text: str, width: Width) -> SpacedLine:
    if len(text) > _LINE_MAX:
        return SpacedLine(text, (Segment(0, len(text), text),), plain=True)
    pieces = segments(text, width)
    plain = "\t" in text or text.lstrip().startswith(("#", "|", ">")) or _LEADERS.search(text) is not None
    return SpacedLine(text, tuple(pieces), plain or _is_heading(pieces))


def _is_heading(pieces: Sequence[Segment]) -> bool:
    """Whether a line is nothing but a number and its title (第２章   施策の展開)."""
    if len(pieces) != 2:
        return False
    number = numbered(f"{pieces[0].text} {pieces[1].text}")
    return number is not None and number.title == pieces[1].text


def _parse(lines: Sequence[SpacedLine]) -> Iterator[SpacedLine | SpacedRow]:
    i = 0
    while i < len(lines):
        table = indicators(lines, i) or indicators_in_columns(lines, i)
        if table:
            yield from table[0]
            i = table[1]
            continue
        abreast = _abreast(lines, i)
        if abreast:
            yield from _side_by_side(lines[i].pieces, lines[i + 1 : abreast[0]], abreast[1])
            i = abreast[0]
            continue
        centred = _labels_centred(lines, i)
        if centred:
            yield from centred[0]
            i = centred[1]
            continue
        if _has_aside(lines[i].row):
            yield from _aside(lines[i].row)
            i += 1
            continue
        at = _label_at(lines, i)
        if at is not None:
            yield SpacedLine(lines[at].pieces[0].text, lines[at].pieces[:1])
            end = _under_label(lines, i, at)
            tags = field_role(lines[at].pieces[0].text) == "tags"
            yield from (_cells if tags else _field)([*lines[i:at], _without(lines[at]), *lines[at + 1 : end]])
            i = end
            continue
        end = end_of_table(lines, i) if len(lines[i].row) >= 2 else i
        if end > i + 1:
            yield from rows_of(lines[i:end])
            i = end
        else:
            yield lines[i]
            i += 1


def _has_aside(pieces: Sequence[Segment]) -> bool:
    """Whether a numbered title has its policy, or a labelled field, at the other end of its line."""
    if len(pieces) < 2 or numbered(" ".join(p.text for p in pieces[:-1])) is None:
        return False
    return leading_label(_unbracketed(pieces[-1].text)) is not None or _is_policy(pieces[-1].text)


def _is_policy(text: str) -> bool:
    number = numbered(text)
    return number is not None and names_level(number.style)


def _unbracketed(text: str) -> str:
    """A label in brackets as one before a colon (［担当］市民課)."""
    return _LABEL_BRACKETS.sub(r"\1：", text)


def _aside(pieces: Sequence[Segment]) -> Iterator[SpacedLine]:
    """The title and what stands at its side, each a line: a policy comes before what belongs to it."""
    title = SpacedLine(" ".join(p.text for p in pieces[:-1]), tuple(pieces[:-1]), plain=True)
    aside = SpacedLine(pieces[-1].text, (pieces[-1],), plain=True)
    yield from (aside, title) if _is_policy(aside.text) else (title, aside)


def _abreast(lines: Sequence[SpacedLine], i: int) -> tuple[int, list[tuple[int, int]]] | None:
    """(end, columns) of the text below labels that stand side by side, up to a blank line."""
    heads = lines[i].row
    if len(heads) < 2 or not all(field_role(p.text) for p in heads):
        return None
    start = next((j for j in range(i + 1, len(lines)) if lines[j].pieces), len(lines))
    end = next((j for j in range(start, len(lines)) if not lines[j].row), len(lines))
    bounds = put_together((p.start, p.end) for line in lines[start:end] for p in line.row)
    inside = len(bounds) == len(heads) and all(
        a < head.end and (c == 0 or bounds[c - 1][1] <= head.start)
        for c, (head, (a, _)) in enumerate(zip(heads, bounds))
    )
    return (end, bounds) if inside else None


def _side_by_side(
    heads: Sequence[Segment], lines: Sequence[SpacedLine], bounds: Sequence[tuple[int, int]]
) -> Iterator[SpacedLine | SpacedRow]:
    """Labels, each followed by its text."""
    for head, (a, b) in zip(heads, bounds, strict=True):
        yield SpacedLine(head.text, (head,))
        column = [tuple(p for p in line.row if a <= p.start < b) for line in lines]
        joined = [SpacedLine(" ".join(p.text for p in own), own) for own in column if own]
        yield from _field(joined)


def _label_at(lines: Sequence[SpacedLine], i: int) -> int | None:
    """The line whose label names the text that begins on line i: this one, or one below (a label centred
    beside its lines)."""
    for j in range(i, min(i + _LABEL_LINES, len(lines))):
        pieces = lines[j].row
        if not pieces:
            return None
        if len(pieces) > 1 and is_label(pieces):
            return j if _stand_right(lines[i:j], pieces[0]) else None
        if len(pieces) == 1 and field_role(pieces[0].text):
            return j if j > i and _stand_right(lines[i:j], pieces[0]) else None
    return None


def _stand_right(lines: Sequence[SpacedLine], label: Segment) -> bool:
    return all(line.row and line.row[0].start >= label.end - 1 for line in lines)


def _labels_centred(lines: Sequence[SpacedLine], i: int) -> Made | None:
    """Labels each centred beside its lines, with no blank line between them, and their end.

    Told by a label alone on its line, between two lines of its text.
    """
    labels, texts = _lines_beside_labels(lines, i)
    alone = [y for y in labels if y not in texts]
    if len(labels) < 2 or not alone or not all({y - 1, y + 1} <= texts.keys() for y in alone):
        return None
    ys = sorted(texts)
    parts = [[ys[n] for n in part] for part in centred_parts(list(labels), ys)]
    if not parts or any(abs(y - (p[0] + p[-1]) / 2) > 0.5 for y, p in zip(labels, parts, strict=True)):
        return None
    found: list[SpacedLine | SpacedRow] = []
    for label, part in zip(labels.values(), parts, strict=True):
        found.append(SpacedLine(label.text, (label,)))
        found += _field([SpacedLine(texts[y].text, (texts[y],)) for y in part])
    return found, max(*labels, *texts) + 1


def _lines_beside_labels(
    lines: Sequence[SpacedLine], i: int
) -> tuple[dict[int, Segment], dict[int, Segment]]:
    """Labels and the texts right of them, by line, as far as they stand in two columns."""
    labels: dict[int, Segment] = {}
    texts: dict[int, Segment] = {}
    edge, left, last = 0, math.inf, i  # end of the labels, start of the texts, line of the last label
    for j in range(i, min(i + TABLE_LINES, len(lines))):
        pieces = lines[j].row
        label = pieces[0] if pieces and field_role(pieces[0].text) else None
        rest = pieces[1:] if label else pieces
        edge = max(edge, label.end) if label else edge
        left = min([left, *(p.start for p in rest)])
        if not pieces or heads_table(lines[j]) or len(rest) > 1 or left < edge or j - last > _LABEL_LINES:
            break
        if label:
            labels[j], last = label, j
        if rest:
            texts[j] = rest[0]
    return labels, texts


def _under_label(lines: Sequence[SpacedLine], first: int, at: int) -> int:
    """End of the lines that stand in the column right of a label; ``first``: where they begin."""
    left = min(s.start for s in [*(line.pieces[0] for line in lines[first:at]), *lines[at].pieces[1:2]])
    end = at + 1
    for j in range(at + 1, len(lines)):
        if not lines[j].pieces:
            continue
        if lines[j].pieces[0].start < left - 2:
            break
        table = indicators(lines, j)
        if table and isinstance(table[0][0], SpacedLine):
            return j  # with a label of its own
        apart = j > end or first < at <= 2 * at - first < j  # centred: as many lines below as above it
        if apart and _label_at(lines, j) is not None:
            return end - 1 if heads_table(lines[end - 1]) else end  # its heads stand above the label's middle
        end = j + 1
    return end


def _without(line: SpacedLine) -> SpacedLine:
    """A line without the label it begins with."""
    at = line.text.index(line.pieces[0].text) + len(line.pieces[0].text)
    return SpacedLine(line.text[at:], line.pieces[1:], line.plain)


def _field(lines: Sequence[SpacedLine]) -> Iterator[SpacedLine | SpacedRow]:
    """The text right of a label: rows where it is a table, else its lines joined to paragraphs."""
    items = list(_parse(lines))
    right = max((i.pieces[-1].end for i in items if isinstance(i, SpacedLine) and i.pieces), default=0)
    paragraph = ""
    full = False
    for item in items:
        text = item.text.strip(" \u3000") if isinstance(item, SpacedLine) else ""
        if paragraph and (not text or not full or BULLET.match(text)):
            yield SpacedLine(paragraph, ())
            paragraph = ""
        if not isinstance(item, SpacedLine) or not text:
            yield item
            continue
        paragraph = join(paragraph, text)
        full = bool(item.pieces) and item.pieces[-1].end >= right - _RAGGED and not text.endswith("。")
    if paragraph:
        yield SpacedLine(paragraph, ())


def _cells(lines: Sequence[SpacedLine]) -> Iterator[SpacedLine | SpacedRow]:
    """The cells right of a label, each its lines joined."""
    bounds = put_together((p.start, p.end) for line in lines for p in line.row)
    if len(bounds) < 2 or any(line.pieces and not line.row for line in lines):
        yield from _field(lines)
        return
    for a, b in bounds:
        cell = ""
        for line in lines:
            for p in line.row:
                cell = join(cell, p.text) if a <= p.start < b else cell
        yield SpacedLine(cell, ())
