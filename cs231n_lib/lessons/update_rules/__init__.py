"""Lesson 08 on update rules."""
