"""Where a row comes from: the part of the page, or the lines of text, with its place marked.

Pages are drawn from the original file. It is looked for where the run read it, or in the folder given as
``sources``, and taken only if its SHA-256 is the one in ``documents``: a box drawn on another edition of a
page would be worse than none. Text input needs no file: the dataset holds the text.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Protocol

from dxplan.drawing import DPI, MARGIN, draw, limited
from dxplan.errors import DatasetError
from dxplan.storage import remote
from dxplan.storage.paths import locate, printable
from dxplan.storage.store import HOME, STATE
from dxplan.tables import PROVENANCE, TABLES
from normalize import durable

Row = Mapping[str, Any]
_LARGEST = 1 << 30  # bytes of a file by URL
_PATIENCE = 60.0  # seconds to fetch a file
_CONTEXT = 4  # blocks of text before and after the span


class Readable(Protocol):
    """What is asked of a dataset here: its tables, and where its files are."""

    folder: Path | str
    sources: Path | None

    def read(self, name: str, **filters: Any) -> Any:
        """The rows of a table that pass the filters, as Arrow has them."""


@dataclass(frozen=True, slots=True)
class Source:
    """The place of a row: a page of a PDF with boxes, or a span of the canonical text.

    ``boxes`` are (x0, y0, x1, y1) in points on the page as displayed, origin top left; several for a table,
    which is a row per cell. ``start`` and ``end`` are offsets in the canonical text. Shows itself in Jupyter.
    """

    dataset: Readable
    document: Row
    page: int | None
    boxes: tuple[tuple[float, float, float, float], ...]
    start: int
    end: int
    text: str

    @property
    def is_drawn(self) -> bool:
        """Whether there is a picture: rows of text input and rows without a box have lines only."""
        return self.page is not None and bool(self.boxes)

    @property
    def title(self) -> str:
        """File and page, as ``plan.pdf, page 8``."""
        page = f", page {self.page}" if self.page is not None else ""
        return f"{self.document['source_name']}{page}"

    @property
    def path(self) -> Path | str:
        """The original file, or its URL, with the bytes that were read.

        Raises:
            DatasetError: it is not there, or has changed since it was read.
        """
        return original(self.document, self.dataset)[0]

    def png(self, *, whole_page: bool = False, dpi: int = DPI) -> bytes:
        """Draw the part of the page around the row, over the page's whole width, or the whole page.

        Raises:
            DatasetError: the row has no page, or the original file is not there or has changed.
        """
        if self.page is None or not self.boxes:
            raise DatasetError(f"this row of {self.title} has no place on a page; use .lines() for its text")
        _, data = original(self.document, self.dataset)
        return draw(data, self.page, self.boxes, margin=None if whole_page else MARGIN, dpi=dpi)

    def save(self, path: str | Path, *, whole_page: bool = False, dpi: int = DPI) -> None:
        """Write ``png`` to a file. Raises as ``png`` does."""
        durable.write(Path(path), self.png(whole_page=whole_page, dpi=dpi))

    def lines(self, mark: tuple[str, str] = ("【", "】")) -> str:
        """Return the blocks of the canonical text around the row, with the row between the marks."""
        before, marked, after = self._context()
        return f"{before}{mark[0]}{marked}{mark[1]}{after}"

    def _context(self) -> tuple[str, str, str]:
        blocks = self.dataset.read("blocks", doc_id=self.document["doc_id"]).to_pylist()
        inside = [
            n for n, b in enumerate(blocks) if b["char_start"] < self.end and b["char_end"] > self.start
        ]
        if not inside:
            return "", self.text, ""
        near = blocks[max(0, inside[0] - _CONTEXT) : inside[-1] + 1 + _CONTEXT]
        text, offset = "\n".join(b["text"] for b in near), near[0]["char_start"]
        start, end = self.start - offset, self.end - offset
        return text[:start], text[start:end], text[end:]

    def __repr__(self) -> str:
        return f"<Source {self.title}: {self.text[:60]!r}>"

    def _repr_png_(self) -> bytes | None:
        return self._picture()[0]

    def _repr_html_(self) -> str:
        picture, why_not = self._picture()
        caption = escape(f"{self.title}: {why_not}" if why_not else self.title)
        shown = self._image(picture) if picture else self._marked()
        style = "font-size:85%;opacity:.75"
        return (
            f'<figure style="margin:0;max-width:60em"><figcaption style="{style}">{caption}</figcaption>'
            f"{shown}</figure>"
        )

    def _picture(self) -> tuple[bytes | None, str]:
        """The picture, or why there is none: what is shown by itself should not fail for a moved file."""
        if not self.is_drawn:
            return None, ""
        try:
            return self.png(), ""
        except DatasetError as error:
            return None, str(error)

    def _image(self, picture: bytes) -> str:
        data = f"data:image/png;base64,{base64.b64encode(picture).decode()}"
        return f'<img alt="{escape(self.text)}" style="max-width:100%" src="{data}">'

    def _marked(self) -> str:
        before, marked, after = (escape(part) for part in self._context())
        style = "white-space:pre-wrap;text-align:left;border-left:3px solid #d81b60;padding-left:.8em"
        return f'<pre style="{style}">{before}<mark>{marked}</mark>{after}</pre>'


def source(dataset: Readable, row: str | Row) -> Source:
    """Find the place of a row, given by its id or as the row itself (a dict, a pandas Series).

    A row of a table without provenance stands where its document or its measure does.

    Raises:
        DatasetError: no row has that id, or the row is of a kind that stands nowhere (``terms``).
    """
    rows = _rows(dataset, row) if isinstance(row, str) else [_plain(row)]
    if "char_start" not in rows[0]:
        if not (measure_id := rows[0].get("measure_id") or rows[0].get("measure_id_a")):
            raise DatasetError("this row stands nowhere in a document; give one of a table with char_start")
        rows = _rows(dataset, measure_id)
    page = rows[0]["page"]
    here = [r for r in rows if r["page"] == page]
    documents = dataset.read("documents", doc_id=rows[0]["doc_id"]).to_pylist()
    return Source(
        dataset,
        documents[0],
        None if page is None else int(page),  # of pandas: a number of numpy
        tuple(_box(r["bbox"]) for r in here if r["bbox"]),
        int(min(r["char_start"] or 0 for r in here)),
        int(max(r["char_end"] or 0 for r in here)),
        "\n".join(r["source_text"] or "" for r in here),
    )


def _box(bbox: Mapping[str, float]) -> tuple[float, float, float, float]:
    return float(bbox["x0"]), float(bbox["y0"]), float(bbox["x1"]), float(bbox["y1"])


def _plain(row: Row) -> Row:
    """Turn the missing values of pandas into None."""
    import pandas as pd

    items = ((str(key), row[key]) for key in row.keys())  # noqa: SIM118  a Series iterates over its values
    return {k: None if v is pd.NA or (isinstance(v, float) and v != v) else v for k, v in items}


def _id_column(name: str) -> str | None:
    """The column that identifies a row of a table, or the cells of one table."""
    table = TABLES[name]
    has_place = set(PROVENANCE) <= set(table.columns)
    names_a_row = len(table.key) == 1 or name == "tables"
    return table.key[0] if has_place and names_a_row else None


def _rows(dataset: Readable, row_id: str) -> list[dict[str, Any]]:
    doc_id = "-".join(row_id.split("-")[:2])
    for name in TABLES:
        if column := _id_column(name):
            rows: list[dict[str, Any]] = dataset.read(name, **{"doc_id": doc_id, column: row_id}).to_pylist()
            if rows:
                return rows
    raise DatasetError(
        f"no row has the id {row_id!r} in {dataset.folder}; ids are in columns such as kpi_id, and change "
        "when a plan or the extractor does"
    )


def original(document: Row, dataset: Readable) -> tuple[Path | str, bytes]:
    """Find the file of a row of ``documents`` and read it: what was compared is what is returned.

    It is looked for where the run read it, told from the dataset's folder, or in ``dataset.sources``.

    Raises:
        DatasetError: it is not there, or has changed since it was read.
    """
    sources = dataset.sources
    given = remote.parse(document["source_path"])
    if isinstance(given, str) and sources is None:
        return given, _copied(given, document, dataset) or _by_url(given, document)
    given = _located(str(given), dataset.folder)
    found = [given] if sources is None else sorted(_candidates(sources, document))
    there = [path for path in found if path.is_file()]
    for path in there:
        try:
            data = path.read_bytes()
        except OSError as error:
            raise DatasetError(f"{path} cannot be read: {error.strerror}") from error
        if hashlib.sha256(data).hexdigest() == document["sha256"]:
            return path, data
    if changed := [path for path in there if printable(path.name) == document["source_name"]]:
        raise DatasetError(
            f"{changed[0]} is not the file that was read: its content has changed; "
            "run dxplan again on it, or give the folder with the old one: sources=FOLDER, --sources FOLDER"
        )
    where = f"is not in {sources}" if sources else f"is not at {given}, where the run read it"
    raise DatasetError(
        f"{document['source_name']} {where}; give the folder that has it: sources=FOLDER, --sources FOLDER"
    )


def to_fetch(document: Row, dataset: Readable) -> str | None:
    """The URL that the original has to be fetched from to be drawn; None where it is on this machine."""
    given = remote.parse(document["source_path"])
    if isinstance(given, Path) or dataset.sources is not None or _copied(given, document, dataset):
        return None
    return given


def fetch(document: Row, dataset: Readable) -> None:
    """Keep a copy of an original given by URL beside the dataset, where a run keeps its own.

    Raises:
        DatasetError: it cannot be had within the limits, or is not what was read.
        OSError: it cannot be kept.
    """
    url = to_fetch(document, dataset)
    if url is None or not isinstance(dataset.folder, Path):
        return
    if url.split(":")[0] not in remote.FETCHED:
        raise DatasetError(f"{url} is no address on the web or in a bucket; give the folder with the file")
    data = limited(_by_url, url, document, seconds=_PATIENCE, what="fetching it")
    copy = _copy(url, dataset.folder)
    copy.parent.mkdir(parents=True, exist_ok=True)
    durable.write(copy, data)


def _copy(url: str, folder: Path) -> Path:
    return remote.copy_of(folder / STATE / "copies", url)


def _copied(url: str, document: Row, dataset: Readable) -> bytes | None:
    """What a run, or a reader, has copied of a URL, if it is what was read."""
    if not isinstance(dataset.folder, Path):
        return None
    with suppress(OSError):
        data = _copy(url, dataset.folder).read_bytes()
        return data if hashlib.sha256(data).hexdigest() == document["sha256"] else None
    return None


def _located(source: str, folder: Path | str) -> Path:
    """The file as told from the dataset's folder; where that was moved alone, from where it was."""
    if not isinstance(folder, Path):
        return locate(source, None)
    path = locate(source, folder)
    if not path.is_file():
        with suppress(OSError):
            home = Path(os.fsdecode((folder / STATE / HOME).read_bytes()))
            if (there := locate(source, home)).is_file():
                return there
    return path


def _by_url(url: str, document: Row) -> bytes:
    try:
        data = remote.read(url, min(document["bytes"] + 1, _LARGEST))  # more is not what was read
    except Exception as error:  # file systems share no base class
        raise DatasetError(f"{url} cannot be read: {type(error).__name__}: {error}") from error
    if hashlib.sha256(data).hexdigest() != document["sha256"]:
        raise DatasetError(f"{url} is not what was read: its content has changed; run dxplan again on it")
    return data


def _candidates(folder: Path, document: Row) -> Iterator[Path]:
    """Files of its name, and of its size, as a file may have been renamed."""
    if not folder.is_dir():
        raise DatasetError(f"{folder} is no folder; sources is the folder that has the original files")
    for path in folder.rglob("*"):
        named = printable(path.name) == document["source_name"]
        if path.is_file() and (named or path.stat().st_size == document["bytes"]):
            yield path
