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
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import pyarrow.dataset as pads
from rapidfuzz import fuzz

from dxplan.storage import remote
from dxplan.tables import TABLES

Row = Mapping[str, Any]  # a row of the contract, or a record of a truth file
Check = Callable[[Row, Row], bool]
Likeness = Callable[[Row, Row], float]

_MARKS = re.compile(r"[\s※*†・\-－―‐–—ー〜～~]+")
_LEVEL_WORD = re.compile(
    r"^[\s第]*(?:施策|取組み?|取り組み|アクション|事業|プロジェクト|基本方針|No\.?)?[\s:：]*"
)
_BARE_MARKS = re.compile(r"[○●◎◯△□■→⇒▶－ー-]+")
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
    rows: list[tuple[Row | None, Row]] = field(
        default_factory=list
    )  # what was found, and its record of truth
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


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Records with a confidence in [low, high), and how many of them are right in every field."""

    low: float
    high: float
    n: int
    right: int


@dataclass(frozen=True, slots=True)
class Rule:
    """How the records of one table are paired and compared."""

    likeness: Likeness
    name: Callable[[Row], str]
    checks: Mapping[str, Check] = field(default_factory=dict)
    floor: float = 0.85


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


# --- comparing ------------------------------------------------------------------------------------


@lru_cache(maxsize=65536)
def _squash(text: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKC", text)).lower()


def _key(value: object) -> str:
    return "" if value is None else _squash(str(value))


def likeness(a: object, b: object) -> float:
    """0 to 1: the ratio of Ratcliff and Obershelp after squashing; hopeless pairs give 0 at once."""
    left, right = _key(a), _key(b)
    if left == right:
        return 1.0
    # the longest common subsequence bounds the ratio from above, and is far quicker
    if not left or not right or fuzz.ratio(left, right) < 40:
        return 0.0
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= 0.6 else 0.0


def _same(a: object, b: object) -> bool:
    return _key(a) == _key(b)


def _same_ordinal(a: object, b: object) -> bool:
    """Numbers of measures, the word of their level and brackets aside: 施策1-2 = 1-2."""
    one, two = (_squash(_LEVEL_WORD.sub("", unicodedata.normalize("NFKC", str(x or "")))) for x in (a, b))
    return one.strip("().") == two.strip("().")


def _same_label(a: object, b: object) -> bool:
    """Texts of bars; a bare mark (○, →) is no label."""
    return _same(a, b) or (not b and _BARE_MARKS.fullmatch(str(a or "")) is not None)


def _same_abbreviation(g: Row, p: Row) -> bool:
    """A term that is itself the short form may be given as its own abbreviation, or none."""
    told = {_key(row.get("abbreviation")) for row in (g, p)}
    return len(told) == 1 or told == {"", _key(g["term"])}


def _same_text(a: object, b: object, at: float = 0.95) -> bool:
    return (not a and not b) or (bool(a) and bool(b) and likeness(a, b) >= at)


def _same_number(a: float | None, b: float | None) -> bool:
    return a is None and b is None if a is None or b is None else abs(float(a) - float(b)) < 1e-6


def _same_set(a: Iterable[str] | None, b: Iterable[str] | None, at: float = 0.9) -> bool:
    left, right = list(a or []), list(b or [])
    if len(left) != len(right):
        return False
    for item in left:
        twin = next((other for other in right if likeness(item, other) >= at), None)
        if twin is None:
            return False
        right.remove(twin)
    return True


def _checks(equal: Callable[[Any, Any], bool], *names: str) -> dict[str, Check]:
    """One comparison for each field of that name on both sides."""
    return {name: _check(name, equal) for name in names}


def _check(name: str, equal: Callable[[Any, Any], bool]) -> Check:
    return lambda g, p: equal(g.get(name), p.get(name))


def _equal(*names: str) -> dict[str, Check]:
    return _checks(_same, *names)


def _numbers(*names: str) -> dict[str, Check]:
    return _checks(_same_number, *names)


def _texts(*names: str, at: float = 0.95) -> dict[str, Check]:
    return _checks(partial(_same_text, at=at), *names)


def _sets(*names: str, at: float = 0.9) -> dict[str, Check]:
    return _checks(partial(_same_set, at=at), *names)


def _alike_in(name: str) -> Likeness:
    return lambda g, p: likeness(g.get(name), p.get(name))


def _named(name: str) -> Callable[[Row], str]:
    return lambda row: str(row.get(name))


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
        wrong = [name for name, check in rule.checks.items() if not check(gold[i], pred[j])]
        for name in rule.checks:
            score.count(name, name not in wrong)
        score.strict_hit += not wrong
        score.misses += [
            f"{table}.{name}: {rule.name(gold[i])}: want {_short(gold[i], name)}, got {_short(pred[j], name)}"
            for name in wrong
        ]
        score.rows.append((gold[i], pred[j]))
        _judge(score, pred[j], not wrong)
    found_gold, found_pred = {i for i, _ in pairs}, {j for _, j in pairs}
    score.misses += [f"{table} lost: {rule.name(g)}" for i, g in enumerate(gold) if i not in found_gold]
    for j, p in enumerate(pred):
        if j not in found_pred:
            score.misses.append(f"{table} extra: {rule.name(p)}")
            score.rows.append((None, p))
            _judge(score, p, False)
    return [(gold[i], pred[j]) for i, j in pairs]


def _judge(score: TableScore, row: Row, right: bool) -> None:
    if row.get("confidence") is not None:
        score.judged.append((round(float(row["confidence"]), 6), right))  # float32: 0.9 is 0.89999998


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
    compare("policies", truth["policies"], rows("policies"), _POLICIES)
    measures = compare("measures", truth["measures"], rows("measures"), _measures(truth, rows("policies")))
    under = _under({g["id"]: p["measure_id"] for g, p in measures})
    compare("kpis", truth["kpis"], rows("kpis"), _kpis(under))
    compare("schedules", truth["schedules"], rows("schedules"), _schedules(under))
    for name, rule in _PLAIN.items():
        compare(name, truth[name], rows(name), rule)
    figures = [g for g in truth["figures"] if _NUMBERED.match(g["caption"] or "")]
    near = [p for p in rows("figures") if any(likeness(g["caption"], p["caption"]) >= 0.8 for g in figures)]
    compare("figures", figures, near, _FIGURES)
    compare("national_links", *_links(truth, rows("measures"), rows("national_links")), _LINKS)
    _score_variants(scores.setdefault("variants", TableScore()), truth, tables.get("variants", []))


def _find_document(tables: Mapping[str, Sequence[Row]], doc: Row) -> Row | None:
    key = str(doc.get("file") or doc.get("seed"))
    for row in tables.get("documents", []):
        name = str(row["source_name"])
        if name == key or name.startswith(f"{key}_") or name.split(".")[0] == key.split(".")[0]:
            return row
    return None


def _score_metadata(score: TableScore, doc: Row, row: Row | None) -> None:
    """Every field counts, also those of a document that is missing from the dataset."""
    text = ("municipality", "prefecture", "municipality_code", "title", "version", "published")
    exact = {"is_draft": "draft", "period_start_fy": "period_start_fy", "period_end_fy": "period_end_fy",
             "period_open_ended": "period_open_ended"}  # fmt: skip
    compared = [(name, name, _same) for name in text]
    compared += [(name, key, lambda a, b: a == b) for name, key in exact.items() if key in doc]
    for name, key, equal in compared:
        right = row is not None and equal(doc.get(key), row.get(name))
        score.count(name, right)
        if not right:
            got = "no row" if row is None else _short(row, name)
            score.misses.append(f"documents.{name}: {doc.get('title')}: want {_short(doc, key)}, got {got}")
    score.gold += 1
    score.pred += row is not None
    score.hit += row is not None


_POLICIES = Rule(_alike_in("title"), _named("title"), _equal("kind", "number"), 0.8)
_FIGURES = Rule(_alike_in("caption"), _named("caption"), _equal("source"), 0.8)
_LINKS = Rule(
    lambda g, p: likeness(g["title"], p["title"]) if g["item"] == p["item"] else 0.0,
    lambda row: f"{row['title']} -> {row['item']}",
    floor=0.8,
)
_PLAIN = {
    "glossary": Rule(
        _alike_in("term"),
        _named("term"),
        _texts("definition", at=0.97)
        | _equal("reading", "expansion", "source")
        | {"abbreviation": _same_abbreviation},
        0.8,
    ),
    "procedures": Rule(
        _alike_in("name"),
        _named("name"),
        {
            "online": lambda g, p: g.get("online") == p.get("online"),
            "applicable": lambda g, p: (g.get("applicable") is False) == (p.get("applicable") is False),
            **_texts("group", at=0.8),
        },
        0.9,
    ),
    "progress": Rule(_alike_in("item"), _named("item"), _numbers("achieved_pct") | _equal("band")),
}


def _measures(truth: Mapping[str, Any], policies: Sequence[Row]) -> Rule:
    """A measure's policies are compared by their numbers, as ids differ."""
    wanted = {p["id"]: _key(p.get("number")) for p in truth["policies"]}
    found = {p["policy_id"]: _key(p.get("number")) for p in policies}

    def same_policies(g: Row, p: Row) -> bool:
        ids = g.get("policies") or ([g["policy"]] if g.get("policy") else [])
        want = sorted(wanted.get(x, "") for x in ids)
        return want == sorted(found.get(x, "") for x in p.get("policy_ids") or [])

    checks = {
        "policy": same_policies,
        **_checks(_same_ordinal, "number"),
        **_texts("overview", "background", "approach"),
        **_sets("actions"),
        **_sets("departments", at=0.99),
        **_sets("national_tags"),
    }
    return Rule(_alike_in("title"), _named("title"), checks, 0.8)


def _under(matched: Mapping[str, str]) -> Check:
    """Does a record stand under the measure it belongs to?"""
    return lambda g, p: (matched.get(g["measure"]) if g.get("measure") else None) == p.get("measure_id")


def _kpis(under: Check) -> Rule:
    def alike(g: Row, p: Row) -> float:
        text = 0.9 * likeness(g["indicator"], p["indicator"])
        return (text + 0.1 * _same(g.get("qualifier"), p.get("qualifier"))) * (1 if under(g, p) else 0.9)

    def qualifier(g: Row, p: Row) -> bool:
        """Right also where it has been left in the name of the indicator."""
        left_in = not p.get("qualifier") and _key(g["qualifier"]) in _key(g["indicator"])
        return left_in or _same(g.get("qualifier"), p.get("qualifier"))

    checks = {
        "measure": under,
        "qualifier": qualifier,
        **_numbers("baseline_value", "target_value", "baseline_fy", "target_fy"),
        **_equal("baseline_unit", "target_unit", "baseline_date", "target_kind"),
        "is_repeat": lambda g, p: bool(g.get("repeated")) == bool(p.get("is_repeat")),
    }
    return Rule(alike, _named("indicator"), checks, 0.75)


def _schedules(under: Check) -> Rule:
    def alike(g: Row, p: Row) -> float:
        text = 0.7 * likeness(g["task"], p["task"]) + 0.15 * _same(g.get("label"), p.get("label"))
        return (text + 0.15 * (g.get("start_fy") == p.get("start_fy"))) * (1 if under(g, p) else 0.9)

    checks: dict[str, Check] = {
        "measure": under,
        **_checks(_same_label, "label"),
        "span": _span_right,
        # an end that nobody can know must not be given as certain
        "no_false_exact": lambda g, p: g.get("end_fy") is not None or p.get("span_certainty") != "exact",
    }
    return Rule(alike, lambda r: f"{r['task']}|{r.get('label')}|{r.get('start_fy')}", checks, 0.6)


def _span_right(g: Row, p: Row) -> bool:
    if g.get("start_fy") != p.get("start_fy"):
        return False
    end = p.get("end_fy")
    if g.get("end_fy") is not None:
        return bool(g["end_fy"] == end)
    return end is None or (p.get("span_certainty") != "exact" and end <= (g.get("end_fy_max") or 0))


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
        right = surface in canonical and _key(canonical[surface]) == _key(canonical.get(other, other))
        score.gold += 1
        score.pred += right
        score.hit += right
        score.strict_hit += right
        if not right:
            got = canonical.get(surface)
            score.misses.append(f"variants: {variant['surface']} -> {variant['canonical']}: got {got!r}")
