"""A dataset as an Excel workbook that an office can use as it is: read, filtered, printed.

A sheet for each table, with the columns that people need (``full``: all of them), heads in the reader's
language, numbers with their unit, years by era, A4 landscape with the heads on every page. The first sheet
says what the columns hold.
"""

from __future__ import annotations

import datetime
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from types import MappingProxyType
from typing import Any
from unicodedata import east_asian_width

import pyarrow as pa

from dxplan import optional
from dxplan.dataset import Dataset
from dxplan.names import plain
from dxplan.tables import TABLES, Column, Table
from dxplan.words import Language, choice, say, words
from normalize.eras import era_year

Row = Mapping[str, Any]
Progress = Callable[[str, int, int], None]  # table, rows written, rows in all
_FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠].", re.DOTALL)  # full-width ones too: a Japanese Excel folds them

# What people need of a table. Of the other tables, and with ``full``, it is all columns.
_STAFF: Mapping[str, str] = {
    "documents": "municipality prefecture title version is_draft published period_start_fy period_end_fy "
    "n_pages status rows_made rows_expected_right rows_sure text_claimed "
    "pages_without_records questions_open verdicts_given source_name",
    "policies": "municipality kind number level title description page confidence",
    "measures": "municipality number title overview background approach actions departments national_tags "
    "page confidence measure_id",
    "kpis": "municipality measure indicator qualifier baseline_raw baseline_value baseline_fy current_raw "
    "current_value current_fy target_raw target_value target_max target_bound target_fy target_kind "
    "is_repeat page confidence kpi_id",
    "schedules": "municipality measure task label start_fy end_fy start_month end_month end_fy_max "
    "phase span_certainty page confidence schedule_id",
    "progress": "municipality item achieved_pct band page confidence",
    "glossary": "municipality term abbreviation reading expansion definition page confidence",
    "procedures": "municipality list_title group number name national_no online applicable page confidence",
    "national_links": "municipality measure item_title basis score",
    "questions": "municipality kind text guesses n_rows page",
    "diagnostics": "municipality severity message page",
    "corrections": "municipality judged_on author verdict table_name column_name old_value new_value note "
    "outcome page",
}
_LONG = ("blocks", "sentences", "tokens")  # written only where they are asked for by name
_CHOICES = {
    "target_bound", "target_kind", "span_certainty", "span_source", "status", "severity", "verdict",
    "outcome", "better", "basis", "text_source",
}  # fmt: skip
_OF_UNIT = {
    "baseline_value": "baseline_unit", "current_value": "current_unit", "target_value": "target_unit",
    "target_max": "target_unit", "pace_per_year": "comparable_unit", "baseline_comparable": "comparable_unit",
    "current_comparable": "comparable_unit", "target_comparable": "comparable_unit",
}  # fmt: skip
_MARKS = {"is_draft", "period_open_ended", "is_repeat"}  # said only where they are true
_DATES = {"published", "baseline_date", "judged_on"}
_FOR_FILES: Mapping[Language, Sequence[str]] = {"ja": ["name_in_files"], "en": ["type", "unit"]}
_DATE_FORMATS = {  # of a month, of a day
    "ja": ('[$-411]ggge"年"m"月"', '[$-411]ggge"年"m"月"d"日"'),
    "en": ("yyyy-mm", "yyyy-mm-dd"),
}
_SHEET_ROWS = 1_048_575  # below the head; what a sheet of Excel holds
_CELL = 32_767  # UTF-16 units; what a cell of Excel holds
_CUT = {"ja": "…［以下略。全文は Parquet に］", "en": " … [cut; whole in the Parquet file]"}
_SAMPLE = 200  # rows that a column's width is judged by
_WIDTHS = {  # of columns of text, as far as they need it
    "overview": 34, "background": 30, "approach": 30, "actions": 30, "definition": 60, "description": 50,
    "meaning": 70, "message": 70, "text": 50, "indicator": 28, "measure": 24, "title": 28, "task": 28,
    "name": 36, "item": 40, "item_title": 40, "guesses": 36, "column": 24,
}  # fmt: skip
_WIDEST, _NARROWEST = 18, 6
_SIZE, _LINE, _TALLEST = 9, 12.5, 260.0  # points: of the type, of a line, of a row
_SET = 9 / 11  # of the width that type of 11 points needs, by which Excel counts
_STEP = 2_000  # rows between two reports


def chosen(tables: Iterable[str], *, full: bool) -> list[Table]:
    """The tables to write: those asked for, else those that people need, or all but the long ones."""
    names = list(tables) or ([n for n in TABLES if n not in _LONG] if full else list(_STAFF))
    return [TABLES[name] for name in names]


def is_formula(text: str) -> bool:
    """Tell whether a spreadsheet could take a text for a formula; a sign alone is none."""
    return _FORMULA.match(text) is not None


def write(
    dataset: Dataset,
    path: Path,
    tables: Sequence[Table],
    *,
    language: Language = "en",
    full: bool = False,
    on_progress: Progress | None = None,
) -> list[str]:
    """Write the workbook and return what a person should know of it.

    Raises:
        MissingLibraryError: the extra ``export`` is not installed.
    """
    library = optional.load("xlsxwriter", "export")
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with library.Workbook(path, options) as book:
        book.set_properties({"created": datetime.datetime(2000, 1, 1)})  # bytes follow from the dataset
        writer = _Writer(book, language, _names(dataset))
        sheets = {table: _fields(table, full=full) for table in tables}
        writer.legend(sheets)
        for table, fields in sheets.items():
            rows = dataset.read(table.name)
            writer.table(table, fields, rows, on_progress or _untold)
    return writer.notes


def of_texts(
    sheets: Mapping[str, tuple[Sequence[str], Sequence[Sequence[str]]]], note: str, language: Language
) -> bytes:
    """A workbook of tables of text as a person reads them: by title, heads and rows.

    Raises:
        MissingLibraryError: the extra ``export`` is not installed.
    """
    out = io.BytesIO()
    with optional.load("xlsxwriter", "export").Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": datetime.datetime(2000, 1, 1)})
        writer = _Writer(book, language, {})
        for n, (title, (heads, rows)) in enumerate(sheets.items()):
            lines = [[*map(_number, row)] for row in rows]
            writer.sheet(_sheet_name(title, n), [Column(head, "string", "") for head in heads], iter(lines))
        if note:
            writer.sheet(
                "注" if language == "ja" else "notes", [Column("meaning", "string", "")], iter([[note]])
            )
    return out.getvalue()


def of_rows(
    title: str, rows: pa.Table, language: Language, heads: Mapping[str, str] = MappingProxyType({})
) -> bytes:
    """A workbook of one sheet with the rows as they are; ``heads`` names columns that have no name.

    Raises:
        MissingLibraryError: the extra ``export`` is not installed.
    """
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with optional.load("xlsxwriter", "export").Workbook(out, options) as book:
        book.set_properties({"created": datetime.datetime(2000, 1, 1)})
        writer = _Writer(book, language, {})
        fields = [Column(heads.get(name, name), "string", "") for name in rows.column_names]
        lines = ([writer.value("documents", name, row) for name in row] for row in rows.to_pylist())
        writer.sheet(_sheet_name(title, 0), fields, lines)
    return out.getvalue()


def _sheet_name(title: str, number: int) -> str:
    """A title as the name of a sheet: 31 characters at most, none that Excel refuses."""
    name = re.sub(r"[\[\]:*?/\\'：\s]+", " ", title).strip()
    return f"{name[:27]} {number + 1}" if number else name[:31]


def _number(text: str) -> str | float:
    """A whole text that is a number as one: ``3``, ``0.95``; ``1,200件`` and ``007`` are text."""
    return float(text) if re.fullmatch(r"(0|[1-9]\d{0,14})(\.\d+)?", text) else text


def _untold(table: str, done: int, total: int) -> None:
    """Progress that nobody asked for."""


def _fields(table: Table, *, full: bool) -> list[Column]:
    """The columns of a sheet: municipality and measure stand before those of the table's own."""
    known = {c.name: c for c in (*_JOINED, *table.columns)}
    if not full and table.name in _STAFF:
        return [known[name] for name in _STAFF[table.name].split()]
    has = table.column_names
    return [*(c for c in _JOINED if _JOIN[c.name] in has and table.key != (_JOIN[c.name],)), *table.columns]


# A person filters by names, and a sheet has no joins: these columns stand before those of the table.
_JOIN = {"municipality": "doc_id", "measure": "measure_id"}
_JOINED = (
    Column("municipality", "string", "municipality of the document (documents.municipality)"),
    Column("measure", "string", "title of the measure (measures.title)"),
)


def _names(dataset: Dataset) -> dict[str, str | None]:
    """Municipality by doc_id, title by measure_id."""
    documents = dataset.read("documents").select(["doc_id", "municipality"]).to_pylist()
    measures = dataset.read("measures").select(["measure_id", "title"]).to_pylist()
    of_measures = {m["measure_id"]: m["title"] for m in measures}
    return {d["doc_id"]: d["municipality"] for d in documents} | of_measures


class _Writer:
    """Writes sheets one after the other, row by row: no table has to be in memory as cells."""

    def __init__(self, book: Any, language: Language, names: Mapping[str, str | None]) -> None:
        self.book, self.language, self.names = book, language, names
        self.notes: list[str] = []
        self.cut = 0
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.head = self.format(bold=True, bg_color="#DCE9F5", text_wrap=True, valign="vcenter")

    def format(self, **how: Any) -> Any:
        """A format; of equal ones only one is made."""
        how = {"font_size": _SIZE, "border": 1, "border_color": "#BFBFBF"} | how
        key = tuple(sorted(how.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(how)
        return self.formats[key]

    def called(self, column: str) -> str:
        """The head of a column; in English its own name."""
        name = f"columns.{column}"
        return say("ja", name) if self.language == "ja" and name in words() else column

    def sheet_name(self, table: str) -> str:
        return say("ja", f"tables.{table}") if self.language == "ja" else table

    # --- sheets ---------------------------------------------------------------------------------------

    def legend(self, sheets: Mapping[Table, Sequence[Column]]) -> None:
        """What the columns hold."""
        heads = ("table", "column", "meaning", *(_FOR_FILES[self.language]))
        lines = [
            [
                self.sheet_name(t.name), self.called(c.name), self.meaning(c),
                *([f"{t.name}.{c.name}"] if self.language == "ja" else [c.type, c.unit]),
            ]
            for t, fields in sheets.items()
            for c in fields
        ]  # fmt: skip
        shown = [Column(name, "string", "") for name in heads]
        self.sheet("凡例" if self.language == "ja" else "columns", shown, iter(lines))

    def meaning(self, column: Column) -> str:
        name = f"means.{column.name}"
        return say("ja", name) if self.language == "ja" and name in words() else column.description

    def table(self, table: Table, fields: Sequence[Column], rows: pa.Table, on_progress: Progress) -> None:
        total, before = rows.num_rows, self.cut

        def lines() -> Iterator[list[Any]]:
            done = 0
            on_progress(table.name, 0, total)
            for batch in rows.to_batches(max_chunksize=_STEP):
                for row in batch.to_pylist():
                    yield [self.value(table.name, c.name, row) for c in fields]
                done += batch.num_rows
                on_progress(table.name, done, total)

        self.sheet(self.sheet_name(table.name), fields, lines())
        if self.cut > before:
            n = self.cut - before
            self.notes.append(
                f"{self.sheet_name(table.name)}: {n} texts are longer than a cell of Excel holds and were cut"
                if self.language == "en"
                else f"{self.sheet_name(table.name)}：Excel のセルに入りきらない文字を{n}か所で略しました"
            )

    def sheet(self, name: str, fields: Sequence[Column], lines: Iterator[list[Any]]) -> None:
        """One sheet, or more where a table has more rows than a sheet can hold."""
        number, first = 1, list(islice(lines, _SAMPLE))
        while number == 1 or first:
            sheet = self.book.add_worksheet(name if number == 1 else f"{name} ({number})")
            heads = [self.called(column.name) for column in fields]
            widths = [
                _fitting(column.name, [heads[n][:6], *(_shown(line[n]) for line in first)])
                for n, column in enumerate(fields)
            ]
            for n, width in enumerate(widths):
                sheet.set_column(n, n, width)
            sheet.set_row(0, _height(heads, widths))
            for n, head in enumerate(heads):
                sheet.write_string(0, n, head, self.head)
            last = 0
            for last, line in enumerate(chain(first, islice(lines, _SHEET_ROWS - len(first))), 1):
                sheet.set_row(last, _height((v if isinstance(v, str) else "" for v in line), widths))
                for n, value in enumerate(line):
                    self.cell(sheet, last, n, value)
            frozen = 1 + any(column.name == "measure" for column in fields[:2])
            self.lay_out(sheet, name, max(last, 1), len(fields), frozen)
            number, first = number + 1, list(islice(lines, _SAMPLE))

    def lay_out(self, sheet: Any, name: str, last: int, n: int, frozen: int) -> None:
        """Frozen heads, filters, and paper: A4 landscape, as wide as it is, the heads on every page."""
        sheet.freeze_panes(1, frozen)
        sheet.autofilter(0, 0, last, n - 1)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_header("&L" + name.replace("&", "&&"))
        sheet.set_footer("&C&P / &N")

    # --- cells ----------------------------------------------------------------------------------------

    def value(self, table: str, column: str, row: Row) -> Any:
        """What a cell holds: a value, or a value and how it is shown."""
        if column not in row or (column in _JOIN and table != "documents"):
            return self.names.get(row.get(_JOIN.get(column, ""), ""))
        value = row[column]
        if value is None:
            return None
        if column in _OF_UNIT:
            return value, _number_format(value, row.get(_OF_UNIT[column]))
        if column in _DATES and (date := _date(value)):
            return date, _DATE_FORMATS[self.language][len(value) > 7]
        if self.language == "ja":
            value = self.japanese(table, column, value, row)
        return _SHOWN_AS.get(column, _as_it_is)(value)

    def japanese(self, table: str, column: str, value: Any, row: Row) -> Any:
        """A value as it is said: years by era, choices and yes or no as words."""
        if isinstance(value, bool):
            return say("ja", "yes") if value else None if column in _MARKS else say("ja", "no")
        if column.endswith("_fy") or column == "end_fy_max":
            return value, f'"{era_year(value)}年度"'
        if column in _CHOICES or (table == "questions" and column == "kind"):
            return choice("ja", column, value) if f"choice.{value}" in words() else value
        if column == "message" and f"notes.{row.get('code')}" in words():
            return say("ja", f"notes.{row['code']}")
        if column in ("table_name", "column_name"):
            return say("ja", f"{column.removesuffix('_name')}s.{value}")
        return value

    def cell(self, sheet: Any, row: int, column: int, value: Any) -> None:
        value, shown = value if isinstance(value, tuple) else (value, None)
        how = {"valign": "top", **({"num_format": shown} if shown else {})}
        if value is None:
            sheet.write_blank(row, column, None, self.format(**how))
            return
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value, self.format(**how))
        elif isinstance(value, int | float):
            sheet.write_number(row, column, value, self.format(**how))
        elif isinstance(value, datetime.date):
            sheet.write_datetime(row, column, value, self.format(**how))
        else:
            text = self.fitting(plain(value))
            quoted = {"quote_prefix": True} if is_formula(text) else {}
            sheet.write_string(row, column, text, self.format(**how, text_wrap=True, **quoted))

    def fitting(self, text: str) -> str:
        """A text that a cell can hold, counted as Excel counts: a 𠮷 is two."""
        if len(text) <= _CELL // 2 or len(text.encode("utf-16-le", "surrogatepass")) // 2 <= _CELL:
            return text
        self.cut += 1
        cut = _CUT[self.language]
        room = (_CELL - len(cut)) * 2
        return text.encode("utf-16-le", "surrogatepass")[:room].decode("utf-16-le", "ignore") + cut


def _as_it_is(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.7g}")  # a float32 as it was meant: 0.9, not 0.8999999761581421
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "\n".join(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


_SHOWN_AS: Mapping[str, Callable[[Any], Any]] = {
    "text_claimed": lambda value: (value, "0%"),
    "confidence": lambda value: (float(f"{value:.4g}"), "0.00"),
    "score": lambda value: (float(f"{value:.4g}"), "0.00"),
    "rows_made": lambda value: (value, "#,##0"),
    "rows_expected_right": lambda value: (round(value), "#,##0"),
    "achieved_pct": lambda value: (value, _number_format(value, "%")),
}


def _number_format(value: float, unit: str | None) -> str:
    """Digits grouped, as many decimals as the value has, and its unit.

    >>> _number_format(1200.0, "件"), _number_format(75.5, "%")
    ('#,##0"件"', '#,##0.0"%"')
    """
    decimals = len(f"{value:.4f}".rstrip("0").partition(".")[2])
    told = (unit or "").replace('"', "").replace("\\", "")
    return f"#,##0{'.' if decimals else ''}{'0' * decimals}" + (f'"{told}"' if told else "")


def _date(text: str) -> datetime.date | None:
    """Read YYYY-MM-DD, or YYYY-MM as the first of its month; None for anything else."""
    try:
        return datetime.date.fromisoformat(text if len(text) > 7 else f"{text}-01")
    except ValueError:
        return None


def _shown(value: Any) -> str:
    """About what a cell shows."""
    value, how = value if isinstance(value, tuple) else (value, None)
    if value is None:
        return ""
    if how and not isinstance(value, str):
        return f"{value}{re.sub('[^一-鿿%]', '', how)}"[:12]
    return str(value)


def _fitting(column: str, texts: Sequence[str]) -> float:
    """The width of a column: what its texts need, up to what is read well."""
    needed = max(max(map(_width, text[:400].split("\n"))) for text in texts) + 1.5
    widest = len(max(texts, key=len)) + 2 if column.endswith("_id") else _WIDTHS.get(column, _WIDEST)
    return min(max(needed, _NARROWEST), widest) * _SET


def _height(texts: Iterable[str], widths: Sequence[float]) -> float:
    """The height of a row, by the longest of its texts as it breaks in its column."""
    lines = 1
    for text, width in zip(texts, widths, strict=True):
        if text:
            lines = max(
                lines,
                sum(1 + int(max(_width(part) - 1, 0) / (width / _SET - 1)) for part in text.split("\n")),
            )
    return min(lines * _LINE + 2, _TALLEST)


def _width(text: str) -> int:
    """Width of a text in columns; a kanji takes two."""
    return len(text) if text.isascii() else sum(2 if east_asian_width(c) in "WFA" else 1 for c in text)
