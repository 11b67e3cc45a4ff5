r"""Gradient check against centred differences, with likely causes of a failure.

Raises
------
TypeError, ValueError
    In both functions: an argument is invalid, or ``f(x)`` is not one finite number.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray, array, contract, count, function, generator, positive, same_shape

_STACK_BYTES = 2**22
"""Size in bytes of the stack of perturbed copies for one call of ``f``, which should fit into the cache."""


@dataclass(frozen=True)
class _Subject:
    """Checked function, with its value at ``x``, precision and problems."""

    caller: str
    stacked: Callable[[FloatArray], Any]
    x: FloatArray
    value: float
    eps: float
    random: bool
    suspicions: tuple[str, ...]

    def values(self, stack: FloatArray) -> NDArray[np.float64]:
        """Values at the points, in float64."""
        values = np.asarray(self.stacked(stack))
        if values.shape != (len(stack),) or values.dtype.kind not in "iuf":
            what = f"shape {values.shape}" if values.dtype.kind in "iuf" else f"{values!r:.60}"
            raise ValueError(
                f"{self.caller}: f returned {what} for {len(stack)} points. It must return one number per point"
            )
        return values.astype(np.float64)

    def along(self, direction: FloatArray, steps: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values at ``x + step * direction`` for each step."""
        return self.values(np.stack([self.x + float(step) * direction for step in steps]))

    def rounding(self, h: float) -> float:
        """Error of a difference quotient from rounding in ``f`` and its sums."""
        return 20 * self.eps * abs(self.value) / h


def _examine(caller: str, f: Callable[[FloatArray], Any], x: FloatArray, batched: bool) -> _Subject:
    """Call ``f``, which may be ``batched``, twice at ``x`` and detect problems."""

    def each(stack: FloatArray) -> FloatArray:
        return np.array([f(row) for row in stack])

    def careful(stack: FloatArray) -> Any:
        return stacked(stack.copy())

    stacked = f if batched else each
    given = x[None].copy()
    first, second = np.asarray(stacked(given)), np.asarray(careful(x[None]))
    if first.shape != (1,) or first.dtype.kind not in "iuf" or not np.isfinite(first[0]):
        raise ValueError(
            f"{caller}: f returned {first!r:.60} for one point. It must return one finite number per point"
        )
    eps = max(float(np.finfo(kind).eps) for kind in (x.dtype, np.result_type(first, np.float32)))
    random, changes = bool(first[0] != second[0]), not np.array_equal(given[0], x)
    odd = {
        f"f is random, because two calls gave {first[0]:.8g} and {second[0]:.8g}. Fix its seed": random,
        "f changes its input. Let f work on a copy": changes,
        "float32 holds 7 digits, too few for differences. Check in float64 with x.astype(float)": eps > 1e-10,
    }
    suspicions = tuple(words for words, holds in odd.items() if holds)
    return _Subject(caller, careful if changes else stacked, x, float(first[0]), eps, random, suspicions)


def _slopes_of_entries(subject: _Subject, entries: NDArray[np.int64], h: float) -> NDArray[np.float64]:
    """Centred differences for entries of ``x`` given by flat indices."""
    x, slopes = subject.x, np.empty(len(entries))
    copies = int(np.clip(_STACK_BYTES // (2 * x.nbytes), 1, len(entries)))
    stack = np.repeat(x[None], 2 * copies, axis=0)
    flat = stack.reshape(2 * copies, -1)
    for start in range(0, len(entries), copies):
        part = entries[start : start + copies]
        plus, minus = np.arange(len(part)), np.arange(len(part), 2 * len(part))
        flat[plus, part] += h
        flat[minus, part] -= h
        values = subject.values(stack[: 2 * len(part)])
        slopes[start : start + len(part)] = (values[plus] - values[minus]) / (2 * h)
        flat[plus, part] = flat[minus, part] = x.ravel()[part]
    return slopes


@dataclass(frozen=True)
class GradientReport:
    """Result of `check_gradient`, with the values of the worst entry or direction.

    Attributes
    ----------
    passed : bool
        Whether all compared values agree.
    checked, failed : int
        Number of compared entries or directions, and number of disagreements.
    index : tuple of int, or None
        Worst entry, or None if directions were compared.
    analytic, numerical, relative_error : float
        Values of the worst entry or direction, and their relative error.
    suspicions : tuple of str
        Possible causes of a disagreement, or weaknesses of a passed check.
    """

    passed: bool
    checked: int
    failed: int
    index: tuple[int, ...] | None
    analytic: float
    numerical: float
    relative_error: float
    suspicions: tuple[str, ...]

    def __str__(self) -> str:
        unit = "directions" if self.index is None else "entries"
        verdict = (
            f"passed, {self.checked} {unit}" if self.passed else f"FAILED at {self.failed} of {self.checked} {unit}"
        )
        where = "the worst direction" if self.index is None else f"index {self.index}"
        values = f"analytic {self.analytic:.8g}, numerical {self.numerical:.8g}"
        lines = [f"gradient check {verdict}", f"  at {where}: {values}, relative error {self.relative_error:.1e}"]
        return "\n".join(lines + [f"  suspect: {words}" for words in self.suspicions])


@contract(f=function, x=array(), analytic=same_shape("x"), h=positive, tolerance=positive, entries=count, rng=generator)
def check_gradient(
    f: Callable[[FloatArray], Any],
    x: FloatArray,
    analytic: FloatArray,
    h: float = 1e-5,
    tolerance: float = 1e-6,
    *,
    entries: int | None = None,
    rng: np.random.Generator | None = None,
    batched: bool = False,
) -> GradientReport:
    r"""Compare an analytic gradient with centred differences, entry by entry.

    Values a (analytic) and n (numerical) agree if :math:`|a - n| \le tolerance \cdot \max(|a|, |n|) + r`, where
    :math:`r = 20 \epsilon |f(x)| / \max(h, \epsilon^{1/3})` estimates the rounding error in ``f`` at a sensible ``h``.
    Differences cannot show a gradient smaller than r.

    Parameters
    ----------
    f : callable
        Function that takes an array with the shape of ``x`` and returns one number. With ``batched`` it takes a stack
        (B, ...) of such arrays and returns (B,).
    x : (...)
        Point, preferably in float64, which is not changed.
    analytic : (...)
        Gradient to check.
    h : float
        Half the distance between the two points.
    tolerance : float
        Largest accepted relative error.
    entries : int, optional
        Number of random entries to check, all by default.
    rng : numpy.random.Generator, optional
        Generator of the entries, required with ``entries``.
    batched : bool
        Whether ``f`` takes stacks, which is about three times as fast for a small network.

    Returns
    -------
    report : GradientReport
        Result of the check, which ``print`` shows as text.

    References
    ----------
    CS231n notes, "Neural networks part 3: gradient checks".

    Examples
    --------
    >>> x = np.array([1.0, 2.0, 3.0])
    >>> print(check_gradient(lambda x: np.sum(x**2), x, analytic=np.array([2.0, 4.0, 3.0])))
    gradient check FAILED at 1 of 3 entries
      at index (2,): analytic 3, numerical 6, relative error 5.0e-01
    """
    subject = _examine("check_gradient", f, x, batched)
    chosen = np.arange(x.size)
    if entries is not None:
        if rng is None:
            raise ValueError("check_gradient: rng is None but entries are random. Pass rng=np.random.default_rng(seed)")
        chosen = rng.choice(x.size, min(entries, x.size), replace=False)

    def entry(number: int) -> tuple[FloatArray, tuple[int, ...]]:
        index = tuple(int(i) for i in np.unravel_index(chosen[number], x.shape))
        axis = np.zeros_like(x)
        axis[index] = 1
        return axis, index

    return _report(subject, analytic.ravel()[chosen], _slopes_of_entries(subject, chosen, h), h, tolerance, entry)


@contract(
    f=function, x=array(), analytic=same_shape("x"), directions=count, rng=generator, h=positive, tolerance=positive
)
def check_gradient_along(
    f: Callable[[FloatArray], Any],
    x: FloatArray,
    analytic: FloatArray,
    directions: int,
    rng: np.random.Generator,
    h: float = 1e-5,
    tolerance: float = 1e-6,
    *,
    batched: bool = False,
) -> GradientReport:
    r"""Compare slopes along random directions with centred differences.

    A direction needs two calls of ``f`` for any size of ``x`` and involves every entry. The check does not find out
    which entry is wrong, and it may miss a small mistake in one of many entries. `check_gradient` describes the other
    parameters.

    Parameters
    ----------
    directions : int
        Number of directions.
    rng : numpy.random.Generator
        Generator of the directions.

    Returns
    -------
    report : GradientReport
        Result, whose ``index`` is None.

    Examples
    --------
    >>> x = np.array([1.0, 2.0, 3.0])
    >>> check_gradient_along(lambda x: np.sum(x**2), x, 2 * x, directions=5, rng=np.random.default_rng(0)).passed
    True
    """
    subject = _examine("check_gradient_along", f, x, batched)
    u = rng.standard_normal((directions, *x.shape)).astype(x.dtype)
    u /= np.sqrt(np.sum(u**2, axis=tuple(range(1, u.ndim)), keepdims=True))
    ends = np.array([subject.along(direction, h * np.array([-1, 1])) for direction in u])
    wanted = u.reshape(directions, -1) @ analytic.ravel()
    numerical = (ends[:, 1] - ends[:, 0]) / (2 * h)
    return _report(subject, wanted, numerical, h, tolerance, lambda number: (u[number], None))


def _report(
    subject: _Subject,
    wanted: FloatArray,
    slopes: NDArray[np.float64],
    h: float,
    tolerance: float,
    place: Callable[[int], tuple[FloatArray, tuple[int, ...] | None]],
) -> GradientReport:
    """Compare slopes.

    ``place`` gives the direction of the slope with this number, and the index of an entry.
    """
    errors = np.abs(wanted - slopes)
    # The allowance for rounding is limited, because a very small h would otherwise let every gradient pass.
    rounding = subject.rounding(max(h, subject.eps ** (1 / 3)))
    allowed = tolerance * np.maximum(np.abs(wanted), np.abs(slopes)) + rounding + np.finfo(float).tiny
    failed = int(np.sum(~(errors <= allowed)))  # `not <=`, so that NaN fails
    worst = int(np.argmax(errors / allowed))
    direction, index = place(worst)
    analytic, numerical = float(wanted[worst]), float(slopes[worst])
    scale = max(abs(analytic), abs(numerical))
    error = abs(analytic - numerical) / scale if scale else 0.0
    suspicions = subject.suspicions
    if failed and not subject.random:
        suspicions += _suspicions_along(subject, direction, h, analytic, numerical)
    return GradientReport(not failed, len(slopes), failed, index, analytic, numerical, error, suspicions)


def _suspicions_along(
    subject: _Subject, direction: FloatArray, h: float, analytic: float, numerical: float
) -> tuple[str, ...]:
    """Causes of a disagreement that values along the worst direction show."""
    steps = h * np.array([2, 1, 0.5])
    forward = (subject.along(direction, steps) - subject.value) / steps
    backward = (subject.value - subject.along(direction, -steps)) / steps
    rounding = subject.rounding(h)
    jump = np.abs(forward - backward)
    if not np.isfinite(jump).all():
        return (f"f is not finite within {2 * h:g} of x",)
    between = min(forward[1], backward[1]) - rounding <= analytic <= max(forward[1], backward[1]) + rounding
    # At a smooth point the one-sided slopes differ by h f'', which halves with the step.
    smooth = np.all(np.abs(jump[:2] - 2 * jump[1:]) <= 0.2 * jump[0] + 4 * rounding)
    if between and not smooth:
        jumps = f"from {backward[1]:.6g} to {forward[1]:.6g} within h"
        return (f"f has a kink, because its slope jumps {jumps}. Move x or change h",)
    x_rounding = 2 * subject.eps * float(np.abs(subject.x).max()) / h * max(abs(analytic), abs(numerical))
    if abs(analytic - numerical) <= rounding + x_rounding:
        largest = f"{rounding + x_rounding:.1g}"
        return (f"h={h:g} is too small, because rounding alone may change the difference by {largest}",)
    return ()
