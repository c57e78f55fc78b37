"""The scorer: what counts as found and as right, and that it agrees with the reference scorer."""

from __future__ import annotations

import importlib.util
import json
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dxplan.score import calibration, format_calibration, format_score, likeness, score
from dxplan.tables import TABLES

ROOT = Path(__file__).parents[2]
SAMPLE_TRUTH = sorted((ROOT / "corpora" / "sample" / "truth").glob("*.json"))
REFERENCE = ROOT.parent / "shared" / "tools" / "score.py"
Record = dict[str, Any]

TRUTH: Record = {
    "doc": {"file": "a.pdf", "municipality": "雪野市", "prefecture": None, "municipality_code": None,
            "title": "雪野市DX推進計画", "version": None, "published": "2026-03", "draft": False,
            "period_start_fy": 2026, "period_end_fy": 2030, "period_open_ended": False},
    "policies": [{"id": "p1", "kind": "基本方針", "number": "1", "title": "書かない窓口をつくる"}],
    "measures": [{"id": "m1", "policy": "p1", "number": "(1)", "title": "窓口の改革",
                  "overview": "手続を短くする。",
                  "background": None, "approach": None, "actions": ["来庁予約", "遠隔相談"],
                  "departments": ["市民課"], "national_tags": []}],
    "kpis": [{"measure": "m1", "indicator": "待ち時間", "qualifier": "平均", "baseline_value": 40,
              "baseline_unit": "分", "baseline_fy": None, "baseline_date": None, "target_value": 15,
              "target_unit": "分", "target_fy": 2030, "target_kind": "absolute", "repeated": False}],
    "schedules": [{"measure": "m1", "task": "来庁予約の運用", "label": None, "start_fy": 2027, "end_fy": None,
                   "end_fy_max": 2030}],
    "glossary": [], "procedures": [], "progress": [],
    "figures": [{"caption": "体系の図", "source": None}],
    "national_links": [{"measure": "m1", "item": "frontyard", "basis": "title"},
                       {"measure": "m1", "item": "other", "basis": "content"}],
    "term_variants": [{"surface": "取り組み", "canonical": "取組", "kind": "okurigana"}],
}  # fmt: skip


def as_dataset(truths: list[Record]) -> dict[str, list[Record]]:
    """The dataset that an extractor without fault would write for these truths."""
    tables: dict[str, list[Record]] = {name: [] for name in TABLES}
    for n, truth in enumerate(truths):
        own = {"doc_id": f"d{n}", "confidence": 0.9}
        doc = {k: v for k, v in truth["doc"].items() if k in TABLES["documents"].schema.names}
        tables["documents"].append(
            {**doc, **own, "source_name": truth["doc"]["file"], "is_draft": truth["doc"]["draft"]}
        )
        for p in truth["policies"]:
            tables["policies"].append({**p, **own, "policy_id": f"d{n}{p['id']}"})
        for m in truth["measures"]:
            ids = [f"d{n}{m['policy']}"] if m["policy"] else []
            tables["measures"].append({**m, **own, "measure_id": f"d{n}{m['id']}", "policy_ids": ids})
        for name in ("kpis", "schedules", "glossary", "procedures", "progress", "figures", "national_links"):
            for row in truth[name]:
                measure = f"d{n}{row['measure']}" if row.get("measure") else None
                repeat = {"is_repeat": row.get("repeated")}
                tables[name].append({**row, **own, **repeat, "measure_id": measure})
        for v in truth["term_variants"]:
            tables["variants"].append({"surface": v["surface"], "canonical": v["canonical"]})
    return tables


def write(tables: dict[str, list[Record]], folder: Path) -> Path:
    for name, rows in tables.items():
        schema = TABLES[name].schema
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), folder / f"{name}.parquet")
    return folder


def write_truth(truth: Record, folder: Path) -> Path:
    path = folder / "truth.json"
    path.write_text(json.dumps(truth, ensure_ascii=False), encoding="utf-8")
    return path


def test_a_faultless_dataset_scores_one_everywhere(tmp_path: Path) -> None:
    scores = score(write(as_dataset([TRUTH]), tmp_path), [write_truth(TRUTH, tmp_path)])
    assert {(s.recall, s.precision, s.strict) for s in scores.values()} == {(1.0, 1.0, 1.0)}
    assert not any(s.misses for s in scores.values())
    assert scores["figures"].gold == 0, "a figure without a number is not scored"
    assert scores["national_links"].gold == 1, "links outside the national plan's own items are not scored"


def test_a_wrong_target_costs_the_field_and_strict_but_not_recall(tmp_path: Path) -> None:
    tables = as_dataset([TRUTH])
    tables["kpis"][0]["target_value"] = 51.0
    kpis = score(write(tables, tmp_path), [write_truth(TRUTH, tmp_path)])["kpis"]
    assert (kpis.recall, kpis.precision, kpis.strict) == (1.0, 1.0, 0.0)
    assert kpis.field_shares["target_value"] == 0.0
    assert kpis.field_shares["baseline_value"] == 1.0
    assert any("want 15, got 51.0" in miss for miss in kpis.misses)


def test_an_invented_end_of_a_bar_is_wrong_even_if_it_may_be_so(tmp_path: Path) -> None:
    tables = as_dataset([TRUTH])
    tables["schedules"][0] |= {"end_fy": 2029, "span_certainty": "exact"}
    schedules = score(write(tables, tmp_path), [write_truth(TRUTH, tmp_path)])["schedules"]
    assert schedules.field_shares["span"] == 0.0
    assert schedules.field_shares["no_false_exact"] == 0.0


def test_a_document_missing_from_the_dataset_counts_as_lost_not_as_absent(tmp_path: Path) -> None:
    scores = score(write(as_dataset([]), tmp_path), [write_truth(TRUTH, tmp_path)])
    assert scores["documents"].recall == 0.0
    assert scores["documents"].strict == 0.0
    assert scores["kpis"].recall == 0.0
    assert scores["kpis"].misses == ["kpis lost: 待ち時間"]


def test_records_that_nobody_wrote_cost_precision(tmp_path: Path) -> None:
    tables = as_dataset([TRUTH])
    tables["glossary"].append(
        {"doc_id": "d0", "term": "平成", "definition": "元号の一つ。", "confidence": 0.35}
    )
    glossary = score(write(tables, tmp_path), [write_truth(TRUTH, tmp_path)])["glossary"]
    assert (glossary.recall, glossary.precision) == (0.0, 0.0)
    assert glossary.misses == ["glossary extra: 平成"]


def test_calibration_counts_extra_records_as_wrong_in_the_bin_of_their_confidence(tmp_path: Path) -> None:
    tables = as_dataset([TRUTH])
    tables["glossary"].append(
        {"doc_id": "d0", "term": "平成", "definition": "元号の一つ。", "confidence": 0.35}
    )
    bins = calibration(write(tables, tmp_path), [write_truth(TRUTH, tmp_path)])
    filled = {b.low: (b.n, b.right) for b in bins if b.n}
    assert filled[0.3] == (1, 0)
    assert filled[0.9] == (4, 4)  # policy, measure, indicator, bar; links and figures carry none of it here
    assert "0.3 to 0.4" in format_calibration(bins)


def test_a_folder_that_is_no_dataset_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="is it a dataset folder"):
        score(tmp_path, [])


def test_width_spaces_and_marks_do_not_make_texts_differ() -> None:
    assert likeness("ＡＩ・RPA※ の活用", "AIRPAの活用") == 1.0
    assert likeness("電子決裁の導入", "公民館の無線") < 0.5


def test_the_printed_table_shows_support_and_misses(tmp_path: Path) -> None:
    tables = as_dataset([TRUTH])
    tables["measures"][0]["departments"] = ["税務課"]
    printed = format_score(score(write(tables, tmp_path), [write_truth(TRUTH, tmp_path)]), misses=2)
    line = next(x for x in printed.splitlines() if x.startswith("measures"))
    assert line.split()[1:7] == ["1", "1", "1.000", "1.000", "1.000", "0.000"]
    assert "measures.departments: 窓口の改革" in printed


def spoiled(tables: dict[str, list[Record]], seed: int) -> dict[str, list[Record]]:
    """The dataset with the faults of a real run: rows lost, doubled, cut, moved, numbers changed."""
    dice = random.Random(seed)
    out: dict[str, list[Record]] = {}
    for name, rows in tables.items():
        out[name] = []
        for row in rows:
            if name != "documents" and dice.random() < 0.1:
                continue
            new = dict(row)
            for key, value in row.items():
                if dice.random() > 0.15 or key in ("doc_id", "source_name", "policy_id"):
                    continue
                if isinstance(value, str):
                    cut = dice.randrange(len(value) + 1)
                    new[key] = value[:cut] + dice.choice(["", "の", "（再掲）"]) + value[cut + 1 :]
                elif isinstance(value, int | float) and not isinstance(value, bool):
                    new[key] = value + dice.choice([0, 1])
                elif isinstance(value, list):
                    new[key] = value[1:]
            out[name] += [new] * (2 if name != "documents" and dice.random() < 0.05 else 1)
    for row in out["measures"] + out["kpis"] + out["schedules"]:
        row["confidence"] = 0.5
    return out


@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference scorer (../shared) is not here")
@pytest.mark.parametrize("seed", [1, 2])
def test_agrees_with_the_reference_scorer_to_three_decimals(tmp_path: Path, seed: int) -> None:
    truths = [json.loads(path.read_text(encoding="utf-8")) for path in SAMPLE_TRUTH]
    write(spoiled(as_dataset(truths), seed), tmp_path)
    spec = importlib.util.spec_from_file_location("reference_score", REFERENCE)
    assert spec is not None
    assert spec.loader is not None
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    tallies: Any = defaultdict(reference.Tally)
    loaded = reference.load(tmp_path)
    for truth in truths:
        reference.score_document(loaded, truth, tallies)

    scores = score(tmp_path, SAMPLE_TRUTH)
    assert set(scores) == set(tallies)
    assert scores["kpis"].strict not in (0.0, 1.0), "the spoiled dataset must not be trivial"
    for name, ours in scores.items():
        theirs = tallies[name]
        assert (ours.gold, ours.pred, ours.hit) == (theirs.gold, theirs.pred, theirs.hit), name
        recall, precision, f1 = reference.f1(theirs.hit, theirs.gold, theirs.pred)
        assert (ours.recall, ours.precision, ours.f1) == pytest.approx((recall, precision, f1), abs=5e-4)
        shares = {key: right / n for key, (right, n) in theirs.fields.items() if n}
        assert ours.field_shares == pytest.approx(shares, abs=5e-4), name
        if name == "documents":
            strict = sum(r for r, _ in theirs.fields.values()) / sum(n for _, n in theirs.fields.values())
        elif name == "national_links":
            strict = f1
        else:
            strict = reference.f1(theirs.strict, theirs.gold, theirs.pred)[2]
        assert ours.strict == pytest.approx(strict, abs=5e-4), name
