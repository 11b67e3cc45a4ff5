"""Figures of lesson 06 and their captions."""

from .measured import noise as noise
from .measured import offsets as offsets
from .normalization import batch_sizes as batch_sizes
from .normalization import bias as bias
from .normalization import graph as graph
from .normalization import layer_norm as layer_norm
from .normalization import normalized as normalized
from .normalization import upstreams as upstreams
from .starts import fading as fading
from .starts import fan_in as fan_in
from .starts import twins as twins
from .starts import unit as unit
