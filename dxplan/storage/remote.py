"""Files and datasets by URL, through fsspec: file, http, s3, gs, memory and whatever else is installed.

A file given by URL is copied to the run's own folder first: its bytes tell what it is, and a run that goes on
must find what it began with. A dataset made for a URL is made in a folder of this machine and then copied:
locks and publishing in one step need a real file system.
"""

from __future__ import annotations

import glob
import hashlib
import json
import os
import posixpath
import re
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from dxplan.errors import InputError, StorageError
from dxplan.optional import MissingLibraryError
from dxplan.storage.describe import resource_files
from dxplan.storage.store import PUBLISHING
from normalize import durable

_PACKAGE = "datapackage.json"
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:(?://|:)")  # not C:\plans
_EXTRAS = {"http": "http", "https": "http", "s3": "s3", "s3a": "s3", "gs": "gs", "gcs": "gs"}
FETCHED = frozenset(_EXTRAS)  # protocols that a dataset of somebody else may name
_WEB = ("http", "https")
_CONNECTIONS = 8
# What file systems say of a file that changes when its bytes do.
_CHANGES = (
    "size", "ETag", "etag", "Content-MD5", "md5Hash", "Last-Modified", "LastModified", "last_modified",
    "updated", "mtime", "created",
)  # fmt: skip


def parse(place: str | os.PathLike[str]) -> Path | str:
    """A path of this machine, or a URL as it is.

    >>> parse("file:///plans/a.pdf"), parse("s3://plans/a.pdf")
    (PosixPath('/plans/a.pdf'), 's3://plans/a.pdf')
    """
    text = os.fspath(place)
    if not isinstance(place, str) or not _URL.match(text):
        return Path(text)
    if text.startswith(("file:", "local:")):
        return Path(connect(text)[1])
    return text


def connect(place: Path | str) -> tuple[Any, str]:
    """The file system of a path or URL, and the path on it.

    Raises:
        MissingLibraryError: the package that reads such URLs is not installed.
        InputError: no such protocol.
    """
    from fsspec.core import url_to_fs

    try:
        system, path = url_to_fs(str(place) if isinstance(place, str) else os.fspath(place.absolute()))
    except ImportError as error:
        protocol = str(place).split(":")[0]
        wanted = f"; run: pip install 'dxplan[{_EXTRAS[protocol]}]'" if protocol in _EXTRAS else ""
        raise MissingLibraryError(f"{place} cannot be read: {error}{wanted}") from error
    except ValueError as error:
        raise InputError(f"{place}: {error}") from error
    return system, path.rstrip("/") or path


# --- inputs -----------------------------------------------------------------------------------------


def name_of(url: str) -> str:
    """The name of the file that a URL gives.

    >>> name_of("https://www.example.jp/dx/%E8%A8%88%E7%94%BB.pdf?v=2"), name_of("s3://plans/a%b.pdf")
    ('計画.pdf', 'a%b.pdf')
    """
    if url.split(":")[0] in _WEB:
        url = unquote(urlsplit(url).path)
    return posixpath.basename(url.rstrip("/")) or "plan"


def expand(url: str) -> tuple[list[str], bool]:
    """The URLs of the files that a URL stands for (itself, a pattern's, a folder's); whether it is a folder.

    Raises:
        InputError: a pattern or folder that holds nothing.
    """
    system, path = connect(url)
    web = url.split(":")[0] in _WEB  # a "?" is no pattern there, and every page a folder
    is_pattern = any(c in url for c in "*[") if web else glob.has_magic(url)
    is_folder = not is_pattern and not web and bool(system.isdir(path))
    if is_pattern:
        found = [file for file in system.glob(path) if web or not system.isdir(file)]
    else:
        found = [f for f in system.find(path) if "/." not in f[len(path) :]] if is_folder else [path]
    if not found:
        raise InputError(f"{url}: matches no file")
    return sorted(str(system.unstrip_protocol(file)) for file in found), is_folder


def read(url: str, size: int | None = None) -> bytes:
    """The bytes of a file, or as many from its start."""
    system, path = connect(url)
    data: bytes = system.cat_file(path) if size is None else system.cat_file(path, 0, size)
    return data


def copy_all(copies: Mapping[str, Path]) -> dict[str, str]:
    """Copy files by URL to paths of this machine; returns why, for those that cannot be copied.

    A copy is kept as long as its file system says that the file is the same.
    """
    for folder in {path.parent for path in copies.values()}:
        folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(_CONNECTIONS) as pool:
        problems = pool.map(_copy, copies.keys(), copies.values())
        return {url: problem for url, problem in zip(copies, problems, strict=True) if problem}


def _copy(url: str, copy: Path) -> str | None:
    try:
        system, path = connect(url)
        info = system.info(path)
        facts = {key: str(info[key]) for key in _CHANGES if info.get(key) is not None}
        note = copy.with_name(f"{copy.name}.json")
        if copy.exists() and facts.keys() - {"size"} and _read_json(note) == facts:
            return None
        note.unlink(missing_ok=True)
        with durable.replacing(copy) as scratch:
            system.get_file(path, str(scratch))
        durable.write(note, json.dumps(facts).encode())
    except Exception as error:  # file systems share no base class; one file costs no run
        copy.unlink(missing_ok=True)
        return f"{url} cannot be read: {type(error).__name__}: {error}"
    return None


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def copy_of(folder: Path, url: str) -> Path:
    """Where the copy of a file by URL goes."""
    suffix = posixpath.splitext(name_of(url))[1].lower()
    suffix = suffix if re.fullmatch(r"\.\w{1,8}", suffix) else ""
    return folder / f"{hashlib.sha256(url.encode()).hexdigest()[:24]}{suffix}"


# --- the dataset ------------------------------------------------------------------------------------


def workplace(url: str, state: str | os.PathLike[str] | None, beside: Iterable[str]) -> Path:
    """The folder of this machine in which the dataset for a URL is made.

    What people have written ``beside`` the dataset comes with it.
    """
    if url.split(":")[0] in _WEB:
        raise InputError(
            f"{url}: a web server cannot be written to; give a folder, or a bucket (s3://, gs://)"
        )
    folder = Path(state) if state is not None else _cache() / hashlib.sha256(url.encode()).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    for name in beside:
        if (written := beside_dataset(url, name)) is not None:
            durable.write(folder / name, written)
    return folder


def beside_dataset(place: Path | str, name: str) -> bytes | None:
    """A file that may lie beside a dataset."""
    system, path = connect(place)
    data: bytes | None = system.cat_file(f"{path}/{name}") if system.exists(f"{path}/{name}") else None
    return data


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "dxplan" / "runs"


def publish(folder: Path, url: str) -> None:
    """Copy a dataset to a URL: tables first, ``datapackage.json`` last. What is there already is left alone.

    As long as ``PUBLISHING`` is there, tables of two datasets may stand side by side.

    Raises:
        StorageError: it cannot be written there; what has been copied is no dataset yet.
    """
    system, path = connect(url)
    try:
        _publish(folder, system, path)
    except Exception as error:  # file systems share no base class
        raise StorageError(
            f"{url} cannot be written: {type(error).__name__}: {error}; the dataset is in {folder}, run it "
            "again to go on"
        ) from error


def _publish(folder: Path, system: Any, path: str) -> None:
    package = (folder / _PACKAGE).read_bytes()
    there = system.cat_file(f"{path}/{_PACKAGE}") if system.exists(f"{path}/{_PACKAGE}") else b"{}"
    whole = not system.exists(f"{path}/{PUBLISHING}")
    if whole and there == package:
        return
    known = {r["sha256"]: resource_files(r) for r in json.loads(there).get("resources", ()) if whole}
    system.makedirs(posixpath.dirname(f"{path}/{PUBLISHING}"), exist_ok=True)
    system.pipe_file(f"{path}/{PUBLISHING}", b"publishing\n")
    for described in json.loads(package)["resources"]:
        files = resource_files(described)
        if known.get(described["sha256"]) != files:
            _put_table(system, folder, path, f"{described['name']}.parquet", files)
    for file in sorted(f.name for f in folder.iterdir() if f.suffix in (".json", ".jsonld")):
        if file != _PACKAGE:
            system.put_file(str(folder / file), f"{path}/{file}")
    system.pipe_file(f"{path}/{_PACKAGE}", package)
    system.rm_file(f"{path}/{PUBLISHING}")


def _put_table(system: Any, folder: Path, path: str, name: str, files: list[str]) -> None:
    """Copy a table's file or its parts, and remove the parts, or the file, that were there instead."""
    system.invalidate_cache()
    there = {str(f) for f in system.find(f"{path}/{name}")}
    for file in there - {f"{path}/{f}" for f in files}:
        system.rm_file(file)
    if files == [name] and system.isdir(f"{path}/{name}"):  # a store with real folders
        system.rm(f"{path}/{name}", recursive=True)
    for file in files:
        system.makedirs(posixpath.dirname(f"{path}/{file}"), exist_ok=True)
        system.put_file(str(folder / file), f"{path}/{file}")
