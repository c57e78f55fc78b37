"""Corpora as lists: which plan is whose, where it lies on the web, and what its bytes must be.

A manifest is a YAML list or a CSV table with these columns; each plan has a ``url``, a ``file`` or both:

    municipality_code  6 digits, or 5 without the check digit
    title, edition     what to call the plan where the document itself does not say
    url                where it is published (http, https)
    file               its place, relative to the manifest
    sha256             what its bytes must be
    licence            a note for people: under which terms it may be used

The heads may be Japanese (団体コード, 計画名, ファイル …), a table may have tabs for commas and be as a
spreadsheet saves it: UTF-8, UTF-16 or Shift_JIS, codes as numbers (22101, 13323.0).

Files without a place of their own are in the folder that bears the manifest's name (``plans.yaml``:
``plans/``).
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path, PurePosixPath, PureWindowsPath
from urllib.parse import unquote, urlsplit

import yaml

from dxplan.errors import InputError
from dxplan.storage import remote
from normalize import durable
from normalize.characters import fold_width

SUFFIXES = (".yaml", ".yml", ".csv")
_UNSAFE = re.compile(r"[^\w.-]+")
_HEADS = {
    "municipality_code": ("団体コード", "自治体コード", "市区町村コード", "全国地方公共団体コード", "コード"),
    "title": ("計画名", "計画の名称", "名称", "タイトル", "題名"),
    "edition": ("版", "版数"),
    "url": ("アドレス", "リンク"),
    "file": ("ファイル", "ファイル名"),
    "licence": ("ライセンス", "利用条件", "license"),
}
_COLUMN_OF = {head: column for column, heads in _HEADS.items() for head in heads}
_WARD = re.compile(r"(?:0[1-9]|[1-3]\d|4[0-7])1\d{3}")  # of a designated city; on no list here
_LONGEST_STEM = 40  # characters; in Japanese three bytes each


@dataclass(frozen=True, slots=True)
class Entry:
    """One plan of a manifest."""

    municipality_code: str | None = None
    title: str | None = None
    edition: str | None = None
    url: str | None = None
    file: str | None = None
    sha256: str | None = None
    licence: str | None = None

    def __post_init__(self) -> None:
        if not (self.url or self.file):
            raise ValueError("a plan needs a url or a file")
        if self.url and urlsplit(self.url).scheme not in ("http", "https"):
            raise ValueError(f"url {self.url!r} is not http or https")
        if self.sha256 and not re.fullmatch(r"[0-9a-f]{64}", self.sha256):
            raise ValueError(f"sha256 {self.sha256!r} is not 64 hexadecimal digits in lower case")
        if (code := self.municipality_code) and not _is_code(code):
            raise ValueError(f"municipality_code {code!r} is not 6 digits with a right check digit")

    @property
    def file_name(self) -> str:
        """Name to download to: speaks to a reader, and no two URLs share one."""
        assert self.url is not None
        path = PurePosixPath(unquote(urlsplit(self.url).path))
        stem = _UNSAFE.sub("_", path.stem)[:_LONGEST_STEM].strip("._") or "plan"
        suffix = path.suffix.lower() if path.suffix.lower() in (".txt", ".md") else ".pdf"
        digest = hashlib.sha256(self.url.encode()).hexdigest()[:8]
        return f"{self.municipality_code or '000000'}-{stem}-{digest}{suffix}"


COLUMNS = tuple(f.name for f in fields(Entry))


def _is_code(code: str) -> bool:
    from normalize.municipalities import check_digit  # loaded where there is a manifest

    return bool(re.fullmatch(r"\d{6}", code)) and check_digit(code[:5]) == code[5]


def read(path: Path | str) -> list[Entry]:
    """Read a manifest from a path or a URL.

    Raises:
        InputError: no manifest, a column it has not, a value that cannot be right, a URL given twice.
    """
    try:
        text = _decoded(remote.read(path) if isinstance(path, str) else path.read_bytes())
        rows = _csv_rows(text) if str(path).lower().endswith(".csv") else _yaml_rows(text)
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: in no encoding that is known here; save it as UTF-8") from error
    except (OSError, yaml.YAMLError, csv.Error) as error:
        raise InputError(f"{path}: {error}") from error
    if not isinstance(rows, list) or not rows:
        raise InputError(f"{path}: a manifest is a list of plans, and this one is empty or no list")
    entries = [_entry(path, number, row) for number, row in enumerate(rows, 1)]
    urls = [entry.url for entry in entries if entry.url]
    if twice := {url for url in urls if urls.count(url) > 1}:
        raise InputError(f"{path}: given twice: {', '.join(sorted(twice))}")
    return entries


def _decoded(data: bytes) -> str:
    """The text of a table in one of the encodings that spreadsheets save."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp932")


def _csv_rows(text: str) -> list[dict[str, str | None]]:
    head, *_ = text.splitlines() or [""]
    if re.fullmatch("sep=.", head):  # as spreadsheets tell what parts the columns
        text, delimiter = text[len(head) :].lstrip("\r\n"), head[-1]
    else:
        delimiter = next((sign for sign in "\t,;" if sign in head), ",")
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    named = ({head: cell for head, cell in row.items() if head or any(cell or "")} for row in rows)
    return [row for row in named if any(row.values())]


def _yaml_rows(text: str) -> object:
    return yaml.load(text, yaml.BaseLoader)  # all values are strings: 012025 is no octal number


def _entry(path: Path | str, number: int, row: object) -> Entry:
    if not isinstance(row, Mapping):
        raise InputError(f"{path}: plan {number} is not a set of {', '.join(COLUMNS)}")
    if None in row:
        raise InputError(f"{path}: plan {number} has more cells than the table has heads")
    named = {_column(head): value for head, value in row.items()}
    if unknown := [str(column) for column in named if column not in COLUMNS]:
        raise InputError(
            f"{path}: plan {number} has no column {', '.join(unknown)}; there are {', '.join(COLUMNS)}"
        )
    values = {column: str(value).strip() for column, value in named.items() if value not in (None, "")}
    try:
        if code := values.get("municipality_code"):
            values["municipality_code"] = _code(code, values.get("title", ""))
        if file := values.get("file"):
            values["file"] = PureWindowsPath(file).as_posix() if "\\" in file else file
        return Entry(**values)
    except ValueError as error:
        raise InputError(f"{path}: plan {number}: {error}") from error


def _column(head: object) -> str:
    name = str(head).strip()
    return _COLUMN_OF.get(name) or name.lower()


def _code(printed: str, title: str) -> str:
    """The code that a municipality is meant by. Where it may be one of two, the title decides.

    >>> _code("221007", ""), _code("22100", ""), _code("13323.0", "")
    ('221007', '221007', '013323')

    Raises:
        ValueError: no code, or none that agrees with the title.
    """
    from normalize.municipalities import by_code, find

    codes = _codes(re.sub(r"^'|(?<=\d),(?=\d{3}$)|\.0+$", "", fold_width(printed)))
    if not codes:
        raise ValueError(f"municipality_code {printed!r} is not 6 digits with a right check digit")
    named = find([title]).code
    if named is not None:
        if named not in codes:
            raise ValueError(f"municipality_code {printed!r} is not that of the title {title!r}, {named}")
        return named
    known = [code for code in codes if by_code(code) or _WARD.fullmatch(code)]
    if len(known) > 1:
        raise ValueError(f"municipality_code {printed!r} may be {' or '.join(known)}; write six digits")
    return known[0] if known else codes[0]


def _codes(digits: str) -> list[str]:
    """The codes that digits may stand for: spreadsheets drop a zero in front, lists the check digit."""
    from normalize.municipalities import check_digit

    whole = [f"{digits:0>6}"] if 5 <= len(digits) <= 6 else []
    bare = [f"{digits:0>5}"] if 4 <= len(digits) <= 5 else []
    found = [code for code in whole if _is_code(code)] + [b + check_digit(b) for b in bare if b.isdecimal()]
    return list(dict.fromkeys(found))


def place(path: Path | str, entry: Entry) -> Path | str:
    """Where the file of an entry is."""
    if isinstance(path, str):
        folder = path.rpartition("/")[0] if entry.file else path.rpartition(".")[0]
        return f"{folder}/{entry.file or entry.file_name}"
    if not entry.file:
        return path.with_suffix("") / entry.file_name
    # A Mac may have stored が as か and ゛.
    forms = [path.parent / unicodedata.normalize(form, entry.file) for form in ("NFC", "NFD")]
    return next((file for file in forms if file.exists()), path.parent / entry.file)


def write(path: Path, entries: Iterable[Entry]) -> None:
    """Write a manifest as CSV, whole or not at all."""
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    table.writeheader()
    table.writerows(asdict(entry) for entry in entries)
    durable.write(path, text.getvalue().encode())


def merged(old: Sequence[Entry], new: Sequence[Entry]) -> list[Entry]:
    """Entries of both; where both have a file, the new one."""
    by_file = {entry.file: entry for entry in (*old, *new)}
    return [by_file[file] for file in sorted(by_file, key=str)]
