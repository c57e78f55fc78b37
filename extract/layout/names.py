"""Which texts name what stands below, beside or behind them, told by their coming back.

Layout has no vocabulary. A short line that stands again and again over other text is a name (概要, 担当),
whatever it says. What words say is one more kind of evidence, and is handed in.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

from extract.layout.marks import marks
from extract.layout.numbering import numbered
from extract.layout.periods import parse_period
from normalize.characters import squash
from normalize.frozen import frozen

OFTEN = 3  # a short line that stands as often names something
_INNER = ("kana", "paren-kana")  # styles of numbers that begin anew in every record
_SHORTEST, _LONGEST = 2, 16  # characters of a name
_MARKS_AROUND = re.compile(
    r"^[\s＜<〈《【［\[〔「『≪～〜~■□◆◇●○◎▼▶►・❖◈▍▎▌▋▐┃❚:：\-─—]+|[\s＞>〉》】］\]〕」』≫～〜~■□◆◇:：\-─—]+$"
)
_LEAD = re.compile(
    r"^\s*(?:[-*+]\s+)?(?:"
    r"[【＜<\[［〈《〔]\s*(?P<boxed>[^【】＜>\[\]［］〈〉《》〔〕：:\s]{2,16})\s*[】＞>\]］〉》〕]\s*[：:]?"
    r"|[■□◆◇●○◎▼▶►❖・]?\s*(?P<colon>[^：:\s]{2,16})\s*[：:]"
    r"|(?:[■□◆◇●○◎▼▶►❖・]|[ア-ン][.．)）]?[\s\u3000])\s*(?P<marked>[^：:\s]{2,16})[ \u3000]+"
    r")\s*(?P<rest>\S.*)$",
    re.S,
)


def _nothing(_: str) -> bool:
    return False


@frozen
class Words:
    """What the words of a text say, for layout to weigh: handed in by what knows the vocabulary."""

    names: Callable[[str], bool] = _nothing  # the text names a box or chapter
    heads: Callable[[str], bool] = _nothing  # it names a column
    opens: Callable[[str], bool] = _nothing  # it begins with such a name: 担当：総務課
    entitles: Callable[[str], bool] = _nothing  # it begins with one that stands before titles: 取組名：…


NO_WORDS = Words()


@frozen
class Names:
    """``lines``: keys of lines that come back; ``leads``: keys of what comes back at the head of lines.

    ``parts``: keys of short lines that come back, down to one character: a name may be broken in two.
    """

    words: Words = NO_WORDS
    lines: frozenset[str] = frozenset()
    leads: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()
    in_brackets: bool = False  # names at the head of lines stand in brackets: 【担当】総務課

    def names(self, text: str) -> bool:
        """Whether a whole line names something."""
        return name_key(text) in self.lines or self.words.names(text)

    def is_part(self, text: str) -> bool:
        """Whether a line comes back as the part of a name that a narrow box breaks."""
        return name_key(text) in self.parts

    def opens(self, text: str) -> bool:
        """Whether a line begins with a name that its own text follows."""
        lead = lead_of(text)
        if lead is not None and (name_key(lead[0]) in self.leads or (self.in_brackets and _is_boxed(text))):
            return True
        return self.words.opens(text)

    def first(self, text: str) -> str | None:
        """The key of the name that a line is, or begins with; None for other lines."""
        if self.names(text):
            return name_key(text)
        lead = lead_of(text) if self.opens(text) else None
        return name_key(lead[0]) if lead is not None else None


NO_NAMES = Names()


def name_key(text: str) -> str:
    """A name without the marks around it, for comparison: ＜現状と課題＞ = 現状と課題."""
    return squash(_MARKS_AROUND.sub("", text))


def lead_of(text: str) -> tuple[str, str] | None:
    """(name, rest) of a line that is built like a name with its text behind it.

    >>> lead_of("担当：総務課"), lead_of("【目的】窓口を軽くする"), lead_of("◆担当　総務課")
    (('担当', '総務課'), ('目的', '窓口を軽くする'), ('担当', '総務課'))
    >>> lead_of("窓口を軽くする") is None
    True
    """
    match = _LEAD.match(text)
    if match is None:
        return None
    return match["boxed"] or match["colon"] or match["marked"], match["rest"]


def find_names(lines: Iterable[str], words: Words = NO_WORDS) -> Names:
    """Names among the lines of a document, in its order.

    >>> plan = ["窓口", "ねらい", "軽くする。", "研修", "ねらい", "学ぶ。", "地図", "ねらい", "開く。"]
    >>> sorted(find_names(plan).lines)
    ['ねらい']
    """
    often: Counter[str] = Counter()
    behind: defaultdict[str, set[str]] = defaultdict(set)
    boxed: Counter[str] = Counter()
    pieces: Counter[str] = Counter()
    for line in lines:
        if len(line.strip()) <= _LONGEST:
            pieces[name_key(line)] += 1
        if may_name(line):
            often[name_key(line)] += 1
        elif (lead := lead_of(line)) is not None and may_name(lead[0]):
            behind[name_key(lead[0])].add(squash(lead[1]))
            boxed[name_key(lead[0])] += _is_boxed(line)
    leads = frozenset(key for key, rests in behind.items() if len(rests) >= OFTEN)
    return Names(
        words,
        frozenset(key for key, n in often.items() if n >= OFTEN),
        leads,
        frozenset(key for key, n in pieces.items() if n >= OFTEN and any(c.isalpha() for c in key)),
        sum(boxed[key] >= OFTEN for key in leads) > 1,
    )


def _is_boxed(text: str) -> bool:
    match = _LEAD.match(text)
    return match is not None and match["boxed"] is not None and may_name(match["boxed"])


def may_name(text: str) -> bool:
    """Whether a text is short and says nothing by itself: no sentence, number, date or numbered title.

    ア and （ア） count the boxes of a record over again in each, as titles are not counted.
    """
    bare = _MARKS_AROUND.sub("", text).strip()
    if not _SHORTEST <= len(bare) <= _LONGEST or bare.endswith(tuple(marks().sentence_ends)):
        return False
    if re.search(r"[0-9０-９、。]", bare) or parse_period(bare) is not None:
        return False
    number = numbered(text)
    return (number is None or number.style in _INNER) and any(c.isalpha() for c in bare)
