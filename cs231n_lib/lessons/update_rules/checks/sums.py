"""An exercise on Adagrad."""

import numpy as np

from cs231n_lib.checks import Exercise, Mistake, Values
from cs231n_lib.functions import optimizers as adaptive

from . import roots
from .roots import Rule, total

adagrad = Exercise(
    adaptive.adagrad,
    points=8,
    minutes=10,
    difficulty=2,
    checks=(
        Values("A step under way", 4, roots.under_way),
        Values("The first step, and a gradient of 0", 2, roots.first_step),
        Values("ε is added to the root", 1, roots.large_eps),
    ),
    mistakes=(
        Mistake(
            "the notes' lines typed as they stand",
            Rule(total, in_place=("cache", "w")),
            "the numbers are right, but `cache += …` and `w += …`, as the notes have it, change the caller's arrays: "
            "write `cache = cache + dw**2`, and return new weights.",
        ),
        Mistake(
            "cache in place",
            Rule(total, in_place=("cache",)),
            "the numbers are right, but `cache += …`, as the notes write it, changes the caller's array. In a pure "
            "function: `cache = cache + dw**2`.",
        ),
        Mistake("ε inside the root", Rule(total, step=roots.inside), roots.INSIDE),
        Mistake("ε left out", Rule(total, step=roots.unguarded), roots.UNGUARDED),
        Mistake(
            "root forgotten",
            Rule(total, step=roots.no_root),
            "the root is missing: dw over dw² is large where the gradient is small. Divide by `np.sqrt(cache)`.",
        ),
        Mistake("old cache", Rule(total, late=True), roots.LATE),
        Mistake(
            "not accumulated",
            Rule(lambda c, dw, d: dw**2),
            "the cache holds the last square alone: add it to what is there.",
        ),
        Mistake(
            "not squared",
            Rule(lambda c, dw, d: c + dw),
            "the gradients are added up without squares: positive and negative ones cancel, and the sum may be "
            "negative.",
        ),
        Mistake(
            "leaky",
            lambda w, dw, cache, lr, eps=1e-8: Rule(lambda c, dw, d: d * c + (1 - d) * dw**2)(
                w, dw, cache, lr, 0.9, eps
            ),
            "this forgets old gradients: it is RMSProp, the next exercise. Adagrad adds up all of them.",
        ),
        Mistake("one rate for all", Rule(lambda c, dw, d: c + np.mean(dw**2)), roots.SHARED),
        Mistake("one sum for all", Rule(lambda c, dw, d: c + np.sum(dw**2)), roots.SUMMED),
        Mistake("cache not kept", Rule(total, kept=False), roots.NOT_KEPT),
        Mistake("gradient squared in the step", Rule(total, step=roots.squared), roots.SQUARED_STEP),
        Mistake("root and ε apart", Rule(total, step=roots.apart), roots.APART),
        Mistake("no gradient in the step", Rule(total, step=roots.no_gradient), roots.NO_GRADIENT),
        Mistake("multiplied by the root", Rule(total, step=roots.multiplied), roots.MULTIPLIED),
        Mistake(
            "no rate",
            lambda w, dw, cache, lr, eps=1e-8: Rule(total)(w, dw, cache, 1.0, 0.99, eps),
            roots.NO_RATE,
        ),
        Mistake(
            "magnitudes for squares",
            Rule(lambda c, dw, d: c + np.abs(dw)),
            "the cache adds up magnitudes. It is the *squares*, `dw**2`, whose root has the unit of a gradient.",
        ),
        Mistake(
            "doubled for squared",
            Rule(lambda c, dw, d: c + dw * 2),
            "`dw * 2` doubles; the square is `dw**2`.",
        ),
        Mistake(
            "subtracted",
            Rule(lambda c, dw, d: c - dw**2),
            "the squares are *subtracted*: the cache falls below 0, and its root is no number. Add them.",
        ),
        Mistake(
            "rate in the cache",
            lambda w, dw, cache, lr, eps=1e-8: Rule(lambda c, dw, d: c + lr * dw**2)(w, dw, cache, lr, 0.99, eps),
            "the learning rate went into the cache. The cache adds up plain squares; the rate stands in the step.",
        ),
        Mistake(
            "SGD's step",
            lambda w, dw, cache, lr, eps=1e-8: (w - lr * dw, cache + dw**2),
            "the cache is right, but the step does not use it: divide by its root.",
        ),
        Mistake(
            "root kept",
            Rule(lambda c, dw, d: np.sqrt(c + dw**2), step=roots.no_root),
            "the cache that you return is the *root* of the sum, to which the next call would add squares. Keep the "
            "sum, and take the root in the step.",
        ),
        Mistake(
            "ε in the cache",
            lambda w, dw, cache, lr, eps=1e-8: Rule(lambda c, dw, d: c + dw**2 + eps, step=roots.unguarded)(
                w, dw, cache, lr
            ),
            "ε went into the cache, where each call adds it again. It belongs to the step alone: `np.sqrt(cache) + "
            "eps`.",
        ),
        Mistake("uphill", Rule(total, sign=1), roots.UPHILL),
    ),
)
