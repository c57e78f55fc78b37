"""Text input (.txt, .md): markdown headings, tabs and pipes as tables, lists, stray HTML, form feeds.

A text file has no geometry: every line's ``box`` is None and ``markup`` says what its marks say. A blank
line (a paragraph break) is a Line without runs; the cells of a row are its runs; paragraphs inside a cell
or a line are separated by a line feed in the run's text.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

from extract.limits import LONGEST
from extract.model import Diagnostic, Line, Markup, Page, Run, Source
from extract.read.columns import parse_columns, ruler, side_apart
from extract.read.inline import NOTE_SIGN, STRUCK, plain, printed
from extract.read.raised import restore
from extract.read.spaced import SpacedRow, Width
from extract.read.typed_tables import cells, with_pipes

_BLANK = Line(())
_BREAK = "\x1e"  # paragraph break inside a line or cell
_ITEM = "\x1f"  # start of a list item
_SUP_ON, _SUP_OFF = "\x0e", "\x0f"

_LINE_END = re.compile("\r\n|[\r\v\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")  # all but tab, line feed and form feed: no text

_HALF_WIDTH = re.compile("[\uff61-\uff9f]")

_BLOCK_TAGS = ("div", "p", "ul", "ol", "li", "dl", "dt", "dd", "table", "tr", "td")
_TAG = re.compile(
    r"<(/?)(div|p|ul|ol|li|dl|dt|dd|br|b|i|u|strong|em|span|sup|sub|font|small|center|h[1-6]|a|img|figure|figcaption|s|del|ins|strike|"
    r"table|thead|tbody|tfoot|caption|tr|td|th)\b[^<>]*>",
    re.I,
)
_TABLE = re.compile(r"(<table\b(?:(?!<table\b).)*?</table\s*>)", re.I | re.S)
_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_RULE = re.compile(r"\s*([-*_])(\s*\1){2,}\s*")
_BULLET = re.compile(r"\s*[-*+•]\s+")
_PIPE_ROW = re.compile(r"\s*(?:[-*]\s+)?\|(.*)\|\s*")
_PIPE_RULE = re.compile(r"[\s|:\-]+")
_LINE_BREAK = re.compile(rf"(?<![^\S{_BREAK}])[^\S{_BREAK}]*+{_BREAK}\s*")  # a break is a blank, too
_STRUCK_TAGS = ("s", "del", "strike")
_TAG_REACH = 20_000  # characters in which a block element is closed again


def read(path: str | Path) -> Source:
    """Read a text file. Undecodable bytes are replaced and reported."""
    return parse(*decode(Path(path).read_bytes()))


def decode(data: bytes) -> tuple[str, tuple[Diagnostic, ...]]:
    """Decode UTF-8 (with or without a byte order mark), UTF-16 with one, or an encoding of Japan."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace"), ()
    for encoding in ("iso2022_jp",) if b"\x1b$" in data else ("utf-8-sig", "cp932", "euc_jp"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "cp932" and _is_euc(data, text):
            continue
        note = Diagnostic("read", "info", "encoding", f"read as {encoding}")
        return text, () if encoding == "utf-8-sig" else (note,)
    note = Diagnostic(
        "read",
        "warning",
        "undecodable",
        "neither UTF-8 nor CP932 nor EUC-JP: unreadable bytes were replaced by U+FFFD",
    )
    return data.decode("utf-8", errors="replace"), (note,)


def _is_euc(data: bytes, text: str) -> bool:
    """Whether a text read as CP932 is half-width katakana for the most part, and EUC-JP reads it too."""
    half, other = len(_HALF_WIDTH.findall(text)), sum(not c.isascii() for c in text)
    try:
        return 2 * half > other and bool(data.decode("euc_jp"))
    except UnicodeDecodeError:
        return False


def parse(text: str, diagnostics: tuple[Diagnostic, ...] = ()) -> Source:
    text = printed(_CONTROL.sub("", _LINE_END.sub("\n", text)))
    width = ruler(text.split("\n"))
    pages = tuple(
        Page(number=n, text_source="text", lines=tuple(map(_cut, _lines(part, width))))
        for n, part in enumerate(side_apart(text.split("\f")), start=1)
    )
    if any(len(run.text) >= LONGEST for page in pages for line in page.lines for run in line.runs):
        message = f"of a line of more than {LONGEST:,} characters what stands behind them is left out"
        diagnostics += (Diagnostic("read", "error", "too_long_line", message),)
    return Source("text/plain", restore(pages), diagnostics, n_pages=len(pages))


def _cut(line: Line) -> Line:
    """A line without what is longer than anything that people write without a break."""
    if all(len(run.text) <= LONGEST for run in line.runs):
        return line
    return replace(line, runs=tuple(replace(run, text=run.text[:LONGEST]) for run in line.runs))


def _lines(text: str, width: Width) -> list[Line]:
    found: list[Line] = []
    for part in _TABLE.split(text):
        if _TABLE.fullmatch(part):
            found += [_BLANK, *_html_table(part), _BLANK]
            continue
        for raw in parse_columns(with_pipes(_resolve_html(part).split("\n")), width):
            if isinstance(raw, SpacedRow):
                found.append(_row([t for t, _ in raw.cells], tuple((1, n) for _, n in raw.cells)))
                continue
            pieces = [raw] if "\t" in raw or _PIPE_ROW.fullmatch(raw) else re.split(f"{_BREAK}+", raw)
            found += [_line(p) for p in (list(filter(str.strip, pieces)) or [""])]
    return found


class _TableParser(HTMLParser):
    """Rows of a table's cells as (text, rows, columns); ``outside`` is text in no cell (a caption)."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[tuple[str, int, int]]] = []
        self.outside = ""
        self._cell: list[str] | None = None
        self._span = (1, 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("td", "th", "tr"):
            self._close()
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            given = dict(attrs)
            self._cell = []
            self._span = _count(given.get("rowspan")), _count(given.get("colspan"))
        elif tag == "sup":
            self.handle_data(_SUP_ON)
        elif tag in _STRUCK_TAGS:
            self.handle_data(STRUCK)
        elif tag in ("br", "p", "div", "li"):
            self.handle_data(_BREAK + ("・" if tag == "li" else ""))  # the tag is the printed bullet

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._close()
        elif tag == "sup":
            self.handle_data(_SUP_OFF)
        elif tag in _STRUCK_TAGS:
            self.handle_data(STRUCK)
        elif tag in ("p", "div", "li", "ul", "ol"):
            self.handle_data(_BREAK)

    def handle_data(self, data: str) -> None:
        if self._cell is None:
            self.outside += data
        else:
            self._cell.append(data)

    def _close(self) -> None:
        if self._cell is not None:
            if not self.rows:
                self.rows.append([])
            text = _inside("".join(self._cell).strip(), 1).replace("・・", "・")
            self.rows[-1].append((text, *self._span))
        self._cell = None


def _count(value: str | None) -> int:
    return min(int(value), 200) if value and value.isdigit() and int(value) else 1


def _html_table(text: str) -> Iterator[Line]:
    """A line for each row; a table of one cell only frames its text."""
    parser = _TableParser()
    parser.feed(text)
    parser.close()
    rows = [r for r in parser.rows if r]
    if parser.outside.strip():
        yield from (_line(p) for p in re.split(rf"[\n{_BREAK}]+", parser.outside) if p.strip())
        yield _BLANK
    if sum(map(len, rows)) == 1:
        yield from (_line(p) for p in re.split(f"{_BREAK}+", rows[0][0][0]) if p.strip())
        return
    for row in rows:
        yield _row([t for t, _, _ in row], tuple((r, c) for _, r, c in row))


def _resolve_html(text: str) -> str:
    """Take stray tags out. Inside a block element that is closed again, line ends are no line ends."""
    out: list[str] = []
    depth = 0
    position = 0
    tags = list(_TAG.finditer(text))
    closings: dict[str, list[int]] = {}
    for tag in tags:
        if tag[1]:
            closings.setdefault(tag[2].lower(), []).append(tag.start())
    for tag in tags:
        out.append(_inside(text[position : tag.start()], depth))
        position = tag.end()
        closing, name = bool(tag[1]), tag[2].lower()
        if name == "sup":
            out.append(_SUP_OFF if closing else _SUP_ON)
        elif name == "br":
            out.append(_BREAK)
        elif name in _STRUCK_TAGS:
            out.append(STRUCK)
        elif re.fullmatch("h[1-6]", name):
            out.append("\n\n" if closing else "\n\n" + "#" * int(name[1]) + " ")
        elif name in _BLOCK_TAGS:
            if closing:
                depth = max(0, depth - 1)
                out.append(_BREAK)
                continue
            out.append(_BREAK + (_ITEM if name in ("ul", "ol", "li") else ""))
            depth += _closed_within(closings.get(name, []), position)
    out.append(_inside(text[position:], depth))
    return html.unescape("".join(out))


def _closed_within(closings: list[int], position: int) -> bool:
    """Whether one of the closing tags, in order, stands not far behind a place."""
    k = bisect_left(closings, position)
    return k < len(closings) and closings[k] < position + _TAG_REACH


def _inside(text: str, depth: int) -> str:
    if not depth:
        return text
    if not text.strip():
        return ""
    return re.sub(r"\s*\n\s*", lambda m: _joint(m.string, m.start(), m.end()), text)


def _joint(text: str, start: int, end: int) -> str:
    """What a line end between two pieces of one phrase becomes: a space only between Latin words."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if after == "#":
        return "\n"  # a markdown heading begins its line
    return " " if before.isascii() and after.isascii() and before.isalnum() and after.isalnum() else ""


def _line(raw: str) -> Line:
    if _RULE.fullmatch(raw) or not raw.strip(" \t\u3000" + _BREAK + _ITEM):
        return _BLANK
    pipe = _PIPE_ROW.fullmatch(raw)
    if pipe:
        if _PIPE_RULE.fullmatch(pipe[1]):
            return _BLANK if not pipe[1].strip("| ") else Line((), markup="row")
        return _row(cells(raw.strip().lstrip("-*\t ")))
    if "\t" in raw:
        return _row(raw.split("\t"))
    raw = NOTE_SIGN.sub(lambda m: f"{_SUP_ON}{m[1] or m[2]}{_SUP_OFF}", raw)
    heading = _HEADING.match(raw)
    if heading:
        return Line(_runs(heading[2]), markup="heading", level=len(heading[1]))
    markup: Markup | None = "list_item" if _BULLET.match(raw) or _ITEM in raw else None
    if raw.lstrip().startswith(_SUP_ON):
        markup = "footnote"
    return Line(_runs(raw), markup=markup)


def _row(cells: list[str], spans: tuple[tuple[int, int], ...] = ()) -> Line:
    """One run per cell; a raised mark inside a cell stays in its text."""
    runs = tuple(Run(_items_apart(_tidy(c)).replace(_SUP_ON, "").replace(_SUP_OFF, "")) for c in cells)
    return Line(runs, markup="row", spans=spans)


def _items_apart(cell: str) -> str:
    """A cell's list whose line ends became spaces: every item on its own line again."""
    if cell.startswith("・"):
        return re.sub(r"[ \u3000]+(?=・)", "\n", cell)
    if cell.startswith("①"):
        return re.sub(r"[ \u3000]+(?=[②-⑳])", "\n", cell)
    return cell


def _runs(raw: str) -> tuple[Run, ...]:
    runs = []
    for i, part in enumerate(re.split(f"[{_SUP_ON}{_SUP_OFF}]", _tidy(raw))):
        if part:
            runs.append(Run(part, superscript=bool(i % 2)))
    return tuple(runs)


def _tidy(text: str) -> str:
    text = plain(text.replace(_ITEM, ""))
    if _BREAK in text:
        text = _LINE_BREAK.sub("\n", text)
    return text.strip(" \n\u3000")
