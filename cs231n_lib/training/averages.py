"""A callback that keeps a running average of a network's weights, and puts it in to evaluate."""

from collections.abc import Iterator
from contextlib import contextmanager

from cs231n_lib.contracts import FloatArray, contract, decay_rate
from cs231n_lib.network import MLP
from cs231n_lib.training.run import Callback, Run


class WeightAverage(Callback):
    """The `running_average` of all parameters and running statistics, in place; it starts at those of the first step.

    Parameters
    ----------
    decay : float
        Share of the average that stays at each step, in [0, 1).

    Raises
    ------
    TypeError, ValueError
        ``decay`` is out of range.

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
        """Begin anew."""
        self._averages = ()

    def on_step(self, run: Run) -> None:
        """Move the average towards the weights after this step."""
        now = run.network.parameters, run.network.running
        if not self._averages:
            self._averages = tuple(values.copy() for values in now)
        for average, values in zip(self._averages, now, strict=True):
            average *= self.decay
            average += (1 - self.decay) * values

    @contextmanager
    def applied(self, network: MLP) -> Iterator[None]:
        """``network`` with the averaged weights, until the block ends.

        Raises
        ------
        ValueError
            Before the first step, or for a network of another size.
        """
        now = network.parameters, network.running
        if [average.shape for average in self._averages] != [values.shape for values in now]:
            raise ValueError(f"WeightAverage: there is no average for {network}; train it with this callback first")
        before = [values.copy() for values in now]
        try:
            for values, average in zip(now, self._averages, strict=True):
                values[:] = average
            yield
        finally:
            for values, old in zip(now, before, strict=True):
                values[:] = old
