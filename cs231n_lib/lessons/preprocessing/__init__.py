"""Lesson 05, preprocessing: data before weights."""

__all__ = ["experiments", "explorables"]
