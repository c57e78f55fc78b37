"""Where text stands on a page: frames, columns, and the order in which they are read.

Everything on a page is an atom: a line, a frame (a drawn box with what stands in it), or something placed
(a table, a chart). Rows of atoms that share a gutter form a band, read column by column; an atom that
crosses the gutter ends the band. Frames are read the same way inside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from extract.layout.atoms import FIELD_NAME, Atom, atoms_of, is_name, line_atom, lines_of, name_of
from extract.layout.bands import Gap, bands_of, rows_of
from extract.layout.columns import Strip, crosses
from extract.layout.frames import Frame, frame_tree
from extract.layout.heads import are_values
from extract.layout.marks import marks
from extract.layout.names import NO_NAMES, Names
from extract.layout.numbering import numbered
from extract.layout.parts import Part, Region, union
from extract.layout.pieces import LABEL_LENGTH, beside, same_row
from extract.model import Box, Line, Page, Shape

PIECE_GAP = 4.0  # em between pieces of one line that no column explains


def find_regions(
    page: Page,
    lines: Sequence[Line],
    shapes: Sequence[Shape],
    placed: Sequence[tuple[Box, Part]] = (),
    room: Box | None = None,
    names: Names = NO_NAMES,
    strip: Strip | None = None,
) -> list[Part]:
    """Regions, tables and charts of a page in reading order; every line once.

    ``placed`` are tables, charts and regions found before, with their boxes. ``room`` is what the body of a
    page may fill, as the whole document shows (default: the box around the lines). ``names``: which texts
    name what stands below or beside them. ``strip``: between the two columns the page is set in.
    """
    boxes = [line.box for line in lines if line.box] + [box for box, _ in placed]
    if not boxes:
        return []
    if strip:  # a rule down between the columns is no part of a drawing
        shapes = [s for s in shapes if s.box.x0 < strip[0] or s.box.x1 > strip[1]]
    atoms, room = atoms_of(frame_tree(page, lines, shapes, placed), names), room or union(boxes)
    read = _read_columns(atoms, room, strip, names) if strip else _read(atoms, room, None, names)
    return _merged(list(read))


def _read_columns(atoms: Sequence[Atom], room: Box, strip: Strip, names: Names) -> Iterator[Part]:
    """Atoms of a page set in two columns: above, between and below what crosses the strip, one after the
    other."""
    across = [a for a in atoms if crosses(a.box, strip)]
    level = [[a for a in atoms if a is c or a.box.overlap_y(c.box) > 0.5 * a.box.height] for c in across]
    rows = sorted(level, key=lambda row: min(a.box.y0 for a in row))
    taken = {id(a) for row in rows for a in row}
    start = float("-inf")
    for row in [*rows, []]:
        end = min((a.box.cy for a in row), default=float("inf"))
        part = [a for a in atoms if id(a) not in taken and start <= a.box.cy < end]
        left = [a for a in part if a.box.cx < strip[1]]
        yield from _read(left, Box(room.x0, room.y0, strip[0], room.y1), None, names)
        right = [a for a in part if a.box.cx >= strip[1]]
        yield from _read(right, Box(strip[1], room.y0, room.x1, room.y1), None, names)
        yield from _read(row, room, None, names)
        start = end


def _merged(parts: Sequence[Part]) -> list[Part]:
    """Regions that follow each other in one room are one region."""
    merged: list[Part] = []
    for part in parts:
        last = merged[-1] if merged else None
        if (
            isinstance(part, Region)
            and isinstance(last, Region)
            and (part.room, part.fill, part.frame, part.kind) == (last.room, last.fill, last.frame, last.kind)
            and part.lines[0].vertical == last.lines[0].vertical
        ):
            merged[-1] = replace(last, lines=last.lines + part.lines)
        else:
            merged.append(part)
    return merged


def _read(atoms: list[Atom], room: Box, within: Frame | None, names: Names) -> Iterator[Part]:
    """Atoms of one frame or column in reading order."""
    for band, gutters in bands_of(rows_of(atoms), names):
        if not gutters:
            yield from _emit(sorted(band, key=lambda a: (a.box.y0, a.box.x0)), room, within, names)
        elif labels := _field_names(band, gutters[0][0], names):
            yield from _read_form(band, gutters, labels, room, within, names)
        elif _reads_across(band, gutters, names):
            yield from _emit(_across(band, names), room, within, names)
        elif len(gutters) > 1 and (side_label := _side_label(band, gutters[0])) is not None:
            yield from _emit([side_label], room, within, names)
            rest = [a for a in band if a is not side_label]
            yield from _read(rest, Box(gutters[0][1], room.y0, room.x1, room.y1), within, names)
        else:
            edges = [room.x0, *[x for gutter in gutters for x in gutter], room.x1]
            columns = range(0, len(edges), 2)
            for k in reversed(columns) if all(map(_runs_down, band)) else columns:
                left = gutters[k // 2 - 1][0] if k else float("-inf")
                right = gutters[k // 2][0] if k // 2 < len(gutters) else float("inf")
                column = [a for a in band if left < a.box.cx <= right]
                yield from _read(column, Box(edges[k], room.y0, edges[k + 1], room.y1), within, names)


def _read_form(
    band: Sequence[Atom], gutters: Sequence[Gap], labels: Sequence[Atom], room: Box, within: Frame | None,
    names: Names,
) -> Iterator[Part]:  # fmt: skip
    """Names of fields at the left, each before the texts beside it; then what stands beyond and below."""
    band, rest = _form_and_rest(band, gutters[0][0], labels)
    edge, side = _own_columns(band, gutters, names)
    tops = [*(label.top for label in labels[1:]), float("inf")]
    above, right = float("-inf"), min(edge, room.x1)
    for label, below in zip(labels, tops, strict=True):
        yield from _emit([label], room, within, names)
        texts = [a for a in band if a not in labels and a.box.cx <= edge and above <= a.box.cy < below]
        yield from _read(texts, Box(gutters[0][1], room.y0, right, room.y1), within, names)
        above = below
    yield from _read(side, Box(right, room.y0, room.x1, room.y1), within, names)
    yield from _read(rest, room, within, names)


def _runs_down(atom: Atom) -> bool:
    return isinstance(atom.content, Region) and atom.content.lines[0].vertical


def _emit(atoms: Iterable[Atom], room: Box, within: Frame | None, names: Names) -> Iterator[Part]:
    fill, frame = (within.fill, within.box) if within else (None, None)
    kind = within.kind if within else "text"
    for atom in atoms:
        content = atom.content
        if isinstance(content, Line):
            yield Region(room, (content,), fill, frame, kind)
        elif isinstance(content, Frame):
            inner = atoms_of(content, names)
            yield from _read(inner, _inner_room(content, inner), content, names)
        elif isinstance(content, Region) and content.kind == "text":
            yield replace(content, fill=fill, frame=frame, kind=kind)
        else:
            yield content


def _inner_room(frame: Frame, atoms: Sequence[Atom]) -> Box:
    """The frame without its padding, taken to be as wide right as left."""
    left = min(a.box.x0 for a in atoms)
    right = max(a.box.x1 for a in atoms)
    pad = max(0.0, left - frame.box.x0)
    return Box(left, frame.box.y0, max(right, frame.box.x1 - pad), frame.box.y1)


def _field_names(band: Sequence[Atom], edge: float, names: Names) -> list[Atom]:
    """Names of fields down the left column, each level with the text right of it; [] where it is no form."""
    left = sorted((a for a in band if a.box.cx <= edge), key=lambda a: a.top)
    right = [a for a in band if a.box.cx > edge]
    level = [any(r.box.y0 - 6 < a.box.cy < r.box.y1 + 6 for r in right) for a in left]
    mixed = False in level  # labels with their text right of them, then one with its text below
    left = left[: level.index(False)] if mixed else left
    if len(left) < (1 if mixed else 2):
        return []
    named = sum(is_name(lines_of(a), names) for a in left)
    lone = all(0 < len(name_of(a)) <= FIELD_NAME for a in left)
    return left if named == len(left) or (lone and named > 1 and named >= len(left) - 1) else []


def _form_and_rest(
    band: Sequence[Atom], edge: float, labels: Sequence[Atom]
) -> tuple[list[Atom], list[Atom]]:
    """The atoms of a form down to its last label, and what stands below it in the same columns."""
    below = [a.top for a in band if a.box.cx <= edge and a not in labels and a.top > labels[-1].top]
    end = min(below, default=float("inf"))
    return [a for a in band if a.top < end], [a for a in band if a.top >= end]


def _own_columns(band: Sequence[Atom], gutters: Sequence[Gap], names: Names) -> tuple[float, list[Atom]]:
    """The right edge of the texts beside the names of fields, and what stands beyond under its own names."""
    for left, _ in gutters[1:]:
        beyond = [a for a in band if a.box.cx > left]
        if any(names.names(name_of(a)) for a in beyond):
            return left, beyond
    return float("inf"), []


def _reads_across(band: Sequence[Atom], gutters: Sequence[Gap], names: Names) -> bool:
    """Short words left with their values right (担当課　市民課) are read row by row, as one row is.

    Prose in columns is not: its lines are long, and list items keep to their column.
    """
    if not all(isinstance(a.content, Line) for a in band):
        return False
    edge = gutters[0][0]
    left, right = [a for a in band if a.box.cx <= edge], [a for a in band if a.box.cx > edge]
    if _are_values(left, right, names):
        return True
    if len(left) == 1 and len(band) == 2:
        a, b = left[0].content, right[0].content
        return isinstance(a, Line) and isinstance(b, Line) and a.size == b.size and same_row(a, b, PIECE_GAP)
    words = [a.content.text.strip() for a in left if isinstance(a.content, Line)]
    if max(map(len, words)) > LABEL_LENGTH or any(map(marks().bullet.match, words)):
        return False
    both = _are_numbered(left) and _are_numbered(right)
    return not both and all(_has_beside(a, right) for a in left)


def _has_beside(atom: Atom, others: Sequence[Atom]) -> bool:
    return any(abs(atom.box.y1 - b.box.y1) < 0.35 * atom.box.height for b in others)


def _side_label(band: Sequence[Atom], gutter: Gap) -> Atom | None:
    """A box at the left of a band, alone in its column and level with all of it."""
    left = [a for a in band if a.box.cx <= gutter[0]]
    label = left[0] if len(left) == 1 and isinstance(left[0].content, Frame) else None
    level = label and all(label.box.y0 - 2 <= a.box.cy <= label.box.y1 + 2 for a in band)
    return label if level else None


def _are_values(left: Sequence[Atom], right: Sequence[Atom], names: Names) -> bool:
    """Whether every name at the left has values beside it, alone or labelled: 現状 12件　目標 40件."""
    texts = [a.content.text.strip() for a in right if isinstance(a.content, Line)]
    labelled = [
        names.words.heads(re.split(r"[\s　:：]", t)[0]) and re.search(r"[0-9０-９]", t) for t in texts
    ]
    rows = [[b for b in right if abs(a.box.cy - b.box.cy) < 0.5 * a.box.height] for a in left]
    named = not any(are_values(a.content.text) for a in left if isinstance(a.content, Line))
    told = all(labelled) or (named and all(map(are_values, texts)))
    return told and all(rows) and sum(map(len, rows)) == len(right)


def _are_numbered(atoms: Sequence[Atom]) -> bool:
    """Items of a list: most lines begin with a number."""
    texts = [a.content.text.strip() for a in atoms if isinstance(a.content, Line)]
    return len(texts) > 1 and sum(numbered(t) is not None for t in texts) >= 0.6 * len(texts)


def _across(band: Sequence[Atom], names: Names) -> list[Atom]:
    """The rows of a band, each joined to one line; the name of a field (概要) stays a line of its own."""
    joined: list[Atom] = []
    for row in rows_of(list(band)):
        parts = [a.content for a in sorted(row, key=lambda a: a.box.x0) if isinstance(a.content, Line)]
        whole: list[Line] = []
        for left, part in zip([None, *parts], parts, strict=False):
            apart = left is None or any(names.names(piece.text) for piece in (left, part))
            whole = [*whole, part] if apart else [*whole[:-1], beside(whole[-1], part)]
        joined += map(line_atom, whole)
    return joined
