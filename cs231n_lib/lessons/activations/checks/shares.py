"""Exercises on the fractions of dead units and of one-sided gradients."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case

from . import references


def _layers(rng: Generator) -> Cases:
    # No other case has a fraction with these denominators, and fewer than half of the units are dead.
    for n, d, sizes in ((20, 3, (7, 11)), (18, 2, (17, 19))):
        h = int(rng.choice(sizes))
        dead = int(rng.integers(h // 3, h // 2 + 1))
        x, w, b = rng.uniform(-1, 1, (n, d)), rng.normal(size=(d, h)), np.full(h, -0.5)
        w[0] = np.abs(w[0])  # no unit has only negative weights
        w /= np.linalg.norm(w, axis=0)
        b[: dead + 2] = *[-40] * dead, -20, 20
        x[0] = 30 * w[:, dead]  # switches a unit on that is off for all others
        x[1] = -30 * w[:, dead + 1]  # switches a unit off that is on for all others
        x[2 : h - dead] = 3 * w[:, dead + 2 :].T  # switches the rest clearly on
        yield case(f"{n} examples, {h} units", x, w, b)


def _at_exactly_zero(rng: Generator) -> Cases:
    b = np.array([0.0, -30.0, *[30.0] * int(rng.choice([3, 4, 6, 7, 8]))])
    w = np.abs(rng.normal(size=(3, len(b))))
    w[:, 0] = 0
    yield case("a unit whose input is always exactly 0", rng.normal(size=(20, 3)), w, b)


def _all_or_none(rng: Generator) -> Cases:
    x, w = rng.normal(size=(12, 3)), rng.normal(size=(3, 4))
    yield case("all units dead", x, w, np.full(4, -40.0))
    yield case("no unit dead", x, w, np.full(4, 40.0))
    units = int(rng.choice([5, 6, 8, 9, 10, 11]))
    w = rng.normal(size=(3, units))
    yield case("all units dead but one", x, w, np.where(np.arange(units) == 1, 40.0, -40.0))


def _mostly_off(rng: Generator) -> Cases:
    """Units that are off for all examples or for all but one."""
    x = np.vstack([np.ones((39, 2)), [[1.0, -1.0]]]) * rng.uniform(0.9, 1.1)
    w = np.array([[-1.0, -1.0, -0.02, 1.0], [0.0, -1.0, 0.0, 0.0]])
    units = np.repeat(np.arange(4), rng.permutation([2, 3, 4, 8]))  # none is the sum of two others
    b = np.array([0.5, 0.4, 0.01, 0.0])[units]
    yield case("units that are on for 1 example of 40, and units that are only just dead", x, w[:, units], b)
    on = rng.permutation([1e-9, 1e-9, -0.5, -0.5, -0.5])
    yield case("units whose largest input is 10⁻⁹", x, np.repeat([[-1.0], [-1.0]], 5, axis=1), on)


dead_fraction = Exercise(
    references.dead_fraction,
    points=12,
    minutes=15,
    difficulty=2,
    covers="threshold sign one",
    importance="core",
    checks=(
        Values("Some units dead", 6.5, _layers),
        Values("A unit whose input is always exactly 0", 1, _at_exactly_zero),
        Values("Off for all examples but one", 1.5, _mostly_off),
        Values("All units dead, and no unit dead", 1, _all_or_none),
    ),
    slips="""
        fraction of zeros
            (z <= 0).all(axis=0) → z <= 0
            you compute the fraction of outputs that are 0, which is often about a half in a healthy ReLU layer. Count
            a *unit* as dead only if its output is 0 for *every* example.
        off once is dead
            .all(axis=0) → .any(axis=0)
            you count units that are off for *some* example. Count only those that are off for *every* example.
        examples for units
            .all(axis=0) → .all(axis=1)
            you count *examples* for which no unit is on. Reduce over the examples, which is axis 0 of `x @ w + b`,
            because the units are its columns.
        strictly below 0
            z <= 0 → z < 0
            you count a unit as alive if its z is 0 for some example and never above 0. Count it as dead, as `z <= 0`
            does, because its output is 0 for every example.
        bias left out
            x @ w + b → x @ w
            you leave out the bias. Compute `x @ w + b`, because the bias shifts z and can switch a unit off or
            on.
        bias after the maximum
            x @ w + b → np.maximum(0, x @ w) + b
            z <= 0 → z == 0
            you add b after the maximum. Add it before, as in `np.maximum(0, x @ w + b)`, because the bias can switch a
            unit off or on.
        bias after the maximum, at most 0
            x @ w + b → np.maximum(0, x @ w) + b
            you add b after the maximum. Add it before, as in `np.maximum(0, x @ w + b)`, because the bias can switch a
            unit off or on.
        the living
            (z <= 0).all(axis=0) → (z > 0).any(axis=0)
            you compute the fraction of units that are *alive*. Compute the fraction that is dead.
        a count
            np.mean → np.sum
            you return the number of dead units. Divide it by the number of units.
        divided by the examples
            np.mean(dead) → np.sum(dead) / len(x)
            you divide the number of dead units by the number of *examples*. Divide it by the number of units.
        mean z
            (z <= 0).all(axis=0) → z.mean(axis=0) <= 0
            you test the mean or the sum of z over the examples, not each z. Count only units that are off for every
            example, because one example can keep a unit alive.
        off for most
            (z <= 0).all(axis=0) → (z <= 0).mean(axis=0) > 0.95
            you count units that are off for nearly all examples. Count only units that are off for every example,
            because one example can keep a unit alive.
    """,
)


def _mixed(rng: Generator) -> Cases:
    for n, d in ((12, 2), (15, 3)):
        x = rng.normal(size=(n, d))
        x[: n // 3] = -np.abs(x[: n // 3])
        x[n // 3, 0], x[n // 3, 1] = -1, 1
        yield case(f"x of shape ({n}, {d})", 0.1 * x, rng.normal(size=n))


def _with_zeros(rng: Generator) -> Cases:
    # The last rows are one-sided without a 0, so the fraction is above 0 even if zeros are counted as opposed. Rows are
    # repeated, so that a seed does not tell the fraction of another.
    x = np.array([[1.0, 0, 2], [0, -1, 3], [0, 0, 0], [-2, 0, -1], [1, 1, -1], [2, 1, 1], [1, 3, 2], [1, -3, 0]])
    counts = rng.integers(1, 7, 8).astype(np.intp)  # in a browser NumPy indexes with 32 bits
    rows = np.repeat(np.arange(8), counts)
    x = x[rows] * rng.uniform(0.05, 0.15, (len(rows), 3))
    yield case("inputs of 0", x, np.array([1.0, -1.0, 1.0, 2.0, 3.0, 1.0, -1.0, 2.0])[rows])
    yield case("an upstream gradient of 0", x, np.array([0.5, 0.0, -1.0, -2.0, 0.0, 1.0, 2.0, 1.0])[rows])


def _positive_inputs_are_one_sided(call: Function, rng: Generator) -> None:
    x, dz = rng.uniform(0.1, 0.2, (20, 4)), np.repeat([1.0, -1.0], 10) * rng.uniform(0.5, 1, 20)
    x[:10, 0] += 5  # so that the mean gradient of all examples has both signs
    x[10:, 1] += 5
    if not np.isclose(float(call(x, dz)), 1):
        raise Violation("with inputs that are all positive the fraction must be 1", f"got {float(call(x, dz)):.4g}")


def _opposed_at_the_ends(rng: Generator) -> Cases:
    """Entries that oppose one another without being neighbours."""
    while True:  # until the fractions of opposed and of one-sided examples differ
        counts = rng.integers(1, 7, 7)
        if counts[:4].sum() != counts[4:].sum():
            break
    rows = np.repeat(np.arange(7), counts.astype(np.intp))  # as in `_with_zeros`
    x = np.array([[1.0, 0, -1], [1, 0, -1], [-1, 0, 1], [-1, 0, 1], [1, 0, 1], [0, 1, 0], [1, 2, 1]])[rows]
    dz = np.array([1.0, -1, 1, -1, 1, 2, -1])[rows]
    yield case("a 0 between two entries that oppose each other", x * rng.uniform(0.05, 0.15), dz)
    yield case("the same with x of about 10⁻⁹", x * 1e-9 * rng.uniform(1, 3), dz)


one_sided_share = Exercise(
    references.one_sided_share,
    points=12,
    minutes=20,
    difficulty=3,
    covers="threshold sign tiny",
    importance="extra",
    checks=(
        Values("Inputs of either sign", 4.5, _mixed),
        Values("Entries of 0 oppose no other entry", 1.25, _with_zeros),
        Values("Opposed entries that are not neighbours", 0.75, _opposed_at_the_ends),
        Property("All inputs positive", 0.5, _positive_inputs_are_one_sided),
    ),
    slips="""
        zeros counted as opposed
            gradients >= 0 → gradients > 0
            gradients <= 0 → gradients < 0
            you do not count a gradient with an entry of 0 as one-sided. Test whether all entries
            are at least 0, or all at most 0, because an entry of 0 moves its weight in neither direction.
        zeros opposed on one side
            gradients >= 0 → gradients > 0
            you treat an entry of 0 as if it were negative. Compare with `>=` for the positive side as well.
        only one of the two sides
            none_negative | none_positive → none_negative
            you count only gradients without a negative entry. Count those without a *positive* entry, too.
        inputs for gradients
            x * dz[:, np.newaxis] → x
            you look at the signs of the inputs. Look at those of the *gradient*, `x[n] * dz[n]`, which is 0 throughout
            if `dz[n]` is 0.
        gradient of the whole batch
            x * dz[:, np.newaxis] → (x.T @ dz)[np.newaxis]
            you look at the gradient of the whole batch, so your result is 0 or 1. Look at the gradient of each example,
            a row of shape (D,).
        over the wrong axis
            (gradients >= 0).all(axis=1) → (gradients >= 0).all(axis=0)
            (gradients <= 0).all(axis=1) → (gradients <= 0).all(axis=0)
            you test for each *weight* whether all examples agree in sign. Test for each *example* whether all weights
            agree.
        both sides at once
            none_negative | none_positive → none_negative & none_positive
            you require that an example has no negative *and* no positive entry, which holds only for a row of zeros.
            Test the two conditions separately for each example, and combine the results with `|` (or).
        fraction of entries
            none_negative | none_positive → gradients >= 0
            you compute the fraction of *entries* that are not negative. Count an example only if *all* of its entries
            agree in sign.
        fraction of opposed examples
            np.mean(none_negative | none_positive) → np.mean(~(none_negative | none_positive))
            you compute the fraction of gradients that *have* entries of opposite signs. Return 1 minus this fraction.
        a count
            np.mean(none → np.sum(none
            you return the number of one-sided examples. Divide it by the number of examples.
        neighbours only
            none_negative | none_positive → (gradients[:, 1:] * gradients[:, :-1] >= 0).all(axis=1)
            you compare only neighbouring entries. Compare all entries of a row, because any two of them may have
            opposite signs.
        all against the first
            none_negative | none_positive → (gradients * gradients[:, :1] >= 0).all(axis=1)
            you compare all entries with the first one. Compare them with one another, because two others may have
            opposite signs if the first is 0.
        all against the last
            none_negative | none_positive → (gradients * gradients[:, -1:] >= 0).all(axis=1)
            you compare all entries with the last one. Compare them with one another, because two others may have
            opposite signs if the last is 0.
    """,
)
