"""Seeds for the claims of the lessons: a margin is one that all twenty passed; `make test` tries the first three."""

ALL = SEEDS = range(20)
"""``ALL`` in one test, or one test for each of ``SEEDS``."""
