"""Documents read in worker processes, each with limits, each leaving a bundle of rows."""

from __future__ import annotations

import gc
import hashlib
import json
import logging
import math
import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, TimeoutError, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager
from dataclasses import astuple, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pyarrow as pa

from dxplan.errors import InputError
from dxplan.ingest.tasks import Done, Progress, Settings, Task
from dxplan.storage.store import Store, ocr_version
from dxplan.storage.write import pack, read_stamp, write_bundle
from dxplan.tables import SCHEMA_VERSION
from extract.limits import Extent, Limits, NeedsMoreTime
from extract.model import Metadata

if TYPE_CHECKING:
    from pebble import ProcessPool

Rows = dict[str, list[dict[str, object]]]

_TICK = 0.2  # seconds between reports while nothing ends
_AHEAD = 4  # documents waiting for each worker
_OUT_OF_MEMORY = 71  # exit code of a worker (EX_OSERR)
_GRACE = 60  # seconds past its time limit until a worker that no run has stopped ends
_FALSE_STARTS = 3  # pools in a row that end before they have read anything
_OCR_CODES = frozenset({"ocr", "ocr_failed", "ocr_missing"})  # what a document with scanned pages is told
_TASKS_A_WORKER = 500  # then a fresh one takes its place, whatever libraries have hoarded


class Extracted(Protocol):
    @property
    def rows(self) -> Mapping[str, Sequence[Mapping[str, object]]]: ...
    @property
    def extent(self) -> Extent: ...


# Reads one file (path, data=, reader=, pages=, limits=, known=, scans=, and where there are any answers=):
# extract.pipeline.extract_document.
Extract = Callable[..., Extracted]


# --- in a worker -----------------------------------------------------------------------------------


def _start_worker(memory: int, extract: Extract) -> None:
    """Make a worker end with its run, and (on Linux) fail with MemoryError when it asks for too much.

    That ``extract`` is given loads its libraries now, and not in the time of the first document.
    """
    if sys.platform == "linux":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        limit = memory if most == resource.RLIM_INFINITY else min(memory, most)
        resource.setrlimit(resource.RLIMIT_AS, (limit, most))
    for chatter in ("pdfminer", "pdfplumber"):  # what matters of it is in the diagnostics
        logging.getLogger(chatter).setLevel(logging.ERROR)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    settle()


def settle() -> None:
    """Exclude what libraries have loaded from garbage collection, which would scan it each time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)  # the run was killed: nobody is left to enforce the time limit


@contextmanager
def ended_if_left_alone(seconds: float) -> Iterator[None]:
    """Have the kernel end this worker long after its time limit, in case its run was killed.

    A library that hangs inside C may hold the interpreter, so that ``_end_with_parent`` never runs.
    """
    if not hasattr(signal, "alarm"):  # Windows
        yield
        return
    signal.alarm(math.ceil(seconds + _GRACE))
    try:
        yield
    finally:
        signal.alarm(0)


def read(task: Task, extract: Extract, settings: Settings, store: Store) -> Done:
    """Read one document and leave its bundle in the store. Runs in a worker.

    Raises:
        NeedsMoreTime: it has more pages to recognise than it was given time for.
    """
    begun = time.perf_counter()
    try:
        data = task.path.read_bytes()  # once: what is hashed is what is read, whoever writes meanwhile
    except OSError as error:
        return give_up(task, store, "unreadable_file", f"the file cannot be read: {error.strerror}")
    task = replace(task, sha256=hashlib.sha256(data).hexdigest(), size=len(data))
    target, limits, extent = store.bundle(task.key), settings.limits, Extent()
    codes: set[object] = set()
    try:
        with ended_if_left_alone(settings.timeout + task.scans * settings.ocr_timeout):
            found = extract(
                task.path,
                data=data,
                reader=task.reader,
                pages=task.pages,
                limits=limits,
                known=task.known,
                scans=task.scans,
                **({"answers": task.answers} if task.answers else {}),
            )
        rows, extent = found.rows, found.extent
        (document,) = rows["documents"]
        bundle = pack({**rows, "documents": [_stamped(task, document, store.version)]})
        codes = {d["code"] for d in rows.get("diagnostics", ())}
        if "memory_limit" in codes:
            target = store.spoiled_bundle(task.key)
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)  # what filled the memory may stay: a fresh worker goes on
    except NeedsMoreTime:
        raise
    except Exception as error:
        failed = _failure(task, store.version, "internal_error", _fault(error))
        (document,) = failed["documents"]
        bundle = pack(failed)
        target = store.spoiled_bundle(task.key)
    try:
        facts = stamp(limits, extent, has_scans=not _OCR_CODES.isdisjoint(codes))
        write_bundle(target, bundle.replace_schema_metadata(facts))
    except MemoryError:  # ArrowMemoryError is one
        os._exit(_OUT_OF_MEMORY)
    except OSError as error:
        if error.errno is None:  # not the disk: Arrow's word for a codec that got no memory
            os._exit(_OUT_OF_MEMORY)
        raise
    pages = document.get("n_pages")
    return Done(
        task,
        str(document["status"]),
        pages if isinstance(pages, int) else 0,
        time.perf_counter() - begun,
    )


def stamp(limits: Limits, extent: Extent, *, has_scans: bool) -> dict[str, str]:
    """What a bundle says about the limits, and where it matters the OCR, with which it was read."""
    facts = {"limits": json.dumps(astuple(limits)), "extent": json.dumps(astuple(extent))}
    return facts | ({"ocr": ocr_version()} if has_scans else {})


def is_fresh(path: Path, limits: Limits) -> bool:
    """Whether a bundle is there and would be the same if it were read under these limits, with this OCR."""
    try:
        facts = read_stamp(path)
        then, extent = (json.loads(facts[name]) for name in (b"limits", b"extent"))
    except (OSError, pa.ArrowInvalid, KeyError, ValueError):  # missing, or spoiled on the disk
        return False
    if b"ocr" in facts and facts[b"ocr"].decode() != ocr_version():
        return False
    return Limits(*then).same_effect(limits, Extent(*extent))


def conditions(path: Path) -> str:
    """The limits, and the OCR version, that had an effect on a bundle; the others are left out."""
    facts = read_stamp(path)
    if b"limits" not in facts:
        return "given up"
    limits, extent = (json.loads(facts[name]) for name in (b"limits", b"extent"))
    reached = [limit if n > limit else None for limit, n in zip(limits, extent, strict=True)]
    return f"{reached} {facts.get(b'ocr', b'').decode()}"


def _stamped(task: Task, document: Mapping[str, object], version: str) -> dict[str, object]:
    """Add to the document's row what only the run knows: name, path, hash, size, versions."""
    return {
        **document,
        "source_name": task.name,
        "source_path": task.source,
        "sha256": task.sha256,
        "bytes": task.size,
        "schema_version": SCHEMA_VERSION,
        "extractor_version": version,
    }


def _fault(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    return f"{type(error).__name__} at {place}: {error}; please report this with the file"


def _failure(task: Task, version: str, code: str, message: str) -> Rows:
    """The rows of a document that could not be read: its status, and a diagnostic that says why."""
    digest = task.sha256 or hashlib.sha256(task.source.encode()).hexdigest()
    known = task.known or Metadata()
    doc_id = f"{known.municipality_code or '000000'}-{digest[:12]}"
    document = {
        "doc_id": doc_id,
        "municipality": known.municipality,
        "prefecture": known.prefecture,
        "municipality_code": known.municipality_code,
        "title": known.title,
        "status": "failed",
        "text_source": "none",
    }
    return {
        "documents": [_stamped(task, document, version)],
        "diagnostics": [note(doc_id, "error", code, message)],
    }


def note(doc_id: str, severity: str, code: str, message: str) -> dict[str, object]:
    return {"doc_id": doc_id, "stage": "run", "severity": severity, "code": code, "message": message}


# --- in the run ------------------------------------------------------------------------------------


class WorkerDied(Exception):  # noqa: N818 (an event, not an error of anybody's)
    """A worker ended while it read a document."""

    def __init__(self, exitcode: object) -> None:
        super().__init__(f"exit code {exitcode}")


class Workers(Protocol):
    """Processes that read documents, each with limits."""

    size: int

    def begin(self, task: Task) -> Future[Any]:
        """Have a document read."""

    def end(self, future: Future[Any], task: Task) -> Done:
        """Tell how it went; its bundle is in the store then.

        Raises:
            NeedsMoreTime: it was not read, for it has pages to recognise: begin it with time for them.
            WorkerDied: the document may have killed its worker.
            OSError: the bundle could not be written (disk full): no document is at fault.
        """


class Engine(Protocol):
    """Where the workers come from."""

    def workers(self, most: int) -> AbstractContextManager[Workers]: ...


@dataclass(frozen=True, slots=True)
class Job:
    """The settings that all documents of a run share."""

    extract: Extract
    settings: Settings
    store: Store


class LocalWorkers:
    """Worker processes of this machine."""

    def __init__(self, pool: ProcessPool, job: Job, size: int) -> None:
        self._pool, self._job, self.size = pool, job, size

    def begin(self, task: Task) -> Future[Done]:
        arguments = (task, self._job.extract, self._job.settings, self._job.store)
        future: Future[Done] = self._pool.schedule(read, args=arguments, timeout=self._seconds(task))
        return future

    def _seconds(self, task: Task) -> float:
        return self._job.settings.timeout + task.scans * self._job.settings.ocr_timeout

    def end(self, future: Future[Done], task: Task) -> Done:
        from pebble import ProcessExpired

        settings = self._job.settings
        try:
            return future.result()
        except TimeoutError:
            option = "--ocr-timeout" if task.scans else "--timeout"
            message = f"not read within {self._seconds(task):g} s; raise {option}"
            return give_up(task, self._job.store, "time_limit", message)
        except ProcessExpired as error:
            if error.exitcode != _OUT_OF_MEMORY:
                raise WorkerDied(error.exitcode) from error
            message = f"needs more than {settings.memory / (1 << 30):g} GiB of memory; raise --memory"
            return give_up(task, self._job.store, "memory_limit", message)


@dataclass(frozen=True, slots=True)
class LocalEngine:
    """Up to ``jobs`` worker processes of this machine."""

    job: Job
    jobs: int

    @contextmanager
    def workers(self, most: int) -> Iterator[LocalWorkers]:
        size = min(self.jobs, most)
        pool = worker_pool(size, self.job.settings.memory, self.job.extract)
        try:
            yield LocalWorkers(pool, self.job, size)
        except BaseException:
            pool.stop()
            raise
        finally:
            pool.close()
            pool.join()


def worker_pool(size: int, memory: int, extract: Extract) -> ProcessPool:
    from pebble import ProcessPool  # loaded where there is something to read

    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # the others reserve a gigabyte of the limit
    return ProcessPool(
        max_workers=size,
        max_tasks=_TASKS_A_WORKER,
        initializer=_start_worker,
        initargs=(memory, extract),
        context=multiprocessing.get_context("spawn"),
    )


class Reading:
    """Has documents read, and leaves a bundle for each."""

    def __init__(
        self,
        tasks: Sequence[Task],
        engine: Engine,
        store: Store,
        on_progress: Callable[[Progress], None],
    ) -> None:
        self.left = {task.key: task for task in tasks}
        self.suspects: dict[str, Task] = {}  # their worker died: once more, alone
        self.false_starts = 0
        self.total = len(tasks)
        self.pages = 0
        self.changed: dict[str, Task] = {}  # by source: other bytes were read than had been looked at
        self.begun = time.perf_counter()
        self.engine, self.store, self.on_progress = engine, store, on_progress

    def run(self) -> int:
        """Read all of them and return the number of pages.

        Raises:
            InputError: workers end as soon as they start.
        """
        for task in [t for t in self.left.values() if t.sha256 is None]:
            message = "the file cannot be opened; check that it is there (dxplan fetch) and its permissions"
            self._end(task, give_up(task, self.store, "unreadable_file", task.problem or message), {})
        if self.left:
            from extract.segment.tokens import user_dictionary

            user_dictionary()  # built here once, not by every worker
        while rest := [t for key, t in self.left.items() if key not in self.suspects]:
            self._read_all(rest)
        while self.suspects:
            self._read_all([next(iter(self.suspects.values()))])
        return self.pages

    def _read_all(self, tasks: Sequence[Task]) -> None:
        """Read these, or as many as can be before idle workers are killed."""
        before = len(self.left), len(self.suspects)
        try:
            with self.engine.workers(len(tasks)) as workers:
                self._read_with(workers, tasks)
        except BrokenProcessPool as error:
            progress = (len(self.left), len(self.suspects)) != before
            self.false_starts = 0 if progress else self.false_starts + 1
            if self.false_starts == _FALSE_STARTS:
                raise InputError(
                    "workers end as soon as they start: raise --memory; a script must call dxplan.run "
                    "under if __name__ == '__main__':"
                ) from error

    def _read_with(self, workers: Workers, tasks: Sequence[Task]) -> None:
        waiting: dict[Future[Any], Task] = {}
        coming = iter(tasks)
        while True:
            for task in islice(coming, _AHEAD * workers.size - len(waiting)):
                waiting[workers.begin(task)] = task
            if not waiting:
                return
            ended, _ = wait(waiting, timeout=_TICK, return_when=FIRST_COMPLETED)
            for future in ended:
                task = waiting.pop(future)
                try:
                    done = workers.end(future, task)
                except NeedsMoreTime as more:
                    task = replace(task, scans=more.scans)
                    waiting[workers.begin(task)] = task
                    continue
                except WorkerDied as error:
                    if task.key not in self.suspects:
                        self.suspects[task.key] = task
                        continue
                    message = (
                        f"the worker died reading it, also when it was read alone ({error}); "
                        "if memory was short, raise --memory"
                    )
                    done = give_up(task, self.store, "worker_died", message)
                self._end(task, done, waiting)
            if not ended:
                self._report(None, waiting)

    def _end(self, task: Task, done: Done, waiting: Mapping[Future[Any], Task]) -> None:
        del self.left[task.key]
        if done.task.key != task.key:
            self.changed[task.source] = replace(task, sha256=done.task.sha256, size=done.task.size)
        self.suspects.pop(task.key, None)
        self.pages += done.pages
        self._report(done, waiting)

    def _report(self, last: Done | None, waiting: Mapping[Future[Any], Task]) -> None:
        reading = tuple(task.name for future, task in waiting.items() if future.running())
        seconds = time.perf_counter() - self.begun
        done = self.total - len(self.left)
        self.on_progress(Progress(self.total, done, self.pages, seconds, reading, last))


def give_up(task: Task, store: Store, code: str, message: str) -> Done:
    """Leave a failed row for a document that hit a limit; the next run tries it again."""
    rows = _failure(task, store.version, code, message)
    write_bundle(store.spoiled_bundle(task.key), pack(rows))
    return Done(task, "failed", 0, 0.0)
