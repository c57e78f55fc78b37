"""Measures: the level at which a plan describes one thing to do, with a body of its own.

A section is a measure when its own body holds the labels plans use for measures (概要, 現状・課題 …),
or when it is prose in a chapter of measures. Its policies come from the heading above it, from the policy's
name beside its heading, or from a matrix or list that sets measures against policies.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from extract.document import Document, Evidence, Node, Section, heading_number
from extract.labels import bare, field_role, keys, leading_label, outside_brackets, vocabulary
from extract.layout.numbering import names_level
from extract.model import Cell
from extract.records.fields import (
    Field,
    cell_text,
    collect,
    names_policy,
    split_parts,
    tidy,
)
from extract.records.lists import split_run_together
from extract.records.measure_tables import ListedMeasure, form_measure, listed_measures, ticked_of
from extract.records.model import Measure, Policy
from extract.records.policies import plain_number
from extract.records.progress import is_rate
from normalize.characters import squash
from normalize.quantities import is_null

_CORE_ROLES = {"overview", "background", "approach", "actions"}
_SIDE_ROLES = {"departments", "kpi", "schedule", "tags"}
_UNIT = "課|室|局|部|所|館|係|委員会|センター|班|署"
_DEPARTMENT_SPLIT = re.compile(
    rf"[、，,／/;；\n\s]+|(?:(?<=[課室局部所館係班署])|(?<=委員会)|(?<=センター))・(?=\S{{1,14}}(?:{_UNIT}))"
)
_OTHER_DEPARTMENTS = re.compile(
    r"[(（]\s*(?:関係|関連|協力|連携|副担当)(?:課|部署|部局|所属)?\s*[：:]?\s*([^()（）]*)[)）]"
)
_OFFICES_BEHIND = re.compile(
    r"(?P<title>.+?)\s*[（(【［\[〔＜<](?P<label>[^：:()（）]{2,8})[：:]\s*(?P<offices>[^（(]+)[)）】］\]〕＞>]"
)
_DEPARTMENT_TAIL = re.compile(r"(?:ほか|他|など|等|、)+$")
_NONE = frozenset("-－―ー–—")  # an empty cell, said with a dash
_DEFINED_MARK = re.compile(r"([●○★☆◎◆◇▲△■□])\s*[：:…=＝]?\s*([^●○★☆◎◆◇▲△■□\s、。]{2,20})")
_SAME_TITLE = 88
_NAME_MAX = 50
_STEP = re.compile(r"[＞>›»→|｜]")  # between the steps of a running head: 第2章 取組 ＞ 基本方針1 …


def extract(document: Document, policies: Sequence[Policy]) -> list[Measure]:
    links = _PolicyLinks.read(document, policies)
    sections = measure_sections(document)
    forms = _forms(document, links)
    labelled = [s for s in sections if _is_labelled(document, s)]
    if not forms and not labelled:
        rows = _listed(document, links)
        if rows:
            return rows
    if forms:  # sections of such a plan are chapters, but for those that have labels of their own
        sections = labelled
    measures = list(forms)
    for section in sections:
        nodes = own_nodes(document, section, sections)
        measure = _from_section(document, section, collect(document, nodes[1:]))
        serves, tags = links.of(document, section, nodes, measure)
        measures.append(replace(measure, policies=serves, national_tags=measure.national_tags or tags))
    return sorted(measures, key=lambda m: m.at.start)


def _listed(document: Document, links: _PolicyLinks) -> list[Measure]:
    """Measures that stand one a row in tables, in a plan that describes none under headings."""
    return [
        replace(_of_table(document, links, n, row), rule="measure-row", confidence=0.85)
        for n, node in enumerate(document.nodes)
        if node.table is not None
        for row in listed_measures(document, node.table)
    ]


def _forms(document: Document, links: _PolicyLinks) -> list[Measure]:
    """Measures that are forms of their own, whatever heading stands over them."""
    forms = {
        n: form
        for n, node in enumerate(document.nodes)
        if node.table is not None and (form := _form(document, n, node.table)) is not None
    }
    heads = {s.first for s in document.sections}
    found = []
    for n, form in forms.items():
        last = next((m for m in range(n + 1, len(document.nodes)) if m in forms or m in heads), None)
        measure = _of_table(document, links, n, form)
        nodes = (n, len(document.nodes) if last is None else last)
        found.append(replace(measure, rule="measure-form", confidence=0.9, nodes=nodes))
    return found


def _form(document: Document, n: int, table: int) -> ListedMeasure | None:
    """The form in a table, unless the heading above it already names the measure."""
    form = form_measure(document, table)
    index = document.section_of_node[n]
    if form is None or index is None:
        return form
    named = fuzz.ratio(squash(document.sections[index].title), squash(form.title)) >= _SAME_TITLE
    return None if named else form


def _of_table(document: Document, links: _PolicyLinks, n: int, told: ListedMeasure) -> Measure:
    index = document.section_of_node[n]
    path = document.path(document.sections[index]) if index is not None else []
    headings = tuple(document.heading_text(s) for s in path)
    names = [*reversed(told.above), *reversed(headings)]
    if path:  # a policy's name may be no heading but a line between the heading and the form
        between = document.blocks[path[-1].heading + 1 : document.nodes[n].first]
        names += [p.clean for p in reversed(between) if p.table is None and names_policy(p.clean)]
    ticked = [p for t in told.above for mark in ticked_of(t) if (p := links.policy_named(mark)) is not None]
    serves = ticked or [p for t in names if (p := links.policy_named(t)) is not None][:1]
    measure = _measure(document, None, told.title, told.fields, told.blocks, (*headings, told.title))
    return replace(measure, number=told.number or measure.number, policies=tuple(serves))


# --- which sections are measures ----------------------------------------------------------------------


def measure_sections(document: Document) -> list[Section]:
    """Sections that describe a measure, in order."""
    labelled = [s for s in document.sections if _is_labelled(document, s)]
    labelled = _without_strays(document, labelled)
    taken = {s.index for s in labelled}
    inside = {a.index for s in labelled for a in document.path(s)}
    prose = [
        s
        for s in document.sections
        if s.index not in inside
        and not any(a.index in taken for a in document.path(s))
        and _is_prose_measure(document, s)
    ]
    chosen = _merge_repeats(labelled + prose)
    return sorted(chosen, key=lambda s: s.first)


def _direct_nodes(document: Document, section: Section) -> list[Node]:
    owner = document.section_of_node
    return [document.nodes[n] for n in range(section.first + 1, section.last) if owner[n] == section.index]


def _is_labelled(document: Document, section: Section) -> bool:
    roles: Counter[str] = Counter()
    leading: set[str] = set()
    for node in _direct_nodes(document, section):
        if node.table is not None:
            # The heads of a table's columns are no labels of the section, nor is what follows a form its own.
            if _stands_alone(document, node.table, section):
                if form_measure(document, node.table) is not None:
                    break
            else:
                cells = document.tables[node.table].cells
                roles.update({r for c in cells if (r := field_role(cell_text(c)))})
        elif node.is_block and document.blocks[node.first].block.kind in (
            "heading",
            "paragraph",
            "figure_text",
        ):
            text = document.blocks[node.first].clean
            if role := field_role(text):
                if node.last not in document.headings:  # a label with a heading right below holds nothing
                    roles[role] += 1
            elif opened := leading_label(text):
                leading.add(opened[0])
    if len(leading) >= 2:  # one alone (目的：…) opens many a paragraph
        roles.update(leading)
    core = _CORE_ROLES & roles.keys()
    return (bool(core) and len(core | (_SIDE_ROLES & roles.keys())) >= 2) or (
        len(core) == 1 and (bool(section.number) or section.style == "form")
    )


def _stands_alone(document: Document, table: int, section: Section) -> bool:
    """Whether a table describes measures of its own, or an earlier plan's, not the section's."""
    if any(is_rate(cell_text(c)) for c in document.tables[table].cells if c.row == 0):
        return True
    form = form_measure(document, table)
    if form is None:
        return bool(listed_measures(document, table))
    return fuzz.ratio(squash(section.title), squash(form.title)) < _SAME_TITLE


def _without_strays(document: Document, sections: list[Section]) -> list[Section]:
    """Keep the numbering most labelled sections share: one stray 背景 in a chapter makes no measure."""
    styles = Counter(s.style for s in sections)
    if not styles:
        return []
    keep = {style for style, n in styles.items() if n >= 2} or {styles.most_common(1)[0][0]}
    chapters = vocabulary("policies")["measure_chapters"]
    return [
        s
        for s in sections
        if s.style in keep or any(w in a.title for a in document.path(s) for w in chapters)
    ]


def _is_prose_measure(document: Document, section: Section) -> bool:
    """A numbered leaf with prose, in a chapter whose title speaks of measures."""
    if not section.number or document.children(section) or section.parent is None:
        return False
    words = vocabulary("policies")
    above = document.path(section)[:-1]
    titles = [a.title for a in above]
    if any(w in t for t in [*titles, section.title] for w in words["other_chapters"]):
        return False
    if not any(w in t for t in titles for w in words["measure_chapters"]):
        return False
    prose = [document.blocks[n.first] for n in _direct_nodes(document, section) if n.is_block]
    return sum(len(p.text) for p in prose if p.block.kind == "paragraph" and "。" in p.text) >= 40


def _merge_repeats(sections: Iterable[Section]) -> list[Section]:
    """A measure that goes on under its repeated heading (…(続き), a second slide) stays one measure."""
    seen: set[tuple[str | None, str, int | None]] = set()
    kept = []
    for section in sorted(sections, key=lambda s: s.first):
        key = (section.number, squash(re.sub(r"[(（]?続き[)）]?$", "", section.title)), section.parent)
        if key not in seen:
            seen.add(key)
            kept.append(section)
    return kept


def own_nodes(document: Document, section: Section, measures: Sequence[Section]) -> list[Node]:
    """The section's nodes without those of measures inside it."""
    inner = [s for s in measures if section.first < s.first < section.last]
    return [
        document.nodes[n]
        for n in range(section.first, section.last)
        if not any(s.first <= n < s.last for s in inner)
    ]


# --- what a measure says ------------------------------------------------------------------------------


def _from_section(document: Document, section: Section, fields: Sequence[Field]) -> Measure:
    path = tuple(document.heading_text(s) for s in document.path(section))
    measure = _measure(
        document, section.index, document.heading_text(section), fields, (section.heading,), path
    )
    return replace(measure, number=section.number)


def _measure(
    document: Document, section: int | None, heading: str, fields: Sequence[Field], blocks: Iterable[int],
    path: tuple[str, ...],
) -> Measure:  # fmt: skip
    body = [f for f in fields if f.role == "body"]
    approach = [f for f in fields if f.role in ("approach", "actions")]
    labelled = any(f.role in _CORE_ROLES for f in fields)
    prose = [t for f in (*body, *approach) if (t := _sentences(f) if f.role == "body" else f.prose)]
    items = [i for f in approach or body for i in f.items if approach or "。" not in i]
    if not items and (named := _nominal_lines(approach)):
        items, prose = (
            named,
            [p for p in prose if p not in {f.prose for f in approach if f.role == "actions"}],
        )
    if len(items) == 1:
        items = split_run_together(items[0])
    held = {*blocks} | {p.block for f in fields for p in f.parts}
    held |= {f.label_block for f in fields if f.label_block is not None}
    number = heading_number(heading)
    title, offices = _without_departments(tidy(number.title if number and number.title else heading))
    return Measure(
        at=_with_drawings(document, document.evidence(held), section),
        rule="measure-labels" if labelled else "measure-prose",
        confidence=0.95 if labelled else 0.75,
        section=section,
        number=number.number if number else None,
        title=title,
        overview=_joined(f.text for f in _overviews(fields)),
        background=_joined(f.text for f in fields if f.role == "background"),
        approach=_joined(prose),
        actions=tuple(items),
        departments=tuple(d for f in fields if f.role == "departments" for d in departments(f.text or ""))
        or tuple(departments(offices)),
        national_tags=tuple(t for f in fields if f.role == "tags" for t in _tags(f)),
        headings_path=path,
        fields=tuple(fields),
    )


def _without_departments(title: str) -> tuple[str, str]:
    """A title and the offices named in brackets behind it: 窓口の改善（担当課：住民課）."""
    match = _OFFICES_BEHIND.fullmatch(title)
    if match is None or field_role(match["label"]) != "departments":
        return title, ""
    return match["title"], match["offices"]


def _overviews(fields: Sequence[Field]) -> list[Field]:
    """Boxes that tell what a measure is; where one is called 概要, a 目指す姿 or ねらい beside it is none."""
    told = [f for f in fields if f.role == "overview"]
    return [f for f in told if "概要" in squash(f.label or "")] or told


def _with_drawings(document: Document, at: Evidence, section: int | None) -> Evidence:
    """The box with the tables and charts of the section on its first page, whose bars hold no text."""
    if section is None or at.box is None:
        return at
    box = at.box
    for node in _direct_nodes(document, document.sections[section]):
        table = None if node.table is None else document.tables[node.table]
        for drawn in (*node.timelines, *(() if table is None else (table,))):
            if drawn.box is not None and drawn.page == at.page:
                box = box.union(drawn.box)
    return replace(at, box=box)


def _nominal_lines(fields: Sequence[Field]) -> list[str]:
    """Lines under 取組内容 that are names of things to do, one a line, their bullets lost."""
    lines = [p.text for f in fields if f.role == "actions" for p in f.parts]
    listed = len(lines) >= 2 and all(len(t) <= _NAME_MAX and "。" not in t for t in lines)
    return lines if listed else []


def _joined(texts: Iterable[str | None]) -> str | None:
    return "\n".join(t for t in texts if t) or None


def _sentences(field: Field) -> str | None:
    """Of text without a label only running prose counts: captions and policy names stand there too."""
    return "\n".join(p.text for p in field.parts if "。" in p.text) or None


def _tags(field: Field) -> list[str]:
    """Texts of the boxes of a 関連 field; a line end inside a box is no break, a dash no text."""
    return [
        re.sub(r"(?<=[^\x00-\x7f])\s+", "", t)
        for p in field.parts
        for t in ([p.text] if p.is_item else re.split(r"[、\n]|(?<=施策|事項)\s+", p.text))
        if t and not is_null(t)
    ]


def departments(text: str) -> list[str]:
    """Departments of a 担当課 field; «ほか» says that there are more and is no department.

    >>> departments("総務課、市民課・税務課ほか")
    ['総務課', '市民課', '税務課']
    >>> departments("総務課（関係課：市民課、税務課）")
    ['総務課', '市民課', '税務課']
    """
    text = _OTHER_DEPARTMENTS.sub(r"、\1", text)
    told = "\n".join(line for line in text.split("\n") if "。" not in line)  # a sentence names no office
    names = (_DEPARTMENT_TAIL.sub("", n.strip()) for n in _DEPARTMENT_SPLIT.split(told))
    return [n for n in names if n and n not in _NONE]


# --- which policies it serves -------------------------------------------------------------------------


@dataclass(frozen=True)
class _Listed:
    """A measure's title in a matrix or list, the policies marked there, and its other marks."""

    key: str
    policies: tuple[int, ...]
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class _PolicyLinks:
    by_number: dict[str, int]
    by_title: dict[str, int]
    styles: frozenset[str]  # of the policies' numbers
    matrix: tuple[_Listed, ...]
    lists: tuple[_Listed, ...]

    @staticmethod
    def read(document: Document, policies: Sequence[Policy]) -> _PolicyLinks:
        numbered = {plain_number(p.number) or "": i for i, p in enumerate(policies) if p.kind == "基本方針"}
        titles = {squash(p.title): i for i, p in enumerate(policies) if p.kind == "基本方針"}
        links = _PolicyLinks(numbered, titles, frozenset(p.style for p in policies), (), ())
        matrix: list[_Listed] = []
        lists: list[_Listed] = []
        for index, rows in enumerate(document.grids):
            matrix += links._matrix(document, index, rows)
            lists += links._list(rows)
        lists += links._section_lists(document)
        return replace(links, matrix=tuple(matrix), lists=tuple(lists))

    def policy_named(self, text: str) -> int | None:
        """The policy a short text names, by number or by title."""
        text = outside_brackets(text)
        number = heading_number(text.strip())
        if number and names_level(number.style):
            here = number.style in self.styles
            return self.by_number.get(plain_number(number.number) or "") if here else None
        title = number.title if number else text.strip()
        for inner in (title, *re.split(r"\s+", title, maxsplit=1)[1:]):  # 第2章 (取組) 基本目標1 便利な町
            if (level := heading_number(inner)) and names_level(level.style):
                return self.policy_named(inner)
        key = squash(number.title if number else text)
        if key in self.by_title:
            return self.by_title[key]
        if len(key) < 6:
            return None
        best = max(self.by_title, key=lambda t: fuzz.ratio(key, t), default=None)
        return self.by_title[best] if best and fuzz.ratio(key, best) >= _SAME_TITLE else None

    def _matrix(self, document: Document, index: int, rows: list[list[Cell | None]]) -> list[_Listed]:
        """Rows of measures, columns of policies, marks where they meet."""
        header = next((r for r in rows[:3] if sum(self._of_cell(c) is not None for c in r) >= 2), None)
        if header is None:
            return []
        columns = {c: p for c, cell in enumerate(header) if (p := self._of_cell(cell)) is not None}
        national = {c for c, cell in enumerate(header) if cell and re.search(r"自治体\s*DX|国の", cell.text)}
        marks = vocabulary("policies")["matrix_marks"]
        used = {t for r in rows for c in r if c and (t := c.text.strip()) and len(t) == 1}
        legend = _legend(document, index, used)
        found = []
        for row in rows[rows.index(header) + 1 :]:
            title = next((c.text for i, c in enumerate(row) if c and c.text and i not in columns), None)
            if not title or title in marks:
                continue
            serves = tuple(p for c, p in columns.items() if (cell := row[c]) and cell.text.strip() in marks)
            tags = tuple(
                legend[t] for c in national if (cell := row[c]) and (t := cell.text.strip()) in legend
            )
            number = heading_number(title)
            found.append(_Listed(squash(number.title if number else title), serves, tags))
            if number:
                found.append(_Listed(squash(number.number), serves, tags))
        return found

    def _of_cell(self, cell: Cell | None) -> int | None:
        return self.policy_named(cell.text.split("\n")[0]) if cell and cell.text else None

    def _list(self, rows: list[list[Cell | None]]) -> list[_Listed]:
        """A table 基本方針 | 取組項目: the policy stands left of (or above) its measures."""
        found = []
        current: int | None = None
        for row in rows:
            cells = [c for c in row if c and c.text]
            if not cells:
                continue
            policy = self.policy_named("".join(map(str.strip, cells[0].text.split("\n"))))
            current = policy if policy is not None else current
            for cell in cells[1:] if policy is not None else cells:
                if current is not None and len(cell.text) <= 50 and "。" not in cell.text:
                    number = heading_number(cell.text)
                    found.append(_Listed(squash(number.title if number else cell.text), (current,)))
        return found

    def _section_lists(self, document: Document) -> list[_Listed]:
        """Lists of titles under a heading that names the policy (【基本方針1】取組事項)."""
        found = []
        for section in document.sections:
            policy = self.policy_named(document.heading_text(section))
            if policy is None:
                continue
            for node in _direct_nodes(document, section):
                placed = document.blocks[node.first] if node.is_block else None
                if placed and placed.block.kind == "list_item":
                    found += [_Listed(squash(p.text), (policy,)) for p in split_parts(placed)]
        return found

    def of(
        self, document: Document, section: Section, nodes: Sequence[Node], measure: Measure
    ) -> tuple[tuple[int, ...], tuple[str, ...]]:
        """Policies of a measure and the marks a matrix gives it."""
        listed = self._listed(self.matrix, document, section, measure)
        if listed and listed.policies:
            return listed.policies, listed.tags
        for text in self._beside(document, nodes):
            policy = self.policy_named(text)
            if policy is not None:
                return (policy,), ()
        for outer in reversed(document.path(section)[:-1]):
            policy = self.policy_named(document.heading_text(outer))
            if policy is not None:
                return (policy,), ()
        listed = self._listed(self.lists, document, section, measure)
        return (listed.policies if listed else ()), ()

    def _listed(
        self, entries: Sequence[_Listed], document: Document, section: Section, measure: Measure
    ) -> _Listed | None:
        key = squash(measure.title)
        best = max(entries, key=lambda e: fuzz.ratio(e.key, key), default=None)
        if best and fuzz.ratio(best.key, key) >= _SAME_TITLE:
            return best
        outer = [s.number for s in document.path(section)[:-1] if s.number]
        numbers = [re.split(r"[-－]", measure.number)[0]] if measure.number and "-" in measure.number else []
        for number in [*numbers, *outer]:
            hit = next((e for e in entries if e.key == squash(number)), None)
            if hit:
                return hit
        return None

    def _beside(self, document: Document, nodes: Sequence[Node]) -> list[str]:
        """Short texts around the heading (down to the first label, and above it), and running heads."""
        heading = nodes[0].first
        above = [
            p
            for p in document.blocks[max(0, heading - 2) : heading]
            if p.table is None and p.block.kind != "header"  # that of the page before
        ]
        page = document.blocks[heading].block.page
        named = [
            p
            for p in above
            if (n := heading_number(p.text.strip())) and names_level(n.style) and len(p.text) <= 60
        ]
        texts = []
        for node in nodes[1:6]:
            if not node.is_block or field_role(document.blocks[node.first].clean):
                break
            placed = document.blocks[node.first]
            if (
                placed.block.kind in ("paragraph", "heading", "header", "figure_text")
                and len(placed.text) <= 80
            ):
                texts.append(placed.clean)
        texts += [p.clean for p in named if p.block.page == page]
        texts += _policy_cells(document, nodes)
        if page is not None:
            here = [p.clean for p in document.blocks[:heading] if p.block.page == page]
            texts += [t for t in here if names_policy(t)][-1:]
            texts += [
                step.strip()
                for p in document.blocks
                if p.block.page == page and len(p.text) <= 80
                if p.block.kind in ("header", "figure_text")
                or (p.block.kind == "paragraph" and names_policy(p.clean))
                for step in _STEP.split(p.clean)
            ]
        return texts + [p.clean for p in named if p.block.page != page]


def _policy_cells(document: Document, nodes: Sequence[Node]) -> list[str]:
    """What stands right of a cell «基本方針» in the measure's own tables."""
    labels = keys("policies", "policy_labels")
    found = []
    for node in nodes:
        for row in document.grids[node.table] if node.table is not None else ():
            cells = [c for c in row if c and c.text]
            if len({id(c) for c in cells}) == 2 and squash(bare(cell_text(cells[0]))) in labels:
                found += ticked_of(cell_text(cells[-1])) or [cell_text(cells[-1])]
    return found


def _legend(document: Document, index: int, used: set[str]) -> dict[str, str]:
    """What the marks of a matrix mean: from lines that define one mark each, or every mark that is used."""
    node = next(n for n, x in enumerate(document.nodes) if x.table == index)
    found: dict[str, str] = {}
    for near in document.nodes[max(0, node - 6) : node + 6]:
        if near.is_block:
            text = document.blocks[near.first].text
            defined = dict(_DEFINED_MARK.findall(text))
            alone = len(defined) == 1 and _DEFINED_MARK.fullmatch(text.strip())
            if alone or used <= defined.keys() != set():
                found |= {m: meaning for m, meaning in defined.items() if m not in found}
    return found
