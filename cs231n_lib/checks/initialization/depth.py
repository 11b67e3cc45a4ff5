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


def _last_alone(x: FloatArray, weights: Sequence[FloatArray], activation: Activation) -> Any:
    return _through(lambda z, a: a.std())(x, weights, activation)[-1]


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
        Mistake("last layer alone", _last_alone, "this is the last layer's only: collect one number for each layer."),
    ),
)
