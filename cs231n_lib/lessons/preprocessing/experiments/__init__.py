"""Experiments of lesson 05 on descent, components, pixels, whitening, leaks and outliers."""

from .components import KINDS, components_of, garments, numerals, pictures, pixel_error
from .pixels import SCALINGS, splits, train

__all__ = ["KINDS", "SCALINGS", "components_of", "garments", "numerals", "pictures", "pixel_error", "splits", "train"]
