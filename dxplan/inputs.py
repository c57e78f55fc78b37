"""Which files are plans, and what their bytes are."""

from __future__ import annotations

import glob
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from dxplan import manifest
from dxplan.errors import InputError
from dxplan.manifest import Entry

PLAN_SUFFIXES = (".pdf", ".txt", ".md")


@dataclass(frozen=True, slots=True)
class Inputs:
    """Files to read, those that are no plans, and what manifests say about files."""

    files: tuple[Path, ...]
    skipped: tuple[Path, ...]
    known: Mapping[Path, Entry] = field(default_factory=dict)


def discover(paths: Iterable[str | os.PathLike[str]]) -> Inputs:
    """Find the plans among files, folders (searched through), glob patterns and manifests.

    A file named outright is always taken; a YAML or CSV file is a manifest and gives all its plans, also
    those that are not there. In a folder: PDF, text and Markdown files by name (not READMEs)
    and any file that starts as a PDF does; hidden files and folders are left alone.

    Raises:
        InputError: a path that is not there, or nothing to read.
    """
    taken: dict[Path, Path] = {}
    skipped: list[Path] = []
    known: dict[Path, Entry] = {}
    for path in _expand(paths):
        if path.is_dir():
            for file in _walk(path):
                if _is_plan(file):
                    taken.setdefault(file.resolve(), file)
                else:
                    skipped.append(file)
        elif path.suffix.lower() in manifest.SUFFIXES:
            for entry in manifest.read(path):
                place = manifest.place(path, entry)
                known.setdefault(taken.setdefault(place.resolve(), place), entry)
        elif path.is_file():
            taken.setdefault(path.resolve(), path)
        else:
            raise InputError(f"{path}: not a file or folder")
    if not taken:
        raise InputError(f"nothing to read: no {', '.join(PLAN_SUFFIXES)} file there")
    return Inputs(tuple(sorted(taken.values())), tuple(sorted(set(skipped))), known)


def _expand(paths: Iterable[str | os.PathLike[str]]) -> Iterator[Path]:
    for path in paths:
        given = os.fspath(path)
        if os.path.exists(given) or not glob.has_magic(given):
            yield Path(given)
        elif found := sorted(glob.glob(given, recursive=True)):
            yield from map(Path, found)
        else:
            raise InputError(f"{given}: matches no file")


def _walk(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        paths = (Path(root, f) for f in sorted(files) if not f.startswith("."))
        yield from (p for p in paths if p.is_file())


def _is_plan(path: Path) -> bool:
    if path.suffix.lower() in PLAN_SUFFIXES:
        return path.stem.lower().split(".")[0] != "readme"
    with suppress(OSError), open(path, "rb") as file:
        return file.read(5) == b"%PDF-"
    return False


def digest(path: Path) -> tuple[str | None, int | None]:
    """Return the SHA-256 and the size of a file, None where it cannot be opened."""
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest(), os.fstat(file.fileno()).st_size
    except OSError:
        return None, None


def printable(name: str) -> str:
    """A file name as text, also one that is not valid in the system's encoding."""
    return os.fsencode(name).decode("utf-8", "replace")
