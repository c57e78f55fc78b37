"""Japanese municipal DX plans, as one comparable, traceable dataset.

``run`` makes a dataset, ``open`` reads one. Nothing heavy is loaded before one of them is called.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from dxplan.batch import Summary
    from dxplan.dataset import Dataset
    from dxplan.reading import Progress

__all__ = ["open", "run"]


def run(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    *,
    jobs: int | None = None,
    reader: Literal["mupdf", "plumber"] = "mupdf",
    pages: range | None = None,
    timeout: float = 300.0,
    memory: int = 4 << 30,
    decisions: str | os.PathLike[str] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Summary:
    """Read plans and write the dataset to ``out``: exactly the plans given, each read once.

    Documents are read in worker processes, so a script that calls this needs the usual
    ``if __name__ == "__main__":``. A document that fails costs a row of status "failed", nothing else.

    Args:
        paths: a file, folder or glob pattern, or several.
        out: folder of the dataset, made if need be.
        jobs: worker processes; None takes one for each processor.
        reader: PDF reader.
        pages: pages to read, from 1; None reads all.
        timeout: seconds a document may take.
        memory: bytes a worker may take.
        decisions: a person's decisions about terms; None takes ``decisions.yaml`` in ``out``, if it is there.
        on_progress: called when a document is read, and a few times a second in between.

    Raises:
        dxplan.errors.InputError: nothing to read, or decisions that cannot be understood.
        dxplan.errors.BusyError: another run is writing to ``out``.
    """
    from functools import partial

    from dxplan import batch, vocabulary
    from dxplan.reading import Settings
    from extract.pipeline import extract_document
    from normalize.dataset import link

    if isinstance(paths, str | os.PathLike):
        paths = [paths]
    decided = vocabulary.decisions(out, decisions)
    return batch.run(
        paths,
        out,
        extract_document,
        partial(link, decisions=decided),
        jobs=jobs,
        settings=Settings(reader, pages, timeout, memory, decided),
        on_progress=on_progress or (lambda progress: None),
    )


def open(folder: str | os.PathLike[str], *, sources: str | os.PathLike[str] | None = None) -> Dataset:
    """Open the dataset in ``folder``; tables are read when asked for.

    Args:
        folder: folder of the dataset.
        sources: folder that has the original files, where they are no longer where the run read them.

    Raises:
        dxplan.errors.DatasetError: no dataset there, or one that is being replaced.
    """
    from dxplan.dataset import Dataset

    return Dataset(folder, sources)
