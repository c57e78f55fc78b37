"""A baseline and a target printed together: «転入62回→13回», «100%(令和7年度75.5%)»."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from normalize.amounts import CHANGES, DATA, GONE, QUALIFIER, blank_dates, either, find_quantities
from normalize.eras import find_dates, fold_each
from normalize.quantities import BRACKETED, LONGEST_CELL, Target, parse_target


class Pair(NamedTuple):
    """A baseline and a target printed together; ``label`` tells several of one cell apart."""

    label: str | None
    baseline: Target
    target: Target


_ARROW_RE = re.compile(r"(?<!\s)\s*(?:→|⇒|➡|➔|➜|⟶|->|=>|＝＞|▶|►|▷)\s*")
_CLAUSE_RE = re.compile(r"[、,，;；\n／](?![0-9０-９]{3}(?![0-9０-９]))(?![^()（）]*[)）])")
_BASELINE_RE = re.compile(rf"(?:{either(DATA['baseline_words'])})")
_TARGET_RE = re.compile(rf"(?:{either(DATA['target_words'])})")
_LABEL_TRIM = re.compile(r"^[\s・:：、]+|[\s・:：、は（(]+$")
_FILLER_RE = re.compile(
    rf"[\s{GONE}→~/:、,。()-]|対?比|に対し|を?維持"
    rf"|{either([*CHANGES, *DATA['baseline_words'], *DATA['target_words']])}"
)
_FROM_TO_RE = re.compile(rf"^(?P<first>.+)から(?P<last>.+?)[へに](?:{either(list(CHANGES))})?(?:する|。)*$")


def parse_pair(text: str) -> list[Pair]:
    """Baselines and targets printed together: «転入62回→13回、おくやみ11回→3回», «100%(令和7年度75.5%)».

    Empty when the text holds no such pair. A label (転入) is what stands before the baseline's own words.
    """
    if len(text) > LONGEST_CELL:
        return []
    if _ARROW_RE.search(text):
        return [pair for clause in _clauses(text) if (pair := _arrow_pair(clause)) is not None]
    pair = _from_to_pair(text) or _bracket_pair(text)
    return [pair] if pair else []


def split_value(text: str) -> tuple[str, str]:
    """An indicator printed with its value, taken apart: «満足度 90%» gives («満足度», «90%»).

    The value part is the longest ending made of nothing but numbers, dates, their brackets and arrows; it is
    empty where there is none. The labels of several pairs stay with the values.
    """
    if len(text) > LONGEST_CELL:
        return text, ""
    dates, quantities = find_dates(text), find_quantities(text)
    for at in sorted({d.start for d in dates} | {q.start for q in quantities}):
        rest = text[at:]
        if _only_values(rest):
            name = text[:at].rstrip()
            head, _, label = name.rpartition(" ")
            if head and label and len(_clauses(rest)) > 1 and _ARROW_RE.search(rest):
                return head.rstrip(), text[len(name) - len(label) :]
            return name.rstrip("（(：: \u3000"), rest
    return text.rstrip(), ""


def _only_values(text: str) -> bool:
    clauses = _clauses(text) if _ARROW_RE.search(text) else [text]
    return all(
        _is_value(clause if i == 0 else _split_label(clause, _BASELINE_RE)[1])
        for i, clause in enumerate(clauses)
    )


def _is_value(clause: str) -> bool:
    left = blank_dates(clause, find_dates(clause))
    for q in find_quantities(clause):
        left = left[: q.start] + GONE * (q.end - q.start) + left[q.end :]
    left = BRACKETED.sub("", left)
    return GONE in left and not _FILLER_RE.sub("", left)


def _clauses(text: str) -> list[str]:
    """The text cut where a new pair begins: each piece holds an arrow."""
    pieces: list[str] = []
    start, end = 0, -1  # of the piece being built
    for stop in [*(m.start() for m in _CLAUSE_RE.finditer(text)), len(text)]:
        if end >= 0 and _ARROW_RE.search(text[start:end]) and _ARROW_RE.search(text[end + 1 : stop]):
            pieces.append(text[start:end])
            start = end + 1
        end = stop
    return [*pieces, text[start:]]


def _arrow_pair(clause: str) -> Pair | None:
    ends = [end.strip() for end in _ARROW_RE.split(clause)]
    if len(ends) < 2 or not all(re.search(r"\w|-", fold_each(end)) for end in (ends[0], ends[-1])):
        return None
    note = re.search(rf"[(（]\s*({QUALIFIER})\s*[)）]", ends[-1])
    label, first = _split_label(ends[0], _BASELINE_RE)
    _, last = _split_label(ends[-1], _TARGET_RE)
    baseline, target = parse_target(first), parse_target(last)
    if note and baseline.qualifier is None:
        baseline = replace(baseline, qualifier=note[1])
    baseline, target = _share_unit(baseline, target), _share_unit(target, baseline)
    if len(ends) > 2:
        target = replace(target, problem=target.problem or "interim_values")
    return Pair(label, baseline, target)


def _from_to_pair(text: str) -> Pair | None:
    """«62回から13回へ»."""
    m = _FROM_TO_RE.match(text.strip())
    if m is None or any(len(find_quantities(m[side])) != 1 for side in ("first", "last")):
        return None
    return _arrow_pair(f"{m['first']}→{m['last']}")


def _share_unit(one: Target, other: Target) -> Target:
    """«62→13回»: a number without a unit takes the other end's."""
    if one.value is not None and one.unit is None and other.unit is not None and other.kind == "absolute":
        return replace(one, unit=other.unit, unit_norm=other.unit_norm, factor=other.factor)
    return one


def _split_label(text: str, words: re.Pattern[str]) -> tuple[str | None, str]:
    """What stands before the first number or date is the label; 現状, 目標 and their like are no label."""
    starts = [q.start for q in find_quantities(text)[:1]] + [d.start for d in find_dates(text)[:1]]
    if not starts:
        return None, text
    at = min(starts)
    label = _LABEL_TRIM.sub("", words.sub("", text[:at]))
    return label or None, text[at:].strip()


def _bracket_pair(text: str) -> Pair | None:
    """A target with its baseline in brackets behind it."""
    m = re.search(r"[(（](?P<inner>[^()（）]*)[)）]$", text.rstrip())
    if m is None or not m.start():
        return None
    inner = m["inner"]
    if not find_quantities(inner) or not (find_dates(inner) or _BASELINE_RE.search(inner)):
        return None
    target = parse_target(text[: m.start()])
    return Pair(None, parse_target(inner.strip()), target) if target.value is not None else None
