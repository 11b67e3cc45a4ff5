"""An exercise on what to penalise: weights, and neither biases nor the scales and shifts of batch norm."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import regularizers

from . import references


def _network(
    rng: Generator, d: int, h: int, k: int, row: bool = False
) -> tuple[list[str], list[FloatArray], list[FloatArray]]:
    """Names, parameters and gradients of a network of two layers with batch norm.

    With ``row`` the biases are (1, H), and their names end in "_row": a w inside a name makes no weight of it.
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
    yield case("biases kept as rows (1, H)", *_network(rng, 3, 4, 2, row=True), 0.3)
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
            f"the gradients are no list with one for each name, but of type {kind}", f"{np.size(penalized)}"
        )
    triples = zip(names, gradients, penalized, strict=True)
    changed = {n: after for n, before, after in triples if n[0] != "w" and not np.array_equal(before, after)}
    if changed:
        first = np.ravel(next(iter(changed.values())))[:1]
        raise Violation(
            f"what is no weight has another gradient than before: {', '.join(f'`{name}`' for name in changed)}",
            f"the first begins with {first[0]:.6g}" if first.dtype.kind == "f" and first.size else "",
        )
    if all(np.array_equal(b, a) for n, b, a in zip(names, gradients, penalized, strict=True) if n[0] == "w"):
        raise Violation("all gradients are as they were, those of the weights too")


l2_on_weights = Exercise(
    references.l2_on_weights,
    points=9,
    minutes=15,
    difficulty=2,
    importance="core",
    forbidden=(regularizers.l2, regularizers.elastic_net),
    checks=(
        Values("Penalty and gradients", 4, _networks),
        Values("Other shapes, another order", 2, _other_orders),
        Property("What is no weight keeps its gradient", 2, _others_untouched),
    ),
    slips="""
        everything penalised
            name.startswith("w") → True
            the biases are penalised too, and γ and β. None of them can overfit by growing, and a bias held down cannot
            put the output where the data are. Choose by the name: weights begin with `w`.
        γ and β penalised
            name.startswith("w") → not name.startswith(("b1", "b2", "b_"))
            the biases are left alone, but γ and β of batch norm are penalised: they are no weights either.
        γ penalised
            name.startswith("w") → not name.startswith("b")
            γ is penalised. It is no weight: ask which names *begin with w*, not which are no biases.
        chosen by the number of axes
            name.startswith("w") → parameter.ndim == 2
            you penalise whatever has two axes; a bias may be kept as a row (1, H). Choose by the name.
        w anywhere in the name
            name.startswith("w") → "w" in name
            a name such as `b1_row` holds a w and is no weight: ask how the name *begins*.
        names listed
            name.startswith("w") → name in ("w1", "w2")
            you ask for `w1` and `w2`. Other networks have other names: a weight is what *begins* with w.
        name compared as a whole
            name.startswith("w") → name == "w"
            nothing is penalised: no name *is* or *ends in* w. Those of weights begin with it.
        everything in the penalty
            penalty += 0.5 * strength * float(np.sum(parameter**2)) → pass
            if name → penalty += 0.5 * strength * float(np.sum(parameter**2)) ⏎ if name
            the penalty sums over the biases too, and γ and β: only what begins with w belongs to it.
        others left out
            gradient = gradient + strength * parameter → penalized.append(gradient + strength * parameter)
            penalized.append(gradient) → pass
            the new list holds the gradients of weights only: hand on all others too, as they are, in the same order.
        weights left out
            gradient = gradient + strength * parameter → continue
            the new list lacks the gradients of the weights: append what you have added up.
        others set to 0
            penalized.append(gradient) → penalized.append(gradient if name.startswith("w") else 0 * gradient)
            what is no weight gets the gradient 0 and would never train: hand on the data's, as it is.
        return within the loop
            penalized.append(gradient) → penalized.append(gradient) ⏎ return penalty, penalized
            the loop ends after one parameter: is the `return` inside it? Move it out by one indentation.
        in the penalty only
            gradient + strength * parameter → gradient
            the gradients do not hold the penalty's own, so training would never feel it. Add λw to each weight's.
        data's gradient overwritten
            gradient + strength → strength
            λw has replaced the gradient of the data: *add* the two.
        added to the weights
            gradient + strength * parameter → parameter + strength * parameter
            λw is added to the weight: add it to its *gradient*.
        subtracted
            gradient + strength → gradient - strength
            λw is subtracted, which would make the weights grow: add it. The minus comes with the step.
        λ Σw² for ½λ Σw²
            0.5 * strength → strength
            gradient + strength → gradient + 2 * strength
            this is λ Σw², consistent in itself; here the penalty has a ½, and its gradient is λw.
        λ left out of the penalty
            0.5 * strength → 0.5
            the penalty lacks λ: it is ½λ Σw².
        λ left out of the gradient
            strength * parameter → parameter
            the gradients get w, and should get λw.
        ½ kept in the gradient
            gradient + strength → gradient + 0.5 * strength
            the 2 of the square cancels the ½: add λw, not ½λw.
        factor 2 in the gradient
            gradient + strength → gradient + 2 * strength
            the 2 of the square cancels the ½: add λw.
        ½ missing in the penalty
            0.5 * strength → strength
            the penalty is twice too large: ½λ times the sum of the squares.
        gradients changed in place
            gradient = gradient + strength * parameter → gradient += strength * parameter
            `+=`, or `gradients[i] = …`, changes what the caller has: make new arrays, and a new list.
        last weights only
            penalty += → penalty =
            the penalty of the last weights has overwritten the others: add them up, `penalty += …`.
    """,
)
