"""Text set in columns by runs of spaces, as ``pdftotext -layout`` writes it.

Rows of tables, labels that stand left of their text, and pages in two columns.

Places are counted in columns of a terminal, where a full-width character takes two (UAX #11), or in
characters, as ``pdftotext`` does.
"""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise

from extract.labels import column_role, field_role, leading_label
from extract.layout.numbering import names_level, numbered
from extract.layout.periods import parse_period
from normalize.frozen import frozen
from normalize.quantities import find_quantities, is_null

_GAP = re.compile(r"[ \u3000]{2,}|(?<=[)）])[ \u3000](?=[(（])")
_BULLET = re.compile(r"[・･●○■□◆◇▪①-⑳]|[-*+•]\s|[(（][0-9０-９]{1,2}[)）]")
_BRACKETED = re.compile(r"[(（〔\[].*[)）〕\]]")
_LEADERS = re.compile(r"[…‥・.．·_＿]{3,}")
_LABEL_BRACKETS = re.compile(r"^[［\[【〔](.+?)[］\]】〕]")
Width = Callable[[str], int]
_Column = Sequence[tuple[int, str]]  # (line, text) of the pieces of a column

_MISFIT_MAX = 10  # columns; pieces further apart stand in two columns
_DRAWN = re.compile("[→⇒➡➔▶►━─―＝=~～〜]{2}|[→⇒➡➔▶►]$")  # the line of a bar
_WIDE_GAP = " " * 3  # left of a side navigation
_SIDE_PAGES, _SIDE_WORDS = 4, 3  # on how many pages, how many entries
_COLUMN_HELD = 3  # cells that make a column of which the fullest rows know nothing
_LABEL_LINES = 6  # lines above a label centred beside its text, at most
_LABEL_GAP = 6  # columns between the characters of a spaced label (項  目)
_LINE_MAX = 2000  # characters of a line that may be a row
_LABEL_MAX = 40  # characters of such a label with its blanks
_MAX_BLANK = 2
_RAGGED = 6
_VALUES = ("baseline", "current", "interim", "target")
_HEAD_LINES = 4  # of a table of indicators
_TABLE_LINES = 400
_SHORT = 3  # columns by which a line is short that is no full one
_PART_LINES = 12  # of a cell broken over lines, rows of one merged over rows
_PROSE_WIDTH, _PROSE_LINES = 24, 6  # two columns of prose: how wide, how many lines


@frozen
class Segment:
    """A piece of a line between gaps, with the columns [start, end) it takes."""

    start: int
    end: int
    text: str


@frozen
class _Line:
    """A line and its pieces; ``plain``: markdown, tabs and 目次 lines are never rows."""

    text: str
    pieces: tuple[Segment, ...]
    plain: bool = False

    @property
    def row(self) -> tuple[Segment, ...]:
        """The pieces of a line that may be a row of a table."""
        return () if self.plain else self.pieces


@dataclass(slots=True)
class SpacedRow:
    """A row of a table: (text, number of columns it spans) for each cell, in order."""

    cells: list[tuple[str, int]] = field(default_factory=list)


def columns(text: str) -> int:
    """Width of a text on a terminal.

    >>> columns("DX推進"), columns("ﾃﾞｰﾀ")
    (6, 4)
    """
    return len(text) + sum(text.count(c) for c in set(text) if unicodedata.east_asian_width(c) in "WF")


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


def segments(line: str, width: Width = columns) -> list[Segment]:
    """The pieces of a line; single characters set apart (担  当  課) are one piece.

    >>> [s.text for s in segments("  概    要      窓口を見直す   3件")]
    ['概    要', '窓口を見直す', '3件']
    """
    found: list[Segment] = []
    position = at = 0
    for gap in [*_GAP.finditer(line), None]:
        piece = line[position : gap.start() if gap else len(line)]
        if piece.strip():
            start = at + width(piece[: len(piece) - len(piece.lstrip())])
            found.append(Segment(start, start + width(piece.strip()), piece.strip()))
        at += width(piece) + width(gap[0] if gap else "")
        position = gap.end() if gap else len(line)
    joined: list[Segment] = []
    for s in found:
        before = joined[-1] if joined else None
        if before is not None and s.start - before.end <= _LABEL_GAP and _spells_on(before.text, s.text):
            joined[-1] = Segment(before.start, s.end, before.text + " " * (s.start - before.end) + s.text)
        else:
            joined.append(s)
    return joined


def _spells_on(before: str, text: str) -> bool:
    """Whether a single letter goes on with a label whose letters are set apart."""
    if len(text) > 1 or not text.isalpha() or len(before) > _LABEL_MAX:
        return False
    return all(len(part) == 1 and part.isalpha() for part in before.split())


def parse_columns(lines: Sequence[str], width: Width = columns) -> Iterator[str | SpacedRow]:
    """Lines in order, with rows where the spaces set columns; other lines come back as they are.

    ``width``: what a piece of text takes of the line (see ``ruler``).
    """
    for item in _parse([_line(line, width) for line in lines]):
        yield item.text if isinstance(item, _Line) else item


def _line(text: str, width: Width) -> _Line:
    if len(text) > _LINE_MAX:
        return _Line(text, (Segment(0, len(text), text),), plain=True)
    pieces = segments(text, width)
    plain = "\t" in text or text.lstrip().startswith(("#", "|", ">")) or _LEADERS.search(text) is not None
    return _Line(text, tuple(pieces), plain or _is_heading(pieces))


def _is_heading(pieces: Sequence[Segment]) -> bool:
    """Whether a line is nothing but a number and its title (第２章   施策の展開)."""
    if len(pieces) != 2:
        return False
    number = numbered(f"{pieces[0].text} {pieces[1].text}")
    return number is not None and number.title == pieces[1].text


def _parse(lines: Sequence[_Line]) -> Iterator[_Line | SpacedRow]:
    i = 0
    while i < len(lines):
        indicators = _indicators(lines, i) or _turned(lines, i)
        if indicators:
            yield from indicators[0]
            i = indicators[1]
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
            yield _Line(lines[at].pieces[0].text, lines[at].pieces[:1])
            end = _under_label(lines, i, at)
            tags = field_role(lines[at].pieces[0].text) == "tags"
            yield from (_cells if tags else _field)([*lines[i:at], _without(lines[at]), *lines[at + 1 : end]])
            i = end
            continue
        end = _region(lines, i) if len(lines[i].row) >= 2 else i
        if end > i + 1:
            yield from _rows(lines[i:end])
            i = end
        else:
            yield lines[i]
            i += 1


def is_head(text: str) -> bool:
    """Whether a text is the head of a column: of indicators, values or years."""
    return column_role(text) is not None or parse_period(text) is not None


# --- headings and labels side by side -------------------------------------------------------------------


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


def _aside(pieces: Sequence[Segment]) -> Iterator[_Line]:
    """The title and what stands at its side, each a line: a policy comes before what belongs to it."""
    title = _Line(" ".join(p.text for p in pieces[:-1]), tuple(pieces[:-1]), plain=True)
    aside = _Line(pieces[-1].text, (pieces[-1],), plain=True)
    yield from (aside, title) if _is_policy(aside.text) else (title, aside)


def _abreast(lines: Sequence[_Line], i: int) -> tuple[int, list[tuple[int, int]]] | None:
    """(end, columns) of the text below labels that stand side by side, up to a blank line."""
    heads = lines[i].row
    if len(heads) < 2 or not all(field_role(p.text) for p in heads):
        return None
    start = next((j for j in range(i + 1, len(lines)) if lines[j].pieces), len(lines))
    end = next((j for j in range(start, len(lines)) if not lines[j].row), len(lines))
    bounds = _apart((p.start, p.end) for line in lines[start:end] for p in line.row)
    inside = len(bounds) == len(heads) and all(
        a < head.end and (c == 0 or bounds[c - 1][1] <= head.start)
        for c, (head, (a, _)) in enumerate(zip(heads, bounds))
    )
    return (end, bounds) if inside else None


def _side_by_side(
    heads: Sequence[Segment], lines: Sequence[_Line], bounds: Sequence[tuple[int, int]]
) -> Iterator[_Line | SpacedRow]:
    """Labels, each followed by its text."""
    for head, (a, b) in zip(heads, bounds, strict=True):
        yield _Line(head.text, (head,))
        column = [tuple(p for p in line.row if a <= p.start < b) for line in lines]
        yield from _field([_Line(" ".join(p.text for p in pieces), pieces) for pieces in column if pieces])


# --- a label left of its text ---------------------------------------------------------------------------


def _is_label(pieces: Sequence[Segment]) -> bool:
    """Whether the first piece labels the others (概要　窓口を…), and is not the first head of a table."""
    if field_role(pieces[0].text) is None:
        return False
    rest = [p.text for p in pieces[1:]]
    return not all(map(is_head, rest)) or column_role(rest[0]) in ("indicator", "measure")


def _label_at(lines: Sequence[_Line], i: int) -> int | None:
    """The line whose label names the text that begins on line i: this one, or one below (a label centred
    beside its lines)."""
    for j in range(i, min(i + _LABEL_LINES, len(lines))):
        pieces = lines[j].row
        if not pieces:
            return None
        if len(pieces) > 1 and _is_label(pieces):
            return j if _stand_right(lines[i:j], pieces[0]) else None
        if len(pieces) == 1 and field_role(pieces[0].text):
            return j if j > i and _stand_right(lines[i:j], pieces[0]) else None
    return None


def _stand_right(lines: Sequence[_Line], label: Segment) -> bool:
    return all(line.row and line.row[0].start >= label.end - 1 for line in lines)


def _labels_centred(lines: Sequence[_Line], i: int) -> tuple[list[_Line | SpacedRow], int] | None:
    """Labels each centred beside its lines, with no blank line between them, and their end.

    Told by a label alone on its line, between two lines of its text.
    """
    labels, texts = _lines_beside_labels(lines, i)
    alone = [y for y in labels if y not in texts]
    if len(labels) < 2 or not alone or not all({y - 1, y + 1} <= texts.keys() for y in alone):
        return None
    ys = sorted(texts)
    parts = [[ys[n] for n in part] for part in _beside(list(labels), ys)]
    if not parts or any(abs(y - (p[0] + p[-1]) / 2) > 0.5 for y, p in zip(labels, parts, strict=True)):
        return None
    found: list[_Line | SpacedRow] = []
    for label, part in zip(labels.values(), parts, strict=True):
        found.append(_Line(label.text, (label,)))
        found += _field([_Line(texts[y].text, (texts[y],)) for y in part])
    return found, max(*labels, *texts) + 1


def _lines_beside_labels(lines: Sequence[_Line], i: int) -> tuple[dict[int, Segment], dict[int, Segment]]:
    """Labels and the texts right of them, by line, as far as they stand in two columns."""
    labels: dict[int, Segment] = {}
    texts: dict[int, Segment] = {}
    edge, left, last = 0, math.inf, i  # end of the labels, start of the texts, line of the last label
    for j in range(i, min(i + _TABLE_LINES, len(lines))):
        pieces = lines[j].row
        label = pieces[0] if pieces and field_role(pieces[0].text) else None
        rest = pieces[1:] if label else pieces
        edge = max(edge, label.end) if label else edge
        left = min([left, *(p.start for p in rest)])
        if not pieces or _heads_table(lines[j]) or len(rest) > 1 or left < edge or j - last > _LABEL_LINES:
            break
        if label:
            labels[j], last = label, j
        if rest:
            texts[j] = rest[0]
    return labels, texts


def _under_label(lines: Sequence[_Line], first: int, at: int) -> int:
    """End of the lines that stand in the column right of a label; ``first``: where they begin."""
    left = min(s.start for s in [*(line.pieces[0] for line in lines[first:at]), *lines[at].pieces[1:2]])
    end = at + 1
    for j in range(at + 1, len(lines)):
        if not lines[j].pieces:
            continue
        if lines[j].pieces[0].start < left - 2:
            break
        table = _indicators(lines, j)
        if table and isinstance(table[0][0], _Line):
            return j  # with a label of its own
        apart = j > end or first < at <= 2 * at - first < j  # centred: as many lines below as above it
        if apart and _label_at(lines, j) is not None:
            return (
                end - 1 if _heads_table(lines[end - 1]) else end
            )  # its heads stand above the label's middle
        end = j + 1
    return end


def _heads_table(line: _Line) -> bool:
    return len(line.row) > 1 and all(is_head(s.text) for s in line.row)


def _without(line: _Line) -> _Line:
    """A line without the label it begins with."""
    at = line.text.index(line.pieces[0].text) + len(line.pieces[0].text)
    return _Line(line.text[at:], line.pieces[1:], line.plain)


def _field(lines: Sequence[_Line]) -> Iterator[_Line | SpacedRow]:
    """The text right of a label: rows where it is a table, else its lines joined to paragraphs."""
    items = list(_parse(lines))
    right = max((i.pieces[-1].end for i in items if isinstance(i, _Line) and i.pieces), default=0)
    paragraph = ""
    full = False
    for item in items:
        text = item.text.strip(" \u3000") if isinstance(item, _Line) else ""
        if paragraph and (not text or not full or _BULLET.match(text)):
            yield _Line(paragraph, ())
            paragraph = ""
        if not isinstance(item, _Line) or not text:
            yield item
            continue
        paragraph = join(paragraph, text)
        full = bool(item.pieces) and item.pieces[-1].end >= right - _RAGGED and not text.endswith("。")
    if paragraph:
        yield _Line(paragraph, ())


def _cells(lines: Sequence[_Line]) -> Iterator[_Line | SpacedRow]:
    """The cells right of a label, each its lines joined."""
    bounds = _apart((p.start, p.end) for line in lines for p in line.row)
    if len(bounds) < 2 or any(line.pieces and not line.row for line in lines):
        yield from _field(lines)
        return
    for a, b in bounds:
        cell = ""
        for line in lines:
            for p in line.row:
                cell = join(cell, p.text) if a <= p.start < b else cell
        yield _Line(cell, ())


# --- tables of indicators -------------------------------------------------------------------------------


def _indicators(lines: Sequence[_Line], i: int) -> tuple[list[_Line | SpacedRow], int] | None:
    """The table of indicators whose head begins with line i, and its end.

    Its rows are the lines with values: names broken over lines and cells merged over rows stand around them,
    each centred beside its rows. None where heads and cells do not tell the same columns.
    """
    head = _value_head(lines, i)
    if head is None:
        return None
    body, end = _value_body(lines, head[0])
    label = next((p for _, pieces in body for p in pieces[:1] if field_role(p.text) == "kpi"), None)
    pieces = [(y, p) for y, own in body for p in own if p is not label]
    spans = [(p.start, p.end) for _, p in pieces]
    if label and label.end > min(a for a, _ in [*spans, *head[1]]):
        return None
    heads = head[2]
    bounds = next((b for b in (_apart(spans), _apart([*spans, *head[1]])) if len(b) == len(heads)), None)
    if bounds is None or len(body) > _TABLE_LINES:
        return None
    cells = [[(y, p.text) for y, p in pieces if a <= p.start < b] for a, b in bounds]
    roles = [column_role(text) for text in heads]
    named = max(c for c, role in enumerate(roles) if role == "indicator")
    values = [c for c, role in enumerate(roles) if role in _VALUES or parse_period(heads[c])]
    rows = _value_lines([cells[c] for c in values], cells[named])
    table = _centred_rows(cells, rows, named) if rows else None
    if table is None:
        return None
    rows_of_table = [SpacedRow([(text, 1) for text in row]) for row in [heads, *table]]
    return [*([_Line(label.text, (label,))] if label else []), *rows_of_table], end


def _turned(lines: Sequence[_Line], i: int) -> tuple[list[_Line | SpacedRow], int] | None:
    """A table with a column for each indicator, and its end; None where the cells tell other columns."""
    heads = lines[i].row
    if len(heads) < 2 or [column_role(p.text) for p in heads] != ["indicator"] + [None] * (len(heads) - 1):
        return None
    rows = [list(heads)]
    roles: list[str | None] = ["indicator"]
    end = last = i + 1
    for j in range(i + 1, len(lines)):
        pieces = lines[j].row
        if not lines[j].pieces and j - last < _MAX_BLANK:
            continue
        role = column_role(pieces[0].text) if pieces else None
        if role in _VALUES:
            rows.append(list(pieces))
            roles.append(role)
            end = j + 1
        elif j == last and pieces and pieces[0].start >= heads[0].end:  # a cell goes on
            rows[-1] += pieces
            end = j + 1
        else:
            break
        last = j + 1
    bounds = _apart((p.start, p.end) for row in rows for p in row)
    if "target" not in roles or len(bounds) != len(heads):
        return None
    cells = [[_text_in(row, column) for column in bounds] for row in rows]
    return [SpacedRow([(text, 1) for text in row]) for row in cells], end


def _value_lines(values: Sequence[_Column], names: _Column) -> list[int]:
    """Lines on which the values of a row stand; none where it is unsure to which row a value belongs."""
    cells = [cell for column in values for cell in column]
    named = {y for y, _ in names}
    every = named | {y for y, _ in cells}
    found = {y for y, text in cells if _opens_value(text)}
    found |= {y for y, text in values[-1] if y - 1 not in every and not _BRACKETED.fullmatch(text)}
    rows = sorted(found)
    for y, text in (cell for cell in cells if cell[0] not in found):
        above = rows[bisect_right(rows, y) - 1] if rows and rows[0] < y else None
        if above is None or not every.issuperset(range(above, y)):
            return []
        if not _BRACKETED.fullmatch(text) and (y in named or y + 1 in found):
            return []
    filled = Counter(y for column in values for y in {y for y, _ in column})
    alone = any(y not in named and filled[y] == 1 < len(values) for y in rows)
    return [] if alone or len(names) < len(rows) else rows


def _value_head(lines: Sequence[_Line], i: int) -> tuple[int, list[tuple[int, int]], list[str]] | None:
    """(end, columns, texts) of a head of one to four lines that names indicators and their targets."""
    pieces: list[Segment] = []
    for end in range(i + 1, min(i + _HEAD_LINES, len(lines)) + 1):
        row = lines[end - 1].row
        if not row:
            return None
        pieces += row
        _, texts = _columns_of(pieces)
        roles = [column_role(t) for t in texts]
        is_open = any(map(_is_open, texts))
        if not any(roles) and not is_open:
            return None
        if not is_open and {"indicator", "target"} <= set(roles):
            if end == i + 1:  # on two lines a target may stand over years
                dated = ("interim" if parse_period(t) else None for t in texts)
                roles = [role or year for role, year in zip(roles, dated, strict=True)]
            return _whole_head(lines, end, pieces, roles)
    return None


def _whole_head(
    lines: Sequence[_Line], end: int, pieces: list[Segment], roles: Sequence[str | None]
) -> tuple[int, list[tuple[int, int]], list[str]] | None:
    """A head with the years in brackets below its names; None where a column has no role, or no value."""
    while end < len(lines) and lines[end].row and all(_BRACKETED.fullmatch(p.text) for p in lines[end].row):
        pieces += lines[end].row
        end += 1
    bounds, texts = _columns_of(pieces)
    named = all(roles[roles.index("indicator") :]) and roles[-1] != "indicator"
    return (end, bounds, texts) if named and len(bounds) == len(roles) else None


def _columns_of(pieces: Sequence[Segment]) -> tuple[list[tuple[int, int]], list[str]]:
    """The columns in which pieces of lines stand, and the text of each."""
    bounds = _apart((p.start, p.end) for p in pieces)
    return bounds, [_text_in(pieces, column) for column in bounds]


def _text_in(pieces: Sequence[Segment], column: tuple[int, int]) -> str:
    return "".join(p.text for p in pieces if column[0] <= p.start < column[1])


def _is_open(text: str) -> bool:
    return len(re.findall("[(（]", text)) != len(re.findall("[)）]", text))


def _opens_value(text: str) -> bool:
    return not _BRACKETED.fullmatch(text) and (is_null(text) or bool(find_quantities(text)))


def _value_body(lines: Sequence[_Line], start: int) -> tuple[list[tuple[int, tuple[Segment, ...]]], int]:
    """The lines under a head as (line, pieces), and their end: up to the last line with values and what
    stands right below it."""
    last = end = start
    for j in range(start, len(lines)):
        pieces = lines[j].row
        if not lines[j].pieces:
            if j - end >= _MAX_BLANK:
                break
            continue
        if not pieces or _heads_table(lines[j]) or _ends_values(pieces):
            break
        if j == last or any(_opens_value(p.text) for p in pieces[1:]):
            last = j + 1
        end = j + 1
    return [(j, lines[j].pieces) for j in range(start, last) if lines[j].pieces], last


def _ends_values(pieces: Sequence[Segment]) -> bool:
    """Whether a line is no row: another field, an item of a list, a note, a sentence."""
    text = pieces[0].text
    return (
        field_role(text) not in (None, "kpi")
        or text.startswith(("※", "＊", "注", "出典", "資料"))
        or (len(pieces) == 1 and (_BULLET.match(text) is not None or text.endswith("。")))
    )


def _centred_rows(cells: Sequence[_Column], rows: Sequence[int], named: int) -> list[list[str]] | None:
    """Rows of the cells of each column; ``named``: that of the indicators, one to a row."""
    table = [[""] * len(cells) for _ in rows]
    for c, column in enumerate(cells):
        groups = _groups(column, rows)
        if c < named and 0 < len(groups) <= len(rows):  # a cell may be merged over rows: the first holds it
            middles = [(g[0][0] + g[-1][0]) / 2 for g in groups]
            held = _beside(middles, rows)
            parts = [(part[0], group) for part, group in zip(held, groups, strict=False)]
        elif c <= named and len(column) >= len(rows):
            parts = [(k, [column[n] for n in part]) for k, part in enumerate(_names_beside(column, rows))]
        else:  # a value goes on in the line below
            parts = [(max(bisect_right(rows, y) - 1, 0), [(y, text)]) for y, text in column]
        if sum(len(part) for _, part in parts) < len(column):
            return None
        for k, part in parts:
            for _, text in part:
                table[k][c] = join(table[k][c], text)
    return table


def _names_beside(column: _Column, rows: Sequence[int]) -> list[range]:
    """Names parted to one a row: each centred beside it, begun on it or ended on it.

    The lines tell which: one that its name goes on behind is nearly as wide as the column.
    """
    lines = [y for y, _ in column]
    ways = [_beside(rows, lines)]
    if set(rows) <= set(lines):
        at = [lines.index(y) for y in rows]
        ways += [[*map(range, at, [*at[1:], len(lines)])]] if not at[0] else []
        ways += (
            [[*map(range, [0, *(n + 1 for n in at)], (n + 1 for n in at))]] if lines[-1] == rows[-1] else []
        )
    width = max(columns(text) for _, text in column)

    def broken_early(way: Sequence[range]) -> int:
        inner = [column[n][1] for part in way for n in part[:-1]]
        return sum(width - columns(text) > _SHORT for text in inner)

    return min((way for way in ways if way), key=broken_early, default=[])


def _groups(column: _Column, rows: Sequence[int]) -> list[list[tuple[int, str]]]:
    """Cells: lines right below each other that begin with no number and stand beside one row at most."""
    groups: list[list[tuple[int, str]]] = []
    beside = 0
    for y, text in column:
        on_row = y in rows
        if groups and y == groups[-1][-1][0] + 1 and numbered(text) is None and not (on_row and beside):
            groups[-1].append((y, text))
            beside += on_row
        else:
            groups.append([(y, text)])
            beside = int(on_row)
    return groups


def _beside(middles: Sequence[float], lines: Sequence[int]) -> list[range]:
    """Lines parted, in order and none left out, so that each part is centred best beside its middle.

    Empty where a part would be too long.
    """
    least: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]  # end of the part: (cost, its start)
    for middle in middles:
        ends: dict[int, tuple[float, int]] = {}
        for start, (cost, _) in least[-1].items():
            for end in range(start + 1, min(start + _PART_LINES, len(lines)) + 1):
                off = cost + abs(middle - (lines[start] + lines[end - 1]) / 2)
                if off < ends.get(end, (math.inf, 0))[0]:
                    ends[end] = off, start
        least.append(ends)
    parts: list[range] = []
    end = len(lines)
    for ends in least[:0:-1]:
        if end not in ends:
            return []
        parts.append(range(ends[end][1], end))
        end = ends[end][1]
    return parts[::-1]


# --- tables ---------------------------------------------------------------------------------------------


def _region(lines: Sequence[_Line], i: int) -> int:
    """End of the table that begins with line i: i + 1 when it is none."""
    second = lines[i].pieces[1].start
    end, rows, blank = i + 1, 1, 0
    for j in range(i + 1, len(lines)):
        pieces = lines[j].row
        if not lines[j].pieces:
            blank += 1
            if blank > _MAX_BLANK:
                break
            continue
        if not pieces or (len(pieces) > 1 and _is_label(pieces)):
            break
        if len(pieces) == 1 and _beside_table(lines[i:end], pieces[0]):
            end = j + 1
            continue
        if len(pieces) == 1:
            stands_right = pieces[0].start >= second - 2 or _BRACKETED.fullmatch(pieces[0].text)
            is_cell = pieces[0].end < second and j + 1 < len(lines) and len(lines[j + 1].row) > 1
            opens = _BULLET.match(pieces[0].text) or field_role(pieces[0].text)
            if blank or opens or not (stands_right or is_cell):
                break
        else:
            rows += 1
            second = min(second, pieces[1].start) if pieces[0].start < second - 2 else second
        end, blank = j + 1, 0
    return end if rows >= 2 else i + 1


def _beside_table(rows: Sequence[_Line], piece: Segment) -> bool:
    """Whether a label stands left of a table, in the middle of its height."""
    return field_role(piece.text) is not None and all(
        line.pieces[0].start >= piece.end for line in rows if line.pieces
    )


def _rows(lines: Sequence[_Line]) -> Iterator[_Line | SpacedRow]:
    for line in [x for x in lines if len(x.pieces) == 1]:
        rest = [x for x in lines if x is not line]
        if _beside_table(rest, line.pieces[0]):
            yield line
            lines = rest
    bounds = _bounds([line.pieces for line in lines])
    if len(bounds) == 2 and _is_prose(lines, bounds):
        for c in range(2):
            for line in lines:
                column = tuple(s for s in line.pieces if _column(s, bounds)[0] == c)
                yield _Line("".join(s.text for s in column), column)
        return
    yield from _joined_rows(lines, bounds)


def _bounds(rows: Sequence[Sequence[Segment]]) -> list[tuple[int, int]]:
    """Columns [start, end): a head of years, the white gaps that run through all rows, or the fullest rows
    tell them."""
    beside = _beside_years(rows)
    if beside:
        return beside
    most = max(map(len, rows))
    white = _apart((s.start, s.end) for row in rows for s in row)
    held = [sum(a <= s.start < b for row in rows for s in row) for a, b in white]
    if len(white) > most and min(held) >= _COLUMN_HELD:
        return white
    full = [row for row in rows if len(row) == most]
    merged = _apart((s.start, s.end) for row in full for s in row)
    if len(merged) == most:
        return merged
    places = [_extent(column) for column in zip(*full, strict=True)]
    if all(a[1] <= b[0] for a, b in pairwise(places)):
        return places
    return [(s.start, s.end) for s in full[0]]  # cells that stand askew: the first row tells


def _beside_years(rows: Sequence[Sequence[Segment]]) -> list[tuple[int, int]]:
    """The columns of names that stand left of a head of years alone; [] without such a head or names."""
    years = next((row for row in rows if len(row) > 1 and all(parse_period(s.text) for s in row)), None)
    labels = [row[0] for row in rows if years and row and row[0].end <= years[0].start]
    return [_extent(labels), *((s.start, s.end) for s in years)] if years and labels else []


def _extent(pieces: Sequence[Segment]) -> tuple[int, int]:
    return min(s.start for s in pieces), max(s.end for s in pieces)


def _apart(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans put together that overlap."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _is_prose(lines: Sequence[_Line], bounds: Sequence[tuple[int, int]]) -> bool:
    """Whether two columns are running text side by side and no table."""
    both = [line.pieces for line in lines if len(line.pieces) == 2]
    wide = [p for p in both if all(s.end - s.start >= _PROSE_WIDTH for s in p)]
    return len(both) >= _PROSE_LINES and len(wide) >= 0.7 * len(both)


def _column(s: Segment, bounds: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """(first column, number of columns) of a segment: those whose middle it covers, else the nearest."""
    covered = [c for c, (a, b) in enumerate(bounds) if s.start <= (a + b) / 2 < s.end]
    if len(covered) > 1 and _DRAWN.search(s.text):  # words are as wide as they are
        return covered[0], len(covered)

    def distance(c: int) -> tuple[int, float]:
        a, b = bounds[c]
        return -max(0, min(b, s.end) - max(a, s.start)), abs((a + b) / 2 - (s.start + s.end) / 2)

    return min(range(len(bounds)), key=distance), 1


def _places(pieces: Sequence[Segment], bounds: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """(first column, number of columns) of each piece of a row; two pieces stand apart if they can."""
    places = [_column(s, bounds) for s in pieces]
    apart = all(a + n <= b for (a, n), (b, _) in pairwise(places))
    if apart or len(pieces) > len(bounds):
        return places
    middles = [(a + b) / 2 for a, b in bounds]
    chosen = min(
        combinations(range(len(bounds)), len(pieces)),
        key=lambda cs: sum(abs(middles[c] - (s.start + s.end) / 2) for c, s in zip(cs, pieces, strict=True)),
    )
    return [(c, 1) for c in chosen]


def _joined_rows(lines: Sequence[_Line], bounds: Sequence[tuple[int, int]]) -> Iterator[SpacedRow]:
    """Rows of cells; a line that only goes on with cells of the row above is joined to it."""
    row: dict[int, tuple[str, int]] = {}
    blank = False
    for line in lines:
        if not line.pieces:
            blank = True
            continue
        places = _places(line.pieces, bounds)
        placed = [(c, span, s.text) for (c, span), s in zip(places, line.pieces, strict=True)]
        if row and (blank or _begins_row(row, placed, bounds)):
            yield _spaced(row, len(bounds))
            row = {}
        for c, span, text in placed:
            before = row.get(c, ("", span))
            row[c] = join(before[0], text), max(span, before[1])
        blank = False
    if row:
        yield _spaced(row, len(bounds))


def _begins_row(
    row: dict[int, tuple[str, int]], placed: Sequence[tuple[int, int, str]], bounds: Sequence[tuple[int, int]]
) -> bool:
    filled = {c for c, _, _ in placed}
    if all(_BRACKETED.fullmatch(text) for _, _, text in placed):
        return False  # a year or unit under the head it belongs to
    if len(filled) >= len(bounds) - 1 >= 2 and 0 not in filled:
        return True
    if 0 not in filled or row.keys() == {0}:
        return False
    wide = bounds[0][1] - bounds[0][0]
    return not (filled == {0} and 0 in row and columns(row[0][0]) >= 0.75 * wide)


def _spaced(row: dict[int, tuple[str, int]], n: int) -> SpacedRow:
    cells: list[tuple[str, int]] = []
    c = 0
    while c < n:
        text, span = row.get(c, ("", 1))
        cells.append((text, span))
        c += span
    return SpacedRow(cells)


def join(a: str, b: str) -> str:
    """Two lines of one phrase: a space only between Latin words."""
    latin = a[-1:].isascii() and b[:1].isascii() and a[-1:].isalnum() and b[:1].isalnum()
    return a + " " + b if latin else a + b
