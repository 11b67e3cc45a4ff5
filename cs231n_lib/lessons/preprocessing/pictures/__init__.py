"""The figures of lesson 05, with their captions."""

from .components import axes_of_a_cloud as axes_of_a_cloud
from .components import covariances as covariances
from .components import four_panels as four_panels
from .components import kept as kept
from .components import trained_on_components as trained_on_components
from .components import whitened as whitened
from .components import whitening as whitening
from .leaks import chosen as chosen
from .leaks import detector as detector
from .leaks import folds as folds
from .leaks import statistics as statistics
from .scaling import descent as descent
from .scaling import importance as importance
from .scaling import mean_image as mean_image
from .scaling import pixels as pixels
from .scaling import scales as scales
