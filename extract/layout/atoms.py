"""What is read as one on a page: a line, a frame with what stands in it, or something placed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from extract.layout.frames import FRAME_SLACK, Frame
from extract.layout.marks import marks
from extract.layout.names import Names
from extract.layout.numbering import number_alone
from extract.layout.parts import Part, Region, union
from extract.layout.pieces import beside, join_marks
from extract.model import Box, Line

CORE = 0.2  # share of a line's height cut off above and below before asking whether lines stand in one row
FIELD_NAME = 6  # characters of the name of a field that no list has, between names that are known


class Atom(NamedTuple):
    box: Box
    top: float  # of its core
    bottom: float
    content: Line | Frame | Part


def atoms_of(frame: Frame, names: Names) -> list[Atom]:
    lines, frames = _with_number_boxes(frame)
    placed = frame.placed
    if not frame.tabbed:
        frames, placed = _with_tabs(frames, placed, names)
    upright = [line for line in lines if not line.vertical]
    atoms = [line_atom(line) for line in join_marks(upright)]
    atoms += [_solid(region.room, region) for region in _vertical([r for r in lines if r.vertical])]
    atoms += [_solid(f.box, f) for f in frames]
    atoms += [_solid(box, part) for box, part in placed]
    return atoms


def _with_tabs(
    frames: Sequence[Frame], placed: Sequence[tuple[Box, Part]], names: Names
) -> tuple[list[Frame], list[tuple[Box, Part]]]:
    """Frames and placed parts, each with the box of its name (目的) that sits on its top edge as one."""
    tabs = [f for f in frames if _is_tab(f, names)]
    joined: list[Frame] = []
    taken: set[int] = set()
    for tab in tabs:
        under: list[Frame | tuple[Box, Part]] = [f for f in frames if f not in tabs and _sits_on(tab, f.box)]
        under += [p for p in placed if _sits_on(tab, p[0])]
        if len(under) == 1 and id(under[0]) not in taken:
            body = under[0]
            taken |= {id(tab), id(body)}
            if isinstance(body, Frame):
                box = tab.box.union(body.box)
                joined.append(Frame(box, body.fill, body.outlined, tabbed=True, frames=[tab, body]))
            else:
                box = tab.box.union(body[0])
                joined.append(Frame(box, None, False, tabbed=True, frames=[tab], placed=[body]))
    return [*(f for f in frames if id(f) not in taken), *joined], [p for p in placed if id(p) not in taken]


def _is_tab(frame: Frame, names: Names) -> bool:
    return not (frame.frames or frame.placed) and is_name(frame.lines, names)


def _sits_on(tab: Frame, box: Box) -> bool:
    """Whether a tab touches the top edge of a box, within its width."""
    within = box.x0 - FRAME_SLACK <= tab.box.x0 and tab.box.x1 <= box.x1 + FRAME_SLACK
    return within and abs(box.y0 - tab.box.y1) < 2 * FRAME_SLACK


def _with_number_boxes(frame: Frame) -> tuple[list[Line], list[Frame]]:
    """A frame's lines and frames; a number in a small box of its own joins the line right of it.

    A word over the number (アクション / 1-2) is part of it, or, where it is nothing to number by, stays.
    """
    lines, frames = list(frame.lines), []
    for inner in frame.frames:
        number, word = _one_number(inner)
        near = [
            (line.box, i) for i, line in enumerate(lines) if line.box and _is_right_of(inner.box, line, lines)
        ]
        if number is None or not near:
            frames.append(inner)
            continue
        _, nearest = min(near)
        lines[nearest] = beside(number, lines[nearest])
        if word is not None:
            frames.append(replace(inner, lines=[word]))
    return lines, frames


def _one_number(frame: Frame) -> tuple[Line | None, Line | None]:
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


def _is_right_of(box: Box, line: Line, lines: Sequence[Line]) -> bool:
    """Whether a line, with those that go on below it, stands right of a box, level with its middle."""
    at = line.box
    if at is None or line.vertical or not box.holds(box.cx, at.cy):
        return False
    text = union(
        o.box
        for o in lines
        if o.box and abs(o.box.x0 - at.x0) < 1 and o.size == line.size and box.y0 < o.box.cy < box.y1
        if o.box.y0 >= at.y0
    )
    return -2 < at.x0 - box.x1 < 3 * line.size and abs(text.cy - box.cy) < 0.6 * line.size


def line_atom(line: Line) -> Atom:
    assert line.box is not None
    cut = CORE * line.box.height
    return Atom(line.box, line.box.y0 + cut, line.box.y1 - cut, line)


def _solid(box: Box, content: Frame | Part) -> Atom:
    cut = min(2.0, CORE * box.height)
    return Atom(box, box.y0 + cut, box.y1 - cut, content)


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


def lines_of(atom: Atom) -> list[Line]:
    """A line, or the lines of a frame that holds nothing else."""
    content = atom.content
    if isinstance(content, Frame):
        return [] if content.frames or content.placed else content.lines
    return [content] if isinstance(content, Line) else []


def is_name(lines: Sequence[Line], names: Names) -> bool:
    """Whether lines are a name, perhaps broken by hand in a narrow box: each part comes back, too."""
    texts = [line.text.strip() for line in lines]
    return 0 < len(texts) <= 3 and (names.names("".join(texts)) or all(map(names.is_part, texts)))


def name_of(atom: Atom) -> str:
    """The text of a line, or of a frame with nothing but a line; else nothing."""
    lines = lines_of(atom)
    return lines[0].text.strip() if len(lines) == 1 else ""


def heading_of(atom: Atom) -> str:
    """The name of an atom, or that on the tab of a box."""
    content = atom.content
    if isinstance(content, Frame) and content.tabbed:
        return "".join(line.text for line in content.frames[0].lines).strip()
    return name_of(atom)
