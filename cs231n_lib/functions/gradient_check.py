r"""Is an analytic gradient right? A check against centred differences that says what it suspects when it is not."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray, array, contract, count, function, generator, positive, same_shape

__all__ = ["GradientReport", "check_gradient", "check_gradient_along"]

STACK_BYTES = 2**22
"""Size of the stack of perturbed copies that one call of ``f`` gets: it should stay in the cache."""


@dataclass(frozen=True)
class Subject:
    """The function under check as one of stacks, with its value at ``x``, its precision and what is odd about it."""

    caller: str
    stacked: Callable[[FloatArray], Any]
    x: FloatArray
    value: float
    eps: float
    random: bool
    suspicions: tuple[str, ...]

    def values(self, stack: FloatArray) -> NDArray[np.float64]:
        """Value at each of the points, in float64."""
        values = np.asarray(self.stacked(stack))
        if values.shape != (len(stack),) or values.dtype.kind not in "iuf":
            what = f"shape {values.shape}" if values.dtype.kind in "iuf" else f"{values!r:.60}"
            raise ValueError(
                f"{self.caller}: f returned {what} for {len(stack)} points; it must give one number a point"
            )
        return values.astype(np.float64)

    def along(self, direction: FloatArray, steps: NDArray[np.float64]) -> NDArray[np.float64]:
        """Value at ``x + step * direction`` for each step."""
        return self.values(np.stack([self.x + float(step) * direction for step in steps]))

    def rounding(self, h: float) -> float:
        """How far rounding in ``f`` may put a difference quotient off; 20 allows for the sums inside ``f``."""
        return 20 * self.eps * abs(self.value) / h


def examine(caller: str, f: Callable[[FloatArray], Any], x: FloatArray, batched: bool) -> Subject:
    """Call ``f`` twice at ``x``, and note what would spoil a check; ``batched``: whether ``f`` takes stacks.

    Raises
    ------
    ValueError
        If ``f`` does not return one finite number a point. It begins with ``caller``.
    """

    def each(stack: FloatArray) -> FloatArray:
        return np.array([f(row) for row in stack])

    def careful(stack: FloatArray) -> Any:
        return stacked(stack.copy())

    stacked = f if batched else each
    given = x[None].copy()
    first, second = np.asarray(stacked(given)), np.asarray(careful(x[None]))
    if first.shape != (1,) or first.dtype.kind not in "iuf" or not np.isfinite(first[0]):
        raise ValueError(f"{caller}: f returned {first!r:.60} for one point; it must give one finite number a point")
    eps = max(float(np.finfo(kind).eps) for kind in (x.dtype, np.result_type(first, np.float32)))
    random, changes = bool(first[0] != second[0]), not np.array_equal(given[0], x)
    odd = {
        f"f is random: two calls gave {first[0]:.8g} and {second[0]:.8g}; fix its seed": random,
        "f changes its input; let it work on a copy": changes,
        "float32 holds 7 digits, too few for differences; check in float64: x.astype(float)": eps > 1e-10,
    }
    suspicions = tuple(words for words, holds in odd.items() if holds)
    return Subject(caller, careful if changes else stacked, x, float(first[0]), eps, random, suspicions)


def slopes_of_entries(subject: Subject, entries: NDArray[np.int64], h: float) -> NDArray[np.float64]:
    """Centred differences in these entries of ``x``, given as flat indices, many of them in one call of ``f``."""
    x, slopes = subject.x, np.empty(len(entries))
    copies = int(np.clip(STACK_BYTES // (2 * x.nbytes), 1, len(entries)))
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
    """What `check_gradient` found; the figures are those of the worst entry or direction.

    Attributes
    ----------
    passed : bool
        Whether everything that was compared agrees.
    checked, failed : int
        How many entries or directions were compared, and how many of them disagree.
    index : tuple of int, or None
        The worst entry; None where directions were compared.
    analytic, numerical, relative_error : float
        The two values there, and `relative_error` of them.
    suspicions : tuple of str
        What may lie behind a disagreement, or makes the check itself weak even if it passed.
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
    :math:`r = 20 \epsilon |f(x)| / \max(h, \epsilon^{1/3})` is what rounding in ``f`` does at a sensible ``h``:
    differences cannot see a gradient smaller than that.

    Parameters
    ----------
    f : callable
        Takes an array of the shape of ``x``, returns one number. With ``batched`` it takes a stack of such arrays,
        shape (B, ...), and returns (B,).
    x : (...)
        The point, best in float64; not changed.
    analytic : (...)
        The gradient to check.
    h : float
        Half the distance of the two points.
    tolerance : float
        Relative error that is let pass.
    entries : int, optional
        Check so many entries, drawn at random; without it, all.
    rng : numpy.random.Generator, optional
        Draws the entries; needed with ``entries``.
    batched : bool
        Whether ``f`` takes stacks; for a small network that is about three times as fast.

    Returns
    -------
    report : GradientReport
        Print it to read it.

    Raises
    ------
    TypeError, ValueError
        For a bad argument, or where ``f(x)`` is not one finite number.

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
    subject = examine("check_gradient", f, x, batched)
    chosen = np.arange(x.size)
    if entries is not None:
        if rng is None:
            raise ValueError("check_gradient: rng is None; entries are drawn with rng=np.random.default_rng(seed)")
        chosen = rng.choice(x.size, min(entries, x.size), replace=False)
    found = _compare(subject, analytic.ravel()[chosen], slopes_of_entries(subject, chosen, h), h, tolerance)
    index = tuple(int(i) for i in np.unravel_index(chosen[found.worst], x.shape))
    axis = np.zeros_like(x)
    axis[index] = 1
    return _report(subject, found, axis, h, index)


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
    r"""Compare the slopes along random directions of length 1: :math:`u \cdot \nabla f` with a centred difference.

    Two calls of ``f`` a direction, whatever the size of ``x``, and every entry takes part. It does not tell which entry
    is wrong, and a small mistake in one of many can pass. Other parameters and all errors: as in `check_gradient`.

    Parameters
    ----------
    directions : int
        How many.
    rng : numpy.random.Generator
        Draws them.

    Returns
    -------
    report : GradientReport
        With ``index`` None.

    Examples
    --------
    >>> x = np.array([1.0, 2.0, 3.0])
    >>> check_gradient_along(lambda x: np.sum(x**2), x, 2 * x, directions=5, rng=np.random.default_rng(0)).passed
    True
    """
    subject = examine("check_gradient_along", f, x, batched)
    u = rng.standard_normal((directions, *x.shape)).astype(x.dtype)
    u /= np.sqrt(np.sum(u**2, axis=tuple(range(1, u.ndim)), keepdims=True))
    ends = np.array([subject.along(direction, h * np.array([-1, 1])) for direction in u])
    wanted = u.reshape(directions, -1) @ analytic.ravel()
    found = _compare(subject, wanted, (ends[:, 1] - ends[:, 0]) / (2 * h), h, tolerance)
    return _report(subject, found, u[found.worst], h, None)


@dataclass(frozen=True)
class _Comparison:
    analytic: NDArray[np.float64]
    numerical: NDArray[np.float64]
    failed: NDArray[np.bool_]
    worst: int


def _compare(
    subject: Subject, analytic: FloatArray, numerical: NDArray[np.float64], h: float, tolerance: float
) -> _Comparison:
    error = np.abs(analytic - numerical)
    # The allowance for rounding stops growing below a sensible h: a bad h must not let everything pass.
    rounding = subject.rounding(max(h, subject.eps ** (1 / 3)))
    allowed = tolerance * np.maximum(np.abs(analytic), np.abs(numerical)) + rounding + np.finfo(float).tiny
    failed = ~(error <= allowed)  # so that NaN fails
    return _Comparison(analytic.astype(np.float64), numerical, failed, int(np.argmax(error / allowed)))


def _report(
    subject: Subject, found: _Comparison, direction: FloatArray, h: float, index: tuple[int, ...] | None
) -> GradientReport:
    analytic, numerical = float(found.analytic[found.worst]), float(found.numerical[found.worst])
    failed = int(found.failed.sum())
    scale = max(abs(analytic), abs(numerical))
    error = abs(analytic - numerical) / scale if scale else 0.0
    suspicions = subject.suspicions
    if failed and not subject.random:
        suspicions += _suspicions_along(subject, direction, h, analytic, numerical)
    return GradientReport(not failed, len(found.failed), failed, index, analytic, numerical, error, suspicions)


def _suspicions_along(
    subject: Subject, direction: FloatArray, h: float, analytic: float, numerical: float
) -> tuple[str, ...]:
    """What the function itself, seen along the worst direction, has to do with the disagreement."""
    steps = h * np.array([2, 1, 0.5])
    forward = (subject.along(direction, steps) - subject.value) / steps
    backward = (subject.value - subject.along(direction, -steps)) / steps
    rounding = subject.rounding(h)
    jump = np.abs(forward - backward)
    if not np.isfinite(jump).all():
        return (f"f is not finite within {2 * h:g} of x",)
    between = min(forward[1], backward[1]) - rounding <= analytic <= max(forward[1], backward[1]) + rounding
    # Across a smooth point the one-sided slopes differ by h f'', half as much for half the step.
    smooth = np.all(np.abs(jump[:2] - 2 * jump[1:]) <= 0.2 * jump[0] + 4 * rounding)
    if between and not smooth:
        return (f"kink: the slope jumps from {backward[1]:.6g} to {forward[1]:.6g} within h; move x or take another h",)
    x_rounding = 2 * subject.eps * float(np.abs(subject.x).max()) / h * max(abs(analytic), abs(numerical))
    if abs(analytic - numerical) <= rounding + x_rounding:
        return (f"h={h:g} is too small: rounding alone may put the difference off by {rounding + x_rounding:.1g}",)
    return ()
