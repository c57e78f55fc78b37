"""Files are told by their bytes; names lie."""

from __future__ import annotations

import pickle

import pytest

from extract.read.sniff import ReadError, sniff


@pytest.mark.parametrize(
    ("head", "name", "media_type"),
    [
        (b"", "plan.pdf", "application/x-empty"),
        (b"%PDF-1.7\n", "plan.txt", "application/pdf"),
        (b"\x00" * 500 + b"%PDF-1.4", "plan.pdf", "application/pdf"),
        (b"\n" * 5000 + b"%PDF-1.7\n", "plan.pdf", "application/pdf"),
        ("# 計画\n本文".encode(), "plan.md", "text/markdown"),
        ("第1章 総則\n".encode("cp932"), "plan.txt", "text/plain"),
        ("第1章 総則\n".encode("utf-16"), "plan.txt", "text/plain"),
        (b"\xef\xbb\xbf<!DOCTYPE html><html>", "plan.pdf", "text/html"),
        (b"\x89PNG\r\n\x1a\n....", "plan.pdf", "image/png"),
        (b"\xff\xd8\xff\xe0", "", "image/jpeg"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "plan.pdf", "application/msword"),
        (
            b"PK\x03\x04....word/document.xml",
            "plan.pdf",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (b"PK\x03\x04....a.txt", "", "application/zip"),
        (b"PK\x03\x04....plan.pdf%PDF-1.7", "plan.pdf", "application/zip"),
        (b"\x1f\x8b\x08....", "plan.pdf", "application/gzip"),
        (b"%!PS-Adobe-3.0\n", "plan.pdf", "application/postscript"),
        (b"{\\rtf1\\ansi Plan}", "plan.pdf", "application/rtf"),
        (b'<?xml version="1.0"?>\n<html xmlns="x">', "plan.pdf", "text/html"),
        (b'<svg xmlns="x"><text>Plan</text></svg>', "plan.pdf", "application/xml"),
        (b"Return-Path: <a@example.jp>\r\nSubject: x", "plan.pdf", "message/rfc822"),
        ("計画\v本文".encode(), "plan.txt", "text/plain"),
        ("計画の本文\n".encode() + b"\x1a", "plan.txt", "text/plain"),  # as old editors end a file
        ("町の計画の本文です。\x07".encode() * 4, "plan.txt", "text/plain"),
        ("町の計画の本文です。\x07".encode() * 4 + b"\x00\x00", "plan.txt", "text/plain"),
        (b"\x8f\x02\x1c" * 40, "plan.txt", "application/octet-stream"),
        (b"\x00\x01\x02\x03", "plan.pdf", "application/octet-stream"),
    ],
)
def test_a_file_is_told_by_its_bytes(head: bytes, name: str, media_type: str) -> None:
    assert sniff(head, name) == media_type


def test_an_error_crosses_to_another_process_whole() -> None:
    error = pickle.loads(pickle.dumps(ReadError.no_pages()))
    assert (error.code, error.message) == ("no_pages", ReadError.no_pages().message)
