"""Runs killed at random moments, among files that misbehave, must end in the bytes of an undisturbed run.

    python -m benchmarks.chaos [--kills 20] [--plans 40] [--seed 0]

Good plans stand among files that hang, crash by signal, exhaust memory, raise and return rubbish. At a random
moment a random process of the run is killed (SIGKILL): the run itself or one of its workers. Then it is
repeated, until a run ends; its dataset is compared, thrown away, and it all begins anew, until enough were
killed. Exit code 1: a byte differed, or a document was lost.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pyarrow.parquet as pq

from dxplan.ingest import batch, reading
from extract.pipeline import Extraction, extract_document
from normalize.dataset import link

TIMEOUT, MEMORY = 12.0, 3 << 30  # time for a slow machine to run out of memory first
# What a file called after it does to its worker, and the code of the diagnostic that must tell.
WISHES = {
    "hang": "time_limit",
    "crash": "worker_died",
    "eat": "memory_limit",
    "raise": "internal_error",
    "rubbish": "internal_error",
}


# A run of its own, in which the extractor has the same name as in the undisturbed one.
_ONCE = (
    "import sys; from pathlib import Path; from benchmarks import chaos; chaos.run(*map(Path, sys.argv[1:]))"
)


def extract(path: Path, **how: Any) -> Extraction:
    """The real extractor, but for files that wish something else."""
    match path.name.partition("-")[0]:
        case "hang":
            time.sleep(60)
        case "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "eat":
            hoard = []
            while True:
                hoard.append(np.empty(1 << 30, np.uint8))  # touches no page: quick on a busy machine too
        case "raise":
            raise LookupError("a fault of the extractor")
        case "rubbish":
            return Extraction({"documents": [{"doc_id": "000000-0", "colour": "red"}]})
    return extract_document(path, **how)


def run(plans: Path, out: Path) -> batch.Summary:
    settings = reading.Settings(timeout=TIMEOUT, memory=MEMORY)
    return batch.run([plans], out, extract, link, jobs=2, settings=settings)


def misbehave(plans: Path) -> None:
    """Put one file of each kind among the plans."""
    for wish in WISHES:
        (plans / f"{wish}-plan.txt").write_text(f"{wish}を願う計画", encoding="utf-8")


def digests(out: Path) -> dict[str, str]:
    files = (p for p in sorted(out.iterdir()) if p.is_file())
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def outcomes(out: Path) -> Counter[str]:
    """Number of documents by the code of the error that made them fail, ``ok`` for the others."""
    status = {d["doc_id"]: d["status"] for d in pq.read_table(out / "documents.parquet").to_pylist()}
    notes = pq.read_table(out / "diagnostics.parquet").to_pylist()
    failed = {n["doc_id"]: n["code"] for n in notes if n["severity"] == "error"}
    return Counter(failed[doc_id] if s == "failed" else "ok" for doc_id, s in status.items())


def difference(calm: Path, out: Path) -> str:
    """Say in which table, row and column two datasets differ first; empty if they are equal."""
    ours, theirs = digests(calm), digests(out)
    for name in sorted(ours.keys() | theirs.keys(), reverse=True):
        if ours.get(name) == theirs.get(name):
            continue
        if not name.endswith(".parquet") or not (name in ours and name in theirs):
            return name
        rows = [pq.read_table(folder / name).to_pylist() for folder in (calm, out)]
        changed = next((pair for pair in zip(*rows) if pair[0] != pair[1]), (len(rows[0]), len(rows[1])))
        return f"{name}: {changed[0]} became {changed[1]}"
    return ""


def kill_runs(
    plans: Path, out: Path, calm: Path, kills: int, rng: random.Random, longest: float
) -> Counter[str]:
    """Start runs and kill one of their processes each; returns who was killed, and how many runs ended.

    Raises:
        AssertionError: a run that ended left other bytes.
    """
    told: Counter[str] = Counter()
    while told["run killed"] + told["worker killed"] < kills:
        process = subprocess.Popen([sys.executable, "-c", _ONCE, str(plans), str(out)])
        try:
            process.wait(rng.uniform(0.0, longest))
        except subprocess.TimeoutExpired:
            told[_kill_one(process, rng)] += 1
        if process.wait(120) == 0:
            told["runs ended"] += 1
            assert not (found := difference(calm, out)), f"a disturbed run left other bytes: {found}"
            shutil.rmtree(out)
    return told


def _kill_one(process: subprocess.Popen[bytes], rng: random.Random) -> str:
    here = psutil.Process(process.pid)
    workers = [p for p in here.children(recursive=True) if _is_worker(p)]
    victim = rng.choice([here, here, *workers])
    with suppress(psutil.NoSuchProcess):
        victim.kill()
    return "run killed" if victim is here else "worker killed"


def _is_worker(process: psutil.Process) -> bool:
    try:
        return "spawn_main" in " ".join(process.cmdline())
    except psutil.Error:  # it has just ended
        return False


def chaos(folder: Path, kills: int, rng: random.Random, tell: Callable[[str], object] = print) -> None:
    """Compare disturbed runs over ``folder / "plans"`` with an undisturbed one."""
    plans, out = folder / "plans", folder / "out"
    misbehave(plans)
    begun = time.monotonic()
    run(plans, folder / "calm")
    longest = time.monotonic() - begun
    counted = outcomes(folder / "calm")
    tell(f"undisturbed: {longest:.1f} s, {dict(counted)}")
    n_good = len(list(plans.iterdir())) - len(WISHES)
    assert counted == Counter(WISHES.values()) + Counter(ok=n_good), (
        f"not every document is counted right: {counted}"
    )
    tell(str(dict(kill_runs(plans, out, folder / "calm", kills, rng, longest))))
    run(plans, out)
    assert not (found := difference(folder / "calm", out)), f"the clean end left other bytes: {found}"
    tell("all bytes equal")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--plans", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    from corpora.builder import build_many

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build_many(options.plans, folder / "plans")
        shutil.rmtree(folder / "plans" / "truth")
        try:
            chaos(folder, options.kills, random.Random(options.seed))
        except AssertionError as error:
            print(f"FAILED: {error}")
            return 1
    return 0


if __name__ == "__main__":
    from benchmarks.chaos import main  # so that the extractor has one name in all runs: it is part of the key

    sys.exit(main())
