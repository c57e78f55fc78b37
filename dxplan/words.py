"""What tables, columns and values are called, in Japanese and English (``words.yaml``)."""

from __future__ import annotations

import locale
import os
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final, Literal

import yaml

Language = Literal["ja", "en"]
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where PyYAML came with it
LANGUAGES: Final[tuple[Language, ...]] = ("ja", "en")


@cache
def words(package: str = "dxplan") -> Mapping[str, Mapping[str, str]]:
    """Texts by name, each with one text a language, of the ``words.yaml`` of a package."""
    text = resources.files(package).joinpath("words.yaml").read_text(encoding="utf-8")
    return {name: dict(zip(LANGUAGES, both, strict=True)) for name, both in yaml.load(text, _LOADER).items()}


def say(language: str, name: str, /, **values: object) -> str:
    """The text of that name. A name without text is said as it is: a column that is new, a code.

    >>> say("ja", "columns.target_fy"), say("en", "columns.no_such_column")
    ('目標年度', 'no such column')
    """
    both = words().get(name)
    text = both[language] if both else name.rsplit(".", 1)[-1].replace("_", " ")
    return text.format(**values) if values else text


def choice(language: str, column: str, value: str) -> str:
    """A value of a column with a choice: as it is said of that column, else of any.

    >>> choice("ja", "target_bound", "exact"), choice("ja", "span_certainty", "exact")
    ('ちょうど', '確定')
    """
    own = f"choice.{column}.{value}"
    return say(language, own if own in words() else f"choice.{value}")


def reader_language() -> Language:
    """The language of this machine's user, by the locale: Japanese, or else English."""
    told = next((v for n in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := os.environ.get(n))), "")
    return "ja" if (told or locale.getlocale()[0] or "").lower().startswith("ja") else "en"
