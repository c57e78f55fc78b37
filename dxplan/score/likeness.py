"""When two values say the same: texts without regard to width, white space and marks, numbers, sets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache

from rapidfuzz import fuzz

_MARKS = re.compile(r"[\s※*†・\-－―‐–—ー〜～~]+")
_LEVEL_WORD = re.compile(
    r"^[\s第]*(?:施策|取組み?|取り組み|アクション|事業|プロジェクト|基本方針|No\.?)?[\s:：]*"
)
_BARE_MARKS = re.compile(r"[○●◎◯△□■→⇒▶－ー-]+")


@lru_cache(maxsize=65536)
def squash(text: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKC", text)).lower()


def key(value: object) -> str:
    return "" if value is None else squash(str(value))


def likeness(a: object, b: object) -> float:
    """0 to 1: the ratio of Ratcliff and Obershelp after squashing; hopeless pairs give 0 at once."""
    left, right = key(a), key(b)
    if left == right:
        return 1.0
    # the longest common subsequence bounds the ratio from above, and is far quicker
    if not left or not right or fuzz.ratio(left, right) < 40:
        return 0.0
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= 0.6 else 0.0


def same(a: object, b: object) -> bool:
    return key(a) == key(b)


def same_ordinal(a: object, b: object) -> bool:
    """Numbers of measures, the word of their level and brackets aside: 施策1-2 = 1-2."""
    one, two = (squash(_LEVEL_WORD.sub("", unicodedata.normalize("NFKC", str(x or "")))) for x in (a, b))
    return one.strip("().") == two.strip("().")


def same_label(a: object, b: object) -> bool:
    """Texts of bars; a bare mark (○, →) is no label."""
    return same(a, b) or (not b and _BARE_MARKS.fullmatch(str(a or "")) is not None)


def same_text(a: object, b: object, at: float = 0.95) -> bool:
    return (not a and not b) or (bool(a) and bool(b) and likeness(a, b) >= at)


def same_number(a: float | None, b: float | None) -> bool:
    return a is None and b is None if a is None or b is None else abs(float(a) - float(b)) < 1e-6


def same_set(a: Iterable[str] | None, b: Iterable[str] | None, at: float = 0.9) -> bool:
    left, right = list(a or []), list(b or [])
    if len(left) != len(right):
        return False
    for item in left:
        twin = next((other for other in right if likeness(item, other) >= at), None)
        if twin is None:
            return False
        right.remove(twin)
    return True
