"""How long a person waits for a command, as a whole process: the table of docs/performance.md.

    python -m benchmarks.waiting small                   one plan: nothing new, one new plan of 24 pages, mark
    python -m benchmarks.waiting middle                  72 plans of 17 pages: one worker, export to Excel
    python -m benchmarks.waiting large [--plans 1788]    plans of 30 pages: two workers, then one new plan
    python -m benchmarks.waiting large --dask 4          the same on a Dask cluster of this machine

Plans are put together from pages of `corpora.builder.build_many`: as many pages as plans have, of several
towns. «CPU» is that of the process and of all it started, which a busy machine changes less.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
import pymupdf

from benchmarks.speed import floor
from corpora.builder import build_many

_EVERY = 0.1  # seconds between looks at the memory


def plans(n: int, pages: int, folder: Path) -> list[Path]:
    """Write ``n`` plans of as many pages each."""
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as name:
        built = [path for path in build_many(n, Path(name)) if path.suffix == ".pdf"]
        parts = [path.read_bytes() for path in built]
    for i in range(n):
        with pymupdf.open() as plan:
            for k in range(len(parts)):
                if len(plan) >= pages:
                    break
                with pymupdf.open(stream=parts[(i + k * 7) % len(parts)]) as part:
                    plan.insert_pdf(part, to_page=min(len(part), pages - len(plan)) - 1)
            plan.set_metadata({"subject": str(i)})
            plan.save(folder / f"plan{i:04d}.pdf", garbage=3, deflate=True)
    return sorted(folder.iterdir())


class Told:
    """What a command took: seconds, CPU seconds, and MiB of itself and of the largest process it started."""

    def __init__(self, label: str, seconds: float, cpu: float, own: int, largest: int) -> None:
        self.seconds, self.cpu = seconds, cpu
        print(f"{label:52}{seconds:8.2f}{cpu:8.2f}{own >> 20:8}{largest >> 20:8}", flush=True)


def command(label: str, *arguments: object) -> Told:
    """Run a command of dxplan in a process of its own."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    code = "from dxplan.cli import main; main()"
    with (
        subprocess.Popen(
            [sys.executable, "-P", "-c", code, *map(str, arguments)],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=os.environ | {"COLUMNS": "100"},
        ) as process,
        memory_of(process.pid) as most,
    ):  # fmt: skip
        _, told = process.communicate()
    seconds, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        raise SystemExit(f"{label}: {told.decode()}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Told(label, seconds, cpu, *most)


@contextmanager
def memory_of(pid: int) -> Iterator[list[int]]:
    """The most memory of a process, and of any it started, while this is open."""
    most, over = [0, 0], threading.Event()

    def sample() -> None:
        while not over.wait(_EVERY):
            try:
                process = psutil.Process(pid)
                most[0] = max(most[0], process.memory_info().rss)
                for child in process.children(recursive=True):
                    most[1] = max(most[1], child.memory_info().rss)
            except psutil.NoSuchProcess:
                continue

    thread = threading.Thread(target=sample, daemon=True)
    thread.start()
    try:
        yield most
    finally:
        over.set()
        thread.join()


def small(folder: Path) -> None:
    first, second = plans(2, 24, folder / "plans")
    command("(dictionary, caches)", "run", first, "--out", folder / "warm", "--jobs", 1)
    command("run, one new plan of 24 pages", "run", second, "--out", folder / "out", "--jobs", 1)
    for _ in range(3):
        command("run, nothing new", "run", second, "--out", folder / "out", "--jobs", 1)
    command("mark, one new plan of 24 pages", "mark", first, "--out", folder / "marked.pdf")


def middle(folder: Path) -> None:
    files = plans(72, 17, folder / "plans")
    told = command("run, 72 plans, one worker", "run", folder / "plans", "--out", folder / "out", "--jobs", 1)
    for path in files[:1]:
        floor(path)  # loads the library
    begun = time.process_time()
    for path in files:
        floor(path)
    least = time.process_time() - begun
    print(f"floor {least:.2f} s CPU, the run {told.cpu / least:.2f} times as much")
    command("export --to xlsx", "export", folder / "out", folder / "out.xlsx", "--to", "xlsx")
    size = (folder / "out.xlsx").stat().st_size
    print(f"{size / 1e6:.1f} MB")


def large(folder: Path, n: int, workers: int) -> None:
    files = plans(n + 1, 30, folder / "plans")
    files[-1].rename(folder / "new.pdf")
    how: Sequence[object] = ("--engine", "dask") if workers else ()
    jobs = workers or 2
    out = folder / "out"
    command(f"run, {n} plans, {jobs} workers", "run", folder / "plans", "--out", out, "--jobs", jobs, *how)
    command("run, one new plan", "run", folder / "new.pdf", "--out", out, "--jobs", jobs, *how)
    command("run, nothing new", "run", folder / "plans", folder / "new.pdf", "--out", out, "--jobs", jobs)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("size", choices=["small", "middle", "large"])
    parser.add_argument("--plans", type=int, default=1_788)
    parser.add_argument("--dask", type=int, default=0, metavar="WORKERS")
    options = parser.parse_args()
    print(f"{'':52}{'s':>8}{'CPU s':>8}{'MiB':>8}{'largest':>8}")
    with tempfile.TemporaryDirectory() as name:
        if options.size == "small":
            small(Path(name))
        elif options.size == "middle":
            middle(Path(name))
        else:
            large(Path(name), options.plans, options.dask)


if __name__ == "__main__":
    main()
