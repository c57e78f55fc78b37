"""What the slots of a form hold: roles of all its labels, decided together over all records.

Content tells most of it (offices, values, years, items); among prose, how its sentences end and where it
stands: what is (〜ています) before what is to be done (〜ます). Words are added to the same sum.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import mean

from extract.labels import bare, field_role, keys, said, vocabulary
from extract.layout.numbering import names_level, numbered
from extract.structure.content import Profile, content_of, is_office, profile
from extract.structure.words import told, without_dates
from normalize.characters import squash
from normalize.eras import find_dates
from normalize.frozen import frozen
from normalize.national_plan import names_item
from normalize.quantities import find_quantities

ROLES = (
    "overview", "background", "approach", "actions", "departments", "tags",
    "kpi", "schedule", "title", "number", "policy", "effect", "other",
)  # fmt: skip
PROSE = ("overview", "background", "approach", "effect")
LISTED, COMPOSED, COMMON = 4.0, 1.6, 0.8  # words: in the list of a role; made of its parts; too common alone
CONTENT = 2.0  # what all its values agree on
TAUGHT = 12.0  # a person's answer: more than everything else together
TAKEN = 0.6  # a role that another slot has by its words
CLOSE = 0.25  # two roles as near as this are not told apart
USUAL = 50  # characters of a text that tells of a measure
MOST = 0.7  # of the lines of a slot
TAG = 8  # characters of a plan's name, at least; shorter are 新規, 市民, 短期
NAME = 45  # characters of a measure's name

_END = r"[)）」』\s]*$"
_IS = re.compile(
    r"(?:(?:て|で)(?:いま|おりま|きま)?(?:す|した)|(?:て|で)(?:い|お|き)(?:る|り|た)|ません|でした|です"
    r"|(?:あり|おり|い)ます|である|した|ない|ある|いる|だった|状況|状態|課題|現在|未着手|済み?|懸念|とどまる|られる|れている)"
    + _END
)
_GAINS = re.compile(
    r"(?:でき|られ|なり|がり|まり|まれ|され|減り|増え)ます|(?:なる|できる|つながる|期待される|見込まれる)"
    + _END
)
_WILL = re.compile(r"(?:ます|[^\x00-\x7fァ-ヴ一-龠][るすくぐむぶつう]|[一-龠][るすくぐむぶつう])" + _END)
_BEHIND = re.compile(r"\s*[（(][^（）()]*[)）]\s*$")
_SENTENCES = re.compile(r"[。\n]")
_JOINED = re.compile("[・、／/]")
_ITEM = re.compile(r"^\s*[・･•●○◦■□▪▸▶➢✓*①-⑳\-－]")
_MONEY = re.compile(r"円")


@frozen
class Slot:
    """A label and what it holds in every record: the texts of its lines, and what stands in their place."""

    key: str
    label: str
    order: float  # mean place among the labels of a record, 0 to 1
    values: tuple[tuple[str, ...], ...]
    drawn: tuple[str, ...] = ()  # of each record with one: "table" or "chart" behind the label
    boxed: bool = False  # its values stand in boxes of their own: tags


@frozen
class Role:
    """The role of a slot; ``margin`` is the distance to the next best. ``guesses``: the best, with scores."""

    name: str
    margin: float
    score: float
    guesses: tuple[tuple[str, float], ...] = ()


def decide(slots: Sequence[Slot]) -> dict[str, Role]:
    """The roles of the slots of one form, by key.

    >>> state = Slot("足もと", "足もと", 0.2, (("紙の届出が残っています。",), ("利用は伸びていません。",)))
    >>> will = Slot("手だて", "手だて", 0.5, (("届出の様式を見直します。",), ("窓口での案内を増やします。",)))
    >>> office = Slot("旗振り", "旗振り", 0.9, (("総務課",), ("市民課", "税務課")))
    >>> [role.name for role in decide([state, will, office]).values()]
    ['background', 'approach', 'departments']
    """
    scores = {s.key: _scores(s) for s in slots}
    for slot in slots:
        said = min(1.0, max(scores[slot.key][role] for role in PROSE))  # place tells little of little text
        for role, by in _by_order(slot, slots, scores).items():
            scores[slot.key][role] += said * by
    told_roles = {
        max(w, key=lambda r: w[r]) for s in slots if (w := _words(s)) and max(w.values()) >= COMPOSED
    }
    for slot in slots:
        if not _words(slot):
            for role in told_roles & {"overview", "background", "departments", "actions"}:
                scores[slot.key][role] -= TAKEN
    found = {s.key: _best(scores[s.key]) for s in slots}
    return _one_of_each(found, scores, slots)


def _best(scores: Mapping[str, float]) -> Role:
    first, second, third = sorted(scores, key=lambda r: -scores[r])[:3]
    guesses = tuple((role, scores[role]) for role in (first, second, third))
    return Role(first, scores[first] - scores[second], scores[first], guesses)


def _one_of_each(
    found: dict[str, Role], scores: Mapping[str, Mapping[str, float]], slots: Sequence[Slot]
) -> dict[str, Role]:
    """A record has one title and one number: the best slot keeps it, others take their next best role."""
    for name in ("title", "number", "policy"):
        rivals = [s.key for s in slots if found[s.key].name == name]
        for key in sorted(rivals, key=lambda k: -found[k].score)[1:]:
            found[key] = _best({r: x for r, x in scores[key].items() if r != name})
    place = {s.key: s.order for s in slots}
    step = 1.5 / max(1, len(slots) - 1)  # not every record has all of them
    for name in ("overview", "background"):
        same = [s.key for s in slots if found[s.key].name == name]
        if not same:
            continue
        best = max(same, key=lambda k: found[k].score + _length(k, slots))
        for key in set(same) - _beside(best, same, place, step):
            found[key] = Role("other", found[best].score - found[key].score, found[key].score)
    return found


def _beside(best: str, same: Sequence[str], place: Mapping[str, float], step: float) -> set[str]:
    """The labels of one role that stand together with the best of them, one by one: 現状 and 課題."""
    held = {best}
    while more := {k for k in same if k not in held and any(abs(place[k] - place[h]) <= step for h in held)}:
        held |= more
    return held


def _length(key: str, slots: Sequence[Slot]) -> float:
    """How much a slot says, 0 to 1."""
    texts = ["".join(v) for s in slots if s.key == key for v in s.values]
    return min(1.0, mean(map(len, texts)) / (2 * USUAL)) if texts else 0.0


# --- evidence -----------------------------------------------------------------------------------------


def _scores(slot: Slot) -> dict[str, float]:
    total = dict.fromkeys(ROLES, 0.0)
    total["other"] = 0.5
    for evidence in (_words(slot), _by_content(slot), _by_answer(slot)):
        for role, by in evidence.items():
            total[role] += by
    return total


def _by_answer(slot: Slot) -> dict[str, float]:
    """What a person has said of the label."""
    answer = said("label", slot.key)
    return {answer: TAUGHT} if answer in ROLES else {}


def _words(slot: Slot) -> dict[str, float]:
    found: dict[str, float] = {}
    label = _BEHIND.sub("", slot.label) or slot.label  # 現状（改訂時）
    for role, strength in told(label, "field").items():
        weight = COMMON * strength
        if strength >= 1:
            listed = {slot.key, squash(bare(label))} & keys("fields", role)
            weight = LISTED if listed else COMPOSED if _names(slot, role) else COMMON
        found[role] = max(found.get(role, 0.0), weight)
    parts = [field_role(part) for part in _JOINED.split(bare(slot.label))]
    if len(parts) > 1 and parts[0] and all(parts):  # 背景・ねらい: the first decides
        found[parts[0]] = max(found.get(parts[0], 0.0), COMPOSED)
    for role, strength in told(slot.label, "measure").items():
        if strength >= 1:
            found[role] = max(found.get(role, 0.0), LISTED / 2)
    return found


def _names(slot: Slot, role: str) -> bool:
    """Whether a label made of parts has a word of the role (取組の背景), not a common one (今後の取組)."""
    return any(squash(w) in slot.key for w in vocabulary("compose")["words"].get(role, ()))


def _by_content(slot: Slot) -> dict[str, float]:
    """What the values speak for, by role."""
    filled = [v for v in slot.values if any(t.strip() for t in v)]
    lines = [t for v in filled for t in v if t.strip()]
    found = _of_drawings(slot)
    if not lines:
        return found
    offices = mean(any(is_office(t) for t in v) and all(_office_or_more(t) for t in v) for v in filled)
    for role, share in (("departments", offices), ("tags", _share(lines, _names_national))):
        if share > 0.5:  # content that nothing else has
            return found | {role: CONTENT * 1.5 * share}
    if slot.boxed:
        found["tags"] = CONTENT
    held = profile(lines)
    found |= _of_names(slot, filled, held.distinct)
    if "number" in found:
        return found
    measured = _of_values(lines, filled, held)
    return found | (measured or _of_text(slot, lines, filled, found))


def _of_drawings(slot: Slot) -> dict[str, float]:
    """What the tables and charts behind a label speak for."""
    if not slot.drawn:
        return {}
    kinds = Counter(slot.drawn)
    n = max(1, len(slot.values))
    return {"schedule": CONTENT * kinds["chart"] / n, "kpi": CONTENT * kinds["values"] / n}


def _of_values(lines: Sequence[str], filled: Sequence[Sequence[str]], held: Profile) -> dict[str, float]:
    """Values are of indicators or money; years alone are a schedule, or when a thing is done."""
    found: dict[str, float] = {}
    values = held.share("value", "pair", "number") + _share(lines, _sets_value)
    values = max(values, dated if (dated := _share(lines, _says_value_of_year)) > MOST else 0.0)
    if values > 0.3:
        found["other" if _share(lines, _MONEY.search) > 0.3 else "kpi"] = CONTENT * min(1.0, values)
    periods = held.share("year", "span")
    if periods > 0.5:
        found["other" if len(lines) <= len(filled) else "schedule"] = CONTENT * periods
    return found


def _says_value_of_year(text: str) -> bool:
    """Whether a line has a value and a year for it: 令和9年度までに講座を8回にします。"""
    return bool(find_dates(text)) and len(find_quantities(without_dates(text))) > 0


def _of_text(
    slot: Slot, lines: Sequence[str], filled: Sequence[Sequence[str]], found: Mapping[str, float]
) -> dict[str, float]:
    """Names that come back, lists, and prose."""
    held = profile(lines)
    prose = _share(lines, lambda t: "。" in t or len(t) > NAME or _is_clause(t))
    items = max(_share(lines, _ITEM.match), _several(filled) if prose < 0.3 else 0.0)
    same = 1 - profile([_ITEM.sub("", t).strip() for t in lines]).distinct
    out: dict[str, float] = {}
    if same > 0.4 and prose < 0.3:  # names that come back: of plans, or a few short words to choose from
        role = "tags" if held.length >= TAG else "other"
        share = max(0.0, len(filled) - len(slot.drawn)) / len(slot.values)
        out[role] = max(found.get(role, 0.0), CONTENT * (0.5 + same) * share)
    out["actions"] = CONTENT * items * (1 - 0.7 * prose) * (1 - same)
    if prose > 0.2:
        out |= _of_prose(lines, prose * held.distinct)  # what is said of all is said of none
    return out


def _is_clause(text: str) -> bool:
    """Whether a short text without a full stop says something: 届く仕組みを整える."""
    return bool(re.search("[をにがへで]", text)) and _mood(text) != "none" and not _ITEM.match(text)


def _names_national(text: str) -> bool:
    """Whether a line names items of the nation's plan and nothing else."""
    return all(map(names_item, _ITEM.sub("", text).strip().split("、")))


def _office_or_more(text: str) -> bool:
    return is_office(text) or len(text) <= 6 or bool(re.search(r"[(（].*[)）]|ほか|全", text))


def _share(lines: Sequence[str], test: object) -> float:
    assert callable(test)
    return sum(bool(test(t)) for t in lines) / len(lines)


def _several(filled: Sequence[Sequence[str]]) -> float:
    """Share of values that are two lines or more."""
    return mean(len(v) > 1 for v in filled)


def _sets_value(text: str) -> bool:
    """Whether a line names something and its value behind it: 電子申請の件数 120件→300件."""
    head, _, tail = text.replace("：", " ").replace(":", " ").rpartition(" ")
    if re.search(r"現在|時点|末[)）]?$", text):
        return False
    return bool(head) and content_of(tail.strip()) in ("value", "pair")


def _of_names(slot: Slot, filled: Sequence[Sequence[str]], distinct: float) -> dict[str, float]:
    """Slots of one short name a record: the title, a number, the policy, a tag."""
    if any(len(v) != 1 or "。" in v[0] or len(v[0]) > NAME for v in filled):
        return {}
    texts = [v[0].strip() for v in filled]
    kinds = profile(texts)
    if _counts_on(texts):
        return {"number": CONTENT * 2}
    if kinds.share("ordinal") > 0.7:
        return {"number": CONTENT * 1.5 * kinds.share("ordinal")}
    levels = mean(bool((n := numbered(t)) and names_level(n.style)) for t in texts)
    if distinct < 0.75 and len(texts) > 2 and (levels > 0.6 or _stands_in_runs(texts)):
        return {"policy": CONTENT * (1 + levels) / 2 + 0.3}
    if mean(map(_is_clause, texts)) > 0.5:
        return {}
    if distinct < 0.75 or kinds.share("name") < 0.6:
        return {"other": CONTENT / 2}
    early = 1.0 if slot.order <= 0.34 else 0.2
    return {"title": CONTENT * distinct * early * kinds.share("name")} if mean(map(len, texts)) > 4 else {}


def _stands_in_runs(texts: Sequence[str]) -> bool:
    """Whether each text stands in one run of records, as the policy of some measures in a row does."""
    runs = 1 + sum(a != b for a, b in pairwise(texts))
    return runs <= len(set(texts)) + 1 and mean(map(len, texts)) > 5


def _counts_on(texts: Sequence[str]) -> bool:
    """Whether the values of one record after the other are bare numbers that count on: 1, 2, 3."""
    counts = [int(t) for t in texts if re.fullmatch("[0-9０-９]{1,3}", t)]
    steps = sum(b - a == 1 for a, b in pairwise(counts))
    return len(counts) == len(texts) > 2 and steps >= 0.8 * (len(counts) - 1)


def _of_prose(lines: Sequence[str], prose: float) -> dict[str, float]:
    """Prose by its grammar: what is, what is to be, what it brings."""
    moods = Counter(_mood(s) for t in lines for s in _SENTENCES.split(t) if len(s.strip()) > 4)
    n = max(1, sum(moods[m] for m in ("is", "will", "gains")))
    state, will, gains = moods["is"] / n, moods["will"] / n, moods["gains"] / n
    much = CONTENT * prose * (0.6 + 0.4 * min(1.0, mean(map(len, lines)) / USUAL))
    return {
        "background": much * 2 * max(0.0, state - 0.3),
        "overview": much * (0.3 + 0.5 * will + 0.4 * gains),
        "approach": much * (0.3 + 0.5 * will),
        "effect": much * 0.9 * gains,
    }


def _mood(sentence: str) -> str:
    """What a sentence tells: what is, what it brings, what is to be done; none of these, ended by a noun."""
    if _GAINS.search(sentence):
        return "gains"
    if _IS.search(sentence):
        return "is"
    return "will" if _WILL.search(sentence) else "none"


def _by_order(
    slot: Slot, slots: Sequence[Slot], scores: Mapping[str, Mapping[str, float]]
) -> dict[str, float]:
    """What is to be done comes behind what is; what is said first, in volition, tells what it is about."""
    if _leans(scores[slot.key]) not in PROSE or _leans(scores[slot.key]) == "background":
        return {}
    states = [s.order for s in slots if s is not slot and _leans(scores[s.key]) == "background"]
    prose = [s.order for s in slots if s is not slot and _leans(scores[s.key]) in PROSE]
    if not states:
        first = slot.order < min(prose, default=0.34)
        return {"overview": 0.4} if first else {"approach": 0.4} if prose else {}
    if slot.order < min(states):
        return {"overview": 0.7, "approach": -0.3}
    return {"approach": 0.5, "overview": -0.5}


def _leans(scores: Mapping[str, float]) -> str:
    return max(scores, key=lambda r: scores[r])
