"""A file layer that fails on demand: at the n-th thing that Python does to a disk, or past a number of bytes."""

from __future__ import annotations

import builtins
import errno
import io
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CODES = (errno.ENOSPC, errno.EFBIG, errno.EIO)
_CALLS = ("fsync", "replace", "rename", "mkdir")


class Faults:
    """Counts what is done under a folder: writes, syncs, moves. The one that is due fails, half done.

    ``code`` is an errno; None ends the process, as a kill does.
    """

    def __init__(self, folder: Path, due: int, code: int | None) -> None:
        self.folder, self.due, self.code = str(folder), due, code
        self.n = 0

    def is_due(self) -> bool:
        self.n += 1
        return self.n == self.due

    def fail(self) -> None:
        if self.code is None:
            os._exit(9)
        raise OSError(self.code, os.strerror(self.code))


@contextmanager
def faults(folder: Path, due: int, code: int | None) -> Iterator[Faults]:
    """Let the ``due``-th write under a folder fail."""
    plan = Faults(folder, due, code)
    with pytest.MonkeyPatch.context() as patch:
        real_open = io.open

        def faulty_open(file: Any, mode: str = "r", *args: Any, **options: Any) -> Any:
            mine = not isinstance(file, int) and str(file).startswith(plan.folder)
            if not mine or not set(mode) & set("wax+"):
                return real_open(file, mode, *args, **options)
            opened = real_open(file, mode, *args, **options)
            write = opened.write

            def half(data: Any) -> Any:
                if plan.is_due():
                    write(data[: len(data) // 2])
                    opened.flush()
                    plan.fail()
                return write(data)

            return _Watched(opened, half)

        patch.setattr(builtins, "open", faulty_open)
        patch.setattr(io, "open", faulty_open)
        for name in _CALLS:
            patch.setattr(os, name, _watched(plan, getattr(os, name)))
        yield plan


def _watched(plan: Faults, call: Any) -> Any:
    def watched(*args: Any, **options: Any) -> Any:
        is_mine = isinstance(args[0], int) or str(args[0]).startswith(plan.folder)
        if is_mine and plan.is_due():
            plan.fail()
        return call(*args, **options)

    return watched


class _Watched:
    """An open file whose writes are watched."""

    def __init__(self, file: Any, write: Any) -> None:
        self._file, self.write = file, write

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> _Watched:
        return self

    def __exit__(self, *reason: object) -> None:
        self._file.close()


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Let the kernel refuse (EFBIG) what any library writes past so many bytes of a file."""
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))
