"""An exercise on RMSProp, as the notes should have it."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, Wrong, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import optimizers as adaptive

from . import roots
from .roots import Rule, mean, total


def _other_decays(rng: Generator) -> Iterator[Case]:
    w, dw = rng.normal(size=(2, 5))
    yield case("decay 0.9", w, dw, rng.uniform(0.5, 3, 5), 0.1, decay=0.9)
    yield case("decay 0.6", w, dw, rng.uniform(0.5, 3, 5), 0.1, decay=0.6)


def _steps_do_not_stall(call: Callable[..., Any], rng: Generator) -> None:
    w, dw, cache = np.zeros(3), rng.uniform(1, 5, 3), np.zeros(3)
    for _ in range(12):
        before = w
        w, cache = call(w, dw, cache, 0.1, decay=0.2)
    if not np.allclose(before - w, 0.1):
        last = before - w
        raise Wrong(
            "under a constant gradient each weight's step must settle at `lr`",
            f"after 12 steps the first weight's is {last[0]:.3g}, not 0.1",
        )


def _notes(cache: FloatArray, dw: FloatArray, decay: float) -> FloatArray:
    return np.asarray(cache + decay * cache + (1 - decay * dw**2))


_BOTH_SLIPS = "two slips of the notes are left: `+=` adds the cache to itself, and the bracket closes too late."
_PLUS_EQUALS = (
    "`+=` is still there: the old cache counts 1 + decay times, and doubles with each step. A mean *replaces* it: `=`."
)


FIXED = "the decay is written into the rule as a number. It is an argument, and 0.99 only its default: use `decay`."


def _dx_for_dw(
    w: FloatArray, dw: FloatArray, cache: FloatArray, lr: float, decay: float = 0.99, eps: float = 1e-8
) -> Any:
    raise NameError("name 'dx' is not defined")


def _cahce(w: FloatArray, dw: FloatArray, cache: FloatArray, lr: float, decay: float = 0.99, eps: float = 1e-8) -> Any:
    raise NameError("name 'cahce' is not defined")


rmsprop = Exercise(
    adaptive.rmsprop,
    points=10,
    minutes=15,
    difficulty=2,
    checks=(
        Values("A step under way", 3, roots.under_way),
        Values("Other decays", 2, _other_decays),
        Values("The first step, and a gradient of 0", 1, roots.first_step),
        Values("ε is added to the root", 1, roots.large_eps),
        Property("Steps that do not stall", 1, _steps_do_not_stall),
    ),
    mistakes=(
        Mistake(
            "cahce as in the notes",
            _cahce,
            "the notes' typing error is left: `cahce` for `cache`.",
        ),
        Mistake(
            "dx as in the notes",
            _dx_for_dw,
            "one of the notes' slips is left: they step by `dx`, which does not exist here. The gradient is `dw`.",
        ),
        Mistake(
            "the notes' lines typed as they stand",
            Rule(_notes, in_place=("cache", "w")),
            "these are the notes' lines, with both slips: `+=` adds the cache to itself, and the bracket closes too "
            "late. Besides, `cache += …` and `w -= …` change the caller's arrays.",
        ),
        Mistake("the notes' line as it stands", Rule(_notes), _BOTH_SLIPS),
        Mistake("the notes' line in place", Rule(_notes, in_place=("cache",)), _BOTH_SLIPS),
        Mistake("plus-equals kept", Rule(lambda c, dw, d: c + mean(c, dw, d)), _PLUS_EQUALS),
        Mistake(
            "plus-equals kept, in place",
            Rule(lambda c, dw, d: c + mean(c, dw, d), in_place=("cache",)),
            _PLUS_EQUALS,
        ),
        Mistake(
            "bracket closes too late",
            Rule(lambda c, dw, d: d * c + (1 - d * dw**2)),
            "the bracket closes too late: this subtracts decay · dw² from 1, and a large gradient makes the cache "
            "negative. The weight is `(1 - decay)`.",
        ),
        Mistake(
            "cache in place",
            Rule(mean, in_place=("cache",)),
            "the numbers are right, but `cache *= …` or `cache += …` changes the caller's array. Make a new one.",
        ),
        Mistake("ε inside the root", Rule(mean, step=roots.inside), roots.INSIDE),
        Mistake("ε left out", Rule(mean, step=roots.unguarded), roots.UNGUARDED),
        Mistake(
            "shares exchanged",
            Rule(lambda c, dw, d: (1 - d) * c + d * dw**2),
            "the shares are exchanged: `decay` of the *old* mean is left, and 1 − decay of the new square comes in.",
        ),
        Mistake(
            "still Adagrad",
            Rule(total),
            "this is Adagrad: the cache only grows. Let a share of it leak at each step.",
        ),
        Mistake(
            "leaky sum",
            Rule(lambda c, dw, d: d * c + dw**2),
            "the new square comes in whole: a leaky *sum*, 1/(1 − decay) times a mean. Multiply by `(1 - decay)`.",
        ),
        Mistake(
            "root forgotten",
            Rule(mean, step=roots.no_root),
            "the root is missing: divide by `np.sqrt(cache)`, not by the mean of squares itself.",
        ),
        Mistake(
            "not squared",
            Rule(lambda c, dw, d: d * c + (1 - d) * dw),
            "this is a mean of gradients, not of their squares.",
        ),
        Mistake("old cache", Rule(mean, late=True), roots.LATE),
        Mistake("one rate for all", Rule(lambda c, dw, d: d * c + (1 - d) * np.mean(dw**2)), roots.SHARED),
        Mistake("cache not kept", Rule(mean, kept=False), roots.NOT_KEPT),
        Mistake("gradient squared in the step", Rule(mean, step=roots.squared), roots.SQUARED_STEP),
        Mistake("multiplied by the root", Rule(mean, step=roots.multiplied), roots.MULTIPLIED),
        Mistake("root and ε apart", Rule(mean, step=roots.apart), roots.APART),
        Mistake("no gradient in the step", Rule(mean, step=roots.no_gradient), roots.NO_GRADIENT),
        Mistake(
            "share squared too",
            Rule(lambda c, dw, d: d * c + ((1 - d) * dw) ** 2),
            "the share is squared along with the gradient: square first, `(1 - decay) * dw**2`.",
        ),
        Mistake(
            "no rate",
            lambda w, dw, cache, lr, decay=0.99, eps=1e-8: Rule(mean)(w, dw, cache, 1.0, decay, eps),
            roots.NO_RATE,
        ),
        Mistake(
            "last square alone",
            Rule(lambda c, dw, d: (1 - d) * dw**2),
            "the old mean is gone: `decay` of it must be left.",
        ),
        Mistake(
            "decay for both",
            Rule(lambda c, dw, d: d * c + d * dw**2),
            "both shares are `decay`. For a mean they add up to 1: the new square's is `(1 - decay)`.",
        ),
        Mistake(
            "1 − decay for both",
            Rule(lambda c, dw, d: (1 - d) * c + (1 - d) * dw**2),
            "both shares are 1 − decay. For a mean they add up to 1: the old mean's is `decay`.",
        ),
        Mistake(
            "magnitudes for squares",
            Rule(lambda c, dw, d: d * c + (1 - d) * np.abs(dw)),
            "this is a mean of magnitudes. It is the *squares*, `dw**2`, whose root has the unit of a gradient.",
        ),
        Mistake(
            "subtracted",
            Rule(lambda c, dw, d: d * c - (1 - d) * dw**2),
            "the new square is *subtracted*: the cache falls below 0, and its root is no number. Add it.",
        ),
        Mistake(
            "product of old and new",
            Rule(lambda c, dw, d: d * (c + (1 - d)) * dw**2),
            "the bracket stands around the wrong two: it multiplies the old mean by the new square. Add two "
            "products: `decay` times the one, `(1 - decay)` times the other.",
        ),
        Mistake(
            "nothing leaks",
            Rule(lambda c, dw, d: c + (1 - d) * dw**2, in_place=("cache",)),
            "`+=` keeps the whole old mean, which then only grows. Only `decay` of it is left: `cache = decay * "
            "cache + …`.",
        ),
        Mistake(
            "decay squared",
            Rule(lambda c, dw, d: d * c + (1 - d**2) * dw**2),
            "`decay` is squared. The shares of old and new add up to 1: `decay` and `1 - decay`.",
        ),
        Mistake(
            "decay of everything",
            Rule(lambda c, dw, d: d * (c + (1 - d) * dw**2)),
            "`decay` multiplies the new square too. Only the old mean fades: close the bracket earlier.",
        ),
        Mistake(
            "decay fixed at 0.99",
            Rule(lambda c, dw, d: mean(c, dw, 0.99)),
            FIXED,
        ),
        Mistake(
            "decay fixed at 0.9",
            Rule(lambda c, dw, d: mean(c, dw, 0.9)),
            FIXED,
        ),
        Mistake("uphill", Rule(mean, sign=1), roots.UPHILL),
    ),
)
