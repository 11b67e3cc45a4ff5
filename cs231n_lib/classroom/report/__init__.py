"""Report on a graded class, with a page and a table for each lesson."""
