"""Synthetic data sets in the plane."""

import numpy as np

from cs231n_lib.contracts import FloatArray, contract, count, generator, non_negative
from cs231n_lib.datasets.files import LabelArray


@contract(n=count, classes=count, noise=non_negative, rng=generator)
def spirals(n: int, classes: int, noise: float, rng: np.random.Generator) -> tuple[FloatArray, LabelArray]:
    r"""Points on spiral arms in the plane, whose classes no straight line separates.

    Arm k has radius t and angle :math:`4(k + t) + \text{noise}\cdot\varepsilon` radians, for n values of t from 0 to 1
    and :math:`\varepsilon \sim \mathcal{N}(0, 1)`.

    Parameters
    ----------
    n : int
        Points per class.
    classes : int
        Number of arms.
    noise : float
        Standard deviation of the angle, in radians.
    rng : numpy.random.Generator
        Generator of the noise.

    Returns
    -------
    x : (n * classes, 2)
        Points in the unit disk, sorted by class.
    y : (n * classes,) int64
        Labels.

    Raises
    ------
    TypeError, ValueError
        A count is below 1, the noise is negative, or ``rng`` is not a generator.

    References
    ----------
    CS231n notes, "Putting it together: Minimal Neural Network Case Study".

    Examples
    --------
    >>> x, y = spirals(100, 3, 0.2, np.random.default_rng(0))
    >>> x.shape, y.shape
    ((300, 2), (300,))
    """
    y = np.repeat(np.arange(classes), n)
    t = np.tile(np.linspace(0, 1, n), classes)
    angle = 4 * (y + t) + noise * rng.standard_normal(n * classes)
    return np.column_stack([t * np.sin(angle), t * np.cos(angle)]), y


@contract(n=count, classes=count, noise=non_negative, rng=generator)
def blobs(n: int, classes: int, noise: float, rng: np.random.Generator) -> tuple[FloatArray, LabelArray]:
    """Gaussian clouds around equally spaced centres on the unit circle.

    Arguments, results and errors are those of `spirals`, except that ``noise`` is the standard deviation of each
    coordinate.

    Examples
    --------
    >>> x, y = blobs(1, 4, 0.0, np.random.default_rng(0))
    >>> x.round(3).tolist()
    [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [-0.0, -1.0]]
    """
    y = np.repeat(np.arange(classes), n)
    angle = 2 * np.pi * y / classes
    centres = np.column_stack([np.cos(angle), np.sin(angle)])
    return centres + noise * rng.standard_normal(centres.shape), y
