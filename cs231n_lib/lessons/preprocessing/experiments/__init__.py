"""The experiments of lesson 05: descent in other units, few numbers for many, pixels, whitening, leaks, outliers."""

from .components import KINDS, components_of, garments, numerals, pictures, pixel_error
from .pixels import SCALINGS, splits, train

__all__ = ["KINDS", "SCALINGS", "components_of", "garments", "numerals", "pictures", "pixel_error", "splits", "train"]
