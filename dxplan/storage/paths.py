"""How a dataset calls the files its plans were read from, and where such a file is."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from unicodedata import normalize as unicode_form

from dxplan.names import plain
from dxplan.storage import remote

Listings = dict[Path, frozenset[str]]  # what folders hold, looked at once


def printable(name: str) -> str:
    """A file name as text: composed (NFC), without control characters, also if it is none in UTF-8."""
    return plain(unicode_form("NFC", os.fsencode(name).decode("utf-8", "replace")))


def is_url(source: str) -> bool:
    return isinstance(remote.parse(source), str)


def true_path(path: Path, listings: Listings | None = None) -> Path:
    """The one spelling of a path: no links, no dots, each name as its folder lists it.

    A folder that folds case or composes letters (Windows, macOS) answers to more names than it lists.
    """
    listings = {} if listings is None else listings
    resolved = path.resolve()
    found = Path(resolved.anchor)
    for name in resolved.parts[1:]:
        found /= _listed(found, name, listings)
    return found


def _listed(folder: Path, name: str, listings: Listings) -> str:
    if folder not in listings:
        try:
            listings[folder] = frozenset(os.listdir(folder))
        except OSError:  # gone, or not to be looked into
            listings[folder] = frozenset()
    if name in listings[folder]:
        return name
    key = printable(name).casefold()
    alike = sorted(other for other in listings[folder] if printable(other).casefold() == key)
    return next((other for other in alike if _is_same(folder / other, folder / name)), name)


def _is_same(one: Path, other: Path) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False


def source_of(file: str | os.PathLike[str], base: Path | None) -> str:
    """What the dataset in the folder ``base`` calls a file of this machine, however it was spelled.

    Of plans that lie beside the dataset it is the way from there: so they may move together, and the bytes
    are the same on every machine. Of others it is the whole path.

    >>> source_of("/dx/plans/2026/../a.pdf", Path("/dx/data")), source_of("/plans/a.pdf", Path("/dx/data"))
    ('../plans/a.pdf', '/plans/a.pdf')
    """
    path, home = true_path(Path(file)), true_path(base) if base else None
    if home is None or not path.is_relative_to(home.parent) or home.parent == Path(home.anchor):
        return printable(path.as_posix())
    return printable(Path(os.path.relpath(path, home)).as_posix())


def locate(source: str, base: Path | None) -> Path:
    """The file that ``source_of`` has called so; of names that mean the same, the one that is there."""
    path = Path(os.path.normpath((base or Path()).resolve() / source))
    if path.exists():
        return path
    found = Path(path.anchor)
    for name in path.parts[1:]:
        found = found / name if (found / name).exists() else found / _alike(found, name)
    return found


def _alike(folder: Path, name: str) -> str:
    try:
        return next((other for other in sorted(os.listdir(folder)) if printable(other) == name), name)
    except OSError:
        return name


def digest(path: Path) -> tuple[str | None, int | None]:
    """Return the SHA-256 and the size of a file, None where it cannot be opened."""
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest(), os.fstat(file.fileno()).st_size
    except OSError:
        return None, None
