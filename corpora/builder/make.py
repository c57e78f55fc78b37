"""From a plan's content to its files: the document and the truth that goes with it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from corpora.builder import pdf, truth
from corpora.builder.content import Plan, load
from corpora.builder.draw import Book
from corpora.builder.pdf import FontName, Subset
from corpora.builder.wording import Words, reworded, speaking

SAMPLE = Path(__file__).parent.parent / "sample"


@dataclass(frozen=True, slots=True)
class Built:
    """A document and its truth, as bytes ready to write."""

    name: str
    data: bytes
    truth: bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan laid out; what is still missing is the fonts. ``body`` is a string for a text file."""

    plan: Plan
    body: Book | str
    reading: truth.Reading

    def chars(self) -> dict[FontName, set[str]]:
        """Characters to embed, by font."""
        return {} if isinstance(self.body, str) else self.body.chars()

    def finish(self, stem: str, fonts: Mapping[FontName, Subset]) -> Built:
        """The files; ``fonts`` has to hold at least ``chars()``."""
        if isinstance(self.body, str):
            name, places = f"{stem}.txt", None
            data = self.body.encode()
        else:
            name, places = f"{stem}.pdf", self.body.places
            created = self.plan.doc.published.replace("-", "") + "01"
            data = pdf.write(self.body.pages, self.plan.doc.title, fonts, created)
        record = truth.build(self.plan, name, places, self.reading)
        return Built(name, data, (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode())


def draft(plan: Plan) -> Draft:
    """Lay a plan out in its layout; ModuleNotFoundError if there is none of that name."""
    layout = import_module(f"corpora.builder.layouts.{plan.layout}")
    plan = reworded(plan)
    return Draft(plan, layout.draw(plan), layout.READING)


def build(plan: Plan, stem: str) -> Built:
    """One plan; a PDF carries its own subset of the fonts."""
    drawn = draft(plan)
    return drawn.finish(stem, {font: pdf.cut(font, chars) for font, chars in drawn.chars().items()})


def sample_files(folder: Path = SAMPLE, out: Path | None = None) -> Iterator[tuple[Path, bytes]]:
    """Every file that the YAML of ``folder`` makes, with its bytes; ``out`` is where it would go."""
    for source in sorted(folder.glob("*.yaml")):
        built = build(load(source), source.stem)
        yield (out or folder) / built.name, built.data
        yield (out or folder) / "truth" / f"{source.stem}.json", built.truth


def build_sample(folder: Path = SAMPLE, out: Path | None = None, words: Words = "usual") -> list[Path]:
    """Write the sample corpus, its labels in ``words``; returns the files written."""
    written = []
    with speaking(words):
        for path, data in sample_files(folder, out):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            written.append(path)
    return written


def stale_files(folder: Path = SAMPLE) -> list[Path]:
    """Files of the sample corpus that are missing or differ from what their YAML makes."""
    return [path for path, data in sample_files(folder) if not path.exists() or path.read_bytes() != data]
