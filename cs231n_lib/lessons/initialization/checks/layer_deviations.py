"""An exercise on depth: how large the activations are, layer by layer."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Values, case
from cs231n_lib.contracts import FloatArray

from . import references


def _relu(z: FloatArray) -> FloatArray:
    return np.asarray(np.maximum(0, z))


def _ten_layers(rng: Generator) -> Cases:
    for activation, label in ((np.tanh, "tanh"), (_relu, "ReLU")):
        weights = [rng.normal(0, 0.3, (12, 12)) for _ in range(10)]
        yield case(f"ten layers of {label}", rng.normal(size=(20, 12)), weights, activation)


def _other_stacks(rng: Generator) -> Cases:
    weights = [rng.normal(size=shape) for shape in ((3, 7), (7, 2), (2, 5))]
    yield case("layers of different widths", rng.normal(size=(6, 3)), weights, np.tanh)
    yield case("a single layer", rng.normal(size=(6, 3)), [rng.normal(size=(3, 4))], np.abs)


layer_deviations = Exercise(
    references.layer_deviations,
    points=10,
    minutes=10,
    difficulty=2,
    checks=(
        Values("Ten layers", 6, _ten_layers),
        Values("Other widths, and a single layer", 2, _other_stacks),
    ),
    slips="""
        before the activation
            x = activation(x @ w) → z = x @ w ⏎ x = activation(z)
            x.std() → z.std()
            you measure x @ w, before the activation. What the next layer gets to see comes after it.
        activation not handed on
            activation(x @ w) → x @ w
            x.std() → activation(x).std()
            the next layer gets x @ w without the activation: hand on what you measured.
        no activation
            activation(x @ w) → x @ w
            the activation is never called: each layer is `activation(x @ w)`.
        variance
            x.std() → x.var()
            this is the variance: its root is asked, `std`.
        divisor one less
            x.std() → x.std(ddof=1)
            this divides by one less than the number of entries (ddof=1). Take NumPy's default.
        mean over the units
            x.std() → x.std(axis=0).mean()
            this is the mean of each unit's own deviation. One deviation over *all* entries of the layer is asked.
        one for each unit
            x.std() → x.std(axis=0)
            this is a deviation for each unit. One number for each layer is asked, over *all* entries: no `axis`.
        root mean square
            x.std() → np.sqrt(np.mean(x**2))
            this is the root of the mean square: a deviation is taken around the mean.
        input counted as a layer
            deviations = [] → deviations = [x.std()]
            the first entry is that of the input: begin with layer 1.
        a list
            np.array(deviations) → deviations
            the numbers are right, but they come in a list: return `np.array(…)` of it.
        last layer alone
            np.array(deviations) → deviations[-1]
            this is the last layer's only: collect one number for each layer.
        last layer alone, in an array
            np.array(deviations) → np.array(deviations[-1:])
            only the last layer is in it: the line that collects belongs *inside* the loop.
        first layer alone
            deviations.append(x.std()) → deviations.append(x.std()) ⏎ return np.array(deviations)
            only the first layer is in it: `return` inside the loop ends it. Move it to the left.
        x again in each layer
            x = activation(x @ w) → a = activation(x @ w)
            x.std() → a.std()
            each layer gets `x` again: hand on what the layer before it puts out.
        activation before the product
            activation(x @ w) → activation(x) @ w
            the activation is applied to what comes in. It belongs to what comes out: `activation(x @ w)`.
        tanh typed in
            activation(x @ w) → np.tanh(x @ w)
            this is tanh whatever is asked: call the `activation` that is handed in.
        deviation of the weights
            x.std() → w.std()
            this is the deviation of the weights. That of the *activations* is asked.
        mean over the examples
            x.std() → x.std(axis=1).mean()
            this is the mean of each example's own deviation. One deviation over *all* entries of the layer is asked.
        mean size
            x.std() → np.abs(x).mean()
            this is the mean size of the activations. Their standard deviation is asked, `std`.
        weights used up
            for w in weights: → while weights:
            x @ w → x @ weights.pop(0)
            the numbers are right, but `pop` empties the caller's list: loop over `weights` as it is.
    """,
)
