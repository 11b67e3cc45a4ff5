"""Lesson 10, the bridge from your own gradients to automatic differentiation."""

__all__ = ["checks"]
