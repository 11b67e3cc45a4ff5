"""Lesson 07, regularization: fit less to fit better."""

__all__ = ["checks", "experiments", "explorables", "milestone", "pictures"]
