"""What everything on the pages is: headings, labels, tables and their columns, charts.

One place decides, for the document as a whole, among scored readings. See docs/design.md.
"""
