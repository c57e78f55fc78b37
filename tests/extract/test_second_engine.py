"""«ok» means that what a person would see was read: compared with PDFium over files made to be read badly."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from pathlib import Path

import pymupdf
import pypdfium2
import pytest

from extract.layout.columns import page_strips
from extract.model import Box, Line, Page, Run
from extract.pipeline import extract_document

TEXT = b"BT /F1 12 Tf 72 700 Td (The counter answers in ten minutes) Tj ET"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
HALF = 0.5


def stream(data: bytes, more: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n" % (len(data), more) + data + b"\nendstream"


def file(
    *,
    pages: bytes = b"/Count 1/Kids[3 0 R]",
    page: bytes = b"",
    content: bytes = b"",
    box: bytes = b"0 0 595 842",
) -> bytes:
    """A PDF of one page, written by hand, of which one part is odd."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages" + pages + b">>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[" + box + b"]/Contents 4 0 R" + page
        + b"/Resources<</Font<</F1 5 0 R>>>>>>",
        content or stream(TEXT),
        FONT,
    ]  # fmt: skip
    data, places = b"%PDF-1.7\n", []
    for n, one in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n" % n + one + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(data)
    return data + b"xref\n0 6\n0000000000 65535 f \n" + table + end


def saved(**how: object) -> bytes:
    with pymupdf.open(stream=file()) as document:
        data: bytes = document.tobytes(**how)
        return data


def cut_stream() -> bytes:
    """The page's text, compressed, ends in the middle."""
    packed = zlib.compress(TEXT * 200)
    return file(content=stream(packed[: len(packed) // 2], b"/Filter/FlateDecode"))


def no_stream() -> bytes:
    """What should be the page's text is none: a damaged file that shows an empty page."""
    return file(content=b"<</Length 12>>")


RC4, AES = pymupdf.PDF_ENCRYPT_RC4_128, pymupdf.PDF_ENCRYPT_AES_256
ODD: dict[str, Callable[[], bytes]] = {
    "plain": file,
    "object streams": lambda: saved(use_objstms=1, deflate=True),
    "object streams, their table lost": lambda: saved(use_objstms=1).replace(b"startxref", b"startxxxx"),
    "no table": lambda: file().replace(b"startxref", b"startxxxx"),
    "a table elsewhere": lambda: re.sub(rb"startxref\n\d+", b"startxref\n99999999", file()),
    "locked to owners only": lambda: saved(encryption=RC4, owner_pw="owner", permissions=0),
    "locked to owners only, today": lambda: saved(encryption=AES, owner_pw="owner", permissions=0),
    "more pages than there are": lambda: file(pages=b"/Count 3/Kids[3 0 R]"),
    "more pages than a number holds": lambda: file(pages=b"/Count 2147483647/Kids[3 0 R]"),
    "fewer than none": lambda: file(pages=b"/Count -5/Kids[3 0 R]"),
    "pages that hold themselves": lambda: file(pages=b"/Count 2/Kids[2 0 R 3 0 R]"),
    "a page of no size": lambda: file(box=b"0 0 0 0"),
    "a page a mile wide": lambda: file(box=b"-2147483648 -2147483648 2147483647 2147483647"),
    "a box that is none": lambda: file(box=b"(box)"),
    "turned by a crooked angle": lambda: file(page=b"/Rotate 45"),
    "text cut off": cut_stream,
    "text lost": no_stream,
    "half of the file": lambda: file()[:300],
    "not the head": lambda: b"x" * 2000 + file(),
}  # fmt: skip


def seen(data: bytes) -> int:
    """The characters that PDFium sees."""
    try:
        document = pypdfium2.PdfDocument(data)
        texts = [document[n].get_textpage().get_text_range() for n in range(min(len(document), 20))]
    except pypdfium2.PdfiumError:
        return 0
    return len(re.sub(r"\W", "", "".join(texts)))


@pytest.mark.parametrize("name", ODD)
def test_what_is_ok_has_what_a_second_engine_sees(tmp_path: Path, name: str) -> None:
    data = ODD[name]()
    (tmp_path / "odd.pdf").write_bytes(data)
    rows = extract_document(tmp_path / "odd.pdf").rows
    (document,) = rows["documents"]
    ours = len(re.sub(r"\W", "", "".join(b["text"] for b in rows.get("blocks", ()))))
    errors = [d["code"] for d in rows.get("diagnostics", ()) if d["severity"] == "error"]
    if document["status"] == "ok":
        assert not errors
        assert ours >= HALF * seen(data)
    else:
        assert errors, "a reason"


def test_an_empty_page_of_a_damaged_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "lost.pdf").write_bytes(no_stream().replace(b"startxref", b"startxxxx"))
    rows = extract_document(tmp_path / "lost.pdf").rows
    assert rows["documents"][0]["status"] == "partial"
    assert [(d["code"], d["page"]) for d in rows.get("diagnostics", ()) if d["severity"] == "error"] == [
        ("page_unreadable", 1)
    ]


def test_an_empty_page_of_a_sound_file_is_none_to_tell(tmp_path: Path) -> None:
    with pymupdf.open() as document:
        document.new_page()
        document.save(tmp_path / "empty.pdf")
    assert extract_document(tmp_path / "empty.pdf").rows["documents"][0]["status"] == "ok"


def test_an_empty_page_of_a_mended_file_that_was_empty_is_none_to_tell(tmp_path: Path) -> None:
    (tmp_path / "empty.pdf").write_bytes(file(content=stream(b"q Q")).replace(b"startxref", b"startxxxx"))
    assert extract_document(tmp_path / "empty.pdf").rows["documents"][0]["status"] == "ok"


def test_columns_of_a_page_a_mile_wide_are_looked_for_at_once() -> None:
    box = Box(-2e9, 100.0, 2e9, 110.0)
    line = Line((Run("x", box),), box)
    page = Page(1, 4e9, 4e9, lines=(line,))
    assert page_strips([page], [[line]], [[]]) == [None]
