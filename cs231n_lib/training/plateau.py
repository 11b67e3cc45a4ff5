"""Learning-rate decay on a plateau of the validation accuracy, as a callback."""

from cs231n_lib.contracts import contract, count
from cs231n_lib.functions.schedules import factor_up_to_one, plateau_decay
from cs231n_lib.training.run import Callback, Run


class PlateauDecay(Callback):
    """Callback that lowers the learning rate on a plateau of the accuracy.

    The callback applies `plateau_decay` after each evaluation. It cannot be combined with a schedule.

    Parameters
    ----------
    patience : int
        Evaluations without a better validation accuracy before the learning rate falls.
    factor : float
        Factor in (0, 1] that then multiplies the learning rate.

    Raises
    ------
    TypeError, ValueError
        An argument is out of range, or, during a run, there is no validation split or the trainer has a schedule.

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
        """Store the initial learning rate, and lower it if a resumed run requires it."""
        self._full_rate = run.optimizer.lr
        self._evaluations = -1
        self._set_rate(run)

    def on_step(self, run: Run) -> None:
        """Lower the learning rate if the latest evaluation requires it."""
        if run.learning_rate != run.optimizer.lr or run.learning_rate != self._rate:
            raise ValueError(
                f"PlateauDecay: the learning rate is {run.learning_rate:.3g}, but this callback set it to "
                f"{self._rate:.3g}. A schedule and PlateauDecay cannot both set the learning rate. "
                "Remove the trainer's schedule"
            )
        self._set_rate(run)

    def _set_rate(self, run: Run) -> None:
        accuracies = run.history.validation_accuracy
        if len(accuracies) != self._evaluations:
            self._evaluations = len(accuracies)
            self._rate = plateau_decay(self._full_rate, accuracies, self.patience, self.factor)
            run.optimizer.lr = self._rate
