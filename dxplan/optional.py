"""Libraries that only part of dxplan needs."""

from __future__ import annotations

import importlib
from typing import Any

from dxplan.errors import DxplanError


class MissingLibraryError(DxplanError):
    """A library of an extra is not installed."""


def load(library: str, extra: str | None = None) -> Any:
    """Import a library that dxplan itself does not need; ``extra`` is the extra that brings it.

    Raises:
        MissingLibraryError: it is not installed; the message says what to run.
    """
    try:
        return importlib.import_module(library)
    except ModuleNotFoundError as error:
        wanted = f"'dxplan[{extra}]'" if extra else library
        raise MissingLibraryError(f"{error.name} is not installed; run: pip install {wanted}") from None
