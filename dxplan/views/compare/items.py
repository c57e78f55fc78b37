"""An item of the national plan: what each municipality does on it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from dxplan import names
from dxplan.dataset import Dataset
from dxplan.errors import DatasetError
from dxplan.views.compare.places import (
    PLACE,
    VALUES,
    Made,
    Row,
    places_of,
    rows_of,
    schema,
    values_of,
    years_of,
)
from dxplan.views.formats import frame
from normalize import indicators, national_plan
from normalize.eras import DateSpan, find_dates
from normalize.national_plan import OTHER

if TYPE_CHECKING:
    import pandas as pd

_DATED_FIELDS = ("approach", "actions", "overview")  # where a measure says what it will do itself
_ITEM = schema(
    PLACE + "measure_id measure basis score:f entry what name qualifier before after years certainty "
    + "left_out:n " + VALUES + "start_fy:i end_fy:i end_fy_max:i source_text page:n row_ids:l"
)  # fmt: skip


def item(dataset: Dataset, item: str) -> pd.DataFrame:
    """Every municipality on one item of the national plan: measures, indicators, schedule.

    ``entry`` says what a row is: a ``measure`` linked to the item (``certainty``: explicit, by title or by
    content); a ``kpi``, from ``before`` to ``after`` by ``years``; a line of its ``schedule``; a year that
    its own ``text`` names, given where the schedule shows none; or ``not_found``: nothing of the plan was
    found to be about it, with the measure nearest to it in ``what``. Of a measure that serves several items,
    indicators and tasks of the others are left out, their number is in ``left_out``. An indicator whose own
    meaning is the item is taken from any measure.

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
        self.places = places_of(dataset)
        self.measures: dict[str, list[Row]] = defaultdict(list)
        for measure in rows_of(dataset, "measures"):
            self.measures[measure["doc_id"]].append(measure)
        self.links: dict[str, dict[str, Row]] = defaultdict(dict)
        for link in rows_of(dataset, "national_links"):
            self.links[link["measure_id"]][link["item"]] = link
        self.kpis = _by_measure(rows_of(dataset, "kpis"))
        self.schedules = _by_measure(rows_of(dataset, "schedules"))

    def document(self, doc_id: str, place: Row) -> list[Made]:
        rows: list[Made] = []
        for measure in self.measures[doc_id]:
            rows += self.measure(measure, place)
        loose = self.kpis.get((doc_id, None), [])
        rows += [self._kpi(kpi, place) for kpi in loose if self._meant(kpi) == self.item]
        return rows or [self._not_found(doc_id)]

    def _not_found(self, doc_id: str) -> Made:
        """What is said of a plan in which nothing is about the item: the measure that comes nearest."""
        near = national_plan.nearest(self.item, self.measures[doc_id])
        if near is None:
            return {"entry": "not_found"}
        measure, words = near
        name = f"nearest: {measure['title']} ({', '.join(words)})"
        ids = [measure["measure_id"]]
        return {"entry": "not_found", "what": name, "name": name, "page": measure["page"], "row_ids": ids}

    def measure(self, measure: Row, place: Row) -> list[Made]:
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
    ) -> list[Made]:
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
        known = indicators.by_id(kpi["indicator_id"])
        return known.national_item if known else None

    def _kpi(self, kpi: Row, place: Row) -> Made:
        return {
            **values_of(kpi, place["plan_end_fy"]),
            "entry": "kpi",
            "name": kpi["indicator"],
            "row_ids": [kpi["kpi_id"]],
        }

    def _dated_texts(self, measure: Row, place: Row) -> Iterator[Made]:
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


def _measure(measure: Row, link: Row, left_out: int) -> Made:
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


def _spans(schedules: Iterable[Row]) -> Iterator[Made]:
    """Lines of a schedule; cells of one task and label that follow each other make one line."""
    lines: list[Made] = []
    for row in schedules:
        if lines and _goes_on(lines[-1], row):
            lines[-1] |= {"end_fy": row["end_fy"], "end_fy_max": row["end_fy_max"]}
            lines[-1]["row_ids"].append(row["schedule_id"])
        else:
            kept = ("task", "label", "start_fy", "end_fy", "start_month", "end_month", "end_fy_max", "page")
            ids = {"certainty": row["span_certainty"], "row_ids": [row["schedule_id"]]}
            lines.append({**{key: row[key] for key in kept}, **ids, "entry": "schedule"})
    for line in lines:
        name = " / ".join(part for part in (line.pop("task"), line.pop("label")) if part)
        yield {**line, "what": name, "name": name, "years": _when(line) or "?"}


def _goes_on(line: Made, row: Row) -> bool:
    """Whether a row is the year after a line, of the same task with the same label."""
    same = (line["task"], line["label"]) == (row["task"], row["label"])
    exact = line["certainty"] == row["span_certainty"] == "exact"
    return same and exact and row["start_fy"] == line["end_fy"] + 1 and not row["start_month"]


def _when(line: Row) -> str | None:
    """The years of a line, as months (``2026-10–2027-03``) where its columns are parts of a year."""
    ends = []
    for side in ("start", "end"):
        fy, month = line[f"{side}_fy"], line[f"{side}_month"]
        ends.append(f"{fy + (month < 4)}-{month:02}" if fy and month else fy)
    return years_of(ends[0], ends[1])


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
