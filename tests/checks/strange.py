"""Values that no exercise asks for, and functions that return them or leave them in their arguments."""

import itertools
import math
import warnings
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from cs231n_lib.checks import Exercise
from cs231n_lib.checks.exercise import PUBLIC_SEED
from cs231n_lib.checks.marking import AnswerKey, Marking
from cs231n_lib.checks.report import Result


def within_itself(kind: str) -> Any:
    """A value of this kind that is part of itself."""
    held: list[Any] = [1.0]
    if kind == "tuple":
        held.append((held, 1.0))
        return held[1]
    if kind == "dictionary":
        entries: dict[str, Any] = {}
        entries["a"] = entries
        return entries
    if kind == "array":
        array = np.empty(2, object)
        array[:] = [array, 1]
        return array
    held += [held] * (4 if kind == "wide list" else 1)
    return held


def nested(depth: int, inner: Callable[[Any], Any]) -> Any:
    """1.0 within so many layers; with ``inner`` putting its argument in twice, as many entries as 2 to the depth."""
    value: Any = 1.0
    for _ in range(depth):
        value = inner(value)
    return value


class Listed(list):  # type: ignore[type-arg]
    """A list of a class of the student's own."""


class Raising:
    """Whatever looks at it raises, or ends Python."""

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise SystemExit

    def __getattr__(self, name: str) -> Any:
        raise ZeroDivisionError

    def __repr__(self) -> str:
        raise ZeroDivisionError

    def __len__(self) -> int:
        raise ZeroDivisionError

    def __eq__(self, other: object) -> bool:
        raise ZeroDivisionError

    __hash__ = None  # type: ignore[assignment]


def _listed_in_itself() -> Any:
    value = Listed()
    value.extend([value, value])
    return value


def _raises(error: BaseException) -> Callable[[], Any]:
    def raising() -> Any:
        raise error

    return raising


KINDS: dict[str, Callable[[], Any]] = {
    "None": lambda: None,
    "empty list": list,
    "empty tuple": tuple,
    "empty dictionary": dict,
    "empty set": set,
    "empty bytes": bytes,
    "empty string": str,
    "array of no entries": lambda: np.zeros(0),
    "matrix of no rows": lambda: np.zeros((0, 3)),
    "array without axes": lambda: np.array(1.0),
    "list of an empty list": lambda: [[]],
    "list of None": lambda: [None],
    "ragged list": lambda: [[1.0], [1.0, 2.0]],
    "objects": lambda: np.array([None, "a"], object),
    "object of 400 digits": lambda: np.array([10**400], object),
    "NaN": lambda: math.nan,
    "infinity": lambda: math.inf,
    "NaNs": lambda: np.full((3, 4), np.nan),
    "infinities": lambda: np.full((3, 4), -np.inf),
    "list of NaN": lambda: [math.nan] * 3,
    "5,000 digits": lambda: 10**5000,
    "2 to the 64th": lambda: -(2**64),
    "list of 5,000 digits": lambda: [10**5000] * 3,
    "the largest": lambda: 1.7e308,
    "beyond float64": lambda: np.longdouble("1e4000"),
    "complex": lambda: complex(math.nan, math.inf),
    "truth": lambda: True,
    **{f"{kind} in itself": lambda kind=kind: within_itself(kind)
       for kind in ("list", "wide list", "tuple", "dictionary", "array")},
    "list of a class in itself": _listed_in_itself,
    "19 deep": lambda: nested(19, lambda v: [v]),
    "deep list": lambda: nested(50_000, lambda v: [v]),
    "deep tuple": lambda: nested(50_000, lambda v: (v,)),
    "deep dictionary": lambda: nested(50_000, lambda v: {"a": v}),
    "2 to the 19th": lambda: nested(19, lambda v: [v, v]),
    "10 to the 19th": lambda: nested(19, lambda v: (v,) * 10),
    "2 to the 100th": lambda: nested(100, lambda v: [v, v]),
    "long list": lambda: [1.0] * 1_000_000,
    "long string": lambda: "x" * (80 << 20),
    "long bytes": lambda: bytes(80 << 20),
    "long dictionary": lambda: dict.fromkeys(map(str, range(250_000))),
    "huge array": lambda: np.zeros(10**9),
    "huge array of one number": lambda: np.broadcast_to(0.0, (10**6, 10**6)),
    "all memory": lambda: np.zeros(10**14),
    "long range": lambda: range(10**8),
    "count": itertools.count,
    "generator": lambda: (n for n in itertools.count()),
    "set": lambda: {1, 2, 3},
    "half of a character": lambda: "\ud800",
    "type": lambda: int,
    "function": lambda: len,
    "dates": lambda: np.array(["2020-01-01"], "datetime64[D]"),
    "records": lambda: np.zeros(3, [("a", float)]),
    "texts": lambda: np.array(["a", "b"]),
    "masked": lambda: np.ma.masked_all(3),
    "matrix": lambda: np.eye(2).view(np.matrix),
    "random generator": lambda: np.random.default_rng(0),
    "raising": Raising,
    "list of raising": lambda: [Raising(), Raising()],
    "keys of all kinds": lambda: {1: 2, (1, 2): 3, None: 4},
    "half precision": lambda: np.zeros(3, np.float16),
    "recursion": lambda: (lambda f: f(f))(lambda f: f(f)),
    "error of half a character": _raises(ValueError("\ud800" + "x" * 10**6)),
    "error of an object": _raises(ValueError(Raising())),
}  # fmt: skip
"""What makes a value of each kind."""


def whole(exercise: Exercise, make: Callable[[], Any]) -> Callable[..., Any]:
    """Returns such a value."""
    return lambda *args, **kwargs: make()


def part(exercise: Exercise, make: Callable[[], Any]) -> Callable[..., Any]:
    """Returns what is right, but such a value for the first of several."""

    def answer(*args: Any, **kwargs: Any) -> Any:
        right = exercise.reference(*args, **kwargs)
        if isinstance(right, dict) and right:
            return {**right, next(iter(right)): make()}
        if isinstance(right, tuple | list) and right:
            return type(right)([make(), *right[1:]])
        return [right, make()]

    return answer


def argument(exercise: Exercise, make: Callable[[], Any]) -> Callable[..., Any]:
    """Returns what is right, and leaves such a value in the arguments that can be changed."""

    def answer(*args: Any, **kwargs: Any) -> Any:
        right = exercise.reference(*args, **kwargs)
        for value in (*args, *kwargs.values()):
            if isinstance(value, list):
                value.append(make())
            elif isinstance(value, dict):
                value.update({key: make() for key in [*value, "another"]})
            elif isinstance(value, np.ndarray) and value.dtype.kind == "f":
                value[...] = np.nan
        return right

    return answer


WAYS = (whole, part, argument)


@cache
def standard(exercise: Exercise) -> AnswerKey:
    """By what the answers to an exercise are marked; of the mistakes, which may be slow, the first two."""
    return AnswerKey(replace(exercise, mistakes=exercise.mistakes[:2]), PUBLIC_SEED)


def judged(exercise: Exercise, function: Any) -> Result:
    """The result of a function, which has a second for all calls; right values are worked out once for many."""
    runner = exercise.runner(function)
    runner.forbidden, runner.deadline = (), runner.clock() + 1.0  # `part` and `argument` call the reference
    with warnings.catch_warnings(action="ignore"):
        return Marking(standard(exercise).spec, runner, standard(exercise)).result(show_numbers=True)


def is_honest(result: Result) -> bool:
    """Whether the points are a part of all there are, and the report can be shown and is of a readable length."""
    shown = (result.text() + result._repr_html_()).encode()
    return math.isfinite(float(result)) and 0 <= float(result) <= result.out_of and len(shown) < 50_000
