"""Lesson 01 on optimization."""
