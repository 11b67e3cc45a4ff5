"""Lesson 06, initialization: start well."""

__all__ = ["checks", "experiments", "explorables", "milestone", "pictures"]
