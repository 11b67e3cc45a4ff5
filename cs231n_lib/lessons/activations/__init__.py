"""Lesson 03, activations: bend the line."""
