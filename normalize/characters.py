"""Characters: one form for comparison, and the marks that stand before and after a phrase.

``normalize`` makes the ``*_norm`` columns. It folds width as Unicode NFKC (UAX #15) does, but not blindly: a
circled number stays a list mark, ㎡ stays ㎡, and ～ stays ～. Letters that only look right (radicals,
letters of other scripts, a dash for a long vowel mark) become the letters meant where their neighbours show
it. Nothing here raises, whatever the text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Final

from normalize.data import rows

_CACHED = 1 << 16  # results kept: a plan repeats its labels, headings and units many times over

KATAKANA: Final = "ァ-ヺヽヾ"
JAPANESE: Final = "ぁ-ゖゝゞァ-ヺー々〆〇一-鿿㐀-䶿𠀀-𲎯"
# Punctuation set to the full width of a letter: no space is meant beside it.
WIDE_MARKS: Final = "、。「」『』【】〈〉《》〔〕・～※…"

_DASHES: Final = "‐‑‒–—―−─━﹣－➖⁃﹘⸺⸻"
_WAVES: Final = "〜∼∽∿⁓˜〰～"
_MIDDLE_DOTS: Final = "･·‧∙⋅᛫⸱ꞏ"
_INVISIBLE: Final = "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f™®©"

# What NFKC folds although it means something of its own: numbers that are list marks, units, fractions,
# roman numerals, the ellipsis, and superscripts (note marks or exponents, settled by what they follow).
_KEPT: Final = re.compile("[①-⓿❶-➓㉈-㊰㊱-㊿㊀-㊉㋀-㋋⒈-⒛Ⅰ-ↈ㎡㎥㎢℃℉‰½¼¾⅓⅔⅛…‥¹²³⁰-⁹⁺-⁾ª-º゛゜´¨¸¯]")


@cache
def _homoglyphs(context: str) -> dict[str, str]:
    return {row[0]: row[1] for row in rows("homoglyphs.tsv") if row[2] == context}


class _Widths(dict[int, str]):
    """Every character that changes wherever it stands, with what it becomes; asked once for each."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        hangul_or_surrogate = "\uac00" <= char <= "\ud7ff" or 0xD800 <= code <= 0xDFFF
        # The half-width kana and their voicing marks are composed together, before this table is used.
        stays = code < 0x80 or hangul_or_surrogate or 0xFF66 <= code <= 0xFF9F or _KEPT.match(char)
        self[code] = char if stays else unicodedata.normalize("NFKC", char)
        return self[code]


def _own_widths() -> dict[int, str]:
    """What becomes another character than NFKC makes of it."""
    table = {ord(row[0]): row[1] for row in rows("radicals.tsv")}
    table |= {ord(k): v for k, v in _homoglyphs("word").items() if len(k) == 1}
    table |= {ord(c): "-" for c in _DASHES} | {ord(c): "～" for c in _WAVES}
    table |= {ord(c): "・" for c in _MIDDLE_DOTS} | {ord(c): "" for c in _INVISIBLE}
    table |= dict.fromkeys([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)], "")  # variation selectors
    return table | {ord("‥"): "…", ord("＼"): "\\"}


_WIDTH: Final = _Widths(_own_widths())
_SHOWN: Final = {ord(row[0]): row[1] for name in ("radicals.tsv", "glyph_twins.tsv") for row in rows(name)}
_HALF_KANA = re.compile("[ｦ-ﾟ]+")
_VOICING: Final = {"゛": "\u3099", "゜": "\u309a"}
_SPACED_VOICING = re.compile("([うか-とは-ほウカ-トハ-ホ])([゛゜])")


def nfc(text: str) -> str:
    """Unicode NFC: how every string of the dataset is written."""
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def as_shown(text: str) -> str:
    """The letters that the code points of a PDF show, one for one: it may name a letter by its radical, or by
    another code point of the same glyph.

    >>> as_shown("⼿続きの⾒直し（市⺠⽤）‧試行")
    '手続きの見直し（市民用）・試行'
    """
    return text if text.isascii() else text.translate(_SHOWN)


def fold_width(text: str) -> str:
    """Width, radicals, dashes, wave dashes and middle dots in one form; words and spaces as they are."""
    if text.isascii():
        return text
    text = _HALF_KANA.sub(lambda m: unicodedata.normalize("NFKC", m.group()), nfc(text))
    text = _SPACED_VOICING.sub(lambda m: m[1] + _VOICING[m[2]], text)
    return nfc(text.translate(_WIDTH))


# --- letters that only look right -----------------------------------------------------------------


def _any_of(strings: list[str]) -> str:
    return "|".join(re.escape(s) for s in sorted(strings, key=len, reverse=True))


def _one_of(letters: dict[str, str]) -> str:
    return "[" + "".join(map(re.escape, letters)) + "]"


_BETWEEN = _homoglyphs("between_katakana")
_BEFORE_LONG = _homoglyphs("before_long_vowel")
_LATIN = _homoglyphs("latin")
_BY_SOUND = _homoglyphs("katakana")
_WORDS = {k: v for k, v in _homoglyphs("word").items() if len(k) > 1}
_KANJI_WORDS = _homoglyphs("kanji_word")
_TOKENS = _homoglyphs("token")

# «スタッフ力アップ», «サイト口コミ» and «サービス一カ所» are words: 力, 口 and 一 are meant.
_BETWEEN_RE = re.compile(
    f"(?<=[{KATAKANA}ー])(?!力アップ|口コミ|[一二](?:[ヵヶ]|[カケツ][所月国年のつ])){_one_of(_BETWEEN)}(?=[{KATAKANA}ー])"
)
_BEFORE_LONG_RE = re.compile(f"{_one_of(_BEFORE_LONG)}(?=ー[{KATAKANA}])")
_FOREIGN_RE = re.compile(f"[{re.escape(''.join(sorted({*_LATIN, *_BY_SOUND})))}]+")
_WORD_RE = re.compile(_any_of(list(_WORDS)))
_KANJI_WORD_RE = re.compile(f"(?<![{KATAKANA}ー])(?:{_any_of(list(_KANJI_WORDS))})(?![{KATAKANA}ー所月国年])")
_TOKEN_RE = re.compile(f"(?<![A-Za-z0-9])(?:{_any_of(list(_TOKENS))})(?![A-Za-z0-9])")
_IS_KATAKANA = re.compile(f"[{KATAKANA}ー]")
_HIRAGANA_HE = str.maketrans("ヘベペ", "へべぺ")
# Katakana ヘベペ alone between kanji or hiragana: the hiragana of the same shape.
_KATAKANA_HE_RE = re.compile(f"(?<=[ぁ-ゖ一-鿿])[ヘベペ](?![{KATAKANA}ー])")
_ROWS: Final = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワ"
# A dash inside a katakana word is a long vowel mark; «ア-ウ» (a range of headings) is not a word.
_DASH_IN_WORD_RE = re.compile(
    f"(?<=[{KATAKANA}])-(?=[{KATAKANA}])(?!(?<![{KATAKANA}].-)(?<=[{_ROWS}]-)[{_ROWS}](?![{KATAKANA}ー]))"
)
_DASH_AFTER_WORD_RE = re.compile(f"(?<=[{KATAKANA}])-(?=[をの][ぁ-ゖ一-鿿]|が[一-鿿])")


def _fold_foreign(m: re.Match[str]) -> str:
    """Cyrillic and Greek letters by the script around them; a word of their own stays."""
    text, start, end = m.string, m.start(), m.end()
    letters, near = m.group(), text[max(0, start - 1) : start] + text[end : end + 1]
    if re.search("[A-Za-z]", near) or (len(letters) > 1 and letters.isupper()):
        return "".join(_LATIN.get(c, c) for c in letters)
    if _IS_KATAKANA.search(near):
        return "".join(_BY_SOUND.get(c, c) for c in letters)
    return letters


def _fold_homoglyphs(text: str) -> str:
    text = _FOREIGN_RE.sub(_fold_foreign, text)
    text = _DASH_IN_WORD_RE.sub("ー", text)
    text = _DASH_AFTER_WORD_RE.sub("ー", text)
    text = _BEFORE_LONG_RE.sub(lambda m: _BEFORE_LONG[m.group()], text)
    text = _BETWEEN_RE.sub(lambda m: _BETWEEN[m.group()], text)
    text = _KATAKANA_HE_RE.sub(lambda m: m.group().translate(_HIRAGANA_HE), text)
    text = _WORD_RE.sub(lambda m: _WORDS[m.group()], text)
    text = _KANJI_WORD_RE.sub(lambda m: _KANJI_WORDS[m.group()], text)
    return _TOKEN_RE.sub(lambda m: _TOKENS[m.group()], text)


# --- note marks and white space -------------------------------------------------------------------

_SQUARED: Final = {"m²": "㎡", "km²": "㎢", "m³": "㎥"}
_SQUARED_RE = re.compile("(?<![A-Za-z])(?:km²|m²|m³)")
_TERM_END: Final = rf"(?<=[{JAPANESE})）」』A-Za-z])"
_RAISED: Final = "[¹²³⁰⁴-⁹]+⁾?"
_FIGURE: Final = "[0-9０-９]{1,2}"
_NOT_COUNTING: Final = "(?![0-9０-９.,%％年月日回件人か])"  # «※3件» is a mark and 3件
_NOTE_MARK_RE = re.compile(
    rf"[(\[]※(?:注?{_FIGURE})?[)\]]|※(?:注?{_FIGURE}{_NOT_COUNTING})?|[†‡]+"
    rf"|{_TERM_END}(?:\\?[*＊]+(?:{_FIGURE}{_NOT_COUNTING})?|{_RAISED}|\([*＊]\)"
    rf"|\(注{_FIGURE}?\)|注{_FIGURE}\)|\[注?{_FIGURE}\])"
)
_TRAILING_MARK_RE = re.compile(
    rf"(?<!\s)(?:\s*(?:[(（]?※\s?(?:注?{_FIGURE})?[)）]?|\\?[*＊†‡]+(?:{_FIGURE})?|(?<![m0-9]){_RAISED}"
    rf"|[(（【［\[](?:注(?:{_FIGURE})?|[*＊])[)）】］\]]|注{_FIGURE}[)）]))+\s*$"
)
_MID_MARK_RE = re.compile(
    rf"{_TERM_END}(?:※(?:{_FIGURE}{_NOT_COUNTING})?|\\?[*＊](?=[{JAPANESE}、。])|[†‡¹⁴-⁹])"
)


def strip_note_marks(text: str) -> str:
    """The phrase without its note marks (※, ※1, *, †, raised figures, 注1)), at its end and after a term."""
    stripped = _TRAILING_MARK_RE.sub("", text)
    return _MID_MARK_RE.sub("", stripped) if stripped.strip() else text


# Single letters set apart: «A I», «R P A», «e L - Q R». A word of two letters or more ends the run.
_SPACED_RE = re.compile(
    r"(?<![A-Za-z0-9.'])[A-Za-z](?:(?: ?- ?| )[A-Za-z](?:(?![A-Za-z'.])|(?=[A-Z][a-z]{2})))+"
    r"(?! ?-[A-Za-z]{2})"
)
_SPACED_HYPHEN_RE = re.compile(r"(?<![A-Za-z])([A-Za-z]{1,5}) ?- ?([A-Za-z]{1,5})(?![A-Za-z])")
_DIGIT_HYPHEN_RE = re.compile(r"(?<=\d) ?- ?(?=\d)")
_ERA_SPACE_RE = re.compile(r"(?<![A-Za-z])([RHS]) (?=\d)")
_LONG_BETWEEN_RE = re.compile(r"(?<=[0-9A-Za-z])ー(?=[0-9A-Za-z])")
_BLANK_RE = re.compile(r"\s+")
_WIDE = f"{JAPANESE}{WIDE_MARKS}①-⓿❶-➓"
_INNER_SPACE_RE = re.compile(f" (?=[{_WIDE}])|(?<=[{_WIDE}]) ")
_BRACKET_SPACE_RE = re.compile(r"(?<=[(\[]) | (?=[)\],:;%])")
_BULLET_DOT_RE = re.compile(r"(?<=\w)•(?=\w)")
_TILDE_RE = re.compile(r"(?<!/)~")


def _join_letters(m: re.Match[str]) -> str:
    letters = m.group()
    if letters.islower() or re.search("[A-Za-z]{2} $", m.string[: m.start()]):
        return letters  # «a b c» and «Plan A B» name several things
    return letters.replace(" ", "")


@lru_cache(maxsize=_CACHED)
def normalize(text: str) -> str:
    """One form of ``text`` for comparison and search: the ``*_norm`` columns. Idempotent."""
    if text.isascii() and text.isalnum():
        return _TOKENS.get(text, text)
    for _ in range(4):  # one change can open the way for another; two rounds settle real text
        before, text = text, _normalize_once(text)
        if text == before:
            break
    return text


def _normalize_once(text: str) -> str:
    text = fold_width(_SQUARED_RE.sub(lambda m: _SQUARED[m.group()], text))
    text = _TILDE_RE.sub("～", _BULLET_DOT_RE.sub("・", text))
    text = _NOTE_MARK_RE.sub("", text)
    text = _BLANK_RE.sub(" ", text).strip()
    if " " in text:
        text = _SPACED_RE.sub(_join_letters, text)
        text = _ERA_SPACE_RE.sub(r"\1", text)
        text = _SPACED_HYPHEN_RE.sub(r"\1-\2", text)
        text = _BRACKET_SPACE_RE.sub("", _INNER_SPACE_RE.sub("", text))
    text = _DIGIT_HYPHEN_RE.sub("-", _LONG_BETWEEN_RE.sub("-", text))
    return _fold_homoglyphs(text)


_LIST_MARK_RE = re.compile("([①-⓿❶-➓㉑-㊿])")
_MARKS_RE = re.compile(r"[\W_]+")


@lru_cache(maxsize=_CACHED)
def squash(text: str) -> str:
    """Comparison key: normalised, without case, spaces and punctuation («手続 (1)» and «手続1» meet)."""
    parts = _LIST_MARK_RE.split(normalize(text))  # list marks stay what they are: ①2 is not 12
    parts[::2] = [_MARKS_RE.sub("", unicodedata.normalize("NFKC", part).casefold()) for part in parts[::2]]
    return "".join(parts)


# --- what stands before a phrase ------------------------------------------------------------------

# Private use: Wingdings and Symbol bullets as office suites write them (U+F000-F0FF).
_BULLET_RE = re.compile(
    r"^(?:\s*(?:[・･•●◆■□▪▫◇◦‣⁃∙▶▷►▸➢➤✓✔☑★☆\uf000-\uf0ff◎]|[①-⓿❶-➓](?!のうち)|○(?!\s*[0-9０-９.．,%％])"
    r"|[-–—―‐−*＊](?=[\s\u3000])|[-–—―‐−](?=[^\W\d])|[oｏ][ \u3000]+(?=[^\x00-\x7f])))+\s*"
)


def strip_bullet(text: str) -> str:
    """The phrase without leading list marks (・ ● ■ - * ①, Wingdings); «〇件» and «-5%» are numbers."""
    stripped = _BULLET_RE.sub("", text, count=1)
    return stripped if stripped else text


_KANJI_DIGITS: Final = "〇一二三四五六七八九十百"
_NUM: Final = "[0-9０-９]{1,3}"
_SEP: Final = r"\s*[-‐‑–−－ー―.．]\s*"
_BRANCH: Final = rf"(?:{_SEP}(?:{_NUM}|[(（]{_NUM}[)）]))"
_STOP: Final = r"\s*[.．)）|｜]"
_COUNTED: Final = (  # «3.5%», «2人», «48手続» count something; «2人材の育成» does not
    "(?:[%％件回枚円台割倍点歳つ種秒]|ポイント|人(?![材口権])|年|月|日|分|時間|次|期|級|階|億|万|市|町|村|手続|業務|施設"
    "|[か箇ヶカヵ][所月国年])"
)
# Tried in this order; the first that fits and leaves a title is the number.
_NUMBER_RES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"第\s*(?:{_NUM}|[{_KANJI_DIGITS}]{{1,4}}|[Ⅰ-Ⅻ])\s*[章節編部項款]{_BRANCH}*",
        rf"第\s*(?:{_NUM}|[{_KANJI_DIGITS}]{{1,4}}|[Ⅰ-Ⅻ])(?=\s)",
        rf"[①-⓿❶-➓㉑-㊿]{_BRANCH}*",
        rf"[(（]\s*(?:{_NUM}|[ア-ンあ-ん]|[{_KANJI_DIGITS}]{{1,3}}|[A-Za-zＡ-Ｚａ-ｚⅠ-ⅻ])\s*[)）]{_BRANCH}*",
        rf"{_NUM}{_BRANCH}+(?:{_STOP}(?![0-9０-９]))?(?!\s*[0-9０-９]|{_COUNTED})",
        rf"{_NUM}{_STOP}(?![0-9０-９])",
        rf"[A-Za-zＡ-Ｚａ-ｚ]{_STOP}(?=\s*[^\x00-\x7f])",
        rf"[A-ZＡ-Ｚ]{_SEP}{_NUM}{_BRANCH}*(?=[\s.．])[.．]?",
        rf"[Ⅰ-ⅻ]{_BRANCH}*(?:{_STOP})?(?![Ⅰ-ⅻ期類種次])",
        rf"[{_KANJI_DIGITS}]{{1,3}}\s*[.．、)）](?=\s*\S)",
        r"[アイウエオカキクケコ](?:\s*[.．、)）]\s*|\s+)",
        rf"{_NUM}(?=\s+\D)(?!\s+(?:[%％件回枚円台割倍]|年度?)(?:$|[^一-鿿]))",
        rf"{_NUM}(?=[^\W\dA-Za-z]{{3}})(?!{_COUNTED})",
    )
)
_CLOSING_STOP_RE = re.compile(r"\s*[.．|｜、]?\s*$")


def split_number(text: str) -> tuple[str | None, str]:
    """A heading's leading number as printed and the rest: ``"(1) 窓口改革"`` gives ``("(1)", "窓口改革")``.

    The number keeps its brackets and branches (``第2章``, ``1-1``, ``⑪-2``, ``ア``) but not a closing full
    stop or bar. A heading without one gives ``(None, text)``.
    """
    body = text.strip()
    for pattern in _NUMBER_RES:
        m = pattern.match(body)
        if m is None:
            continue
        rest = body[m.end() :].lstrip(" \u3000\t\n.．|｜:：")
        if rest:
            return _CLOSING_STOP_RE.sub("", m.group()), rest
    return None, body
