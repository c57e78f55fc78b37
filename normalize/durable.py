"""Writes that are there whole or not at all, whatever ends them: a full disk, a limit, a fault, a kill."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SCRATCH = ".part-"  # what folders of unfinished writes begin with
_FORGOTTEN = 24 * 3600.0  # seconds; older ones were left by a process that was killed
# What systems and network disks answer that put no folder on disk when asked to (Windows opens none).
_REFUSED = {
    errno.EACCES, errno.EPERM, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EBADF, errno.EISDIR,
    errno.ENOSYS,
}  # fmt: skip


def write(path: Path, data: bytes) -> None:
    """Put a file in place of another, or none, in one step.

    Raises:
        OSError: it could not be written; what was there is there still, and nothing else.
    """
    with replacing(path) as scratch, scratch.open("wb") as file:
        file.write(data)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write a file to, by whatever library; when the block has ended well, it is at ``path``.

    It has the name of ``path``, in a folder beside it that also takes what the library leaves there. A link
    is followed, and what is replaced hands on its permissions.
    """
    path = Path(os.path.realpath(path))
    folder = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=path.parent))
    try:
        yield folder / path.name
        sync(folder / path.name)
        if path.exists():
            with suppress(OSError):
                shutil.copymode(path, folder / path.name)
        os.replace(folder / path.name, path)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):  # it is there, and nobody can take that back
        sync(path.parent)


def sync(path: Path) -> None:
    """Have the system put a file or folder on disk before anything relies on it; a folder where it can."""
    is_folder = path.is_dir()
    try:
        handle = os.open(path, os.O_RDONLY if is_folder else os.O_RDWR)  # Windows puts no file read-only
    except OSError as error:
        if is_folder and error.errno in _REFUSED:
            return
        raise
    try:
        os.fsync(handle)
    except OSError as error:
        if not (is_folder and error.errno in _REFUSED):
            raise
    finally:
        os.close(handle)


def forget(folder: Path, seconds: float = _FORGOTTEN) -> None:
    """Remove what killed processes have left in a folder that long ago."""
    for left in folder.glob(f"{SCRATCH}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime >= seconds:
                shutil.rmtree(left, ignore_errors=True)
