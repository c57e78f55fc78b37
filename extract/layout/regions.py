"""Where text stands on a page: frames, columns, and the order in which they are read.

Everything on a page is an atom: a line, a frame (a drawn box with what stands in it), or something placed
(a table, a chart). Rows of atoms that share a gutter form a band, read column by column; an atom that
crosses the gutter ends the band. Frames are read the same way inside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal, NamedTuple

from extract.layout.marks import marks
from extract.layout.names import NO_NAMES, Names
from extract.layout.numbering import number_alone, numbered
from extract.model import WHITE, Box, ChartItem, Image, Line, Page, Run, Shape, TableItem
from normalize.frozen import frozen

CORE = 0.2  # share of a line's height cut off above and below before asking whether lines stand in one row
GUTTER = 4.0  # points between columns; lines arrive cut at wide gaps already
FRAME_SLACK = 3.0  # points by which text may stick out of its frame
PAGE_SHARE = 0.85  # a shape with this share of the page is its background
SOLIDITY = 0.45  # area of a polygon within its box, below which it is no box (an ellipse by end points: 0.5)
MARK_GAP = 8.0  # em between a bullet or number and its text
PIECE_GAP = 4.0  # em between pieces of one line that no column explains
FIGURE_GAP = 16.0  # points between the shapes of one drawing
FIGURE_SHAPES = 6
FIGURE_LABELS = 3
LABEL_LENGTH = 12  # characters of a chart's labels, on average
LABEL_GAP = 1.6  # em from a letter of a name to the text behind it, in one style
LABEL_SPACE = 0.3  # em between the name of a field and its text on one line, where their styles differ
TITLE_STEP = 2.2  # em from a heading's row to the columns below it
FIELD_NAME = 6  # characters of the name of a field that no list has, between names that are known
BLOCK_GAP = 1.7  # line pitches; a larger gap ends a column's text


@frozen
class Region:
    """Lines read straight down (vertical text: right to left) in the room they could fill."""

    room: Box
    lines: tuple[Line, ...]
    fill: int | None = None
    frame: Box | None = None  # the box drawn around them
    kind: Literal["text", "figure", "toc", "footnote"] = "text"


Part = Region | TableItem | ChartItem


@dataclass(slots=True)
class _Frame:
    box: Box
    fill: int | None
    outlined: bool
    kind: Literal["text", "figure"] = "text"
    plain: bool = False  # white without an outline: a box only where it lies on a coloured one
    tabbed: bool = False  # the name of a field and the box or table right under it, as one
    lines: list[Line] = field(default_factory=list)
    frames: list[_Frame] = field(default_factory=list)
    placed: list[tuple[Box, Part]] = field(default_factory=list)


class _Atom(NamedTuple):
    box: Box
    top: float  # of its core
    bottom: float
    content: Line | _Frame | Part


def find_regions(
    page: Page,
    lines: Sequence[Line],
    shapes: Sequence[Shape],
    placed: Sequence[tuple[Box, Part]] = (),
    room: Box | None = None,
    names: Names = NO_NAMES,
) -> list[Part]:
    """Regions, tables and charts of a page in reading order; every line once.

    ``placed`` are tables, charts and regions found before, with their boxes. ``room`` is what the body of a
    page may fill, as the whole document shows (default: the box around the lines). ``names``: which texts
    name what stands below or beside them.
    """
    boxes = [line.box for line in lines if line.box] + [box for box, _ in placed]
    if not boxes:
        return []
    root = _frame_tree(page, lines, shapes, placed)
    return _merged(list(_read(_atoms(root, names), room or union(boxes), None, names)))


def union(boxes: Iterable[Box]) -> Box:
    x0s, y0s, x1s, y1s = zip(*boxes, strict=True)
    return Box(min(x0s), min(y0s), max(x1s), max(y1s))


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


# --- frames -------------------------------------------------------------------------------------------


def _frame_tree(
    page: Page, lines: Sequence[Line], shapes: Sequence[Shape], placed: Sequence[tuple[Box, Part]]
) -> _Frame:
    """The page as a frame that holds frames, each line in the smallest frame around it."""
    candidates = _frames(page, shapes)
    free: list[Line] = []
    for line in lines:
        frame = next((f for f in candidates if _holds(f.box, line) and _shows(f, candidates)), None)
        (frame.lines if frame else free).append(line)
    for area in _drawings(page, shapes, candidates):
        frame = next((f for f in candidates if f.lines and _fills(area, f.box)), None)
        inside = frame.lines if frame else _labels_in(_grown(area, FIGURE_GAP), free)
        if not _is_scattered(inside):
            continue
        if frame:
            frame.kind = "figure"
            continue
        candidates.append(_Frame(_grown(area, FIGURE_GAP), None, False, "figure", lines=inside))
        taken = set(map(id, inside))
        free = [line for line in free if id(line) not in taken]
    used = sorted((f for f in candidates if f.lines), key=lambda f: f.box.width * f.box.height)
    root = _Frame(Box(0, 0, page.width, page.height), None, False, lines=free)
    for i, frame in enumerate(used):
        parent = next((f for f in used[i + 1 :] if _contains(f.box, frame.box)), root)
        parent.frames.append(frame)
        if frame.fill is None:
            frame.fill = parent.fill
    for box, part in placed:
        parent = next((f for f in used if f.kind == "text" and _contains(f.box, box)), root)
        parent.placed.append((box, part))
    return root


def _frames(page: Page, shapes: Sequence[Shape]) -> list[_Frame]:
    """Drawn boxes that may hold text, smallest first; of two alike the one drawn last."""
    frames: dict[tuple[int, int, int, int], _Frame] = {}
    background = PAGE_SHARE * page.width * page.height
    for shape in shapes:
        box = shape.box
        if shape.kind == "line" or box.width < 12 or box.height < 7:
            continue
        if shape.fill is None and shape.stroke is None:
            continue
        if box.width * box.height > (background if shape.fill is not None else background / 2):
            continue  # the ground of the page, or a border drawn around its text
        if shape.kind == "polygon" and _area(shape.points) < SOLIDITY * box.width * box.height:
            continue
        key = (round(box.x0), round(box.y0), round(box.x1), round(box.y1))
        before = frames.pop(key, None)
        fill = shape.fill if shape.fill is not None else before.fill if before else None
        outlined = shape.stroke is not None or bool(before and before.outlined)
        plain = not outlined and fill in (None, WHITE)
        frames[key] = _Frame(box, fill, outlined, plain=plain)
    kept = _stacked(list(frames.values()))
    kept.reverse()
    return sorted(kept, key=lambda f: f.box.width * f.box.height)


def _shows(frame: _Frame, frames: Sequence[_Frame]) -> bool:
    return not frame.plain or any(not f.plain and _contains(f.box, frame.box) for f in frames)


def _stacked(frames: list[_Frame]) -> list[_Frame]:
    """Join fills drawn line by line under one shaded paragraph."""
    joined: list[_Frame] = []
    for frame in sorted(frames, key=lambda f: (f.box.x0, f.box.y0)):
        last = joined[-1] if joined else None
        if (
            last
            and not (frame.outlined or last.outlined)
            and frame.fill == last.fill
            and abs(frame.box.x0 - last.box.x0) < 1
            and abs(frame.box.x1 - last.box.x1) < 1
            and -1 < frame.box.y0 - last.box.y1 < 1
        ):
            last.box = last.box.union(frame.box)
        else:
            joined.append(frame)
    order = {id(f): i for i, f in enumerate(frames)}
    return sorted(joined, key=lambda f: order[id(f)])


def _area(points: Sequence[tuple[float, float]]) -> float:
    """Area of a polygon (shoelace formula)."""
    following = [*points[1:], *points[:1]]
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(points, following, strict=True))) / 2


def _holds(frame: Box, line: Line) -> bool:
    box = line.box
    return (
        box is not None
        and frame.y0 <= box.cy <= frame.y1
        and frame.x0 - FRAME_SLACK <= box.x0
        and box.x1 <= frame.x1 + FRAME_SLACK
        and frame.y0 - box.height / 2 <= box.y0
        and box.y1 <= frame.y1 + box.height / 2
    )


def _contains(outer: Box, inner: Box) -> bool:
    s = FRAME_SLACK
    return (
        outer.x0 - s <= inner.x0
        and inner.x1 <= outer.x1 + s
        and outer.y0 - s <= inner.y0
        and inner.y1 <= outer.y1 + s
    )


def _drawings(page: Page, shapes: Sequence[Shape], frames: Sequence[_Frame]) -> Iterator[Box]:
    """Where pictures and drawings stand that may have labels over them."""
    held = {f.box[:2] for f in frames if f.lines}
    drawn = [
        s
        for s in shapes
        if s.box.width < 0.9 * page.width and s.box.height < 0.8 * page.height and s.box[:2] not in held
    ]
    areas = [union(s.box for s in group) for group in _clusters(drawn) if _is_drawing(group)]
    areas += [image.box for image in page.images if _is_picture(page, image)]
    for area in areas:
        if area.width >= 40 and area.height >= 30:
            yield area


def _fills(area: Box, frame: Box) -> bool:
    return _contains(frame, area) and area.width > 0.5 * frame.width and area.height > 0.4 * frame.height


def _labels_in(area: Box, lines: Sequence[Line]) -> list[Line]:
    inside = [line for line in lines if line.box and area.holds(line.box.cx, line.box.cy)]
    return [line for line in inside if not marks().caption.match(line.text.strip())]


def _is_scattered(lines: Sequence[Line]) -> bool:
    """Several short words: the labels of a drawing, not text."""
    words = [word for line in lines for word in line.text.split()]
    return len(words) >= FIGURE_LABELS and sum(map(len, words)) <= LABEL_LENGTH * len(words)


def _is_drawing(shapes: Sequence[Shape]) -> bool:
    """Upright lines join a drawing's parts, but alone they are rules of a table as often as axes."""
    return sum(min(s.box.width, s.box.height) >= 2.5 for s in shapes) >= FIGURE_SHAPES / 2


def _is_picture(page: Page, image: Image) -> bool:
    return image.box.width * image.box.height < 0.7 * page.width * page.height


def _grown(box: Box, by: float) -> Box:
    return Box(box.x0 - by, box.y0 - by, box.x1 + by, box.y1 + by)


def _clusters(shapes: Sequence[Shape]) -> list[list[Shape]]:
    """Shapes nearer than FIGURE_GAP to each other, by cutting at white strips, twice each way."""
    groups = [list(shapes)] if shapes else []
    for low, high in ((1, 3), (0, 2), (1, 3), (0, 2)):
        cut: list[list[Shape]] = []
        for group in groups:
            group.sort(key=lambda s: s.box[low])
            end = float("-inf")
            for shape in group:
                if shape.box[low] > end + FIGURE_GAP:
                    cut.append([])
                cut[-1].append(shape)
                end = max(end, shape.box[high])
        groups = [group for group in cut if len(group) >= FIGURE_SHAPES]
    return groups


# --- atoms --------------------------------------------------------------------------------------------


def _atoms(frame: _Frame, names: Names) -> list[_Atom]:
    lines, frames = _with_number_boxes(frame)
    placed = frame.placed
    if not frame.tabbed:
        frames, placed = _with_tabs(frames, placed, names)
    upright = [line for line in lines if not line.vertical]
    atoms = [_line_atom(line) for line in join_marks(upright)]
    atoms += [_solid(region.room, region) for region in _vertical([r for r in lines if r.vertical])]
    atoms += [_solid(f.box, f) for f in frames]
    atoms += [_solid(box, part) for box, part in placed]
    return atoms


def _with_tabs(
    frames: Sequence[_Frame], placed: Sequence[tuple[Box, Part]], names: Names
) -> tuple[list[_Frame], list[tuple[Box, Part]]]:
    """Frames and placed parts, each with the box of its name (目的) that sits on its top edge as one."""
    tabs = [f for f in frames if _is_tab(f, names)]
    joined: list[_Frame] = []
    taken: set[int] = set()
    for tab in tabs:
        under: list[_Frame | tuple[Box, Part]] = [f for f in frames if f not in tabs and _sits_on(tab, f.box)]
        under += [p for p in placed if _sits_on(tab, p[0])]
        if len(under) == 1 and id(under[0]) not in taken:
            body = under[0]
            taken |= {id(tab), id(body)}
            if isinstance(body, _Frame):
                box = tab.box.union(body.box)
                joined.append(_Frame(box, body.fill, body.outlined, tabbed=True, frames=[tab, body]))
            else:
                box = tab.box.union(body[0])
                joined.append(_Frame(box, None, False, tabbed=True, frames=[tab], placed=[body]))
    return [*(f for f in frames if id(f) not in taken), *joined], [p for p in placed if id(p) not in taken]


def _is_tab(frame: _Frame, names: Names) -> bool:
    return not (frame.frames or frame.placed) and _is_name(frame.lines, names)


def _sits_on(tab: _Frame, box: Box) -> bool:
    """Whether a tab touches the top edge of a box, within its width."""
    within = box.x0 - FRAME_SLACK <= tab.box.x0 and tab.box.x1 <= box.x1 + FRAME_SLACK
    return within and abs(box.y0 - tab.box.y1) < 2 * FRAME_SLACK


def _with_number_boxes(frame: _Frame) -> tuple[list[Line], list[_Frame]]:
    """A frame's lines and frames; a number in a small box of its own joins the line right of it.

    A word over the number (アクション / 1-2) is part of it, or, where it is nothing to number by, stays.
    """
    lines, frames = list(frame.lines), []
    for inner in frame.frames:
        number, word = _one_number(inner)
        near = [(line.box, i) for i, line in enumerate(lines) if line.box and _is_right_of(inner.box, line)]
        if number is None or not near:
            frames.append(inner)
            continue
        _, nearest = min(near)
        lines[nearest] = beside(number, lines[nearest])
        if word is not None:
            frames.append(replace(inner, lines=[word]))
    return lines, frames


def _one_number(frame: _Frame) -> tuple[Line | None, Line | None]:
    """The number in a box that holds nothing else, and a word above it that is none of it."""
    if frame.frames or not 1 <= len(frame.lines) <= 2:
        return None, None
    lines = sorted(frame.lines, key=lambda line: line.box.y0 if line.box else 0.0)
    texts = [line.text.strip() for line in lines]
    if _is_number("".join(texts)):
        runs = tuple(run for line in lines for run in line.runs)
        return replace(lines[0], runs=runs, box=union(line.box for line in lines if line.box)), None
    if len(lines) == 2 and len(texts[0]) <= FIELD_NAME and _is_number(texts[1]):
        return lines[1], lines[0]
    return None, None


def _is_number(text: str) -> bool:
    """A number and nothing else: 1-2, ③, 施策01."""
    if marks().mark_only.fullmatch(text):
        return True
    return number_alone(text) is not None


def _is_right_of(box: Box, line: Line) -> bool:
    other = line.box
    if other is None or line.vertical:
        return False
    return -2 < other.x0 - box.x1 < 3 * line.size and abs(other.cy - box.cy) < 0.6 * line.size


def _line_atom(line: Line) -> _Atom:
    assert line.box is not None
    cut = CORE * line.box.height
    return _Atom(line.box, line.box.y0 + cut, line.box.y1 - cut, line)


def _solid(box: Box, content: _Frame | Part) -> _Atom:
    cut = min(2.0, CORE * box.height)
    return _Atom(box, box.y0 + cut, box.y1 - cut, content)


def join_marks(lines: Sequence[Line]) -> list[Line]:
    """Join a bullet or number that stands alone with the text right of it."""
    ordered = sorted(lines, key=lambda r: r.box.x0 if r.box else 0.0)
    joined: dict[int, Line] = {}
    gone: set[int] = set()
    for i, line in enumerate(ordered):
        text = line.text.strip()
        if line.box is None or len(text) > 5 or not marks().mark_only.fullmatch(text):
            continue
        right = next((o for o in ordered[i + 1 :] if _same_row(line, o, MARK_GAP)), None)
        if right is not None and id(right) not in joined:
            joined[id(line)] = beside(line, right)
            gone.add(id(right))
    return [joined.get(id(line), line) for line in lines if id(line) not in gone]


def split_labels(page: Page, names: Names) -> Page:
    """The page with the name of a field (概要) and its text, set apart a little on one line, as two lines."""
    return replace(page, lines=tuple(part for line in page.lines for part in _label_and_text(line, names)))


def _label_and_text(line: Line, names: Names) -> list[Line]:
    for runs in _halves(line):
        if names.names("".join(run.text for run in runs[0])):
            boxes = [union(run.box for run in half if run.box) for half in runs]
            return [replace(line, runs=half, box=box) for half, box in zip(runs, boxes, strict=True)]
    return [line]


def leads(line: Line) -> Iterator[str]:
    """What stands at a line's head before it goes on in another style or behind a gap: perhaps a name."""
    for head, _ in _halves(line):
        yield "".join(run.text for run in head)


def _halves(line: Line) -> Iterator[tuple[tuple[Run, ...], tuple[Run, ...]]]:
    """A line cut in two where its style changes or its characters stand apart, not far from its head."""
    if line.vertical or any(run.box is None or len(run.xs) != len(run.text) + 1 for run in line.runs):
        return
    seen = 0
    for i, run in enumerate(line.runs):
        assert run.box is not None
        before = line.runs[i - 1] if i else None
        if before is not None and before.box is not None:
            alike = (run.bold, run.color, run.font) == (before.bold, before.color, before.font)
            if not alike and run.box.x0 - before.box.x1 >= LABEL_SPACE * before.size:
                yield line.runs[:i], line.runs[i:]
        for n in range(1, min(len(run.text), LABEL_LENGTH - seen)):
            if run.xs[n] - run.xs[n - 1] >= LABEL_GAP * run.size and not run.text[n - 1].isspace():
                left, right = _cut(run, n)
                yield (*line.runs[:i], left), (right, *line.runs[i + 1 :])
        seen += len(run.text)
        if seen >= LABEL_LENGTH:
            return


def _cut(run: Run, n: int) -> tuple[Run, Run]:
    """A run as the one of its first n characters and the rest."""
    assert run.box is not None
    end = run.xs[n - 1] + run.size
    left = replace(
        run, text=run.text[:n], xs=(*run.xs[:n], end), box=Box(run.box.x0, run.box.y0, end, run.box.y1)
    )
    box = Box(run.xs[n], run.box.y0, run.box.x1, run.box.y1)
    return left, replace(run, text=run.text[n:], xs=run.xs[n:], box=box)


def _same_row(left: Line, right: Line, reach: float) -> bool:
    a, b = left.box, right.box
    if a is None or b is None:
        return False
    em = max(left.size, right.size)
    return abs(a.y1 - b.y1) < 0.35 * em and -0.5 * em < b.x0 - a.x1 < reach * em


def beside(left: Line, right: Line) -> Line:
    """One line of two pieces, the gap between them a full-width space."""
    assert left.box is not None
    assert right.box is not None
    box = left.box.union(right.box)
    edges = (left.box.x1, right.box.x0)
    gap = Run("　", Box(edges[0], box.y0, edges[1], box.y1), edges, size=right.size)
    return replace(left, runs=(*left.runs, gap, *right.runs), box=box)


def _vertical(lines: Sequence[Line]) -> Iterator[Region]:
    """Vertical lines that stand side by side, right to left."""
    group: list[Line] = []
    for line in sorted(lines, key=lambda r: -(r.box.x0 if r.box else 0.0)):
        last = group[-1] if group else None
        if last and last.box and line.box:
            near = last.box.x0 - line.box.x1 < 2 * max(line.size, last.size)
            if not (near and last.box.overlap_y(line.box)):
                yield _column(group)
                group = []
        group.append(line)
    if group:
        yield _column(group)


def _column(group: list[Line]) -> Region:
    return Region(union(line.box for line in group if line.box), tuple(group))


# --- reading order ------------------------------------------------------------------------------------


def _read(atoms: list[_Atom], room: Box, within: _Frame | None, names: Names) -> Iterator[Part]:
    """Atoms of one frame or column in reading order."""
    for band, gutters in _bands(_rows(atoms), names):
        if not gutters:
            yield from _emit(sorted(band, key=lambda a: (a.box.y0, a.box.x0)), room, within, names)
        elif labels := _field_names(band, gutters[0][0], names):
            band, rest = _form_and_rest(band, gutters[0][0], labels)
            edge, side = _own_columns(band, gutters, names)
            tops = [*(label.top for label in labels[1:]), float("inf")]
            above = float("-inf")
            for label, below in zip(labels, tops, strict=True):
                yield from _emit([label], room, within, names)
                texts = [
                    a for a in band if a not in labels and a.box.cx <= edge and above <= a.box.cy < below
                ]
                yield from _read(
                    texts, Box(gutters[0][1], room.y0, min(edge, room.x1), room.y1), within, names
                )
                above = below
            yield from _read(side, Box(min(edge, room.x1), room.y0, room.x1, room.y1), within, names)
            yield from _read(rest, room, within, names)
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


def _runs_down(atom: _Atom) -> bool:
    return isinstance(atom.content, Region) and atom.content.lines[0].vertical


def _emit(atoms: Iterable[_Atom], room: Box, within: _Frame | None, names: Names) -> Iterator[Part]:
    fill, frame = (within.fill, within.box) if within else (None, None)
    kind = within.kind if within else "text"
    for atom in atoms:
        content = atom.content
        if isinstance(content, Line):
            yield Region(room, (content,), fill, frame, kind)
        elif isinstance(content, _Frame):
            inner = _atoms(content, names)
            yield from _read(inner, _inner_room(content, inner), content, names)
        elif isinstance(content, Region) and content.kind == "text":
            yield replace(content, fill=fill, frame=frame, kind=kind)
        else:
            yield content


def _inner_room(frame: _Frame, atoms: Sequence[_Atom]) -> Box:
    """The frame without its padding, taken to be as wide right as left."""
    left = min(a.box.x0 for a in atoms)
    right = max(a.box.x1 for a in atoms)
    pad = max(0.0, left - frame.box.x0)
    return Box(left, frame.box.y0, max(right, frame.box.x1 - pad), frame.box.y1)


def _rows(atoms: list[_Atom]) -> list[list[_Atom]]:
    """Atoms whose cores overlap in height stand in one row."""
    rows: list[list[_Atom]] = []
    bottom = float("-inf")
    for atom in sorted(atoms, key=lambda a: a.top):
        if atom.top >= bottom:
            rows.append([])
        rows[-1].append(atom)
        bottom = max(bottom, atom.bottom) if len(rows[-1]) > 1 else atom.bottom
    return rows


Gap = tuple[float, float]


def _gaps(row: Sequence[_Atom]) -> list[Gap]:
    """White strips between the atoms of a row."""
    gaps: list[Gap] = []
    ordered = sorted(row, key=lambda a: a.box.x0)
    end = ordered[0].box.x1
    for atom in ordered[1:]:
        width = 0.0 if isinstance(atom.content, _Frame) else GUTTER
        if atom.box.x0 - end >= width - 0.5:
            gaps.append((min(end, atom.box.x0), atom.box.x0))
        end = max(end, atom.box.x1)
    return gaps


def _narrowed(gutters: Sequence[Gap], row: Sequence[_Atom]) -> list[Gap]:
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


def _bands(rows: Sequence[list[_Atom]], names: Names) -> Iterator[tuple[list[_Atom], list[Gap]]]:
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


def _gutters(rows: Sequence[list[_Atom]], gutters: list[Gap]) -> list[Gap]:
    for row in rows[1:]:
        gutters = _narrowed(gutters, row)
    return gutters


def _begins_band(row: Sequence[_Atom], above: Sequence[Sequence[_Atom]], names: Names) -> bool:
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
    tops = [first.box.y0 for first in firsts]
    heads = [name for first in firsts if names.names(name := _heading_of(first))]
    if len(heads) > 1 and len(set(heads)) == 1:
        return False
    if all(isinstance(first.content, _Frame) for first in firsts) and max(tops) - min(tops) < 4:
        return not _go_under(firsts, above[-1]) and all(
            _fills_column(first.box, left, right, above)
            for first, (left, right) in zip(firsts, pairwise(edges), strict=True)
        )
    label = columns[0][0] if len(columns[0]) == 1 else None
    return (
        label is not None
        and isinstance(label.content, _Frame)
        and all(label.box.y0 - 2 <= a.box.cy <= label.box.y1 + 2 for a in row)
    )


def _is_label_below_boxes(row: Sequence[_Atom], above: Sequence[_Atom], names: Names) -> bool:
    """Whether a row is the name of a field, right below boxes of one height: it goes on under all of them."""
    label = row[0].content
    named = len(row) == 1 and isinstance(label, Line) and names.names(label.text)
    level = len(above) > 1 and all(isinstance(a.content, _Frame) for a in above)
    return (
        named
        and level
        and all(
            max(edge) - min(edge) < 4 for edge in zip(*((a.box.y0, a.box.y1) for a in above), strict=True)
        )
    )


def _go_under(boxes: Sequence[_Atom], above: Sequence[_Atom]) -> bool:
    """Whether every box touches one as wide above it, a single line on a ground of its own: its name."""
    names = [a.content for a in above if isinstance(a.content, _Frame) and len(a.content.lines) == 1]
    return all(
        isinstance(b.content, _Frame)
        and any(
            abs(name.box.x0 - b.box.x0) < FRAME_SLACK
            and abs(name.box.x1 - b.box.x1) < FRAME_SLACK
            and abs(b.box.y0 - name.box.y1) < FRAME_SLACK
            and name.fill not in (None, WHITE, b.content.fill)
            for name in names
        )
        for b in boxes
    )


def _fills_column(box: Box, left: float, right: float, rows: Sequence[Sequence[_Atom]]) -> bool:
    """Whether a box is at least half as wide as what stands above it in its column."""
    column = [a.box for row in rows for a in row if left <= a.box.x0 < right]
    return not column or box.width >= 0.5 * union(column).width


def _is_title_row(row: Sequence[_Atom], following: Sequence[_Atom]) -> bool:
    """A heading with a note (担当：…) or tag right of it, well above the columns below: a band of its own."""
    lines = [line for a in sorted(row, key=lambda a: a.box.x0) for line in _lines_of(a)[:1]]
    if len(lines) < 2 or len(lines) < len(row):
        return False
    title, *notes = lines
    boxed = {id(line) for a in row if isinstance(a.content, _Frame) for line in a.content.lines}
    step = min(a.box.cy for a in following) - max(a.box.cy for a in row)
    smaller = all(
        note.size < title.size
        if id(note) in boxed
        else not is_bold(note) and (note.size < title.size or is_bold(title))
        for note in notes
    )
    return smaller and id(title) not in boxed and step > TITLE_STEP * max(note.size for note in notes)


def _without_tail(rows: Sequence[list[_Atom]], first: int, last: int, gutters: Sequence[Gap]) -> int:
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
            return k
    return last


def _size(row: Sequence[_Atom]) -> float:
    return max((a.content.size for a in row if isinstance(a.content, Line)), default=0.0)


def _is_bold(row: Sequence[_Atom]) -> bool:
    lines = [a.content for a in row if isinstance(a.content, Line)]
    return bool(lines) and all(is_bold(line) for line in lines)


def is_bold(line: Line) -> bool:
    return all(run.bold for run in line.runs if run.text.strip())


def _field_names(band: Sequence[_Atom], edge: float, names: Names) -> list[_Atom]:
    """Names of fields down the left column, each level with the text right of it; [] where it is no form."""
    left = sorted((a for a in band if a.box.cx <= edge), key=lambda a: a.top)
    right = [a for a in band if a.box.cx > edge]
    level = [any(r.box.y0 - 6 < a.box.cy < r.box.y1 + 6 for r in right) for a in left]
    mixed = False in level  # labels with their text right of them, then one with its text below
    left = left[: level.index(False)] if mixed else left
    if len(left) < (1 if mixed else 2):
        return []
    named = sum(_is_name(_lines_of(a), names) for a in left)
    lone = all(0 < len(_name_of(a)) <= FIELD_NAME for a in left)
    return left if named == len(left) or (lone and named > 1 and named >= len(left) - 1) else []


def _form_and_rest(
    band: Sequence[_Atom], edge: float, labels: Sequence[_Atom]
) -> tuple[list[_Atom], list[_Atom]]:
    """The atoms of a form down to its last label, and what stands below it in the same columns."""
    below = [a.top for a in band if a.box.cx <= edge and a not in labels and a.top > labels[-1].top]
    end = min(below, default=float("inf"))
    return [a for a in band if a.top < end], [a for a in band if a.top >= end]


def _lines_of(atom: _Atom) -> list[Line]:
    """A line, or the lines of a frame that holds nothing else."""
    content = atom.content
    if isinstance(content, _Frame):
        return [] if content.frames or content.placed else content.lines
    return [content] if isinstance(content, Line) else []


def _is_name(lines: Sequence[Line], names: Names) -> bool:
    """Whether lines are a name, perhaps broken by hand in a narrow box: each part comes back, too."""
    texts = [line.text.strip() for line in lines]
    return 0 < len(texts) <= 3 and (names.names("".join(texts)) or all(map(names.is_part, texts)))


def _name_of(atom: _Atom) -> str:
    """The text of a line, or of a frame with nothing but a line; else nothing."""
    lines = _lines_of(atom)
    return lines[0].text.strip() if len(lines) == 1 else ""


def _heading_of(atom: _Atom) -> str:
    """The name of an atom, or that on the tab of a box."""
    content = atom.content
    if isinstance(content, _Frame) and content.tabbed:
        return "".join(line.text for line in content.frames[0].lines).strip()
    return _name_of(atom)


def _own_columns(band: Sequence[_Atom], gutters: Sequence[Gap], names: Names) -> tuple[float, list[_Atom]]:
    """The right edge of the texts beside the names of fields, and what stands beyond under its own names."""
    for left, _ in gutters[1:]:
        beyond = [a for a in band if a.box.cx > left]
        if any(names.names(_name_of(a)) for a in beyond):
            return left, beyond
    return float("inf"), []


def _reads_across(band: Sequence[_Atom], gutters: Sequence[Gap], names: Names) -> bool:
    """Short words left with their values right (担当課　市民課) are read row by row, as one row is.

    Prose in columns is not: its lines are long, and list items keep to their column.
    """
    if not all(isinstance(a.content, Line) for a in band):
        return False
    edge = gutters[0][0]
    left = [a for a in band if a.box.cx <= edge]
    right = [a for a in band if a.box.cx > edge]
    words = [a.content.text.strip() for a in left if isinstance(a.content, Line)]
    if _are_values(left, right, names):
        return True
    if len(left) == 1 and len(band) == 2:
        a, b = left[0].content, right[0].content
        return isinstance(a, Line) and isinstance(b, Line) and a.size == b.size and _same_row(a, b, PIECE_GAP)
    if max(map(len, words)) > LABEL_LENGTH or any(marks().bullet.match(w) for w in words):
        return False
    if all(_are_numbered(side) for side in (left, right)):
        return False
    return all(any(abs(a.box.y1 - b.box.y1) < 0.35 * a.box.height for b in right) for a in left)


def _side_label(band: Sequence[_Atom], gutter: Gap) -> _Atom | None:
    """A box at the left of a band, alone in its column and level with all of it."""
    left = [a for a in band if a.box.cx <= gutter[0]]
    label = left[0] if len(left) == 1 and isinstance(left[0].content, _Frame) else None
    level = label and all(label.box.y0 - 2 <= a.box.cy <= label.box.y1 + 2 for a in band)
    return label if level else None


def _are_values(left: Sequence[_Atom], right: Sequence[_Atom], names: Names) -> bool:
    """Whether every name at the left has values beside it, labelled: 現状 12件　目標 40件."""
    texts = [a.content.text.strip() for a in right if isinstance(a.content, Line)]
    labelled = [
        names.words.heads(re.split(r"[\s　:：]", t)[0]) and re.search(r"[0-9０-９]", t) for t in texts
    ]
    rows = [[b for b in right if abs(a.box.cy - b.box.cy) < 0.5 * a.box.height] for a in left]
    return all(labelled) and all(rows) and sum(map(len, rows)) == len(right)


def _are_numbered(atoms: Sequence[_Atom]) -> bool:
    """Items of a list: most lines begin with a number."""
    texts = [a.content.text.strip() for a in atoms if isinstance(a.content, Line)]
    return len(texts) > 1 and sum(numbered(t) is not None for t in texts) >= 0.6 * len(texts)


def _across(band: Sequence[_Atom], names: Names) -> list[_Atom]:
    """The rows of a band, each joined to one line; the name of a field (概要) stays a line of its own."""
    joined: list[_Atom] = []
    for row in _rows(list(band)):
        parts = [a.content for a in sorted(row, key=lambda a: a.box.x0) if isinstance(a.content, Line)]
        whole: list[Line] = []
        for left, part in zip([None, *parts], parts, strict=False):
            apart = left is None or any(names.names(piece.text) for piece in (left, part))
            whole = [*whole, part] if apart else [*whole[:-1], beside(whole[-1], part)]
        joined += map(_line_atom, whole)
    return joined
