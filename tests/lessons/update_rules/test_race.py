"""Six rules in a race, against JAX's gradients and optax's rules."""

import re
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from cs231n_lib.lessons.update_rules.experiments.race import STEPS, SURFACES, excess, path
from cs231n_lib.lessons.update_rules.experiments.rules import RULES
from cs231n_lib.lessons.update_rules.explorables import race


@pytest.fixture(autouse=True)
def _double_precision() -> None:
    jax.config.update("jax_enable_x64", True)


LOSSES: dict[str, Callable[[jax.Array], jax.Array]] = {
    "ravine": lambda w: 0.025 * w[0] ** 2 + 2 * w[1] ** 2,
    "saddle": lambda w: w[0] ** 2 / 2 - w[1] ** 2 / 2 + w[1] ** 4 / 4,
    "Rosenbrock": lambda w: ((1 - w[0]) ** 2 + 10 * (w[1] - w[0] ** 2) ** 2) / 20,
}
PEERS: dict[str, Callable[[float, float], optax.GradientTransformation]] = {
    "SGD": lambda lr, mu: optax.sgd(lr),
    "momentum": lambda lr, mu: optax.sgd(lr, momentum=mu),
    "Nesterov": lambda lr, mu: optax.sgd(lr, momentum=mu, nesterov=True),
    "Adagrad": lambda lr, mu: optax.adagrad(lr, initial_accumulator_value=0.0, eps=1e-30),
    "RMSProp": lambda lr, mu: optax.rmsprop(lr, decay=0.9, eps_in_sqrt=False),
    "Adam": lambda lr, mu: optax.adam(lr),
}


def peer_path(surface: str, rule: str, lr: float, mu: float, steps: int) -> np.ndarray:
    optimizer = PEERS[rule](lr, mu)
    w = jnp.array(SURFACES[surface].start)

    def step(carry, _):
        w, state = carry
        updates, state = optimizer.update(jax.grad(LOSSES[surface])(w), state)
        return (optax.apply_updates(w, updates), state), w

    _, points = jax.lax.scan(step, (w, optimizer.init(w)), length=steps + 1)
    return np.asarray(points)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("surface", SURFACES)
def test_paths_are_those_of_optax(surface: str, rule: str) -> None:
    ours = path(surface, rule, 0.05, 0.9 if rule in ("momentum", "Nesterov") else 0.0)
    # optax has Adagrad's ε inside the root: beside the first gradient on the saddle, 0.001, ours is a 1e-5.
    rel = 1e-4 if rule == "Adagrad" else 1e-6
    assert ours[:31] == pytest.approx(peer_path(surface, rule, 0.05, 0.9, 30), rel=rel, abs=1e-9)


@pytest.mark.parametrize("surface", SURFACES)
def test_each_minimum_is_flat_and_nothing_nearby_is_lower(surface: str) -> None:
    around = np.random.default_rng(0).normal(scale=0.1, size=(200, 2))
    for minimum in SURFACES[surface].minima:
        assert excess(surface, np.array(minimum, dtype=float)) == pytest.approx(0, abs=1e-15)
        assert SURFACES[surface].gradient(np.array(minimum, dtype=float)) == pytest.approx([0, 0], abs=1e-15)
        assert (excess(surface, minimum + around) > 0).all()


def test_sentence_names_the_two_lowest_rules_and_the_highest() -> None:
    stage = race()._stage()
    for surface in SURFACES:
        sentence = stage.update(surface=surface, lr=0.05, adaptive_lr=0.02, mu=0.8, steps=40)
        heights = {
            rule: LOSSES[surface](peer_path(surface, rule, 0.02 if rule[0] in "AR" else 0.05, 0.8, 40)[-1])
            - SURFACES[surface].lowest
            for rule in RULES
        }
        order = sorted(heights, key=lambda rule: heights[rule])
        said = re.findall(r"for ([A-Za-z]+) \(([\d.e-]+)\)", sentence)
        named = [(rule, float(height)) for rule, height in said]
        assert [name for name, _ in named] == [order[0], order[1], order[-1]]
        assert [value for _, value in named] == pytest.approx([heights[name] for name, _ in named], rel=0.06)


def test_sgd_diverges_above_two_over_the_curvature() -> None:
    # The ravine's largest curvature is 4: descent converges below a rate of 2/4, and not above.
    assert np.isfinite(path("ravine", "SGD", 0.499)).all()
    assert np.isnan(path("ravine", "SGD", 0.55)[-1]).all()
    sentence = race()._stage().update(surface="ravine", lr=0.55, adaptive_lr=0.1, mu=0.0, steps=STEPS)
    assert "(diverged)" in sentence


def test_without_momentum_three_rules_coincide() -> None:
    plain = path("Rosenbrock", "SGD", 0.1)
    for rule in ("momentum", "Nesterov"):
        assert path("Rosenbrock", rule, 0.1, 0.0) == pytest.approx(plain)


def test_adaptive_rules_leave_the_saddle_before_sgd() -> None:
    for rule in ("Adagrad", "RMSProp", "Adam"):
        assert excess("saddle", path("saddle", rule, 0.1)[40]) < excess("saddle", path("saddle", "SGD", 0.1)[40])
    assert excess("saddle", path("saddle", "SGD", 0.1)[40]) == pytest.approx(0.25, abs=0.01)


def test_sentence_names_coinciding_rules_and_those_off_scale() -> None:
    stage = race()._stage()
    asked = {"surface": "ravine", "lr": 0.1, "adaptive_lr": 0.1}
    said = stage.update(**asked, mu=0.0, steps=1)
    assert "SGD, momentum and Nesterov are one line" in said
    assert "After 1 step," in said
    said = stage.update(**asked, mu=0.9, steps=200)
    low = [rule for rule in RULES if excess("ravine", path("ravine", rule, 0.1, 0.9)[200]) < 1e-8]
    assert "one line" not in said
    assert low == ["momentum", "Nesterov", "Adam"]
    assert "under 1e-08 for momentum, Nesterov and Adam, and highest for SGD" in said
