"""What stands beside the text of a page: running heads and feet, page numbers, side navigation, footnotes
and the 目次. Most of it shows only when all pages are looked at together.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from extract.layout.blocks import BodyStyle, key
from extract.layout.marks import marks
from extract.layout.parts import Region, union
from extract.layout.pieces import is_bold, join_marks
from extract.model import BlockKind, Box, Line, Page, Shape
from normalize.frozen import frozen

TOP, BOTTOM = 0.13, 0.9  # shares of the page height: running heads stand above, feet below
SIDE = 0.18  # share of the page width a side navigation may take
HEAD_LENGTH = 45  # characters
REPEATS = 3  # pages that must show the same text
MASTHEADS, MOST_PAGES = 5, 0.7  # a large line that opens more pages than these is no title of theirs
SAME_PLACE = 3.0  # points
BAND_HEIGHT = 4.0  # times the text on it
NAVIGATION_ENTRIES = 2
NAVIGATION_SHARE = 0.8  # of the lines at that side that must be the same on many pages
NAVIGATION_OWN = 0.7  # of the lines at a side: as many have a text of their own level with them in a form
LEVEL = 1.5  # points by which the middles of a name and its text may differ
RULE_WIDTHS = (0.12, 0.7)  # share of the page width of the rule over footnotes
SMALLER = 0.95  # of the body's size: footnotes
_IN_BOX = 3  # lines in the box of a number

_DIGITS = re.compile(r"[0-9０-９]+")
_ROMAN = {r: i for i, r in enumerate(("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"), 1)}


@frozen
class Running:
    """A page's lines beside its text, each with its kind; ``body`` are the others, ``label`` its number."""

    body: tuple[Line, ...]
    beside: tuple[tuple[Line, BlockKind], ...] = ()
    label: str | None = None


def find_running(pages: Sequence[Page], lines: Sequence[Sequence[Line]], style: BodyStyle) -> list[Running]:
    """Tell running heads and feet and page numbers of every page from its text."""
    kinds: list[dict[int, BlockKind]] = [{} for _ in pages]
    labels = _page_numbers(pages, lines, kinds)
    _mastheads(pages, lines, kinds, style)
    _heads_and_feet(pages, lines, kinds, style)
    found = []
    for page_lines, page_kinds, label in zip(lines, kinds, labels, strict=True):
        body = tuple(line for line in page_lines if id(line) not in page_kinds)
        aside = tuple((line, page_kinds[id(line)]) for line in page_lines if id(line) in page_kinds)
        found.append(Running(body, aside, label))
    return found


Kinds = list[dict[int, BlockKind]]
Margin = list[list[tuple[Line, bool]]]
Lines = Sequence[Sequence[Line]]


# --- page numbers -------------------------------------------------------------------------------------


def _page_numbers(pages: Sequence[Page], lines: Lines, kinds: Kinds) -> list[str | None]:
    """Printed page numbers: digits in the margin that count with the pages."""
    candidates: list[list[tuple[int, Line]]] = []
    votes: Counter[int] = Counter()
    for page, page_lines in zip(pages, lines, strict=True):
        here = [(n, line) for line in page_lines if (n := _page_number(page, line)) is not None]
        candidates.append(here)
        votes.update({n - page.number for n, _ in here})
    labels: list[str | None] = []
    trusted = {offset for offset, n in votes.items() if n >= min(REPEATS, len(pages))}
    for page, here, page_kinds in zip(pages, candidates, kinds, strict=True):
        hits = [(votes[n - page.number], line.box.y1 if line.box else 0.0, n, line) for n, line in here]
        hits = [h for h in hits if h[2] - page.number in trusted]
        if not hits:
            labels.append(None)
            continue
        _, _, n, line = max(hits, key=lambda h: h[:2])
        page_kinds[id(line)] = "footer"
        match = marks().page_number.fullmatch(line.text.strip())
        labels.append(match["n"] if match else line.text.strip())
    return labels


def _page_number(page: Page, line: Line) -> int | None:
    if line.box is None or not (line.box.cy > BOTTOM * page.height or line.box.cy < 0.08 * page.height):
        return None
    text = line.text.strip()
    match = marks().page_number.fullmatch(text)
    return int(match["n"]) if match else _ROMAN.get(text.strip("-－ ").casefold())


# --- repeated lines -----------------------------------------------------------------------------------


def _heads_and_feet(pages: Sequence[Page], lines: Lines, kinds: Kinds, style: BodyStyle) -> None:
    """Lines in the margin that come again on other pages at the same height, digits aside.

    Where one text is known to be a running head, what stands in its place on other pages is one too: it
    names the chapter. Text larger than the body is no running head: slides repeat their titles.
    """
    seen: dict[tuple[str, int, bool], set[int]] = defaultdict(set)
    margin: Margin = []
    for i, (page, page_lines) in enumerate(zip(pages, lines, strict=True)):
        margin.append(_margin(page, [r for r in page_lines if id(r) not in kinds[i]], style))
    margin = _without_labels(margin, lines)
    margin = _without_title_rows(margin, lines, style)
    for i, page_margin in enumerate(margin):
        for line, top in page_margin:
            for place in _places(line):
                seen[_digitless(line), place, top].add(i)
    needed = REPEATS if len(pages) > 4 else 2
    margin = _without_fields(margin, seen)
    slots: dict[tuple[bool, int, float, int], set[int]] = defaultdict(set)
    for i, page_margin in enumerate(margin):
        for line, top in page_margin:
            if any(len(seen[_digitless(line), place, top]) >= needed for place in _places(line)):
                kinds[i][id(line)] = "header" if top else "footer"
                for slot in _slots(line, top):
                    slots[slot].add(i)
    for slot, on in _heads_by_place(margin, style).items():
        slots[slot] |= on
    for i, page_margin in enumerate(margin):
        for line, top in page_margin:
            if id(line) not in kinds[i] and any(len(slots.get(s, ())) >= needed for s in _slots(line, top)):
                kinds[i][id(line)] = "header" if top else "footer"


def _mastheads(pages: Sequence[Page], lines: Lines, kinds: Kinds, style: BodyStyle) -> None:
    """A line set larger than the text that opens almost all pages: the name of a newsletter."""
    tops = [
        [r for r in found if r.box and r.box.cy < TOP * p.height]
        for p, found in zip(pages, lines, strict=True)
    ]
    first = [min(found, key=lambda r: r.box.y0 if r.box else 0.0, default=None) for found in tops]
    large = [r if r is not None and r.size > 1.1 * style.size else None for r in first]
    times = Counter((key(r.text), _places(r)[0]) for r in large if r is not None)
    for line, page_kinds in zip(large, kinds, strict=True):
        if line and times[key(line.text), _places(line)[0]] > max(MASTHEADS, MOST_PAGES * len(pages)):
            page_kinds[id(line)] = "header"


def _heads_by_place(
    margin: Sequence[Sequence[tuple[Line, bool]]], style: BodyStyle
) -> dict[tuple[bool, int, float, int], set[int]]:
    """Places at the top of most pages that hold small text, whatever it says: short chapters, each named."""
    on: dict[tuple[bool, int, float, int], set[int]] = defaultdict(set)
    for i, page_margin in enumerate(margin):
        for line, top in page_margin:
            if top and line.size <= SMALLER * style.size:
                for slot in _slots(line, top):
                    on[slot].add(i)
    return {slot: pages for slot, pages in on.items() if len(pages) > max(REPEATS, len(margin) / 2)}


def _margin(page: Page, lines: Sequence[Line], style: BodyStyle) -> list[tuple[Line, bool]]:
    """Small lines at the top (True) or foot (False) of a page with nothing beyond them."""
    small = 1.1 * style.size
    upright = [line for line in lines if line.box and not line.vertical]
    found = []
    for line in upright:
        assert line.box is not None
        box = line.box
        if (
            line.size > small
            or not 0 < len(line.text.strip()) <= HEAD_LENGTH
            or _shares_box(page, line, upright)
        ):
            continue
        if box.cy < TOP * page.height and all(
            o.size <= small for o in upright if o.box and o.box.y1 < box.y0
        ):
            found.append((line, True))
        elif box.cy > BOTTOM * page.height:
            found.append((line, False))
    return found


def _shares_box(page: Page, line: Line, lines: Sequence[Line]) -> bool:
    """Whether a line stands in a box with a larger one and little else: 取組 over the number of a title."""
    for shape in page.shapes:
        if line.box and shape.box.height < 8 * line.size and shape.box.holds(line.box.cx, line.box.cy):
            held = [o for o in lines if o.box and shape.box.holds(o.box.cx, o.box.cy)]
            if len(held) <= _IN_BOX and any(o.size > 1.2 * line.size for o in held):
                return True
    return False


def _without_labels(margin: Sequence[Sequence[tuple[Line, bool]]], lines: Lines) -> Margin:
    """The lines without those that stand as often, set alike, in the middle of pages: labels of a form whose
    record some pages break."""
    here = Counter(_set(line) for page_margin in margin for line, _ in page_margin)
    everywhere = Counter(_set(line) for page_lines in lines for line in page_lines)
    return [[(r, top) for r, top in found if everywhere[_set(r)] < 2 * here[_set(r)]] for found in margin]


def _without_title_rows(margin: Margin, lines: Lines, style: BodyStyle) -> Margin:
    """The lines without those level with a title that say something else each time: 事業2 before it, its
    offices in boxes behind it. What says one thing beside many titles is a running head.
    """
    told: dict[tuple[bool, int, float, int], list[str]] = defaultdict(list)
    beside: list[list[Line]] = []
    for found, page_lines in zip(margin, lines, strict=True):
        titles = [o for o in page_lines if o.size > 1.1 * style.size and o.box and not o.vertical]
        beside.append([r for r, top in found if top and any(_in_row(r, o) for o in titles)])
        for line in beside[-1]:
            for slot in _slots(line, True):
                told[slot].append(key(line.text))
    own = {
        id(line)
        for here in beside
        for line in here
        for texts in (max((told[slot] for slot in _slots(line, True)), key=len),)
        if len(texts) > 1 and len(set(texts)) > 0.5 * len(texts)
    }
    return [[(r, top) for r, top in found if id(r) not in own] for found in margin]


def _in_row(line: Line, title: Line) -> bool:
    """Whether the middle of a line is level with a title's."""
    a, b = line.box, title.box
    return a is not None and b is not None and abs(a.cy - b.cy) < 0.3 * title.size


def _set(line: Line) -> tuple[str, int, bool]:
    """A text and how it is set."""
    return key(line.text), round(line.size), is_bold(line)


def _without_fields(
    margin: Sequence[Sequence[tuple[Line, bool]]], seen: Mapping[tuple[str, int, bool], set[int]]
) -> list[list[tuple[Line, bool]]]:
    """The lines without the name of a field and what it says (所管課　市民課), which stand on every sheet.

    Such a name comes back, and what stands right of it at its height, or behind it on its line, is another on
    each page.
    """
    leads = _leads_of_fields(line for lines in margin for line, _ in lines)
    margin = [[(r, top) for r, top in lines if _lead(r)[0] not in leads] for lines in margin]
    beside: dict[str, list[bool]] = defaultdict(list)
    pairs: list[dict[int, Line]] = []
    for lines in margin:
        pairs.append({})
        for line, top in lines:
            right = [o for o, _ in lines if _is_level(line, o)]
            if right:
                told = min(right, key=lambda o: o.box.x0 if o.box else 0.0)
                text = _digitless(told)
                own = len(text) > 1 and all(len(seen[text, place, top]) < 2 for place in _places(told))
                beside[_digitless(line)].append(own)
                pairs[-1][id(line)] = told
    fields = {name for name, own in beside.items() if len(own) >= 2 and sum(own) > 0.5 * len(own)}
    kept = []
    for lines, told_of in zip(margin, pairs, strict=True):
        names = {id(line) for line, _ in lines if id(line) in told_of and _digitless(line) in fields}
        gone = names | {id(told_of[name]) for name in names}
        kept.append([(line, top) for line, top in lines if id(line) not in gone])
    return kept


def _leads_of_fields(lines: Iterable[Line]) -> frozenset[str]:
    """Names that come back at the head of lines with another text behind them often: 担当　広報課.

    Behind a wide space most have to differ: 町の計画　第２章 is a running head.
    """
    rests: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        lead, rest = _lead(line)
        if lead and not _DIGITS.search(lead):
            rests[lead].append(rest)
    return frozenset(
        lead
        for lead, told in rests.items()
        if len(told) >= REPEATS and len(set(told)) > (0.25 if lead.endswith("：") else 0.5) * len(told)
    )


def _lead(line: Line) -> tuple[str, str]:
    """What stands before and behind the first wide space, or the first colon, of a line."""
    found = re.match(r"([^\u3000：]+)([\u3000：])\s*(\S.*)", line.text.strip())
    return (found[1] + found[2].strip(), found[3]) if found else ("", "")


def _is_level(line: Line, other: Line) -> bool:
    """Whether another line stands right of a line, at its height."""
    assert line.box is not None
    assert other.box is not None
    return other.box.x0 >= line.box.x1 and abs(other.box.cy - line.box.cy) < 0.5 * line.size


def _digitless(line: Line) -> str:
    return _DIGITS.sub("0", key(line.text))


def _places(line: Line) -> tuple[int, int]:
    """Heights a line is filed under; two, so that neighbours always share one."""
    assert line.box is not None
    step = round(line.box.cy / SAME_PLACE)
    return step, int(line.box.cy // SAME_PLACE) + 100_000


def _slots(line: Line, top: bool) -> list[tuple[bool, int, float, int]]:
    """A place of running heads: height, size and colour, and the edge or middle it is set to."""
    assert line.box is not None
    run = line.runs[0]
    height, size = round(line.box.cy / SAME_PLACE), round(run.size, 1)
    edges = (line.box.x0, line.box.x1 + 10_000, line.box.cx + 20_000)
    return [(top, height * 20_000_000 + run.color, size, round(edge / SAME_PLACE)) for edge in edges]


# --- side navigation ----------------------------------------------------------------------------------


@frozen
class Navigation:
    """The lines of a page's side navigation, the room they take with their boxes, and the page without."""

    lines: tuple[Line, ...]
    room: Box
    page: Page


def find_navigation(pages: Sequence[Page], lines: Sequence[Sequence[Line]]) -> list[Navigation | None]:
    """The side navigation of every page that has one.

    A navigation is a column of short texts at one side of the page, the same on many pages; the entry of
    the chapter at hand may be set off. ``lines`` are those no table holds.
    """
    places: dict[tuple[str, int, int], set[int]] = defaultdict(set)
    strips = []
    for i, (page, page_lines) in enumerate(zip(pages, lines, strict=True)):
        strips.append([_strip(page, page_lines, left) for left in (True, False)])
        for line in (line for strip in strips[-1] for line in strip):
            places[_place(line)].add(i)
    repeated = {place for place, on in places.items() if len(on) >= REPEATS}
    known: set[tuple[str, int, int]] = set()
    for i, strip in ((i, strip) for i, both in enumerate(strips) for strip in both):
        if _names_fields(strip, lines[i], pages[i].shapes):
            continue  # 概要, 取組内容 … stand at the left of one form after the other
        here = {_place(line) for line in strip} & repeated
        if len(here) >= max(NAVIGATION_ENTRIES, NAVIGATION_SHARE * len(strip)):
            known |= here
    found: list[Navigation | None] = []
    for page in pages:
        entries = tuple(line for line in page.lines if line.box and _place(line) in known)
        found.append(_navigation(page, entries) if len(entries) >= NAVIGATION_ENTRIES else None)
    return found


def _names_fields(strip: Sequence[Line], lines: Sequence[Line], shapes: Sequence[Shape]) -> bool:
    """Whether most of the lines in a strip have a box or line of text of their own level with them."""
    inside = set(map(id, strip))
    rest = [line.box for line in lines if line.box and id(line) not in inside]
    frames = [s.box for s in shapes if s.kind == "rect" and any(s.box.holds(b.cx, b.cy) for b in rest)]
    names = [line.box for line in strip if line.box]
    own = 0
    for name in names:
        level = any(abs(b.cy - name.cy) < LEVEL for b in rest)
        held = (f for f in frames if f.y0 < name.cy < f.y1 and not f.overlap_x(name))
        own += level or any(sum(f.y0 < n.cy < f.y1 for n in names) == 1 for f in held)
    return own > NAVIGATION_OWN * len(names)


def _navigation(page: Page, entries: tuple[Line, ...]) -> Navigation:
    gone = set(map(id, entries))
    narrow = (SIDE + 0.05) * page.width
    boxes = [
        s.box
        for s in page.shapes
        if s.box.width <= narrow and any(r.box and s.box.holds(r.box.cx, r.box.cy) for r in entries)
    ]
    room = union([*boxes, *(line.box for line in entries if line.box)])
    shapes = tuple(s for s in page.shapes if not (room.holds(*s.box[:2], 2) and room.holds(*s.box[2:], 2)))
    lines = tuple(line for line in page.lines if id(line) not in gone)
    return Navigation(entries, room, replace(page, lines=lines, shapes=shapes))


def _strip(page: Page, lines: Sequence[Line], left: bool) -> list[Line]:
    """Lines wholly within the side strip, where no other line reaches into it at their height.

    What stands on a band across the page is a heading.
    """
    bands = [s.box for s in page.shapes if s.fill is not None and s.box.width > 2 * SIDE * page.width]
    edge = SIDE * page.width if left else (1 - SIDE) * page.width
    inside = []
    crossing = []
    for line in lines:
        box = line.box
        if box is None or any(b.holds(box.cx, box.cy) and b.height < BAND_HEIGHT * box.height for b in bands):
            continue
        if box.x1 <= edge if left else box.x0 >= edge:
            inside.append(line)
        elif box.x0 < edge < box.x1:
            crossing.append(box)
    if not inside:
        return []
    strip = union(line.box for line in inside if line.box)
    reach = [b for b in crossing if b.overlap_x(strip) > 0]
    return inside if len(reach) <= 0.1 * len(lines) else []


def _place(line: Line) -> tuple[str, int, int]:
    assert line.box is not None
    return key(line.text), round(line.box.cx / 4), round(line.box.cy / 4)


# --- footnotes ----------------------------------------------------------------------------------------


def split_footnotes(
    page: Page, lines: Sequence[Line], shapes: Sequence[Shape], style: BodyStyle
) -> tuple[list[Line], list[Region]]:
    """Lines of the body, and one region for each footnote at the foot of the page."""
    foot = _below_rule(page, lines, shapes, style) or _numbered_foot(page, lines, style)
    if not foot:
        return list(lines), []
    taken = set(map(id, foot))
    body = [line for line in lines if id(line) not in taken]
    room = union(line.box for line in foot if line.box)
    notes: list[list[Line]] = []
    last = 0
    for line in join_marks(foot):
        mark = note_mark(line)
        digits = _DIGITS.search(mark) if mark else None
        number = int(digits[0]) if digits else None
        if not notes or (mark is not None and (number is None or last in (0, number - 1))):
            notes.append([])
            last = number or last
        notes[-1].append(line)
    return body, [Region(room, tuple(note), kind="footnote") for note in notes]


def note_mark(line: Line) -> str | None:
    """The mark a note begins with («1», «※2»), or None."""
    if not line.runs:
        return None
    first, text = line.runs[0], line.text.strip()
    if first.superscript and len(first.text.strip()) <= 4:
        return first.text.strip()
    match = marks().note.match(text)
    return match[0].strip("()（）:： 　") if match and match.end() < len(text) else None


def _below_rule(page: Page, lines: Sequence[Line], shapes: Sequence[Shape], style: BodyStyle) -> list[Line]:
    """What stands under a short rule in the lower part of the page, if it is small."""
    narrow, wide = RULE_WIDTHS
    rules = [
        s.box
        for s in shapes
        if s.box.height < 2.5
        and narrow * page.width < s.box.width < wide * page.width
        and s.box.y0 > 0.3 * page.height
    ]
    for rule in sorted(rules, key=lambda b: b.y0):
        foot = [line for line in lines if line.box and line.box.y0 >= rule.y0 - 3]
        if foot and all(line.size <= SMALLER * style.size for line in foot) and note_mark(foot[0]):
            return foot
    return []


def _numbered_foot(page: Page, lines: Sequence[Line], style: BodyStyle) -> list[Line]:
    """The last lines of the page, small and beginning with a note mark."""
    foot: list[Line] = []
    for line in sorted((r for r in lines if r.box), key=lambda r: -(r.box.y0 if r.box else 0.0)):
        if line.box is None or line.box.y0 < 0.5 * page.height or line.size > SMALLER * style.size:
            break
        foot.insert(0, line)
    while foot and (note_mark(foot[0]) is None or marks().bullet.match(foot[0].text.strip()[:1]) is not None):
        if foot[0].text.strip().startswith("※"):
            break
        foot.pop(0)
    return foot if foot and _is_last(foot, page) else []


def _is_last(foot: Sequence[Line], page: Page) -> bool:
    return foot[-1].box is not None and foot[-1].box.y1 > 0.8 * page.height


# --- 目次 ---------------------------------------------------------------------------------------------
