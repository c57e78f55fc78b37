"""Ask whether any locked library has a known weakness.

    python -m tools.audit

Needs `pip-audit` on the path or beside this Python. Ends with 1 where a weakness is known. Without a
connection it says that nothing was asked, and ends with 0, so that a build on a train goes on.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

LOCKS = ("requirements.lock", "requirements-dev.lock")
ROOT = Path(__file__).parents[1]


def asked(lock: Path) -> Sequence[Mapping[str, Any]] | None:
    """What is known of each library of a lock; None where nobody could be asked."""
    found = shutil.which("pip-audit") or shutil.which("pip-audit", path=str(Path(sys.executable).parent))
    if found is None:
        return None
    command = [found, "--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json"]
    told = subprocess.run([*command, "-r", str(lock)], capture_output=True, text=True)
    try:
        libraries: Sequence[Mapping[str, Any]] = json.loads(told.stdout)["dependencies"]
    except (ValueError, KeyError):
        return None
    return libraries


def judged(libraries: Sequence[Mapping[str, Any]] | None) -> tuple[str, bool]:
    """What to say of a lock, and whether a weakness is known.

    >>> judged([{"name": "a", "version": "1", "vulns": [{"id": "X-1", "fix_versions": ["2"]}]}])
    ('a 1: X-1, mended in 2', True)
    >>> judged([{"name": "a", "skip_reason": "not found"}])
    ('nothing was asked of anybody: no connection', False)
    >>> judged([{"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "not found"}])
    ('1 without known weaknesses, 1 nothing is known of: b', False)
    """
    libraries = libraries or ()
    known = [one for one in libraries if "skip_reason" not in one]
    if not known:
        return "nothing was asked of anybody: no connection", False
    weak = [
        f"{one['name']} {one['version']}: {weakness['id']}, mended in {_or(weakness['fix_versions'])}"
        for one in known
        for weakness in one["vulns"]
    ]
    if weak:
        return "\n".join(weak), True
    others = [one["name"] for one in libraries if "skip_reason" in one]
    rest = f", {len(others)} nothing is known of: {', '.join(others)}" if others else ""
    return f"{len(known)} without known weaknesses{rest}", False


def _or(versions: Sequence[str]) -> str:
    return " or ".join(versions) or "none"


def main() -> int:
    is_weak = False
    for lock in LOCKS:
        told, weak = judged(asked(ROOT / lock))
        print(f"{lock}: {told}")
        is_weak |= weak
    return int(is_weak)


if __name__ == "__main__":
    sys.exit(main())
