"""An exercise on what to penalise: weights, and neither biases nor the scales and shifts of batch norm."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib import regularizers
from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, Wrong, case
from cs231n_lib.contracts import FloatArray

from . import references

Arrays = Sequence[FloatArray]


def _network(
    rng: Generator, d: int, h: int, k: int, row: bool = False
) -> tuple[list[str], list[FloatArray], list[FloatArray]]:
    """Names, parameters and gradients of a network of two layers with batch norm; ``row`` writes its biases (1, H)."""
    names = ["w1", "b1", "gamma1", "beta1", "w2", "b2"]
    shapes: list[tuple[int, ...]] = [(d, h), (h,), (h,), (h,), (h, k), (k,)]
    if row:
        shapes = [(1, *shape) if len(shape) == 1 else shape for shape in shapes]
    parameters: list[FloatArray] = [rng.normal(size=shape) for shape in shapes]
    return names, parameters, [rng.normal(size=shape) for shape in shapes]


def _networks(rng: Generator) -> Iterator[Case]:
    yield case("layers 3-4-2, λ = 0.3", *_network(rng, 3, 4, 2), 0.3)
    yield case("layers 2-5-3, λ = 1.7", *_network(rng, 2, 5, 3), 1.7)


def _other_orders(rng: Generator) -> Iterator[Case]:
    yield case("biases kept as rows (1, H)", *_network(rng, 3, 4, 2, row=True), 0.3)
    names, parameters, gradients = _network(rng, 2, 3, 2)
    yield case("biases first", names[::-1], parameters[::-1], gradients[::-1], 0.8)


def _others_untouched(call: Callable[..., Any], rng: Generator) -> None:
    names, parameters, gradients = _network(rng, 3, 4, 2)
    _, penalized = call(names, parameters, gradients, 5.0)
    triples = zip(names, gradients, penalized, strict=True)
    changed = [f"`{name}`" for name, before, after in triples if name[0] != "w" and not np.array_equal(before, after)]
    if changed:
        raise Wrong(f"what is no weight has another gradient than before: {', '.join(changed)}")


def _penalized(
    chosen: Callable[[str, FloatArray], bool] = lambda name, p: name.startswith("w"),
    penalty: float = 0.5,
    decay: float = 1.0,
    keep: float = 1.0,
) -> Callable[..., Any]:
    """The function with one part changed: what is penalised; the factors of the penalty, its gradient, the data's."""

    def implementation(names: Sequence[str], parameters: Arrays, gradients: Arrays, strength: float) -> Any:
        pairs = list(zip(names, parameters, gradients, strict=True))
        total = sum(penalty * strength * np.sum(p**2) for name, p, _ in pairs if chosen(name, p))
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
            _penalized(lambda name, p: name not in ("b1", "b2")),
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
            "the numbers are right, but `+=` changes the caller's gradients: make new arrays, and a new list.",
        ),
        Mistake(
            "last weights only",
            _last_weights_only,
            "the penalty of the last weights has overwritten the others: add them up, `penalty += …`.",
        ),
    ),
)
