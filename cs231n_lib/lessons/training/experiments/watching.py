"""One run on digits with a live dashboard, at a rate of the student's choice."""

import numpy as np

from cs231n_lib.lessons.training.faults import digits
from cs231n_lib.network import MLP
from cs231n_lib.network.optimizers import Momentum
from cs231n_lib.training import History, Trainer
from cs231n_lib.training.run import Callback

EPOCHS = 12


def watch(lr: float, callback: Callback, seed: int = 0) -> History:
    """Train 64 hidden ReLUs by momentum at the rate ``lr``."""
    rng = np.random.default_rng(seed)
    trainer = Trainer(MLP((64, 64, 10), rng=rng), Momentum(lr), batch_size=64, rng=rng, progress=False)
    return trainer.fit(*digits(), epochs=EPOCHS, callbacks=[callback])
