"""Text inside measures that no record uses: told with its place, and a reason to be less sure of the measure.

What a person wrote under a measure says something. Where no record holds it, the reader has missed it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from extract.document import Document
from extract.model import BlockKind, Box, Diagnostic
from extract.records.model import Measure, Record
from extract.structure.content import content_of
from normalize.characters import squash
from normalize.frozen import frozen

_BODY: frozenset[BlockKind] = frozenset({"paragraph", "list_item", "table_cell"})
_SAID = frozenset({"name", "list", "prose", "office", "value", "pair"})  # contents that say something
_UNLABELLED = ("body", "after")  # before the first label, behind the last box
_SHORT = 8  # characters; less than this beside the labels is no loss to speak of
_TOLD = 60  # characters of the text in a message


@frozen
class Gap:
    """What of one measure no record uses. ``share``: of the characters of its body, 0 to 1."""

    measure: int
    blocks: tuple[int, ...]
    share: float


def used_blocks(*records: Iterable[Record]) -> frozenset[int]:
    """The blocks that some record was made from."""
    return frozenset(b for group in records for record in group for b in record.at.blocks)


def said_blocks(measures: Iterable[Measure]) -> frozenset[int]:
    """The blocks of measures but those whose text is under no label and in no column."""
    return used_blocks(measures) - {block for measure in measures for block in _unsaid(measure)}


def _unsaid(measure: Measure) -> Iterator[int]:
    held = (
        measure.title, measure.overview, measure.background, measure.approach, *measure.actions,
        *measure.departments, *measure.national_tags,
    )  # fmt: skip
    told = squash("\n".join(filter(None, held)))
    for field in measure.fields:
        if field.role in _UNLABELLED:
            yield from (part.block for part in field.parts if squash(part.text) not in told)


def unused_text(document: Document, owners: Sequence[int | None], used: frozenset[int]) -> dict[int, Gap]:
    """What no record uses of each measure, by measure. ``owners``: the measure of every node."""
    bodies: dict[int, list[int]] = {}
    for node, owner in zip(document.nodes, owners, strict=True):
        if owner is not None:
            bodies.setdefault(owner, []).extend(range(node.first, node.last))
    gaps = {}
    for measure, blocks in bodies.items():
        body = [b for b in blocks if document.blocks[b].block.kind in _BODY]
        missed = [b for b in body if b not in used and _says_something(document, b)]
        size = sum(len(document.blocks[b].text) for b in body)
        lost = sum(len(document.blocks[b].text) for b in missed)
        if lost >= _SHORT:
            gaps[measure] = Gap(measure, tuple(missed), lost / size)
    return gaps


def _says_something(document: Document, block: int) -> bool:
    placed = document.blocks[block]
    is_head = placed.cell is not None and placed.cell.is_header
    return not is_head and len(placed.text) > 2 and content_of(placed.clean) in _SAID


def told_gaps(document: Document, measures: Sequence[Measure], gaps: dict[int, Gap]) -> Iterator[Diagnostic]:
    """A diagnostic for each measure with text that no record uses, where its first piece stands."""
    for i, gap in sorted(gaps.items()):
        first = document.blocks[gap.blocks[0]]
        text = "\n".join(document.blocks[b].text for b in gap.blocks)
        message = (
            f"{gap.share:.0%} of the text of {measures[i].title!r} is in no record: "
            f"{' '.join(text.split())[:_TOLD]}"
        )
        yield Diagnostic(
            "measures", "warning", "unused_text", message, first.block.page, _around(document, gap), text
        )


def _around(document: Document, gap: Gap) -> Box | None:
    """The box of the unused blocks on the page where they begin."""
    page = document.blocks[gap.blocks[0]].block.page
    return document.evidence([b for b in gap.blocks if document.blocks[b].block.page == page]).box
