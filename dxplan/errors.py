"""Errors of use: each message says what to do. A bad document is never one of them, it is a row."""

from __future__ import annotations


class DxplanError(Exception):
    """An error that the caller can fix."""


class InputError(DxplanError):
    """The paths or settings given make no sense."""


class BusyError(DxplanError):
    """Another run holds the output folder."""


class StorageError(DxplanError):
    """The disk is full. What was there before is there still."""


class DatasetError(DxplanError):
    """The dataset cannot be read as asked."""
