"""Comparison of a student's training step with that of the fast network.

Experiments that need speed run on the fast network. The comparison shows that both compute the same numbers.

>>> once, again = [np.ones(3)], [np.ones(3) + 1e-14]
>>> print(Agreement.of(once, again, steps=20, what="`train`"))
Over 20 steps `train` and the fast network give the same numbers: they differ by 1e-14 at most.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.checks.report import TEXT, inline
from cs231n_lib.contracts import FloatArray
from cs231n_lib.network import MLP
from cs231n_lib.network.optimizers import Optimizer

TOLERANCE, STEPS = 1e-10, 20

Parameters = list[FloatArray]
Step = Callable[[Parameters, FloatArray, NDArray[Any]], Sequence[FloatArray]]
"""``step(parameters, x, y)`` returns the parameters, layer by layer, after one step on a batch."""


@dataclass(frozen=True)
class Agreement:
    """Largest difference between two training runs, relative to the largest parameter."""

    difference: float
    steps: int
    what: str
    note: str = ""

    @classmethod
    def of(
        cls, theirs: Iterable[FloatArray], fast: Iterable[FloatArray], steps: int, what: str, note: str = ""
    ) -> "Agreement":
        """Compare parameters. ``what`` names the function. ``note`` follows the sentence."""
        pairs = [(np.asarray(a), np.asarray(b)) for a, b in zip(theirs, fast, strict=True)]
        largest = max(np.abs(b).max(initial=0.0) for _, b in pairs) or 1.0
        return cls(float(max(np.abs(a - b).max(initial=0.0) for a, b in pairs) / largest), steps, what, note)

    def __bool__(self) -> bool:
        return self.difference <= TOLERANCE

    def __str__(self) -> str:
        same = "give the same numbers: they differ by" if self else "do not give the same numbers: they differ by"
        size = 0.0 if self.difference == 0 else 10.0 ** np.ceil(np.log10(self.difference) - 1e-9)
        told = f"Over {self.steps} steps {self.what} and the fast network {same} {size:.0e} at most."
        return f"{told} {self.note}".strip()

    def __repr__(self) -> str:
        # Rounding differs between processors, so the saved text contains no digits.
        return f"Over {self.steps} steps {self.what} and the fast network {'agree' if self else 'differ'}."

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        html = f'<div style="max-width: 50em; line-height: 1.5; {TEXT}">{inline(str(self))}</div>'
        return {"text/plain": repr(self), "text/html": html}


def beside(
    network: MLP,
    optimizer: Optimizer,
    step: Step,
    batches: Iterable[tuple[FloatArray, NDArray[Any]]],
    what: str = "your step",
    note: str = "",
) -> Agreement:
    """Train a network and compare it with ``step`` on the same weights and batches.

    Parameters
    ----------
    network : MLP
        Network in float64 without dropout and batch norm, which have their own state. It is trained in place.
    batches : iterable of (x, y)
        One batch for each step. `STEPS` batches are enough.

    Raises
    ------
    ValueError
        The network is not in float64, which the tolerance of 1e-10 requires.
    """
    if network.dtype != np.float64:
        raise ValueError(f"beside: the network is in {network.dtype}. Make it with dtype=np.float64")
    parameters: Sequence[FloatArray] = [a.copy() for a in parameters_of(network)]
    optimizer.bind(network)
    steps = 0
    for x, y in batches:
        network.loss_and_gradient(x, y)
        optimizer.step()
        parameters = step(list(parameters), x, y)
        steps += 1
    return Agreement.of(parameters, parameters_of(network), steps, what, note)


def parameters_of(network: MLP) -> Parameters:
    """Weights and biases ``[w1, b1, w2, b2, …]``, as views of the network's arrays."""
    return [array for pair in zip(network.weights, network.biases, strict=True) for array in pair]
