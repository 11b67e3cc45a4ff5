"""Primer on the NumPy and the mathematics that the lessons use."""

__all__ = ["checks", "explorables", "pictures"]
