"""An exercise on the way back through batch normalisation, stage by stage, each line checked on its own."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Exercise, Property, Wrong
from cs231n_lib.checks.numerical import require_gradient
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import layers

from . import references
from .staged_mistakes import LINES, MISTAKES, normalize

EPS = 0.3
"""Large, so that a σ where √(σ² + ε) belongs shows."""


def draw(rng: Generator, n: int = 5, d: int = 3) -> tuple[FloatArray, FloatArray, FloatArray]:
    """dout, x and γ."""
    return rng.normal(size=(n, d)), rng.normal(1, 2, (n, d)), rng.uniform(0.5, 2, d)


def _entry(graph: Any, name: str, x: FloatArray, gamma: FloatArray) -> FloatArray:
    if not isinstance(graph, dict):
        kind = "None" if graph is None else f"an object of type {type(graph).__name__}"
        raise Wrong(f"what comes back is {kind}: return a dictionary, with the names of the gradients as keys")
    if name not in graph:
        raise Wrong(f"the dictionary has no entry `{name}`", f"its keys are {', '.join(map(str, graph))}")
    shape = x.shape if name in ("dxhat", "dxc", "dx") else gamma.shape
    if np.shape(graph[name]) != shape:
        raise Wrong(f"`{name}` does not have the shape of `{name[1:]}`", f"{np.shape(graph[name])}, not {shape}")
    return np.asarray(graph[name], dtype=float)


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
    mistakes=MISTAKES,
)
