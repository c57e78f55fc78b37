"""Words of a text: SudachiPy mode C with the field's own dictionary, every word with its short units.

The user dictionary is made of the vocabulary (``normalize/data/terms.yaml``). Its compiled form holds
references into one version of the system dictionary, so it is built where it is used, once for each version,
into the user's cache.
"""

from __future__ import annotations

import atexit
import csv
import errno
import hashlib
import importlib.metadata
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import sudachipy
from sudachipy.sudachipy import build_user_dic

from normalize import durable
from normalize.characters import fold_width
from normalize.vocabulary import letters_meant, words

MAX_BYTES = 48_000  # SudachiPy refuses more than 49,149 UTF-8 bytes a call
_FOLDER = "DXPLAN_CACHE"  # environment: where the compiled dictionary is kept
_CACHED_SENTENCES = 20_000
_NOUN = ("名詞", "普通名詞", "一般", "*", "*", "*")
_NOUN_ID = 5146  # its connection class in the system dictionary (unidic-mecab 2.1.2 left-id.def)
# What the engine gets in place of a character, one for one, so that offsets hold: a mark for ①, which it
# reads as the digit 1 (①2件 as 12件), and the ideograph for a radical, which it does not know.
LIST_MARKS = frozenset(map(chr, [*range(0x2460, 0x249C), *range(0x24EA, 0x2500), *range(0x2776, 0x2794)]))
_INPUT = {code: fold_width(chr(code)) for code in range(0x2E80, 0x2FE0)} | {ord(c): "※" for c in LIST_MARKS}
_BREAK = re.compile(r"[。！？\s]")


class Token(NamedTuple):
    """A word of mode C; ``surface == text[start:end]`` of the text given to `Tokenizer.tokenize`."""

    start: int
    end: int
    surface: str
    lemma: str
    normalized_form: str
    reading: str  # katakana; the surface itself where the word is unknown
    pos1: str
    pos2: str
    a_units: tuple[str, ...]  # the word cut by mode A, as printed
    is_oov: bool


class Tokenizer:
    """SudachiPy over the core dictionary and the user dictionary. Create one for each process."""

    def __init__(self) -> None:
        config = sudachipy.Config(system="core", user=[str(user_dictionary())])
        self._long = sudachipy.Dictionary(config=config).tokenizer(mode=sudachipy.SplitMode.C)
        self._short = sudachipy.Dictionary(dict="core").tokenizer(mode=sudachipy.SplitMode.A)
        self._cached = lru_cache(maxsize=_CACHED_SENTENCES)(self._tokenize)
        self._words: dict[tuple[int, str], _Word] = {}

    def tokenize(self, text: str) -> list[Token]:
        """Words of ``text`` in order; they hold every character that is not white space."""
        return list(self._cached(text))

    def _tokenize(self, text: str) -> tuple[Token, ...]:
        found: list[Token] = []
        for offset, chunk in chunks(letters_meant(text).translate(_INPUT)):
            for m in self._long.tokenize(chunk):
                start, end = offset + m.begin(), offset + m.end()
                surface = text[start:end]
                if surface and not surface.isspace():
                    word = self._words.get((m.word_id(), surface)) or self._word(m, surface)
                    found.append(Token(start, end, surface, *word))
        return tuple(found)

    def _word(self, m: Any, surface: str) -> _Word:
        """The dictionary's fields of a word: kept, since every call into the dictionary costs."""
        lemma, normalized, reading = m.dictionary_form(), m.normalized_form(), m.reading_form()
        if surface in LIST_MARKS:
            lemma = normalized = reading = surface
        pos = m.part_of_speech()
        units = self._short.tokenize(surface) if m.dictionary_id() > 0 else m.split(sudachipy.SplitMode.A)
        places = [(u.begin(), u.end()) for u in units]
        parts = [surface[a - places[0][0] : b - places[0][0]].strip() for a, b in places] or [surface]
        word = (lemma, normalized, reading, pos[0], pos[1], tuple(filter(None, parts)), m.is_oov())
        if m.dictionary_id() < 0:  # made on the spot and read as its neighbours ask: 三つ, 三年
            return word
        return self._words.setdefault((m.word_id(), surface), word)


_Word = tuple[str, str, str, str, str, tuple[str, ...], bool]


def chunks(text: str, limit: int = MAX_BYTES) -> Iterator[tuple[int, str]]:
    """Pieces of ``text`` of at most ``limit`` UTF-8 bytes, with offsets, cut after a sentence or blank."""
    start = 0
    while len(text) - start > limit // 4:  # four bytes are the most a character takes
        piece = text[start : start + limit].encode("utf-8", "surrogatepass")[:limit].decode("utf-8", "ignore")
        if start + len(piece) == len(text):
            break
        cut = max((m.end() for m in _BREAK.finditer(piece)), default=len(piece))
        yield start, piece[:cut]
        start += cut
    if start < len(text):
        yield start, text[start:]


# --- the dictionary -------------------------------------------------------------------------------


def dictionary_version() -> str:
    """Names what decides the segmentation, e.g. ``sudachidict_core 20261015 + user 1a2b3c4d``."""
    digest = hashlib.sha256(_lexicon_source().encode()).hexdigest()
    return f"sudachidict_core {importlib.metadata.version('sudachidict_core')} + user {digest[:8]}"


@cache
def user_dictionary() -> Path:
    """Path of the compiled user dictionary, built (about 3 s) if this version is not in the cache yet.

    Call it before starting worker processes to build only once; processes that build at the same time
    write the same words, and the file appears whole or not at all.

    Raises:
        OSError: no folder to keep it in.
    """
    engine = importlib.metadata.version("sudachipy")
    name = re.sub(r"[^\w.]+", "-", f"{dictionary_version()} sudachipy {engine}") + ".dic"
    try:
        return _build(_private(_cache_folder()) / name)
    except OSError:  # a read-only home, or a folder that others may write to
        folder = Path(tempfile.mkdtemp(prefix="dxplan-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        os.environ[_FOLDER] = str(folder)  # for the processes that this one starts
        return _build(folder / name)


def _cache_folder() -> Path:
    if given := os.environ.get(_FOLDER):
        return Path(given)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "dxplan"


def _private(folder: Path) -> Path:
    """The folder, made if need be, which nobody but its user can write to.

    Raises:
        PermissionError: it is another's, or open to others and cannot be closed.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if hasattr(os, "getuid"):  # Windows keeps a profile to its user
        if {folder.stat().st_uid, folder.lstat().st_uid} != {os.getuid()}:
            raise PermissionError(errno.EPERM, "belongs to another user", str(folder))
        if folder.stat().st_mode & 0o022:
            folder.chmod(0o700)
    return folder


def _build(path: Path) -> Path:
    """Build the dictionary, unless it is there with the bytes that were built."""
    seal = path.with_suffix(".sha256")
    if not _is_whole(path, seal):
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            lexicon, built = Path(folder) / "lexicon.csv", Path(folder) / "user.dic"
            with lexicon.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(_lexicon())
            build_user_dic(_system_dictionary(), [lexicon], built, "dxplan")
            data = built.read_bytes()
        durable.write(path, data)
        durable.write(seal, hashlib.sha256(data).hexdigest().encode())
    return path


def _is_whole(path: Path, seal: Path) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == seal.read_text(encoding="ascii")
    except (OSError, ValueError):
        return False


def _system_dictionary() -> Path:
    return Path(str(resources.files("sudachidict_core") / "resources" / "system.dic"))


_SHORTEST = 2  # letters


@cache
def _lexicon_source() -> str:
    """The words of the vocabulary: surface, reading and normalised form, a line each."""
    return "".join("\t".join(word) + "\n" for word in words() if len(word[0]) >= _SHORTEST)


def _lexicon() -> Iterator[list[str]]:
    """Rows of Sudachi's lexicon format (docs/user_dict.md of WorksApplications/Sudachi).

    Words that the system dictionary has as one stay as it has them, unless a shorter word of the list
    would be cut out of them (アジャイル of アジャイル開発). The format's own column for short units is left
    empty: it needs every unit to be a headword of the installed system dictionary.
    """
    known = sudachipy.Dictionary(dict="core").tokenizer(mode=sudachipy.SplitMode.C)
    normalizer = sudachipy.TextNormalizer()
    lines = [line.split("\t") for line in _lexicon_source().splitlines()]
    surfaces = [surface for surface, _, _ in lines]
    for surface, reading, normalized in lines:
        whole = not any(other in surface for other in surfaces if other != surface)
        if (
            whole
            and len(found := known.tokenize(surface)) == 1
            and not found[0].is_oov()
            and normalized == surface
        ):
            continue
        cost = max(-1000 * len(surface), -30_000)  # so that the longest word of the list wins
        ids = [str(_NOUN_ID), str(_NOUN_ID), str(cost)]
        forms = [reading, normalized]
        yield [normalizer.normalize(surface), *ids, surface, *_NOUN, *forms, "*", "C", "*", "*", "*"]
