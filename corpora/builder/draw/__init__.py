"""What plans are drawn with: text, ruled tables with spans, arrows, charts, notes, side navigation.

Everything is drawn as vectors and real text on a ``Canvas`` (one page). Coordinates are points, origin top
left, as in ``extract.model``; colours are 0xRRGGBB. The plans of the sample corpus and the test fixtures are
put together from these.
"""

from corpora.builder.draw.canvas import Canvas
from corpora.builder.draw.charts import ChartLook, bar_chart, line_chart
from corpora.builder.draw.marks import Axis, Mark, bar, block_arrow, chevron, connector, pentagon
from corpora.builder.draw.pages import Book, Flow, footnotes, footnotes_height, side_navigation
from corpora.builder.draw.tables import Cell, Grid, Ruling, measure_table, placed, row_groups, table
from corpora.builder.draw.text import RAISED, Align, Glyphs, Style, plain, text_width, wrap

__all__ = [
    "RAISED",
    "Align",
    "Axis",
    "Book",
    "Canvas",
    "Cell",
    "ChartLook",
    "Flow",
    "Glyphs",
    "Grid",
    "Mark",
    "Ruling",
    "Style",
    "bar",
    "bar_chart",
    "block_arrow",
    "chevron",
    "connector",
    "footnotes",
    "footnotes_height",
    "line_chart",
    "measure_table",
    "pentagon",
    "placed",
    "plain",
    "row_groups",
    "side_navigation",
    "table",
    "text_width",
    "wrap",
]
