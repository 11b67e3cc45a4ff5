"""Figures of lesson 08 with their captions."""

from .adaptive import notes_adam as notes_adam
from .adaptive import notes_rmsprop as notes_rmsprop
from .adaptive import rare as rare
from .adaptive import scaling as scaling
from .adaptive import stall as stall
from .cost import lbfgs_cost as lbfgs_cost
from .habits import clipping as clipping
from .habits import weight_decay as weight_decay
from .ranges import range_tests as range_tests
from .steps import conventions as conventions
from .steps import look_ahead as look_ahead
from .steps import newton as newton
from .steps import ravine as ravine
from .steps import secant as secant
from .steps import velocity as velocity
from .training import annealing as annealing
from .training import lbfgs as lbfgs
from .training import schedules as schedules
from .training import six_rules as six_rules
from .training import smooth as smooth
from .training import weight_rates as weight_rates
