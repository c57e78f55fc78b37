"""Verdicts of people on rows: right, wrong, another value, or missing. Kept beside the dataset.

``OUT/corrections.yaml`` is applied by each run. It is a list that grows at its end, one verdict an entry, and
may be edited by hand: taking a verdict back is deleting its entry. Row ids hold only for one file and one
version of the extractor, so a verdict also tells the file's SHA-256 and the place and words of its row, by
which a run finds the row again. What no longer fits is never applied: it becomes a diagnostic. Verdicts and
what became of them are the table ``corrections``.
"""

from dxplan.corrections.added import guessed, is_same, made, missing, words_in
from dxplan.corrections.applied import apply, correct, find
from dxplan.corrections.joined import join, joined
from dxplan.corrections.links import LINKED, MEASURE
from dxplan.corrections.verdicts import (
    CHOICES,
    COUNTED,
    FILE,
    JUDGED,
    NAMED,
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
    "CHOICES", "COUNTED", "FILE", "JUDGED", "LINKED", "MEASURE", "NAMED", "RULE", "Judgement", "Outcome",
    "Verdict", "WrongValueError", "append", "apply", "columns", "correct", "find", "guessed", "is_same",
    "join", "joined", "judge", "key_column", "made", "missing", "new_act", "notes", "parse", "read", "seen",
    "take_back", "take_back_act", "words_in",
]  # fmt: skip
