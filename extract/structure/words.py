"""What words say of a text's role: one kind of evidence, each with its strength.

1 where the vocabulary has the text, less where it has only a part of it. A role may be told by place, content
and repetition alone, so nothing here is a condition. The lists are ``extract/labels``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Literal

from extract.labels import (
    bare,
    column_role,
    field_role,
    generic_role,
    is_withheld,
    keys,
    leading_label,
    title_behind_label,
    vocabulary,
)
from extract.layout.names import Words
from extract.structure.content import YEAR_BEHIND
from normalize.characters import squash
from normalize.eras import find_dates

Family = Literal["field", "column", "glossary", "procedure", "progress", "measure"]

EXACT, ENDS, HOLDS = 1.0, 0.6, 0.35  # the text; a longer text that ends in a word; one that holds it
_LONGEST = 24  # characters of a text that may be a label
_COLUMN = ("indicator", "baseline", "current", "target", "interim", "measure", "unit", "note", "comparison")
_GLOSSARY = ("term", "definition", "reading", "expansion", "abbreviation")
_PROCEDURE = ("name", "number", "group", "state")
_PROGRESS = ("item", "band", "pct")
_BRACKETS = re.compile(r"[(（\[［【〔][^()（）\[\]［］【】〔〕]*[)）\]］】〕]")


@lru_cache(maxsize=20_000)
def told(text: str, family: Family) -> Mapping[str, float]:
    """Roles of ``family`` that the words of a text speak for, with their strength in (0, 1].

    >>> told("R９年度の目標値", "column")["target"] >= 0.6, told("全国の現状", "column").get("target")
    (True, None)
    >>> told("＜現状と課題＞", "field"), told("手をつける仕事", "field")
    ({'background': 1.0}, {})
    """
    if len(text) > _LONGEST or "。" in text or is_withheld(text):
        return {}
    exact = _exact(text, family)
    if exact is not None:
        return {exact: EXACT}
    key = squash(without_dates(_BRACKETS.sub("", bare(text)))).strip("のをはが:：")
    if not key:
        return {}
    found: dict[str, float] = {}
    for role, words in _words(family).items():
        for word in words:
            strength = EXACT if key == word else ENDS if key.endswith(word) else HOLDS if word in key else 0.0
            if strength and len(word) > 1:
                found[role] = max(found.get(role, 0.0), strength + 0.01 * min(len(word), 9))
    if family == "field" and not found and (common := generic_role(text)):
        found[common] = HOLDS
    return {role: min(1.0, s) for role, s in found.items()}


def _exact(text: str, family: Family) -> str | None:
    if family == "field":
        return field_role(text)
    if family == "column":
        return column_role(text)
    return None


def without_dates(text: str) -> str:
    """The text without its years and days."""
    for span in reversed(find_dates(text)):
        text = text[: span.start] + text[span.end :]
    return YEAR_BEHIND.sub("", text)


@cache
def _words(family: Family) -> dict[str, frozenset[str]]:
    if family == "field":
        return {role: keys("fields", role) for role in vocabulary("fields")}
    if family == "column":
        return {role: keys("kpis", role) for role in _COLUMN}
    if family == "measure":
        return {
            "title": keys("policies", "title_columns") | keys("policies", "form_titles"),
            "number": keys("policies", "number_columns"),
            "policy": keys("policies", "policy_labels"),
        }
    names = {"glossary": _GLOSSARY, "procedure": _PROCEDURE, "progress": _PROGRESS}[family]
    file = {"glossary": "glossary", "procedure": "procedures", "progress": "progress"}[family]
    return {role: keys(file, f"{role}_columns") for role in names}


def _names(text: str) -> bool:
    return field_role(text) is not None or _heads_glossary(text)


def _heads_glossary(text: str) -> bool:
    return not is_withheld(text) and squash(bare(text)) in keys("glossary", "chapters")


WORDS = Words(
    names=_names,
    heads=lambda text: column_role(text) is not None,
    opens=lambda text: leading_label(text) is not None,
    entitles=lambda text: title_behind_label(text) is not None,
)
