"""The application: who may talk to it, in which language, and what every page has."""

from __future__ import annotations

import errno
import hmac
import ipaddress
import re
import secrets
import select
import socket
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb
from flask import Flask, Response, current_app, g, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from dxplan import words as contract
from dxplan.dataset.gantt import describe
from dxplan.errors import BusyError, DxplanError, InputError
from dxplan.explore import views
from dxplan.explore.data import LOW, NAMES, Library
from dxplan.explore.pictures import Pictures
from dxplan.explore.words import LANGUAGES, refuse, say
from dxplan.views.compare import said

_YEAR = 365 * 24 * 3600
_THREADS = 16  # answers at the same time; a few may wait for pictures
_SERVING: Mapping[str, Any] = {
    "threads": _THREADS,
    "connection_limit": 800 if hasattr(select, "poll") else 400,  # half requests take one each, and no thread
    "channel_timeout": 20,  # seconds until one that says nothing is closed
    "cleanup_interval": 5,
    "asyncore_use_poll": hasattr(select, "poll"),
    "outbuf_high_watermark": 1 << 30,  # bytes: no thread waits for one who takes his answer slowly
}
_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]{2,45}\]|[^\[\]:/?#@\s]{0,253})(?::\d{1,5})?")
_LARGEST_POST = 1 << 20  # bytes
_HEADERS = {
    # Nothing but the page's own files: whatever a plan's text holds, no script runs and no request leaves.
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def create_app(folder: str | Path, *, sources: str | Path | None = None, hosts: Iterable[str] = ()) -> Flask:
    """Make the application for the dataset in ``folder``.

    Args:
        folder: the dataset.
        sources: folder of the original files, where they are no longer where the run read them.
        hosts: names it may be asked by, beside localhost and addresses.

    Raises:
        DatasetError: no dataset there.
    """
    app = Flask("dxplan.explore", root_path=str(Path(__file__).parent))
    app.config.update(MAX_CONTENT_LENGTH=_LARGEST_POST, HOSTS={"localhost", *hosts})
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    where = Path(sources) if sources is not None else None
    library = app.extensions["library"] = Library(Path(folder), where)
    app.extensions["pictures"] = Pictures(library.snapshot.dataset)
    app.extensions["token"] = secrets.token_urlsafe()
    app.before_request(_choose_language)
    app.before_request(_guard)
    app.after_request(_finish)
    app.context_processor(_for_every_page)
    app.template_filter("number")(_number)
    app.template_filter("shown")(_shown)
    app.jinja_env.globals |= {"choice": _choice, "in_words": _in_words}
    app.register_error_handler(HTTPException, _tell)
    app.register_error_handler(DxplanError, _tell)
    for odd in (duckdb.DataError, duckdb.ProgrammingError, OverflowError, UnicodeError):
        app.register_error_handler(odd, _tell_odd)
    app.register_blueprint(views.pages)
    return app


def serve(
    folder: str | Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    sources: str | Path | None = None,
    on_start: Callable[[str], None] = lambda address: None,
) -> None:
    """Serve the dataset until interrupted.

    Args:
        folder: the dataset.
        host: address to listen on.
        port: port to listen on; 0 takes a free one.
        sources: folder of the original files, see ``create_app``.
        on_start: called with the address to open, once it is being served.

    Raises:
        DatasetError: no dataset there.
        BusyError: the port is in use.
    """
    from waitress.server import create_server

    hosts = set() if _is_loopback(host) else {host, socket.gethostname(), socket.getfqdn()}
    app = create_app(folder, sources=sources, hosts=hosts)
    try:
        server: Any = create_server(app, host=host, port=port, **_SERVING)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise BusyError(f"port {port} is in use; give another, or 0 for a free one") from None
        raise
    # A name may stand for several addresses; then there is a socket for each.
    port = server.effective_listen[0][1] if hasattr(server, "effective_listen") else server.effective_port
    on_start(f"http://{f'[{host}]' if ':' in host else host}:{port}")
    server.run()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


# --- who may talk to it -------------------------------------------------------------------------------


def _guard() -> Response | None:
    """Refuse what another site makes a browser do here: names rebound to this address, forged forms."""
    if not _HOST.fullmatch(request.host):  # of such a page no address can be made
        return Response(say(g.language, "why.odd"), 400, mimetype="text/plain")
    name = urlsplit(f"//{request.host}").hostname or ""
    if "endpoint" in request.args:
        refuse(400, "odd")
    if not (_is_address(name) or name in current_app.config["HOSTS"]):
        refuse(403, "name", name=name)
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return None
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        refuse(403, "site")
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        refuse(403, "site")
    token = request.form.get("token", "")
    if not token.isascii():
        refuse(400, "form")
    if not hmac.compare_digest(token, current_app.extensions["token"]):
        refuse(403, "form")
    return None


def _is_address(name: str) -> bool:
    """An address, unlike a name, cannot be rebound."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


# --- what every page has ------------------------------------------------------------------------------


def _choose_language() -> None:
    asked = request.args.get("lang") or request.cookies.get("lang")
    best = request.accept_languages.best_match(LANGUAGES, default="ja")
    g.language = asked if asked in LANGUAGES else best


def _finish(response: Response) -> Response:
    response.headers.extend(_HEADERS)
    if styles := g.get("styles"):  # of a page that carries its style sheet with it
        policy = _HEADERS["Content-Security-Policy"].replace("style-src", f"style-src {styles}")
        response.headers["Content-Security-Policy"] = policy
    if request.endpoint == "static":
        response.cache_control.max_age = 3600
    elif "Cache-Control" not in response.headers:
        response.cache_control.no_store = True
    if request.args.get("lang") in LANGUAGES:
        response.set_cookie("lang", g.language, max_age=_YEAR, httponly=True, samesite="Strict")
    return response


def _for_every_page() -> dict[str, Any]:
    library: Library = current_app.extensions["library"]

    def t(name: str, /, **values: object) -> str:
        return say(g.language, name, **values)

    def years(row: Mapping[str, Any]) -> str:
        return describe(row, t("latest"))

    def here(endpoint: str | None = None, /, **changes: Any) -> str:
        """The address of this page, or another, with these parameters changed; None takes one away."""
        arguments = {**request.args.to_dict(), **(request.view_args or {}), **changes}
        # A name that starts with an underscore would be an order to url_for (_scheme, _external).
        kept = {
            k: v
            for k, v in arguments.items()
            if v not in (None, "") and not k.startswith("_") and k != "endpoint"
        }
        return url_for(endpoint or request.endpoint or "pages.home", **kept)

    return {
        "t": t,
        "here": here,
        "language": g.get("language", "ja"),
        "token": current_app.extensions["token"],
        "author": request.cookies.get("author", ""),
        "library": library,
        "names": NAMES,
        "low": LOW,
        "years": years,
    }


def _choice(column: str, value: str) -> str:
    """A value of a column with a choice, in the reader's language."""
    return contract.choice(g.language, column, value)


def _in_words(column: str, value: str | None) -> str:
    """What a comparison says in a column, in the reader's language: years by era in Japanese."""
    return str(said.value(column, value) if g.language == "ja" else value) if value else ""


def _number(value: object) -> str:
    return f"{value:,.12g}" if isinstance(value, int | float) else ""


def _shown(value: object) -> str:
    """A value of any column."""
    if value is None or value == []:
        return "–"
    if isinstance(value, dict):  # how a verdict names a measure
        return f"{value['number'] or ''} {value['title']}".strip()
    if isinstance(value, list):
        return "、".join(map(str, value))
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _tell_odd(error: Exception) -> tuple[str, int]:
    """Answer 400 to a request whose numbers or text cannot be used in a query."""
    return render_template("error.html", code=400, message=say(g.get("language", "ja"), "why.odd")), 400


def _tell(error: HTTPException | DxplanError) -> tuple[str, int] | Response:
    if isinstance(error, HTTPException):
        if error.response is not None or error.code is None or error.code < 400:
            return error.get_response()  # type: ignore[return-value]
        told = error.description if error.description != type(error).description else None
        message = told or say(g.get("language", "ja"), f"why.{error.code}")
        return render_template("error.html", code=error.code, message=message), error.code
    code = 409 if isinstance(error, InputError) else 503  # a file to be mended; a dataset being replaced
    return render_template("error.html", code=code, message=str(error)), code
