"""An exercise on a graph: a sigmoid written line by line, each line checked on its own."""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Exercise, Function, Property, Violation

from . import references

Graph = dict[str, float]


def _entry(graph: Graph, name: str) -> float:
    if name not in graph:
        raise Violation(f"the dictionary has no entry `{name}`", at_return=True)
    value = graph[name]
    if np.ndim(value) or np.asarray(value).dtype.kind not in "fiu":
        raise Violation(f"`{name}` is not a number")
    return float(value)


def _line(names: str, expected: Callable[[Graph, float, float, float], tuple[float, ...]]) -> Function:
    """Entries ``names`` must be what ``expected`` makes of the entries before them: only the faulty line fails."""

    def test(call: Function, rng: Generator) -> None:
        for _ in range(3):
            w, x, b = (float(v) for v in rng.uniform(0.3, 1.5, 3) * rng.choice([-1, 1], 3))
            graph = call(w, x, b)
            for name, value in zip(names.split(), expected(graph, w, x, b), strict=True):
                found = _entry(graph, name)
                if not value:
                    raise Violation(f"`{name}` cannot be judged: what comes before it is 0")
                if not np.isclose(found, value, rtol=1e-9, atol=0):
                    detail = f"w = {w:.4g}, x = {x:.4g}, b = {b:.4g}: expected {value:.6g}, got {found:.6g}"
                    raise Violation(f"`{name}` is wrong, given the lines before it", detail)

    return test


def _exponential(w: float, x: float, b: float) -> float:
    return float(np.exp(-(w * x + b)))


sigmoid_graph = Exercise(
    references.sigmoid_graph,
    points=10,
    minutes=20,
    difficulty=2,
    importance="core",
    required_row="Forward: out",
    checks=(
        Property("Forward: out", 1, _line("out", lambda g, w, x, b: (1 / (1 + _exponential(w, x, b)),))),
        Property("Line dd, through 1/d", 2, _line("dd", lambda g, w, x, b: (-((1 + _exponential(w, x, b)) ** -2.0),))),
        Property("Line de, through 1 + e", 1, _line("de", lambda g, w, x, b: (_entry(g, "dd"),))),
        Property("Line dn, through exp", 2, _line("dn", lambda g, w, x, b: (_entry(g, "de") * _exponential(w, x, b),))),
        Property("Line dz, through −z", 1, _line("dz", lambda g, w, x, b: (-_entry(g, "dn"),))),
        Property(
            "Lines db, dw, dx, through + and ·",
            2,
            _line("db dw dx", lambda g, w, x, b: (_entry(g, "dz"), _entry(g, "dz") * x, _entry(g, "dz") * w)),
        ),
        Property(
            "The short formula, from out alone",
            1,
            _line("short", lambda g, w, x, b: (_exponential(w, x, b) / (1 + _exponential(w, x, b)) ** 2,)),
        ),
    ),
    slips="""
        minus of 1/d missing
            -1 / d**2 → 1 / d**2
            `dd` has the wrong sign: 1/d *falls* as d grows, its derivative is −1/d².
        square of 1/d missing
            -1 / d**2 → -1 / d
            the derivative of 1/d is −1/d²: the square is missing in `dd`.
        value for slope
            -1 / d**2 → out
            `dd` is the value 1/d. On the way back each line holds a *derivative*: that of 1/d is −1/d².
        constant taken for a factor
            de = dd → de = 0.0
            `de` is 0, but adding the constant 1 does not stop a gradient: if e grows by a little, so does 1 + e.
        rule of powers for exp
            dn = de * e → dn = de * n * np.exp(n - 1)
            this is the rule for powers *of n*. Here n is the exponent: the derivative of exp(n) is exp(n) itself, `e`.
        exp passed unchanged
            dn = de * e → dn = de
            `dn` equals `de`: the local derivative of exp(n) is exp(n) itself, which the forward pass knows as `e`.
        local derivative alone
            dn = de * e → dn = e
            `dn` is the local derivative only: multiply it by what comes from above, `de`.
        local derivatives throughout
            de = dd → de = 1.0
            dn = de * e → dn = e
            dz = -dn → dz = -1.0
            db = dz → db = 1.0
            dw = dp * x → dw = x
            dx = dp * w → dx = w
            each line holds its *local* derivative alone. The chain rule multiplies it by what comes from above, the
            line before.
        derivative of exp at the wrong place
            dn = de * e → dn = de * n
            the derivative of exp(n) is exp(n), not n: multiply `de` by `e`.
        sign of the negation
            dz = -dn → dz = dn
            `dz` equals `dn`: going back through n = −z turns the sign around.
        factors not exchanged
            dp * x → dp * w
            dx = dp * w → dx = dp * x
            through a product each factor gets the *other* one: `dw` is `dp` times x, `dx` is `dp` times w.
        bias through the product
            db = dz → db = dz * b
            `db` is `dz` itself: b is *added*, and a sum passes the gradient on as it is.
        short formula from z
            out * (1 - out) → z * (1 - z)
            `short` is σ(z)·(1 − σ(z)), in the *output* of the sigmoid: `out * (1 - out)`.
        short formula of a sigmoid of the output
            short = out * (1 - out) → again = 1 / (1 + np.exp(-out)) ⏎ short = again * (1 - again)
            `out` is σ(z) already: for `short` do not send it through a sigmoid again.
        short formula without the output
            out * (1 - out) → 1 - out
            `short` is a product: σ′ = σ·(1 − σ), `out * (1 - out)`.
    """,
)
