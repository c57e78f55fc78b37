"""Indicators told in a sentence: «窓口の満足度を、令和12年度までに61％から90％以上に引き上げます。»

A sentence is read by its grammar. Its values and dates are found first (``normalize``) and stand as one
sign each; around them particles say what is what: を, は, が end the name, から follows the baseline, に, へ,
まで, と the target; and the last verb says whether it is set (する, 目指す) or tells what is so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from extract.labels import column_role
from extract.records.indicator_signs import DATE, VALUE, Signed, signed
from extract.records.indicator_values import VALUE_ROLES, Reading, make_kpi
from normalize.quantities import CHANGE_VERB, find_quantities

_LONGEST = 200  # characters of a sentence that is looked at
_D, _V = DATE, VALUE
_WORD = "[^、。をがは()\ue000-\uefff]"
_BRACKETS = re.compile(r"\([^()]*\)")

# Left of a target: «(name)を (令和12年度までに) (61％)から» and «(前回調査の)».
_PHRASE = rf"(?:{_D}?{_WORD}{{0,12}}(?:には?|で|の)、?|{_D}{_WORD}{{0,8}}、?)"
_LEFT = re.compile(
    rf"(?:(?P<name>.+?)(?P<particle>については|に関しては|[をはが])、?)?(?P<fill>{_PHRASE}*)"
    rf"(?:(?P<base>{_V}(?:{_BRACKETS.pattern})?)(?:から|に対し)、?(?P<between>{_PHRASE}*))?"
)
_STATED_LEFT = re.compile(
    "(?:(?P<topic>[^、。]+?)は、?)?(?P<name>[^、。はをが]+)"
)  # «目標は、登録者数» 3,000人です
_BASE_YEAR = re.compile(
    rf"{_D}(?:末|時点)?(?:の?実績)?(?:に|と)?(?:対?比(?:べて?|較して|で)?|対して?|より|から|の)?、?$"
)
_CHANGES = re.compile(CHANGE_VERB)
_LABEL = re.compile(rf"(?P<label>{_WORD}+?)(?:で|の|は)、?$")

# In and before a name.
_DATED = re.compile(rf"{_D}(?P<how>末?(?:時点|現在)?(?:における|までに?|での|には?|の|から)?)、?")
_BASE_BEHIND = re.compile(rf"(?P<name>.+?)(?P<base>\([^()]*{_V}\)|{_V})")
_BASE_AHEAD = re.compile(
    rf"(?P<base>(?:{_D}|現[状在])[にのは、]{{0,2}}{_V})(?:であった|だった|である|の)(?P<name>.+)"
)
_ADVERB = re.compile(f"(?:[ぁ-ん]|{_D})$")  # a clause before a comma that ends so is no part of a name
_TOPIC = re.compile(r"(?P<topic>[^、]{0,11}?[一-鿿ァ-ヺー](?:で|に)?は)、?(?=.)")
_OTHERS = re.compile(
    r"(?:[国県都府道省庁]|政府|全国|計画|戦略|方針|法|調査|アンケート)(?:は|が|の|で|では|により?|には)?$"
)
_FROM = re.compile(f"{_V}から")
_NO_NAME = re.compile(
    "^(?:[国県都府道]|政府|全国)の|^(?:これら?$|それら?$|この|その)|(?:である|とする|している|の)$"
)
_OURS = re.compile("本|当|わが|我が|この")

# «利用率は、令和6年度に5％であった。これを令和11年度までに45％にする。»
_STATE = re.compile(
    rf"(?P<name>.+?)[はが]、?(?P<base>(?:(?:{_D}末?(?:時点)?|現[在状])(?:現在)?(?:に|で|には|では)?、?)?{_V})"
    "(?:でした|であった|だった|です|である|となって(?:いる|います))"
)
_THAT = re.compile("(?:これ|それ|この(?:割合|件数|数値?|率|値|時間|日数|人数))(?=[をは])")
_BEHIND = re.compile(rf"(?<=.)\((?P<base>(?:{_D}|現[在状])[^()]*{_V}[^()]*)\)$")  # …とする(令和6年度:360人)

# Right of a target.
_INTENT = "目指|めざ|目標"
_AIMS = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("change", f"の?{CHANGE_VERB}"),
        ("absolute", f"(?:に|へと?|まで|と)、?{_PHRASE}*{CHANGE_VERB}"),
        ("absolute", "[にと](?:する|します|し、|定め|設定)"),
        ("intent", f"(?:を|の(?:達成|実現|維持)を)?(?:{_INTENT})|を(?:維持|堅持|達成)"),
        ("absolute", "を?(?:維持|継続|堅持|確保|達成|超え|上回|下回)"),
        ("absolute", f"[にと](?:な(?:る|ります)|達|届|到達).*(?:{_INTENT}|よう)"),
    )
)
_DONE = re.compile(
    rf"(?:また|さらに|併せて|あわせて)?、?(?P<name>{_WORD}{{2,30}}?)[をは]、?(?P<date>{_D})、?"
    rf"(?P<what>{_WORD}{{2,12}}?)(?:します|する)"
)
_SHARED = re.compile("(?:に|へと?|まで|と)?、")  # a further indicator stands before the verb both share
_OFTEN = re.compile("(?:(?:実施|開催)?(?:する|します|し)|行(?:う|います|い)|開(?:く|きます|き))(?:、|$)")
_STATED = re.compile("(?:です|とする|とします)?$")
_SET = re.compile("(?:ます|です|[うくぐすつぬぶむる]|[一-鿿ァ-ヺー\ue800-\uefff)])$")
_NOUN_END = re.compile("[一-鿿ァ-ヺー]$")
_HAPPENS = re.compile(
    "(?<!目指し)(?<!めざし)(?<!標とし)[てで](?:い|お)(?:る|ます|ります)$|(?:さ|ら|わ|か|ま)れ(?:る|ます)$"
    "|[ただ]$|見込|推計|予測|想定|(?:あ|な)(?:る|い|りません)$|でき|検討|ところ$"
)
_FEE = re.compile("円$")  # mostly set by rule
_TERM = re.compile("^(?:年|年間|か年|か月|歳|月)$")


@dataclass(frozen=True)
class _Subject:
    """What is counted: its name, with the year and the baseline that stand in or before it."""

    name: str
    year: int | None = None
    baseline: str = ""


@dataclass(frozen=True)
class _Target:
    """A value that is aimed at: the places of its sign and of the end of its brackets."""

    at: int
    end: int
    kind: str


def told(text: str) -> list[Reading]:
    """The indicators that a sentence sets targets for; most sentences set none.

    >>> [(r.indicator, r.baseline.value, r.target.value) for r in told("待ち時間を25分から10分に短縮する。")]
    [('待ち時間', 25.0, 10.0)]
    """
    text = text.strip().rstrip("。")
    if len(text) > _LONGEST or "。" in text:
        return []
    s = signed(text)
    if (before := _BEHIND.search(s.signs)) and _SET.search(s.signs, 0, before.start()):
        found = told(s.printed(0, before.start()))
        return _with_baseline(found, s.printed(*before.span("base")))
    outside = _BRACKETS.sub(lambda inner: " " * len(inner[0]), s.signs)
    places = [sign.start() for sign in re.finditer(_V, outside)]
    if not places or not _SET.search(s.signs) or _HAPPENS.search(s.signs, places[-1]):
        return []
    return list(_readings(s, _targets(s, places)))


def _with_baseline(found: list[Reading], text: str) -> list[Reading]:
    """The one target of a sentence with the value that brackets behind the sentence tell."""
    if len(found) != 1 or found[0].baseline.raw or find_quantities(text)[0].unit_norm != found[0].target.unit:
        return found
    start = make_kpi("", "", text.strip()).baseline
    return [replace(found[0], baseline=start)]


def sentences(text: str) -> list[str]:
    """The sentences of a text; one that says what was, and one that goes on with «これを», as one.

    >>> sentences("利用率は、令和6年度に5％であった。これを令和11年度までに45％にする。")
    ['利用率（令和6年度に5％）を令和11年度までに45％にする。']
    """
    out: list[str] = []
    for sentence in (part for part in re.split("(?<=。)", text) if part.strip()):
        that = _THAT.match(sentence.strip())
        state = _state(out[-1]) if that and out else None
        if that and state:
            out[-1] = state + sentence.strip()[that.end() :]
        else:
            out.append(sentence)
    return out


def _state(sentence: str) -> str | None:
    """«利用率（令和6年度に5％）» of a sentence that says no more than what was."""
    s = signed(sentence.strip().rstrip("。"))
    match = _STATE.fullmatch(s.signs)
    if match is None:
        return None
    return f"{s.printed(*match.span('name'))}（{s.printed(*match.span('base'))}）"


def commits(reading: Reading) -> bool:
    """Whether a reading is a target by itself, wherever it stands: by a year, against a baseline, a bound."""
    target, start = reading.target, reading.baseline
    since = start.value is not None or start.fy is not None
    return target.kind != "frequency" and (target.fy is not None or since or target.bound != "exact")


def of_part(text: str) -> list[Reading]:
    """The targets that a part of running text sets. Where one commits and every sentence sets one, all are.

    >>> [r.indicator for r in of_part("利用率を50％以上とする。また、相談会の開催は、年12回とする。")]
    ['利用率', '相談会の開催']
    """
    said = sentences(text)
    found = [told(s) for s in said]
    sure = [[r for r in own if commits(r)] for own in found]
    if any(sure) and len(said) > 1:
        whole = [own or milestone(s) for own, s in zip(found, said, strict=True)]
        sure = whole if all(whole) else sure
    return [reading for own in sure for reading in own]


def milestone(text: str) -> list[Reading]:
    """What is to be done by a year: «地図の公開は、令和10年度までに実施します。»"""
    s = signed(text.strip().rstrip("。"))
    done = _DONE.fullmatch(s.signs)
    if done is None or re.search(_V, s.signs) or _of_others(done["name"]):
        return []
    by = s.text[slice(*s.places[done.start("date")])]
    year = s.year(*done.span("date")) if by.endswith("までに") else None
    return [make_kpi(s.printed(*done.span("name")), done["what"], "", None, None, year)] if year else []


def _targets(s: Signed, places: list[int]) -> list[_Target]:
    found: list[_Target] = []
    for at in reversed(places):
        note = _BRACKETS.match(s.signs, at + 1)
        end = note.end() if note else at + 1
        kind = _kind(s, at, end)
        if kind is None and found and _SHARED.match(s.signs, end):  # one verb for several
            kind = found[0].kind
        if kind is not None:
            found.insert(0, _Target(at, end, kind))
    return found


def _kind(s: Signed, at: int, end: int) -> str | None:
    """What the words behind a value make of it; None where it is no target."""
    if s.value(at).frequency and _OFTEN.match(s.signs, end):
        return "absolute"
    kind = next((kind for kind, aim in _AIMS if aim.match(s.signs, end)), None)
    return kind or ("stated" if _STATED.match(s.signs, end) else None)


def _readings(s: Signed, targets: list[_Target]) -> Iterator[Reading]:
    start = 0
    subject: _Subject | None = None
    for target in targets:
        left = _LEFT.fullmatch(s.signs, start, target.at)
        again = left is not None and left["name"] is None and subject is not None
        if left is not None and left["name"] and target.kind != "stated":
            if left["particle"] != "を" and _NOUN_END.search(s.signs):
                continue  # «利用率は80％に上昇»: perhaps it has happened
            year = subject.year if subject else None
            subject = _subject(s, *left.span("name"), year)
        elif not again:
            subject = _stated(s, start, target)
        shared = _SHARED.match(s.signs, target.end)
        start = shared.end() if shared else target.end
        reading = _reading(s, subject, left, target) if subject is not None else None
        if reading is not None:
            label = _LABEL.match(left["fill"]) if again and left else None
            yield replace(reading, qualifier=label["label"]) if label else reading


def _subject(s: Signed, start: int, end: int, year: int | None) -> _Subject | None:
    """The name before a particle, without what leads to it; None where others aim at it, or it is no name."""
    while (comma := s.signs.find("、", start, end)) >= 0 and _ADVERB.search(s.signs, start, comma):
        if _of_others(s.signs[start:comma]):
            return None
        year = s.year(start, comma) or year
        start = comma + 1
    if _FROM.search(s.signs, start, end):
        return None  # «令和8年度の2事務から令和10年度には»: what is counted is not said
    topic = _TOPIC.match(s.signs, start, end)
    if topic is not None and _of_others(topic["topic"]):
        return None
    start = topic.end() if topic else start
    ahead = _BASE_AHEAD.fullmatch(s.signs, start, end)
    if ahead:
        return _named(s.printed(*ahead.span("name")), year, s.printed(*ahead.span("base")))
    dated = _DATED.match(s.signs, start, end)
    behind = _BASE_BEHIND.fullmatch(s.signs, dated.end() if dated else start, end)
    if behind:
        since = s.printed(dated.start(), dated.start() + 1) if dated and dated["how"] == "の" else ""
        base = since + s.printed(*behind.span("base")).strip("()（）")
        return _named(s.printed(*behind.span("name")), year, base)
    if dated:
        year, start = s.year(start, dated.end()) or year, dated.end()
    return _named(s.printed(start, end), year)


def _of_others(words: str) -> bool:
    return _OTHERS.search(words) is not None and not _OURS.match(words)


def _named(name: str, year: int | None, baseline: str = "") -> _Subject | None:
    said = (
        len(name) > 1
        and not _NO_NAME.search(name)
        and re.search("[一-鿿ぁ-んァ-ヺ]", name)
        and column_role(name) not in VALUE_ROLES
    )
    return _Subject(name, year, baseline) if said else None


def _stated(s: Signed, start: int, target: _Target) -> _Subject | None:
    """A name right before its value: «利用者数3,000人を目指す», «目標は、利用者数3,000人です»."""
    left = _STATED_LEFT.fullmatch(s.signs, start, target.at)
    if left is None or not (target.kind == "intent" or column_role(left["topic"] or "") == "target"):
        return None
    return _subject(s, *left.span("name"), None)


def _reading(s: Signed, subject: _Subject, left: re.Match[str] | None, target: _Target) -> Reading | None:
    value = s.value(target.at)
    fill = left.start("fill") if left else target.at
    start, end = _span(s, fill, target)
    baseline, base_year = subject.baseline, None
    if left and left["base"]:
        baseline, base_year = s.printed(*left.span("base")), s.year(fill, left.start("base"))
        fill = left.start("between")
    year = s.year(fill, start) or subject.year
    if re.search(_V, s.signs[target.at + 1 : target.end]):  # 40%（令和6年度25%）
        baseline = baseline or s.printed(target.at + 2, target.end - 1)
        end = target.at + 1 if end == target.end else end
    firm = baseline or value.bound != "exact" or _CHANGES.search(s.signs, target.end)
    if not firm and (_TERM.match(value.unit_norm or "") or (_FEE.search(value.unit or "") and not year)):
        return None  # a period, a fee
    reading = make_kpi(subject.name, s.printed(start, end).rstrip("、"), baseline, None, base_year, year)
    if target.kind == "change" and reading.target.kind == "absolute":
        return replace(reading, target=replace(reading.target, kind="change"))
    return reading


def _span(s: Signed, fill: int, target: _Target) -> tuple[int, int]:
    """The places of a value with what belongs to it: the year it is reckoned from, the verb of a change."""
    change = target.kind == "change"
    reckoned = change or s.value(target.at).unit == "倍"
    since = _BASE_YEAR.search(s.signs, fill, target.at) if reckoned else None
    verb = _AIMS[0][1].match(s.signs, target.end) if change else None
    return since.start() if since else target.at, verb.end() if verb else target.end
