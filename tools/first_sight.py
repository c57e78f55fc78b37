"""Plans nobody has looked at: composed by fresh seeds, read, and scored.

python -m tools.first_sight --seeds 0-19              strict F1 per table and plan, and the mean
python -m tools.first_sight --count 40                seeds are drawn and printed
python -m tools.first_sight --seeds 7 --misses 20     what was lost, table by table
python -m tools.first_sight --seeds 0-9 --words invented --hide 0.5
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from pathlib import Path

from corpora.builder.wording import WORDS, Words
from corpora.random import build
from tools import reading

FRESH = range(1000, 10000)  # below are those used in development, above those never looked at


def seeds_of(text: str) -> list[int]:
    """0-3,7 as [0, 1, 2, 3, 7]."""
    out: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        out += range(int(first), int(last or first) + 1)
    return out


def plans(seeds: list[int], words: Words, folder: Path) -> list[reading.Plan]:
    """The plans of the seeds, built into ``folder`` unless they lie there."""
    out = []
    for seed in seeds:
        sample = build(seed, words)
        document = folder / sample.name
        document.write_bytes(sample.data)
        document.with_suffix(".json").write_bytes(sample.truth_bytes())
        out.append(reading.Plan(document, document.with_suffix(".json")))
    return out


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=seeds_of, help="like 0-19 or 3,5,8")
    parser.add_argument("--count", type=int, default=10, help="how many fresh seeds, where none are given")
    parser.add_argument("--words", choices=WORDS, default="usual")
    parser.add_argument("--hide", type=float, default=0.0, metavar="P", help="share of label texts withheld")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--misses", type=int, default=0, help="print up to so many misses per table and plan")
    parser.add_argument("--keep", type=Path, help="folder for the plans; by default they are thrown away")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    seeds = arguments.seeds or sorted(random.SystemRandom().sample(FRESH, arguments.count))
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        built = plans(seeds, arguments.words, folder)
        reads = reading.read_all(built, arguments.hide, jobs=arguments.jobs)
    wrong, rows = reading.sure_and_wrong(reads)
    if arguments.json:
        print(json.dumps({
            "seeds": seeds, "words": arguments.words, "hidden": arguments.hide,
            "plans": {r.name: r.strict() for r in reads}, "mean": reading.mean(reads),
            "sure_and_wrong": wrong, "rows": rows, "calibration": reading.calibration(reads),
        }, ensure_ascii=False, indent=1))  # fmt: skip
        return 0
    print("seeds", ",".join(map(str, seeds)))
    print(reading.table_of(reads))
    print(f"\nfalse values at confidence .9 and above: {len(wrong)} of {rows} indicators and bars")
    for line in wrong[: max(10, arguments.misses)]:
        print("  -", line)
    print(f"\n{'confidence':12}{'rows':>6}{'right':>7}{'share':>7}{'said':>7}")
    for band, n, right, said in reading.calibration(reads):
        print(f"{band:12}{n:6}{right:7}{right / n:7.2f}{said:7.2f}")
    for r in reads if arguments.misses else ():
        print(f"\n{r.name}")
        for table in reading.TABLES:
            for miss in r.scores[table].misses[: arguments.misses]:
                print("  -", miss)
    return 0


if __name__ == "__main__":
    sys.exit(main())
