"""The vocabulary of layouts and labels, as data: how plans name their boxes, columns and marks."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from normalize.characters import squash
from normalize.data import parse
from normalize.eras import find_dates

_LABELS = (
    "fields",
    "compose",
    "kpis",
    "glossary",
    "procedures",
    "progress",
    "policies",
    "tables",
)
_withheld: frozenset[str] = frozenset()
_taught: Mapping[tuple[str, str], str] = {}


@cache
def vocabulary(name: str) -> Any:
    """The content of ``<name>.yaml`` beside this file, without the words that are withheld."""
    content = parse(resources.files(__package__).joinpath(f"{name}.yaml").read_text(encoding="utf-8"))
    return _kept(content) if _withheld and name in _LABELS else content


def learn(name: str, role: str, *labels: str) -> None:
    """Add labels to a role of ``<name>.yaml`` for this process: to try one before it goes into the file."""
    words = vocabulary(name)
    words[role].extend(labels)
    _forget(vocabulary)


@contextmanager
def withhold(texts: Iterable[str]) -> Iterator[None]:
    """Read as if the vocabulary had none of these texts: how much is told by all other evidence?

    A withheld text says nothing, nor does a word of the lists that is written alike. In this process only.
    """
    global _withheld
    before, _withheld = _withheld, frozenset(squash(bare(t)) for t in texts)
    _forget()
    try:
        yield
    finally:
        _withheld = before
        _forget()


@contextmanager
def taught(answers: Mapping[tuple[str, str], str]) -> Iterator[None]:
    """Read with what a person has answered: (kind, key) -> answer. In this process only.

    >>> with taught({("label", "こまりごと"): "background"}):
    ...     field_role("【こまりごと】"), said("label", "こまりごと")
    ('background', 'background')
    >>> field_role("【こまりごと】")
    """
    global _taught
    before, _taught = _taught, dict(answers)
    if before != _taught:
        _forget(vocabulary)
    try:
        yield
    finally:
        changed, _taught = before != _taught, before
        if changed:
            _forget(vocabulary)


def said(kind: str, key: str) -> str | None:
    """What a person has answered to a question of the document that is read, or None."""
    return _taught.get((kind, key)) if _taught else None


def is_withheld(text: str) -> bool:
    """Whether the words of a text are to say nothing."""
    return bool(_withheld) and squash(bare(text)) in _withheld


def known_texts(texts: Iterable[str]) -> list[str]:
    """The different texts for which the vocabulary knows a role, in order: what can be withheld."""
    listed = [keys(name, kind) for name, kinds in _LISTS.items() for kind in kinds]
    known = (
        t
        for t in dict.fromkeys(texts)
        if 0 < len(t) <= 24
        if field_role(t) or column_role(t) or generic_role(t) or any(squash(bare(t)) in k for k in listed)
    )
    return list(known)


_LISTS = {
    "glossary": ("term_columns", "definition_columns", "reading_columns", "expansion_columns", "chapters"),
    "procedures": ("name_columns", "group_columns", "state_columns", "number_columns"),
    "progress": ("item_columns", "band_columns", "pct_columns"),
    "policies": ("title_columns", "form_titles", "policy_labels", "number_columns"),
}


def _kept(content: Any) -> Any:
    """Lists of words, at any depth, without the withheld ones."""
    if isinstance(content, dict):
        return {k: _kept(v) for k, v in content.items()}
    if isinstance(content, list):
        return [w for w in content if not isinstance(w, str) or squash(bare(w)) not in _withheld]
    return content


def _forget(*but: object) -> None:
    """Drop what modules have made of the vocabulary and keep in caches."""
    for name, module in list(sys.modules.items()):
        if name.startswith("extract.") or name == "extract":
            for thing in list(vars(module).values()):
                if hasattr(thing, "cache_clear") and not any(thing is kept for kept in but):
                    thing.cache_clear()


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
    named = _any(w for kind in ("words", "generic") for names in parts[kind].values() for w in names)
    past = ("background", f"{_any(parts['past'])}{before}*{named}(?:{joint}?{before}*{named})*")
    same = ((role, f"{word}(?:{joint}?{word})*") for role, word in words.items())
    mixed = ((role, f"{word}(?:{joint}{anything})+") for role, word in words.items())
    return tuple((role, re.compile(f"{phrase}{after}?")) for role, phrase in (past, *same, *mixed))


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


# A label behind a bullet or letter needs no colon: ◆担当課　総務課, エ　担当　総務課
_BULLETED = re.compile(
    rf"^\s*(?:[-*+]\s+)?(?:[{_BULLETS}]\s*|[ア-ン][.．)）]?[ \u3000]+)(\S{{2,14}})[ \u3000]+(\S.*)$", re.S
)


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
    return None if is_withheld(text) else _generic_roles().get(squash(bare(text)))


@lru_cache(maxsize=20_000)
def field_role(text: str) -> str | None:
    """The role of a label (overview, background, …), or None when the text is no label.

    >>> field_role("＜現状と課題＞"), field_role("概　要"), field_role("概要を示す")
    ('background', 'overview', None)
    >>> field_role("本施策の必要性と課題"), field_role("計画の目的")
    ('background', None)
    """
    if answer := said("label", squash(bare(text))):
        return answer
    if len(text) > 24 or "。" in text or is_withheld(text):
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
    if answer := said("column", squash(text)):
        return answer
    if is_withheld(text):
        return None
    head = text
    for span in reversed(find_dates(text)):
        head = head[: span.start] + head[span.end :]
    roles = _column_roles()
    outside = _PARENS.sub("", head)
    for candidate in (head, outside, *(m["inner"] for m in _PARENS.finditer(head))):
        role = roles.get(squash(candidate.strip("()（）・:： ")))
        if role:
            return role
    return None
