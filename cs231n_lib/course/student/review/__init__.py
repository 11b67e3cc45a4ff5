"""Spaced review of lessons already done, on the start page and in a terminal."""
