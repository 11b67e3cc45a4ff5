"""Checks of a function that lives in another process."""
