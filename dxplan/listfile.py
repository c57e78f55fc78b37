"""YAML lists that people and programs append to: read fast, appended to in one step, usable when cut off.

What a stopped program has left of a last entry is not read, but told, and kept as a comment by the next
addition. Everything else that cannot be understood is an error that says where.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import Any, Generic, TypeVar

import filelock
import yaml

from dxplan.errors import BusyError, InputError
from normalize import durable

T = TypeVar("T")
_OPENING = re.compile(r"[\[{]|[-?:](?=\s)")  # what may open a level
_DEEPEST = 100
_PATIENCE = 10.0  # seconds to wait for another that is adding


class CutOff(ValueError):  # noqa: N818 (said by who reads an entry: it ends too early)
    """An entry is the beginning of one."""


def whole(entry: Any, names: Sequence[str], make: Callable[[dict[str, Any]], T]) -> T:
    """Make something of an entry with fields of these names, in this order; those left out are None.

    Raises:
        CutOff: it is the beginning of an entry.
        ValueError: it is something else.
    """
    try:
        if not isinstance(entry, dict):
            raise ValueError("no entry")
        if unknown := sorted(map(str, entry.keys() - set(names))):
            raise ValueError(f"unknown field {', '.join(unknown)}")
        return make({name: entry.get(name) for name in names})
    except (TypeError, ValueError) as error:
        if isinstance(entry, dict):
            begun = list(entry) == list(names[: len(entry)]) and len(entry) < len(names)
        else:
            begun = entry is None or (isinstance(entry, str) and names[0].startswith(entry))
        raise (CutOff if begun else ValueError)(str(error)) from error


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """The entries of a file, and the text of a last one that is no whole entry."""

    entries: tuple[T, ...]
    unfinished: str = ""


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Dates stay the text they are, as in the dataset."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_known: dict[Path, tuple[bytes, Listed[Any]]] = {}
_lock = Lock()


def read(path: Path, make: Callable[[Any], T]) -> Listed[T]:
    """Read a list, each entry made by ``make``; nothing where there is no file.

    Of a file that has only grown, only what is new is read.

    Raises:
        InputError: it is no list, or an entry is wrong; says which and why.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Listed(())
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    with _lock:
        before, known = _known.get(path, (b"", Listed(())))
        if data == before:
            return known
        if _has_grown(before, data) and not known.unfinished:
            more = _made(path, data[len(before) :], make, len(known.entries))
            found = Listed((*known.entries, *more.entries), more.unfinished)
        else:
            found = _made(path, data, make, 0)
        _known[path] = data, found
        return found


def _has_grown(before: bytes, data: bytes) -> bool:
    return before.endswith(b"\n") and data.startswith(before) and data[len(before) :][:1] in (b"-", b"#")


def _made(path: Path, data: bytes, make: Callable[[Any], T], n_before: int) -> Listed[T]:
    try:
        values, rest = _parsed(data), b""
    except RecursionError as error:
        raise InputError(f"{path} is nested too deeply; mend it, or move it away") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        whole, rest = _without_last(data)
        try:
            values = _parsed(whole) if rest.startswith(b"-") else None
        except (yaml.YAMLError, UnicodeDecodeError):
            values = None
        if values is None:
            raise InputError(f"{path} cannot be read: {error}; mend it, or move it away") from error
    if not isinstance(values, list):
        raise InputError(f"{path} is no list; mend it, or move it away")
    made: list[T] = []
    for n, value in enumerate(values, 1):
        try:
            made.append(make(value))
        except CutOff as error:
            if n < len(values) or rest:
                raise _wrong(path, n_before + n, error) from error
            rest = _without_last(data)[1]
        except (TypeError, ValueError) as error:
            raise _wrong(path, n_before + n, error) from error
    return Listed(tuple(made), rest.decode("utf-8", "replace").strip())


def _parsed(data: bytes) -> Any:
    text = data.decode("utf-8-sig")
    if any(len(_OPENING.findall(entry)) > _DEEPEST for entry in text.split("\n- ")):
        _require_flat(text)
    values = yaml.load(text, _Loader)
    return [] if values is None else values


def _require_flat(text: str) -> None:
    """Refuse what is nested so deeply that the fast parser, which is written in C, would end the process.

    Raises:
        RecursionError: it is.
    """
    depth = 0
    for event in yaml.parse(text, _Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise RecursionError


def _without_last(data: bytes) -> tuple[bytes, bytes]:
    """Cut before the last line that begins an entry."""
    at = data.rfind(b"\n- ") + 1
    return data[:at], data[at:]


def _wrong(path: Path, n: int, error: Exception) -> InputError:
    return InputError(f"{path}, entry {n}: {error}; mend or delete that entry")


def append(path: Path, entries: Iterable[Any], make: Callable[[Any], object]) -> None:
    """Add entries to a list, all or none; ``make`` says whether those that are there are whole.

    Raises:
        InputError: what is there cannot be understood, or another holds it.
        OSError: it cannot be written; what was there is there still.
    """
    added = text(entries)
    with _only_one(path):
        unfinished = read(path, make).unfinished
        data = path.read_bytes() if path.exists() else b""
        if unfinished:
            data, rest = _without_last(data)
            data += b"".join(b"# cut off: " + line + b"\n" for line in rest.splitlines())
        ended = b"" if data.endswith(b"\n") or not data else b"\n"  # a hand may have left the last line open
        durable.write(path, data + ended + added.encode())


def take_out(path: Path, make: Callable[[Any], T], is_meant: Callable[[T], bool]) -> bool:
    """Take the entries that are meant out of a list; the lines of the others stay as they are.

    Returns:
        Whether there was one.

    Raises:
        InputError: what is there cannot be understood, or is not written an entry after the other.
        OSError: it cannot be written; what was there is there still.
    """
    with _only_one(path):
        entries = read(path, make).entries
        meant = {n for n, entry in enumerate(entries) if is_meant(entry)}
        if not meant:
            return False
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        begins = [n for n, line in enumerate(lines) if line.startswith("- ")]
        if len(begins) != len(entries):
            raise InputError(
                f"{path}: entry {min(meant) + 1} cannot be told from the others; delete it by hand"
            )
        ends = [*begins[1:], len(lines)]
        kept = [lines[begins[n] : ends[n]] for n in range(len(entries)) if n not in meant]
        rest = [*lines[: begins[0]], *chain.from_iterable(kept)]
        durable.write(path, "".join(rest).encode())
    return True


def text(entries: Iterable[Any]) -> str:
    """Entries as they stand in a file."""
    return yaml.safe_dump(list(entries), allow_unicode=True, sort_keys=False, width=100)


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    """Hold a list against others; released when the process ends, however it does.

    Raises:
        BusyError: another holds it.
    """
    folder = path.parent / ".dxplan"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with filelock.FileLock(folder / f"{path.name}.lock", timeout=_PATIENCE):
            yield
    except filelock.Timeout:
        raise BusyError(f"another program is writing to {path}; try again") from None


def told(path: Path, listed: Listed[Any]) -> Sequence[str]:
    """What a person should know of how a list was read."""
    if not listed.unfinished:
        return ()
    left = f"{listed.unfinished!r:.120}"
    return (f"{path}: the last entry was cut off while it was written and is left out: {left}",)
