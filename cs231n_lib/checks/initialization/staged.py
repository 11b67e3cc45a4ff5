"""An exercise on the way back through batch normalisation, stage by stage, each line checked on its own."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib import layers
from cs231n_lib.checks import Exercise, Mistake, Property, Wrong
from cs231n_lib.checks.numerical import require_gradient
from cs231n_lib.contracts import FloatArray

from . import references

EPS = 0.3
"""Large, so that a σ where √(σ² + ε) belongs shows."""

Graph = dict[str, FloatArray]
Line = Callable[[Graph], Any]


def normalize(x: FloatArray, eps: float) -> Graph:
    """Every value on the way forward, by name."""
    xc = x - np.mean(x, axis=0)
    var = np.square(xc).mean(axis=0)
    std = np.sqrt(var + eps)
    return {"x": x, "xc": xc, "var": var, "std": std, "xhat": xc / std}


def draw(rng: Generator, n: int = 5, d: int = 3) -> tuple[FloatArray, FloatArray, FloatArray]:
    """dout, x and γ."""
    return rng.normal(size=(n, d)), rng.normal(1, 2, (n, d)), rng.uniform(0.5, 2, d)


def _entry(graph: Any, name: str, x: FloatArray, gamma: FloatArray) -> FloatArray:
    if not isinstance(graph, dict) or name not in graph:
        raise Wrong(f"the dictionary has no entry `{name}`")
    shape = x.shape if name in ("dxhat", "dxc", "dx") else gamma.shape
    if np.shape(graph[name]) != shape:
        raise Wrong(f"`{name}` does not have the shape of `{name[1:]}`", f"{np.shape(graph[name])}, not {shape}")
    return np.asarray(graph[name], dtype=float)


LINES: dict[str, Line] = {
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


def _line(*names: str) -> Callable[..., None]:
    """These entries must be what their lines make of the *student's* entries before them: only a faulty one fails."""

    def test(call: Callable[..., Any], rng: Generator) -> None:
        dout, x, gamma = draw(rng)
        graph = call(dout, x, gamma, eps=EPS)
        for name in names:
            known = normalize(x, EPS) | {"dout": dout, "gamma": gamma}
            known |= {needed: _entry(graph, needed, x, gamma) for needed in NEEDS.get(name, ())}
            found, expected = _entry(graph, name, x, gamma), LINES[name](known)
            wrong = ~np.isclose(found, expected, rtol=1e-9, atol=1e-12)
            if wrong.any():
                where = tuple(int(i) for i in np.argwhere(wrong)[0])
                detail = f"expected {expected[where]:.6g} at index {list(where)}, got {found[where]:.6g}"
                raise Wrong(f"`{name}` is wrong, given the lines before it", detail)

    return test


def pull(dout: FloatArray, x: FloatArray, gamma: FloatArray, eps: float) -> float:
    """The sum of dout times what batch norm puts out (β = 0): its gradient is what the way back must find."""
    return float(np.sum(dout * gamma * normalize(x, eps)["xhat"]))


def _staged_against_numerical(call: Callable[..., Any], rng: Generator) -> None:
    dout, x, gamma = draw(rng)
    dx = _entry(call(dout, x, gamma, eps=EPS), "dx", x, gamma)
    require_gradient("dx", dx, lambda x: pull(dout, x, gamma, EPS), x)


def _staged(**changed: Line) -> Callable[..., Any]:
    """The graph with some lines written otherwise; a line sees the values and gradients before it."""

    def implementation(dout: FloatArray, x: FloatArray, gamma: FloatArray, eps: float = 1e-5) -> Any:
        graph = normalize(x, eps) | {"dout": dout, "gamma": gamma}
        for name, line in (LINES | changed).items():
            graph[name] = line(graph)
        return {name: graph[name] for name in LINES}

    return implementation


batchnorm_backward_staged = Exercise(
    references.batchnorm_backward_staged,
    points=14,
    minutes=30,
    difficulty=4,
    forbidden=(layers.batchnorm_backward,),
    checks=(
        Property("Lines dbeta and dgamma", 2, _line("dbeta", "dgamma")),
        Property("Line dxhat, through the scale", 1, _line("dxhat")),
        Property("Line dstd, through the division", 2, _line("dstd")),
        Property("Line dvar, through the root", 1, _line("dvar")),
        Property("Line dxc, where two ways meet", 3, _line("dxc")),
        Property("Line dmu, through the difference", 1, _line("dmu")),
        Property("Line dx, where two ways meet", 2, _line("dx")),
        Property("dx against the numerical gradient", 2, _staged_against_numerical),
    ),
    mistakes=(
        Mistake(
            "averaged over the batch",
            _staged(dbeta=lambda g: g["dout"].mean(axis=0), dgamma=lambda g: (g["dout"] * g["xhat"]).mean(axis=0)),
            "`dbeta` and `dgamma` are means. β was added to N rows: its gradient is the *sum* over them.",
        ),
        Mistake(
            "dgamma without xhat",
            _staged(dgamma=lambda g: g["dout"].sum(axis=0)),
            "`dgamma` equals `dbeta`: γ multiplies x̂, so weigh each entry of dout by its x̂ before you sum.",
        ),
        Mistake(
            "scale forgotten",
            _staged(dxhat=lambda g: g["dout"]),
            "`dxhat` is `dout` itself: through gamma * xhat the gradient is multiplied by γ.",
        ),
        Mistake(
            "sign of the division",
            _staged(dstd=lambda g: np.sum(g["dxhat"] * g["xc"], axis=0) / g["std"] ** 2),
            "`dstd` has the wrong sign: xc/std *falls* as std grows, its derivative is −xc/std².",
        ),
        Mistake(
            "square of the division",
            _staged(dstd=lambda g: -np.sum(g["dxhat"] * g["xc"], axis=0) / g["std"]),
            "the derivative of xc/std with respect to std is −xc/std²: the square is missing in `dstd`.",
        ),
        Mistake(
            "not summed over the examples",
            _staged(dstd=lambda g: -g["dxhat"] * g["xc"] / g["std"] ** 2),
            "`dstd` is (N, D), but std is (D,): it divided every row, so its gradient is the sum over the rows.",
        ),
        Mistake(
            "half of the root",
            _staged(dvar=lambda g: g["dstd"] / g["std"]),
            "the ½ is missing in `dvar`: the derivative of √v is 1/(2√v).",
        ),
        Mistake(
            "root without ε",
            _staged(dvar=lambda g: g["dstd"] / (2 * np.sqrt(g["var"]))),
            "`dvar` lacks the ε: what stands under the root is var + eps, so divide by 2·std.",
        ),
        Mistake(
            "variance path missing",
            _staged(dxc=lambda g: g["dxhat"] / g["std"]),
            "`dxc` has one way only. xc also made the variance: add `dvar * 2 * xc / N`.",
        ),
        Mistake(
            "direct path missing",
            _staged(dxc=lambda g: g["dvar"] * 2 * g["xc"] / len(g["x"])),
            "`dxc` has the way through the variance only: `=` where `+=` belongs. Add `dxhat / std`.",
        ),
        Mistake(
            "mean of the squares not divided",
            _staged(dxc=lambda g: g["dxhat"] / g["std"] + g["dvar"] * 2 * g["xc"]),
            "the variance is a *mean*: each of the N squares has the share 1/N in it, and in its gradient.",
        ),
        Mistake(
            "divided by the number of all entries",
            _staged(dxc=lambda g: g["dxhat"] / g["std"] + g["dvar"] * 2 * g["xc"] / g["x"].size),
            "`dxc` divides by N·D. The mean was over the N examples: `len(x)`, not `x.size`.",
        ),
        Mistake(
            "2 of the square",
            _staged(dxc=lambda g: g["dxhat"] / g["std"] + g["dvar"] * g["xc"] / len(g["x"])),
            "the 2 is missing in `dxc`: the derivative of xc² is 2·xc.",
        ),
        Mistake(
            "sign of the difference",
            _staged(dmu=lambda g: g["dxc"].sum(axis=0)),
            "`dmu` has the wrong sign: μ is *subtracted*, xc = x − μ.",
        ),
        Mistake(
            "mean path missing",
            _staged(dx=lambda g: g["dxc"]),
            "`dx` has one way only. x also made the mean: add `dmu / N` to every row.",
        ),
        Mistake(
            "mean not divided",
            _staged(dx=lambda g: g["dxc"] + g["dmu"]),
            "μ is a mean: each x has the share 1/N in it, so it gets `dmu / N`.",
        ),
    ),
)
