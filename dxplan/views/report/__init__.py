"""One page for a meeting, in Japanese: a comparison of municipalities, or what a plan holds.

>>> report = dxplan.report.item(ds, "情報格差", ["A市", "B町"])   # doctest: +SKIP
>>> dxplan.report.save(report, "比較表.docx")                      # doctest: +SKIP
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from dxplan.dataset import Dataset, Plan
from dxplan.errors import InputError
from dxplan.views.report.contents import about_indicator, about_item, about_municipalities
from dxplan.views.report.paper import Report
from dxplan.views.report.plans import about_plan
from normalize import durable

__all__ = ["FORMATS", "Report", "file_name", "indicator", "item", "municipalities", "plan", "save", "written"]

FORMATS = ("docx", "xlsx", "html")


def item(dataset: Dataset, item: str, municipalities: Sequence[str] = ()) -> Report:
    """Set the plans side by side on one item of the national plan: measures, indicators, schedules.

    Args:
        dataset: the dataset.
        item: id, title or another word for the item (``digital_divide``, 情報格差).
        municipalities: whose plans; all if none is named.

    Raises:
        DatasetError: no such item, or a municipality without a plan, with the nearest names.
    """
    return about_item(dataset, item, municipalities)


def indicator(dataset: Dataset, indicator: str, municipalities: Sequence[str] = ()) -> Report:
    """Set the values of an indicator side by side: those that may be compared, then the others with why.

    Args:
        dataset: the dataset.
        indicator: id or name of the indicator (手続のオンライン化率).
        municipalities: whose plans; all if none is named.

    Raises:
        DatasetError: no such indicator, or none in these plans.
    """
    return about_indicator(dataset, indicator, municipalities)


def municipalities(dataset: Dataset, municipalities: Sequence[str] = ()) -> Report:
    """Set up to eight plans side by side: period, policies, and their measures for each national item.

    Raises:
        DatasetError: more plans than stand beside each other on a page, or a name without a plan.
    """
    return about_municipalities(dataset, municipalities)


def plan(plan: Plan) -> Report:
    """Put a plan on one page: period, policies, measures with their years, indicators, what to check."""
    return about_plan(plan)


def written(report: Report, to: str) -> bytes:
    """A report as a file of one of ``FORMATS``.

    Raises:
        MissingLibraryError: the extra ``report`` is not installed (docx, xlsx).
    """
    from dxplan.views.report import book, page, word

    writers: dict[str, Callable[[Report], bytes]] = {
        "docx": word.docx,
        "xlsx": book.xlsx,
        "html": lambda report: page.html(report).encode(),
    }
    return writers[to](report)


def save(report: Report, path: str | os.PathLike[str]) -> None:
    """Write a report; the end of the name says as what: .docx, .xlsx or .html.

    Raises:
        InputError: another ending.
        MissingLibraryError: the extra ``report`` is not installed (docx, xlsx).
    """
    target = Path(path)
    if (kind := target.suffix.lower().removeprefix(".")) not in FORMATS:
        raise InputError(f"{target}: a report is .docx (Word), .xlsx (Excel) or .html (to print)")
    data = written(report, kind)
    target.parent.mkdir(parents=True, exist_ok=True)
    durable.write(target, data)


def file_name(report: Report) -> str:
    """A name for its file, without ending: its title, without what file systems refuse.

    >>> file_name(Report("比較表：AI/RPA", "", ()))
    '比較表_AI_RPA'
    """
    return re.sub(r'[\\/:：*?"<>|\s]+', "_", report.title)[:60].strip("._")
