"""An extractor and a linking stage that stand in for the real ones; workers import them by name.

A fake plan is a text file. Each line is a measure, or a wish: ``!crash``, ``!hang``, ``!eat``, ``!hoard``, ``!swell``,
``!raise``, ``!rubbish``, ``!fail``, ``!scanned N`` (pages). Every reading is noted in a file beside the
plan, named by ``READ_LOG``.
"""

from __future__ import annotations

import hashlib
import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from extract.limits import Extent, Limits, NeedsMoreTime
from extract.model import Metadata

Rows = dict[str, list[dict[str, object]]]
VERSION = "0.1.0+0123456789ab"
READ_LOG = ".read"
hoard: list[bytearray] = []  # what a worker has hoarded
HANGING = ".hanging"  # holds the process id of the worker that hangs


@dataclass(frozen=True)
class Extraction:
    rows: Rows
    extent: Extent = field(default_factory=Extent)


def extract(
    path: Path,
    *,
    data: bytes,
    reader: str,
    pages: range | None,
    limits: Limits,
    known: Metadata | None,
    scans: int,
) -> Extraction:
    content = data
    with open(path.parent / READ_LOG, "a", encoding="utf-8") as log:
        log.write(f"{path.name}\n")
    lines = content.decode("utf-8").splitlines()
    for line in lines:
        if line.startswith("!scanned"):
            _recognise(int(line.split()[1]), scans)
        elif line.startswith("!") and (outcome := _misbehave(line, path)):
            return outcome
    doc_id = f"131016-{hashlib.sha256(content).hexdigest()[:12]}"
    return Extraction(_rows(doc_id, lines), Extent(pages=2))


def _recognise(pages: int, allowed: int) -> None:
    """Take a second for each page, as OCR does."""
    if pages > allowed:
        raise NeedsMoreTime(pages)
    time.sleep(pages)


class Swelling(int):
    """Runs out of memory when it is copied, which is when the bundle is written."""

    def __deepcopy__(self, memo: object) -> Swelling:
        raise pa.ArrowMemoryError("malloc failed")


def _misbehave(wish: str, path: Path) -> Extraction | None:
    match wish:
        case "!crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "!crash once":
            if (path.parent / READ_LOG).read_text().count(path.name) == 1:
                os.kill(os.getpid(), signal.SIGKILL)
        case "!hang":
            (path.parent / HANGING).write_text(str(os.getpid()))
            time.sleep(60)
        case "!eat":
            bytearray(64 << 30)
        case "!swell":
            return Extraction(_rows("131016-0", ["窓口"]), Extent(pages=Swelling()))
        case "!hoard":
            hoard.append(bytearray(1 << 30))
            bytearray(64 << 30)
        case "!raise":
            raise LookupError("a fault of the extractor")
        case "!rubbish":
            return Extraction({"documents": [{"doc_id": "000000-0", "colour": "red"}]})
        case "!fail":
            doc_id = f"000000-{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"
            note = {"doc_id": doc_id, "stage": "read", "severity": "error", "code": "empty", "message": "空"}
            return Extraction({"documents": [{"doc_id": doc_id, "status": "failed"}], "diagnostics": [note]})
    return None


def _rows(doc_id: str, titles: list[str]) -> Rows:
    measures = [
        {
            "doc_id": doc_id,
            "measure_id": f"{doc_id}-m{i}",
            "number": f"({i + 1})",
            "title": title,
            "overview": "",
            "actions": ["窓口の見直し", "職員研修"],
            "order": i,
            "page": 1,
            "bbox": {"x0": 72.0, "y0": 90.5, "x1": 523.0, "y1": 104.5},
            "char_start": 0,
            "char_end": len(title),
            "source_text": title,
            "rule": "measures.heading",
            "confidence": 0.9,
        }
        for i, title in enumerate(titles)
    ]
    kpis = [
        {
            "doc_id": doc_id,
            "kpi_id": f"{m['measure_id']}-k0",
            "measure_id": m["measure_id"],
            "indicator": f"{m['title']}の利用率",
            "baseline_raw": "35.5%",
            "baseline_value": 35.5,
            "baseline_unit": "%",
            "target_raw": "80%",
            "target_value": 80.0,
            "target_unit": "%",
            "target_fy": 2028,
            "target_kind": "absolute",
            "page": 1,
            "confidence": 0.8,
        }
        for m in measures
    ]
    schedules = [
        {
            "doc_id": doc_id,
            "schedule_id": f"{m['measure_id']}-s0",
            "measure_id": m["measure_id"],
            "task": f"{m['title']}の試行",
            "start_fy": 2026,
            "end_fy": 2027,
            "span_source": "arrow",
            "span_certainty": "exact",
            "page": 1,
        }
        for m in measures
    ]
    document = {
        "doc_id": doc_id,
        "municipality": "みほん市",
        "prefecture": "東京都",
        "municipality_code": "131016",
        "title": "みほん市DX推進計画",
        "n_pages": 2,
        "text_source": "text",
        "status": "ok",
    }
    tokens = [
        {"doc_id": doc_id, "sentence_id": f"{doc_id}-0", "i": i, "surface": t} for i, t in enumerate(titles)
    ]
    return {
        "documents": [document],
        "measures": measures,
        "kpis": kpis,
        "schedules": schedules,
        "tokens": tokens,
    }


def link(tables: Rows) -> Rows:
    """Tie every measure to one item of the national plan."""
    return {
        "national_links": [
            {
                "doc_id": m["doc_id"],
                "measure_id": m["measure_id"],
                "item": "frontyard",
                "item_title": "フロントヤード改革",
                "basis": "title",
                "score": 0.5,
            }
            for m in tables["measures"]
        ]
    }
