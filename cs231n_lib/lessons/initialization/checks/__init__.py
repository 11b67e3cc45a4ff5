"""The exercises of lesson 06, initialization."""

from cs231n_lib.lessons.again import again as again

from .batchnorm_backward import batchnorm_backward as batchnorm_backward
from .batchnorm_backward_staged import batchnorm_backward_staged as batchnorm_backward_staged
from .batchnorm_forward import batchnorm_forward as batchnorm_forward
from .batchnorm_in_use import batchnorm_inference as batchnorm_inference
from .batchnorm_in_use import fold_batchnorm as fold_batchnorm
from .bias_effect import bias_effect as bias_effect
from .layernorm import layernorm as layernorm
from .questions import predict_batch_size as predict_batch_size
from .questions import predict_bias as predict_bias
from .questions import predict_fading as predict_fading
from .questions import predict_mean as predict_mean
from .questions import predict_noise as predict_noise
from .questions import predict_ones as predict_ones
from .questions import predict_relu as predict_relu
from .questions import predict_rescue as predict_rescue
from .questions import predict_shape as predict_shape
from .questions import predict_twins as predict_twins
from .questions import warm_up as warm_up
from .random_weights import scaled_weights as scaled_weights
from .random_weights import small_random as small_random
from .starts import layer_deviations as layer_deviations
from .starts import unit_gradients as unit_gradients
