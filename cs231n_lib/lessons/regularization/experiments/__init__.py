"""The experiments of lesson 07: penalties and dropout on pictures of clothing, and a boundary between two spirals."""

from .penalties import contest, train

__all__ = ["contest", "train"]
