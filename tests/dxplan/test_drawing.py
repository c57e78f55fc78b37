"""A page that takes for ever to draw holds nobody up, and odd requests are told so."""

from __future__ import annotations

import sys
import threading
import time
from functools import partial
from pathlib import Path

import pymupdf
import pytest
from click.testing import CliRunner

pytest.importorskip("flask", reason="the extra explore is not installed")

from flask.testing import FlaskClient

from dxplan import cli
from dxplan.drawing import Drawing, TooMuchError, limited
from dxplan.errors import DatasetError
from dxplan.explore import create_app, pictures
from tests.dxplan import made

PATHS = 500_000


def test_what_takes_too_long_or_too_much_is_told() -> None:
    with pytest.raises(TooMuchError, match=r"longer than 0\.3 s"):
        limited(time.sleep, 60, seconds=0.3)
    if sys.platform == "linux":
        with pytest.raises(TooMuchError, match="more memory"):
            limited(bytearray, 64 << 30)
    with pytest.raises(ZeroDivisionError):
        limited(divmod, 1, 0)


def test_one_that_is_waited_for_is_told_when_others_draw_all_the_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dxplan.drawing._TURN", 0.2)
    drawing = Drawing(seconds=3)

    def draw_for_ever() -> None:
        with pytest.raises(TooMuchError):
            drawing(time.sleep, 60)

    busy = [threading.Thread(target=draw_for_ever) for _ in "ab"]
    try:
        for thread in busy:
            thread.start()
        time.sleep(0.3)
        with pytest.raises(DatasetError, match="ask again"):
            drawing(abs, -1)
    finally:
        for thread in busy:
            thread.join()
        drawing.close()


@pytest.fixture
def heavy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A dataset of one plan whose page is half a million lines across the sheet."""
    import hashlib

    document = pymupdf.open()
    document.new_page()
    lines = b"".join(b"0 %d m 595 %d l S\n" % (n % 842, n % 839) for n in range(2_000)) * (PATHS // 2_000)
    xref = document.get_new_xref()
    document.update_object(xref, "<<>>")
    document.update_stream(xref, lines, compress=0)
    document.xref_set_key(document[0].xref, "Contents", f"{xref} 0 R")
    data = document.tobytes()
    (tmp_path / "heavy.pdf").write_bytes(data)
    row = made.document(
        "131016-aaaaaaaaaaaa", "みほん市", source_name="heavy.pdf", source_path="../heavy.pdf"
    )
    row |= {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data), "media_type": "application/pdf"}
    page = {"doc_id": row["doc_id"], "page": 1, "width": 595.0, "height": 842.0}
    made.dataset(tmp_path / "ds", {"documents": [row], "pages": [page]})
    monkeypatch.setattr(pictures, "Drawing", partial(Drawing, seconds=1.0))
    return create_app(tmp_path / "ds").test_client()


def test_a_page_of_half_a_million_lines_holds_nobody_up(heavy: FlaskClient) -> None:
    address = "/picture/131016-aaaaaaaaaaaa/1.png"
    answers: list[int] = []
    asking = threading.Thread(target=lambda: answers.append(heavy.get(address).status_code))
    asking.start()
    others = []
    while asking.is_alive():
        begun = time.monotonic()
        assert heavy.application.test_client().get("/").status_code == 200
        others.append(time.monotonic() - begun)
    asking.join()
    assert answers == [404]
    assert min(others) < 1
    begun = time.monotonic()
    told = heavy.get(address)
    assert told.status_code == 404
    assert "longer than 1 s" in told.text
    assert time.monotonic() - begun < 1  # not tried again


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    one = made.document("131016-aaaaaaaaaaaa", "みほん市")
    made.dataset(tmp_path / "out", {"documents": [one], "measures": [made.measure(one["doc_id"], 1, "窓口")]})
    return create_app(tmp_path / "out").test_client()


@pytest.mark.parametrize(
    "address",
    [
        f"/?p={10**23}", f"/kpis?p={'9' * 5_000}", "/kpis?p=two", f"/kpis?year={10**40}", f"/check?p={10**18}",
        "/kpis?endpoint=x", "/?endpoint=pages.home", f"/schedules?covers={'9' * 6_000}",
        f"/plan/x/page/{10**40}",
    ],
)  # fmt: skip
def test_odd_requests_are_the_askers_fault(client: FlaskClient, address: str) -> None:
    assert 400 <= client.get(address).status_code < 500


def test_odd_heads_and_forms_are_the_askers_fault(client: FlaskClient) -> None:
    for host in ("a" * 5_000, "[::1", "127.0.0.1:" + "8" * 300):
        assert client.get("/", headers={"Host": host}).status_code in (400, 403), host
    assert client.post("/verdict", data={"token": "合言葉", "author": "x"}).status_code == 400


def test_commands_draw_within_limits_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = pymupdf.open()
    document.new_page().insert_text((72, 72), "DX plan", fontsize=20)
    document.save(tmp_path / "plan.pdf")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("dxplan.drawing.limited", partial(_given_up))
    told = CliRunner().invoke(cli.main, ["debug", "plan.pdf", "--page", "1"])
    assert (told.exit_code, told.stderr) == (2, "dxplan: drawing it takes longer than 1 s\n")
    assert not (tmp_path / "plan-p1.png").exists()


def _given_up(*arguments: object, seconds: float = 1) -> bytes:
    raise TooMuchError("drawing it takes longer than 1 s")
