"""Lesson 05, preprocessing: data before weights."""

__all__ = ["checks", "experiments", "explorables", "milestone", "pictures"]
