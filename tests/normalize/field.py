"""The lists of the field in ``lists/``, and what the rules make of them: every function gives what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from normalize import indicators, municipalities, national_plan
from normalize.characters import normalize
from normalize.eras import DateSpan, find_dates
from normalize.quantities import Target, parse_target
from normalize.terms import unify
from normalize.vocabulary import curated

_LISTS = Path(__file__).parent / "lists"


def rows(name: str) -> list[list[str]]:
    lines = (_LISTS / name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def term_of(form: str) -> str | None:
    """The curated term a form is a writing of, read as a run reads it."""
    found = curated().find(form)
    whole = [m for m in found if m.surface == form]
    return whole[0].form.term_id if whole else None


def reading_of(form: str) -> str:
    """A form with every known part as the vocabulary writes it: ペーパレス化 is ペーパーレス化."""
    parts, at = [], 0
    for m in curated().find(form):
        parts += [form[at : m.start], curated().terms[m.form.term_id].canonical]
        at = m.end
    return normalize("".join([*parts, form[at:]])).lower() if parts else ""


def variants_missed() -> Iterator[str]:
    for surface, other in rows("variants.tsv"):
        if not reading_of(surface) or reading_of(surface) != reading_of(other):
            yield f"{surface} {reading_of(surface)} ≠ {other} {reading_of(other)}"


def terms_joined() -> Iterator[str]:
    for one, other in rows("apart.tsv"):
        if (term_of(one) or 1) == term_of(other) or (reading_of(one) or 1) == reading_of(other):
            yield f"{one} = {other}"


def coined_joined() -> Iterator[str]:
    """Each name stands in 「」 in a text that speaks of the term it looks like, too."""
    for name, term in rows("coined.tsv"):
        text = f"本市は{term}を進めます。愛称「{name}」の{name}を知ってもらう。"
        block = {"doc_id": "d", "block_id": "b", "kind": "paragraph", "text": text, "page": 1, "bbox": None}
        found = unify([{**block, "char_start": 0}], [])
        joined = [v for v in found.variants if v["surface"] == name and v["n_mentions"]]
        yield from (f"{name} = {v['canonical']}: {v['evidence']}" for v in joined)


def indicators_wrong() -> Iterator[tuple[str, str | None, str]]:
    """(name, id given, id wanted)."""
    for name, unit, measure, wanted in rows("indicators.tsv"):
        given = indicators.match(name, unit, measure or None)
        if given != (None if wanted == "-" else wanted):
            yield name, given, wanted


def links_wrong() -> Iterator[tuple[str, set[str], set[str]]]:
    """(title, lost, extra)."""
    for title, body, items in rows("measures.tsv"):
        given = {one.item for one in national_plan.link(title, {"approach": body})}
        wanted = set(items.split())
        if given != wanted:
            yield title, wanted - given, given - wanted


def links_score() -> float:
    wrong = list(links_wrong())
    lost, extra = (sum(len(row[i]) for row in wrong) for i in (1, 2))
    wanted = sum(len(items.split()) for *_, items in rows("measures.tsv"))
    right = wanted - lost
    return 2 * right / (2 * right + lost + extra)


def date_as_listed(span: DateSpan) -> str:
    if span.problem and span.fy is None and span.year is None:
        return f"?{span.problem}"
    if span.problem == "range_reversed":
        return f"?{span.problem}"
    part = f"[{span.start_month}-{span.end_month}]" if span.start_month else ""
    if span.date:
        return f"date:{span.date}" + (f"..{span.end_date}" if span.kind == "range" else "")
    if span.fy is None:
        return f"year:{span.year}" + (f"..{span.end_year}" if span.kind == "range" else "") + part
    return f"fy:{span.fy}" + (f"..{span.end_fy}" if span.kind == "range" else "") + part


def dates_wrong() -> Iterator[tuple[str, str, str]]:
    """(text, given, wanted)."""
    for text, wanted in rows("dates.tsv"):
        given = " ; ".join(map(date_as_listed, find_dates(text))) or "-"
        if given != wanted:
            yield text, given, wanted


def _cell_as_listed(t: Target) -> list[str]:
    if t.value is None:
        return [f"null:{t.null_reason or t.problem or t.kind}", "-", ""]
    low = f"{t.value * t.factor:.12g}"
    value = f"{low}..{t.max * t.factor:.12g}" if t.max is not None else low
    more = t.kind if t.kind != "absolute" else t.bound if t.bound != "exact" else ""
    return [value, t.unit_norm or "-", more or ""]


def quantities_wrong() -> Iterator[tuple[str, list[str], list[str]]]:
    """(cell, given, wanted)."""
    for row in rows("quantities.tsv"):
        cell, wanted = row[0], [*row[1:], ""][:3]
        given = _cell_as_listed(parse_target(cell))
        if given != wanted and not (given[0] == wanted[0] and wanted[0].startswith("null")):
            yield cell, given, wanted


def issuers_wrong() -> Iterator[tuple[str, str, str]]:
    """(cover, code given, code wanted)."""
    for cover, wanted in rows("covers.tsv"):
        given = municipalities.find(cover.split(" / ")).code or "-"
        if given != wanted:
            yield cover, given, wanted
