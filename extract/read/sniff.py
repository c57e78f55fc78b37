"""Tell what a file is by its bytes, and say clearly why one cannot be read."""

from __future__ import annotations

import re

PDF = "application/pdf"
EMPTY = "application/x-empty"
UNKNOWN = "application/octet-stream"

HEAD = 8192  # bytes that tell what a file is
_PDF_WINDOW = 1024  # readers accept %PDF anywhere in the first 1024 bytes (ISO 32000-1, annex H.3.4.1)
_PDF_LATER = re.compile(rb"[\r\n]%PDF-\d\.\d[\r\n ]")  # and mend a file that has it later

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword"),  # OLE: .doc, .xls, .ppt
    (b"\x1f\x8b", "application/gzip"),
    (b"%!PS", "application/postscript"),
    (b"{\\rtf", "application/rtf"),
)
_OFFICE = "application/vnd.openxmlformats-officedocument."
_ZIP_PARTS: tuple[tuple[bytes, str], ...] = (
    (b"word/", _OFFICE + "wordprocessingml.document"),
    (b"xl/", _OFFICE + "spreadsheetml.sheet"),
    (b"ppt/", _OFFICE + "presentationml.presentation"),
)
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_XML = re.compile(rb"\s*<(?:\?xml|svg)\b")
_MAIL = re.compile(rb"(?:Return-Path|Received|Delivered-To|From|Message-ID|MIME-Version): ")
_CONTROL = frozenset(range(32)) - frozenset(b"\t\n\v\f\r\x1b")  # ESC belongs to ISO-2022-JP
_TEXT_TO_CONTROL = 25  # bytes of text, at least, for one that is none


class ReadError(Exception):
    """A file that gives no document. ``message`` says what happened and what to do.

    Codes: ``empty``, ``wrong_type``, ``encrypted``, ``unreadable``, ``no_pages``.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message

    def __reduce__(self) -> tuple[type[ReadError], tuple[str, str]]:
        return ReadError, (self.code, self.message)  # crosses process borders whole

    @classmethod
    def unreadable(cls, why: str) -> ReadError:
        return cls("unreadable", f"The PDF is damaged or cut short ({why}). Download or export it again.")

    @classmethod
    def encrypted(cls) -> ReadError:
        return cls("encrypted", "The PDF asks for a password. Give a copy that opens without one.")

    @classmethod
    def no_pages(cls) -> ReadError:
        return cls("no_pages", "The PDF opens but has no pages. Download or export it again.")


def sniff(head: bytes, name: str = "") -> str:
    """Media type of a file from its first ``HEAD`` bytes; ``name`` only tells Markdown from plain text."""
    if not head:
        return EMPTY
    for magic, media_type in _MAGIC:
        if head.startswith(magic):
            return media_type
    if head.startswith(b"PK\x03\x04"):  # may hold a PDF as it is
        return next((kind for part, kind in _ZIP_PARTS if part in head), "application/zip")
    if b"%PDF" in head[:_PDF_WINDOW] or _PDF_LATER.search(head):
        return PDF
    start = head.removeprefix(b"\xef\xbb\xbf")
    for pattern, media_type in ((_HTML, "text/html"), (_XML, "application/xml"), (_MAIL, "message/rfc822")):
        if pattern.match(start):
            return media_type
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or _is_text(head):
        return "text/markdown" if name.lower().endswith((".md", ".markdown")) else "text/plain"
    return UNKNOWN


def _is_text(head: bytes) -> bool:
    """Hardly a control character: old files end in one (^Z), broken ones hold a few; none is a NUL but at
    the end.
    """
    held = head.rstrip(b"\x00\x1a\f\r\n")
    controls = sum(byte in _CONTROL for byte in held)
    return controls * _TEXT_TO_CONTROL <= len(head) and 0 not in held


def require_pdf(data: bytes, name: str = "") -> None:
    """Raise ``ReadError`` unless ``data`` begins like a PDF."""
    media_type = sniff(data[:HEAD], name)
    if media_type == EMPTY:
        raise ReadError("empty", "The file has no bytes. Download or export it again.")
    if media_type != PDF:
        raise ReadError(
            "wrong_type", f"The file is {media_type}, not a PDF. Give the plan as PDF or as plain text."
        )
