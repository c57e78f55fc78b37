"""The pictures of the documentation: ``python -m tools.screenshots`` draws docs/images/ anew.

From the bundled plans, in the system's Chromium, which needs a Japanese font.
"""

from __future__ import annotations

import io
import queue
import shutil
import tempfile
import threading
from pathlib import Path

import pymupdf
from PIL import Image
from playwright.sync_api import Page, sync_playwright

import dxplan
from dxplan.explore import serve
from dxplan.views.mark import mark

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
PLAN = "sumikawano.pdf"
COLORS = 128  # keeps a picture at some 40 KB
SIZE = (1200, 720)


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        dxplan.run(ROOT / "corpora" / "sample", folder)
        plan = dxplan.open(folder).plan(PLAN)
        kpi = plan.kpis[0]
        with pymupdf.open(stream=mark(plan, ["kpis", "schedules"])) as pdf:
            save("marked", pdf[kpi.page - 1].get_pixmap(dpi=72).tobytes("png"))
        address = served(folder)
        with sync_playwright() as started:
            browser = started.chromium.launch(executable_path=shutil.which("chromium"))
            page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]}, base_url=address)
            for language in ("ja", "en"):
                where = f"/plan/{kpi.doc_id}/page/{kpi.page}?row={kpi.kpi_id}"
                shoot(page, f"page.{language}", f"{where}&lang={language}")
                shoot(page, f"compare.{language}", f"/compare/frontyard?lang={language}")
                shoot(page, f"check.{language}", f"/check?table=kpis&lang={language}")
            browser.close()


def served(folder: str) -> str:
    """Serve a dataset for as long as this program runs; return the address."""
    started: queue.Queue[str] = queue.Queue()
    threading.Thread(
        target=serve, args=[folder], kwargs={"port": 0, "on_start": started.put}, daemon=True
    ).start()
    return started.get(timeout=60)


def shoot(page: Page, name: str, address: str) -> None:
    page.goto(address, wait_until="networkidle")
    page.wait_for_timeout(800)  # the page scrolls to the chosen row
    save(name, page.screenshot())


def save(name: str, png: bytes) -> None:
    picture = Image.open(io.BytesIO(png)).convert("RGB").quantize(COLORS, dither=Image.Dither.NONE)
    picture.save(IMAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
