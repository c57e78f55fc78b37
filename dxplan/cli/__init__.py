"""The command line: ``main`` with all its commands. Each module has the commands of one purpose."""

from dxplan.cli import check, give, look, run, teach  # noqa: F401 (each adds its commands to main)
from dxplan.cli.app import PageRange, main

__all__ = ["PageRange", "main"]
