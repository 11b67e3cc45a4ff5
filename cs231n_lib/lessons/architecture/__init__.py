"""Lesson 04, architecture: layers, width, depth."""
