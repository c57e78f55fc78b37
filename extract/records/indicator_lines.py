"""Indicators told in lines and cards, not in a table: «名称 目標（基準）» in all its forms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import dropwhile, takewhile

from extract.document import Document
from extract.labels import column_role, vocabulary
from extract.layout.periods import parse_period
from extract.records.fields import Field, Part
from extract.records.indicator_items import read_items, several
from extract.records.indicator_sentences import of_part, sentences, told
from extract.records.indicator_signs import DATE, VALUE, signed
from extract.records.indicator_values import (
    NUMERIC,
    VALUE_ROLES,
    Reading,
    make_kpi,
    read_value,
    split_indicator,
    with_years,
)
from extract.records.indicator_years import years_of_two
from extract.records.lists import split_values
from extract.records.model import Kpi, Value
from extract.structure.content import content_of, year_of
from normalize.characters import squash
from normalize.eras import find_dates
from normalize.pairs import parse_pair
from normalize.quantities import find_quantities, parse_target

_TAIL_PARENS = re.compile(r"\s*[(（](?P<inner>[^()（）]*(?:[(（][^()（）]*[)）][^()（）]*)*)[)）]\s*$")
# In brackets behind a target: the target again, all there is, or how far it rises; no earlier value.
_NOT_BEFORE = re.compile(r"うち|全|(?:期間)?累計|合計|総計|[+＋△▲±]")
_LED = re.compile(r"^(?:[◆■●○・▪]|[(（]?[0-9０-９]{1,2}[)）.．]|[①-⑳]|[ア-ン][.．)）\s])\s*(?=\S)")
_NAMED = re.compile(r"(?P<label>[^\s：:0-9０-９①-⑳]{2,8})[0-9０-９①-⑳]{0,2}[\s：:]+")  # 指標1　…, KPI：…
_ARROW = re.compile(r"→|⇒|➡|⇨|▶")
_PROSE = ("body", "overview", "approach", "actions")  # where a plan says what it will do
_CUT_HEADS = 2
_WORD = 4  # characters: 展開 or 運用開始 alone tells of nothing in particular
_LINE_MAX, _LINES_MIN = 60, 3
_PROSE_MIN = 90  # characters from which a line is prose


def of_measure(
    document: Document, fields: Sequence[Field], measure: int, known: Sequence[Kpi]
) -> Iterator[Kpi]:
    """Indicators of a measure's fields that are not ``known`` yet: lines, sentences."""
    read = {block for kpi in known for block in kpi.at.blocks}
    tables = {document.blocks[block].table for block in read} - {None}
    lines: list[Kpi] = []
    for f in (f for f in fields if f.role == "kpi"):
        left = [p for p in f.parts if p.block not in read and document.blocks[p.block].table not in tables]
        lines += of_field(document, replace(f, parts=tuple(left)), measure)
    yield from lines
    named = {squash(k.indicator) for k in (*known, *lines) if k.measure == measure}
    for part in (part for f in fields if f.role in _PROSE for part in f.parts):
        for reading in of_part(part.text):
            if squash(reading.indicator) not in named:
                at = document.evidence([part.block, *part.joined])
                yield reading.at(at, "kpi-prose", 0.7, measure)


def _is_sentence(text: str) -> bool:
    return content_of(text) in ("prose", "list") or "。" in text


def _of_sentences(text: str) -> list[Reading]:
    return [reading for sentence in sentences(text) for reading in told(sentence)]


def of_no_measure(document: Document, owners: Sequence[int | None], known: Sequence[Kpi]) -> Iterator[Kpi]:
    """Lines outside all measures that are nothing but a name and two values: 移住者数：11人 → 17人.

    Three or more: one alone may be an example. What looks back on an earlier plan has none.
    """
    found: list[Kpi] = []
    read = {block for kpi in known for block in kpi.at.blocks}
    for node, owner in zip(document.nodes, owners, strict=True):
        placed = document.blocks[node.first] if owner is None and node.is_block else None
        if placed is None or placed.index in read or placed.block.kind not in ("paragraph", "list_item"):
            continue
        text = placed.clean.strip()
        if len(text) > _LINE_MAX or text.endswith("。") or len(_ARROW.findall(text)) != 1:
            continue
        if not looks_back(document, placed.index):
            readings = (r for r in read_sentence(text) if r.indicator and _says_something(r))
            at = document.evidence([placed.index])
            found += [r.at(at, "kpi-sentence", 0.8, None) for r in readings if r.target.value is not None]
    yield from found if len(found) >= _LINES_MIN else ()


def looks_back(document: Document, block: int) -> bool:
    section = document.section_of_block(block)
    path = document.path(document.sections[section]) if section is not None else []
    return any(word in s.title for s in path for word in vocabulary("progress")["chapters"])


def of_field(document: Document, f: Field, measure: int) -> Iterator[Kpi]:
    """Indicators of a 目指す成果 field; a label that names years (現状→R12目標) gives them to its values."""
    years = _years_in_label(f.label or "")
    yield from (with_years(kpi, years) for kpi in _of_field(document, f, measure))


def _years_in_label(label: str) -> dict[str, int]:
    sides = _ARROW.split(label)
    years = years_of_two(label) or ([year_of(side) for side in sides] if len(sides) == 2 else ())
    return {role: fy for role, fy in zip(("baseline", "target"), years, strict=False) if fy is not None}


def _of_field(document: Document, f: Field, measure: int) -> Iterator[Kpi]:
    """Its list items, or lines that hold a number."""
    if sum(column_role(p.text) is not None for p in f.parts) >= _CUT_HEADS:
        return  # a table cut into lines: which value stands under which head is lost
    for part in _listed(f.parts):
        at = document.evidence([part.block, *part.joined])
        for text in split_values(part.text) if len(f.parts) == 1 else [part.text]:
            for reading in filter(_says_something, _of_line(text)):
                yield reading.at(at, "kpi-sentence", 0.85, measure)


def _listed(parts: Sequence[Part]) -> Sequence[Part]:
    """The first list among the parts of a field; all of them where it has none."""
    items = takewhile(lambda p: p.is_item, dropwhile(lambda p: not p.is_item, parts))
    return list(items) or parts


def _of_line(text: str) -> list[Reading]:
    """What a line tells: values behind a name, else sentences that set a target; not heads of lost values."""
    if all(parse_period(word) for word in text.split()):
        return []
    if len(parts := several(text)) > 1:  # run together in one cell
        return [reading for part in parts for reading in _of_line(part)]
    items = None if _is_sentence(text) else read_items(_LED.sub("", text))
    said = [items] if items else _of_sentences(text)
    prose = len(text) > _PROSE_MIN or text.endswith("。")
    return said if said or prose else read_sentence(text)


def _says_something(reading: Reading) -> bool:
    """Not so where the name is only a value, or all there is is a phrase that sets nothing."""
    if column_role(reading.indicator) in VALUE_ROLES:
        return False
    named = re.sub(rf"{DATE}|{VALUE}|[^\w]|以[上下]|の", "", signed(reading.indicator).signs)
    alone = reading.target.value is None and reading.baseline.raw is None and _same_words(reading)
    if alone and (reading.target.kind == "qualitative" or len(named) <= _WORD):
        return False
    return len(named) > 1


def _same_words(reading: Reading) -> bool:
    return squash(reading.target.raw or "").startswith(squash(reading.indicator))


def read_sentence(text: str) -> list[Reading]:
    """Read «名称 目標（基準）» in its forms; several indicators in one line give several readings."""
    text = _LED.sub("", text.strip())
    label = _NAMED.match(text)
    if label and column_role(label["label"]) in ("indicator", "target") and label.end() < len(text):
        text = text[label.end() :]
        if said := told(text):
            return said
    items = read_items(text)
    if items is not None:
        return [items]
    if _ARROW.search(text):
        return _pairs(text)
    head, baseline = _split_baseline(text)
    target_fy = None
    if baseline and not find_quantities(baseline):  # only a year: that of the target
        target_fy = year_of(baseline)
        baseline = None
    cut = _target_start(head)
    if cut is None:
        goal = parse_target(head)
        kind = goal.kind if goal.kind not in NUMERIC else "milestone"
        text, fy = _split_year(text)
        name, qualifier, is_repeat = split_indicator(text)
        aim = Value(raw=head, kind=kind or "qualitative", fy=fy)
        return [Reading(name, qualifier, Value(), aim, is_repeat)]
    reading = make_kpi(head[:cut].strip(" 　：:"), head[cut:].strip(), baseline or "")
    return [replace(reading, target=replace(reading.target, fy=reading.target.fy or target_fy))]


def _split_baseline(text: str) -> tuple[str, str | None]:
    """Take the brackets with a value or a year off the end: «12か所（令和7年度11か所）»."""
    match = _TAIL_PARENS.search(text)
    if (
        match
        and (find_quantities(match["inner"]) or find_dates(match["inner"]))
        and _target_start(text[: match.start()])
    ):
        inner = match["inner"].strip()
        head = text[: match.start()].strip()
        return head, inner if find_dates(inner) or _is_earlier(head, inner) else None
    return text, None


def _is_earlier(head: str, inner: str) -> bool:
    """Whether brackets give the value before: one of the same unit, and no part, sum or rise."""
    units = {q.unit_norm for text in (head, inner) for q in find_quantities(text)[-1:]}
    return not _NOT_BEFORE.match(inner) and (len(units) == 1 or column_role(inner[:3]) is not None)


def _split_year(text: str) -> tuple[str, int | None]:
    """Take a fiscal year in brackets off the end: «窓口の開設（令和9年度）»."""
    match = _TAIL_PARENS.search(text)
    period = parse_period(match["inner"]) if match else None
    return (text[: match.start()].strip(), period.fy) if match and period else (text, None)


def _target_start(head: str) -> int | None:
    """Where the target begins in «名称 目標»: at the last space before a value, or at the last value."""
    for match in re.finditer(r"[\s　：:]+", head):
        rest = head[match.end() :]
        if rest and match.start() and parse_target(rest).kind in NUMERIC and _is_value(rest):
            return match.end()
    quantities = find_quantities(head)
    if quantities and quantities[-1].end >= len(head.rstrip()) and quantities[-1].start > 1:
        return quantities[-1].start
    return None


def _is_value(text: str) -> bool:
    """Nothing but a value: the number stands first, after at most a scope word, a year or 約."""
    quantities = find_quantities(text)
    if not quantities:
        return False
    lead = text[: quantities[0].start]
    for span in reversed(find_dates(lead)):
        lead = lead[: span.start] + lead[span.end :]
    return len(lead.strip(" 比の：:")) <= 3 and len(text) - quantities[-1].end <= 4


def _pairs(head: str) -> list[Reading]:
    """«転入62回→13回、おくやみ11回→3回» after a name: one reading per arrow, its label the qualifier."""
    before = head[: _ARROW.search(head).start()]  # type: ignore[union-attr]
    first = find_quantities(before)
    start = first[0].start if first else len(before)
    parting = " 　" if first else "：:"  # a value that is not known yet stands behind the colon: ： ― 件
    cut = max(head.rfind(sign, 0, start) for sign in parting) + 1 or (start if first else 0)
    name, qualifier, is_repeat = split_indicator(head[:cut].strip(" 　：:"))
    return [
        Reading(
            name or (pair.label or ""),
            pair.label or qualifier or pair.target.qualifier if name else qualifier,
            read_value(pair.baseline, pair.baseline.raw, None),
            read_value(pair.target, pair.target.raw, None),
            is_repeat,
        )
        for pair in parse_pair(head[cut:])
    ]
