"""Which plans a dataset has: ``plans.json`` beside its tables, one entry a file, in order.

A run adds to them and reads some anew; what it is not given stays as it is.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dxplan import answers
from dxplan.errors import InputError
from dxplan.ingest.tasks import Task
from dxplan.storage import remote
from dxplan.storage.paths import digest, is_url, locate, source_of
from dxplan.storage.store import Store
from extract.model import Metadata

FILE = "plans.json"
_COLUMNS = ("source_path", "source_name", "sha256", "bytes")


@dataclass(frozen=True, slots=True)
class Change:
    """What became of the plans of a dataset; names of files."""

    added: tuple[str, ...]
    renewed: tuple[str, ...]
    kept: tuple[str, ...]
    dropped: tuple[str, ...]


def read(store: Store) -> list[Task]:
    """The plans of the dataset in a folder, in order; none where there is no dataset."""
    try:
        listed = json.loads((store.out / FILE).read_text(encoding="utf-8"))
        return [_task(store, entry) for entry in listed]
    except FileNotFoundError:
        return _of_documents(store)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(
            f"{store.out / FILE} cannot be understood: {error}; delete it, and the plans of "
            "documents.parquet are taken"
        ) from error


def _of_documents(store: Store) -> list[Task]:
    """The plans of a dataset that was made before there was a list."""
    try:
        rows = pq.read_table(store.out / "documents.parquet", columns=list(_COLUMNS)).to_pylist()
    except (OSError, pa.ArrowInvalid):
        return []
    entries = [
        dict(zip(("source", "name", "sha256", "bytes"), row.values(), strict=True))
        for row in rows
        if row["source_path"]
    ]
    here = [
        e | {"source": source_of(e["source"], store.base)} if Path(e["source"]).is_absolute() else e
        for e in entries  # a path that is not absolute is told from the dataset
    ]
    return sorted((_task(store, entry) for entry in here), key=order)


def _task(store: Store, entry: Mapping[str, Any]) -> Task:
    source, known, pages = entry["source"], entry.get("known"), entry.get("pages")
    return Task(
        path=place(store, source),
        name=entry["name"],
        sha256=entry["sha256"],
        size=entry["bytes"],
        source=source,
        reader=entry.get("reader", "mupdf"),
        pages=range(*pages) if pages else None,
        known=Metadata(**known) if known else None,
        checksum=entry.get("checksum"),
    )


def with_answers(store: Store, tasks: Sequence[Task], given: Sequence[answers.Answer]) -> list[Task]:
    """Plans with what people said of them. Whose a plan is, a manifest or the dataset before says."""
    if not given:
        return list(tasks)
    try:
        rows = pq.read_table(store.out / "documents.parquet", columns=["sha256", "municipality_code"])
        codes = dict(zip(*(column.to_pylist() for column in rows.columns), strict=True))
    except (OSError, pa.ArrowInvalid):
        codes = {}
    return [
        replace(
            task,
            answers=answers.for_document(
                given,
                task.sha256,
                codes.get(task.sha256) or (task.known.municipality_code if task.known else None),
            ),
        )
        for task in tasks
    ]


def place(store: Store, source: str) -> Path:
    """Where on this machine the bytes of a plan are, or a copy of them if it is given by URL."""
    return remote.copy_of(store.state / "copies", source) if is_url(source) else locate(source, store.base)


def listed(tasks: Iterable[Task]) -> list[dict[str, Any]]:
    """The plans as ``plans.json`` lists them."""
    return [_entry(task) for task in tasks]


def _entry(task: Task) -> dict[str, Any]:
    known = task.known or Metadata()
    facts = {name: value for name in _KNOWN if (value := getattr(known, name)) is not None}
    entry: dict[str, Any] = {
        "source": task.source,
        "name": task.name,
        "sha256": task.sha256,
        "bytes": task.size,
        "reader": task.reader,
    }
    more = {
        "pages": [task.pages.start, task.pages.stop] if task.pages else None,
        "known": facts,
        "checksum": task.checksum,
    }
    return entry | {name: value for name, value in more.items() if value}


_KNOWN = ("municipality", "prefecture", "municipality_code", "title", "version")


def order(task: Task) -> tuple[bool, PurePosixPath]:
    return is_url(task.source), PurePosixPath(task.source)


def merged(before: Sequence[Task], given: Sequence[Task], *, prune: bool) -> list[Task]:
    """The plans a dataset has after a run: those given, and unless ``prune`` those it had, in order.

    A plan is the file at its place. One whose file is gone and whose bytes are given has moved there.
    """
    plans = {task.source: task for task in given}
    if not prune:
        bytes_given = {task.sha256 for task in given if task.sha256}
        for task in before:
            moved = task.sha256 in bytes_given and not is_url(task.source) and not task.path.exists()
            if not moved:
                plans.setdefault(task.source, task)
    return sorted(plans.values(), key=order)


def change(before: Sequence[Task], after: Sequence[Task], read_now: Collection[str]) -> Change:
    """Tell what became of the plans; ``read_now`` are the sources of those that were read in this run."""
    had = {task.source for task in before}
    gone = [task for task in before if task.source not in {t.source for t in after}]
    moved = {task.sha256 for task in gone if task.sha256} & {t.sha256 for t in after if t.source not in had}
    names: dict[str, list[str]] = {"added": [], "renewed": [], "kept": []}
    for task in after:
        new = task.source not in had and task.sha256 not in moved
        names["added" if new else "renewed" if task.source in read_now else "kept"].append(task.name)
    dropped = tuple(task.name for task in gone if task.sha256 not in moved)
    return Change(tuple(names["added"]), tuple(names["renewed"]), tuple(names["kept"]), dropped)


def without(store: Store, tasks: Sequence[Task], wanted: Iterable[str]) -> list[Task]:
    """The plans but for some, each named by its id, file name, place, municipality or title.

    Raises:
        InputError: a name that no plan or more than one answers to, or nothing would be left.
    """
    from dxplan.names import one_of

    rows = pq.read_table(
        store.out / "documents.parquet", columns=["sha256", "doc_id", "municipality", "title"]
    ).to_pylist()
    said = {row["sha256"]: [v for k, v in row.items() if k != "sha256" and v] for row in rows}
    names = {task.source: [task.name, task.source, *said.get(task.sha256, [])] for task in tasks}
    out = {
        one_of(name, names, f"plan of {store.out}", also=lambda n: source_of(n, store.base))
        for name in wanted
    }
    left = [task for task in tasks if task.source not in out]
    if not left:
        raise InputError(f"nothing would be left in {store.out}; delete the folder instead")
    return left


def refreshed(store: Store, tasks: Sequence[Task], given: Collection[str]) -> tuple[list[Task], set[str]]:
    """The plans with those that were not given as they can be had, and the sources of those to read again.

    What was read of them is taken, made by other code too where the file is gone.

    Raises:
        InputError: what was read of a plan is lost, and its file too.
    """
    left = [t for t in tasks if t.source not in given and not store.has(t.key)]
    problems = remote.copy_all({t.source: t.path for t in left if is_url(t.source)})
    now = {t.source: looked_at(replace(t, problem=problems.get(t.source))) for t in left}
    gone = [t for t in left if t.sha256 and not now[t.source].sha256]
    if lost := [t.name for t in gone if store.found(t.key) is None]:
        raise InputError(
            f"{len(lost)} plans of {store.out} have to be read again, and their files are gone "
            f"({', '.join(lost[:5])}); put them back, or take them out: dxplan remove {store.out} {lost[0]}"
        )
    for task in gone:
        del now[task.source]
    return [now.get(t.source, t) for t in tasks], set(now)


def looked_at(task: Task) -> Task:
    """The document with the digest of its file as it is now."""
    sha256, size = digest(task.path)
    return replace(task, sha256=sha256, size=size)
