"""Lesson 08, update rules: choose the step."""

__all__ = ["checks", "experiments", "explorables", "milestone", "pictures"]
