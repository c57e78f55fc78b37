"""Prefectures and municipalities of Japan: their codes, and which of them issued a plan.

Codes are 全国地方公共団体コード (総務省): prefecture (2 digits), municipality (3) and a check digit.
The list is ``data/municipalities.tsv``, which names its source and date.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from normalize.characters import fold_width
from normalize.data import rows
from normalize.frozen import frozen
from normalize.places import national_issuer, prefectures_told, ward_on, wards


@frozen
class Municipality:
    """A row of the list; ``kind`` is 都道府県, 指定都市, 市, 特別区, 町 or 村; kana is katakana."""

    code: str
    prefecture: str
    name: str
    kana: str
    kind: str = ""
    former_name: str = ""
    county: str = ""


@frozen
class Found:
    """The municipality that issued a document: name as written, prefecture, code; None where unsure."""

    municipality: str | None = None
    prefecture: str | None = None
    code: str | None = None


def check_digit(code: str) -> str:
    """Check digit of a five-digit code: weights 6 to 2, modulus 11, last digit of the difference (総務省)."""
    if not re.fullmatch(r"\d{5}", code):
        raise ValueError(f"a municipality code has five digits before its check digit, got {code!r}")
    weighted = sum(int(digit) * weight for digit, weight in zip(code, range(6, 1, -1)))
    return str((11 - weighted % 11) % 10)


@cache
def municipalities() -> tuple[Municipality, ...]:
    """The whole list, prefectures among them, in the order of the codes."""
    return tuple(Municipality(*row) for row in rows("municipalities.tsv"))


# Characters that a name is written with now in one form, now in the other.
_SAME_CHARACTER = str.maketrans(
    "ヶ竜鯵桧篭髙竃釜鹽條惠驒﨑瀨德濱濵邊邉澤櫻廣國眞礪萬藪",
    "ケ龍鰺檜籠高竈竈塩条恵騨崎瀬徳浜浜辺辺沢桜広国真砺万薮",
)
_SELECTORS = re.compile("[\\ufe00-\\ufe0f\\U000e0100-\\U000e01ef]")  # of one form of a character: 葛󠄀


def _key(name: str) -> str:
    return _SELECTORS.sub("", "".join(fold_width(name).split())).translate(_SAME_CHARACTER)


@cache
def _by_key() -> dict[str, tuple[Municipality, ...]]:
    """Municipalities by name; a former name counts only where no municipality bears it today."""
    present: dict[str, list[Municipality]] = {}
    former: dict[str, list[Municipality]] = {}
    for one in municipalities():
        present.setdefault(_key(one.name), []).append(one)
        if one.former_name:
            former.setdefault(_key(one.former_name), []).append(one)
    return {key: tuple(ones) for key, ones in (former | present).items()}


@cache
def _prefectures() -> frozenset[str]:
    return frozenset(one.name for one in municipalities() if one.kind == "都道府県")


def by_name(name: str, prefecture: str | None = None) -> Municipality | None:
    """The municipality (or prefecture) of that name; None when there is none, or more than one."""
    ones = _by_key().get(_key(name), ())
    if prefecture is not None:
        ones = tuple(one for one in ones if one.prefecture == prefecture)
    return ones[0] if len(ones) == 1 else None


def by_code(code: str) -> Municipality | None:
    """The municipality (or prefecture) of a code with its check digit."""
    return _codes().get(code)


@cache
def _codes() -> dict[str, Municipality]:
    return {one.code: one for one in municipalities()}


# --- who issued a document ------------------------------------------------------------------------

_KANJI = r"[一-鿿々〆ヶケノ]"
_LETTER = r"[一-鿿々〆ぁ-ゖァ-ヺー]"
# What a plan is called after its municipality's name: 「○○市DX推進計画」「○○町の行政デジタル化基本方針(案)」.
_POLICY = r"(?:計画|方針|戦略|ビジョン|プラン|構想|指針|ロードマップ)"
_NO_MODEL = (
    r"(?![^。、]{0,40}(?:を(?:参考|手本|例に|見習)|に(?:なら[うい]|倣|学)|と比べ))"  # whose plan is followed
)
_TITLE = rf"(?!の)(?:第\w{{1,2}}[次期])?[\w・ー()（）\-/／&＆ ]{{0,30}}{_POLICY}"
_TITLE_OF = (
    rf"の[\w・ー()（）\-/／&＆ ]{{0,30}}{_POLICY}(?![をがはにとでもへの、])"  # another's in a sentence
)
# What stands after it in an imprint: 「○○市総務部デジタル推進課」「○○町役場」「○○市長 氏名」.
_OFFICE = r"(?:役所|役場|長(?!期)|庁|議会|教育委員会|\w{1,8}[部局課室])"
_WHOLE_LINE = re.compile(rf"(?:{_OFFICE})?\s*$|{_TITLE}|{_TITLE_OF}")
_OFFICE_OR_TITLE = re.compile(
    rf"{_NO_MODEL}\s*(?:$|[(（]|{_OFFICE}|{_TITLE}|{_TITLE_OF}|(?:行政)?(?:DX|デジタル|情報化))"
)
_EDITION_OR_DATE = re.compile(
    r"(?:第\w{1,2}[次期]|(?:令和|平成)?\w{1,4}年(?:度|\w{1,2}月)(?:策定|改[定訂])?|[(（]仮称[)）])[\s)]*"
)
# A prefecture that is not on the list: two kanji or three, but not 本県, 都道府県, 近隣県, 九州各県.
_NO_PREFECTURE = r"都道|道府|近隣|周辺|隣接|関係|先進|.府県|.{1,2}[各全他両数一二三四五六七八九]県"
_INVENTED = rf"(?<![一-鿿])(?!{_NO_PREFECTURE})[一-鿿]{{2,3}}県"
_INVENTED_PREFECTURE = re.compile(_INVENTED)
_PREFECTURE_IN_NAME = re.compile(_INVENTED + "(?=..)")
_COUNTY = re.compile(r"[一-鿿ヶケ]{1,5}郡\s*(?=[^\s町村]{1,6}[町村])")  # towns and villages lie in one
_UNLISTED_AT_START = re.compile(rf"({_LETTER}{{1,7}}?[市区町村])(?![市区町村民内外政税立営域場街分間])")
# What municipalities run together issues plans, too: ○○広域連合, ○○地区消防組合.
_UNION = re.compile(
    rf"({_LETTER}{{2,16}}?(?:広域連合|広域行政組合|広域市町村圏組合|事務組合|消防組合|衛生組合|環境組合|企業団))"
)
_UNLISTED_IN_PROSE = re.compile(
    rf"(?:(?<!{_KANJI})|(?<=[次期県]))(?![次期])({_KANJI}{{1,6}}?[市町村])"
    rf"(?=[はがのでにをもとへや、。]|役[所場]|DX|デジタル|行政|情報|総合計画|\s|$)"
)
_NAME_END = re.compile("[市区町村]")
_LEFT_EDGE = re.compile(r"(?:^|[^一-鿿々ァ-ヺー]|[次期年月版市区町村県府都道及等・])$")
# Words that end like a name: 都市, 市町, 農村, 本市, 三市, 県内市町, 田園都市, 近隣市.
_NO_NAME = re.compile(
    r"[市区町村]{2,}$|都[市町村]$|[はがをでにへも].*[一-鿿ノヶ]|^[本当各全他同両新旧副元自貴某多諸御]*[市区町村]$"
    r"|^(?:[一二三四五六七八九十数]+[市町村])+$|^国県市$|(?:わ|我)が[市町村]$"
    r"|(?:中心|中核|近隣|隣接|周辺|先進|構成|関係|対象|参加|特例|地方|都道府県内|県内|管内|圏域|連携|指定|一般|加盟|過疎)[市町村]$"
    r"|(?:地|学|校|管|行政|特別|自治|選挙|漁|農|保護)区$"
    r"|(?:農|山|漁|農山|山漁|農山漁|下|城下|宿場|門前|港)[町村]$|(?:朝|夜|見本|青空|卸売)市$"
)
_OWN_PREFECTURE = re.compile(
    rf"({_INVENTED})(?:(?:で|に|と)?[もはがの](?=[^。]*{_POLICY})|の?[^、。]{{0,10}}に位置)"
)
# What a plan calls its own municipality's: 「第5次○○市総合計画」「○○町行財政改革大綱」.
_OWN = re.compile(
    r"総合計画|長期振興計画|総合振興計画|総合戦略|まち・ひと・しごと|行財?政改革|役所|役場|個人情報|情報セキュリティ"
)
# A name with its prefecture is another place in a sentence (東京都府中市と姉妹都市), unless it goes on so:
_ITSELF = re.compile(rf"{_NO_MODEL}(?:、?[はが]|{_OFFICE}|{_TITLE})")
_SET_APART = re.compile(r"(?<!\S)(?:\S\s+){2,}\S(?!\S)")
_OF_PLACES = re.compile("[都道府県市区町村合団]")  # a line without one names nobody who issues a plan
_COVER_LINES = 30
_ON_COVER = 20  # of a name that heads a line of the cover
_ENOUGH = 3  # one heading, imprint or plan of its own, or three sentences: less may be a mere example


@frozen
class _Mention:
    name: str
    prefecture: str | None
    strength: int
    own: bool = False  # as an issuer's name stands: on the cover, before a plan or an office of its own


def find(texts: Iterable[str]) -> Found:
    """Which municipality issued a document, from its texts in order: lines of the cover, title, body.

    A name heading the title, or alone or with an office on a line, weighs more than one in a sentence, and
    more on the cover than later. A municipality that is not on the list (an invented one) is found by the
    same patterns; it has no code, and a prefecture only where that stands before its name or is the only
    one whose policy the document tells of, or that it says to lie in.
    """
    texts = list(texts)
    lines = [_tidy(text) if _OF_PLACES.search(text) else "" for text in texts]
    cover = lines[:_COVER_LINES]
    if of_city := ward_on(cover):  # a ward's plan is its city's
        city = by_name(*of_city)
        return Found(of_city[0], of_city[1], city.code if city else None)
    mentions = [m for place, line in enumerate(lines) for m in _mentions(lines, place, line)]
    if union := _union_of_several(cover):
        return _issuer([m for m in mentions if m.name == union], lines, texts)
    score: Counter[str] = Counter()
    for mention in mentions:
        score[_key(mention.name)] += mention.strength
    if not score:
        return _prefecture_as_issuer(cover)
    if national_issuer(texts[:_COVER_LINES]) and not any(map(_names_issuer, cover)):
        return Found()  # its municipalities are examples
    (best, strength), *others = score.most_common(2)
    if strength < _ENOUGH or (others and others[0][1] == strength):
        return Found()
    return _issuer([m for m in mentions if _key(m.name) == best], lines, texts)


def _union_of_several(cover: Sequence[str]) -> str | None:
    """What municipalities run together, alone on a line of a cover that names two or more of them, each
    alone: it issued the plan, not one of them."""
    unions = {line for line in cover if _UNION.fullmatch(line)}
    members = {
        line
        for line in cover
        if not _UNION.search(line) and (head := _at_start(line, False)) and head[0] == line
    }
    return unions.pop() if len(unions) == 1 and len(members) > 1 else None


def _issuer(own: list[_Mention], lines: list[str], texts: Sequence[str]) -> Found:
    """Who the mentions of one name are; nobody where the document only tells of it."""
    itself = f"[本当]{own[0].name[-1]}"  # 本市: who speaks is a municipality of its kind
    if not any(m.own for m in own) and not any(re.search(itself, line) for line in lines):
        return Found()  # it is only told of
    stated = Counter(m.prefecture for m in own if m.prefecture).most_common(1)
    return _identify(own[0].name, stated[0][0] if stated else None, lines, texts)


def _names_issuer(line: str) -> bool:
    """Whether a line is nothing but a municipality's name, with its office or its plan: no sentence."""
    head = _at_start(line, False)
    return head is not None and _WHOLE_LINE.match(line, head[2]) is not None


def _identify(name: str, stated: str | None, lines: list[str], texts: Sequence[str]) -> Found:
    known = _by_key().get(_key(name), ())
    if name.endswith("区") and any(name == ward for _, ward in wards().values()):
        known = (*known, Municipality("", "", name, "", "行政区"))  # 港区 is in 東京都, 名古屋市 and 大阪市
    if stated:
        one = by_name(name, stated)
        return Found(name, stated, one.code if one else None)
    if len(known) > 1:
        known = _told_apart(name, known, lines, texts)
    if len(known) == 1:
        return Found("".join(name.split()), known[0].prefecture, known[0].code)
    if known or _key(name) in _by_key():
        return Found(name)
    # A real prefecture has no municipality that the list does not have, so it is only an example here.
    spoken_of = {m.group(1) for line in lines for m in _OWN_PREFECTURE.finditer(line)} - _prefectures()
    return Found(name, spoken_of.pop() if len(spoken_of) == 1 else None)


def _told_apart(
    name: str, known: tuple[Municipality, ...], lines: list[str], texts: Sequence[str]
) -> tuple[Municipality, ...]:
    """Those of one name that the document can mean: by county, web address or postcode, else prefecture."""
    by_county = [one for one in known if one.county and any(_in_county(one, name, line) for line in lines)]
    if len(by_county) == 1:
        return tuple(by_county)
    told = prefectures_told(texts, [one.name for one in municipalities() if one.kind == "都道府県"])
    by_address = [one for one in known if one.prefecture in told]
    if len(by_address) == 1:
        return tuple(by_address)
    return tuple(one for one in known if one.prefecture and _lies_in(name, one.prefecture, lines))


def _in_county(one: Municipality, name: str, line: str) -> bool:
    """「多気郡明和町」, or 「三重県多気郡」 alone on a line."""
    return one.county + name in line or line in (one.county, one.prefecture + one.county)


def _lies_in(name: str, prefecture: str, lines: list[str]) -> bool:
    """Whether a document tells of a prefecture as its own: its policy, its place, time and again; another
    place of the same name there (富山県朝日町の取組) says nothing.
    """
    told = [line.replace(prefecture + name, "") for line in lines if prefecture in line]
    told = [line for line in told if prefecture in line]
    own = re.compile(
        rf"(?:{re.escape(name)}|本[市町村])は、?[^。]{{0,20}}{prefecture}|^{prefecture}$"
        rf"|{prefecture}(?:(?:で|に|と)?[もはがの](?=[^。]*{_POLICY})|の?[^、。]{{0,10}}に位置)"
    )
    return len(told) >= _ENOUGH or any(own.search(line) for line in told)


def _prefecture_as_issuer(lines: list[str]) -> Found:
    for line in lines:
        for name in _prefectures():
            if line.startswith(name) and _OFFICE_OR_TITLE.match(line, len(name)):
                one = by_name(name, name)
                return Found(name, name, one.code if one else None)
        invented = _INVENTED_PREFECTURE.match(line)
        if invented and _OFFICE_OR_TITLE.match(line, invented.end()):
            return Found(invented.group(), invented.group())
    return Found()


def _tidy(text: str) -> str:
    """Fold widths, and close up letters set apart («下 関 市»); other spaces stay, they part words."""
    text = fold_width(text).strip().strip("#*「」『』【】〈〉《》 ")
    return _SET_APART.sub(lambda m: "".join(m.group().split()), text)


def _mentions(lines: list[str], place: int, line: str) -> Iterator[_Mention]:
    union = place < _COVER_LINES and _UNION.search(line) is not None
    if not union and not _NAME_END.search(line):
        return
    head = _at_start(line, union)
    taken = 0
    if head:
        name, prefecture, taken = head
        before = lines[place - 1] if place else ""
        after = lines[place + 1] if place + 1 < len(lines) else ""
        prefecture = prefecture or (before if _is_prefecture(before) else _prefecture_aside(line, after))
        on_cover = place < _COVER_LINES
        yield _Mention(name, prefecture, _ON_COVER if on_cover else 3, on_cover)
    listed = [span for span in _listed(line) if span[0] >= taken]
    for start, end in listed:
        prefecture = _prefecture_before(line, start) if _ITSELF.match(line, end) else None
        own = _OWN.match(line, end) is not None
        yield _Mention(line[start:end], prefecture, 3 if own else 1, own)
    yield from _unlisted(line, taken, listed)


def _unlisted(line: str, taken: int, listed: list[tuple[int, int]]) -> Iterator[_Mention]:
    """Names in prose that are on no list (invented ones), beside those that are."""
    for match in _UNLISTED_IN_PROSE.finditer(line, taken):
        if any(match.start() < end and start < match.end() for start, end in listed):
            continue
        name = match.group(1)
        stated = _PREFECTURE_IN_NAME.match(name)
        prefecture = stated.group() if stated else None
        name = name.removeprefix(prefecture or "")
        if not _NO_NAME.search(name):
            own = _OWN.match(line, match.end()) is not None
            yield _Mention(name, prefecture, 3 if own else 1, own)


def _at_start(line: str, union: bool) -> tuple[str, str | None, int] | None:
    """(name, prefecture, end) of a municipality that heads the line as an issuer's name does."""
    edition = _EDITION_OR_DATE.match(line)
    start = edition.end() if edition else 0
    prefecture = None
    if not _longest_listed_from(line, start):  # 山県市 is no 市 of a 山県
        prefecture = _prefecture_from(line, start)
        start += len(prefecture or "")
        start += len(line[start:]) - len(line[start:].lstrip())
        county = _COUNTY.match(line, start)
        start = county.end() if county else start
    run_together = _UNION.match(line, start) if union else None
    name = (
        run_together[1] if run_together else _longest_listed_from(line, start) or _unlisted_from(line, start)
    )
    if name and _OFFICE_OR_TITLE.match(line, start + len(name)):
        return name, prefecture, start + len(name)
    return None


def _longest_listed_from(line: str, start: int) -> str | None:
    ends = [mark.end() for mark in _NAME_END.finditer(line, start, start + 8)]
    return next((line[start:end] for end in reversed(ends) if _key(line[start:end]) in _by_key()), None)


def _unlisted_from(line: str, start: int) -> str | None:
    match = _UNLISTED_AT_START.match(line, start)
    return match.group(1) if match and not _NO_NAME.search(match.group(1)) else None


def named_in(text: str) -> Iterator[tuple[int, int, Municipality | None]]:
    """Places of municipalities' names in a text, each with the one meant; None where several bear the name.

    >>> [(start, end, one.code) for start, end, one in named_in("県内では松江市が先に") if one]
    [(4, 7, '322016')]
    """
    for start, end in _listed(text):
        yield start, end, by_name(text[start:end], _prefecture_before(text, start))


def _listed(line: str) -> list[tuple[int, int]]:
    """Spans of the listed names in a line; of overlapping ones the longest (東村山市, not 東村)."""
    spans: list[tuple[int, int]] = []
    for mark in _NAME_END.finditer(line):
        for start in range(max(0, mark.end() - 8), mark.start()):
            if _key(line[start : mark.end()]) in _by_key() and _LEFT_EDGE.search(line[:start][-1:]):
                spans.append((start, mark.end()))
                break
    return [a for a in spans if not any(b != a and b[0] <= a[0] and a[1] <= b[1] for b in spans)]


def _prefecture_from(line: str, start: int) -> str | None:
    official = next((name for name in _prefectures() if line.startswith(name, start)), None)
    invented = _INVENTED_PREFECTURE.match(line, start)
    return official or (invented.group() if invented else None)


def _prefecture_before(line: str, start: int) -> str | None:
    before = line[:start].rstrip()
    official = next((name for name in _prefectures() if before.endswith(name)), None)
    invented = re.search(_INVENTED + "$", before)
    return official or (invented.group() if invented else None)


def _prefecture_aside(line: str, after: str) -> str | None:
    """A prefecture in brackets behind the name, or alone on the next line: ○○町（○○県）."""
    for text in (re.search(r"\(([^()]+)\)$", line), re.fullmatch(r"\(([^()]+)\)", after)):
        if text and _is_prefecture(text[1]):
            return text[1]
    return None


def _is_prefecture(line: str) -> bool:
    return line in _prefectures() or bool(_INVENTED_PREFECTURE.fullmatch(line))
