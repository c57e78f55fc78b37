"""How sure a measure is: by how clearly its labels were told, and how far it is made like the others.

The forms of one plan are alike. A measure that fills other boxes than its neighbours, stands at another
depth, or holds one label twice was cut in the wrong place; a label whose role was a close call may hold
another box.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import exp

from extract.document import Document
from extract.labels import field_role
from extract.records.model import Measure
from extract.structure.coverage import Gap
from extract.structure.headers import weighed, weights
from extract.structure.labels import UNCLEAR

_TEXTS = frozenset({"overview", "background", "approach", "actions", "departments", "tags", UNCLEAR})
_CLEAR = 2.0  # margin from which a role is no close call
_BOXES = ("overview", "background", "approach", "actions", "departments", "national_tags", "policies")


def made_sure(document: Document, measures: Sequence[Measure], gaps: Mapping[int, Gap]) -> list[Measure]:
    """The measures, each with a confidence of its own. ``gaps``: what of each no record uses."""
    boxes = [tuple(bool(getattr(m, name)) for name in _BOXES) for m in measures]
    depths = [len(m.headings_path) for m in measures]
    sure = []
    for i, measure in enumerate(measures):
        told = [(f.label, f.role) for f in measure.fields if f.label and f.role in _TEXTS]
        clear = [_clearness(document, label, role) for label, role in told]
        evidence = {
            "clear": sum(clear) / len(clear) if clear else 0.0,
            "alike": boxes.count(boxes[i]) / len(boxes),
            "as_deep": depths.count(depths[i]) / len(depths),
            "twice": float(len(set(told)) < len(told)),
            "unknown": _unknown(measure),
            "unused": gaps[i].share if i in gaps else 0.0,
        }
        sure.append(replace(measure, confidence=1 / (1 + exp(-weighed(evidence, weights("measure"))))))
    return sure


def _unknown(measure: Measure) -> float:
    """The share of the labels of which nobody can say what they name."""
    labels = [f for f in measure.fields if f.label]
    unknown = sum(f.role == "other" and field_role(f.label or "") is None for f in labels)
    return unknown / len(labels) if labels else 0.0


def _clearness(document: Document, label: str, role: str) -> float:
    """How far the role of a label is from a close call, 0 to 1; the words of a list tell it for certain."""
    found = document.labels.found(label)
    if role == UNCLEAR:
        return 0.0
    if found is None:
        return 1.0 if field_role(label) else 0.5
    return min(1.0, found.margin / _CLEAR)
