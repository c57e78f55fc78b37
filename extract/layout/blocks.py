"""Lines of a region put together to blocks: a wrapped line ends where its room ends.

A draft holds the lines of one block until ``kinds`` has told what it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

from extract.layout.cells import cuts_a_number, is_over
from extract.layout.heads import are_values
from extract.layout.marks import marks
from extract.layout.names import NO_NAMES, Names
from extract.layout.numbering import numbered
from extract.layout.parts import Region, union
from extract.model import Block, BlockKind, Box, ChartItem, Line, Run, TableItem
from normalize.frozen import frozen

SAME_SIZE = 0.07  # share by which sizes may differ within one text
PITCH = 1.35  # of the usual line pitch: more is a gap between paragraphs
LOOSE_PITCH = 2.2  # em; allowed where a region is too short to show its own pitch
INDENT = 0.7  # em
HANGING = 6.0  # em by which the further lines of an entry (用語：…) may stand in
MARK_GAP = 0.5  # em between a mark and its text that show as a space
WIDE = 15.0  # em; a text this wide shows its own right edge
NARROW = 8.0  # em; text less wide than this is words, not lines

_COUNTED = re.compile(r"(?P<word>[^\d\s０-９]{1,8})(?P<n>[0-9０-９]{1,2}|[①-⑳]|[Ⅰ-Ⅻ])[\s　：:]+\S")
_LATIN = re.compile(r"[A-Za-z0-9]")
_WORD = re.compile(r"[A-Za-z0-9.,'’&+-]+|[（「『(\[【〔]*.")
_HANGING = "、。，．"
_LED = re.compile(r"\s*[^、。：:\s]{2,24}[：:]\s*[^\s0-9０-９]")
_DOTTED = re.compile(r"\s*[^、。\s]{2,24}?[…‥・･.．]{3,}\s*[^\s…‥・･.．]")
ASIDE = re.compile(r"[(（][^()（）]*[)）]")
_CLOSING = "、。，．）」』】〕)］!?！？ー々・"


@frozen
class BodyStyle:
    """How the running text of a document is set; ``pitch`` is its line distance in em.

    ``prose`` is the size of the sentences on the page at hand: slides set their text to fit.
    """

    size: float
    font: str
    bold: bool
    color: int
    pitch: float
    prose: float = 0.0


@dataclass(slots=True)
class Row:
    """A line with what its characters are mostly set in. ``box`` runs with the text (vertical: turned)."""

    line: Line
    box: Box
    text: str
    size: float
    font: str
    bold: bool
    italic: bool
    color: int

    @property
    def start(self) -> float:
        """Left edge (vertical text: top) of its first character that is no space."""
        for run in self.line.runs:
            if run.text.strip() and run.xs:
                return run.xs[len(run.text) - len(run.text.lstrip())]
        return self.box.x0

    @property
    def end(self) -> float:
        """Right edge without a closing mark, which may hang over the margin."""
        return self.box.x1 - (self.size if self.text.rstrip().endswith(tuple(_HANGING)) else 0.0)


@dataclass(slots=True)
class Draft:
    """Lines that make one block, until its kind is known."""

    rows: list[Row]
    region: Region
    right: float  # edge the lines could reach
    page: int
    kind: BlockKind = "paragraph"
    label: bool = False  # a heading that names the field below it (＜概要＞)
    level: int = 0
    note: str | None = None
    opens: bool = False  # first of its region
    more: list[Row] = field(default_factory=list)  # rows that go on in the next column or on the next page

    @property
    def first(self) -> Row:
        return self.rows[0]

    @property
    def last(self) -> Row:
        return (self.more or self.rows)[-1]

    @property
    def text(self) -> str:
        return compose([row.line for row in (*self.rows, *self.more)])[0]

    @property
    def size(self) -> float:
        return max(row.size for row in self.rows)

    @property
    def bold(self) -> bool:
        return all(row.bold for row in self.rows)


Piece = Draft | TableItem | ChartItem


# --- text ---------------------------------------------------------------------------------------------


def compose(lines: Sequence[Line]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Text of wrapped lines as one, and the spans of its raised marks.

    No space between Japanese characters; one between Latin words.

    >>> compose([Line((Run("公開する open "),)), Line((Run("data の整備"),))])[0]
    '公開する open data の整備'
    """
    text = ""
    raised: list[tuple[int, int]] = []
    for line in lines:
        runs = _stripped(line.runs)
        if text and runs and _LATIN.match(text[-1]) and _LATIN.match(runs[0].text[0]):
            text += "" if cuts_a_number(text, runs[0].text) else " "
        for run in runs:
            if run.superscript or run.aside:
                raised.append((len(text), len(text) + len(run.text)))
            text += run.text
    return text, tuple(raised)


def _stripped(runs: Sequence[Run]) -> list[Run]:
    """Runs without the white space at both ends of their line (texts only: boxes stay as they are)."""
    kept = [run for run in runs if run.text]
    while kept and not kept[0].text.strip():
        kept.pop(0)
    while kept and not kept[-1].text.strip():
        kept.pop()
    if kept and kept[0].text[0].isspace():
        kept[0] = replace(kept[0], text=kept[0].text.lstrip())
    if kept and kept[-1].text[-1].isspace():
        kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip())
    return kept


def part_mark(line: Line) -> Line:
    """Put a space between a number or bullet and its text where a tab has left a gap (1 計画の期間)."""
    if not marks().mark_only.match(line.text):
        return line
    head = [(c, x, run.size) for run in line.runs[:2] for c, x in zip(run.text, run.xs, strict=False)][:6]
    for n in range(1, len(head)):
        (last, x, size), (following, edge, _) = head[n - 1], head[n]
        gap = edge - x - size * (0.6 if last.isascii() else 1.0)
        mark = "".join(c for c, *_ in head[:n])
        if gap > MARK_GAP * size and not following.isspace() and marks().mark_only.fullmatch(mark):
            return replace(line, runs=_with_space(line.runs, n))
    return line


def _with_space(runs: Sequence[Run], n: int) -> tuple[Run, ...]:
    """Runs with a full-width space after their first n characters."""
    first, *rest = runs
    edges = first.xs[n : n + 1] or first.xs[-1:]
    space = Run("　", xs=edges * 2, size=first.size)
    if n >= len(first.text):
        return (first, space, *rest)
    mark = replace(first, text=first.text[:n], xs=(*first.xs[:n], *edges))
    return (mark, space, replace(first, text=first.text[n:], xs=first.xs[n:]), *rest)


def as_row(line: Line) -> Row:
    line = part_mark(line)
    assert line.box is not None
    weights: Counter[tuple[float, str, bool, bool, int]] = Counter()
    for run in line.runs:
        if not run.superscript:
            weights[run.size, run.font, run.bold, run.italic, run.color] += len(run.text.strip())
    runs = weights or Counter([(line.size, "", False, False, 0)])
    size, font, bold, italic, color = max(runs, key=lambda k: runs[k])
    box = line.box
    if line.vertical:
        box = Box(box.y0, -box.x1, box.y1, -box.x0)
    return Row(line, box, line.text, size, font, bold, italic, color)


def body_style(lines: Iterable[Line]) -> BodyStyle:
    """What most of the running text is set in: letters of long lines, of all lines where there are none."""
    every = [line for line in lines if line.box and line.runs]
    long = [line for line in every if len(line.text) >= 20] or every
    weights: Counter[tuple[float, str, bool, int]] = Counter()
    for line in long:
        for run in line.runs:
            if size := round(run.size * 2) / 2:  # a broken font may have none
                weights[size, run.font, run.bold, run.color] += sum(c.isalpha() for c in run.text)
    if not weights:
        return BodyStyle(10.5, "", False, 0, 1.6)
    sizes: Counter[float] = Counter()
    for (size, *_), n in weights.items():
        sizes[size] += n
    size = sizes.most_common(1)[0][0]
    _, font, bold, color = max((k for k in weights if k[0] == size), key=lambda k: weights[k])
    return BodyStyle(size, font, bold, color, _usual_pitch(long, size))


def _usual_pitch(lines: Sequence[Line], size: float) -> float:
    """Distance of lines of one size, in times of it."""
    own = [line.box if abs(line.size - size) < 0.5 else None for line in lines]
    pitches = [(b.cy - a.cy) / size for a, b in pairwise(own) if a and b]
    usual = [p for p in pitches if 0.9 < p < 2.4]
    return median(usual) if usual else 1.6


def key(text: str) -> str:
    """A heading without spaces, for comparison with the 目次."""
    return "".join(text.split())


# --- putting lines together ----------------------------------------------------------------------------


def build(region: Region, page: int, style: BodyStyle, names: Names = NO_NAMES) -> list[Draft]:
    """Drafts of a region in order; readings set over words (ruby) follow what they stand over."""
    rows, ruby = _without_ruby([as_row(line) for line in region.lines])
    drafts: list[Draft] = []
    for chunk in _chunks(rows):
        edge = max(row.end for row in chunk)
        right = edge if _shows_edge(chunk, edge) else max(edge, region.room.x1)
        pitch = _pitch(chunk, style)
        for row in chunk:
            if drafts and drafts[-1].last in chunk and _goes_on(drafts[-1], row, right, pitch, style, names):
                drafts[-1].rows.append(row)
            else:
                drafts.append(Draft([row], region, right, page, opens=not drafts))
    return _with_ruby(drafts, ruby)


def _shows_edge(chunk: Sequence[Row], edge: float) -> bool:
    """Whether lines show where they wrap: wide ones do, narrow ones where several end alike."""
    width = edge - min(row.box.x0 for row in chunk)
    if chunk[0].line.vertical or width >= WIDE * chunk[0].size:
        return True
    ends = sum(row.end > edge - 1.2 * row.size for row in chunk)
    return len(chunk) > 2 and ends >= 2 and width >= NARROW * chunk[0].size


def _without_ruby(rows: list[Row]) -> tuple[list[Row], dict[int, list[Row]]]:
    """Rows without the tiny kana over others, and these under the id of the row they stand over."""
    kept: list[Row] = []
    ruby: dict[int, list[Row]] = {}
    for row in rows:
        base = next((o for o in rows if is_over(row, o)), None) if _is_kana(row.text) else None
        if base is None:
            kept.append(row)
        else:
            ruby.setdefault(id(base), []).append(row)
    return kept, ruby


def _is_kana(text: str) -> bool:
    return all("ぁ" <= c <= "ヿ" or c in " 　" for c in text)


def _with_ruby(drafts: list[Draft], ruby: dict[int, list[Row]]) -> list[Draft]:
    if not ruby:
        return drafts
    out: list[Draft] = []
    for draft in drafts:
        out.append(draft)
        for row in draft.rows:
            for reading in ruby.get(id(row), ()):
                out.append(Draft([reading], draft.region, draft.right, draft.page, "figure_text"))
    return out


def _chunks(rows: Sequence[Row]) -> list[list[Row]]:
    """Runs of rows of one size without gaps: what may share a right edge."""
    chunks: list[list[Row]] = []
    for row in rows:
        last = chunks[-1][-1] if chunks else None
        if last and _same_size(last, row) and 0 < row.box.cy - last.box.cy < LOOSE_PITCH * PITCH * row.size:
            chunks[-1].append(row)
        else:
            chunks.append([row])
    return chunks


def _same_size(a: Row, b: Row) -> bool:
    return abs(a.size - b.size) <= SAME_SIZE * max(a.size, b.size)


def _pitch(chunk: Sequence[Row], style: BodyStyle) -> float:
    """The largest distance of lines that belong together, in points."""
    em = chunk[0].size
    steps = [s for a, b in pairwise(chunk) if 0.8 * em < (s := b.box.cy - a.box.cy) < 2.6 * em]
    if len(steps) >= 4:
        return PITCH * sorted(steps)[len(steps) // 3]
    if steps:
        return PITCH * min(min(steps), LOOSE_PITCH * em)
    return max(PITCH * style.pitch, 1.5) * em


def is_strong(draft: Draft, style: BodyStyle) -> bool:
    """Set apart from running text by weight, or by a typeface of its own."""
    row = draft.first
    if row.bold and not style.bold:
        return True
    return family(row.font) != family(style.font) and bool(style.font) and not row.text.isascii()


def family(font: str) -> str:
    """A typeface's name without weight and style."""
    return re.split(r"[-,]", font)[0].casefold()


def _goes_on(draft: Draft, row: Row, right: float, pitch: float, style: BodyStyle, names: Names) -> bool:
    """Whether a row is the next line of the draft above it."""
    last, em = draft.last, row.size
    step = row.box.cy - last.box.cy
    if not 0.3 * em < step <= pitch or row.bold != last.bold:
        return False
    if row.text.startswith("　") and not (_is_list(draft) and _is_full(last, row, right)):
        return False
    if len(draft.rows) == 1 and (names.names(last.text) or marks().label.fullmatch(last.text.strip())):
        broken = draft.region.frame is not None and names.is_part(row.text)
        return broken and _is_full(last, row, right)  # a name that its box breaks
    if _counts_on(last, row) or (_starts_anew(row, names) and not _is_broken_mark(last, row)):
        return False
    return not _is_entry(draft, row, names) and _runs_on(draft, row, right, style, names)


def _is_entry(draft: Draft, row: Row, names: Names) -> bool:
    """Whether a row opens as entries do: with a label, or as the text above with a colon or leader."""
    ended = _has_ended(draft.last)
    if names.opens(row.text) and (ended or row.text.strip().startswith(("【", "＜", "〈", "［"))):
        return True
    if _both(_DOTTED, draft, row) or (ended and _leads_in(row)):
        return True
    if _ends_in_values(draft.last) and _ends_in_values(row):
        return True
    return (ended or len(draft.rows) == 1) and _both(_LED, draft, row)


def _ends_in_values(row: Row) -> bool:
    """Whether a line holds a value beside its name, or nothing else: 申請の割合　31％ ➡ 90％."""
    return are_values(row.text.rpartition("　")[2])


def _has_ended(row: Row) -> bool:
    return row.text.rstrip().endswith(tuple(marks().sentence_ends))


def _runs_on(draft: Draft, row: Row, right: float, style: BodyStyle, names: Names) -> bool:
    """Whether a row goes on with the text above by where that ends, how both look and where they begin."""
    last, em, ended = draft.last, row.size, _has_ended(draft.last)
    full = _is_full(last, row, right)
    outdented = _is_list(draft) and row.start < draft.first.start - 0.5 * em
    if (outdented or not full) and names.opens(row.text):
        return False
    if not full and not last.text.rstrip().endswith(tuple(marks().open_ends)):
        return _hangs(draft, row) or _is_centred_pair(draft, last, row, style)
    if row.color != last.color and (ended or not full):
        return False
    if row.font != last.font and style.font in (row.font, last.font) and is_strong(draft, style):
        return False
    if _is_list(draft):
        return row.start > draft.first.start - INDENT * em or full
    inset = row.start - min(r.start for r in draft.rows)
    return inset < INDENT * em or (inset < HANGING * em and not ended) or _is_centred(last, row)


def _both(opening: re.Pattern[str], draft: Draft, row: Row) -> bool:
    """Whether two texts open alike with a short name and a colon or leader: a list's entries (RPA：…)."""
    return all(opening.match(text) for text in (draft.first.text, row.text))


def _leads_in(row: Row) -> bool:
    """Whether a line opens with words set bold before its text: the term of an entry, a run-in heading."""
    runs = [run for run in row.line.runs if run.text.strip()]
    return len(runs) > 1 and runs[0].bold and not row.bold


def _starts_anew(row: Row, names: Names) -> bool:
    text = row.text.strip()
    m = marks()
    if m.bullet.match(text) or m.caption.match(text) or m.label.fullmatch(text):
        return True
    number = numbered(text)
    return bool(number and number.style not in ("roman", "letter")) or names.names(text)


def _counts_on(last: Row, row: Row) -> bool:
    """Whether two rows begin with one word and different numbers: 目標1 …, 目標2 …."""
    above, here = _COUNTED.match(last.text.strip()), _COUNTED.match(row.text.strip())
    return bool(above and here and above["word"] == here["word"] and above["n"] != here["n"])


def _is_broken_mark(last: Row, row: Row) -> bool:
    """A line that starts with what only looks like a mark: 「…（」 closed, or a number cut from its unit."""
    text = last.text.rstrip()
    return bool(re.match(r"[(（]", row.text)) and text.endswith(("「", "（", "("))


def _is_full(last: Row, row: Row, right: float) -> bool:
    """Whether the next word found no room at the end of the line above."""
    text = row.text.strip()
    word = _WORD.match(text)
    head = word[0] if word else text[:1]
    width = sum(row.size * (0.55 if c.isascii() else 1.0) for c in head)
    for c in text[len(head) :]:
        if c not in _CLOSING:
            break
        width += row.size
    return last.box.x1 + min(width, 12 * row.size) > right - 0.35 * row.size


def _is_list(draft: Draft) -> bool:
    return marks().bullet.match(draft.first.text.strip()) is not None


def _hangs(draft: Draft, row: Row) -> bool:
    """A list item goes on below its text, right of its bullet."""
    mark = marks().bullet.match(draft.first.text.strip())
    if mark is None or draft.last.text.rstrip().endswith(tuple(marks().sentence_ends)):
        return False
    inset = row.start - draft.first.start
    return 0.5 * row.size < inset < (len(mark[0]) + 2.5) * row.size


def _is_centred(a: Row, b: Row) -> bool:
    return abs(a.box.cx - b.box.cx) < 0.5 * a.size and abs(a.box.x0 - b.box.x0) > 0.5 * a.size


def _is_centred_pair(draft: Draft, last: Row, row: Row, style: BodyStyle) -> bool:
    """A heading or the words of a box, centred and broken by hand."""
    if draft.last.text.rstrip().endswith(tuple(marks().sentence_ends)) or ASIDE.fullmatch(row.text.strip()):
        return False
    centred = _is_centred(last, row) or abs(last.box.cx - row.box.cx) < 0.5 * row.size
    if draft.region.frame is not None and draft.region.fill is not None:
        return centred and len(draft.region.lines) <= 3
    return centred and last.size >= 1.5 * style.size and _is_centred(last, row)


# --- joins over breaks --------------------------------------------------------------------------------


def join_broken(pieces: Sequence[Piece]) -> list[Piece]:
    """Join a paragraph that breaks off at the end of a column or page with its rest.

    What stands between (footnotes, captions) stays where it is; the block belongs where it begins.
    """
    joined: list[Piece] = []
    open_draft: Draft | None = None
    for piece in pieces:
        if not isinstance(piece, Draft):
            open_draft = None
        elif piece.kind in ("footnote", "header", "footer", "side_nav", "figure_text", "caption"):
            pass
        elif open_draft is not None and _continues(open_draft, piece):
            open_draft.more += piece.rows
            continue
        else:
            open_draft = piece if piece.kind in ("paragraph", "list_item") else None
        joined.append(piece)
    return joined


def _continues(draft: Draft, piece: Draft) -> bool:
    last, first = draft.last, piece.first
    if piece.kind != "paragraph" or not piece.opens or piece.region == draft.region:
        return False
    if piece.region.frame is not None or draft.region.frame is not None:
        return False
    if not _same_size(last, first) or last.bold != first.bold or last.line.vertical != first.line.vertical:
        return False
    if first.text.startswith("　") or first.start - piece.region.room.x0 > INDENT * first.size:
        return False
    ended = last.text.rstrip().endswith((*marks().sentence_ends, "）", ")", "」", "：", ":"))
    turned_over = piece.page != draft.page or first.box.y0 < last.box.y0
    if not turned_over and _is_next_line(last, first):  # a second column begins beside the paragraph
        return not ended and _is_full(last, first, piece.right)
    return not ended and turned_over and _is_full(last, first, draft.right)


def _is_next_line(last: Row, row: Row) -> bool:
    step, inset = row.box.cy - last.box.cy, last.box.x0 - row.box.x0
    near = 0.3 * row.size < step < LOOSE_PITCH * row.size
    return near and -INDENT * row.size < inset < (1 + INDENT) * row.size


# --- blocks -------------------------------------------------------------------------------------------


def finish(draft: Draft) -> Block:
    """The block of a draft. Its box covers its first page or column only."""
    text, raised = compose([row.line for row in (*draft.rows, *draft.more)])
    first = draft.first
    return Block(
        kind=draft.kind,
        text=text,
        page=draft.page,
        box=union(row.line.box for row in draft.rows if row.line.box),
        level=draft.level,
        size=first.size,
        bold=first.bold,
        color=first.color,
        fill=draft.region.fill,
        indent=first.start if not first.line.vertical else first.line.box.x0 if first.line.box else 0.0,
        marks=raised,
        note=draft.note,
    )
