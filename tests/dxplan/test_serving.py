"""Nobody holds up the readers of the browser, and looking at a page asks nobody for anything."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import urlopen

import pytest

pytest.importorskip("flask", reason="the extra explore is not installed")

import hashlib

from flask.testing import FlaskClient

from dxplan.explore import create_app
from tests.dxplan import made
from tests.dxplan.conftest import SAMPLE

ROOT = Path(__file__).parents[2]
SERVE = "from dxplan.explore import serve; serve(*__import__('sys').argv[1:2], port=0, on_start=lambda a: print(a, flush=True))"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A small dataset, served by a process of its own."""
    made.dataset(tmp_path / "ds", {"documents": [made.document("131016-aaaaaaaaaaaa", "みほん市")]})
    command = [sys.executable, "-c", SERVE, str(tmp_path / "ds")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.terminate()


def test_half_requests_hold_nobody_up(address: str) -> None:
    host, port = address.removeprefix("http://").split(":")
    half = []
    try:
        for _ in range(150):
            half.append(socket.create_connection((host, int(port)), timeout=10))
            half[-1].sendall(f"GET / HTTP/1.1\r\nHost: {host}\r\n".encode())
        time.sleep(1)  # until all are taken in
        begun = time.monotonic()
        with urlopen(address, timeout=20) as answer:
            assert answer.status == 200
        assert time.monotonic() - begun < 5
    finally:
        for one in half:
            one.close()


class Web(SimpleHTTPRequestHandler):
    """A server that remembers what it was asked for."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        super().do_GET()

    def log_message(self, *message: object) -> None:
        pass


@pytest.fixture
def web(tmp_path: Path) -> Iterator[tuple[str, list[str]]]:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "plan.pdf").write_bytes((SAMPLE / "suzukake.pdf").read_bytes())
    Web.asked = []
    handler = partial(Web, directory=str(tmp_path / "web"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", Web.asked
        server.shutdown()


def foreign(folder: Path, url: str) -> FlaskClient:
    """A dataset of somebody else, whose plan was read by URL."""
    data = (SAMPLE / "suzukake.pdf").read_bytes()
    row = made.document("131016-aaaaaaaaaaaa", "みほん市", source_name="plan.pdf", source_path=url)
    row |= {
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "media_type": "application/pdf",
        "n_pages": 1,
    }
    page = {"doc_id": row["doc_id"], "page": 1, "width": 595.0, "height": 842.0}
    made.dataset(folder, {"documents": [row], "pages": [page]})
    return create_app(folder).test_client()


def test_a_foreign_address_is_asked_only_when_a_person_says_so(
    tmp_path: Path, web: tuple[str, list[str]]
) -> None:
    pytest.importorskip("aiohttp", reason="the extra http is not installed")
    at, asked = web
    client = foreign(tmp_path / "ds", f"{at}/plan.pdf")
    looked = [f"/plan/131016-aaaaaaaaaaaa{rest}" for rest in ("", "/page/1")]
    looked += ["/picture/131016-aaaaaaaaaaaa/1.png", "/check"]
    pages = [client.get(address) for address in looked]
    assert asked == []
    assert [page.status_code for page in pages] == [200, 200, 404, 200]
    assert f"{at}/plan.pdf" in pages[1].text
    form = re.search(r'action="([^"]*/fetch)".*?name="token" value="([^"]*)"', pages[1].text)
    assert form is not None
    assert client.post(form[1], data={"token": "no"}).status_code == 403
    assert asked == []
    assert client.post(form[1], data={"token": form[2]}).status_code == 302
    assert asked
    assert client.get("/picture/131016-aaaaaaaaaaaa/1.png").status_code == 200
    asked.clear()
    assert (
        create_app(tmp_path / "ds").test_client().get("/picture/131016-aaaaaaaaaaaa/1.png").status_code == 200
    )
    assert asked == []  # it is kept


def test_an_address_that_gives_something_else_or_is_none_is_told(
    tmp_path: Path, web: tuple[str, list[str]]
) -> None:
    pytest.importorskip("aiohttp", reason="the extra http is not installed")
    at, _ = web
    (tmp_path / "web" / "plan.pdf").write_bytes(b"%PDF-1.7 another")
    for n, url in enumerate((f"{at}/plan.pdf", f"{at}/gone.pdf", "simplecache::file:///etc/passwd")):
        client = foreign(tmp_path / f"ds{n}", url)
        page = client.get("/plan/131016-aaaaaaaaaaaa/page/1").text
        token = re.search(r'name="token" value="([^"]*)"', page)
        assert token is not None, url
        told = client.post("/plan/131016-aaaaaaaaaaaa/page/1/fetch", data={"token": token[1]})
        assert told.status_code == 502, url
        assert not (tmp_path / f"ds{n}" / ".dxplan" / "copies").exists()
