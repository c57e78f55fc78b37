"""What a document says it is: municipality, title, edition, draft, month of publication, period."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extract.document import Document, Placed
from extract.labels import vocabulary
from extract.layout.numbering import heading_number
from extract.model import Metadata
from extract.records.fields import tidy
from normalize import municipalities
from normalize.characters import fold_width
from normalize.eras import HARMLESS, DateSpan, find_dates

_VERSION = (
    re.compile(r"(?:Ver(?:sion)?\.?|v)\s*\.?\s*[0-9]+(?:\.[0-9]+)*", re.I),
    re.compile(r"第\s*[0-9]+(?:\.[0-9]+)?\s*版"),
    re.compile(r"(?<![0-9.])[0-9]+\.[0-9]+\s*版"),
    re.compile(r"第\s*(?:[0-9]+|[一二三四五六七八九十]+)\s*[次期](?=$|\s|[)）】])"),
    re.compile(r"(?:改訂|改定|増補)版"),
)
_REVISED = re.compile("改[訂定正]")
_DRAFT = re.compile(r"(?:^|[(（【〔\[＜<])\s*案\s*(?:$|[)）】〕\]＞>])")  # in brackets, or stamped alone
_SPACED_LETTERS = re.compile(r"(?<=[A-ZＡ-Ｚ]) (?=[A-ZＡ-Ｚ](?![a-z]))")  # D X
_COVER_BLOCKS = 14
_TITLE_LINES = 4
_SLOGAN = 30  # characters of a line with 。 on a cover
_TITLE_MAX = 50
_OPEN_ENDED = re.compile(r"(?:期間|期限|年度|終期|終わり)[^。]{0,14}(?:定め|設け|設定し)(?:ない|ず|ません)")
_OWN_PERIOD = re.compile(
    r"^\s*期間は|本(?:計画|プラン|ビジョン|構想|プログラム|大綱)|(?:計画|方針|戦略|ビジョン|構想|プラン)の?期間|本方針|本戦略|推進期間|対象期間|取組期間|実施期間"
)
_OTHER_PLAN = re.compile(r"前計画|旧計画|前回の|前期|第[1１一]次|これまでの|国の|総合計画の|上位計画")
_BARE_YEARS = re.compile(
    r"(?<![0-9])(20[0-9]{2})\s*[-–—―~〜→⇒➡▶►]\s*(20[0-9]{2})(?![0-9])"
)  # 2026-2030, on a cover or in the chapter on the period
_BEGINS = re.compile(r"に(?:始ま|開始|スタート)|を?(?:初年度|始期|開始年度)|から|より")
_ENDS = re.compile(r"に(?:終わ|終了)|を?(?:最終年度?|終期|終了年度|目標年度)|まで")
_LASTS = re.compile(r"([0-9]{1,2})\s*(?:年間|[かカヶヵケ箇]年)")
# What stands in brackets behind a title and is no part of it: （案）, （第２版）, 【改訂版】
_TITLE_TAIL = re.compile(r"\s*[(（【〔\[][^()（）【】〔〕\[\]]*(?:案|版|Ver[^()（）]*)[)）】〕\]]$")

_YEARS = re.compile(
    r"\s*[(（\[［][^()（）\[\]［］]*[0-9０-９]{4}[^()（）\[\]［］]*[)）\]］]$"
)  # ［2026－2030］
# A subtitle on the line of its title: DX推進計画 ～みんなのまちへ～
_SUBTITLE = re.compile(r"\s*(?:[～〜~].+[～〜~]|[―—–─-]+[^―—–─-]+[―—–─-]+)$")
_PATH = re.compile(r"[>＞›»][^>＞›»]+[>＞›»]")  # where a web page stands: ホーム ＞ 市政情報 ＞ 計画
# What may stand behind the word for plans.
_EDITION = r"(?:\s*20[0-9]{2})?(?:\s*[(（][^()（）]*[)）])?(?:[附付]属資料|資料編|概要版|本編|別冊)?"
_AS_LARGE = 0.85  # of a size: set as large
_SIZES = 3  # sizes of a cover that may be that of its title
_SAYS_WHICH = 3  # characters before the word for plans, at least
_TITLE_HEAD = re.compile(
    r"^第\s*(?:[0-9０-９]+|[一二三四五六七八九十]+)\s*[次期][\s\u3000]+(?=\S*[都道府県市区町村])"
)


def extract(document: Document) -> Metadata:
    cover = _cover(document)
    lines = [line for p in cover for line in p.clean.split("\n")]
    title = _title(cover) or _set_large(cover) or _title_in_text(document)
    title = _with_part(cover, title) if title else None
    issuer = _issuer(document, lines, title)
    start, end, open_ended = _period(document, cover)
    return Metadata(
        municipality=issuer.municipality,
        prefecture=issuer.prefecture,
        municipality_code=issuer.code,
        title=title,
        version=_version(lines, title),
        is_draft=_is_draft(document, lines),
        published=_published(lines) or _published(_back_cover(document, title)),
        period_start_fy=start,
        period_end_fy=end,
        period_open_ended=open_ended,
    )


def _cover(document: Document) -> list[Placed]:
    """Blocks before the table of contents and the first running text; on PDF, those of the first page."""
    cover: list[Placed] = []
    for placed in document.blocks[:40]:
        block = placed.block
        prose = "。" in block.text and (block.page is None or len(block.text) > _SLOGAN)
        if block.kind == "toc" or len(cover) >= _COVER_BLOCKS or len(block.text) > 80 or prose:
            break
        if block.page is not None and block.page > 1 and cover:
            break
        if block.kind != "side_nav" and not _PATH.search(block.text):
            cover.append(placed)
    return cover


def _is_title(text: str) -> bool:
    text = fold_width(text)
    words = vocabulary("metadata")
    text = _SPACED_LETTERS.sub("", text)
    return (
        len(text) <= _TITLE_MAX
        and any(w in text for w in words["subjects"])
        and re.search("|".join(words["kinds"]) + r"(?:[(（]?(?:案|素案)[)）]?|\s*20[0-9]{2})?$", text)
        is not None
    )


def _title(cover: Sequence[Placed]) -> str | None:
    """The fewest consecutive cover lines that together name a plan, with the municipality when it leads."""
    lines = [
        _TITLE_HEAD.sub("", _TITLE_TAIL.sub("", _SUBTITLE.sub("", tidy(line))))
        for p in cover
        for line in p.clean.split("\n")
        if line.strip()
    ]
    lines = [line for line in lines if line]
    kinds = re.compile("(?:" + "|".join(vocabulary("metadata")["kinds"]) + r")(?:\s*20[0-9]{2})?$")
    for size in range(1, _TITLE_LINES + 1):
        for i in range(len(lines) - size + 1):
            text = "".join(lines[i : i + size]) if size > 1 else lines[i]
            if _is_title(text) and kinds.search(text):
                below = lines[i + size] if i + size < len(lines) else ""
                part = below if below in vocabulary("metadata")["parts"] else ""
                return _with_issuer(lines, i, text) + part
    return None


def _set_large(cover: Sequence[Placed]) -> str | None:
    """The lines of a cover that are set largest (in text the first, or what is marked as its title), where
    they end in a word for plans and say whose or which: 楡沢町水道事業経営戦略.
    """
    own = [p for p in cover if p.block.kind in ("title", "heading", "paragraph", "list_item", "figure_text")]
    lines = [(tidy(line), p.block) for p in own for line in p.clean.split("\n") if line.strip()]
    if not lines:
        return None
    texts = [_TITLE_HEAD.sub("", _TITLE_TAIL.sub("", line)) for line, _ in lines]
    for size in sorted({block.size for _, block in lines}, reverse=True)[:_SIZES]:
        large = [_AS_LARGE * size <= b.size <= size and not heading_number(line) for line, b in lines]
        for first in range(len(lines) if size else 1):
            for last in range(min(len(lines), first + _TITLE_LINES), first, -1):
                text = _SUBTITLE.sub("", "".join(texts[first:last]))
                if all(large[first:last]) and _names_a_plan(text):
                    return _with_issuer(texts, first, text)
    return None


def _with_part(cover: Sequence[Placed], title: str) -> str:
    """The title with the part of the plan that the cover sets largest: behind it (…計画　施策一覧) or on the
    line below it."""
    own = [p for p in cover if p.block.size and p.block.kind not in ("header", "footer", "table_cell")]
    large = max(own, key=lambda p: p.block.size, default=None)
    if large is None or find_dates(large.clean):
        return title
    text = " ".join(tidy(large.clean).split("\n"))
    known = any(p.search(fold_width(text)) for p in _VERSION) or _DRAFT.search(text) or heading_number(text)
    above = cover[cover.index(large) - 1] if cover.index(large) else None
    if known or (_is_title(text) and _names_a_plan(text)):
        return title
    if text.startswith(title) and text[len(title) : len(title) + 1].isspace() and len(text) <= _TITLE_MAX:
        return text
    below = (
        above is not None and tidy(above.clean) == title and above.block.size < _AS_LARGE * large.block.size
    )
    return f"{title}\u3000{text}" if below and len(title + text) < _TITLE_MAX else title


def _names_a_plan(text: str) -> bool:
    kinds = "|".join(vocabulary("metadata")["kinds"])
    found = re.search(rf"(?:{kinds}){_EDITION}$", fold_width(text))
    return found is not None and found.start() >= _SAYS_WHICH and len(text) <= _TITLE_MAX and "。" not in text


def _with_issuer(lines: Sequence[str], first: int, title: str) -> str:
    """The lines above that the title goes on from: the issuer's name, or a phrase that ends in a bracket."""
    above = lines[first - 1] if first else ""
    if not above or title.startswith(above) or len(above + title) > _TITLE_MAX:
        return title
    if _is_title(title) and _names_a_plan(_YEARS.sub("", above)):  # the plan's other name
        return title
    issuer = re.match(r"\S{1,8}?[都道府県市区町村]", above)
    if issuer and (issuer[0] == above or title.startswith(("(", "（")) or not re.match(issuer.re, title)):
        return above + title
    return title


def _title_in_text(document: Document) -> str | None:
    """A cover may be a picture: the running head, the file's own title or the first «…計画» quoted."""
    heads = [p.text for p in document.blocks if p.block.kind in ("header", "title")]
    candidates = [*heads, document.source.title or ""]
    for text in candidates:
        if _is_title(text.strip()):
            return text.strip()
    for placed in document.blocks[:120]:
        for match in re.finditer(r"[「『]([^「」『』]{4,40})[」』]", placed.text):
            if _is_title(match[1]) and re.match(r"\S{1,8}?[都道府県市区町村]", match[1]):
                return match[1]
    return None


def _issuer(document: Document, cover: Sequence[str], title: str | None) -> municipalities.Found:
    body = (p.text for p in document.blocks if p.block.kind not in ("toc", "side_nav", "footer"))
    return municipalities.find([*cover, *([title] if title else []), *body])


def _version(lines: Sequence[str], title: str | None) -> str | None:
    for line in lines:
        text = fold_width(line)
        for pattern in _VERSION:
            match = pattern.search(text)
            if match:
                return re.sub(r"\s+", "", match[0])
    return None


def _is_draft(document: Document, cover: Sequence[str]) -> bool:
    """Whether the cover says that a plan is a draft, or the head of most of its pages."""
    if any(_DRAFT.search(line) or any(w in line for w in vocabulary("metadata")["draft"]) for line in cover):
        return True
    heads = [p for p in document.blocks if p.block.kind == "header"]
    stamped = {p.block.page for p in heads if _DRAFT.search(p.text)}
    return 2 * len(stamped) > len({p.block.page for p in document.blocks})


def _published(lines: Sequence[str]) -> str | None:
    """The first single month or day on the cover (no end of a period); the last that names a revision."""
    for line in [*(revised for revised in reversed(lines) if _REVISED.search(revised)), *lines]:
        for span in find_dates(line):
            if span.kind in ("month", "date") and span.date and not span.problem:
                return span.date[:7]
    return None


def _back_cover(document: Document, title: str | None) -> list[str]:
    return [line for p in document.blocks[-8:] for line in p.text.split("\n") if len(line) <= 40]


# --- period -------------------------------------------------------------------------------------------


_Period = tuple[int | None, int | None, bool]  # first fiscal year, last fiscal year, open-ended


def _period(document: Document, cover: Sequence[Placed]) -> _Period:
    """The years of a plan: from its chapter on them, its cover, or a sentence that speaks of its own."""
    on_cover = (_range(p.text) or _bare_years(p.text) for p in cover)
    return (
        _period_of_chapter(document)
        or next(((*found, False) for found in on_cover if found), None)
        or _period_in_prose(document)
        or (None, None, False)
    )


def _period_of_chapter(document: Document) -> _Period | None:
    words = vocabulary("metadata")
    chapters = [s for s in document.sections if any(w in s.title for w in words["period_chapters"])]
    for section in sorted(chapters, key=lambda s: len(s.title)):
        for p in document.node_blocks(document.nodes[section.first + 1 : section.last]):
            if p.block.kind in ("table_cell", "header", "footer", "side_nav"):
                continue
            if _OPEN_ENDED.search(p.text):
                return _first_year(p.text), None, True
            if found := _range(p.text) or _range_in_words(p.text) or _bare_years(p.text):
                return *found, False
    return None


def _period_in_prose(document: Document) -> _Period | None:
    for p in document.blocks:
        if p.block.kind not in ("paragraph", "list_item") or not _OWN_PERIOD.search(p.text):
            continue
        for sentence in re.split(r"(?<=。)", p.text):
            if not _OWN_PERIOD.search(sentence) or _OTHER_PLAN.search(sentence):
                continue
            if found := _range(sentence) or _range_in_words(sentence):
                return *found, False
        if _OPEN_ENDED.search(p.text):
            return _first_year(p.text), None, True
    return None


def _first_year(text: str) -> int | None:
    """The year an open-ended plan begins with, where it says so."""
    for span in find_dates(text):
        from_then = span.open_end or re.match(r"[^、。]{0,3}(?:初年度|から|より|以降)", text[span.end :])
        if span.kind == "fy" and from_then:
            return span.fy
    return None


def _range(text: str) -> tuple[int, int] | None:
    for span in _ranges(text):
        first, last = span.fy or span.year, span.end_fy or span.end_year
        if first is not None and last is not None and 1 <= last - first <= 12:
            return first, last
    return None


def _bare_years(text: str) -> tuple[int, int] | None:
    match = _BARE_YEARS.search(fold_width(text))
    first, last = (int(match[1]), int(match[2])) if match else (0, 0)
    return (first, last) if 1 <= last - first <= 12 else None


def _range_in_words(text: str) -> tuple[int, int] | None:
    """A period told by its first year and its last, or its length: 令和8年度を初年度とする5か年."""
    years = [(s.fy, text[s.end :]) for s in find_dates(text) if s.kind == "fy" and s.fy is not None]
    first = next((fy for fy, after in years if _BEGINS.match(after)), None)
    last = next((fy for fy, after in years if _ENDS.match(after)), None)
    lasts = {int(n) for n in _LASTS.findall(fold_width(text))}
    if first is None or len(lasts) > 1:
        return None
    if last is None and lasts:
        last = first + lasts.pop() - 1
    if last is None or (lasts and lasts != {last - first + 1}):
        return None
    return (first, last) if 1 <= last - first <= 12 else None


def _ranges(text: str) -> Iterator[DateSpan]:
    for span in find_dates(text):
        if span.kind == "range" and (span.problem is None or span.problem in HARMLESS):
            yield span
