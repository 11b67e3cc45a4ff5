"""The lines of the way back through batch normalisation, and what students write in their place."""

from collections.abc import Callable
from typing import Any

import numpy as np

from cs231n_lib.checks import Mistake
from cs231n_lib.contracts import FloatArray

Graph = dict[str, FloatArray]
Line = Callable[[Graph], Any]


def normalize(
    x: FloatArray,
    eps: float,
    root: Callable[[FloatArray, float], FloatArray] = lambda var, eps: np.sqrt(var + eps),
    ddof: int = 0,
) -> Graph:
    """Every value on the way forward, by name."""
    xc = x - np.mean(x, axis=0)
    var = np.square(xc).sum(axis=0) / (len(x) - ddof)
    std = root(var, eps)
    return {"x": x, "xc": xc, "var": var, "std": std, "xhat": xc / std}


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


def _staged(forward: Callable[[FloatArray, float], Graph] = normalize, **changed: Line) -> Callable[..., Any]:
    """The graph with some lines written otherwise; a line sees the values and gradients before it."""

    def implementation(dout: FloatArray, x: FloatArray, gamma: FloatArray, eps: float = 1e-5) -> Any:
        graph = forward(x, eps) | {"dout": dout, "gamma": gamma}
        for name, line in (LINES | changed).items():
            graph[name] = line(graph)
        return {name: graph[name] for name in LINES}

    return implementation


MISTAKES = (
    Mistake(
        "averaged over the batch",
        _staged(dbeta=lambda g: g["dout"].mean(axis=0), dgamma=lambda g: (g["dout"] * g["xhat"]).mean(axis=0)),
        "a mean stands where a sum belongs: β was added to N rows, and γ multiplied N rows, so `dbeta` and "
        "`dgamma` are *sums* over them.",
    ),
    Mistake(
        "dgamma averaged",
        _staged(dgamma=lambda g: (g["dout"] * g["xhat"]).mean(axis=0)),
        "`dgamma` is a mean. γ multiplied N rows: its gradient is the *sum* over them.",
    ),
    Mistake(
        "dgamma and dbeta exchanged",
        _staged(dbeta=lambda g: np.sum(g["dout"] * g["xhat"], axis=0), dgamma=lambda g: g["dout"].sum(axis=0)),
        "`dgamma` and `dbeta` are exchanged: γ is the one that multiplied x̂.",
    ),
    Mistake(
        "dgamma with x",
        _staged(dgamma=lambda g: np.sum(g["dout"] * g["x"], axis=0)),
        "`dgamma` is made of x. What γ multiplied is `xhat`.",
    ),
    Mistake(
        "ε missing",
        _staged(lambda x, eps: normalize(x, 0.0)),
        "ε is missing on the way forward: `std = np.sqrt(var + eps)`. The lines after it inherit that.",
    ),
    Mistake(
        "ε typed in",
        _staged(lambda x, eps: normalize(x, 1e-5)),
        "1e-5 is typed in on the way forward: use `eps`, which the caller may set.",
    ),
    Mistake(
        "ε outside the root",
        _staged(lambda x, eps: normalize(x, eps, lambda var, eps: np.sqrt(var) + eps)),
        "on the way forward ε belongs inside the root, `np.sqrt(var + eps)`. The lines after it inherit that.",
    ),
    Mistake(
        "divisor one less",
        _staged(lambda x, eps: normalize(x, eps, ddof=1)),
        "the variance on the way forward is divided by N − 1 (ddof=1). Over a batch divide by N, NumPy's default.",
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
        "division of xhat",
        _staged(dstd=lambda g: -np.sum(g["dxhat"] * g["xhat"], axis=0) / g["std"] ** 2),
        "`dstd` divides once too often: −xc/std² is −xhat/std.",
    ),
    Mistake(
        "variance for the square",
        _staged(dstd=lambda g: -np.sum(g["dxhat"] * g["xc"], axis=0) / g["var"]),
        "`dstd` divides by var. std² is var + eps.",
    ),
    Mistake(
        "dstd averaged",
        _staged(dstd=lambda g: -np.mean(g["dxhat"] * g["xc"], axis=0) / g["std"] ** 2),
        "`dstd` is a mean. std divided N rows: its gradient is the *sum* over them.",
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
        "variance under the ½",
        _staged(dvar=lambda g: g["dstd"] / (2 * g["var"])),
        "`dvar` divides by 2·var. The derivative of √v is 1/(2√v), and the root of var + eps is `std`.",
    ),
    Mistake(
        "brackets of the ½",
        _staged(dvar=lambda g: g["dstd"] / 2 * g["std"]),
        "`dvar` is *multiplied* by std: divide by `(2 * std)`, in brackets.",
    ),
    Mistake(
        "scale twice",
        _staged(dxc=lambda g: g["gamma"] * g["dxhat"] / g["std"] + g["dvar"] * 2 * g["xc"] / len(g["x"])),
        "γ comes in twice: `dxhat` holds it already, so the direct way of `dxc` is `dxhat / std`.",
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
        "dmu averaged",
        _staged(dmu=lambda g: -g["dxc"].mean(axis=0)),
        "`dmu` is a mean. μ was subtracted from N rows: its gradient is the *sum*, with a minus. (The 1/N of the "
        "mean comes with `dx`.)",
    ),
    Mistake(
        "mean path subtracted",
        _staged(dx=lambda g: g["dxc"] - g["dmu"] / len(g["x"])),
        "`dx` subtracts the way through the mean. `dmu` has its minus already, and where ways meet gradients are "
        "added.",
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
)
