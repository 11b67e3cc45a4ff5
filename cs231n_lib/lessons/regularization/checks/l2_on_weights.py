"""Exercise on penalising weights but not biases, scales or shifts."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import regularizers

from . import references


def _network(
    rng: Generator, d: int, h: int, k: int, row: bool = False
) -> tuple[list[str], list[FloatArray], list[FloatArray]]:
    """Names, parameters and gradients of a network with two layers and batch norm.

    With ``row`` the biases are (1, H) and their names end in "_row", which contains a w but does not begin with it.
    """
    names = ["w1", "b1", "gamma1", "beta1", "w2", "b2"]
    shapes: list[tuple[int, ...]] = [(d, h), (h,), (h,), (h,), (h, k), (k,)]
    if row:
        shapes = [(1, *shape) if len(shape) == 1 else shape for shape in shapes]
        names = [f"{name}_row" if name[0] == "b" else name for name in names]
    parameters: list[FloatArray] = [rng.normal(size=shape) for shape in shapes]
    return names, parameters, [rng.normal(size=shape) for shape in shapes]


def _networks(rng: Generator) -> Cases:
    yield case("layers 3-4-2, λ = 0.3", *_network(rng, 3, 4, 2), 0.3)
    yield case("layers 2-5-3, λ = 1.7", *_network(rng, 2, 5, 3), 1.7)


def _other_orders(rng: Generator) -> Cases:
    yield case("biases stored as rows (1, H)", *_network(rng, 3, 4, 2, row=True), 0.3)
    names, parameters, gradients = _network(rng, 2, 3, 2)
    third, dthird = rng.normal(size=(2, 2, 3))
    yield case("a third matrix, w3", [*names, "w3"], [*parameters, third], [*gradients, dthird], 0.3)
    _, parameters, gradients = _network(rng, 2, 3, 2)
    names = ["w_in", "b_in", "gamma", "beta", "w_out", "b_out"]
    yield case("other names, biases first", names[::-1], parameters[::-1], gradients[::-1], 0.8)


def _others_untouched(call: Function, rng: Generator) -> None:
    names, parameters, gradients = _network(rng, 3, 4, 2)
    result = call(names, parameters, gradients, 5.0)
    penalized = result[1] if isinstance(result, tuple | list) and len(result) == 2 else result
    if not isinstance(penalized, tuple | list) or len(penalized) != len(names):
        kind = type(penalized).__name__
        raise Violation(
            f"the gradients, of type {kind}, are not a list with one entry for each name", f"{np.size(penalized)}"
        )
    triples = zip(names, gradients, penalized, strict=True)
    changed = {n: after for n, before, after in triples if n[0] != "w" and not np.array_equal(before, after)}
    if changed:
        first = np.ravel(next(iter(changed.values())))[:1]
        raise Violation(
            f"you change gradients of parameters that are not weights, {', '.join(f'`{name}`' for name in changed)}",
            f"the first of these gradients begins with {first[0]:.6g}"
            if first.dtype.kind == "f" and first.size
            else "",
        )
    if all(np.array_equal(b, a) for n, b, a in zip(names, gradients, penalized, strict=True) if n[0] == "w"):
        raise Violation("you leave all gradients unchanged. Add λw to the gradient of each weight")


l2_on_weights = Exercise(
    references.l2_on_weights,
    points=9,
    minutes=15,
    difficulty=2,
    covers="sign one",
    importance="core",
    forbidden=(regularizers.l2, regularizers.elastic_net),
    examples_rows=("Other shapes and orders",),
    checks=(
        Values("Penalty and gradients", 4, _networks, central=True),
        Values("Other shapes and orders", 2, _other_orders, central=True),
        Property("Unchanged gradients of all other parameters", 2, _others_untouched),
    ),
    slips="""
        everything penalised
            name.startswith("w") → True
            you also penalise the biases and batch norm's γ and β. Penalise only parameters whose name begins with `w`,
            because the penalty may keep a bias too small to bring the outputs to the level of the data.
        γ and β penalised
            name.startswith("w") → not name.startswith(("b1", "b2", "b_"))
            you leave the biases out of the penalty but penalise batch norm's γ and β. Leave out γ and β too, because
            they are not weights.
        γ penalised
            name.startswith("w") → not name.startswith("b")
            you also penalise batch norm's γ, which is not a weight. Penalise only parameters whose name *begins with
            w*.
        chosen by the number of axes
            name.startswith("w") → parameter.ndim == 2
            you penalise every parameter with two axes, although a bias may be stored as a row (1, H). Choose the
            parameters by their names.
        w anywhere in the name
            name.startswith("w") → "w" in name
            you penalise every parameter whose name contains a w, such as `b1_row`. Penalise only parameters whose name
            *begins* with w.
        names listed
            name.startswith("w") → name in ("w1", "w2")
            you penalise only `w1` and `w2`, but other networks have other names. Penalise every parameter whose name
            *begins* with w.
        name compared as a whole
            name.startswith("w") → name == "w"
            you penalise nothing, perhaps because you test whether a name *is* w or *ends* in w. Test whether the name
            *begins* with w.
        everything in the penalty
            penalty += 0.5 * strength * float(np.sum(parameter**2)) → pass
            if name → penalty += 0.5 * strength * float(np.sum(parameter**2)) ⏎ if name
            your penalty includes the biases and batch norm's γ and β. Sum only over the parameters whose name begins
            with w.
        others left out
            gradient = gradient + strength * parameter → penalized.append(gradient + strength * parameter)
            penalized.append(gradient) → pass
            your new list contains only the gradients of the weights. Append all other gradients too, unchanged and in
            the given order.
        weights left out
            gradient = gradient + strength * parameter → continue
            your new list lacks the gradients of the weights. Add λw to each of them, and append the result.
        others set to 0
            penalized.append(gradient) → penalized.append(gradient if name.startswith("w") else 0 * gradient)
            you set the gradients of all parameters that are not weights to 0, so these parameters would never train.
            Return their gradients unchanged.
        return within the loop
            penalized.append(gradient) → penalized.append(gradient) ⏎ return penalty, penalized
            your loop ends after one parameter, perhaps because the `return` is inside it. Move the `return` out of the
            loop.
        in the penalty only
            gradient + strength * parameter → gradient
            you leave the penalty out of the gradients, so training would ignore it. Add λw to the gradient of each
            weight.
        data's gradient overwritten
            gradient + strength → strength
            you replace the gradient of the data loss with λw. *Add* λw to this gradient.
        added to the weights
            gradient + strength * parameter → parameter + strength * parameter
            you add λw to the weight. Add λw to the *gradient* of the weight.
        subtracted
            gradient + strength → gradient - strength
            you subtract λw from the gradient, which would make the weights grow. Add λw, because the update subtracts
            the gradient later.
        λ Σw² for ½λ Σw²
            0.5 * strength → strength
            gradient + strength → gradient + 2 * strength
            you use the penalty λ Σw² and its gradient 2λw. Use ½λ Σw², whose gradient is λw.
        λ left out of the penalty
            0.5 * strength → 0.5
            you leave λ out of the penalty. Return ½λ Σw².
        λ left out of the gradient
            strength * parameter → parameter
            you add w to the gradients. Add λw.
        ½ kept in the gradient
            gradient + strength → gradient + 0.5 * strength
            you add ½λw to the gradients. Add λw, because the 2 from the square cancels the ½.
        factor 2 in the gradient
            gradient + strength → gradient + 2 * strength
            you add 2λw to the gradients. Add λw, because the 2 from the square cancels the ½.
        ½ missing in the penalty
            0.5 * strength → strength
            your penalty is twice as large as it should be. Multiply the sum of the squares by ½λ.
        gradients changed in place
            gradient = gradient + strength * parameter → gradient += strength * parameter
            you change the caller's list `gradients` or an array in it. Start with a new list, and make a new array for
            each gradient that changes.
        last weights only
            penalty += → penalty =
            you overwrite the penalty, so it includes only the last weight matrix. Add up the penalties with `penalty +=
            …`.
    """,
)
