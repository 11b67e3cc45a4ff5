"""The pictures of lesson 05, each with the sentence that says what it shows."""

from .components import axes_of_a_cloud as axes_of_a_cloud
from .components import kept as kept
from .components import whitened as whitened
from .components import whitening as whitening
from .leaks import chosen as chosen
from .leaks import detector as detector
from .leaks import statistics as statistics
from .scaling import descent as descent
from .scaling import importance as importance
from .scaling import mean_image as mean_image
from .scaling import pixels as pixels
from .scaling import scales as scales
