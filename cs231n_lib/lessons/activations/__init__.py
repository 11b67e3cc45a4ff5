"""Lesson 03, activations: bend the line."""

__all__ = ["checks", "experiments", "explorables", "milestone", "pictures"]
