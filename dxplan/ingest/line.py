"""HTTP connections with one time limit over all they do, and no private addresses unless allowed.

A server may send a byte every few seconds for ever, in its headers as well, and a name may lead into the
network of whoever fetches. Here both are looked at where bytes move: each read has what is left of the clock,
and the address that was looked at is the one that is connected to.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import httpcore
import httpx


class PrivateAddressError(Exception):
    """A name leads into a private network."""


class OutOfTimeError(Exception):
    """The clock has run out."""


@dataclass(slots=True)
class Clock:
    """Until when (``time.monotonic``) one thing may take, whatever it is made of."""

    until: float = field(default=float("inf"))

    def left(self, most: float | None = None) -> float | None:
        """Seconds that are left, at most so many.

        Raises:
            OutOfTimeError: none.
        """
        seconds = self.until - time.monotonic()
        if seconds <= 0:
            raise OutOfTimeError
        if seconds == float("inf"):
            return most
        return seconds if most is None else min(most, seconds)

    def sleep(self, seconds: float) -> None:
        """Wait. Raises ``OutOfTimeError`` at once where that would take longer than is left."""
        if time.monotonic() + seconds > self.until:
            raise OutOfTimeError
        time.sleep(max(0.0, seconds))


def client(clock: Clock, *, private: bool, **options: Any) -> httpx.Client:
    """A client with one connection, all of it under ``clock``; ``private`` allows private addresses."""
    transport = httpx.HTTPTransport(limits=httpx.Limits(max_connections=1))
    transport._pool._network_backend = _Line(clock, private)
    return httpx.Client(transport=transport, **options)


class _Line(httpcore.NetworkBackend):
    """Connects to the addresses of a name that may be connected to."""

    def __init__(self, clock: Clock, private: bool) -> None:
        self._clock, self._private = clock, private
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        refused: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in _addresses(host, port):
            if not self._private and not _is_public(address):
                raise PrivateAddressError(
                    f"{host} is {address}, in a private network; --allow-private asks there"
                )
            try:
                seconds = self._clock.left(timeout)
                stream = self._inner.connect_tcp(address, port, seconds, local_address, socket_options)
                return _Timed(stream, self._clock)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                refused = error
        raise refused


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"{host} has no address: {error}") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _is_public(address: str) -> bool:
    """Whether an address is one of the public internet.

    >>> _is_public("192.168.1.1"), _is_public("::ffff:127.0.0.1"), _is_public("210.148.1.1")
    (False, False, True)
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None) or found
    return inner.is_global and not inner.is_multicast


class _Timed(httpcore.NetworkStream):
    """A connection on which nothing takes longer than is left."""

    def __init__(self, inner: httpcore.NetworkStream, clock: Clock) -> None:
        self._inner, self._clock = inner, clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._clock.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._clock.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, self._clock.left(timeout))
        return _Timed(inner, self._clock)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
