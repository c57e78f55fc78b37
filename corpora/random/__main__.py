"""python -m corpora.random --seed N [--count K] --out DIR: plans nobody has seen, and the truth of each."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from corpora.builder.wording import WORDS
from corpora.random.make import build


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m corpora.random", description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--words", choices=WORDS, default="usual")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for seed in range(arguments.seed, arguments.seed + arguments.count):
        sample = build(seed, arguments.words)
        path = arguments.out / sample.name
        path.write_bytes(sample.data)
        path.with_suffix(".json").write_bytes(sample.truth_bytes())
        print(f"{sample.name}: {len(sample.data):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
