"""The public site, from what is in the project: ``make site``, or ``python -m website``; see docs/decisions/site.md."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
HERE = Path(__file__).parent
START = "start.md"
"""The page that says how to get the course."""
LITE = "lite"
"""Folder of the site in which the lessons run in a browser."""
DOOR = "open.html"
"""Page in `LITE` that opens a notebook, in Notebook if the screen is narrow, unless the browser cannot keep work."""
