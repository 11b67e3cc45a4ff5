"""Experiments of lesson 06 on initial weights and on signals in ten layers."""

from .starts import RESCUES, deep, final_accuracy, train

__all__ = ["RESCUES", "deep", "final_accuracy", "train"]
