"""What people look at and take away: comparisons, charts, marked pages, files for other tools."""
