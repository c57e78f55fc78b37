"""A text with one sign for each date and each value, so that rules can speak of what stands around them.

«件数を令和12年度までに30件に» becomes «件数を□までに■に»; every sign knows its place in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from normalize.eras import DateSpan, find_dates, fold_each
from normalize.quantities import Quantity, find_quantities, parse_target

_D0, _V0 = 0xE000, 0xE800  # the signs of dates and of values (private use)
DATE, VALUE = "[\ue000-\ue7ff]", "[\ue800-\uefff]"
_COMPARED = re.compile(rf"{DATE}[^、()\ue000-\uefff]{{0,6}}?(?:比|対し|より|から)")
_COUNTED = re.compile(
    r"(?:累計|延べ|年間|月平均|約)?(?<![0-9.,第])[0-9][0-9,.]*\s?[一-鿿ァ-ヺー]{1,5}?(?:以[上下内]|未満|程度)?"
    r"(?=から|に|へ|まで|を|[\s→、()]|$)"
)


@dataclass(frozen=True)
class Signed:
    """A sentence with one sign for each date and value; ``places``: where every sign stands in it."""

    text: str
    signs: str
    places: tuple[tuple[int, int], ...]
    dates: tuple[DateSpan, ...]
    values: tuple[Quantity, ...]

    def printed(self, start: int, end: int) -> str:
        return self.text[self.places[start][0] : self.places[end - 1][1]] if start < end else ""

    def value(self, at: int) -> Quantity:
        return self.values[ord(self.signs[at]) - _V0]

    def year(self, start: int, end: int, *, whole: bool = False) -> int | None:
        """The last year told between two places, but for one that something is compared with.

        ``whole``: of a year, not of a month in it.
        """
        years = [
            date.fy or date.year
            for sign in re.finditer(DATE, self.signs[start:end])
            if (date := self.dates[ord(sign[0]) - _D0]).problem is None
            and not (whole and date.date)
            and not (date.open_end or _COMPARED.match(self.signs, start + sign.start(), end))
        ]
        return years[-1] if years else None


def signed(text: str, *, spaces: bool = False) -> Signed:
    """``spaces``: a run of them stays as one; else they are left out."""
    dates = tuple(find_dates(text))
    folded = fold_each(text)
    values = tuple(q for found in (*find_quantities(text), *_counted(folded, dates)) for q in _apart(found))
    signs = {d.start: (d.end, chr(_D0 + i)) for i, d in enumerate(dates)}
    signs |= {q.start: (q.end, chr(_V0 + i)) for i, q in enumerate(values)}
    found: list[str] = []
    places: list[tuple[int, int]] = []
    at = 0
    while at < len(text):
        end, sign = signs.get(at, (at + 1, folded[at]))
        if not sign.isspace() or (spaces and found[-1:] != [" "]):
            found.append(" " if sign.isspace() else sign)
            places.append((at, end))
        at = end
    return Signed(text, "".join(found), tuple(places), dates, values)


def _apart(q: Quantity) -> Iterator[Quantity]:
    """A quantity as a sentence means it: «18か所から40か所» are two values, «250件まで» is no bound."""
    first, since, last = q.surface.partition("から")
    ends = [find_quantities(first), find_quantities(last)] if since and q.value_max is not None else []
    if [len(end) for end in ends] == [1, 1]:
        for (end,), start in zip(ends, (q.start, q.start + len(first + since)), strict=True):
            yield replace(end, start=start + end.start, end=start + end.end)
    elif q.surface.endswith("まで"):
        yield replace(q, end=q.end - len("まで"), bound="exact")
    else:
        yield q


def _counted(folded: str, dates: Sequence[DateSpan]) -> Iterator[Quantity]:
    """Numbers whose counter is on no list, told by the particle behind it: «2圃場から10圃場に»."""
    known = [span for d in dates for span in [(d.start, d.end)]]
    known += [(q.start, q.end) for q in find_quantities(folded)]
    for match in _COUNTED.finditer(folded):
        if not any(start < match.end() and match.start() < end for start, end in known):
            target = parse_target(match[0])
            if target.value is not None and target.kind == "absolute":
                yield Quantity(*match.span(), match[0], target.value, unit=target.unit)
