"""Datasets made of a few rows by hand, linked as a run links them."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import dxplan
from dxplan.dataset import Dataset
from dxplan.storage.describe import datapackage
from dxplan.storage.write import to_batch, write_json, write_table
from dxplan.tables import TABLES
from normalize import values
from normalize.dataset import link
from tests.dxplan.conftest import SAMPLE

Row = dict[str, Any]


def three_plans(folder: Path) -> Path:
    """``folder`` with three sample plans in ``plans`` and their dataset in ``out``."""
    (folder / "plans").mkdir()
    for name in ("suzukake.pdf", "chigusadai_r3.pdf", "hotarugaya.txt"):
        shutil.copy(SAMPLE / name, folder / "plans")
    dxplan.run(folder / "plans", folder / "out", jobs=1)
    return folder


def document(doc_id: str, municipality: str, **fields: Any) -> Row:
    row = {"doc_id": doc_id, "municipality": municipality, "prefecture": "みほん県", "status": "ok"}
    row |= {"source_name": f"{doc_id}.pdf", "period_start_fy": 2026, "period_end_fy": 2030}
    return row | {"published": "2026-03", "period_open_ended": False} | fields


def measure(doc_id: str, number: int, title: str, **fields: Any) -> Row:
    row = {"doc_id": doc_id, "measure_id": f"{doc_id}-m{number}", "number": f"({number})", "title": title}
    return row | {"order": number, "page": number} | fields


def part(table: str, owner: Row, number: int, **fields: Any) -> Row:
    """A row of ``kpis`` or ``schedules`` of a measure."""
    key = {"kpis": "kpi_id", "schedules": "schedule_id"}[table]
    head = {"doc_id": owner["doc_id"], "measure_id": owner["measure_id"], "page": owner["page"]}
    return head | {key: f"{owner['measure_id']}-{table[0]}{number}"} | fields


def blocks(doc_id: str, *texts: str) -> list[Row]:
    rows, at = [], 0
    for i, text in enumerate(texts):
        row = {
            "doc_id": doc_id,
            "block_id": f"{doc_id}-b{i}",
            "kind": "paragraph",
            "text": text,
            "page": i + 1,
        }
        rows.append(row | {"char_start": at, "char_end": at + len(text)})
        at += len(text) + 1
    return rows


def dataset(folder: Path, tables: Mapping[str, Sequence[Row]]) -> Dataset:
    # The tables come from files, where every column is there; so they do in a run.
    whole = {name: to_batch(TABLES[name], rows).to_pylist() for name, rows in tables.items()}
    titles = {row["measure_id"]: row["title"] for row in whole.get("measures", ())}
    for kpi in whole.get("kpis", ()):
        kpi |= values.columns(kpi, titles.get(kpi["measure_id"])) | {"indicator_id": kpi["indicator_id"]}
    whole |= link(whole)
    folder.mkdir(exist_ok=True)
    counts = {
        name: write_table(folder / f"{name}.parquet", table, [to_batch(table, whole.get(name, []))])
        for name, table in TABLES.items()
    }
    write_json(folder / "datapackage.json", datapackage(folder, counts) | {"inputs": ""})
    return dxplan.open(folder)
