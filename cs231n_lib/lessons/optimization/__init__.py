"""Lesson 01, optimization: follow the slope."""
