"""Lessons, each in its own package with checks, experiments, figures and explorables.

No lesson imports another.
"""
