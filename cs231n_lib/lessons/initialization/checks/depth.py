"""An exercise on depth: how large the activations are, layer by layer."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Mistake, Values, case
from cs231n_lib.contracts import FloatArray

from . import references

Activation = Callable[[FloatArray], FloatArray]


def _relu(z: FloatArray) -> FloatArray:
    return np.asarray(np.maximum(0, z))


def _ten_layers(rng: Generator) -> Iterator[Case]:
    for activation, label in ((np.tanh, "tanh"), (_relu, "ReLU")):
        weights = [rng.normal(0, 0.3, (12, 12)) for _ in range(10)]
        yield case(f"ten layers of {label}", rng.normal(size=(20, 12)), weights, activation)


def _other_stacks(rng: Generator) -> Iterator[Case]:
    weights = [rng.normal(size=shape) for shape in ((3, 7), (7, 2), (2, 5))]
    yield case("layers of different widths", rng.normal(size=(6, 3)), weights, np.tanh)
    yield case("a single layer", rng.normal(size=(6, 3)), [rng.normal(size=(3, 4))], np.abs)


def _through(
    measure: Callable[[FloatArray, FloatArray], Any], onwards: Callable[[FloatArray, FloatArray], Any] = lambda z, a: a
) -> Callable[..., Any]:
    """What ``measure(z, a)`` says of each layer, and ``onwards(z, a)`` handed to the next one."""

    def implementation(x: FloatArray, weights: Sequence[FloatArray], activation: Activation) -> Any:
        measured = []
        for w in weights:
            z = x @ w
            a = activation(z)
            measured.append(measure(z, a))
            x = onwards(z, a)
        return np.array(measured)

    return implementation


def _with_input(x: FloatArray, weights: Sequence[FloatArray], activation: Activation) -> Any:
    return np.concatenate([[x.std()], _through(lambda z, a: a.std())(x, weights, activation)])


def _some(which: slice | int) -> Callable[..., Any]:
    """The right numbers of some of the layers only."""
    return lambda x, weights, activation: _through(lambda z, a: a.std())(x, weights, activation)[which]


def _x_again(x: FloatArray, weights: Sequence[FloatArray], activation: Activation) -> Any:
    return np.array([activation(x @ w).std() for w in weights])


def _activation_first(x: FloatArray, weights: Sequence[FloatArray], activation: Activation) -> Any:
    measured = []
    for w in weights:
        x = activation(x) @ w
        measured.append(x.std())
    return np.array(measured)


layer_deviations = Exercise(
    references.layer_deviations,
    points=10,
    minutes=10,
    difficulty=2,
    checks=(
        Values("Ten layers", 6, _ten_layers),
        Values("Other widths, and a single layer", 2, _other_stacks),
    ),
    mistakes=(
        Mistake(
            "before the activation",
            _through(lambda z, a: z.std()),
            "you measure x @ w, before the activation. What the next layer gets to see comes after it.",
        ),
        Mistake(
            "activation not handed on",
            _through(lambda z, a: a.std(), onwards=lambda z, a: z),
            "the next layer gets x @ w without the activation: hand on what you measured.",
        ),
        Mistake(
            "no activation",
            _through(lambda z, a: z.std(), onwards=lambda z, a: z),
            "the activation is never called: each layer is `activation(x @ w)`.",
        ),
        Mistake(
            "variance",
            _through(lambda z, a: a.var()),
            "this is the variance: its root is asked, `std`.",
        ),
        Mistake(
            "divisor one less",
            _through(lambda z, a: a.std(ddof=1)),
            "this divides by one less than the number of entries (ddof=1). Take NumPy's default.",
        ),
        Mistake(
            "mean over the units",
            _through(lambda z, a: a.std(axis=0).mean()),
            "this is the mean of each unit's own deviation. One deviation over *all* entries of the layer is asked.",
        ),
        Mistake(
            "one for each unit",
            _through(lambda z, a: a.std(axis=0)),
            "this is a deviation for each unit. One number for each layer is asked, over *all* entries: no `axis`.",
        ),
        Mistake(
            "root mean square",
            _through(lambda z, a: np.sqrt(np.mean(a**2))),
            "this is the root of the mean square: a deviation is taken around the mean.",
        ),
        Mistake("input counted as a layer", _with_input, "the first entry is that of the input: begin with layer 1."),
        Mistake(
            "a list",
            lambda x, weights, activation: _through(lambda z, a: a.std())(x, weights, activation).tolist(),
            "the numbers are right, but they come in a list: return `np.array(…)` of it.",
        ),
        Mistake("last layer alone", _some(-1), "this is the last layer's only: collect one number for each layer."),
        Mistake(
            "last layer alone, in an array",
            _some(slice(-1, None)),
            "only the last layer is in it: the line that collects belongs *inside* the loop.",
        ),
        Mistake(
            "first layer alone",
            _some(slice(0, 1)),
            "only the first layer is in it: `return` stands inside the loop and ends it. Move it to the left.",
        ),
        Mistake(
            "x again in each layer",
            _x_again,
            "each layer gets `x` again: hand on what the layer before it puts out.",
        ),
        Mistake(
            "activation before the product",
            _activation_first,
            "the activation is applied to what comes in. It belongs to what comes out: `activation(x @ w)`.",
        ),
        Mistake(
            "tanh typed in",
            lambda x, weights, activation: _through(lambda z, a: a.std())(x, weights, np.tanh),
            "this is tanh whatever is asked: call the `activation` that is handed in.",
        ),
        Mistake(
            "deviation of the weights",
            lambda x, weights, activation: np.array([w.std() for w in weights]),
            "this is the deviation of the weights. That of the *activations* is asked.",
        ),
        Mistake(
            "mean over the examples",
            _through(lambda z, a: a.std(axis=1).mean()),
            "this is the mean of each example's own deviation. One deviation over *all* entries of the layer is asked.",
        ),
        Mistake(
            "mean size",
            _through(lambda z, a: np.abs(a).mean()),
            "this is the mean size of the activations. Their standard deviation is asked, `std`.",
        ),
    ),
)
