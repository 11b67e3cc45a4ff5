"""Training curves on digits, with the dashboard's diagnosis of the curves that the student named."""

import numpy as np

from cs231n_lib.lessons.training import faults
from cs231n_lib.lessons.use import Use
from cs231n_lib.network import MLP
from cs231n_lib.network.optimizers import Momentum
from cs231n_lib.training import History, Trainer
from cs231n_lib.training.diagnosis import diagnose
from cs231n_lib.training.run import Callback

EPOCHS = 12


def watch(lr: float, callback: Callback, seed: int = 0) -> History:
    """Train 64 hidden ReLUs by momentum at the rate ``lr``."""
    rng = np.random.default_rng(seed)
    trainer = Trainer(MLP((64, 64, 10), rng=rng), Momentum(lr), batch_size=64, rng=rng, progress=False)
    return trainer.fit(*faults.digits(), epochs=EPOCHS, callbacks=[callback])


def second_opinion(use: Use) -> str:
    """Table of the student's names for six curves, beside the dashboard's diagnosis."""
    run = use.run()
    number, names = run.name_curves()
    rows = [f"{'':2} {'your name':18} the dashboard's diagnosis"]
    for letter, name, history in zip("abcdef", names, faults.histories(int(number)), strict=True):
        found = [finding.name for finding in diagnose(history, classes=10)]
        rows.append(f"{letter:2} {name:18} {', '.join(found) or 'nothing'}")
    return "\n".join([*rows, *([run.says.replace("**", "")] if run.says else [])])
