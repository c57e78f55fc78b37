"""What the pages say, in Japanese and English: ``words.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final, NoReturn

import yaml
from flask import abort, g

LANGUAGES: Final = ("ja", "en")


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """Texts by name, each with one text a language."""
    text = resources.files("dxplan.explore").joinpath("words.yaml").read_text(encoding="utf-8")
    return {name: dict(zip(LANGUAGES, both, strict=True)) for name, both in yaml.safe_load(text).items()}


def say(language: str, name: str, /, **values: object) -> str:
    """The text of that name. A name without text is said as it is: a column that is new, a code."""
    both = words().get(name)
    text = both[language] if both else name.rsplit(".", 1)[-1].replace("_", " ")
    return text.format(**values) if values else text


def refuse(code: int, name: str, /, **values: object) -> NoReturn:
    """Answer with an error that says why in the reader's language: the text ``why.NAME``."""
    abort(code, say(g.language, f"why.{name}", **values))
