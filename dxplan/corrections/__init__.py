"""Verdicts of people on rows: right, wrong, or another value. Kept beside the dataset, applied by each run.

``OUT/corrections.yaml`` is a list that grows at its end, one verdict an entry, and may be edited by hand:
taking a verdict back is deleting its entry. Row ids hold only for one file and one version of the extractor,
so a verdict also tells the file's SHA-256 and the place and words of its row, by which a run finds the row
again. What no longer fits is never applied: it becomes a diagnostic. Verdicts and what became of them are the
table ``corrections``.
"""

from dxplan.corrections.applied import apply, correct, find
from dxplan.corrections.verdicts import (
    CHOICES,
    COUNTED,
    FILE,
    JUDGED,
    RULE,
    Judgement,
    Outcome,
    Verdict,
    WrongValueError,
    append,
    columns,
    judge,
    key_column,
    new_act,
    notes,
    parse,
    read,
    seen,
    take_back,
    take_back_act,
)

__all__ = [
    "CHOICES", "COUNTED", "FILE", "JUDGED", "RULE", "Judgement", "Outcome", "Verdict", "WrongValueError",
    "append", "apply", "columns", "correct", "find", "judge", "key_column", "new_act", "notes", "parse",
    "read", "seen", "take_back", "take_back_act",
]  # fmt: skip
