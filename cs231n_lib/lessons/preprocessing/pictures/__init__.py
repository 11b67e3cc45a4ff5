"""The pictures of lesson 05, each with the sentence that says what it shows."""

from .components import axes_of_a_cloud, kept, whitened, whitening
from .leaks import chosen, detector, statistics
from .scaling import descent, importance, mean_image, pixels, scales

__all__ = [
    "axes_of_a_cloud",
    "chosen",
    "descent",
    "detector",
    "importance",
    "kept",
    "mean_image",
    "pixels",
    "scales",
    "statistics",
    "whitened",
    "whitening",
]
