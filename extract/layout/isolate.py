"""Layout where pages are the unit of failure: what one page does to the code costs that page only."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from extract.layout.names import NO_WORDS, Words
from extract.layout.scale import at_usual_scale
from extract.layout.text_layout import layout_text
from extract.model import Block, Diagnostic, Page, PageLayout, Source
from extract.read.sniff import PDF


def layout(source: Source, words: Words = NO_WORDS) -> list[PageLayout]:
    """Lay out all pages. A page whose layout fails keeps its lines as paragraphs, and says so.

    ``words``: what the words of a line say; layout itself has no vocabulary.
    """
    if source.media_type != PDF:
        return layout_text(source, words)
    return at_usual_scale(source, partial(_layout_pages, words=words))


def _layout_pages(source: Source, words: Words) -> list[PageLayout]:
    from extract.layout.pages import layout_pages

    try:
        return layout_pages(source, words)
    except Exception as error:  # recursion, memory, drawings that nobody foresaw: look for the page
        alone = {page.number: _alone(source, page, words) for page in source.pages}
        good = tuple(page for page in source.pages if not alone[page.number].diagnostics)
        try:
            together = layout_pages(replace(source, pages=good), words)
        except Exception:
            return [
                replace(found, diagnostics=(*found.diagnostics, _note(error))) for found in alone.values()
            ]
        alone |= {found.page.number: found for found in together}
        return list(alone.values())


def _alone(source: Source, page: Page, words: Words) -> PageLayout:
    from extract.layout.pages import layout_pages

    try:
        (found,) = layout_pages(replace(source, pages=(page,)), words)
    except Exception as error:
        items = tuple(
            Block("paragraph", line.text, page.number, line.box) for line in page.lines if line.text
        )
        return PageLayout(page, items, (_note(error, page.number),))
    return found


def _note(error: Exception, page: int | None = None) -> Diagnostic:
    code = "memory_limit" if isinstance(error, MemoryError) else "extractor_fault"
    what = "its lines are paragraphs" if page else "every page was laid out by itself"
    return Diagnostic(
        "layout", "error", code, f"layout failed, {what}: {type(error).__name__}: {error}", page
    )
