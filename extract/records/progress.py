"""Achievement of an earlier plan: tables with a column per band, tables with a rate per item, sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from math import exp

from extract.document import Document, Placed
from extract.labels import vocabulary
from extract.model import Cell
from extract.records.fields import cell_text, tidy
from extract.records.model import Progress
from extract.structure.definitions import one_line
from extract.structure.reviews import review
from normalize.characters import squash

_PCT = re.compile(r"[(（]\s*(?P<pct>[0-9０-９]+(?:[.．][0-9０-９]+)?)\s*[%％]\s*[)）]\s*$")
_WHOLE_PCT = re.compile(r"^\s*約?(?P<pct>[0-9０-９]+(?:[.．][0-9０-９]+)?)\s*[%％]?\s*$")
_LINE = re.compile(r"(?P<item>\S.{1,40}?)[\s：:]+約?(?P<pct>[0-9０-９]+(?:[.．][0-9０-９]+)?)\s*[%％]")
_BULLET = re.compile(r"^[■□◆◇●○▼▶]\s*")
_ASIDE = ("header", "footer", "side_nav", "footnote")
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
            or list(_reviewed(document, index))
        )
    rows += _lists(document)
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


def _reviewed(document: Document, index: int) -> Iterator[Progress]:
    """A row an item with its rate or grade, in a table that reviews what was reached."""
    found = review(document, index)
    if found is None:
        return
    columns = {"item": found.item, "rate": found.rate, "band": found.band}
    for row in found.rows:
        cells = {
            what: cell for what, c in columns.items() if c is not None and (cell := row[c]) and cell.text
        }
        told = {what: cell_text(cell) for what, cell in cells.items()}
        match = _WHOLE_PCT.match(told.get("rate", ""))
        if "item" not in told or not (match or (columns["rate"] is None and "band" in told)):
            continue
        yield Progress(
            at=document.evidence([document.cell_blocks[index, c.row, c.col] for c in cells.values()]),
            rule="progress-rates" if match else "progress-grades",
            confidence=1 / (1 + exp(-found.score)),
            item=one_line(tidy(told["item"])),
            achieved_pct=_number(match["pct"]) if match else None,
            band=tidy(told["band"]) if "band" in told else None,
        )


def _lists(document: Document) -> Iterator[Progress]:
    """Items with their rates in lines under the band they have reached: ・研修　104％."""
    band: Placed | None = None
    for node in document.nodes:
        placed = document.blocks[node.first] if node.is_block else None
        if placed is None:
            band = None
            continue
        text = tidy(placed.clean)
        if _is_band(text):
            band = placed
            continue
        match = _LINE.fullmatch(text)
        if band is None or match is None:
            band = band if placed.block.kind in _ASIDE else None
            continue
        at = document.evidence([placed.index])
        yield Progress(
            at=replace(at, blocks=(band.index, *at.blocks)),
            rule="progress-lines",
            confidence=0.9,
            item=match["item"].strip("：: \u3000"),
            achieved_pct=_number(match["pct"]),
            band=_BULLET.sub("", tidy(band.clean)),
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
