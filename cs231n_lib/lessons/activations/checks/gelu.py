"""The bonus of lesson 03: the activation of today's transformers."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Bonus, Caller, Cases, Property, Values, case
from cs231n_lib.checks.numerical import require_own_gradient

from . import references


def _ordinary(rng: Generator) -> Cases:
    for shape in ((6,), (3, 4), (2, 3, 2)):
        x = rng.uniform(0.3, 2.5, shape) * rng.choice([-1, 1], shape)
        yield case(f"shape {shape}", x, rng.normal(size=shape))


def _ends(rng: Generator) -> Cases:
    x = np.array([-1000.0, -20.0, 0.0, 20.0, 1000.0])
    yield case("far out, and 0", x, rng.uniform(0.5, 2, 5))


def _gradient(call: Caller, rng: Generator) -> None:
    x, dout = rng.normal(size=6), rng.normal(size=6)
    dx = call(x, dout)[1]
    require_own_gradient("dx", dx, call, lambda x: (x, dout), lambda both: np.sum(dout * both[0]), x, of="out")


gelu = Bonus(
    references.gelu,
    minutes=20,
    difficulty=3,
    checks=(
        Values("Output and gradient with a random upstream", 5, _ordinary),
        Values("Far out it is ReLU; at 0 its slope is ½", 2, _ends),
        Property("Gradient against the numerical gradient of the same output", 2, _gradient),
    ),
    slips="""
        inner slope missing
            * (1 - t**2) * inner_slope → * (1 - t**2)
            the chain rule stops at tanh: multiply by the slope of what is inside it, too.
        second term missing
            0.5 * (1 + t) + 0.5 * x * (1 - t**2) * inner_slope → 0.5 * (1 + t)
            the gate is taken for a constant. It depends on x as well: the product rule gives a second term, x times the
            gate's slope.
        first term missing
            slope = 0.5 * (1 + t) + 0.5 * x → slope = 0.5 * x
            the factor x is taken for a constant. The product rule gives a first term as well: 1 times the gate.
        slope of tanh
            (1 - t**2) → (1 - t)
            the slope of tanh is 1 − t², with the square.
        sigmoid's slope for tanh
            (1 - t**2) → t * (1 - t)
            t · (1 − t) is the slope of the sigmoid. That of tanh is 1 − t².
        second term without x
            0.5 * x * (1 - t**2) → 0.5 * (1 - t**2)
            the second term lacks its factor x: the product rule gives x times the gate's slope.
        second term without ½
            + 0.5 * x * (1 - t**2) → + x * (1 - t**2)
            the gate is ½(1 + t), so its slope has the ½ as well.
        second term subtracted
            + 0.5 * x * (1 - t**2) → - 0.5 * x * (1 - t**2)
            the two terms of the product rule are added.
        3 missing
            3 * 0.044715 → 0.044715
            the slope of x³ is 3x²: the 3 is missing.
        cube in the slope
            0.044715 * x**2 → 0.044715 * x**3
            the slope of x³ is 3x², with the square.
        x for x²
            3 * 0.044715 * x**2 → 3 * 0.044715 * x
            the slope of x³ is 3x²: the square is missing.
        inner slope without its 1
            (1 + 3 * 0.044715 * x**2) → (3 * 0.044715 * x**2)
            inside the tanh there is x and its cube: the slope of the x alone, 1, is missing.
        inner slope without its root
            inner_slope = root * (1 → inner_slope = (1
            the output is right. The slope of what is inside the tanh has the factor √(2/π), too.
        root missing
            inner = root * (x → inner = (x
            inner_slope = root * (1 → inner_slope = (1
            the factor √(2/π) is missing inside the tanh.
        root not taken
            np.sqrt(2 / np.pi) → 2 / np.pi
            the factor is the *root* of 2/π, 0.798.
        π over 2
            np.sqrt(2 / np.pi) → np.sqrt(np.pi / 2)
            the fraction is upside down: √(2/π), which is below 1.
        tanh of x itself
            inner = root * (x + 0.044715 * x**3) → inner = x
            inner_slope = root * (1 + 3 * 0.044715 * x**2) → inner_slope = 1
            this is ½x(1 + tanh x): inside the tanh belongs √(2/π)(x + 0.044715 x³).
        inner value for t
            (1 - t**2) → (1 - inner**2)
            the slope of tanh is made of its *output*: 1 − t².
        factors added
            0.5 * (1 + t) + 0.5 * x * (1 - t**2) * inner_slope → x + 0.5 * (1 + t) * 0.5 * (1 - t**2) * inner_slope
            the factors are exchanged: the slope of x times the gate, plus x times the slope of the gate.
        square for the cube
            0.044715 * x**3 → 0.044715 * x**2
            inside the tanh is the *cube* of x: with the square the curve would lose its symmetry.
        cube left out
            (x + 0.044715 * x**3) → x
            (1 + 3 * 0.044715 * x**2) → 1
            the term with the cube is missing inside the tanh: 0.044715 x³.
        digits of the constant
            0.044715 * x**3 → 0.0447 * x**3
            3 * 0.044715 → 3 * 0.0447
            the constant is 0.044715: with fewer digits the results are a little off.
        two digits of the constant
            0.044715 * x**3 → 0.44715 * x**3
            3 * 0.044715 → 3 * 0.44715
            the constant is 0.044715, with a 0 after the point: yours is ten times as large.
        cube outside the root's bracket
            root * (x + 0.044715 * x**3) → root * x + 0.044715 * x**3
            root * (1 + 3 * 0.044715 * x**2) → root + 3 * 0.044715 * x**2
            √(2/π) multiplies both terms: put x and its cube in brackets.
        ½ missing
            out = 0.5 * x → out = x
            slope = 0.5 * (1 + t) + 0.5 * x → slope = (1 + t) + x
            the ½ is missing: the gate ½(1 + t) must lie between 0 and 1. Far out yours gives 2x.
        1 missing
            out = 0.5 * x * (1 + t) → out = 0.5 * x * t
            slope = 0.5 * (1 + t) + → slope = 0.5 * t +
            the gate is ½(1 + t), between 0 and 1. Without the 1 it lies between −½ and ½.
        gate alone
            out = 0.5 * x * (1 + t) → out = 0.5 * (1 + t)
            this puts out the gate ½(1 + t): multiply it by x.
        swish
            out = 0.5 * x * (1 + t) → out = x / (1 + np.exp(-x))
            slope = 0.5 * (1 + t) + 0.5 * x * (1 - t**2) * inner_slope → slope = out + (1 - out) / (1 + np.exp(-x))
            this is swish of lesson 02, x times σ(x). GELU's gate is ½(1 + tanh(…)), which is steeper.
        upstream left out
            dout * slope → slope
            this is the local slope alone: multiply it by what comes from above, `dout`.
        upstream added
            dout * slope → dout + slope
            the slope is added to `dout`. The chain rule *multiplies* the two.
        upstream on one term
            slope = 0.5 * (1 + t) → slope = 0.5 * dout * (1 + t)
            dout * slope → slope
            `dout` multiplies the first term alone: put the whole slope in brackets.
        upstream on the second term
            dout * slope → slope + (dout - 1) * 0.5 * x * (1 - t**2) * inner_slope
            `dout` multiplies the second term alone: put the whole slope in brackets.
        ReLU's slope
            dout * slope → dout * (x > 0)
            the slope is that of ReLU, a step. GELU bends: use the product rule on x and its gate.
        results exchanged
            return out, dx → return dx, out
            the results are in the other order: (out, dx) is asked.
        output alone
            return out, dx → return out
            the output alone is returned: return two things, `out, dx`.
    """,
)
