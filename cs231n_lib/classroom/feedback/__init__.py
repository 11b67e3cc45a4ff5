"""Feedback page of a student, which begins with the points that were lost and needs no network."""

from .exporter import FeedbackExporter, GetMarks

__all__ = ["FeedbackExporter", "GetMarks"]
