"""How right a dataset is, measured against truth files.

A truth file is one JSON document with ``doc``, ``policies``, ``measures``, ``kpis``, ``schedules``,
``glossary``, ``procedures``, ``progress``, ``figures``, ``national_links`` and ``term_variants``;
``doc.file`` (or ``doc.seed``, the beginning of a file's name) says which row of ``documents`` it describes.

A record is found when its key text is alike under the right measure. Text compares after NFKC without white
space and marks; likeness is the ratio of Ratcliff and Obershelp. ``strict`` asks that every field be right.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.dataset as pads

from dxplan.score.likeness import key, likeness, same
from dxplan.score.rules import (
    FIGURES,
    LINKS,
    PLAIN,
    POLICIES,
    Row,
    Rule,
    for_kpis,
    for_measures,
    for_schedules,
    stands_under,
)  # fmt: skip
from dxplan.storage import remote
from dxplan.tables import TABLES

_NUMBERED = re.compile(r"\s*(図|表|グラフ)")
# the national plan's own items; the other links are a matter of taste and not scored
_NATIONAL_ITEMS = {
    "frontyard", "standardization", "elqr", "mynumber", "security", "ai_rpa", "telework", "regional_digital",
    "digital_divide", "analog_rules",
}  # fmt: skip
_BINS = 10


@dataclass(slots=True)
class TableScore:
    """Counts of one table over all documents. ``fields`` maps a field to (right, compared)."""

    gold: int = 0
    pred: int = 0
    hit: int = 0
    strict_hit: int = 0
    fields: dict[str, tuple[int, int]] = field(default_factory=dict)
    misses: list[str] = field(default_factory=list)
    judged: list[tuple[float, bool]] = field(default_factory=list)  # (confidence, every field right)
    rows: list[tuple[Row | None, Row]] = field(default_factory=list)  # (record of the truth, row)
    of_fields: bool = False  # strict counts fields, not records (documents)

    @property
    def recall(self) -> float:
        return _share(self.hit, self.gold, self.pred)

    @property
    def precision(self) -> float:
        return _share(self.hit, self.pred, self.gold)

    @property
    def f1(self) -> float:
        return _harmonic(self.recall, self.precision)

    @property
    def strict(self) -> float:
        """F1 of records whose every field is right; for ``of_fields`` the share of right fields."""
        if self.of_fields:
            right = sum(r for r, _ in self.fields.values())
            return right / max(1, sum(n for _, n in self.fields.values()))
        recall = _share(self.strict_hit, self.gold, self.pred)
        return _harmonic(recall, _share(self.strict_hit, self.pred, self.gold))

    @property
    def field_shares(self) -> dict[str, float]:
        """Share of matched records in which a field is right."""
        return {name: right / n for name, (right, n) in self.fields.items() if n}

    def count(self, name: str, right: bool) -> None:
        """One comparison of a field."""
        before, n = self.fields.get(name, (0, 0))
        self.fields[name] = (before + right, n + 1)

    def add(self, gold: Row | None, row: Row, *, right: bool) -> None:
        """One row, with its record of the truth; ``right`` says whether every field of it is."""
        self.rows.append((gold, row))
        if row.get("confidence") is not None:
            self.judged.append((round(float(row["confidence"]), 6), right))  # float32: 0.9 is 0.89999998


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Records with a confidence in [low, high), and how many of them are right in every field."""

    low: float
    high: float
    n: int
    right: int


def score(dataset_dir: Path | str, truth_paths: Iterable[Path]) -> dict[str, TableScore]:
    """Scores by table, added up over the truth files.

    Raises:
        FileNotFoundError: ``dataset_dir`` holds no ``documents.parquet``, or a truth file is missing.
    """
    system, folder = remote.connect(dataset_dir)
    if not system.exists(f"{folder}/documents.parquet"):
        raise FileNotFoundError(f"no documents.parquet in {dataset_dir}: is it a dataset folder?")
    files = {name: f"{folder}/{name}.parquet" for name in TABLES}
    tables = {
        name: pads.dataset(file, filesystem=system).to_table().to_pylist()
        for name, file in files.items()
        if system.exists(file)
    }
    scores: dict[str, TableScore] = {}
    for path in truth_paths:
        score_rows(tables, json.loads(path.read_text(encoding="utf-8")), scores)
    return scores


def calibration(dataset_dir: Path | str, truth_paths: Iterable[Path]) -> list[CalibrationBin]:
    """Is a confidence what it says? Counts in ten bins, over every scored table that has confidences."""
    judged = [pair for table in score(dataset_dir, truth_paths).values() for pair in table.judged]
    bins = []
    for i in range(_BINS):
        here = [right for confidence, right in judged if min(int(confidence * _BINS), _BINS - 1) == i]
        bins.append(CalibrationBin(i / _BINS, (i + 1) / _BINS, len(here), sum(here)))
    return bins


def format_score(scores: Mapping[str, TableScore], misses: int = 0) -> str:
    """A table for the terminal, with up to ``misses`` misses under each line."""
    lines = [f"{'table':16}{'gold':>6}{'pred':>6}{'recall':>8}{'prec':>8}{'F1':>8}{'strict':>8}  fields"]
    for name, s in scores.items():
        shares = " ".join(f"{key}={share:.3f}" for key, share in s.field_shares.items())
        numbers = "".join(f"{value:8.3f}" for value in (s.recall, s.precision, s.f1, s.strict))
        lines.append(f"{name:16}{s.gold:6}{s.pred:6}{numbers}  {shares}".rstrip())
        lines += [f"    - {miss}" for miss in s.misses[:misses]]
    return "\n".join(lines)


def format_calibration(bins: Sequence[CalibrationBin]) -> str:
    """A table for the terminal; empty bins are left out."""
    lines = [f"{'confidence':12}{'n':>6}{'right':>7}{'share':>8}"]
    for b in bins:
        if b.n:
            lines.append(f"{b.low:.1f} to {b.high:.1f}  {b.n:6}{b.right:7}{b.right / b.n:8.3f}")
    return "\n".join(lines)


def _share(part: int, whole: int, other: int) -> float:
    """Recall or precision: 1 where neither side has a record, 0 where only this one has none."""
    if whole == 0:
        return 1.0 if other == 0 else 0.0
    return part / whole


def _harmonic(a: float, b: float) -> float:
    return 2 * a * b / (a + b) if a + b else 0.0


def _pair(gold: Sequence[Row], pred: Sequence[Row], rule: Rule) -> list[tuple[int, int]]:
    """Greedy one-to-one pairs, the most alike first; ties go to document order."""
    ranked = sorted(
        (-alike, i, j)
        for i, g in enumerate(gold)
        for j, p in enumerate(pred)
        if (alike := rule.likeness(g, p)) >= rule.floor
    )
    used_gold: set[int] = set()
    used_pred: set[int] = set()
    pairs = []
    for _, i, j in ranked:
        if i not in used_gold and j not in used_pred:
            used_gold.add(i)
            used_pred.add(j)
            pairs.append((i, j))
    return pairs


def _compare(
    table: str, score: TableScore, gold: Sequence[Row], pred: Sequence[Row], rule: Rule
) -> list[tuple[Row, Row]]:
    """Pair the records of one document, add what was found to ``score``, return the pairs."""
    pairs = _pair(gold, pred, rule)
    score.gold += len(gold)
    score.pred += len(pred)
    score.hit += len(pairs)
    for i, j in pairs:
        _compare_pair(table, score, gold[i], pred[j], rule)
    found_gold, found_pred = {i for i, _ in pairs}, {j for _, j in pairs}
    score.misses += [f"{table} lost: {rule.name(g)}" for i, g in enumerate(gold) if i not in found_gold]
    for extra in (p for j, p in enumerate(pred) if j not in found_pred):
        score.misses.append(f"{table} extra: {rule.name(extra)}")
        score.add(None, extra, right=False)
    return [(gold[i], pred[j]) for i, j in pairs]


def _compare_pair(table: str, score: TableScore, gold: Row, pred: Row, rule: Rule) -> None:
    """Compare the fields of a row with those of its record of the truth."""
    wrong = [name for name, check in rule.checks.items() if not check(gold, pred)]
    for name in rule.checks:
        score.count(name, name not in wrong)
    score.strict_hit += not wrong
    score.misses += [
        f"{table}.{name}: {rule.name(gold)}: want {_short(gold, name)}, got {_short(pred, name)}"
        for name in wrong
    ]
    score.add(gold, pred, right=not wrong)


def _short(row: Row, name: str) -> str:
    return repr(row.get(name))[:60]


# --- one document ---------------------------------------------------------------------------------


def score_rows(
    tables: Mapping[str, Sequence[Row]], truth: Mapping[str, Any], scores: dict[str, TableScore]
) -> None:
    """Add to ``scores`` how right the rows of one document among ``tables`` are."""
    document = _find_document(tables, truth["doc"])
    doc_id = document["doc_id"] if document else None

    def rows(name: str) -> list[Row]:
        return [r for r in tables.get(name, []) if doc_id is not None and r.get("doc_id") == doc_id]

    def compare(name: str, gold: Sequence[Row], pred: Sequence[Row], rule: Rule) -> list[tuple[Row, Row]]:
        return _compare(name, scores.setdefault(name, TableScore()), gold, pred, rule)

    _score_metadata(scores.setdefault("documents", TableScore(of_fields=True)), truth["doc"], document)
    compare("policies", truth["policies"], rows("policies"), POLICIES)
    measures = compare("measures", truth["measures"], rows("measures"), for_measures(truth, rows("policies")))
    under = stands_under({g["id"]: p["measure_id"] for g, p in measures})
    compare("kpis", truth["kpis"], rows("kpis"), for_kpis(under))
    compare("schedules", truth["schedules"], rows("schedules"), for_schedules(under))
    for name, rule in PLAIN.items():
        compare(name, truth[name], rows(name), rule)
    figures = [g for g in truth["figures"] if _NUMBERED.match(g["caption"] or "")]
    near = [p for p in rows("figures") if any(likeness(g["caption"], p["caption"]) >= 0.8 for g in figures)]
    compare("figures", figures, near, FIGURES)
    compare("national_links", *_links(truth, rows("measures"), rows("national_links")), LINKS)
    _score_variants(scores.setdefault("variants", TableScore()), truth, tables.get("variants", []))


def _find_document(tables: Mapping[str, Sequence[Row]], doc: Row) -> Row | None:
    wanted = str(doc.get("file") or doc.get("seed"))
    for row in tables.get("documents", []):
        name = str(row["source_name"])
        if name == wanted or name.startswith(f"{wanted}_") or name.split(".")[0] == wanted.split(".")[0]:
            return row
    return None


def _score_metadata(score: TableScore, doc: Row, row: Row | None) -> None:
    """Every field counts, also those of a document that is missing from the dataset."""
    text = ("municipality", "prefecture", "municipality_code", "title", "version", "published")
    exact = {"is_draft": "draft", "period_start_fy": "period_start_fy", "period_end_fy": "period_end_fy",
             "period_open_ended": "period_open_ended"}  # fmt: skip
    compared = [(name, name, same) for name in text]
    compared += [(name, told, lambda a, b: a == b) for name, told in exact.items() if told in doc]
    for name, told, equal in compared:
        right = row is not None and equal(doc.get(told), row.get(name))
        score.count(name, right)
        if not right:
            got = "no row" if row is None else _short(row, name)
            score.misses.append(f"documents.{name}: {doc.get('title')}: want {_short(doc, told)}, got {got}")
    score.gold += 1
    score.pred += row is not None
    score.hit += row is not None


def _links(
    truth: Mapping[str, Any], measures: Sequence[Row], links: Sequence[Row]
) -> tuple[list[Row], list[Row]]:
    """Links to the national plan's own items, with the title of their measure."""
    wanted = {m["id"]: m["title"] for m in truth["measures"]}
    found = {m["measure_id"]: m["title"] for m in measures}
    gold = [{**x, "title": wanted[x["measure"]]} for x in truth["national_links"]]
    pred = [{**x, "title": found.get(x["measure_id"], "")} for x in links]
    return (
        [x for x in gold if x["item"] in _NATIONAL_ITEMS],
        [x for x in pred if x["item"] in _NATIONAL_ITEMS],
    )


def _score_variants(score: TableScore, truth: Mapping[str, Any], variants: Sequence[Row]) -> None:
    """Right when both forms lead to one canonical term, whichever form that is. Only recall is measured."""
    canonical = {unicodedata.normalize("NFC", str(v["surface"])): v["canonical"] for v in variants}
    for variant in truth["term_variants"]:
        if not variant.get("canonical") or variant.get("kind") == "synonym":
            continue
        surface = unicodedata.normalize("NFC", variant["surface"])
        other = unicodedata.normalize("NFC", variant["canonical"])
        right = surface in canonical and key(canonical[surface]) == key(canonical.get(other, other))
        score.gold += 1
        score.pred += right
        score.hit += right
        score.strict_hit += right
        if not right:
            got = canonical.get(surface)
            score.misses.append(f"variants: {variant['surface']} -> {variant['canonical']}: got {got!r}")
