from __future__ import annotations

from pathlib import Path

import pytest

from extract.pipeline import extract_document
from extract.read.source import READERS
from tests.extract.paper import Sheet, bind
from tests.extract.traits import Read, Reading


@pytest.fixture(params=READERS)
def read(request: pytest.FixtureRequest, tmp_path: Path) -> Reading:
    """Reads sheets, or a finished PDF, by one of the readers."""

    def run(*sheets: Sheet, data: bytes | None = None) -> Read:
        path = tmp_path / "plan.pdf"
        path.write_bytes(data or bind(*sheets))
        found = extract_document(path, reader=request.param)
        assert found.rows["documents"][0]["status"] == "ok"
        return Read(found.rows)

    return run
