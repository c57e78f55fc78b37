"""Lines put together and taken apart: a mark and its text, a name and what stands behind it on one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from extract.layout.marks import marks
from extract.layout.names import Names
from extract.layout.parts import union
from extract.model import Box, Line, Page, Run

MARK_GAP = 8.0  # em between a bullet or number and its text
LABEL_LENGTH = 12  # characters of a chart's labels, on average
LABEL_GAP = 1.6  # em from a letter of a name to the text behind it, in one style
LABEL_SPACE = 0.25  # em between the name of a field and its text on one line, where their styles differ


def join_marks(lines: Sequence[Line]) -> list[Line]:
    """Join a bullet or number that stands alone with the text right of it."""
    ordered = sorted(lines, key=lambda r: r.box.x0 if r.box else 0.0)
    joined: dict[int, Line] = {}
    gone: set[int] = set()
    for i, line in enumerate(ordered):
        text = line.text.strip()
        if line.box is None or len(text) > 5 or not marks().mark_only.fullmatch(text):
            continue
        right = next((o for o in ordered[i + 1 :] if same_row(line, o, MARK_GAP)), None)
        if right is not None and id(right) not in joined:
            joined[id(line)] = beside(line, right)
            gone.add(id(right))
    return [joined.get(id(line), line) for line in lines if id(line) not in gone]


def split_labels(page: Page, names: Names) -> Page:
    """The page with the name of a field (概要) and its text, set apart a little on one line, as two lines.

    Lines of a list, with one mark at one place, are cut where most of them begin with such a name.
    """
    cut = [(line, _mark_of(line), _label_and_text(line, names)) for line in page.lines]
    times = Counter(at for _, at, _ in cut)
    named = Counter(at for _, at, parts in cut if len(parts) > 1)
    whole = {at for at, n in times.items() if at[0] and 2 * named[at] < n}
    return replace(
        page, lines=tuple(part for line, at, parts in cut for part in ([line] if at in whole else parts))
    )


def _mark_of(line: Line) -> tuple[str, int]:
    """The sign a line begins with, if any, and where it stands."""
    first = line.text.lstrip()[:1]
    return ("" if first.isalnum() else first), round(line.box.x0) if line.box else 0


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


def same_row(left: Line, right: Line, reach: float) -> bool:
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


def is_bold(line: Line) -> bool:
    return all(run.bold for run in line.runs if run.text.strip())
