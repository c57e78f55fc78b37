"""Which sections are measures: the level of headings under which a plan says what it will do.

Headings of one kind (施策1-1, 施策1-2 …) are decided together. Labels that stand once in each speak for them,
that they stand under the levels of the plan, have text or tables of their own, and titles that do not come
back; against them, that they hold such headings themselves. ``structure/weights.yaml`` says how much.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from rapidfuzz import fuzz

from extract.document import Document, Node, Section
from extract.labels import vocabulary
from extract.records.fields import cell_text
from extract.records.measure_tables import form_measure, listed_measures
from extract.records.policy_links import SAME_TITLE
from extract.records.progress import is_rate
from extract.structure.headers import weighed, weights
from extract.structure.labels import CORE
from extract.structure.levels import Key, number_key
from normalize.characters import squash

FOUND = 0.0  # score from which headings of a kind are measures
PROSE = 30  # characters of text that say something
_SIDE_ROLES = {"departments", "kpi", "schedule", "tags"}
_CONTINUED = re.compile(r"[(（]?続き[)）]?$")

# The style of the number, how many parts it has, the chapter, and whether an entry of a level stands above.
Kind = tuple[str, int, int | None, bool]


def measure_sections(document: Document) -> tuple[list[Section], frozenset[int]]:
    """Sections that describe a measure, in order, and which of them hold labels of their own."""
    evidence = _Evidence(document)
    kinds: dict[Kind, list[Section]] = defaultdict(list)
    for section in evidence.sections:
        kinds[evidence.kind(section)].append(section)
    scores = {kind: evidence.score(same) for kind, same in kinds.items()}
    chosen: list[Section] = []
    usual: set[str] = set()  # the styles of those with labels: a plan describes its measures in one way
    for kind in sorted(kinds, key=lambda k: -scores[k]):
        same = [s for s in kinds[kind] if evidence.fits(s)]
        told = sum(map(evidence.labelled, same)) > len(same) / 2
        beside = {s.parent for s in same} & {s.parent for s in chosen}
        alike = told or kind[0] in usual or not (usual or beside)
        if scores[kind] > FOUND and alike and not _nested(document, same, chosen):
            chosen += same
            usual |= {kind[0]} if told else set()
    chosen = _without_specimen(chosen)
    labelled = frozenset(s.index for s in chosen if evidence.labelled(s))
    return _merge_repeats(chosen), labelled


def _without_specimen(chosen: Sequence[Section]) -> list[Section]:
    """Without the one that shows how to read the others: it alone has no number and comes first."""
    first = min(chosen, key=lambda s: s.first, default=None)
    rest = [s for s in chosen if s is not first]
    shown = first is not None and first.number is None and len(rest) > 1 and all(s.number for s in rest)
    return rest if shown else list(chosen)


def _nested(document: Document, same: Sequence[Section], chosen: Sequence[Section]) -> bool:
    """Whether most sections stand in, or around, those chosen before."""
    taken = {s.index for s in chosen}
    around = {a.index for s in chosen for a in document.path(s)[:-1]}
    inside = sum(any(a.index in taken for a in document.path(s)[:-1]) for s in same)
    return inside > len(same) / 2 or sum(s.index in around for s in same) > len(same) / 2


class _Evidence:
    def __init__(self, document: Document) -> None:
        self.document = document
        self._found: dict[int, list[tuple[str, str]]] = {}  # labels by section
        told = {squash(s.title) for s in document.sections if self.fits(s)}
        self.sections = [
            s
            for s in document.sections
            if squash(s.title) not in told or s.heading in self.entries or self.fits(s)
        ]  # without the titles that a page lists of what is described elsewhere
        self.titles = Counter(squash(s.title) for s in self.sections)

    @cached_property
    def entries(self) -> frozenset[int]:
        """Blocks that name an entry of a level."""
        return frozenset(m for level in self.document.levels for e in level.entries for m in e.mentions)

    @cached_property
    def headed(self) -> frozenset[int]:
        """Pages whose running head names an entry of a level."""
        blocks = (self.document.blocks[m].block for m in self.entries)
        return frozenset(b.page for b in blocks if b.kind in ("header", "side_nav") and b.page is not None)

    @cached_property
    def keys(self) -> frozenset[Key]:
        return frozenset(e.key for level in self.document.levels for e in level.entries)

    def kind(self, section: Section) -> Kind:
        above = self.document.path(section)[:-1]
        parts = len(number_key(section.number or ""))
        return section.style, parts, above[0].index if above else None, self._under(section)

    def score(self, same: Sequence[Section]) -> float:
        """What speaks for the sections of one kind to be the measures."""
        features = [self._features(s) for s in same]
        shares = {name: sum(f[name] for f in features) / len(same) for name in features[0]}
        return weighed(shares | {"alone": len(same) == 1}, weights("measures"))

    def fits(self, section: Section) -> bool:
        """Whether one of them may be a measure: it says something and is no entry of a level."""
        return section.heading not in self.entries and (self.labelled(section) or self._says(section))

    def _features(self, section: Section) -> Mapping[str, float]:
        labels = self._labels(section)
        roles = {role for _, role in labels}
        titles = [s.title for s in self.document.path(section)]
        words = vocabulary("policies")
        told = self.labelled(section)
        return {
            "labelled": told,
            "named": self.document.blocks[section.heading].block.names_record,
            "side": 0.0 if roles & CORE else len(_SIDE_ROLES & roles) / 2,
            "repeated": any(n > 1 for n in Counter(squash(text) for text, _ in labels).values()),
            "numbered": section.number is not None,
            "under": self._under(section),
            "entry": section.heading in self.entries,
            "says": self._says(section),
            "again": self.titles[squash(section.title)] > 1,
            "holds": any(c.number for c in self.document.children(section)),
            "chapter": any(w in t for t in titles[:-1] for w in words["measure_chapters"]),
            "other": not told and any(w in t for t in titles for w in words["other_chapters"]),
        }

    def labelled(self, section: Section) -> bool:
        """Whether it holds labels of a measure: two, or one that comes back in the other measures."""
        labels = self._labels(section)
        roles = {role for _, role in labels}
        core = CORE & roles
        if core and len(core | (_SIDE_ROLES & roles)) >= 2:
            return True
        found = self.document.labels
        alone = not found.cycles or any(found.found(text) for text, role in labels if role in core)
        return len(core) == 1 and alone and (bool(section.number) or section.style == "form")

    def _under(self, section: Section) -> bool:
        """Whether it stands under an entry of a level, by its place or by its number."""
        above = self.document.path(section)[:-1]
        key = number_key(section.number or "")
        page = self.document.blocks[section.heading].block.page
        return any(a.heading in self.entries for a in above) or key[:-1] in self.keys or page in self.headed

    def _own(self, section: Section) -> list[Node]:
        """Its nodes up to the first numbered heading in it."""
        inner = (s.first for s in self.document.children(section) if s.number)
        return list(self.document.nodes[section.first + 1 : next(inner, section.last)])

    def _says(self, section: Section) -> bool:
        """Whether text, a table or a chart of its own stands in it."""
        own = self._own(section)
        if any(not n.is_block and not self._stands_alone(n.table, section) for n in own):
            return True
        texts = (self.document.blocks[n.first] for n in own)
        held = (p.text for p in texts if p.block.kind in ("paragraph", "list_item"))
        return sum(map(len, held)) >= PROSE

    def _labels(self, section: Section) -> list[tuple[str, str]]:
        """The labels in a section's own body, with their roles."""
        if section.index not in self._found:
            self._found[section.index] = list(self._find_labels(section))
        return self._found[section.index]

    def _find_labels(self, section: Section) -> Iterator[tuple[str, str]]:
        leading: dict[str, str] = {}
        labels = self.document.labels
        for node in self._own(section):
            if node.table is not None:
                if not self._stands_alone(node.table, section):
                    texts = map(cell_text, self.document.tables[node.table].cells)
                    yield from ((text, role) for text in texts if (role := labels.role(text)))
                elif form_measure(self.document, node.table) is not None:
                    break  # what follows another's form is not its own
            elif node.is_block:
                placed = self.document.blocks[node.first]
                if role := labels.role(placed.clean) if placed.block.kind in _NAMED else None:
                    yield placed.clean, role
                elif opened := labels.leading(placed.clean):
                    leading[opened[0]] = opened[1]
        if len(leading) >= 2:  # one alone (目的：…) opens many a paragraph
            yield from ((text, role) for role, text in leading.items())

    def _stands_alone(self, table: int | None, section: Section) -> bool:
        """Whether a table describes measures of its own, or an earlier plan's, not the section's."""
        if table is None:
            return False
        if any(is_rate(cell_text(c)) for c in self.document.tables[table].cells if c.row == 0):
            return True
        form = form_measure(self.document, table)
        if form is None:
            return bool(listed_measures(self.document, table))
        return fuzz.ratio(squash(section.title), squash(form.title)) < SAME_TITLE


_NAMED = ("heading", "paragraph", "figure_text")


def _merge_repeats(sections: Iterable[Section]) -> list[Section]:
    """A measure that goes on under its repeated heading (…(続き), a second slide) stays one measure."""
    seen: set[tuple[str | None, str, int | None]] = set()
    kept = []
    for section in sorted(sections, key=lambda s: s.first):
        key = (section.number, squash(_CONTINUED.sub("", section.title)), section.parent)
        if key not in seen:
            seen.add(key)
            kept.append(section)
    return kept
