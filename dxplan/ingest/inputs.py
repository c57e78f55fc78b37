"""Which of the files given are plans."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from dxplan.errors import InputError
from dxplan.ingest import manifest
from dxplan.ingest.manifest import Entry
from dxplan.storage import remote
from dxplan.storage.paths import Listings, printable, true_path

PLAN_SUFFIXES = (".pdf", ".txt", ".md")
File = Path | str  # of this machine, or by URL


@dataclass(frozen=True, slots=True)
class Inputs:
    """Files to read, those that are no plans, and what manifests say about files."""

    files: tuple[File, ...]
    skipped: tuple[File, ...]
    known: Mapping[File, Entry] = field(default_factory=dict)


def discover(paths: Iterable[str | os.PathLike[str]]) -> Inputs:
    """Find the plans among files, folders (searched through), glob patterns and manifests, also by URL.

    A file named outright is always taken; a YAML or CSV file is a manifest and gives all its plans, also
    those that are not there. In a folder: PDF, text and Markdown files by name (not READMEs)
    and any file that starts as a PDF does; hidden files and folders are left alone.

    Raises:
        InputError: a path that is not there, or nothing to read.
    """
    taken: dict[File, File] = {}
    skipped: set[File] = set()
    known: dict[File, Entry] = {}
    listings: Listings = {}

    def resolved(file: File) -> File:
        return file if isinstance(file, str) else true_path(file, listings)

    for path, found in _expand(paths):
        if found is not None:  # of a folder
            for file in found:
                if _is_plan(file):
                    taken.setdefault(resolved(file), resolved(file))
                else:
                    skipped.add(file)
        elif _suffix(path) in manifest.SUFFIXES:
            for entry in _entries(path):
                place = manifest.place(path, entry)
                known.setdefault(taken.setdefault(resolved(place), resolved(place)), entry)
        elif isinstance(path, str) or path.is_file():
            taken.setdefault(resolved(path), resolved(path))
        else:
            raise InputError(f"{path}: not a file or folder")
    if not taken:
        raise InputError(f"nothing to read: no {', '.join(PLAN_SUFFIXES)} file there")
    return Inputs(tuple(sorted(taken.values(), key=_order)), tuple(sorted(skipped, key=_order)), known)


def _entries(path: File) -> list[Entry]:
    try:
        return manifest.read(path)
    except RecursionError as error:
        raise InputError(f"{path}: nested too deeply; a manifest is a list of plans") from error


def _order(file: File) -> tuple[bool, Path]:
    return isinstance(file, str), Path(file)


def _suffix(file: File) -> str:
    return Path(name_of(file)).suffix.lower()


def name_of(file: File) -> str:
    """The name of a file, or of what a URL gives, as text in NFC: か゛ of a Mac is が, as it is typed."""
    return printable(remote.name_of(file) if isinstance(file, str) else file.name)


def _expand(paths: Iterable[str | os.PathLike[str]]) -> Iterator[tuple[File, Iterable[File] | None]]:
    """Each file given outright with None, each folder with its files."""
    for path in paths:
        place = remote.parse(path)
        if isinstance(place, str):
            urls, is_folder = remote.expand(place)
            yield from [(place, urls)] if is_folder else [(url, None) for url in urls]
        else:
            yield from ((file, _walk(file) if file.is_dir() else None) for file in _matching(place))


def _matching(path: Path) -> Iterator[Path]:
    given = os.fspath(path)
    if os.path.exists(given) or not glob.has_magic(given):
        yield path
    elif found := sorted(glob.glob(given, recursive=True)):
        yield from map(Path, found)
    else:
        raise InputError(f"{given}: matches no file")


def _walk(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        paths = (Path(root, f) for f in sorted(files) if not f.startswith("."))
        yield from (p for p in paths if p.is_file())


def _is_plan(file: File) -> bool:
    if _suffix(file) in PLAN_SUFFIXES:
        return name_of(file).lower().split(".")[0] != "readme"
    with suppress(OSError):
        return _head(file) == b"%PDF-"
    return False


def _head(file: File) -> bytes:
    if isinstance(file, str):
        return remote.read(file, 5)
    with open(file, "rb") as opened:
        return opened.read(5)
