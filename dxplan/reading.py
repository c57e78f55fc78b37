"""Documents read in worker processes, each with limits, each leaving a bundle of rows."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, TimeoutError, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from pebble import ProcessExpired, ProcessPool

from dxplan.errors import InputError
from dxplan.inputs import printable
from dxplan.store import Store
from dxplan.tables import SCHEMA_VERSION
from dxplan.write import pack, write_bundle
from normalize.vocabulary import Decision

Rows = dict[str, list[dict[str, object]]]

_TICK = 0.2  # seconds between reports while nothing ends
_ATTEMPTS = 2


class Extracted(Protocol):
    @property
    def rows(self) -> Mapping[str, Sequence[Mapping[str, object]]]: ...


# Reads one file (path, reader=…, pages=…); extract.pipeline.extract_document is the one in use.
Extract = Callable[..., Extracted]


@dataclass(frozen=True, slots=True)
class Settings:
    """How documents are read, and how far one may go before it is given up.

    ``pages`` counts from 1; ``timeout`` is in seconds and ``memory`` in bytes, both per document.
    ``decisions`` about pairs of terms change no document, only the dataset made of them all.
    """

    reader: Literal["mupdf", "plumber"] = "mupdf"
    pages: range | None = None
    timeout: float = 300.0
    memory: int = 4 << 30
    decisions: tuple[Decision, ...] = ()


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
class Task:
    """One document to read. ``sha256`` is None where the file cannot even be opened."""

    path: Path
    sha256: str | None
    size: int | None
    key: str

    @property
    def name(self) -> str:
        return printable(self.path.name)


# --- in a worker -----------------------------------------------------------------------------------


def _start_worker(memory: int) -> None:
    """Make a worker end with its run, and (on Linux) fail with MemoryError when it asks for too much."""
    if sys.platform == "linux":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        limit = memory if most == resource.RLIM_INFINITY else min(memory, most)
        resource.setrlimit(resource.RLIMIT_AS, (limit, most))
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)  # the run was killed: nobody is left to enforce the time limit


def _read(task: Task, extract: Extract, settings: Settings, store: Store) -> Done:
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


def _stamped(task: Task, document: Mapping[str, object], version: str) -> dict[str, object]:
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


def _failure(task: Task, version: str, code: str, message: str) -> Rows:
    """The rows of a document that gave none itself."""
    digest = task.sha256 or hashlib.sha256(os.fsencode(task.path)).hexdigest()
    doc_id = f"000000-{digest[:12]}"
    document = {"doc_id": doc_id, "status": "failed", "text_source": "none"}
    return {
        "documents": [_stamped(task, document, version)],
        "diagnostics": [note(doc_id, "error", code, message)],
    }


def note(doc_id: str, severity: str, code: str, message: str) -> dict[str, object]:
    return {"doc_id": doc_id, "stage": "run", "severity": severity, "code": code, "message": message}


# --- in the run ------------------------------------------------------------------------------------


class Reading:
    """Reads documents in worker processes, and leaves a bundle for each."""

    def __init__(
        self,
        tasks: Sequence[Task],
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

    def _schedule(self, pool: ProcessPool, task: Task) -> Future[Done]:
        arguments = (task, self.extract, self.settings, self.store)
        future: Future[Done] = pool.schedule(_read, args=arguments, timeout=self.settings.timeout)
        return future

    def _may_try_again(self, future: Future[Done], task: Task) -> bool:
        """A worker may have died of something else than its document, once."""
        if not isinstance(future.exception(), ProcessExpired):
            return False
        self.attempts[task.key] += 1
        return self.attempts[task.key] < _ATTEMPTS

    def _end(self, task: Task, done: Done, waiting: Mapping[Future[Done], Task]) -> None:
        del self.left[task.key]
        self.pages += done.pages
        self._report(done, waiting)

    def _report(self, last: Done | None, waiting: Mapping[Future[Done], Task]) -> None:
        reading = tuple(task.name for future, task in waiting.items() if future.running())
        seconds = time.perf_counter() - self.begun
        done = self.total - len(self.left)
        self.on_progress(Progress(self.total, done, self.pages, seconds, reading, last))


def _outcome(future: Future[Done], task: Task, store: Store, settings: Settings) -> Done:
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


def _give_up(task: Task, store: Store, code: str, message: str) -> Done:
    rows = _failure(task, store.version, code, message)
    write_bundle(store.spoiled_bundle(task.key), pack(rows))
    return Done(task.name, "failed", 0, 0.0)
