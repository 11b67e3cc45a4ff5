"""Lesson 09, training: watch, then search."""

__all__ = ["checks", "experiments", "explorables", "faults", "milestone", "pictures"]
