"""The vocabulary of layouts and labels, as data: how plans name their boxes, columns and marks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from normalize.characters import squash
from normalize.data import parse
from normalize.eras import find_dates


@cache
def vocabulary(name: str) -> Any:
    """The content of ``<name>.yaml`` beside this file."""
    return parse(resources.files(__package__).joinpath(f"{name}.yaml").read_text(encoding="utf-8"))


def learn(name: str, role: str, *labels: str) -> None:
    """Add labels to a role of ``<name>.yaml`` for this process: to try one before it goes into the file."""
    vocabulary(name)[role].extend(labels)
    for made_of_it in [thing for thing in globals().values() if hasattr(thing, "cache_clear")]:
        if made_of_it is not vocabulary:
            made_of_it.cache_clear()


@cache
def keys(name: str, kind: str) -> frozenset[str]:
    """Comparison keys of the words of one kind in ``<name>.yaml``."""
    return frozenset(map(squash, vocabulary(name)[kind]))


# Signs before a heading or label.
_BULLETS = re.escape(vocabulary("layout")["heading_bullets"])
_DECORATION = re.compile(
    rf"^[\s＜<〈《【［\[「『～〜~{_BULLETS}○・:：\-─—]+|[\s＞>〉》】］\]」』～〜~■□◆◇:：\-─—]+$"
)


def bare(text: str) -> str:
    """A label without the brackets and marks around it."""
    return _DECORATION.sub("", text)


@cache
def _roles() -> dict[str, str]:
    table: dict[str, str] = {}
    for role, names in vocabulary("fields").items():
        for name in names:
            key = squash(name)
            if key in table:
                raise ValueError(f"label {name!r} stands under {table[key]} and {role}")
            table[key] = role
    return table


@cache
def _composed() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """(role, phrase) for what compose.yaml understands: phrases of one role first, then mixed ones."""
    parts = vocabulary("compose")
    before, joint, after = (_any(parts[k]) for k in ("before", "and", "after"))
    words = {
        role: f"(?:{before}*{_any(names)}|{before}+{_any(names + parts['generic'].get(role, []))})"
        for role, names in parts["words"].items()
    }
    anything = _alternatives(words.values())
    same = ((role, f"{word}(?:{joint}?{word})*") for role, word in words.items())
    mixed = ((role, f"{word}(?:{joint}{anything})+") for role, word in words.items())
    return tuple((role, re.compile(f"{phrase}{after}?")) for role, phrase in (*same, *mixed))


def _any(words: Iterable[str]) -> str:
    return _alternatives(re.escape(k) for k in sorted({squash(w) for w in words}, key=len, reverse=True))


def _alternatives(patterns: Iterable[str]) -> str:
    return f"(?:{'|'.join(patterns)})"


def _composed_role(key: str) -> str | None:
    if key in keys("compose", "not_labels"):
        return None
    return next((role for role, phrase in _composed() if phrase.fullmatch(key)), None)


_LEADING = re.compile(
    r"^\s*(?:[-*+]\s+)?[【＜<\[［〈《■◆●]?\s*([^：:】＞>\]］〉》\s]{1,14})\s*(?:[：:]|[】＞>\]］〉》][：:]?)\s*(\S.*)$",
    re.S,
)


# A label behind a bullet needs no colon: ◆担当課　総務課
_BULLETED = re.compile(rf"^\s*(?:[-*+]\s+)?[{_BULLETS}]\s*(\S{{2,14}})[ \u3000]+(\S.*)$", re.S)


_ALL_IN_BRACKETS = re.compile(r"\s*[(（]([^()（）]+)[)）]\s*")


def outside_brackets(text: str) -> str:
    """A line without the round brackets around all of it: （基本方針1：便利な町）."""
    match = _ALL_IN_BRACKETS.fullmatch(text)
    return (match[1] if match else text).strip()


def leading_label(text: str) -> tuple[str, str, str] | None:
    """(role, label, rest) of a line that opens with a label: 担当課：総務課, 【目的】窓口を…"""
    text = outside_brackets(text)
    match = _LEADING.match(text) or _BULLETED.match(text)
    role = field_role(match[1]) or generic_role(match[1]) if match else None
    return (role, match[1], match[2]) if match and role else None


@cache
def _titled() -> re.Pattern[str]:
    names = "|".join(map(re.escape, vocabulary("policies")["form_titles"]))
    return re.compile(rf"\s*(?:[-*+・■□◆◇●○]\s*)?(?:{names})\s*[：:]\s*(\S[^。]{{1,49}})")


def title_behind_label(text: str) -> str | None:
    """The title in a line that names a measure as a form does.

    >>> title_behind_label("取組名：窓口の改善"), title_behind_label("取組の内容")
    ('窓口の改善', None)
    """
    match = _titled().fullmatch(text)
    return match[1].strip() if match else None


_OF_CHAPTER = re.compile(r"^(?:第\s*[0-9０-９一二三四五六七八九十]+\s*|本)[章節部]の")  # 第2章の評価指標
_SET_APART = re.compile(r"[【＜<〈《［\[〔].+[】＞>〉》］\]〕]|.+[：:]")


@cache
def _generic_roles() -> dict[str, str]:
    return {squash(word): role for role, words in vocabulary("compose")["generic"].items() for word in words}


def generic_role(text: str) -> str | None:
    """The role of a word too common to be a label (取組, 内容), where something else tells that it is one."""
    return _generic_roles().get(squash(bare(text)))


@lru_cache(maxsize=20_000)
def field_role(text: str) -> str | None:
    """The role of a label (overview, background, …), or None when the text is no label.

    >>> field_role("＜現状と課題＞"), field_role("概　要"), field_role("概要を示す")
    ('background', 'overview', None)
    >>> field_role("本施策の必要性と課題"), field_role("計画の目的")
    ('background', None)
    """
    if len(text) > 24 or "。" in text:
        return None
    key = squash(_OF_CHAPTER.sub("", bare(text)))
    role = _roles().get(key) or _composed_role(key)
    return role or (generic_role(text) if _SET_APART.fullmatch(text.strip()) else None)


_PARENS = re.compile(r"\s*[(（](?P<inner>[^()（）]*)[)）]")


@cache
def _column_roles() -> dict[str, str]:
    roles = ("indicator", "baseline", "current", "target", "interim", "measure", "unit", "note")
    return {squash(name): role for role in roles for name in vocabulary("kpis")[role]}


@lru_cache(maxsize=20_000)
def column_role(text: str) -> str | None:
    """Role of a column head, its years and brackets aside.

    >>> column_role("現状値（令和6年度）"), column_role("R11年度 目標値"), column_role("令和8年度")
    ('current', 'target', None)
    """
    bare = text
    for span in reversed(find_dates(text)):
        bare = bare[: span.start] + bare[span.end :]
    roles = _column_roles()
    outside = _PARENS.sub("", bare)
    for candidate in (bare, outside, *(m["inner"] for m in _PARENS.finditer(bare))):
        role = roles.get(squash(candidate.strip("()（）・:： ")))
        if role:
            return role
    return None
