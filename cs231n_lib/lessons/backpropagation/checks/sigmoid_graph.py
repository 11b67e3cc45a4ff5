"""Exercise on the graph of a sigmoid, whose lines are checked one by one."""

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
    """Test of the entries ``names``, given those before them, so that only wrong lines fail."""

    def test(call: Function, rng: Generator) -> None:
        for _ in range(3):
            w, x, b = (float(v) for v in rng.uniform(0.3, 1.5, 3) * rng.choice([-1, 1], 3))
            graph = call(w, x, b)
            for name, value in zip(names.split(), expected(graph, w, x, b), strict=True):
                found = _entry(graph, name)
                if not value:
                    raise Violation(f"`{name}` cannot be judged, because a line before it is 0")
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
        Property("Forward: out", 1, _line("out", lambda g, w, x, b: (1 / (1 + _exponential(w, x, b)),)), central=True),
        Property(
            "Line dd, through 1/d",
            2,
            _line("dd", lambda g, w, x, b: (-((1 + _exponential(w, x, b)) ** -2.0),)),
            central=True,
        ),
        Property("Line de, through 1 + e", 1, _line("de", lambda g, w, x, b: (_entry(g, "dd"),)), central=True),
        Property(
            "Line dn, through exp",
            2,
            _line("dn", lambda g, w, x, b: (_entry(g, "de") * _exponential(w, x, b),)),
            central=True,
        ),
        Property("Line dz, through −z", 1, _line("dz", lambda g, w, x, b: (-_entry(g, "dn"),)), central=True),
        Property(
            "Lines db, dw, dx, through + and ·",
            2,
            _line("db dw dx", lambda g, w, x, b: (_entry(g, "dz"), _entry(g, "dz") * x, _entry(g, "dz") * w)),
            central=True,
        ),
        Property(
            "The closed form `short`, computed from `out`",
            1,
            _line("short", lambda g, w, x, b: (_exponential(w, x, b) / (1 + _exponential(w, x, b)) ** 2,)),
        ),
    ),
    slips="""
        minus of 1/d missing
            -1 / d**2 → 1 / d**2
            your `dd` has the wrong sign, because 1/d *falls* as d grows. Write `-1 / d**2`, in which only d is squared.
        square of 1/d missing
            -1 / d**2 → -1 / d
            you leave the square out of `dd`. Use −1/d², the derivative of 1/d.
        value for slope
            -1 / d**2 → out
            your `dd` is the value 1/d. Use the *derivative* of 1/d, which is −1/d².
        constant taken for a factor
            de = dd → de = 0.0
            you set `de` to 0. Use `dd`, because 1 + e changes by as much as e.
        power rule for exp
            dn = de * e → dn = de * n * np.exp(n - 1)
            you apply the power rule, as if n were the base. Multiply `de` by `e`, because n is the exponent and exp(n)
            is its own derivative.
        exp passed unchanged
            dn = de * e → dn = de
            you pass `de` through exp unchanged. Multiply `de` by the local derivative, exp(n), which the forward pass
            calls `e`.
        local derivative alone
            dn = de * e → dn = e
            your `dn` is only the local derivative. Multiply it by the upstream gradient `de`.
        local derivatives throughout
            de = dd → de = 1.0
            dn = de * e → dn = e
            dz = -dn → dz = -1.0
            db = dz → db = 1.0
            dw = dp * x → dw = x
            dx = dp * w → dx = w
            each of your lines computes only a *local* derivative. Multiply each one by the upstream gradient, which the
            line before it computes.
        derivative of exp at the wrong place
            dn = de * e → dn = de * n
            you multiply `de` by n. Multiply it by `e`, because the derivative of exp(n) is exp(n).
        sign of the negation
            dz = -dn → dz = dn
            you pass `dn` through the negation unchanged. Write `dz = -dn`, because n is −z.
        factors not exchanged
            dp * x → dp * w
            dx = dp * w → dx = dp * x
            you multiply the upstream gradient by the factor whose gradient you compute. Multiply it by the *other*
            factor, so that `dw` is `dz * x` and `dx` is `dz * w`.
        bias through the product
            db = dz → db = dz * b
            you multiply `dz` by b. Use `dz` itself as `db`, because b is *added* and a sum passes the gradient on
            unchanged.
        short formula from z
            out * (1 - out) → z * (1 - z)
            you compute `short` from z. Compute it from the *output* of the sigmoid, as `out * (1 - out)`.
        short formula of a sigmoid of the output
            short = out * (1 - out) → again = 1 / (1 + np.exp(-out)) ⏎ short = again * (1 - again)
            you apply the sigmoid to `out` in `short`. Use `out * (1 - out)`, because `out` is already σ(z).
        short formula without the output
            out * (1 - out) → 1 - out
            you leave the factor `out` out of `short`. Use the product `out * (1 - out)`.
    """,
)
