"""Documents read by the workers of a Dask cluster: a researcher's own, Kubernetes, Slurm by dask-jobqueue.

Only bytes travel: the file goes to a worker, its bundle comes back, so the machines need no common disk. On
each worker a process of its own reads the documents, with the same limits on time and memory as on one
machine; a document that kills it costs no Dask worker.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from dxplan.errors import InputError
from dxplan.ingest.reading import Extract, Job, LocalWorkers, WorkerDied, worker_pool
from dxplan.ingest.tasks import Done, Settings, Task
from dxplan.storage.store import Store, code_version, ocr_version
from normalize import durable

if TYPE_CHECKING:
    from distributed import Client
    from pebble import ProcessPool


@dataclass(frozen=True, slots=True)
class DaskEngine:
    """The workers of the cluster at ``address``; without one, ``jobs`` Dask workers on this machine."""

    job: Job
    jobs: int
    address: str | None = None

    @contextmanager
    def workers(self, most: int) -> Iterator[DaskWorkers]:
        try:
            from distributed import Client, LocalCluster
        except ModuleNotFoundError:
            raise InputError("Dask is not installed; run: pip install 'dxplan[dask]'") from None
        if self.address is None:
            size = min(self.jobs, most)
            with (
                LocalCluster(n_workers=size, threads_per_worker=1, dashboard_address=None) as cluster,
                Client(cluster) as client,
            ):
                yield DaskWorkers(client, self.job, size)
            return
        try:
            client = Client(self.address, timeout=30)
        except (OSError, ValueError) as error:
            raise InputError(f"no Dask scheduler answers at {self.address}: {error}") from error
        with client:
            yield DaskWorkers(client, self.job, _size(client, self.address))


def _size(client: Client, address: str) -> int:
    """Number of worker threads, all of which must have this very code."""
    versions = client.run(_version)
    if not versions:
        raise InputError(f"the scheduler at {address} has no workers; start some, or give --engine local")
    if others := {version for version in versions.values() if version != _version()}:
        raise InputError(
            f"workers have {'; '.join(sorted(others))}, here is {_version()}: install the same release, "
            "libraries and dictionary on all machines"
        )
    return sum(client.nthreads().values())


def _version() -> str:
    return f"{code_version()}, {ocr_version()}"


class DaskWorkers:
    """Hands documents to a cluster and puts what comes back into the store."""

    def __init__(self, client: Client, job: Job, size: int) -> None:
        self._executor = client.get_executor(pure=False, retries=0)
        self._job, self.size = job, size

    def begin(self, task: Task) -> Future[Any]:
        data = task.path.read_bytes()
        there = replace(task, path=Path(task.path.name))
        future: Future[Any] = self._executor.submit(
            _read_there, there, data, self._job.extract, self._job.settings, self._job.store.version
        )
        return future

    def end(self, future: Future[Any], task: Task) -> Done:
        from distributed import KilledWorker

        try:
            done, suffix, bundle = future.result()
        except KilledWorker as error:
            raise WorkerDied(str(error)) from error
        durable.write(self._job.store.bundle(done.task.key).with_suffix(suffix), bundle)
        return done  # type: ignore[no-any-return]


# --- on a worker of the cluster ---------------------------------------------------------------------


def _read_there(
    task: Task, data: bytes, extract: Extract, settings: Settings, version: str
) -> tuple[Done, str, bytes]:
    """Read a document in a process of its own; return how it went, and its bundle with its suffix."""
    with TemporaryDirectory(prefix="dxplan-") as folder:
        task = replace(task, path=Path(folder) / task.path)
        task.path.write_bytes(data)
        store = Store(Path(folder) / "out", version)
        store.read.mkdir(parents=True)
        workers = LocalWorkers(_pool(settings.memory, extract), Job(extract, settings, store), 1)
        done = workers.end(workers.begin(task), task)
        key = done.task.key
        (bundle,) = (p for p in (store.bundle(key), store.spoiled_bundle(key)) if p.exists())
        return done, bundle.suffix, bundle.read_bytes()


@cache
def _pool(memory: int, extract: Extract) -> ProcessPool:
    """The reading processes of this Dask worker, one for each of its threads, kept as long as it lives."""
    from distributed import get_worker

    # Dask starts its workers as daemons, which multiprocessing forbids children; ours end with their parent.
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
    return worker_pool(get_worker().state.nthreads, memory, extract)
