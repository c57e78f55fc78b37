"""Accuracy on the bundled plans, held against floors that only rise.

    python tools/accuracy.py            print strict F1 per table and reader, beside the floors
    python tools/accuracy.py --raise    write new floors; refuses to lower one

The floors stand in tests/accuracy.json with the SHA-256 of the corpus they were measured on.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
from pathlib import Path
from typing import Literal

import dxplan
from dxplan import score

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "corpora" / "sample"
FLOORS = ROOT / "tests" / "accuracy.json"
READERS: tuple[Literal["mupdf", "plumber"], ...] = ("mupdf", "plumber")

Figures = dict[str, dict[str, float]]


def corpus_sha256() -> str:
    """One digest over the plans and their truth."""
    digest = hashlib.sha256()
    for path in sorted([*SAMPLE.glob("*.pdf"), *SAMPLE.glob("*.txt"), *(SAMPLE / "truth").glob("*.json")]):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def measure(reader: Literal["mupdf", "plumber"], out: Path) -> dict[str, float]:
    """Strict F1 per table of a run over the bundled plans."""
    dxplan.run(SAMPLE, out, reader=reader)
    found = score.score(out, sorted((SAMPLE / "truth").glob("*.json")))
    return {name: round(table.strict, 4) for name, table in sorted(found.items())}


def measure_all() -> Figures:
    with tempfile.TemporaryDirectory() as folder:
        return {reader: measure(reader, Path(folder) / reader) for reader in READERS}


def lowered(floors: Figures, figures: Figures) -> list[str]:
    """What fell below its floor."""
    return [
        f"{reader} {table}: {figures.get(reader, {}).get(table, 0.0)} < {floor}"
        for reader, tables in floors.items()
        for table, floor in tables.items()
        if figures.get(reader, {}).get(table, 0.0) < floor
    ]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--raise", dest="raise_floors", action="store_true")
    arguments = parser.parse_args()
    figures = measure_all()
    stored = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {"floors": {}}
    floors: Figures = stored["floors"]
    for reader, tables in figures.items():
        for table, value in tables.items():
            print(f"{reader:8} {table:16} {value:.4f}  floor {floors.get(reader, {}).get(table, 0.0):.4f}")
    fallen = lowered(floors, figures)
    if fallen:
        print("below the floor:", *fallen, sep="\n  ")
        return 1
    if arguments.raise_floors:
        text = json.dumps({"corpus_sha256": corpus_sha256(), "floors": figures}, indent=1)
        FLOORS.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
