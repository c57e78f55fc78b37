"""Signs in the cells of a chart: marks, dashes and arrows that stand for a bar or go on with one."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from extract.labels import vocabulary
from extract.layout.periods import parse_span
from normalize.frozen import frozen

_VALUE_LEAD = re.compile(r"約|全|計|延べ?|累計|毎?[年月週]間?|平均|[+＋±△▲-]|")
_NUMBER = re.compile(r"[\d０-９][\d０-９,，.．]*")


@frozen
class Words:
    """The vocabulary of ``labels/schedule.yaml``."""

    label_column: tuple[str, ...]
    other_column: tuple[str, ...]
    chart_title: tuple[str, ...]
    year_heads: tuple[str, ...]
    step_heads: tuple[str, ...]
    continues: str
    markers: str
    bar_lead: str


@cache
def words() -> Words:
    data = vocabulary("schedule")
    names = ("label_column", "other_column", "chart_title", "year_heads", "step_heads")
    lists = {k: tuple(str(w) for w in data[k]) for k in names}
    return Words(**lists, continues=data["continues"], markers=data["markers"], bar_lead=data["bar_lead"])


def bare(text: str) -> str:
    """For comparing with words: compatibility forms (radicals, full widths) unified, no white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def is_sign_text(text: str) -> bool:
    """Is a text made only of arrow signs, dashes and marks?"""
    return is_sign("".join(text.split()))


def is_nothing(text: str) -> bool:
    """Empty, or the single dash that says so."""
    packed = "".join(text.split())
    return not packed or packed in tuple("-－―ー–—ｰ・")


def carries_on(packed: str) -> bool:
    """Only dashes and arrows, also ones that end in a head (━━▶)."""
    line, heads = set(words().continues), set(words().bar_lead)
    return set(packed) <= line | heads and bool(set(packed) & line)


def is_sign(packed: str) -> bool:
    return bool(packed) and _signs().issuperset(packed)


@cache
def _signs() -> frozenset[str]:
    return frozenset(words().markers + words().continues)


def plain(text: str) -> str:
    """Text of a bar without the arrow signs around it."""
    signs = words().bar_lead + " \u3000"
    return text.strip(signs) or text.strip()


def is_value(text: str) -> bool:
    """A number with a short unit, or what stands for none."""
    packed = re.sub(r"[(（][^()（）]*[)）]|\s", "", text)
    if packed in ("-", "－", "―", "ー", "–", "—", "未定", "未実施", "なし"):
        return True
    number = _NUMBER.search(packed)
    if number is None or not _VALUE_LEAD.fullmatch(packed[: number.start()]):
        return False
    return len(_NUMBER.sub("", packed)) <= 5 and not parse_span(packed)
