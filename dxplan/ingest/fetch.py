"""Downloading the plans of a manifest, politely: their servers are small, and the files are kept for years.

One connection a host at a time, a pause between two requests, robots.txt respected (RFC 9309), waits that
double after a failure. What was cut off is taken up again where it ended, if the server says that it still
has the same file. An answer takes the place of a file only when it is complete, a plan by its bytes, right
by its checksum, and no shorter than what it replaces.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from hashlib import file_digest
from importlib.metadata import version
from pathlib import Path
from typing import Literal
from urllib.parse import urljoin, urlsplit

import filelock
import httpx
import tenacity
from protego import Protego

from dxplan.errors import BusyError
from dxplan.ingest import manifest
from dxplan.ingest.line import Clock, OutOfTimeError, PrivateAddressError, client
from dxplan.ingest.manifest import Entry
from extract.read.sniff import PDF, sniff
from normalize import durable

_AGENT = "dxplan"
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})  # statuses that another try may mend
_MOST_REDIRECTS = 5
_HEAD = 4096  # bytes that tell what a file is
_LONGEST_WAIT = 300.0  # seconds, whatever a server asks for
_ROBOTS_SIZE = 500 << 10  # RFC 9309, 2.5: at least this much is read


@dataclass(frozen=True, slots=True)
class Manners:
    """How servers are treated. Times in seconds, sizes in bytes."""

    delay: float = 2.0  # between two requests to one host; its Crawl-delay if that is longer
    timeout: float = 30.0  # without a byte
    patience: float = 1800.0  # for one file in all
    attempts: int = 5
    back_off: float = 2.0  # before the second attempt; doubled for each one after it
    max_bytes: int = 1 << 30
    hosts: int = 8  # asked at the same time
    contact: str | None = None  # an address for whoever reads the server's log
    private: bool = False  # whether a name may lead into a private network


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of one plan; ``message`` says why where it failed."""

    entry: Entry
    path: Path
    outcome: Literal["fetched", "kept", "failed"]
    message: str = ""


class _RefusedError(Exception):
    """A failure that another try would not change."""


class _AgainError(Exception):
    """A failure that another try may mend; ``wait`` is what the server asks for, in seconds."""

    def __init__(self, message: str, wait: float = 0.0) -> None:
        super().__init__(message)
        self.wait = wait


_REFUSALS = (_RefusedError, _AgainError, PrivateAddressError, OutOfTimeError)
_BLINK = 0.05  # seconds by which a read may end before the clock that ended it


def fetch(
    path: Path,
    folder: Path,
    manners: Manners | None = None,
    *,
    refresh: bool = False,
    on_result: Callable[[Fetched], None] = lambda fetched: None,
) -> list[Fetched]:
    """Download the plans of a manifest, and leave ``manifest.csv`` beside them, which ``run`` takes.

    A plan that is there already costs no request, unless its checksum is wrong or ``refresh`` asks anew.

    Raises:
        InputError: the manifest makes no sense.
        BusyError: another fetch is writing to ``folder``.
    """
    entries = [entry for entry in manifest.read(path) if entry.url]
    folder.mkdir(parents=True, exist_ok=True)
    by_host: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_host[_host(str(entry.url))].append(entry)
    manners = manners or Manners()
    results: list[Fetched] = []
    with (
        _locked(folder),
        _Web(manners) as web,
        ThreadPoolExecutor(manners.hosts, thread_name_prefix="fetch") as pool,
    ):
        told = threading.Lock()

        def fetch_host(wanted: list[Entry]) -> list[Fetched]:
            done = []
            for entry in wanted:
                done.append(_fetch(web, entry, folder / entry.file_name, refresh))
                with told:
                    on_result(done[-1])
            return done

        for future in as_completed([pool.submit(fetch_host, wanted) for wanted in by_host.values()]):
            results += future.result()
        _note(folder, results)
    return sorted(results, key=lambda fetched: fetched.path)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    lock = filelock.FileLock(folder / ".fetch.lock")
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        raise BusyError(f"another fetch is writing to {folder}; wait until it ends") from None
    try:
        yield
    finally:
        lock.release()


def _note(folder: Path, results: list[Fetched]) -> None:
    """Write the manifest of what is in the folder, with the checksums found."""
    target = folder / "manifest.csv"
    known = manifest.read(target) if target.exists() else []
    here = [
        replace(r.entry, file=r.path.name, sha256=_sha256(r.path) if r.path.exists() else r.entry.sha256)
        for r in results
    ]
    manifest.write(target, manifest.merged(known, here))


def _sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return file_digest(file, "sha256").hexdigest()


# --- one plan -----------------------------------------------------------------------------------------


def _fetch(web: _Web, entry: Entry, target: Path, refresh: bool) -> Fetched:
    if not refresh and _is_good(target, entry):
        return Fetched(entry, target, "kept")
    until = time.monotonic() + web.manners.patience

    def is_over(state: tenacity.RetryCallState) -> bool:
        return state.attempt_number >= web.manners.attempts or time.monotonic() + web.pause(state) > until

    tries = tenacity.Retrying(
        stop=is_over,
        wait=web.pause,
        retry=tenacity.retry_if_exception_type((_AgainError, httpx.TransportError)),
        reraise=True,
    )
    part = _Part(target)
    try:
        for attempt in tries:
            with attempt:
                _download(web, entry, part, until)
        part.check(entry, target)
    except (*_REFUSALS, httpx.HTTPError, httpx.InvalidURL) as error:
        late = isinstance(error, OutOfTimeError) or (
            isinstance(error, httpx.TimeoutException) and time.monotonic() >= until - _BLINK
        )
        why = f"not here after {web.manners.patience:g} s; run it again to go on" if late else str(error)
        return Fetched(entry, target, "failed", why or type(error).__name__)
    except OSError as error:
        return Fetched(entry, target, "failed", f"cannot be written: {error}")
    if target.exists() and _sha256(target) == _sha256(part.path):
        part.drop()
        return Fetched(entry, target, "kept")
    part.publish(target)
    return Fetched(entry, target, "fetched")


def _is_good(path: Path, entry: Entry) -> bool:
    if not path.exists():
        return False
    return _sha256(path) == entry.sha256 if entry.sha256 else _media_type(path) == _wanted(path)


def _media_type(path: Path) -> str:
    with open(path, "rb") as file:
        return sniff(file.read(_HEAD))


def _wanted(target: Path) -> str:
    return PDF if target.suffix == ".pdf" else "text/plain"


def _download(web: _Web, entry: Entry, part: _Part, until: float) -> None:
    """Ask once, and add what comes to what is there."""
    with web.get(str(entry.url), part.resume_headers(), until) as response:
        if response.status_code == 416:
            part.drop()
            raise _AgainError("the server has less than it sent before")
        _require_success(response)
        part.begin(response)
        with open(part.path, "ab") as file:
            for data in response.iter_raw():
                file.write(data)
                if file.tell() > web.manners.max_bytes:
                    part.drop()
                    raise _RefusedError(f"larger than {web.manners.max_bytes >> 20} MiB; raise --max-size")
        if "content-length" not in response.headers and "chunked" not in response.headers.get(
            "transfer-encoding", ""
        ):
            part.require_end()


def _require_success(response: httpx.Response) -> None:
    status = response.status_code
    if status in _PASSING:
        raise _AgainError(f"the server answered {status}", _asked_wait(response))
    if status not in (200, 206):
        raise _RefusedError(f"the server answered {status}")
    if response.headers.get("content-encoding", "identity") != "identity":
        raise _RefusedError(f"the server sent {response.headers['content-encoding']} though not asked to")


def _asked_wait(response: httpx.Response) -> float:
    """Seconds of a Retry-After header (RFC 9110, 10.2.3), 0 without one."""
    value = response.headers.get("retry-after", "")
    try:
        seconds = float(value) if value.isdigit() else parsedate_to_datetime(value).timestamp() - time.time()
    except (TypeError, ValueError):
        return 0.0
    return min(max(seconds, 0.0), _LONGEST_WAIT)


class _Part:
    """A download that may not be whole yet, and its mark: by what the server knows the file, and its size."""

    def __init__(self, target: Path) -> None:
        self.path = target.with_name(f".{target.name}.part")
        self.mark = target.with_name(f".{target.name}.mark")

    def resume_headers(self) -> dict[str, str]:
        """Ask for the rest, but only of the very file that was begun (RFC 9110, 13.1.5)."""
        name = self._marked().get("name")
        if name and self.path.exists() and (size := self.path.stat().st_size):
            return {"Range": f"bytes={size}-", "If-Range": name}
        return {}

    def _marked(self) -> dict[str, str]:
        try:
            found = json.loads(self.mark.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def begin(self, response: httpx.Response) -> None:
        size = self.path.stat().st_size if self.path.exists() else 0
        if response.status_code == 206:
            place, _, total = response.headers.get("content-range", "").partition("/")
            marked = self._marked()
            if not place.startswith(f"bytes {size}-"):
                self.drop()
                raise _AgainError("the server sent another part than was asked for")
            if _name(response) != marked.get("name") or total != marked.get("total", total):
                self.drop()
                raise _AgainError("the server has another edition than was begun")
            return
        self.drop()
        self.path.touch()
        if name := _name(response):
            total = response.headers.get("content-length")
            mark = {"name": name} | ({"total": total} if total else {})
            durable.write(self.mark, json.dumps(mark).encode())

    def require_end(self) -> None:
        """Where the server does not tell the length, only the PDF's own end mark shows that all is here."""
        with open(self.path, "rb") as file:
            file.seek(max(0, self.path.stat().st_size - _HEAD))
            tail = file.read()
        if self.path.name.endswith(".pdf.part") and b"%%EOF" not in tail:
            self.drop()
            raise _AgainError("the answer ends in the middle of the PDF")

    def check(self, entry: Entry, target: Path) -> None:
        """Refuse what must not be kept, and drop it.

        Raises:
            _RefusedError: no plan, a wrong checksum, or shorter than the file it would replace.
        """
        found = _media_type(self.path)
        size, old = self.path.stat().st_size, target.stat().st_size if target.exists() else 0
        if not size:
            reason = "the answer is empty"
        elif found != _wanted(target):
            reason = f"the answer is {found}, not {_wanted(target)}; look for the new address"
        elif entry.sha256 and (digest := _sha256(self.path)) != entry.sha256:
            reason = f"the checksum is {digest}, not the manifest's; was the plan replaced?"
        elif size < old and not entry.sha256:
            reason = (
                f"the answer has {size} bytes, the file here {old}; delete the file to take the shorter one"
            )
        else:
            return
        self.drop()
        raise _RefusedError(reason)

    def publish(self, target: Path) -> None:
        durable.sync(self.path)
        os.replace(self.path, target)
        durable.sync(target.parent)
        self.mark.unlink(missing_ok=True)

    def drop(self) -> None:
        self.path.unlink(missing_ok=True)
        self.mark.unlink(missing_ok=True)


def _name(response: httpx.Response) -> str | None:
    """What the server calls this edition of the file: a strong ETag, or the time it was changed."""
    etag: str = response.headers.get("etag", "")
    return etag if etag.startswith('"') else response.headers.get("last-modified")


# --- hosts --------------------------------------------------------------------------------------------


def _host(url: str) -> str:
    """Scheme, name and port of a URL; a user's name and the case of letters make no other server.

    >>> _host("https://user@WWW.example.jp:443/dx.pdf") == _host("https://www.example.jp/")
    True
    """
    try:
        parts = httpx.URL(url)
        name = f"[{parts.host}]" if ":" in parts.host else parts.host
        return f"{parts.scheme}://{name.rstrip('.')}" + (f":{parts.port}" if parts.port else "")
    except (httpx.InvalidURL, UnicodeError):
        return url


@dataclass(slots=True)
class _Host:
    """One server: who holds ``lock`` may speak to it."""

    client: httpx.Client
    clock: Clock
    lock: threading.Lock = field(default_factory=threading.Lock)
    rules: Protego | None = None
    free_at: float = 0.0


class _Web:
    """All servers of a fetch. Use it as a context manager, which closes the connections."""

    def __init__(self, manners: Manners) -> None:
        self.manners = manners
        self._agent = f"{_AGENT}/{version('dxplan')}" + (f" ({manners.contact})" if manners.contact else "")
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()
        self._doubling = tenacity.wait_exponential(manners.back_off, max=_LONGEST_WAIT)

    def __enter__(self) -> _Web:
        return self

    def __exit__(self, *reason: object) -> None:
        for host in self._hosts.values():
            host.client.close()

    def pause(self, state: tenacity.RetryCallState) -> float:
        """Seconds before the next attempt: doubled each time, or more if the server asks for more."""
        error = state.outcome.exception() if state.outcome else None
        return max(self._doubling(state), error.wait if isinstance(error, _AgainError) else 0.0)

    @contextmanager
    def get(self, url: str, headers: dict[str, str], until: float) -> Iterator[httpx.Response]:
        """Open the answer to a request, redirects followed; every host on the way is asked politely.

        Raises:
            _RefusedError: robots.txt forbids it, or redirects lead nowhere.
            OutOfTimeError: it is later than ``until``; headers, bodies, robots.txt and waits all count.
            PrivateAddressError: the way leads into a private network.
        """
        for _ in range(_MOST_REDIRECTS + 1):
            host = self._at(url)
            with _held(host, until):
                self._require_allowed(host, url)
                with self._request(host, url, headers) as response:
                    if not response.has_redirect_location:
                        yield response
                        return
                    url = urljoin(url, response.headers["location"])
            if urlsplit(url).scheme not in ("http", "https"):
                raise _RefusedError(f"redirected to {url}")
        raise _RefusedError(f"redirected more than {_MOST_REDIRECTS} times")

    def _at(self, url: str) -> _Host:
        with self._lock:
            if (host := self._hosts.get(_host(url))) is None:
                clock = Clock()
                speaks = client(
                    clock,
                    private=self.manners.private,
                    headers={"User-Agent": self._agent, "Accept-Encoding": "identity"},
                    timeout=self.manners.timeout,
                )
                host = self._hosts[_host(url)] = _Host(speaks, clock)
            return host

    @contextmanager
    def _request(self, host: _Host, url: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
        host.clock.sleep(max(0.0, host.free_at - time.monotonic()))
        try:
            with host.client.stream("GET", url, headers=headers) as response:
                yield response
        finally:
            asked = host.rules.crawl_delay(_AGENT) if host.rules else None
            host.free_at = time.monotonic() + max(self.manners.delay, min(asked or 0.0, _LONGEST_WAIT))

    def _require_allowed(self, host: _Host, url: str) -> None:
        if host.rules is None:
            host.rules = Protego.parse(self._robots(host, _host(url) + "/robots.txt"))
        if not host.rules.can_fetch(url, _AGENT):
            raise _RefusedError(
                "the server's robots.txt does not allow it; ask its owner, or fetch it by hand"
            )

    def _robots(self, host: _Host, url: str) -> str:
        """The server's robots.txt, empty where it has none; one that cannot be read forbids all."""
        for _ in range(_MOST_REDIRECTS + 1):
            with self._request(host, url, {}) as response:
                status = response.status_code
                if response.has_redirect_location and _host(
                    urljoin(url, response.headers["location"])
                ) == _host(url):
                    url = urljoin(url, response.headers["location"])
                elif 200 <= status < 300:
                    return self._text(response)
                elif status in _PASSING or status >= 500:
                    raise _AgainError(
                        f"robots.txt cannot be read: the server answered {status}", _asked_wait(response)
                    )
                else:
                    return ""
        return ""

    def _text(self, response: httpx.Response) -> str:
        """The whole text of robots.txt. One that was cut off is refused: the missing part may forbid this."""
        data = b""
        until = time.monotonic() + self.manners.timeout
        for piece in response.iter_raw():
            data += piece
            if len(data) > _ROBOTS_SIZE:
                raise _RefusedError(f"robots.txt is larger than {_ROBOTS_SIZE >> 10} KiB: it may forbid this")
            if time.monotonic() > until:
                raise _AgainError(f"robots.txt is not here after {self.manners.timeout:g} s")
        return data.decode("utf-8", "replace")


@contextmanager
def _held(host: _Host, until: float) -> Iterator[None]:
    """Hold a host's lock while one request is made."""
    if not host.lock.acquire(timeout=max(0.0, min(until - time.monotonic(), threading.TIMEOUT_MAX))):
        raise OutOfTimeError
    host.clock.until = until
    try:
        yield
    finally:
        host.lock.release()
