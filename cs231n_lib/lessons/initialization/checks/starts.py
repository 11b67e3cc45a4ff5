"""Exercises on units with equal weights, and on activations layer by layer."""

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
    covers="sign one repeated",
    importance="core",
    checks=(
        Values("Gradients of one unit", 6, _units),
        Values("Gradients at zero weights", 1.5, _zero_weights),
        Property("Each gradient against the numerical gradient", 2.5, _against_numerical),
    ),
    slips="""
        outgoing weights forgotten
            dscores @ w_out → dscores.sum(axis=1)
            you compute `da` as the plain sum of the scores' gradients. Compute the *weighted* sum `dscores @ w_out`,
            because the unit reaches score k with the weight `w_out[k]`.
        derivative of tanh missing
            da * (1 - a**2) → da
            you leave the slope of tanh out of `dw_in`. Multiply `da` by 1 − a².
        slope taken at the output
            a**2 → np.tanh(a) ** 2
            you take the slope of tanh at its output a instead of at its input h. Use 1 − a², which is the slope at h.
        h for a in the slope
            a**2 → (x @ w_in) ** 2
            you compute the slope of tanh from its input h. Compute it from the *output* a = tanh(h), as 1 − a².
        slope without the square
            a**2 → a
            you use 1 − a as the slope of tanh. Use 1 − a², with the square.
        square around all of it
            (1 - a**2) → (1 - a) ** 2
            you square the whole difference, (1 − a)². Square only a, because the slope of tanh is 1 − a².
        slope of the sigmoid
            (1 - a**2) → a * (1 - a)
            you use the slope of the sigmoid, a · (1 − a). Use the slope of tanh, 1 − a².
        averaged over the batch
            a @ dscores → a @ dscores / len(x)
            dh @ x → dh @ x / len(x)
            you divide both gradients by N. Sum without dividing, because `dscores` already contains the 1/N of the mean
            loss.
        outgoing gradient from the pre-activation
            a @ dscores → x @ w_in @ dscores
            you compute `dw_out` from h = x @ w_in. Compute it from a = tanh(h), which `w_out` multiplies in the forward
            pass.
        outgoing gradient without the unit
            a @ dscores → dscores.sum(axis=0)
            you compute `dw_out` like the gradient of a bias. Multiply each row of dscores by the unit's output a for
            that example before you add up the rows.
        entry by entry
            a @ dscores → a * dscores
            you multiply `a` (N,) and `dscores` (N, K) entry by entry, although their shapes do not match. Use the
            matrix product `a @ dscores`, which sums over the examples.
        outgoing gradient not summed
            a @ dscores → a[:, np.newaxis] * dscores
            you return a row of `dw_out` for each example. Add up the rows, because all examples use the same `w_out`.
        incoming gradient a column
            dh @ x → x.T @ dh[:, np.newaxis]
            you return `dw_in` as a column, (D, 1). Remove the extra axis, so that `dw_in` has the shape of `w_in`,
            (D,).
        x not transposed
            dh @ x → x @ dh
            you sum over the features with `x @ dh`. Transpose x or put dh on its left, so that you sum over the
            examples.
        results exchanged
            dw_in, dw_out → dw_out, dw_in
            you return the two results in the wrong order. Return `dw_in, dw_out`.
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
    covers="sign one",
    checks=(
        Values("Ten layers", 6.5, _ten_layers),
        Values("Layers of different widths, and a single layer", 1.5, _other_stacks),
    ),
    slips="""
        before the activation
            x = activation(x @ w) → z = x @ w ⏎ x = activation(z)
            x.std() → z.std()
            you measure x @ w, before the activation. Measure the output of the activation, which is the input of the
            next layer.
        activation not handed on
            activation(x @ w) → x @ w
            x.std() → activation(x).std()
            you pass x @ w to the next layer without the activation. Pass on the activations that you measured.
        no activation
            activation(x @ w) → x @ w
            you never use the activation's result. Replace x by `activation(x @ w)` in each layer.
        variance
            x.std() → x.var()
            you compute the variance. Compute its root, the standard deviation, with `std`.
        divisor one less
            x.std() → x.std(ddof=1)
            you divide by one less than the number of entries, as `ddof=1` does. Divide by the number of entries, which
            is NumPy's default.
        mean over the units
            x.std() → x.std(axis=0).mean()
            you average the standard deviations of the units. Compute one standard deviation over *all* entries of the
            layer.
        one for each unit
            x.std() → x.std(axis=0)
            you compute a standard deviation for each unit. Compute one number for each layer, over *all* entries and
            without `axis`.
        root mean square
            x.std() → np.sqrt(np.mean(x**2))
            you compute the root of the mean square. Compute the standard deviation, which subtracts the mean first.
        input counted as a layer
            deviations = [] → deviations = [x.std()]
            your first entry is the standard deviation of the input. Begin with the output of layer 1.
        a list
            np.array(deviations) → deviations
            your numbers are right, but you return a list. Convert it with `np.array(…)`.
        last layer alone
            np.array(deviations) → deviations[-1]
            you return only the value of the last layer. Collect one value for each layer.
        last layer alone, in an array
            np.array(deviations) → np.array(deviations[-1:])
            you return only the value of the last layer. Create the list of values *before* the loop, and add to it
            *inside* the loop.
        first layer alone
            deviations.append(x.std()) → deviations.append(x.std()) ⏎ return np.array(deviations)
            you return only the number of the first layer, as a `return` inside the loop does. Collect the numbers of
            all layers, and return after the loop.
        x again in each layer
            x = activation(x @ w) → a = activation(x @ w)
            x.std() → a.std()
            you pass `x` to each layer. Pass the output of the previous layer instead.
        activation before the product
            activation(x @ w) → activation(x) @ w
            you apply the activation to the input of each layer. Apply it to the product, as in `activation(x @ w)`.
        tanh typed in
            activation(x @ w) → np.tanh(x @ w)
            you always apply tanh. Call the `activation` that is passed in.
        deviation of the weights
            x.std() → w.std()
            you measure the standard deviation of the weights. Measure that of the *activations*.
        mean over the examples
            x.std() → x.std(axis=1).mean()
            you average the standard deviations of the examples. Compute one standard deviation over *all* entries of
            the layer.
        mean size
            x.std() → np.abs(x).mean()
            you compute the mean absolute value of the activations. Compute their standard deviation, with `std`.
        weights used up
            for w in weights: → while weights:
            x @ w → x @ weights.pop(0)
            your numbers are right, but you change the caller's list, as `pop` does. Loop over `weights` without
            changing the list.
    """,
)
