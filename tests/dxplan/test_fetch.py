"""Downloads from a server that misbehaves in every way a town's server has been seen to."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from dxplan.errors import BusyError, InputError
from dxplan.ingest import fetch as fetching
from dxplan.ingest import manifest
from dxplan.ingest.fetch import Fetched, Manners, fetch
from dxplan.ingest.manifest import Entry

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 200 + b"\n%%EOF\n"
QUICK = Manners(private=True, delay=0.0, timeout=0.5, back_off=0.01, attempts=4, patience=5)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        town: Town = self.server.town  # type: ignore[attr-defined]
        with town.lock:
            town.open += 1
            town.most_open = max(town.most_open, town.open)
            town.asked[self.path] += 1
            town.times.append(time.monotonic())
        try:
            town.answers.get(self.path, Handler.missing)(self)
        except ConnectionError:
            pass
        finally:
            with town.lock:
                town.open -= 1

    @property
    def nth(self) -> int:
        return self.server.town.asked[self.path]  # type: ignore[attr-defined, no-any-return]

    def say(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def missing(self) -> None:
        self.say(404)

    def breaks_off(self, body: bytes, length: int, **headers: str) -> None:
        self.say(200, body, Content_Length=str(length), **headers)
        self.close_connection = True


Answer = Callable[[Handler], None]


@dataclass
class Town:
    """A server, and what it was asked."""

    url: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    open: int = 0
    most_open: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    town = server.town = Town(f"http://127.0.0.1:{server.server_address[1]}")  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield town
    server.shutdown()
    server.server_close()


Get = Callable[..., Fetched]


@pytest.fixture
def get(town: Town, tmp_path: Path) -> Get:
    """Fetch one plan of the town, given how its server answers."""

    def get(answer: Answer, *, refresh: bool = False, manners: Manners = QUICK, **known: str) -> Fetched:
        town.answers["/plan.pdf"] = answer
        source = tmp_path / "plans.csv"
        manifest.write(source, [Entry(url=f"{town.url}/plan.pdf", **known)])
        (fetched,) = fetch(source, tmp_path / "plans", manners, refresh=refresh)
        return fetched

    return get


def gives(body: bytes) -> Answer:
    return lambda handler: handler.say(200, body)


def test_a_plan_is_fetched_once_and_then_kept(get: Get, town: Town) -> None:
    first = get(gives(PDF))
    assert (first.outcome, first.path.read_bytes()) == ("fetched", PDF)
    assert get(gives(PDF)).outcome == "kept"
    assert town.asked["/plan.pdf"] == 1


def test_the_folder_says_what_was_fetched(get: Get) -> None:
    path = get(gives(PDF), municipality_code="131016", title="みほん区DX計画", licence="CC BY 4.0").path
    (entry,) = manifest.read(path.parent / "manifest.csv")
    assert (entry.file, entry.sha256) == (path.name, hashlib.sha256(PDF).hexdigest())
    assert (entry.title, entry.licence) == ("みほん区DX計画", "CC BY 4.0")
    assert path.name.startswith("131016-plan-")


def busy_twice(handler: Handler) -> None:
    if handler.nth < 3:
        handler.say(503, Retry_After="0")
    else:
        handler.say(200, PDF)


def test_a_busy_server_is_asked_again(get: Get, town: Town) -> None:
    assert get(busy_twice).outcome == "fetched"
    assert town.asked["/plan.pdf"] == 3


def test_the_server_sets_how_long_to_wait(get: Get, town: Town) -> None:
    get(lambda h: h.say(429, Retry_After="1") if h.nth == 1 else h.say(200, PDF))
    assert town.times[-1] - town.times[-2] >= 1


def test_a_broken_off_answer_is_taken_up_where_it_ended(get: Get) -> None:
    ranges = []

    def answer(handler: Handler) -> None:
        ranges.append(handler.headers["Range"])
        if handler.nth == 1:
            handler.breaks_off(PDF[:20_000], len(PDF), ETag='"v1"')
        else:
            assert handler.headers["If-Range"] == '"v1"'
            place = f"bytes 20000-{len(PDF) - 1}/{len(PDF)}"
            handler.say(206, PDF[20_000:], Content_Range=place, ETag='"v1"')

    assert get(answer).path.read_bytes() == PDF
    assert ranges == [None, "bytes=20000-"]


def test_without_a_mark_of_the_file_it_begins_anew(get: Get) -> None:
    def answer(handler: Handler) -> None:
        assert handler.headers["Range"] is None
        if handler.nth == 1:
            handler.breaks_off(PDF[:20_000], len(PDF))
        else:
            handler.say(200, PDF)

    assert get(answer).path.read_bytes() == PDF


def test_a_server_that_sends_another_part_is_not_believed(get: Get) -> None:
    def answer(handler: Handler) -> None:
        if handler.nth == 1:
            handler.breaks_off(PDF[:20_000], len(PDF), ETag='"v1"')
        elif handler.headers["Range"]:
            handler.say(206, PDF[10_000:], Content_Range=f"bytes 10000-{len(PDF) - 1}/{len(PDF)}")
        else:
            handler.say(200, PDF)

    assert get(answer).path.read_bytes() == PDF


def test_a_cut_that_the_server_does_not_tell_is_seen(get: Get, tmp_path: Path) -> None:
    def answer(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(PDF[:20_000])
        handler.close_connection = True

    fetched = get(answer)
    assert (fetched.outcome, fetched.path.exists()) == ("failed", False)
    assert "ends in the middle" in fetched.message


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<!DOCTYPE html><html><body>moved</body></html>", "text/html"),
        (b"", "empty"),
        (b"PK\x03\x04word/document.xml", "wordprocessingml"),
    ],
)
def test_what_is_no_pdf_never_takes_a_files_place(get: Get, body: bytes, words: str) -> None:
    path = get(gives(PDF)).path
    again = get(gives(body), refresh=True)
    assert again.outcome == "failed"
    assert words in again.message
    assert path.read_bytes() == PDF


def test_a_shorter_answer_never_takes_a_files_place(get: Get) -> None:
    path = get(gives(PDF)).path
    again = get(gives(b"%PDF-1.7\nshort\n%%EOF\n"), refresh=True)
    assert (again.outcome, path.read_bytes()) == ("failed", PDF)
    assert "delete the file" in again.message
    assert get(gives(PDF + b"\n%%EOF\n"), refresh=True).outcome == "fetched"


def test_a_wrong_checksum_is_refused_and_a_spoiled_file_mended(get: Get) -> None:
    right = hashlib.sha256(PDF).hexdigest()
    fetched = get(gives(PDF), sha256="0" * 64)
    assert (fetched.outcome, fetched.path.exists()) == ("failed", False)
    assert right in fetched.message
    path = get(gives(PDF), sha256=right).path
    path.write_bytes(PDF + b"spoiled")
    assert get(gives(PDF), sha256=right).outcome == "fetched"
    assert path.read_bytes() == PDF


def silence(handler: Handler) -> None:
    time.sleep(1)
    handler.close_connection = True


def drip(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    for _ in range(500):
        handler.wfile.write(b"%PDF")
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda h: h.say(404), "404"),
        (lambda h: h.say(500), "500"),
        (lambda h: h.say(302, Location="/plan.pdf"), "redirected"),
        (lambda h: h.say(302, Location="file:///etc/passwd"), "redirected to file:"),
        (silence, "timed out"),
        (drip, "not here after"),
    ],
)
def test_a_hopeless_answer_fails_and_says_why(get: Get, answer: Answer, words: str) -> None:
    manners = Manners(private=True, delay=0.0, timeout=0.2, back_off=0.01, attempts=2, patience=2)
    fetched = get(answer, manners=manners)
    assert (fetched.outcome, fetched.path.exists()) == ("failed", False)
    assert words in fetched.message


def test_an_answer_without_end_is_cut(get: Get, tmp_path: Path) -> None:
    fetched = get(gives(PDF), manners=Manners(private=True, delay=0, max_bytes=10_000))
    assert "--max-size" in fetched.message
    assert {p.name for p in (tmp_path / "plans").iterdir()} <= {"manifest.csv", ".fetch.lock"}


def test_robots_txt_is_respected(get: Get, town: Town) -> None:
    town.answers["/robots.txt"] = gives(b"User-agent: *\nDisallow: /*.pdf$\n")
    assert "robots.txt" in get(gives(PDF)).message
    assert town.asked["/plan.pdf"] == 0


def test_an_unreadable_robots_txt_forbids_all(get: Get, town: Town) -> None:
    town.answers["/robots.txt"] = lambda handler: handler.say(500)
    assert "robots.txt cannot be read" in get(gives(PDF)).message
    assert town.asked["/plan.pdf"] == 0


def test_an_address_of_a_private_network_is_asked_only_when_allowed(get: Get, town: Town) -> None:
    fetched = get(gives(PDF), manners=Manners(delay=0))
    assert fetched.outcome == "failed"
    assert "private network; --allow-private" in fetched.message
    assert not town.asked


def test_who_asks_makes_no_other_server() -> None:
    one = [fetching._host(f"http://{name}/dx.pdf") for name in ("a.example.jp", "user:pw@A.example.jp:80")]
    assert one[0] == one[1]
    assert fetching._host("http://a.example.jp:8080/") != one[0]


def test_a_robots_txt_that_is_cut_off_forbids(get: Get, town: Town) -> None:
    town.answers["/robots.txt"] = lambda h: h.say(
        200, b"# " + b"x" * 600_000 + b"\nUser-agent: *\nDisallow: /\n"
    )
    assert "may forbid" in get(gives(PDF)).message
    town.answers["/robots.txt"] = lambda h: h.breaks_off(b"User-agent: *\n", 60)
    assert get(gives(PDF)).outcome == "failed"


def trickle(handler: Handler) -> None:
    """Headers that never end."""
    for _ in range(200):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-1: 1" if not _ else b"1")
        handler.wfile.flush()
        time.sleep(0.05)


@pytest.mark.parametrize("place", ["/robots.txt", "plan"])
def test_one_clock_over_headers_and_robots(get: Get, town: Town, place: str) -> None:
    if place != "plan":
        town.answers[place] = trickle
    begun = time.monotonic()
    quick = Manners(private=True, delay=0, timeout=5, back_off=0.01, attempts=3, patience=0.5)
    fetched = get(trickle if place == "plan" else gives(PDF), manners=quick)
    assert "not here after 0.5 s" in fetched.message
    assert time.monotonic() - begun < 4


def test_waits_count_too(get: Get) -> None:
    begun = time.monotonic()
    quick = Manners(private=True, delay=0, timeout=5, back_off=0.01, attempts=3, patience=1)
    assert get(lambda h: h.say(503, Retry_After="30"), manners=quick).outcome == "failed"
    assert time.monotonic() - begun < 4


@pytest.mark.parametrize(("etag", "total"), [('"v2"', 0), ('"v1"', 5), (None, 0)])
def test_what_is_taken_up_is_one_edition(get: Get, etag: str | None, total: int) -> None:
    """A server that goes on with another edition, whatever it was asked for."""
    new = PDF.replace(b"%PDF-1.7", b"%PDF-2.0")

    def answer(handler: Handler) -> None:
        if handler.nth == 1:
            handler.breaks_off(PDF[:20_000], len(PDF), ETag='"v1"')
        elif handler.headers["Range"]:
            more = {"ETag": etag} if etag else {}
            place = f"bytes 20000-{len(PDF) - 1}/{len(PDF) + total}"
            handler.say(206, new[20_000:], Content_Range=place, **more)
        else:
            handler.say(200, new, ETag='"v2"')

    assert get(answer).path.read_bytes() == new


def test_one_connection_a_host_and_a_pause_between(town: Town, tmp_path: Path) -> None:
    for name in "abc":
        town.answers[f"/{name}.pdf"] = gives(PDF + name.encode())
    source = tmp_path / "plans.csv"
    manifest.write(source, [Entry(url=f"{town.url}/{name}.pdf") for name in "abc"])
    results = fetch(source, tmp_path / "plans", Manners(private=True, delay=0.1))
    assert [r.outcome for r in results] == ["fetched"] * 3
    assert town.most_open == 1
    assert min(b - a for a, b in zip(town.times, town.times[1:])) >= 0.1


def test_two_fetches_cannot_share_a_folder(get: Get, town: Town, tmp_path: Path) -> None:
    def answer(handler: Handler) -> None:
        with pytest.raises(BusyError, match="another fetch"):
            fetch(tmp_path / "plans.csv", tmp_path / "plans", QUICK)
        handler.say(200, PDF)

    assert get(answer).outcome == "fetched"


def test_a_code_in_yaml_keeps_its_zero(tmp_path: Path) -> None:
    path = tmp_path / "plans.yaml"
    path.write_text("- {municipality_code: 01202, file: a.pdf}", encoding="utf-8")
    assert manifest.read(path)[0].municipality_code == "012025"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("{url: ftp://x/a.pdf}", "http"),
        ("{title: x}", "url or a file"),
        ("{file: a.pdf, sha256: abc}", "64"),
        ("{file: a.pdf, municipality_code: '131017'}", "check digit"),
        ("{file: a.pdf, licenze: x}", "licenze"),
        ("nothing", "set of"),
    ],
)
def test_a_manifest_that_cannot_be_right_is_refused(tmp_path: Path, row: str, words: str) -> None:
    path = tmp_path / "plans.yaml"
    path.write_text(f"- {row}\n", encoding="utf-8")
    with pytest.raises(InputError, match=words):
        manifest.read(path)


TABLE = "municipality_code,title,file\n{},{},a.pdf\n"


@pytest.mark.parametrize(
    "data",
    [
        TABLE.format("202053", "飯田市DX推進計画").encode("cp932"),
        TABLE.format("202053", "飯田市DX推進計画").encode("utf-16"),
        TABLE.format("20205", "飯田市DX推進計画").encode("utf-8-sig"),
        TABLE.format("202053.0", "飯田市DX推進計画").replace(",", "\t").encode(),
        "団体コード,計画名,ファイル\r\n202053,飯田市DX推進計画,.\\a.pdf\r\n,,\r\n".encode(),
        f"sep=;\r\n{TABLE.format('２０２０５３', '飯田市DX推進計画').replace(',', ';')}".encode(),
        TABLE.format("'202053", "飯田市DX推進計画").replace("\n", ",,\r").encode(),
    ],
)
def test_a_table_is_read_as_a_spreadsheet_saves_it(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "plans.csv"
    path.write_bytes(data)
    (entry,) = manifest.read(path)
    assert (entry.municipality_code, entry.title, entry.file) == ("202053", "飯田市DX推進計画", "a.pdf")


@pytest.mark.parametrize(
    ("code", "title", "read"),
    [
        ("1202", "", "012025"),  # a spreadsheet drops the zero in front
        ("12025", "函館市DX推進計画", "012025"),
        ("22101", "平川市DX推進計画", "022101"),  # else a ward of Shizuoka
    ],
)
def test_a_code_that_lost_its_zero_is_that_of_the_title(
    tmp_path: Path, code: str, title: str, read: str
) -> None:
    path = tmp_path / "plans.csv"
    path.write_text(TABLE.format(code, title), encoding="utf-8")
    assert manifest.read(path)[0].municipality_code == read


@pytest.mark.parametrize(("code", "title"), [("22101", ""), ("202053", "函館市DX推進計画")])
def test_a_code_of_two_or_of_another_is_refused(tmp_path: Path, code: str, title: str) -> None:
    path = tmp_path / "plans.csv"
    path.write_text(TABLE.format(code, title), encoding="utf-8")
    with pytest.raises(InputError, match="municipality_code"):
        manifest.read(path)
