"""Achievement of an earlier plan: tables with a column per band, tables with a rate per item, sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from extract.document import Document
from extract.labels import vocabulary
from extract.model import Cell
from extract.records.fields import cell_text, tidy
from extract.records.model import Progress
from normalize.characters import squash

_PCT = re.compile(r"[(（]\s*(?P<pct>[0-9０-９]+(?:[.．][0-9０-９]+)?)\s*[%％]\s*[)）]\s*$")
_WHOLE_PCT = re.compile(r"^\s*約?(?P<pct>[0-9０-９]+(?:[.．][0-9０-９]+)?)\s*[%％]?\s*$")
_TOTAL = re.compile(
    r"(?P<item>全体の(?:達成度|達成率|進捗率))(?:として)?(?:は|が)[、\s]*(?P<pct>[0-9０-９]+(?:[.．][0-9０-９]+)?)\s*[%％]"
)
_FULL = re.compile(r"100\s*[%％](?!未満)|１００\s*[%％]")


def extract(document: Document) -> list[Progress]:
    rows = []
    for index in range(len(document.tables)):
        rows += (
            list(_bands(document, index))
            or list(_band_rows(document, index))
            or list(_rates(document, index))
            or list(_grades(document, index))
        )
    if rows:
        rows = [*_totals(document), *rows]
    return rows


def _number(text: str) -> float:
    return float(text.translate(str.maketrans("０１２３４５６７８９．", "0123456789.")))


def _is_band(text: str) -> bool:
    words = vocabulary("progress")["band_words"]
    return (
        any(w in text for w in words)
        and bool(re.search(r"[%％]|割|以上|未満|完了", text))
        and len(text) <= 30
    )


def _bands(document: Document, index: int) -> Iterator[Progress]:
    """Columns headed «達成度90%以上»; items below, with their own rate in parentheses where it is told."""
    rows = document.grids[index]
    if not rows:
        return
    header = {c: cell for c, cell in enumerate(rows[0]) if cell and _is_band(cell.text)}
    if len(header) < 2:
        return
    for row in rows[1:]:
        for col, head in header.items():
            cell, band = row[col], cell_text(head).strip()
            if cell is None or not cell.text:
                continue
            for line in cell_text(cell).split("\n"):
                item = tidy(line)
                match = _PCT.search(item)
                pct = _number(match["pct"]) if match else (100.0 if _FULL.search(band) else None)
                at = document.evidence([document.cell_blocks[index, cell.row, cell.col]])
                yield Progress(
                    at=replace(at, blocks=(document.cell_blocks[index, head.row, head.col], *at.blocks)),
                    rule="progress-bands",
                    confidence=0.95,
                    item=(item[: match.start()] if match else item).strip(),
                    achieved_pct=pct,
                    band=band,
                )


def _band_rows(document: Document, index: int) -> Iterator[Progress]:
    """Two columns: rows that tell a band («達成率90%以上») alone, below each the items and their rates."""
    rows = document.grids[index]
    if not rows or len(rows[0]) != 2:
        return
    band: Cell | None = None
    for row in rows:
        told = list(dict.fromkeys(c for c in row if c and c.text))
        if len(told) == 1 and _is_band(told[0].text):
            band = told[0]
        if band is None or len(told) != 2:
            continue
        items, rates = (cell_text(c).split("\n") for c in told)
        found = [_WHOLE_PCT.match(rate) if rate.rstrip().endswith(("%", "％")) else None for rate in rates]
        if len(items) != len(rates):  # a wrapped name: which rate is whose is unsure
            continue
        at = document.evidence([document.cell_blocks[index, c.row, c.col] for c in (band, *told)])
        for item, match in zip(items, found, strict=True):
            if match:
                yield Progress(
                    at=at,
                    rule="progress-band-rows",
                    confidence=0.9,
                    item=tidy(item),
                    achieved_pct=_number(match["pct"]),
                    band=tidy(cell_text(band)),
                )


def is_rate(head: str) -> bool:
    """Whether a column head names a rate of achievement (達成率(令和6年度末))."""
    key = squash(head).split("(")[0]
    return any(squash(w) == key for w in vocabulary("progress")["pct_columns"])


def _rates(document: Document, index: int) -> Iterator[Progress]:
    """A row per item with a column 達成率."""
    rows = document.grids[index]
    if len(rows) < 2:
        return
    words = vocabulary("progress")
    keys = [squash(cell_text(c)) if c else "" for c in rows[0]]
    item = next((i for i, k in enumerate(keys) if any(squash(w) in k for w in words["item_columns"])), None)
    rates = [i for i, c in enumerate(rows[0]) if c and is_rate(cell_text(c))]
    told = [i for i in rates if any((c := row[i]) and _WHOLE_PCT.match(cell_text(c)) for row in rows[1:])]
    pct = told[0] if told else None
    spoken = next((i for i in rates if i not in told), None)  # 達成状況 in words
    if item is None or pct is None or item == pct:
        return
    bands = frozenset(map(squash, words["band_columns"]))
    grades = frozenset(map(squash, words["band_values"]))
    named = next((i for i, k in enumerate(keys) if k in bands and i not in (item, pct)), None)
    band = named if spoken is None else spoken
    for row in rows[1:]:
        name, value = row[item], row[pct]
        match = _WHOLE_PCT.match(cell_text(value)) if value else None
        if name is None or not name.text or value is None or not match:
            continue
        grade = row[band] if band is not None else None
        graded = grade is not None and (spoken is not None or squash(cell_text(grade)) in grades)
        used = (name, value, grade if graded else None)
        blocks = [document.cell_blocks[index, c.row, c.col] for c in used if c is not None and c.text]
        yield Progress(
            at=document.evidence(blocks),
            rule="progress-rates",
            confidence=0.9,
            item=tidy(cell_text(name)),
            achieved_pct=_number(match["pct"]),
            band=tidy(cell_text(grade)) if grade is not None and grade.text and graded else None,
        )


def _looks_back(document: Document, index: int) -> bool:
    """Whether a table stands in a chapter about what was done before."""
    node = next(n for n, node in enumerate(document.nodes) if node.table == index)
    section = document.section_of_node[node]
    path = document.path(document.sections[section]) if section is not None else []
    return any(word in s.title for s in path for word in vocabulary("progress")["chapters"])


def _grades(document: Document, index: int) -> Iterator[Progress]:
    """A row per item with its grade in words beside what was aimed at and reached: 目標 | 実績 | 達成状況."""
    rows = document.grids[index]
    words = vocabulary("progress")
    if not _looks_back(document, index):
        return
    heads = [squash(cell_text(c)) if c else "" for c in rows[0]] if len(rows) > 1 else []
    item = next((i for i, h in enumerate(heads) if any(squash(w) in h for w in words["item_columns"])), None)
    band = next((i for i, h in enumerate(heads) if h in frozenset(map(squash, words["band_columns"]))), None)
    if item is None or band is None or item == band or not any("実績" in h or "成果" in h for h in heads):
        return
    grades = frozenset(map(squash, words["band_values"]))
    for row in rows[1:]:
        name, grade = row[item], row[band]
        if name is not None and name.text and grade is not None and squash(cell_text(grade)) in grades:
            yield Progress(
                at=document.evidence([document.cell_blocks[index, c.row, c.col] for c in (name, grade)]),
                rule="progress-grades",
                confidence=0.85,
                item=tidy(cell_text(name)),
                achieved_pct=None,
                band=tidy(cell_text(grade)),
            )


def _totals(document: Document) -> Iterator[Progress]:
    for placed in document.blocks:
        match = _TOTAL.search(placed.text)
        if match:
            yield Progress(
                at=document.evidence(
                    [placed.index], placed.start + match.start(), placed.start + match.end()
                ),
                rule="progress-total",
                confidence=0.9,
                item=match["item"],
                achieved_pct=_number(match["pct"]),
            )
