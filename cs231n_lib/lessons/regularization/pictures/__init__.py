"""The pictures of lesson 07, each with the sentence that says what it shows."""

from .dropout import moments, thinned
from .mixtures import mixtures
from .penalties import histograms, limits, penalized_bias, pulls, sizes, strengths, threshold, winners, zeros

__all__ = [
    "histograms",
    "limits",
    "mixtures",
    "moments",
    "penalized_bias",
    "pulls",
    "sizes",
    "strengths",
    "thinned",
    "threshold",
    "winners",
    "zeros",
]
