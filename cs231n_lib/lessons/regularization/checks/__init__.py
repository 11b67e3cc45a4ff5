"""Exercises of lesson 07, regularization."""

from cs231n_lib.lessons.again import again as again

from .early_stopping import early_stopping as early_stopping
from .elastic_net import elastic_net as elastic_net
from .inverted_dropout import inverted_dropout as inverted_dropout
from .l2_on_weights import l2_on_weights as l2_on_weights
from .limits import max_norm as max_norm
from .limits import proximal_step as proximal_step
from .mixup import mixup as mixup
from .moments_over_masks import moments_over_masks as moments_over_masks
from .penalties import l1 as l1
from .penalties import l2 as l2
from .questions import predict_gap as predict_gap
from .questions import predict_groups as predict_groups
from .questions import predict_masks as predict_masks
from .questions import predict_sizes as predict_sizes
from .questions import predict_strength as predict_strength
from .questions import predict_winner as predict_winner
from .questions import predict_zeros as predict_zeros
from .questions import warm_up as warm_up
from .vanilla_dropout import vanilla_dropout as vanilla_dropout
