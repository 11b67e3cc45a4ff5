"""Figures of lesson 04, each with its caption."""

from .depth import folded as folded
from .depth import layers as layers
from .depth import trained as trained
from .pieces import pieces as pieces
from .small import bugs as bugs
from .small import counted as counted
from .small import outside as outside
from .small import xor_found as xor_found
from .small import xor_hidden as xor_hidden
from .width import double_descent as double_descent
from .width import sizes as sizes
from .width import starts as starts
from .width import wrong_labels as wrong_labels
