"""Exercises of lesson 08, update rules."""

from cs231n_lib.lessons.again import again as again

from .adagrad import adagrad as adagrad
from .adagrad import rmsprop as rmsprop
from .adam import adam as adam
from .adamw import adamw as adamw
from .momentum import momentum as momentum
from .momentum import nesterov as nesterov
from .questions import predict_annealing as predict_annealing
from .questions import predict_decay as predict_decay
from .questions import predict_lbfgs as predict_lbfgs
from .questions import predict_rare as predict_rare
from .questions import predict_smoothness as predict_smoothness
from .questions import predict_stall as predict_stall
from .questions import predict_table as predict_table
from .questions import warm_up as warm_up
from .scale_effect import scale_effect as scale_effect
from .schedules import annealed_momentum as annealed_momentum
from .schedules import decayed_rates as decayed_rates
from .second_order import lbfgs_direction as lbfgs_direction
from .second_order import newton_step as newton_step
