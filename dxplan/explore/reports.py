"""Reports for a meeting as files: what a page shows, on A4, as Word, Excel or a page to print."""

from __future__ import annotations

import base64
import hashlib
import io
from typing import Any

from flask import Response, g, request, send_file

from dxplan.explore import context
from dxplan.explore.context import pages
from dxplan.explore.data import Part
from dxplan.explore.words import refuse
from dxplan.optional import MissingLibraryError
from dxplan.views import report
from dxplan.views.report.page import style

_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@pages.get("/report/item/<item>.<any(docx, xlsx, html):kind>")
def report_of_item(item: str, kind: str) -> Response:
    """The comparison of an item of the national plan, of the municipalities that the page shows."""
    if item not in context.snapshot().items:
        refuse(404, "item", id=item)
    return _file(report.item(_shown(), item), kind)


@pages.get("/report/indicator/<indicator>.<any(docx, xlsx, html):kind>")
def report_of_indicator(indicator: str, kind: str) -> Response:
    """The comparison of an indicator, of the municipalities that the page shows."""
    return _file(report.indicator(_shown(), indicator), kind)


@pages.get("/report/plan/<doc_id>.<any(docx, xlsx, html):kind>")
def report_of_plan(doc_id: str, kind: str) -> Response:
    """A plan on one page."""
    context.document_of(doc_id)
    return _file(report.plan(context.snapshot().dataset.plan(doc_id)), kind)


def _shown() -> Any:
    """The plans whose municipality or prefecture holds what was typed; all where nothing was."""
    place = request.args.get("place", "").strip()
    rows = context.snapshot().rows(
        "select doc_id from documents where status <> 'failed' and "
        "(contains(coalesce(municipality, source_name), ?) or contains(coalesce(prefecture, ''), ?))",
        [place, place],
    )
    return Part(context.snapshot(), [row["doc_id"] for row in rows])


def _file(made: report.Report, kind: str) -> Response:
    try:
        data = report.written(made, kind)
    except MissingLibraryError as error:
        refuse(501, "extra", error=error)
    if kind == "html":
        digest = base64.b64encode(hashlib.sha256(style(made).encode()).digest()).decode()
        g.styles = f"'sha256-{digest}'"  # its own style sheet, and no other
        return Response(data, mimetype="text/html")
    name = f"{report.file_name(made)}.{kind}"
    return send_file(io.BytesIO(data), mimetype=_TYPES[kind], as_attachment=True, download_name=name)
