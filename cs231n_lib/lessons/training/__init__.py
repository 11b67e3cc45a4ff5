"""Lesson 09, training: watch, then search."""
