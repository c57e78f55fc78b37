"""Layout of fixed pages: lines and shapes -> blocks, tables and charts in reading order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from extract.layout import blocks, kinds, running
from extract.layout.alike import read_alike
from extract.layout.blocks import BodyStyle, Draft, Piece
from extract.layout.columns import Strip, page_strips
from extract.layout.contents import Contents, entry_key, find_contents
from extract.layout.grids import GridFinds, find_grids
from extract.layout.ink import MAX_SHAPES
from extract.layout.join import join_pages
from extract.layout.names import NO_WORDS, Names, Words, find_names
from extract.layout.parts import Part, Region, union
from extract.layout.pieces import leads, split_labels
from extract.layout.regions import find_regions
from extract.layout.running import Navigation, Running
from extract.model import (
    Block,
    BlockKind,
    Box,
    ChartItem,
    Diagnostic,
    Item,
    Line,
    Page,
    PageLayout,
    Shape,
    Source,
    TableItem,
)

COVER_LENGTH = 250  # characters; a first page with more is no cover
TITLE_SHARE = 1.3  # of the body's size


def layout_pages(source: Source, words: Words = NO_WORDS) -> list[PageLayout]:
    """Lay out the pages of a PDF: one PageLayout a page; every line of a page stands in one of its items."""
    names = find_names(_texts(source), words)
    pages = [split_labels(_without_stamps(page), names) for page in source.pages]
    grids = [find_grids(page) for page in pages]
    navigation = running.find_navigation(pages, [found.rest for found in grids])
    grids = list(map(_without, navigation, grids))
    style = blocks.body_style(line for found in grids for line in found.rest)
    sides = running.find_running(pages, [found.rest for found in grids], style)
    bodies = [side.body for side in sides]
    contents = find_contents(bodies)
    rooms = _body_rooms(pages, sides)
    placed = [[_item_box(item) for item in found.items] for found in grids]
    strips = page_strips(pages, bodies, placed)
    parts = [
        _parts(page, found, toc, style, rooms.get((page.width, page.height)), names, strip)
        for page, found, toc, strip in zip(pages, grids, contents, strips, strict=True)
    ]
    streams = [_pieces(own, page.number, style, names) for own, page in zip(parts, pages, strict=True)]
    listed = _listed(contents)
    for stream in streams:
        kinds.classify(stream, style, listed, names)
    if streams:
        _set_title(streams[0], style)
        _close(streams[-1])
    kinds.rank((p for stream in streams for p in stream if isinstance(p, Draft)), style)
    layouts = []
    for n, (page, side, stream) in enumerate(zip(pages, sides, _joined(pages, streams), strict=True)):
        beside = _beside(page, side.beside, navigation[n], style)
        items = (*_finished(stream), *beside, *_stamped(source.pages[n]))
        labelled = replace(page, label=side.label or page.label)
        layouts.append(PageLayout(labelled, items, _told(page), tuple(map(_part_box, parts[n]))))
    return read_alike(join_pages(layouts))


def _listed(contents: Iterable[Contents]) -> frozenset[str]:
    return frozenset(entry_key(entry) for found in contents for entry in found.entries)


def _texts(source: Source) -> Iterator[str]:
    """Every line, and what stands before the wide spaces in it."""
    for page in source.pages:
        for line in page.lines:
            yield line.text
            yield from leads(line)


def _without_stamps(page: Page) -> Page:
    kept = tuple(line for line in page.lines if not line.stamp)
    return page if len(kept) == len(page.lines) else replace(page, lines=kept)


def _stamped(page: Page) -> list[Block]:
    """What is laid over a page: text of none of its parts."""
    stamps = (line for line in page.lines if line.stamp)
    return [Block("figure_text", line.text, page.number, line.box, size=line.size) for line in stamps]


def _told(page: Page) -> tuple[Diagnostic, ...]:
    """What a person should know of a page whose drawings are too many to look at."""
    if len(page.shapes) <= MAX_SHAPES:
        return ()
    message = (
        f"{len(page.shapes):,} shapes: tables are looked for in the {MAX_SHAPES:,} longest rules and boxes"
    )
    return (Diagnostic("layout", "warning", "too_many_shapes", message, page.number),)


def _without(navigation: Navigation | None, found: GridFinds) -> GridFinds:
    """What is found on a page without its navigation, whose boxes may have passed for bars of a schedule."""
    if navigation is None:
        return found
    room, page = navigation.room, navigation.page
    boxes = [_item_box(item) for item in found.items]
    if any(box.overlap_x(room) and box.overlap_y(room) for box in boxes):
        return find_grids(page)
    gone, kept = set(map(id, navigation.lines)), set(map(id, page.shapes))
    return GridFinds(
        found.items,
        tuple(line for line in found.rest if id(line) not in gone),
        tuple(shape for shape in found.shapes if id(shape) in kept),
    )


def _body_rooms(pages: Sequence[Page], sides: Sequence[Running]) -> dict[tuple[float, float], Box]:
    """What the text of pages of one size may fill: long lines tell; margins are taken as equal."""
    rooms: dict[tuple[float, float], Box] = {}
    for page, side in zip(pages, sides, strict=True):
        size = (page.width, page.height)
        for line in side.body:
            if line.box and not line.vertical and len(line.text) >= 20:
                left = max(line.box.x0, 0)
                right = min(max(line.box.x1, page.width - left), page.width)
                box = Box(left, 0, right, page.height)
                rooms[size] = rooms[size].union(box) if size in rooms else box
    return rooms


def _parts(
    page: Page, found: GridFinds, toc: Contents, style: BodyStyle, room: Box | None, names: Names,
    strip: Strip | None,
) -> list[Part]:  # fmt: skip
    """Everything on a page but what stands beside its text, in reading order; footnotes come last."""
    body, notes = running.split_footnotes(page, toc.body, found.shapes, style)
    placed: list[tuple[Box, Part]] = [(_item_box(item), item) for item in found.items]
    placed += [(entry.room, entry) for entry in toc.entries]
    return [*find_regions(page, body, found.shapes, placed, room, names, strip), *notes]


def _item_box(item: TableItem | ChartItem) -> Box:
    boxes = (
        [item.table.box]
        if isinstance(item, TableItem)
        else [item.timeline.box, *(b.box for b in item.blocks)]
    )
    return union(box for box in boxes if box)


def _part_box(part: Part) -> Box:
    if isinstance(part, Region):
        return part.frame or union(line.box for line in part.lines if line.box)
    return _item_box(part)


def _pieces(parts: Sequence[Part], page: int, style: BodyStyle, names: Names) -> list[Piece]:
    pieces: list[Piece] = []
    for part in parts:
        if not isinstance(part, Region):
            pieces.append(part)
        elif part.kind in ("toc", "footnote"):
            draft = Draft([blocks.as_row(line) for line in part.lines], part, part.room.x1, page)
            draft.note = running.note_mark(part.lines[0]) if part.kind == "footnote" else None
            pieces.append(draft)
        else:
            pieces += blocks.build(part, page, style, names)
    return pieces


def _set_title(pieces: list[Piece], style: BodyStyle) -> None:
    """The largest text of a cover is the title: a first page that holds little else, and no sentences."""
    drafts = [p for p in pieces if isinstance(p, Draft) and p.kind in ("heading", "paragraph")]
    if not drafts or len(drafts) != len(pieces) or sum(len(d.text) for d in drafts) > COVER_LENGTH:
        return
    largest = max(d.size for d in drafts)
    if largest < TITLE_SHARE * style.size or any("。" in d.text for d in drafts):
        return
    pieces.clear()
    for draft in drafts:
        last = pieces[-1] if pieces else None
        draft.kind = "title" if draft.size >= 0.95 * largest else "paragraph"
        if draft.kind == "title" and isinstance(last, Draft) and kinds.is_wrapped_title(last, draft):
            last.rows += draft.rows
        else:
            pieces.append(draft)


def _close(pieces: Sequence[Piece]) -> None:
    """Headings at the very end head nothing: they are the imprint of a back cover."""
    for piece in reversed(pieces):
        if not isinstance(piece, Draft) or piece.kind != "heading":
            return
        piece.kind = "paragraph"


def _joined(pages: Sequence[Page], streams: Sequence[Sequence[Piece]]) -> list[list[Piece]]:
    """Paragraphs put together over columns and pages; each stays on the page where it begins."""
    home = {id(piece): i for i, stream in enumerate(streams) for piece in stream}
    joined: list[list[Piece]] = [[] for _ in pages]
    for piece in blocks.join_broken([piece for stream in streams for piece in stream]):
        joined[home[id(piece)]].append(piece)
    return joined


def _finished(pieces: Iterable[Piece]) -> list[Item]:
    return [blocks.finish(piece) if isinstance(piece, Draft) else piece for piece in pieces]


def _beside(
    page: Page, beside: Sequence[tuple[Line, BlockKind]], navigation: Navigation | None, style: BodyStyle
) -> list[Item]:
    """Blocks of running heads and feet and of the side navigation, at the end of the page."""
    if navigation:
        beside = (*beside, *((line, "side_nav") for line in navigation.lines))
    found: list[Item] = []
    order: tuple[BlockKind, ...] = ("header", "footer", "side_nav")
    for wanted in order:
        lines = [line for line, kind in beside if kind == wanted]
        for part in find_regions(page, lines, _around(page, lines)) if lines else ():
            if isinstance(part, Region):
                for draft in blocks.build(part, page.number, style):
                    draft.kind = wanted
                    found.append(blocks.finish(draft))
    return found


def _around(page: Page, lines: Sequence[Line]) -> list[Shape]:
    """The shapes that touch the room of some lines: no others frame them."""
    x0, y0, x1, y1 = union(line.box for line in lines if line.box)
    return [s for s in page.shapes if s.box.x0 <= x1 and x0 <= s.box.x1 and s.box.y0 <= y1 and y0 <= s.box.y1]
