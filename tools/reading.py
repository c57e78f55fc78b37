"""Plans with a truth: read in worker processes, with label words withheld if asked for, and scored."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from dxplan.score import TableScore, score_rows
from extract import labels
from extract.pipeline import extract_document

TABLES = (
    "documents", "policies", "measures", "kpis", "schedules", "glossary", "procedures", "progress", "figures",
)  # fmt: skip
SURE = 0.9
BANDS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 1.01)
_BEFORE_COLON = re.compile(r"^([^：:]{1,24})[：:]")

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Plan:
    """A document and its truth file."""

    document: Path
    truth: Path


@dataclass(frozen=True, slots=True)
class Read:
    """How right one plan was read, and how many of its label texts were withheld."""

    name: str
    scores: dict[str, TableScore]
    withheld: int = 0

    def strict(self) -> dict[str, float]:
        """Strict F1 of every table that the truth or the reading has rows of."""
        return {t: s.strict for t in TABLES if (s := self.scores.get(t)) and (s.gold or s.pred)}


def read_all(
    plans: Iterable[Plan], share: float = 0.0, seed: int = 1, jobs: int = 2, reader: str = "mupdf"
) -> list[Read]:
    """Every plan, in order; ``share`` of the label texts in it are withheld from the vocabulary."""
    work = partial(read, share=share, seed=seed, reader=reader)
    todo = list(plans)
    if jobs == 1 or len(todo) < 2:
        return [work(plan) for plan in todo]
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        return list(pool.map(work, todo))


def read(plan: Plan, share: float = 0.0, seed: int = 1, reader: str = "mupdf") -> Read:
    """One plan."""
    rows = extract_document(plan.document, reader=reader).rows
    withheld: list[str] = []
    if share:
        known = sorted(labels.known_texts(label_texts(rows)))
        withheld = random.Random(seed).sample(known, round(len(known) * share))
        with labels.withhold(withheld):
            rows = extract_document(plan.document, reader=reader).rows
    scores: dict[str, TableScore] = {}
    score_rows(rows, json.loads(plan.truth.read_text(encoding="utf-8")), scores)
    return Read(plan.document.name, scores, len(withheld))


def label_texts(rows: Rows) -> list[str]:
    """Texts that may name something: short blocks, cells, and what stands before a colon."""
    texts = [str(row["text"] or "") for table in ("blocks", "tables") for row in rows.get(table, ())]
    out = [t.strip() for t in texts if len(t.strip()) <= 24]
    out += [m[1].strip() for t in texts if (m := _BEFORE_COLON.match(t.strip()))]
    return list(dict.fromkeys(t for t in out if t))


# --- what is wrong although it was sure ---------------------------------------------------------------


def wrong_values(table: str, gold: Mapping[str, Any] | None, row: Mapping[str, Any]) -> list[str]:
    """The value fields of a row that say something false; a null is not. Of a false row all are."""
    if table == "kpis":
        names = ["baseline_value", "target_value", "baseline_fy", "target_fy"]
        return [
            n for n in names if row.get(n) is not None and (gold is None or not _equal(gold.get(n), row[n]))
        ]
    if table == "schedules":
        names = ["start_fy", "end_fy"] if row.get("span_certainty") == "exact" else ["start_fy"]
        return [n for n in names if row.get(n) is not None and (gold is None or gold.get(n) != row[n])]
    return []


def _equal(a: object, b: object) -> bool:
    return isinstance(a, (int, float)) and isinstance(b, (int, float)) and abs(a - b) < 1e-6


def sure_and_wrong(reads: Iterable[Read]) -> tuple[list[str], int]:
    """Rows of indicators and bars with a false value at a confidence of .9 or more, and all rows found."""
    told: list[str] = []
    count = 0
    for r in reads:
        for table in ("kpis", "schedules"):
            for gold, row in r.scores[table].rows if table in r.scores else ():
                count += 1
                bad = wrong_values(table, gold, row)
                if bad and float(row.get("confidence") or 0) >= SURE - 1e-6:
                    name = row.get("indicator") or row.get("task")
                    want = "no such row" if gold is None else {n: gold.get(n) for n in bad}
                    got = {n: row[n] for n in bad}
                    told.append(f"{r.name} p{row.get('page')} {table} {name}: want {want}, got {got}")
    return told, count


def calibration(reads: Iterable[Read]) -> list[tuple[str, int, int, float]]:
    """(band, rows, right in every field, mean confidence) for each band of confidence that has rows."""
    judged = [pair for r in reads for s in r.scores.values() for pair in s.judged]
    out = []
    for low, high in pairwise(BANDS):
        here = [(c, ok) for c, ok in judged if low <= c < high]
        if here:
            mean = sum(c for c, _ in here) / len(here)
            out.append((f"{low:.2f}-{min(high, 1):.2f}", len(here), sum(ok for _, ok in here), mean))
    return out


def mean(reads: Sequence[Read]) -> dict[str, float]:
    """Mean strict F1 by table over the plans that have it, and over all of these figures (``all``)."""
    values = [r.strict() for r in reads]
    out = {}
    for table in TABLES:
        here = [v[table] for v in values if table in v]
        if here:
            out[table] = round(sum(here) / len(here), 4)
    return out | {"all": round(sum(out.values()) / max(1, len(out)), 4)}


def head() -> str:
    """The names over ``line``."""
    return f"{'':28}" + "".join(f"{t[:9]:>10}" for t in (*TABLES, "all"))


def line(name: str, values: Mapping[str, float]) -> str:
    """Strict F1 of one plan, or a mean, for the terminal."""
    cells = (f"{values[t]:>10.2f}" if t in values else f"{'':>10}" for t in (*TABLES, "all"))
    return f"{name[:28]:28}" + "".join(cells)


def table_of(reads: Sequence[Read]) -> str:
    """A line a plan, the mean last."""
    return "\n".join([head(), *(line(r.name, r.strict()) for r in reads), line("mean", mean(reads))])
