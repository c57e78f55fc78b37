"""How long readers of `dxplan explore` wait: many at once, among those who dawdle, and with many verdicts.

    python -m benchmarks.serving OUT [--readers 200] [--seconds 20] [--verdicts 5000]

Serves a copy of the dataset in a process of its own. Readers ask for pages one after the other, with a pause
between them; meanwhile clients send half a request, or ask for much and take nothing of it.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path

import httpx
import yaml

import dxplan
from dxplan import corrections

PAUSE = 10.0  # seconds a reader looks at a page, on average


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address at which a dataset is served while this is open."""
    command = [
        sys.executable,
        "-c",
        "from dxplan.cli import main; main()",
        "explore",
        str(folder),
        "--port",
        "0",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().split()[0]
        finally:
            server.terminate()


def pages_of(folder: Path) -> list[str]:
    """What readers look at."""
    documents = dxplan.open(folder).read("documents").to_pylist()
    plans = [f"/plan/{d['doc_id']}" for d in documents if d["status"] != "failed"]
    return ["/", "/kpis", "/schedules", "/compare", "/check", "/search?q=オンライン", *plans]


class Readers:
    """People who look at one page after the other; ``waits`` are the seconds until each page was there."""

    def __init__(self, address: str, pages: Sequence[str], pause: float = PAUSE) -> None:
        self.address, self.pages, self.pause = address, pages, pause
        self.waits: list[float] = []
        self.lost = 0
        self._over = threading.Event()

    def _read(self, seed: int) -> None:
        chance = random.Random(seed)
        with httpx.Client(base_url=self.address, timeout=60) as client:
            while not self._over.wait(chance.uniform(0, 2 * self.pause)):
                begun = time.perf_counter()
                try:
                    client.get(chance.choice(self.pages)).raise_for_status()
                except httpx.HTTPError:
                    self.lost += 1
                self.waits.append(time.perf_counter() - begun)

    def read(self, n: int, seconds: float) -> None:
        threads = [threading.Thread(target=self._read, args=(seed,)) for seed in range(n)]
        for thread in threads:
            thread.start()
        time.sleep(seconds)
        self._over.set()
        for thread in threads:
            thread.join()

    def told(self) -> str:
        waits = sorted(self.waits)
        p99 = waits[int(0.99 * (len(waits) - 1))]
        return (
            f"{len(waits)} pages, median {statistics.median(waits):.2f} s, p99 {p99:.2f} s, lost {self.lost}"
        )


@contextmanager
def dawdlers(address: str, n: int, *, half: bool) -> Iterator[None]:
    """Clients that never end their request, or that ask for much and take nothing of it."""
    host, port = re.fullmatch(r"http://(.+):(\d+)", address).groups()  # type: ignore[union-attr]
    line = f"GET /kpis.csv HTTP/1.1\r\nHost: {host}\r\n" + ("" if half else "\r\n")
    sockets = []
    for _ in range(n):
        with suppress(OSError):
            sockets.append(socket.create_connection((host, int(port)), timeout=5))
            sockets[-1].sendall(line.encode())
    try:
        yield
    finally:
        for one in sockets:
            one.close()


def verdicts(folder: Path, n: int) -> list[float]:
    """Seconds of each of five verdicts, asked as a form asks, where ``n`` have been given."""
    dataset = dxplan.open(folder)
    documents = {d["doc_id"]: d for d in dataset.read("documents").to_pylist()}
    kpi = dataset.read("kpis").to_pylist()[0]
    one = corrections.judge(documents[kpi["doc_id"]], "kpis", kpi, "right", "benchmark")
    entries = [asdict(replace(one, row=f"{one.row}x{i}")) for i in range(n)]
    text = yaml.dump(entries, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
    (folder / corrections.FILE).write_text(text, encoding="utf-8")
    seconds = []
    with served(folder) as address, httpx.Client(base_url=address, timeout=60) as client:
        for row in dataset.read("kpis").to_pylist()[:6]:
            page = client.get(f"/row/{row['kpi_id']}", follow_redirects=True).text
            form = dict(re.findall(r'name="(token|back)" value="([^"]*)"', page))
            (judged,) = set(re.findall(r'value="(right kpis [^"]*)"', page)) or {""}
            begun = time.perf_counter()
            answer = client.post("/verdict", data={**form, "verdict": judged, "author": "benchmark"})
            seconds.append(time.perf_counter() - begun)
            if answer.status_code != 302:
                raise SystemExit(f"a verdict was not taken: {answer.status_code}")
    return seconds[1:]  # the first reads the list


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--readers", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--verdicts", type=int, default=5_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(shutil.copytree(options.out, Path(name) / "out"))
        pages = pages_of(folder)
        with served(folder) as address:
            for label, n in (("alone", 0), ("beside 150 half requests", 150), ("beside 20 slow clients", 20)):
                readers = Readers(address, pages)
                with dawdlers(address, n, half=n == 150):
                    readers.read(options.readers, options.seconds)
                print(f"{options.readers} readers {label}: {readers.told()}", flush=True)
        seconds = verdicts(folder, options.verdicts)
        print(f"a verdict after {options.verdicts}: {1000 * statistics.median(seconds):.0f} ms")


if __name__ == "__main__":
    main()
