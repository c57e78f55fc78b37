"""The 目次 of a document: its title, its entries, and where it ends."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from extract.layout.blocks import key
from extract.layout.marks import marks
from extract.layout.parts import Region, union
from extract.layout.pieces import beside
from extract.layout.running import REPEATS
from extract.model import Line
from normalize.frozen import frozen

TOC_SHARE = 0.4  # of the lines under 目次 that must end with a page number


@frozen
class Contents:
    """A page's title and entries of the 目次, one region each, and its other lines."""

    entries: tuple[Region, ...]
    body: tuple[Line, ...]


def find_contents(bodies: Sequence[Sequence[Line]]) -> list[Contents]:
    """The 目次 of a document, page by page.

    It begins below its title and goes on over pages as long as most rows end with a page number.
    """
    found: list[Contents] = []
    going_on = False
    for body in bodies:
        lines = [line for line in body if line.box and not line.vertical]
        title = next((line for line in lines if key(line.text).casefold() in marks().toc_title), None)
        rows: list[list[Line]] = []
        if title is not None or going_on:
            rows = _toc_rows([line for line in lines if title is None or _is_below(line, title)])
        joined = list(map(_joined, rows))
        end = _end(joined, titled=title is not None)
        going_on = end > 0
        heads = [Region(title.box, (title,), kind="toc")] if title and title.box and end else []
        taken = {id(line) for row in rows[:end] for line in row} | {id(h.lines[0]) for h in heads}
        left = tuple(line for line in body if id(line) not in taken)
        found.append(Contents((*heads, *_entries(joined[:end])), left))
    return found


def _end(rows: Sequence[Line], *, titled: bool) -> int:
    """How many rows of a page are of the 目次."""
    paged = [k for k in range(len(rows)) if _is_paged(rows, k)]
    listed = len(paged) > 1 and _lists(rows[: paged[-1] + 1], len(paged), titled)
    return _toc_last(rows, paged[-1]) if listed else 0


def _is_paged(rows: Sequence[Line], k: int) -> bool:
    """Whether row ``k`` ends with a page number, or is the one that the leaders of the row above lead to."""
    if marks().toc_end.search(rows[k].text):
        return True
    alone = marks().page_number.fullmatch(rows[k].text.strip()) is not None
    return alone and k > 0 and marks().leader_end.search(rows[k - 1].text) is not None


def _lists(rows: Sequence[Line], paged: int, titled: bool) -> bool:
    """Whether rows are a 目次: no prose, and most end with a page number (under its title, some)."""
    prose = any(row.text.rstrip().endswith("。") for row in rows)
    return not prose and (titled or paged >= TOC_SHARE * len(rows))


def _is_below(line: Line, title: Line) -> bool:
    return line.box is not None and title.box is not None and line.box.cy > title.box.y1


def _toc_rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Pieces of each row, left to right; entries in two columns are read column by column."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda r: r.box.y1 if r.box else 0.0):
        last = rows[-1][-1] if rows else None
        if (
            last
            and last.box
            and line.box
            and abs(last.box.y1 - line.box.y1) < 0.4 * max(line.size, last.size)
        ):
            rows[-1].append(line)
        else:
            rows.append([line])
    for row in rows:
        row.sort(key=lambda r: r.box.x0 if r.box else 0.0)
    edge = _column_edge(rows)
    if edge is not None:
        left = [[r for r in row if r.box and r.box.x0 < edge] for row in rows]
        right = [[r for r in row if r.box and r.box.x0 >= edge] for row in rows]
        rows = [row for row in (*left, *right) if row]
    return rows


def _column_edge(rows: Sequence[Sequence[Line]]) -> float | None:
    """Right edge of the page numbers in the middle of the page, where there are some."""
    ends = []
    for row in rows:
        for k, line in enumerate(row[:-1]):
            ended = marks().toc_end.search("　" + line.text) is not None and line.box is not None
            is_entry = k > 0 or len(line.text) > 4
            if ended and is_entry and not marks().toc_end.search("　" + row[k + 1].text):
                ends.append(line.box.x1 if line.box else 0.0)
    return max(ends) + 1 if len(ends) >= REPEATS else None


def _joined(row: Sequence[Line]) -> Line:
    line = row[0]
    for part in row[1:]:
        line = beside(line, part)
    return line


def _toc_last(rows: Sequence[Line], last: int) -> int:
    """End of the entries: rows after the last page number belong to them where they keep its line pitch."""
    end = last + 1
    pitch = _row_pitch(rows[: last + 1])
    while end < len(rows) and not rows[end].text.rstrip().endswith("。"):
        a, b = rows[end - 1].box, rows[end].box
        if (
            a is None
            or b is None
            or not 0 < b.y1 - a.y1 <= 1.3 * pitch
            or rows[end].size > 1.05 * rows[last].size
        ):
            break
        end += 1
    return end


def _row_pitch(rows: Sequence[Line]) -> float:
    steps = [b.box.y1 - a.box.y1 for a, b in pairwise(rows) if a.box and b.box]
    return sorted(steps)[len(steps) // 2] if steps else 0.0


def _entries(rows: Sequence[Line]) -> list[Region]:
    """One region an entry; a page number or the rest of a long title may stand on the next row."""
    entries: list[list[Line]] = []
    edge = max((row.box.x1 for row in rows if row.box), default=0.0)
    for row in rows:
        last = entries[-1][-1] if entries else None
        alone = marks().page_number.fullmatch(row.text.strip()) is not None
        open_entry = last is not None and not marks().toc_end.search("　" + last.text)
        wrapped = (
            open_entry
            and last is not None
            and last.box is not None
            and last.box.x1 > edge - 3 * last.size
            and not marks().mark_only.match(row.text.strip())
        )
        if entries and open_entry and (alone or wrapped):
            entries[-1].append(row)
        else:
            entries.append([row])
    boxes = [union(r.box for r in entry if r.box) for entry in entries]
    return [Region(box, tuple(entry), kind="toc") for box, entry in zip(boxes, entries, strict=True)]


def entry_key(region: Region) -> str:
    """An entry of the 目次 without leaders and page number, as ``blocks.key`` writes headings."""
    text = marks().toc_end.sub("", "".join(line.text for line in region.lines))
    return key(marks().leaders.sub("", text))
