"""What a person has decided about pairs of terms of a dataset: decisions.yaml beside its tables."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from dxplan.errors import InputError
from dxplan.storage.remote import beside_dataset, parse

if TYPE_CHECKING:
    from normalize.vocabulary import Decision

DECISIONS = "decisions.yaml"


def decisions(
    out: str | os.PathLike[str], file: str | os.PathLike[str] | None = None
) -> tuple[Decision, ...]:
    """What a person has decided for the dataset in ``out``: from ``file``, else from OUT/decisions.yaml.

    Raises:
        InputError: ``file`` is not there, or an entry is wrong.
    """
    try:
        data = Path(file).read_bytes() if file is not None else beside_dataset(parse(out), DECISIONS)
        if data is None:
            return ()
        from normalize.vocabulary import read_decisions

        return read_decisions(data.decode("utf-8-sig"))
    except RecursionError as error:
        raise InputError(f"{file or f'{out}/{DECISIONS}'}: nested too deeply") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{file or f'{out}/{DECISIONS}'}: {error}") from error
