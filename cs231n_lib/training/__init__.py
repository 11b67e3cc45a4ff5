"""Training loop, history, callbacks, checkpoints and diagnosis of training curves.

`Trainer` and the callbacks raise a TypeError or ValueError if an argument has the wrong type or is out of range.
"""

from cs231n_lib.training.averages import WeightAverage
from cs231n_lib.training.checkpoints import Checkpoint
from cs231n_lib.training.diagnosis import Finding, diagnose
from cs231n_lib.training.history import Ending, History
from cs231n_lib.training.plateau import PlateauDecay
from cs231n_lib.training.run import Callback, Run
from cs231n_lib.training.trainer import Trainer

__all__ = [
    "Callback",
    "Checkpoint",
    "Ending",
    "Finding",
    "History",
    "PlateauDecay",
    "Run",
    "Trainer",
    "WeightAverage",
    "diagnose",
]
