"""Japanese municipal DX plans, as one comparable, traceable dataset.

``run`` makes a dataset or adds to one, ``remove`` takes plans out, ``open`` opens one; ``read`` reads a plan
without any. ``compare``, ``plot``, ``report``, ``export``, ``mark`` and ``vocabulary`` are modules of
``dxplan.views``. Nothing heavy is loaded before it is used.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from types import ModuleType

    from dxplan.dataset import Dataset, Plan
    from dxplan.ingest.batch import Summary
    from dxplan.ingest.tasks import Progress, Settings
    from dxplan.views import compare as compare
    from dxplan.views import export as export
    from dxplan.views import mark as mark
    from dxplan.views import plot as plot
    from dxplan.views import report as report
    from dxplan.views import vocabulary as vocabulary

_VIEWS = ("compare", "export", "mark", "plot", "report", "vocabulary")
__all__ = ["open", "read", "remove", "run", *_VIEWS]


def __getattr__(name: str) -> ModuleType:
    if name not in _VIEWS:
        raise AttributeError(f"dxplan has no {name!r}; it has {', '.join(sorted(__all__))}")
    return importlib.import_module(f"dxplan.views.{name}")


def __dir__() -> list[str]:
    return sorted(__all__)


def run(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    *,
    prune: bool = False,
    jobs: int | None = None,
    reader: Literal["mupdf", "plumber"] = "mupdf",
    pages: range | None = None,
    timeout: float = 300.0,
    ocr_timeout: float = 60.0,
    memory: int = 4 << 30,
    max_pages: int = 2_000,
    max_characters: int = 5_000_000,
    max_drawings: int = 20_000,
    partition_rows: int = 5_000_000,
    engine: Literal["local", "dask"] = "local",
    scheduler: str | None = None,
    decisions: str | os.PathLike[str] | None = None,
    state: str | os.PathLike[str] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Summary:
    """Read plans and write the dataset to ``out``, beside the plans it has already; each is read once.

    A plan that is not given stays as it is. The bytes of the dataset follow from its plans alone, in whatever
    steps they came.

    Documents are read in worker processes, so a script that calls this needs the usual
    ``if __name__ == "__main__":``. A document that fails costs a row of status "failed", nothing else.

    Args:
        paths: a file, folder, glob pattern or manifest, or several; also by URL (s3://, https:// …).
        out: folder of the dataset, made if need be; also by URL.
        prune: take out the plans that are not given.
        jobs: worker processes; None takes one for each processor.
        reader: PDF reader.
        pages: pages to read, from 1; None reads all.
        timeout: seconds a document may take.
        ocr_timeout: seconds more for each of its pages that have to be recognised.
        memory: bytes a worker may take.
        max_pages: pages of a document that are read.
        max_characters: characters of a document that are read.
        max_drawings: drawings of a page; of one with more only rules and boxes are read.
        partition_rows: blocks, sentences and tokens with more rows are written as a folder of the table's
            name, with a part for each prefecture.
        engine: worker processes of this machine, or of a Dask cluster.
        scheduler: address of the cluster's scheduler; None starts a cluster on this machine.
        decisions: a person's decisions about terms; None takes ``decisions.yaml`` in ``out``, if it is there.
        state: the folder of this machine in which a dataset for a URL is made; None takes one in the user's
            cache. Another run for the same URL goes on from there.
        on_progress: called when a document is read, and a few times a second in between.

    Raises:
        dxplan.errors.InputError: nothing to read, decisions that cannot be understood, or a plan of the
            dataset that must be read again and whose file is gone.
        dxplan.optional.MissingLibraryError: a URL whose file system is not installed.
        dxplan.errors.BusyError: another run is writing to ``out``.
        dxplan.errors.StorageError: the disk is full, and the dataset in ``out`` is the previous one; or a URL
            cannot be written.
    """
    from dxplan.ingest.tasks import Settings
    from extract.limits import Limits

    if isinstance(paths, str | os.PathLike):
        paths = [paths]
    return _run(
        out,
        decisions,
        state,
        on_progress,
        paths=paths,
        prune=prune,
        jobs=jobs,
        settings=Settings(
            reader, pages, timeout, ocr_timeout, memory, Limits(max_pages, max_characters, max_drawings)
        ),
        partition_rows=partition_rows,
        engine=engine,
        scheduler=scheduler,
    )


def remove(
    out: str | os.PathLike[str],
    plans: str | Iterable[str],
    *,
    jobs: int | None = None,
    partition_rows: int = 5_000_000,
    decisions: str | os.PathLike[str] | None = None,
    state: str | os.PathLike[str] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Summary:
    """Take plans out of a dataset. The files they were read from stay.

    Args:
        out: folder of the dataset; also by URL.
        plans: one or several, each by its ``doc_id``, file name, path, municipality or title.
        jobs: worker processes, should the others have to be read again by a new release.
        partition_rows: see ``run``.
        decisions: see ``run``.
        state: see ``run``.
        on_progress: see ``run``.

    Raises:
        dxplan.errors.InputError: a name that no plan or more than one answers to, or nothing would be left.
        dxplan.errors.BusyError: a run is writing to ``out``.
        dxplan.errors.StorageError: the disk is full, and the dataset is the previous one.
    """
    names = [plans] if isinstance(plans, str) else list(plans)
    return _run(
        out,
        decisions,
        state,
        on_progress,
        paths=(),
        remove=names,
        jobs=jobs,
        partition_rows=partition_rows,
    )


def _run(
    out: str | os.PathLike[str],
    decisions: str | os.PathLike[str] | None,
    state: str | os.PathLike[str] | None,
    on_progress: Callable[[Progress], None] | None,
    *,
    settings: Settings | None = None,
    **how: Any,
) -> Summary:
    from dataclasses import replace
    from functools import partial

    from dxplan import answers
    from dxplan.errors import InputError
    from dxplan.ingest import batch, members, when_needed
    from dxplan.ingest.tasks import Settings
    from dxplan.storage import decided, remote

    folder = remote.parse(out)
    url = folder if isinstance(folder, str) else None
    if isinstance(folder, str):
        kept = (batch.VERDICTS, answers.FILE, decided.DECISIONS, members.FILE)
        folder = remote.workplace(folder, state, kept)
    elif state is not None:
        raise InputError("a state folder is for a dataset by URL; one in a folder keeps its state there")
    told = decided.decisions(folder, decisions)
    return batch.run(
        extract=when_needed.extract_document,
        link=partial(when_needed.link, decisions=told),
        out=folder,
        settings=replace(settings or Settings(), decisions=told),
        url=url,
        on_progress=on_progress or (lambda progress: None),
        **how,
    )


def read(
    path: str | os.PathLike[str], *, reader: Literal["mupdf", "plumber"] = "mupdf", pages: range | None = None
) -> Plan:
    """Read one plan, without a dataset. Its tables are in a folder that goes when the plan is no longer used.

    >>> dxplan.read("plan.pdf").kpis()   # doctest: +SKIP

    In a script it needs the usual ``if __name__ == "__main__":``, as ``run`` does.

    Args:
        path: PDF or text.
        reader: PDF reader.
        pages: pages to read, from 1; None reads all.

    Raises:
        dxplan.errors.InputError: no file there, or one that cannot be read; the message says why.
    """
    import shutil
    import tempfile
    import weakref
    from pathlib import Path

    from dxplan.errors import InputError

    if not Path(path).is_file():
        raise InputError(f"{path}: no such file; dxplan.read takes one plan, dxplan.run a folder of them")
    folder = tempfile.mkdtemp(prefix="dxplan-")
    try:
        run(path, folder, jobs=1, reader=reader, pages=pages)
        dataset = open(folder)
        (document,) = dataset.documents.arrow().to_pylist()
        if document["status"] == "failed":
            said = [n["message"] for n in dataset.read("diagnostics", severity=["error"]).to_pylist()]
            raise InputError(f"{path} cannot be read: {'; '.join(said)}")
        plan = dataset.plan(document["doc_id"])
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    weakref.finalize(plan, shutil.rmtree, folder, ignore_errors=True)
    return plan


def open(folder: str | os.PathLike[str], *, sources: str | os.PathLike[str] | None = None) -> Dataset:
    """Open the dataset in ``folder``; tables are read when asked for.

    Args:
        folder: folder of the dataset, also by URL.
        sources: folder that has the original files, where they are no longer where the run read them.

    Raises:
        dxplan.errors.DatasetError: no dataset there, or one that is being replaced.
    """
    from dxplan.dataset import Dataset

    return Dataset(folder, sources)
