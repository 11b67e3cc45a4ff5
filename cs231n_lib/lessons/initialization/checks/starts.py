"""Exercises on initial weights: indistinguishable hidden units, and the size of activations layer by layer."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, case
from cs231n_lib.checks.numerical import require_gradient
from cs231n_lib.contracts import FloatArray

from . import references


def _unit(rng: Generator, n: int, d: int, k: int) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    return rng.normal(size=(n, d)), rng.normal(size=(n, k)), rng.normal(size=d) / np.sqrt(d), rng.normal(size=k)


def _units(rng: Generator) -> Cases:
    for n, d, k in ((6, 4, 3), (5, 3, 2), (3, 3, 3)):
        yield case(f"N = {n}, D = {d}, K = {k}", *_unit(rng, n, d, k))


def _zero_weights(rng: Generator) -> Cases:
    x, dscores, w_in, w_out = _unit(rng, 5, 4, 3)
    yield case("both weights zero", x, dscores, np.zeros(4), np.zeros(3))
    yield case("only w_in zero", x, dscores, np.zeros(4), w_out)
    yield case("only w_out zero", x, dscores, w_in, np.zeros(3))


def _against_numerical(call: Function, rng: Generator) -> None:
    x, dscores, w_in, w_out = _unit(rng, 5, 4, 3)
    dw_in, dw_out = call(x, dscores, w_in, w_out)

    def pull(w_in: FloatArray, w_out: FloatArray) -> float:
        return float(np.sum(dscores * np.outer(np.tanh(x @ w_in), w_out)))

    require_gradient("dw_in", dw_in, lambda w: pull(w, w_out), w_in)
    require_gradient("dw_out", dw_out, lambda w: pull(w_in, w), w_out)


unit_gradients = Exercise(
    references.unit_gradients,
    points=12,
    minutes=20,
    difficulty=3,
    importance="core",
    checks=(
        Values("Gradients of one unit", 5, _units),
        Values("Zero weights", 2, _zero_weights),
        Property("Each gradient against the numerical one", 3, _against_numerical),
    ),
    slips="""
        outgoing weights forgotten
            dscores @ w_out → dscores.sum(axis=1)
            `da` is the plain sum of the scores' gradients. The unit reaches score k with the weight `w_out[k]`, so it
            is a *weighted* sum: `dscores @ w_out`.
        derivative of tanh missing
            da * (1 - a**2) → da
            `dw_in` skips the tanh: on the way from a to h multiply by its slope, 1 − a².
        slope taken of the slope
            a**2 → np.tanh(a) ** 2
            `a` is tanh(h) already: its slope is 1 − a², without another tanh.
        slope taken at the input
            a**2 → (x @ w_in) ** 2
            the slope is taken of h. It is 1 − a², made of what tanh puts *out*, a = tanh(h).
        slope without the square
            a**2 → a
            the slope of tanh is `1 - a**2`: the square is missing.
        square around all of it
            (1 - a**2) → (1 - a) ** 2
            the slope of tanh is 1 − a²: square a alone, and not the difference.
        slope of the sigmoid
            (1 - a**2) → a * (1 - a)
            a·(1 − a) is the slope of the sigmoid. That of tanh is 1 − a².
        averaged over the batch
            a @ dscores → a @ dscores / len(x)
            dh @ x → dh @ x / len(x)
            both are divided by N. `dscores` carries the 1/N of the mean loss already: only sum.
        outgoing gradient from the pre-activation
            a @ dscores → x @ w_in @ dscores
            `dw_out` is made of h = x @ w_in. What `w_out` multiplies in the forward pass is a = tanh(h).
        outgoing gradient without the unit
            a @ dscores → dscores.sum(axis=0)
            `dw_out` is the gradient of a bias. The weight `w_out[k]` is multiplied by a, which differs from example to
            example: weight dscores by it.
        entry by entry
            a @ dscores → a * dscores
            `a * dscores` multiplies entry by entry, and (N,) does not fit (N, K). A sum over the examples is asked: a
            matrix product.
        outgoing gradient not summed
            a @ dscores → a[:, np.newaxis] * dscores
            `dw_out` has a row for each example. All of them used the same `w_out`: add the rows up.
        incoming gradient a column
            dh @ x → x.T @ dh[:, np.newaxis]
            `dw_in` is a column, (D, 1). It has the shape of `w_in`, (D,): multiply by dh as it is.
        x not turned
            dh @ x → x @ dh
            `x @ dh` sums over the features. It is the examples that must vanish: turn x, or put dh on its left.
        results exchanged
            dw_in, dw_out → dw_out, dw_in
            the two results are in the other order: (dw_in, dw_out) is asked.
    """,
)


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
