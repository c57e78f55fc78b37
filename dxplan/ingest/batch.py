"""A run: reads plans that are new or stale, keeps what was read of the others, and writes the dataset."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import time
from collections import ChainMap, Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from dxplan import answers
from dxplan.errors import StorageError
from dxplan.ingest import members
from dxplan.ingest.inputs import File, Inputs, discover, name_of
from dxplan.ingest.manifest import Entry
from dxplan.ingest.reading import Engine, Extract, Job, LocalEngine, Reading, Rows, conditions, is_fresh, note
from dxplan.ingest.tasks import Progress, Settings, Task
from dxplan.storage import catalogue, remote
from dxplan.storage.describe import datapackage, resource_files
from dxplan.storage.paths import source_of
from dxplan.storage.store import Store, code_version
from dxplan.storage.write import read_bundle, to_batch, write_json, write_parts, write_table
from dxplan.tables import TABLES, Table
from extract.model import Metadata
from normalize.columns import Columns

if TYPE_CHECKING:
    from dxplan.corrections import Verdict

VERDICTS = "corrections.yaml"  # corrections.FILE, which is loaded only where there is one
_FULL = (errno.ENOSPC, errno.EDQUOT)
_LARGE = ("blocks", "sentences", "tokens", "tables")
_PARTITIONED = ("blocks", "sentences", "tokens")
PARTITION_ROWS = 5_000_000
_CHUNK = 20_000  # rows typed at a time
_HELD = 64 << 20  # bytes of bundles that are held in memory whole (unpacked, twice as many)

# Works on all documents at once, returns the tables it makes or changes; normalize.dataset.link is in use.
Link = Callable[[Mapping[str, Sequence[dict[str, object]]]], Mapping[str, Sequence[Mapping[str, object]]]]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run leaves behind.

    ``change`` tells what became of the plans of the dataset. ``statuses`` and ``severities`` count documents
    and diagnostics, ``rows`` is per table; ``skipped`` are files of the given folders that are no plans,
    ``changed`` those that somebody wrote to meanwhile: their rows are those of the bytes that were read.
    ``notes`` tell what was left out of what people have written.
    """

    out: File
    n_read: int
    n_kept: int
    pages_read: int
    seconds: float
    statuses: Mapping[str, int]
    severities: Mapping[str, int]
    rows: Mapping[str, int]
    skipped: tuple[File, ...]
    change: members.Change
    changed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.statuses.get("failed")


def run(
    paths: Iterable[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    extract: Extract,
    link: Link,
    *,
    remove: Collection[str] = (),
    prune: bool = False,
    only_renew: bool = False,
    jobs: int | None = None,
    settings: Settings | None = None,
    partition_rows: int = PARTITION_ROWS,
    engine: Literal["local", "dask"] = "local",
    scheduler: str | None = None,
    url: str | None = None,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> Summary:
    """Read plans and write the dataset to ``out``, with the plans it had already; each is read once.

    What an earlier run into the same folder has read with the same code and settings is not read again.
    A document that fails, hangs or crashes its worker costs a row of status "failed", nothing else.

    Args:
        paths: files, folders, glob patterns or manifests, also by URL; none where plans are removed.
        out: folder of the dataset, made if need be.
        extract: reads one document; workers import it by name.
        link: the whole-dataset stage.
        remove: plans of the dataset to take out: ids, names or places.
        prune: the dataset is exactly the plans given.
        only_renew: no paths are given; the dataset keeps its plans.
        jobs: worker processes; None takes one for each processor.
        settings: reader, pages and limits.
        partition_rows: blocks, sentences and tokens with more rows are a folder with a part per prefecture.
        engine: worker processes of this machine, or Dask.
        scheduler: address of a Dask scheduler; None starts a cluster on this machine.
        url: where the dataset is copied to when it is there.
        on_progress: called when a document is read, and a few times a second in between.

    Raises:
        InputError: nothing to read, or a plan to keep whose file and rows are lost.
        BusyError: another run is writing to ``out``.
        StorageError: the disk is full; the dataset in ``out`` is the previous one.
    """
    settings = settings or Settings()
    begun = time.perf_counter()
    inputs = Inputs((), ()) if remove or only_renew else discover(paths)
    version = code_version()
    store = Store(Path(out), version, None if url else Path(out))
    with _told_if_full(store.out), store.locked():
        verdicts, told = _verdicts(store.out)
        answered = answers.read(store.out)
        before = members.with_answers(store, members.read(store), answered)
        if remove:
            plans, given = members.without(store, before, remove), []
        else:
            given = members.with_answers(store, _given(inputs, store, settings), answered)
            plans = members.merged(before, given, prune=prune)
        plans, lost = members.refreshed(store, plans, {t.source for t in given})
        stale = lost | {t.source for t in given if not is_fresh(store.bundle(t.key), settings.limits)}
        job = Job(extract, settings, store)
        work = _Work(job, _engine(engine, scheduler, job, jobs), on_progress)
        plans = work.read(plans, stale)
        tasks, twins = _told_apart(plans)
        bundles = {t.key: path for t in tasks if (path := store.found(t.key))}
        state = _state(plans, bundles, version, settings, verdicts, partition_rows)
        listed = (store.out / members.FILE).exists()
        if work.read_now or not listed or not _is_published(store.out, state):
            _write_dataset(tasks, twins, bundles, store, link, verdicts, state, partition_rows)
            store.tidy(bundles.values())
        if url is not None:
            remote.publish(store.out, url)
        return Summary(
            out=url or store.out,
            n_read=len(work.read_now),
            n_kept=len(tasks) - len(work.read_now),
            pages_read=work.pages,
            seconds=time.perf_counter() - begun,
            skipped=inputs.skipped,
            change=members.change(before, plans, work.read_now),
            changed=tuple(work.changed),
            notes=(*told, *answers.notes(store.out)),
            **_counts(store.out),
        )


def _verdicts(out: Path) -> tuple[Sequence[Verdict], Sequence[str]]:
    """What people have said of the rows, and what could not be read of it; loads nothing where nobody has."""
    if not (out / VERDICTS).exists():
        return (), ()
    from dxplan import corrections

    return corrections.read(out), corrections.notes(out)


def _corrected(tables: _Tables, verdicts: Sequence[Verdict]) -> set[str]:
    """Apply them; returns the tables that have changed."""
    if not verdicts:
        return set()
    from dxplan import corrections

    return corrections.apply(tables, verdicts)


class _Work:
    """The reading of a run: which documents were read, and which files somebody wrote to meanwhile."""

    def __init__(self, job: Job, engine: Engine, on_progress: Callable[[Progress], None]) -> None:
        self.job, self.engine, self.on_progress = job, engine, on_progress
        self.read_now: set[str] = set()  # sources
        self.changed: list[str] = []  # names
        self.pages = 0

    def read(self, plans: Sequence[Task], stale: Collection[str]) -> list[Task]:
        """Read the plans whose sources are stale; returns all, with the digests of what was read.

        A file that has changed may have been the only one read of two that were alike: hence the rounds.
        """
        while now := [
            t for t in _told_apart(plans)[0] if t.source in stale and t.source not in self.read_now
        ]:
            reading = Reading(now, self.engine, self.job.store, self.on_progress)
            self.pages += reading.run()
            self.read_now |= {t.source for t in now}
            self.changed += [t.name for t in reading.changed.values()]
            plans = [reading.changed.get(t.source, t) for t in plans]
            unread = (t for t in _told_apart(plans)[0] if self.job.store.found(t.key) is None)
            stale = {*stale, *(t.source for t in unread)}
        return list(plans)


@contextmanager
def _told_if_full(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise StorageError(
            f"the disk of {out} is full: the dataset there is the previous one, and what has been read is "
            "kept; free some space and run it again to go on"
        ) from error


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _given(inputs: Inputs, store: Store, settings: Settings) -> list[Task]:
    """The plans given to a run, with the digests of their files."""
    copies = {f: members.place(store, f) for f in inputs.files if isinstance(f, str)}
    problems = remote.copy_all(copies)
    found = []
    for file in inputs.files:
        entry = inputs.known.get(file)
        task = Task(
            path=copies[file] if isinstance(file, str) else file,
            name=name_of(file),
            sha256=None,
            size=None,
            source=file if isinstance(file, str) else source_of(file, store.base),
            reader=settings.reader,
            pages=settings.pages,
            known=_known(entry) if entry else None,
            checksum=entry.sha256 if entry else None,
            problem=problems.get(str(file)),
        )
        found.append(members.looked_at(task))
    return found


def _told_apart(plans: Iterable[Task]) -> tuple[list[Task], list[tuple[Task, Task]]]:
    """Return each document once, and pairs (file, its document) for files that have the same bytes."""
    tasks: dict[str, Task] = {}
    twins: list[tuple[Task, Task]] = []
    for task in plans:
        first = tasks.setdefault(task.sha256 or task.source, task)
        if first is not task:
            twins.append((task, first))
    return list(tasks.values()), twins


def _known(entry: Entry) -> Metadata:
    """What a manifest says, in the terms of the documents table."""
    from normalize.municipalities import by_code

    town = by_code(entry.municipality_code) if entry.municipality_code else None
    return Metadata(
        municipality=town.name if town else None,
        prefecture=town.prefecture if town else None,
        municipality_code=entry.municipality_code,
        title=entry.title,
        version=entry.edition,
    )


def _engine(name: str, scheduler: str | None, job: Job, jobs: int | None) -> Engine:
    if name == "local":
        return LocalEngine(job, jobs or _processors())
    from dxplan.ingest.cluster import DaskEngine

    return DaskEngine(job, jobs or _processors(), scheduler)


# --- the dataset ------------------------------------------------------------------------------------


def _state(
    plans: Sequence[Task],
    bundles: Mapping[str, Path],
    version: str,
    settings: Settings,
    verdicts: Sequence[Verdict],
    partition_rows: int,
) -> str:
    """Digest what the dataset is made of, to know whether it must be written again."""
    facts = [version, str(partition_rows), *map(str, settings.decisions), *map(str, verdicts)]
    facts += [f"{t.key} {t.source} {t.checksum}" for t in plans]
    facts += [f"{key} {path.parent.name} {conditions(path)}" for key, path in sorted(bundles.items())]
    return hashlib.sha256("\0".join(facts).encode(errors="surrogateescape")).hexdigest()


def _is_published(out: Path, state: str) -> bool:
    try:
        package = json.loads((out / "datapackage.json").read_text(encoding="utf-8"))
        return bool(package["inputs"] == state) and all(
            sum((out / path).stat().st_size for path in resource_files(r)) == r["size"]
            for r in package["resources"]
        )
    except (OSError, ValueError, KeyError):
        return False


class _Tables(Mapping[str, list[dict[str, object]]]):
    """The tables of all bundles, by ``doc_id``. Rows become Python objects only where somebody asks for them.

    ``bundles`` are the bundles in that order. The large tables stay on disk where there is much of them.
    """

    def __init__(self, bundles: Collection[Path]) -> None:
        whole = sum(path.stat().st_size for path in bundles) <= _HELD
        names = [name for name in TABLES if whole or name not in _LARGE]
        found = [(read_bundle(path, names), path) for path in bundles]  # opening one costs more than its rows
        found.sort(key=lambda pair: str(pair[0]["documents"].column("doc_id")[0]))
        self.bundles = [path for _, path in found]
        self._held = {name: [tables[name] for tables, _ in found if name in tables] for name in names}
        self._rows: Rows = {}

    def __getitem__(self, name: str) -> list[dict[str, object]]:
        if name not in self._rows:
            self._rows[name] = list(_Stream(self, name))
        return self._rows[name]

    def __iter__(self) -> Iterator[str]:
        return iter(TABLES)

    def __len__(self) -> int:
        return len(TABLES)

    def batches(self, name: str) -> Iterable[pa.RecordBatch]:
        if name in self._held:
            return self._held[name]
        return (batch for path in self.bundles for batch in read_bundle(path, (name,)).values())

    def count(self, name: str) -> int:
        return sum(batch.num_rows for batch in self.batches(name))

    def streamed(self) -> Mapping[str, Sequence[dict[str, object]]]:
        """The same tables; what is read of large ones, where nobody has changed them, is kept by nobody."""
        from normalize.dataset import READ

        streams = {name: _Stream(self, name, columns) for name, columns in READ.items()}
        return ChainMap({n: s for n, s in streams.items() if n not in self._rows}, self)  # type: ignore[arg-type]


class _Stream(Sequence[dict[str, object]]):
    """Rows of one table (all columns when None). Each loop over them reads them again; none is kept."""

    def __init__(self, tables: _Tables, name: str, columns: Sequence[str] | None = None) -> None:
        self._tables, self._name, self._columns = tables, name, columns

    def __iter__(self) -> Iterator[dict[str, object]]:
        for batch in self._tables.batches(self._name):
            yield from (batch.select(self._columns) if self._columns else batch).to_pylist()

    def __len__(self) -> int:
        return self._tables.count(self._name)

    def __getitem__(self, index: Any) -> Any:
        return list(self)[index]


def _write_dataset(
    tasks: Sequence[Task],
    twins: Sequence[tuple[Task, Task]],
    bundles: Mapping[str, Path],
    store: Store,
    link: Link,
    verdicts: Sequence[Verdict],
    state: str,
    partition_rows: int,
) -> None:
    """Join the bundles in the order of ``doc_id``, correct and link them, and publish the tables."""
    made = {bundles[task.key]: task for task in tasks}
    tables = _Tables(made)
    doc_ids = {}
    for document, path in zip(tables["documents"], tables.bundles, strict=True):
        document["source_path"] = made[path].source
        doc_ids[made[path].key] = str(document["doc_id"])
    tables["diagnostics"].extend(_twin_note(twin, first, doc_ids[first.key]) for twin, first in twins)
    tables["diagnostics"].extend(_checksum_notes(tasks, doc_ids))
    corrected = _corrected(tables, verdicts)
    changed = {name: tables[name] for name in {"documents", "diagnostics"} | corrected} | dict(
        link(tables.streamed())
    )

    staging = store.staging()
    counts = {}
    for name, table in TABLES.items():
        rows = changed.get(name)
        batches = tables.batches(name) if rows is None else _typed(table, rows)
        n_rows = tables.count(name) if rows is None and name in _PARTITIONED else len(rows or ())
        write = write_parts if name in _PARTITIONED and n_rows > partition_rows else write_table
        counts[name] = write(staging / f"{name}.parquet", table, batches)
    package = datapackage(staging, counts) | {"inputs": state}
    write_json(
        staging / members.FILE, members.listed(sorted([*tasks, *(t for t, _ in twins)], key=members.order))
    )
    write_json(staging / catalogue.FILE, catalogue.jsonld(staging, package))
    write_json(staging / "datapackage.json", package)
    store.publish()


def _twin_note(twin: Task, first: Task, doc_id: str) -> dict[str, object]:
    message = f"{twin.source} has the bytes of {first.source}; read once"
    return note(doc_id, "warning", "duplicate_file", message)


def _checksum_notes(tasks: Sequence[Task], doc_ids: Mapping[str, str]) -> Iterator[dict[str, object]]:
    for task in tasks:
        if task.checksum and task.sha256 and task.checksum != task.sha256:
            message = f"the manifest's checksum is {task.checksum}: another edition, or a damaged file?"
            yield note(doc_ids[task.key], "warning", "checksum_differs", message)


def _typed(table: Table, rows: Sequence[Mapping[str, object]]) -> Iterator[pa.RecordBatch]:
    """Type changed rows in the order of the contract: by document, else as the stage gave them."""
    if isinstance(rows, Columns):  # made in the order of the blocks
        yield to_batch(table, rows)
        return
    if table.column_names[0] == "doc_id":
        rows = sorted(rows, key=lambda row: str(row["doc_id"]))
    for start in range(0, len(rows), _CHUNK):
        yield to_batch(table, rows[start : start + _CHUNK])


def _counts(out: Path) -> dict[str, Any]:
    """Documents by status, diagnostics by severity, rows by table."""

    def count(table: str, column: str) -> dict[str, int]:
        with pq.ParquetFile(out / f"{table}.parquet") as file:  # read_table would load pandas
            return dict(Counter(file.read([column]).column(column).to_pylist()))

    package: dict[str, Any] = json.loads((out / "datapackage.json").read_text(encoding="utf-8"))
    rows = {r["name"]: r["rows"] for r in package["resources"]}
    return {
        "statuses": count("documents", "status"),
        "severities": count("diagnostics", "severity"),
        "rows": rows,
    }
