"""Evaluation of an answer on the rows of its exercise, and diagnosis of mistakes."""
