"""The offices of measures: those of a field, each alone or behind its part, and those of another table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from extract.document import Document
from extract.labels import field_role
from extract.model import Cell
from extract.records.fields import cell_text
from extract.records.model import Measure
from extract.records.owners import measure_named
from extract.structure.content import is_office

_UNIT = "課|室|局|部|所|館|係|委員会|センター|班|署"
_DEPARTMENT_SPLIT = re.compile(
    rf"[、，,／/;；\n\s]+|(?:(?<=[課室局部所館係班署])|(?<=委員会)|(?<=センター))・(?=\S{{1,14}}(?:{_UNIT}))"
)
_OTHER_DEPARTMENTS = re.compile(
    r"[(（]\s*(?:関係|関連|協力|連携|副担当)(?:課|部署|部局|所属)?\s*[：:]?\s*([^()（）]*)[)）]"
)
_DEPARTMENT_TAIL = re.compile(r"(?:ほか|他|など|等|、)+$")
# Offices of one rank whose break was lost: 市民課税務課; a 部 and its 課 are one name.
_RUN_TOGETHER = re.compile(
    r"(?<=[課室])(?=(?:[^課室、，（(]{2,}[課室])+$|全庁$|各課$|全課$|[^課室、，（(]{2,}(?:事務局|委員会)$)"
)
_NONE = frozenset("-－―ー–—")  # an empty cell, said with a dash
_PART = re.compile(r"\s*(?P<part>[^\s、，：:]{2,8})(?:\s*[：:]\s*|\u3000+|[ \u3000]{2,})(?P<offices>\S.*)")
_NAMED = re.compile(r"[^、，。はとがやをにで及並び\s]+")
_FRAMES = 3  # measures in which one sentence tells their offices
_COLUMN = 0.8  # of the filled cells of a column: names of offices


def departments(text: str) -> list[str]:
    """Departments of a 担当課 field; «ほか» says that there are more and is no department.

    >>> departments("総務課、市民課・税務課ほか")
    ['総務課', '市民課', '税務課']
    >>> departments("総務課（関係課：市民課、税務課）")
    ['総務課', '市民課', '税務課']
    >>> departments("健康づくり課子育て支援課"), departments("政策部企画課"), departments("企画課全庁")
    (['健康づくり課', '子育て支援課'], ['政策部企画課'], ['企画課', '全庁'])
    >>> departments("総務課農業委員会事務局")
    ['総務課', '農業委員会事務局']
    >>> departments("漕ぎ手　情報推進課\\n伴走　　商工課、各支所")
    ['情報推進課', '商工課', '各支所']
    """
    text = _OTHER_DEPARTMENTS.sub(r"、\1", text)
    told = _without_parts(
        [line for line in text.split("\n") if "。" not in line]
    )  # a sentence names no office
    parts = (
        part for n in _DEPARTMENT_SPLIT.split("\n".join(told)) for part in _RUN_TOGETHER.split(n.strip())
    )
    names = (_DEPARTMENT_TAIL.sub("", n) for n in parts)
    return [n for n in names if n and n not in _NONE]


def _without_parts(lines: Sequence[str]) -> list[str]:
    """Lines of offices without the part these have in the measure, where each line opens with one.

    A single line may open with an office of unusual name; there the word or a colon must tell.
    """
    found = [m for line in lines if (m := _PART.fullmatch(line)) and not is_office(m["part"])]
    offices = len(found) == len(lines) and any(is_office(m["offices"]) for m in found)
    told = offices and (len(found) > 1 or "：" in lines[0] or field_role(found[0]["part"]) == "departments")
    return [m["offices"] for m in found] if told else list(lines)


def with_told(measures: Sequence[Measure]) -> list[Measure]:
    """Measures that say nothing of their offices, with those that one sentence tells in most of them.

    この取組は、住民課と税務課が担います。
    """
    told = [dict(map(_framed, _sentences(m))) for m in measures]
    times = Counter(frame for frames in told for frame, offices in frames.items() if offices)
    frame, often = max(times.items(), key=lambda f: f[1], default=("", 0))
    if often < _FRAMES or 2 * often <= len(measures):
        return list(measures)
    return [
        m if m.departments else replace(m, departments=tuple(frames.get(frame, ())))
        for m, frames in zip(measures, told, strict=True)
    ]


def _sentences(measure: Measure) -> list[str]:
    texts = [f.text or "" for f in measure.fields]
    return [s for text in texts for s in re.split(r"[。\n]", text) if s.strip()]


def _framed(sentence: str) -> tuple[str, list[str]]:
    """A sentence without the offices in it, and these."""
    offices = [name for name in _NAMED.findall(sentence) if is_office(name)]
    for name in offices:
        sentence = sentence.replace(name, "◇", 1)
    return re.sub(r"◇(?:(?:と|や|、|及び|並びに)◇)+", "◇", sentence), offices


def with_listed(document: Document, measures: Sequence[Measure]) -> list[Measure]:
    """Measures that say nothing of their offices, with those a table gives them: 取組 | 工程 | 主担当."""
    told: dict[int, list[str]] = {}
    if not all(m.departments for m in measures):
        for named, offices in _listed(document, measures):
            told.setdefault(named, []).extend(offices)
    return [
        m if m.departments else replace(m, departments=tuple(dict.fromkeys(told.get(n, ()))))
        for n, m in enumerate(measures)
    ]


def _listed(document: Document, measures: Sequence[Measure]) -> Iterator[tuple[int, list[str]]]:
    for rows in document.grids:
        columns = [c for c in range(1, len(rows[0]) if rows else 0) if _holds_offices(rows, c)]
        for row in rows if columns else ():
            cells = [c for c in row[: columns[0]] if c is not None and c.text]
            named = next((n for c in cells if (n := measure_named(cell_text(c), measures)) is not None), None)
            if named is not None:
                held = [c for column in columns if (c := row[column]) is not None]
                yield named, [name for c in held for name in departments(cell_text(c))]


def _holds_offices(rows: Sequence[Sequence[Cell | None]], column: int) -> bool:
    """Whether the cells of a column below its head name offices."""
    cells = {id(c): c for row in rows if (c := row[column]) is not None and c.text and c.col == column}
    texts = [cell_text(c) for c in cells.values()][1:]
    offices = sum(all(map(is_office, text.split("\n"))) for text in texts)
    return len(texts) > 1 and offices >= _COLUMN * len(texts)
