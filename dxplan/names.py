"""Names as people type them: an id, a title, a municipality; the nearest ones where none is meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from unicodedata import normalize as unicode_form

from dxplan.errors import DatasetError, InputError
from dxplan.tables import TABLES
from dxplan.words import words

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_NEAREST = 5


def plain(text: str) -> str:
    """Text that is safe to print: control characters, and those that turn its direction, become �.

    >>> plain("計画\\x1b[2J.pdf")
    '計画�[2J.pdf'
    """
    return _CONTROL.sub("\ufffd", text)


def _folded(name: str) -> str:
    from normalize.vocabulary import folded  # loaded where a name is looked for

    return folded(name)


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """Names that look like one, or hold it, the nearest first; the first few of all where none does."""
    names = list(dict.fromkeys(filter(None, known)))
    key = _folded(name)
    holding = [n for n in names if key and (key in _folded(n) or _folded(n) in key)]
    by_key = {_folded(n): n for n in reversed(names)}
    alike = [by_key[k] for k in difflib.get_close_matches(key, by_key, _NEAREST, 0.4)]
    return list(dict.fromkeys([*holding, *alike]))[:_NEAREST] or names[:_NEAREST]


def matching(name: str, known: Mapping[str, Iterable[str]]) -> list[str]:
    """The ids that a name stands for: its own, else one whose names are this but for width and case."""
    if name in known:
        return [name]
    exact = unicode_form("NFC", name)
    found = [one for one, names in known.items() if exact in names]
    return found or [one for one, names in known.items() if _folded(name) in map(_folded, names)]


def by_part(name: str, known: Mapping[str, Iterable[str]]) -> list[str]:
    """The ids of which a name holds ``name``: the one meant, if there is only one.

    >>> by_part("待ち", {"waiting_time": ["窓口の待ち時間"], "visitors": ["来庁者数"]})
    ['waiting_time']
    """
    key = _folded(name)
    return [one for one, names in known.items() if key and any(key in _folded(n) for n in names)]


def one_of(
    name: str,
    known: Mapping[str, Iterable[str]],
    what: str,
    *,
    also: Callable[[str], str] = lambda name: name,
    error: type[Exception] = InputError,
) -> str:
    """The one id that a name stands for; ``also`` says how it may be meant otherwise.

    Raises:
        error: none, with the nearest names, or several.
    """
    found = matching(name, known) or matching(also(name), known)
    if len(found) == 1:
        return found[0]
    if found:
        raise error(f"{len(found)} answer to {name!r}: {', '.join(found[:20])}; give one of these")
    near = nearest(name, (n for one, names in known.items() for n in (*names, one)))
    raise error(
        f"no {what} is called {name!r}; " + (f"near it: {', '.join(near)}" if near else "there is none")
    )


def item_id(text: str) -> str | None:
    """The item of the national plan that a text names: its id, a title of it, or another word for it.

    >>> item_id("情報格差"), item_id("デジタルデバイド対策"), item_id("天気")
    ('digital_divide', 'digital_divide', None)
    """
    from normalize import national_plan

    plan = national_plan.national_plan()
    titles = {
        one.id: {one.title, *(e.titles[one.id] for e in plan.editions if one.id in e.titles)}
        for one in plan.items
    }
    if found := matching(text, titles):
        return found[0]
    said = [link.item for link in national_plan.link(text) if link.basis != "content"]
    if not said:
        said = by_part(text, titles)
    return said[0] if len(said) == 1 else None


def no_item(text: str) -> str:
    """What to say of a text that names no item."""
    from normalize.national_plan import national_plan

    items = national_plan().items
    near = nearest(text, (name for one in items for name in (one.title, one.id)))
    return f"no item {text!r}; near it: {', '.join(near)}; there are {', '.join(one.id for one in items)}"


def table_id(text: str) -> str:
    """The table that a name means: its own, or what people call it.

    >>> table_id("kpis"), table_id("指標"), table_id("Indicators")
    ('kpis', 'kpis', 'kpis')

    Raises:
        DatasetError: no such table; the message has all of them.
    """
    called = {name: list(words().get(f"tables.{name}", {}).values()) for name in TABLES}
    if len(found := matching(text, called)) == 1:
        return found[0]
    listed = ", ".join(f"{name} ({called[name][0]})" if called[name] else name for name in TABLES)
    raise DatasetError(f"no table {text!r}; there are {listed}")
