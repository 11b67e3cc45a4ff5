"""The exercise on numbers of which every decade gets as many."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Property, Values, Wrong, case
from cs231n_lib.search import LogUniform

from . import searches


def _decades(rng: Generator) -> Iterator[Case]:
    yield case("20 learning rates from 10⁻⁵ to 1", rng.random(20), 1e-5, 1.0)
    yield case("a range that begins at no power of ten", rng.random(20), 0.004, 30.0)


def _several(rng: Generator) -> Iterator[Case]:
    yield case(
        "two hyperparameters, each with its own range", rng.random((6, 2)), np.array([1e-4, 2.0]), np.full(2, 9.0)
    )


def _ends(rng: Generator) -> Iterator[Case]:
    yield case("u = 0 and u = 1 are the ends", np.array([0.0, 1.0]), 1e-3, 10.0)


def _even(call: Callable[..., Any], rng: Generator) -> None:
    drawn = np.asarray(call((np.arange(4000) + rng.random(4000)) / 4000, 1e-4, 1.0))
    counts = np.histogram(drawn, [1e-4, 1e-3, 1e-2, 1e-1, 1])[0]
    if np.abs(counts - 1000).max() > 2:
        raise Wrong(
            "of four decades each must get a quarter of the numbers",
            f"of 4,000 numbers from 10⁻⁴ to 1 the decades get {', '.join(map(str, counts))}",
        )


log_uniform = Exercise(
    searches.log_uniform,
    points=5,
    minutes=8,
    difficulty=1,
    forbidden=(LogUniform.at, LogUniform.sample),
    checks=(
        Values("From low to high", 2, _decades),
        Values("The ends", 1, _ends),
        Values("A range for each hyperparameter", 1, _several),
        Property("As many numbers in every decade", 1, _even),
    ),
    slips="""
        uniform
            10**exponent → low + u * (high - low)
            this is uniform: of rates from 10⁻⁵ to 1 nine in ten lie above 0.1. Let the *exponent* be uniform.
        other base
            10**exponent → np.exp(exponent)
            you take `log10` on the way there and `exp`, of base e, on the way back. Take `10 ** …`, or `np.log` too.
        other logarithm
            np.log10(low), np.log10(high) → np.log(low), np.log(high)
            you take `np.log`, of base e, on the way there and `10 ** …` on the way back. Take one base for both.
        exponent returned
            10**exponent → exponent
            these are the exponents. The numbers themselves are `10 ** exponent`.
        end not subtracted
            (end - start) → end
            u = 1 must give `high`: from start to end it is `end - start`.
        start left out
            start + u → u
            u = 0 must give `low`: the exponent begins at `start`.
        backwards
            start + u * (end - start) → end + u * (start - end)
            it runs from high down to low: u = 0 must give `low`, and u = 1 `high`.
        logarithm of the distance
            (end - start) → np.log10(high - low)
            this is the logarithm of `high - low`. The exponent goes `log10(high) - log10(low)` up.
        u squashed twice
            u * (end → np.log10(1 + 9 * u) * (end
            u is uniform already, and so the exponent is: take no logarithm of u.
        drawn between whole exponents
            start + u * (end - start) → np.round(start + u * (end - start))
            only powers of ten come out. The exponent may be any number.
    """,
)
