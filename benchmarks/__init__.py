"""Benchmarks of the library. ``python -m benchmarks --help`` lists them, and README.md holds the results."""
