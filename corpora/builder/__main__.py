"""python -m corpora.builder [--check]: rebuild the sample corpus, or say what is stale."""

from __future__ import annotations

import argparse
import sys

from corpora.builder import build_sample, stale_files


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m corpora.builder", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is out of date")
    if parser.parse_args().check:
        stale = stale_files()
        for path in stale:
            print(f"out of date: {path.name}", file=sys.stderr)
        return 1 if stale else 0
    for path in build_sample():
        print(f"{path.name}: {path.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
