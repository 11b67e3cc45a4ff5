"""A callback that lowers the learning rate whenever the validation accuracy stops improving."""

from cs231n_lib.contracts import contract, count
from cs231n_lib.functions.schedules import factor_up_to_one, plateau_decay
from cs231n_lib.training.run import Callback, Run


class PlateauDecay(Callback):
    """Sets the optimizer's rate by `plateau_decay` after each evaluation; it takes the place of a schedule.

    Parameters
    ----------
    patience : int
        Evaluations without a better validation accuracy before the rate falls.
    factor : float
        What it is then multiplied by, in (0, 1].

    Raises
    ------
    TypeError, ValueError
        An argument is out of range; in a run, there is no validation split, or the trainer has a schedule too.

    Examples
    --------
    >>> import numpy as np
    >>> from cs231n_lib.network import MLP, SGD
    >>> from cs231n_lib.training import Trainer
    >>> rng, x, y = np.random.default_rng(0), np.ones((4, 2), np.float32), np.array([0, 1, 1, 1])
    >>> trainer = Trainer(MLP((2, 2), rng=rng), SGD(0.8), rng=rng, progress=False)
    >>> history = trainer.fit((x, y), (x, y), epochs=9, callbacks=[PlateauDecay(patience=4)])
    >>> history.validation_accuracy[-1], history.learning_rate[[0, -1]]
    (np.float64(0.75), array([0.8, 0.4]))
    """

    @contract(patience=count, factor=factor_up_to_one)
    def __init__(self, patience: int = 3, factor: float = 0.5) -> None:
        self.patience, self.factor = patience, factor

    def on_start(self, run: Run) -> None:
        """Note the full rate; a run that is taken up again goes on with the rate it had."""
        self._full_rate = run.optimizer.lr
        self._evaluations = -1
        self._set_rate(run)

    def on_step(self, run: Run) -> None:
        """Lower the rate where the evaluation just made calls for it."""
        if run.learning_rate != run.optimizer.lr or run.learning_rate != self._rate:
            raise ValueError("PlateauDecay: something else sets the rate too; leave out the trainer's schedule")
        self._set_rate(run)

    def _set_rate(self, run: Run) -> None:
        accuracies = run.history.validation_accuracy
        if len(accuracies) != self._evaluations:
            self._evaluations = len(accuracies)
            self._rate = plateau_decay(self._full_rate, accuracies, self.patience, self.factor)
            run.optimizer.lr = self._rate
