"""How much of a document is read. What lies beyond is left out and told, never a reason to hang."""

from __future__ import annotations

from dataclasses import astuple

from extract.model import Diagnostic
from normalize.frozen import frozen

LONGEST = 300_000  # characters of a paragraph or cell of text input: those of a plan of 300 pages
MAX_DRAWINGS = 20_000  # a page with more (maps, scattered vector art) has no table to find


@frozen
class Limits:
    """``pages`` and ``characters`` of a document, ``drawings`` of a page."""

    pages: int = 2_000
    characters: int = 5_000_000
    drawings: int = MAX_DRAWINGS

    def same_effect(self, other: Limits, extent: Extent) -> bool:
        """Whether a document of this extent is read the same under both."""
        return all(
            a == b or n <= min(a, b) for a, b, n in zip(astuple(self), astuple(other), astuple(extent))
        )


@frozen
class Extent:
    """What a document has of everything limited; where reading stopped at a limit, more than the limit."""

    pages: int = 0
    characters: int = 0
    drawings: int = 0


class NeedsMoreTime(Exception):  # noqa: N818 (an answer, not an error of anybody's)
    """A document with ``scans`` pages to recognise: more than it was given the time for."""

    def __init__(self, scans: int) -> None:
        super().__init__(scans)
        self.scans = scans


def too_many(what: str, limit: int, page: int | None = None) -> Diagnostic:
    """What stands from ``page`` on was left out."""
    place = "" if page is None else f" what stands from page {page} on is left out;"
    message = f"more than {limit:,} {what};{place} raise --max-{what}"
    return Diagnostic("read", "error", f"too_many_{what}", message, page)
