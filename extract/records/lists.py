"""Lists whose breaks were lost in the text: several items run together are split by their grammar."""

from __future__ import annotations

import re

from normalize.characters import fold_width

_VERBAL = (
    "活用|導入|整備|設置|実施|推進|見直し|向上|拡充|拡大|運用|構築|育成|確保|強化|充実|検討|周知|改定|策定|"
    "改善|支援|普及|促進|開催|提供|更新|移行|配置|開始|公開|連携|削減|減額|対策|ペーパーレス化|デジタル化|オンライン化"
)
# An item ends in «…のX» or «…X環境整備»; what may follow an item's last word without ending it:
_GOES_ON = (
    r"(?![ぁ-んー・、，,。\s)）」』]|数|率|者|時|後|前|中|等|状況|件|業務|計画|方針|体制|事業|研修|課|室|$)"
)
_END = re.compile(
    rf"(?:の[^の、。・()（）]{{0,8}}?|[^の、。]{{2,}}?)(?:{_VERBAL})(?:[・及び]+(?:{_VERBAL}))*{_GOES_ON}"
)
_COUNTER = (
    "件|人|名|回|か所|箇所|ヶ所|カ所|業務|手続|台|種類|種|本|施設|団体|システム|サービス|講座|"
    "時間|分|千円|万円|円|枚|倍|割|ポイント"
)
_VALUE_END = re.compile(
    rf"[0-9０-９][0-9０-９,，.．]*\s*(?:[%％]|{_COUNTER})?(?:以上|以下|未満|程度)?"
    r"(?:[(（][^()（）]*[)）]|(?<=[%％人件回名台円本枚倍所務]))(?=[^\s、。，,・→~～\-以未程(（)）0-9０-９年月度比数率])"
)

_SERIES = ("①②③④⑤⑥⑦⑧⑨⑩⑪⑫", "アイウエオカキクケコサシスセソ", "abcdefghijklmn")
_COUNTED = re.compile(r"[(（](?:[0-9０-９]{1,2}|[ア-ソ]|[a-nａ-ｎ])[)）]|[①-⑫]")

# A phrase of its own: a noun, a particle and what is done.
_CLAUSE = re.compile(r"\S{2,}(?:の|での|への|による|を)\S*[^\sぁ-ん]{2,}$")


def split_counted(text: str) -> list[str]:
    """Names run together on one line, each behind a number that counts on from the first.

    >>> split_counted("（ア）様式の統合（イ）端末の設置"), split_counted("①窓口の予約②案内の改善")
    (['（ア）様式の統合', '（イ）端末の設置'], ['①窓口の予約', '②案内の改善'])
    >>> split_counted("（１）届出の（３）を省く"), split_counted("（ア）の届出と（イ）の届出を省く。")
    (['（１）届出の（３）を省く'], ['（ア）の届出と（イ）の届出を省く。'])
    """
    found = list(_COUNTED.finditer(text))
    places = [(n, sign) for m in found for n, sign in _place(m[0])]
    counts = [n for n, _ in places] == [*range(1, len(found) + 1)] and len({sign for _, sign in places}) == 1
    if len(found) < 2 or not counts or text[: found[0].start()].strip() or "。" in text:
        return [text]
    starts = [m.start() for m in found]
    return [text[a:b].strip() for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]


def _place(number: str) -> list[tuple[int, int]]:
    """What place a number has in its series, and which series: (イ) is the second of ア, イ, ウ …."""
    sign = fold_width(number).strip("()")
    if sign.isdecimal():
        return [(int(sign), -1)]
    return [(series.index(sign) + 1, n) for n, series in enumerate(_SERIES) if sign in series]


def split_run_together(text: str) -> list[str]:
    """Items of a line of nominal phrases that lost its breaks; a single item comes back alone.

    >>> split_run_together("窓口支援の導入電子決裁の活用・拡大議場の環境整備")
    ['窓口支援の導入', '電子決裁の活用・拡大', '議場の環境整備']
    >>> split_run_together("AIの活用")
    ['AIの活用']
    >>> split_run_together("対象手続の追加・広報紙での周知・手引きの作成")
    ['対象手続の追加', '広報紙での周知', '手引きの作成']
    """
    dotted = text.split("・")
    if len(dotted) >= 3 and all(_CLAUSE.search(part) and len(part) >= 6 for part in dotted):
        return dotted  # the bullets stand, the breaks before them are lost
    items = []
    start = 0
    while True:
        cut = _next_end(text, start)
        if cut is None or not _is_item(text[cut:]):
            break
        items.append(text[start:cut])
        start = cut
    return [*items, text[start:]]


def _next_end(text: str, start: int) -> int | None:
    """Where the item that begins at ``start`` ends: after «の» and verbal nouns, before a new noun."""
    for match in _END.finditer(text, start):
        if "の" in text[start : match.end()] and not _inside_brackets(text, match.end()):
            return match.end()
    return None


def _is_item(rest: str) -> bool:
    return len(rest) >= 5 and re.search(rf"(?:{_VERBAL})$", rest) is not None


def _inside_brackets(text: str, position: int) -> bool:
    head = text[:position]
    return len(re.findall(r"[(（]", head)) > len(re.findall(r"[)）]", head))


def split_values(text: str) -> list[str]:
    """Indicators with their values that lost their breaks: a new one begins right after a value.

    >>> split_values("RPAの業務数 50業務(令和7年度36業務)職員の利用率 50%電子決裁の比率 60%")
    ['RPAの業務数 50業務(令和7年度36業務)', '職員の利用率 50%', '電子決裁の比率 60%']
    """
    items = []
    start = 0
    for match in _VALUE_END.finditer(text):
        if not _inside_brackets(text, match.end()) and re.search(r"[\s：:→]", text[start : match.end()]):
            items.append(text[start : match.end()].strip())
            start = match.end()
    items.append(text[start:].strip())
    first = split_run_together_values(items)
    return [i for i in first if i]


def split_run_together_values(items: list[str]) -> list[str]:
    """Take a milestone (CSIRTの設置) off the front of the indicator that follows it."""
    out = []
    for item in items:
        head, space, tail = item.partition(" ")
        cut = _next_end(head, 0)
        if space and cut is not None and cut < len(head):
            out += [head[:cut], head[cut:] + space + tail]
        else:
            out.append(item)
    return out
