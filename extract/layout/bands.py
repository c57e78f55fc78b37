"""Rows of atoms, and the bands of rows that share the white gutters between columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from extract.layout.atoms import Atom, heading_of, lines_of
from extract.layout.frames import FRAME_SLACK, Frame
from extract.layout.names import Names
from extract.layout.parts import union
from extract.layout.pieces import is_bold
from extract.model import WHITE, Box, Line

GUTTER = 4.0  # points between columns; lines arrive cut at wide gaps already
TITLE_STEP = 2.2  # em from a heading's row to the columns below it
BLOCK_GAP = 1.7  # line pitches; a larger gap ends a column's text


def rows_of(atoms: list[Atom]) -> list[list[Atom]]:
    """Atoms whose cores overlap in height stand in one row."""
    rows: list[list[Atom]] = []
    bottom = float("-inf")
    for atom in sorted(atoms, key=lambda a: a.top):
        if atom.top >= bottom:
            rows.append([])
        rows[-1].append(atom)
        bottom = max(bottom, atom.bottom) if len(rows[-1]) > 1 else atom.bottom
    return rows


Gap = tuple[float, float]


def _gaps(row: Sequence[Atom]) -> list[Gap]:
    """White strips between the atoms of a row."""
    gaps: list[Gap] = []
    ordered = sorted(row, key=lambda a: a.box.x0)
    end = ordered[0].box.x1
    for atom in ordered[1:]:
        width = 0.0 if isinstance(atom.content, Frame) else GUTTER
        if atom.box.x0 - end >= width - 0.5:
            gaps.append((min(end, atom.box.x0), atom.box.x0))
        end = max(end, atom.box.x1)
    return gaps


def _narrowed(gutters: Sequence[Gap], row: Sequence[Atom]) -> list[Gap]:
    """What a row leaves of the gutters above it."""
    left: list[Gap] = []
    for a, b in gutters:
        pieces = [(a, b)]
        for atom in row:
            x0, x1 = atom.box.x0, atom.box.x1
            pieces = [
                p
                for u, v in pieces
                for p in (((u, min(v, x0)), (max(u, x1), v)) if x0 < v and x1 > u else ((u, v),))
                if p[1] > p[0]
            ]
        if pieces:
            u, v = max(pieces, key=lambda p: p[1] - p[0])
            if v - u >= min(GUTTER, b - a):
                left.append((u, v))
    return left


def bands_of(rows: Sequence[list[Atom]], names: Names) -> Iterator[tuple[list[Atom], list[Gap]]]:
    """Rows that share gutters, together with these; rows without any come alone."""
    i = 0
    while i < len(rows):
        gutters = _gaps(rows[i])
        last = i + 1
        if gutters:
            alone = last < len(rows) and _is_title_row(rows[i], rows[last])
            while last < len(rows) and not alone and not _begins_band(rows[last], rows[i:last], names):
                narrowed = _narrowed(gutters, rows[last])
                if not narrowed or _is_label_below_boxes(rows[last], rows[last - 1], names):
                    break
                gutters = narrowed
                last += 1
            last = _without_tail(rows, i, last, gutters)
            gutters = _gutters(rows[i:last], _gaps(rows[i]))
        yield [a for row in rows[i:last] for a in row], gutters
        i = last


def _gutters(rows: Sequence[list[Atom]], gutters: list[Gap]) -> list[Gap]:
    for row in rows[1:]:
        gutters = _narrowed(gutters, row)
    return gutters


def _begins_band(row: Sequence[Atom], above: Sequence[Sequence[Atom]], names: Names) -> bool:
    """Boxes that make a new row of bands: side by side and level, or one that labels all right of it.

    Boxes right under the boxes that name them (目的 | 課題 over their texts) go on with these, as do boxes of
    one name (目的 | 目的: a record in each column), and small boxes that only happen to stand level in two
    columns of text begin nothing.
    """
    gaps = _gaps(row)
    if not gaps:
        return False
    edges = [float("-inf"), *(right for _, right in gaps), float("inf")]
    columns = [[a for a in row if left <= a.box.x0 < right] for left, right in pairwise(edges)]
    firsts = [min(column, key=lambda a: a.box.y0) for column in columns if column]
    heads = [name for first in firsts if names.names(name := heading_of(first))]
    if len(heads) > 1 and len(set(heads)) == 1:
        return False
    tops = [first.box.y0 for first in firsts]
    if all(isinstance(first.content, Frame) for first in firsts) and max(tops) - min(tops) < 4:
        fill = (_fills_column(f.box, *edge, above) for f, edge in zip(firsts, pairwise(edges), strict=True))
        return not _go_under(firsts, above[-1]) and all(fill)
    return len(columns[0]) == 1 and _labels_all(columns[0][0], row)


def _labels_all(label: Atom, row: Sequence[Atom]) -> bool:
    level = (label.box.y0 - 2 <= a.box.cy <= label.box.y1 + 2 for a in row)
    return isinstance(label.content, Frame) and all(level)


def _is_label_below_boxes(row: Sequence[Atom], above: Sequence[Atom], names: Names) -> bool:
    """Whether a row is the name of a field, right below boxes of one height: it goes on under all of them."""
    label = row[0].content
    named = len(row) == 1 and isinstance(label, Line) and names.names(label.text)
    level = len(above) > 1 and all(isinstance(a.content, Frame) for a in above)
    return (
        named
        and level
        and all(
            max(edge) - min(edge) < 4 for edge in zip(*((a.box.y0, a.box.y1) for a in above), strict=True)
        )
    )


def _go_under(boxes: Sequence[Atom], above: Sequence[Atom]) -> bool:
    """Whether every box touches one as wide above it, a single line on a ground of its own: its name."""
    names = [a.content for a in above if isinstance(a.content, Frame) and len(a.content.lines) == 1]
    return all(
        isinstance(b.content, Frame)
        and any(
            abs(name.box.x0 - b.box.x0) < FRAME_SLACK
            and abs(name.box.x1 - b.box.x1) < FRAME_SLACK
            and abs(b.box.y0 - name.box.y1) < FRAME_SLACK
            and name.fill not in (None, WHITE, b.content.fill)
            for name in names
        )
        for b in boxes
    )


def _fills_column(box: Box, left: float, right: float, rows: Sequence[Sequence[Atom]]) -> bool:
    """Whether a box is at least half as wide as what stands above it in its column."""
    column = [a.box for row in rows for a in row if left <= a.box.x0 < right]
    return not column or box.width >= 0.5 * union(column).width


def _is_title_row(row: Sequence[Atom], following: Sequence[Atom]) -> bool:
    """A heading with a note (担当：…) or tag right of it, well above the columns below: a band of its own."""
    lines = [line for a in sorted(row, key=lambda a: a.box.x0) for line in lines_of(a)[:1]]
    if len(lines) < 2 or len(lines) < len(row):
        return False
    title, *notes = lines
    boxed = {id(line) for a in row if isinstance(a.content, Frame) for line in a.content.lines}
    step = min(a.box.cy for a in following) - max(a.box.cy for a in row)
    smaller = all(
        note.size < title.size
        if id(note) in boxed
        else not is_bold(note) and (note.size < title.size or is_bold(title))
        for note in notes
    )
    return smaller and id(title) not in boxed and step > TITLE_STEP * max(note.size for note in notes)


def _without_tail(rows: Sequence[list[Atom]], first: int, last: int, gutters: Sequence[Gap]) -> int:
    """Leave out the rows below the right columns that belong to what follows, not to the left column."""
    edge = gutters[0][0]
    end = last
    while end > first + 1 and all(a.box.cx < edge for a in rows[end - 1]):
        end -= 1
    for k in range(end, last):
        above, here = rows[k - 1], rows[k]
        pitch = max(min(a.box.height for a in above), min(a.box.height for a in here))
        left = [a.box.y1 for row in rows[first:k] for a in row if a.box.cx < edge]
        gap = min(a.box.y0 for a in here) - max(left or [a.box.y1 for a in above])
        if gap > BLOCK_GAP * pitch or _size(here) > 1.1 * _size(above) or _is_bold(here) > _is_bold(above):
            return last if k == len(rows) - 1 and _may_head(here, rows[first:k]) else k
    return last


def _may_head(row: Sequence[Atom], above: Sequence[Sequence[Atom]]) -> bool:
    """Whether a row that nothing follows is a heading: it heads what stands on top of the next column."""
    sizes = sorted(a.content.size for r in above for a in r if isinstance(a.content, Line))
    lines = [a.content for a in row if isinstance(a.content, Line)]
    usual = sizes[len(sizes) // 2] if sizes else 0.0
    return len(row) == len(lines) == 1 and (_is_bold(row) or lines[0].size > 1.1 * usual)


def _size(row: Sequence[Atom]) -> float:
    return max((a.content.size for a in row if isinstance(a.content, Line)), default=0.0)


def _is_bold(row: Sequence[Atom]) -> bool:
    lines = [a.content for a in row if isinstance(a.content, Line)]
    return bool(lines) and all(is_bold(line) for line in lines)
