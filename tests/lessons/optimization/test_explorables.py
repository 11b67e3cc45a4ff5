"""Three ways down a surface: what the picture says of them, and the settings worth a try."""

import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from cs231n_lib.course import mine
from cs231n_lib.lessons.optimization.experiments import RADIUS, surface
from cs231n_lib.lessons.optimization.experiments import descent as path
from cs231n_lib.lessons.optimization.explorables import NAMES, START, descent


def loss_of_jax(w):
    a, b = w
    return 0.12 * (a**2 + 2 * b**2) + jnp.sin(1.7 * a + 0.4) * jnp.cos(0.9 * b - 0.3) - 0.3 * a + 1.6


@pytest.fixture(autouse=True)
def _double_precision() -> None:
    jax.config.update("jax_enable_x64", True)


def walk_of_jax(lr: float, evaluations: int) -> np.ndarray:
    def step(w, _):
        return w - lr * jax.grad(loss_of_jax)(w), w

    return np.asarray(jax.lax.scan(step, jnp.array(START), length=evaluations)[1])


@pytest.mark.parametrize(("lr", "evaluations", "seed"), [(0.3, 40, 3), (0.02, 200, 0), (0.8, 60, 7)])
def test_sentence_orders_the_three_methods_by_loss(lr: float, evaluations: int, seed: int) -> None:
    stage = descent(mine)._stage()
    sentence = stage.update(dimensions=2, lr=lr, evaluations=evaluations, seed=seed)
    said = [(name, float(loss)) for name, loss in re.findall(rf"({'|'.join(NAMES)}).*?(\d+\.\d\d)", sentence)]
    assert {name for name, _ in said} == set(NAMES)
    assert [loss for _, loss in said] == sorted(loss for _, loss in said)
    walks = {name: np.stack(line.get_data(), axis=1) for name, line in zip(NAMES, stage.paths, strict=True)}
    for name, loss in said:
        assert loss == pytest.approx(float(loss_of_jax(walks[name][-1])), abs=0.0051)
    assert walks["gradient descent"] == pytest.approx(walk_of_jax(lr, evaluations), abs=1e-6)
    assert [len(walk) for walk in walks.values()] == [evaluations] * 3


def test_only_the_searches_never_climb() -> None:
    stage = descent(mine)._stage()
    stage.update(dimensions=2, lr=1.3, evaluations=60, seed=3)
    climbs = {name: bool((np.diff(c.get_ydata()) > 0).any()) for name, c in zip(NAMES, stage.curves, strict=True)}
    assert climbs == {"random search": False, "random local search": False, "gradient descent": True}


def test_only_gradient_descent_works_in_a_thousand_dimensions() -> None:
    stage = descent(mine)._stage()
    last = {}
    for dimensions in (2, 1000):
        sentence = stage.update(dimensions=dimensions, lr=0.3, evaluations=200, seed=3)
        last[dimensions] = dict(zip(NAMES, (curve.get_ydata()[-1] for curve in stage.curves), strict=True))
    assert last[1000]["gradient descent"] == pytest.approx(last[2]["gradient descent"])
    assert last[2]["random search"] < last[2]["gradient descent"] < 0.5 * last[1000]["random search"]
    assert sentence.startswith("In 1,000 dimensions, after 200 evaluations, gradient descent has the lowest loss")
    assert [len(path.get_xdata()) for path in stage.paths] == [200] * 3


def test_presets_behave_as_their_names_say() -> None:
    presets = descent(mine).presets
    w = np.mgrid[-RADIUS:RADIUS:301j, -RADIUS:RADIUS:301j].T
    deepest = w.reshape(-1, 2)[surface(w).argmin()]

    def end(name: str) -> np.ndarray:
        return path(mine.run(), START, presets[name]["lr"], presets[name]["evaluations"])

    assert np.linalg.norm(np.diff(end("Crawl"), axis=0), axis=1).max() < 0.1
    last = end("To and fro")[-6:]
    assert np.abs(last[2:] - last[:-2]).max() < 0.05 < np.abs(last[1:] - last[:-1]).max()
    assert (end("Leap about")[:, 0] > deepest[0]).any()
    valley = end("In a shallow valley")[-1]
    assert jax.grad(loss_of_jax)(valley) == pytest.approx([0, 0], abs=1e-6)
    assert np.linalg.eigvalsh(jax.hessian(loss_of_jax)(valley))[0] > 0
    assert surface(valley) > surface(deepest) + 1
