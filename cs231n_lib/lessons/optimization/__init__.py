"""Lesson 01, optimization: follow the slope."""

__all__ = ["checks", "experiments", "explorables", "milestone", "pictures"]
