"""Where a municipality lies, by what tells same names apart: county, web address, postcode, prefecture."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from normalize.characters import fold_width
from normalize.data import rows

# 47 prefectures in the order of their codes, as their web addresses have them.
_IN_ADDRESSES = (
    *("hokkaido", "aomori", "iwate", "miyagi", "akita", "yamagata", "fukushima", "ibaraki"),
    *("tochigi", "gunma", "saitama", "chiba", "tokyo", "kanagawa", "niigata", "toyama"),
    *("ishikawa", "fukui", "yamanashi", "nagano", "gifu", "shizuoka", "aichi", "mie"),
    *("shiga", "kyoto", "osaka", "hyogo", "nara", "wakayama", "tottori", "shimane"),
    *("okayama", "hiroshima", "yamaguchi", "tokushima", "kagawa", "ehime", "kochi", "fukuoka"),
    *("saga", "nagasaki", "kumamoto", "oita", "miyazaki", "kagoshima", "okinawa"),
)
_ADDRESS = re.compile(r"(?:city|town|vill|village)\.[a-z0-9-]+\.(?P<prefecture>[a-z]+)\.jp")
_POSTCODE = re.compile(r"〒\s*(?P<first>[0-9]{3})\s*[-ー‐–−]\s*[0-9]{4}")
_NATIONAL = re.compile(
    r"(?:内閣官房|内閣府|デジタル庁|総務省|厚生労働省|経済産業省|国土交通省|文部科学省|農林水産省|財務省|法務省|環境省|こども家庭庁"
    r"|個人情報保護委員会|会計検査院|地方公共団体情報システム機構|情報処理推進機構|独立行政法人\S+)"
    r"(?:\s*\S{0,12}(?:局|部|課|室|庁|省))*\s*(?:[(（].*[)）])?$"
)


@cache
def wards() -> dict[str, tuple[str, str]]:
    """City and ward in one name (横浜市鶴見区) to prefecture and ward."""
    return {f"{city}{ward}": (prefecture, ward) for prefecture, city, ward in rows("wards.tsv")}


@cache
def _postcodes() -> dict[str, str]:
    return {
        f"{code:03}": prefecture
        for first, last, prefecture in rows("postcodes.tsv")
        for code in range(int(first), int(last) + 1)
    }


def national_issuer(cover: Iterable[str]) -> bool:
    """Whether a line of the cover is the name of a ministry or its office: a document of the state."""
    return any(_NATIONAL.match(line.strip()) for line in cover)


def ward_on(cover: Iterable[str]) -> tuple[str, str] | None:
    """City and prefecture of the ward that heads a line of the cover: 横浜市鶴見区, 名古屋市港区役所."""
    for line in cover:
        if "市" in line and (found := next((name for name in wards() if line.startswith(name)), None)):
            prefecture, ward = wards()[found]
            return found.removesuffix(ward), prefecture
    return None


def prefectures_told(texts: Sequence[str], prefectures: Sequence[str]) -> set[str]:
    """The prefectures that web addresses of municipalities, or postcodes, lie in.

    ``prefectures`` are all of them in the order of their codes.
    """
    by_address = dict(zip(_IN_ADDRESSES, prefectures, strict=True))
    found: set[str] = set()
    for text in map(fold_width, texts):
        if ".jp" in text:
            found |= {by_address.get(m["prefecture"], "") for m in _ADDRESS.finditer(text)}
        if "〒" in text:
            found |= {_postcodes().get(m["first"], "") for m in _POSTCODE.finditer(text)}
    return found - {""}
