"""The experiments of lesson 09: sanity checks, curves and their faults, searches, and a network that is tested once."""

__all__: list[str] = []
