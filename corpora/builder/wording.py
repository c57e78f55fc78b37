"""The names of boxes, columns and levels in other words: the same plans, printed as another author would.

A reader that knows labels from a list loses such a plan; one that looks at what stands where does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml

from corpora.builder.content import Plan

Words = Literal["usual", "rare", "invented"]
WORDS: tuple[Words, ...] = ("usual", "rare", "invented")
_spoken: ContextVar[Words] = ContextVar("words", default="usual")


@contextmanager
def speaking(words: Words) -> Iterator[None]:
    """Everything drawn inside says its labels in these words."""
    token = _spoken.set(words)
    try:
        yield
    finally:
        _spoken.reset(token)


def say(label: str) -> str:
    """A label in the words spoken now; what is not a label word in it stays.

    >>> with speaking("invented"):
    ...     say("3 用語集")
    '3 ことばの手引'
    >>> say("3 用語集")
    '3 用語集'
    """
    words = _spoken.get()
    if words == "usual":
        return label
    table = _table()
    pattern = "|".join(sorted(map(re.escape, table), key=len, reverse=True))
    return re.sub(pattern, lambda m: table[m[0]][words], label)


def reworded(plan: Plan) -> Plan:
    """The plan with its levels named in the words spoken now."""
    return replace(plan, policies=tuple(replace(p, kind=say(p.kind)) for p in plan.policies))


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, str]]:
    data: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_name("wording.yaml").read_text("utf-8"))
    return {usual: dict(zip(WORDS[1:], others)) for usual, others in data.items()}
