"""The exercises of lesson 03, activations."""

from cs231n_lib.lessons.again import again as again

from .gelu import gelu as gelu
from .maxout import maxout_backward as maxout_backward
from .maxout import maxout_forward as maxout_forward
from .questions import predict_costs as predict_costs
from .questions import predict_death as predict_death
from .questions import predict_fading as predict_fading
from .questions import predict_race as predict_race
from .questions import predict_zigzag as predict_zigzag
from .questions import warm_up as warm_up
from .rectifiers import leaky_relu as leaky_relu
from .rectifiers import relu_backward as relu_backward
from .rectifiers import relu_forward as relu_forward
from .shares import dead_fraction as dead_fraction
from .shares import one_sided_share as one_sided_share
from .squashing import sigmoid_backward as sigmoid_backward
from .squashing import sigmoid_forward as sigmoid_forward
from .squashing import tanh_from_sigmoid as tanh_from_sigmoid
