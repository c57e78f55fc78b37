"""The contract: one Arrow schema per table, from which files, documentation and ``datapackage.json`` come."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

SCHEMA_VERSION = "1.0"

_BOX = pa.struct([(name, pa.float32()) for name in ("x0", "y0", "x1", "y1")])
_SERIES = pa.list_(pa.struct([("fy", pa.int16()), ("value", pa.float64()), ("raw", pa.string())]))
_TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "bool": pa.bool_(),
    "int8": pa.int8(),
    "int16": pa.int16(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "float32": pa.float32(),
    "float64": pa.float64(),
    "list": pa.list_(pa.string()),
    "numbers": pa.list_(pa.float32()),
    "box": _BOX,
    "series": _SERIES,
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its type (a key of ``_TYPES``), what it means, and the unit of its numbers."""

    name: str
    type: str
    description: str
    unit: str | None = None

    @property
    def arrow(self) -> pa.DataType:
        return _TYPES[self.type]


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    title: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([pa.field(c.name, c.arrow) for c in self.columns])

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns)


def _columns(text: str) -> tuple[Column, ...]:
    """Read ``name type description [unit]`` lines; the unit stands after a final ``|``."""
    found = []
    for line in text.strip().splitlines():
        body, _, unit = line.partition("|")
        name, kind, description = body.split(maxsplit=2)
        found.append(Column(name, kind, description.strip(), unit.strip() or None))
    return tuple(found)


_DOC_ID = _columns(
    "doc_id string municipality code (000000 if unknown), hyphen, first 12 hex digits of the sha256"
)
PROVENANCE = _columns(
    """
page int32 page of the document, counted from 1; null for text input
bbox box place on the page as displayed, origin top left; null for text input | points
char_start int32 start in the document's canonical text (the texts of its blocks joined by line feeds)
char_end int32 end in the canonical text, exclusive
source_text string the text the row was made from, as printed
rule string the rule that made the row
confidence float32 how far to trust the row: of rows at 0.9, nine in ten are right
"""
)


def _table(name: str, title: str, description: str, key: str, columns: str, *, provenance: bool) -> Table:
    tail = PROVENANCE if provenance else ()
    head = () if name in ("terms", "variants") else _DOC_ID
    return Table(name, title, description, tuple(key.split()), (*head, *_columns(columns), *tail))


_ALL = [
    _table(
        "documents", "Documents", "one row per input file, also for one that failed", "doc_id",
        """
source_name string name of the input file
source_path string where the input file is: from the dataset's folder if beside that, whole path or URL
sha256 string SHA-256 of the file
media_type string what the file's bytes say it is
bytes int64 size of the file | bytes
n_pages int32 pages of the file
municipality string municipality as the document writes it
prefecture string its prefecture
municipality_code string its six-digit code with check digit (全国地方公共団体コード)
title string title of the plan
version string edition as printed (Ver2.0, 第2次)
is_draft bool the document calls itself a draft (案)
published string month of publication | YYYY-MM
period_start_fy int16 first fiscal year of the plan
period_end_fy int16 last fiscal year of the plan
period_open_ended bool the document says that no period is set
text_source string text-layer, ocr, text, mixed or none
status string ok, partial or failed
rows_made int32 records made: policies, measures, KPIs, schedules, glossary, procedures, progress, figures
rows_expected_right float32 of these, how many are right by their confidences: the sum of them
rows_sure int32 of these, how many have a confidence of 0.9 or more
text_claimed float32 characters of paragraphs, list items and cells that some record was made from, 0 to 1
pages_without_records int32 pages with such text from which no record was made; null for text input
questions_open int32 questions about it that nobody has answered
verdicts_given int32 verdicts of people on its rows
schema_version string version of this contract
extractor_version string version of the extractor
dictionary string name and version of the dictionary used to segment the text
""", provenance=False),
    _table(
        "pages", "Pages", "one row per page", "doc_id page",
        """
page int32 page, counted from 1
label string page number as printed
width float32 width as displayed | points
height float32 height as displayed | points
n_chars int32 characters of its text
text_source string text-layer, ocr, text or none
rotation int16 the page's /Rotate | degrees
""", provenance=False),
    _table(
        "blocks", "Blocks", "every piece of text of the document, once, in reading order: the canonical text",
        "block_id",
        """
block_id string identifier
kind string title, heading, paragraph, list_item, table_cell, caption, footnote, header, footer, toc, \
figure_text or side_nav
level int8 depth of a heading
text string the text as printed, with its bullets and note marks
section_id string section it stands in
claimed_by list ids of the rows made from it
""", provenance=True),
    _table(
        "sections", "Sections", "the outline", "section_id",
        """
section_id string identifier
parent_id string the section it stands in
level int8 depth, 1 at the top
number string its number as printed
title string its title without the number
order int32 place in the document
""", provenance=True),
    _table(
        "sentences", "Sentences", "one sentence, list item, heading or cell", "sentence_id",
        """
sentence_id string identifier
block_id string block it stands in
section_id string section it stands in
text string the text as printed
text_norm string normalised form
n_tokens int32 morphemes
""", provenance=True),
    _table(
        "tokens", "Tokens", "one morpheme (SudachiPy, mode C)", "sentence_id i",
        """
sentence_id string sentence
i int32 place in the sentence, from 0
surface string as printed
lemma string dictionary form
normalized_form string Sudachi's normalised form
reading string reading in katakana
pos1 string part of speech
pos2 string its subclass
a_units list the short units of mode A
is_oov bool not in the dictionary
""", provenance=True),
    _table(
        "policies", "Policies", "基本理念 and every named level above the measures", "policy_id",
        """
policy_id string identifier
parent_id string the policy it stands under
level int8 depth, 1 = the highest; null for 基本理念 and its like
kind string the plan's own word: 基本理念, 基本方針, 基本目標, 柱, 戦略 …
number string number as printed
title string title
description string explanation below the title
""", provenance=True),
    _table(
        "measures", "Measures", "one 施策 / 取組項目 with a body of its own", "measure_id",
        """
measure_id string identifier
policy_ids list policies it serves
number string number as printed
title string title
title_norm string normalised title
overview string 概要
background string 現状・課題, 背景
approach string 取組方針, or 取組内容 in prose
actions list items of 取組内容 where it is a list
departments list 担当課
national_tags list marks that tie it to national plans, as printed
headings_path list headings from the top to the measure's own
order int32 place in the document
""", provenance=True),
    _table(
        "kpis", "KPIs", "one indicator with a target", "kpi_id",
        """
kpi_id string identifier
measure_id string measure it belongs to
indicator string name as printed
indicator_norm string normalised name
indicator_id string canonical indicator
qualifier string scope of the number (年間, 月平均, 転入)
baseline_raw string baseline as printed
baseline_value float64 baseline | baseline_unit
baseline_unit string unit of the baseline
baseline_fy int16 fiscal year of the baseline, by the year it starts in
baseline_date string date or month of the baseline
current_raw string current value beside a baseline, as printed
current_value float64 current value | current_unit
current_unit string unit of the current value
current_fy int16 fiscal year of the current value
target_raw string target as printed
target_value float64 target | target_unit
target_max float64 upper end of a range | target_unit
target_bound string exact, at_least, at_most, less_than, more_than, about or range
target_unit string unit of the target
target_fy int16 fiscal year of the target
target_kind string absolute, multiple, change, milestone, qualitative or frequency
is_repeat bool marked as a repetition (再掲)
series series values of a table with a column per year
indicator_thing string what the indicator is about, by its name or its measure's title
comparable_unit string unit of the comparable values: 千件 and 件 are 件, 割 is %, 時間 is 分, 千円 is 円
baseline_comparable float64 baseline in that unit | comparable_unit
current_comparable float64 current value in that unit | comparable_unit
target_comparable float64 target in that unit; null for a multiple and a change | comparable_unit
basis string what it is counted over, where the text says: year, month, week, day, cumulative, end, \
per_person, per_household, per_case, per_population, or several of them
scope string part that it is of, as printed (48手続, 所管手続, 職員); null where it is of all
better string up or down: the direction that is good
pace_per_year float64 change a fiscal year from the last dated value to the target | comparable_unit
""", provenance=True),
    _table(
        "schedules", "Schedules", "one bar, arrow or filled cell", "schedule_id",
        """
schedule_id string identifier
measure_id string measure it belongs to
task string label of the row, or the bar's own text where rows have none
label string text inside the bar where the row has a label too
start_fy int16 fiscal year it starts in
end_fy int16 fiscal year it ends in
start_month int8 calendar month it starts in, where columns are parts of a year
end_month int8 calendar month it ends in, where columns are parts of a year
phase string what the legend says of its colour or sign (準備, 実施)
span_source string arrow, bar, shading, cell_text, merged_cell, marker, text or none
span_certainty string exact, start_only, bounded or unknown
end_fy_max int16 latest fiscal year it can end in
""", provenance=True),
    _table(
        "glossary", "Glossary", "one defined term", "entry_id",
        """
entry_id string identifier
term string term as printed
term_id string canonical term
abbreviation string short form
reading string reading in kana
expansion string full English name
definition string the whole explanation
source string table, list, footnote or inline
""", provenance=True),
    _table(
        "procedures", "Procedures", "one 手続 of a list", "procedure_id",
        """
procedure_id string identifier
name string name as printed
name_norm string normalised name
national_no string its number in the national list
list_title string title of the list
group string heading of its group
number string number as printed
online bool can be done online; null where the document does not say
applicable bool false where the list says it does not apply
""", provenance=True),
    _table(
        "progress", "Progress", "achievement of an earlier plan", "progress_id",
        """
progress_id string identifier
item string item as printed
achieved_pct float64 degree of achievement | %
band string heading of its class
prior_measure_id string measure of the earlier plan
""", provenance=True),
    _table(
        "figures", "Figures", "figure or chart", "figure_id",
        """
figure_id string identifier
caption string caption
source string source given for it
image_ref string picture inside the file
""", provenance=True),
    _table(
        "tables", "Tables", "every table found, cell by cell", "table_id row col",
        """
table_id string identifier
row int32 row, from 0
col int32 column, from 0
rowspan int32 rows covered
colspan int32 columns covered
text string text of the cell
is_header bool header cell
""", provenance=True),
    _table(
        "terms", "Terms", "canonical vocabulary", "term_id",
        """
term_id string identifier
canonical string canonical form
reading string reading
expansion string full name
category string class of the term
definition_count int32 definitions found in the documents
""", provenance=False),
    _table(
        "variants", "Variants", "one surface form of a canonical term", "term_id surface",
        """
term_id string canonical term
surface string form as printed
canonical string canonical form
kind string spelling, spacing, width, homoglyph, ocr, long_vowel, middle_dot, okurigana, kanji, \
abbreviation or synonym
evidence string why it was joined
n_mentions int32 occurrences
n_documents int32 documents it occurs in
""", provenance=False),
    _table(
        "mentions", "Mentions", "one occurrence of a term", "doc_id term_id char_start",
        """
term_id string canonical term
surface string form as printed
kind string how the surface differs; null for the canonical form
sentence_id string sentence
block_id string block
""", provenance=True),
    _table(
        "national_links", "National links", "measure and item of the national plan (自治体DX推進計画)",
        "measure_id item",
        """
measure_id string measure
item string item of the national plan
item_title string its title
edition string edition of the national plan that has it
basis string explicit, title or content
score float32 strength of the link, 0 to 1
""", provenance=False),
    _table(
        "alignments", "Alignments", "measure and measure of another document", "measure_id_a measure_id_b",
        """
measure_id_a string measure
measure_id_b string measure of the other document
relation string same_item, continues, renamed, merged or split
score float32 strength, 0 to 1
evidence string why they were joined
""", provenance=False),
    _table(
        "kpi_alignments", "KPI alignments", "indicator and the same indicator of another document",
        "kpi_id_a kpi_id_b",
        """
kpi_id_a string indicator
kpi_id_b string indicator of the other document
relation string continues (the next edition of one plan) or same_indicator (another municipality)
comparable bool unit, basis and scope agree
why string why they may not stand beside each other
score float32 strength, 0 to 1
evidence string why they were joined
""", provenance=False),
    _table(
        "diagnostics", "Diagnostics", "anything a person should know", "",
        """
stage string stage that says so
severity string info, warning or error
code string short name of the condition
message string what happened and what to do
page int32 page, counted from 1
bbox box the place it is about, origin top left; null where it is about the document | points
source_text string the text it is about, as printed
""", provenance=False),
    _table(
        "questions", "Questions", "what the reader did not understand, for a person to answer once",
        "question_id",
        """
question_id string identifier
kind string label (what is this box?), column, table, chart, text, value or bar
text string what it is about, as printed
key string what an answer is bound to
guesses list answers the reader thinks of, the best first
scores numbers score of each guess
n_rows int32 rows that hang on the answer
worth float32 rows that an answer may mend, by the reader's own doubt
table_name string table of the row it is about, where it is about one
row_id string that row
column_name string value of the row that is missing
page int32 page, counted from 1, where it stands first
bbox box its place there, origin top left | points
""", provenance=False),
    _table(
        "corrections", "Corrections", "what a person said about a row, and what became of it", "",
        """
table_name string table of the row
row_id string the row; one that was wrong is no longer there
column_name string column of the value; null for the whole row
verdict string right, wrong, corrected or missing
old_value string what the value was then; for a row, its columns as JSON
new_value string what a correction says, or a row that was missing, as JSON
author string who said so
judged_on string day it was said | YYYY-MM-DD
note string why
outcome string applied, agreed (the extractor now says so too), outdated, not_found or ambiguous
rule string the rule that had made the row
page int32 page, counted from 1
""", provenance=False),
]  # fmt: skip

TABLES: dict[str, Table] = {t.name: t for t in _ALL}
