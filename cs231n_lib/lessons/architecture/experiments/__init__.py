"""Experiments of lesson 04 on what networks can represent and what training finds."""

from .bumps import TARGETS as TARGETS
from .bumps import Target as Target
from .bumps import bump_network as bump_network
from .bumps import bumps as bumps
from .bumps import error_bound as error_bound
from .bumps import largest_error as largest_error
from .bumps import network_output as network_output
from .overfit import train_beside as train_beside
from .spirals import live as live
from .starts import Starts as Starts
