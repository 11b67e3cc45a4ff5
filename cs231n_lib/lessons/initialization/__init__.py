"""Lesson 06, initialization: start well."""
