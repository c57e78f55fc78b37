"""The national list of 手続 that municipalities should bring online first, and a procedure's number in it.

The list is ``data/procedures.tsv``, which names its source. Its parts count from 1 anew, so a number is
written with its part and group: ``a-8``, ``b-介護-1``.
"""

from __future__ import annotations

import re
from functools import cache

from normalize.characters import normalize
from normalize.data import rows
from normalize.frozen import frozen

# Written either way in municipal lists, also where one of the two is a slip.
_SAME_WORD = {"寄付": "寄附", "居住": "居宅", "届出": "届", "申出": "届", "申込み": "申込", "り災": "罹災"}


@frozen
class Procedure:
    """A row of the national list; ``group`` is empty in part a."""

    national_no: str
    group: str
    name: str


@cache
def national_list() -> tuple[Procedure, ...]:
    return tuple(Procedure(*row) for row in rows("procedures.tsv"))


def national_no(name: str) -> str | None:
    """Number of a procedure in the national list (``a-8``), None where the list does not have it.

    Particles, 等, brackets and the spellings 寄付/寄附, 申出/届出, 居住/居宅 make no difference; any other
    word does (要支援認定 is not 要支援更新認定).
    """
    return _numbers().get(_key(name))


@cache
def _numbers() -> dict[str, str]:
    return {_key(one.name): one.national_no for one in national_list()}


def _key(name: str) -> str:
    """Kanji and katakana alone, in one spelling: what is left tells the procedures of the list apart."""
    text = normalize(re.sub(r"[(（]\S*(?:対象外|該当なし|対象なし)[)）]", "", name))
    for spelling, one in _SAME_WORD.items():
        text = text.replace(spelling, one)
    return re.sub("[^一-鿿々ァ-ヺー]|等|及(?=び)", "", text)
