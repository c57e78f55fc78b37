"""Municipalities side by side: an item of the national plan, an indicator, a term, two editions of a plan.

Each function takes a dataset and returns one pandas frame with Arrow types. What is not sure is null in the
typed columns and marked in the columns made for reading: ``2026–?`` begins in 2026 and ends nobody knows
when; ``2030?`` is the end of the plan's period where a target names no year of its own.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dxplan import names
from dxplan.dataset import Dataset
from dxplan.errors import DatasetError
from dxplan.views.formats import Style, frame
from dxplan.views.vocabulary import contexts
from normalize import align, indicators, national_plan, values
from normalize.eras import DateSpan, find_dates, fiscal_year_of
from normalize.national_plan import OTHER
from normalize.vocabulary import folded

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[str, Any]
_Made = dict[str, Any]

_NO_SUCCESSOR = "no later measure has its title, has it among its actions, or serves its item"
_DATED_FIELDS = ("approach", "actions", "overview")  # where a measure says what it will do itself


def _schema(columns: str) -> pa.Schema:
    types = {"i": pa.int16(), "f": pa.float64(), "b": pa.bool_(), "n": pa.int32(), "l": pa.list_(pa.string())}
    pairs = (column.partition(":")[::2] for column in columns.split())
    return pa.schema([(name, types.get(kind, pa.string())) for name, kind in pairs])


_PLACE = "place plan plan_start_fy:i plan_end_fy:i municipality prefecture doc_id "
_VALUES = (
    "baseline_raw baseline_value:f baseline_unit baseline_fy:i baseline_date "
    "current_raw current_value:f current_unit current_fy:i "
    "target_raw target_value:f target_max:f target_bound target_unit target_fy:i target_kind "
)
_ITEM = _schema(
    _PLACE + "measure_id measure basis score:f entry what name qualifier before after years certainty "
    + "left_out:n " + _VALUES + "start_fy:i end_fy:i end_fy_max:i source_text page:n row_ids:l"
)  # fmt: skip
_COMPARED = (
    "comparable_unit baseline_comparable:f current_comparable:f target_comparable:f "
    "basis scope better pace_per_year:f "
)
_INDICATOR = _schema(
    _PLACE + "comparable:b why measure_id measure what indicator indicator_id qualifier "
    + "before after years pace " + _VALUES + _COMPARED + "page:n kpi_id"
)  # fmt: skip
_TERM = _schema(_PLACE + "term_id canonical form kind n_mentions:n stands_in contexts:l pages")
_EDITION = _schema(
    "place municipality prefecture earlier_plan later_plan doc_id_a doc_id_b measure_id_a earlier "
    "achieved_pct:f band achieved relation measure_id_b later score:f evidence progress_ids:l"
)


def _rows(dataset: Dataset, name: str, **filters: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = dataset.read(name, **filters).to_pylist()
    return rows


# --- documents ------------------------------------------------------------------------------------


def _places(dataset: Dataset) -> dict[str, _Made]:
    """Who issued each document and which plan it is, by doc_id, in the order of the dataset.

    ``place`` names the prefecture too where two municipalities of the dataset have one name; ``plan`` is the
    period, with the file's name where a municipality has two plans of one period.
    """
    documents = [d for d in _rows(dataset, "documents") if d["status"] != "failed"]
    issuers = align.issuers(documents)
    namesakes: dict[str, set[Any]] = defaultdict(set)
    for d in documents:
        namesakes[d["municipality"]].add(issuers.get(d["doc_id"]))
    found = {}
    for d in documents:
        name = d["municipality"] or d["source_name"]
        told = len(namesakes[d["municipality"]]) > 1 and d["municipality"] and d["prefecture"]
        found[d["doc_id"]] = {
            "place": f"{d['prefecture']}{name}" if told else name,
            "plan": _period(d),
            "plan_end_fy": d["period_end_fy"],
            "plan_start_fy": d["period_start_fy"] or _fiscal_year(d["published"]),
            **{key: d[key] for key in ("municipality", "prefecture", "doc_id")},
        }
    twins = Counter((one["place"], one["plan"]) for one in found.values())
    for d in documents:
        one = found[d["doc_id"]]
        if twins[one["place"], one["plan"]] > 1:
            one["plan"] = f"{one['plan'] or ''} ({d['source_name']})".strip()
    return found


def _period(document: Row) -> str | None:
    start, end = document["period_start_fy"], document["period_end_fy"]
    if start:
        return _years(start, end) if end or not document["period_open_ended"] else f"{start}–"
    published: str | None = document["published"]
    return published


def _fiscal_year(month: str | None) -> int | None:
    return fiscal_year_of(date.fromisoformat(f"{month}-01")) if month else None


def _years(start: int | str | None, end: int | str | None) -> str | None:
    """``2026``, ``2026–2028``, ``2026–?``; None where nothing is known."""
    if start is None and end is None:
        return None
    return f"{start}" if start == end else f"{start or '?'}–{end or '?'}"


# --- values ---------------------------------------------------------------------------------------


def _dated(kpi: Row, which: str) -> str | None:
    raw, when = kpi[f"{which}_raw"], kpi.get(f"{which}_date") or kpi[f"{which}_fy"]
    return f"{raw} [{when}]" if raw and when else raw


def _before(kpi: Row) -> str | None:
    """The value to start from as printed, with its year; a current value follows it."""
    values = [value for which in ("baseline", "current") if (value := _dated(kpi, which))]
    return " / ".join(values) or None


def _values(kpi: Row, end_fy: int | None) -> _Made:
    """What all comparisons show of an indicator's row; without a year of its own a target has the plan's."""
    due = kpi["target_fy"]
    years = str(due) if due else f"{end_fy}?" if end_fy else "?"
    scope = f" ({kpi['qualifier']})" if kpi["qualifier"] else ""
    what = f"{kpi['indicator'] or ''}{scope}"
    return {**kpi, "what": what, "before": _before(kpi), "after": kpi["target_raw"], "years": years}


# --- an item of the national plan -----------------------------------------------------------------


def item(dataset: Dataset, item: str) -> pd.DataFrame:
    """Every municipality on one item of the national plan: measures, indicators, schedule.

    ``entry`` says what a row is: a ``measure`` linked to the item (``certainty``: explicit, by title or by
    content); a ``kpi``, from ``before`` to ``after`` by ``years``; a line of its ``schedule``; a year that
    its own ``text`` names, given where the schedule shows none; or ``none``: the plan has nothing on the
    item. Of a measure that serves several items, indicators and tasks of the others are left out, their
    number is in ``left_out``. An indicator whose own meaning is the item is taken from any measure.

    Args:
        dataset: the dataset.
        item: id or title of the item (``digital_divide``, デジタルデバイド対策).

    Raises:
        DatasetError: no such item.
    """
    chosen = _item_id(item)
    about = _About(dataset, chosen)
    rows = [
        {**place, **row} for doc_id, place in about.places.items() for row in about.document(doc_id, place)
    ]
    return frame(rows, _ITEM)


def _item_id(text: str) -> str:
    if (found := names.item_id(text)) is None:
        raise DatasetError(names.no_item(text))
    return found


class _About:
    """The rows of a dataset that belong to one item."""

    def __init__(self, dataset: Dataset, item: str) -> None:
        self.item = item
        self.places = _places(dataset)
        self.measures: dict[str, list[Row]] = defaultdict(list)
        for measure in _rows(dataset, "measures"):
            self.measures[measure["doc_id"]].append(measure)
        self.links: dict[str, dict[str, Row]] = defaultdict(dict)
        for link in _rows(dataset, "national_links"):
            self.links[link["measure_id"]][link["item"]] = link
        self.kpis = _by_measure(_rows(dataset, "kpis"))
        self.schedules = _by_measure(_rows(dataset, "schedules"))
        self.items_of_indicators = {one.id: one.national_item for one in indicators.indicators()}

    def document(self, doc_id: str, place: Row) -> list[_Made]:
        rows: list[_Made] = []
        for measure in self.measures[doc_id]:
            rows += self.measure(measure, place)
        loose = self.kpis.get((doc_id, None), [])
        rows += [self._kpi(kpi, place) for kpi in loose if self._meant(kpi) == self.item]
        return rows or [{"entry": "none"}]

    def measure(self, measure: Row, place: Row) -> list[_Made]:
        key = measure["doc_id"], measure["measure_id"]
        link = self.links[measure["measure_id"]].get(self.item)
        if link is None:
            rows = [self._kpi(kpi, place) for kpi in self.kpis.get(key, []) if self._meant(kpi) == self.item]
        else:
            rows = self._linked(measure, link, place, self.kpis.get(key, []), self.schedules.get(key, []))
        head = {
            "measure_id": measure["measure_id"],
            "measure": measure["title"],
            "basis": link["basis"] if link else "indicator",
            "score": link["score"] if link else None,
        }
        return [{**head, **row} for row in rows]

    def _linked(
        self, measure: Row, link: Row, place: Row, kpis: list[Row], schedules: list[Row]
    ) -> list[_Made]:
        owner = measure["measure_id"]
        tasks = [s for s in schedules if self._serves(s["task"] or s["label"] or "", owner)]
        chosen = [kpi for kpi in kpis if self._serves(kpi["indicator"] or "", owner, kpi)]
        left_out = len(kpis) - len(chosen) + len(schedules) - len(tasks)
        rows = [_measure(measure, link, left_out), *(self._kpi(kpi, place) for kpi in chosen), *_spans(tasks)]
        if not any(s["start_fy"] for s in tasks):
            rows += self._dated_texts(measure, place)
        return rows

    def _serves(self, text: str, measure_id: str, kpi: Row | None = None) -> bool:
        """Whether a part of a measure is about the item.

        All of a measure is, if its mark or title say so and it serves no other item. Else the part's own
        words decide; where they say nothing it counts only if the measure's mark or title do.
        """
        firm = self.links[measure_id][self.item]["basis"] != "content"
        others = self.links[measure_id].keys() - {self.item, OTHER}
        if firm and not others:
            return True
        meant = {self._meant(kpi)} - {None} if kpi else set()
        said = meant or {link.item for link in national_plan.link(text)}
        return self.item in said or (firm and not said & others)

    def _meant(self, kpi: Row) -> str | None:
        return self.items_of_indicators.get(kpi["indicator_id"] or "")

    def _kpi(self, kpi: Row, place: Row) -> _Made:
        return {
            **_values(kpi, place["plan_end_fy"]),
            "entry": "kpi",
            "name": kpi["indicator"],
            "row_ids": [kpi["kpi_id"]],
        }

    def _dated_texts(self, measure: Row, place: Row) -> Iterator[_Made]:
        """The years a measure's own text names, from the beginning of the plan on."""
        for field in _DATED_FIELDS:
            value = measure[field] or ""
            text = value if isinstance(value, str) else "\n".join(value)
            for sentence in re.split(r"(?<=。)|\n", text):
                if sentence and self._serves(sentence, measure["measure_id"]):
                    spans = [s for s in find_dates(sentence) if _not_before(s, place["plan_start_fy"])]
                    for span in spans:
                        yield {
                            "entry": "text",
                            "what": field,
                            "name": field,
                            "after": span.surface,
                            "years": _span_years(span),
                            "certainty": "text",
                            "start_fy": None if span.open_start else span.fy,
                            "end_fy": span.end_fy,
                            "source_text": sentence.strip(),
                            "page": measure["page"],
                            "row_ids": [measure["measure_id"]],
                        }


def _measure(measure: Row, link: Row, left_out: int) -> _Made:
    return {
        "entry": "measure",
        "what": f"({left_out} rows about other things left out)" if left_out else None,
        "left_out": left_out,
        "certainty": link["basis"],
        "page": measure["page"],
        "row_ids": [measure["measure_id"]],
    }


def _by_measure(rows: Iterable[Row]) -> dict[tuple[str, str | None], list[Row]]:
    found: dict[tuple[str, str | None], list[Row]] = defaultdict(list)
    for row in rows:
        found[row["doc_id"], row["measure_id"]].append(row)
    return found


def _spans(schedules: Iterable[Row]) -> Iterator[_Made]:
    """Lines of a schedule; cells of one task and label that follow each other make one line."""
    lines: list[_Made] = []
    for row in schedules:
        last = lines[-1] if lines else None
        same = last and (last["task"], last["label"]) == (row["task"], row["label"])
        exact = last and last["certainty"] == row["span_certainty"] == "exact"
        if last and same and exact and row["start_fy"] == last["end_fy"] + 1 and not row["start_month"]:
            last |= {"end_fy": row["end_fy"], "end_fy_max": row["end_fy_max"]}
            last["row_ids"].append(row["schedule_id"])
        else:
            kept = ("task", "label", "start_fy", "end_fy", "start_month", "end_month", "end_fy_max", "page")
            ids = {"certainty": row["span_certainty"], "row_ids": [row["schedule_id"]]}
            lines.append({**{key: row[key] for key in kept}, **ids, "entry": "schedule"})
    for line in lines:
        name = " / ".join(part for part in (line.pop("task"), line.pop("label")) if part)
        yield {**line, "what": name, "name": name, "years": _when(line) or "?"}


def _when(line: Row) -> str | None:
    """The years of a line, as months (``2026-10–2027-03``) where its columns are parts of a year."""
    ends = []
    for side in ("start", "end"):
        fy, month = line[f"{side}_fy"], line[f"{side}_month"]
        ends.append(f"{fy + (month < 4)}-{month:02}" if fy and month else fy)
    return _years(ends[0], ends[1])


def _not_before(span: DateSpan, first_fy: int | None) -> bool:
    last = span.end_fy or span.fy or span.end_year or span.year
    return span.problem is None and last is not None and (first_fy is None or last >= first_fy)


def _span_years(span: DateSpan) -> str:
    """``2027–`` from, ``–2027`` until, ``2026-09`` a month, ``2027 (年)`` a calendar year."""
    if span.kind == "range":
        first, last = span.date or span.fy or span.year, span.end_date or span.end_fy or span.end_year
        return f"{first or '?'}–{last or '?'}"
    one = span.date or span.fy or f"{span.year} (年)"
    return f"{'–' if span.open_start else ''}{one}{'–' if span.open_end else ''}"


# --- an indicator ---------------------------------------------------------------------------------


def indicator(dataset: Dataset, indicator: str) -> pd.DataFrame:
    """Every municipality on one canonical indicator, in numbers that may stand beside each other.

    Rows with ``comparable`` true have one unit, one basis (a year, cumulative, at the end of) and one scope
    (of all, of 48手続): those of most municipalities. The others stand after them, those that may stand
    beside each other together, with the reason in ``why``: another unit, basis or scope, a multiple of an own
    baseline, a change, no number, or the same thing counted in another kind of unit.

    Args:
        dataset: the dataset.
        indicator: id or canonical name (``online_procedures_rate``, 手続のオンライン化率).

    Raises:
        DatasetError: no such indicator.
    """
    known = {one.id: one for one in indicators.indicators()}
    kpis = _rows(dataset, "kpis")
    printed = {
        kpi["indicator"]: kpi["indicator_id"] for kpi in kpis if kpi["indicator"] and kpi["indicator_id"]
    }
    called = {
        one.id: [one.name, *(p for p, found in printed.items() if found == one.id)] for one in known.values()
    }
    if len(found := names.matching(indicator, called)) != 1:
        used = sorted(set(printed.values()))
        near = names.nearest(
            indicator, (name for one in found or used or known for name in (*called[one], one))
        )
        raise DatasetError(
            f"no indicator {indicator!r}; near it: {', '.join(near)}; the dataset has {', '.join(used)}"
        )
    chosen = known[found[0]]
    places, measures = _places(dataset), {m["measure_id"]: m for m in _rows(dataset, "measures")}
    kpis = [kpi for kpi in kpis if _topic(kpi) == chosen.topic]
    lead = _lead([kpi for kpi in kpis if not _why_apart(kpi, chosen, known)], places)
    order = {doc_id: i for i, doc_id in enumerate(places)}
    rows = []
    for kpi in sorted(kpis, key=lambda kpi: order[kpi["doc_id"]]):
        why = _why_apart(kpi, chosen, known) or (values.apart(kpi, lead) if lead else None)
        place, measure = places[kpi["doc_id"]], measures.get(kpi["measure_id"])
        title = measure["title"] if measure else None
        made = {"measure": title, "comparable": why is None, "why": why, "pace": _pace(kpi)}
        rows.append({**place, **_values(kpi, place["plan_end_fy"]), **made})
    rows.sort(key=lambda row: (not row["comparable"], row["why"] or ""))
    return frame(rows, _INDICATOR)


def _topic(kpi: Row) -> str | None:
    known = indicators.by_id().get(kpi["indicator_id"] or "")
    return known.topic if known else None


def _lead(kpis: list[Row], places: Mapping[str, Row]) -> Row | None:
    """A row of the largest group that may stand together, by municipalities; of equals the widest."""
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for kpi in kpis:
        groups[kpi["comparable_unit"], values.counted_over(kpi), kpi["scope"]].append(kpi)

    def weight(group: list[Row]) -> tuple[int, bool, bool]:
        issuers = {places[kpi["doc_id"]]["place"] for kpi in group}
        return len(issuers), group[0]["scope"] is None, group[0]["basis"] is not None

    return max(groups.values(), key=weight)[0] if groups else None


def _pace(kpi: Row) -> str | None:
    pace = kpi["pace_per_year"]
    if pace is None:
        return None
    good = {"up": 1, "down": -1}.get(kpi["better"] or "", 0) * pace
    return f"{pace:+.4g}{kpi['comparable_unit'] or ''}" + (" (for the worse)" if good < 0 else "")


def _why_apart(
    kpi: Row, chosen: indicators.Indicator, known: Mapping[str, indicators.Indicator]
) -> str | None:
    if (other := known[kpi["indicator_id"]]) is not chosen:
        return f"counted otherwise: {other.name} ({other.kind})"
    if kpi["target_kind"] == "multiple":
        return "a multiple of its own baseline"
    if kpi["target_kind"] == "change":
        return "a change, not a level"
    if kpi["target_comparable"] is None:
        return "no number"
    units = {kpi[f"{which}_unit"] for which in ("baseline", "current", "target")} - {None}
    ours = {unit for unit in units if values.comparable(1, unit, chosen)[1] == kpi["comparable_unit"]}
    return f"counted in {', '.join(sorted(units - ours))} too" if units - ours else None


# --- a term ---------------------------------------------------------------------------------------


def term(dataset: Dataset, term: str) -> pd.DataFrame:
    """How each document writes a term: every form with its number of mentions and where it stands.

    ``kind`` says how a form differs from the canonical one (null: it is that one); ``stands_in`` counts the
    kinds of blocks. A document that does not use the term has one row with ``n_mentions`` 0.

    Args:
        dataset: the dataset.
        term: id, canonical form or any variant.

    Raises:
        DatasetError: the dataset does not have the term.
    """
    chosen = _term(dataset, term)
    places = _places(dataset)
    blocks = {(b["doc_id"], b["block_id"]): b for b in _rows(dataset, "blocks")}
    found: dict[str, dict[tuple[str, str | None], list[Row]]] = defaultdict(lambda: defaultdict(list))
    for mention in _rows(dataset, "mentions", term_id=chosen["term_id"]):
        found[mention["doc_id"]][mention["surface"], mention["kind"]].append(mention)
    rows = []
    for doc_id, place in places.items():
        head = {**place, "term_id": chosen["term_id"], "canonical": chosen["canonical"]}
        forms = sorted(found[doc_id].items(), key=lambda pair: (pair[0][1] is not None, -len(pair[1])))
        rows += [{**head, **_form(form, mentions, blocks)} for form, mentions in forms]
        if not forms:
            rows.append({**head, "n_mentions": 0})
    return frame(rows, _TERM)


def _term(dataset: Dataset, text: str) -> Row:
    terms = {t["term_id"]: t for t in _rows(dataset, "terms")}
    if text in terms:
        return terms[text]
    key = folded(text)
    for row in (*terms.values(), *_rows(dataset, "variants")):
        if folded(row.get("surface", row["canonical"])) == key:
            return terms[row["term_id"]]
    near = names.nearest(text, (t["canonical"] for t in terms.values()))
    raise DatasetError(
        f"the dataset has no term {text!r}; near it: {', '.join(near)}; all: dxplan terms {dataset.folder}"
    )


def _form(form: tuple[str, str | None], mentions: list[Row], blocks: Mapping[tuple[str, str], Row]) -> _Made:
    homes = [blocks[m["doc_id"], m["block_id"]] for m in mentions]
    kinds = Counter(home["kind"] for home in homes)
    pages = sorted({m["page"] for m in mentions if m["page"]})
    return {
        "form": form[0],
        "kind": form[1],
        "n_mentions": len(mentions),
        "stands_in": ", ".join(f"{kind} {n}" for kind, n in kinds.most_common()),
        "contexts": contexts(mentions, blocks),
        "pages": ", ".join(map(str, pages)) or None,
    }


# --- two editions ---------------------------------------------------------------------------------


def edition(dataset: Dataset, municipality: str) -> pd.DataFrame:
    """What became of each measure of a municipality's earlier plan, with the progress reported on it.

    ``relation`` is continues, renamed, merged, split, dropped or new; ``not_found`` is a row of the later
    plan's progress report that is no measure of the earlier plan in the dataset. Several editions are
    compared one after the other.

    Args:
        dataset: the dataset.
        municipality: name, with its prefecture before it or not, or code.

    Raises:
        DatasetError: no two editions of that municipality's plan in the dataset.
    """
    places = _places(dataset)
    documents = [d for d in _rows(dataset, "documents") if d["doc_id"] in places]
    called = {d["doc_id"]: _names(d) for d in documents}
    measures = {m["measure_id"]: m for m in _rows(dataset, "measures")}
    changes = align.edition_changes(measures.values(), documents, _rows(dataset, "national_links"))
    pairs = dict.fromkeys((c["doc_id_a"], c["doc_id_b"]) for c in changes)
    chosen = [pair for pair in pairs if municipality in called[pair[0]] | called[pair[1]]]
    if not chosen:
        known = list(dict.fromkeys(places[later]["place"] for _, later in pairs))
        listed = "; ".join(names.nearest(municipality, known)) or "none"
        raise DatasetError(f"no two editions of {municipality!r}; municipalities with two: {listed}")
    rows: list[_Made] = []
    for pair in chosen:
        here = [c for c in changes if (c["doc_id_a"], c["doc_id_b"]) == pair]
        rows += _changes(here, pair, places, measures, _rows(dataset, "progress", doc_id=pair[1]))
    return frame(rows, _EDITION)


def _names(document: Row) -> set[str]:
    name, prefecture = document["municipality"] or "", document["prefecture"] or ""
    return {name, prefecture + name, document["municipality_code"] or ""} - {""}


def _changes(
    changes: Iterable[Row],
    pair: tuple[str, str],
    places: Mapping[str, Row],
    measures: Mapping[str, Row],
    progress: Iterable[Row],
) -> Iterator[_Made]:
    earlier, later = (places[doc_id] for doc_id in pair)
    head = {
        **{key: later[key] for key in ("place", "municipality", "prefecture")},
        "earlier_plan": earlier["plan"],
        "later_plan": later["plan"],
        "doc_id_a": pair[0],
        "doc_id_b": pair[1],
    }
    reported: dict[str | None, list[Row]] = defaultdict(list)
    for row in progress:
        reported[row["prior_measure_id"]].append(row)
    for change in sorted(changes, key=lambda c: _place_of(c, measures)):
        made = {**head, **change, **_achieved(reported.get(change["measure_id_a"] or "", []))}
        if change["relation"] == "dropped":
            made["evidence"] = _NO_SUCCESSOR
        for side, key in (("earlier", "measure_id_a"), ("later", "measure_id_b")):
            made[side] = _titled(measures[change[key]]) if change[key] else None
        yield made
    for row in reported[None]:
        why = "no measure of the earlier plan has this title"
        yield {
            **head,
            **_achieved([row]),
            "earlier": row["item"],
            "relation": "not_found",
            "evidence": why,
        }


def _place_of(change: Row, measures: Mapping[str, Row]) -> tuple[bool, int, int]:
    old, new = (
        measures.get(change[key] or "", {}).get("order", 0) for key in ("measure_id_a", "measure_id_b")
    )
    return change["measure_id_a"] is None, old, new


def _titled(measure: Row) -> str:
    return f"{measure['number'] or ''} {measure['title']}".strip()


def _achieved(rows: list[Row]) -> _Made:
    if not rows:
        return {}
    first = rows[0]
    percent = first["achieved_pct"]
    return {
        "achieved_pct": percent,
        "band": first["band"],
        "achieved": f"{percent:.12g}%" if percent is not None else first["band"],
        "progress_ids": [row["progress_id"] for row in rows],
    }


# --- for reading ----------------------------------------------------------------------------------

_YEARS = (
    "Years are fiscal years. 2026–? : the end is not known. 2030? : the end of the plan, for want of a year."
)
VIEWS: dict[str, tuple[Callable[[Dataset, str], pd.DataFrame], Style]] = {
    "item": (
        item,
        Style(
            {
                "municipality": "place", "plan": "plan", "measure": "measure", "entry": "entry",
                "what": "what", "from": "before", "to": "after", "years": "years", "certainty": "certainty",
            },
            leading=3,
            legend=_YEARS,
        ),
    ),
    "indicator": (
        indicator,
        Style(
            {
                "municipality": "place", "plan": "plan", "measure": "measure", "indicator": "what",
                "from": "before", "to": "after", "by": "years", "a year": "pace", "because": "why",
            },
            leading=2,
            legend=_YEARS,
            apart="comparable",
        ),
    ),
    "term": (
        term,
        Style(
            {
                "municipality": "place", "plan": "plan", "form": "form", "kind": "kind",
                "mentions": "n_mentions", "stands in": "stands_in", "contexts": "contexts",
            },
            leading=2,
            legend="Kind: how the form differs from the canonical one; empty where it is that one.",
        ),
    ),
    "edition": (
        edition,
        Style(
            {
                "municipality": "place", "earlier plan": "earlier_plan", "its measure": "earlier",
                "achieved": "achieved", "became": "relation", "later plan": "later_plan",
                "measure": "later", "score": "score", "evidence": "evidence",
            },
            leading=4,
            legend="Achieved: what the later plan reports. not_found: reported, but no such measure.",
        ),
    ),
}  # fmt: skip
