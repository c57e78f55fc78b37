"""Compare OCR engines on pages of the bundled sample plans, printed, scanned and read back.

Every page is rendered at 200 dpi and becomes a PDF that holds nothing but the picture: ``clean`` (JPEG,
quality 85) and ``worn`` (turned by one degree, paler, with noise, JPEG quality 60). The text layer of the
sample is the truth. A recognised character belongs to the true line nearest to its place, lines are compared
in the order of places after NFKC and without blanks and leader dots; the error rate is the edits needed over
the true characters, so a character in a wrong line counts twice. Each engine runs in a process of its own, on
one thread; seconds are of processor time a page without loading, memory is the peak of the process.

    python -m benchmarks.ocr [PAGES]        # a markdown table; the engines that are installed
"""

from __future__ import annotations

import csv
import io
import os
import resource
import shutil
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from math import cos, hypot, radians, sin
from multiprocessing import get_context
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pymupdf
from PIL import Image
from rapidfuzz.distance import Levenshtein

from extract.model import Line, Page
from extract.read import mupdf, ocr

SAMPLE = Path(__file__).parent.parent / "corpora" / "sample"
PAGES = ("aisaka:5", "chigusadai_r3:5", "chigusadai_r8:8", "kurotsuga:3", "kurotsuga:6", "mitsudaki:4",
         "sumikawano:8", "suzukake:3")  # fmt: skip
WEAR = {"clean": 0.0, "worn": 1.0}  # degrees
LEADERS = ".．・…‥·"
FAR = 12.0  # points: a character further from any true line was made up


class Char(NamedTuple):
    text: str
    x: float
    y: float


Engine = Callable[[bytes, float], list[Char]]  # PDF of one page, its skew -> characters in points


def main(names: Sequence[str]) -> None:
    print("| engine | pages | error rate | recall | CPU seconds a page | peak MB |")
    print("| --- | --- | --- | --- | --- | --- |")
    scans = {wear: [scan(name, skew) for name in names] for wear, skew in WEAR.items()}
    for name, missing in ENGINES.items():
        if (why := missing()) is not None:
            print(f"| {name} | {why} | | | | |")
            continue
        for wear in WEAR:
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                score = pool.submit(measure, name, scans[wear], WEAR[wear]).result()
            print(f"| {name} | {wear} | {score} |", flush=True)


def measure(engine: str, scans: Sequence[tuple[Page, bytes]], skew: float) -> str:
    """Error rate, recall of characters wherever they stand, seconds a page and peak megabytes, as cells."""
    read = LOAD[engine]()
    edits = n = there = 0
    begun = _used()
    for true, data in scans:
        found = read(data, skew)
        edits += compare(true.lines, found)
        wanted = Counter(folded("".join(line.text for line in true.lines)))
        n += wanted.total()
        there += (wanted & Counter(folded("".join(char.text for char in found)))).total()
    used = _used()
    seconds = (used.seconds - begun.seconds) / len(scans)
    return f"{edits / n:.2%} | {there / n:.3f} | {seconds:.1f} | {used.megabytes}"


class _Use(NamedTuple):
    seconds: float
    megabytes: int


def _used() -> _Use:
    """Processor time and largest memory so far, of this process and those it started."""
    uses = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return _Use(sum(u.ru_utime + u.ru_stime for u in uses), max(u.ru_maxrss for u in uses) // 1024)


def scan(name: str, skew: float) -> tuple[Page, bytes]:
    """The true page ``plan:number`` and a PDF that holds only its picture."""
    plan, number = name.split(":")
    path = SAMPLE / f"{plan}.pdf"
    (true,) = mupdf.read(path, pages=range(int(number), int(number) + 1)).pages
    with pymupdf.open(path) as document:
        pixmap = document[int(number) - 1].get_pixmap(dpi=200)
    picture = Image.frombytes("RGB", (pixmap.width, pixmap.height), pixmap.samples)
    if skew:
        picture = picture.rotate(-skew, resample=Image.Resampling.BICUBIC, fillcolor="white")
        noise = np.random.default_rng(1).normal(0, 10, (picture.height, picture.width, 3))
        picture = Image.fromarray((np.asarray(picture) * 0.85 + 25 + noise).clip(0, 255).astype(np.uint8))
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=60 if skew else 85)
    with pymupdf.open() as scanned:
        page = scanned.new_page(width=true.width, height=true.height)
        page.insert_image(page.rect, stream=stream.getvalue())
        return true, bytes(scanned.tobytes())


# --- engines ----------------------------------------------------------------------------------------


def rapidocr() -> Engine:
    def read(data: bytes, _: float) -> list[Char]:
        source = ocr.read_scans(mupdf.read(data), data)
        return [char for line in source.pages[0].lines for char in placed(line)]

    ocr.load_engine()
    return read


def tesseract(mode: int) -> Engine:
    """Words of ``tesseract --psm mode``, their characters spread evenly."""

    def read(data: bytes, skew: float) -> list[Char]:
        with pymupdf.open(stream=data, filetype="pdf") as document:
            page = document[0]
            width, height = page.rect.width, page.rect.height
            picture = page.get_pixmap(dpi=200, colorspace=pymupdf.csGRAY).tobytes("png")
        command = ["tesseract", "-", "-", "-l", "jpn", "--psm", str(mode), "--dpi", "200", "tsv"]
        one_thread = {**os.environ, "OMP_THREAD_LIMIT": "1"}
        run = subprocess.run(command, input=picture, capture_output=True, check=True, env=one_thread)
        output = run.stdout.decode()
        found = []
        for row in csv.DictReader(io.StringIO(output), delimiter="\t", quoting=csv.QUOTE_NONE):
            text = (row["text"] or "").strip()
            left, top, w, h = (int(row[key]) * 72 / 200 for key in ("left", "top", "width", "height"))
            for i, char in enumerate(text):
                x, y = left + w * (i + 0.5) / len(text), top + h / 2
                found.append(Char(char, *turned(x - width / 2, y - height / 2, -skew, width / 2, height / 2)))
        return found

    return read


def turned(x: float, y: float, degrees: float, to_x: float, to_y: float) -> tuple[float, float]:
    a = radians(degrees)
    return x * cos(a) - y * sin(a) + to_x, x * sin(a) + y * cos(a) + to_y


LOAD: dict[str, Callable[[], Engine]] = {
    "rapidocr": rapidocr,
    "tesseract --psm 3": lambda: tesseract(3),
    "tesseract --psm 11": lambda: tesseract(11),
}


def _no_rapidocr() -> str | None:
    return None if find_spec("rapidocr") else "not installed"


def _no_tesseract() -> str | None:
    return None if shutil.which("tesseract") else "not installed"


ENGINES = {"rapidocr": _no_rapidocr, "tesseract --psm 3": _no_tesseract, "tesseract --psm 11": _no_tesseract}


# --- comparing --------------------------------------------------------------------------------------


def placed(line: Line) -> Iterator[Char]:
    """The characters of a line at their middles."""
    for run in line.runs:
        assert run.box is not None
        for char, a, b in zip(run.text, run.xs, run.xs[1:]):
            middle = (a + b) / 2
            yield Char(char, run.box.cx, middle) if line.vertical else Char(char, middle, run.box.cy)


def compare(true: Sequence[Line], found: Sequence[Char]) -> int:
    """Edits from what was found to the true lines."""
    boxes = np.array([line.box for line in true])
    near: list[list[Any]] = [[] for _ in true]
    edits = 0
    for text, x, y in found:
        if not folded(text):
            continue
        dx = np.maximum(0, np.maximum(boxes[:, 0] - x, x - boxes[:, 2]))
        dy = np.maximum(0, np.maximum(boxes[:, 1] - y, y - boxes[:, 3]))
        i = int((dx**2 + dy**2).argmin())
        if hypot(dx[i], dy[i]) > FAR:
            edits += 1
        else:
            near[i].append((y if true[i].vertical else x, text))
    for line, chars in zip(true, near):
        wanted = folded(line.text)
        chars.sort(key=itemgetter(0))
        edits += Levenshtein.distance(wanted, folded("".join(text for _, text in chars)))
    return edits


def folded(text: str) -> str:
    kept = "".join(c for c in text if c not in LEADERS)
    return "".join(unicodedata.normalize("NFKC", kept).split())


if __name__ == "__main__":
    main(sys.argv[1:] or PAGES)
