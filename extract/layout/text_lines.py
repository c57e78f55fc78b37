"""Lines of text input with what their marks say: what all steps of text layout start from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extract.model import Line, Page
from normalize.characters import squash

_BARE_BULLET = re.compile(r"^\s*[-*+•・●○◦■□◆◇▪▸➢✓]\s*")
TITLE_MAX = 60  # characters of a heading


@dataclass(slots=True)
class TextLine:
    """A line; before it: ``gap``, a blank line, ``opens_page``, a page break."""

    text: str
    line: Line
    gap: bool
    opens_page: bool = False

    @property
    def is_row(self) -> bool:
        return self.line.markup == "row"

    @property
    def key(self) -> str:
        return squash(_BARE_BULLET.sub("", self.text))


def text_lines(pages: Sequence[Page]) -> Iterator[TextLine]:
    """The lines of all pages that hold text, a table's cells parted by tabs."""
    gap = True
    for page in pages:
        opens = True
        for line in page.lines:
            if not line.runs:
                gap = gap or line.markup != "row"  # the rule under a table's head parts nothing
                continue
            text = "\t".join(r.text for r in line.runs) if line.markup == "row" else line.text
            if text.strip():
                yield TextLine(text, line, gap, opens)
                gap = opens = False
        gap = True


def digits(mark: str) -> str:
    """The digits of a mark or number, of whatever width."""
    return "".join(c for c in unicodedata.normalize("NFKC", mark) if c.isdecimal())
