"""How far a plan can be trusted, said alike in the terminal, in the browser and on paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SHORT = ("expected_right", "text_claimed", "questions_open")  # where a plan has one line


def figures(document: Mapping[str, Any]) -> dict[str, str]:
    """What a row of ``documents`` says of the rows made from it; nothing where it says nothing.

    >>> figures({"rows_made": 80, "rows_expected_right": 75.2, "rows_sure": 70, "text_claimed": 0.614})
    {'expected_right': '75 / 80', 'rows_sure': '70 / 80', 'text_claimed': '61%'}
    >>> figures({"n_pages": 24, "pages_without_records": 4, "questions_open": 3})
    {'pages_without_records': '4 / 24', 'questions_open': '3'}
    """
    found = {}
    if document.get("rows_made") is not None:
        found["expected_right"] = f"{document['rows_expected_right']:.0f} / {document['rows_made']}"
    if document.get("rows_sure") is not None:
        found["rows_sure"] = f"{document['rows_sure']} / {document['rows_made']}"
    if document.get("text_claimed") is not None:
        found["text_claimed"] = f"{document['text_claimed']:.0%}"
    if document.get("pages_without_records") is not None:
        found["pages_without_records"] = f"{document['pages_without_records']} / {document['n_pages']}"
    for name in ("questions_open", "verdicts_given"):
        if document.get(name) is not None:
            found[name] = str(document[name])
    return found
