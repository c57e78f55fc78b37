"""How often rows are right, by the number their record was made with: writes confidence.yaml.

    python -m tools.calibrate --seeds 4000-4059        plans at random, a third of them in each wording

Half of the plans are read with half of their label words withheld, as plans come whose words no list has.
Rows are put in order of their number; neighbours are pooled until the share of right rows rises with it
(isotonic regression), so that the shares are those measured and no curve is assumed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from corpora.builder.wording import WORDS, Words
from extract.structure import confidence
from tools import reading
from tools.first_sight import plans, seeds_of

TARGET = Path(confidence.__file__).with_name("confidence.yaml")
LEAST = 40  # rows of a rule that are measured by themselves
POOL = 60  # rows of a pool at least: those of one plan are right or wrong together
SUREST = 0.99
HIDDEN = 0.5

Judged = tuple[str, str, float, bool]  # table, rule, number, right in every field


def judged(seeds: Sequence[int], words: Words, share: float) -> list[Judged]:
    """Every scored row of the plans of these seeds, with the number its record was made with."""
    out: list[Judged] = []
    with tempfile.TemporaryDirectory() as scratch, confidence.as_made():
        for plan in plans(list(seeds), words, Path(scratch)):
            for table, score in reading.read(plan, share).scores.items():
                for (number, right), (_, row) in zip(score.judged, score.rows, strict=True):
                    out.append((table, str(row["rule"]), number, right))
    return out


def isotonic(pairs: Sequence[tuple[float, bool]]) -> list[tuple[float, float]]:
    """Knots (number, share right) that rise: pools of neighbours whose shares fall are joined.

    >>> isotonic([(0.2, False)] * 80 + [(0.5, True)] * 40 + [(0.5, False)] * 40 + [(0.9, True)] * 80)
    [(0.2, 0.0062), (0.5, 0.5), (0.9, 0.99)]
    """
    pools: list[list[tuple[float, bool]]] = []
    for pair in sorted(pairs):
        if pools and (len(pools[-1]) < POOL or pools[-1][-1][0] == pair[0]):
            pools[-1].append(pair)
        else:
            pools.append([pair])
        while len(pools) > 1 and len(pools[-1]) >= POOL and _share(pools[-2]) >= _share(pools[-1]):
            pools[-2:] = [pools[-2] + pools[-1]]
    if len(pools) > 1 and len(pools[-1]) < POOL:
        pools[-2:] = [pools[-2] + pools[-1]]
    knots = [(round(sum(x for x, _ in p) / len(p), 4), min(SUREST, round(_share(p), 4))) for p in pools]
    return [k for i, k in enumerate(knots) if not i or k[0] > knots[i - 1][0]]


def _share(pool: Sequence[tuple[float, bool]]) -> float:
    """Share of right rows, drawn a little to one half: few rows prove little."""
    return (sum(right for _, right in pool) + 0.5) / (len(pool) + 1)


def fitted(rows: Sequence[Judged]) -> dict[str, dict[str, list[tuple[float, float]]]]:
    """Knots by table and rule."""
    by_rule: dict[tuple[str, str], list[tuple[float, bool]]] = defaultdict(list)
    for table, rule, number, right in rows:
        by_rule[table, rule].append((number, right))
        by_rule[table, "any"].append((number, right))
    found: dict[str, dict[str, list[tuple[float, float]]]] = defaultdict(dict)
    for (table, rule), pairs in sorted(by_rule.items()):
        if len(pairs) >= LEAST:
            found[table][rule] = isotonic(pairs)
    return dict(found)


def written(knots: Mapping[str, Mapping[str, Sequence[tuple[float, float]]]], source: str) -> str:
    """The file, a rule a line."""
    lines = [f"# Written by python -m tools.calibrate {source}: [number of a record, share that was right]"]
    for table, rules in knots.items():
        lines.append(f"{table}:")
        lines += [f"  {rule}: [{', '.join(f'[{x:g}, {y:g}]' for x, y in ks)}]" for rule, ks in rules.items()]
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=seeds_of, required=True, help="like 4000-4059: not those of tests")
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    tasks = [
        ([seed], WORDS[i % len(WORDS)], HIDDEN if i % 2 else 0.0) for i, seed in enumerate(arguments.seeds)
    ]
    with ProcessPoolExecutor(arguments.jobs, mp_context=get_context("spawn")) as pool:
        rows = [row for found in pool.map(judged, *zip(*tasks, strict=True)) for row in found]
    seeds = arguments.seeds
    TARGET.write_text(written(fitted(rows), f"--seeds {seeds[0]}-{seeds[-1]}"), encoding="utf-8")
    print(f"{len(rows)} rows of {len(tasks)} plans: {TARGET.name} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
