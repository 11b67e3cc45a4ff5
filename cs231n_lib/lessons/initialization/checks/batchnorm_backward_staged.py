"""Exercise on the backward pass of batch normalisation, step by step.

Each line is checked separately.
"""

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
"""Functions that compute each line from the values and gradients before it."""

NEEDS = {"dstd": ("dxhat",), "dvar": ("dstd",), "dxc": ("dxhat", "dvar"), "dmu": ("dxc",), "dx": ("dxc", "dmu")}
"""Gradients, other than dout, that a line needs."""


def _entry(graph: Any, name: str, x: FloatArray, gamma: FloatArray) -> FloatArray:
    if not isinstance(graph, dict):
        kind = "None" if graph is None else f"an object of type {type(graph).__name__}"
        raise Violation(f"your function returns {kind}. Return a dictionary with the names of the gradients as keys")
    if name not in graph:
        keys = ", ".join(map(str, graph))
        raise Violation(f"the dictionary has no entry `{name}`", f"its keys are {keys}", at_return=True)
    shape = x.shape if name in ("dxhat", "dxc", "dx") else gamma.shape
    if np.shape(graph[name]) != shape:
        raise Violation(f"`{name}` does not have the shape of `{name[1:]}`", f"{np.shape(graph[name])}, not {shape}")
    return np.asarray(graph[name], dtype=float)


def _line(*names: str) -> Function:
    """Test that these entries follow from the *student's* entries before them.

    Only a wrong line fails this test, and not the lines after it.
    """

    def test(call: Function, rng: Generator) -> None:
        dout, x, gamma = draw(rng)
        graph = call(dout, x, gamma, eps=EPS)
        for name in names:
            _require_line(name, graph, dout, x, gamma)

    return test


def _require_line(name: str, graph: Any, dout: FloatArray, x: FloatArray, gamma: FloatArray) -> None:
    before = {needed: _entry(graph, needed, x, gamma) for needed in NEEDS.get(name, ())}
    zero = next((needed for needed, value in before.items() if needed != "dmu" and not value.any()), None)
    if zero:  # zeros follow from zeros and would show nothing, but dmu is 0 if a path is missing
        raise Violation(f"`{name}` is computed from `{zero}`, which is zero throughout. Correct `{zero}` first")
    found = _entry(graph, name, x, gamma)
    expected = LINES[name](normalize(x, EPS) | {"dout": dout, "gamma": gamma} | before)
    wrong = ~np.isclose(found, expected, rtol=1e-9, atol=1e-12, equal_nan=True)
    if wrong.any():
        where = tuple(int(i) for i in np.argwhere(wrong)[0])
        detail = f"expected {expected[where]:.6g} at index {list(where)}, got {found[where]:.6g}"
        raise Violation(f"`{name}` does not follow from the lines before it", detail)


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
    covers="sign one",
    importance="core",
    forbidden=(layers.batchnorm_backward,),
    required_row="At least one of dbeta, dgamma and dxhat",
    checks=(
        Property("At least one of dbeta, dgamma and dxhat", 1, _begins),
        Property("Lines dbeta and dgamma", 1, _line("dbeta", "dgamma"), central=True),
        Property("Line dxhat, through the scale", 1, _line("dxhat"), central=True),
        Property("Line dstd, through the division", 2, _line("dstd"), central=True),
        Property("Line dvar, through the root", 1, _line("dvar"), central=True),
        Property("Line dxc, where two paths meet", 2, _line("dxc"), central=True),
        Property("Line dmu, through the difference", 1, _line("dmu"), central=True),
        Property("Line dx, where two paths meet", 1, _line("dx"), central=True),
        Values("All eight gradients together", 1, _whole_way),
        Property("dx against the numerical gradient", 1, _against_numerical),
    ),
    slips="""
        averaged over the batch
            dout.sum(axis=0) → dout.mean(axis=0)
            np.sum(dout * xhat → np.mean(dout * xhat
            you compute `dbeta` and `dgamma` as means. *Sum* over the N rows, because β is added to each of them and γ
            multiplies each of them.
        dgamma averaged
            np.sum(dout * xhat → np.mean(dout * xhat
            you compute `dgamma` as a mean. *Sum* over the N rows, because γ multiplies each of them.
        dgamma and dbeta exchanged
            "dbeta": dbeta, "dgamma": dgamma → "dbeta": dgamma, "dgamma": dbeta
            you exchange `dgamma` and `dbeta`. Assign the sum that contains x̂ to `dgamma`, because γ multiplies x̂.
        dgamma with x
            dout * xhat → dout * x
            you compute `dgamma` from x. Compute it from `xhat`, which γ multiplies.
        dgamma with x − μ
            dout * xhat → dout * xc
            you compute `dgamma` from xc. Compute it from `xhat`, which γ multiplies.
        ε missing except in dvar
            var + eps → var
            (2 * std) → (2 * np.sqrt(var + eps))
            you leave ε out of the forward pass, which makes later lines wrong, too. Compute `std = np.sqrt(var + eps)`.
        ε missing
            var + eps → var
            you leave ε out of the forward pass, which makes later lines wrong, too. Compute `std = np.sqrt(var + eps)`.
        ε typed in
            var + eps → var + 1e-5
            you always use 1e-5 as ε in the forward pass. Use the argument `eps`, which the caller may set.
        ε outside the root
            np.sqrt(var + eps) → np.sqrt(var) + eps
            you add ε outside the root in the forward pass, which makes later lines wrong, too. Add it inside, as in
            `np.sqrt(var + eps)`.
        divisor one less
            np.mean(xc**2, axis=0) → np.sum(xc**2, axis=0) / (len(x) - 1)
            you divide by N − 1 in the variance of the forward pass, as `ddof=1` does. Divide by N, which is NumPy's
            default.
        dgamma without xhat
            np.sum(dout * xhat, axis=0) → dout.sum(axis=0)
            you compute `dgamma` like `dbeta`. Multiply each entry of dout by its x̂ before you sum, because γ
            multiplies x̂.
        scale forgotten
            dout * gamma → dout
            you return `dout` itself as `dxhat`. Multiply it by γ, because the forward pass computes gamma * xhat.
        sign of dstd
            -np.sum(dxhat → np.sum(dxhat
            your `dstd` has the wrong sign. Add a minus, because the derivative of xc/std with respect to std is
            −xc/std².
        square missing in dstd
            std**2 → std
            you use −xc/std in `dstd`, which is −xhat. Divide by std once more, because the derivative of xc/std with
            respect to std is −xc/std².
        divided once too often in dstd
            dxhat * xc → dxhat * xhat
            you divide by std once too often in `dstd`. Use −xc/std² or −xhat/std, because xhat is already xc/std.
        variance for the square
            std**2 → var
            you divide by var in `dstd`. Divide by std², which is var + eps.
        dstd averaged
            -np.sum(dxhat → -np.mean(dxhat
            you compute `dstd` as a mean. *Sum* over the N rows, because std divides each of them.
        not summed over the examples
            -np.sum(dxhat * xc, axis=0) → -dxhat * xc
            you compute `dstd` with shape (N, D), although std has shape (D,). Sum over the rows, because std divides
            each of them.
        ½ missing in dvar
            (2 * std) → std
            you leave the ½ out of `dvar`. Divide by 2 · std, because the derivative of √v is 1/(2√v).
        root without ε
            (2 * std) → (2 * np.sqrt(var))
            you leave ε out of `dvar`. Divide by 2 · std, because std is the root of var + eps.
        variance under the ½
            (2 * std) → (2 * var)
            you divide by 2 · var in `dvar`. Divide by 2 · std, because the derivative of √v is 1/(2√v).
        variance and ε under the ½
            (2 * std) → (2 * (var + eps))
            you divide by 2 · (var + eps) in `dvar`. Divide by 2 · std, because the derivative of √v is 1/(2√v).
        multiplied by std in dvar
            (2 * std) → 2 * std
            you *multiply* by std in `dvar`, as `/ 2 * std` does. Divide by `(2 * std)`, with brackets.
        scale twice
            dxhat / std → gamma * dxhat / std
            you multiply by γ twice in `dxc`. Use `dxhat / std` for the direct path, because `dxhat` already contains γ.
        variance path missing
            dxhat / std + dvar * 2 * xc / len(x) → dxhat / std
            you leave the path through the variance out of `dxc`. Add `dvar * 2 * xc / N`, because var is computed from
            xc, too.
        direct path missing
            dxhat / std + dvar → dvar
            your `dxc` contains only the path through the variance. Add `dxhat / std`, with `+=` if you use two lines.
        mean of the squares not divided
            xc / len(x) → xc
            you leave the 1/N out of `dxc`. Divide its second term by N, because the variance is a *mean* of N squares.
        divided by the number of all entries
            xc / len(x) → xc / x.size
            you divide by N · D in `dxc`. Divide by N, which is `len(x)`, because the mean goes over the examples.
        2 missing in dxc
            dvar * 2 * xc → dvar * xc
            you leave the 2 out of `dxc`. Multiply by it, because the derivative of xc² is 2 · xc.
        sign of dmu
            -dxc.sum → dxc.sum
            your `dmu` has the wrong sign. Add a minus, because μ is *subtracted* in xc = x − μ.
        the 1/N of the mean in dmu
            -dxc.sum → -dxc.mean
            dmu / len(x) → dmu
            you divide by N in the line of `dmu`, so `dx` is right but `dmu` is not. Compute `dmu` as minus the *sum*,
            and divide by N in the line of `dx`.
        dmu averaged
            -dxc.sum → -dxc.mean
            you compute `dmu` as a mean. Use minus the *sum* over the N rows, because the 1/N of the mean belongs to
            `dx`.
        mean path subtracted
            dxc + dmu → dxc - dmu
            you subtract the path through the mean in `dx`. Add it, because `dmu` already contains the minus.
        mean path missing
            dxc + dmu / len(x) → dxc
            you leave the path through the mean out of `dx`. Add `dmu / N` to every row, because μ is computed from x,
            too.
        mean not divided
            dmu / len(x) → dmu
            you leave the 1/N out of `dx`. Add `dmu / N` to every row, because μ is a mean of N values.
        sums keep an axis
            return per_feature | → return {name: g[np.newaxis] for name, g in per_feature.items()} |
            your sums over the rows have the shape (1, D). Remove `keepdims=True` or the step that adds the axis,
            because each sum is the gradient of an array of shape (D,).
        x centred in place
            xc = x - mu → xc = np.subtract(x, mu, out=x)
            your gradients are right, but you change the caller's `x` in place. Compute x − μ in a new array.
        dout scaled in place
            dxhat = dout * gamma → dxhat = np.multiply(dout, gamma, out=dout)
            your gradients are right, but you change the caller's `dout` in place. Compute `dxhat` in a new array, as
            `dout * gamma` does.
    """,
)
