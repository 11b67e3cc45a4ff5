"""Measurements of the library beside others. ``python -m benchmarks`` runs them all; README.md holds the figures."""
