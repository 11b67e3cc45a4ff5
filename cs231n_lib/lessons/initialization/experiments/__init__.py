"""The experiments of lesson 06: first weights in networks, and signals through ten layers."""

from .starts import RESCUES, deep, final_accuracy, train

__all__ = ["RESCUES", "deep", "final_accuracy", "train"]
