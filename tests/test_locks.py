"""What is installed is what was looked at: every library of the locks is pinned to its bytes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_PIN = re.compile(
    r"^([A-Za-z0-9._-]+)==[^\s;\\]+(?: ; [^\\]+)?((?: \\\n {4}--hash=sha256:[0-9a-f]{64})*)$", re.M
)


def pins(lock: str) -> dict[str, int]:
    """The libraries of a lock, and how many files each may be."""
    found = _PIN.findall((ROOT / lock).read_text(encoding="utf-8"))
    return {
        name.lower().replace("_", "-").replace(".", "-"): hashes.count("sha256:") for name, hashes in found
    }


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_library_is_pinned_to_its_bytes(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    found = pins(lock)
    assert len(found) == len(re.findall(r"^\S+==", text, re.M))
    assert all(found.values())


def test_the_locks_have_what_the_project_needs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    needed = {"requirements.lock": project["dependencies"], "requirements-dev.lock": extras["dev"][1:]}
    for lock, wanted in needed.items():
        names = {re.split(r"[<>=\[ ]", one)[0].lower().replace("_", "-").replace(".", "-") for one in wanted}
        assert names <= pins(lock).keys()
