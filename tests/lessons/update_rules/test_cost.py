"""The measured cost of a step of L-BFGS, with a clock that counts calls."""

import numpy as np
import pytest
from claims import SETS

from cs231n_lib.datasets import clothes
from cs231n_lib.functions import second_order
from cs231n_lib.lessons.update_rules.experiments import cost
from cs231n_lib.lessons.update_rules.experiments.training import HIDDEN, PIXELS, train
from cs231n_lib.network import MLP


def test_descent_is_the_library_s_and_counts_each_point_once() -> None:
    network = MLP((PIXELS, HIDDEN, 10), rng=np.random.default_rng(0), dtype=np.float64)
    seen = set()

    def at(w: np.ndarray) -> tuple[float, np.ndarray]:
        seen.add(w.tobytes())
        network.parameters[:] = w
        loss, gradient = network.loss_and_gradient(*clothes()[0])
        return loss, gradient.copy()

    _, path = second_order.lbfgs(lambda w: at(w)[0], lambda w: at(w)[1], network.parameters.copy(), steps=6)
    losses, _, gradients = cost.descent(steps=6)
    assert (len(path), gradients) == (7, len(seen))
    np.testing.assert_allclose(losses, [at(w)[0] for w in path], rtol=1e-10)


def test_step_is_its_gradients_and_the_two_loops() -> None:
    assert cost.Cost(5, gradients=2.0, minibatch=1.0, full_batch=3.0, direction=0.5).step == 6.5


def test_measured_times_are_positive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost, "milliseconds", lambda function: 1.0 + 0 * (function() is None))
    found = cost.measure()
    assert (found.weights, found.minibatch) == (196 * 32 + 32 + 32 * 10 + 10, 1.0)
    assert 1 <= found.gradients < 3


@pytest.mark.slow
@pytest.mark.parametrize("seeds", SETS)
def test_ten_epochs_of_sgd_end_lower_than_thirty_steps_of_lbfgs(seeds: list[int]) -> None:
    runs = [cost.descent(seed=seed) for seed in seeds]
    ours, sgd = np.mean([run[0][-1] for run in runs]), np.mean([train("SGD", seed).train_loss for seed in seeds])
    assert ours - sgd > 0.02
    assert max(run[2] for run in runs) <= 1 + 1.2 * cost.STEPS
