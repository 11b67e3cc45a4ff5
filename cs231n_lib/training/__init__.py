"""Training a network: the loop, what it remembers, what it tells callbacks, and what its curves mean."""

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
