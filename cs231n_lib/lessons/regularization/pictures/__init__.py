"""Figures of lesson 07 with their captions."""

from .dropout import moments as moments
from .dropout import thinned as thinned
from .groups import groups as groups
from .mixtures import mixtures as mixtures
from .penalties import histograms as histograms
from .penalties import limits as limits
from .penalties import penalized_bias as penalized_bias
from .penalties import pulls as pulls
from .penalties import sizes as sizes
from .penalties import strengths as strengths
from .penalties import threshold as threshold
from .penalties import winners as winners
from .penalties import zeros as zeros
