"""Feed mutated PDFs to whole runs: every file must end as one row, and no fault may be ours.

    python -m benchmarks.fuzz --minutes 60 [--seed 0] [--keep FOLDER] [PDF...]

Mutants are made from the bundled sample (or the PDFs given), as stored and with their streams laid open, so
that cuts and flips reach the drawing operators too. Files that led to an unexpected outcome are kept.
Exit code 1: something was found.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pymupdf

import dxplan

SAMPLE = Path(__file__).parents[1] / "corpora" / "sample"
# Codes of diagnostics that a damaged file may have no part in.
SUSPECT = frozenset({"internal_error", "extractor_fault", "worker_died", "time_limit", "memory_limit"})
_OBJECT = re.compile(rb"\d+ 0 obj\b(.*?)\bendobj", re.DOTALL)
_NUMBER = re.compile(rb"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])")
_REFERENCE = re.compile(rb"\b(\d+) 0 R\b")
_ABSURD = (
    b"0",
    b"-1",
    b"65536",
    b"2147483648",
    b"-99999999999",
    b"1e308",
    b"0.0000001",
    b"999999999999999999999",
)

Mutation = Callable[[bytes, random.Random], bytes]


def truncate(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def flip_bits(data: bytes, rng: random.Random) -> bytes:
    mutant = bytearray(data)
    for _ in range(rng.choice((1, 10, 100, 1000))):
        mutant[rng.randrange(len(mutant))] ^= 1 << rng.randrange(8)
    return bytes(mutant)


def drop_chunk(data: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(data))
    return data[:start] + data[start + rng.randrange(1, 5000) :]


def repeat_chunk(data: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(data))
    chunk = data[start : start + rng.randrange(1, 5000)]
    return data[:start] + chunk * rng.choice((2, 10, 200)) + data[start + len(chunk) :]


def swap_objects(data: bytes, rng: random.Random) -> bytes:
    """Exchange the bodies of two objects, their numbers staying where they are."""
    found = list(_OBJECT.finditer(data))
    if len(found) < 2:
        return data
    first, second = sorted(rng.sample(found, 2), key=lambda m: m.start())
    between = data[first.end(1) : second.start(1)]
    return data[: first.start(1)] + second[1] + between + first[1] + data[second.end(1) :]


def redirect(data: bytes, rng: random.Random) -> bytes:
    """Let references point at other objects: trees with loops, fonts that are pages."""
    found = list(_REFERENCE.finditer(data))
    if not found:
        return data
    numbers = [m[1] for m in found]
    return _replace(
        data, rng.sample(found, min(len(found), rng.choice((1, 5, 50)))), lambda: rng.choice(numbers)
    )


def absurd_sizes(data: bytes, rng: random.Random) -> bytes:
    found = list(_NUMBER.finditer(data))
    if not found:
        return data
    return _replace(
        data, rng.sample(found, min(len(found), rng.choice((1, 5, 50)))), lambda: rng.choice(_ABSURD)
    )


def _replace(data: bytes, places: Sequence[re.Match[bytes]], value: Callable[[], bytes]) -> bytes:
    for place in sorted(places, key=lambda m: -m.start()):
        group = 1 if place.re.groups else 0
        data = data[: place.start(group)] + value() + data[place.end(group) :]
    return data


MUTATIONS: tuple[Mutation, ...] = (
    truncate,
    flip_bits,
    drop_chunk,
    repeat_chunk,
    swap_objects,
    redirect,
    absurd_sizes,
)


def stock(paths: Sequence[Path]) -> dict[str, bytes]:
    """Every file as stored, and with streams and object streams laid open."""
    files = {}
    for path in paths:
        files[path.stem] = path.read_bytes()
        with pymupdf.open(path) as document:
            files[f"{path.stem}-open"] = document.tobytes(expand=255, use_objstms=0, ascii=False)
    return files


def mutants(files: dict[str, bytes], rng: random.Random) -> Iterator[tuple[str, bytes]]:
    """Named mutants without end; some are mutated twice."""
    names = sorted(files)
    n = 0
    while True:
        name = rng.choice(names)
        data, done = files[name], []
        for mutation in rng.choices(MUTATIONS, k=rng.choice((1, 1, 2))):
            data = mutation(data, rng) or b"%PDF-"
            done.append(mutation.__name__)
        n += 1
        yield f"{n:06d}-{name}-{'-'.join(done)}.pdf", data


def fuzz_round(folder: Path, files: dict[str, bytes], timeout: float) -> tuple[Counter[str], dict[str, str]]:
    """Run over one set of mutants; returns statuses and what was unexpected, by file name."""
    plans, out = folder / "plans", folder / "out"
    plans.mkdir()
    for name, data in files.items():
        (plans / name).write_bytes(data)
    summary = dxplan.run(plans, out, jobs=1, timeout=timeout)
    dataset = dxplan.open(summary.out)
    documents = dataset.documents.arrow().to_pylist()
    notes = dataset.diagnostics.arrow().to_pylist()
    names = {d["doc_id"]: d["source_name"] for d in documents}
    rows = Counter(names.values())
    twins = sum(n["code"] == "duplicate_file" for n in notes)
    odd = {name: "no row" for name in files if not rows[name]} if len(documents) + twins != len(files) else {}
    for note in notes:
        if note["code"] in SUSPECT:
            odd.setdefault(names[note["doc_id"]], f"{note['code']}: {note['message']}")
    return Counter(d["status"] for d in documents), odd


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pdfs", nargs="*", type=Path)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--batch", type=int, default=60, help="mutants a run")
    parser.add_argument("--timeout", type=float, default=60, help="seconds a document may take")
    parser.add_argument("--keep", type=Path, default=Path("build/fuzz"), help="where findings go")
    options = parser.parse_args()
    options.keep.mkdir(parents=True, exist_ok=True)
    source = mutants(stock(options.pdfs or sorted(SAMPLE.glob("*.pdf"))), random.Random(options.seed))
    until = time.monotonic() + 60 * options.minutes
    statuses: Counter[str] = Counter()
    n_odd = 0
    while time.monotonic() < until:
        files = dict(next(source) for _ in range(options.batch))
        with tempfile.TemporaryDirectory() as folder:
            try:
                counted, odd = fuzz_round(Path(folder), files, options.timeout)
            except Exception as error:  # the run itself failed: the gravest finding, keep all its files
                counted, odd = Counter(), dict.fromkeys(files, f"run: {type(error).__name__}: {error}")
            statuses += counted
            for name, reason in odd.items():
                shutil.copy(Path(folder) / "plans" / name, options.keep / name)
                print(json.dumps({"file": name, "reason": reason}, ensure_ascii=False), flush=True)
        n_odd += len(odd)
        print(f"{sum(statuses.values())} documents {dict(statuses)}, {n_odd} findings", flush=True)
    return 1 if n_odd else 0


if __name__ == "__main__":
    sys.exit(main())
