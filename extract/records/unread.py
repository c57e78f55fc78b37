"""What looks like records and gave none: told to the person who checks, and to whoever extends the labels."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

from extract.document import Document, Node
from extract.labels import column_role, field_role
from extract.layout.periods import parse_period
from extract.model import Diagnostic
from extract.records.fields import cell_text
from extract.records.model import Kpi, Measure, Progress, Schedule
from extract.structure.tables import TableReading
from normalize.characters import squash

_A_PLAN = 2_000  # characters; a shorter text may well describe no measure
_LABEL_MAX = 14  # characters
_OFTEN = 4  # as often as this, a short text of one look is the label of something
_MOST_NAMED = 12
_HEADS_MAX = 60  # characters
_BRACKETED = re.compile(r"[＜<〈【［\[〔《≪～〜■□◆◇●▼◈▍▎▌▋▐┃❚].+|.+[＞>〉】］\]〕》≫～〜：:]")


def notes(
    document: Document,
    measures: Sequence[Measure],
    kpis: Sequence[Kpi],
    progress: Sequence[Progress],
    schedules: Sequence[Schedule],
    readings: Sequence[TableReading] = (),
) -> Iterator[Diagnostic]:
    if not measures and len(document.text) >= _A_PLAN:
        yield Diagnostic("measures", "warning", "no_measures", "no measure was found in this text")
    told = {b for record in chain(kpis, progress) for b in record.at.blocks}
    doubtful = {r.block.table for r in readings if r.kind == "doubtful"}
    for node in document.nodes:
        if told.isdisjoint(range(node.first, node.last)):
            yield from _of_table(document, node, node.table in doubtful)
    yield from _labels(document, measures)
    yield from _of_schedules(document, measures, schedules)


def _of_schedules(
    document: Document, measures: Sequence[Measure], schedules: Sequence[Schedule]
) -> Iterator[Diagnostic]:
    """Schedules whose bars, or whose bars' lengths, the file has lost: text made from a PDF often has."""
    charted = {s.measure for s in schedules}
    for index, measure in enumerate(measures):
        labels = [f for f in measure.fields if f.role == "schedule"]
        if labels and index not in charted and not any(f.parts for f in labels):
            message = f"the schedule of {measure.title!r} is empty"
            yield Diagnostic("schedules", "warning", "empty_schedule", message, measure.at.page)
    bars = Counter(s.span_certainty for s in schedules)
    if bars["unknown"]:
        message = f"{bars['unknown']} of {len(schedules)} rows of the schedules show no bar"
        yield Diagnostic("schedules", "info", "no_bars", message)
    if bars["start_only"]:
        message = (
            f"{bars['start_only']} of {len(schedules)} bars show where they start and not where they end"
        )
        yield Diagnostic("schedules", "info", "open_ends", message)


def _of_table(document: Document, node: Node, doubtful: bool) -> Iterator[Diagnostic]:
    """A table under a head of targets, or of numbers that may be indicators, and that gave none."""
    if node.table is not None:
        cells = [(c.row, cell_text(c)) for c in document.tables[node.table].cells if c.text]
        head = next((told for told in cells if column_role(told[1]) == "target"), None)
        if head and any(row > head[0] and re.search(r"\d", text) for row, text in cells):
            message = f"a table with the head {head[1]!r} gave no indicator"
            page = document.blocks[node.first].block.page
            yield Diagnostic("kpis", "warning", "unread_indicators", message, page)
        elif doubtful:
            heads = "、".join(dict.fromkeys(text for row, text in cells if row == 0))
            message = f"a table of numbers ({heads[:_HEADS_MAX]}) may be one of indicators and was not read"
            page = document.blocks[node.first].block.page
            yield Diagnostic("kpis", "info", "doubtful_table", message, page)


def _labels(document: Document, measures: Sequence[Measure]) -> Iterator[Diagnostic]:
    for text, times, page in unknown_labels(document, measures):
        message = f"{text!r} stands {times} times like the label of a box, and no list of labels has it"
        yield Diagnostic("measures", "info", "unknown_label", message, page)


def unknown_labels(document: Document, measures: Sequence[Measure]) -> Iterator[tuple[str, int, int | None]]:
    """Short texts that come again and again as labels do, and that no list of labels has.

    Each with how often it stands there, and the page of the first.
    """
    claimed = {squash(m.title) for m in measures} | {squash(s.title) for s in document.sections if s.number}
    seen: Counter[str] = Counter()
    first: dict[str, tuple[str, int | None]] = {}
    for placed in document.blocks:
        text = placed.clean.strip()
        if (
            placed.block.kind not in ("heading", "paragraph", "figure_text")
            or not 2 <= len(text) <= _LABEL_MAX
        ):
            continue
        if placed.block.kind != "heading" and not _BRACKETED.fullmatch(text):
            continue
        if field_role(text) or column_role(text) or parse_period(text) or re.search(r"[。、\d０-９]", text):
            continue
        key = squash(text)
        seen[key] += 1
        first.setdefault(key, (text, placed.block.page))
    often = [key for key, n in seen.most_common() if n >= _OFTEN and key and key not in claimed]
    for key in often[:_MOST_NAMED]:
        text, page = first[key]
        yield text, seen[key], page
