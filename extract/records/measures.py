"""Measures: the level at which a plan describes one thing to do, with a body of its own.

A section is a measure when its own body holds the labels plans use for measures (概要, 現状・課題 …),
or when it is prose in a chapter of measures. Its policies come from the heading above it, from the policy's
name beside its heading, or from a matrix or list that sets measures against policies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from extract.document import Document, Evidence, Node, Section
from extract.labels import field_role
from extract.layout.numbering import heading_number, numbered
from extract.records.fields import Field, Part, collect, tidy
from extract.records.lists import split_run_together
from extract.records.measure_offices import departments, with_listed, with_told
from extract.records.measure_sections import measure_sections
from extract.records.measure_tables import ListedMeasure, form_measure, listed_measures, ticked_of
from extract.records.model import Measure, Policy
from extract.records.policy_links import SAME_TITLE, PolicyLinks
from extract.structure.content import content_of, is_office
from extract.structure.labels import CORE
from extract.structure.levels import number_key
from normalize.characters import squash
from normalize.quantities import is_null

_OFFICES_BEHIND = re.compile(
    r"(?P<title>.*?)\s*[（(【［\[〔＜<](?:(?P<label>[^：:()（）]{2,8})[：:]\s*)?(?P<offices>[^（(【［\[]+)[)）】］\]〕＞>]"
)
_INNER_LABEL = re.compile(r"[^：:、]{2,30}[：:]")
_NAME_MAX = 50
_BOXES = ("approach", "actions")
_UNLABELLED = ("body", "after", "other")  # what is no box of a form below it


def extract(document: Document, policies: Sequence[Policy]) -> list[Measure]:
    links = PolicyLinks.read(document, policies)
    sections, labelled = measure_sections(document)
    forms = _forms(document, links)
    if forms:  # sections of such a plan are chapters, but for those that have labels of their own
        sections = [s for s in sections if s.index in labelled]
    described = [_of_section(document, links, s, own_nodes(document, s, sections)) for s in sections]
    rows = [] if forms else _listed(document, links)
    told = {squash(m.title) for m in described if m.overview or m.approach or m.background}
    if len(rows) > 2 * max(len(labelled), sum(squash(m.title) in told for m in rows)):
        return rows  # the few headings with labels are chapters around the tables
    measures = [*forms, *described]
    found = sorted((m for m in measures if not _explains(m)), key=lambda m: m.at.start)
    return with_listed(document, with_told(_without_inner_label(found)))


def _of_section(document: Document, links: PolicyLinks, section: Section, nodes: Sequence[Node]) -> Measure:
    measure = _from_section(document, section, collect(document, nodes[1:]))
    serves, tags = links.of(document, section, nodes, measure)
    return replace(measure, policies=serves, national_tags=measure.national_tags or tags)


def _explains(measure: Measure) -> bool:
    """Whether a form tells what its boxes hold instead of holding it: they all say alike."""
    texts = [squash(f.text) for f in measure.fields if f.text and f.role != "body"]
    usual = max(set(texts), key=texts.count, default="")
    alike = sum(fuzz.ratio(usual, t) >= SAME_TITLE for t in texts)
    return alike > 2 and alike > len(texts) / 2


def _listed(document: Document, links: PolicyLinks) -> list[Measure]:
    """Measures that stand one a row in tables, in a plan that describes none under headings."""
    return [
        replace(_of_table(document, links, n, row), rule="measure-row", confidence=0.85)
        for n, node in enumerate(document.nodes)
        if node.table is not None
        for row in listed_measures(document, node.table)
    ]


def _forms(document: Document, links: PolicyLinks) -> list[Measure]:
    """Measures that are forms of their own, whatever heading stands over them."""
    forms = {
        n: form
        for n, node in enumerate(document.nodes)
        if node.table is not None and (form := _form(document, n, node.table)) is not None
    }
    heads = {s.first for s in document.sections}
    found = []
    for n, form in forms.items():
        last = next((m for m in range(n + 1, len(document.nodes)) if m in forms or m in heads), None)
        nodes = (n, len(document.nodes) if last is None else last)
        below = collect(document, document.nodes[n + 1 : nodes[1]])
        more = [f for f in below if f.role not in _UNLABELLED]
        measure = _of_table(document, links, n, replace(form, fields=(*form.fields, *more)))
        found.append(replace(measure, rule="measure-form", confidence=0.9, nodes=nodes))
    return found


def _form(document: Document, n: int, table: int) -> ListedMeasure | None:
    """The form in a table, unless the heading above it already names the measure."""
    form = form_measure(document, table)
    index = document.section_of_node[n]
    if form is None or index is None:
        return form
    named = fuzz.ratio(squash(document.sections[index].title), squash(form.title)) >= SAME_TITLE
    return None if named else form


def _of_table(document: Document, links: PolicyLinks, n: int, told: ListedMeasure) -> Measure:
    index = document.section_of_node[n]
    path = document.path(document.sections[index]) if index is not None else []
    headings = tuple(document.heading_text(s) for s in path)
    names = [*reversed(told.above), *reversed(headings)]
    if path:  # a policy's name may be no heading but a line between the heading and the form
        between = document.blocks[path[-1].heading + 1 : document.nodes[n].first]
        names += [p.clean for p in reversed(between) if p.table is None and links.names_policy(p.clean)]
    ticked = [p for t in told.above for mark in ticked_of(t) if (p := links.policy_named(mark)) is not None]
    serves = ticked or [p for t in names if (p := links.policy_named(t)) is not None][:1]
    measure = _measure(document, None, told.title, told.fields, told.blocks, (*headings, told.title))
    if not serves and (by_number := links.numbered(told.number or measure.number)) is not None:
        serves = [by_number]
    national = tuple(t for t in measure.national_tags if links.policy_named(t) is None)
    return replace(
        measure, number=told.number or measure.number, policies=tuple(serves), national_tags=national
    )


def own_nodes(document: Document, section: Section, measures: Sequence[Section]) -> list[Node]:
    """The section's nodes without those of measures inside it."""
    inner = [s for s in measures if section.first < s.first < section.last]
    return [
        document.nodes[n]
        for n in range(section.first, section.last)
        if not any(s.first <= n < s.last for s in inner)
    ]


# --- what a measure says ------------------------------------------------------------------------------


def _from_section(document: Document, section: Section, fields: Sequence[Field]) -> Measure:
    path = tuple(document.heading_text(s) for s in document.path(section))
    heading = document.heading_text(section)
    blocks = [section.heading]
    if section.title_block is not None:  # the number stands in a box of its own
        heading = section.title
        blocks.append(section.title_block)
    measure = _measure(document, section.index, heading, fields, blocks, path)
    return replace(measure, number=section.number)


def _measure(
    document: Document, section: int | None, heading: str, fields: Sequence[Field], blocks: Iterable[int],
    path: tuple[str, ...],
) -> Measure:  # fmt: skip
    labelled = any(f.role in CORE for f in fields)
    told = (_told_in_boxes if _of(fields, *_BOXES) else _told_in_text)(document, fields)
    held = {*blocks, *(p.block for f in fields for p in f.parts)}
    held |= {f.label_block for f in fields if f.label_block is not None}
    number = heading_number(heading)
    title, offices = _without_departments(tidy(number.title if number and number.title else heading))
    in_charge = [d for f in _of(fields, "departments") for d in departments(f.text or "")]
    return Measure(
        at=_with_drawings(document, document.evidence(held), section),
        rule="measure-labels" if labelled else "measure-prose",
        confidence=0.95 if labelled else 0.75,
        section=section,
        number=number.number if number else None,
        title=title,
        overview=_joined(told.overview),
        background=_joined(f.text for f in _of(fields, "background")),
        approach=_joined(told.approach),
        actions=tuple(told.actions),
        departments=tuple(in_charge or departments(offices or _offices_below(_of(fields, "body")))),
        national_tags=tuple(t for f in _of(fields, "tags") for t in _tags(f)),
        headings_path=path,
        fields=tuple(fields),
    )


def _of(fields: Sequence[Field], *roles: str) -> list[Field]:
    return [f for f in fields if f.role in roles]


@dataclass(frozen=True)
class _Told:
    """What a measure is, how it is gone about, and what is done one by one."""

    overview: Sequence[str | None]
    approach: Sequence[str | None]
    actions: Sequence[str]


def _told_in_boxes(document: Document, fields: Sequence[Field]) -> _Told:
    """Where boxes tell what is done; what a form says under its title, before its first, is its overview.

    Where no box holds prose, what stands under the title is how it is gone about.
    """
    boxes = _of(fields, *_BOXES)
    overview = [f.text for f in _overviews(fields)]
    said = [_sentences(f.parts) for f in _of(fields, "body")]
    if not any(overview) and any(f.prose for f in _of(fields, "approach", "background")):
        overview, said = said, []
    listed = [t for f in boxes for t in f.items]
    named = [] if listed else _nominal_lines(boxes)
    told = _of(boxes, "approach") if named else boxes
    return _Told(overview, [*said, *map(_without_cards, told)], _parted(listed or named))


def _told_in_text(document: Document, fields: Sequence[Field]) -> _Told:
    """Where no box tells what is done: its list in the text below the heading."""
    body = _of(fields, "body")
    parts = [p for f in body for p in f.parts]
    counted = _counted(document, parts)
    said = [_sentences(p for p in f.parts if p not in counted) for f in body]
    listed = [p.text for p in parts if p in counted or (p.is_item and "。" not in p.text)]
    return _Told([f.text for f in _overviews(fields)], said, _parted(listed))


def _parted(items: list[str]) -> list[str]:
    """A list of things to do; one that is alone may be several that run together."""
    return split_run_together(items[0]) if len(items) == 1 else items


def _without_departments(title: str) -> tuple[str, str]:
    """A title and the offices in brackets behind it: 窓口の改善（担当課：住民課）, 窓口の改善【住民課】."""
    match = _OFFICES_BEHIND.fullmatch(title)
    if match is None:
        return title, ""
    label = match["label"]
    named = field_role(label) == "departments" if label else is_office(match["offices"])
    return (match["title"], match["offices"]) if named else (title, "")


def _offices_below(body: Sequence[Field]) -> str:
    """The offices below a heading, or beside it: in brackets on the first line （住民課）, or alone."""
    lines = [p.text.strip() for f in body for p in f.parts]
    title, offices = _without_departments(next(iter(lines), ""))
    return offices if offices and not title else "\n".join(filter(is_office, lines))


def _overviews(fields: Sequence[Field]) -> list[Field]:
    """Boxes that tell what a measure is; where one is called 概要, a 目指す姿 or ねらい beside it is none."""
    told = _of(fields, "overview")
    return [f for f in told if "概要" in squash(f.label or "")] or told


def _with_drawings(document: Document, at: Evidence, section: int | None) -> Evidence:
    """The box with the tables and charts of the section on its first page, whose bars hold no text."""
    if section is None or at.box is None:
        return at
    box = at.box
    for node in document.direct_nodes(document.sections[section]):
        table = None if node.table is None else document.tables[node.table]
        for drawn in (*node.timelines, *(() if table is None else (table,))):
            if drawn.box is not None and drawn.page == at.page:
                box = box.union(drawn.box)
    return replace(at, box=box)


def _nominal_lines(fields: Sequence[Field]) -> list[str]:
    """Lines under 取組内容 that are names of things to do, one a line, their bullets lost."""
    lines = [p.text for f in _of(fields, "actions") for p in f.parts]
    listed = len(lines) >= 2 and all(len(t) <= _NAME_MAX and "。" not in t for t in lines)
    return lines if listed else []


def _without_inner_label(measures: Sequence[Measure]) -> list[Measure]:
    """Measures whose tags all stand behind one and the same label, without it: 重点項目：… in every form."""
    tags = [t for m in measures for t in m.national_tags]
    labels = {match[0] if (match := _INNER_LABEL.match(t)) else "" for t in tags}
    if len(tags) < 3 or len(labels) > 1 or "" in labels:
        return list(measures)
    cut = len(labels.pop())
    return [
        replace(m, national_tags=tuple(t for tag in m.national_tags if not is_null(t := tag[cut:].strip())))
        for m in measures
    ]


def _joined(texts: Iterable[str | None]) -> str | None:
    return "\n".join(t for t in texts if t) or None


def _sentences(parts: Iterable[Part]) -> str | None:
    """Of text without a label only running prose counts: captions and policy names stand there too."""
    return "\n".join(p.text for p in parts if "。" in p.text) or None


def _without_cards(field: Field) -> str | None:
    """The prose of a field, without the names and values of a card that stands beside it on the page."""
    parts = [p for p in field.parts if not p.is_item]
    if any(content_of(t) in ("value", "pair") for p in parts for t in p.text.split()):
        return _sentences(parts)
    return field.prose


def _counted(document: Document, parts: Sequence[Part]) -> list[Part]:
    """Sentences that are counted from 1 on (① … ② …): what is to be done, one by one."""
    heads = ((p, numbered(document.blocks[p.block].clean.strip())) for p in parts)
    found = [(p, number_key(n.number)) for p, n in heads if n is not None]
    counts = [key for _, key in found] == [(k,) for k in range(1, len(found) + 1)]
    return [p for p, _ in found] if counts and len(found) > 1 else []


def _tags(field: Field) -> list[str]:
    """Texts of the boxes of a 関連 field; a line end inside a box is no break, a dash no text."""
    return [
        re.sub(r"(?<=[^\x00-\x7f])\s+", "", t)
        for p in field.parts
        for t in ([p.text] if p.is_item else re.split(r"[、\n]|(?<=施策|事項)\s+", p.text))
        if t and not is_null(t)
    ]
