"""Steps that words date, without a chart: R8：検討　R9～R10：実施, a year over what is done in it, a column
of years beside what is to be done."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace

from extract.document import Document, Placed
from extract.layout.periods import parse_period, parse_span
from extract.layout.row_labels import label_column
from extract.model import Cell, Metadata
from extract.records.fields import cell_text, tidy
from extract.records.model import Measure, Schedule
from extract.structure.content import Content, content_of, profile, says_what
from extract.structure.headers import text_of
from normalize.frozen import frozen

_YEAR = r"(?:令和|[RＲ]|20)[0-9０-９元]{1,2}(?:年度?)?"
_WHEN = (
    rf"(?:{_YEAR}(?:\s*(?:[～~〜－-]|から)\s*(?:{_YEAR}|[0-9０-９]{{1,2}}年度?)(?:まで)?|以降|から)?|毎年度?)"
)
_STEP = re.compile(
    rf"(?P<when>{_WHEN})(?:\s*[：:]\s*|[\s\u3000]+)"
    rf"(?P<task>[^：:\n]{{2,40}}?)(?:[\s、／/]*(?={_WHEN}(?:\s*[：:]|[\s\u3000]))|$)"
)
_DATE = re.compile(r"[\s～~〜－-]*(?:令和|平成|[RＲ]|20)[0-9０-９元]{1,2}\s*年")
_LONGEST = 40  # characters of a task
_CONFIDENCE = 0.9
_ASIDE = ("header", "footer", "side_nav", "toc", "figure_text", "footnote")
_YEARS_MIN = 3  # rows of a table that tells what is done year by year
_ITEM = re.compile(r"\n(?=\s*[・･•●○◦■□◆◇▪－-])")
_DATED = 0.8  # of the rows tell the years of their task
_TASK: tuple[Content, ...] = ("name", "list", "unit", "prose")


@frozen
class _Step:
    when: str
    task: str
    blocks: tuple[int, ...]


def told_steps(
    document: Document,
    measures: Sequence[Measure],
    owners: Sequence[int | None],
    plan: Metadata,
    charted: frozenset[int | None],
) -> Iterator[Schedule]:
    """Steps in words of the measures that have no chart."""
    labelled = {p.block for m in measures for f in m.fields if f.role == "schedule" for p in f.parts}
    read: set[int] = set()
    for n, node in enumerate(document.nodes):
        if node.timelines or (owners[n] is not None and owners[n] in charted):
            continue
        years = _Years(document, owners[n], plan)
        if node.table is not None:
            by_year = list(years.of_year_rows(node.table))
            read |= {n} if by_year else set()
            yield from by_year or years.of_table(node.table)
    for owner, run in _runs(document, owners, read):
        if owner is None or owner not in charted:
            yield from _Years(document, owner, plan).of_run(run, labelled)


def _runs(
    document: Document, owners: Sequence[int | None], read: Container[int]
) -> Iterator[tuple[int | None, list[_Step]]]:
    """Steps that stand one behind the other under one measure; ``read``: nodes that were read before."""
    run: list[_Step] = []
    whose: int | None = None
    when: Placed | None = None  # a year alone, whose task is still to come
    for n, placed in _blocks(document):
        if n in read:
            continue
        if owners[n] != whose:
            yield whose, run
            run, whose, when = [], owners[n], None
        steps = _steps(document, placed)
        if when is not None and not steps and _is_task(placed.text):
            steps = [_Step(when.text, placed.text, (when.index, placed.index))]
        when = placed if _is_when(placed.text) else None
        if steps:
            run += steps
        elif when is None:
            yield whose, run
            run = []
    yield whose, run


def _blocks(document: Document) -> Iterator[tuple[int, Placed]]:
    for n, node in enumerate(document.nodes):
        if not node.timelines:
            for placed in document.blocks[node.first : node.last]:
                if placed.block.kind not in _ASIDE and placed.text.strip():
                    yield n, placed


def _steps(document: Document, placed: Placed) -> list[_Step]:
    """The steps of a text that holds nothing else, but for their label: 工程：R8 検討　R9～R10 実施."""
    text = placed.clean.strip()
    opened = document.labels.leading(text)
    if opened is not None and opened[0] == "schedule":
        text = opened[2].strip()
    found = list(_STEP.finditer(text))
    if not found or found[0].start() or found[-1].end() < len(text) or not all(map(_is_task, _tasks(found))):
        return []
    return [_Step(m["when"], m["task"], (placed.index,)) for m in found]


def _tasks(found: Sequence[re.Match[str]]) -> list[str]:
    return [m["task"] for m in found]


def _is_when(text: str) -> bool:
    return re.fullmatch(_WHEN, "".join(text.split())) is not None


def _is_task(text: str) -> bool:
    if len(text.strip()) > _LONGEST or _DATE.match(text):
        return False  # of a cover: （令和8年度～令和12年度）令和8年3月 策定
    return content_of(text) != "office" and says_what(text)


@dataclass(frozen=True)
class _Years:
    """The years that words tell, under one measure of a plan."""

    document: Document
    owner: int | None
    plan: Metadata

    def of_run(self, run: Sequence[_Step], labelled: set[int]) -> Iterator[Schedule]:
        """Two steps or more, not all alike, whose years go on, or what a label calls the schedule."""
        parts: list[list[tuple[_Step, tuple[int, int | None]]]] = [[]]
        for step in run:
            span = self.span(step.when)
            if span is None or (parts[-1] and span[0] < parts[-1][-1][1][0]):
                parts.append([])
            if span is not None:
                parts[-1].append((step, span))
        for part in parts:
            goes_on = len({step.task for step, _ in part}) > 1  # one text for every year (A・B・C) is no step
            yield from (self._schedule(*k) for k in part if goes_on or labelled.issuperset(k[0].blocks))

    def of_table(self, index: int) -> Iterator[Schedule]:
        """The rows of a table of what is to be done and when: names, offices and years, and nothing else."""
        rows = self.document.grids[index]
        found = _dated_tasks(rows)
        told = [(row, self._from_to(row, found)) for row in rows] if found else []
        if found and len(found) > 2 and self.owner is None and self._period() not in [k for _, k in told]:
            return  # the periods of other plans
        for row, span in told:
            name, when = (row[c] for c in found[:2]) if found else (None, None)
            if name is not None and when is not None and span and name.text:
                blocks = [self.document.cell_blocks[index, c.row, c.col] for c in (name, when)]
                step = _Step(text_of(when), cell_text(name), tuple(blocks))
                label = tidy(cell_text(when)) if found and len(found) == 2 else None
                yield replace(self._schedule(step, span), label=label, rule="schedule-years")

    def of_year_rows(self, index: int) -> Iterator[Schedule]:
        """What a measure does year by year: a table with a row a year, and beside it what is done, an item a
        line; values may stand beside that."""
        rows = self.document.grids[index]
        dated = [(row, span) for row in rows if (span := self.span(text_of(row[0])))]
        starts = [span[0] for _, span in dated]
        if self.owner is None or len(dated) < _YEARS_MIN or starts != sorted(set(starts)):
            return
        columns = [profile([text_of(row[c]) for row, _ in dated]) for c in range(len(rows[0]))]
        told = next((c for c, p in enumerate(columns) if c and p.n and p.share("name", "list") > 0.5), 0)
        for row, span in dated if told else ():
            cell = row[told]
            for item in _ITEM.split(cell.text) if cell and cell.text.strip() else ():
                block = self.document.cell_blocks[index, cell.row, cell.col] if cell else 0
                step = _Step(text_of(row[0]), re.sub(r"\s*\n\s*", "", item), (block,))
                yield replace(self._schedule(step, span), rule="schedule-years")

    def _from_to(self, row: Sequence[Cell | None], columns: Sequence[int]) -> tuple[int, int | None] | None:
        """The years of a row: in one column, or the first and the last in two."""
        if len(columns) == 2:
            return self.span(text_of(row[columns[1]]))
        first, last = (parse_period(text_of(row[c])) for c in columns[1:])
        if first is None or last is None or last.fy < first.fy:
            return None
        inside = self.owner is None or self.span(text_of(row[columns[1]])) is not None
        return (first.fy, last.fy) if inside else None

    def _period(self) -> tuple[int | None, int | None]:
        return self.plan.period_start_fy, self.plan.period_end_fy

    def span(self, when: str) -> tuple[int, int | None] | None:
        """First and last year within the plan's; the last is None where nothing shows it."""
        text = "".join(when.split())
        first, last = self.plan.period_start_fy, self.plan.period_end_fy
        if text.startswith("毎"):
            return (first, last) if first else None
        span, period = parse_span(text), parse_period(text)
        if span is None and period is not None and period.start_month is None:
            span = period.fy, period.fy
        if span is None or span[0] is None or not (first or 0) <= span[0] <= (last or 9999):
            return None
        return span[0], span[1]

    def _schedule(self, step: _Step, span: tuple[int, int | None]) -> Schedule:
        return Schedule(
            at=self.document.evidence(step.blocks),
            rule="schedule-words",
            confidence=_CONFIDENCE,
            task=tidy(step.task),
            measure=self.owner,
            start_fy=span[0],
            end_fy=span[1],
            span_source="text",
            span_certainty="exact" if span[1] is not None else "start_only",
            end_fy_max=span[1] if span[1] is not None else self.plan.period_end_fy,
        )


def _dated_tasks(rows: Sequence[Sequence[Cell | None]]) -> tuple[int, ...] | None:
    """The columns of what is done and of its years: one, or the first and the last year side by side."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return None
    columns = [profile([text_of(row[c]) for row in rows[1:]]) for c in range(len(rows[0]))]
    dated = tuple(c for c, p in enumerate(columns) if p.n and p.share("year", "span") >= _DATED)
    if not dated or not dated[0] or dated not in ((dated[0],), (dated[0], dated[0] + 1)):
        return None
    cells = list({id(c): c for row in rows[1:] for c in row if c}.values())
    name = label_column(cells, 0, dated[0])
    if name is None or columns[name].share(*_TASK) <= 0.5:
        return None
    others = [
        p.share("value", "pair", "prose", *(("number",) if c > name else ())) for c, p in enumerate(columns)
    ]
    return (name, *dated) if max(others) <= 0.5 else None
