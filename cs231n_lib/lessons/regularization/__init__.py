"""Lesson 07, regularization: fit less to fit better."""
