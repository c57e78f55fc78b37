"""Reading and joining, loaded when there is something to read: a run with nothing new loads neither."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from extract.pipeline import Extraction
    from normalize.vocabulary import Decision

Row = dict[str, Any]


def extract_document(path: str | Path, **how: Any) -> Extraction:
    """``extract.pipeline.extract_document``."""
    from extract import pipeline

    return pipeline.extract_document(path, **how)


def link(
    tables: Mapping[str, Sequence[Row]], decisions: Sequence[Decision] = ()
) -> Mapping[str, Sequence[Row]]:
    """``normalize.dataset.link``."""
    from normalize import dataset

    return dataset.link(tables, decisions)
