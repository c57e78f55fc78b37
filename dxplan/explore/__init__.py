"""A web page on one's own machine to look through a dataset, check it against its pages, and correct it."""

from __future__ import annotations

from dxplan.explore.app import create_app, serve

__all__ = ["create_app", "serve"]
