"""Bonus of lesson 04, on a larger network that computes the same outputs."""

from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Bonus, Cases, Function, Property, Values, Violation, case

from . import references


def _arguments(rng: Generator, d: int, h: int, k: int) -> list[Any]:
    return [rng.normal(size=(d, h)), rng.normal(size=h), rng.normal(size=(h, k))]


def _layers(rng: Generator) -> Cases:
    yield case("first unit of three", *_arguments(rng, 4, 3, 2), 0, float(rng.uniform(0.1, 0.4)))
    yield case("third unit of five", *_arguments(rng, 3, 5, 4), 2, float(rng.uniform(0.6, 0.9)))


def _edges(rng: Generator) -> Cases:
    yield case("D = H = K = 3", *_arguments(rng, 3, 3, 3), 1, 0.3)
    yield case("a share of 0", *_arguments(rng, 3, 4, 2), 1, 0.0)
    yield case("a share of 2", *_arguments(rng, 3, 4, 2), 3, 2.0)


def _same(call: Function, rng: Generator) -> None:
    w1, b1, w2 = _arguments(rng, 3, 6, 2)
    x = rng.normal(size=(20, 3))
    wide1, wide_b, wide2 = (np.asarray(a, dtype=float) for a in call(w1, b1, w2, 4, 0.3))
    if wide_b.shape != (7,):
        raise Violation("`b1` does not have one more entry", f"{wide_b.shape}, not (7,)")
    off = np.abs(np.maximum(x @ wide1 + wide_b, 0) @ wide2 - np.maximum(x @ w1 + b1, 0) @ w2).max()
    if not off <= 1e-9:
        raise Violation(
            "the larger network does not compute the same outputs",
            f"the largest difference is {off:.3g}",
            fingerprint=round(float(off), 9),
        )


split_unit = Bonus(
    references.split_unit,
    minutes=12,
    difficulty=2,
    covers="sign smallest",
    checks=(
        Values("Two networks", 5, _layers),
        Values("A square network, and shares of 0 and 2", 1.5, _edges),
        Property("The same outputs", 1.5, _same),
    ),
    slips="""
        both in full
            w2 = np.vstack([w2, share * w2[unit]]) → w2 = np.vstack([w2, w2[unit]])
            w2[unit] *= 1 - share → pass
            you count the unit twice. Multiply the copy's outgoing weights by `share`, and the original's by 1 −
            `share`.
        first output only
            w2[unit] *= 1 - share → w2[unit, 0] *= 1 - share
            you reduce only the unit's first outgoing weight. Multiply all of its outgoing weights by 1 − `share`.
        original in full
            w2[unit] *= 1 - share → pass
            you leave the original unit's outgoing weights unchanged, so the copy's part is added to their full amount.
            Multiply the original unit's outgoing weights by 1 − `share`.
        copy beside the original
            np.vstack([w2, share * w2[unit]]) → np.insert(w2, unit + 1, share * w2[unit], axis=0)
            np.hstack([w1, w1[:, [unit]]]) → np.insert(w1, unit, w1[:, unit], axis=1)
            np.append(b1, b1[unit]) → np.insert(b1, unit, b1[unit])
            you insert the copy directly after the original. Put it last in all three arrays.
        shares exchanged
            share * w2[unit]] → (1 - share) * w2[unit]]
            w2[unit] *= 1 - share → w2[unit] *= share
            you exchange the two fractions. Give `share` to the copy at the end, and 1 − `share` to the original.
        halves
            share * w2[unit]] → 0.5 * w2[unit]]
            w2[unit] *= 1 - share → w2[unit] *= 0.5
            you always give each unit half of the outgoing weights. Give the fraction `share` to the copy, and 1 −
            `share` to the original.
        incoming weights shared
            w1[:, [unit]] → share * w1[:, [unit]]
            you multiply the copy's incoming weights by `share`. Copy them in full, because only the *outgoing* weights
            are divided.
        incoming weights divided
            w2 = np.vstack([w2, share * w2[unit]]) → w2 = np.vstack([w2, w2[unit]])
            w2[unit] *= 1 - share → kept = np.where(np.arange(len(b1)) == unit, 1 - share, 1)
            np.hstack([w1, w1[:, [unit]]]) → np.hstack([w1 * kept, share * w1[:, [unit]]])
            np.append(b1, b1[unit]) → np.append(b1 * kept, share * b1[unit])
            you divide the incoming weights and the bias between the two units and copy the outgoing weights. Copy the
            incoming weights and the bias in full, and divide the *outgoing* weights.
        row of w1
            w1[:, [unit]] → w1[[unit]].T
            you copy a row of `w1`. Copy a *column*, because it holds the incoming weights of a unit.
        bias of 0
            np.append(b1, b1[unit]) → np.append(b1, 0.0)
            you give the copy the bias 0. Give it the bias of the original.
        copy at the front
            np.vstack([w2, share * w2[unit]]) → np.vstack([share * w2[unit], w2])
            w2[unit] *= 1 - share → w2[unit + 1] *= 1 - share
            you put the copy's outgoing weights first but its incoming weights last. Append the copy at the end of all
            three arrays.
        last unit
            w1[:, [unit]] → w1[:, [-1]]
            b1[unit] → b1[-1]
            share * w2[unit]] → share * w2[-1]]
            w2[unit] *= → w2[-2] *=
            you split the last unit, whatever `unit` is. Split the unit with the index `unit`.
        bias shared
            np.append(b1, b1[unit]) → np.append(b1, share * b1[unit])
            you multiply the copy's bias by `share`. Copy it in full, because only the *outgoing* weights are divided.
        share of what is left
            share * w2[unit]] → share * (1 - share) * w2[unit]]
            you compute the copy's outgoing weights from weights that you have already multiplied by 1 − `share`.
            Compute them before you change the original unit's weights.
        copy first in all three arrays
            w2 = np.vstack([w2, share * w2[unit]]) → w2 = np.vstack([share * w2[unit], w2])
            w2[unit] *= 1 - share → w2[unit + 1] *= 1 - share
            np.hstack([w1, w1[:, [unit]]]) → np.hstack([w1[:, [unit]], w1])
            np.append(b1, b1[unit]) → np.append(b1[unit], b1)
            you put the copy first. Put it last in all three arrays.
        w2 changed
            w2[unit] *= 1 - share → pass
            w2 = np.vstack([ → copy = share * w2[unit] ⏎ w2[unit] *= 1 - share ⏎ w2 = np.vstack([
            w2, share * w2[unit]]) → w2, copy])
            the values are right, but you write into the caller's `w2`. Make the larger array first, and then change
            only this new array.
    """,
)
