"""How much is told by all but the words: plans read while their label texts are withheld.

    python -m tools.hidden_words corpora/sample                 every plan there with a truth, p = 0, .5, 1
    python -m tools.hidden_words plan.pdf --truth plan.json --hide 1 --misses 20

A share p of the texts that stand in a plan and have a role in the vocabulary (whole blocks, cells, what
stands before a colon) is withheld; which ones is fixed by the seed. Strict F1 per table, a line for each p.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from tools import reading

SHARES = (0.0, 0.5, 1.0)


def plans_of(paths: Iterable[Path], truth: Path | None = None) -> Iterator[reading.Plan]:
    """The documents of files and folders that have a truth: beside them or in a folder ``truth`` there."""
    for path in paths:
        files = sorted([*path.glob("*.pdf"), *path.glob("*.txt")]) if path.is_dir() else [path]
        for file in files:
            beside = [file.with_suffix(".json"), file.parent / "truth" / f"{file.stem}.json"]
            found = truth or next((p for p in beside if p.exists()), None)
            if found:
                yield reading.Plan(file, found)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", type=Path, nargs="+")
    parser.add_argument("--truth", type=Path, help="the truth of the one document given")
    parser.add_argument("--hide", type=float, action="append", help="share p; may be given more than once")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--misses", type=int, default=0, help="print up to so many misses per table and plan")
    parser.add_argument("--each", action="store_true", help="a line for every plan too")
    arguments = parser.parse_args()
    plans = list(plans_of(arguments.paths, arguments.truth))
    if not plans:
        parser.error("no document with a truth")
    print(reading.head())
    for share in arguments.hide or SHARES:
        reads = reading.read_all(plans, share, arguments.seed, arguments.jobs)
        for r in reads if arguments.each else ():
            print(reading.line(f"p={share:g} {r.name} -{r.withheld}", r.strict()))
        print(reading.line(f"p={share:g} mean of {len(reads)}", reading.mean(reads)))
        for r in reads if arguments.misses else ():
            for score in r.scores.values():
                print(*(f"  - {r.name} {miss}" for miss in score.misses[: arguments.misses]), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
