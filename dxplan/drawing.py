"""Pages drawn in processes of their own, with limits: a page may hold half a million lines."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import TimeoutError
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from dxplan.errors import DatasetError

T = TypeVar("T")
SECONDS = 15.0
MEMORY = 2 << 30  # bytes
_AT_ONCE = 2
_TURN = 5.0  # seconds to wait for one of them
_TASKS = 200  # then a fresh process takes its place


class TooMuchError(DatasetError):
    """Drawing would take more than it may; asking again will not help."""


class Drawing:
    """Processes that draw; several threads may ask at the same time."""

    def __init__(self, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._seconds = seconds
        self._turn = threading.Semaphore(_AT_ONCE)
        self._pool = ProcessPool(
            max_workers=_AT_ONCE,
            max_tasks=_TASKS,
            initializer=_start,
            initargs=(memory,),
            context=multiprocessing.get_context("spawn"),
        )

    def __call__(self, draw: Callable[..., T], *arguments: Any) -> T:
        """Have something drawn by a function that a process can import by its name.

        Raises:
            TooMuchError: it takes too long or too much.
            DatasetError: others are being drawn all the time.
        """
        if not self._turn.acquire(timeout=_TURN):
            raise DatasetError("other pages are being drawn; ask again in a moment")
        try:
            found: T = self._pool.schedule(draw, args=arguments, timeout=self._seconds).result()
            return found
        except TimeoutError:
            raise TooMuchError(f"drawing it takes longer than {self._seconds:g} s") from None
        except (ProcessExpired, MemoryError):
            raise TooMuchError("drawing it takes more memory than it may have") from None
        finally:
            self._turn.release()

    def close(self) -> None:
        self._pool.stop()
        self._pool.join()


def limited(draw: Callable[..., T], *arguments: Any, seconds: float = 4 * SECONDS) -> T:
    """Have one thing drawn. Raises as ``Drawing`` does, and what ``draw`` raises."""
    drawing = Drawing(seconds)
    try:
        return drawing(draw, *arguments)
    finally:
        drawing.close()


def _start(memory: int) -> None:
    """End with the process that asked, and (on Linux) fail with MemoryError when it takes too much."""
    if sys.platform == "linux":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        limit = memory if most == resource.RLIM_INFINITY else min(memory, most)
        resource.setrlimit(resource.RLIMIT_AS, (limit, most))
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
