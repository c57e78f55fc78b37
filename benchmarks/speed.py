"""Time a page against the floor and against other tools, by stage; and growth over many documents.

    python -m benchmarks.speed [PDF...] --pymupdf4llm PYTHON    all tools side by side
    python -m benchmarks.speed [PDF...] --growth 10 100 1000    and whole runs over sample plans

The floor is what PyMuPDF itself needs for the characters and drawings of the same pages. Everything is run
once to warm up; then the tools take turns, and the best round of each counts (CPU time, so that a busy
machine does not matter much). «New» is a round that begins with nothing kept of the texts (words, normal
forms), as when a warm worker meets documents it has never seen. pymupdf4llm is measured by an interpreter
that has it, which need not be this one: it brings a PyMuPDF and a layout model of its own.
"""

from __future__ import annotations

import argparse
import gc
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import _lru_cache_wrapper, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from unittest import mock

import pdfplumber
import psutil
import pymupdf

import dxplan
from dxplan.ingest import batch, reading
from dxplan.ingest.inputs import discover
from dxplan.storage import write
from dxplan.storage.store import Store
from extract import pipeline
from extract.rows import Rows
from normalize.dataset import link

SAMPLE = Path(__file__).parents[1] / "corpora" / "sample"


def floor(path: Path) -> None:
    with pymupdf.open(path) as document:
        for page in document:
            page.get_text("rawdict")
            page.get_drawings()


def plumber(path: Path) -> None:
    """What a script with pdfplumber would do."""
    with pdfplumber.open(path) as document:
        for page in document.pages:
            page.extract_text()
            page.extract_tables()
            page.close()


# Run by the interpreter that has pymupdf4llm; prints the versions and the CPU seconds of all files.
MARKDOWN = """
import contextlib, io, sys, time
from importlib.metadata import version
with contextlib.redirect_stdout(io.StringIO()):
    try:
        import pymupdf4llm
    except ImportError:  # PyMuPDF 2 has it inside
        from pymupdf import pymupdf4llm
    pymupdf4llm.to_markdown(sys.argv[1], pages=[0], show_progress=False)  # loads its model
    begun = time.process_time()
    for path in sys.argv[1:]:
        pymupdf4llm.to_markdown(path, show_progress=False)
    spent = time.process_time() - begun
print(version("pymupdf4llm"), version("pymupdf"), spent)
"""


def markdown(python: str, paths: Sequence[Path]) -> tuple[str, float]:
    """Versions and CPU seconds of pymupdf4llm's to_markdown, with whatever OCR it finds on the machine."""
    command = [python, "-c", MARKDOWN, *map(str, paths)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1]
    release, pymupdf_release, seconds = told.split()
    return f"pymupdf4llm {release}, PyMuPDF {pymupdf_release}", float(seconds)


def forget(kept: Sequence[Any]) -> None:
    """Empty the caches of what was made of texts; tables and patterns stay."""
    for cached in kept:
        cached.cache_clear()


def text_caches() -> list[Any]:
    """All caches of a limited size that are in use: those of texts."""
    wrappers = (thing for thing in gc.get_objects() if isinstance(thing, _lru_cache_wrapper))
    return [cached for cached in wrappers if cached.cache_info().maxsize is not None]


def document(path: Path, folder: Path) -> None:
    """One document from file to bundle, as a worker does it."""
    rows = pipeline.extract_document(path).rows
    write.write_bundle(folder / f"{path.stem}.arrow", write.pack(rows))


def dataset(paths: Sequence[Path], folder: Path) -> None:
    """All that a run of one worker does, but for starting it: bundles, links, tables."""
    shutil.rmtree(folder, ignore_errors=True)  # nothing is kept from the round before
    store, settings = Store(folder, "speed"), reading.Settings()
    with store.locked():
        inputs = discover(paths)
        tasks, twins = batch._tasks(inputs, store, settings, pipeline.extract_document)
        for task in tasks:
            reading.read(task, pipeline.extract_document, settings, store)
        batch._write_dataset(tasks, twins, store, link, (), "speed", batch.PARTITION_ROWS)


def each(tool: Callable[[Path], None], paths: Sequence[Path]) -> None:
    for path in paths:
        tool(path)


STAGES: tuple[tuple[str, Any, str], ...] = (
    ("read", pipeline, "read_source"),
    ("layout", pipeline, "layout"),
    ("outline", pipeline, "assemble"),
    ("records", pipeline, "_records"),
    ("segmentation and rows", Rows, "blocks"),
)


@contextmanager
def stage_clock() -> Iterator[dict[str, float]]:
    """CPU seconds of each stage while it is open."""
    spent: dict[str, float] = defaultdict(float)

    def timed(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            begun = time.process_time()
            try:
                return call(*args, **kwargs)
            finally:
                spent[name] += time.process_time() - begun

        return run

    patches = [mock.patch.object(where, name, timed(s, getattr(where, name))) for s, where, name in STAGES]
    for patch in patches:
        patch.start()
    try:
        yield spent
    finally:
        for patch in patches:
            patch.stop()


def pages(paths: Sequence[Path], rounds: int, python: str | None) -> None:
    n_pages = sum(len(pymupdf.open(path)) for path in paths)
    with tempfile.TemporaryDirectory() as name:
        out = Path(name)
        tools: dict[str, Callable[[], None]] = {
            "floor: rawdict + drawings": partial(each, floor, paths),
            "dxplan, document": partial(each, partial(document, folder=out), paths),
            "dxplan, whole run": partial(dataset, paths, out / "run"),
            "pdfplumber text + tables": partial(each, plumber, paths),
        }
        for tool in tools.values():
            tool()
        kept = text_caches()  # before settle() hides them
        reading.settle()
        best: dict[str, float] = {}

        def clock(label: str, tool: Callable[[], None]) -> None:
            begun = time.process_time()
            tool()
            best[label] = min(best.get(label, 1e9), time.process_time() - begun)

        for _ in range(rounds):
            for label, tool in tools.items():
                clock(label, tool)
            forget(kept)
            clock("dxplan, whole run, new", tools["dxplan, whole run"])
        with stage_clock() as spent:
            tools["dxplan, document"]()
    if python:
        label, seconds = markdown(python, paths)
        best[label] = seconds
    print(f"{len(paths)} files, {n_pages} pages, best of {rounds} rounds (CPU ms a page, times the floor)")
    for label, seconds in best.items():
        print(f"{label:34}{1000 * seconds / n_pages:9.2f}{seconds / best['floor: rawdict + drawings']:8.1f}x")
    print("stages: " + ", ".join(f"{stage} {1000 * s / n_pages:.2f}" for stage, s in spent.items()))


class Peak:
    """The most memory that this process and its workers held, sampled (bytes, unique to each process)."""

    def __init__(self) -> None:
        self.parent = self.workers = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *reason: object) -> None:
        self._over.set()
        self._thread.join()

    def _sample(self) -> None:
        here = psutil.Process()
        while not self._over.wait(0.25):
            self.parent = max(self.parent, here.memory_info().rss)
            for child in here.children(recursive=True):
                try:
                    self.workers = max(self.workers, child.memory_info().rss)
                except psutil.NoSuchProcess:
                    continue


def growth(sizes: Sequence[int], jobs: int) -> None:
    from corpora.builder import build_many

    print("documents    pages   seconds  ms/document  rerun s  rerun %  parent MB  largest worker MB")
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            plans, out = Path(name) / "plans", Path(name) / "out"
            build_many(size, plans)
            shutil.rmtree(plans / "truth")
            with Peak() as peak:
                begun = time.perf_counter()
                summary = dxplan.run(plans, out, jobs=jobs)
                seconds = time.perf_counter() - begun
            begun = time.perf_counter()
            again = dxplan.run(plans, out, jobs=jobs)
            rerun = time.perf_counter() - begun
            assert again.n_read == 0
            print(
                f"{size:9}{summary.pages_read:9}{seconds:10.1f}{1000 * seconds / size:13.0f}{rerun:9.2f}"
                f"{100 * rerun / seconds:9.1f}{peak.parent >> 20:11}{peak.workers >> 20:19}",
                flush=True,
            )
    print(f"peak of this process at the end: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MB")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pdfs", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--growth", nargs="+", type=int, metavar="N")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument(
        "--pymupdf4llm",
        metavar="PYTHON",
        default=sys.executable if find_spec("pymupdf4llm") else None,
        help="an interpreter that has pymupdf4llm",
    )
    options = parser.parse_args()
    if options.growth:  # first: what the other tools leave in this process is not its memory
        growth(options.growth, options.jobs)
    pages(options.pdfs or sorted(SAMPLE.glob("*.pdf")), options.rounds, options.pymupdf4llm)
    return 0


if __name__ == "__main__":
    sys.exit(main())
