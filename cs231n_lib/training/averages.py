"""Running average of a network's weights, kept by a callback."""

from collections.abc import Iterator
from contextlib import contextmanager

from cs231n_lib.contracts import FloatArray, contract, decay_rate
from cs231n_lib.network import MLP
from cs231n_lib.training.run import Callback, Run


class WeightAverage(Callback):
    """Exponential moving average of all parameters and running statistics.

    The average starts with the values after the first step. Each further step updates it in place by the formula of
    `cs231n_lib.functions.ensembles.running_average`.

    Parameters
    ----------
    decay : float
        Fraction of the average that each step keeps, in [0, 1).

    Examples
    --------
    >>> import numpy as np
    >>> from cs231n_lib.network import SGD
    >>> from cs231n_lib.training import Trainer
    >>> rng, average = np.random.default_rng(0), WeightAverage(decay=0.9)
    >>> x, y = np.ones((4, 2), np.float32), np.array([0, 1, 1, 1])
    >>> network = MLP((2, 2), rng=rng)
    >>> history = Trainer(network, SGD(0.1), rng=rng, progress=False).fit((x, y), epochs=5, callbacks=[average])
    >>> before = network.parameters.copy()
    >>> with average.applied(network):
    ...     bool(np.any(network.parameters != before))
    True
    >>> bool(np.all(network.parameters == before))
    True
    """

    @contract(decay=decay_rate)
    def __init__(self, decay: float = 0.99) -> None:
        self.decay = decay
        self._averages: tuple[FloatArray, ...] = ()

    def on_start(self, run: Run) -> None:
        """Discard the average of an earlier run."""
        self._averages = ()

    def on_step(self, run: Run) -> None:
        """Move the average towards the current weights."""
        now = run.network.parameters, run.network.running
        if not self._averages:
            self._averages = tuple(values.copy() for values in now)
        for average, values in zip(self._averages, now, strict=True):
            average *= self.decay
            average += (1 - self.decay) * values

    @contextmanager
    def applied(self, network: MLP) -> Iterator[None]:
        """Use the averaged weights in ``network`` until the block ends.

        Raises
        ------
        ValueError
            No step has been taken yet, or the network has a different size.
        """
        now = network.parameters, network.running
        if [average.shape for average in self._averages] != [values.shape for values in now]:
            raise ValueError(f"WeightAverage: no average exists for {network}. Train it with this callback first")
        before = [values.copy() for values in now]
        try:
            for values, average in zip(now, self._averages, strict=True):
                values[:] = average
            yield
        finally:
            for values, old in zip(now, before, strict=True):
                values[:] = old
