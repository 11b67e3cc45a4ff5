"""Lesson 10, bridge: from your gradients to automatic ones."""

__all__ = ["checks"]
