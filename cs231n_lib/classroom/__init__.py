"""The course as instructors run it: from texts to a release, from submissions to grades, and the report on a class."""

__all__ = ["build", "grading", "report", "source", "verify"]
