"""Exercises on the gradient rules of tanh and of the maximum."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Caller, Cases, Practice, Property, Values, Violation, case

from . import references


def _moderate(rng: Generator) -> Cases:
    for shape in ((5,), (3, 4)):
        yield case(f"shape {shape}", rng.normal(size=shape), rng.uniform(0.2, 1.5, shape) * rng.choice([-1, 1], shape))


def _zero_and_saturated(rng: Generator) -> Cases:
    yield case("x = −50, 0 and 50", rng.uniform(0.5, 2, 3), np.array([-50.0, 0.0, 50.0]))


def _slope_of_tanh(call: Caller, rng: Generator) -> None:
    x, grad, h = rng.uniform(0.2, 1, 4), rng.normal(size=4), 1e-5
    numerical = grad * (np.tanh(x + h) - np.tanh(x - h)) / (2 * h)
    if not np.allclose(call(grad, x), numerical, rtol=1e-6, atol=1e-9):
        raise Violation("the gradient must agree with centred differences of `np.tanh`")


tanh_rule = Practice(
    references.tanh_rule,
    minutes=8,
    difficulty=1,
    covers="tie sign repeated sorted",
    checks=(
        Values("The gradient with a random upstream gradient", 4.5, _moderate),
        Values("At zero and where tanh is saturated", 1.25, _zero_and_saturated),
        Property("It agrees with centred differences", 1.25, _slope_of_tanh),
    ),
    slips="""
        upstream gradient missing
            grad * (1 - np.tanh(x) ** 2) → 1 - np.tanh(x) ** 2
            you return the derivative of tanh alone. Multiply the derivative by the upstream gradient `grad`.
        upstream gradient added
            grad * ( → grad + (
            you add the upstream gradient to the derivative. *Multiply* the two instead, as the chain rule does.
        square missing
            np.tanh(x) ** 2 → np.tanh(x)
            you subtract tanh from 1 without squaring it. Use the derivative of tanh, 1 − tanh².
        x in place of its tanh
            np.tanh(x) ** 2 → x ** 2
            you square the input. Square the *output*, tanh(x), and subtract that square from 1.
        derivative of the sigmoid
            (1 - np.tanh(x) ** 2) → np.tanh(x) * (1 - np.tanh(x))
            you use out · (1 − out), the derivative of the sigmoid. Use the derivative of tanh, 1 − out².
        forward pass
            grad * (1 - np.tanh(x) ** 2) → np.tanh(x)
            you return the output of tanh. Return the gradient with respect to `x`.
        tanh of the gradient
            np.tanh(x) → np.tanh(grad)
            you take tanh of the upstream gradient. Compute the derivative at the input `x` instead.
        sign
            (1 - np.tanh(x) ** 2) → (np.tanh(x) ** 2 - 1)
            your derivative has the wrong sign. Use 1 − tanh², which is never negative because tanh rises everywhere.
    """,
)


def _no_ties(rng: Generator) -> Cases:
    for shape in ((6,), (3, 4)):
        a = rng.normal(size=shape)
        apart = rng.uniform(0.5, 1, shape) * np.resize([1, -1], shape)
        yield case(f"shape {shape}", rng.normal(size=shape), a, a + apart)


def _ties(rng: Generator) -> Cases:
    a = rng.normal(size=6)
    yield case("equal at three of six places", rng.uniform(0.5, 2, 6), a, a + np.array([0, 1, 0, -1, 0, 2]))


def _broadcast(rng: Generator) -> Cases:
    a = np.array([[-1.0, 1.0, 2.0], [3.0, -2.0, -1.0]])
    yield case("a of shape (2, 3), b of shape (3,)", rng.normal(size=(2, 3)), a, np.array([0.5, 0.25, 0.75]))


def _parts(call: Caller, rng: Generator) -> None:
    grad, a = rng.uniform(0.5, 2, 6), rng.normal(size=6)
    to_a, to_b = call(grad, a, a * np.array([1, 2, 1, -2, 1, 1]))
    if not np.allclose(to_a + to_b, grad):
        raise Violation(
            "both gradients must add up to `grad`, because the maximum rises by h if both inputs rise by h",
            f"the sums are {to_a + to_b}, and `grad` is {grad}",
        )


maximum_rule = Practice(
    references.maximum_rule,
    minutes=12,
    difficulty=2,
    covers="tie threshold sign repeated",
    examples_rows=("Where both are equal",),
    checks=(
        Values("Where one input is larger", 5, _no_ties),
        Values("Where both are equal", 1.25, _ties),
        Values("Inputs of different shapes", 1, _broadcast),
        Property("Both gradients add up to the upstream gradient", 0.75, _parts),
    ),
    slips="""
        exchanged
            (a > b) → (a < b)
            you give the gradient to the smaller input. Give it to the larger one, which alone reaches the output.
        all of a tie to a
            (a > b) + 0.5 * (a == b) → 1.0 * (a >= b)
            at a tie you give the whole gradient to `a`. Give each of two equal inputs one half.
        all of a tie to b
            (a > b) + 0.5 * (a == b) → 1.0 * (a > b)
            at a tie you give the whole gradient to `b`. Give each of two equal inputs one half.
        tie lost
            (a > b) + 0.5 * (a == b) → 1.0 * (a > b)
            (1 - part) → (b > a)
            at a tie you give neither input a gradient. Give each of two equal inputs one half.
        tie counted twice
            (a > b) + 0.5 * (a == b) → 1.0 * (a >= b)
            (1 - part) → (b >= a)
            at a tie you give both inputs the whole gradient, so it counts twice. Give each input one half.
        all to both
            grad * part, grad * (1 - part) → 1.0 * grad + 0 * part, 1.0 * grad + 0 * part
            you give both inputs the whole gradient. At each place give it only to the larger input.
        halves everywhere
            part = (a > b) + 0.5 * (a == b) → part = 0.5 + 0 * (a + b)
            you give each input one half everywhere, which is the rule of a mean. At each place give the gradient only
            to the larger input.
        upstream gradient missing
            grad * part, grad * (1 - part) → part, 1 - part
            you return only the fractions for `a` and `b`. Multiply them by the upstream gradient `grad`.
        inputs passed on
            grad * part, grad * (1 - part) → a * part, b * (1 - part)
            you pass on the larger *input*, as the forward pass does. Pass back the upstream gradient `grad` instead.
    """,
)
