"""What a run hands to its workers and gets back: settings, documents to read, how each went."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from extract.limits import Limits
from extract.model import Metadata

if TYPE_CHECKING:
    from normalize.vocabulary import Decision


@dataclass(frozen=True, slots=True)
class Settings:
    """How documents are read, and how far one may go before it is given up.

    ``pages`` counts from 1; ``timeout`` is in seconds and ``memory`` in bytes, both per document;
    ``ocr_timeout`` is the time added for each page to recognise; ``limits`` say how much of a document is
    read.
    ``decisions`` about pairs of terms change no document, only the dataset made of them all.
    """

    reader: Literal["mupdf", "plumber"] = "mupdf"
    pages: range | None = None
    timeout: float = 300.0
    ocr_timeout: float = 60.0
    memory: int = 4 << 30
    limits: Limits = field(default_factory=Limits)
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """One document to read. ``sha256`` is None where the file cannot even be opened.

    ``path`` has its bytes, ``source`` is where they came from, ``problem`` why they did not; ``reader`` and
    ``pages`` (from 1, None for all) say how it is read; ``known`` and ``checksum`` are what a manifest says
    about it; it gets the time to recognise ``scans`` pages. ``answers``: what people said of its
    labels, columns, tables and charts.
    """

    path: Path
    name: str
    sha256: str | None
    size: int | None
    source: str
    reader: str = "mupdf"
    pages: range | None = None
    known: Metadata | None = None
    checksum: str | None = None
    problem: str | None = None
    scans: int = 0
    answers: tuple[tuple[str, str, str], ...] = ()

    @property
    def key(self) -> str:
        """Names these bytes, read like this."""
        facts = (
            self.sha256 or self.source,
            self.name,
            self.reader,
            self.pages,
            *([self.known] if self.known else []),
            *([self.answers] if self.answers else []),
        )
        return hashlib.sha256("\0".join(map(str, facts)).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Done:
    """A document that has just been read. ``task`` has the digest of the bytes that were read."""

    task: Task
    status: str
    pages: int
    seconds: float

    @property
    def name(self) -> str:
        return self.task.name


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the reading stands. ``last`` is None when this is only a sign of life."""

    total: int
    done: int
    pages: int
    seconds: float
    reading: tuple[str, ...]
    last: Done | None = None
