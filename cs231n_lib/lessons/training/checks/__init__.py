"""Exercises of lesson 09, training."""

from .accuracy import accuracy_error as accuracy_error
from .accuracy import confusion_matrix as confusion_matrix
from .accuracy import open_test_set as open_test_set
from .coarse_to_fine import coarse_to_fine as coarse_to_fine
from .find_the_bug import find_the_bug as find_the_bug
from .fit import fit as fit
from .gradient_check_network import gradient_check_network as gradient_check_network
from .grid_search import grid_search as grid_search
from .halving import successive_halving as successive_halving
from .name_curves import name_curves as name_curves
from .network_loss import network_loss as network_loss
from .parzen import parzen_ratio as parzen_ratio
from .questions import predict_bug as predict_bug
from .questions import predict_difference as predict_difference
from .questions import predict_grid as predict_grid
from .questions import predict_halving as predict_halving
from .questions import predict_model as predict_model
from .questions import predict_people as predict_people
from .questions import predict_ratio as predict_ratio
from .questions import predict_rounds as predict_rounds
from .questions import warm_up as warm_up
from .random_search import log_uniform as log_uniform
from .random_search import random_search as random_search
from .weights import averaged_weights as averaged_weights
from .weights import update_ratio as update_ratio
