"""Builds the bundled fictional plans from their YAML: PDF or text, and the truth that goes with each."""

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

SAMPLE = Path(__file__).parent.parent / "sample"


@dataclass(frozen=True, slots=True)
class Built:
    """A document and its truth, as bytes ready to write."""

    name: str
    data: bytes
    truth: bytes


def build(plan: Plan, stem: str, fonts: Mapping[FontName, Subset] | None = None) -> Built:
    """Draw one plan. ``fonts`` may be shared by many documents; by default each gets its own subset."""
    layout = import_module(f"corpora.builder.layouts.{plan.layout}")
    book: Book | str = layout.draw(plan)
    if isinstance(book, str):
        name = f"{stem}.txt"
        return Built(name, book.encode(), _json(truth.build(plan, name, None, layout.READING)))
    fonts = fonts or {font: pdf.cut(font, chars) for font, chars in book.chars().items()}
    created = plan.doc.published.replace("-", "") + "01"
    name = f"{stem}.pdf"
    data = pdf.write(book.pages, plan.doc.title, fonts, created)
    return Built(name, data, _json(truth.build(plan, name, book.places, layout.READING)))


def sample_files(folder: Path = SAMPLE) -> Iterator[tuple[Path, bytes]]:
    """Every file that the YAML of ``folder`` makes, with its bytes."""
    for source in sorted(folder.glob("*.yaml")):
        built = build(load(source), source.stem)
        yield folder / built.name, built.data
        yield folder / "truth" / f"{source.stem}.json", built.truth


def build_sample(folder: Path = SAMPLE) -> list[Path]:
    """Write the sample corpus; returns the files written."""
    written = []
    for path, data in sample_files(folder):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        written.append(path)
    return written


def stale_files(folder: Path = SAMPLE) -> list[Path]:
    """Files of the sample corpus that are missing or differ from what their YAML makes."""
    return [path for path, data in sample_files(folder) if not path.exists() or path.read_bytes() != data]


def _json(record: truth.Record) -> bytes:
    return (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode()
