"""The course as instructors run it: from texts to a release, from submissions to grades, and the report on a class."""

import sys

# jsonschema, which nbformat loads, would build a parser of addresses in all languages: half a second, and none is read.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # such a module counts as not installed

__all__ = ["build", "grading", "report", "source", "verify"]
