"""Pages as pictures, from the original files, and only if these are the ones that were read."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from functools import partial
from typing import Any

from dxplan.dataset import Dataset
from dxplan.dataset.source import fetch, original, to_fetch
from dxplan.drawing import Drawing, TooMuchError, draw, draw_page
from dxplan.errors import DatasetError

Row = Mapping[str, Any]
_CROP_DPI = 100
_KEPT_BYTES = 96 << 20
_KEPT_FILES = 4
_KEPT_REFUSALS = 1000


class Pictures:
    """Has pages drawn, and keeps the latest pictures and the reasons where there is none."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._drawing: Drawing | None = None
        self._refused: OrderedDict[tuple[str, int], str] = OrderedDict()
        self._lock, self._fetching = threading.Lock(), threading.Lock()
        self._files: OrderedDict[str, bytes] = OrderedDict()
        self._pictures: OrderedDict[tuple[str, int], bytes] = OrderedDict()

    def png(self, document: Row, page: int) -> bytes:
        """Draw a page, counted from 1, as displayed.

        Raises:
            DatasetError: the file is not there, is not the one that was read, or has no such page.
        """
        key = document["sha256"], page
        with self._lock:
            if key in self._refused:
                raise DatasetError(self._refused[key])
            if key in self._pictures:
                self._pictures.move_to_end(key)
                return self._pictures[key]
            data, drawing = self._file(document), self._drawn_by()
        try:
            picture = drawing(draw_page, data, page, document["source_name"])
        except TooMuchError as error:
            with self._lock:
                self._refused[key] = str(error)
                while len(self._refused) > _KEPT_REFUSALS:
                    self._refused.popitem(last=False)
            raise
        with self._lock:
            self._pictures[key] = picture
            while len(self._pictures) > 1 and sum(map(len, self._pictures.values())) > _KEPT_BYTES:
                self._pictures.popitem(last=False)
        return picture

    def _drawn_by(self) -> Drawing:
        """The processes that draw, started when the first page is asked for."""
        if self._drawing is None:
            self._drawing = Drawing()
        return self._drawing

    def crop(self, document: Row, row: Row) -> bytes:
        """Draw the part of the page that a row stands on, with its box.

        Raises:
            DatasetError: the row has no box, or the file is not there or is not the one that was read.
        """
        if not row.get("bbox"):
            raise DatasetError("this row has no place on a page")
        box = tuple(row["bbox"][side] for side in ("x0", "y0", "x1", "y1"))
        with self._lock:
            data, drawing = self._file(document), self._drawn_by()
        return drawing(partial(draw, dpi=_CROP_DPI), data, row["page"], (box,))

    def to_fetch(self, document: Row) -> str | None:
        """The address that a PDF has to be fetched from to be drawn; looking at a page does not do it."""
        return to_fetch(document, self._dataset) if document["media_type"] == "application/pdf" else None

    def fetch(self, document: Row) -> None:
        """Have the original of a document beside the dataset, one at a time.

        Raises:
            DatasetError: another is being fetched, or this one cannot be had.
            OSError: it cannot be kept.
        """
        if not self._fetching.acquire(blocking=False):
            raise DatasetError("another file is being fetched; ask again in a moment")
        try:
            fetch(document, self._dataset)
        finally:
            self._fetching.release()

    def is_there(self, document: Row) -> bool:
        """Whether the original can be drawn."""
        if document["media_type"] != "application/pdf":
            return False
        try:
            with self._lock:
                self._file(document)
        except DatasetError:
            return False
        return True

    def _file(self, document: Row) -> bytes:
        sha256 = document["sha256"]
        if sha256 not in self._files:
            if url := to_fetch(document, self._dataset):
                raise DatasetError(f"{document['source_name']} has to be fetched from {url} first")
            self._files[sha256] = original(document, self._dataset)[1]
        self._files.move_to_end(sha256)
        while len(self._files) > _KEPT_FILES:
            self._files.popitem(last=False)
        return self._files[sha256]
