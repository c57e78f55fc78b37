"""The state of an output folder: what was read by which code; and publishing a dataset in one step.

    OUT/<table>.parquet, OUT/datapackage.json   the dataset, and dataset.jsonld for catalogues
    OUT/plans.json                              which plans it has, and how each is read
    OUT/.dxplan/lock                            held while a run works on OUT
    OUT/.dxplan/home                            where OUT was then: its plans are found from there too
    OUT/.dxplan/read/<code version>/<key>.arrow what was read, one bundle a document
    OUT/.dxplan/next/                           a dataset being written
    OUT/.dxplan/publish/                        a dataset written whole, being moved into OUT
    OUT/.dxplan/replaced/                       what it takes the place of, where that is a folder

``.dxplan`` may be deleted at any time when no run is going on: it only saves work.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

from dxplan.errors import BusyError
from dxplan.storage.write import is_sound
from normalize import durable

STATE = ".dxplan"
HOME = "home"
PUBLISHING = f"{STATE}/publish"  # there while tables of two datasets may stand side by side
_LIBRARIES = ("pymupdf", "pdfplumber", "pdfminer.six", "sudachipy", "sudachidict_core", "spacy", "rapidfuzz")
_OCR = ("rapidocr", "onnxruntime", "opencv-python", "opencv-python-headless")
_OURS = ("extract", "normalize")
_CONTRACT = ("tables", "storage/write", "ingest/reading", "ingest/batch")  # modules of dxplan
_CODE = {".py", ".yaml", ".tsv", ".txt", ".json", ".dic"}


def code_version() -> str:
    """Name everything that can change a row: release, then a digest of code, data files and libraries."""
    digest = hashlib.sha256()
    for library in _LIBRARIES:
        digest.update(f"{library} {importlib.metadata.version(library)}\n".encode())
    here = Path(__file__).parents[1]
    for file in [*_sources(), *(here / f"{name}.py" for name in _CONTRACT)]:
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return f"{importlib.metadata.version('dxplan')}+{digest.hexdigest()[:12]}"


def ocr_version() -> str:
    """Name what can change a recognised page. Documents without one are the same under any."""
    return ", ".join(f"{library} {_installed(library)}" for library in _OCR)


def _installed(library: str) -> str:
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return "none"


def _sources() -> Iterator[Path]:
    for package in _OURS:
        spec = importlib.util.find_spec(package)
        assert spec is not None, package
        for folder in sorted(spec.submodule_search_locations or ()):
            yield from sorted(p for p in Path(folder).rglob("*") if p.suffix in _CODE)


class Store:
    """The state of one output folder. Use it inside ``with store.locked():``.

    ``base`` is the folder that places of plans are told from; None where the dataset will be elsewhere.
    """

    def __init__(self, out: Path, version: str, base: Path | None = None) -> None:
        self.out = out
        self.version = version
        self.base = base
        self.state = out / STATE
        self.read = self.state / "read" / version

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder and finish a publication that was cut off.

        Raises:
            BusyError: another run holds it.
        """
        self.state.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(self.state / "lock")
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            raise BusyError(
                f"another run is writing to {self.out}; wait until it ends, or give another --out"
            ) from None
        try:
            self.read.mkdir(parents=True, exist_ok=True)
            durable.write(self.state / HOME, os.fsencode(self.out.resolve()))
            self._finish_publication()
            yield
        finally:
            lock.release()

    def bundle(self, key: str) -> Path:
        return self.read / f"{key}.arrow"

    def spoiled_bundle(self, key: str) -> Path:
        """Where a document goes that hit a limit or a fault: in the dataset, but read again next time."""
        return self.read / f"{key}.retry"

    def has(self, key: str) -> bool:
        """Whether a document was read by this code, or given up."""
        return is_sound(self.bundle(key)) or is_sound(self.spoiled_bundle(key))

    def found(self, key: str) -> Path | None:
        """The bundle of a document: of this code, else of a failed reading, else of other code if it fits."""
        ours = [self.bundle(key), self.spoiled_bundle(key)]
        others = sorted(self.read.parent.glob(f"*/{key}.arrow"))
        return next((path for path in [*ours, *others] if is_sound(path)), None)

    def staging(self) -> Path:
        """An empty folder to write the next dataset to."""
        folder = self.state / "next"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def publish(self) -> None:
        """Put the staged dataset in place of the old one.

        One rename decides: before it the old dataset stands, after it the new one does, and whoever finds
        the move unfinished finishes it. Each file is replaced in one step, ``datapackage.json`` last.
        """
        durable.sync(self.state / "next")
        os.rename(self.state / "next", self.out / PUBLISHING)
        durable.sync(self.state)
        self._finish_publication()

    def _finish_publication(self) -> None:
        folder = self.out / PUBLISHING
        if not folder.is_dir():
            return
        for new in sorted(folder.iterdir(), key=lambda f: (f.name == "datapackage.json", f.name)):
            old = self.out / new.name
            if old.is_dir() or (new.is_dir() and old.exists()):  # a table in parts: no one step replaces it
                os.rename(old, self._aside() / old.name)
            os.replace(new, old)
        durable.sync(self.out)
        shutil.rmtree(self.state / "replaced", ignore_errors=True)
        folder.rmdir()

    def _aside(self) -> Path:
        """An empty folder for what has been replaced."""
        folder = self.state / "replaced"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def tidy(self, used: Collection[Path]) -> None:
        """Drop what no later run can use: results of other code, and leavings of killed workers."""
        for folder in self.read.parent.iterdir():
            if folder != self.read and not any(path.parent == folder for path in used):
                shutil.rmtree(folder, ignore_errors=True)
        durable.forget(self.read, 0)  # no other run is here
        durable.forget(self.out)
        for file in self.read.glob("*.retry"):
            if file not in used:
                file.unlink(missing_ok=True)
