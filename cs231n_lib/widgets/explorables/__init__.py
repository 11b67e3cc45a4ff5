"""The explorables of the lessons, a function each: ``explorables.descent()`` in a notebook shows one."""

from cs231n_lib.widgets.explorables.approximation import approximation
from cs231n_lib.widgets.explorables.boundary import boundary
from cs231n_lib.widgets.explorables.components import components
from cs231n_lib.widgets.explorables.depth import depth
from cs231n_lib.widgets.explorables.descent import descent
from cs231n_lib.widgets.explorables.grid_random import grid_random
from cs231n_lib.widgets.explorables.kit import Choice, Explorable, Slider, Stage
from cs231n_lib.widgets.explorables.outlier import outlier
from cs231n_lib.widgets.explorables.race import race
from cs231n_lib.widgets.explorables.saturation import saturation
from cs231n_lib.widgets.explorables.schedule import schedule

__all__ = [
    "Choice",
    "Explorable",
    "Slider",
    "Stage",
    "approximation",
    "boundary",
    "components",
    "depth",
    "descent",
    "grid_random",
    "outlier",
    "race",
    "saturation",
    "schedule",
]
