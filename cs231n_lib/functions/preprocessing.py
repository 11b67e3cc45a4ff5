r"""Preprocessing that is fitted on the training split.

``*_fit(x)`` takes the training examples x (N, D). ``*_transform`` and ``*_whiten`` take examples of any split and the
fitted statistics, and ``*_inverse_transform`` and ``*_reconstruct`` take transformed examples z. Fitting on all data
would leak the test split into training. ``components`` (D, C) and ``variances`` (C,) may be the first C of `pca_fit`.
Variances have divisor N. Means and standard deviations use sums in float64, because float32 would lose digits.
Source: CS231n notes, "Neural networks part 2".

A result has the shape of x or z unless another is given. Standardised, scaled and whitened features are dimensionless.
Features that are transformed back have the unit of the data.

Raises
------
TypeError, ValueError
    In every function: an array is empty or has entries that are not finite floats, shapes disagree, a scale or ``eps``
    is not above 0, a variance is negative, a fraction of the variance is outside (0, 1], ``high`` is below ``low``, or
    values are so large that their differences or squares overflow.
"""

from typing import Any

import numpy as np

from cs231n_lib.contracts import BoundCall, FloatArray, array, contract, double, entries, number, positive
from cs231n_lib.contracts import variances as not_negative

_any_shape, _feature, _table = array(), array("D"), double("N D")
_scales = entries(_feature, lambda v: v > 0, ". Pass scales above 0 (1 for a constant feature)")
_share_of_variance = number("a fraction of the variance in (0, 1]", lambda v: 0 < v <= 1)


def _example_of_x(name: str, value: Any, call: BoundCall) -> None:
    """Require a float array with the shape of one example of the argument ``x``."""
    _any_shape(name, value, call)
    shape = call.arguments["x"].shape[1:]
    if value.shape != shape:
        raise ValueError(f"{name} has shape {value.shape} but an example of x has {shape}. Fit on data of that shape")


def _not_below_low(name: str, value: Any, call: BoundCall) -> None:
    """Require a float array (D,) at or above the argument ``low``."""
    _feature(name, value, call)
    low = call.arguments["low"]
    if (value < low).any():
        raise ValueError(f"{name} is below low in feature {int(np.argmax(value < low))}. Fit both on one split")
    with np.errstate(over="ignore"):
        if not np.isfinite(value - low).all():
            raise ValueError(f"{name} - low is too large for {value.dtype}. Divide the data by 2 or more first")


@contract(x=array("N ..."))
def center_fit(x: FloatArray) -> FloatArray:
    r"""Mean (...) of the training examples (N, ...), such as the mean image.

    Examples
    --------
    >>> center_fit(np.array([[1.0, 10.0], [3.0, 30.0]]))
    array([ 2., 20.])
    """
    return np.asarray(x.mean(axis=0, dtype=np.promote_types(x.dtype, np.float64)), x.dtype)


@contract(x=array("N ..."), mean=_example_of_x)
def center_transform(x: FloatArray, mean: FloatArray) -> FloatArray:
    r"""Mean subtraction :math:`x - \mu`.

    Examples
    --------
    >>> center_transform(np.array([[1.0, 10.0]]), mean=np.array([2.0, 20.0]))
    array([[ -1., -10.]])
    """
    return x - mean


@contract(x=array("N D"))
def standardize_fit(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    r"""Mean and standard deviation (divisor N) of each feature.

    Returns
    -------
    mean : (D,)
        Mean.
    scale : (D,)
        Standard deviation, or 1 for a constant feature, whose own deviation would be 0 or a rounding error.

    Examples
    --------
    >>> standardize_fit(np.array([[1.0, 5.0], [3.0, 5.0]]))
    (array([2., 5.]), array([1., 1.]))
    """
    low, high = x.min(axis=0), x.max(axis=0)
    wide = np.promote_types(x.dtype, np.float64)
    _, exponent = np.frexp(np.maximum(np.abs(low), np.abs(high)))
    # Scaling by a power of two is exact and keeps squares in range. It costs time, so do it only where needed.
    in_range = (np.abs(exponent) < 450).all()
    unit = 1.0 if in_range else np.ldexp(np.ones((), wide), exponent - 1)
    units = x.astype(wide, copy=False) if in_range else x / unit
    mean = units.mean(axis=0, keepdims=True)
    scale = (units.std(axis=0, mean=mean) * unit).astype(x.dtype)
    mean = (mean[0] * unit).astype(x.dtype)
    scale = np.maximum(scale, np.finfo(x.dtype).smallest_subnormal)
    return mean, np.where(high > low, scale, np.ones((), x.dtype))


@contract(x=array("N D"), mean=array("D"), scale=_scales)
def standardize_transform(x: FloatArray, mean: FloatArray, scale: FloatArray) -> FloatArray:
    r"""Standardised features :math:`(x - \mu) / \sigma`.

    On the training split they have mean 0 and variance 1, or variance 0 if a feature is constant.

    Examples
    --------
    >>> standardize_transform(np.array([[5.0, 7.0]]), mean=np.array([2.0, 5.0]), scale=np.array([2.0, 1.0]))
    array([[1.5, 2. ]])
    """
    return (x - mean) / scale


@contract(z=array("N D"), mean=array("D"), scale=_scales)
def standardize_inverse_transform(z: FloatArray, mean: FloatArray, scale: FloatArray) -> FloatArray:
    r"""Original features from standardised ones, :math:`z \sigma + \mu`.

    Examples
    --------
    >>> standardize_inverse_transform(np.array([[1.5, 2.0]]), mean=np.array([2.0, 5.0]), scale=np.array([2.0, 1.0]))
    array([[5., 7.]])
    """
    return z * scale + mean


@contract(x=array("N D"))
def min_max_fit(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Smallest and largest value of each feature.

    Returns
    -------
    low, high : (D,)
        The two bounds.

    Examples
    --------
    >>> min_max_fit(np.array([[1.0, 5.0], [3.0, 2.0]]))
    (array([1., 2.]), array([3., 5.]))
    """
    return x.min(axis=0), x.max(axis=0)


@contract(x=array("N D"), low=array("D"), high=_not_below_low)
def min_max_transform(x: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    r"""Scale features to [-1, 1] by :math:`2 (x - low) / (high - low) - 1`.

    Other splits may exceed [-1, 1]. If ``low`` equals ``high``, the feature is only shifted, and its training value
    becomes -1.

    Examples
    --------
    >>> min_max_transform(np.array([[1.0], [2.0], [4.0]]), low=np.array([1.0]), high=np.array([3.0]))
    array([[-1.],
           [ 0.],
           [ 2.]])
    """
    span = np.where(high > low, high - low, 1)
    return 2 * (x - low) / span - 1


@contract(z=array("N D"), low=array("D"), high=_not_below_low)
def min_max_inverse_transform(z: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    r"""Original features from scaled ones, :math:`(z + 1) (high - low) / 2 + low`.

    Examples
    --------
    >>> min_max_inverse_transform(np.array([[-1.0], [0.0], [2.0]]), low=np.array([1.0]), high=np.array([3.0]))
    array([[1.],
           [2.],
           [4.]])
    """
    span = np.where(high > low, high - low, 1)
    return (z + 1) / 2 * span + low


def _with_covariance(name: str, value: Any, call: BoundCall) -> None:
    """Require a float array (N, D) whose sums of squares do not overflow."""
    _table(name, value, call)
    largest = np.abs(value).max()
    if largest > np.sqrt(np.finfo(value.dtype).max / (4 * len(value))):
        raise ValueError(f"{name} holds {largest}, too large for a covariance in {value.dtype}. Scale the data down")


@contract(x=_with_covariance)
def pca_fit(x: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""Principal components, orthogonal axes in order of decreasing variance.

    The columns of :math:`U` in the covariance :math:`\frac{1}{N} (X - \mu)^T (X - \mu) = U S U^T` are the components,
    and the diagonal of :math:`S` contains the variances along them.

    Returns
    -------
    mean : (D,)
        Mean example.
    components : (D, D)
        Orthonormal columns, largest variance first. ``components[:, :C]`` are the first C. The sign of a column is
        arbitrary.
    variances : (D,)
        Variance along each component.

    Examples
    --------
    >>> mean, components, variances = pca_fit(np.array([[3.0, 4.0], [-3.0, -4.0]]))
    >>> abs(components[:, 0]).round(6), variances.round(6)
    (array([0.6, 0.8]), array([25.,  0.]))
    """
    mean = center_fit(x)
    covariance = (x - mean).T @ (x - mean) / len(x)
    components, variances, _ = np.linalg.svd(covariance)
    return mean, components, variances


@contract(variances=not_negative("D"), share=_share_of_variance)
def components_to_keep(variances: FloatArray, share: float) -> int:
    r"""Smallest number of components with this fraction of the variance.

    Parameters
    ----------
    variances : (D,)
        All variances from `pca_fit`, in its order.
    share : float
        Fraction of the variance, such as 0.99.

    Returns
    -------
    k : int
        Number of components, between 1 and D.

    Examples
    --------
    >>> components_to_keep(np.array([6.0, 3.0, 1.0]), share=0.9)
    2
    """
    kept = np.cumsum(variances)
    return int(np.argmax(kept >= share * kept[-1])) + 1


@contract(x=array("N D"), mean=array("D"), components=array("D C"))
def pca_transform(x: FloatArray, mean: FloatArray, components: FloatArray) -> FloatArray:
    r"""Uncorrelated coordinates (N, C) along the components, :math:`(x - \mu) U`.

    Examples
    --------
    >>> pca_transform(np.array([[4.0, 6.0]]), mean=np.array([1.0, 2.0]), components=np.array([[0.6], [0.8]]))
    array([[5.]])
    """
    return (x - mean) @ components


@contract(z=array("N C"), mean=array("D"), components=array("D C"))
def pca_reconstruct(z: FloatArray, mean: FloatArray, components: FloatArray) -> FloatArray:
    r"""Reconstruction :math:`z U^T + \mu` from C coordinates.

    Returns
    -------
    x : (N, D)
        Reconstruction, exact if C = D. Its mean squared distance over the training split is the sum of the omitted
        variances.

    Examples
    --------
    >>> pca_reconstruct(np.array([[5.0]]), mean=np.array([1.0, 2.0]), components=np.array([[0.6], [0.8]]))
    array([[4., 6.]])
    """
    return z @ components.T + mean


@contract(x=array("N D"), mean=array("D"), components=array("D C"), variances=not_negative("C"), eps=positive)
def pca_whiten(
    x: FloatArray, mean: FloatArray, components: FloatArray, variances: FloatArray, eps: float = 1e-5
) -> FloatArray:
    r"""PCA whitening :math:`(x - \mu) U / \sqrt{S + \epsilon}`.

    On the training split the coordinates (N, C) are uncorrelated, with variance 1 where :math:`S \gg \epsilon`.

    Parameters
    ----------
    eps : float
        Regulariser that keeps directions without variance at 0 and limits noise in nearly constant ones. The
        resulting variance is :math:`S / (S + \epsilon)`.

    Examples
    --------
    >>> x = np.array([[0.0, 4.0], [2.0, 4.0], [0.0, 0.0], [2.0, 0.0]])
    >>> abs(pca_whiten(x, *pca_fit(x))).round(3)
    array([[1., 1.],
           [1., 1.],
           [1., 1.],
           [1., 1.]])
    """
    return (x - mean) @ components / (variances + eps) ** 0.5


@contract(x=array("N D"), mean=array("D"), components=array("D C"), variances=not_negative("C"), eps=positive)
def zca_whiten(
    x: FloatArray, mean: FloatArray, components: FloatArray, variances: FloatArray, eps: float = 1e-5
) -> FloatArray:
    r"""ZCA whitening :math:`(x - \mu) U / \sqrt{S + \epsilon} \; U^T`.

    Of all whitenings, ZCA whitening stays nearest to the examples.

    ZCA rotates the whitened coordinates back to the axes of the data, so a whitened image still resembles the original.
    ``eps`` is that of `pca_whiten`.

    Examples
    --------
    >>> x = np.array([[0.0, 4.0], [2.0, 4.0], [0.0, 0.0], [2.0, 0.0]])
    >>> zca_whiten(x, *pca_fit(x)).round(3)
    array([[-1.,  1.],
           [ 1.,  1.],
           [-1., -1.],
           [ 1., -1.]])
    """
    return (x - mean) @ components / (variances + eps) ** 0.5 @ components.T
