"""The data of this package as files that a person can read, and how they are read."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where PyYAML came with it


def text(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


def rows(name: str) -> list[list[str]]:
    """The cells of a TSV file, comments and heading left out."""
    lines = [line for line in text(name).splitlines() if line and not line.startswith("#")]
    return [line.split("\t") for line in lines[1:]]


def parsed(name: str) -> Any:
    """What a YAML file says."""
    return parse(text(name))


def parse(yaml_text: str) -> Any:
    return yaml.load(yaml_text, _LOADER)
