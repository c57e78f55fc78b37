"""Where a document explains its terms: tables and runs of lines of terms, each with its explanation.

A glossary is told by what stands in it: short names that differ, most of them foreign words or words the rest
of the document uses, each beside a sentence that says what a thing *is* (…のこと。 …をいう。), not what will
be done. Heads and chapter titles are added to the same sum.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from extract.document import Document, Placed
from extract.labels import keys
from extract.layout.numbering import numbered
from extract.model import Cell
from extract.structure.content import content_of, profile
from extract.structure.headers import text_of, weighed, weights
from extract.structure.labels_found import ASIDE
from extract.structure.reviews import review
from extract.structure.words import told
from normalize.characters import squash, strip_bullet, strip_note_marks
from normalize.frozen import frozen
from normalize.quantities import is_null

_DEFINES = re.compile(
    r"(?:こと|もの|略称?|略語|総称|意味|仕組み|技術|考え方|状態|名称|制度|方式|手法|機能|用語|概念)(?:です|である|。|」|$)"
    r"|を(?:いう|いいます|指す|指します|意味する|意味します)|と(?:いう|いいます|呼ぶ|呼びます)|の略"
)
_WILL = re.compile(
    r"(?:図|進め|努め|目指|めざ|取り組|整え|広げ|増や|減ら|高め|見直)(?:る|す|む|り?ます|します|みます)。?$"
)
_FOREIGN = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ]{2,}|[ァ-ヴー]{2,}")
_KANA = re.compile(r"[ぁ-んァ-ヶー・･\s]+")
_LATIN = re.compile(r"[\x20-\x7e–’]+")
_BRACKETS = re.compile(r"\s*[(（【].*$", re.S)
_LISTED = re.compile(
    r"^(?P<term>[^：:。\t]{1,40}?)\s*(?:[：:]|…{1,3}|‥|[…‥・･.．]{3,}|(?<=\s)[―—－-]\s|(?<=　　))\s*"
    r"(?P<definition>\S.{9,})$",
    re.S,
)
_SPACED = re.compile(r"^(?P<term>[^：:。　\t]{1,30})　(?P<definition>\S.{9,}(?:。|.{20}))$", re.S)
_HEADED = re.compile(r"^[【［\[〔]\s*([^】］\]〕]{1,40}?)\s*[】］\]〕](?=\s*(?:$|[(（：:]|[…‥・･.．]{2}))")
_COUNTED = re.compile(r"^\s*[0-9０-９]{1,3}\s*[.．)）]?\s*(?=[【［\[〔])")
_MARK = re.compile(r"^\s*(?:[(（][※＊*][)）]|[※＊\ue000-\uf8ff]\s*)")
_IN_BRACKETS = re.compile(
    r"^[【［\[〔]\s*(?P<term>[^】］\]〕]{1,40}?)\s*[】\］\]〕]\s*(?P<definition>\S.{9,})$", re.S
)
_LEADERS = re.compile(r"(?<![.．・…‥_＿])[.．・…‥_＿]{3,}+\s*\d{1,3}\s*$")
_INDEX = re.compile(r"[ぁ-んァ-ンa-zA-Z]\s*(?:行|[-~～－]\s*[A-Za-z])?|英数字?|数字")
_TERM_MAX, _SAID_MIN = 40, 12  # characters
_LINE = ("line",)
_OTHER = frozenset({"office", "value", "number", "year", "pair", "mark", "span"})


@frozen
class Entry:
    """A term and its explanation as printed, the blocks that hold it, and what other columns say, by role."""

    term: str
    definition: str
    blocks: tuple[int, ...]
    also: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Glossary:
    """Entries that stand together; ``score``: log odds that they are explained terms."""

    source: str  # table or list
    entries: tuple[Entry, ...]
    score: float


def glossaries(document: Document) -> list[Glossary]:
    """The glossaries of a document, in order."""
    body = _Body(document)
    tables = [i for i in range(len(document.tables)) if review(document, i) is None]
    found = [g for index in tables for g in _tables(body, index)]
    found += [g for run in _runs(document) if (g := _list(body, run)) is not None]
    return sorted((g for g in found if g.score > 0), key=lambda g: g.entries[0].blocks[0])


class _Body:
    """The document, and how often its words stand in it."""

    def __init__(self, document: Document) -> None:
        self.document = document

    @cached_property
    def _text(self) -> str:
        return squash("\n".join(p.text for p in self.document.blocks if p.block.kind not in ASIDE))

    def uses(self, term: str) -> bool:
        """Whether a term stands in the document also where it is not explained."""
        key = squash(_BRACKETS.sub("", term))
        return len(key) > 1 and self._text.count(key) > 1

    def chapter(self, block: int) -> float:
        """How much the titles over a block say that terms are explained below them, 0 or 1."""
        index = self.document.section_of_block(block)
        path = self.document.path(self.document.sections[index]) if index is not None else []
        return float(any(word in squash(s.title) for s in path if len(s.title) <= 16 for word in _chapters()))

    def place(self, block: int) -> float:
        return block / max(1, len(self.document.blocks))


def _chapters() -> frozenset[str]:
    return keys("glossary", "chapters")


def _score(body: _Body, entries: Sequence[Entry], more: dict[str, float]) -> float:
    terms, definitions = [e.term for e in entries], [e.definition for e in entries]
    n = len(entries)
    first = entries[0].blocks[0]
    held = profile(terms)
    defining = sum(_DEFINES.search(d) is not None for d in definitions) / n
    evidence = {
        "named": held.share("name", "unit", "office", "list"),
        "distinct": held.distinct,
        "says": sum(len(d) >= _SAID_MIN for d in definitions) / n,
        "defines": min(1.0, 1.3 * defining),
        "silent": float(defining == 0),
        "wills": sum(_will_be_done(d) for d in definitions) / n,
        "used": sum(map(body.uses, terms)) / n,
        "foreign": sum(_FOREIGN.search(t) is not None for t in terms) / n,
        "numbered": sum(numbered(t) is not None for t in terms) / n,
        "many": min(1.0, n / 8),
        "few": float(n < 3),
        "late": float(body.place(first) > 0.6),
        "chapter": body.chapter(first),
        "label": sum(body.document.labels.found(t) is not None for t in terms) / n,
    }
    return weighed(evidence | more, weights("glossary"))


def _will_be_done(definition: str) -> bool:
    last = definition.rstrip("。 ").split("。")[-1]
    return _WILL.search(last) is not None and _DEFINES.search(definition) is None


# --- tables ---------------------------------------------------------------------------------------------


def _tables(body: _Body, index: int) -> Iterator[Glossary]:
    """The glossaries of one table: a column of terms with the next column of explanations, perhaps twice."""
    rows = body.document.grids[index]
    if len(rows) < 2 or len(rows[0]) < 2:
        return
    columns = [[text_of(row[c]) for row in rows] for c in range(len(rows[0]))]
    start = 0
    for c in range(1, len(columns)):
        if c > start and _explains(columns, rows, c):
            glossary = _between(body, index, rows, columns, start, c)
            if glossary is not None:
                yield glossary
            start = c + 1


def _explains(columns: Sequence[Sequence[str]], rows: Sequence[Sequence[Cell | None]], c: int) -> bool:
    """Whether a column holds explanations: sentences, or texts as long that are no English names."""
    filled = [t for t, row in zip(columns[c], rows, strict=True) if t and row[c] is not row[c - 1]]
    own = [t for t in filled if not _LATIN.fullmatch(t)]
    long = sum(content_of(t) == "prose" or len(t) >= 2 * _SAID_MIN for t in own)
    return len(own) > 1 and long >= 0.5 * len(own)


def _between(
    body: _Body, index: int, rows: Sequence[Sequence[Cell | None]], columns: Sequence[Sequence[str]],
    start: int, last: int,
) -> Glossary | None:  # fmt: skip
    """The glossary of the columns from ``start`` to the explanations in ``last``."""
    head = _head(rows, last)
    roles = _roles(columns, head, start, last)
    if "term" not in roles.values():
        return None
    entries = tuple(_entries(body.document, index, rows, head, roles))
    if not entries:
        return None
    others = [c for c in range(len(columns)) if not start <= c <= last]
    data = [profile([t for r, t in enumerate(columns[c]) if r >= head]) for c in others]
    heads = {role: columns[c][head - 1] if head else "" for c, role in roles.items()}
    more = {
        "heads": sum(told(heads[r], "glossary").get(r, 0.0) for r in ("term", "definition")) / 2,
        "beside": max((p.share(*_OTHER) * p.filled for p in data), default=0.0),  # type: ignore[arg-type]
        "headed": float(head > 0 and any(told(t, "glossary") for t in heads.values())),
    }
    return Glossary("table", entries, _score(body, entries, more))


def _head(rows: Sequence[Sequence[Cell | None]], last: int) -> int:
    """Rows of the head: the first row, where what stands over the explanations is a name as heads are."""
    over = rows[0][last]
    text, below = text_of(over), [text_of(row[last]) for row in rows[1:] if row[last] is not row[last - 1]]
    longer = [t for t in below if len(t) > 2 * len(text)]
    short = 0 < len(text) <= _SAID_MIN and "。" not in text and over is not rows[0][last - 1]
    return 1 if short and len(longer) >= 0.6 * len(below) else 0


def _roles(columns: Sequence[Sequence[str]], head: int, start: int, last: int) -> dict[int, str]:
    """What the columns before the explanations hold: readings in kana, full names in Latin, short forms."""
    roles = {last: "definition"}
    words = {c: told(columns[c][head - 1], "glossary") if head else {} for c in range(start, last)}
    best = {c: max(w, key=lambda r: w[r]) for c, w in words.items() if w}
    names: list[int] = []
    for c in range(start, last):
        sure = c in best and words[c][best[c]] >= 0.9
        role = best[c] if sure else _by_content(columns[c][head:])
        if role == "name":
            names.append(c)
        elif role and role not in roles.values():
            roles[c] = role
    if names and "term" not in roles.values():
        term = min(names, key=lambda c: (c in best, -profile(columns[c][head:]).distinct, c))
        roles[term] = "term"
    return roles | {
        c: best[c] for c in names if c in best and best[c] not in roles.values() and c not in roles
    }


def _by_content(texts: Sequence[str]) -> str | None:
    filled = [t for t in texts if t and not is_null(t)]
    if not filled or sum(map(len, filled)) < 2 * len(filled):
        return None
    held = profile(filled)
    if held.share("ordinal", "number", "year") > 0.5 or all(_INDEX.fullmatch(t) for t in filled):
        return None
    kana = sum(_KANA.fullmatch(t) is not None for t in filled) / len(filled)
    latin = sum(_LATIN.fullmatch(t) is not None and " " in t for t in filled) / len(filled)
    if kana > 0.8 and any("ぁ" <= ch <= "ん" for t in filled for ch in t):
        return "reading"
    return "expansion" if latin > 0.6 else "name"


def _entries(
    document: Document, index: int, rows: Sequence[Sequence[Cell | None]], head: int, roles: dict[int, str]
) -> Iterator[Entry]:
    """A row each; heads that come again are none."""
    columns = {role: c for c, role in reversed(roles.items())}
    again = text_of(rows[0][columns["definition"]]) if head else None
    told = {id(row[columns["term"]]): row for row in reversed(rows[head:])}  # a merged cell: its first row
    for row in reversed(told.values()):
        if text_of(row[columns["definition"]]) != again:
            yield from _entry(document, index, {role: row[c] for role, c in columns.items()})


def _entry(document: Document, index: int, held: Mapping[str, Cell | None]) -> Iterator[Entry]:
    """The entry of a row; none where it is one cell (あ行) or has no term."""
    definition = _tidy(text_of(held["definition"]))
    told = {role: one_line(_tidy(text_of(cell))) for role, cell in held.items()}
    told = {role: text for role, text in told.items() if text and not is_null(text)}
    if "term" not in told or not definition or held["term"] is held["definition"]:
        return
    cells = [c for c in held.values() if c is not None and c.text]
    blocks = tuple(dict.fromkeys(document.cell_blocks[index, c.row, c.col] for c in cells))
    also = tuple((r, text) for r, text in told.items() if r not in ("term", "definition"))
    yield Entry(told["term"], definition, blocks, also)


def one_line(text: str) -> str:
    """A text whose line breaks part no words: 窓口の\\n改善 -> 窓口の改善."""
    return re.sub(r"\s*\n\s*", "", text)


def _tidy(text: str) -> str:
    return strip_note_marks(strip_bullet(_MARK.sub("", text.strip())))


# --- runs of lines --------------------------------------------------------------------------------------


def _list(body: _Body, entries: Sequence[Entry]) -> Glossary | None:
    if not entries:
        return None
    more = {"run": 1.0, "short_run": float(len(entries) < 3)}
    return Glossary("list", tuple(entries), _score(body, entries, more))


def _runs(document: Document) -> Iterator[list[Entry]]:
    """Entries that follow each other: «用語：説明» lines, or terms set alike, each over its explanation."""
    run: list[Entry] = []
    look: tuple[object, ...] | None = None  # of the terms of this run
    for node in document.nodes:
        placed = document.blocks[node.first] if node.is_block else None
        if placed is not None and (placed.block.kind in ASIDE or _is_index(placed)):
            continue
        entry = _of_line(placed) if placed is not None else None
        if entry is not None and (look in (None, _LINE) or not run[-1].definition):
            if look != _LINE:
                yield _explained(run)
                run = []
            run.append(entry)
            look = _LINE
        elif placed is not None and run and look == _LINE and _ends(run[-1], placed):
            run[-1] = _with_more(run[-1], placed)
        elif placed is not None and _may_be_term(placed) and look in (None, _look(placed)):
            run.append(Entry(_term(placed), "", (placed.index,)))
            look = _look(placed)
        elif placed is not None and run and look != _LINE and _goes_on(placed) and not _is_noted(placed):
            run[-1] = _with_more(run[-1], placed)
        else:
            yield _explained(run)
            run, look = _begun(placed, entry)
    yield _explained(run)


def _begun(placed: Placed | None, entry: Entry | None) -> tuple[list[Entry], tuple[object, ...] | None]:
    """A new run with what could not go on the old one."""
    if entry is not None:
        return [entry], _LINE
    if placed is not None and _may_be_term(placed):
        return [Entry(_term(placed), "", (placed.index,))], _look(placed)
    return [], None


def _explained(run: Sequence[Entry]) -> list[Entry]:
    """The run without terms that nothing explains: the title before it, the heading behind. One that stands
    alone behind several of these is told in another place (お問い合わせ, a name, a number)."""
    parts: list[list[Entry]] = [[]]
    silent = 0
    for entry in run:
        if len(entry.definition) < _SAID_MIN - 2:
            silent += 1
            continue
        if silent > 1:
            parts.append([])
        parts[-1].append(entry)
        silent = 0
    many = any(len(part) > 1 for part in parts)
    return [e for part in parts if len(part) > 1 or not many for e in part]


def _of_line(placed: Placed) -> Entry | None:
    """The entry of one line that holds a term and its explanation."""
    if placed.block.kind == "heading" or _LEADERS.search(placed.text):
        return None
    tidy = _COUNTED.sub("", _tidy(placed.clean))
    text = _HEADED.sub(r"\1", tidy)
    match = _SPACED.match(text) or _LISTED.match(text) or _IN_BRACKETS.match(tidy)
    if match is None:
        return None
    definition = match["definition"].lstrip("…‥・･.．：: \u3000").rstrip()
    term = _tidy(match["term"])
    return Entry(term, definition, (placed.index,)) if re.search(r"\w", term) else None


def _may_be_term(placed: Placed) -> bool:
    text = placed.clean.strip()
    return (
        1 < len(text) <= _TERM_MAX
        and "。" not in text
        and "、" not in _BRACKETS.sub("", text)  # a motto
        and not _LEADERS.search(text)
        and not _is_index(placed)
        and not squash(text).endswith(tuple(_chapters()))  # «市の計画 用語集» heads them
    )


def _term(placed: Placed) -> str:
    return _HEADED.sub(r"\1", _tidy(placed.clean))


def _look(placed: Placed) -> tuple[object, ...]:
    """Size and mark: what terms share. Latin ones may be set in another weight."""
    block = placed.block
    mark = block.text.strip()[:1]
    level = None if block.size else (block.kind, block.level)
    return round(block.size), level, "" if mark.isalnum() else mark


def _is_index(placed: Placed) -> bool:
    """あ行, A～C: what parts the terms of a glossary."""
    return _INDEX.fullmatch(placed.clean.strip()) is not None


def _is_noted(placed: Placed) -> bool:
    """Whether a line begins with the sign of a note and then a term: (※)EBPM：…"""
    return _MARK.match(placed.clean) is not None and _of_line(placed) is not None


def _goes_on(placed: Placed) -> bool:
    """Whether a block explains the term above it, or goes on with what explains it."""
    text = placed.clean.strip()
    return placed.block.kind in ("paragraph", "list_item") and ("。" in text or len(text) > _TERM_MAX)


def _ends(entry: Entry, placed: Placed) -> bool:
    """Whether a block is the end of the sentence that the line before it left open."""
    text = placed.clean.strip()
    return not entry.definition.endswith("。") and text.endswith("。") and placed.block.kind != "heading"


def _with_more(entry: Entry, placed: Placed) -> Entry:
    said = _tidy(placed.clean)
    joined = f"{entry.definition}\n{said}" if entry.definition else said
    return replace(entry, definition=joined, blocks=(*entry.blocks, placed.index))
