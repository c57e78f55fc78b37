"""All pages: each is an address that can be sent to somebody else with the same dataset."""

from dxplan.explore import across, adding, asking, checking, downloads, plans, reports  # noqa: F401 (each adds its pages)
from dxplan.explore.context import pages

__all__ = ["pages"]
