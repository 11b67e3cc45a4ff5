"""Experiments of lesson 07 on penalties and dropout with Fashion-MNIST, and on two spirals."""

from .penalties import contest, train

__all__ = ["contest", "train"]
