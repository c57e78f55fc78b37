"""What answers are worth: questions answered from the truth as a person would, and the score after each few.

python -m tools.teaching --seeds 60-69             strict F1 after 0, 5, 10 and 20 answers a plan
python -m tools.teaching --plans FOLDER            of plans that have a truth beside them

Only what is asked is answered, the best first, by looking at what stands under or behind a label or head.
Where that does not tell, the answer is ``nothing``, and counts. A row that is added where a question points
to counts as an answer of its own.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from dxplan import corrections
from dxplan.score import TableScore, score_rows
from dxplan.views import teach
from extract.pipeline import extract_document
from extract.structure.labels_found import key_of
from normalize.characters import squash
from tools import reading
from tools.first_sight import plans, seeds_of

STEPS = (0, 5, 10, 20)
_FIELDS = {
    "overview": "overview", "background": "background", "approach": "approach", "actions": "actions",
    "departments": "departments", "national_tags": "tags",
}  # fmt: skip
_COLUMNS = {
    "indicator": "indicator", "baseline_raw": "baseline", "current_raw": "current", "target_raw": "target",
}  # fmt: skip
_BEGINS = 20  # characters by which a text is found in the truth
_MARK = re.compile(r"^[^\w(（「『]+|^[①-⑳]")  # before an item of a list
_LEAST = 2  # characters; a shorter text is found anywhere

Row = Mapping[str, Any]
Answer = tuple[str, str, str]


def answer(question: Row, rows: Mapping[str, Sequence[Row]], truth: Row) -> str:
    """What a person who knows the plan says."""
    if question["kind"] == "label":
        return _label(_behind(question["key"], rows["blocks"]), truth)
    if question["kind"] == "column":
        return _column(_under(question["key"], rows.get("tables", ())), truth)
    if question["kind"] == "table":
        heads = [set(_under(head, rows.get("tables", ()))) for head in question["key"].split("|") if head]
        names = {squash(k["indicator"]) for k in truth["kpis"]}
        return "indicators" if any(names & cells for cells in heads) else "none"
    if question["kind"] == "chart":
        tasks = {squash(s[name] or "") for s in truth["schedules"] for name in ("task", "label")} - {""}
        return "schedule" if any(task in question["key"] for task in tasks) else "none"
    if question["kind"] == "text":
        return _column_of(question["text"], truth) or "nothing"
    if question["kind"] == "value":
        return _number(question, truth) or "nothing"
    return "nothing"


def _column_of(text: str, truth: Row) -> str | None:
    """The column of a measure that has a text."""
    begins = squash(_MARK.sub("", text.strip()))[:_BEGINS]
    return next((n for n in _FIELDS for m in truth["measures"] if begins and begins in _joined(m[n])), None)


def _number(question: Row, truth: Row) -> str | None:
    """A value as the truth has it printed, or its year."""
    text, column = squash(question["text"]), question.get("column_name") or ""
    printed = column.replace("_value", "_raw")
    found = (k.get(printed) for k in truth["kpis"] if squash(k["indicator"]) in text)
    return next((str(value) for value in found if value is not None), None)


def added(question: Row, rows: Mapping[str, Sequence[Row]], truth: Row) -> list[corrections.Verdict]:
    """The indicators in the text of a question that the reader does not have, as a person types them."""
    if question["kind"] not in ("text", "label"):
        return []
    (document,) = rows["documents"]
    known = {(squash(k["indicator"] or ""), k["page"]) for k in rows.get("kpis", ())}
    titles = {m["id"]: squash(m["title"]) for m in truth["measures"]}
    found = []
    for kpi in truth["kpis"]:
        name = squash(kpi["indicator"])
        if (
            name not in squash(question["text"])
            or kpi["page"] != question["page"]
            or (name, kpi["page"]) in known
        ):
            continue
        names = {c.name for c in corrections.columns("kpis")}
        typed = {column: value for column, value in kpi.items() if column in names}
        under = titles.get(kpi["measure"])
        measure = next((m for m in rows.get("measures", ()) if squash(m["title"]) == under), None)
        found.append(corrections.missing(document, "kpis", typed, "truth", measure=measure, page=kpi["page"]))
    return found


def _behind(key: str, blocks: Sequence[Row]) -> list[str]:
    """The texts behind a label, wherever it stands."""
    return [b["text"] for a, b in pairwise(blocks) if key_of(a["text"]) == key]


def _label(texts: Iterable[str], truth: Row) -> str:
    votes: Counter[str] = Counter()
    held = {role: [_joined(m[name]) for m in truth["measures"]] for name, role in _FIELDS.items()}
    held |= {
        "title": [squash(m["title"]) for m in truth["measures"]],
        "kpi": [squash(k["indicator"]) for k in truth["kpis"]],
        "schedule": [squash(s["task"]) for s in truth["schedules"]],
    }
    for text in texts:
        begins = _MARK.sub("", squash(text))[:_BEGINS]
        if len(begins) >= _LEAST:
            votes.update({role for role, told in held.items() if any(begins in one for one in told)})
    return votes.most_common(1)[0][0] if votes else "other"


def _joined(value: str | Sequence[str] | None) -> str:
    return squash(value if isinstance(value, str) else "".join(value or ()))


def _under(head: str, cells: Sequence[Row]) -> list[str]:
    """The texts under the lowest part of a head."""
    lowest = head.rpartition("/")[2]
    heads = [c for c in cells if squash(c["text"] or "") == lowest]
    places = {(c["table_id"], c["col"]): c["row"] for c in reversed(heads)}
    return [
        squash(c["text"] or "")
        for c in cells
        if (at := places.get((c["table_id"], c["col"]))) is not None and c["row"] > at
    ]


def _column(texts: Iterable[str], truth: Row) -> str:
    votes: Counter[str] = Counter()
    for text in filter(None, texts):
        votes.update({
            role for name, role in _COLUMNS.items()
            if any(squash(str(k.get(name) or "")) == text for k in truth["kpis"])
        })  # fmt: skip
    return votes.most_common(1)[0][0] if votes else "other"


def taught(plan: reading.Plan, steps: Sequence[int] = STEPS) -> list[tuple[int, dict[str, float]]]:
    """(answers given, strict F1 by table) of one plan at each step, as far as there are questions."""
    truth = json.loads(plan.truth.read_text(encoding="utf-8"))
    given: list[Answer] = []
    verdicts: list[corrections.Verdict] = []
    n_rows, curve = 0, []
    rows = extract_document(plan.document).rows
    for most in steps:
        while (left := most - len(given) - n_rows) > 0 and (asked := rows.get("questions", ())):
            for q in asked[: min(5, left)]:
                more = added(q, rows, truth)[: most - len(given) - n_rows]
                says = "nothing" if more else answer(q, rows, truth)
                verdicts += [*more, *_corrections(q, rows, says)]
                n_rows += max(0, len(more) - 1)
                given.append((q["kind"], q["key"], says))
            rows = extract_document(plan.document, answers=given).rows
        scores: dict[str, TableScore] = {}
        score_rows(corrected(rows, verdicts), truth, scores)
        curve.append((len(given) + n_rows, reading.Read(plan.document.name, scores).strict()))
    return curve


def _corrections(question: Row, rows: Mapping[str, Sequence[Row]], says: str) -> list[corrections.Verdict]:
    (document,) = rows["documents"]
    about = [dict(row) for row in rows.get(question["table_name"] or "", ())]
    try:
        return list(teach.verdicts_of(dict(question), dict(document), about, says, "truth"))
    except ValueError:
        return []


def corrected(
    rows: Mapping[str, Sequence[Row]], verdicts: Sequence[corrections.Verdict]
) -> dict[str, list[dict[str, Any]]]:
    """The rows as a run has them after what was said of them."""
    tables = {name: [dict(row) for row in rows.get(name, ())] for name in {*rows, *corrections.JUDGED}}
    corrections.apply({**tables, "corrections": [], "diagnostics": []}, verdicts)
    return tables


def table(curves: Sequence[Sequence[tuple[int, dict[str, float]]]], steps: Sequence[int] = STEPS) -> str:
    """The mean over plans at each step, for the terminal."""
    lines = [reading.head()]
    for n, step in enumerate(steps):
        strict = [curve[n][1] for curve in curves]
        means = {
            t: sum(s[t] for s in strict if t in s) / sum(t in s for s in strict)
            for t in reading.TABLES
            if any(t in s for s in strict)
        }
        used = sum(curve[n][0] for curve in curves) / len(curves)
        means["all"] = sum(means.values()) / len(means)
        lines.append(reading.line(f"up to {step} answers ({used:.1f})", means))
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=seeds_of, default=[], help="plans at random, like 60-69")
    parser.add_argument("--words", default="usual", help="the wording of plans at random")
    parser.add_argument("--plans", type=Path, help="folder of plans with their truth beside them (JSON)")
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        todo = plans(arguments.seeds, arguments.words, Path(scratch))
        found = sorted(arguments.plans.glob("*.json")) if arguments.plans else []
        todo += [reading.Plan(f.with_suffix(".pdf"), f) for f in found if f.with_suffix(".pdf").exists()]
        with ProcessPoolExecutor(arguments.jobs, mp_context=get_context("spawn")) as pool:
            print(table(list(pool.map(taught, todo))))


if __name__ == "__main__":
    main()
