"""An exercise on the way back through batch normalisation, stage by stage, each line checked on its own."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.checks.numerical import require_gradient
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import layers

from . import references
from .draws import EPS, draw, normalize, pull

Graph = dict[str, FloatArray]

LINES: dict[str, Callable[[Graph], Any]] = {
    "dbeta": lambda g: np.einsum("nd->d", g["dout"]),
    "dgamma": lambda g: np.einsum("nd,nd->d", g["dout"], g["xhat"]),
    "dxhat": lambda g: g["gamma"] * g["dout"],
    "dstd": lambda g: np.einsum("nd,nd->d", g["dxhat"], -g["xc"]) * g["std"] ** -2.0,
    "dvar": lambda g: 0.5 * g["dstd"] * g["std"] ** -1.0,
    "dxc": lambda g: g["std"] ** -1.0 * g["dxhat"] + 2 / len(g["x"]) * g["xc"] * g["dvar"],
    "dmu": lambda g: np.einsum("nd->d", -g["dxc"]),
    "dx": lambda g: g["dxc"] + np.ones_like(g["x"]) / len(g["x"]) * g["dmu"],
}
"""Each line from the values and gradients before it."""

NEEDS = {"dstd": ("dxhat",), "dvar": ("dstd",), "dxc": ("dxhat", "dvar"), "dmu": ("dxc",), "dx": ("dxc", "dmu")}
"""The gradients that a line starts from, where it starts from others than dout."""


def _entry(graph: Any, name: str, x: FloatArray, gamma: FloatArray) -> FloatArray:
    if not isinstance(graph, dict):
        kind = "None" if graph is None else f"an object of type {type(graph).__name__}"
        raise Violation(f"what comes back is {kind}: return a dictionary, with the names of the gradients as keys")
    if name not in graph:
        keys = ", ".join(map(str, graph))
        raise Violation(f"the dictionary has no entry `{name}`", f"its keys are {keys}", at_return=True)
    shape = x.shape if name in ("dxhat", "dxc", "dx") else gamma.shape
    if np.shape(graph[name]) != shape:
        raise Violation(f"`{name}` does not have the shape of `{name[1:]}`", f"{np.shape(graph[name])}, not {shape}")
    return np.asarray(graph[name], dtype=float)


def _line(*names: str) -> Function:
    """These entries must be what their lines make of the *student's* entries before them: only a faulty one fails."""

    def test(call: Function, rng: Generator) -> None:
        dout, x, gamma = draw(rng)
        graph = call(dout, x, gamma, eps=EPS)
        for name in names:
            _require_line(name, graph, dout, x, gamma)

    return test


def _require_line(name: str, graph: Any, dout: FloatArray, x: FloatArray, gamma: FloatArray) -> None:
    before = {needed: _entry(graph, needed, x, gamma) for needed in NEEDS.get(name, ())}
    zero = next((needed for needed, value in before.items() if needed != "dmu" and not value.any()), None)
    if zero:  # zeros follow from zeros, and would show nothing; dmu is made with dxc, and is 0 where a path is missing
        raise Violation(f"`{name}` is made of `{zero}`, which is zero throughout: get that right first")
    found = _entry(graph, name, x, gamma)
    expected = LINES[name](normalize(x, EPS) | {"dout": dout, "gamma": gamma} | before)
    wrong = ~np.isclose(found, expected, rtol=1e-9, atol=1e-12, equal_nan=True)
    if wrong.any():
        where = tuple(int(i) for i in np.argwhere(wrong)[0])
        detail = f"expected {expected[where]:.6g} at index {list(where)}, got {found[where]:.6g}"
        raise Violation(f"`{name}` is wrong, given the lines before it", detail)


def _begins(call: Function, rng: Generator) -> None:
    dout, x, gamma = draw(rng)
    graph = call(dout, x, gamma, eps=EPS)
    wrong = None
    for name in ("dbeta", "dgamma", "dxhat"):
        try:
            return _require_line(name, graph, dout, x, gamma)
        except Violation as found:
            wrong = wrong or found
    assert wrong is not None
    raise wrong


def _whole_way(rng: Generator) -> Cases:
    for n, d in ((6, 2), (3, 3)):
        yield case(f"x of shape ({n}, {d})", *draw(rng, n, d))


def _against_numerical(call: Function, rng: Generator) -> None:
    dout, x, gamma = draw(rng)
    dx = _entry(call(dout, x, gamma, eps=EPS), "dx", x, gamma)
    require_gradient("dx", dx, lambda x: pull(dout, x, gamma, EPS), x)


batchnorm_backward_staged = Exercise(
    references.batchnorm_backward_staged,
    points=14,
    minutes=30,
    difficulty=4,
    importance="core",
    forbidden=(layers.batchnorm_backward,),
    required_row="One of the lines that begin at dout",
    checks=(
        Property("One of the lines that begin at dout", 1, _begins),
        Property("Lines dbeta and dgamma", 1, _line("dbeta", "dgamma")),
        Property("Line dxhat, through the scale", 1, _line("dxhat")),
        Property("Line dstd, through the division", 2, _line("dstd")),
        Property("Line dvar, through the root", 1, _line("dvar")),
        Property("Line dxc, where two ways meet", 2, _line("dxc")),
        Property("Line dmu, through the difference", 1, _line("dmu")),
        Property("Line dx, where two ways meet", 1, _line("dx")),
        Values("All eight, each along the whole way", 1, _whole_way),
        Property("dx against the numerical gradient", 1, _against_numerical),
    ),
    slips="""
        averaged over the batch
            dout.sum(axis=0) → dout.mean(axis=0)
            np.sum(dout * xhat → np.mean(dout * xhat
            these are means where sums belong: β was added to N rows, and γ multiplied N rows, so `dbeta` and `dgamma`
            are *sums* over them.
        dgamma averaged
            np.sum(dout * xhat → np.mean(dout * xhat
            `dgamma` is a mean. γ multiplied N rows: its gradient is the *sum* over them.
        dgamma and dbeta exchanged
            "dbeta": dbeta, "dgamma": dgamma → "dbeta": dgamma, "dgamma": dbeta
            `dgamma` and `dbeta` are exchanged: γ is the one that multiplied x̂.
        dgamma with x
            dout * xhat → dout * x
            `dgamma` is made of x. What γ multiplied is `xhat`.
        ε missing
            var + eps → var
            ε is missing on the way forward: `std = np.sqrt(var + eps)`. The lines after it inherit that.
        ε typed in
            var + eps → var + 1e-5
            1e-5 is typed in on the way forward: use `eps`, which the caller may set.
        ε outside the root
            np.sqrt(var + eps) → np.sqrt(var) + eps
            on the way forward ε belongs inside the root, `np.sqrt(var + eps)`. The lines after it inherit that.
        divisor one less
            np.mean(xc**2, axis=0) → np.sum(xc**2, axis=0) / (len(x) - 1)
            the variance on the way forward is divided by N − 1 (ddof=1). Over a batch divide by N, NumPy's default.
        dgamma without xhat
            np.sum(dout * xhat, axis=0) → dout.sum(axis=0)
            `dgamma` equals `dbeta`: γ multiplies x̂, so weight each entry of dout by its x̂ before you sum.
        scale forgotten
            dout * gamma → dout
            `dxhat` is `dout` itself: through gamma * xhat the gradient is multiplied by γ.
        sign of the division
            -np.sum(dxhat → np.sum(dxhat
            `dstd` has the wrong sign: xc/std *falls* as std grows, its derivative is −xc/std².
        square of the division
            std**2 → std
            the derivative of xc/std with respect to std is −xc/std²: the square is missing in `dstd`.
        division of xhat
            dxhat * xc → dxhat * xhat
            `dstd` divides once too often: −xc/std² is −xhat/std.
        variance for the square
            std**2 → var
            `dstd` divides by var. std² is var + eps.
        dstd averaged
            -np.sum(dxhat → -np.mean(dxhat
            `dstd` is a mean. std divided N rows: its gradient is the *sum* over them.
        not summed over the examples
            -np.sum(dxhat * xc, axis=0) → -dxhat * xc
            `dstd` is (N, D), but std is (D,): it divided every row, so its gradient is the sum over the rows.
        half of the root
            (2 * std) → std
            the ½ is missing in `dvar`: the derivative of √v is 1/(2√v).
        root without ε
            (2 * std) → (2 * np.sqrt(var))
            `dvar` lacks the ε: it is var + eps that was under the root, so divide by 2·std.
        variance under the ½
            (2 * std) → (2 * var)
            `dvar` divides by 2·var. The derivative of √v is 1/(2√v), and the root of var + eps is `std`.
        variance and ε under the ½
            (2 * std) → (2 * (var + eps))
            `dvar` divides by 2·(var + eps). The derivative of √v is 1/(2√v), and the root of var + eps is `std`.
        brackets of the ½
            (2 * std) → 2 * std
            `dvar` is *multiplied* by std: divide by `(2 * std)`, in brackets.
        scale twice
            dxhat / std → gamma * dxhat / std
            γ comes in twice: `dxhat` holds it already, so the direct way of `dxc` is `dxhat / std`.
        variance path missing
            dxhat / std + dvar * 2 * xc / len(x) → dxhat / std
            `dxc` has one way only. xc also made the variance: add `dvar * 2 * xc / N`.
        direct path missing
            dxhat / std + dvar → dvar
            `dxc` has the way through the variance only: `=` where `+=` belongs. Add `dxhat / std`.
        mean of the squares not divided
            xc / len(x) → xc
            the variance is a *mean*: each of the N squares has the share 1/N in it, and in its gradient.
        divided by the number of all entries
            xc / len(x) → xc / x.size
            `dxc` divides by N·D. The mean was over the N examples: `len(x)`, not `x.size`.
        2 of the square
            dvar * 2 * xc → dvar * xc
            the 2 is missing in `dxc`: the derivative of xc² is 2·xc.
        sign of the difference
            -dxc.sum → dxc.sum
            `dmu` has the wrong sign: μ is *subtracted*, xc = x − μ.
        the 1/N of the mean in dmu
            -dxc.sum → -dxc.mean
            dmu / len(x) → dmu
            `dmu` has the 1/N already, and `dx` adds it as it is. What becomes of `dx` is right, but `dmu` is the *sum*:
            the 1/N belongs to the line of `dx`.
        dmu averaged
            -dxc.sum → -dxc.mean
            `dmu` is a mean. μ was subtracted from N rows: its gradient is the *sum*, with a minus. (The 1/N of the
            mean comes with `dx`.)
        mean path subtracted
            dxc + dmu → dxc - dmu
            `dx` subtracts the way through the mean. `dmu` has its minus already, and where ways meet gradients are
            added.
        mean path missing
            dxc + dmu / len(x) → dxc
            `dx` has one way only. x also made the mean: add `dmu / N` to every row.
        mean not divided
            dmu / len(x) → dmu
            μ is a mean: each x has the share 1/N in it, so it gets `dmu / N`.
        x centred in place
            xc = x - mu → xc = np.subtract(x, mu, out=x)
            every gradient is right, but `x -= …` changes the caller's examples: write `xc = x - mu`.
        dout scaled in place
            dxhat = dout * gamma → dxhat = np.multiply(dout, gamma, out=dout)
            every gradient is right, but `dout *= …` changes the caller's array: write `dxhat = dout * gamma`.
    """,
)
