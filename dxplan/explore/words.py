"""What the pages say, in Japanese and English: their own ``words.yaml``, and the words of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NoReturn

from flask import abort, g

from dxplan import words as contract
from dxplan.words import LANGUAGES

__all__ = ["LANGUAGES", "refuse", "say", "words"]


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """Texts by name, each with one text a language."""
    return {**contract.words(), **contract.words("dxplan.explore")}


def say(language: str, name: str, /, **values: object) -> str:
    """The text of that name. A name without text is said as it is: a column that is new, a code."""
    both = words().get(name)
    if both is None:
        return contract.say(language, name, **values)
    return both[language].format(**values) if values else both[language]


def refuse(code: int, name: str, /, **values: object) -> NoReturn:
    """Answer with an error that says why in the reader's language: the text ``why.NAME``."""
    abort(code, say(g.language, f"why.{name}", **values))
