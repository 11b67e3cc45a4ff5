"""Lesson 09, training: diagnosis and hyperparameter search."""
