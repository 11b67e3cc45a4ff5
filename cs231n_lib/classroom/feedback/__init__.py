"""Feedback page of a student, which shows pending points where nbgrader shows 0."""

from .exporter import FeedbackExporter, GetMarks

__all__ = ["FeedbackExporter", "GetMarks"]
