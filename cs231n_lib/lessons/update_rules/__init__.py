"""Lesson 08, update rules: choose the step."""
