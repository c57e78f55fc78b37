"""What the characters of a line say about it: bullets, note marks, captions, entries of a 目次."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from extract.labels import vocabulary

_KANA = "[ア-ンｱ-ﾝ]"
_NUMBER_MARK = (
    r"[①-⑳㉑-㉟㊱-㊿❶-❿⓫-⓴⑴-⒇]"
    r"|[(（][0-9０-９]{1,2}[)）]"
    r"|[(（][ア-ンa-zｱ-ﾝ][)）]"
    r"|[0-9０-９]{1,2}(?:[.．](?![0-9０-９])|[)）])"
    r"|[ア-ンｱ-ﾝ][.．)）]"
    r"|[a-zａ-ｚ][.．)）]"
)


_NOTE_MARK = re.compile(r"[\s※＊*†‡注()（）\[\]［］、,・0-9０-９a-zａ-ｚ]{1,9}")


class Marks(NamedTuple):
    """Compiled patterns of ``labels/layout.yaml``; each matches at the start of a stripped line."""

    bullet: re.Pattern[str]  # ・, ●, ①, (1), ア …: the mark of a list item
    mark_only: re.Pattern[str]  # a bullet or number that stands alone, its text further right
    heading_bullet: re.Pattern[str]
    caption: re.Pattern[str]
    source: re.Pattern[str]  # where figures come from: 出典　町の統計
    appendix: re.Pattern[str]  # words of captions that also head an appendix (資料１　用語解説)
    note: re.Pattern[str]
    label: re.Pattern[str]  # ＜…＞ alone on its line
    toc_title: frozenset[str]
    toc_end: re.Pattern[str]  # leaders and page number at the end of an entry
    leaders: re.Pattern[str]
    leader_end: re.Pattern[str]  # leaders with nothing after them
    page_number: re.Pattern[str]
    sentence_ends: str
    open_ends: str


@cache
def marks() -> Marks:
    words = vocabulary("layout")
    bullets, spaced = _one_of(words["bullets"]), _one_of(words["spaced_bullets"])
    dash_bullets = _one_of(words["dash_bullets"])
    leaders = _one_of(words["leaders"])
    captions, sources = "|".join(words["captions"]), "|".join(words["sources"])
    notes = "|".join(map(re.escape, words["note_marks"]))
    dashes = _one_of(words["page_number_dashes"])
    before = "|".join(map(re.escape, words["page_number_before"]))
    after = "|".join(map(re.escape, words["page_number_after"]))
    labels = "|".join(
        f"{re.escape(pair[0])}[^{re.escape(pair)}]{{1,24}}{re.escape(pair[1])}"
        for pair in words["label_brackets"]
    )
    digits = r"[0-9０-９]"
    page = rf"(?:{before})?\s*{digits}{{1,3}}\s*(?:{after})?"
    return Marks(
        bullet=re.compile(
            rf"{bullets}|{spaced}(?=[\s　])|{dash_bullets}(?=[\s　ぁ-ヿ一-鿿])|※|[(（][※＊*][)）]"
            rf"|{_NUMBER_MARK}|{_KANA}(?=[\s　])"
        ),
        mark_only=re.compile(
            rf"(?:{bullets}|{spaced}|{dash_bullets}|{_NUMBER_MARK}|{_KANA}|[Ⅰ-Ⅻ]"
            rf"|[A-FＡ-Ｆ][-－]?{digits}{{1,2}}|{digits}{{1,2}}(?:-{digits}{{1,2}})*|※{digits}*)"
        ),
        heading_bullet=re.compile(_one_of(words["heading_bullets"])),
        caption=re.compile(
            rf"[〔【＜<（(\[]?(?:{captions})\s*[-－‐]?\s*(?:{digits}+|[①-⑳]|[A-ZＡ-Ｚ])(?:[-－‐.．]{digits}+)?"
            rf"\s*(?:[:：.．、】＞>）)\]〕\s　]|$)"
            rf"|[（(【]?(?:{sources})\s*[)）】]?\s*[:：]"
        ),
        source=re.compile(rf"[（(【]?(?:{sources})[)）】]?[\s　:：]"),
        appendix=re.compile(rf"[〔【＜<（(\[]?(?:{'|'.join(words['appendices'])})"),
        note=re.compile(
            rf"[(（]?(?:{notes})\s*{digits}{{0,2}}[)）]?[:：]?|[(（]?{digits}{{1,3}}[)）]?(?=[\s　])"
        ),
        label=re.compile(rf"(?:{labels})"),
        toc_title=frozenset(words["toc_titles"]),
        toc_end=re.compile(rf"(?:{leaders}[\s　]*){{2,}}{page}\s*$|[\s　]+{page}\s*$"),
        leaders=re.compile(rf"(?:{leaders}[\s　]*){{4,}}"),
        leader_end=re.compile(rf"(?:{leaders}[\s　]*){{4,}}$"),
        page_number=re.compile(
            rf"(?:{dashes}|[<＜\[［(（])*\s*(?:{before})?\s*(?P<n>{digits}{{1,3}})\s*(?:{after})?"
            rf"\s*(?:[/／]\s*{digits}{{1,3}})?\s*(?:{dashes}|[>＞\]］)）])*"
        ),
        sentence_ends=words["sentence_ends"],
        open_ends=words["open_ends"],
    )


def may_be_note(text: str) -> bool:
    """Whether marked text may be the mark of a note, and not text struck out or a reading."""
    return _NOTE_MARK.fullmatch(text) is not None


def _one_of(characters: str) -> str:
    if not characters:
        raise ValueError("an empty group of marks would match everything")
    return f"[{re.escape(characters)}]"
