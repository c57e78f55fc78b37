"""A dataset with what people have said and answered since its last run."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from dxplan.ingest import batch, when_needed
from dxplan.ingest.tasks import Settings
from dxplan.storage import decided


def renew(out: str | os.PathLike[str]) -> batch.Summary:
    """Put verdicts and answers into a dataset; no plan comes, none goes.

    Raises: as ``batch.run``.
    """
    told = decided.decisions(Path(out), None)
    return batch.run(
        (),
        out,
        when_needed.extract_document,
        partial(when_needed.link, decisions=told),
        settings=Settings(decisions=told),
        only_renew=True,
    )
