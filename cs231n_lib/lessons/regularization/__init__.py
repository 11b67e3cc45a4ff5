"""Lesson 07 on regularization."""
