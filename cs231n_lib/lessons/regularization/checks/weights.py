"""An exercise on what to penalise: weights, and neither biases nor the scales and shifts of batch norm."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, Wrong, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import regularizers

from . import references

Arrays = Sequence[FloatArray]


def _network(
    rng: Generator, d: int, h: int, k: int, row: bool = False
) -> tuple[list[str], list[FloatArray], list[FloatArray]]:
    """Names, parameters and gradients of a network of two layers with batch norm.

    With ``row`` the biases are (1, H), and their names end in "_row": that a w stands in a name makes no weight of it.
    """
    names = ["w1", "b1", "gamma1", "beta1", "w2", "b2"]
    shapes: list[tuple[int, ...]] = [(d, h), (h,), (h,), (h,), (h, k), (k,)]
    if row:
        shapes = [(1, *shape) if len(shape) == 1 else shape for shape in shapes]
        names = [f"{name}_row" if name[0] == "b" else name for name in names]
    parameters: list[FloatArray] = [rng.normal(size=shape) for shape in shapes]
    return names, parameters, [rng.normal(size=shape) for shape in shapes]


def _networks(rng: Generator) -> Iterator[Case]:
    yield case("layers 3-4-2, λ = 0.3", *_network(rng, 3, 4, 2), 0.3)
    yield case("layers 2-5-3, λ = 1.7", *_network(rng, 2, 5, 3), 1.7)


def _other_orders(rng: Generator) -> Iterator[Case]:
    yield case("biases kept as rows (1, H)", *_network(rng, 3, 4, 2, row=True), 0.3)
    _, parameters, gradients = _network(rng, 2, 3, 2)
    names = ["w_in", "b_in", "gamma", "beta", "w_out", "b_out"]
    yield case("other names, biases first", names[::-1], parameters[::-1], gradients[::-1], 0.8)


def _others_untouched(call: Callable[..., Any], rng: Generator) -> None:
    names, parameters, gradients = _network(rng, 3, 4, 2)
    result = call(names, parameters, gradients, 5.0)
    penalized = result[1] if isinstance(result, tuple | list) and len(result) == 2 else result
    if not isinstance(penalized, tuple | list) or len(penalized) != len(names):
        kind = type(penalized).__name__
        raise Wrong(f"the gradients are no list with one for each name, but of type {kind}", f"{np.size(penalized)}")
    triples = zip(names, gradients, penalized, strict=True)
    changed = {n: after for n, before, after in triples if n[0] != "w" and not np.array_equal(before, after)}
    if changed:
        # The numbers also keep a mistake from being named for what another one did.
        first = np.ravel(next(iter(changed.values())))[:1]
        raise Wrong(
            f"what is no weight has another gradient than before: {', '.join(f'`{name}`' for name in changed)}",
            f"the first begins with {first[0]:.6g}" if first.dtype.kind == "f" and first.size else "",
        )


def _penalized(
    chosen: Callable[[str, FloatArray], bool] = lambda name, p: name.startswith("w"),
    costs: Callable[[str, FloatArray], bool] | None = None,
    penalty: float = 0.5,
    decay: float = 1.0,
    keep: float = 1.0,
) -> Callable[..., Any]:
    """The function with one part changed: what is penalised, and what of it counts in the penalty, by default all; the
    factors of the penalty, of its gradient, and of the data's."""

    def implementation(names: Sequence[str], parameters: Arrays, gradients: Arrays, strength: float) -> Any:
        pairs = list(zip(names, parameters, gradients, strict=True))
        total = sum(penalty * strength * np.sum(p**2) for name, p, _ in pairs if (costs or chosen)(name, p))
        return total, [keep * dp + decay * strength * p if chosen(name, p) else dp for name, p, dp in pairs]

    return implementation


def _in_place(names: Sequence[str], parameters: Arrays, gradients: Arrays, strength: float) -> Any:
    for name, p, dp in zip(names, parameters, gradients, strict=True):
        if name.startswith("w"):
            dp += strength * p
    return _penalized()(names, parameters, gradients, strength)[0], gradients


def _last_weights_only(names: Sequence[str], parameters: Arrays, gradients: Arrays, strength: float) -> Any:
    _, penalized = _penalized()(names, parameters, gradients, strength)
    last = [p for name, p in zip(names, parameters, strict=True) if name.startswith("w")][-1]
    return 0.5 * strength * np.sum(last**2), penalized


def _penalized_without_strength(names: Sequence[str], parameters: Arrays, gradients: Arrays, strength: float) -> Any:
    total, penalized = _penalized()(names, parameters, gradients, strength)
    return total / strength, penalized


def _only_some(weights: bool) -> Callable[..., Any]:
    """Right, but the list holds the gradients of the weights alone, or of all else."""

    def implementation(names: Sequence[str], parameters: Arrays, gradients: Arrays, strength: float) -> Any:
        total, penalized = _penalized()(names, parameters, gradients, strength)
        return total, [dp for name, dp in zip(names, penalized, strict=True) if name.startswith("w") == weights]

    return implementation


def _others_zero(names: Sequence[str], parameters: Arrays, gradients: Arrays, strength: float) -> Any:
    total, penalized = _penalized()(names, parameters, gradients, strength)
    return total, [dp if name[0] == "w" else 0 * dp for name, dp in zip(names, penalized, strict=True)]


def _after_the_first(names: Sequence[str], parameters: Arrays, gradients: Arrays, strength: float) -> Any:
    return _penalized()(names[:1], parameters[:1], gradients[:1], strength)


def _added_to_the_weights(names: Sequence[str], parameters: Arrays, gradients: Arrays, strength: float) -> Any:
    pairs = zip(names, parameters, gradients, strict=True)
    return _penalized()(names, parameters, [p if name[0] == "w" else dp for name, p, dp in pairs], strength)


l2_on_weights = Exercise(
    references.l2_on_weights,
    points=9,
    minutes=15,
    difficulty=2,
    forbidden=(regularizers.l2, regularizers.elastic_net),
    checks=(
        Values("Penalty and gradients", 4, _networks),
        Values("Other shapes, another order", 2, _other_orders),
        Property("What is no weight keeps its gradient", 2, _others_untouched),
    ),
    mistakes=(
        Mistake(
            "everything penalised",
            _penalized(lambda name, p: True),
            "the biases are penalised too, and γ and β. None of them can overfit by growing, and a bias held down "
            "cannot put the output where the data are. Choose by the name: weights begin with `w`.",
        ),
        Mistake(
            "γ and β penalised",
            _penalized(lambda name, p: not name.startswith(("b1", "b2", "b_"))),
            "the biases are left alone, but γ and β of batch norm are penalised: they are no weights either.",
        ),
        Mistake(
            "γ penalised",
            _penalized(lambda name, p: not name.startswith("b")),
            "γ is penalised. It is no weight: ask which names *begin with w*, not which are no biases.",
        ),
        Mistake(
            "chosen by the number of axes",
            _penalized(lambda name, p: p.ndim == 2),
            "you penalise whatever has two axes; a bias may be kept as a row (1, H). Choose by the name.",
        ),
        Mistake(
            "w anywhere in the name",
            _penalized(lambda name, p: "w" in name),
            "a name such as `b1_row` holds a w and is no weight: ask how the name *begins*.",
        ),
        Mistake(
            "names listed",
            _penalized(lambda name, p: name in ("w1", "w2")),
            "you ask for `w1` and `w2`. Other networks have other names: a weight is what *begins* with w.",
        ),
        Mistake(
            "name compared as a whole",
            _penalized(lambda name, p: name == "w"),
            "nothing is penalised: no name *is* or *ends in* w. Those of weights begin with it.",
        ),
        Mistake(
            "everything in the penalty",
            _penalized(costs=lambda name, p: True),
            "the gradients are right, but the penalty sums over the biases too, and γ and β.",
        ),
        Mistake(
            "others left out",
            _only_some(weights=True),
            "the new list holds the gradients of weights only: hand on all others too, as they are, in the same order.",
        ),
        Mistake(
            "weights left out",
            _only_some(weights=False),
            "the new list lacks the gradients of the weights: append what you have added up.",
        ),
        Mistake(
            "others set to 0",
            _others_zero,
            "what is no weight gets the gradient 0 and would never train: hand on the data's, as it is.",
        ),
        Mistake(
            "return within the loop",
            _after_the_first,
            "the loop ends after one parameter: does the `return` stand inside it? Move it out by one indentation.",
        ),
        Mistake(
            "in the penalty only",
            _penalized(decay=0.0),
            "the penalty is there, the gradients do not hold it: training would never know. Add λw to each weight's.",
        ),
        Mistake(
            "data's gradient overwritten",
            _penalized(keep=0.0),
            "λw has replaced the gradient of the data: *add* the two.",
        ),
        Mistake(
            "added to the weights",
            _added_to_the_weights,
            "λw is added to the weight: add it to its *gradient*.",
        ),
        Mistake(
            "subtracted",
            _penalized(decay=-1.0),
            "λw is subtracted, which would make the weights grow: add it. The minus comes with the step.",
        ),
        Mistake(
            "λ Σw² for ½λ Σw²",
            _penalized(penalty=1.0, decay=2.0),
            "this is λ Σw², consistent in itself; here the penalty has a ½, and its gradient is λw.",
        ),
        Mistake(
            "λ left out of the penalty",
            _penalized_without_strength,
            "the gradients hold λ, the penalty does not: it is ½λ Σw².",
        ),
        Mistake(
            "λ left out of the gradient",
            lambda names, parameters, gradients, strength: (
                _penalized()(names, parameters, gradients, strength)[0],
                _penalized()(names, parameters, gradients, 1.0)[1],
            ),
            "the gradients get w, and should get λw.",
        ),
        Mistake(
            "½ kept in the gradient",
            _penalized(decay=0.5),
            "the 2 of the square cancels the ½: add λw, not ½λw.",
        ),
        Mistake(
            "factor 2 in the gradient",
            _penalized(decay=2.0),
            "the 2 of the square cancels the ½: add λw.",
        ),
        Mistake(
            "½ missing in the penalty",
            _penalized(penalty=1.0),
            "the penalty is twice too large: ½λ times the sum of the squares.",
        ),
        Mistake(
            "gradients changed in place",
            _in_place,
            "the numbers are right, but `+=`, or `gradients[i] = …`, changes what the caller has: make new arrays, and "
            "a new list.",
        ),
        Mistake(
            "last weights only",
            _last_weights_only,
            "the penalty of the last weights has overwritten the others: add them up, `penalty += …`.",
        ),
    ),
)
