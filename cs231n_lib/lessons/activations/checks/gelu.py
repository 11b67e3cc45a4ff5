"""Bonus exercise of lesson 03 on GELU, the activation of many transformers."""

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
    yield case("far from 0, and 0", x, rng.uniform(0.5, 2, 5))


def _gradient(call: Caller, rng: Generator) -> None:
    x, dout = rng.normal(size=6), rng.normal(size=6)
    dx = call(x, dout)[1]
    require_own_gradient("dx", dx, call, lambda x: (x, dout), lambda both: np.sum(dout * both[0]), x, of="out")


gelu = Bonus(
    references.gelu,
    minutes=20,
    difficulty=3,
    covers="sign huge",
    checks=(
        Values("Output and gradient with a random upstream gradient", 5.5, _ordinary),
        Values("ReLU far from 0, and slope ½ at 0", 1.5, _ends),
        Property("Gradient against the numerical gradient of the same output", 2, _gradient),
    ),
    slips="""
        inner slope missing
            * (1 - t**2) * inner_slope → * (1 - t**2)
            you stop the chain rule at tanh. Multiply the slope of tanh by the slope of its argument, too.
        second term missing
            0.5 * (1 + t) + 0.5 * x * (1 - t**2) * inner_slope → 0.5 * (1 + t)
            you treat the gate as a constant. Add the second term of the product rule, x times the slope of the gate.
        first term missing
            slope = 0.5 * (1 + t) + 0.5 * x → slope = 0.5 * x
            you treat the factor x as a constant. Add the first term of the product rule, 1 times the gate.
        slope of tanh
            (1 - t**2) → (1 - t)
            you use 1 − t as the slope of tanh. Use 1 − t², with the square.
        sigmoid's slope for tanh
            (1 - t**2) → t * (1 - t)
            you use the slope of the sigmoid, t · (1 − t). Use the slope of tanh, 1 − t².
        second term without x
            0.5 * x * (1 - t**2) → 0.5 * (1 - t**2)
            you leave the factor x out of the second term. Multiply the slope of the gate by x, as the product rule
            says.
        second term without ½
            + 0.5 * x * (1 - t**2) → + x * (1 - t**2)
            you leave the factor ½ out of the second term. Include it, because the gate is ½(1 + t).
        second term subtracted
            + 0.5 * x * (1 - t**2) → - 0.5 * x * (1 - t**2)
            you subtract the second term of the product rule. Add it.
        3 missing
            3 * 0.044715 → 0.044715
            you use x² as the slope of x³. Use 3x².
        cube in the slope
            0.044715 * x**2 → 0.044715 * x**3
            you use 3x³ as the slope of x³. Use 3x².
        x for x²
            3 * 0.044715 * x**2 → 3 * 0.044715 * x
            you use 3x as the slope of x³. Use 3x².
        inner slope without its 1
            (1 + 3 * 0.044715 * x**2) → (3 * 0.044715 * x**2)
            you leave out the slope of the x inside the tanh. Add 1 to the slope of the cubic term, before you multiply
            by √(2/π).
        inner slope without its root
            inner_slope = root * (1 → inner_slope = (1
            your output is right, but you leave the factor √(2/π) out of the slope of the tanh's argument. Multiply by
            it there, too.
        root missing
            inner = root * (x → inner = (x
            inner_slope = root * (1 → inner_slope = (1
            you leave out the factor √(2/π) inside the tanh. Multiply x + 0.044715 x³ by it, and for `dx` also multiply
            the slope of this sum by it.
        root not taken
            np.sqrt(2 / np.pi) → 2 / np.pi
            you use 2/π as the factor inside the tanh. Use its *root*, √(2/π), which is 0.798.
        π over 2
            np.sqrt(2 / np.pi) → np.sqrt(np.pi / 2)
            you use √(π/2) as the factor inside the tanh. Use √(2/π), which is below 1.
        tanh of x itself
            inner = root * (x + 0.044715 * x**3) → inner = x
            inner_slope = root * (1 + 3 * 0.044715 * x**2) → inner_slope = 1
            you compute ½x(1 + tanh x). Use √(2/π)(x + 0.044715 x³) inside the tanh, and its slope for `dx`.
        inner value for t
            (1 - t**2) → (1 - inner**2)
            you compute the slope of tanh from its input. Compute it from the *output* t, as 1 − t².
        factors added
            0.5 * (1 + t) + 0.5 * x * (1 - t**2) * inner_slope → x + 0.5 * (1 + t) * 0.5 * (1 - t**2) * inner_slope
            you combine the wrong factors in the product rule. Add 1 times the gate and x times the slope of the gate.
        square for the cube
            0.044715 * x**3 → 0.044715 * x**2
            you use the square of x inside the tanh, so the gate loses its symmetry. Use the *cube* of x.
        cube left out
            (x + 0.044715 * x**3) → x
            (1 + 3 * 0.044715 * x**2) → 1
            you leave out the cubic term inside the tanh. Add 0.044715 x³ to x, and its slope to that of x for `dx`,
            before you multiply by √(2/π).
        constant rounded
            0.044715 * x**3 → 0.0447 * x**3
            3 * 0.044715 → 3 * 0.0447
            you round the constant, so your results are slightly off. Use 0.044715.
        constant ten times too large
            0.044715 * x**3 → 0.44715 * x**3
            3 * 0.044715 → 3 * 0.44715
            you use a constant that is ten times too large. Use 0.044715, with a 0 after the point.
        root multiplies only x
            root * (x + 0.044715 * x**3) → root * x + 0.044715 * x**3
            root * (1 + 3 * 0.044715 * x**2) → root + 3 * 0.044715 * x**2
            you multiply only x by √(2/π). Put x and the cubic term in brackets, so that the factor multiplies both, and
            do the same in the slope for `dx`.
        exact form
            t = np.tanh(inner) → from math import erf ⏎ t = np.vectorize(erf)(x / np.sqrt(2))
            0.5 * x * (1 - t**2) * inner_slope → x * np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
            you compute the exact form of GELU, whose gate is the normal distribution function. Write the tanh form, for
            `out` and for `dx`.
        ½ missing
            out = 0.5 * x → out = x
            slope = 0.5 * (1 + t) + 0.5 * x → slope = (1 + t) + x
            you leave out the factor ½, so your output is 2x for large x. Use the gate ½(1 + t), which lies between 0
            and 1.
        1 missing
            out = 0.5 * x * (1 + t) → out = 0.5 * x * t
            slope = 0.5 * (1 + t) + → slope = 0.5 * t +
            you leave out the 1, so your gate lies between −½ and ½. Use the gate ½(1 + t), which lies between 0 and 1.
        gate alone
            out = 0.5 * x * (1 + t) → out = 0.5 * (1 + t)
            you return only the gate ½(1 + t) as the output. Multiply it by x.
        swish
            out = 0.5 * x * (1 + t) → out = x / (1 + np.exp(-x))
            slope = 0.5 * (1 + t) + 0.5 * x * (1 - t**2) * inner_slope → slope = out + (1 - out) / (1 + np.exp(-x))
            you compute the swish function of lesson 02, x times σ(x). Use GELU's gate ½(1 + tanh(…)), which is steeper.
        upstream left out
            dout * slope → slope
            you return only the local slope. Multiply it by the upstream gradient, `dout`.
        upstream added
            dout * slope → dout + slope
            you add the slope to `dout`. *Multiply* the two, as the chain rule says.
        upstream on one term
            slope = 0.5 * (1 + t) → slope = 0.5 * dout * (1 + t)
            dout * slope → slope
            you multiply only the first term by `dout`. Multiply the second term by it, too.
        upstream on the second term
            dout * slope → slope + (dout - 1) * 0.5 * x * (1 - t**2) * inner_slope
            you multiply only the second term by `dout`. Multiply the first term by it, too.
        ReLU's slope
            dout * slope → dout * (x > 0)
            you use the slope of ReLU, which jumps from 0 to 1. Apply the product rule to x and the gate, which gives
            the smooth slope of GELU.
        results exchanged
            return out, dx → return dx, out
            you return the results in the wrong order. Return `out, dx`.
        output alone
            return out, dx → return out
            you return only the output. Return two values, `out, dx`.
    """,
)
