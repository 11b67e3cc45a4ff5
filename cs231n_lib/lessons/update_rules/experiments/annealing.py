r"""Learning-rate schedules on a noisy bowl, whose expected loss can be computed exactly.

The loss is :math:`\tfrac12 \sum_i h_i w_i^2` with curvatures :math:`h_i` from 0.01 to 1, and each gradient comes with
noise of variance :math:`\sigma^2 h_i`. A step of SGD with learning rate :math:`\eta` turns :math:`E[w_i^2]` into

.. math:: E[w_i^2] \leftarrow (1 - \eta h_i)^2 \, E[w_i^2] + \eta^2 \sigma^2 h_i

so a high learning rate soon forgets the initial weights, and a low one adds little noise.
"""

from collections.abc import Mapping

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions.schedules import (
    Schedule,
    constant,
    cosine_decay,
    exponential_decay,
    inverse_time_decay,
    step_decay,
    warmup,
)

EPOCHS = 50
UPDATES = 10
"""Updates in an epoch."""

CURVATURES = np.geomspace(0.01, 1, 10)


def schedules(lr: float, half_life: float, warm_up: float) -> dict[str, Schedule]:
    """Five schedules of the learning rate ``lr``.

    Three halve it by epoch ``half_life``. Cosine decay rises from a tenth over ``warm_up`` epochs and reaches 0 at the
    end.
    """
    cosine = cosine_decay(lr, EPOCHS - warm_up)
    return {
        "constant": constant(lr),
        "step": step_decay(lr, factor=0.5, every=half_life),
        "exponential": exponential_decay(lr, k=float(np.log(2) / half_life)),
        "1/t": inverse_time_decay(lr, k=1 / half_life),
        "cosine": warmup(cosine, warm_up) if warm_up else cosine,
    }


def epochs() -> FloatArray:
    """Epoch at each update and at the end, 0, 0.1, …, 50."""
    return np.arange(EPOCHS * UPDATES + 1) / UPDATES


def rates(of: Mapping[str, Schedule]) -> FloatArray:
    """Learning rate of each schedule at each of `epochs`; (schedules, EPOCHS * UPDATES + 1)."""
    return np.array([[rate(epoch) for epoch in epochs()] for rate in of.values()])


def expected_loss(rate: FloatArray, noise: float) -> FloatArray:
    """Expected loss before each update, divided by the initial loss; shape of ``rate``.

    ``rate`` (schedules, T) holds the learning rate of each update, ``noise`` is σ, and every weight starts at 1.
    """
    squares = np.ones((len(rate), len(CURVATURES)))
    loss = np.empty_like(rate)
    for t, eta in enumerate(rate.T[:, :, np.newaxis]):
        loss[:, t] = squares @ CURVATURES
        squares = (1 - eta * CURVATURES) ** 2 * squares + eta**2 * noise**2 * CURVATURES
    return np.asarray(loss / CURVATURES.sum())
