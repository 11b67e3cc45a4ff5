"""The two-loop recursion with one part altered: what the exercise's mistakes are made of."""

from collections.abc import Callable, Sequence
from typing import Any

from cs231n_lib.contracts import FloatArray

Vectors = Sequence[FloatArray]


def newest(s: Vectors, y: Vectors) -> Any:
    return (s[-1] @ y[-1]) / (y[-1] @ y[-1])


def two_loops(
    first: Callable[[Any], Any] = reversed,
    second: Callable[[Any], Any] = iter,
    gamma: Callable[[Vectors, Vectors], Any] = newest,
    alphas_back: Callable[[Any], Any] = reversed,
    take: Callable[[FloatArray, FloatArray], FloatArray] = lambda s, y: y,
    measure: Callable[[FloatArray, FloatArray], FloatArray] = lambda s, y: y,
    give: Callable[[Any, Any], Any] = lambda alpha, beta: alpha - beta,
    probe: Callable[[FloatArray, FloatArray], FloatArray] = lambda s, y: s,
    add: Callable[[FloatArray, FloatArray], FloatArray] = lambda s, y: s,
    frozen: bool = False,
    unreduced: bool = False,
    sign: float = -1,
    guarded: bool = True,
) -> Callable[..., Any]:
    """The two-loop recursion with one part replaced."""

    def implementation(dw: FloatArray, s: Vectors, y: Vectors) -> Any:
        q, alphas = dw, []
        for s_i, y_i in zip(first(s), first(y), strict=True):
            alphas.append(probe(s_i, y_i) @ (dw if frozen else q) / (y_i @ s_i))
            q = q - alphas[-1] * take(s_i, y_i)
        r = (dw if unreduced else q) * gamma(s, y) if s or not guarded else q
        for s_i, y_i, alpha in zip(second(s), second(y), alphas_back(alphas), strict=True):
            r = r + give(alpha, (measure(s_i, y_i) @ r) / (y_i @ s_i)) * add(s_i, y_i)
        return sign * r

    return implementation


def newest_pair_alone(dw: FloatArray, s: Vectors, y: Vectors) -> Any:
    return two_loops()(dw, s[-1:], y[-1:])


def as_typed(dw: FloatArray, s: Vectors, y: Vectors, rho: Callable[..., Any] | None = None, part: str = "") -> Any:
    """The recursion with ``rho(s_i, y_i)``, or with a slip in a ``part`` that `two_loops` cannot replace."""
    rho = rho or (lambda s_i, y_i: 1 / (y_i @ s_i))
    q, alphas, last = dw, [], None
    for s_i, y_i in zip(reversed(s), reversed(y), strict=True):
        last = rho(s_i, y_i)
        alphas.append(last * (s_i @ q))
        q = q - alphas[-1] * y_i
    r = q * newest(s, y) if s else 0 * q if part == "zero" else q
    for s_i, y_i, alpha in zip(s, y, reversed(alphas), strict=True):
        here = last if part == "last rho" else rho(s_i, y_i)
        r = r + (alpha - here * (y_i @ (q if part == "beta of q" else r))) * s_i
    return -q if part == "q" else -r


def gradient_in_place(dw: FloatArray, s: Vectors, y: Vectors) -> Any:
    direction = two_loops()(dw, s, y)
    for s_i, y_i in zip(reversed(s), reversed(y), strict=True):
        dw -= (s_i @ dw) / (y_i @ s_i) * y_i
    return direction
