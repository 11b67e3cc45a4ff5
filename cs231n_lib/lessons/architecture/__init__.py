"""Lesson 04, architecture: layers, width, depth."""

__all__ = ["checks", "experiments", "explorables", "milestone", "pictures"]
