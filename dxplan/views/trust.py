"""How far a plan can be trusted, said alike in the terminal and in the browser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def figures(document: Mapping[str, Any]) -> dict[str, str]:
    """What a row of ``documents`` says of the rows made from it; nothing where it says nothing.

    >>> figures({"rows_made": 80, "rows_expected_right": 75.2, "text_claimed": 0.614, "questions_open": 3})
    {'expected_right': '75 / 80', 'text_claimed': '61%', 'questions_open': '3'}
    """
    found = {}
    if document.get("rows_made") is not None:
        found["expected_right"] = f"{document['rows_expected_right']:.0f} / {document['rows_made']}"
    if document.get("text_claimed") is not None:
        found["text_claimed"] = f"{document['text_claimed']:.0%}"
    if document.get("questions_open") is not None:
        found["questions_open"] = str(document["questions_open"])
    return found
