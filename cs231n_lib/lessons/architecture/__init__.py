"""Lesson 04, architecture: layers, width, depth."""

__all__ = ["experiments", "explorables"]
