"""An exercise on signs: what inputs that are all positive do to the gradient of a unit's weights."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Wrong, case

from . import references


def _mixed(rng: Generator) -> Cases:
    for n, d in ((12, 2), (15, 3)):
        x = rng.normal(size=(n, d))
        x[: n // 3] = -np.abs(x[: n // 3])
        x[n // 3, 0], x[n // 3, 1] = -1, 1
        yield case(f"x of shape ({n}, {d})", 0.1 * x, rng.normal(size=n))


def _with_zeros(rng: Generator) -> Cases:
    # The last rows are one-sided without a 0: who counts zeros as opposed has a share above 0. And five sevenths are
    # no share of the 12 or 15 examples of `_mixed`.
    x = np.array([[1.0, 0, 2], [0, -1, 3], [0, 0, 0], [-2, 0, -1], [1, 1, -1], [2, 1, 1], [1, 3, 2]])
    x *= rng.uniform(0.05, 0.15, x.shape)
    yield case("inputs of 0", x, np.array([1.0, -1.0, 1.0, 2.0, 3.0, 1.0, -1.0]))
    yield case("an upstream of 0", x, np.array([0.5, 0.0, -1.0, -2.0, 0.0, 1.0, 2.0]))


def _positive_inputs_are_one_sided(call: Function, rng: Generator) -> None:
    x, dz = rng.uniform(0.1, 0.2, (20, 4)), np.repeat([1.0, -1.0], 10) * rng.uniform(0.5, 1, 20)
    x[:10, 0] += 5  # so that the mean gradient of all examples has both signs
    x[10:, 1] += 5
    if not np.isclose(float(call(x, dz)), 1):
        raise Wrong("with inputs that are all positive the share must be 1", f"got {float(call(x, dz)):.4g}")


def _opposed_at_the_ends(rng: Generator) -> Cases:
    """Entries that oppose one another without being neighbours."""
    x = np.repeat([[1.0, 0, -1], [-1, 0, 1], [1, 0, 1], [0, 1, 0], [1, 2, 1]], [2, 2, 1, 1, 1], axis=0)
    yield case(
        "a 0 between two that oppose each other", x * rng.uniform(0.05, 0.15), np.array([1.0, -1, 1, -1, 1, 2, -1])
    )


one_sided_share = Exercise(
    references.one_sided_share,
    points=12,
    minutes=20,
    difficulty=3,
    checks=(
        Values("Inputs of either sign", 3, _mixed),
        Values("A zero opposes nobody", 2, _with_zeros),
        Values("Entries that are no neighbours", 1, _opposed_at_the_ends),
        Property("All inputs positive", 1, _positive_inputs_are_one_sided),
    ),
    slips="""
        zeros counted as opposed
            gradients >= 0 → gradients > 0
            gradients <= 0 → gradients < 0
            an entry of 0 moves its weight in neither direction: it opposes nobody. Compare with `>=` and `<=`.
        zeros opposed on one side
            gradients >= 0 → gradients > 0
            an entry of 0 opposes nobody, beside positive ones either: compare with `>=` there, too.
        only one of the two sides
            none_negative | none_positive → none_negative
            you count the gradients without a negative entry; those without a *positive* one are one-sided too.
        inputs for gradients
            x * dz[:, np.newaxis] → x
            these are the signs of the inputs. Those of the *gradient*, `x[n] * dz[n]`, also turn with `dz`.
        gradient of the whole batch
            x * dz[:, np.newaxis] → (x.T @ dz)[np.newaxis]
            this is 0 or 1: you looked at the mean gradient of all examples. Look at each example's own, a row (D,).
        over the wrong axis
            (gradients >= 0).all(axis=1) → (gradients >= 0).all(axis=0)
            (gradients <= 0).all(axis=1) → (gradients <= 0).all(axis=0)
            you ask of each *weight* whether all examples agree. Ask of each *example* whether its weights do.
        both sides at once
            none_negative | none_positive → none_negative & none_positive
            no negative entry *and* no positive one: only a row of zeros is that. You want `|`, or.
        share of entries
            none_negative | none_positive → gradients >= 0
            this is the share of *entries* that are not negative. An example counts if *all* of its entries agree.
        opposed share
            np.mean(none_negative | none_positive) → np.mean(~(none_negative | none_positive))
            this is the share of examples whose entries *do* oppose one another: 1 minus it is asked.
        a count
            np.mean(none → np.sum(none
            this is the number of one-sided examples: divide by how many examples there are.
        neighbours only
            none_negative | none_positive → (gradients[:, 1:] * gradients[:, :-1] >= 0).all(axis=1)
            only neighbours are compared. Two entries oppose each other wherever in the row they are.
        all against the first
            none_negative | none_positive → (gradients * gradients[:, :1] >= 0).all(axis=1)
            all entries are compared with the first alone. Where that is 0 it opposes nobody, and two others may.
    """,
)
