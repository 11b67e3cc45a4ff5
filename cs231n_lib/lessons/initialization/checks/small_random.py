"""An exercise on random weights with one spread for all layers."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Exercise, Function, Property, Wrong

from . import references
from .random_weights import LIBRARY, from_rng, require_matrix, require_spread


def _shape(call: Function, rng: Generator) -> None:
    require_matrix("the result", call(4, 3, rng), 4, 3)


def _spread(call: Function, rng: Generator) -> None:
    # Begins with a std whose square is not 0.01 times it: slips that agree at 0.01 do not agree here.
    require_spread("the weights", call(200, 300, rng, std=0.3), 0.3)
    require_spread("the weights", call(200, 300, rng), 0.01)


def _own_numbers(call: Function, rng: Generator) -> None:
    w = np.asarray(call(20, 30, rng))
    if len(np.unique(w)) < w.size:
        raise Wrong("some weights are equal", f"{len(np.unique(w))} different numbers for {w.size} weights")


small_random = Exercise(
    references.small_random,
    points=5,
    minutes=5,
    difficulty=1,
    forbidden=LIBRARY,
    first="Mean 0, the deviation asked, and normal",
    checks=(
        Property("Shape and dtype", 1, _shape),
        Property("Mean 0, the deviation asked, and normal", 2, _spread),
        Property("A number of its own for each weight", 1, _own_numbers),
        Property("Drawn from rng", 1, from_rng),
    ),
    slips="""
        shape of the notes
            (fan_in, fan_out) → (fan_out, fan_in)
            rows and columns are exchanged. In x @ w the rows of w belong to the inputs: (fan_in, fan_out). The notes
            have it the other way around.
        one number for all
            rng.normal(0, std, (fan_in, fan_out)) → np.full((fan_in, fan_out), rng.normal(0, std))
            all weights are one and the same random number: all units are twins again. Draw one for each weight.
        one row for all inputs
            rng.normal(0, std, (fan_in, fan_out)) → np.tile(rng.normal(0, std, fan_out), (fan_in, 1))
            every row of the matrix is the same: each *weight* needs a draw of its own.
        uniform from 0
            rng.normal(0, std, (fan_in, fan_out)) → std * rng.random((fan_in, fan_out))
            `rng.random` is uniform between 0 and 1, so no weight is negative. Use `rng.normal`.
        uniform around 0
            rng.normal(0, std, (fan_in, fan_out)) → rng.uniform(-(3**0.5) * std, 3**0.5 * std, (fan_in, fan_out))
            mean and spread are right, but these are uniform draws: normal ones are asked.
        uniform up to std
            rng.normal(0, std, → rng.uniform(-std, std,
            these are uniform draws between −std and std. Normal ones are asked, of standard deviation `std`.
        mean and deviation exchanged
            0, std → std, 0
            every weight is `std` itself: its deviation is 0, its mean `std`. `rng.normal` takes the mean first.
        root of the deviation
            0, std → 0, std**0.5
            the spread is √std, but `std` is a standard deviation already: no root.
        variance for deviation
            0, std → 0, std**2
            the spread is std². `rng.normal` takes the standard deviation, not the variance.
        std ignored
            0, std → 0, 1
            the weights have standard deviation 1: `std` is not used.
        0.01 typed in
            0, std → 0, 0.01
            the spread is 0.01 whatever `std` says.
        scaled by 0.01 as well
            rng.normal(0, std, → 0.01 * rng.normal(0, std,
            the draws have the spread `std` already: do not multiply by 0.01 as well.
        no seed
            rng.normal → np.random.normal
            the draws do not come from `rng`, so nobody can repeat your run. Not `np.random…` but `rng.normal`.
        generator of its own
            rng.normal → np.random.default_rng(0).normal
            a generator made inside the function begins anew in each call, so all layers get the same weights. Draw
            from the `rng` you are given.
    """,
)
