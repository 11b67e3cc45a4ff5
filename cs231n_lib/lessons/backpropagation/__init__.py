"""Lesson 02, backpropagation: pass the blame back."""

__all__ = ["checks", "experiments", "explorables", "milestone", "pictures"]
