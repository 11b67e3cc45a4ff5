"""Signals through ten layers, against JAX and against what theory says of their size."""

import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from cs231n_lib.lessons.initialization.experiments.depth import (
    ACTIVATIONS,
    EXAMPLES,
    INITIALIZERS,
    LAYERS,
    UNITS,
    _draws,
    signals,
)
from cs231n_lib.lessons.initialization.explorables import EDGES, _outline, _plain, depth

PEERS = {"tanh": jnp.tanh, "ReLU": jax.nn.relu, "sigmoid": jax.nn.sigmoid}


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("initializer", "scale"), [("1/√n", 1.0), ("He: √(2/n)", 1.5)])
def test_signals_are_those_of_jax(activation: str, initializer: str, scale: float) -> None:
    jax.config.update("jax_enable_x64", True)
    x, top, weights = (jnp.asarray(array, jnp.float64) for array in map(np.asarray, _draws(initializer)))
    nudges = jnp.zeros((LAYERS, EXAMPLES, UNITS))

    def up(nudges):
        activations, h = [], x
        for w, nudge in zip(scale * weights, nudges, strict=True):
            h = PEERS[activation](h @ w) + nudge
            activations.append(h)
        return (h * top).sum(), jnp.stack(activations)

    gradients, activations = jax.grad(up, has_aux=True)(nudges)
    ours = signals(initializer, activation, scale)
    for layer in range(LAYERS):  # rounding to single precision grows from layer to layer
        for mine, peer in ((ours.activations, activations), (ours.gradients, gradients)):
            assert np.abs(mine[layer] - peer[layer]).max() < 1e-3 * np.abs(peer[layer]).max()


def said(**values: object) -> list[float]:
    """Activations in the first and last layer, gradients in the last and first, as the sentence gives them."""
    settings = depth().first_values | values
    sentence = depth()._stage().update(**settings)
    numbers = re.findall(r"(\d[\d.,]*)(?: · 10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))? (?:in layer|by)", sentence)
    raised = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    return [float(digits.replace(",", "")) * 10.0 ** int(power.translate(raised) or 0) for digits, power in numbers]


def test_sizes_are_written_with_two_digits_and_powers_of_ten() -> None:
    written = [_plain(size) for size in (3.2e-9, 0.00081, 0.0000423, 0.23, 1.0, 112.0, 2412.0, 7.9e-21, 1.2e10)]
    assert written == [
        "3.2 · 10⁻⁹", "0.00081", "4.2 · 10⁻⁵", "0.23", "1", "110", "2,400", "7.9 · 10⁻²¹", "1.2 · 10¹⁰"
    ]  # fmt: skip


def test_first_figures_show_the_values_the_lesson_quotes() -> None:
    _, last, _, bottom = said()
    assert (last, bottom) == (0.23, 0.4)
    assert said(scale=0.5)[1] == 0.00079
    assert said(scale=10**0.7) == [0.92, 0.91, 1, 110]
    slopes = [1 - a.astype(float) ** 2 for a in signals("1/√n", "tanh", 5.011872).activations[1:]]
    assert all(np.sqrt(np.mean(s**2)) == pytest.approx(1 / 3, abs=0.01) for s in slopes)


@pytest.mark.parametrize("scale", [0.2, 1.0])
def test_linear_tanh_layer_multiplies_by_std_times_root_n(scale: float) -> None:
    first, last, top, bottom = said(initializer="small: 0.01", scale=scale)
    factor = 0.01 * scale * np.sqrt(UNITS)
    assert first == pytest.approx(factor, rel=0.06)
    assert last / first == pytest.approx(factor**9, rel=0.3)  # ten draws of 200 × 200 weights, each off by a little
    assert top == 1.0
    assert bottom == pytest.approx(factor**9, rel=0.3)


@pytest.mark.parametrize(("initializer", "kept"), [("He: √(2/n)", 1.0), ("1/√n", 0.5)])
def test_he_keeps_the_mean_square_and_half_variance_halves_it(initializer: str, kept: float) -> None:
    squares = np.square(signals(initializer, "ReLU", 1.0).activations).mean(axis=(1, 2))
    assert squares[-1] / squares[0] == pytest.approx(kept ** (LAYERS - 1), rel=0.5)


def test_sigmoid_passes_at_most_a_quarter_of_a_gradient() -> None:
    *_, bottom = said(activation="sigmoid")
    assert 0 < bottom < 0.25**9 * 1.5  # weights of variance 1/n leave its size as it is, up to luck


def test_faded_signals_are_measured_despite_tiny_squares() -> None:
    _, last, _, bottom = said(initializer="small: 0.01", activation="ReLU", scale=0.2)
    factor = 0.01 * 0.2 * np.sqrt(UNITS / 2)
    assert last / factor**10 == pytest.approx(1, abs=0.8)
    assert bottom / factor**9 == pytest.approx(1, abs=0.8)


def test_outline_is_symmetric_with_widths_as_roots_of_fractions() -> None:
    outline = _outline(np.array([0.0] * 16 + [99.0] * 4), layer=3)
    widths = outline[:, 0] - 3
    assert sorted(widths) == pytest.approx(sorted(-widths))
    top = widths[np.argmax(np.where(widths > 0, outline[:, 1], -np.inf))]
    assert top == pytest.approx(widths.max() / 2)
    assert outline[:, 1].max() == EDGES[-1]


def test_every_initializer_is_drawn_for_all_layers() -> None:
    for initializer in INITIALIZERS:
        _, _, weights = _draws(initializer)
        assert len({w.tobytes() for w in weights}) == LAYERS
        assert {w.shape for w in weights} == {(UNITS, UNITS)}
