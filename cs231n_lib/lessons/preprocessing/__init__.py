"""Lesson 05, preprocessing: data before weights."""
