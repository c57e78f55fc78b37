"""What people answered to the reader's questions: one small file beside the dataset, read by the next run.

``OUT/answers.yaml`` is a list that grows at its end, one answer an entry, and may be edited by hand, merged
by git and given to others. An answer is evidence, not a patch: it says what a label, a column, a table or a
chart is, and the reader weighs it above everything else. It is bound to words (``key``) and holds for one
document, for all plans of its municipality, or for all plans.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final, Literal, get_args

from dxplan import listfile
from normalize import durable

Scope = Literal["document", "municipality", "all"]

FILE: Final = "answers.yaml"
NOTHING: Final = "nothing"  # there is nothing to be read: do not ask again
SAYS: Final[Mapping[str, tuple[str, ...]]] = {
    "label": (
        "overview", "background", "approach", "actions", "departments", "tags", "kpi", "schedule", "title",
        "number", "policy", "effect", "other",
    ),
    "column": (
        "indicator", "baseline", "current", "interim", "target", "both", "past", "unit", "measure", "number",
        "note", "line", "comparison", "other",
    ),
    "table": ("indicators", "none"),
    "chart": ("schedule", "none"),
    "text": (), "value": (), "bar": (),  # what they say is kept as corrections of rows
}  # fmt: skip
_SCOPES = get_args(Scope)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: what ``key`` of this ``kind`` is.

    ``sha256`` is the document's it was asked about, ``municipality_code`` whose that is; ``text`` is what the
    person saw.
    """

    date: str
    author: str
    kind: str
    key: str
    says: str
    scope: Scope
    document: str
    sha256: str
    municipality_code: str | None
    text: str | None
    page: int | None
    note: str | None
    act: str | None = None  # of the corrections of rows that it comes to

    @property
    def what(self) -> tuple[str, str, str, str | None, str]:
        """What tells one answer from another, whoever gave it."""
        of = {"document": self.sha256, "municipality": self.municipality_code, "all": None}[self.scope]
        return self.kind, self.key, self.scope, of, self.says


def append(out: Path, answers: Iterable[Answer]) -> None:
    """Add answers to the file of a dataset, all or none.

    Raises:
        InputError: what is there cannot be understood.
        OSError: it cannot be written; what was there is there still.
    """
    listfile.append(out / FILE, [asdict(a) for a in answers], _answer)


def take_back(out: Path, answer: Answer) -> bool:
    """Take an answer, and every other that says the same of the same, out of the file of a dataset.

    Returns:
        Whether it was there.

    Raises:
        InputError: what is there cannot be understood.
        OSError: it cannot be written; what was there is there still.
    """
    return listfile.take_out(out / FILE, _answer, lambda one: one.what == answer.what)


def read(out: Path) -> tuple[Answer, ...]:
    """Read the answers beside a dataset, oldest first; none where there is no file.

    Raises:
        InputError: the file is no list of answers; says which entry and why.
    """
    return read_file(out / FILE)


def read_file(path: Path) -> tuple[Answer, ...]:
    """Read a file of answers, wherever it is; see ``read``."""
    return listfile.read(path, _answer).entries


def notes(out: Path) -> Sequence[str]:
    """What a person should know of how the answers were read: what is left of one never written whole."""
    return listfile.told(out / FILE, listfile.read(out / FILE, _answer))


def take_in(out: Path, path: Path) -> int:
    """Add the answers of another file that are not here yet; returns how many.

    Raises:
        InputError: one of the files cannot be understood.
    """
    known = {answer.what for answer in read(out)}
    new = [answer for answer in read_file(path) if answer.what not in known]
    if new:
        append(out, new)
    return len(new)


def write_out(out: Path, path: Path) -> int:
    """Write the answers of a dataset to a file that others can take in; returns how many."""
    answers = read(out)
    durable.write(path, listfile.text(asdict(a) for a in answers).encode())
    return len(answers)


def for_document(
    answers: Sequence[Answer], sha256: str | None, municipality_code: str | None
) -> tuple[tuple[str, str, str], ...]:
    """What holds for a document: (kind, key, answer), in order.

    The nearer answer decides, that for the document over that for its municipality over that for all; of two
    alike the later one.
    """
    found: dict[tuple[str, str], str] = {}
    for scope in reversed(_SCOPES):
        for answer in answers:
            of = {"document": answer.sha256 == sha256, "all": True}.get(
                scope, answer.municipality_code is not None and answer.municipality_code == municipality_code
            )
            if answer.scope == scope and of:
                found[answer.kind, answer.key] = answer.says
    return tuple((kind, key, says) for (kind, key), says in sorted(found.items()))


def _answer(entry: Any) -> Answer:
    """Make an answer of an entry. Raises ``ValueError``, and of the beginning of an entry ``CutOff``."""
    return listfile.whole(entry, [f.name for f in fields(Answer)], _checked)


def _checked(values: dict[str, Any]) -> Answer:
    answer = Answer(**values)
    for name in ("date", "author", "kind", "key", "says", "document", "sha256"):
        if not isinstance(values[name], str):
            raise ValueError(f"{name} is no text")
    if answer.scope not in _SCOPES:
        raise ValueError(f"scope is {answer.scope!r}, not {', '.join(_SCOPES)}")
    if answer.kind not in SAYS:
        raise ValueError(f"kind is {answer.kind!r}, not {', '.join(SAYS)}")
    require(answer.kind, answer.says)
    return answer


def require(kind: str, says: str) -> None:
    """Raise ``ValueError`` unless an answer is one of those that a kind of question has."""
    if SAYS[kind] and says not in (*SAYS[kind], NOTHING):
        raise ValueError(
            f"{says!r} is no answer about a {kind}; there are {', '.join((*SAYS[kind], NOTHING))}"
        )
