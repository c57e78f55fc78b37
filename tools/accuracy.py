"""Accuracy held against floors that only rise: on the bundled plans, and on plans nobody has seen.

    python -m tools.accuracy                  strict F1 per table, beside the floors (some minutes)
    python -m tools.accuracy --set mupdf      one set: mupdf, plumber, random, rare, invented, hidden-50 …
    python -m tools.accuracy --raise          write new floors; refuses to lower one

The sets: the bundled plans by each reader; plans composed at random; the bundled plans with their labels in
other words; the bundled plans with half or all of their label words withheld from the vocabulary. The floors
stand in tests/accuracy.json, each with the SHA-256 of the plans it was measured on.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

import dxplan
from corpora.builder import build_sample
from corpora.builder.wording import Words
from dxplan import score
from tools import reading
from tools.first_sight import plans as random_plans
from tools.hidden_words import plans_of

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "corpora" / "sample"
FLOORS = ROOT / "tests" / "accuracy.json"
READERS: tuple[Literal["mupdf", "plumber"], ...] = ("mupdf", "plumber")
SEEDS = list(range(100, 108))
WORDS: tuple[Words, ...] = ("rare", "invented")
SHARES = {"hidden-50": 0.5, "hidden-100": 1.0}
UNSEEN = ("random", *WORDS, *SHARES)
SETS = (*READERS, *UNSEEN)

Figures = dict[str, float]


def sha256(files: Iterable[Path]) -> str:
    """One digest over names and contents."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def corpus_sha256() -> str:
    """The digest of the bundled plans and their truth."""
    return sha256([*SAMPLE.glob("*.pdf"), *SAMPLE.glob("*.txt"), *(SAMPLE / "truth").glob("*.json")])


def measure(name: str, scratch: Path, seeds: Sequence[int] = SEEDS, jobs: int = 2) -> tuple[str, Figures]:
    """Strict F1 per table of one set, and the digest of its plans; ``scratch`` is an empty folder."""
    if name in READERS:
        reader: Any = name
        dxplan.run(SAMPLE, scratch, reader=reader)
        found = score.score(scratch, sorted((SAMPLE / "truth").glob("*.json")))
        return corpus_sha256(), {table: round(s.strict, 4) for table, s in sorted(found.items())}
    plans = _plans(name, scratch, seeds)
    reads = reading.read_all(plans, SHARES.get(name, 0.0), jobs=jobs)
    return sha256(f for p in plans for f in (p.document, p.truth)), reading.mean(reads)


def _plans(name: str, scratch: Path, seeds: Sequence[int]) -> list[reading.Plan]:
    if name == "random":
        return random_plans(list(seeds), "usual", scratch)
    if name in WORDS:
        build_sample(out=scratch, words=name)
    return list(plans_of([scratch if name in WORDS else SAMPLE]))


def lowered(name: str, floors: Figures, figures: Figures) -> list[str]:
    """What fell below its floor."""
    return [
        f"{name} {table}: {figures.get(table, 0.0)} < {floor}"
        for table, floor in floors.items()
        if figures.get(table, 0.0) < floor
    ]


def stored() -> dict[str, dict[str, Any]]:
    """{set: {"sha256": …, "floors": {table: strict F1}}}."""
    data: dict[str, dict[str, Any]] = json.loads(FLOORS.read_text(encoding="utf-8"))
    return data


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--raise", dest="raise_floors", action="store_true")
    parser.add_argument("--set", dest="sets", choices=SETS, action="append", help="only this one")
    arguments = parser.parse_args()
    floors = stored() if FLOORS.exists() else {}
    fallen: list[str] = []
    for name in arguments.sets or SETS:
        with tempfile.TemporaryDirectory() as folder:
            digest, figures = measure(name, Path(folder))
        before = floors.get(name, {"sha256": digest, "floors": {}})
        if before["sha256"] != digest:
            print(f"{name}: other plans than those of its floors; they are measured anew")
            before = {"floors": {}}
        for table, value in figures.items():
            print(f"{name:10} {table:16} {value:.4f}  floor {before['floors'].get(table, 0.0):.4f}")
        fallen += lowered(name, before["floors"], figures)
        floors[name] = {"sha256": digest, "floors": figures}
    if fallen:
        print("below the floor:", *fallen, sep="\n  ")
        return 1
    if arguments.raise_floors:
        FLOORS.write_text(json.dumps(floors, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
