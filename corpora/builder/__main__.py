"""Rebuild the sample corpus, or say what is stale.

python -m corpora.builder                                  the corpus itself
python -m corpora.builder --check                          writes nothing
python -m corpora.builder --words invented --out FOLDER    the same plans with labels in other words
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from corpora.builder import build_sample, stale_files
from corpora.builder.wording import WORDS


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m corpora.builder",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is out of date")
    parser.add_argument("--words", choices=WORDS, default="usual", help="how labels are called")
    parser.add_argument("--out", type=Path, help="another folder; needed for other words")
    arguments = parser.parse_args()
    if arguments.words != "usual" and arguments.out is None:
        parser.error("other words go into another folder: name it with --out")
    if arguments.check:
        stale = stale_files()
        for path in stale:
            print(f"out of date: {path.name}", file=sys.stderr)
        return 1 if stale else 0
    for path in build_sample(out=arguments.out, words=arguments.words):
        print(f"{path.name}: {path.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
