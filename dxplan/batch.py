"""The run: which files, what must be read, workers with limits, and the dataset made of it all."""

from __future__ import annotations

import glob
import hashlib
import json
import multiprocessing
import os
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, TimeoutError, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pebble import ProcessExpired, ProcessPool

from dxplan.describe import datapackage
from dxplan.errors import InputError
from dxplan.store import Store, code_version
from dxplan.tables import SCHEMA_VERSION, TABLES, Table
from dxplan.write import pack, read_bundle, to_batch, write_bundle, write_json, write_table

Rows = dict[str, list[dict[str, object]]]

PLAN_SUFFIXES = (".pdf", ".txt", ".md")
_TICK = 0.2  # seconds between reports while nothing ends
_CHUNK = 20_000  # rows typed at a time
_ATTEMPTS = 2


class Extracted(Protocol):
    @property
    def rows(self) -> Mapping[str, Sequence[Mapping[str, object]]]: ...


# Reads one file (path, reader=…, pages=…); extract.pipeline.extract_document is the one in use.
Extract = Callable[..., Extracted]
# Works on all documents at once, returns the tables it makes or changes; normalize.dataset.link is in use.
Link = Callable[[Mapping[str, list[dict[str, object]]]], Mapping[str, Sequence[Mapping[str, object]]]]


@dataclass(frozen=True, slots=True)
class Settings:
    """How documents are read, and how far one may go before it is given up.

    ``pages`` counts from 1; ``timeout`` is in seconds and ``memory`` in bytes, both per document.
    """

    reader: Literal["mupdf", "plumber"] = "mupdf"
    pages: range | None = None
    timeout: float = 300.0
    memory: int = 4 << 30


@dataclass(frozen=True, slots=True)
class Done:
    """A document that has just been read."""

    name: str
    status: str
    pages: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the reading stands. ``last`` is None when this is only a sign of life."""

    total: int
    done: int
    pages: int
    seconds: float
    reading: tuple[str, ...]
    last: Done | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run leaves behind.

    ``statuses`` and ``severities`` count documents and diagnostics, ``rows`` is per table; ``skipped`` are
    files of the given folders that are no plans.
    """

    out: Path
    n_read: int
    n_kept: int
    pages_read: int
    seconds: float
    statuses: Mapping[str, int]
    severities: Mapping[str, int]
    rows: Mapping[str, int]
    skipped: tuple[Path, ...]

    @property
    def ok(self) -> bool:
        return not self.statuses.get("failed")


# --- which files -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Inputs:
    files: tuple[Path, ...]
    skipped: tuple[Path, ...]


def discover(paths: Iterable[str | os.PathLike[str]]) -> Inputs:
    """Find the plans among files, folders (searched through) and glob patterns.

    A file named outright is always taken. In a folder: PDF, text and Markdown files by name (not READMEs)
    and any file that starts as a PDF does; hidden files and folders are left alone.

    Raises:
        InputError: a path that is not there, or nothing to read.
    """
    taken: dict[Path, Path] = {}
    skipped: list[Path] = []
    for path in _expand(paths):
        if path.is_dir():
            for file in _walk(path):
                if _is_plan(file):
                    taken.setdefault(file.resolve(), file)
                else:
                    skipped.append(file)
        elif path.is_file():
            taken.setdefault(path.resolve(), path)
        else:
            raise InputError(f"{path}: not a file or folder")
    if not taken:
        raise InputError(f"nothing to read: no {', '.join(PLAN_SUFFIXES)} file there")
    return Inputs(tuple(sorted(taken.values())), tuple(sorted(set(skipped))))


def _expand(paths: Iterable[str | os.PathLike[str]]) -> Iterator[Path]:
    for path in paths:
        given = os.fspath(path)
        if os.path.exists(given) or not glob.has_magic(given):
            yield Path(given)
        elif found := sorted(glob.glob(given, recursive=True)):
            yield from map(Path, found)
        else:
            raise InputError(f"{given}: matches no file")


def _walk(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        paths = (Path(root, f) for f in sorted(files) if not f.startswith("."))
        yield from (p for p in paths if p.is_file())


def _is_plan(path: Path) -> bool:
    if path.suffix.lower() in PLAN_SUFFIXES:
        return path.stem.lower().split(".")[0] != "readme"
    with suppress(OSError), open(path, "rb") as file:
        return file.read(5) == b"%PDF-"
    return False


# --- reading one document, in a worker --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Task:
    """One document to read. ``sha256`` is None where the file cannot even be opened."""

    path: Path
    sha256: str | None
    size: int | None
    key: str

    @property
    def name(self) -> str:
        return _printable(self.path.name)


def _printable(name: str) -> str:
    """A file name as text, also one that is not valid in the system's encoding."""
    return os.fsencode(name).decode("utf-8", "replace")


def _start_worker(memory: int) -> None:
    """Make a worker end with its run, and (on Linux) fail with MemoryError when it asks for too much."""
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, resource.RLIM_INFINITY))
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)  # the run was killed: nobody is left to enforce the time limit


def _read(task: _Task, extract: Extract, settings: Settings, store: Store) -> Done:
    """Read one document and leave its bundle in the store."""
    begun = time.perf_counter()
    target = store.bundle(task.key)
    try:
        rows = extract(task.path, reader=settings.reader, pages=settings.pages).rows
        (document,) = rows["documents"]
        bundle = pack({**rows, "documents": [_stamped(task, document, store.version)]})
    except MemoryError:
        raise  # a limit, not a fault of ours: the parent says which
    except Exception as error:
        failed = _failure(task, store.version, "internal_error", _fault(error))
        (document,) = failed["documents"]
        bundle = pack(failed)
        target = store.spoiled_bundle(task.key)
    try:
        write_bundle(target, bundle)
    except OSError as error:
        if error.errno is None:  # not the disk: Arrow's word for a codec that got no memory
            raise MemoryError(str(error)) from error
        raise
    pages = document.get("n_pages")
    return Done(
        task.name,
        str(document["status"]),
        pages if isinstance(pages, int) else 0,
        time.perf_counter() - begun,
    )


def _stamped(task: _Task, document: Mapping[str, object], version: str) -> dict[str, object]:
    """Add to the document's row what only the run knows."""
    return {
        **document,
        "source_name": task.name,
        "sha256": task.sha256,
        "bytes": task.size,
        "schema_version": SCHEMA_VERSION,
        "extractor_version": version,
    }


def _fault(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    return f"{type(error).__name__} at {place}: {error}; please report this with the file"


def _failure(task: _Task, version: str, code: str, message: str) -> Rows:
    """The rows of a document that gave none itself."""
    digest = task.sha256 or hashlib.sha256(os.fsencode(task.path)).hexdigest()
    doc_id = f"000000-{digest[:12]}"
    document = {"doc_id": doc_id, "status": "failed", "text_source": "none"}
    return {
        "documents": [_stamped(task, document, version)],
        "diagnostics": [_note(doc_id, "error", code, message)],
    }


def _note(doc_id: str, severity: str, code: str, message: str) -> dict[str, object]:
    return {"doc_id": doc_id, "stage": "run", "severity": severity, "code": code, "message": message}


# --- the run ----------------------------------------------------------------------------------------


def run(
    paths: Iterable[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    extract: Extract,
    link: Link,
    *,
    jobs: int | None = None,
    settings: Settings | None = None,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> Summary:
    """Read plans and write the dataset to ``out``: exactly the plans given, each read once.

    What an earlier run into the same folder has read with the same code and settings is not read again.
    A document that fails, hangs or crashes its worker costs a row of status "failed", nothing else.

    Args:
        paths: files, folders or glob patterns.
        out: folder of the dataset, made if need be.
        extract: reads one document; workers import it by name.
        link: the whole-dataset stage.
        jobs: worker processes; None takes one for each processor.
        settings: reader, pages and limits.
        on_progress: called when a document is read, and a few times a second in between.

    Raises:
        InputError: nothing to read.
        BusyError: another run is writing to ``out``.
    """
    settings = settings or Settings()
    begun = time.perf_counter()
    inputs = discover(paths)
    version = code_version()
    store = Store(Path(out), version)
    with store.locked():
        tasks, twins = _tasks(inputs.files, store, settings, extract)
        stale = [t for t in tasks if not store.bundle(t.key).exists()]
        pages = _Reading(stale, store, extract, settings, on_progress).run(jobs or _processors())
        state = _state(tasks, twins, version)
        if stale or not _is_published(store.out, state):
            _write_dataset(tasks, twins, store, link, state)
            store.tidy()
        return _summary(store.out, inputs, len(stale), len(tasks) - len(stale), pages, begun)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _tasks(
    files: Sequence[Path], store: Store, settings: Settings, extract: Extract
) -> tuple[list[_Task], list[tuple[_Task, _Task]]]:
    """Return the documents, and pairs (file, its document) for files with the bytes of another."""
    how = (settings.reader, settings.pages, extract.__module__, extract.__qualname__)
    tasks: dict[str, _Task] = {}
    twins: list[tuple[_Task, _Task]] = []
    for path in files:
        sha256, size = _digest(path)
        key = store.key(sha256 or path, _printable(path.name), *how)
        task = _Task(path, sha256, size, key)
        first = tasks.setdefault(sha256 or str(path), task)
        if first is not task:
            twins.append((task, first))
    return list(tasks.values()), twins


def _digest(path: Path) -> tuple[str | None, int | None]:
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest(), os.fstat(file.fileno()).st_size
    except OSError:
        return None, None


class _Reading:
    """Reads documents in worker processes, and leaves a bundle for each."""

    def __init__(
        self,
        tasks: Sequence[_Task],
        store: Store,
        extract: Extract,
        settings: Settings,
        on_progress: Callable[[Progress], None],
    ) -> None:
        self.left = {task.key: task for task in tasks}
        self.total = len(tasks)
        self.pages = 0
        self.attempts: Counter[str] = Counter()
        self.begun = time.perf_counter()
        self.store, self.extract, self.settings, self.on_progress = store, extract, settings, on_progress

    def run(self, jobs: int) -> int:
        """Read all of them and return the number of pages.

        Raises:
            InputError: workers end as soon as they start.
        """
        for task in [t for t in self.left.values() if t.sha256 is None]:
            message = "the file cannot be opened; check its permissions"
            self._end(task, _give_up(task, self.store, "unreadable_file", message), {})
        while self.left:
            before = len(self.left)
            try:
                self._read_in_pool(jobs)
            except BrokenProcessPool as error:  # an idle worker was killed, or none can start
                if len(self.left) == before:
                    raise InputError(
                        "workers end as soon as they start: raise --memory; a script must call dxplan.run "
                        "under if __name__ == '__main__':"
                    ) from error
        return self.pages

    def _read_in_pool(self, jobs: int) -> None:
        pool = ProcessPool(
            max_workers=min(jobs, len(self.left)),
            initializer=_start_worker,
            initargs=(self.settings.memory,),
            context=multiprocessing.get_context("spawn"),
        )
        try:
            waiting = {self._schedule(pool, task): task for task in self.left.values()}
            while waiting:
                ended, _ = wait(waiting, timeout=_TICK, return_when=FIRST_COMPLETED)
                for future in ended:
                    task = waiting.pop(future)
                    if self._may_try_again(future, task):
                        waiting[self._schedule(pool, task)] = task
                    else:
                        self._end(task, _outcome(future, task, self.store, self.settings), waiting)
                if not ended:
                    self._report(None, waiting)
        except BaseException:
            pool.stop()
            raise
        finally:
            pool.close()
            pool.join()

    def _schedule(self, pool: ProcessPool, task: _Task) -> Future[Done]:
        arguments = (task, self.extract, self.settings, self.store)
        future: Future[Done] = pool.schedule(_read, args=arguments, timeout=self.settings.timeout)
        return future

    def _may_try_again(self, future: Future[Done], task: _Task) -> bool:
        """A worker may have died of something else than its document, once."""
        if not isinstance(future.exception(), ProcessExpired):
            return False
        self.attempts[task.key] += 1
        return self.attempts[task.key] < _ATTEMPTS

    def _end(self, task: _Task, done: Done, waiting: Mapping[Future[Done], _Task]) -> None:
        del self.left[task.key]
        self.pages += done.pages
        self._report(done, waiting)

    def _report(self, last: Done | None, waiting: Mapping[Future[Done], _Task]) -> None:
        reading = tuple(task.name for future, task in waiting.items() if future.running())
        seconds = time.perf_counter() - self.begun
        done = self.total - len(self.left)
        self.on_progress(Progress(self.total, done, self.pages, seconds, reading, last))


def _outcome(future: Future[Done], task: _Task, store: Store, settings: Settings) -> Done:
    """Tell how a document ended; one that hit a limit is given up.

    Raises:
        OSError: the bundle could not be written (disk full): that ends the run, no document is at fault.
    """
    try:
        return future.result()
    except TimeoutError:
        message = f"not read within {settings.timeout:g} s; raise --timeout"
        return _give_up(task, store, "time_limit", message)
    except MemoryError:
        message = f"needs more than {settings.memory / (1 << 30):g} GiB of memory; raise --memory"
        return _give_up(task, store, "memory_limit", message)
    except ProcessExpired as error:
        message = (
            f"the worker died reading it, {_ATTEMPTS} times (exit code {error.exitcode}); "
            "if memory was short, raise --memory or lower --jobs"
        )
        return _give_up(task, store, "worker_died", message)


def _give_up(task: _Task, store: Store, code: str, message: str) -> Done:
    rows = _failure(task, store.version, code, message)
    write_bundle(store.spoiled_bundle(task.key), pack(rows))
    return Done(task.name, "failed", 0, 0.0)


# --- the dataset ------------------------------------------------------------------------------------


def _state(tasks: Sequence[_Task], twins: Sequence[tuple[_Task, _Task]], version: str) -> str:
    """Digest what the dataset is made of, to know whether it must be written again."""
    facts = [version, *(f"{t.key} {t.path}" for t in tasks), *(f"{t.path} = {f.path}" for t, f in twins)]
    return hashlib.sha256("\0".join(facts).encode(errors="surrogateescape")).hexdigest()


def _is_published(out: Path, state: str) -> bool:
    try:
        package = json.loads((out / "datapackage.json").read_text(encoding="utf-8"))
        return bool(package["inputs"] == state) and all(
            (out / r["path"]).stat().st_size == r["size"] for r in package["resources"]
        )
    except (OSError, ValueError, KeyError):
        return False


class _Tables(Mapping[str, list[dict[str, object]]]):
    """The tables of all bundles. Rows become Python objects only for the tables that somebody asks for."""

    def __init__(self, bundles: Sequence[Path]) -> None:
        self._bundles = bundles
        self._rows: Rows = {}

    def __getitem__(self, name: str) -> list[dict[str, object]]:
        if name not in self._rows:
            self._rows[name] = [row for batch in self.batches(name) for row in batch.to_pylist()]
        return self._rows[name]

    def __iter__(self) -> Iterator[str]:
        return iter(TABLES)

    def __len__(self) -> int:
        return len(TABLES)

    def batches(self, name: str) -> Iterator[pa.RecordBatch]:
        return (read_bundle(path, name) for path in self._bundles)


def _write_dataset(
    tasks: Sequence[_Task],
    twins: Sequence[tuple[_Task, _Task]],
    store: Store,
    link: Link,
    state: str,
) -> None:
    """Join the bundles in the order of ``doc_id``, link them, and publish the tables."""
    bundles: dict[str, tuple[Path, _Task]] = {}
    for task in tasks:
        path = store.bundle(task.key)
        path = path if path.exists() else store.spoiled_bundle(task.key)
        doc_id = read_bundle(path, "documents").column("doc_id")[0].as_py()
        bundles[doc_id] = path, task
    bundles = dict(sorted(bundles.items()))
    doc_ids = {task.key: doc_id for doc_id, (_, task) in bundles.items()}

    tables = _Tables([path for path, _ in bundles.values()])
    for document, (_, task) in zip(tables["documents"], bundles.values(), strict=True):
        document["source_path"] = _printable(str(task.path))
    tables["diagnostics"].extend(_twin_note(twin, first, doc_ids[first.key]) for twin, first in twins)
    changed = {name: tables[name] for name in ("documents", "diagnostics")} | dict(link(tables))

    staging = store.staging()
    counts = {}
    for name, table in TABLES.items():
        batches = _typed(table, changed[name]) if name in changed else tables.batches(name)
        counts[name] = write_table(staging / f"{name}.parquet", table, batches)
    write_json(staging / "datapackage.json", datapackage(staging, counts) | {"inputs": state})
    store.publish()


def _twin_note(twin: _Task, first: _Task, doc_id: str) -> dict[str, object]:
    message = f"{_printable(str(twin.path))} has the bytes of {_printable(str(first.path))}; read once"
    return _note(doc_id, "warning", "duplicate_file", message)


def _typed(table: Table, rows: Sequence[Mapping[str, object]]) -> Iterator[pa.RecordBatch]:
    """Type changed rows in the order of the contract: by document, else as the stage gave them."""
    if table.column_names[0] == "doc_id":
        rows = sorted(rows, key=lambda row: str(row["doc_id"]))
    for start in range(0, len(rows), _CHUNK):
        yield to_batch(table, rows[start : start + _CHUNK])


def _summary(out: Path, inputs: Inputs, n_read: int, n_kept: int, pages: int, begun: float) -> Summary:
    def count(table: str, column: str) -> dict[str, int]:
        values = pq.read_table(out / f"{table}.parquet", columns=[column]).column(column)
        return {v["values"]: v["counts"] for v in pc.value_counts(values).to_pylist()}

    package: dict[str, Any] = json.loads((out / "datapackage.json").read_text(encoding="utf-8"))
    return Summary(
        out=out,
        n_read=n_read,
        n_kept=n_kept,
        pages_read=pages,
        seconds=time.perf_counter() - begun,
        statuses=count("documents", "status"),
        severities=count("diagnostics", "severity"),
        rows={r["name"]: r["rows"] for r in package["resources"]},
        skipped=inputs.skipped,
    )
